import {
  AF,
  addressesOfFamily,
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  halves,
  hexadecimal,
  type Infer,
  ipAddress,
  message,
  pad,
  special,
  string,
  struct,
  u8,
  u16,
  u32,
  u32be,
  u64be,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { RT_TABLE, RTPROT } from './route-constants.js'
import { RTNL_FAMILY } from './shared/multicast-table.js'

/** FR_ACT_*, linux/fib_rules.h: action of a rule */
export const FR_ACT = constants('FR_ACT', {
  UNSPEC: 0,
  TO_TBL: 1, // looks up the route in the table
  GOTO: 2, // continues at the priority in FRA_GOTO
  NOP: 3,
  RES3: 4,
  RES4: 5,
  BLACKHOLE: 6,
  UNREACHABLE: 7,
  PROHIBIT: 8,
})

/** FIB_RULE_*, linux/fib_rules.h: flags of a rule */
export const FIB_RULE = constants('FIB_RULE', {
  PERMANENT: 0x1,
  INVERT: 0x2, // `ip rule add not …`
  UNRESOLVED: 0x4, // the target of GOTO does not exist
  IIF_DETACHED: 0x8,
  OIF_DETACHED: 0x10,
  FIND_SADDR: 0x10000,
})

/** `struct fib_rule_hdr`, linux/fib_rules.h */
export const fibRuleHdr = struct('fib_rule_hdr', {
  family: enumOf(u8, AF, RTNL_FAMILY), // AF_INET, AF_INET6 or RTNL_FAMILY_*
  dstLen: u8, // prefix length of FRA_DST
  srcLen: u8, // prefix length of FRA_SRC
  tos: u8,
  table: enumOf(u8, RT_TABLE), // replaced by FRA_TABLE
  _res1: pad(1),
  _res2: pad(1),
  action: enumOf(u8, FR_ACT),
  flags: flagsOf(u32, FIB_RULE),
})

/** `struct fib_rule_uid_range`, linux/fib_rules.h: inclusive at both ends */
export const fibRuleUidRange = struct('fib_rule_uid_range', { start: u32, end: u32 })

/** `struct fib_rule_port_range`, linux/fib_rules.h: inclusive at both ends, in host byte order */
export const fibRulePortRange = struct('fib_rule_port_range', { start: u16, end: u16 })

/** FRA_*, linux/fib_rules.h. An absent mask selects all bits. */
export const ruleAttrs = attributes('FRA', {
  dst: [1, ipAddress],
  src: [2, ipAddress],
  iifname: [3, string],
  goto: [4, u32], // priority of the target rule
  unused2: [5, bytes],
  priority: [6, u32],
  unused3: [7, bytes],
  unused4: [8, bytes],
  unused5: [9, bytes],
  fwmark: [10, writtenAs(u32, hexadecimal)],
  flow: [11, writtenAs(u32, halves)], // realms: source in the upper half, destination in the lower
  tunId: [12, u64be],
  suppressIfgroup: [13, u32], // 0xffffffff: none
  suppressPrefixlen: [14, writtenAs(u32, special({ 4294967295: 'none' }))],
  table: [15, enumOf(u32, RT_TABLE)],
  fwmask: [16, writtenAs(u32, hexadecimal)],
  oifname: [17, string],
  pad: [18, bytes],
  l3mdev: [19, u8], // 1: uses the table of the link's VRF
  uidRange: [20, fibRuleUidRange],
  protocol: [21, enumOf(u8, RTPROT)],
  ipProto: [22, enumOf(u8, IPPROTO)],
  sportRange: [23, fibRulePortRange],
  dportRange: [24, fibRulePortRange],
  dscp: [25, u8],
  flowlabel: [26, writtenAs(u32be, hexadecimal)],
  flowlabelMask: [27, writtenAs(u32be, hexadecimal)],
  sportMask: [28, writtenAs(u16, hexadecimal)],
  dportMask: [29, writtenAs(u16, hexadecimal)],
  dscpMask: [30, writtenAs(u8, hexadecimal)],
})

/** RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE */
export const ruleMessage = message('rule', fibRuleHdr, ruleAttrs, addressesOfFamily(ruleAttrs))
export interface RuleMessage extends Infer<typeof ruleMessage> {}
