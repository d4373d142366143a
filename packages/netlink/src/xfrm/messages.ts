import {
  AF,
  array,
  attributes,
  bytes,
  dateInSeconds,
  enumOf,
  flag,
  flagsOf,
  followed,
  hexadecimal,
  type Infer,
  message,
  microseconds,
  pad,
  seconds,
  secret,
  selectOuter,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { ofFamily, xfrmAddress, xfrmAddress4 } from './address.js'
import { orBare } from './bare.js'
import { XFRM_AE, XFRM_MIGRATE_STATE, XFRM_SA_DIR, XFRM_SA_XFLAG, XFRM_USERPOLICY } from './constants.js'
import {
  xfrmAddressFilter,
  xfrmAlgo,
  xfrmAlgoAead,
  xfrmAlgoAuth,
  xfrmEncapTmpl,
  xfrmEncapTmpl4,
  xfrmId,
  xfrmLifetimeCur,
  xfrmMark,
  xfrmReplayState,
  xfrmReplayStateEsn,
  xfrmSelector,
  xfrmUserKmaddress,
  xfrmUserMigrate,
  xfrmUserOffload,
  xfrmUserpolicyId,
  xfrmUserpolicyInfo,
  xfrmUserpolicyType,
  xfrmUserSecCtx,
  xfrmUsersaId,
  xfrmUsersaInfo,
  xfrmUserTmpl,
} from './structs.js'

/** An address of the family in the message's header, if the header has one. */
const headersAddress = selectOuter('family', { [AF.INET]: xfrmAddress4 }, xfrmAddress)

/** XFRMA_*, linux/xfrm.h */
export const xfrmMessageAttrs = attributes('XFRMA', {
  algAuth: [1, followed(xfrmAlgo, 'key', secret(bytes))],
  algCrypt: [2, followed(xfrmAlgo, 'key', secret(bytes))],
  algComp: [3, followed(xfrmAlgo, 'key', secret(bytes))],
  encap: [4, selectOuter('family', { [AF.INET]: xfrmEncapTmpl4 }, xfrmEncapTmpl)],
  tmpl: [5, array(xfrmUserTmpl)],
  sa: [6, xfrmUsersaInfo],
  policy: [7, xfrmUserpolicyInfo],
  secCtx: [8, followed(xfrmUserSecCtx, 'ctxStr', bytes)],
  ltimeVal: [9, xfrmLifetimeCur],
  replayVal: [10, xfrmReplayState],
  replayThresh: [11, u32], // packets
  etimerThresh: [12, u32], // tenths of a second
  srcaddr: [13, headersAddress],
  coaddr: [14, headersAddress],
  lastused: [15, writtenAs(u64, dateInSeconds)],
  policyType: [16, xfrmUserpolicyType],
  migrate: [17, array(xfrmUserMigrate)],
  algAead: [18, followed(xfrmAlgoAead, 'key', secret(bytes))],
  kmaddress: [19, xfrmUserKmaddress],
  algAuthTrunc: [20, followed(xfrmAlgoAuth, 'key', secret(bytes))],
  mark: [21, xfrmMark],
  tfcpad: [22, u32], // bytes
  replayEsnVal: [23, followed(xfrmReplayStateEsn, 'bmp', array(u32))],
  saExtraFlags: [24, flagsOf(u32, XFRM_SA_XFLAG)],
  proto: [25, enumOf(u8, IPPROTO)],
  addressFilter: [26, xfrmAddressFilter],
  pad: [27, bytes],
  offloadDev: [28, xfrmUserOffload],
  setMark: [29, writtenAs(u32, hexadecimal)],
  setMarkMask: [30, writtenAs(u32, hexadecimal)],
  ifId: [31, writtenAs(u32, hexadecimal)],
  mtimerThresh: [32, writtenAs(u32, seconds)],
  saDir: [33, enumOf(u8, XFRM_SA_DIR)],
  natKeepaliveInterval: [34, writtenAs(u32, seconds)],
  saPcpu: [35, u32],
  iptfsDropTime: [36, writtenAs(u32, microseconds)],
  iptfsReorderWindow: [37, u16], // packets
  iptfsDontFrag: [38, flag],
  iptfsInitDelay: [39, writtenAs(u32, microseconds)],
  iptfsMaxQsize: [40, u32], // bytes
  iptfsPktSize: [41, u32], // bytes
})

/** `struct xfrm_aevent_id`, linux/xfrm.h */
export const xfrmAeventId = ofFamily(
  struct('xfrm_aevent_id', {
    saId: xfrmUsersaId,
    saddr: xfrmAddress,
    flags: flagsOf(u32, XFRM_AE),
    reqid: u32,
  }),
  'saId.family',
  ['saddr'],
)

const spi = writtenAs(u32, hexadecimal)

/** `struct xfrm_userspi_info`, linux/xfrm.h: a state, and the range for its SPI */
export const xfrmUserspiInfo = struct('xfrm_userspi_info', { info: xfrmUsersaInfo, min: spi, max: spi })

/** `struct xfrm_user_acquire`, linux/xfrm.h: the kernel requests a state, which a policy needs for a packet */
export const xfrmUserAcquire = ofFamily(
  struct('xfrm_user_acquire', {
    id: xfrmId,
    saddr: xfrmAddress,
    sel: xfrmSelector,
    policy: xfrmUserpolicyInfo,
    aalgos: u32,
    ealgos: u32,
    calgos: u32,
    seq: u32,
  }),
  'sel.family',
  ['id.daddr', 'saddr'],
)

/** `struct xfrm_user_expire`, linux/xfrm.h */
export const xfrmUserExpire = struct('xfrm_user_expire', { state: xfrmUsersaInfo, hard: u8, _pad: pad(7) })

/** `struct xfrm_user_polexpire`, linux/xfrm.h */
export const xfrmUserPolexpire = struct('xfrm_user_polexpire', { pol: xfrmUserpolicyInfo, hard: u8, _pad: pad(7) })

/** `struct xfrm_usersa_flush`, linux/xfrm.h */
export const xfrmUsersaFlush = struct('xfrm_usersa_flush', { proto: u8 })

/** `struct xfrm_user_report`, linux/xfrm.h */
export const xfrmUserReport = struct('xfrm_user_report', { proto: u8, _pad: pad(3), sel: xfrmSelector })

/** `struct xfrm_user_mapping`, linux/xfrm.h: the peer of a state has a new address or port, because a NAT has changed it */
export const xfrmUserMapping = ofFamily(
  struct('xfrm_user_mapping', {
    id: xfrmUsersaId,
    reqid: u32,
    oldSaddr: xfrmAddress,
    newSaddr: xfrmAddress,
    oldSport: u16be,
    newSport: u16be,
  }),
  'id.family',
  ['oldSaddr', 'newSaddr'],
)

/** `struct xfrm_userpolicy_default`, linux/xfrm.h: the action for packets without a policy */
export const xfrmUserpolicyDefault = struct('xfrm_userpolicy_default', {
  in: enumOf(u8, XFRM_USERPOLICY),
  fwd: enumOf(u8, XFRM_USERPOLICY),
  out: enumOf(u8, XFRM_USERPOLICY),
})

/** `struct xfrm_user_migrate_state`, linux/xfrm.h */
export const xfrmUserMigrateState = ofFamily(
  struct('xfrm_user_migrate_state', {
    id: xfrmUsersaId,
    newDaddr: xfrmAddress,
    newSaddr: xfrmAddress,
    oldMark: xfrmMark,
    newSel: xfrmSelector,
    newReqid: u32,
    flags: flagsOf(u32, XFRM_MIGRATE_STATE),
    newFamily: enumOf(u16, AF),
    reserved: u16,
  }),
  'newFamily',
  ['newDaddr', 'newSaddr'],
)

/** `struct xfrmu_sadhinfo`, linux/xfrm.h */
export const xfrmuSadhinfo = struct('xfrmu_sadhinfo', { sadhcnt: u32, sadhmcnt: u32 })

/** `struct xfrmu_spdinfo`, linux/xfrm.h: numbers of policies; names with an `s` are those of sockets */
export const xfrmuSpdinfo = struct('xfrmu_spdinfo', {
  incnt: u32,
  outcnt: u32,
  fwdcnt: u32,
  inscnt: u32,
  outscnt: u32,
  fwdscnt: u32,
})

/** `struct xfrmu_spdhinfo`, linux/xfrm.h */
export const xfrmuSpdhinfo = struct('xfrmu_spdhinfo', { spdhcnt: u32, spdhmcnt: u32 })

/** `struct xfrmu_spdhthresh`, linux/xfrm.h: minimum prefix lengths of policies in the hash table */
export const xfrmuSpdhthresh = struct('xfrmu_spdhthresh', { lbits: u8, rbits: u8 })

/** XFRMA_SAD_*, linux/xfrm.h */
export const xfrmSadAttrs = attributes('XFRMA_SAD', {
  cnt: [1, u32],
  hinfo: [2, xfrmuSadhinfo],
})

/** XFRMA_SPD_*, linux/xfrm.h */
export const xfrmSpdAttrs = attributes('XFRMA_SPD', {
  info: [1, xfrmuSpdinfo],
  hinfo: [2, xfrmuSpdhinfo],
  ipv4Hthresh: [3, xfrmuSpdhthresh, 'XFRMA_SPD_IPV4_HTHRESH'],
  ipv6Hthresh: [4, xfrmuSpdhthresh, 'XFRMA_SPD_IPV6_HTHRESH'],
})

/** The unnamed `u32` before XFRMA_SAD_* and XFRMA_SPD_*. */
const flagsHeader = struct('flags', { flags: u32 })
const noHeader = struct('nothing', {})

/** XFRM_MSG_NEWSA, XFRM_MSG_UPDSA */
export const xfrmStateMessage = message('IPsec state', xfrmUsersaInfo, xfrmMessageAttrs)
export interface XfrmStateMessage extends Infer<typeof xfrmStateMessage> {}
/** XFRM_MSG_DELSA, XFRM_MSG_GETSA; the kernel sends the state itself in XFRMA_SA. Dumps have no header (`xfrm_dump_sa`). */
export const xfrmStateIdMessage = orBare(
  message('id of an IPsec state', xfrmUsersaId, xfrmMessageAttrs),
  xfrmMessageAttrs,
)
export interface XfrmStateIdMessage extends Infer<typeof xfrmStateIdMessage> {}
/** XFRM_MSG_NEWPOLICY, XFRM_MSG_UPDPOLICY */
export const xfrmPolicyMessage = message('IPsec policy', xfrmUserpolicyInfo, xfrmMessageAttrs)
export interface XfrmPolicyMessage extends Infer<typeof xfrmPolicyMessage> {}
/**
 * XFRM_MSG_DELPOLICY, XFRM_MSG_GETPOLICY, XFRM_MSG_MIGRATE; the kernel sends the policy itself in XFRMA_POLICY. Dumps have no
 * header.
 */
export const xfrmPolicyIdMessage = orBare(
  message('id of an IPsec policy', xfrmUserpolicyId, xfrmMessageAttrs),
  xfrmMessageAttrs,
)
export interface XfrmPolicyIdMessage extends Infer<typeof xfrmPolicyIdMessage> {}
/** XFRM_MSG_ALLOCSPI. The reply is XFRM_MSG_NEWSA. */
export const xfrmAllocspiMessage = message('SPI', xfrmUserspiInfo, xfrmMessageAttrs)
export interface XfrmAllocspiMessage extends Infer<typeof xfrmAllocspiMessage> {}
/** XFRM_MSG_ACQUIRE */
export const xfrmAcquireMessage = message('IPsec state wanted', xfrmUserAcquire, xfrmMessageAttrs)
export interface XfrmAcquireMessage extends Infer<typeof xfrmAcquireMessage> {}
/** XFRM_MSG_EXPIRE */
export const xfrmExpireMessage = message('IPsec state expired', xfrmUserExpire, xfrmMessageAttrs)
export interface XfrmExpireMessage extends Infer<typeof xfrmExpireMessage> {}
/** XFRM_MSG_POLEXPIRE */
export const xfrmPolexpireMessage = message('IPsec policy expired', xfrmUserPolexpire, xfrmMessageAttrs)
export interface XfrmPolexpireMessage extends Infer<typeof xfrmPolexpireMessage> {}
/** XFRM_MSG_FLUSHSA */
export const xfrmFlushsaMessage = message('IPsec states flushed', xfrmUsersaFlush, xfrmMessageAttrs)
export interface XfrmFlushsaMessage extends Infer<typeof xfrmFlushsaMessage> {}
/** XFRM_MSG_FLUSHPOLICY */
export const xfrmFlushpolicyMessage = message('IPsec policies flushed', noHeader, xfrmMessageAttrs)
export interface XfrmFlushpolicyMessage extends Infer<typeof xfrmFlushpolicyMessage> {}
/** XFRM_MSG_NEWAE, XFRM_MSG_GETAE */
export const xfrmAeventMessage = message('IPsec event', xfrmAeventId, xfrmMessageAttrs)
export interface XfrmAeventMessage extends Infer<typeof xfrmAeventMessage> {}
/** XFRM_MSG_REPORT */
export const xfrmReportMessage = message('IPsec report', xfrmUserReport, xfrmMessageAttrs)
export interface XfrmReportMessage extends Infer<typeof xfrmReportMessage> {}
/** XFRM_MSG_MAPPING */
export const xfrmMappingMessage = message('IPsec NAT mapping', xfrmUserMapping, xfrmMessageAttrs)
export interface XfrmMappingMessage extends Infer<typeof xfrmMappingMessage> {}
/** XFRM_MSG_SETDEFAULT, XFRM_MSG_GETDEFAULT */
export const xfrmDefaultMessage = message('IPsec default policy', xfrmUserpolicyDefault, xfrmMessageAttrs)
export interface XfrmDefaultMessage extends Infer<typeof xfrmDefaultMessage> {}
/** XFRM_MSG_MIGRATE_STATE */
export const xfrmMigrateStateMessage = message('IPsec state moved', xfrmUserMigrateState, xfrmMessageAttrs)
export interface XfrmMigrateStateMessage extends Infer<typeof xfrmMigrateStateMessage> {}
/** XFRM_MSG_NEWSADINFO, XFRM_MSG_GETSADINFO */
export const xfrmSadinfoMessage = message('number of IPsec states', flagsHeader, xfrmSadAttrs)
export interface XfrmSadinfoMessage extends Infer<typeof xfrmSadinfoMessage> {}
/** XFRM_MSG_NEWSPDINFO, XFRM_MSG_GETSPDINFO */
export const xfrmSpdinfoMessage = message('number of IPsec policies', flagsHeader, xfrmSpdAttrs)
export interface XfrmSpdinfoMessage extends Infer<typeof xfrmSpdinfoMessage> {}
