import { NetlinkError } from '../../message/index.js'
import type { Operation } from './operation.js'
import { selectsNothing } from './selection.js'

/** Checks that the caller restricts what a flush deletes. `keys` are the options of the filter. @throws {TypeError} */
export function checkFlush(filter: object, keys: readonly string[]): void {
  // A null member is refused with the filter itself: it must not select everything.
  if (Object.values(filter ?? {}).every((value) => value === undefined)) throw selectsNothing('filter', keys)
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
