import { printable } from '../codec/index.js'
import { toJson } from '../codec/json.js'
import type { Conflict } from './conflict.js'
import type { Applied, AppliedSync, NotUndone, Plan, Step } from './types.js'

/** An error of plans. */
abstract class PlanError extends Error {
  abstract readonly code: string

  /** Returns the members for JSON: 64-bit numbers as numbers if that is exact, or else as decimal text, bytes as hexadecimal text. */
  toJSON(): unknown {
    return toJson(this)
  }
}

/** The plan must not be applied: it has conflicts, or steps that cannot be undone exactly. Nothing was done. */
export class PlanRefusedError extends PlanError {
  override readonly name = 'PlanRefusedError'
  readonly code = 'ERR_NETLINK_PLAN_REFUSED'

  constructor(
    readonly conflicts: readonly Conflict[],
    /** The steps that `allowLossy` must allow. */
    readonly lossy: readonly Step[],
  ) {
    const reasons = [
      ...conflicts.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
      ...lossy.map(
        (step) => `expected allowLossy for step ${step.id}, ${titleOf(step)}, which cannot be undone exactly`,
      ),
    ]
    super(printable(reasons.join('; ')))
  }
}

/** Something has changed since the plan was made, or the plan was applied before: then `plan` is empty. Nothing was done. */
export class PlanStaleError extends PlanError {
  override readonly name = 'PlanStaleError'
  readonly code = 'ERR_NETLINK_PLAN_STALE'

  constructor(
    /** The plan for the present state. */
    readonly plan: Plan,
  ) {
    super(
      `expected the state that was planned for, but ${plan.isEmpty ? 'it is the desired one already' : 'it has changed'}; nothing was done`,
    )
  }

  override toJSON(): unknown {
    return { name: this.name, code: this.code, message: this.message, plan: this.plan.toJSON() }
  }
}

/** A step of a plan, or a check after it, has failed. */
export class ApplyError extends PlanError {
  override readonly name = 'ApplyError'
  readonly code = 'ERR_NETLINK_NOT_APPLIED'

  constructor(
    /** The step that failed; undefined for a check, or an aborted signal. */
    readonly step: Step | undefined,
    override readonly cause: unknown,
    /** The steps that were done before. */
    readonly done: readonly Step[],
    /** Those of them that were undone. */
    readonly undone: readonly Step[],
    /** Those of which something is left, with the reasons. */
    readonly left: readonly NotUndone[],
  ) {
    const place = step === undefined ? 'check' : `step ${step.id}, ${titleOf(step)}`
    const reason = cause instanceof Error ? cause.message : String(cause)
    const names = left.map(({ step: each }) => titleOf(each)).join(', ')
    const rest = `${done.length} done, ${undone.length} undone, ${left.length} left${names && ` (${names})`}`
    super(printable(`${place}: ${reason}; ${rest}`), { cause })
  }
}

/** All steps were done, but the state is not the desired one. The steps are not undone: call `applied.undo()` for that. */
export class NotSettledError extends PlanError {
  override readonly name = 'NotSettledError'
  readonly code = 'ERR_NETLINK_NOT_SETTLED'

  constructor(
    /** The steps that would remain. */
    readonly plan: Plan,
    readonly applied: Applied | AppliedSync,
    /** The objects that the state waits for, if no step remains. */
    readonly waiting: readonly string[],
  ) {
    const remaining = [...plan.steps.map(titleOf), ...plan.conflicts.map(({ message }) => message), ...waiting]
    super(printable(`expected the desired state after all steps, but this remains: ${remaining.join('; ')}`))
  }

  override toJSON(): unknown {
    const { name, code, message, plan, waiting } = this
    return { name, code, message, plan: plan.toJSON(), waiting }
  }
}

/** Another process, or another call in this one, changes the network namespace, or has changed it and waits for the confirmation. Nothing was done. */
export class PlanBusyError extends PlanError {
  override readonly name = 'PlanBusyError'
  readonly code = 'ERR_NETLINK_PLAN_BUSY'

  constructor(
    /** The process; undefined if it is not visible here, e.g. because it is in a container. */
    readonly pid: number | undefined,
    /** The journal of its change, if that waits for the confirmation. */
    readonly journal: string | undefined,
  ) {
    const change = journal === undefined ? '' : `, for the change ${journal}, until that is confirmed or undone`
    super(
      `expected no other process that changes this network namespace, got ${pid === undefined ? 'one' : `process ${pid}`}${change}; nothing was done`,
    )
  }
}

/** A change was not confirmed, and the process that would undo it was killed: nothing undoes it by itself. */
export class UnwatchedChangeError extends PlanError {
  override readonly name = 'UnwatchedChangeError'
  readonly code = 'ERR_NETLINK_UNWATCHED_CHANGE'

  constructor(
    /** The journal: `undoApplied(journal)` undoes the change, `confirmApplied(journal, { unwatched: true })` keeps it. */
    readonly journal: string,
    /** The file of the journal. */
    readonly path: string,
    /** The time when the change began, as ISO 8601. */
    readonly since: string,
    /** The process that was killed. */
    readonly watcher: number | undefined,
  ) {
    const process = watcher === undefined ? 'the process' : `process ${watcher}`
    super(
      printable(
        `expected no change without a process that undoes it, got ${path} of ${since}, for which ${process} has ended before it was confirmed or undone: ` +
          `netloom undo ${journal} undoes it, netloom confirm --unwatched ${journal} keeps it`,
      ),
    )
  }
}

/** A change cannot be confirmed: it was undone, or confirmed before. */
export class ConfirmError extends PlanError {
  override readonly name = 'ConfirmError'
  readonly code = 'ERR_NETLINK_NOT_CONFIRMED'
}

/** Returns a step in a few words: `remove route 10.9.0.0/16`. */
export const titleOf = ({ verb, object, key }: Pick<Step, 'verb' | 'object' | 'key'>) => `${verb} ${object} ${key}`
