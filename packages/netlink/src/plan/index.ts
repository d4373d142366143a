export type { Conflict, ConflictType } from './conflict.js'
export { ApplyError, ConfirmError, NotSettledError, PlanRefusedError, PlanStaleError } from './errors.js'
export { confirmApplied } from './journal.js'
export type {
  Absent,
  Applied,
  AppliedSync,
  ApplyOptions,
  ApplyOptionsSync,
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
  WithCarrier,
} from './types.js'
