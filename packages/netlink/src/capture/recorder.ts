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

/** Writes each datagram to a pcap file at once, so that the capture is complete up to a crash of the program. */
export interface Recorder extends Disposable {
  /** @param packetType PACKET_HOST for datagrams from the kernel, PACKET_OUTGOING for datagrams to it */
  record(protocol: number, packetType: number, bytes: Uint8Array): void
  close(): void
}

const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6))

/**
 * Opens a recording: creates or replaces a file that only its owner can read, and writes the header of a capture. If writing fails
 * later (`ENOSPC`), the recording ends with a process warning, so that the recorded connection is not affected.
 * @throws {Error} of Node's fs (`ENOENT`, `EACCES`, …)
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
