import {
  AF,
  attributes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  message,
  pad,
  struct,
  u8,
  u32,
  u64,
} from '../codec/index.js'
import { SOCK } from '../constants/index.js'
import { cookie, skMeminfo } from './sock-diag.js'

/** XDP_SHOW_*, linux/xdp_diag.h: information to include in replies */
export const XDP_SHOW = constants('XDP_SHOW', { INFO: 0x01, RING_CFG: 0x02, UMEM: 0x04, MEMINFO: 0x08, STATS: 0x10 })

/** XDP_DU_F_*, linux/xdp_diag.h: flags of the UMEM */
export const XDP_DU_F = constants('XDP_DU_F', { ZEROCOPY: 0x1 })

/** `struct xdp_diag_req`, linux/xdp_diag.h */
export const xdpDiagReq = struct('xdp_diag_req', {
  family: enumOf(u8, AF),
  protocol: u8, // 0
  _pad: pad(2),
  ino: u32,
  show: flagsOf(u32, XDP_SHOW),
  cookie,
})

/** Requests have no attributes. */
const noAttrs = attributes('XDP_DIAG_REQ', {})

/** SOCK_DIAG_BY_FAMILY for AF_XDP. */
export const xdpDiagRequest = message('xdp_diag request', xdpDiagReq, noAttrs)
export interface XdpDiagRequest extends Infer<typeof xdpDiagRequest> {
  family: 44
}

/** `struct xdp_diag_msg`, linux/xdp_diag.h */
export const xdpDiagMsg = struct('xdp_diag_msg', {
  family: enumOf(u8, AF),
  type: enumOf(u8, SOCK),
  _pad: pad(2),
  ino: u32,
  cookie,
})

/** `struct xdp_diag_info`, linux/xdp_diag.h */
export const xdpDiagInfo = struct('xdp_diag_info', { ifindex: u32, queueId: u32 })

/** `struct xdp_diag_ring`, linux/xdp_diag.h */
export const xdpDiagRing = struct('xdp_diag_ring', { entries: u32 })

/** `struct xdp_diag_umem`, linux/xdp_diag.h */
export const xdpDiagUmem = struct('xdp_diag_umem', {
  size: u64, // bytes
  id: u32,
  numPages: u32,
  chunkSize: u32, // bytes
  headroom: u32, // bytes
  ifindex: u32,
  queueId: u32,
  flags: flagsOf(u32, XDP_DU_F),
  refs: u32,
})

/** `struct xdp_diag_stats`, linux/xdp_diag.h */
export const xdpDiagStats = struct('xdp_diag_stats', {
  nRxDropped: u64,
  nRxInvalid: u64,
  nRxFull: u64,
  nFillRingEmpty: u64,
  nTxInvalid: u64,
  nTxRingEmpty: u64,
})

/** XDP_DIAG_*, linux/xdp_diag.h */
export const xdpDiagAttrs = attributes('XDP_DIAG', {
  info: [1, xdpDiagInfo],
  uid: [2, u32],
  rxRing: [3, xdpDiagRing],
  txRing: [4, xdpDiagRing],
  umem: [5, xdpDiagUmem],
  umemFillRing: [6, xdpDiagRing],
  umemCompletionRing: [7, xdpDiagRing],
  meminfo: [8, skMeminfo],
  stats: [9, xdpDiagStats],
})

/** A socket of AF_XDP. */
export const xdpDiagMessage = message('xdp_diag', xdpDiagMsg, xdpDiagAttrs)
export interface XdpDiagMessage extends Infer<typeof xdpDiagMessage> {
  family: 44
}
