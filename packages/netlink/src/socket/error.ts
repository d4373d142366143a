import { printable } from '../codec/printable.js'
import { errnoName } from '../errno.js'

/** A system call failed. Use `code` to distinguish errors. */
export class SystemError extends Error {
  override readonly name: string = 'SystemError'
  /** `ENOENT`, `EPERM`, … */
  readonly code: string

  constructor(
    readonly syscall: string,
    /** The positive errno. */
    readonly errno: number,
    /** The object of the call, e.g. a path. */
    readonly detail?: string,
  ) {
    const code = errnoName(errno)
    super(printable(`${syscall}${detail === undefined ? '' : ` ${detail}`}: ${code}`))
    this.code = code
  }
}
