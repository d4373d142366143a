import { printable } from '../codec/printable.js'
import { errnoName } from '../errno.js'

/** A system call failed. Branch on `code`. */
export class SystemError extends Error {
  override readonly name: string = 'SystemError'
  /** `ENOENT`, `EPERM`, … */
  readonly code: string

  constructor(
    readonly syscall: string,
    /** The positive errno. */
    readonly errno: number,
    /** On what: a path, a name. */
    readonly detail?: string,
  ) {
    const code = errnoName(errno)
    super(printable(`${syscall}${detail === undefined ? '' : ` ${detail}`}: ${code}`))
    this.code = code
  }
}
