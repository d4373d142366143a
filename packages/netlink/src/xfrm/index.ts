import type { Declaration } from '../codec/index.js'
import { accepts, creates, gets, NETLINK, protocol } from '../message/index.js'
import { XFRMNLGRP } from './constants.js'
import * as messages from './messages.js'

// Named types: otherwise TypeScript writes each of them out in full in the protocol's type.
const state: Declaration<messages.XfrmStateMessage> = messages.xfrmStateMessage
const stateId: Declaration<messages.XfrmStateIdMessage> = messages.xfrmStateIdMessage
const policy: Declaration<messages.XfrmPolicyMessage> = messages.xfrmPolicyMessage
const policyId: Declaration<messages.XfrmPolicyIdMessage> = messages.xfrmPolicyIdMessage
const allocspi: Declaration<messages.XfrmAllocspiMessage> = messages.xfrmAllocspiMessage
const acquire: Declaration<messages.XfrmAcquireMessage> = messages.xfrmAcquireMessage
const expire: Declaration<messages.XfrmExpireMessage> = messages.xfrmExpireMessage
const polexpire: Declaration<messages.XfrmPolexpireMessage> = messages.xfrmPolexpireMessage
const flushsa: Declaration<messages.XfrmFlushsaMessage> = messages.xfrmFlushsaMessage
const flushpolicy: Declaration<messages.XfrmFlushpolicyMessage> = messages.xfrmFlushpolicyMessage
const aevent: Declaration<messages.XfrmAeventMessage> = messages.xfrmAeventMessage
const report: Declaration<messages.XfrmReportMessage> = messages.xfrmReportMessage
const mapping: Declaration<messages.XfrmMappingMessage> = messages.xfrmMappingMessage
const standard: Declaration<messages.XfrmDefaultMessage> = messages.xfrmDefaultMessage
const migrateState: Declaration<messages.XfrmMigrateStateMessage> = messages.xfrmMigrateStateMessage
const sadinfo: Declaration<messages.XfrmSadinfoMessage> = messages.xfrmSadinfoMessage
const spdinfo: Declaration<messages.XfrmSpdinfoMessage> = messages.xfrmSpdinfoMessage

/** NETLINK_XFRM: IPsec's states and policies. linux/xfrm.h */
export const xfrm = protocol(
  'NETLINK_XFRM',
  NETLINK.XFRM,
  {
    XFRM_MSG_NEWSA: creates(16, state),
    XFRM_MSG_DELSA: [17, stateId],
    XFRM_MSG_GETSA: gets(18, stateId),
    XFRM_MSG_NEWPOLICY: creates(19, policy),
    XFRM_MSG_DELPOLICY: [20, policyId],
    XFRM_MSG_GETPOLICY: gets(21, policyId),
    XFRM_MSG_ALLOCSPI: [22, allocspi],
    XFRM_MSG_ACQUIRE: [23, acquire],
    XFRM_MSG_EXPIRE: [24, expire],
    XFRM_MSG_UPDPOLICY: [25, policy],
    XFRM_MSG_UPDSA: [26, state],
    XFRM_MSG_POLEXPIRE: [27, polexpire],
    XFRM_MSG_FLUSHSA: [28, flushsa],
    XFRM_MSG_FLUSHPOLICY: [29, flushpolicy],
    XFRM_MSG_NEWAE: accepts(['replace'], 30, aevent),
    XFRM_MSG_GETAE: gets(31, aevent),
    XFRM_MSG_REPORT: [32, report],
    XFRM_MSG_MIGRATE: [33, policyId],
    XFRM_MSG_NEWSADINFO: [34, sadinfo],
    XFRM_MSG_GETSADINFO: gets(35, sadinfo),
    XFRM_MSG_NEWSPDINFO: [36, spdinfo],
    XFRM_MSG_GETSPDINFO: gets(37, spdinfo),
    XFRM_MSG_MAPPING: [38, mapping],
    XFRM_MSG_SETDEFAULT: [39, standard],
    XFRM_MSG_GETDEFAULT: gets(40, standard),
    XFRM_MSG_MIGRATE_STATE: [41, migrateState],
  },
  { groups: XFRMNLGRP.values },
)

export { XFRM_POLICY_DIR } from '../constants/index.js'
export * from './address.js'
export * from './constants.js'
export * from './messages.js'
export * from './structs.js'
