import { type AnyConnection, runOperation, runOperationSync } from '../api/run/operation.js'
import { ArgumentError } from '../codec/error.js'
import { noOptions } from '../connection/options.js'
import type { Confirmation, Taken } from './confirmation.js'
import { ConfirmError } from './errors.js'
import { nothingUndone, stepsOf } from './failure.js'
import { type DoneStep, undoSteps } from './run-steps.js'
import type { Applied, AppliedSync } from './types.js'

/** Returns the result of steps that were done without waiting. */
export function appliedSyncOf(connection: AnyConnection, done: readonly DoneStep[]): AppliedSync {
  let isUndone = false
  return {
    done: stepsOf(done),
    undoSync() {
      if (isUndone) return nothingUndone
      isUndone = true
      return runOperationSync(connection, undoSteps(done), noOptions)
    },
  }
}

/** Returns the result of steps, which another process undoes unless they are confirmed, if there is a confirmation. */
export function appliedOf(
  connection: AnyConnection,
  done: readonly DoneStep[],
  confirmation: Confirmation | undefined,
): Applied {
  let state: 'waiting' | Taken = 'waiting'
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
      if (confirmation && !(await confirmation.undoing())) {
        state = await confirmation.taken()
        return nothingUndone
      }
      const result = await runOperation(connection, undoSteps(done), noOptions)
      await confirmation?.end()
      return result
    },
    undoSync() {
      if (confirmation) throw new ArgumentError('expected undo() of steps with confirmWithin, got undoSync()')
      if (state !== 'waiting') return nothingUndone
      state = 'undone'
      return runOperationSync(connection, undoSteps(done), noOptions)
    },
  }
}
