import { NetlinkError, type Refusal } from '../core/index.js'

/** ENOENT, asm-generic/errno-base.h */
const ENOENT = 2

/** An object that the caller named does not exist. The text is the library's: the kernel sends none, or accepts the request. */
export class MissingError extends NetlinkError {
  override readonly kernelMessage = undefined

  constructor(refusal: Omit<Refusal, 'errno'> & { readonly errno?: number }, cause?: unknown) {
    super({ errno: ENOENT, ...refusal })
    if (cause !== undefined) this.cause = cause
  }
}
