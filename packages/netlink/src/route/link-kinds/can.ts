import {
  array,
  attributes,
  charArray,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  milliseconds,
  struct,
  u16,
  u32,
  writtenAs,
} from '../../codec/index.js'
import { CAN_CTRLMODE, CAN_STATE } from '../link-constants.js'

/** `struct can_bittiming`, linux/can/netlink.h */
export const canBittiming = struct('can_bittiming', {
  /** Bits per second. */
  bitrate: u32,
  samplePoint: u32, // tenths of a percent
  /** Time quantum in nanoseconds. */
  tq: u32,
  propSeg: u32, // quanta
  phaseSeg1: u32, // quanta
  phaseSeg2: u32, // quanta
  sjw: u32, // quanta
  brp: u32, // prescaler
})

/** `struct can_bittiming_const`, linux/can/netlink.h: limits of the controller */
export const canBittimingConst = struct('can_bittiming_const', {
  name: charArray(16),
  tseg1Min: u32,
  tseg1Max: u32,
  tseg2Min: u32,
  tseg2Max: u32,
  sjwMax: u32,
  brpMin: u32,
  brpMax: u32,
  brpInc: u32,
})

/** `struct can_clock`, linux/can/netlink.h */
export const canClock = struct('can_clock', { freq: u32 }) // Hz

const ctrlmode = flagsOf(u32, CAN_CTRLMODE)

/** `struct can_ctrlmode`, linux/can/netlink.h: control modes, and a mask of the modes to change */
export const canCtrlmode = struct('can_ctrlmode', { mask: ctrlmode, flags: ctrlmode })

/** `struct can_berr_counter`, linux/can/netlink.h */
export const canBerrCounter = struct('can_berr_counter', { txerr: u16, rxerr: u16 })

/** `struct can_device_stats`, linux/can/netlink.h: IFLA_INFO_XSTATS of kind `can` */
export const canDeviceStats = struct('can_device_stats', {
  busError: u32,
  errorWarning: u32,
  errorPassive: u32,
  busOff: u32,
  arbitrationLost: u32,
  restarts: u32,
})

/** IFLA_CAN_TDC_*, linux/can/netlink.h: transmitter delay compensation, in clock periods */
export const canTdcAttrs = attributes('IFLA_CAN_TDC', {
  tdcvMin: [1, u32],
  tdcvMax: [2, u32],
  tdcoMin: [3, u32],
  tdcoMax: [4, u32],
  tdcfMin: [5, u32],
  tdcfMax: [6, u32],
  tdcv: [7, u32],
  tdco: [8, u32],
  tdcf: [9, u32],
})

/** IFLA_CAN_PWM_*, linux/can/netlink.h: pulse-width modulation, in clock periods */
export const canPwmAttrs = attributes('IFLA_CAN_PWM', {
  pwmsMin: [1, u32],
  pwmsMax: [2, u32],
  pwmlMin: [3, u32],
  pwmlMax: [4, u32],
  pwmoMin: [5, u32],
  pwmoMax: [6, u32],
  pwms: [7, u32],
  pwml: [8, u32],
  pwmo: [9, u32],
})

/** IFLA_CAN_CTRLMODE_EXT, linux/can/netlink.h */
export const canCtrlmodeExtAttrs = attributes('IFLA_CAN_CTRLMODE', {
  supported: [1, flagsOf(u32, CAN_CTRLMODE)],
})

/** CAN_TERMINATION_*, linux/can/netlink.h: termination resistance in ohms, or none */
export const CAN_TERMINATION = constants('CAN_TERMINATION', { DISABLED: 0 })

/** IFLA_CAN_*, linux/can/netlink.h. Bit rates are in bits per second. */
export const canAttrs = attributes('IFLA_CAN', {
  bittiming: [1, canBittiming],
  bittimingConst: [2, canBittimingConst],
  clock: [3, canClock],
  state: [4, enumOf(u32, CAN_STATE)],
  ctrlmode: [5, canCtrlmode],
  /** Milliseconds. */
  restartMs: [6, writtenAs(u32, milliseconds)],
  restart: [7, u32], // in requests, restarts the controller now
  berrCounter: [8, canBerrCounter],
  dataBittiming: [9, canBittiming],
  dataBittimingConst: [10, canBittimingConst],
  termination: [11, enumOf(u16, CAN_TERMINATION)], // ohms
  terminationConst: [12, array(enumOf(u16, CAN_TERMINATION))], // ohms
  bitrateConst: [13, array(u32)],
  dataBitrateConst: [14, array(u32)],
  bitrateMax: [15, u32],
  tdc: [16, canTdcAttrs],
  ctrlmodeExt: [17, canCtrlmodeExtAttrs],
  xlDataBittiming: [18, canBittiming],
  xlDataBittimingConst: [19, canBittimingConst],
  xlDataBitrateConst: [20, array(u32)],
  xlTdc: [21, canTdcAttrs],
  xlPwm: [22, canPwmAttrs],
})
export interface CanAttrs extends Infer<typeof canAttrs> {}
