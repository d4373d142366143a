import { ArgumentError } from '../../../codec/error.js'
import { NFT_PAYLOAD, NFT_PAYLOAD_CSUM, NFT_PAYLOAD_L4CSUM } from '../../../netfilter/index.js'
import type { Source } from '../expression/source.js'
import type { Input } from '../expression/statement.js'
import { bytesOf, lengthOf, numberIn } from '../types/data-types.js'
import { bitwise, expression, loading, type WireExpression, windowOf } from './wire.js'

/** Offsets of the checksum in the headers that have one, in bytes. */
const checksums: Readonly<Record<string, number>> = { ip: 10, tcp: 16, udp: 6, icmp: 2, icmpv6: 2, igmp: 2 }

/** Returns what keeps the checksums right when a field is written. */
function checksumOf({ text, load }: Source) {
  const [header = '', field = ''] = text.split(' ')
  const csumOffset = checksums[header]
  const isAddress = field === 'saddr' || field === 'daddr'
  // Addresses are part of the pseudo header, over which TCP and UDP compute theirs.
  const csumFlags = isAddress && (header === 'ip' || header === 'ip6') ? NFT_PAYLOAD_L4CSUM.PSEUDOHDR : 0
  if (load.from !== 'payload' || load.base === NFT_PAYLOAD.LL_HEADER) return { csumType: NFT_PAYLOAD_CSUM.NONE }
  if (csumOffset === undefined) return { csumType: NFT_PAYLOAD_CSUM.NONE, csumFlags }
  return { csumType: NFT_PAYLOAD_CSUM.INET, csumOffset, csumFlags }
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
    return [expression('exthdr', { sreg: 1, type: kind, offset, len: lengthOf(type), op })]
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
  if (input.is !== 'constant')
    throw new ArgumentError(`expected ${text} to be set to a constant, because it is a part of two bytes`)
  // Checksums are computed over pairs of bytes, so the pair around the field is written.
  const first = window.offset - (window.offset % 2)
  const length = Math.ceil((window.offset + window.length - first) / 2) * 2
  const shift = BigInt((first + length) * 8 - load.offset - type.bits)
  const all = (1n << BigInt(length * 8)) - 1n
  const mask = all ^ (((1n << BigInt(type.bits)) - 1n) << shift)
  const reading = { from: 'payload', base: load.base, offset: first * 8 } as const
  return [
    loading(reading, { ...type, bits: length * 8 }, 1),
    bitwise(1, bytesOf(mask, length), bytesOf(numberIn(input.bytes) << shift, length)),
    writing(first, length),
  ]
}
