import { ipv4, ipv6 } from './address.js'
import type { Infer } from './codec.js'
import { enumOf } from './enum.js'
import { AF } from './family.js'
import { u16, u16be, u32, u32be } from './scalar.js'
import { pad, struct } from './struct.js'

/** `struct sockaddr_in`, linux/in.h */
export const sockaddrIn = struct('sockaddr_in', {
  family: enumOf(u16, AF),
  port: u16be,
  address: ipv4,
  _pad: pad(8),
})
export interface Sockaddr4 extends Infer<typeof sockaddrIn> {}

/** `struct sockaddr_in6`, linux/in6.h */
export const sockaddrIn6 = struct('sockaddr_in6', {
  family: enumOf(u16, AF),
  port: u16be,
  flowinfo: u32be,
  address: ipv6,
  scopeId: u32, // ifindex, of link-local addresses
})
export interface Sockaddr6 extends Infer<typeof sockaddrIn6> {}
