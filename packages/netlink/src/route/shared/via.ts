import { AF, enumOf, followed, ipAddress, struct, u16 } from '../../codec/index.js'

/** `struct rtvia`, linux/rtnetlink.h */
export const rtvia = struct('rtvia', {
  family: enumOf(u16, AF),
})

/**
 * RTA_VIA, linux/rtnetlink.h: a gateway of another family than the route's. Addresses that are neither IPv4 nor IPv6
 * (AF_PACKET has others) read `0x` and hexadecimal digits.
 */
export const via = followed(rtvia, 'addr', ipAddress)
