import { DecodeError } from '../codec/index.js'
import { orderAt } from './cooked.js'
import { type CapturedDatagram, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS } from './format.js'
import { BEGINNING, type CaptureReader, type CaptureSource, datagramsIn, type Input } from './input.js'
import { pcapDatagrams } from './pcap.js'
import { pcapngDatagrams } from './pcapng.js'
import { SECTION_HEADER } from './pcapng-format.js'
import { isStrace, straceDatagrams } from './strace/index.js'

/**
 * Yields the datagrams of a capture: a pcap or pcapng file of LINKTYPE_NETLINK in either byte order, or a log of strace (see
 * `readStrace`). The first bytes decide. Reads pieces as they are needed: a file in pieces is never in memory as a whole.
 * @throws {DecodeError} with the offset of the damage, after the datagrams before it; for a packet or block above 16 MiB, if the
 * capture is in pieces
 */
export function readCapture(source: CaptureSource): Generator<CapturedDatagram, void, undefined> {
  return datagramsIn(source, (input) => readerOf(input)(input))
}

function readerOf(input: Input): CaptureReader {
  input.fill(BEGINNING)
  const { bytes } = input
  if (orderAt(bytes, 0, SECTION_HEADER)) return pcapngDatagrams
  if (orderAt(bytes, 0, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS)) return pcapDatagrams
  if (isStrace(bytes)) return straceDatagrams
  const given = bytes.length === 0 ? 'an empty one' : `one that begins with 0x${bytes.toString('hex', 0, 4)}`
  throw new DecodeError(`expected a pcap or pcapng file or a log of strace, got ${given}`)
}
