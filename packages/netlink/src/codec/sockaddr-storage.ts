import { ipv4, ipv6 } from './address.js'
import { type ByteOrder, type Infer, perOrder } from './codec.js'
import { enumOf } from './enum.js'
import { EncodeError, isPlainObject, show } from './error.js'
import { AF } from './family.js'
import { type Fixed, type FixedCodec, fixedCodec } from './fixed.js'
import type { Opaque } from './kinds.js'
import { own } from './own.js'
import { fixedBytes, u16, u16be, u32, u32be } from './scalar.js'
import { pad, struct } from './struct.js'

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
/** An address of an undeclared family: its bytes. */
export interface SockaddrUnknown {
  family?: undefined
  payload: Buffer
}
export type SockaddrStorage = SockaddrNone | SockaddrIn | SockaddrIn6 | SockaddrUnknown

/** An address of an undeclared family: its bytes, without trailing zeros. */
const whole = fixedBytes(STORAGE)

function otherAddress(order: ByteOrder): FixedCodec<SockaddrNone | SockaddrUnknown> {
  const codec = whole.codec(order)
  return fixedCodec<SockaddrNone | SockaddrUnknown>(whole.name, STORAGE, {
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
