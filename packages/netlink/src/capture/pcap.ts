import { structParser } from '../codec/binary-parser.js'
import { type ByteOrder, DecodeError, fixedBytes, hostOrder, struct, u16, u16be, u32 } from '../codec/index.js'
import { structWriter } from '../codec/smart-buffer.js'

/** The header of a pcap file, draft-ietf-opsawg-pcap section 4 */
const fileHeader = struct('pcap file header', {
  magic: u32, // 0xa1b2c3d4: microseconds; 0xa1b23c4d: nanoseconds
  versionMajor: u16,
  versionMinor: u16,
  _reserved1: u32,
  _reserved2: u32,
  snaplen: u32,
  linktype: u32,
})

/** The header of a packet, draft-ietf-opsawg-pcap section 5 */
const recordHeader = struct('pcap packet record', {
  seconds: u32,
  fraction: u32, // micro- or nanoseconds
  capturedLength: u32,
  originalLength: u32,
})

/** What LINKTYPE_NETLINK puts before each datagram: the address of a packet socket on nlmon, big-endian */
const cookedHeader = struct('netlink pseudo-header', {
  packetType: u16be, // 4: sent by this host's process to the kernel
  arphrd: u16be,
  _addressLength: u16be,
  _address: fixedBytes(8),
  protocol: u16be, // NETLINK_*
})

const MAGIC_MICROSECONDS = 0xa1b2c3d4
const MAGIC_NANOSECONDS = 0xa1b23c4d
const LINKTYPE_NETLINK = 253
const ARPHRD_NETLINK = 824
const PACKET_HOST = 0
const PACKET_OUTGOING = 4
const SNAPLEN = 262144

/** One datagram of a capture. */
export interface CapturedDatagram {
  /** Nanoseconds since 1970. */
  readonly time: bigint
  /** NETLINK_*, e.g. 0 for NETLINK_ROUTE. */
  readonly protocol: number
  /** True from a process to the kernel. */
  readonly outgoing: boolean
  readonly bytes: Buffer
}

function orderOf(magic: Buffer): ByteOrder | undefined {
  for (const order of ['LE', 'BE'] as const) {
    const value = magic.length < 4 ? 0 : order === 'LE' ? magic.readUInt32LE() : magic.readUInt32BE()
    if (value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS) return order
  }
  return undefined
}

/**
 * The datagrams of a pcap file of LINKTYPE_NETLINK, of either byte order.
 * @throws {DecodeError} with the offset of what does not fit; what came before has been given
 */
export function* readPcap(file: Uint8Array): Generator<CapturedDatagram, void, undefined> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const order = orderOf(bytes)
  if (order === undefined)
    throw new DecodeError(`expected a pcap file, got one that begins with 0x${bytes.toString('hex', 0, 4)}`)
  const header = structParser(fileHeader, order)(bytes, 0)
  if (header.linktype !== LINKTYPE_NETLINK)
    throw new DecodeError(`expected LINKTYPE_NETLINK (253), got link type ${header.linktype}`)
  const unit = header.magic === MAGIC_NANOSECONDS ? 1n : 1000n
  const readRecord = structParser(recordHeader, order)
  const readCooked = structParser(cookedHeader, order)
  for (let at = fileHeader.size; at < bytes.length; ) {
    const { seconds, fraction, capturedLength } = readRecord(bytes, at)
    const start = at + recordHeader.size
    const end = start + capturedLength
    if (capturedLength < cookedHeader.size || end > bytes.length) {
      throw new DecodeError(
        `expected a packet of ${cookedHeader.size} to ${bytes.length - start} bytes at offset ${start}, got one that claims ${capturedLength}`,
      )
    }
    const { packetType, protocol } = readCooked(bytes, start)
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit
    yield {
      time,
      protocol,
      outgoing: packetType === PACKET_OUTGOING,
      bytes: bytes.subarray(start + cookedHeader.size, end),
    }
    at = end
  }
}

/** A pcap file (nanoseconds) of datagrams, as Wireshark reads it. */
export function writePcap(datagrams: Iterable<CapturedDatagram>, order: ByteOrder = hostOrder): Buffer {
  const reserved = { _reserved1: 0, _reserved2: 0, versionMajor: 2, versionMinor: 4 }
  const out = structWriter(order)
  out.write(fileHeader, { magic: MAGIC_NANOSECONDS, ...reserved, snaplen: SNAPLEN, linktype: LINKTYPE_NETLINK })
  for (const { time, protocol, outgoing, bytes } of datagrams) {
    const length = bytes.length + cookedHeader.size
    const address = { arphrd: ARPHRD_NETLINK, _addressLength: 0, _address: Buffer.alloc(8) }
    out
      .write(recordHeader, {
        seconds: Number(time / 1_000_000_000n),
        fraction: Number(time % 1_000_000_000n),
        capturedLength: length,
        originalLength: length,
      })
      .write(cookedHeader, { ...address, packetType: outgoing ? PACKET_OUTGOING : PACKET_HOST, protocol })
      .bytes(bytes)
  }
  return out.done()
}
