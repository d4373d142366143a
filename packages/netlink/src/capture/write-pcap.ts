import { type ByteOrder, hostOrder } from '../codec/index.js'
import { structWriter } from '../codec/smart-buffer.js'
import {
  type CapturedDatagram,
  cookedHeader,
  cookedHeaderValue,
  fileHeader,
  fileHeaderValue,
  recordHeader,
  recordHeaderValue,
} from './format.js'

/**
 * Returns a pcap file with nanosecond time stamps, which Wireshark can read. Works only on Node and Bun, because smart-buffer
 * imports `node:buffer`.
 * @throws {EncodeError} if a datagram's time or protocol is out of range
 */
export function writePcap(datagrams: Iterable<CapturedDatagram>, order: ByteOrder = hostOrder): Buffer {
  const out = structWriter(order)
  out.write(fileHeader, fileHeaderValue)
  for (const datagram of datagrams) {
    out.write(recordHeader, recordHeaderValue(datagram))
    out.write(cookedHeader, cookedHeaderValue(datagram)).bytes(datagram.bytes)
  }
  return out.done()
}
