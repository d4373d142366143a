import type { ObjectKind } from '../../cache/index.js'
import { propertyChanges } from './property-changes.js'
import type { LostEvent, NamedObjects, ObjectEvent, WatchEvent } from './types.js'

/** A change of an object before it is an event. `id` is the same for all changes of the object. */
export interface PendingChange<K extends ObjectKind = ObjectKind> {
  readonly id: string
  /** The id that the object had before. */
  readonly previousId: string
  readonly kind: K
  readonly before: NamedObjects[K] | undefined
  readonly after: NamedObjects[K] | undefined
  readonly derived: boolean
}

/** A change of a cache, the loss of notifications, or the end of the cache. */
export type CacheNotice =
  | PendingChange
  | { readonly type: 'overrun' | 'resynchronised' }
  | { readonly type: 'end'; readonly error?: unknown }

/** The part of a cache that `watch` and `until` use. */
export interface ChangeSource {
  /** Calls `subscriber` synchronously with each change of the requested kinds. Returns a function that unsubscribes. */
  subscribe(subscriber: (notice: CacheNotice) => void): () => void
  /** Returns the present objects as changes, for a watch that begins with them. */
  present(): Iterable<PendingChange>
}

type Pending = PendingChange | LostEvent | { readonly type: 'resynchronised' }

/**
 * Events that the reader of a watch has not taken yet. If a change arrives while there are `buffer` or more, changes of the same
 * object are merged. So the memory is limited, and the events still lead to the present state.
 */
export class EventQueue {
  readonly #buffer: number
  /** Events in their order. While changes are merged, the key of a change is its id. */
  #pending = new Map<string | number, Pending>()
  #serial = 0
  #isMerging = false
  /** True from an overrun of the kernel until the cache is up to date. */
  #hasKernelOverrun = false

  constructor(buffer: number) {
    this.#buffer = buffer
  }

  get size(): number {
    return this.#pending.size
  }

  /** Adds a present object. There is no limit: the reader needs them all. */
  add(change: PendingChange): void {
    this.#append(change)
  }

  push(change: PendingChange): void {
    if (!this.#isMerging && this.#pending.size >= this.#buffer) this.#startMerging()
    if (this.#isMerging) this.#merge(change)
    else this.#append(change)
  }

  /** The kernel dropped notifications. */
  overrun(): void {
    this.#hasKernelOverrun = true
    if (!this.#isMerging) this.#append({ type: 'overrun', cause: 'kernel' })
  }

  /** The cache is up to date. */
  resynchronised(): void {
    this.#hasKernelOverrun = false
    // While changes are merged, the end of the queue is where the reader is up to date.
    if (!this.#isMerging) this.#append({ type: 'resynchronised' })
  }

  /** Takes the first event; undefined if there is none. */
  take(): WatchEvent | undefined {
    for (const [key, pending] of this.#pending) {
      this.#pending.delete(key)
      return 'type' in pending ? pending : toEvent(pending)
    }
    if (!this.#isMerging || this.#hasKernelOverrun) return undefined
    this.#isMerging = false
    return { type: 'resynchronised' }
  }

  clear(): void {
    this.#pending.clear()
    this.#isMerging = false
  }

  #append(pending: Pending): void {
    this.#pending.set(this.#serial++, pending)
  }

  /** Merges the waiting changes. An `overrun` of the kernel that waits is part of the new one. */
  #startMerging(): void {
    const waiting = [...this.#pending.values()]
    this.#pending = new Map()
    this.#isMerging = true
    this.#append({ type: 'overrun', cause: 'reader' })
    for (const each of waiting) if (!('type' in each)) this.#merge(each)
  }

  #merge(change: PendingChange): void {
    const earlier = this.#pending.get(change.previousId) as PendingChange | undefined
    if (change.previousId !== change.id) this.#pending.delete(change.previousId)
    const { before, derived } = earlier ?? change
    const merged = { ...change, before, derived: derived && change.derived }
    if (hasEffect(merged)) this.#pending.set(change.id, merged)
    else this.#pending.delete(change.id)
  }
}

/** True unless the object is as it was before: added and removed again, or changed and changed back. */
const hasEffect = ({ before, after }: PendingChange) =>
  before === undefined || after === undefined ? before !== after : propertyChanges(before, after).length > 0

/** Returns the event of a change. */
export function toEvent({ kind, before, after, derived }: PendingChange): ObjectEvent {
  const members = { kind, object: after ?? before, before, after, derived }
  if (before === undefined) return { type: 'added', ...members, changes: [] } as ObjectEvent
  if (after === undefined) return { type: 'removed', ...members, changes: [] } as ObjectEvent
  return { type: 'changed', ...members, changes: propertyChanges(before, after) } as ObjectEvent
}
