/** A kind of objects: the messages and groups to request and follow them, and their keys. */
export interface Kind<T> {
  /** End of the names of its messages: `LINK` for RTM_GETLINK, RTM_NEWLINK and RTM_DELLINK. */
  readonly noun: string
  /** The groups that its changes are sent to. */
  readonly groups: readonly (
    | 'LINK'
    | `IPV${4 | 6}_${'IFADDR' | 'ROUTE' | 'RULE'}`
    | 'MPLS_ROUTE'
    | 'NEIGH'
    | 'NEXTHOP'
    | 'BRVLAN'
    | 'TUNNEL'
    | 'MDB'
    | 'TC'
  )[]
  /** The address families to dump, one dump each. Messages of other families are ignored. AF_UNSPEC: all in one dump. */
  readonly families: readonly number[]
  /** Returns the objects of a message, each as a message of its own, for kinds with several in one. */
  parts?(message: T): readonly T[]
  /** Returns true if a message describes an object of this kind. */
  isOne(message: T): boolean
  /** Returns true if the kernel announces objects in this state. Default: in all states. */
  isReported?(message: T): boolean
  /** Returns true if a message reports a change of several objects at once, which must be dumped. Default: never. */
  isSeveral?(message: T): boolean
  /** Returns true for the objects of a dump that belong to the kind. Events are of such objects only. Default: all. */
  isListed?(message: T): boolean
  /** Returns a text that differs for any two objects that can exist at the same time. */
  identity(message: T): string
  /** Replacement key: objects with equal keys may replace each other. Default: the identity. */
  replacementKey?(message: T): string
  /**
   * Returns what the object refers to, for lookups in constant time: indexes and names of links, and texts of the kind's own
   * (`routeReference`). Default: nothing.
   */
  references?(message: T): readonly (number | string | undefined)[]
  /** Returns true if objects with the same replacement key exist side by side, and the kernel announces each of them. */
  joins?(message: T): boolean
  /** True if several objects may have the same identity. */
  readonly repeats?: boolean
  /**
   * Returns true if a dump may leave objects out without NLM_F_DUMP_INTR when one like this is removed meanwhile. Default: never.
   */
  isSkipped?(removed: T): boolean
  /** Members, at any depth, that change without a notification, or that describe the message instead of the object. */
  readonly volatile: ReadonlySet<string>
}
