import { writeSync } from 'node:fs'
import { codeOf } from '../codec/error.js'
import { printable } from '../codec/index.js'
import { plainText } from '../inspect/styled.js'
import { writeError } from '../socket/open-file.js'
import { sleep } from '../socket/sleep.js'
import { coloured } from './colour.js'
import type { Printer } from './command.js'

/** Thrown if the reader of the output has closed it, as `head` does. */
export class ClosedPipeError extends Error {
  override readonly name = 'ClosedPipeError'
  readonly code = 'EPIPE'
}

/** Size of the buffer of lines, in bytes. */
const BUFFER = 128 * 1024

/** Most bytes of a character in UTF-8, for each unit of a JavaScript string. */
const MOST_BYTES = 3

function writeBytes(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EPIPE') throw new ClosedPipeError()
      if (code !== 'EAGAIN') throw writeError(error, fd === 1 ? 'standard output' : 'standard error')
      // The pipe may be nonblocking and full.
      sleep(1)
    }
  }
}

/** Writes all of `text`, with several calls if necessary. @throws {ClosedPipeError} if the reader has closed the pipe */
export const writeAll = (fd: number, text: string): void => writeBytes(fd, Buffer.from(text))

/** Prints a line on standard error. @throws {ClosedPipeError} */
export const complain = (text: string): void => writeAll(2, `netloom: ${printable(text)}\n`)

/**
 * Creates a printer that collects lines and writes them to `fd` in large pieces. It encodes each text at once: one character outside of
 * Latin-1 makes V8 keep a long text, and convert it, with two bytes for each character.
 */
export function printer(fd: number): Printer {
  const buffer = Buffer.allocUnsafeSlow(BUFFER)
  let used = 0
  const flush = () => {
    const length = used
    used = 0
    writeBytes(fd, buffer.subarray(0, length))
  }
  const lines = (text: string) => {
    const most = text.length * MOST_BYTES
    if (most > BUFFER - used) flush()
    if (most > BUFFER) writeAll(fd, text)
    else used += buffer.write(text, used)
  }
  return {
    line: (text) => lines(`${printable(text)}\n`),
    styled: (parts, isColoured) => lines(`${isColoured ? coloured(parts) : plainText(parts)}\n`),
    lines,
    flush,
    complain(text) {
      flush()
      complain(text)
    },
  }
}
