import type { Operation } from '../api/run/operation.js'
import { NetlinkError } from '../message/index.js'
import type { Taken } from './confirmation.js'
import { ApplyError } from './errors.js'
import { type DoneStep, type Failure, undoSteps } from './run-steps.js'
import type { NotUndone, Step, Undone } from './types.js'

export const stepsOf = (done: readonly DoneStep[]): Step[] => done.map(({ step }) => step)

/** The result of undoing steps that are undone or confirmed already. */
export const nothingUndone: Undone = { undone: [], left: [] }

/** Undoes the steps if `mustUndo` is true, and returns the error of a step or check that failed. */
export function* failed(
  { step, cause, partly, isAsBefore }: Failure,
  done: readonly DoneStep[],
  mustUndo: boolean,
): Operation<ApplyError> {
  if (!mustUndo)
    return new ApplyError(
      step,
      cause,
      stepsOf(done),
      [],
      done.map((each) => ({ step: each.step, errors: [] })),
    )
  const own = partly === undefined ? [] : yield* undoPart(partly, isAsBefore)
  const { undone, left } = yield* undoSteps(done)
  return new ApplyError(step, cause, stepsOf(done), undone, [...left, ...own])
}

/**
 * Undoes a step that failed halfway, and returns what is left. The kernel refuses a link's option again with the value that it had: then the
 * state says whether something is left.
 */
function* undoPart(part: DoneStep, isAsBefore: Failure['isAsBefore']): Operation<readonly NotUndone[]> {
  const { left } = yield* undoSteps([part])
  const isOfOptions = left.length > 0 && left.every(({ errors }) => errors.length > 0 && errors.every(isOfLink))
  return isOfOptions && isAsBefore !== undefined && (yield* isAsBefore()) ? [] : left
}

const isOfLink = (error: Error) => error instanceof NetlinkError && error.request === 'RTM_NEWLINK'

/** Returns the error of a check that fails after the other process has undone the steps, or after they were confirmed. */
export function failedLate({ step, cause }: Failure, done: readonly DoneStep[], taken: Taken): ApplyError {
  const steps = stepsOf(done)
  const left = taken === 'undone' ? [] : steps.map((each) => ({ step: each, errors: [] }))
  return new ApplyError(step, cause, steps, taken === 'undone' ? steps : [], left)
}
