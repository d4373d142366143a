import type { Target } from '../api/run/ensure.js'
import type { Operation } from '../api/run/operation.js'
import { isMatch } from '../api/values/compare.js'
import type { AddressMessage, QdiscMessage } from '../route/index.js'
import { afterDeletion, removeAddress, restorationOfAddress } from './address-removal.js'
import type { Entry } from './desired.js'
import type { Found, PlannedKind, Spec } from './kinds.js'
import { phaseOf, removePhaseOf } from './object-phases.js'
import { changesOfNew, type Draft, type ObjectDraft, type Planning } from './planning.js'
import { restorationOfQdisc } from './qdisc-plan.js'
import { restorationOf } from './restoration.js'
import { changesOf, deletionsOf } from './undo.js'

/** A spec, and the object that it refers to. */
export interface Compared {
  readonly target: Target<Found>
  readonly found: Found | undefined
  readonly differences: ReturnType<Target<Found>['compare']>
}

const common = ({ kind, path, spec }: Entry, message: object) => ({
  ...{ object: kind.object, key: kind.describe(spec), path, links: [], needs: new Set<Draft>(), message },
})

/** Keys that the description of an object contains. */
const described = [
  'dst',
  'lladdr',
  'via',
  'dev',
  'nexthop',
  'table',
  'metric',
  'from',
  'address',
  'peer',
  'priority',
  'to',
  'id',
  'kind',
  'parent',
  'handle',
  'vid',
  'vidEnd',
  'vni',
  'vniEnd',
]

/** Returns the step that adds an object. */
export function draftOfAddition(planning: Planning, entry: Entry, spec: Spec, message: object): ObjectDraft {
  const { kind } = entry
  /** The target of the reversal, which the step uses again. */
  let prepared: Target<Found> | undefined
  function* prepare(): Operation<Target<Found>> {
    const target = yield* kind.target(spec)
    // The kernel may have other routes with the key, after which this one is put.
    if (kind.object === 'route') yield* target.find()
    return target
  }
  return {
    ...common(entry, message),
    ...{ verb: 'add', undo: 'exact', phase: phaseOf(kind.object, message) },
    changes: changesOfNew(spec, kind.object === 'mdb' ? [...described, 'group', 'source'] : described),
    *run() {
      const target = prepared ?? (yield* prepare())
      prepared = undefined
      yield* target.create()
    },
    *reversal() {
      if (kind.reversal) return yield* kind.reversal(spec)
      prepared = yield* prepare()
      const created = yield* changesOf(prepared.create())
      const deletions = created.flatMap((each) => deletionsOf(each))
      if (kind.object !== 'address') return deletions
      return [...deletions, ...(yield* afterDeletion(planning, created[0]?.value as AddressMessage))]
    },
  }
}

/** Returns the step that changes an object. */
export function draftOfChange(
  entry: Entry,
  spec: Spec,
  { target: { message }, found, differences }: Compared & { found: Found },
): ObjectDraft {
  const { kind } = entry
  return {
    ...common(entry, message),
    ...{ verb: kind.verb, undo: 'exact', phase: phaseOf(kind.object, message) },
    changes: differences.map(({ key, wanted, actual }) => ({ key, before: actual, after: wanted })),
    *run() {
      const target = yield* kind.target(spec)
      const current = (yield* target.find()) ?? found
      yield* target.update(
        current,
        target.compare(current).filter((each) => !isMatch(each)),
      )
    },
    *reversal() {
      if (kind.reversal) return yield* kind.reversal(spec)
      const previous = yield* restorationOf(kind.object, found, true)
      if (kind.object !== 'rule') return previous
      // The kernel has no request that replaces a rule: the new one is deleted.
      const target = yield* kind.target(spec)
      const current = (yield* target.find()) ?? found
      const changes = yield* changesOf(target.update(current, differences))
      const added = changes.filter(({ name }) => name === 'RTM_NEWRULE').flatMap((each) => deletionsOf(each))
      return [...previous, ...added]
    },
  }
}

interface RemovalContext {
  readonly path: string
  readonly key: string
  readonly reason?: string
  /** The object in the desired state; left out for one of `prune`. */
  readonly spec?: Spec
}

/** Adds the step that removes an object. */
export function draftOfRemovedObject(
  planning: Planning,
  kind: PlannedKind,
  found: Found,
  { path, key, reason, spec = {} }: RemovalContext,
): ObjectDraft {
  const { object } = kind
  const { message } = found
  planning.removed.set(message, object)
  const isLossy = object === 'qdisc'
  return planning.add({
    ...{ object, key, verb: 'remove', changes: [], path, links: [], needs: new Set<Draft>(), message, reason },
    phase: removePhaseOf(object, message),
    undo: isLossy ? 'lossy' : 'exact',
    disrupts: isLossy ? 'its queue, classes and filters' : undefined,
    *run() {
      const removal = kind.remove?.(found, spec)
      if (removal === undefined) return
      if (object === 'address') yield* removeAddress(planning, message as AddressMessage, removal)
      else yield* removal
    },
    *reversal() {
      if (object === 'address') return yield* restorationOfAddress(planning, message as AddressMessage)
      if (object === 'qdisc') return yield* restorationOfQdisc(planning, message as QdiscMessage)
      return kind.restoration ? yield* kind.restoration(spec) : yield* restorationOf(object, found)
    },
  } as ObjectDraft)
}
