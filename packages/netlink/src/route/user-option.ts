import { attributes, bytes, type Infer, i32, ipAddress, message, pad, struct, u8, u16 } from '../codec/index.js'

/** `struct nduseroptmsg`, linux/rtnetlink.h */
export const nduseroptmsg = struct('nduseroptmsg', {
  family: u8, // AF_INET6
  _pad1: pad(1),
  optsLen: u16, // bytes of options
  ifindex: i32,
  icmpType: u8, // 134: router advertisement
  icmpCode: u8,
  _pad2: pad(2),
  _pad3: pad(4),
})

/** NDUSEROPT_*, linux/rtnetlink.h */
export const userOptionAttrs = attributes('NDUSEROPT', {
  srcaddr: [1, ipAddress], // of the router
})

/**
 * RTM_NEWNDUSEROPT: options of neighbour discovery that the kernel leaves to programs (RDNSS, DNSSL, …). Under `attrs` are
 * the bytes behind the header: `optsLen` of options as RFC 4861 has them, then {@link userOptionAttrs}.
 */
export const userOptionMessage = message('user option', nduseroptmsg, bytes)
export interface UserOptionMessage extends Infer<typeof userOptionMessage> {}
