import { attemptAll, type CniError, messageOf, toCniError } from '../cni/error.js'

/** The completed steps of a transaction, to be undone if a later step fails. */
export class Rollback {
  readonly #steps: { readonly what: string; readonly undo: () => void }[] = []

  /** Adds the undo of a step. `undo` must work even if the step failed halfway. */
  add(what: string, undo: () => void): void {
    this.#steps.push({ what, undo })
  }

  /** Undoes the steps in reverse order. Continues after failures. Returns the error, with the failures in its details. */
  undo(error: unknown): CniError {
    const failures = this.#steps
      .reverse()
      .flatMap(({ what, undo }) => attemptAll([undo]).map((each) => `rollback: ${what}: ${messageOf(each)}`))
    return toCniError(error).withDetails(failures)
  }
}
