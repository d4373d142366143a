import { closeSync, ftruncateSync, writeSync } from 'node:fs'
import type { CapturedDatagram } from '../capture/format.js'
import { createPrivateFile } from '../capture/private-file.js'
import { pcapngHeader, pcapngPacket } from '../capture/write-pcapng.js'
import { hostOrder } from '../codec/index.js'
import { writeError } from '../socket/open-file.js'

/** Writes datagrams to a pcapng file as they arrive. The file is complete after each one, and after an error. */
export class CaptureFile {
  readonly #fd: number
  /** Number of bytes up to the last complete block. */
  #size = 0

  /** Creates or replaces the file, readable only by its owner. @throws {Error} of Node's fs (`ENOENT`, `EACCES`, …) */
  constructor(readonly path: string) {
    this.#fd = createPrivateFile(path)
    this.#write(pcapngHeader(hostOrder))
  }

  add(datagram: CapturedDatagram): void {
    this.#write(pcapngPacket(datagram, hostOrder))
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** @throws {SystemError} e.g. `ENOSPC` */
  #write(bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at)
      this.#size += bytes.length
    } catch (error) {
      this.#removeRest()
      throw writeError(error, this.path)
    }
  }

  /** Removes the part of a block that was written before an error: a file that ends inside of a block is damaged. */
  #removeRest(): void {
    try {
      ftruncateSync(this.#fd, this.#size)
    } catch {
      // Pipes and devices have no length.
    }
  }
}
