import { attributes, bytes, type Declaration, type Infer, string, u8, u16, u32, u64, uint } from '../codec/index.js'
import { named } from '../codec/named.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** SMC_PNETID_*, linux/smc.h */
export const smcPnetidAttrs = attributes('SMC_PNETID', {
  name: [1, string],
  ethname: [2, string],
  ibname: [3, string],
  ibport: [4, u8],
})
export interface SmcPnetidAttrs extends Infer<typeof smcPnetidAttrs> {}

/** SMC_NLA_SYS_*, linux/smc.h */
export const smcSysAttrs = attributes('SMC_NLA_SYS', {
  ver: [1, u8],
  rel: [2, u8],
  isIsmV2: [3, u8],
  localHost: [4, string],
  seid: [5, string],
  isSmcrV2: [6, u8],
})
export interface SmcSysAttrs extends Infer<typeof smcSysAttrs> {}

/** SMC_NLA_LGR_V2_*, linux/smc.h */
export const smcLgrV2Attrs = attributes('SMC_NLA_LGR_V2', {
  ver: [0, u8],
  rel: [1, u8],
  os: [2, u8],
  negEid: [3, string],
  peerHost: [4, string],
})
export interface SmcLgrV2Attrs extends Infer<typeof smcLgrV2Attrs> {}

/** SMC_NLA_LGR_R_V2_*, linux/smc.h */
export const smcLgrRV2Attrs = attributes('SMC_NLA_LGR_R_V2', {
  direct: [1, u8],
  maxConns: [2, u8],
  maxLinks: [3, u8],
})
export interface SmcLgrRV2Attrs extends Infer<typeof smcLgrRV2Attrs> {}

/** SMC_NLA_LGR_R_*, linux/smc.h */
export const smcLgrRAttrs = attributes('SMC_NLA_LGR_R', {
  id: [1, u32],
  role: [2, u8],
  type: [3, u8],
  pnetid: [4, string],
  vlanId: [5, u8],
  connsNum: [6, u32],
  v2Common: [7, smcLgrV2Attrs],
  v2: [8, smcLgrRV2Attrs],
  netCookie: [9, u64],
  pad: [10, bytes],
  bufType: [11, u8],
  sndbufAlloc: [12, uint],
  rmbAlloc: [13, uint],
})
export interface SmcLgrRAttrs extends Infer<typeof smcLgrRAttrs> {}

/** SMC_NLA_LINK_*, linux/smc.h */
export const smcLinkAttrs = attributes('SMC_NLA_LINK', {
  id: [1, u8],
  ibDev: [2, string],
  ibPort: [3, u8],
  gid: [4, string],
  peerGid: [5, string],
  connCnt: [6, u32],
  netDev: [7, u32],
  uid: [8, u32],
  peerUid: [9, u32],
  state: [10, u32],
})
export interface SmcLinkAttrs extends Infer<typeof smcLinkAttrs> {}

/** SMC_NLA_LGR_D_*, linux/smc.h */
export const smcLgrDAttrs = attributes('SMC_NLA_LGR_D', {
  id: [1, u32],
  gid: [2, u64],
  peerGid: [3, u64],
  vlanId: [4, u8],
  connsNum: [5, u32],
  pnetid: [6, string],
  chid: [7, u32],
  pad: [8, bytes],
  v2Common: [9, smcLgrV2Attrs],
  extGid: [10, u64],
  peerExtGid: [11, u64],
  sndbufAlloc: [12, uint],
  dmbAlloc: [13, uint],
})
export interface SmcLgrDAttrs extends Infer<typeof smcLgrDAttrs> {}

/** SMC_NLA_DEV_PORT_*, linux/smc.h */
export const smcDevPortAttrs = attributes('SMC_NLA_DEV_PORT', {
  pnetUsr: [1, u8],
  pnetid: [2, string],
  netdev: [3, u32],
  state: [4, u8],
  valid: [5, u8],
  lnkCnt: [6, u32],
})
export interface SmcDevPortAttrs extends Infer<typeof smcDevPortAttrs> {}

/** SMC_NLA_DEV_*, linux/smc.h */
export const smcDevAttrs = attributes('SMC_NLA_DEV', {
  useCnt: [1, u32],
  isCrit: [2, u8],
  pciFid: [3, u32],
  pciChid: [4, u16],
  pciVendor: [5, u16],
  pciDevice: [6, u16],
  pciId: [7, string],
  port: [8, smcDevPortAttrs],
  port2: [9, smcDevPortAttrs],
  ibName: [10, string],
})
export interface SmcDevAttrs extends Infer<typeof smcDevAttrs> {}

