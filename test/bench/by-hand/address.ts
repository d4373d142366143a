import type { AddressMessage } from '@netloom/netlink'
import { formatAddress, readText, type Writer } from './bytes.js'

/** Decodes an address of a dump, written by hand only for this message. */
export function decodeAddress(bytes: Buffer): AddressMessage {
  const attrs: AddressMessage['attrs'] = {}
  const message: AddressMessage = {
    family: bytes.readUInt8(0),
    prefixlen: bytes.readUInt8(1),
    flags: bytes.readUInt8(2),
    scope: bytes.readUInt8(3),
    index: bytes.readUInt32LE(4),
    attrs,
  }
  for (let at = 8; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4 || at + length > bytes.length) throw new Error(`attribute of ${length} bytes at ${at}`)
    const from = at + 4
    const to = at + length
    switch (bytes.readUInt16LE(at + 2) & 0x3fff) {
      case 1:
        attrs.address = formatAddress(bytes, from, to)
        break
      case 2:
        attrs.local = formatAddress(bytes, from, to)
        break
      case 3:
        attrs.label = readText(bytes, from, to)
        break
      case 4:
        attrs.broadcast = formatAddress(bytes, from, to)
        break
      case 6:
        attrs.cacheinfo = {
          prefered: bytes.readUInt32LE(from),
          valid: bytes.readUInt32LE(from + 4),
          cstamp: bytes.readUInt32LE(from + 8),
          tstamp: bytes.readUInt32LE(from + 12),
        }
        break
      case 8:
        attrs.flags = bytes.readUInt32LE(from)
        break
      case 11:
        attrs.proto = bytes.readUInt8(from)
        break
      default:
        throw new Error(`attribute ${bytes.readUInt16LE(at + 2)}`)
    }
    at += (length + 3) & ~3
  }
  return message
}

export function encodeAddress(out: Writer, message: AddressMessage): void {
  const { bytes } = out
  const { attrs } = message
  bytes.writeUInt8(message.family, 0)
  bytes.writeUInt8(message.prefixlen, 1)
  bytes.writeUInt8(message.flags, 2)
  bytes.writeUInt8(message.scope, 3)
  bytes.writeUInt32LE(message.index, 4)
  out.length = 8
  const cache = attrs.cacheinfo
  const writeCache = () => {
    if (!cache) return
    const at = out.attribute(6, 16)
    bytes.writeUInt32LE(cache.prefered, at)
    bytes.writeUInt32LE(cache.valid, at + 4)
    bytes.writeUInt32LE(cache.cstamp, at + 8)
    bytes.writeUInt32LE(cache.tstamp, at + 12)
  }
  // The order of the attributes in the kernel (inet_fill_ifaddr, inet6_fill_ifaddr).
  out.address(1, attrs.address)
  if (message.family !== 2) writeCache()
  out.address(2, attrs.local)
  out.address(4, attrs.broadcast)
  out.text(3, attrs.label)
  if (message.family === 2) out.u8(11, attrs.proto)
  out.u32(8, attrs.flags)
  if (message.family === 2) writeCache()
  else out.u8(11, attrs.proto)
}
