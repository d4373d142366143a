import { AF, enumOf, followed, ipAddress, struct, u16 } from '../../codec/index.js'

/** `struct rtvia`, linux/rtnetlink.h */
export const rtvia = struct('rtvia', {
  family: enumOf(u16, AF),
})

/**
 * RTA_VIA, linux/rtnetlink.h: a gateway with a different family than the route. Addresses that are neither IPv4 nor IPv6, for
 * example those of AF_PACKET, are `0x` and hexadecimal digits.
 */
export const via = followed(rtvia, 'addr', ipAddress)
