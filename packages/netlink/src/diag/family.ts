import {
  type Alternative,
  bytes,
  choice,
  constants,
  type Declaration,
  DecodeError,
  EncodeError,
  type Opaque,
  show,
} from '../codec/index.js'

/** AF_*, linux/socket.h: families of sockets that can be requested. */
export const AF_DIAG = constants('AF', {
  UNIX: 1,
  INET: 2,
  INET6: 10,
  NETLINK: 16,
  PACKET: 17,
  TIPC: 30,
  VSOCK: 40,
  SMC: 43,
  XDP: 44,
})

/** A message of an undeclared family: its bytes, which start with the family. */
export interface UnknownFamily {
  family?: undefined
  payload: Buffer
}

/** The messages of each family, by the number of the family, which is their first byte. */
export type Families = Readonly<Record<number, Alternative>>

const payloadOnly: Opaque<UnknownFamily> = {
  kind: 'opaque',
  name: 'bytes',
  members: { payload: bytes },
  codec: (order) => {
    const codec = bytes.codec(order)
    return {
      name: 'bytes',
      decode: (from, start, end) => ({ payload: codec.decode(from, start, end) }),
      encode: (out, value) => codec.encode(out, value.payload),
    }
  },
}

/**
 * Declares a message that starts with the family, a byte that determines its other members. `family` narrows the TypeScript
 * type. A message of an undeclared family keeps all its bytes.
 */
export function byFamily<T extends { family?: number | undefined }>(
  name: string,
  families: Families,
): Declaration<T | UnknownFamily> {
  return choice<T | UnknownFamily>(name, [...Object.values(families), payloadOnly], {
    ofBytes(from, start, end) {
      if (start === end) throw new DecodeError(`expected ${name} (at least 1 byte, the family), got 0 bytes`)
      return families[from[start] ?? 0] ?? payloadOnly
    },
    ofValue(value) {
      const family = value?.family
      const found = family === undefined ? undefined : families[family]
      if (found) return found
      if (family === undefined && value && 'payload' in value) return payloadOnly
      const known = Object.keys(families).join(', ')
      throw new EncodeError(`expected ${name} with a family of ${known}, or with a payload, got family ${show(family)}`)
    },
  })
}
