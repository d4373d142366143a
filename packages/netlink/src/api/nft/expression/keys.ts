import { NFT_CT, NFT_META, NFT_RT, NFT_SOCKET } from '../../../netfilter/index.js'
import { type DataType, integerType, stringType, dataTypes as t } from '../types/data-types.js'

/** Number and type of a key. */
export type KeyRow = readonly [key: number, type: DataType]
export type Keys = Readonly<Record<string, KeyRow>>

const u = integerType

/** Keys of `meta`, by nft's words (`meta_templates` in src/meta.c). */
export const metaKeys = {
  length: [NFT_META.LEN, u(32, 'host')],
  protocol: [NFT_META.PROTOCOL, t.etherType],
  priority: [NFT_META.PRIORITY, t.classid],
  mark: [NFT_META.MARK, t.mark],
  iif: [NFT_META.IIF, t.ifindex],
  oif: [NFT_META.OIF, t.ifindex],
  iifname: [NFT_META.IIFNAME, t.ifname],
  oifname: [NFT_META.OIFNAME, t.ifname],
  iiftype: [NFT_META.IFTYPE, t.linkType],
  oiftype: [NFT_META.OIFTYPE, t.linkType],
  skuid: [NFT_META.SKUID, t.uid],
  skgid: [NFT_META.SKGID, t.gid],
  nftrace: [NFT_META.NFTRACE, u(1, 'host')],
  rtclassid: [NFT_META.RTCLASSID, t.realm],
  nfproto: [NFT_META.NFPROTO, t.nfProto],
  l4proto: [NFT_META.L4PROTO, t.protocol],
  ibrname: [NFT_META.BRI_IIFNAME, t.ifname],
  obrname: [NFT_META.BRI_OIFNAME, t.ifname],
  pkttype: [NFT_META.PKTTYPE, t.packetType],
  cpu: [NFT_META.CPU, u(32, 'host')],
  iifgroup: [NFT_META.IIFGROUP, t.group],
  oifgroup: [NFT_META.OIFGROUP, t.group],
  cgroup: [NFT_META.CGROUP, u(32, 'host')],
  random: [NFT_META.PRANDOM, u(32)],
  ipsec: [NFT_META.SECPATH, t.boolean],
  iifkind: [NFT_META.IIFKIND, t.ifname],
  oifkind: [NFT_META.OIFKIND, t.ifname],
  time: [NFT_META.TIME_NS, t.date],
  hour: [NFT_META.TIME_HOUR, t.hour],
  day: [NFT_META.TIME_DAY, t.day],
  sdif: [NFT_META.SDIF, t.ifindex],
  sdifname: [NFT_META.SDIFNAME, t.ifname],
} as const satisfies Keys

/** Keys of `meta` that nft prints without that word. */
export const bareMetaKeys: readonly string[] = ['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup']

/** Keys of `ct` that do not depend on the direction (`ct_templates` in src/ct.c). */
export const ctKeys = {
  state: [NFT_CT.STATE, t.ctState],
  direction: [NFT_CT.DIRECTION, t.ctDirection],
  status: [NFT_CT.STATUS, t.ctStatus],
  mark: [NFT_CT.MARK, t.mark],
  expiration: [NFT_CT.EXPIRATION, u(32, 'host')],
  helper: [NFT_CT.HELPER, stringType(16)],
  label: [NFT_CT.LABELS, t.ctLabel],
  zone: [NFT_CT.ZONE, u(16, 'host')],
  id: [NFT_CT.ID, u(32)],
  packets: [NFT_CT.PKTS, u(64, 'host')],
  bytes: [NFT_CT.BYTES, u(64, 'host')],
  avgpkt: [NFT_CT.AVGPKT, u(64, 'host')],
} as const satisfies Keys

/** Keys of `ct original` and `ct reply`. */
export const directedCtKeys = {
  'ip saddr': [NFT_CT.SRC_IP, t.ipv4],
  'ip daddr': [NFT_CT.DST_IP, t.ipv4],
  'ip6 saddr': [NFT_CT.SRC_IP6, t.ipv6],
  'ip6 daddr': [NFT_CT.DST_IP6, t.ipv6],
  l3proto: [NFT_CT.L3PROTOCOL, t.nfProto],
  protocol: [NFT_CT.PROTOCOL, t.protocol],
  'proto-src': [NFT_CT.PROTO_SRC, t.service],
  'proto-dst': [NFT_CT.PROTO_DST, t.service],
  packets: [NFT_CT.PKTS, u(64, 'host')],
  bytes: [NFT_CT.BYTES, u(64, 'host')],
} as const satisfies Keys

export const socketKeys = {
  transparent: [NFT_SOCKET.TRANSPARENT, u(1, 'host')],
  mark: [NFT_SOCKET.MARK, t.mark],
  wildcard: [NFT_SOCKET.WILDCARD, u(1, 'host')],
} as const satisfies Keys

export const rtKeys = {
  classid: [NFT_RT.CLASSID, t.realm],
  'ip nexthop': [NFT_RT.NEXTHOP4, t.ipv4],
  'ip6 nexthop': [NFT_RT.NEXTHOP6, t.ipv6],
  mtu: [NFT_RT.TCPMSS, u(16, 'host')],
} as const satisfies Keys
