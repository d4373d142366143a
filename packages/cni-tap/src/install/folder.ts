import { closeSync, constants, fsyncSync, openSync } from 'node:fs'
import { check, libc, uninterrupted } from '@netloom/netlink/socket'

const LOCK_EX = 2

/** A folder in which only one installer works at a time (flock(2) of the folder itself). The lock ends with the process. */
export class LockedFolder {
  readonly path: string
  readonly #fd: number

  /** Waits for other installers. @throws {Error} if it is no folder, or cannot be opened */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      check(
        'flock',
        uninterrupted(() => libc.flock(this.#fd, LOCK_EX)),
        path,
      )
    } catch (error) {
      closeSync(this.#fd)
      throw error
    }
  }

  /** Writes the folder's names to the disk, so that a renamed file survives a power failure. */
  sync(): void {
    fsyncSync(this.#fd)
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }
}
