import { printable } from '../codec/printable.js'
import { errnoDescription, errnoName } from '../errno.js'

/** Errors that any call can return which opens or writes a file. Their names do not say which limit is reached. */
const limits = ['EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EFBIG']

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
    super(
      printable(
        `${syscall}${detail === undefined ? '' : ` ${detail}`}: ${limits.includes(code) ? `${errnoDescription(errno)} (${code})` : code}`,
      ),
    )
    this.code = code
  }
}
