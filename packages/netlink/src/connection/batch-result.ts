import { BatchInterruptedError } from '../message/index.js'
import type { BatchEntry, BatchItem } from './batch-entry.js'

/** The outcome of a batch. */
export interface BatchResult {
  readonly items: readonly BatchItem[]
  /** Number of failed requests. */
  readonly failures: number
  /** The first failed request, if any. The kernel processes the requests after it all the same. */
  readonly first: BatchItem | undefined
}

/**
 * Returns the outcome of a batch that was sent. `finish` ends the sending, and may throw.
 * @throws {BatchInterruptedError} if `finish` throws after a part of the batch was sent
 */
export function conclude(items: readonly BatchEntry[], finish: () => void): BatchResult {
  try {
    finish()
  } catch (error) {
    if (items.every(({ state }) => state === 'waiting')) throw error
    throw new BatchInterruptedError(items, error)
  }
  const failed = items.filter(({ state }) => state === 'failed')
  return { items, failures: failed.length, first: failed[0] }
}
