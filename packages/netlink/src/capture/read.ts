import { DecodeError } from '../codec/index.js'
import { asBuffer, orderAt } from './cooked.js'
import { type CapturedDatagram, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS } from './format.js'
import { readPcap } from './pcap.js'
import { readPcapng } from './pcapng.js'
import { SECTION_HEADER } from './pcapng-format.js'
import { isStrace, readStrace } from './strace/index.js'

/**
 * Yields the datagrams of a capture: a pcap or pcapng file of LINKTYPE_NETLINK in either byte order, or a log of strace (see
 * `readStrace`). The first bytes decide.
 * @throws {DecodeError} with the offset of the damage, after the datagrams before it
 */
export function readCapture(file: Uint8Array): Generator<CapturedDatagram, void, undefined> {
  const bytes = asBuffer(file)
  if (orderAt(bytes, 0, SECTION_HEADER)) return readPcapng(bytes)
  if (orderAt(bytes, 0, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS)) return readPcap(bytes)
  if (isStrace(bytes)) return readStrace(bytes)
  throw new DecodeError(
    `expected a pcap or pcapng file or a log of strace, got one that begins with 0x${bytes.toString('hex', 0, 4)}`,
  )
}
