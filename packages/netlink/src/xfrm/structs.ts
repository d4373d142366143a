import {
  AF,
  charArray,
  dateInSeconds,
  enumOf,
  flagsOf,
  hexadecimal,
  i32,
  pad,
  seconds,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
  unlimited,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO, XFRM_POLICY_DIR } from '../constants/index.js'
import { ofFamily, xfrmAddress, xfrmAddress4 } from './address.js'
import {
  TCP_ENCAP,
  UDP_ENCAP,
  XFRM_MODE,
  XFRM_OFFLOAD,
  XFRM_POLICY_ACTION,
  XFRM_POLICY_FLAG,
  XFRM_POLICY_TYPE,
  XFRM_SC_ALG,
  XFRM_SC_DOI,
  XFRM_SHARE,
  XFRM_STATE,
} from './constants.js'

/** `struct xfrm_id`, linux/xfrm.h */
export const xfrmId = struct('xfrm_id', {
  daddr: xfrmAddress,
  spi: writtenAs(u32be, hexadecimal),
  proto: enumOf(u8, IPPROTO),
  _pad: pad(3),
})

/** `struct xfrm_selector`, linux/xfrm.h: selects packets */
export const xfrmSelector = ofFamily(
  struct('xfrm_selector', {
    daddr: xfrmAddress,
    saddr: xfrmAddress,
    dport: u16be,
    dportMask: u16be,
    sport: u16be,
    sportMask: u16be,
    family: enumOf(u16, AF),
    prefixlenD: u8,
    prefixlenS: u8,
    proto: enumOf(u8, IPPROTO),
    _pad: pad(3),
    ifindex: i32,
    user: u32,
  }),
  'family',
  ['daddr', 'saddr'],
)

/** A number of bytes or packets. XFRM_INF, linux/xfrm.h, is no limit. */
const limit = writtenAs(u64, unlimited('XFRM_INF'))

/** `struct xfrm_lifetime_cfg`, linux/xfrm.h: limits of a state or policy. XFRM_INF means none. */
export const xfrmLifetimeCfg = struct('xfrm_lifetime_cfg', {
  softByteLimit: limit,
  hardByteLimit: limit,
  softPacketLimit: limit,
  hardPacketLimit: limit,
  softAddExpiresSeconds: writtenAs(u64, seconds),
  hardAddExpiresSeconds: writtenAs(u64, seconds),
  softUseExpiresSeconds: writtenAs(u64, seconds),
  hardUseExpiresSeconds: writtenAs(u64, seconds),
})

/** `struct xfrm_lifetime_cur`, linux/xfrm.h */
export const xfrmLifetimeCur = struct('xfrm_lifetime_cur', {
  bytes: u64,
  packets: u64,
  addTime: writtenAs(u64, dateInSeconds),
  useTime: writtenAs(u64, dateInSeconds),
})

/** `struct xfrm_replay_state`, linux/xfrm.h */
export const xfrmReplayState = struct('xfrm_replay_state', { oseq: u32, seq: u32, bitmap: u32 })

/** `struct xfrm_replay_state_esn`, linux/xfrm.h. The words of the bitmap follow it. */
export const xfrmReplayStateEsn = struct('xfrm_replay_state_esn', {
  bmpLen: u32, // words
  oseq: u32,
  seq: u32,
  oseqHi: u32,
  seqHi: u32,
  replayWindow: u32, // packets
})

/** `struct xfrm_algo`, linux/xfrm.h. The key follows it. */
export const xfrmAlgo = struct('xfrm_algo', {
  name: charArray(64),
  keyLen: u32, // bits
})

/** `struct xfrm_algo_auth`, linux/xfrm.h. The key follows it. */
export const xfrmAlgoAuth = struct('xfrm_algo_auth', {
  name: charArray(64),
  keyLen: u32, // bits
  truncLen: u32, // bits
})

/** `struct xfrm_algo_aead`, linux/xfrm.h. The key follows it. */
export const xfrmAlgoAead = struct('xfrm_algo_aead', {
  name: charArray(64),
  keyLen: u32, // bits
  icvLen: u32, // bits
})

/** `struct xfrm_stats`, linux/xfrm.h */
export const xfrmStats = struct('xfrm_stats', { replayWindow: u32, replay: u32, integrityFailed: u32 })

/** `struct xfrm_user_sec_ctx`, linux/xfrm.h: the text of the security context follows */
export const xfrmUserSecCtx = struct('xfrm_user_sec_ctx', {
  len: u16, // bytes, with this header
  exttype: u16,
  ctxAlg: enumOf(u8, XFRM_SC_ALG),
  ctxDoi: enumOf(u8, XFRM_SC_DOI),
  ctxLen: u16, // bytes
})

/** `struct xfrm_user_tmpl`, linux/xfrm.h: the state that a policy requires */
export const xfrmUserTmpl = ofFamily(
  struct('xfrm_user_tmpl', {
    id: xfrmId,
    family: enumOf(u16, AF),
    _pad1: pad(2),
    saddr: xfrmAddress,
    reqid: u32,
    mode: enumOf(u8, XFRM_MODE),
    share: enumOf(u8, XFRM_SHARE),
    optional: u8,
    _pad2: pad(1),
    aalgos: writtenAs(u32, hexadecimal), // bit maps of allowed algorithms
    ealgos: writtenAs(u32, hexadecimal),
    calgos: writtenAs(u32, hexadecimal),
  }),
  'family',
  ['id.daddr', 'saddr'],
)