/** SMC_NLA_STATS_PLOAD_*, linux/smc.h */
export const smcStatsPloadAttrs = attributes('SMC_NLA_STATS_PLOAD', {
  pad: [0, bytes],
  '8k': [1, u64],
  '16k': [2, u64],
  '32k': [3, u64],
  '64k': [4, u64],
  '128k': [5, u64],
  '256k': [6, u64],
  '512k': [7, u64],
  '1024k': [8, u64],
  g1024k: [9, u64, 'SMC_NLA_STATS_PLOAD_G_1024K'],
})
export interface SmcStatsPloadAttrs extends Infer<typeof smcStatsPloadAttrs> {}

/** SMC_NLA_STATS_RMB_*, linux/smc.h */
export const smcStatsRmbAttrs = attributes('SMC_NLA_STATS_RMB', {
  pad: [0, bytes],
  sizeSmPeerCnt: [1, u64],
  sizeSmCnt: [2, u64],
  fullPeerCnt: [3, u64],
  fullCnt: [4, u64],
  reuseCnt: [5, u64],
  allocCnt: [6, u64],
  dgradeCnt: [7, u64],
})
export interface SmcStatsRmbAttrs extends Infer<typeof smcStatsRmbAttrs> {}

/** SMC_NLA_STATS_T_*, linux/smc.h */
export const smcStatsTAttrs = attributes('SMC_NLA_STATS_T', {
  pad: [0, bytes],
  txRmbSize: [1, smcStatsPloadAttrs],
  rxRmbSize: [2, smcStatsPloadAttrs],
  txploadSize: [3, smcStatsPloadAttrs],
  rxploadSize: [4, smcStatsPloadAttrs],
  txRmbStats: [5, smcStatsRmbAttrs],
  rxRmbStats: [6, smcStatsRmbAttrs],
  clntV1Succ: [7, u64],
  clntV2Succ: [8, u64],
  srvV1Succ: [9, u64],
  srvV2Succ: [10, u64],
  sendpageCnt: [11, u64],
  spliceCnt: [12, u64],
  corkCnt: [13, u64],
  ndlyCnt: [14, u64],
  urgDataCnt: [15, u64],
  rxBytes: [16, u64],
  txBytes: [17, u64],
  rxCnt: [18, u64],
  txCnt: [19, u64],
  rxRmbUsage: [20, uint],
  txRmbUsage: [21, uint],
})
export interface SmcStatsTAttrs extends Infer<typeof smcStatsTAttrs> {}

/** SMC_NLA_STATS_*, linux/smc.h */
export const smcStatsAttrs = attributes('SMC_NLA_STATS', {
  pad: [0, bytes],
  smcdTech: [1, smcStatsTAttrs],
  smcrTech: [2, smcStatsTAttrs],
  clntHsErrCnt: [3, u64],
  srvHsErrCnt: [4, u64],
})
export interface SmcStatsAttrs extends Infer<typeof smcStatsAttrs> {}

/** SMC_NLA_FBACK_STATS_*, linux/smc.h */
export const smcFbackStatsAttrs = attributes('SMC_NLA_FBACK_STATS', {
  pad: [0, bytes],
  type: [1, u8],
  srvCnt: [2, u64],
  clntCnt: [3, u64],
  rsnCode: [4, u32],
  rsnCnt: [5, u16],
})
export interface SmcFbackStatsAttrs extends Infer<typeof smcFbackStatsAttrs> {}

/** SMC_NLA_EID_TABLE_*, linux/smc.h */
export const smcEidTableAttrs = attributes('SMC_NLA_EID_TABLE', {
  entry: [1, string],
})
export interface SmcEidTableAttrs extends Infer<typeof smcEidTableAttrs> {}

/** SMC_NLA_SEID_*, linux/smc.h */
export const smcSeidAttrs = attributes('SMC_NLA_SEID', {
  entry: [1, string],
  enabled: [2, u8],
})
export interface SmcSeidAttrs extends Infer<typeof smcSeidAttrs> {}

/** SMC_NLA_HS_LIMITATION_*, linux/smc.h */
export const smcHsLimitationAttrs = attributes('SMC_NLA_HS_LIMITATION', {
  enabled: [1, u8],
})
export interface SmcHsLimitationAttrs extends Infer<typeof smcHsLimitationAttrs> {}

/** SMC_GEN_*, linux/smc.h */
export const smcGenAttrs = attributes('SMC_GEN', {
  sysInfo: [1, smcSysAttrs],
  lgrSmcr: [2, smcLgrRAttrs],
  linkSmcr: [3, smcLinkAttrs],
  lgrSmcd: [4, smcLgrDAttrs],
  devSmcd: [5, smcDevAttrs],
  devSmcr: [6, smcDevAttrs],
  stats: [7, smcStatsAttrs],
  fbackStats: [8, smcFbackStatsAttrs],
})
export interface SmcGenAttrs extends Infer<typeof smcGenAttrs> {}

