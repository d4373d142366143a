import { constants } from '../codec/index.js'

export { ARPHRD, MACSEC_OFFLOAD, MACSEC_VALIDATE } from '../constants/index.js'

/** IF_OPER_*, linux/if.h: operational state (RFC 2863) */
export const IF_OPER = constants('IF_OPER', {
  UNKNOWN: 0,
  NOTPRESENT: 1,
  DOWN: 2,
  LOWERLAYERDOWN: 3,
  TESTING: 4,
  DORMANT: 5,
  UP: 6,
})

/** IF_LINK_MODE_*, linux/if.h */
export const IF_LINK_MODE = constants('IF_LINK_MODE', { DEFAULT: 0, DORMANT: 1, TESTING: 2 })

/** IFLA_EVENT_*, linux/if_link.h: reason for a link notification */
export const IFLA_EVENT = constants('IFLA_EVENT', {
  NONE: 0,
  REBOOT: 1,
  FEATURES: 2,
  BONDING_FAILOVER: 3,
  NOTIFY_PEERS: 4,
  IGMP_RESEND: 5,
  BONDING_OPTIONS: 6,
})

/** IFLA_VF_LINK_STATE_*, linux/if_link.h */
export const IFLA_VF_LINK_STATE = constants('IFLA_VF_LINK_STATE', { AUTO: 0, ENABLE: 1, DISABLE: 2 })

/** PORT_REQUEST_*, linux/if_link.h */
export const PORT_REQUEST = constants('PORT_REQUEST', {
  PREASSOCIATE: 0,
  PREASSOCIATE_RR: 1,
  ASSOCIATE: 2,
  DISASSOCIATE: 3,
})

/** PORT_VDP_RESPONSE_*, linux/if_link.h */
export const PORT_VDP_RESPONSE = constants('PORT_VDP_RESPONSE', {
  SUCCESS: 0,
  INVALID_FORMAT: 1,
  INSUFFICIENT_RESOURCES: 2,
  UNUSED_VTID: 3,
  VTID_VIOLATION: 4,
  VTID_VERSION_VIOALTION: 5,
  OUT_OF_SYNC: 6,
})

/** PORT_PROFILE_RESPONSE_*, linux/if_link.h */
export const PORT_PROFILE_RESPONSE = constants('PORT_PROFILE_RESPONSE', {
  SUCCESS: 256,
  INPROGRESS: 257,
  INVALID: 258,
  BADSTATE: 259,
  INSUFFICIENT_RESOURCES: 260,
  ERROR: 261,
})

/** XDP_ATTACHED_*, linux/if_link.h */
export const XDP_ATTACHED = constants('XDP_ATTACHED', { NONE: 0, DRV: 1, SKB: 2, HW: 3, MULTI: 4 })

/** XDP_FLAGS_*, linux/if_link.h */
export const XDP_FLAGS = constants('XDP_FLAGS', {
  UPDATE_IF_NOEXIST: 0x1,
  SKB_MODE: 0x2,
  DRV_MODE: 0x4,
  HW_MODE: 0x8,
  REPLACE: 0x10,
})

/** IN6_ADDR_GEN_MODE_*, linux/if_link.h: generation of link-local addresses */
export const IN6_ADDR_GEN_MODE = constants(
  'IN6_ADDR_GEN_MODE',
  { EUI64: 0, NONE: 1, STABLE_PRIVACY: 2, RANDOM: 3 },
  { STABLE_PRIVACY: 'stable_secret' },
)

/** MACVLAN_MODE_*, linux/if_link.h */
export const MACVLAN_MODE = constants('MACVLAN_MODE', { PRIVATE: 1, VEPA: 2, BRIDGE: 4, PASSTHRU: 8, SOURCE: 16 })

/** MACVLAN_MACADDR_*, linux/if_link.h */
export const MACVLAN_MACADDR = constants('MACVLAN_MACADDR', { ADD: 0, DEL: 1, FLUSH: 2, SET: 3 })

/** MACVLAN_FLAG_*, linux/if_link.h */
export const MACVLAN_FLAG = constants('MACVLAN_FLAG', { NOPROMISC: 1, NODST: 2 })

/** IPVLAN_MODE_*, linux/if_link.h */
export const IPVLAN_MODE = constants('IPVLAN_MODE', { L2: 0, L3: 1, L3S: 2 })

/** IPVLAN_F_*, linux/if_link.h */
export const IPVLAN_F = constants('IPVLAN_F', { PRIVATE: 1, VEPA: 2 })

/** NETKIT_*, linux/if_link.h: policy for packets if no BPF program decides */
export const NETKIT = constants(
  'NETKIT',
  { NEXT: -1, PASS: 0, DROP: 2, REDIRECT: 7 },
  { PASS: 'forward', DROP: 'blackhole' },
)

/** NETKIT_L2 and NETKIT_L3, linux/if_link.h */
export const NETKIT_MODE = constants('NETKIT', { L2: 0, L3: 1 })

/** NETKIT_DEVICE_*, linux/if_link.h */
export const NETKIT_DEVICE = constants('NETKIT_DEVICE', { PAIR: 0, SINGLE: 1 })

