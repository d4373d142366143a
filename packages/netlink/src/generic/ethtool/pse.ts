import { attributes, enumBy, enumOf, flagsOf, type Infer, multi, u32, uint } from '../../codec/index.js'
import { ethtoolHeaderAttrs } from './common.js'
import {
  ETHTOOL_C33_PSE_ADMIN_STATE,
  ETHTOOL_C33_PSE_EVENT,
  ETHTOOL_C33_PSE_EXT_STATE,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_ERROR_CONDITION,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_MR_MPS_VALID,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_MR_PSE_ENABLE,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_OPTION_DETECT_TED,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_OPTION_VPORT_LIM,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_OVLD_DETECTED,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_POWER_NOT_AVAILABLE,
  ETHTOOL_C33_PSE_EXT_SUBSTATE_SHORT_DETECTED,
  ETHTOOL_C33_PSE_PW_D_STATUS,
  ETHTOOL_PODL_PSE_ADMIN_STATE,
  ETHTOOL_PODL_PSE_PW_D_STATUS,
  ETHTOOL_PSE_EVENT,
} from './pse-constants.js'

/** ETHTOOL_A_C33_PSE_PW_LIMIT_*, linux/ethtool_netlink_generated.h */
export const ethtoolC33PsePwLimitAttrs = attributes('ETHTOOL_A_C33_PSE_PW_LIMIT', {
  min: [1, u32], // milliwatts
  max: [2, u32], // milliwatts
})
export interface EthtoolC33PsePwLimitAttrs extends Infer<typeof ethtoolC33PsePwLimitAttrs> {}

/** ETHTOOL_C33_PSE_EXT_SUBSTATE_*, linux/ethtool.h. Each state has its own numbers. */
const extSubstate = enumBy('c33PseExtState', u32, {
  [ETHTOOL_C33_PSE_EXT_STATE.ERROR_CONDITION]: ETHTOOL_C33_PSE_EXT_SUBSTATE_ERROR_CONDITION,
  [ETHTOOL_C33_PSE_EXT_STATE.MR_MPS_VALID]: ETHTOOL_C33_PSE_EXT_SUBSTATE_MR_MPS_VALID,
  [ETHTOOL_C33_PSE_EXT_STATE.MR_PSE_ENABLE]: ETHTOOL_C33_PSE_EXT_SUBSTATE_MR_PSE_ENABLE,
  [ETHTOOL_C33_PSE_EXT_STATE.OPTION_DETECT_TED]: ETHTOOL_C33_PSE_EXT_SUBSTATE_OPTION_DETECT_TED,
  [ETHTOOL_C33_PSE_EXT_STATE.OPTION_VPORT_LIM]: ETHTOOL_C33_PSE_EXT_SUBSTATE_OPTION_VPORT_LIM,
  [ETHTOOL_C33_PSE_EXT_STATE.OVLD_DETECTED]: ETHTOOL_C33_PSE_EXT_SUBSTATE_OVLD_DETECTED,
  [ETHTOOL_C33_PSE_EXT_STATE.POWER_NOT_AVAILABLE]: ETHTOOL_C33_PSE_EXT_SUBSTATE_POWER_NOT_AVAILABLE,
  [ETHTOOL_C33_PSE_EXT_STATE.SHORT_DETECTED]: ETHTOOL_C33_PSE_EXT_SUBSTATE_SHORT_DETECTED,
})

/** ETHTOOL_A_PSE_*, linux/ethtool_netlink_generated.h */
export const ethtoolPseAttrs = attributes('ETHTOOL_A_PSE', {
  header: [1, ethtoolHeaderAttrs],
  podlPseAdminState: [2, enumOf(u32, ETHTOOL_PODL_PSE_ADMIN_STATE), 'ETHTOOL_A_PODL_PSE_ADMIN_STATE'],
  podlPseAdminControl: [3, enumOf(u32, ETHTOOL_PODL_PSE_ADMIN_STATE), 'ETHTOOL_A_PODL_PSE_ADMIN_CONTROL'],
  podlPsePwDStatus: [4, enumOf(u32, ETHTOOL_PODL_PSE_PW_D_STATUS), 'ETHTOOL_A_PODL_PSE_PW_D_STATUS'],
  c33PseAdminState: [5, enumOf(u32, ETHTOOL_C33_PSE_ADMIN_STATE), 'ETHTOOL_A_C33_PSE_ADMIN_STATE'],
  c33PseAdminControl: [6, enumOf(u32, ETHTOOL_C33_PSE_ADMIN_STATE), 'ETHTOOL_A_C33_PSE_ADMIN_CONTROL'],
  c33PsePwDStatus: [7, enumOf(u32, ETHTOOL_C33_PSE_PW_D_STATUS), 'ETHTOOL_A_C33_PSE_PW_D_STATUS'],
  c33PsePwClass: [8, u32, 'ETHTOOL_A_C33_PSE_PW_CLASS'],
  c33PseActualPw: [9, u32, 'ETHTOOL_A_C33_PSE_ACTUAL_PW'], // milliwatts
  c33PseExtState: [10, enumOf(u32, ETHTOOL_C33_PSE_EXT_STATE), 'ETHTOOL_A_C33_PSE_EXT_STATE'],
  c33PseExtSubstate: [11, extSubstate, 'ETHTOOL_A_C33_PSE_EXT_SUBSTATE'],
  c33PseAvailPwLimit: [12, u32, 'ETHTOOL_A_C33_PSE_AVAIL_PW_LIMIT'], // milliwatts
  c33PsePwLimitRanges: [13, multi(ethtoolC33PsePwLimitAttrs), 'ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES'],
  pwDId: [14, u32], // of the power domain
  prioMax: [15, u32],
  prio: [16, u32], // 0 is the highest
})
export interface EthtoolPseAttrs extends Infer<typeof ethtoolPseAttrs> {}

/** ETHTOOL_A_PSE_NTF_*, linux/ethtool_netlink_generated.h */
export const ethtoolPseNtfAttrs = attributes('ETHTOOL_A_PSE_NTF', {
  header: [1, ethtoolHeaderAttrs],
  events: [2, flagsOf(uint, ETHTOOL_PSE_EVENT, ETHTOOL_C33_PSE_EVENT)],
})
export interface EthtoolPseNtfAttrs extends Infer<typeof ethtoolPseNtfAttrs> {}
