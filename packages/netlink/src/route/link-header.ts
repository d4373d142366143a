import { AF, constants, enumOf, flagsOf, i32, masked, pad, struct, u8, u16, u32 } from '../codec/index.js'
import { ARPHRD } from './link-constants.js'
import { RTNL_FAMILY } from './shared/multicast-table.js'

/** IFF_*, linux/if.h: flags of a link */
export const IFF = constants('IFF', {
  UP: 0x1,
  BROADCAST: 0x2,
  DEBUG: 0x4,
  LOOPBACK: 0x8,
  POINTOPOINT: 0x10,
  NOTRAILERS: 0x20,
  RUNNING: 0x40,
  NOARP: 0x80,
  PROMISC: 0x100,
  ALLMULTI: 0x200,
  MASTER: 0x400,
  SLAVE: 0x800,
  MULTICAST: 0x1000,
  PORTSEL: 0x2000,
  AUTOMEDIA: 0x4000,
  DYNAMIC: 0x8000,
  LOWER_UP: 0x10000,
  DORMANT: 0x20000,
  ECHO: 0x40000,
})

/** RTEXT_FILTER_*, linux/rtnetlink.h: bits of IFLA_EXT_MASK, which add parts to a reply or omit them. */
export const RTEXT_FILTER = constants('RTEXT_FILTER', {
  VF: 0x01,
  BRVLAN: 0x02,
  BRVLAN_COMPRESSED: 0x04,
  SKIP_STATS: 0x08,
  MRP: 0x10,
  CFM_CONFIG: 0x20,
  CFM_STATUS: 0x40,
  MST: 0x80,
  NAME_ONLY: 0x100,
})

/** The link type in requests, which omit it. As a link type, 0 would be ARPHRD_NETROM. */
const UNSET = constants('', { 0: 0 })
const ALL_BITS = 0xffffffff
/** The value of `change` in requests that do not select individual flags. */
const EVERY_FLAG = constants('', { all: ALL_BITS })

/** `struct ifinfomsg`, linux/rtnetlink.h */
export const ifinfomsg = struct('ifinfomsg', {
  family: enumOf(u8, AF, RTNL_FAMILY), // AF_UNSPEC, AF_BRIDGE for ports, or RTNL_FAMILY_* for multicast routing tables
  _pad: pad(1),
  type: enumOf(u16, UNSET, ARPHRD),
  index: i32,
  flags: flagsOf(u32, IFF),
  change: flagsOf(u32, IFF, masked(ALL_BITS, EVERY_FLAG)), // mask of the flags to change
})
