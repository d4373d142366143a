import { ArgumentError, show } from '@netloom/netlink/codec'
import { checkOptions, checkSignal } from '../options.js'
import { DEPTH } from './operations.js'

/** Options of asynchronous reading. */
export interface ReadOptions {
  /** Ends reading: the iterator throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Options of `TunTap.batches`. */
export interface BatchOptions extends ReadOptions {
  /** Maximum number of frames in a batch, 1 to 64. */
  readonly depth?: number | undefined
}

function checkDepth(what: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= DEPTH))
    throw new ArgumentError(`expected a ${what} from 1 to ${DEPTH}, got ${show(value)}`)
}

const readOptions = { signal: checkSignal }
const batchOptions = { ...readOptions, depth: checkDepth }

/** @throws {TypeError} if an option is unknown or invalid */
export function checkReadOptions(options: ReadOptions): void {
  checkOptions(options, readOptions)
}

/** @throws {TypeError} if an option is unknown or invalid */
export function checkBatchOptions(options: BatchOptions): void {
  checkOptions(options, batchOptions)
}
