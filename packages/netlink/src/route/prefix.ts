import {
  AF,
  attributes,
  constants,
  enumOf,
  firstOf,
  flagsOf,
  type Infer,
  i32,
  ipAddress,
  message,
  pad,
  seconds,
  special,
  struct,
  u8,
  u32,
  writtenAs,
} from '../codec/index.js'

/** IF_PREFIX_* of the kernel's net/if_inet6.h: flags of a prefix in a router advertisement. */
export const IF_PREFIX = constants('IF_PREFIX', { ONLINK: 1, AUTOCONF: 2 })

/** `struct prefixmsg`, linux/rtnetlink.h */
export const prefixmsg = struct('prefixmsg', {
  family: enumOf(u8, AF), // AF_INET6
  _pad1: pad(1),
  _pad2: pad(2),
  ifindex: i32,
  type: u8, // type of the ND option: 3
  len: u8, // prefix length
  flags: flagsOf(u8, IF_PREFIX),
  _pad3: pad(1),
})

const lifetime = writtenAs(u32, firstOf(special({ 4294967295: 'forever' }), seconds))

/** `struct prefix_cacheinfo`, linux/rtnetlink.h: lifetimes in seconds (0xffffffff: infinite) */
export const prefixCacheinfo = struct('prefix_cacheinfo', { preferredTime: lifetime, validTime: lifetime })

/** PREFIX_*, linux/rtnetlink.h */
export const prefixAttrs = attributes('PREFIX', {
  address: [1, ipAddress],
  cacheinfo: [2, prefixCacheinfo],
})

/** RTM_NEWPREFIX: a router advertised a prefix */
export const prefixMessage = message('prefix', prefixmsg, prefixAttrs)
export interface PrefixMessage extends Infer<typeof prefixMessage> {}
