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
 * Returns a pcap file (nanoseconds) of datagrams, as Wireshark reads it. Needs Node or Bun: smart-buffer imports `node:buffer`.
 * @throws {EncodeError} if a datagram does not fit
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