/** SMC_PNETID_*, linux/smc.h */
export const smcPnetidMessage: Declaration<SmcPnetidMessage> = genericMessage(
  'SMC_PNETID',
  named<SmcPnetidAttrs>(smcPnetidAttrs),
)
export interface SmcPnetidMessage extends GenericMessage<SmcPnetidAttrs> {}

/** SMC_NETLINK_GET_*, linux/smc.h: link groups, devices and statistics */
export const smcGenMessage: Declaration<SmcGenMessage> = genericMessage('SMC', named<SmcGenAttrs>(smcGenAttrs))
export interface SmcGenMessage extends GenericMessage<SmcGenAttrs> {}

/** Commands on enterprise IDs, linux/smc.h: SMC_NETLINK_DUMP_UEID, SMC_NETLINK_ADD_UEID and so on */
export const smcEidTableMessage: Declaration<SmcEidTableMessage> = genericMessage(
  'SMC EID',
  named<SmcEidTableAttrs>(smcEidTableAttrs),
)
export interface SmcEidTableMessage extends GenericMessage<SmcEidTableAttrs> {}

/** Commands on the system's enterprise ID, linux/smc.h: SMC_NETLINK_DUMP_SEID, SMC_NETLINK_ENABLE_SEID and so on */
export const smcSeidMessage: Declaration<SmcSeidMessage> = genericMessage('SMC SEID', named<SmcSeidAttrs>(smcSeidAttrs))
export interface SmcSeidMessage extends GenericMessage<SmcSeidAttrs> {}

/** Commands on the limit of handshakes, linux/smc.h: SMC_NETLINK_DUMP_HS_LIMITATION and so on */
export const smcHsLimitationMessage: Declaration<SmcHsLimitationMessage> = genericMessage(
  'SMC HS limitation',
  named<SmcHsLimitationAttrs>(smcHsLimitationAttrs),
)
export interface SmcHsLimitationMessage extends GenericMessage<SmcHsLimitationAttrs> {}

/** SMCR_GENL_FAMILY_NAME, linux/smc.h: names of physical networks */
export const smcPnetid = genericFamily('SMC_PNETID', {
  version: 1,
  messages: {
    SMC_PNETID_GET: gets(1, smcPnetidMessage),
    SMC_PNETID_ADD: creates(2, smcPnetidMessage),
    SMC_PNETID_DEL: [3, smcPnetidMessage],
    SMC_PNETID_FLUSH: [4, smcPnetidMessage],
  },
})

/** SMC_GENL_FAMILY_NAME, linux/smc.h: shared memory communications */
export const smc = genericFamily('SMC_GEN_NETLINK', {
  version: 1,
  messages: {
    SMC_NETLINK_GET_SYS_INFO: gets(1, smcGenMessage),
    SMC_NETLINK_GET_LGR_SMCR: gets(2, smcGenMessage),
    SMC_NETLINK_GET_LINK_SMCR: gets(3, smcGenMessage),
    SMC_NETLINK_GET_LGR_SMCD: gets(4, smcGenMessage),
    SMC_NETLINK_GET_DEV_SMCD: gets(5, smcGenMessage),
    SMC_NETLINK_GET_DEV_SMCR: gets(6, smcGenMessage),
    SMC_NETLINK_GET_STATS: gets(7, smcGenMessage),
    SMC_NETLINK_GET_FBACK_STATS: gets(8, smcGenMessage),
    SMC_NETLINK_DUMP_UEID: gets(9, smcEidTableMessage),
    SMC_NETLINK_ADD_UEID: [10, smcEidTableMessage],
    SMC_NETLINK_REMOVE_UEID: [11, smcEidTableMessage],
    SMC_NETLINK_FLUSH_UEID: [12, smcEidTableMessage],
    SMC_NETLINK_DUMP_SEID: gets(13, smcSeidMessage),
    SMC_NETLINK_ENABLE_SEID: [14, smcSeidMessage],
    SMC_NETLINK_DISABLE_SEID: [15, smcSeidMessage],
    SMC_NETLINK_DUMP_HS_LIMITATION: gets(16, smcHsLimitationMessage),
    SMC_NETLINK_ENABLE_HS_LIMITATION: [17, smcHsLimitationMessage],
    SMC_NETLINK_DISABLE_HS_LIMITATION: [18, smcHsLimitationMessage],
  },
})
