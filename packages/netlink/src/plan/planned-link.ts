import { asNewLink } from '../api/link/copy.js'
import type { AnyNewLink } from '../api/link/types.js'
import { isRecord } from '../codec/error.js'
import type { Entry } from './desired.js'
import type { Spec } from './kinds.js'
import { portOptions } from './link-facts.js'
import type { Draft } from './planning.js'

/** The steps of one link. */
export interface LinkDrafts {
  remove?: Draft
  add?: Draft
  settings?: Draft
  mtu?: Draft
  member?: Draft
  ports?: Draft
  up?: Draft
}

/** A link of the desired state. */
export interface PlannedLink {
  readonly entry: Entry
  readonly spec: AnyNewLink
  /** True if the link exists before the plan, and is not created again. */
  readonly isKnown: boolean
  /** True if the link exists with all options, apart from `master`. */
  readonly isSame: boolean
  /** The link with which this one is created, as the other end of a pair. */
  readonly owner: PlannedLink | undefined
  readonly drafts: LinkDrafts
  /** Index of the master that the desired state gives it; undefined if it names none. */
  master?: number
  /** Index of the lower link. */
  lower?: number
  /** Indexes of other links that the data name, such as the primary port of a bond. */
  named?: readonly number[]
  /** Indexes of the ports that its options name. */
  ports?: readonly number[]
}

/** Returns a spec as options of a link. Its values are checked later. */
export const optionsOf = (spec: Spec): AnyNewLink => asNewLink(spec as unknown as AnyNewLink)

/** The links of a desired state, by their names. */
export type PlannedLinks = Map<string, PlannedLink>

/** Options of a new link that have steps of their own, because they depend on other links. */
const laterOptions: readonly string[] = ['up', 'master', 'slaveKind', 'slaveData']

/** Returns the options with which a link is created. */
export function creationOf(spec: AnyNewLink): AnyNewLink {
  const own = Object.entries(spec).filter(([key]) => !laterOptions.includes(key))
  return Object.fromEntries(own.map(([key, value]) => [key, key === 'data' ? withoutPorts(value) : value])) as never
}

/** Returns data without the options that name ports, which a new link does not have. */
const withoutPorts = (data: unknown) =>
  isRecord(data)
    ? Object.fromEntries(Object.entries(data).filter(([key]) => !portOptions.includes(`data.${key}`)))
    : data
