import { attributes, bytes, enumOf, lladdr, multi, seconds, u8, u32, writtenAs } from '../../codec/index.js'
import { BR_CFM_CCM_INTERVAL, BR_CFM_DOMAIN, BR_CFM_MEP_DIRECTION } from '../bridge-constants.js'

/** Connectivity fault management (IEEE 802.1Q) on a bridge: maintenance end points (MEP) and their peers. */

const instance = [1, u32] as const

/** IFLA_BRIDGE_CFM_MEP_CREATE_*, linux/if_bridge.h */
export const bridgeCfmMepCreateAttrs = attributes('IFLA_BRIDGE_CFM_MEP_CREATE', {
  instance,
  domain: [2, enumOf(u32, BR_CFM_DOMAIN)],
  direction: [3, enumOf(u32, BR_CFM_MEP_DIRECTION)],
  ifindex: [4, u32],
})

/** IFLA_BRIDGE_CFM_MEP_DELETE_*, linux/if_bridge.h */
export const bridgeCfmMepDeleteAttrs = attributes('IFLA_BRIDGE_CFM_MEP_DELETE', { instance })

/** IFLA_BRIDGE_CFM_MEP_CONFIG_*, linux/if_bridge.h */
export const bridgeCfmMepConfigAttrs = attributes('IFLA_BRIDGE_CFM_MEP_CONFIG', {
  instance,
  unicastMac: [2, lladdr],
  mdlevel: [3, u32], // 0 to 7
  mepid: [4, u32], // 0 to 8191
})

/** IFLA_BRIDGE_CFM_CC_CONFIG_*, linux/if_bridge.h: continuity check */
export const bridgeCfmCcConfigAttrs = attributes('IFLA_BRIDGE_CFM_CC_CONFIG', {
  instance,
  enable: [2, u32],
  expInterval: [3, enumOf(u32, BR_CFM_CCM_INTERVAL)],
  expMaid: [4, bytes], // 48 bytes
})

/** IFLA_BRIDGE_CFM_CC_PEER_MEP_*, linux/if_bridge.h */
export const bridgeCfmCcPeerMepAttrs = attributes('IFLA_BRIDGE_CFM_CC_PEER_MEP', {
  instance,
  mepid: [2, u32, 'IFLA_BRIDGE_CFM_CC_PEER_MEPID'], // 0 to 8191
})

/** IFLA_BRIDGE_CFM_CC_RDI_*, linux/if_bridge.h: remote defect indication */
export const bridgeCfmCcRdiAttrs = attributes('IFLA_BRIDGE_CFM_CC_RDI', { instance, rdi: [2, u32] })

/** IFLA_BRIDGE_CFM_CC_CCM_TX_*, linux/if_bridge.h: transmission of CCM frames */
export const bridgeCfmCcCcmTxAttrs = attributes('IFLA_BRIDGE_CFM_CC_CCM_TX', {
  instance,
  dmac: [2, lladdr],
  seqNoUpdate: [3, u32],
  period: [4, writtenAs(u32, seconds)], // seconds; 0 stops transmission
  ifTlv: [5, u32], // 1: frames contain this TLV
  ifTlvValue: [6, u8],
  portTlv: [7, u32], // 1: frames contain this TLV
  portTlvValue: [8, u8],
})

/** IFLA_BRIDGE_CFM_MEP_STATUS_*, linux/if_bridge.h */
export const bridgeCfmMepStatusAttrs = attributes('IFLA_BRIDGE_CFM_MEP_STATUS', {
  instance,
  opcodeUnexpSeen: [2, u32],
  versionUnexpSeen: [3, u32],
  rxLevelLowSeen: [4, u32],
})

/** IFLA_BRIDGE_CFM_CC_PEER_STATUS_*, linux/if_bridge.h */
export const bridgeCfmCcPeerStatusAttrs = attributes('IFLA_BRIDGE_CFM_CC_PEER_STATUS', {
  instance,
  peerMepid: [2, u32],
  ccmDefect: [3, u32],
  rdi: [4, u32],
  portTlvValue: [5, u8],
  ifTlvValue: [6, u8],
  seen: [7, u32],
  tlvSeen: [8, u32],
  seqUnexpSeen: [9, u32],
})

/** IFLA_BRIDGE_CFM_*, linux/if_bridge.h: commands in requests; in replies, one `…Info` of each kind per end point */
export const bridgeCfmAttrs = attributes('IFLA_BRIDGE_CFM', {
  mepCreate: [1, bridgeCfmMepCreateAttrs],
  mepDelete: [2, bridgeCfmMepDeleteAttrs],
  mepConfig: [3, bridgeCfmMepConfigAttrs],
  ccConfig: [4, bridgeCfmCcConfigAttrs],
  ccPeerMepAdd: [5, bridgeCfmCcPeerMepAttrs],
  ccPeerMepRemove: [6, bridgeCfmCcPeerMepAttrs],
  ccRdi: [7, bridgeCfmCcRdiAttrs],
  ccCcmTx: [8, bridgeCfmCcCcmTxAttrs],
  mepCreateInfo: [9, multi(bridgeCfmMepCreateAttrs)],
  mepConfigInfo: [10, multi(bridgeCfmMepConfigAttrs)],
  ccConfigInfo: [11, multi(bridgeCfmCcConfigAttrs)],
  ccRdiInfo: [12, multi(bridgeCfmCcRdiAttrs)],
  ccCcmTxInfo: [13, multi(bridgeCfmCcCcmTxAttrs)],
  ccPeerMepInfo: [14, multi(bridgeCfmCcPeerMepAttrs)],
  mepStatusInfo: [15, multi(bridgeCfmMepStatusAttrs)],
  ccPeerStatusInfo: [16, multi(bridgeCfmCcPeerStatusAttrs)],
})
