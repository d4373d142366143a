import { compareQdisc } from '../api/qdisc/diff.js'
import { encodeQdisc } from '../api/qdisc/read.js'
import type { NewQdisc } from '../api/qdisc/types.js'
import type { Operation } from '../api/run/operation.js'
import { isMatch } from '../api/values/compare.js'
import { NetlinkError } from '../message/index.js'
import { handleText, type QdiscMessage } from '../route/index.js'
import type { Entry } from './desired.js'
import { restore } from './losses.js'
import type { DeletingQdisc, ObjectDraft, Planning } from './planning.js'
import { getsLimitOf, isFixedOfQdisc, losesClass } from './qdisc-facts.js'
import { additionsOf, isInClassOf, majorOf, qdiscsBelow } from './qdisc-tree.js'
import { restorationOf } from './restoration.js'
import { isMistake } from './spec-mistakes.js'
import type { UndoRequest } from './undo.js'

/**
 * Finds the qdiscs whose replacement or change makes the kernel delete others in their classes. These are forgotten: a desired one
 * among them is added again.
 */
export function* findDeletingQdiscs(
  planning: Planning,
  entries: readonly Entry[],
): Operation<ReadonlyMap<Entry, DeletingQdisc>> {
  const deleting = new Map<Entry, DeletingQdisc>()
  for (const entry of entries) {
    if (entry.kind.object !== 'qdisc' || entry.absent) continue
    const one = yield* deletingBy(planning, entry)
    if (one !== undefined) deleting.set(entry, one)
  }
  for (const { below } of deleting.values())
    for (const each of below) {
      planning.snapshot.dropQdisc(each)
      planning.removed.set(each, 'qdisc')
    }
  // Those that are deleted themselves are added.
  for (const [entry, { found }] of deleting) if (planning.snapshot.isDropped(found)) deleting.delete(entry)
  return deleting
}

/** Returns the qdisc that one of the desired state replaces, or changes so that others are deleted; undefined if there is none, or the spec is wrong. */
function* deletingBy(planning: Planning, { spec, recreate }: Entry): Operation<DeletingQdisc | undefined> {
  const { snapshot } = planning
  try {
    const request = yield* snapshot.through(encodeQdisc(spec as unknown as NewQdisc))
    const found = (yield* snapshot.qdiscs(request.ifindex)).find(
      ({ parent, handle }) => parent === request.parent && handle !== 0,
    )
    if (found === undefined) return undefined
    if (mustReplace(request, found))
      return recreate ? { verb: 'replace', found, request, below: yield* qdiscsBelow(planning, found) } : undefined
    const below = yield* deletedByChange(planning, request, found)
    return below.length > 0 ? { verb: 'change', found, request, below } : undefined
  } catch (error) {
    // The spec is planned again, and the mistake reported.
    if (isMistake(error) || error instanceof NetlinkError) return undefined
    throw error
  }
}

/** Returns the qdiscs that the kernel deletes when the options of the upper one are changed. */
function* deletedByChange(planning: Planning, request: QdiscMessage, found: QdiscMessage): Operation<QdiscMessage[]> {
  const isChanged = compareQdisc(request, found).some((each) => isOption(each) && !isMatch(each))
  if (!isChanged) return []
  return yield* qdiscsBelow(planning, found, losesClass(found.attrs.kind ?? '', request.attrs.options))
}

const isOption = ({ key }: { readonly key: string }) => key.startsWith('options.')

function mustReplace(request: QdiscMessage, found: QdiscMessage): boolean {
  const { kind = '' } = request.attrs
  if (kind !== found.attrs.kind || (request.handle !== 0 && request.handle !== found.handle)) return true
  return compareQdisc(request, found).some((each) => !isMatch(each) && isFixedOfQdisc(kind, each.key))
}

/** Returns the names of qdiscs, with their classes. */
const named = (qdiscs: readonly QdiscMessage[]) =>
  qdiscs.map(({ attrs, handle, parent }) => `${attrs.kind} ${handleText(handle)} in ${handleText(parent)}`).join(', ')

/**
 * Returns the step of a changed qdisc with what the change does to those in its classes: the kernel deletes some, and sets the limit of others,
 * which get back their own.
 */
export function* withinClasses(
  planning: Planning,
  draft: ObjectDraft,
  found: QdiscMessage,
  deleted: readonly QdiscMessage[] = [],
): Operation<ObjectDraft> {
  const limits: UndoRequest[] = []
  if (draft.changes.some(isOption))
    for (const message of yield* qdiscsBelow(planning, found))
      if (isInClassOf(message, majorOf(found.handle)) && getsLimitOf(message.attrs.kind, found.attrs.kind ?? ''))
        limits.push(...(yield* restorationOf('qdisc', { message }, true)))
  const dev = planning.snapshot.indexed(found.ifindex)?.name
  return {
    ...draft,
    // The request may name no handle.
    message: { ...draft.message, handle: found.handle },
    ...(deleted.length > 0 && {
      undo: 'lossy',
      disrupts: `${named(deleted)}: deleted, with queue, classes and filters`,
    }),
    *run() {
      yield* draft.run()
      yield* restore(limits)
    },
    *reversal() {
      return [...(yield* draft.reversal()), ...limits, ...(yield* additionsOf(dev, deleted))]
    },
  }
}
