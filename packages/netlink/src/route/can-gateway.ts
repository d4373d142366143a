import { isPlainObject } from '../codec/error.js'
import {
  AF,
  attributes,
  type Choice,
  choice,
  constants,
  type Declaration,
  enumOf,
  fixedBytes,
  flagsOf,
  type Infer,
  i8,
  message,
  pad,
  struct,
  u8,
  u16,
  u32,
} from '../codec/index.js'
import { canFilter } from './shared/can-filter.js'

/** CGW_TYPE_*, linux/can/gw.h */
export const CGW_TYPE = constants('CGW_TYPE', { UNSPEC: 0, CAN_CAN: 1 })

/** CGW_FLAGS_*, linux/can/gw.h: flags of a job */
export const CGW_FLAGS = constants('CGW_FLAGS', { CAN_ECHO: 1, CAN_SRC_TSTAMP: 2, CAN_IIF_TX_OK: 4, CAN_FD: 8 })

/** CGW_MOD_*, linux/can/gw.h: parts of a frame that a modification changes. LEN is the CAN FD name of DLC. */
export const CGW_MOD = constants('CGW_MOD', { ID: 1, DLC: 2, LEN: 2, DATA: 4, FLAGS: 8 })

/** CGW_CRC8PRF_*, linux/can/gw.h: additional input of a CRC8 */
export const CGW_CRC8PRF = constants('CGW_CRC8PRF', { UNSPEC: 0, '1U8': 1, '16U8': 2, SFFID_XOR: 3 })

/** `struct rtcanmsg`, linux/can/gw.h */
export const rtcanmsg = struct('rtcanmsg', {
  family: enumOf(u8, AF), // AF_CAN
  gwtype: enumOf(u8, CGW_TYPE),
  flags: flagsOf(u16, CGW_FLAGS),
})

/** CAN_*_FLAG, linux/can.h: the upper bits of a CAN id. */
export const CAN_FLAG = constants('CAN', { EFF_FLAG: 0x80000000, RTR_FLAG: 0x40000000, ERR_FLAG: 0x20000000 })

/** CANFD_*, linux/can.h: flags of a CAN FD frame. */
export const CANFD = constants('CANFD', { BRS: 1, ESI: 2, FDF: 4 })

/** `struct can_frame`, linux/can.h */
export const canFrame = struct('can_frame', {
  canId: flagsOf(u32, CAN_FLAG),
  len: u8, // 0 to 8
  _pad: pad(1),
  _res0: pad(1),
  len8Dlc: u8, // the raw DLC, 9 to 15, if `len` is 8
  data: fixedBytes(8),
})

/** `struct canfd_frame`, linux/can.h */
export const canfdFrame = struct('canfd_frame', {
  canId: u32,
  len: u8, // 0 to 64
  flags: flagsOf(u8, CANFD),
  _res0: pad(1),
  _res1: pad(1),
  data: fixedBytes(64),
})

/** `struct cgw_frame_mod`, linux/can/gw.h: packed */
export const cgwFrameMod = struct('cgw_frame_mod', {
  cf: canFrame,
  modtype: flagsOf(u8, CGW_MOD),
})

/** `struct cgw_fdframe_mod`, linux/can/gw.h: packed */
export const cgwFdframeMod = struct('cgw_fdframe_mod', {
  cf: canfdFrame,
  modtype: flagsOf(u8, CGW_MOD),
})

/** `struct cgw_csum_xor`, linux/can/gw.h. Negative indexes count from the end of the data. */
export const cgwCsumXor = struct('cgw_csum_xor', { fromIdx: i8, toIdx: i8, resultIdx: i8, initXorVal: u8 })

/** `struct cgw_csum_crc8`, linux/can/gw.h. Negative indexes count from the end of the data. */
export const cgwCsumCrc8 = struct('cgw_csum_crc8', {
  fromIdx: i8,
  toIdx: i8,
  resultIdx: i8,
  initCrcVal: u8,
  finalXorVal: u8,
  crctab: fixedBytes(256),
  profile: enumOf(u8, CGW_CRC8PRF),
  profileData: fixedBytes(20),
})

/** CGW_*, linux/can/gw.h: a CAN gateway job */
export const canGatewayAttrs = attributes('CGW', {
  modAnd: [1, cgwFrameMod],
  modOr: [2, cgwFrameMod],
  modXor: [3, cgwFrameMod],
  modSet: [4, cgwFrameMod],
  csXor: [5, cgwCsumXor],
  csCrc8: [6, cgwCsumCrc8, 'CGW_CS_CRC8'],
  handled: [7, u32], // frames; replies only
  dropped: [8, u32], // frames; replies only
  srcIf: [9, u32], // ifindex
  dstIf: [10, u32], // ifindex
  filter: [11, canFilter],
  deleted: [12, u32], // frames; replies only
  limHops: [13, u8],
  modUid: [14, u32], // chosen by the caller; identifies the job when it is changed in place
  fdmodAnd: [15, cgwFdframeMod],
  fdmodOr: [16, cgwFdframeMod],
  fdmodXor: [17, cgwFdframeMod],
  fdmodSet: [18, cgwFdframeMod],
})

/** RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE of AF_CAN: CAN gateway jobs */
export const canGatewayMessage = message('CAN gateway job', rtcanmsg, canGatewayAttrs)
export interface CanGatewayMessage extends Infer<typeof canGatewayMessage> {}

const AF_CAN = AF.CAN

/** True if a route message is a CAN gateway job. */
export const isCanGateway = (value: object): value is CanGatewayMessage =>
  (value as { readonly family?: unknown }).family === AF_CAN && 'family' in value && !('dstLen' in value)

const headerSize = rtcanmsg.size

/** Declares a route or a CAN gateway job. The family, the first byte, distinguishes them. */
export const routeOrJob = <R>(route: Declaration<R>): Choice<R | CanGatewayMessage> =>
  choice<R | CanGatewayMessage>(route.name, [route, canGatewayMessage], {
    ofBytes: (bytes, start, end) => (end - start >= headerSize && bytes[start] === AF_CAN ? canGatewayMessage : route),
    ofValue: (value) => (isPlainObject(value) && isCanGateway(value) ? canGatewayMessage : route),
  })
