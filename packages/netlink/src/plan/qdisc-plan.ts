import type { Link } from '../api/link/types.js'
import { change, type Operation } from '../api/run/operation.js'
import { handleText, type QdiscMessage, TC_H } from '../route/index.js'
import type { Entry } from './desired.js'
import { changesOfNew, type DeletingQdisc, type Draft, type ObjectDraft, PHASE, type Planning } from './planning.js'
import { additionsOf, isInClassOf, majorOf, qdiscsBelow } from './qdisc-tree.js'
import { deletionsOf, type UndoRequest } from './undo.js'

const RTM_NEWQDISC = 'RTM_NEWQDISC'
const RTM_DELQDISC = 'RTM_DELQDISC'

/** Adds the step that replaces a qdisc. Returns it. */
export function draftOfReplacedQdisc(planning: Planning, entry: Entry, replaced: DeletingQdisc): ObjectDraft {
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
function* replace({ found, request }: DeletingQdisc): Operation<void> {
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
function* reversalOf(planning: Planning, { found, request, below }: DeletingQdisc): Operation<UndoRequest[]> {
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
