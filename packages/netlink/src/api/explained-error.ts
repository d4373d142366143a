import { NetlinkError, type Refusal } from '../message/index.js'

/** ENOENT, asm-generic/errno-base.h */
const ENOENT = 2

/** A refusal with a text of the library's: for an object that is not there, or a value that the kernel refused without a text. */
export class ExplainedError extends NetlinkError {
  override readonly kernelMessage = undefined

  constructor({ text, errno = ENOENT, ...refusal }: Explanation, cause?: unknown) {
    super({ ...refusal, errno, kernelMessage: text })
    if (cause !== undefined) this.cause = cause
  }
}

interface Explanation extends Pick<Refusal, 'request' | 'attribute'> {
  /** ENOENT if left out. */
  readonly errno?: number
  readonly text: string
}
