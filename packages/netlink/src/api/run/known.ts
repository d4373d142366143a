import type { AddressMessage, NeighbourMessage, RouteMessage, RuleMessage } from '../../route/index.js'
import type { LinkRef } from '../values/link-ref.js'

/** Objects that were read before. Each method returns undefined if a request is necessary. */
export interface KnownObjects {
  /** Returns the index of a link. An index is returned as it is. */
  linkIndex(ref: LinkRef | 0): number | undefined
  /** Returns the routes of a table with a `destinationKey`. */
  routes(family: number, table: number | undefined, destination: string): readonly RouteMessage[] | undefined
  /** Returns the rules of a priority. */
  rules(family: number, priority: number): readonly RuleMessage[] | undefined
  /** Returns the addresses of a link whose own end is this one. */
  addresses(family: number, index: number, local: string): readonly AddressMessage[] | undefined
  /** Returns the neighbour of a link with an address; a list without one if there is none. */
  neighbours(family: number, index: number, address: string): readonly NeighbourMessage[] | undefined
}

/**
 * The object of a spec, found without a request and without an operation. `found` has everything that the spec wants; if it is undefined,
 * there is no object to change, and `message` creates it. Most objects of a plan are one or the other.
 */
export interface KnownTarget<M extends object = object> {
  readonly message: M
  readonly found: M | undefined
}
