import type { Operation } from '../api/run/operation.js'
import { NetlinkError } from '../message/index.js'
import type { Built } from './build.js'
import { isOwn } from './own-objects.js'
import type { Draft } from './planning.js'
import type { Snapshot } from './snapshot.js'
import type { NotUndone, Step, Undone } from './types.js'
import { deletionOfLink, runUndo, type UndoRequest } from './undo.js'

/** A step that was done, or that has failed halfway, with what undoes it. */
export interface DoneStep {
  readonly step: Step
  readonly undo: readonly UndoRequest[]
}

/** A step that failed. */
export interface Failure {
  readonly step: Step | undefined
  readonly cause: unknown
  /** The step itself, if part of it may have been done. */
  readonly partly: DoneStep | undefined
  /** True if the object of the step is as it was before. */
  readonly isAsBefore?: () => Operation<boolean>
}

/** Functions that are called around each step. */
export interface StepHooks {
  /** Throws to stop before a step. */
  before(): void
  /** Keeps what undoes a step, before it is done. */
  record(done: DoneStep): void
  /** Replaces what undoes a step, after it was done. */
  amend(done: DoneStep): void
  /** Is called after a step. Throws to stop. */
  after?(step: Step): void
}

/** Does the steps of a plan that are not in `done`, and adds them to it. Returns the failure, if there is one. */
export function* runSteps(built: Built, done: DoneStep[], hooks: StepHooks): Operation<Failure | undefined> {
  const { steps, drafts, snapshot } = built
  for (let at = done.length; at < drafts.length; at++) {
    const draft = drafts[at] as Draft
    const step = steps[at] as Step
    try {
      hooks.before()
    } catch (cause) {
      return { step: undefined, cause, partly: undefined }
    }
    let own: DoneStep | undefined
    try {
      // If another link has the name, the kernel refuses the step, and there is nothing to undo.
      const undo = (yield* isNameTaken(step)) ? [] : yield* snapshot.through(draft.reversal())
      const recorded = { step, undo }
      hooks.record(recorded)
      // If it cannot be recorded, it is not done: undoing it could delete the object of another program.
      own = recorded
      yield* snapshot.through(draft.run())
      for (const name of draft.links) yield* snapshot.refresh(name)
      own = withIndex(own, snapshot)
      if (own !== recorded) hooks.amend(own)
    } catch (cause) {
      // A request that adds something, or deletes a link, has no effect if the kernel refuses it. Others may have had a part of theirs, and so may
      // one whose answer was lost.
      const isWithoutEffect = (step.verb === 'add' || step.undo === 'none') && cause instanceof NetlinkError
      const partly = isWithoutEffect ? undefined : own
      return { step, cause, partly, isAsBefore: () => isAsBefore(draft, snapshot) }
    }
    done.push(own)
    try {
      hooks.after?.(step)
    } catch (cause) {
      return { step: undefined, cause, partly: undefined }
    }
  }
  return undefined
}

function* isAsBefore(draft: Draft, snapshot: Snapshot): Operation<boolean> {
  if (draft.isAsBefore === undefined) return false
  for (const name of draft.links) yield* snapshot.refresh(name)
  return yield* snapshot.through(draft.isAsBefore())
}

/** True if a step would create a link whose name another link has since the plan was made. The kernel refuses the step. */
function* isNameTaken({ object, verb, key }: Step): Operation<boolean> {
  if (object !== 'link' || verb !== 'add') return false
  return yield* isOwn({ name: 'RTM_GETLINK', value: { attrs: { ifname: key } }, expected: {} })
}

/** Returns a step whose undo deletes a new link by its index: another program may rename it, and give the name to another link. */
function withIndex(done: DoneStep, snapshot: Snapshot): DoneStep {
  const { step } = done
  const link = step.object === 'link' && step.verb === 'add' ? snapshot.named(step.key) : undefined
  return link === undefined ? done : { step, undo: [deletionOfLink({ index: link.index }, link.kind)] }
}

/** Undoes steps, last first. One that fails does not stop the others. */
export function* undoSteps(done: readonly DoneStep[]): Operation<Undone> {
  const undone: Step[] = []
  const left: NotUndone[] = []
  for (const { step, undo } of [...done].reverse()) {
    const errors = yield* runUndo(undo)
    if (errors.length > 0 || step.undo === 'none') left.push({ step, errors })
    else undone.push(step)
  }
  return { undone, left }
}
