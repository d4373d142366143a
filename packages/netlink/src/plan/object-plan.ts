import type { Target } from '../api/run/ensure.js'
import type { Operation, OperationRequest } from '../api/run/operation.js'
import { isMatch } from '../api/values/compare.js'
import { AF } from '../codec/index.js'
import type { AddressMessage, NexthopMessage, QdiscMessage } from '../route/index.js'
import { afterDeletion, removeAddress, restorationOfAddress } from './address-removal.js'
import type { Entry } from './desired.js'
import { identityOf } from './identity.js'
import { reportIndexes } from './index-references.js'
import type { Found, PlannedKind, Spec } from './kinds.js'
import { isFixedOfQdisc } from './link-facts.js'
import { changesOfNew, type Draft, type ObjectDraft, PHASE, type Planning } from './planning.js'
import { draftOfReplacedQdisc, restorationOfQdisc } from './qdisc-plan.js'
import { restorationOf } from './restoration.js'
import { changesOf, deletionsOf } from './undo.js'

/** Adds the step for a desired object that must exist. Returns it; undefined if nothing is to do. */
export function* planObject(planning: Planning, entry: Entry): Operation<ObjectDraft | undefined> {
  const replaced = planning.replacedQdiscs.get(entry)
  if (replaced !== undefined) {
    if (!planning.isFirst(identityOf('qdisc', replaced.request), entry.path)) return undefined
    planning.claim('qdisc', { message: replaced.found })
    return draftOfReplacedQdisc(planning, entry, replaced)
  }
  const plain = yield* compare(planning, entry, entry.spec)
  if (plain === undefined || reportIndexes(planning, entry)) return undefined
  if (!planning.isFirst(plain.identity, entry.path) || !isOnlyPrefix(planning, entry, plain.request)) return undefined
  if (!planning.claimIds(entry.kind.object, plain.request.value as object, entry.path)) return undefined
  planning.claim(entry.kind.object, plain.found)
  if (plain.found !== undefined && plain.differences.length === 0) {
    planning.unchanged++
    return undefined
  }
  const spec = marked(planning, entry)
  const own = spec === entry.spec ? plain : yield* compare(planning, entry, spec)
  if (own === undefined) return undefined
  planning.claim(entry.kind.object, own.found)
  if (own.found === undefined) return planning.add(draftOfAddition(planning, entry, spec, own)) as ObjectDraft
  if (reportFixed(planning, entry, own)) return undefined
  return planning.add(draftOfChange(entry, spec, { ...own, found: own.found })) as ObjectDraft
}

/** Returns false, and adds a conflict, if another spec has the IPv6 address of the link: the kernel has it with one prefix length. */
function isOnlyPrefix(planning: Planning, { kind, path }: Entry, { value }: OperationRequest): boolean {
  if (kind.object !== 'address') return true
  const { family, index, attrs } = value as AddressMessage
  return family !== AF.INET6 || planning.isFirst(`inet6 ${index} ${attrs.local ?? attrs.address}`, path)
}

/** Returns the spec with the number of the program, if it has none. */
function marked({ state: { mark } }: Planning, { kind, spec }: Entry): Spec {
  return mark === undefined || kind.mark === undefined || spec[kind.mark] !== undefined
    ? spec
    : { ...spec, [kind.mark]: mark }
}

interface Compared {
  readonly target: Target<Found>
  readonly found: Found | undefined
  readonly differences: ReturnType<Target<Found>['compare']>
  /** The first request that would create the object. */
  readonly request: OperationRequest
  readonly identity: string
}

/** Compares a spec with the snapshot; undefined if it is wrong or cannot be reached. */
const compare = (planning: Planning, entry: Entry, spec: Spec): Operation<Compared | undefined> =>
  planning.checked(entry, comparison(entry.kind, spec))

function* comparison({ object, target: targetOf }: PlannedKind, spec: Spec): Operation<Compared> {
  const target = yield* targetOf(spec)
  const found = yield* target.find()
  const [request] = (yield* changesOf(target.create())) as [OperationRequest]
  const isSame = found === undefined || target.isClearlySame?.(found)
  const differences = isSame ? [] : target.compare(found).filter((each) => !isMatch(each))
  return { target, found, differences, request, identity: identityOf(object, request.value as object) }
}

const putPhases: Readonly<Record<string, number>> = {
  ...{ address: PHASE.address, neighbour: PHASE.neighbour, rule: PHASE.rule, qdisc: PHASE.qdisc },
  ...{ vlan: PHASE.vlan, vni: PHASE.vni, mdb: PHASE.mdb },
}

