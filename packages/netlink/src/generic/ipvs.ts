import {
  AF,
  atLeast,
  atMost,
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  hexadecimal,
  type Infer,
  ipv4,
  ipv6,
  masked,
  pad,
  seconds,
  select,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { IPPROTO } from '../constants/index.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** IP_VS_SVC_F_*, linux/ip_vs.h: flags of a service */
export const IP_VS_SVC_F = constants('IP_VS_SVC_F', {
  PERSISTENT: 1,
  HASHED: 2,
  ONEPACKET: 4,
  SCHED1: 8,
  SCHED2: 16,
  SCHED3: 32,
})

/** IP_VS_CONN_F_*, linux/ip_vs.h: the forwarding method, in the lowest three bits. */
export const IP_VS_FWD = constants('IP_VS_CONN_F', { MASQ: 0, LOCALNODE: 1, TUNNEL: 2, DROUTE: 3, BYPASS: 4 })

/** IP_VS_CONN_F_*, linux/ip_vs.h: flags of a connection, next to {@link IP_VS_FWD}. */
export const IP_VS_CONN_F = constants('IP_VS_CONN_F', {
  SYNC: 0x20,
  HASHED: 0x40,
  NOOUTPUT: 0x80,
  INACTIVE: 0x100,
  OUT_SEQ: 0x200,
  IN_SEQ: 0x400,
  NO_CPORT: 0x800,
  TEMPLATE: 0x1000,
  ONE_PACKET: 0x2000,
  NFCT: 0x10000,
})

/** IP_VS_STATE_*, linux/ip_vs.h: states of a daemon */
export const IP_VS_STATE = constants('IP_VS_STATE', { NONE: 0, MASTER: 1, BACKUP: 2 })

/** IP_VS_CONN_F_TUNNEL_TYPE_*, linux/ip_vs.h */
export const IP_VS_CONN_F_TUNNEL_TYPE = constants('IP_VS_CONN_F_TUNNEL_TYPE', { IPIP: 0, GUE: 1, GRE: 2 })

/** IP_VS_TUNNEL_ENCAP_FLAG_*, linux/ip_vs.h */
export const IP_VS_TUNNEL_ENCAP_FLAG = constants('IP_VS_TUNNEL_ENCAP_FLAG', { NOCSUM: 0, CSUM: 1, REMCSUM: 2 })

/**
 * `union nf_inet_addr` of an IPv4 address: the remaining bytes are zero. All kernels also accept four bytes, and old ones
 * send only those.
 */
const inet4 = atMost(struct('nf_inet_addr', { ip: ipv4, _pad: pad(12) }))
const ipv4In16: Declaration<string> = {
  kind: 'text',
  name: 'IPv4 address',
  codec: (order) => {
    const inner = inet4.codec(order)
    return {
      name: 'IPv4 address',
      decode: (bytes, start, end) => inner.decode(bytes, start, end).ip,
      encode: (out, ip) => inner.encode(out, { ip }),
    }
  },
}
const addresses = { [AF.INET]: ipv4In16, [AF.INET6]: atMost(ipv6) } as const

/** `struct ip_vs_flags`, linux/ip_vs.h */
export const ipVsFlags = struct('ip_vs_flags', {
  flags: flagsOf(u32, IP_VS_SVC_F),
  mask: u32, // mask of the `flags` to change
})

/** IPVS_STATS_ATTR_*, linux/ip_vs.h: counters of 32 bits */
export const ipvsStatsAttrs = attributes('IPVS_STATS_ATTR', {
  conns: [1, u32],
  inpkts: [2, u32],
  outpkts: [3, u32],
  inbytes: [4, u64],
  outbytes: [5, u64],
  cps: [6, u32],
  inpps: [7, u32],
  outpps: [8, u32],
  inbps: [9, u32],
  outbps: [10, u32],
  pad: [11, bytes],
})
export interface IpvsStatsAttrs extends Infer<typeof ipvsStatsAttrs> {}

/** IPVS_STATS_ATTR_*, linux/ip_vs.h */
export const ipvsStats64Attrs = attributes('IPVS_STATS_ATTR', {
  conns: [1, u64],
  inpkts: [2, u64],
  outpkts: [3, u64],
  inbytes: [4, u64],
  outbytes: [5, u64],
  cps: [6, u64],
  inpps: [7, u64],
  outpps: [8, u64],
  inbps: [9, u64],
  outbps: [10, u64],
  pad: [11, bytes],
})
export interface IpvsStats64Attrs extends Infer<typeof ipvsStats64Attrs> {}

/** IPVS_SVC_ATTR_*, linux/ip_vs.h: a service */
export const ipvsSvcAttrs = attributes('IPVS_SVC_ATTR', {
  af: [1, enumOf(u16, AF)],
  protocol: [2, enumOf(u16, IPPROTO)],
  addr: [3, select('af', addresses)],
  port: [4, u16be],
  fwmark: [5, writtenAs(u32, hexadecimal)], // instead of protocol, address and port
  schedName: [6, string],
  flags: [7, atMost(ipVsFlags)],
  timeout: [8, writtenAs(u32, seconds)],
  netmask: [9, select('af', { [AF.INET]: ipv4, [AF.INET6]: u32 })], // of IPv6 a length
  stats: [10, ipvsStatsAttrs],
  peName: [11, string],
  stats64: [12, ipvsStats64Attrs],
})
export type IpvsSvcAttrs = Infer<typeof ipvsSvcAttrs>

/** IPVS_DEST_ATTR_*, linux/ip_vs.h: a server of a service */
export const ipvsDestAttrs = attributes('IPVS_DEST_ATTR', {
  addr: [1, select('addrFamily', addresses)],
  port: [2, u16be],
  fwdMethod: [3, flagsOf(u32, masked(0x7, IP_VS_FWD), IP_VS_CONN_F)],
  weight: [4, u32],
  uThresh: [5, u32],
  lThresh: [6, u32],
  activeConns: [7, u32],
  inactConns: [8, u32],
  persistConns: [9, u32],
  stats: [10, ipvsStatsAttrs],
  addrFamily: [11, enumOf(u16, AF)],
  stats64: [12, ipvsStats64Attrs],
  tunType: [13, enumOf(u8, IP_VS_CONN_F_TUNNEL_TYPE)],
  tunPort: [14, u16be],
  tunFlags: [15, flagsOf(u16, IP_VS_TUNNEL_ENCAP_FLAG)],
})
export type IpvsDestAttrs = Infer<typeof ipvsDestAttrs>

/** IPVS_DAEMON_ATTR_*, linux/ip_vs.h: the daemon that synchronizes connections with other directors */
export const ipvsDaemonAttrs = attributes('IPVS_DAEMON_ATTR', {
  state: [1, enumOf(u32, IP_VS_STATE)],
  mcastIfn: [2, string],
  syncId: [3, u32],
  syncMaxlen: [4, u16],
  mcastGroup: [5, ipv4],
  mcastGroup6: [6, atLeast(ipv6)],
  mcastPort: [7, u16],
  mcastTtl: [8, u8],
})
export interface IpvsDaemonAttrs extends Infer<typeof ipvsDaemonAttrs> {}

/** IPVS_CMD_ATTR_*, linux/ip_vs.h */
export const ipvsCmdAttrs = attributes('IPVS_CMD_ATTR', {
  service: [1, ipvsSvcAttrs],
  dest: [2, ipvsDestAttrs],
  daemon: [3, ipvsDaemonAttrs],
  timeoutTcp: [4, writtenAs(u32, seconds)],
  timeoutTcpFin: [5, writtenAs(u32, seconds)],
  timeoutUdp: [6, writtenAs(u32, seconds)],
})
export interface IpvsCmdAttrs extends Infer<typeof ipvsCmdAttrs> {}

/** IPVS_INFO_ATTR_*, linux/ip_vs.h */
export const ipvsInfoAttrs = attributes('IPVS_INFO_ATTR', {
  version: [1, u32],
  connTabSize: [2, u32],
})
export interface IpvsInfoAttrs extends Infer<typeof ipvsInfoAttrs> {}

/** IPVS_CMD_*, linux/ip_vs.h, except for IPVS_CMD_SET_INFO from the kernel */
export const ipvsMessage: Declaration<IpvsMessage> = genericMessage('IPVS', named<IpvsCmdAttrs>(ipvsCmdAttrs))
export interface IpvsMessage extends GenericMessage<IpvsCmdAttrs> {}

/** IPVS_CMD_SET_INFO, linux/ip_vs.h: the reply to IPVS_CMD_GET_INFO */
export const ipvsInfoMessage: Declaration<IpvsInfoMessage> = genericMessage(
  'IPVS info',
  named<IpvsInfoAttrs>(ipvsInfoAttrs),
)
export interface IpvsInfoMessage extends GenericMessage<IpvsInfoAttrs> {}

/**
 * IPVS_GENL_NAME, linux/ip_vs.h: virtual servers and their real servers. The reply to a get is the NEW or SET command of the same
 * object.
 */
export const ipvs = genericFamily('IPVS', {
  version: 1,
  messages: {
    IPVS_CMD_NEW_SERVICE: creates(1, ipvsMessage),
    IPVS_CMD_SET_SERVICE: [2, ipvsMessage],
    IPVS_CMD_DEL_SERVICE: [3, ipvsMessage],
    IPVS_CMD_GET_SERVICE: gets(4, ipvsMessage),
    IPVS_CMD_NEW_DEST: creates(5, ipvsMessage),
    IPVS_CMD_SET_DEST: [6, ipvsMessage],
    IPVS_CMD_DEL_DEST: [7, ipvsMessage],
    IPVS_CMD_GET_DEST: gets(8, ipvsMessage),
    IPVS_CMD_NEW_DAEMON: creates(9, ipvsMessage),
    IPVS_CMD_DEL_DAEMON: [10, ipvsMessage],
    IPVS_CMD_GET_DAEMON: gets(11, ipvsMessage),
    IPVS_CMD_SET_CONFIG: [12, ipvsMessage],
    IPVS_CMD_GET_CONFIG: gets(13, ipvsMessage),
    IPVS_CMD_SET_INFO: [14, ipvsMessage, ipvsInfoMessage],
    IPVS_CMD_GET_INFO: gets(15, ipvsMessage),
    IPVS_CMD_ZERO: [16, ipvsMessage],
    IPVS_CMD_FLUSH: [17, ipvsMessage],
  },
})
