import { spawnSync } from 'node:child_process'
import { closeSync, constants, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TraceError } from './trace-error.js'

/**
 * A named pipe through which strace sends its log. It is no inherited descriptor, because the command would inherit that, too. It
 * blocks strace, and so the command, when the reader is slow: the log never fills memory or disk.
 */
export class Fifo {
  readonly path: string
  readonly #folder: string
  /** Keeps the pipe open until strace has opened it. A pipe without a writer is at its end. */
  #keeper: number | undefined

  /** Creates a pipe that only its owner can open. @throws {TraceError} if mkfifo is missing */
  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'netloom-trace-'))
    this.path = join(this.#folder, 'log')
    const { status, error } = spawnSync('mkfifo', ['-m', '600', this.path], { stdio: 'ignore' })
    if (status !== 0) {
      this.remove()
      throw new TraceError(`mkfifo failed (${error?.message ?? `exit code ${status}`}): install coreutils or busybox`)
    }
    this.#keeper = openSync(this.path, constants.O_RDWR)
  }

  /** Yields what strace writes, until it closes the pipe. */
  async *read(): AsyncGenerator<string, void, undefined> {
    const stream = createReadStream(this.path, { fd: openSync(this.path, constants.O_RDONLY), encoding: 'latin1' })
    for await (const piece of stream) {
      this.release()
      this.remove()
      yield String(piece)
    }
  }

  /** Lets the pipe end when strace ends. Call it when strace has opened the pipe, or has ended. */
  release(): void {
    if (this.#keeper !== undefined) closeSync(this.#keeper)
    this.#keeper = undefined
  }

  /** Removes the file. Open descriptors are not affected. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