/** NETKIT_SCRUB_*, linux/if_link.h */
export const NETKIT_SCRUB = constants('NETKIT_SCRUB', { NONE: 0, DEFAULT: 1 })

/** VXLAN_DF_*, linux/if_link.h */
export const VXLAN_DF = constants('VXLAN_DF', { UNSET: 0, SET: 1, INHERIT: 2 })

/** VXLAN_LABEL_*, linux/if_link.h */
export const VXLAN_LABEL = constants('VXLAN_LABEL', { FIXED: 0, INHERIT: 1 })

/** GENEVE_DF_*, linux/if_link.h */
export const GENEVE_DF = constants('GENEVE_DF', { UNSET: 0, SET: 1, INHERIT: 2 })

/** GTP_ROLE_*, linux/if_link.h */
export const GTP_ROLE = constants('GTP_ROLE', { GGSN: 0, SGSN: 1 })

/** IPOIB_MODE_*, linux/if_link.h */
export const IPOIB_MODE = constants('IPOIB_MODE', { DATAGRAM: 0, CONNECTED: 1 })

/** HSR_PROTOCOL_*, linux/if_link.h */
export const HSR_PROTOCOL = constants('HSR_PROTOCOL', { HSR: 0, PRP: 1 })

/** OVPN_MODE_*, linux/if_link.h */
export const OVPN_MODE = constants('OVPN_MODE', { P2P: 0, MP: 1 })

/** RMNET_FLAGS_*, linux/if_link.h */
export const RMNET_FLAGS = constants('RMNET_FLAGS', {
  INGRESS_DEAGGREGATION: 0x1,
  INGRESS_MAP_COMMANDS: 0x2,
  INGRESS_MAP_CKSUMV4: 0x4,
  EGRESS_MAP_CKSUMV4: 0x8,
  INGRESS_MAP_CKSUMV5: 0x10,
  EGRESS_MAP_CKSUMV5: 0x20,
})

/** AMT_MODE_*, linux/amt.h */
export const AMT_MODE = constants('AMT_MODE', { GATEWAY: 0, RELAY: 1 })

/** CAN_STATE_*, linux/can/netlink.h */
export const CAN_STATE = constants(
  'CAN_STATE',
  { ERROR_ACTIVE: 0, ERROR_WARNING: 1, ERROR_PASSIVE: 2, BUS_OFF: 3, STOPPED: 4, SLEEPING: 5 },
  {
    ...{ ERROR_ACTIVE: 'error-active', ERROR_WARNING: 'error-warning', ERROR_PASSIVE: 'error-passive' },
    BUS_OFF: 'bus-off',
  },
)

/** CAN_CTRLMODE_*, linux/can/netlink.h */
export const CAN_CTRLMODE = constants('CAN_CTRLMODE', {
  LOOPBACK: 0x1,
  LISTENONLY: 0x2,
  '3_SAMPLES': 0x4,
  ONE_SHOT: 0x8,
  BERR_REPORTING: 0x10,
  FD: 0x20,
  PRESUME_ACK: 0x40,
  FD_NON_ISO: 0x80,
  CC_LEN8_DLC: 0x100,
  TDC_AUTO: 0x200,
  TDC_MANUAL: 0x400,
  RESTRICTED: 0x800,
  XL: 0x1000,
  XL_TDC_AUTO: 0x2000,
  XL_TDC_MANUAL: 0x4000,
  XL_TMS: 0x8000,
})

/** TUNNEL_ENCAP_*, linux/if_tunnel.h */
export const TUNNEL_ENCAP = constants('TUNNEL_ENCAP', { NONE: 0, FOU: 1, GUE: 2, MPLS: 3 })

/** TUNNEL_ENCAP_FLAG_*, linux/if_tunnel.h */
export const TUNNEL_ENCAP_FLAG = constants('TUNNEL_ENCAP_FLAG', { CSUM: 0x1, CSUM6: 0x2, REMCSUM: 0x4 })

/** BOND_STATE_*, linux/if_bonding.h */
export const BOND_STATE = constants('BOND_STATE', { ACTIVE: 0, BACKUP: 1 })

/** BOND_MODE_*, linux/if_bonding.h */
export const BOND_MODE = constants(
  'BOND_MODE',
  { ROUNDROBIN: 0, ACTIVEBACKUP: 1, XOR: 2, BROADCAST: 3, '8023AD': 4, TLB: 5, ALB: 6 },
  {
    ...{ ROUNDROBIN: 'balance-rr', ACTIVEBACKUP: 'active-backup', XOR: 'balance-xor', '8023AD': '802.3ad' },
    ...{ TLB: 'balance-tlb', ALB: 'balance-alb' },
  },
)

/** BOND_LINK_*, linux/if_bonding.h */
export const BOND_LINK = constants(
  'BOND_LINK',
  { UP: 0, FAIL: 1, DOWN: 2, BACK: 3 },
  { FAIL: 'going_down', BACK: 'going_back' },
)

