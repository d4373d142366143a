export type { Conflict, ConflictType } from './conflict.js'
export {
  ApplyError,
  ConfirmError,
  NotSettledError,
  PlanBusyError,
  PlanRefusedError,
  PlanStaleError,
  UnwatchedChangeError,
} from './errors.js'
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
export {
  type ConfirmOptions,
  confirmApplied,
  type NotUndoneStep,
  type UndoneChange,
  type UndoOptions,
  undoApplied,
} from './unwatched.js'
