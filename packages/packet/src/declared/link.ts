import { ipv4, macaddr, u8, u16be } from '@netloom/netlink/codec'
import { bits, header } from './header.js'

/** Ethernet header: `struct ethhdr`, linux/if_ether.h. */
export const ethernetHeader = header('ethernet', { destination: macaddr, source: macaddr, type: u16be })

/** VLAN tag after its EtherType: IEEE 802.1Q, `struct vlan_hdr`, linux/if_vlan.h. `type` is the EtherType of what follows. */
export const vlanTag = header('vlan', { tci: bits({ priority: 3, dropEligible: 1, id: 12 }), type: u16be })

/** ARP for IPv4 on Ethernet: RFC 826, `struct arphdr`, linux/if_arp.h. */
export const arpPacket = header('arp', {
  hardwareType: u16be,
  protocolType: u16be,
  hardwareLength: u8,
  protocolLength: u8,
  operation: u16be,
  senderMac: macaddr,
  senderIp: ipv4,
  targetMac: macaddr,
  targetIp: ipv4,
})