/** BOND_XMIT_POLICY_*, linux/if_bonding.h */
export const BOND_XMIT_POLICY = constants(
  'BOND_XMIT_POLICY',
  { LAYER2: 0, LAYER34: 1, LAYER23: 2, ENCAP23: 3, ENCAP34: 4, VLAN_SRCMAC: 5 },
  {
    ...{ LAYER34: 'layer3+4', LAYER23: 'layer2+3', ENCAP23: 'encap2+3', ENCAP34: 'encap3+4' },
    VLAN_SRCMAC: 'vlan+srcmac',
  },
)

/** LACP_STATE_*, linux/if_bonding.h */
export const LACP_STATE = constants('LACP_STATE', {
  LACP_ACTIVITY: 0x1,
  LACP_TIMEOUT: 0x2,
  AGGREGATION: 0x4,
  SYNCHRONIZATION: 0x8,
  COLLECTING: 0x10,
  DISTRIBUTING: 0x20,
  DEFAULTED: 0x40,
  EXPIRED: 0x80,
})

/** VLAN_FLAG_*, linux/if_vlan.h */
export const VLAN_FLAG = constants('VLAN_FLAG', {
  REORDER_HDR: 0x1,
  GVRP: 0x2,
  LOOSE_BINDING: 0x4,
  MVRP: 0x8,
  BRIDGE_BINDING: 0x10,
})

/** IFF_TUN and IFF_TAP, linux/if_tun.h: types of tun device. */
export const TUN_TYPE = constants('IFF', { TUN: 1, TAP: 2 })

/** IP6_TNL_F_*, linux/ip6_tunnel.h: flags of an IPv6 tunnel. */
export const IP6_TNL_F = constants('IP6_TNL_F', {
  IGN_ENCAP_LIMIT: 0x1,
  USE_ORIG_TCLASS: 0x2,
  USE_ORIG_FLOWLABEL: 0x4,
  MIP6_DEV: 0x8,
  RCV_DSCP_COPY: 0x10,
  USE_ORIG_FWMARK: 0x20,
  ALLOW_LOCAL_REMOTE: 0x40,
})

/** IP6_TNL_F_CAP_* of the kernel's net/ip6_tunnel.h: what the kernel found out about the addresses. It reports them among the flags. */
export const IP6_TNL_F_CAP = constants('IP6_TNL_F', {
  CAP_XMIT: 0x10000, // the local address can send
  CAP_RCV: 0x20000, // the local address can receive
  CAP_PER_PACKET: 0x40000, // depends on the packet, because an address is unspecified
})

/** IF_RA_*, IF_RS_SENT and IF_READY of the kernel's net/if_inet6.h: IPv6 state of a link. */
export const IF_INET6 = constants('IF', {
  RS_SENT: 0x10,
  RA_RCVD: 0x20,
  RA_MANAGED: 0x40,
  RA_OTHERCONF: 0x80,
  READY: 0x80000000,
})

/** MCTP_PHYS_BINDING_* of the kernel's net/mctp.h: physical transport of MCTP, with the numbers of DSP0239. */
export const MCTP_PHYS_BINDING = constants('MCTP_PHYS_BINDING', {
  UNSPEC: 0x00,
  SMBUS: 0x01,
  PCIE_VDM: 0x02,
  USB: 0x03,
  KCS: 0x04,
  SERIAL: 0x05,
  I3C: 0x06,
  MMBI: 0x07,
  PCC: 0x08,
  UCIE: 0x09,
  VENDOR: 0xff,
})

/** BOND_ARP_VALIDATE_* of the kernel's net/bonding.h: slaves on which ARP replies are validated. */
export const BOND_ARP_VALIDATE = constants('BOND_ARP_VALIDATE', {
  NONE: 0,
  ACTIVE: 1,
  BACKUP: 2,
  ALL: 3,
  FILTER: 4,
  FILTER_ACTIVE: 5,
  FILTER_BACKUP: 6,
})

/** BOND_ARP_TARGETS_* of the kernel's net/bonding.h: the ARP targets that must reply. */
export const BOND_ARP_TARGETS = constants('BOND_ARP_TARGETS', { ANY: 0, ALL: 1 })

/** BOND_PRI_RESELECT_* of the kernel's net/bonding.h: events after which the primary slave becomes active again. */
export const BOND_PRI_RESELECT = constants('BOND_PRI_RESELECT', { ALWAYS: 0, BETTER: 1, FAILURE: 2 })

/** BOND_FOM_* of the kernel's net/bonding.h: link-layer addresses of the slaves on a failover (fail_over_mac). */
export const BOND_FOM = constants('BOND_FOM', { NONE: 0, ACTIVE: 1, FOLLOW: 2 })

/** AD_LACP_* of the kernel's net/bond_3ad.h: requested rate of LACPDUs from the partner. */
export const AD_LACP = constants('AD_LACP', { SLOW: 0, FAST: 1 })

/** BOND_AD_* of the kernel's net/bond_3ad.h: selection of the active aggregator. */
export const BOND_AD = constants('BOND_AD', { STABLE: 0, BANDWIDTH: 1, COUNT: 2, PRIO: 3 })
