import {
  AF,
  attributes,
  bitsOf,
  charArray,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  message,
  numbersOf,
  pad,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../codec/index.js'
import { anyDiagSockid } from './inet.js'

/** SMC_DIAG_MODE_*, linux/smc_diag.h: type of the connection */
export const SMC_DIAG_MODE = constants('SMC_DIAG_MODE', { SMCR: 0, FALLBACK_TCP: 1, SMCD: 2 })

/** `struct smc_diag_msg`, linux/smc_diag.h */
export const smcDiagMsg = struct('smc_diag_msg', {
  family: enumOf(u8, AF), // always AF_SMC, whatever the family of the addresses is
  state: u8, // SMC's own
  mode: enumOf(u8, SMC_DIAG_MODE),
  shutdown: u8,
  id: anyDiagSockid,
  uid: u32,
  inode: u64,
})

/** `struct smc_diag_cursor`, linux/smc_diag.h */
export const smcDiagCursor = struct('smc_diag_cursor', { _reserved: pad(2), wrap: u16, count: u32 })

/** `struct smc_diag_conninfo`, linux/smc_diag.h: sizes in bytes */
export const smcDiagConninfo = struct('smc_diag_conninfo', {
  token: u32,
  sndbufSize: u32,
  rmbeSize: u32,
  peerRmbeSize: u32,
  rxProd: smcDiagCursor,
  rxCons: smcDiagCursor,
  txProd: smcDiagCursor,
  txCons: smcDiagCursor,
  rxProdFlags: u8,
  rxConnStateFlags: u8,
  txProdFlags: u8,
  txConnStateFlags: u8,
  txPrep: smcDiagCursor,
  txSent: smcDiagCursor,
  txFin: smcDiagCursor,
})

/** `struct smc_diag_linkinfo`, linux/smc_diag.h */
export const smcDiagLinkinfo = struct('smc_diag_linkinfo', {
  linkId: u8,
  ibname: charArray(64),
  ibport: u8,
  gid: charArray(40),
  peerGid: charArray(40),
})

/** `struct smc_diag_lgrinfo`, linux/smc_diag.h. The kernel's array always has one link. */
export const smcDiagLgrinfo = struct('smc_diag_lgrinfo', { lnk: smcDiagLinkinfo, role: u8 })

/** `struct smcd_diag_dmbinfo`, linux/smc_diag.h */
export const smcdDiagDmbinfo = struct(
  'smcd_diag_dmbinfo',
  {
    linkid: u32,
    _pad: pad(4),
    peerGid: u64,
    myGid: u64,
    token: u64,
    peerToken: u64,
    peerGidExt: u64,
    myGidExt: u64,
  },
  { growable: true },
)

/** `struct smc_diag_fallback`, linux/smc_diag.h */
export const smcDiagFallback = struct('smc_diag_fallback', { reason: u32, peerDiagnosis: u32 })

/** SMC_DIAG_*, linux/smc_diag.h */
export const smcDiagAttrs = attributes('SMC_DIAG', {
  conninfo: [1, smcDiagConninfo],
  lgrinfo: [2, smcDiagLgrinfo],
  shutdown: [3, u8],
  dmbinfo: [4, smcdDiagDmbinfo],
  fallback: [5, smcDiagFallback],
})

/** `struct smc_diag_req`, linux/smc_diag.h */
export const smcDiagReq = struct('smc_diag_req', {
  family: enumOf(u8, AF),
  _pad: pad(2),
  ext: flagsOf(u8, bitsOf(numbersOf(smcDiagAttrs), 1)), // mask of attributes to include in replies
  id: anyDiagSockid,
})

/** Requests have no attributes. */
const noAttrs = attributes('SMC_DIAG_REQ', {})

/** SOCK_DIAG_BY_FAMILY for AF_SMC. */
export const smcDiagRequest = message('smc_diag request', smcDiagReq, noAttrs)
export interface SmcDiagRequest extends Infer<typeof smcDiagRequest> {
  family: 43
}

/** A socket of AF_SMC. */
export const smcDiagMessage = message('smc_diag', smcDiagMsg, smcDiagAttrs)
export interface SmcDiagMessage extends Infer<typeof smcDiagMessage> {
  family: 43
}
