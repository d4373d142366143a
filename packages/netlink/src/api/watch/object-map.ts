import type { ObjectKind, Objects } from '../../cache/index.js'
import { type LinkNameOf, setLinkNames } from '../values/link-names.js'
import { convert, naturalKeys } from './convert.js'
import type { NamedObjects } from './types.js'

/** The objects of one kind, by their natural keys: the keys of the maps of `NetlinkCache`, e.g. `2 10.0.0.1/24` of an address. */
export class ObjectMap<K extends ObjectKind> {
  readonly objects = new Map<number | string, NamedObjects[K]>()
  readonly #kind: K
  readonly #nameOf: LinkNameOf
  /** The natural key of an object, by its key in the `StateCache`. */
  readonly #keys = new Map<string, number | string>()

  constructor(kind: K, nameOf: LinkNameOf) {
    this.#kind = kind
    this.#nameOf = nameOf
  }

  /** Adds an object, or replaces the one with `previousKey`. Returns it, and the one that it replaces. */
  set(stateKey: string, previousKey: string, message: Objects[K]) {
    const after = convert(this.#kind, message, this.#nameOf)
    const wanted = naturalKeys[this.#kind](after)
    const previous = this.#keys.get(previousKey)
    const before = this.get(previousKey)
    // An object that keeps its key keeps its position in the map.
    const keeps = previous !== undefined && (previous === wanted || String(previous).startsWith(`${wanted} #`))
    const key = keeps ? previous : this.#freeKey(wanted)
    if (!keeps || previousKey !== stateKey) this.remove(previousKey, keeps)
    this.#keys.set(stateKey, key)
    this.objects.set(key, after)
    return { before, after }
  }

  /** Yields the objects with their keys in the `StateCache`. */
  *byStateKey(): Generator<readonly [stateKey: string, object: NamedObjects[K]]> {
    for (const [stateKey, key] of this.#keys) yield [stateKey, this.objects.get(key) as NamedObjects[K]]
  }

  get(stateKey: string): NamedObjects[K] | undefined {
    const key = this.#keys.get(stateKey)
    return key === undefined ? undefined : this.objects.get(key)
  }

  /** Removes an object. With `onlyKey`, it stays in the map, because the caller replaces it there. */
  remove(stateKey: string, onlyKey = false): NamedObjects[K] | undefined {
    const before = this.get(stateKey)
    const key = this.#keys.get(stateKey)
    this.#keys.delete(stateKey)
    if (key !== undefined && !onlyKey) this.objects.delete(key)
    return before
  }

  /** Replaces the objects that refer to a link whose name has changed. They are copied, so that earlier events do not change. */
  rename(): void {
    for (const [key, object] of this.objects) {
      const copy = Object.defineProperties({ ...object }, Object.getOwnPropertyDescriptors(object))
      if ('multipath' in copy) Object.assign(copy, { multipath: copy.multipath?.map((hop) => ({ ...hop })) })
      if (setLinkNames(copy, this.#nameOf)) this.objects.set(key, copy)
    }
  }

  /** Returns a key that is free: several routes and rules may have the same natural key. */
  #freeKey(wanted: number | string): number | string {
    let key = wanted
    for (let count = 2; this.objects.has(key); count++) key = `${wanted} #${count}`
    return key
  }
}
