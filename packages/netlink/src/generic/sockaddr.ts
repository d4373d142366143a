import {
  AF,
  type ByteOrder,
  bytes,
  type Codec,
  DecodeError,
  type Opaque,
  type Sockaddr4,
  type Sockaddr6,
  type Struct,
  sockaddrIn,
  sockaddrIn6,
  u16,
} from '../codec/index.js'
import { ownMembers } from '../codec/own.js'

export { type Sockaddr4, type Sockaddr6, sockaddrIn, sockaddrIn6 }

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
export const sockaddr: Opaque<Sockaddr> = {
  kind: 'opaque',
  name: 'sockaddr',
  members: { ...sockaddrIn6.members, data: bytes },
  codec: sockaddrCodec,
}
