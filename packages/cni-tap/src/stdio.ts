import { readSync, writeSync } from 'node:fs'
import { CniError, ErrorCode, errnoCode, failure, messageOf } from './error.js'

/** Far above any configuration, and far below what would hurt the node. */
const maxInput = 8 * 1024 * 1024

const chunkSize = 64 * 1024

/** How long a reader of our output may leave a full pipe alone. */
const patience = { tries: 1000, milliseconds: 10 }

/**
 * Reads a file descriptor to its end. `process.stdin` would cost milliseconds at start-up.
 * @throws {CniError} 5
 */
export function readAll(fd: number): Buffer {
  const chunks: Buffer[] = []
  let size = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkSize)
    const length = readSome(fd, chunk)
    if (length === 0) return Buffer.concat(chunks)
    size += length
    if (size > maxInput) throw new CniError(ErrorCode.io, `${unreadable}: more than ${maxInput} bytes`)
    chunks.push(chunk.subarray(0, length))
  }
}

function readSome(fd: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, chunk)
    } catch (error) {
      if (!isTryAgain(error)) throw failure(unreadable, error, ErrorCode.io)
      sleep(patience.milliseconds)
    }
  }
}

const unreadable = 'error reading from stdin'

/** Not all could be written: so many bytes were. */
export class WriteError extends Error {
  constructor(
    readonly written: number,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause })
  }
}

/**
 * Writes all of `text`, however little the other side takes at once.
 * @throws {WriteError}
 */
export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  let tries = 0
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (!isTryAgain(error) || ++tries > patience.tries) throw new WriteError(at, error)
      sleep(patience.milliseconds)
    }
  }
}

const isTryAgain = (error: unknown) => ['EAGAIN', 'EINTR'].includes(errnoCode(error) ?? '')

/** Waits without turning to the event loop: nothing may happen meanwhile. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
