export { ApplyError, ConfirmError, NotSettledError, PlanRefusedError, PlanStaleError } from './errors.js'
export { confirmApplied } from './journal.js'
export type {
  Absent,
  Applied,
  AppliedSync,
  ApplyOptions,
  ApplyOptionsSync,
  Conflict,
  ConflictType,
  Desired,
  DesiredObjects,
  ExistingLink,
  NotUndone,
  Plan,
  PlanCheck,
  PlanJson,
  PlannedObject,
  PrunedList,
  Recreatable,
  Step,
  Undone,
} from './types.js'
