import {
  AF,
  attributes,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  ipv4,
  ipv6,
  u8,
  u16,
  u16be,
  u32,
} from '../codec/index.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, type GenericPayload, genericFamily, genericMessage, genlmsghdr } from './family.js'

/** MPTCP_PM_ADDR_FLAG_*, linux/mptcp.h: uses of an endpoint */
export const MPTCP_PM_ADDR_FLAG = constants('MPTCP_PM_ADDR_FLAG', {
  SIGNAL: 0x1,
  SUBFLOW: 0x2,
  BACKUP: 0x4,
  FULLMESH: 0x8,
  IMPLICIT: 0x10,
  LAMINAR: 0x20,
})

/** MPTCP_PM_EV_FLAG_*, linux/mptcp.h */
export const MPTCP_PM_EV_FLAG = constants('MPTCP_PM_EV_FLAG', { DENY_JOIN_ID0: 0x1, SERVER_SIDE: 0x2 })

/** MPTCP_RST_*, linux/mptcp.h: reasons for the reset of a subflow (RFC 8684, section 3.6) */
export const MPTCP_RST = constants('MPTCP_RST', {
  EUNSPEC: 0,
  EMPTCP: 1,
  ERESOURCE: 2,
  EPROHIBIT: 3,
  EWQ2BIG: 4,
  EBADPERF: 5,
  EMIDDLEBOX: 6,
})

/** MPTCP_EVENT_*, linux/mptcp_pm.h */
export const MPTCP_EVENT = constants('MPTCP_EVENT', {
  CREATED: 1,
  ESTABLISHED: 2,
  CLOSED: 3,
  ANNOUNCED: 6,
  REMOVED: 7,
  SUB_ESTABLISHED: 10,
  SUB_CLOSED: 11,
  SUB_PRIORITY: 13,
  LISTENER_CREATED: 15,
  LISTENER_CLOSED: 16,
})

/** MPTCP_PM_ADDR_ATTR_*, linux/mptcp_pm.h */
export const mptcpAddrAttrs = attributes('MPTCP_PM_ADDR_ATTR', {
  family: [1, enumOf(u16, AF)],
  id: [2, u8],
  addr4: [3, ipv4, 'MPTCP_PM_ADDR_ATTR_ADDR4'],
  addr6: [4, ipv6, 'MPTCP_PM_ADDR_ATTR_ADDR6'],
  port: [5, u16], // in host order, unlike the ports of events
  flags: [6, flagsOf(u32, MPTCP_PM_ADDR_FLAG)],
  ifIdx: [7, i32], // ifindex
})
export interface MptcpAddrAttrs extends Infer<typeof mptcpAddrAttrs> {}

const addr: Declaration<MptcpAddrAttrs> = mptcpAddrAttrs

/** MPTCP_PM_ATTR_*, linux/mptcp_pm.h; in commands on endpoints, the name of number 1 is MPTCP_PM_ENDPOINT_ADDR */
export const mptcpPmAttrs = attributes('MPTCP_PM_ATTR', {
  addr: [1, addr],
  rcvAddAddrs: [2, u32], // limit of accepted addresses of the peer
  subflows: [3, u32], // limit of additional subflows per connection
  token: [4, u32], // of the connection
  locId: [5, u8],
  addrRemote: [6, addr],
})
export interface MptcpPmAttrs extends Infer<typeof mptcpPmAttrs> {}

/** MPTCP_ATTR_*, linux/mptcp_pm.h: attributes of events */
export const mptcpEventAttrs = attributes('MPTCP_ATTR', {
  token: [1, u32], // of the connection
  family: [2, enumOf(u16, AF)],
  locId: [3, u8],
  remId: [4, u8],
  saddr4: [5, ipv4, 'MPTCP_ATTR_SADDR4'],
  saddr6: [6, ipv6, 'MPTCP_ATTR_SADDR6'],
  daddr4: [7, ipv4, 'MPTCP_ATTR_DADDR4'],
  daddr6: [8, ipv6, 'MPTCP_ATTR_DADDR6'],
  sport: [9, u16be],
  dport: [10, u16be],
  backup: [11, u8],
  error: [12, u8], // errno
  flags: [13, flagsOf(u16, MPTCP_PM_EV_FLAG)],
  timeout: [14, u32],
  ifIdx: [15, i32], // ifindex
  resetReason: [16, enumOf(u32, MPTCP_RST)],
  resetFlags: [17, u32],
  serverSide: [18, u8],
})
export interface MptcpEventAttrs extends Infer<typeof mptcpEventAttrs> {}

