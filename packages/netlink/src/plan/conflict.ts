/** The reason why a state cannot be reached. */
export type ConflictType =
  /** The object is of another kind. `recreate` allows to replace it. */
  | 'kind'
  /** The kernel cannot change the property of an existing object. `recreate` allows to replace it. */
  | 'fixed'
  /** Two specs have one identity. */
  | 'duplicate'
  /** Links or next hops depend on each other. */
  | 'cycle'
  /** A link or a next hop does not exist, or is absent in the desired state. */
  | 'reference'
  /** An object that is not named depends on one that would be removed, or keeps it from changing. */
  | 'in-use'
  /** Several existing objects match the spec. */
  | 'ambiguous'
  /** The process may not change the network. */
  | 'permission'
  /** The kernel refuses it, or was built without it. */
  | 'refused'

/** A part of a desired state that cannot be reached. */
export interface Conflict {
  readonly type: ConflictType
  /** The place in the desired state: `links[3].data.id`. Empty for the whole state. */
  readonly path: string
  readonly message: string
}
