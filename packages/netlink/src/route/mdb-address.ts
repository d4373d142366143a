import { Buffer } from '../codec/buffer.js'
import { perOrder } from '../codec/codec.js'
import { fixedCodec } from '../codec/fixed.js'
import {
  EncodeError,
  enumOf,
  type Fixed,
  formatAddress,
  macaddr,
  type Opaque,
  parseAddress,
  show,
  u16be,
} from '../codec/index.js'
import { ownMembers } from '../codec/own.js'
import { ETH_P } from '../constants/index.js'

/** The group of an MDB entry. */
export interface MdbAddress {
  /** IPv4 or IPv6 address, or a link-layer address if `proto` is 0. Any other content is `0x` and all bytes in hex. */
  u: string
  /** ETH_P_IP, ETH_P_IPV6 or 0 */
  proto: number
}

const unionSize = 16
const used = 18 // union and protocol
const size = 20 // with C's padding
const lengths = new Map([
  [0x0800, 4], // ETH_P_IP
  [0x86dd, 16], // ETH_P_IPV6
  [0, macaddr.size],
])

const isZero = (bytes: Buffer, from: number, to: number) => bytes.subarray(from, to).every((byte) => byte === 0)

function bytesOf({ u }: MdbAddress): Buffer {
  if (/^0x[0-9a-fA-F]{40}$/.test(u)) return Buffer.from(u.slice(2), 'hex')
  if (/^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(u)) return Buffer.from(u.replaceAll(':', ''), 'hex')
  return parseAddress(u)
}

/** `br_mdb_entry.addr`, linux/if_bridge.h: a union, and the protocol that selects its member */
export const mdbAddress: Fixed<MdbAddress> & Opaque<MdbAddress> = {
  kind: 'opaque',
  members: { u: macaddr, proto: enumOf(u16be, ETH_P) },
  name: 'br_mdb_entry.addr',
  size,
  layout: { type: 'bytes' },
  codec: perOrder((order) => {
    const mac = macaddr.codec(order)
    const proto = u16be.codec(order)
    return fixedCodec<MdbAddress>('br_mdb_entry.addr', size, {
      read(bytes, at) {
        const kind = proto.read(bytes, at + unionSize)
        const length = lengths.get(kind) ?? unionSize
        if (!lengths.has(kind) || !isZero(bytes, at + length, at + unionSize) || !isZero(bytes, at + used, at + size)) {
          return { u: `0x${bytes.toString('hex', at, at + size)}`, proto: kind }
        }
        return { u: kind === 0 ? mac.read(bytes, at) : formatAddress(bytes, at, at + length), proto: kind }
      },
      write(bytes, at, given) {
        const value = ownMembers<MdbAddress>(given ?? {})
        if (typeof value.u !== 'string') throw new EncodeError(`expected an address under 'u', got ${show(value.u)}`)
        const address = bytesOf(value)
        const expected = lengths.get(value.proto ?? 0)
        if (address.length !== size && address.length !== expected) {
          throw new EncodeError(`expected an address of proto ${show(value.proto ?? 0)}, got ${show(value.u)}`)
        }
        bytes.set(address, at)
        proto.write(bytes, at + unionSize, value.proto ?? 0)
      },
    })
  }),
}
