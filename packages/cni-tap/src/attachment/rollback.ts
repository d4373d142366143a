import { messageOf, toCniError } from '../cni/error.js'

/** Calls `action`; where it fails, `undo` takes back what was made for it, and what that meets becomes a detail. */
export async function undoing<T>(what: string, undo: () => void, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw toCniError(error).withDetails(complaintsOf(what, undo))
  }
}

function complaintsOf(what: string, undo: () => void): string[] {
  try {
    undo()
    return []
  } catch (error) {
    return [`rollback: ${what}: ${messageOf(error)}`]
  }
}
