import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { errnoCode } from '../cni/error.js'

const chunkSize = 256 * 1024

/** Mode of an installed program. */
const mode = 0o755

/** Calls `use` with a descriptor of a file, and closes it. */
function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags, 0o600)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

/** Reads until the buffer is full or the file ends. Returns the bytes. */
function fill(fd: number, buffer: Uint8Array): Uint8Array {
  let length = 0
  while (length < buffer.length) {
    const read = readSync(fd, buffer.subarray(length))
    if (read === 0) break
    length += read
  }
  return buffer.subarray(0, length)
}

/** Copies a program to a new file that it makes executable, and writes it to the disk. @throws {Error} with a code, if it fails */
export function copyProgram(from: string, to: string): void {
  withFile(from, constants.O_RDONLY, (source) =>
    withFile(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, (target) => {
      const buffer = Buffer.alloc(chunkSize)
      for (;;) {
        const bytes = fill(source, buffer)
        if (bytes.length === 0) break
        for (let at = 0; at < bytes.length; ) at += writeSync(target, bytes, at)
      }
      fchmodSync(target, mode)
      fsyncSync(target)
    }),
  )
}

/** True if a file is an executable with the same bytes as another one. */
export function isCopy(original: string, file: string): boolean {
  const status = ifPresent(() => statSync(file))
  if (!status?.isFile() || (status.mode & 0o7777) !== mode || status.size !== statSync(original).size) return false
  return withFile(original, constants.O_RDONLY, (a) => withFile(file, constants.O_RDONLY, (b) => haveSameBytes(a, b)))
}

function haveSameBytes(a: number, b: number): boolean {
  const [left, right] = [Buffer.alloc(chunkSize), Buffer.alloc(chunkSize)]
  for (;;) {
    const [some, others] = [fill(a, left), fill(b, right)]
    if (some.length !== others.length || Buffer.compare(some, others) !== 0) return false
    if (some.length === 0) return true
  }
}

/** Deletes a file. @throws {Error} with a code, unless there is none */
export function removeFile(path: string): void {
  ifPresent(() => unlinkSync(path))
}

/** Returns the result of a call, or undefined if the file does not exist. */
export function ifPresent<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined
    throw error
  }
}
