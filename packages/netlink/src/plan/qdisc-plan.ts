import type { Link } from '../api/link/types.js'
import { toQdisc } from '../api/qdisc/decode.js'
import { compareQdisc } from '../api/qdisc/diff.js'
import { encodeQdisc } from '../api/qdisc/read.js'
import type { NewQdisc } from '../api/qdisc/types.js'
import { change, type Operation } from '../api/run/operation.js'
import { isMatch } from '../api/values/compare.js'
import { describeQdisc } from '../api/values/describe.js'
import { NetlinkError } from '../message/index.js'
import { handleText, type QdiscMessage, TC_H } from '../route/index.js'
import type { Entry } from './desired.js'
import { isFixedOfQdisc } from './link-facts.js'
import { changesOfNew, type Draft, type ObjectDraft, PHASE, type Planning, type ReplacedQdisc } from './planning.js'
import { restorationOf } from './restoration.js'
import { isMistake } from './spec-mistakes.js'
import { deletionsOf, type UndoRequest } from './undo.js'

const RTM_NEWQDISC = 'RTM_NEWQDISC'
const RTM_DELQDISC = 'RTM_DELQDISC'

/** The major number of a handle, or of a parent: that of the qdisc with the class. */
const majorOf = (handle: number) => handle >>> 16

/** True for a qdisc in a class of the one with the major number. */
const isInClassOf = ({ parent }: QdiscMessage, major: number) =>
  parent !== TC_H.ROOT && parent !== TC_H.INGRESS && majorOf(parent) === major

/** Returns the qdiscs in the classes of another one, those of upper levels first. The kernel deletes them with it. */
function* qdiscsBelow(planning: Planning, { ifindex, handle }: QdiscMessage): Operation<QdiscMessage[]> {
  const all = yield* planning.snapshot.qdiscs(ifindex)
  const below: QdiscMessage[] = []
  const add = (major: number) => {
    for (const each of all)
      if (isInClassOf(each, major) && !below.includes(each)) {
        below.push(each)
        add(majorOf(each.handle))
      }
  }
  add(majorOf(handle))
  return below
}

/** Finds the qdiscs that must be replaced. Those in their classes are forgotten: the kernel deletes them. */
export function* findReplacedQdiscs(
  planning: Planning,
  entries: readonly Entry[],
): Operation<ReadonlyMap<Entry, ReplacedQdisc>> {
  const replaced = new Map<Entry, ReplacedQdisc>()
  for (const entry of entries) {
    if (entry.kind.object !== 'qdisc' || entry.absent || !entry.recreate) continue
    const pair = yield* replacedBy(planning, entry)
    if (pair !== undefined) replaced.set(entry, pair)
  }
  for (const { below } of replaced.values())
    for (const each of below) {
      planning.snapshot.dropQdisc(each)
      planning.removed.set(each, 'qdisc')
    }
  // Those that were in a class of another replaced one are added.
  for (const [entry, { found }] of replaced) if (planning.snapshot.isDropped(found)) replaced.delete(entry)
  return replaced
}

/** Returns the qdisc that one of the desired state replaces; undefined if there is none, it can be changed, or the spec is wrong. */
function* replacedBy(planning: Planning, { spec }: Entry): Operation<ReplacedQdisc | undefined> {
  const { snapshot } = planning
  try {
    const request = yield* snapshot.through(encodeQdisc(spec as unknown as NewQdisc))
    const found = (yield* snapshot.qdiscs(request.ifindex)).find(
      ({ parent, handle }) => parent === request.parent && handle !== 0,
    )
    if (found === undefined || !mustReplace(request, found)) return undefined
    return { found, request, below: yield* qdiscsBelow(planning, found) }
  } catch (error) {
    // The spec is planned again, and the mistake reported.
    if (isMistake(error) || error instanceof NetlinkError) return undefined
    throw error
  }
}

function mustReplace(request: QdiscMessage, found: QdiscMessage): boolean {
  const { kind = '' } = request.attrs
  if (kind !== found.attrs.kind || (request.handle !== 0 && request.handle !== found.handle)) return true
  return compareQdisc(request, found).some((each) => !isMatch(each) && isFixedOfQdisc(kind, each.key))
}

/** Adds the step that replaces a qdisc. Returns it. */
export function draftOfReplacedQdisc(planning: Planning, entry: Entry, replaced: ReplacedQdisc): ObjectDraft {
  const { kind, spec, path } = entry
  const { found, request } = replaced
  const before: Readonly<Record<string, unknown>> = { kind: found.attrs.kind, handle: handleText(found.handle) }
  const changes = ['kind', 'handle'].flatMap((key) =>
    spec[key] === undefined || spec[key] === before[key] ? [] : [{ key, before: before[key], after: spec[key] }],
  )
  return planning.add({
    ...{ object: 'qdisc', key: kind.describe(spec), verb: 'replace', path, links: [], needs: new Set<Draft>() },
    ...{ message: request, phase: PHASE.qdisc, undo: 'lossy', disrupts: 'its queue, classes and filters' },
    changes: [...changes, ...changesOfNew(spec, ['dev', 'parent', 'kind', 'handle'])],
    run: () => replace(replaced),
    reversal: () => reversalOf(planning, replaced),
  } as ObjectDraft)
}

