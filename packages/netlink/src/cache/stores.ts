import { AF } from '../codec/index.js'
import type { ObjectKind, Objects } from './kinds.js'
import type { Store } from './store.js'

/** Objects that the cache must request again: those of a kind and a family (AF_UNSPEC: all), or a single link. */
export interface StaleObjects {
  readonly kind: ObjectKind
  readonly family: number
  /** The index of a single link. */
  readonly index?: number
}

/** Returns a single link as stale. */
export const oneLink = (index: number): StaleObjects => ({ kind: 'link', family: AF.UNSPEC, index })

export type Stores = { readonly [K in ObjectKind]: Store<Objects[K]> }
