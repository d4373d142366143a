import { ArgumentError } from '../../../codec/error.js'
import { NFT_PAYLOAD, NFT_PAYLOAD_CSUM, NFT_PAYLOAD_L4CSUM } from '../../../netfilter/index.js'
import type { Source } from '../expression/source.js'
import type { Input } from '../expression/statement.js'
import { bytesOf, lengthOf, numberIn, onesOf } from '../types/data-types.js'
import { bitwise, expression, loading, type WireExpression, windowOf } from './wire.js'

const inet = (csumOffset: number): Checksum => ({ csumType: NFT_PAYLOAD_CSUM.INET, csumOffset })

/** Checksum that the kernel keeps right. */
interface Checksum {
  readonly csumType: number
  /** In bytes. */
  readonly csumOffset?: number
  readonly csumFlags?: number
}

/** Checksums of the headers that have one. */
const checksums: Readonly<Record<string, Checksum>> = {
  ...{ ip: inet(10), tcp: inet(16), icmp: inet(2), icmpv6: inet(2), igmp: inet(2) },
  sctp: { csumType: NFT_PAYLOAD_CSUM.SCTP, csumOffset: 8 },
}

/** Returns what keeps the checksums right when a field is written. */
function checksumOf({ text, load }: Source): Checksum {
  const [header = '', field = ''] = text.split(' ')
  if (load.from !== 'payload' || load.base === NFT_PAYLOAD.LL_HEADER) return { csumType: NFT_PAYLOAD_CSUM.NONE }
  // Addresses are part of the pseudo header, over which TCP and UDP compute theirs. UDP may have none: the kernel looks.
  const isAddress = (header === 'ip' || header === 'ip6') && (field === 'saddr' || field === 'daddr')
  const csumFlags = isAddress || header === 'udp' ? NFT_PAYLOAD_L4CSUM.PSEUDOHDR : 0
  return { csumType: NFT_PAYLOAD_CSUM.NONE, ...checksums[header], csumFlags }
}

/** Returns the expressions that set a source. `write` appends those that load the input into the first register. */
export function compileSet(target: Source, input: Input, write: (input: Input) => void): WireExpression[] {
  const { load, type, text } = target
  if (load.from === 'payload') return writePayload(target, load, input, write)
  write(input)
  if (load.from === 'meta') return [expression('meta', { sreg: 1, key: load.key })]
  if (load.from === 'ct')
    return [
      expression('ct', { sreg: 1, key: load.key, ...(load.direction !== undefined && { direction: load.direction }) }),
    ]
  if (load.from === 'exthdr') {
    const { op, type: kind, offset } = load
    return [expression('exthdr', { sreg: 1, type: kind, offset: offset / 8, len: lengthOf(type), op })]
  }
  throw new ArgumentError(`expected a field that rules can change, got ${text}`)
}

function writePayload(
  target: Source,
  load: Extract<Source['load'], { from: 'payload' }>,
  input: Input,
  write: (input: Input) => void,
): WireExpression[] {
  const { type, text } = target
  const window = windowOf(load.offset, type)
  const checksum = checksumOf(target)
  const isEven = checksum.csumOffset === undefined || (window.offset % 2 === 0 && window.length % 2 === 0)
  const writing = (offset: number, len: number) =>
    expression('payload', { sreg: 1, base: load.base, offset, len, ...checksum })
  if (isEven && !window.isPartial) {
    write(input)
    return [writing(window.offset, window.length)]
  }
  const bits = bitsOf(target, input)
  if (bits === undefined)
    throw new ArgumentError(
      `expected ${text} to be set to a constant or to a combination of itself with bits, because it is a part of two bytes`,
    )
  // Checksums are computed over pairs of bytes, so the pair around the field is written.
  const unit = checksum.csumOffset === undefined && load.base !== NFT_PAYLOAD.LL_HEADER ? 1 : 2
  const first = window.offset - (window.offset % unit)
  const length = Math.ceil((window.offset + window.length - first) / unit) * unit
  const shift = BigInt((first + length) * 8 - load.offset - type.bits)
  const all = (1n << BigInt(length * 8)) - 1n
  const mask = (all ^ (onesOf(type) << shift)) | (bits.and << shift)
  const reading = { from: 'payload', base: load.base, offset: first * 8 } as const
  return [
    loading(reading, { ...type, bits: length * 8 }, 1),
    bitwise(1, bytesOf(mask, length), bytesOf(bits.xor << shift, length)),
    writing(first, length),
  ]
}

/** Returns which bits of a field stay, and which ones are flipped then. */
function bitsOf({ text, type }: Source, input: Input): { readonly and: bigint; readonly xor: bigint } | undefined {
  if (input.is === 'constant') return { and: 0n, xor: numberIn(input.bytes) }
  if (input.is !== 'source' || input.source.text !== text || !input.mask || !input.xor) return undefined
  return { and: numberIn(input.mask) & onesOf(type), xor: numberIn(input.xor) & onesOf(type) }
}
