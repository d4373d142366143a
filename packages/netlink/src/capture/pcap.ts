import { structParser } from '../codec/binary-parser.js'
import { DecodeError } from '../codec/index.js'
import { orderAt, packetReader } from './cooked.js'
import {
  type CapturedDatagram,
  fileHeader,
  LINKTYPE_NETLINK,
  MAGIC_MICROSECONDS,
  MAGIC_NANOSECONDS,
  recordHeader,
} from './format.js'
import { type CaptureSource, datagramsIn, type Input } from './input.js'

/** The upper six bits describe frame check sequences. */
const LINKTYPE_MASK = 0x03ffffff

/**
 * Yields the datagrams of a pcap file of LINKTYPE_NETLINK, in either byte order.
 * @throws {DecodeError} with the offset of the damage, after the datagrams before it
 */
export function readPcap(file: CaptureSource): Generator<CapturedDatagram, void, undefined> {
  return datagramsIn(file, pcapDatagrams)
}

/** Yields the datagrams of a pcap file. See {@link readPcap}. */
export function* pcapDatagrams(input: Input): Generator<CapturedDatagram, void, undefined> {
  input.fill(fileHeader.size)
  const order = orderAt(input.bytes, 0, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS)
  if (order === undefined)
    throw new DecodeError(`expected a pcap file, got one that begins with 0x${input.bytes.toString('hex', 0, 4)}`)
  const header = structParser(fileHeader, order)(input.bytes, 0)
  const linktype = header.linktype & LINKTYPE_MASK
  if (linktype !== LINKTYPE_NETLINK) throw new DecodeError(`expected LINKTYPE_NETLINK (253), got link type ${linktype}`)
  const unit = header.magic === MAGIC_NANOSECONDS ? 1n : 1000n
  const readRecord = structParser(recordHeader, order)
  const readPacket = packetReader(input)
  input.at = fileHeader.size
  while (input.fill(recordHeader.size) > 0) {
    const { seconds, fraction, capturedLength } = readRecord(input.bytes, input.at, input.base)
    input.at += recordHeader.size
    const room = input.fill(capturedLength)
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit
    yield readPacket(time, input.at, capturedLength, room)
    input.at += capturedLength
  }
}
