import { structParser } from '../codec/binary-parser.js'
import { DecodeError } from '../codec/index.js'
import { asBuffer, orderAt, packetReader } from './cooked.js'
import {
  type CapturedDatagram,
  fileHeader,
  LINKTYPE_NETLINK,
  MAGIC_MICROSECONDS,
  MAGIC_NANOSECONDS,
  recordHeader,
} from './format.js'

/** The upper six bits describe frame check sequences. */
const LINKTYPE_MASK = 0x03ffffff

/**
 * Yields the datagrams of a pcap file of LINKTYPE_NETLINK, in either byte order.
 * @throws {DecodeError} with the offset of the damage, after the datagrams before it
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
