import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  ipv4,
  ipv6,
  macaddr,
  message,
  multi,
  netByteOrder,
  seconds,
  string,
  u8,
  u16be,
  u32be,
  u64be,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { NFPROTO, nfgenmsg } from './nfnetlink.js'

/** IPSET_FLAG_*, linux/netfilter/ipset/ip_set.h: IPSET_ATTR_FLAGS */
export const IPSET_FLAG = constants('IPSET_FLAG', {
  EXIST: 0x1,
  LIST_SETNAME: 0x2,
  LIST_HEADER: 0x4,
  SKIP_COUNTER_UPDATE: 0x8,
  SKIP_SUBCOUNTER_UPDATE: 0x10,
  MATCH_COUNTERS: 0x20,
  RETURN_NOMATCH: 0x80,
  MAP_SKBMARK: 0x100,
  MAP_SKBPRIO: 0x200,
  MAP_SKBQUEUE: 0x400,
})

/** IPSET_FLAG_*, linux/netfilter/ipset/ip_set.h: IPSET_ATTR_CADT_FLAGS */
export const IPSET_FLAG_CADT = constants('IPSET_FLAG', {
  BEFORE: 0x1,
  PHYSDEV: 0x2,
  NOMATCH: 0x4,
  WITH_COUNTERS: 0x8,
  WITH_COMMENT: 0x10,
  WITH_FORCEADD: 0x20,
  WITH_SKBINFO: 0x40,
  IFACE_WILDCARD: 0x80,
})

/** IPSET_ERR_*, linux/netfilter/ipset/ip_set.h: the kernel's error codes in addition to errnos */
export const IPSET_ERR = constants('IPSET_ERR', {
  PRIVATE: 4096,
  PROTOCOL: 4097,
  FIND_TYPE: 4098,
  MAX_SETS: 4099,
  BUSY: 4100,
  EXIST_SETNAME2: 4101,
  TYPE_MISMATCH: 4102,
  EXIST: 4103,
  INVALID_CIDR: 4104,
  INVALID_NETMASK: 4105,
  INVALID_FAMILY: 4106,
  TIMEOUT: 4107,
  REFERENCED: 4108,
  IPADDR_IPV4: 4109,
  IPADDR_IPV6: 4110,
  COUNTER: 4111,
  COMMENT: 4112,
  INVALID_MARKMASK: 4113,
  SKBINFO: 4114,
  BITMASK_NETMASK_EXCL: 4115,
  TYPE_SPECIFIC: 4352,
})

/** IPSET_ERR_*, linux/netfilter/ipset/ip_set_bitmap.h: errors of sets of the types bitmap:* */
export const IPSET_ERR_BITMAP = constants('IPSET_ERR', {
  BITMAP_RANGE: 4352,
  BITMAP_RANGE_SIZE: 4353,
})

/** IPSET_ERR_*, linux/netfilter/ipset/ip_set_hash.h: errors of sets of the types hash:* */
export const IPSET_ERR_HASH = constants('IPSET_ERR', {
  HASH_FULL: 4352,
  HASH_ELEM: 4353,
  INVALID_PROTO: 4354,
  MISSING_PROTO: 4355,
  HASH_RANGE_UNSUPPORTED: 4356,
  HASH_RANGE: 4357,
})

/** IPSET_ERR_*, linux/netfilter/ipset/ip_set_list.h: errors of sets of the type list:set */
export const IPSET_ERR_LIST = constants('IPSET_ERR', {
  NAME: 4352,
  LOOP: 4353,
  BEFORE: 4354,
  NAMEREF: 4355,
  LIST_FULL: 4356,
  REF_EXIST: 4357,
})

// The kernel rejects numbers without NLA_F_NET_BYTEORDER (ip_set_attr_netorder).
const net16 = netByteOrder(u16be)
const net32 = netByteOrder(u32be)
const net64 = netByteOrder(u64be)

