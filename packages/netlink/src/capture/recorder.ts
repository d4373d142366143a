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

const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6))

/** Writes datagrams to a pcap file. Each one is written at once, so the file is complete even if the program crashes. */
export class Recorder implements Disposable {
  readonly #path: string
  readonly #fd: number
  #isOpen = true

  /**
   * Creates or replaces the file, readable only by its owner, and writes its header. If writing fails later (`ENOSPC`), the
   * recording ends with a process warning. The connection is not affected.
   * @throws {Error} of Node's fs (`ENOENT`, `EACCES`, …)
   */
  constructor(path: string) {
    this.#path = path
    this.#fd = createPrivateFile(path)
    this.#write(encode(fileHeader, fileHeaderValue))
  }

  /** @param packetType PACKET_HOST for datagrams from the kernel, PACKET_OUTGOING for datagrams to it */
  record(protocol: number, packetType: number, bytes: Uint8Array): void {
    if (!this.#isOpen) return
    const datagram = { time: now(), protocol, packetType, bytes: Buffer.from(bytes) }
    const headers = [
      encode(recordHeader, recordHeaderValue(datagram)),
      encode(cookedHeader, cookedHeaderValue(datagram)),
    ]
    this.#write(Buffer.concat([...headers, datagram.bytes]))
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd)
    this.#isOpen = false
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #write(bytes: Uint8Array): void {
    try {
      writeSync(this.#fd, bytes)
    } catch (error) {
      this.close()
      process.emitWarning(printable(`the capture ${this.#path} ends here: ${(error as Error).message}`), {
        code: 'NETLINK_CAPTURE',
      })
    }
  }
}
