import {
  AF,
  addressesOfFamily,
  attributes,
  centiseconds,
  constants,
  enumOf,
  firstOf,
  flagsOf,
  type Infer,
  i32,
  ipAddress,
  message,
  seconds,
  special,
  string,
  struct,
  u8,
  u32,
  writtenAs,
} from '../codec/index.js'
import { RT_SCOPE } from './route-constants.js'
import { familyAddress } from './shared/eid.js'

/** IFA_F_*, linux/if_addr.h: flags of an address. Flags above 0x80 fit only in IFA_FLAGS. */
export const IFA_F = constants('IFA_F', {
  SECONDARY: 0x01, // TEMPORARY for IPv6
  NODAD: 0x02,
  OPTIMISTIC: 0x04,
  DADFAILED: 0x08,
  HOMEADDRESS: 0x10,
  DEPRECATED: 0x20,
  TENTATIVE: 0x40,
  PERMANENT: 0x80,
  MANAGETEMPADDR: 0x100,
  NOPREFIXROUTE: 0x200,
  MCAUTOJOIN: 0x400,
  STABLE_PRIVACY: 0x800,
})

/** IFAPROT_*, linux/if_addr.h: origin of an address */
export const IFAPROT = constants('IFAPROT', { UNSPEC: 0, KERNEL_LO: 1, KERNEL_RA: 2, KERNEL_LL: 3 })

/** `struct ifaddrmsg`, linux/if_addr.h */
export const ifaddrmsg = struct('ifaddrmsg', {
  family: enumOf(u8, AF), // AF_INET, AF_INET6, AF_PHONET or AF_MCTP
  prefixlen: u8,
  flags: flagsOf(u8, IFA_F), // the lower eight bits
  scope: enumOf(u8, RT_SCOPE),
  index: u32, // ifindex
})

const lifetime = writtenAs(u32, firstOf(special({ 4294967295: 'forever' }), seconds))
const timestamp = writtenAs(u32, centiseconds)

/** `struct ifa_cacheinfo`, linux/if_addr.h: lifetimes in seconds (0xffffffff: infinite), timestamps in hundredths of a second */
export const ifaCacheinfo = struct('ifa_cacheinfo', {
  prefered: lifetime,
  valid: lifetime,
  cstamp: timestamp,
  tstamp: timestamp,
})

/**
 * IFA_*, linux/if_addr.h. `local` is the link's own address. `address` is the peer's address, or equal to `local`.
 * For IPv6 addresses without a peer, the kernel reports only `address`.
 */
export const addressAttrs = attributes('IFA', {
  address: [1, familyAddress],
  local: [2, familyAddress],
  label: [3, string],
  broadcast: [4, ipAddress],
  anycast: [5, ipAddress],
  cacheinfo: [6, ifaCacheinfo],
  multicast: [7, ipAddress],
  flags: [8, flagsOf(u32, IFA_F)], // replaces `flags` of the header
  rtPriority: [9, u32],
  targetNetnsid: [10, i32],
  proto: [11, enumOf(u8, IFAPROT)],
})

/** RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR */
export const addressMessage = message('address', ifaddrmsg, addressAttrs, addressesOfFamily(addressAttrs))
export interface AddressMessage extends Infer<typeof addressMessage> {}
