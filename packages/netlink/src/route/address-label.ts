import { AF, attributes, enumOf, type Infer, ipAddress, message, pad, struct, u8, u32 } from '../codec/index.js'

/** `struct ifaddrlblmsg`, linux/if_addrlabel.h */
export const ifaddrlblmsg = struct('ifaddrlblmsg', {
  family: enumOf(u8, AF), // AF_INET6
  _reserved: pad(1),
  prefixlen: u8, // prefix length of IFAL_ADDRESS
  flags: u8,
  index: u32, // ifindex; 0 means any link
  seq: u32, // sequence number, incremented on each change of the table
})

/** IFAL_*, linux/if_addrlabel.h: labels for source address selection (RFC 6724) */
export const addressLabelAttrs = attributes('IFAL', {
  address: [1, ipAddress],
  label: [2, u32],
})

/** RTM_NEWADDRLABEL, RTM_DELADDRLABEL, RTM_GETADDRLABEL */
export const addressLabelMessage = message('address label', ifaddrlblmsg, addressLabelAttrs)
export interface AddressLabelMessage extends Infer<typeof addressLabelMessage> {}