/** MPTCP_PM_CMD_*, linux/mptcp_pm.h */
export const mptcpPmMessage: Declaration<MptcpPmMessage> = genericMessage<MptcpPmAttrs>('mptcp_pm', mptcpPmAttrs)
export interface MptcpPmMessage extends GenericMessage<MptcpPmAttrs> {}

/** MPTCP_EVENT_*, linux/mptcp_pm.h */
export const mptcpEventMessage: Declaration<MptcpEventMessage> = genericMessage<MptcpEventAttrs>(
  'mptcp event',
  mptcpEventAttrs,
)
export interface MptcpEventMessage extends GenericMessage<MptcpEventAttrs> {}

/** True for an event that has the same number as a reply: it starts with MPTCP_ATTR_TOKEN, a u32. Replies start with another attribute. */
function isEvent({ bytes, start, end }: GenericPayload): boolean {
  const at = start + genlmsghdr.size
  if (end - at < 8) return false
  const [length, type] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)]
  return (length === 8 && type === 1) || (length === 0x0800 && type === 0x0100)
}

/** The path manager of Multipath TCP: endpoints, limits, subflows and events of connections. linux/mptcp_pm.h */
export const mptcpPm = genericFamily('mptcp_pm', {
  version: 1,
  messages: {
    MPTCP_PM_CMD_ADD_ADDR: creates(1, mptcpPmMessage),
    MPTCP_PM_CMD_DEL_ADDR: [2, mptcpPmMessage],
    MPTCP_PM_CMD_GET_ADDR: gets(3, mptcpPmMessage),
    MPTCP_PM_CMD_FLUSH_ADDRS: [4, mptcpPmMessage],
    MPTCP_PM_CMD_SET_LIMITS: [5, mptcpPmMessage],
    MPTCP_PM_CMD_GET_LIMITS: gets(6, mptcpPmMessage),
    MPTCP_PM_CMD_SET_FLAGS: [7, mptcpPmMessage],
    MPTCP_PM_CMD_ANNOUNCE: [8, mptcpPmMessage],
    MPTCP_PM_CMD_REMOVE: [9, mptcpPmMessage],
    MPTCP_PM_CMD_SUBFLOW_CREATE: [10, mptcpPmMessage],
    MPTCP_PM_CMD_SUBFLOW_DESTROY: [11, mptcpPmMessage],
  },
  replies: {
    MPTCP_PM_CMD_GET_ADDR: gets(3, mptcpPmMessage),
    MPTCP_PM_CMD_GET_LIMITS: gets(6, mptcpPmMessage),
  },
  events: {
    messages: {
      MPTCP_EVENT_CREATED: [MPTCP_EVENT.CREATED, mptcpEventMessage],
      MPTCP_EVENT_ESTABLISHED: [MPTCP_EVENT.ESTABLISHED, mptcpEventMessage],
      MPTCP_EVENT_CLOSED: [MPTCP_EVENT.CLOSED, mptcpEventMessage],
      MPTCP_EVENT_ANNOUNCED: [MPTCP_EVENT.ANNOUNCED, mptcpEventMessage],
      MPTCP_EVENT_REMOVED: [MPTCP_EVENT.REMOVED, mptcpEventMessage],
      MPTCP_EVENT_SUB_ESTABLISHED: [MPTCP_EVENT.SUB_ESTABLISHED, mptcpEventMessage],
      MPTCP_EVENT_SUB_CLOSED: [MPTCP_EVENT.SUB_CLOSED, mptcpEventMessage],
      MPTCP_EVENT_SUB_PRIORITY: [MPTCP_EVENT.SUB_PRIORITY, mptcpEventMessage],
      MPTCP_EVENT_LISTENER_CREATED: [MPTCP_EVENT.LISTENER_CREATED, mptcpEventMessage],
      MPTCP_EVENT_LISTENER_CLOSED: [MPTCP_EVENT.LISTENER_CLOSED, mptcpEventMessage],
    },
    isEvent,
  },
})
