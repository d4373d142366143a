/**
 * CNI error codes. The specification defines 1 to 99. 8 exists only in libcni. 100 to 103 are specific to this plugin. 999 is for unexpected
 * errors.
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

/** An error to report to the container runtime. `code` is one of {@link ErrorCode}, or the code of an IPAM plugin. */
export class CniError extends Error {
  override readonly name = 'CniError'

  constructor(
    readonly code: number,
    message: string,
    readonly details = '',
    /** The message for logs, if values in `message` may be secret. */
    readonly forLog = message,
  ) {
    super(message)
  }

  /** Returns the same error with more details. */
  withDetails(more: readonly string[]): CniError {
    if (more.length === 0) return this
    return new CniError(this.code, this.message, [this.details, ...more].filter(Boolean).join('; '), this.forLog)
  }

  /** Returns the error object to print on stdout. */
  toObject(cniVersion: string): ErrorObject {
    const object: ErrorObject = { cniVersion, code: this.code, msg: this.message }
    if (this.details !== '') object.details = this.details
    return object
  }
}

/** Converts a thrown value to a CNI error. Unless it already is one, its code is 999, or 11 if the failure may be temporary. */
export function toCniError(error: unknown): CniError {
  return error instanceof CniError ? error : new CniError(codeOf(error, ErrorCode.internal), messageOf(error))
}

/** Runs all steps, even if some fail. Returns the errors. */
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

/** Throws the first error, if any, with the others in its details. @throws {CniError} */
export function throwFirst([first, ...others]: readonly CniError[]): void {
  if (first !== undefined) throw first.withDetails(others.map(messageOf))
}

/** Returns a one-line description of a thrown value, without stack trace. */
export function messageOf(error: unknown): string {
  if (error instanceof CniError) return error.details === '' ? error.message : `${error.message}; ${error.details}`
  return error instanceof Error ? error.message : String(error)
}

/** Returns the errno name of a failed system call or netlink request (`ENOENT`). Looks at the `cause` of the error, too. */
export function errnoCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof CniError) return undefined
  const { code, errno, cause } = error as NodeJS.ErrnoException
  return typeof code === 'string' && typeof errno === 'number' ? code : errnoCode(cause)
}

/** Errnos of failures that may be temporary: shortages, busy objects, interrupted calls. */
const temporary = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'ETXTBSY'])

/** Interrupted dumps, and QuickJS's error when it runs out of memory. */
const isTemporaryError = ({ name, message }: Error) =>
  name === 'DumpInterruptedError' || (name === 'InternalError' && message === 'out of memory')

function isTemporary(error: unknown): boolean {
  return temporary.has(errnoCode(error) ?? '') || (error instanceof Error && isTemporaryError(error))
}

/** Returns `code`, or 11 if the failure may be temporary. */
const codeOf = (error: unknown, code: number) => (isTemporary(error) ? ErrorCode.tryAgainLater : code)

/** Creates a CNI error that describes what failed and why. Its code is `code`, or 11 if the failure may be temporary. */
export function failure(what: string, error: unknown, code: number): CniError {
  return new CniError(codeOf(error, code), `${what}: ${messageOf(error)}`)
}

/** Calls `action`. @throws {CniError} made by {@link failure}, for an error of the kernel */
export function kernelCall<T>(what: string, action: () => T, code: number = ErrorCode.kernelRefused): T {
  try {
    return action()
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    throw failure(what, error, code)
  }
}

/**
 * Calls `action`. Returns undefined if it fails permanently, e.g. because a file does not exist.
 * @throws {CniError} 11 if the failure may be temporary
 */
export function ifAny<T>(what: string, action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (isTemporary(error)) throw failure(what, error, ErrorCode.tryAgainLater)
    return undefined
  }
}
