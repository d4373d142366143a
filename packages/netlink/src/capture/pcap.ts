import { structParser } from '../codec/binary-parser.js'
import { type ByteOrder, DecodeError, hostOrder, struct, u16, u32 } from '../codec/index.js'
import { structWriter } from '../codec/smart-buffer.js'
import {
  asBuffer,
  type CapturedDatagram,
  cookedSize,
  LINKTYPE_NETLINK,
  orderAt,
  packetReader,
  writePacket,
} from './cooked.js'

/** The header of a pcap file, draft-ietf-opsawg-pcap section 4 */
const fileHeader = struct('pcap file header', {
  magic: u32, // 0xa1b2c3d4: microseconds; 0xa1b23c4d: nanoseconds
  versionMajor: u16,
  versionMinor: u16,
  _reserved1: u32,
  _reserved2: u32,
  snaplen: u32,
  linktype: u32, // the upper six bits tell of frame check sequences
})

/** The header of a packet, draft-ietf-opsawg-pcap section 5 */
const recordHeader = struct('pcap packet record', {
  seconds: u32,
  fraction: u32, // micro- or nanoseconds
  capturedLength: u32,
  originalLength: u32,
})

export const MAGIC_MICROSECONDS = 0xa1b2c3d4
export const MAGIC_NANOSECONDS = 0xa1b23c4d
const LINKTYPE_MASK = 0x03ffffff
const SNAPLEN = 262144

/**
 * The datagrams of a pcap file of LINKTYPE_NETLINK, of either byte order.
 * @throws {DecodeError} with the offset of what does not fit; what came before has been given
 */
export function* readPcap(file: Uint8Array): Generator<CapturedDatagram, void, undefined> {
  const bytes = asBuffer(file)
  const order = orderAt(bytes, 0, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS)
  if (order === undefined)
    throw new DecodeError(`expected a pcap file, got one that begins with 0x${bytes.toString('hex', 0, 4)}`)
  const header = structParser(fileHeader, order)(bytes, 0)
  const linktype = header.linktype & LINKTYPE_MASK
  if (linktype !== LINKTYPE_NETLINK) throw new DecodeError(`expected LINKTYPE_NETLINK (253), got link type ${linktype}`)
  const unit = header.magic === MAGIC_NANOSECONDS ? 1n : 1000n
  const readRecord = structParser(recordHeader, order)
  const readPacket = packetReader(bytes)
  for (let at = fileHeader.size; at < bytes.length; ) {
    const { seconds, fraction, capturedLength } = readRecord(bytes, at)
    const start = at + recordHeader.size
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit
    yield readPacket(time, start, capturedLength, bytes.length - start)
    at = start + capturedLength
  }
}

/** A pcap file (nanoseconds) of datagrams, as Wireshark reads it. */
export function writePcap(datagrams: Iterable<CapturedDatagram>, order: ByteOrder = hostOrder): Buffer {
  const reserved = { _reserved1: 0, _reserved2: 0, versionMajor: 2, versionMinor: 4 }
  const out = structWriter(order)
  out.write(fileHeader, { magic: MAGIC_NANOSECONDS, ...reserved, snaplen: SNAPLEN, linktype: LINKTYPE_NETLINK })
  for (const datagram of datagrams) {
    const length = datagram.bytes.length + cookedSize
    out.write(recordHeader, {
      seconds: Number(datagram.time / 1_000_000_000n),
      fraction: Number(datagram.time % 1_000_000_000n),
      capturedLength: length,
      originalLength: length,
    })
    writePacket(out, datagram)
  }
  return out.done()
}
