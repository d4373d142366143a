import { runOperation, runOperationSync } from '../api/run/operation.js'
import { ArgumentError } from '../codec/error.js'
import { noOptions } from '../connection/options.js'
import type { Confirmation, Taken } from './confirmation.js'
import { ConfirmError } from './errors.js'
import { nothingUndone, stepsOf } from './failure.js'
import { NetnsLock, relocked } from './netns-lock.js'
import type { PlanContext } from './plan.js'
import { type DoneStep, undoSteps } from './run-steps.js'
import type { Applied, AppliedSync, Undone } from './types.js'

/** The connection that undoes steps, and the namespace to lock meanwhile. */
type UndoContext = Omit<PlanContext, 'state'>

/** Undoes steps, blocking the thread. No other process changes the namespace meanwhile. @throws {PlanBusyError} if one does */
function undoLockedSync({ connection, openNetns }: UndoContext, done: readonly DoneStep[]): Undone {
  if (done.length === 0) return nothingUndone
  const lock = openNetns && NetnsLock.acquireSync(openNetns)
  try {
    return runOperationSync(() => connection, undoSteps(done), noOptions)
  } finally {
    lock?.release()
  }
}

/** Returns the result of steps that were done without waiting. */
export function appliedSyncOf(context: UndoContext, done: readonly DoneStep[]): AppliedSync {
  let isUndone = false
  return {
    done: stepsOf(done),
    undoSync() {
      if (isUndone) return nothingUndone
      const undone = undoLockedSync(context, done)
      isUndone = true
      return undone
    },
  }
}

/** Returns the result of steps, which another process undoes unless they are confirmed, if there is a confirmation. */
export function appliedOf(
  context: UndoContext,
  done: readonly DoneStep[],
  confirmation: Confirmation | undefined,
): Applied {
  const { connection, openNetns } = context
  let state: 'waiting' | Taken = 'waiting'
  /** Gets the lock. The process that undoes the steps unless they are confirmed has it, if it was not killed. */
  const locked = async () => {
    if (openNetns === undefined || done.length === 0) return undefined
    return confirmation ? relocked(openNetns) : await NetnsLock.acquire(openNetns)
  }
  return {
    done: stepsOf(done),
    ...(confirmation && { journal: confirmation.name }),
    async confirm() {
      if (state === 'undone') throw new ConfirmError('expected steps that are done, but undo() was called before')
      if (state === 'waiting') await confirmation?.confirm()
      state = 'confirmed'
    },
    async undo() {
      if (state !== 'waiting') return nothingUndone
      state = 'undone'
      let lock: NetnsLock | undefined
      try {
        lock = await locked()
      } catch (error) {
        state = 'waiting'
        throw error
      }
      try {
        if (confirmation && !(await confirmation.undoing())) {
          state = await confirmation.taken()
          return nothingUndone
        }
        const result = await runOperation(() => connection, undoSteps(done), noOptions)
        await confirmation?.end()
        return result
      } finally {
        lock?.release()
      }
    },
    undoSync() {
      if (confirmation) throw new ArgumentError('expected undo() of steps with confirmWithin, got undoSync()')
      if (state !== 'waiting') return nothingUndone
      const undone = undoLockedSync(context, done)
      state = 'undone'
      return undone
    },
  }
}
