import { array, ipv4, ipv6, u8, u16be, u32be } from '@netloom/netlink/codec'
import { octets } from './buffer.js'
import { bits, header } from './header.js'
import { optionList } from './options.js'

/**
 * IPv4 header without options: RFC 791, `struct iphdr`, linux/ip.h. `headerLength` is in units of 4 bytes, `fragmentOffset` in units
 * of 8 bytes.
 */
export const ipv4Header = header('ipv4', {
  versionAndLength: bits({ version: 4, headerLength: 4 }),
  tos: u8,
  totalLength: u16be,
  id: u16be,
  fragment: bits({ reserved: 1, dontFragment: 1, moreFragments: 1, fragmentOffset: 13 }),
  ttl: u8,
  protocol: u8,
  checksum: u16be,
  source: ipv4,
  destination: ipv4,
})

/** Options of IPv4: RFC 791, section 3.1, and RFC 2113. Routes contain a pointer and addresses. */
export const ipv4Options = optionList(
  { name: 'ipv4.options', single: { nop: 1 }, end: 0, withHeader: true, unit: 1 },
  {
    recordRoute: [7, octets],
    timestamp: [68, octets],
    looseRoute: [131, octets],
    strictRoute: [137, octets],
    routerAlert: [148, u16be],
  },
  4,
)

/** IPv6 header: RFC 8200, section 3, `struct ipv6hdr`, linux/ipv6.h. */
export const ipv6Header = header('ipv6', {
  first: bits({ version: 4, trafficClass: 8, flowLabel: 20 }),
  payloadLength: u16be,
  nextHeader: u8,
  hopLimit: u8,
  source: ipv6,
  destination: ipv6,
})

/** The first bytes of an extension header with options. `length` is in units of 8 bytes, without the first one. */
export const optionsHeader = header('ipv6.options', { nextHeader: u8, length: u8 })

/** Options of hop-by-hop and destination options headers: RFC 8200, section 4.2, RFC 2711, RFC 2675. */
export const ipv6Options = optionList(
  { name: 'ipv6.options', single: { pad1: 0 }, withHeader: false, unit: 1 },
  { padN: [1, octets], routerAlert: [5, u16be], jumboPayload: [194, u32be], homeAddress: [201, ipv6] },
)

/** Routing header up to its data: RFC 8200, section 4.4. */
export const routingHeader = header('ipv6.routing', { nextHeader: u8, length: u8, type: u8, segmentsLeft: u8 })

/** Fragment header: RFC 8200, section 4.5. `fragmentOffset` is in units of 8 bytes. */
export const fragmentHeader = header('ipv6.fragment', {
  nextHeader: u8,
  reserved: u8,
  position: bits({ fragmentOffset: 13, reservedBits: 2, moreFragments: 1 }),
  id: u32be,
})

/** Authentication header up to its integrity check value: RFC 4302. `length` is in units of 4 bytes, without the first two. */
export const authenticationHeader = header('ipv6.authentication', {
  nextHeader: u8,
  length: u8,
  reserved: u16be,
  spi: u32be,
  sequence: u32be,
})

/** Addresses of a routing header of type 0, 2 or 4, after its four reserved bytes. */
export const routingAddresses = array(ipv6)
