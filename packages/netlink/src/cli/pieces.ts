import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { codeOf } from '../codec/error.js'
import { sleep } from '../socket/sleep.js'
import type { Printer } from './command.js'
import { keepHeapSmall, LONG_INPUT } from './small-heap.js'

const PIECE = 64 * 1024

/** Reads up to one piece. Returns 0 at the end. */
function readPiece(fd: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, piece)
    } catch (error) {
      if (codeOf(error) === 'EOF') return 0
      if (codeOf(error) !== 'EAGAIN') throw error
      // The pipe is nonblocking and empty.
      sleep(1)
    }
  }
}

/** Yields the contents of a descriptor, always in the same buffer. Calls `beforeRead`, because the next piece of a pipe may take a while. */
function* descriptorPieces(fd: number, beforeRead: () => void): Generator<Buffer, void, undefined> {
  const piece = Buffer.allocUnsafeSlow(PIECE)
  for (;;) {
    beforeRead()
    const length = readPiece(fd, piece)
    if (length === 0) return
    yield piece.subarray(0, length)
  }
}

function* filePieces(path: string, beforeRead: () => void): Generator<Buffer, void, undefined> {
  const fd = openSync(path, 'r')
  try {
    yield* descriptorPieces(fd, beforeRead)
  } finally {
    closeSync(fd)
  }
}

/**
 * Returns the contents of a file in pieces, or of standard input for `-`. A regular file can be iterated several times, a pipe once.
 * Flushes the output before each read of a pipe.
 * @throws {Error} of Node's fs (`ENOENT`, `EACCES`, …), `EISDIR` for a directory
 */
export function inputPieces(file: string, out: Printer): Iterable<Uint8Array> {
  const flush = () => out.flush()
  const status = file === '-' ? undefined : statSync(file)
  // The length of a pipe is not known.
  if (!status?.isFile() || status.size > LONG_INPUT) keepHeapSmall()
  if (status === undefined) return descriptorPieces(0, flush)
  if (status.isDirectory())
    throw Object.assign(new Error(`EISDIR: expected a capture, '${file}' is a directory`), { code: 'EISDIR' })
  if (!status.isFile()) return filePieces(file, flush)
  return { [Symbol.iterator]: () => filePieces(file, () => {}) }
}
