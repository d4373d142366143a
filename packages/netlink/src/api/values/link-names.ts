import { indexMembers } from './objects.js'

/** The name of the link `dev`. */
export interface DevName {
  /** Name of the link whose index is `dev`. Left out if there is none. */
  readonly devName?: string
}

/** The name of the link `master`. */
export interface MasterName {
  /** Name of the link whose index is `master`. */
  readonly masterName?: string
}

/** The names of the links that a link refers to. */
export interface LinkNames extends MasterName {
  /** Name of the link whose index is `link`. Left out if that is in another namespace. */
  readonly linkName?: string
}

/** The names of the links that a neighbour or FDB entry refers to. */
export interface NeighbourNames extends DevName, MasterName {
  /** Name of the link whose index is `via`. Left out if that is in another namespace. */
  readonly viaName?: string
}

/** Returns the name of the link with this index; undefined if there is none. */
export type LinkNameOf = (index: number) => string | undefined

/** An object of any kind, which is changed before the caller gets it. */
type Members = Record<string, unknown>

/** Yields the members of an object, and of its next hops, that hold the index of a link of the same namespace. */
function* indexesIn(object: Members): Generator<readonly [object: Members, member: string, index: number]> {
  for (const member of indexMembers) {
    const index = object[member]
    // The gateway of a route is called `via` too, and is text. With `linkNetnsid`, `link` and `via` are indexes of that namespace.
    const isElsewhere = object.linkNetnsid !== undefined && (member === 'link' || member === 'via')
    if (typeof index === 'number' && !isElsewhere) yield [object, member, index]
  }
  for (const hop of (object.multipath as Members[] | undefined) ?? []) yield* indexesIn(hop)
}

/** Returns the indexes of the links that objects refer to, each once. 0 stands for no link. */
export function linkIndexesOf(objects: readonly object[]): Set<number> {
  const indexes = new Set<number>()
  for (const object of objects) for (const [, , index] of indexesIn(object as Members)) indexes.add(index)
  indexes.delete(0)
  return indexes
}

/** Sets the names of the links that an object refers to. Returns true if one was different. */
export function setLinkNames(object: object, nameOf: LinkNameOf): boolean {
  let isDifferent = false
  for (const [owner, member, index] of indexesIn(object as Members)) {
    const key = `${member}Name`
    const name = nameOf(index)
    if (owner[key] === name) continue
    isDifferent = true
    if (name === undefined) delete owner[key]
    else owner[key] = name
  }
  return isDifferent
}
