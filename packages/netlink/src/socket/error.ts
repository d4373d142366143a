import { printable } from '../codec/printable.js'
import { errnoName } from '../errno.js'

/** Thrown if a system call fails. Programs should branch on `code`. */
export class SystemError extends Error {
  override readonly name: string = 'SystemError'
  /** Name of the errno: `ENOENT`, `EPERM`, … */
  readonly code: string

  constructor(
    readonly syscall: string,
    /** Positive errno. */
    readonly errno: number,
    /** The object of the call, e.g. a path. */
    readonly detail?: string,
  ) {
    const code = errnoName(errno)
    super(printable(`${syscall}${detail === undefined ? '' : ` ${detail}`}: ${code}`))
    this.code = code
  }
}
