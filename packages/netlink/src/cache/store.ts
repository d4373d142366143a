import type { Kind } from './kinds.js'

/** Something is there now, is otherwise, or is gone. */
export interface Difference<T> {
  /** What the map has it under. */
  readonly key: string
  /** Undefined where it was not there. */
  readonly before: T | undefined
  /** Undefined where it is gone. */
  readonly after: T | undefined
}

/** What came of a message. */
export interface Applied<T> {
  readonly difference?: Difference<T>
  /** The message does not say enough: the kernel must be asked. */
  readonly unclear?: boolean
}

/** The objects of one kind that there are, as far as the kernel has told. */
export interface Store<T> {
  readonly objects: ReadonlyMap<string, T>
  /** Takes what the kernel says is there. */
  put(message: T, replaces: boolean): Applied<T>
  /** Takes what the kernel says is gone. */
  remove(message: T): Applied<T>
  /** Takes all that is there of a family, or of all (0); what is not among it is gone. */
  reconcile(family: number, messages: readonly T[]): Difference<T>[]
  /** Lets go of those that cannot be there any more. */
  drop(isGone: (object: T) => boolean): Difference<T>[]
}

interface Ordinary {
  readonly family: number
  readonly attrs: object
}

export function createStore<T extends Ordinary>(kind: Kind<T>): Store<T> {
  const objects = new Map<string, T>()
  /** The keys in each slot, where a kind has slots. */
  const slots = new Map<string, Set<string>>()

  const set = (key: string, message: T): Difference<T> | undefined => {
    const before = objects.get(key)
    objects.set(key, message)
    if (before === undefined) enter(key, message)
    return before !== undefined && isSame(before, message, kind.volatile) ? undefined : { key, before, after: message }
  }
  const take = (key: string): Difference<T> | undefined => {
    const before = objects.get(key)
    if (before === undefined) return undefined
    objects.delete(key)
    leave(key, before)
    return { key, before, after: undefined }
  }
  const enter = (key: string, message: T) => {
    const slot = kind.slot?.(message)
    if (slot === undefined) return
    const keys = slots.get(slot)
    if (keys) keys.add(key)
    else slots.set(slot, new Set([key]))
  }
  const leave = (key: string, message: T) => {
    const slot = kind.slot?.(message)
    const keys = slot === undefined ? undefined : slots.get(slot)
    keys?.delete(key)
    if (slot !== undefined && keys?.size === 0) slots.delete(slot)
  }
  const found = (difference: Difference<T> | undefined): Applied<T> => (difference ? { difference } : {})
  const slotOf = (message: T): ReadonlySet<string> => slots.get(kind.slot?.(message) ?? '') ?? new Set()

  return {
    objects,
    put(message, replaces) {
      const key = kind.identity(message)
      const others = slotOf(message)
      if (others.size === 0) return found(set(key, message))
      if (others.has(key) && !kind.repeats && (others.size === 1 || !replaces)) return found(set(key, message))
      const [other] = others
      if (replaces && others.size === 1 && other !== undefined) {
        const before = take(other)?.before
        set(key, message)
        return { difference: { key, before, after: message } }
      }
      return !replaces && kind.joins?.(message) ? found(set(key, message)) : { unclear: true }
    },
    remove(message) {
      const key = kind.identity(message)
      const others = slotOf(message)
      if (kind.slot === undefined || (others.has(key) && (others.size === 1 || kind.joins?.(message))))
        return found(take(key))
      return { unclear: others.size > 0 }
    },
    reconcile(family, messages) {
      const differences: Difference<T>[] = []
      const there = new Set<string>()
      for (const message of messages) {
        if (!kind.isOne(message) || kind.isTold?.(message) === false) continue
        const key = unused(kind.identity(message), there)
        there.add(key)
        const difference = set(key, message)
        if (difference) differences.push(difference)
      }
      for (const [key, object] of objects) {
        if (there.has(key) || (family !== 0 && object.family !== family)) continue
        const difference = take(key)
        if (difference) differences.push(difference)
      }
      return differences
    },
    drop(isGone) {
      const gone = [...objects].flatMap(([key, object]) => (isGone(object) ? [key] : []))
      return gone.flatMap((key) => take(key) ?? [])
    },
  }
}

/** A key for one of several that are alike. */
function unused(identity: string, taken: ReadonlySet<string>): string {
  let key = identity
  for (let count = 2; taken.has(key); count++) key = `${identity} #${count}`
  return key
}

/** Whether two decoded values are alike but for members of those names, at any depth. */
function isSame(one: unknown, other: unknown, volatile: ReadonlySet<string>): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const keys = Object.keys(one).filter((key) => !volatile.has(key))
  if (keys.length !== Object.keys(other).filter((key) => !volatile.has(key)).length) return false
  return keys.every((key) => isSame(one[key as keyof typeof one], other[key as keyof typeof other], volatile))
}
