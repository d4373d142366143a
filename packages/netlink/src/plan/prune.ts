import { toAddress } from '../api/address/decode.js'
import { toNexthop } from '../api/nexthop/decode.js'
import { toRoute } from '../api/route/decode.js'
import { toRule } from '../api/rule/decode.js'
import type { Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { RTM_F } from '../route/index.js'
import { plannedKinds } from './kinds.js'
import { draftOfRemovedObject } from './object-drafts.js'
import type { ObjectDraft, Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'
import type { PrunedList } from './types.js'

const families = [AF.INET, AF.INET6]

/** Returns the objects of a list that bear a mark. */
function* markedIn(list: PrunedList, mark: number, snapshot: Snapshot): Operation<{ readonly message: object }[]> {
  if (list === 'nexthops')
    return (yield* snapshot.nexthops()).filter(({ protocol }) => protocol === mark).map(toNexthop)
  const found: { readonly message: object }[] = []
  for (const family of list === 'routes' ? [...families, AF.MPLS] : families) {
    if (list === 'routes') {
      const routes = (yield* snapshot.routes(family)).filter(
        (each) => each.protocol === mark && (each.flags & RTM_F.CLONED) === 0,
      )
      found.push(...routes.map(toRoute))
    } else if (list === 'rules') {
      const rules = (yield* snapshot.rules(family)).filter(
        (each) => each.family === family && each.attrs.protocol === mark,
      )
      found.push(...rules.map(toRule))
    } else {
      const addresses = (yield* snapshot.addresses(family)).filter(
        (each) => each.family === family && each.attrs.proto === mark,
      )
      found.push(...addresses.map(toAddress))
    }
  }
  return found
}

/** Adds the steps that remove objects with the mark that are not desired. */
export function* planPruning(planning: Planning): Operation<ObjectDraft[]> {
  const { mark, prune } = planning.state
  const drafts: ObjectDraft[] = []
  if (mark === undefined) return drafts
  for (const list of prune) {
    const kind = plannedKinds[list]
    for (const found of yield* markedIn(list, mark, planning.snapshot)) {
      if (planning.isClaimed(kind.object, found.message) || planning.removed.has(found.message)) continue
      const key = keyOf(planning.snapshot, kind.describe(found), found)
      drafts.push(
        draftOfRemovedObject(planning, kind, found, { path: 'prune', key, reason: 'ours, no longer declared' }),
      )
    }
  }
  return drafts
}

/** Returns the description of an object that was read, with the name of its link. */
export function keyOf(snapshot: Snapshot, text: string, found: object): string {
  const { dev } = found as { readonly dev?: number }
  const name = dev === undefined ? undefined : snapshot.indexed(dev)?.name
  return name === undefined ? text : text.replace(`dev ${dev}`, `dev ${name}`)
}