/**
 * Replaces a qdisc: in one request if the kernel accepts that, so that the link is not without it. The kernel changes
 * one with the same handle instead, or one of the same kind without a handle, and refuses to replace one at the ingress.
 */
function* replace({ found, request }: ReplacedQdisc): Operation<void> {
  const isOther = request.handle === 0 ? request.attrs.kind !== found.attrs.kind : request.handle !== found.handle
  if (isOther && request.parent !== TC_H.INGRESS) {
    yield* change(RTM_NEWQDISC, request, { create: true, replace: true })
    return
  }
  const { ifindex, parent, handle, attrs } = found
  yield* change(RTM_DELQDISC, { ifindex, parent, handle, attrs: { kind: attrs.kind } })
  yield* change(RTM_NEWQDISC, request, { create: true, excl: true })
}

/** Returns the requests that delete the new qdisc, and restore the old one with those in its classes. */
function* reversalOf(planning: Planning, { found, request, below }: ReplacedQdisc): Operation<UndoRequest[]> {
  const deletions = deletionsOf({ name: RTM_NEWQDISC, value: request })
  return [...deletions, ...(yield* additionsOf(planning.snapshot.indexed(found.ifindex)?.name, [found, ...below]))]
}

/**
 * Returns the requests that restore a qdisc with those in its classes, except those that have steps of their own. Classes and filters
 * are lost.
 */
export function* restorationOfQdisc(
  planning: Planning,
  found: QdiscMessage,
  dev = planning.snapshot.indexed(found.ifindex)?.name,
): Operation<UndoRequest[]> {
  const below = yield* qdiscsBelow(planning, found)
  return yield* additionsOf(dev, [found, ...below.filter((each) => !planning.removed.has(each))])
}

/** Returns the requests that restore the qdiscs of a link that is deleted, without those that the kernel creates itself. */
export function* restorationOfQdiscs(planning: Planning, { index: ifindex, name }: Link): Operation<UndoRequest[]> {
  const own = (yield* planning.snapshot.qdiscs(ifindex)).filter(({ handle }) => handle !== 0)
  const requests: UndoRequest[] = []
  for (const top of own.filter(({ parent }) => parent === TC_H.ROOT || parent === TC_H.INGRESS))
    requests.push(...(yield* restorationOfQdisc(planning, top, name)))
  return requests
}

/**
 * Puts the removal of each qdisc after those of the ones in its classes, which the kernel deletes with it. Reports the desired ones among
 * these.
 */
export function* orderQdiscRemovals(planning: Planning, drafts: readonly ObjectDraft[]): Operation<void> {
  const qdiscs = drafts.filter(({ object }) => object === 'qdisc')
  const removals = new Map(qdiscs.filter(({ verb }) => verb === 'remove').map((draft) => [draft.message, draft]))
  const added = qdiscs.filter(({ verb }) => verb === 'add').map(({ message }) => message as QdiscMessage)
  for (const [message, draft] of removals) {
    const removed = message as QdiscMessage
    const below = yield* qdiscsBelow(planning, removed)
    for (const each of below) {
      const other = removals.get(each)
      if (other) draft.needs.add(other)
    }
    const isIn = (each: QdiscMessage) =>
      each.ifindex === removed.ifindex && [removed, ...below].some((upper) => isInClassOf(each, majorOf(upper.handle)))
    const wanted = [
      ...below.filter((each) => !removals.has(each) && planning.isClaimed('qdisc', each)),
      ...added.filter(isIn),
    ]
    for (const { attrs, handle } of wanted)
      planning.conflict(
        'in-use',
        draft.path,
        `expected no desired qdisc in a class of one that is absent, got ${attrs.kind} ${handleText(handle)}`,
      )
  }
}

function* additionsOf(dev: string | undefined, messages: readonly QdiscMessage[]): Operation<UndoRequest[]> {
  const requests: UndoRequest[] = []
  // A replacement would be a change of one that is still there, which not all kinds allow.
  for (const message of messages) {
    const { kind, parent, handle } = toQdisc(message)
    const object = describeQdisc({ kind, dev, parent, handle })
    for (const request of yield* restorationOf('qdisc', { message }))
      requests.push({ ...request, object, options: { create: true, excl: true } })
  }
  return requests
}
