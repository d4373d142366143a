import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  i64,
  multi,
  sint,
  string,
  u32,
  u64,
} from '../codec/index.js'
import { gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** DPLL_MODE_*, linux/dpll.h */
export const DPLL_MODE = constants('DPLL_MODE', {
  MANUAL: 1,
  AUTOMATIC: 2,
})

/** DPLL_LOCK_STATUS_*, linux/dpll.h */
export const DPLL_LOCK_STATUS = constants('DPLL_LOCK_STATUS', {
  UNLOCKED: 1,
  LOCKED: 2,
  LOCKED_HO_ACQ: 3,
  HOLDOVER: 4,
})

/** DPLL_LOCK_STATUS_ERROR_*, linux/dpll.h */
export const DPLL_LOCK_STATUS_ERROR = constants('DPLL_LOCK_STATUS_ERROR', {
  NONE: 1,
  UNDEFINED: 2,
  MEDIA_DOWN: 3,
  FRACTIONAL_FREQUENCY_OFFSET_TOO_HIGH: 4,
})

/** DPLL_CLOCK_QUALITY_LEVEL_*, linux/dpll.h */
export const DPLL_CLOCK_QUALITY_LEVEL = constants('DPLL_CLOCK_QUALITY_LEVEL', {
  ITU_OPT1_PRC: 1,
  ITU_OPT1_SSU_A: 2,
  ITU_OPT1_SSU_B: 3,
  ITU_OPT1_EEC1: 4,
  ITU_OPT1_PRTC: 5,
  ITU_OPT1_EPRTC: 6,
  ITU_OPT1_EEEC: 7,
  ITU_OPT1_EPRC: 8,
})

/** DPLL_TYPE_*, linux/dpll.h */
export const DPLL_TYPE = constants('DPLL_TYPE', {
  PPS: 1,
  EEC: 2,
  GENERIC: 3,
})

/** DPLL_PIN_TYPE_*, linux/dpll.h */
export const DPLL_PIN_TYPE = constants('DPLL_PIN_TYPE', {
  MUX: 1,
  EXT: 2,
  SYNCE_ETH_PORT: 3,
  INT_OSCILLATOR: 4,
  GNSS: 5,
})

/** DPLL_PIN_DIRECTION_*, linux/dpll.h */
export const DPLL_PIN_DIRECTION = constants('DPLL_PIN_DIRECTION', {
  INPUT: 1,
  OUTPUT: 2,
})

/** DPLL_PIN_STATE_*, linux/dpll.h */
export const DPLL_PIN_STATE = constants('DPLL_PIN_STATE', {
  CONNECTED: 1,
  DISCONNECTED: 2,
  SELECTABLE: 3,
})

/** DPLL_PIN_OPERSTATE_*, linux/dpll.h */
export const DPLL_PIN_OPERSTATE = constants('DPLL_PIN_OPERSTATE', {
  ACTIVE: 1,
  STANDBY: 2,
  NO_SIGNAL: 3,
  QUAL_FAILED: 4,
})

/** DPLL_PIN_CAPABILITIES_*, linux/dpll.h */
export const DPLL_PIN_CAPABILITIES = constants('DPLL_PIN_CAPABILITIES', {
  DIRECTION_CAN_CHANGE: 0x1,
  PRIORITY_CAN_CHANGE: 0x2,
  STATE_CAN_CHANGE: 0x4,
})

/** DPLL_FEATURE_STATE_*, linux/dpll.h */
export const DPLL_FEATURE_STATE = constants('DPLL_FEATURE_STATE', {
  DISABLE: 0,
  ENABLE: 1,
})

/** The part of DPLL_A_PIN_* that is nested, linux/dpll.h */
export const dpllNlReferenceSyncAttrs = attributes('DPLL_A_PIN', {
  id: [1, u32],
  state: [16, enumOf(u32, DPLL_PIN_STATE)],
})
export interface DpllNlReferenceSyncAttrs extends Infer<typeof dpllNlReferenceSyncAttrs> {}

/** The part of DPLL_A_PIN_* that is nested, linux/dpll.h */
export const dpllNlFrequencyRangeAttrs = attributes('DPLL_A_PIN', {
  frequencyMin: [13, u64], // Hz
  frequencyMax: [14, u64], // Hz
})
export interface DpllNlFrequencyRangeAttrs extends Infer<typeof dpllNlFrequencyRangeAttrs> {}

/** The part of DPLL_A_PIN_* that is nested, linux/dpll.h */
export const dpllNlPinParentDeviceAttrs = attributes('DPLL_A_PIN', {
  parentId: [2, u32],
  direction: [10, enumOf(u32, DPLL_PIN_DIRECTION)],
  prio: [15, u32], // 0 is the highest
  state: [16, enumOf(u32, DPLL_PIN_STATE)],
  operstate: [32, enumOf(u32, DPLL_PIN_OPERSTATE)],
  phaseOffset: [23, i64], // picoseconds, in thousandths
  fractionalFrequencyOffset: [24, sint],
  fractionalFrequencyOffsetPpt: [30, sint],
})
export interface DpllNlPinParentDeviceAttrs extends Infer<typeof dpllNlPinParentDeviceAttrs> {}

/** The part of DPLL_A_PIN_* that is nested, linux/dpll.h */
export const dpllNlPinParentPinAttrs = attributes('DPLL_A_PIN', {
  parentId: [2, u32],
  state: [16, enumOf(u32, DPLL_PIN_STATE)],
})
export interface DpllNlPinParentPinAttrs extends Infer<typeof dpllNlPinParentPinAttrs> {}

/** DPLL_PIN_FREQUENCY_*, linux/dpll.h: frequencies in hertz that have a name */
export const DPLL_PIN_FREQUENCY = constants('DPLL_PIN_FREQUENCY', {
  '1_HZ': 1,
  '10_KHZ': 10_000,
  '77_5_KHZ': 77_500,
  '10_MHZ': 10_000_000,
})

/** DPLL_A_PIN_*, linux/dpll.h */
export const dpllNlPinAttrs = attributes('DPLL_A_PIN', {
  id: [1, u32],
  parentId: [2, u32],
  moduleName: [3, string],
  pad: [4, bytes],
  clockId: [5, u64],
  boardLabel: [6, string],
  panelLabel: [7, string],
  packageLabel: [8, string],
  type: [9, enumOf(u32, DPLL_PIN_TYPE)],
  direction: [10, enumOf(u32, DPLL_PIN_DIRECTION)],
  frequency: [11, enumOf(u64, DPLL_PIN_FREQUENCY)], // Hz
  frequencySupported: [12, multi(dpllNlFrequencyRangeAttrs)],
  frequencyMin: [13, u64], // Hz
  frequencyMax: [14, u64], // Hz
  prio: [15, u32], // 0 is the highest
  state: [16, enumOf(u32, DPLL_PIN_STATE)],
  capabilities: [17, flagsOf(u32, DPLL_PIN_CAPABILITIES)],
  parentDevice: [18, multi(dpllNlPinParentDeviceAttrs)],
  parentPin: [19, multi(dpllNlPinParentPinAttrs)],
  phaseAdjustMin: [20, i32], // picoseconds; the same for the next two
  phaseAdjustMax: [21, i32],
  phaseAdjust: [22, i32],
  phaseOffset: [23, i64], // picoseconds, in thousandths
  fractionalFrequencyOffset: [24, sint],
  esyncFrequency: [25, u64], // Hz
  esyncFrequencySupported: [26, multi(dpllNlFrequencyRangeAttrs)],
  esyncPulse: [27, u32], // percent
  referenceSync: [28, multi(dpllNlReferenceSyncAttrs)],
  phaseAdjustGran: [29, u32],
  fractionalFrequencyOffsetPpt: [30, sint],
  measuredFrequency: [31, u64], // Hz, in thousandths
  operstate: [32, enumOf(u32, DPLL_PIN_OPERSTATE)],
})
export interface DpllNlPinAttrs extends Infer<typeof dpllNlPinAttrs> {}

/** DPLL_A_*, linux/dpll.h */
export const dpllNlAttrs = attributes('DPLL_A', {
  id: [1, u32],
  moduleName: [2, string],
  pad: [3, bytes],
  clockId: [4, u64],
  mode: [5, enumOf(u32, DPLL_MODE)],
  modeSupported: [6, multi(enumOf(u32, DPLL_MODE))],
  lockStatus: [7, enumOf(u32, DPLL_LOCK_STATUS)],
  temp: [8, i32], // thousandths of a degree Celsius
  type: [9, enumOf(u32, DPLL_TYPE)],
  lockStatusError: [10, enumOf(u32, DPLL_LOCK_STATUS_ERROR)],
  clockQualityLevel: [11, multi(enumOf(u32, DPLL_CLOCK_QUALITY_LEVEL))],
  phaseOffsetMonitor: [12, enumOf(u32, DPLL_FEATURE_STATE)],
  phaseOffsetAvgFactor: [13, u32],
  frequencyMonitor: [14, enumOf(u32, DPLL_FEATURE_STATE)],
})
export interface DpllNlAttrs extends Infer<typeof dpllNlAttrs> {}

// Named types: otherwise TypeScript writes each of them out in full in the family's type.
const deviceMessage = genericMessage<DpllNlAttrs>('device', dpllNlAttrs)
const pinMessage = genericMessage<DpllNlPinAttrs>('pin', dpllNlPinAttrs)

/** DPLL_FAMILY_NAME, linux/dpll.h: phase-locked loops and their pins */
export const dpll = genericFamily('dpll', {
  version: 1,
  messages: {
    DPLL_CMD_DEVICE_ID_GET: gets(1, deviceMessage),
    DPLL_CMD_DEVICE_GET: gets(2, deviceMessage),
    DPLL_CMD_DEVICE_SET: [3, deviceMessage],
    DPLL_CMD_DEVICE_CREATE_NTF: [4, deviceMessage],
    DPLL_CMD_DEVICE_DELETE_NTF: [5, deviceMessage],
    DPLL_CMD_DEVICE_CHANGE_NTF: [6, deviceMessage],
    DPLL_CMD_PIN_ID_GET: gets(7, pinMessage),
    DPLL_CMD_PIN_GET: gets(8, pinMessage),
    DPLL_CMD_PIN_SET: [9, pinMessage],
    DPLL_CMD_PIN_CREATE_NTF: [10, pinMessage],
    DPLL_CMD_PIN_DELETE_NTF: [11, pinMessage],
    DPLL_CMD_PIN_CHANGE_NTF: [12, pinMessage],
  },
})
