import { ArgumentError, isRecord } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { NetlinkError } from '../../message/index.js'
import { checkKeys, type Keys } from '../values/objects.js'
import type { Operation } from './operation.js'

/** True for a condition that contains nothing, such as a list that a program has computed: it would select everything. */
const isEmpty = (condition: unknown): boolean =>
  Array.isArray(condition)
    ? condition.length === 0
    : isRecord(condition) && Object.values(condition).every((each) => each === undefined || isEmpty(each))

/**
 * Checks that the caller restricts what a flush deletes. `keys` are the options of the filter, `details` those that select nothing,
 * and `hint` is the end of the error for a filter without conditions.
 * @throws {TypeError}
 */
export function checkFlush(
  filter: object,
  keys: Keys,
  { details = [], hint = '' }: { readonly details?: readonly string[]; readonly hint?: string } = {},
): void {
  checkKeys('filter', filter, keys)
  const conditions = Object.keys(keys).filter((key) => !details.includes(key))
  // A null member is refused with the filter itself: it must not select everything.
  const given = conditions.flatMap((key) => {
    const value = (filter as Readonly<Record<string, unknown>>)[key]
    return value === undefined || value === false ? [] : [{ key, value }]
  })
  for (const { key, value } of given)
    if (isEmpty(value))
      throw new ArgumentError(`expected ${key} of filter to restrict what is deleted, got ${show(value)}`)
  if (given.length === 0)
    throw new ArgumentError(
      `expected filter to have at least one of ${conditions.join(', ')}, as it would delete everything, got none${hint}`,
    )
}

/** Error codes of a deletion if the object does not exist. */
const gone: readonly string[] = ['ENOENT', 'ESRCH', 'EADDRNOTAVAIL', 'ENODEV']

/** Deletes one of the objects that a flush has listed. Returns false if it was deleted in the meantime. */
export function* flushed(deletion: Operation<unknown>): Operation<boolean> {
  try {
    yield* deletion
    return true
  } catch (error) {
    if (error instanceof NetlinkError && gone.includes(error.code)) return false
    throw error
  }
}
