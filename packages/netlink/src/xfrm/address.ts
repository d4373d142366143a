import { Buffer } from '../codec/buffer.js'
import { ArgumentError } from '../codec/error.js'
import {
  AF,
  EncodeError,
  type Fixed,
  fixedBytes,
  formatAddress,
  type Members,
  parseAddress,
  type Struct,
  show,
} from '../codec/index.js'

const SIZE = 16
const raw = fixedBytes(SIZE)

/** Returns the 16 bytes of an address. An IPv4 address is in the first four. */
function bytesOf(value: string): Buffer {
  if (typeof value !== 'string') throw new EncodeError(`expected an IPv4 or IPv6 address, got ${show(value)}`)
  return Buffer.concat([parseAddress(value)], SIZE)
}

/** Reads an IPv4 address that is followed by zeros. Any other bytes read as IPv6, so that none is lost. */
function formatIPv4(bytes: Buffer, at: number): string {
  const isPadded = bytes.subarray(at + 4, at + SIZE).every((byte) => byte === 0)
  return formatAddress(bytes, at, at + (isPadded ? 4 : SIZE))
}

function addressOf(name: string, format: (bytes: Buffer, at: number) => string): Fixed<string> {
  return {
    kind: 'text',
    name,
    size: SIZE,
    layout: raw.layout,
    codec(order) {
      const { write, decode, encode } = raw.codec(order)
      return {
        name,
        size: SIZE,
        read: format,
        write: (bytes, at, value) => write(bytes, at, bytesOf(value)),
        decode: (bytes, start, end) => format(decode(bytes, start, end), 0),
        encode: (out, value) => encode(out, bytesOf(value)),
      }
    },
  }
}

/** `xfrm_address_t`, linux/xfrm.h: without a known family it reads as IPv6. Both families can be written. */
export const xfrmAddress = addressOf('xfrm_address_t', (bytes, at) => formatAddress(bytes, at, at + SIZE))

/** `xfrm_address_t` known to be IPv4 */
export const xfrmAddress4 = addressOf('xfrm_address_t', formatIPv4)

type Bag = Record<string, unknown>

/** Returns the offset of the member `path` (`id.daddr`) in a struct. */
function offsetOf(members: Members, path: string): number {
  const [first, ...rest] = path.split('.')
  let at = 0
  for (const [key, member] of Object.entries(members)) {
    if (key !== first) at += member.size
    else if (rest.length === 0 || member.layout.type !== 'struct') return at
    else return at + offsetOf(member.layout.members, rest.join('.'))
  }
  throw new ArgumentError(`expected a struct with a member '${path}'`)
}

const memberAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Bag | undefined)?.[key], value)

/** Declares a struct whose addresses are read according to its member `family`. */
export function ofFamily<M extends Members, T>(
  declared: Struct<M, T>,
  family: string,
  addresses: readonly string[],
): Struct<M, T> {
  const places = addresses.map((path) => ({ path: path.split('.'), at: offsetOf(declared.members, path) }))
  const settle = (value: T, bytes: Buffer, start: number): T => {
    if (memberAt(value, family.split('.')) !== AF.INET) return value
    for (const { path, at } of places) {
      const holder = memberAt(value, path.slice(0, -1)) as Bag
      holder[path.at(-1) ?? ''] = formatIPv4(bytes, start + at)
    }
    return value
  }
  return {
    ...declared,
    codec(order) {
      const codec = declared.codec(order)
      return {
        ...codec,
        read: (bytes, at) => settle(codec.read(bytes, at), bytes, at),
        decode(bytes, start, end) {
          const value = codec.decode(bytes, start, end)
          return end - start >= declared.size ? settle(value, bytes, start) : value
        },
      }
    },
  }
}
