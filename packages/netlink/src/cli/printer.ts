import { writeSync } from 'node:fs'
import { codeOf } from '../codec/error.js'
import { printable } from '../codec/index.js'
import { plainText } from '../inspect/styled.js'
import { sleep } from '../socket/sleep.js'
import { coloured } from './colour.js'
import type { Printer } from './command.js'

/** Thrown if the reader of the output has closed it, as `head` does. */
export class ClosedPipeError extends Error {
  override readonly name = 'ClosedPipeError'
  readonly code = 'EPIPE'
}

const CHUNK = 65536

/** Writes all of `text`, with several calls if necessary. @throws {ClosedPipeError} if the reader has closed the pipe */
export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EPIPE') throw new ClosedPipeError()
      if (code !== 'EAGAIN') throw error
      // The pipe may be nonblocking and full.
      sleep(1)
    }
  }
}

/** Prints a line on standard error. @throws {ClosedPipeError} */
export const complain = (text: string): void => writeAll(2, `netloom: ${printable(text)}\n`)

/** Creates a printer that collects lines and writes them to `fd` in large pieces. */
export function printer(fd: number): Printer {
  let waiting = ''
  const flush = () => {
    const text = waiting
    waiting = ''
    writeAll(fd, text)
  }
  return {
    line(text) {
      waiting += `${printable(text)}\n`
      if (waiting.length > CHUNK) flush()
    },
    styled(parts, isColoured) {
      waiting += `${isColoured ? coloured(parts) : plainText(parts)}\n`
      if (waiting.length > CHUNK) flush()
    },
    flush,
    complain(text) {
      flush()
      complain(text)
    },
  }
}
