import { KeyIndex } from './key-index.js'
import type { Kind } from './kind.js'

/** An object was added, changed or removed. */
export interface Difference<T> {
  /** The key of the object in the map. */
  readonly key: string
  /** The key that it had before, if it was replaced by an object with another key. */
  readonly previousKey?: string
  /** Undefined if it was added. */
  readonly before: T | undefined
  /** Undefined if it was removed. */
  readonly after: T | undefined
}

/** The effect of a message on a store. */
export interface MessageEffect<T> {
  readonly difference?: Difference<T>
  /** True if the message does not determine the result: the objects must be dumped. */
  readonly isAmbiguous?: boolean
}

/** An object that a store holds. */
interface StoredObject {
  readonly family: number
  readonly attrs: object
}

/** The objects of one kind, as far as the kernel has reported them. */
export class Store<T extends StoredObject> {
  readonly #kind: Kind<T>
  readonly #objects = new Map<string, T>()
  /** The keys of the objects with each replacement key, if the kind has them. */
  readonly #byReplacementKey = new KeyIndex()
  readonly #byReference = new KeyIndex()

  constructor(kind: Kind<T>) {
    this.#kind = kind
  }

  get objects(): ReadonlyMap<string, T> {
    return this.#objects
  }

  /** Returns true if an object refers to `reference`. */
  refers(reference: number | string): boolean {
    return this.#byReference.get(reference).size > 0
  }

  /** Returns the objects that refer to `reference`. */
  referring(reference: number | string): T[] {
    return [...this.#byReference.get(reference)].flatMap((key) => this.#objects.get(key) ?? [])
  }

  /** Applies a message that reports an object. `replaces`: it has NLM_F_REPLACE. */
  put(message: T, replaces: boolean): MessageEffect<T> {
    const { identity, repeats, joins } = this.#kind
    const key = identity(message)
    const others = this.#keysLike(message)
    if (others.size === 0) return effectOf(this.#set(key, message))
    if (others.has(key) && !repeats && (others.size === 1 || !replaces)) return effectOf(this.#set(key, message))
    const [other] = others
    if (replaces && others.size === 1 && other !== undefined) {
      const before = this.#remove(other)?.before
      this.#set(key, message)
      return { difference: { key, previousKey: other, before, after: message } }
    }
    return !replaces && joins?.(message) ? effectOf(this.#set(key, message)) : { isAmbiguous: true }
  }

  /** Applies a message that reports the removal of an object. */
  remove(message: T): MessageEffect<T> {
    const { identity, replacementKey, joins } = this.#kind
    const key = identity(message)
    const others = this.#keysLike(message)
    if (replacementKey === undefined || (others.has(key) && (others.size === 1 || joins?.(message))))
      return effectOf(this.#remove(key))
    return { isAmbiguous: others.size > 0 }
  }

  /** Applies a dump of a family, or of all families (0). Objects that are not in it are removed. */
  reconcile(family: number, messages: readonly T[]): Difference<T>[] {
    const differences: Difference<T>[] = []
    const found = new Set<string>()
    for (const message of messages) {
      const { isOne, isReported, isListed } = this.#kind
      if (!isOne(message) || isReported?.(message) === false || isListed?.(message) === false) continue
      const identity = this.#kind.identity(message)
      // The dump contains the object twice: the kernel began again at a position that it had passed (`fib6_dump_table`).
      if (!this.#kind.repeats && found.has(identity) && this.#isHeld(identity, message)) continue
      const key = unusedKey(identity, found)
      found.add(key)
      const difference = this.#set(key, message)
      if (difference) differences.push(difference)
    }
    const isMissing = (object: T, key: string) => !found.has(key) && (family === 0 || object.family === family)
    return [...differences, ...this.drop(isMissing)]
  }

  /** Removes the objects that match. */
  drop(matches: (object: T, key: string) => boolean): Difference<T>[] {
    const keys = [...this.#objects].flatMap(([key, object]) => (matches(object, key) ? [key] : []))
    return keys.flatMap((key) => this.#remove(key) ?? [])
  }

  /** Removes the objects that refer to `reference`. */
  dropReferring(reference: number | string): Difference<T>[] {
    return [...this.#byReference.get(reference)].flatMap((key) => this.#remove(key) ?? [])
  }

  /** Removes the objects with the replacement key of a message. */
  dropLike(message: T): void {
    for (const key of [...this.#keysLike(message)]) this.#remove(key)
  }

  #set(key: string, message: T): Difference<T> | undefined {
    const before = this.#objects.get(key)
    this.#objects.set(key, message)
    const isSame = before !== undefined && isEqual(before, message, this.#kind.volatile)
    if (isSame) return undefined
    if (before !== undefined) this.#unindex(key, before)
    this.#index(key, message)
    return { key, before, after: message }
  }

  /** True if the object with this key is equal to the message. */
  #isHeld(key: string, message: T): boolean {
    return isEqual(this.#objects.get(key), message, this.#kind.volatile)
  }

  #remove(key: string): Difference<T> | undefined {
    const before = this.#objects.get(key)
    if (before === undefined) return undefined
    this.#objects.delete(key)
    this.#unindex(key, before)
    return { key, before, after: undefined }
  }

  /** Returns the keys of the objects with the same replacement key. */
  #keysLike(message: T): ReadonlySet<string> {
    return this.#byReplacementKey.get(this.#kind.replacementKey?.(message) ?? '')
  }

  #index(key: string, message: T): void {
    const { replacementKey, references } = this.#kind
    if (replacementKey) this.#byReplacementKey.add(key, [replacementKey(message)])
    if (references) this.#byReference.add(key, references(message))
  }

  #unindex(key: string, message: T): void {
    const { replacementKey, references } = this.#kind
    if (replacementKey) this.#byReplacementKey.delete(key, [replacementKey(message)])
    if (references) this.#byReference.delete(key, references(message))
  }
}

const effectOf = <T>(difference: Difference<T> | undefined): MessageEffect<T> => (difference ? { difference } : {})

/** Returns a key for one of several objects with the same identity. */
function unusedKey(identity: string, used: ReadonlySet<string>): string {
  let key = identity
  for (let count = 2; used.has(key); count++) key = `${identity} #${count}`
  return key
}

/** Returns true if two decoded values are equal, apart from the members with these names at any depth. */
function isEqual(one: unknown, other: unknown, ignored: ReadonlySet<string>): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const keys = Object.keys(one).filter((key) => !ignored.has(key))
  if (keys.length !== Object.keys(other).filter((key) => !ignored.has(key)).length) return false
  return keys.every((key) => isEqual(one[key as keyof typeof one], other[key as keyof typeof other], ignored))
}
