import { closeSync, writeSync } from 'node:fs'
import { encode, printable } from '../codec/index.js'
import {
  cookedHeader,
  cookedHeaderValue,
  fileHeader,
  fileHeaderValue,
  recordHeader,
  recordHeaderValue,
} from './format.js'
import { createPrivateFile } from './private-file.js'

/** Writes datagrams to a pcap file as they come, so that a program that dies leaves what came before. */
export interface Recorder extends Disposable {
  /** @param packetType PACKET_HOST from the kernel, PACKET_OUTGOING to it */
  record(protocol: number, packetType: number, bytes: Uint8Array): void
  close(): void
}

const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6))

/**
 * Creates a file that only its owner can read, in place of another one, and writes what a capture begins with. Where writing fails later (`ENOSPC`), the recording ends with a
 * warning of the process: what it records must not suffer.
 * @throws where Node's fs does (`ENOENT`, `EACCES`, …)
 */
export function openRecorder(path: string): Recorder {
  const fd = createPrivateFile(path)
  let open = true
  const write = (bytes: Uint8Array) => {
    try {
      writeSync(fd, bytes)
    } catch (error) {
      recorder.close()
      process.emitWarning(printable(`the capture ${path} ends here: ${(error as Error).message}`), {
        code: 'NETLINK_CAPTURE',
      })
    }
  }
  const recorder: Recorder = {
    record(protocol, packetType, bytes) {
      if (!open) return
      const datagram = { time: now(), protocol, packetType, bytes: Buffer.from(bytes) }
      const headers = [
        encode(recordHeader, recordHeaderValue(datagram)),
        encode(cookedHeader, cookedHeaderValue(datagram)),
      ]
      write(Buffer.concat([...headers, datagram.bytes]))
    },
    close() {
      if (open) closeSync(fd)
      open = false
    },
    [Symbol.dispose]: () => recorder.close(),
  }
  write(encode(fileHeader, fileHeaderValue))
  return recorder
}
