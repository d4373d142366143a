import {
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flag,
  hexadecimal,
  type Infer,
  secret,
  string,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'
import { sockaddr } from './sockaddr.js'

/** The address of a node. */
const address = writtenAs(u32, hexadecimal)

/** TIPC_NLA_UDP_*, linux/tipc_netlink.h */
export const tipcUdpAttrs = attributes('TIPC_NLA_UDP', {
  local: [1, sockaddr],
  remote: [2, sockaddr],
  multiRemoteip: [3, flag],
})
export interface TipcUdpAttrs extends Infer<typeof tipcUdpAttrs> {}

/** TIPC_NLA_PROP_*, linux/tipc_netlink.h */
export const tipcPropAttrs = attributes('TIPC_NLA_PROP', {
  prio: [1, u32],
  tol: [2, u32],
  win: [3, u32],
  mtu: [4, u32],
  broadcast: [5, u32],
  broadcastRatio: [6, u32],
})
export interface TipcPropAttrs extends Infer<typeof tipcPropAttrs> {}

/** TIPC_NLA_CON_*, linux/tipc_netlink.h: a connection */
export const tipcConAttrs = attributes('TIPC_NLA_CON', {
  flag: [1, flag],
  node: [2, address],
  sock: [3, u32],
  type: [4, u32],
  inst: [5, u32],
})
export interface TipcConAttrs extends Infer<typeof tipcConAttrs> {}

/** TIPC_NLA_SOCK_STAT_*, linux/tipc_netlink.h */
export const tipcSockStatAttrs = attributes('TIPC_NLA_SOCK_STAT', {
  rcvq: [0, u32],
  sendq: [1, u32],
  linkCong: [2, flag],
  connCong: [3, flag],
  drop: [4, u32],
})
export interface TipcSockStatAttrs extends Infer<typeof tipcSockStatAttrs> {}

/** TIPC_NLA_SOCK_GROUP_*, linux/tipc_netlink.h */
export const tipcSockGroupAttrs = attributes('TIPC_NLA_SOCK_GROUP', {
  id: [0, u32],
  open: [1, flag],
  nodeScope: [2, flag],
  clusterScope: [3, flag],
  instance: [4, u32],
  bcSendNext: [5, u32],
})
export interface TipcSockGroupAttrs extends Infer<typeof tipcSockGroupAttrs> {}

/** TIPC_NLA_STATS_*, linux/tipc_netlink.h */
export const tipcStatsAttrs = attributes('TIPC_NLA_STATS', {
  rxInfo: [1, u32],
  rxFragments: [2, u32],
  rxFragmented: [3, u32],
  rxBundles: [4, u32],
  rxBundled: [5, u32],
  txInfo: [6, u32],
  txFragments: [7, u32],
  txFragmented: [8, u32],
  txBundles: [9, u32],
  txBundled: [10, u32],
  msgProfTot: [11, u32],
  msgLenCnt: [12, u32],
  msgLenTot: [13, u32],
  msgLenP0: [14, u32],
  msgLenP1: [15, u32],
  msgLenP2: [16, u32],
  msgLenP3: [17, u32],
  msgLenP4: [18, u32],
  msgLenP5: [19, u32],
  msgLenP6: [20, u32],
  rxStates: [21, u32],
  rxProbes: [22, u32],
  rxNacks: [23, u32],
  rxDeferred: [24, u32],
  txStates: [25, u32],
  txProbes: [26, u32],
  txNacks: [27, u32],
  txAcks: [28, u32],
  retransmitted: [29, u32],
  duplicates: [30, u32],
  linkCongs: [31, u32],
  maxQueue: [32, u32],
  avgQueue: [33, u32],
})
export interface TipcStatsAttrs extends Infer<typeof tipcStatsAttrs> {}

/** TIPC_*, linux/tipc.h: types of services that TIPC itself provides. Programs use those from 64. */
export const TIPC_SERVICE = constants('TIPC', { NODE_STATE: 0, TOP_SRV: 1, LINK_STATE: 2 })

/** TIPC_*_SCOPE, linux/tipc.h: the nodes that see a service. ZONE_SCOPE is obsolete. */
export const TIPC_SCOPE = constants('TIPC', { ZONE_SCOPE: 1, CLUSTER_SCOPE: 2, NODE_SCOPE: 3 })

/** TIPC_NLA_PUBL_*, linux/tipc_netlink.h */
export const tipcPublAttrs = attributes('TIPC_NLA_PUBL', {
  type: [1, enumOf(u32, TIPC_SERVICE)],
  lower: [2, u32],
  upper: [3, u32],
  scope: [4, enumOf(u32, TIPC_SCOPE)],
  node: [5, address],
  ref: [6, u32],
  key: [7, u32],
})
export interface TipcPublAttrs extends Infer<typeof tipcPublAttrs> {}

/** TIPC_NLA_BEARER_*, linux/tipc_netlink.h */
export const tipcBearerAttrs = attributes('TIPC_NLA_BEARER', {
  name: [1, string],
  prop: [2, tipcPropAttrs],
  domain: [3, u32],
  udpOpts: [4, tipcUdpAttrs],
})
export interface TipcBearerAttrs extends Infer<typeof tipcBearerAttrs> {}

/** TIPC_NLA_SOCK_*, linux/tipc_netlink.h */
export const tipcSockAttrs = attributes('TIPC_NLA_SOCK', {
  addr: [1, address],
  ref: [2, u32],
  con: [3, tipcConAttrs],
  hasPubl: [4, flag],
  stat: [5, tipcSockStatAttrs],
  type: [6, u32],
  ino: [7, u32],
  uid: [8, u32],
  tipcState: [9, u32],
  cookie: [10, u64],
  pad: [11, bytes],
  group: [12, tipcSockGroupAttrs],
})
export interface TipcSockAttrs extends Infer<typeof tipcSockAttrs> {}

/** TIPC_NLA_LINK_*, linux/tipc_netlink.h */
export const tipcLinkAttrs = attributes('TIPC_NLA_LINK', {
  name: [1, string],
  dest: [2, u32],
  mtu: [3, u32],
  broadcast: [4, flag],
  up: [5, flag],
  active: [6, flag],
  prop: [7, tipcPropAttrs],
  stats: [8, tipcStatsAttrs],
  rx: [9, u32],
  tx: [10, u32],
})
export interface TipcLinkAttrs extends Infer<typeof tipcLinkAttrs> {}

/** TIPC_NLA_MEDIA_*, linux/tipc_netlink.h */
export const tipcMediaAttrs = attributes('TIPC_NLA_MEDIA', {
  name: [1, string],
  prop: [2, tipcPropAttrs],
})
export interface TipcMediaAttrs extends Infer<typeof tipcMediaAttrs> {}

/** TIPC_NLA_NODE_*, linux/tipc_netlink.h */
export const tipcNodeAttrs = attributes('TIPC_NLA_NODE', {
  addr: [1, address],
  up: [2, flag],
  id: [3, bytes],
  key: [4, secret(bytes)], // `struct tipc_aead_key`
  keyMaster: [5, flag],
  rekeying: [6, u32],
})
export interface TipcNodeAttrs extends Infer<typeof tipcNodeAttrs> {}

/** TIPC_NLA_NET_*, linux/tipc_netlink.h */
export const tipcNetAttrs = attributes('TIPC_NLA_NET', {
  id: [1, u32],
  addr: [2, address],
  nodeid: [3, u64],
  nodeidW1: [4, u64],
  addrLegacy: [5, flag],
})
export interface TipcNetAttrs extends Infer<typeof tipcNetAttrs> {}

/** TIPC_NLA_NAME_TABLE_*, linux/tipc_netlink.h */
export const tipcNameTableAttrs = attributes('TIPC_NLA_NAME_TABLE', {
  publ: [1, tipcPublAttrs],
})
export interface TipcNameTableAttrs extends Infer<typeof tipcNameTableAttrs> {}

/** TIPC_NLA_MON_*, linux/tipc_netlink.h */
export const tipcMonAttrs = attributes('TIPC_NLA_MON', {
  activationThreshold: [1, u32],
  ref: [2, u32],
  active: [3, flag],
  bearerName: [4, string],
  peercnt: [5, u32],
  listgen: [6, u32],
})
export interface TipcMonAttrs extends Infer<typeof tipcMonAttrs> {}

/** TIPC_NLA_MON_PEER_*, linux/tipc_netlink.h */
export const tipcMonPeerAttrs = attributes('TIPC_NLA_MON_PEER', {
  addr: [1, address],
  domgen: [2, u32],
  applied: [3, u32],
  upmap: [4, u64],
  members: [5, bytes], // a bit each
  up: [6, flag],
  head: [7, flag],
  local: [8, flag],
  pad: [9, bytes],
})
export interface TipcMonPeerAttrs extends Infer<typeof tipcMonPeerAttrs> {}

/** TIPC_NLA_*, linux/tipc_netlink.h */
export const tipcAttrs = attributes('TIPC_NLA', {
  bearer: [1, tipcBearerAttrs],
  sock: [2, tipcSockAttrs],
  publ: [3, tipcPublAttrs],
  link: [4, tipcLinkAttrs],
  media: [5, tipcMediaAttrs],
  node: [6, tipcNodeAttrs],
  net: [7, tipcNetAttrs],
  nameTable: [8, tipcNameTableAttrs],
  mon: [9, tipcMonAttrs],
  monPeer: [10, tipcMonPeerAttrs],
})
export interface TipcAttrs extends Infer<typeof tipcAttrs> {}

/** TIPC_NL_*, linux/tipc_netlink.h */
export const tipcMessage: Declaration<TipcMessage> = genericMessage('TIPCv2', named<TipcAttrs>(tipcAttrs))
export interface TipcMessage extends GenericMessage<TipcAttrs> {}

/** TIPC_GENL_V2_NAME, linux/tipc_netlink.h */
export const tipc = genericFamily('TIPCv2', {
  version: 1,
  messages: {
    TIPC_NL_LEGACY: [1, tipcMessage],
    TIPC_NL_BEARER_DISABLE: [2, tipcMessage],
    TIPC_NL_BEARER_ENABLE: [3, tipcMessage],
    TIPC_NL_BEARER_GET: gets(4, tipcMessage),
    TIPC_NL_BEARER_SET: [5, tipcMessage],
    TIPC_NL_SOCK_GET: gets(6, tipcMessage),
    TIPC_NL_PUBL_GET: gets(7, tipcMessage),
    TIPC_NL_LINK_GET: gets(8, tipcMessage),
    TIPC_NL_LINK_SET: [9, tipcMessage],
    TIPC_NL_LINK_RESET_STATS: [10, tipcMessage],
    TIPC_NL_MEDIA_GET: gets(11, tipcMessage),
    TIPC_NL_MEDIA_SET: [12, tipcMessage],
    TIPC_NL_NODE_GET: gets(13, tipcMessage),
    TIPC_NL_NET_GET: gets(14, tipcMessage),
    TIPC_NL_NET_SET: [15, tipcMessage],
    TIPC_NL_NAME_TABLE_GET: gets(16, tipcMessage),
    TIPC_NL_MON_SET: [17, tipcMessage],
    TIPC_NL_MON_GET: gets(18, tipcMessage),
    TIPC_NL_MON_PEER_GET: gets(19, tipcMessage),
    TIPC_NL_PEER_REMOVE: [20, tipcMessage],
    TIPC_NL_BEARER_ADD: [21, tipcMessage],
    TIPC_NL_UDP_GET_REMOTEIP: gets(22, tipcMessage),
    TIPC_NL_KEY_SET: [23, tipcMessage],
    TIPC_NL_KEY_FLUSH: [24, tipcMessage],
    TIPC_NL_ADDR_LEGACY_GET: gets(25, tipcMessage),
  },
})
