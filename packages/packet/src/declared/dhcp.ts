import { array, charArray, fixedBytes, ipv4, u8, u16be, u32be, unterminated } from '@netloom/netlink/codec'
import { octets } from './buffer.js'
import { bits, header } from './header.js'
import { optionList } from './options.js'

/** Ports of UDP: RFC 2131, section 4.1. */
export const DHCP_SERVER_PORT = 67
export const DHCP_CLIENT_PORT = 68

/** Number before the options: RFC 2131, section 3. */
export const DHCP_MAGIC = 0x63825363

/** DHCPv4 message up to its options: RFC 2131, section 2. The names of members are those of the RFC. */
export const dhcpHeader = header('dhcp', {
  op: u8,
  htype: u8,
  hlen: u8,
  hops: u8,
  xid: u32be,
  secs: u16be,
  flags: bits({ broadcast: 1, reserved: 15 }),
  ciaddr: ipv4,
  yiaddr: ipv4,
  siaddr: ipv4,
  giaddr: ipv4,
  chaddr: fixedBytes(16),
  sname: charArray(64),
  file: charArray(128),
  magic: u32be,
})

const addresses = array(ipv4)

/** Options of DHCP: RFC 2132, RFC 3046 and RFC 3442. Times are in seconds. */
export const dhcpOptions = optionList(
  { name: 'dhcp.options', single: { pad: 0 }, end: 255, withHeader: false, unit: 1 },
  {
    subnetMask: [1, ipv4],
    routers: [3, addresses],
    dnsServers: [6, addresses],
    hostName: [12, unterminated],
    domainName: [15, unterminated],
    mtu: [26, u16be],
    broadcastAddress: [28, ipv4],
    ntpServers: [42, addresses],
    vendorSpecific: [43, octets],
    requestedAddress: [50, ipv4],
    leaseTime: [51, u32be],
    messageType: [53, u8],
    serverId: [54, ipv4],
    parameterRequest: [55, array(u8)],
    message: [56, unterminated],
    maximumSize: [57, u16be],
    renewalTime: [58, u32be],
    rebindingTime: [59, u32be],
    vendorClass: [60, unterminated],
    clientId: [61, octets],
    relayAgent: [82, octets],
    classlessRoutes: [121, octets],
  },
)
