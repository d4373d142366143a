import {
  AF,
  atLeast,
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  type Infer,
  i32,
  ipv4,
  ipv6,
  u8,
  u16,
  u32,
  u64,
} from '../codec/index.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** GTP_V*, linux/gtp.h */
export const GTP = constants('GTP', {
  V0: 0,
  V1: 1,
})

/** GTPA_*, linux/gtp.h */
export const gtpNlAttrs = attributes('GTPA', {
  link: [1, u32], // ifindex
  version: [2, enumOf(u32, GTP)],
  tid: [3, u64], // with version 0, as `flow`
  peerAddress: [4, ipv4], // of the other GSN; GTPA_SGSN_ADDRESS is its older name
  msAddress: [5, ipv4],
  flow: [6, u16],
  netNsFd: [7, i32],
  iTei: [8, u32], // with version 1, as the next
  oTei: [9, u32],
  pad: [10, bytes],
  peerAddr6: [11, atLeast(ipv6)],
  msAddr6: [12, atLeast(ipv6)],
  family: [13, enumOf(u8, AF)], // of the packet inside
})
export interface GtpNlAttrs extends Infer<typeof gtpNlAttrs> {}

/** A message of the family. */
export interface GtpMessage extends GenericMessage<GtpNlAttrs> {}
const gtpMessage: Declaration<GtpMessage> = genericMessage<GtpNlAttrs>('gtp', gtpNlAttrs)

/** The family of GTP, linux/gtp.h: tunnels of GTP devices */
export const gtp = genericFamily('gtp', {
  version: 0,
  messages: {
    GTP_CMD_NEWPDP: creates(0, gtpMessage),
    GTP_CMD_DELPDP: [1, gtpMessage],
    GTP_CMD_GETPDP: gets(2, gtpMessage),
    GTP_CMD_ECHOREQ: [3, gtpMessage],
  },
  // gtp_genl_fill_info() of the kernel writes the number of the family in place of the command.
  onlyReply: 'GTP_CMD_GETPDP',
})
