import {
  AF,
  type ByteOrder,
  bytes,
  type Codec,
  type Declaration,
  DecodeError,
  enumOf,
  type Infer,
  ipv4,
  ipv6,
  pad,
  type Struct,
  struct,
  u16,
  u16be,
  u32,
  u32be,
} from '../codec/index.js'
import { ownMembers } from '../codec/own.js'

/** `struct sockaddr_in`, linux/in.h */
export const sockaddrIn = struct('sockaddr_in', {
  family: enumOf(u16, AF),
  port: u16be,
  address: ipv4,
  _pad: pad(8),
})
export interface Sockaddr4 extends Infer<typeof sockaddrIn> {}

/** `struct sockaddr_in6`, linux/in6.h */
export const sockaddrIn6 = struct('sockaddr_in6', {
  family: enumOf(u16, AF),
  port: u16be,
  flowinfo: u32be,
  address: ipv6,
  scopeId: u32, // ifindex, of link-local addresses
})
export interface Sockaddr6 extends Infer<typeof sockaddrIn6> {}

/** A socket address of another family: the bytes after its family. */
export interface SockaddrOther {
  family: number // AF_*
  data: Buffer
}

/** A socket address. `family` narrows the type. */
export type Sockaddr = Sockaddr4 | Sockaddr6 | SockaddrOther

const structs: Readonly<Record<number, Struct>> = { [AF.INET]: sockaddrIn, [AF.INET6]: sockaddrIn6 }

function sockaddrCodec(order: ByteOrder, lossless?: boolean): Codec<Sockaddr> {
  const name = 'socket address'
  const family = u16.codec(order)
  const rest = bytes.codec(order)
  return {
    name,
    decode(from, start, end) {
      if (end - start < u16.size) throw new DecodeError(`expected a ${name} (2 bytes or more), got ${end - start}`)
      const known = structs[family.read(from, start)]
      if (known && end - start >= known.size) return known.codec(order, lossless).decode(from, start, end) as never
      return { family: family.read(from, start), data: rest.decode(from, start + u16.size, end) }
    },
    encode(out, value) {
      const { family: number, data } = ownMembers((value ?? {}) as SockaddrOther)
      const known = structs[number]
      if (known && !Object.hasOwn(value, 'data')) return known.codec(order, lossless).encode(out, value as never)
      family.encode(out, number)
      rest.encode(out, data)
    },
  }
}

/** `struct sockaddr` of any family, with the length of its family */
export const sockaddr: Declaration<Sockaddr> = { kind: 'opaque', name: 'sockaddr', codec: sockaddrCodec }
