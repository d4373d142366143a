import type { KnownTarget } from '../api/run/known.js'
import type { Operation } from '../api/run/operation.js'
import { isMatch } from '../api/values/compare.js'
import { AF } from '../codec/index.js'
import type { AddressMessage, QdiscMessage } from '../route/index.js'
import type { Entry } from './desired.js'
import { identityOf } from './identity.js'
import { reportIndexes } from './index-references.js'
import type { PlannedKind, Spec } from './kinds.js'
import { type Compared, draftOfAddition, draftOfChange, draftOfRemovedObject } from './object-drafts.js'
import type { ObjectDraft, Planning } from './planning.js'
import { isFixedOfQdisc } from './qdisc-facts.js'
import { withinClasses } from './qdisc-losses.js'
import { draftOfReplacedQdisc } from './qdisc-plan.js'

/** Adds the step for a desired object that must exist. Returns it; undefined if nothing is to do. */
export function* planObject(planning: Planning, entry: Entry): Operation<ObjectDraft | undefined> {
  const deleting = planning.deletingQdiscs.get(entry)
  if (deleting?.verb === 'replace') {
    if (!planning.isFirst(identityOf('qdisc', deleting.request), entry.path)) return undefined
    planning.claim('qdisc', { message: deleting.found })
    return draftOfReplacedQdisc(planning, entry, deleting)
  }
  const plain = yield* compare(planning, entry, entry.spec)
  if (plain === undefined || !isAccepted(planning, entry, plain.target.message)) return undefined
  planning.claim(entry.kind.object, plain.found)
  if (plain.found !== undefined && plain.differences.length === 0) {
    planning.unchanged++
    planning.present.push({ object: entry.kind.object, path: entry.path, message: plain.found.message })
    return undefined
  }
  const spec = marked(planning, entry)
  const own = spec === entry.spec ? plain : yield* compare(planning, entry, spec)
  if (own === undefined) return undefined
  planning.claim(entry.kind.object, own.found)
  if (own.found === undefined) return planning.add(draftOfAddition(planning, entry, spec, own.target.message))
  if (reportFixed(planning, entry, own)) return undefined
  const draft = draftOfChange(entry, spec, { ...own, found: own.found })
  if (entry.kind.object !== 'qdisc') return planning.add(draft)
  return planning.add(yield* withinClasses(planning, draft, own.found.message as QdiscMessage, deleting?.below))
}

/**
 * Plans a desired object whose target is clear without a request. Adds its step to `drafts`, if there is one. Returns false if the
 * target is not clear. An operation costs many times more, and most objects of a large state need none.
 */
export function planKnownObject(planning: Planning, entry: Entry, drafts: ObjectDraft[]): boolean {
  const target = knownTarget(planning, entry)
  if (target === undefined) return false
  const { message, found } = target
  // With a mark, another object may be the target.
  if (found === undefined && marked(planning, entry) !== entry.spec) return false
  if (!isAccepted(planning, entry, message)) return true
  if (found === undefined) drafts.push(planning.add(draftOfAddition(planning, entry, entry.spec, message)))
  else {
    planning.claimMessage(entry.kind.object, found)
    planning.unchanged++
    planning.present.push({ object: entry.kind.object, path: entry.path, message: found })
  }
  return true
}

function knownTarget({ snapshot }: Planning, { kind, spec }: Entry): KnownTarget | undefined {
  try {
    return kind.known?.(spec, snapshot.known)
  } catch {
    // The operation reports the mistake.
    return undefined
  }
}

/** Returns false, and adds a conflict, if a spec refers to a link that does not exist, or to the object of another spec. */
const isAccepted = (planning: Planning, entry: Entry, message: object): boolean =>
  !reportIndexes(planning, entry) &&
  planning.isFirst(identityOf(entry.kind.object, message), entry.path) &&
  isOnlyPrefix(planning, entry, message) &&
  planning.claimIds(entry.kind.object, message, entry.path)

/** Returns false, and adds a conflict, if another spec has the IPv6 address of the link: the kernel has it with one prefix length. */
function isOnlyPrefix(planning: Planning, { kind, path }: Entry, message: object): boolean {
  if (kind.object !== 'address') return true
  const { family, index, attrs } = message as AddressMessage
  return family !== AF.INET6 || planning.isFirst(`inet6 ${index} ${attrs.local ?? attrs.address}`, path)
}

/** Returns the spec with the number of the program, if it has none. */
function marked({ state: { mark } }: Planning, { kind, spec }: Entry): Spec {
  return mark === undefined || kind.mark === undefined || spec[kind.mark] !== undefined
    ? spec
    : { ...spec, [kind.mark]: mark }
}

/** Compares a spec with the snapshot; undefined if it is wrong or cannot be reached. */
const compare = (planning: Planning, entry: Entry, spec: Spec): Operation<Compared | undefined> =>
  planning.checked({ ...entry, spec }, (own) => comparison(entry.kind, own))

function* comparison({ target: targetOf }: PlannedKind, spec: Spec): Operation<Compared> {
  const target = yield* targetOf(spec)
  const found = yield* target.find()
  const isSame = found === undefined || target.isClearlySame?.(found)
  const differences = isSame ? [] : target.compare(found).filter((each) => !isMatch(each))
  return { target, found, differences }
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

/** Adds the step for a desired object that must not exist. Returns it; undefined if there is none, or another step has replaced it. */
export function* planAbsence(planning: Planning, entry: Entry): Operation<ObjectDraft | undefined> {
  const { kind, spec } = entry
  const result = yield* planning.absent(entry, kind.find)
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
