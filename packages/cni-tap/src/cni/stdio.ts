import { fstatSync, readFileSync, readSync, writeSync } from 'node:fs'
import { builtInVersion } from '../system/built-in.js'
import { sleep } from '../system/sleep.js'
import { CniError, ErrorCode, errnoCode, failure, messageOf } from './error.js'
import { parseJson } from './json.js'

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

/**
 * Reads a file descriptor to its end, until what came is one JSON object, or for so many milliseconds.
 * @throws {CniError} 5
 */
export async function readBriefly(fd: number, milliseconds: number): Promise<Buffer> {
  // Only where it is needed: on Node it loads what calls the kernel.
  const { isReadable } = await import('@netloom/netlink/socket')
  const until = performance.now() + milliseconds
  const chunks: Buffer[] = []
  let size = 0
  while (size <= maxInput && isReadable(fd, until - performance.now())) {
    const chunk = Buffer.allocUnsafe(chunkSize)
    const length = readSome(fd, chunk)
    size += length
    chunks.push(chunk.subarray(0, length))
    if (length === 0 || isObject(chunks)) break
  }
  return Buffer.concat(chunks)
}

/** Anything else than an object has nothing in it that a caller asks for. */
function isObject(chunks: readonly Buffer[]): boolean {
  if (!chunks.at(-1)?.toString('latin1').trimEnd().endsWith('}')) return false
  try {
    parseJson(Buffer.concat(chunks))
    return true
  } catch {
    return false
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
  if (bytes.length > 0 && isStandIn(fd)) throw new WriteError(0, 'it was closed when the plugin was started')
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

/** `st_rdev` of /dev/null, Documentation/admin-guide/devices.txt */
const nullDevice = (1 << 8) | 3
const O_ACCMODE = 3
const O_RDWR = 2

/**
 * True for what Node opens at its start in place of a standard stream that is closed: /dev/null, to be read and written. Shells and
 * runtimes open it to be written only. The executable leaves a closed stream unusable.
 */
function isStandIn(fd: number): boolean {
  if (builtInVersion !== undefined) return false
  try {
    const stat = fstatSync(fd)
    if (!stat.isCharacterDevice() || stat.rdev !== nullDevice) return false
    const [, flags = '0'] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? []
    return (Number.parseInt(flags, 8) & O_ACCMODE) === O_RDWR
  } catch {
    return false
  }
}

const isTryAgain = (error: unknown) => ['EAGAIN', 'EINTR'].includes(errnoCode(error) ?? '')
