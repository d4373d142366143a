import type { Operation } from './operation.js'

/**
 * Undo stack of an operation with several changes. After each change, the operation adds what reverts it. If a later change
 * fails, `run` reverts all of them, last first.
 *
 * ```ts
 * const rollback = new Rollback()
 * try {
 *   yield* change('RTM_NEWLINK', link, { create: true, excl: true })
 *   rollback.add(undo('RTM_DELLINK', key))
 *   yield* change('RTM_NEWLINK', alias)
 * } catch (error) {
 *   yield* rollback.run()
 *   throw error
 * }
 * ```
 */
export class Rollback {
  readonly #undos: Operation<void>[] = []

  /** Adds an operation that has not begun. */
  add(undo: Operation<void>): void {
    this.#undos.push(undo)
  }

  /** Runs an operation, and reverts all changes if it fails. */
  *during<T>(operation: Operation<T>): Operation<T> {
    try {
      return yield* operation
    } catch (error) {
      yield* this.run()
      throw error
    }
  }

  /** Runs the added operations, last first, and forgets them. */
  *run(): Operation<void> {
    for (const undo of this.#undos.splice(0).reverse()) yield* undo
  }
}
