/**
 * CNI error codes. 1 to 99 are the specification's, 8 is known to libcni only, 100 to 103 are this plugin's own, 999 is
 * what nobody foresaw.
 */
export const ErrorCode = {
  incompatibleVersion: 1,
  invalidEnvironment: 4,
  io: 5,
  decoding: 6,
  invalidConfig: 7,
  invalidNetns: 8,
  tryAgainLater: 11,
  unavailable: 50,
  nameExists: 100,
  kernelRefused: 101,
  checkDiffers: 102,
  ipamUnusable: 103,
  internal: 999,
} as const

/** An error object of the CNI specification, section 5, "Error". */
export interface ErrorObject {
  cniVersion: string
  code: number
  msg: string
  details?: string
}

/** A failure that a container runtime is told of: `code` is one of {@link ErrorCode}, or what an IPAM plugin chose. */
export class CniError extends Error {
  override readonly name = 'CniError'

  constructor(
    readonly code: number,
    message: string,
    readonly details = '',
  ) {
    super(message)
  }

  /** The same error, with more to say. */
  withDetails(more: readonly string[]): CniError {
    if (more.length === 0) return this
    return new CniError(this.code, this.message, [this.details, ...more].filter(Boolean).join('; '))
  }

  /** What goes to stdout; `cniVersion` is the configuration's where it could be read. */
  toObject(cniVersion: string): ErrorObject {
    const object: ErrorObject = { cniVersion, code: this.code, msg: this.message }
    if (this.details !== '') object.details = this.details
    return object
  }
}

/** Any thrown thing as a CNI error: what is not one already becomes 999, or 11 where it may be over another time. */
export function toCniError(error: unknown): CniError {
  return error instanceof CniError ? error : new CniError(codeOf(error, ErrorCode.internal), messageOf(error))
}

/** Tries every step. Returns the errors of those that failed. */
export function attemptAll(steps: readonly (() => void)[]): CniError[] {
  const errors: CniError[] = []
  for (const step of steps) {
    try {
      step()
    } catch (error) {
      errors.push(toCniError(error))
    }
  }
  return errors
}

/** @throws {CniError} the first of the errors, with the others in its details */
export function throwFirst([first, ...others]: readonly CniError[]): void {
  if (first !== undefined) throw first.withDetails(others.map(messageOf))
}

/** One line about any thrown thing, never a stack trace. */
export function messageOf(error: unknown): string {
  if (error instanceof CniError) return error.details === '' ? error.message : `${error.message}; ${error.details}`
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a failed system call or netlink request (`ENOENT`), or of the one behind an error; undefined for any other. */
export function errnoCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof CniError) return undefined
  const { code, errno, cause } = error as NodeJS.ErrnoException
  return typeof code === 'string' && typeof errno === 'number' ? code : errnoCode(cause)
}

/** What may be over when the runtime asks again: a shortage, something in use, a signal that came in between. */
const passing = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'ETXTBSY'])

/** A dump that was interrupted, and what QuickJS says where a limit of memory is reached. */
const isPassingError = ({ name, message }: Error) =>
  name === 'DumpInterruptedError' || (name === 'InternalError' && message === 'out of memory')

function isPassing(error: unknown): boolean {
  return passing.has(errnoCode(error) ?? '') || (error instanceof Error && isPassingError(error))
}

/** The code that an error is told with: `code`, or 11 where it may be over another time. */
const codeOf = (error: unknown, code: number) => (isPassing(error) ? ErrorCode.tryAgainLater : code)

/** What failed and why, as a CNI error with `code`, or 11 where it may be over another time. */
export function failure(what: string, error: unknown, code: number): CniError {
  return new CniError(codeOf(error, code), `${what}: ${messageOf(error)}`)
}

/** Runs `action`; what the kernel refuses becomes a `failure()`. */
export function kernelCall<T>(what: string, action: () => T, code: number = ErrorCode.kernelRefused): T {
  try {
    return action()
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    throw failure(what, error, code)
  }
}

/**
 * Runs `action`; undefined where that fails for good, as the lack of something to look at does.
 * @throws {CniError} 11 where it may be over another time: nobody knows yet
 */
export function ifAny<T>(what: string, action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (isPassing(error)) throw failure(what, error, ErrorCode.tryAgainLater)
    return undefined
  }
}
