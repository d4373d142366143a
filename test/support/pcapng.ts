import type { ByteOrder } from '@netloom/netlink/codec'
import './built.js'

/** Returns writers for the parts of a pcapng file in a byte order. */
export function pcapng(order: ByteOrder) {
  const u16 = (value: number) => {
    const bytes = Buffer.alloc(2)
    bytes[`writeUInt16${order}`](value)
    return bytes
  }
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes[`writeUInt32${order}`](value)
    return bytes
  }
  const i64 = (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes[`writeBigInt64${order}`](value)
    return bytes
  }
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
  const block = (type: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    const length = u32(body.length + 12)
    return Buffer.concat([u32(type), length, body, length])
  }
  const option = (code: number, value: Buffer) => Buffer.concat([u16(code), u16(value.length), padded(value)])
  const endOfOptions = option(0, Buffer.of())
  return {
    block,
    option,
    i64,
    section: (major = 1) =>
      block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(major), u16(0), i64(-1n), option(4, Buffer.from('netloom')), endOfOptions),
    interface: (linktype = 253, snaplen = 0, ...options: Buffer[]) =>
      block(1, u16(linktype), u16(0), u32(snaplen), ...options, ...(options.length ? [endOfOptions] : [])),
    enhanced: (index: number, units: bigint, packet: Buffer, ...options: Buffer[]) =>
      block(
        6,
        ...[index, Number(units >> 32n), Number(units & 0xffffffffn), packet.length, packet.length].map(u32),
        padded(packet),
        ...options,
      ),
    obsolete: (index: number, units: bigint, packet: Buffer) =>
      block(
        2,
        ...[u16(index), u16(0xffff)],
        ...[Number(units >> 32n), Number(units & 0xffffffffn), packet.length, packet.length].map(u32),
        padded(packet),
      ),
    simple: (originalLength: number, packet: Buffer) => block(3, u32(originalLength), padded(packet)),
  }
}

/** Returns a packet of LINKTYPE_NETLINK: the pseudo-header, which is always big-endian, and a datagram. */
export function netlinkPacket(packetType: number, protocol: number, bytes: Buffer): Buffer {
  const cooked = Buffer.alloc(16)
  cooked.writeUInt16BE(packetType, 0)
  cooked.writeUInt16BE(824, 2)
  cooked.writeUInt16BE(protocol, 14)
  return Buffer.concat([cooked, bytes])
}
