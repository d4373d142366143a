import { closeSync, openSync, writeSync } from 'node:fs'
import { encode } from '../codec/index.js'
import {
  cookedHeader,
  cookedHeaderValue,
  fileHeader,
  fileHeaderValue,
  recordHeader,
  recordHeaderValue,
} from './format.js'

/** Writes datagrams to a pcap file as they come, so that a program that dies leaves what came before. */
export interface Recorder extends Disposable {
  /** @param packetType PACKET_HOST from the kernel, PACKET_OUTGOING to it */
  record(protocol: number, packetType: number, bytes: Uint8Array): void
  close(): void
}

const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6))

/** Opens a file, emptied, and writes what a capture begins with. @throws where Node's fs does (`ENOENT`, `EACCES`, …) */
export function openRecorder(path: string): Recorder {
  const fd = openSync(path, 'w')
  writeSync(fd, encode(fileHeader, fileHeaderValue))
  let open = true
  const recorder: Recorder = {
    record(protocol, packetType, bytes) {
      if (!open) return
      const datagram = { time: now(), protocol, packetType, bytes: Buffer.from(bytes) }
      const headers = [
        encode(recordHeader, recordHeaderValue(datagram)),
        encode(cookedHeader, cookedHeaderValue(datagram)),
      ]
      writeSync(fd, Buffer.concat([...headers, datagram.bytes]))
    },
    close() {
      if (open) closeSync(fd)
      open = false
    },
    [Symbol.dispose]: () => recorder.close(),
  }
  return recorder
}
