import { attemptAll, type CniError, messageOf, toCniError } from '../cni/error.js'

/** The steps of a transaction that must be undone if a later step fails. */
export class Rollback {
  readonly #steps: { readonly what: string; readonly undo: () => void }[] = []

  /** Adds a step. `undo` must also work if the step has failed halfway. */
  add(what: string, undo: () => void): void {
    this.#steps.push({ what, undo })
  }

  /** Undoes the steps, the last one first, each even if another fails. Returns the error with these failures in its details. */
  undo(error: unknown): CniError {
    const failures = this.#steps
      .reverse()
      .flatMap(({ what, undo }) => attemptAll([undo]).map((each) => `rollback: ${what}: ${messageOf(each)}`))
    return toCniError(error).withDetails(failures)
  }
}
