import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeAction } from '../values/describe.js'
import type { Action, ActionFilter, ActionKey, NewAction } from './types.js'
import { add, ensureAction, flush, get, list, remove, replace } from './write.js'

/** Operations on actions that filters share: `nl.action`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface ActionOperations {
  /** Lists the actions of a kind, like `tc actions list action mirred`. */
  list(filter: ActionFilter, options?: WaitOptions): Promise<Action[]>

  /** Lists the actions of a kind. Synchronous form of {@link ActionOperations.list}. */
  listSync(filter: ActionFilter, options?: TimeoutOptions): Action[]

  /** Returns an action; `undefined` if there is none. */
  get(key: ActionKey, options?: WaitOptions): Promise<Action | undefined>

  /** Returns an action; `undefined` if there is none. Synchronous form of {@link ActionOperations.get}. */
  getSync(key: ActionKey, options?: TimeoutOptions): Action | undefined

  /**
   * Adds an action, like `tc actions add`.
   * @throws {NetlinkError} `EEXIST` if there is one with its number
   */
  add(action: NewAction, options?: WaitOptions): Promise<void>

  /** Adds an action. Synchronous form of {@link ActionOperations.add}. */
  addSync(action: NewAction, options?: TimeoutOptions): void

  /** Adds an action, or replaces the one with its number, like `tc actions replace`. */
  replace(action: NewAction, options?: WaitOptions): Promise<void>

  /** Adds an action, or replaces the one with its number. Synchronous form of {@link ActionOperations.replace}. */
  replaceSync(action: NewAction, options?: TimeoutOptions): void

  /**
   * Adds an action with this `index`, or replaces it if it differs from the spec. Changes nothing otherwise.
   * @throws {EnsureError} if the kernel accepted the change, but the action still differs
   */
  ensure(action: NewAction, options?: WaitOptions): Promise<Ensured>

  /** Adds an action, or replaces the one with its number if it differs. Synchronous form of {@link ActionOperations.ensure}. */
  ensureSync(action: NewAction, options?: TimeoutOptions): Ensured

  /**
   * Deletes an action, like `tc actions delete`.
   * @throws {NetlinkError} `ENOENT` if there is none; `EPERM` if a filter uses it
   */
  delete(key: ActionKey, options?: WaitOptions): Promise<void>

  /** Deletes an action. Synchronous form of {@link ActionOperations.delete}. */
  deleteSync(key: ActionKey, options?: TimeoutOptions): void

  /** Deletes the actions of a kind that no filter uses, like `tc actions flush`. */
  flush(filter: ActionFilter, options?: WaitOptions): Promise<void>

  /** Deletes the actions of a kind that no filter uses. Synchronous form of {@link ActionOperations.flush}. */
  flushSync(filter: ActionFilter, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const actionOperations = (connection: AnyConnection) =>
  bind<ActionOperations>(new Runner(() => connection, 'action', describeAction), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    ensure: { arguments: 1, run: ensureAction },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
  })
