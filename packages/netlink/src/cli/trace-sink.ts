import { closeSync, writeSync } from 'node:fs'
import type { CapturedDatagram } from '../capture/format.js'
import { createPrivateFile } from '../capture/private-file.js'
import { pcapngHeader, pcapngPacket } from '../capture/write-pcapng.js'
import { hostOrder } from '../codec/index.js'
import { writeError } from '../socket/open-file.js'

/** Writes datagrams to a pcapng file as they arrive. The file is complete after each one. */
export class CaptureFile {
  readonly #fd: number

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
    } catch (error) {
      throw writeError(error, this.path)
    }
  }
}