const encapMembers = { type: enumOf(u16, UDP_ENCAP, TCP_ENCAP), sport: u16be, dport: u16be, _pad: pad(2) } as const

/** `struct xfrm_encap_tmpl`, linux/xfrm.h: ESP in UDP or TCP */
export const xfrmEncapTmpl = struct('xfrm_encap_tmpl', { ...encapMembers, oa: xfrmAddress })

/** `struct xfrm_encap_tmpl` of an IPv4 state */
export const xfrmEncapTmpl4 = struct('xfrm_encap_tmpl', { ...encapMembers, oa: xfrmAddress4 })

/** `struct xfrm_userpolicy_type`, linux/xfrm.h */
export const xfrmUserpolicyType = struct('xfrm_userpolicy_type', {
  type: enumOf(u8, XFRM_POLICY_TYPE),
  _pad1: pad(1),
  reserved1: u16,
  reserved2: u8,
  _pad2: pad(1),
})

/** `struct xfrm_mark`, linux/xfrm.h: value and mask */
export const xfrmMark = struct('xfrm_mark', { v: writtenAs(u32, hexadecimal), m: writtenAs(u32, hexadecimal) })

/** `struct xfrm_usersa_info`, linux/xfrm.h: a state */
export const xfrmUsersaInfo = ofFamily(
  struct('xfrm_usersa_info', {
    sel: xfrmSelector,
    id: xfrmId,
    saddr: xfrmAddress,
    lft: xfrmLifetimeCfg,
    curlft: xfrmLifetimeCur,
    stats: xfrmStats,
    seq: u32,
    reqid: u32,
    family: enumOf(u16, AF),
    mode: enumOf(u8, XFRM_MODE),
    replayWindow: u8, // packets
    flags: flagsOf(u8, XFRM_STATE),
    _pad: pad(7),
  }),
  'family',
  ['id.daddr', 'saddr'],
)

/** `struct xfrm_usersa_id`, linux/xfrm.h */
export const xfrmUsersaId = ofFamily(
  struct('xfrm_usersa_id', {
    daddr: xfrmAddress,
    spi: writtenAs(u32be, hexadecimal),
    family: enumOf(u16, AF),
    proto: enumOf(u8, IPPROTO),
    _pad: pad(1),
  }),
  'family',
  ['daddr'],
)

/** `struct xfrm_userpolicy_info`, linux/xfrm.h: a policy */
export const xfrmUserpolicyInfo = struct('xfrm_userpolicy_info', {
  sel: xfrmSelector,
  lft: xfrmLifetimeCfg,
  curlft: xfrmLifetimeCur,
  priority: u32,
  index: u32,
  dir: enumOf(u8, XFRM_POLICY_DIR),
  action: enumOf(u8, XFRM_POLICY_ACTION),
  flags: flagsOf(u8, XFRM_POLICY_FLAG),
  share: enumOf(u8, XFRM_SHARE),
  _pad: pad(4),
})

/** `struct xfrm_userpolicy_id`, linux/xfrm.h */
export const xfrmUserpolicyId = struct('xfrm_userpolicy_id', {
  sel: xfrmSelector,
  index: u32,
  dir: enumOf(u8, XFRM_POLICY_DIR),
  _pad: pad(3),
})

/** `struct xfrm_address_filter`, linux/xfrm.h */
export const xfrmAddressFilter = ofFamily(
  struct('xfrm_address_filter', {
    saddr: xfrmAddress,
    daddr: xfrmAddress,
    family: enumOf(u16, AF),
    splen: u8,
    dplen: u8,
  }),
  'family',
  ['saddr', 'daddr'],
)

/** `struct xfrm_user_offload`, linux/xfrm.h */
export const xfrmUserOffload = struct('xfrm_user_offload', {
  ifindex: i32,
  flags: flagsOf(u8, XFRM_OFFLOAD),
  _pad: pad(3),
})

/** `struct xfrm_user_kmaddress`, linux/xfrm.h */
export const xfrmUserKmaddress = ofFamily(
  struct('xfrm_user_kmaddress', {
    local: xfrmAddress,
    remote: xfrmAddress,
    reserved: u32,
    family: enumOf(u16, AF),
    _pad: pad(2),
  }),
  'family',
  ['local', 'remote'],
)

/** `struct xfrm_user_migrate`, linux/xfrm.h */
export const xfrmUserMigrate = ofFamily(
  ofFamily(
    struct('xfrm_user_migrate', {
      oldDaddr: xfrmAddress,
      oldSaddr: xfrmAddress,
      newDaddr: xfrmAddress,
      newSaddr: xfrmAddress,
      proto: enumOf(u8, IPPROTO),
      mode: enumOf(u8, XFRM_MODE),
      reserved: u16,
      reqid: u32,
      oldFamily: enumOf(u16, AF),
      newFamily: enumOf(u16, AF),
    }),
    'oldFamily',
    ['oldDaddr', 'oldSaddr'],
  ),
  'newFamily',
  ['newDaddr', 'newSaddr'],
)
