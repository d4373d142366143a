import { change, type Operation } from '../api/run/operation.js'
import { NetlinkError } from '../message/index.js'
import { predictPorts, predictVlans } from './bridge-ports.js'
import { reportBridgeObjects } from './bridge-references.js'
import type { Conflict } from './conflict.js'
import type { CheckedState } from './desired.js'
import { reportGateways } from './gateways.js'
import { orderGlobalVlans } from './global-vlans.js'
import { reportHostBits } from './host-bits.js'
import { sizeOf } from './id-claims.js'
import { planLinks } from './link-plan.js'
import { reportNexthopUses } from './nexthop-references.js'
import { addObjectNeeds, reportDownLinks, reportNexthops } from './object-needs.js'
import { planAbsence, planKnownObject, planObject } from './object-plan.js'
import { inOrder } from './order.js'
import { type Draft, isForbidden, type ObjectDraft, Planning } from './planning.js'
import { planPruning } from './prune.js'
import { findDeletingQdiscs } from './qdisc-losses.js'
import { orderQdiscRemovals } from './qdisc-plan.js'
import { reportQdiscs } from './qdisc-references.js'
import { Snapshot } from './snapshot.js'
import type { PlannedObject, Step } from './types.js'

/** A plan with what it needs to run. */
export interface Built {
  readonly steps: readonly Step[]
  /** The draft of each step. */
  readonly drafts: readonly Draft[]
  readonly conflicts: readonly Conflict[]
  readonly unchanged: number
  readonly others: number
  readonly snapshot: Snapshot
  /** Messages of the objects that the desired state names. */
  readonly claimed: ReadonlyMap<object, PlannedObject>
}

/** Reads the objects of the named kinds, and returns the steps to the desired state. @throws {TypeError} for wrong specs, all at once */
export function* build(state: CheckedState): Operation<Built> {
  const snapshot = new Snapshot()
  yield* snapshot.loadLinks(state.entries.some(({ kind, spec }) => kind.object === 'link' && spec.vfs !== undefined))
  const planning = new Planning(snapshot, state)
  const { entries } = state
  const links = yield* planLinks(
    planning,
    entries.filter(({ kind }) => kind.object === 'link'),
  )
  predictPorts(planning, links)
  predictVlans(planning, links)
  const others = entries.filter(({ kind }) => kind.object !== 'link')
  planning.deletingQdiscs = yield* findDeletingQdiscs(planning, others)
  const objects: ObjectDraft[] = []
  for (const entry of others)
    if (!entry.absent && !planKnownObject(planning, entry, objects))
      objects.push(...list(yield* planObject(planning, entry)))
  for (const entry of others.filter(({ absent }) => absent)) objects.push(...list(yield* planAbsence(planning, entry)))
  planning.throwMistakes()
  objects.push(...(yield* planPruning(planning)))
  addObjectNeeds(planning, links, objects)
  yield* orderQdiscRemovals(planning, objects)
  yield* orderGlobalVlans(planning, links, objects)
  reportDownLinks(planning, links, objects)
  yield* reportNexthops(planning, objects)
  yield* reportNexthopUses(planning, links, objects)
  yield* reportQdiscs(planning, objects)
  reportBridgeObjects(planning, links, objects)
  yield* reportGateways(planning, objects)
  reportHostBits(planning, objects)
  snapshot.planned()
  const drafts = inOrder(planning)
  if (drafts.length > 0) yield* reportPermission(planning)
  const kinds = new Set(entries.map(({ kind }) => kind.object))
  return {
    ...{ steps: stepsOf(drafts), drafts, conflicts: planning.conflicts, unchanged: planning.unchanged, snapshot },
    claimed: planning.claimed,
    others: snapshot.count(kinds) - countOf(planning.claimed) - countOf(planning.removed, planning.claimed),
  }
}

const list = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])

type Messages = ReadonlyMap<object, PlannedObject>

/** Returns the number of objects in messages, without those that were counted before. */
function countOf(messages: Messages, counted?: Messages): number {
  let count = 0
  for (const [message, object] of messages) if (!counted?.has(message)) count += sizeOf(object, message)
  return count
}

/** An index that no link has: the kernel checks the permission first. */
const NO_LINK = 0x7fffffff

/** Finds out if the process may change the network, by a request without effect. */
function* reportPermission(planning: Planning): Operation<void> {
  try {
    yield* change('RTM_SETLINK', { index: NO_LINK })
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    if (isForbidden(error))
      planning.conflict('permission', '', 'expected CAP_NET_ADMIN in the user namespace of the network namespace')
  }
}

function stepsOf(drafts: readonly Draft[]): Step[] {
  const ids = new Map(drafts.map((draft, at) => [draft, at + 1]))
  return drafts.map((draft, at) => {
    const { verb, object, key, changes, undo, disrupts, reason } = draft
    const after = [...draft.needs].flatMap((need) => list(ids.get(need))).sort((one, other) => one - other)
    return {
      ...{ id: at + 1, verb, object, key, changes, after, undo },
      ...(disrupts !== undefined && { disrupts }),
      ...(reason !== undefined && { reason }),
    }
  })
}
