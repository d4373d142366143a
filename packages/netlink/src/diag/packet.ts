import {
  AF,
  array,
  attributes,
  constants,
  enumOf,
  fixedBytes,
  flagsOf,
  type Infer,
  masked,
  message,
  milliseconds,
  pad,
  struct,
  u8,
  u16,
  u32,
  writtenAs,
} from '../codec/index.js'
import { ETH_P, SOCK } from '../constants/index.js'
import { cookie, diagSockFilter, skMeminfo } from './sock-diag.js'

/** PACKET_SHOW_*, linux/packet_diag.h: information to include in replies */
export const PACKET_SHOW = constants('PACKET_SHOW', {
  INFO: 0x01,
  MCLIST: 0x02,
  RING_CFG: 0x04,
  FANOUT: 0x08,
  MEMINFO: 0x10,
  FILTER: 0x20,
})

/** PACKET_MR_*, linux/if_packet.h: types of memberships */
export const PACKET_MR = constants('PACKET_MR', { MULTICAST: 0, PROMISC: 1, ALLMULTI: 2, UNICAST: 3 })

/** PACKET_FANOUT_*, linux/if_packet.h: how packets are distributed among the sockets of a group */
export const PACKET_FANOUT = constants('PACKET_FANOUT', {
  HASH: 0,
  LB: 1,
  CPU: 2,
  ROLLOVER: 3,
  RND: 4,
  QM: 5,
  CBPF: 6,
  EBPF: 7,
})

/** PDI_*, linux/packet_diag.h: flags of a packet socket */
export const PDI = constants('PDI', { RUNNING: 0x1, AUXDATA: 0x2, ORIGDEV: 0x4, VNETHDR: 0x8, LOSS: 0x10 })

/** `struct packet_diag_req`, linux/packet_diag.h */
export const packetDiagReq = struct('packet_diag_req', {
  family: enumOf(u8, AF),
  protocol: u8, // 0
  _pad: pad(2),
  ino: u32,
  show: flagsOf(u32, PACKET_SHOW),
  cookie,
})

/** Requests have no attributes. */
const noAttrs = attributes('PACKET_DIAG_REQ', {})

/** SOCK_DIAG_BY_FAMILY for AF_PACKET. */
export const packetDiagRequest = message('packet_diag request', packetDiagReq, noAttrs)
export interface PacketDiagRequest extends Infer<typeof packetDiagRequest> {
  family: 17
}

/** `struct packet_diag_msg`, linux/packet_diag.h */
export const packetDiagMsg = struct('packet_diag_msg', {
  family: enumOf(u8, AF),
  type: enumOf(u8, SOCK),
  num: enumOf(u16, ETH_P), // in host byte order
  ino: u32,
  cookie,
})

/** `struct packet_diag_info`, linux/packet_diag.h */
export const packetDiagInfo = struct('packet_diag_info', {
  index: u32, // index of a link; 0 means all links
  version: u32, // TPACKET version of the rings
  reserve: u32, // bytes
  copyThresh: u32,
  tstamp: u32,
  flags: flagsOf(u32, PDI),
})

/** `struct packet_diag_mclist`, linux/packet_diag.h: a membership */
export const packetDiagMclist = struct('packet_diag_mclist', {
  index: u32, // ifindex
  count: u32,
  type: enumOf(u16, PACKET_MR),
  alen: u16, // number of bytes used in `addr`
  addr: fixedBytes(32),
})

/** `struct packet_diag_ring`, linux/packet_diag.h */
export const packetDiagRing = struct('packet_diag_ring', {
  blockSize: u32,
  blockNr: u32,
  frameSize: u32,
  frameNr: u32,
  retireTmo: writtenAs(u32, milliseconds),
  sizeofPriv: u32,
  features: u32,
})

/** PACKET_DIAG_*, linux/packet_diag.h */
export const packetDiagAttrs = attributes('PACKET_DIAG', {
  info: [0, packetDiagInfo],
  mclist: [1, array(packetDiagMclist)],
  rxRing: [2, packetDiagRing],
  txRing: [3, packetDiagRing],
  fanout: [4, flagsOf(u32, masked(0xffff0000, PACKET_FANOUT, 16))], // the lower half is the number of the group
  uid: [5, u32],
  meminfo: [6, skMeminfo],
  filter: [7, array(diagSockFilter)],
})

/** A socket of AF_PACKET. */
export const packetDiagMessage = message('packet_diag', packetDiagMsg, packetDiagAttrs)
export interface PacketDiagMessage extends Infer<typeof packetDiagMessage> {
  family: 17
}
