import {
  AF,
  array,
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
} from '../codec/index.js'
import { SOCK } from '../constants/index.js'
import { NETLINK } from '../message/netlink-protocols.js'
import { cookie, skMeminfo } from './sock-diag.js'
import { TCP } from './states.js'

/** NDIAG_SHOW_*, linux/netlink_diag.h: information to include in replies */
export const NDIAG_SHOW = constants('NDIAG_SHOW', { MEMINFO: 0x1, GROUPS: 0x2, RING_CFG: 0x4, FLAGS: 0x8 })

/** NDIAG_PROTO_*, linux/netlink_diag.h */
export const NDIAG_PROTO = constants('NDIAG_PROTO', { ALL: 0xff })

/** NDIAG_FLAG_*, linux/netlink_diag.h */
export const NDIAG_FLAG = constants('NDIAG_FLAG', {
  CB_RUNNING: 0x01, // a dump is in progress
  PKTINFO: 0x02,
  BROADCAST_ERROR: 0x04,
  NO_ENOBUFS: 0x08,
  LISTEN_ALL_NSID: 0x10,
  CAP_ACK: 0x20,
})

/** `struct netlink_diag_req`, linux/netlink_diag.h */
export const netlinkDiagReq = struct('netlink_diag_req', {
  family: enumOf(u8, AF),
  protocol: enumOf(u8, NETLINK, NDIAG_PROTO),
  _pad: pad(2),
  ino: u32,
  show: flagsOf(u32, NDIAG_SHOW),
  cookie,
})

/** Requests have no attributes. */
const noAttrs = attributes('NETLINK_DIAG_REQ', {})

/** SOCK_DIAG_BY_FAMILY for AF_NETLINK. */
export const netlinkDiagRequest = message('netlink_diag request', netlinkDiagReq, noAttrs)
export interface NetlinkDiagRequest extends Infer<typeof netlinkDiagRequest> {
  family: 16
}

/** `struct netlink_diag_msg`, linux/netlink_diag.h */
export const netlinkDiagMsg = struct('netlink_diag_msg', {
  family: enumOf(u8, AF),
  type: enumOf(u8, SOCK),
  protocol: enumOf(u8, NETLINK),
  state: enumOf(u8, TCP),
  portid: u32,
  dstPortid: u32,
  dstGroup: u32,
  ino: u32,
  cookie,
})

/** `struct netlink_diag_ring`, linux/netlink_diag.h. Kernels before 4.6 send it. */
export const netlinkDiagRing = struct('netlink_diag_ring', {
  blockSize: u32,
  blockNr: u32,
  frameSize: u32,
  frameNr: u32,
})

/** NETLINK_DIAG_*, linux/netlink_diag.h */
export const netlinkDiagAttrs = attributes('NETLINK_DIAG', {
  meminfo: [0, skMeminfo],
  groups: [1, array(u32)], // mask of multicast groups; bit 0 of the first element is group 1
  rxRing: [2, netlinkDiagRing],
  txRing: [3, netlinkDiagRing],
  flags: [4, flagsOf(u32, NDIAG_FLAG)],
})

/** A socket of AF_NETLINK. */
export const netlinkDiagMessage = message('netlink_diag', netlinkDiagMsg, netlinkDiagAttrs)
export interface NetlinkDiagMessage extends Infer<typeof netlinkDiagMessage> {
  family: 16
}
