import { attributes, enumOf, type Infer, i16, multi, u8, u32 } from '../../codec/index.js'
import { ethtoolHeaderAttrs } from './common.js'
import {
  ETHTOOL_A_CABLE_INF_SRC,
  ETHTOOL_A_CABLE_PAIR,
  ETHTOOL_A_CABLE_RESULT_CODE,
  ETHTOOL_A_CABLE_TEST_NTF_STATUS,
} from './constants.js'

/** ETHTOOL_A_CABLE_RESULT_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableResultAttrs = attributes('ETHTOOL_A_CABLE_RESULT', {
  pair: [1, enumOf(u8, ETHTOOL_A_CABLE_PAIR)],
  code: [2, enumOf(u8, ETHTOOL_A_CABLE_RESULT_CODE)],
  src: [3, enumOf(u32, ETHTOOL_A_CABLE_INF_SRC)],
})
export interface EthtoolCableResultAttrs extends Infer<typeof ethtoolCableResultAttrs> {}

/** ETHTOOL_A_CABLE_FAULT_LENGTH_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableFaultLengthAttrs = attributes('ETHTOOL_A_CABLE_FAULT_LENGTH', {
  pair: [1, enumOf(u8, ETHTOOL_A_CABLE_PAIR)],
  cm: [2, u32], // centimetres
  src: [3, enumOf(u32, ETHTOOL_A_CABLE_INF_SRC)],
})
export interface EthtoolCableFaultLengthAttrs extends Infer<typeof ethtoolCableFaultLengthAttrs> {}

/** ETHTOOL_A_CABLE_NEST_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableNestAttrs = attributes('ETHTOOL_A_CABLE_NEST', {
  result: [1, multi(ethtoolCableResultAttrs)],
  faultLength: [2, multi(ethtoolCableFaultLengthAttrs)],
})
export interface EthtoolCableNestAttrs extends Infer<typeof ethtoolCableNestAttrs> {}

/** ETHTOOL_A_CABLE_TEST_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableTestAttrs = attributes('ETHTOOL_A_CABLE_TEST', {
  header: [1, ethtoolHeaderAttrs],
})
export interface EthtoolCableTestAttrs extends Infer<typeof ethtoolCableTestAttrs> {}

/** ETHTOOL_A_CABLE_TEST_NTF_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableTestNtfAttrs = attributes('ETHTOOL_A_CABLE_TEST_NTF', {
  header: [1, ethtoolHeaderAttrs],
  status: [2, enumOf(u8, ETHTOOL_A_CABLE_TEST_NTF_STATUS)],
  nest: [3, ethtoolCableNestAttrs],
})
export interface EthtoolCableTestNtfAttrs extends Infer<typeof ethtoolCableTestNtfAttrs> {}

/** ETHTOOL_A_CABLE_STEP_*, linux/ethtool_netlink.h */
export const ethtoolCableStepAttrs = attributes('ETHTOOL_A_CABLE_STEP', {
  firstDistance: [1, u32], // centimetres
  lastDistance: [2, u32], // centimetres
  stepDistance: [3, u32], // centimetres
})
export interface EthtoolCableStepAttrs extends Infer<typeof ethtoolCableStepAttrs> {}

/** ETHTOOL_A_CABLE_AMPLITUDE_*, linux/ethtool_netlink.h */
export const ethtoolCableAmplitudeAttrs = attributes('ETHTOOL_A_CABLE_AMPLITUDE', {
  pair: [1, enumOf(u8, ETHTOOL_A_CABLE_PAIR)],
  mV: [2, i16, 'ETHTOOL_A_CABLE_AMPLITUDE_mV'], // millivolts
})
export interface EthtoolCableAmplitudeAttrs extends Infer<typeof ethtoolCableAmplitudeAttrs> {}

/** ETHTOOL_A_CABLE_PULSE_*, linux/ethtool_netlink.h */
export const ethtoolCablePulseAttrs = attributes('ETHTOOL_A_CABLE_PULSE', {
  mV: [1, i16, 'ETHTOOL_A_CABLE_PULSE_mV'], // millivolts
})
export interface EthtoolCablePulseAttrs extends Infer<typeof ethtoolCablePulseAttrs> {}

/** ETHTOOL_A_CABLE_TDR_NEST_*, linux/ethtool_netlink.h */
export const ethtoolCableTdrNestAttrs = attributes('ETHTOOL_A_CABLE_TDR_NEST', {
  step: [1, multi(ethtoolCableStepAttrs)],
  amplitude: [2, multi(ethtoolCableAmplitudeAttrs)],
  pulse: [3, multi(ethtoolCablePulseAttrs)],
})
export interface EthtoolCableTdrNestAttrs extends Infer<typeof ethtoolCableTdrNestAttrs> {}

/** ETHTOOL_A_CABLE_TEST_TDR_CFG_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableTestTdrCfgAttrs = attributes('ETHTOOL_A_CABLE_TEST_TDR_CFG', {
  first: [1, u32], // centimetres
  last: [2, u32], // centimetres
  step: [3, u32], // centimetres
  pair: [4, enumOf(u8, ETHTOOL_A_CABLE_PAIR)],
})
export interface EthtoolCableTestTdrCfgAttrs extends Infer<typeof ethtoolCableTestTdrCfgAttrs> {}

/** ETHTOOL_A_CABLE_TEST_TDR_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableTestTdrAttrs = attributes('ETHTOOL_A_CABLE_TEST_TDR', {
  header: [1, ethtoolHeaderAttrs],
  cfg: [2, ethtoolCableTestTdrCfgAttrs],
})
export interface EthtoolCableTestTdrAttrs extends Infer<typeof ethtoolCableTestTdrAttrs> {}

/** ETHTOOL_A_CABLE_TEST_TDR_NTF_*, linux/ethtool_netlink_generated.h */
export const ethtoolCableTestTdrNtfAttrs = attributes('ETHTOOL_A_CABLE_TEST_TDR_NTF', {
  header: [1, ethtoolHeaderAttrs],
  status: [2, enumOf(u8, ETHTOOL_A_CABLE_TEST_NTF_STATUS)],
  nest: [3, ethtoolCableTdrNestAttrs],
})
export interface EthtoolCableTestTdrNtfAttrs extends Infer<typeof ethtoolCableTestTdrNtfAttrs> {}
