import { perOrder } from '../codec/codec.js'
import { isPlainObject } from '../codec/error.js'
import { fixedCodec } from '../codec/fixed.js'
import {
  AF,
  type ByteOrder,
  EncodeError,
  enumOf,
  type Fixed,
  type FixedCodec,
  fixedBytes,
  type Infer,
  ipv4,
  ipv6,
  type Opaque,
  pad,
  show,
  struct,
  u16,
  u16be,
  u32,
  u32be,
} from '../codec/index.js'
import { own } from '../codec/own.js'
import type { UnknownFamily } from './family.js'

/** `sizeof(struct sockaddr_storage)`, linux/socket.h */
const STORAGE = 128

/** `struct sockaddr_in`, linux/in.h, in a `struct sockaddr_storage` */
const sockaddrIn = struct('sockaddr_in', { family: enumOf(u16, AF), port: u16be, addr: ipv4, _pad: pad(STORAGE - 8) })

/** `struct sockaddr_in6`, linux/in6.h, in a `struct sockaddr_storage` */
const sockaddrIn6 = struct('sockaddr_in6', {
  family: enumOf(u16, AF),
  port: u16be,
  flowinfo: u32be,
  addr: ipv6,
  scopeId: u32, // ifindex
  _pad: pad(STORAGE - 28),
})

export interface SockaddrIn extends Infer<typeof sockaddrIn> {
  family: 2
}
export interface SockaddrIn6 extends Infer<typeof sockaddrIn6> {
  family: 10
}
/** An empty address: all bytes are zero. */
export interface SockaddrNone {
  family: 0
}
export type SockaddrStorage = SockaddrNone | SockaddrIn | SockaddrIn6 | UnknownFamily

/** An address of an undeclared family: its bytes, without trailing zeros. */
const whole = fixedBytes(STORAGE)

function otherAddress(order: ByteOrder): FixedCodec<SockaddrNone | UnknownFamily> {
  const codec = whole.codec(order)
  return fixedCodec<SockaddrNone | UnknownFamily>(whole.name, STORAGE, {
    read(bytes, at) {
      const payload = codec.read(bytes, at)
      return payload.every((byte) => byte === 0) ? { family: AF.UNSPEC } : { payload }
    },
    write(bytes, at, value) {
      const family: number | undefined = value.family
      if (family !== undefined && family !== AF.UNSPEC)
        throw new EncodeError(`expected family ${AF.UNSPEC}, ${AF.INET} or ${AF.INET6}, got ${show(family)}`)
      if ('payload' in value) codec.write(bytes, at, value.payload)
    },
  })
}

/** `struct sockaddr_storage`, linux/socket.h. `family` discriminates the types. */
export const sockaddrStorage: Fixed<SockaddrStorage> & Opaque<SockaddrStorage> = {
  kind: 'opaque',
  members: { ...sockaddrIn.members, ...sockaddrIn6.members, payload: whole },
  name: 'sockaddr_storage',
  size: STORAGE,
  layout: { type: 'bytes' },
  codec: perOrder((order) => {
    const familyCodec = u16.codec(order)
    const [inet, inet6, other] = [sockaddrIn.codec(order), sockaddrIn6.codec(order), otherAddress(order)]
    const codecOf = (family: number | undefined) =>
      (family === AF.INET ? inet : family === AF.INET6 ? inet6 : other) as FixedCodec<unknown>
    return fixedCodec<SockaddrStorage>('sockaddr_storage', STORAGE, {
      read: (bytes, at) => codecOf(familyCodec.read(bytes, at)).read(bytes, at) as SockaddrStorage,
      write(bytes, at, value) {
        if (!isPlainObject(value)) throw new EncodeError(`expected sockaddr_storage (an object), got ${show(value)}`)
        codecOf(own(value, 'family') as number | undefined).write(bytes, at, value)
      },
    })
  }),
}