/** Returns the phase in which an object is added or changed. */
function phaseOf(object: PlannedKind['object'], message: object): number {
  const { attrs } = message as { readonly attrs: Readonly<Record<string, unknown>> }
  if (object === 'nexthop') return attrs.group === undefined ? PHASE.nexthop : PHASE.group
  if (object !== 'route') return putPhases[object] ?? PHASE.address
  const isOnLink = [attrs.gateway, attrs.via, attrs.multipath, attrs.nhId].every((each) => each === undefined)
  return isOnLink ? PHASE.onLink : PHASE.route
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

function draftOfAddition(planning: Planning, entry: Entry, spec: Spec, { request }: Compared): ObjectDraft {
  const { kind } = entry
  return {
    ...common(entry, request.value as object),
    ...{ verb: 'add', undo: 'exact', phase: phaseOf(kind.object, request.value as object) },
    changes: changesOfNew(spec, kind.object === 'mdb' ? [...described, 'group', 'source'] : described),
    *run() {
      const target = yield* kind.target(spec)
      // The kernel may have other routes with the key, after which this one is put.
      if (request.options.append) yield* target.find()
      yield* target.create()
    },
    *reversal() {
      if (kind.reversal) return yield* kind.reversal(spec)
      const target = yield* kind.target(spec)
      if (request.options.append) yield* target.find()
      const created = yield* changesOf(target.create())
      const deletions = created.flatMap((each) => deletionsOf(each))
      if (kind.object !== 'address') return deletions
      return [...deletions, ...(yield* afterDeletion(planning, created[0]?.value as AddressMessage))]
    },
  }
}

function draftOfChange(
  entry: Entry,
  spec: Spec,
  { found, differences, request }: Compared & { found: Found },
): ObjectDraft {
  const { kind } = entry
  return {
    ...common(entry, request.value as object),
    ...{ verb: kind.verb, undo: 'exact', phase: phaseOf(kind.object, request.value as object) },
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

/** Options of IPv4 addresses that the kernel sets only when it adds one. */
const fixedOfAddress: readonly string[] = ['label', 'broadcast', 'scope']

/** Reports differences that the kernel cannot change. Returns true if there is one. */
function reportFixed(planning: Planning, { kind, path }: Entry, { found, differences }: Compared): boolean {
  const { message } = found as { message: { family?: number; attrs: Readonly<Record<string, unknown>> } }
  const isFixed = (key: string) =>
    (kind.object === 'address' && message.family === AF.INET && fixedOfAddress.includes(key)) ||
    (kind.object === 'qdisc' && isFixedOfQdisc(String(message.attrs.kind), key))
  const isOtherNexthop =
    kind.object === 'nexthop' && differences.some(({ key }) => key === 'group') && message.attrs.group === undefined
  const fixed = differences.filter(({ key }) => isFixed(key) || (isOtherNexthop && key === 'group'))
  for (const { key } of fixed)
    planning.conflict(
      'fixed',
      `${path}.${key}`,
      `expected the present value, as the kernel cannot change it while the object exists${kind.isRecreatable ? '; or recreate: true, which replaces the object' : ''}`,
    )
  return fixed.length > 0
}

const removePhases: Readonly<Record<string, number>> = {
  ...{
    address: PHASE.removeAddress,
    neighbour: PHASE.removeNeighbour,
    rule: PHASE.removeRule,
    qdisc: PHASE.removeQdisc,
  },
  ...{ route: PHASE.removeRoute, vlan: PHASE.removeVlan, vni: PHASE.removeVni, mdb: PHASE.removeMdb },
}

function removePhaseOf(object: PlannedKind['object'], message: object): number {
  if (object !== 'nexthop') return removePhases[object] ?? PHASE.removeAddress
  return (message as NexthopMessage).attrs.group === undefined ? PHASE.removeNexthop : PHASE.removeGroup
}

/** Adds the step for a desired object that must not exist. Returns it; undefined if there is none, or another step has replaced it. */
export function* planAbsence(planning: Planning, entry: Entry): Operation<ObjectDraft | undefined> {
  const { kind, spec } = entry
  const operation = function* (): Operation<{ readonly found: Found | undefined }> {
    return { found: yield* kind.find(spec) }
  }
  const result = yield* planning.absent(entry, operation())
  if (result === undefined) return undefined
  const { found } = result
  if (found !== undefined && !planning.claimIds(kind.object, found.message, entry.path, true)) return undefined
  if (found === undefined || planning.isClaimed(kind.object, found.message)) {
    planning.unchanged++
    return undefined
  }
  planning.claim(kind.object, found)
  return draftOfRemovedObject(planning, kind, found, { path: entry.path, key: kind.describe(spec), spec })
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
      if (object === 'address') yield* removeAddress(planning, message as AddressMessage, kind.remove(found, spec))
      else yield* kind.remove(found, spec)
    },
    *reversal() {
      if (object === 'address') return yield* restorationOfAddress(planning, message as AddressMessage)
      if (object === 'qdisc') return yield* restorationOfQdisc(planning, message as QdiscMessage)
      return kind.restoration ? yield* kind.restoration(spec) : yield* restorationOf(object, found)
    },
  } as ObjectDraft) as ObjectDraft
}
