import { fstatSync, readFileSync, readSync, writeSync } from 'node:fs'
import { isReadable, sleep } from '@netloom/netlink/socket'
import { builtInVersion } from '../system/built-in.js'
import { CniError, ErrorCode, errnoCode, failure, messageOf } from './error.js'
import { parseJson } from './json.js'

/** Maximum size of stdin in bytes. It is far larger than any configuration, and too small to exhaust the node's memory. */
const maxInput = 8 * 1024 * 1024

const chunkSize = 64 * 1024

/** Retries while the output pipe is full. */
const retries = { tries: 1000, milliseconds: 10 }

/** Reads a file descriptor to its end. (Loading `process.stdin` would take milliseconds.) @throws {CniError} 5 */
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
 * Reads a file descriptor until its end, until it contains one JSON object, or for this number of milliseconds.
 * @throws {CniError} 5
 */
export async function readBriefly(fd: number, milliseconds: number): Promise<Buffer> {
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

/** True if the bytes are a complete JSON object. Only an object can contain a version. */
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
      sleep(retries.milliseconds)
    }
  }
}

const unreadable = 'error reading from stdin'

/** Thrown if output cannot be written completely. `written` is the number of bytes that were written. */
export class WriteError extends Error {
  override readonly name = 'WriteError'
  readonly code = 'ERR_CNI_WRITE'

  constructor(
    readonly written: number,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause })
  }
}

/** Writes all of `text`, with several system calls if necessary. @throws {WriteError} */
export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  if (bytes.length > 0 && isStandIn(fd)) throw new WriteError(0, 'it was closed when the plugin was started')
  let tries = 0
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (!isTryAgain(error) || ++tries > retries.tries) throw new WriteError(at, error)
      sleep(retries.milliseconds)
    }
  }
}

/** `st_rdev` of /dev/null, Documentation/admin-guide/devices.txt */
const nullDevice = (1 << 8) | 3
const O_ACCMODE = 3
const O_RDWR = 2

/**
 * True for the descriptor that Node opens at its start in place of a closed standard stream: /dev/null, for reading and writing.
 * (Shells and runtimes open /dev/null only for writing.) The executable leaves closed streams unusable.
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
