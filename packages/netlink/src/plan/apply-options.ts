import { boolean, type OptionRules } from '../connection/options.js'
import { PlanRefusedError } from './errors.js'
import type { ApplyOptions, ApplyOptionsSync, Plan } from './types.js'

const isCheckList = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'function')
const isTime = (value: unknown) => typeof value === 'number' && value >= 0

export const applySyncRules: OptionRules<ApplyOptionsSync> = {
  onFailure: ['undo or stop', (value) => value === 'undo' || value === 'stop'],
  allowLossy: boolean,
}

export const applyRules: OptionRules<ApplyOptions> = {
  ...applySyncRules,
  settle: ['milliseconds from 0', isTime],
  checks: ['a list of functions', isCheckList],
  // The limit of timers.
  confirmWithin: [
    'milliseconds from 1 to 2147483647',
    (value) => isTime(value) && Number(value) >= 1 && Number(value) <= 0x7fffffff,
  ],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  onStep: ['a function', (value) => typeof value === 'function'],
}

/** @throws {PlanRefusedError} for a plan that must not be applied with these options */
export function checkAppliable({ steps, conflicts }: Plan, { allowLossy = false }: ApplyOptionsSync): void {
  const lossy = allowLossy ? [] : steps.filter(({ undo }) => undo !== 'exact')
  if (conflicts.length > 0 || lossy.length > 0) throw new PlanRefusedError(conflicts, lossy)
}