/** IPSET_ATTR_IPADDR_*, linux/netfilter/ipset/ip_set.h */
export const ipsetIpaddrAttrs = attributes('IPSET_ATTR_IPADDR', {
  ipv4: [1, netByteOrder(ipv4), 'IPSET_ATTR_IPADDR_IPV4'],
  ipv6: [2, netByteOrder(ipv6), 'IPSET_ATTR_IPADDR_IPV6'],
})

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: attributes that sets and elements share */
const cadtRows = {
  ip: [1, ipsetIpaddrAttrs], // the first of a range
  ipTo: [2, ipsetIpaddrAttrs],
  cidr: [3, u8], // prefix length
  port: [4, net16], // the first of a range
  portTo: [5, net16],
  timeout: [6, writtenAs(net32, seconds)],
  proto: [7, enumOf(u8, IPPROTO)],
  cadtFlags: [8, flagsOf(net32, IPSET_FLAG_CADT)],
  cadtLineno: [9, net32], // of the program's input, for its message
  mark: [10, net32],
  markmask: [11, net32],
  bitmask: [12, ipsetIpaddrAttrs],
} as const

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: IPSET_ATTR_DATA of a set, in IPSET_CMD_CREATE and IPSET_CMD_LIST */
export const ipsetCreateAttrs = attributes('IPSET_ATTR', {
  ...cadtRows,
  initval: [17, net32],
  hashsize: [18, net32],
  maxelem: [19, net32],
  netmask: [20, u8],
  bucketsize: [21, u8],
  resize: [22, u8],
  size: [23, net32],
  elements: [24, net32],
  references: [25, net32],
  memsize: [26, net32], // bytes
})

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: IPSET_ATTR_DATA of an element */
export const ipsetAdtAttrs = attributes('IPSET_ATTR', {
  ...cadtRows,
  ether: [17, macaddr],
  name: [18, string], // of a set in a list
  nameref: [19, string], // the set before or after which to add it
  ip2: [20, ipsetIpaddrAttrs],
  cidr2: [21, u8],
  ip2To: [22, ipsetIpaddrAttrs],
  iface: [23, string],
  bytes: [24, net64],
  packets: [25, net64],
  comment: [26, string],
  skbmark: [27, net64], // the mark in the upper half, its mask in the lower
  skbprio: [28, net32],
  skbqueue: [29, net16],
  pad: [30, bytes],
})

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: elements, each in an IPSET_ATTR_DATA */
export const ipsetElementsAttrs = attributes('IPSET_ATTR', {
  data: [7, multi(ipsetAdtAttrs)],
})

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: attributes of all commands */
const commandRows = {
  protocol: [1, u8], // IPSET_PROTOCOL: 7
  setname: [2, string],
  typename: [3, string], // hash:ip, …; the second set of a rename and a swap
  revision: [4, u8], // of the set's type; the greatest there is
  family: [5, enumOf(u8, NFPROTO)],
  flags: [6, flagsOf(net32, IPSET_FLAG)],
  adt: [8, ipsetElementsAttrs],
  lineno: [9, net32], // of the program's input, for its message
  protocolMin: [10, u8], // also the smallest revision
  index: [11, net16], // of the set in the kernel
} as const

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: commands about sets */
export const ipsetSetAttrs = attributes('IPSET_ATTR', { ...commandRows, data: [7, ipsetCreateAttrs] })

/** IPSET_ATTR_*, linux/netfilter/ipset/ip_set.h: commands about elements */
export const ipsetElementAttrs = attributes('IPSET_ATTR', { ...commandRows, data: [7, ipsetAdtAttrs] })

/** IPSET_CMD_CREATE, IPSET_CMD_LIST and all other commands that are not about elements */
export const ipsetSetMessage = message('ip set', nfgenmsg, ipsetSetAttrs)
export interface IpsetSetMessage extends Infer<typeof ipsetSetMessage> {}

/** IPSET_CMD_ADD, IPSET_CMD_DEL, IPSET_CMD_TEST */
export const ipsetElementMessage = message('ip set element', nfgenmsg, ipsetElementAttrs)
export interface IpsetElementMessage extends Infer<typeof ipsetElementMessage> {}
