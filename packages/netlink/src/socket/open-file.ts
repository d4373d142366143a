import { openSync } from 'node:fs'
import { SystemError } from './error.js'

/** Opens a file with `fs`. Returns its descriptor. @throws {SystemError} */
export function openFile(path: string, flags: number): number {
  try {
    return openSync(path, flags)
  } catch (error) {
    throw openError(error, path)
  }
}

/** Returns the error to throw for one of `fs` while it opened a file. Errors that are not of the kernel remain as they are. */
export const openError = (error: unknown, path: string): unknown => fileError('open', error, path)

/** Returns the error to throw for one of `fs` while it wrote a file. `name`: its path, or what it is. */
export const writeError = (error: unknown, name: string): unknown => fileError('write', error, name)

function fileError(syscall: string, error: unknown, name: string): unknown {
  const { errno } = error as NodeJS.ErrnoException
  return errno === undefined ? error : new SystemError(syscall, -errno, name)
}
