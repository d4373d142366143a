import {
  AF,
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  lazy,
  lladdr,
  type Members,
  type Message,
  masked,
  message,
  multi,
  pad,
  type Struct,
  select,
  selectOuter,
  string,
  struct,
  u8,
  u16,
  u32,
  uint,
  unterminated,
} from '../codec/index.js'
import {
  ARPHRD,
  IF_LINK_MODE,
  IF_OPER,
  IFLA_EVENT,
  NETKIT,
  NETKIT_DEVICE,
  NETKIT_MODE,
  NETKIT_SCRUB,
  XDP_ATTACHED,
  XDP_FLAGS,
} from './link-constants.js'
import * as kinds from './link-kinds/index.js'
import { rtnlLinkIfmap, rtnlLinkStats, rtnlLinkStats64 } from './link-stats.js'
import { portAttrs, vfInfoListAttrs, vfPortsAttrs } from './link-vf.js'
import { type AfSpecAttrs, afSpecAttrs, type Inet6Attrs, inet6Attrs } from './shared/af-spec.js'
import { type BridgeSpecAttrs, bridgeSpecAttrs } from './shared/bridge-spec.js'
import { type IpmraTableAttrs, ipmraTableAttrs, RTNL_FAMILY } from './shared/multicast-table.js'

/** IFF_*, linux/if.h: flags of a link */
export const IFF = constants('IFF', {
  UP: 0x1,
  BROADCAST: 0x2,
  DEBUG: 0x4,
  LOOPBACK: 0x8,
  POINTOPOINT: 0x10,
  NOTRAILERS: 0x20,
  RUNNING: 0x40,
  NOARP: 0x80,
  PROMISC: 0x100,
  ALLMULTI: 0x200,
  MASTER: 0x400,
  SLAVE: 0x800,
  MULTICAST: 0x1000,
  PORTSEL: 0x2000,
  AUTOMEDIA: 0x4000,
  DYNAMIC: 0x8000,
  LOWER_UP: 0x10000,
  DORMANT: 0x20000,
  ECHO: 0x40000,
})

/** RTEXT_FILTER_*, linux/rtnetlink.h: bits of IFLA_EXT_MASK, which add parts to a reply or omit them. */
export const RTEXT_FILTER = constants('RTEXT_FILTER', {
  VF: 0x01,
  BRVLAN: 0x02,
  BRVLAN_COMPRESSED: 0x04,
  SKIP_STATS: 0x08,
  MRP: 0x10,
  CFM_CONFIG: 0x20,
  CFM_STATUS: 0x40,
  MST: 0x80,
  NAME_ONLY: 0x100,
})

/** The link type in requests, which omit it. As a link type, 0 would be ARPHRD_NETROM. */
const UNSET = constants('', { 0: 0 })
const ALL_BITS = 0xffffffff
/** The value of `change` in requests that do not select individual flags. */
const EVERY_FLAG = constants('', { all: ALL_BITS })

/** `struct ifinfomsg`, linux/rtnetlink.h */
export const ifinfomsg = struct('ifinfomsg', {
  family: enumOf(u8, AF, RTNL_FAMILY), // AF_UNSPEC, AF_BRIDGE for ports, or RTNL_FAMILY_* for multicast routing tables
  _pad: pad(1),
  type: enumOf(u16, UNSET, ARPHRD),
  index: i32,
  flags: flagsOf(u32, IFF),
  change: flagsOf(u32, IFF, masked(ALL_BITS, EVERY_FLAG)), // mask of the flags to change
})

/** Gives the declaration a named type. Otherwise TypeScript repeats the full type wherever it is used. */
const named = <T>(declaration: Declaration<T>): Declaration<T> => declaration

/** The other end of a pair: a complete link message. */
const peer = lazy((): Declaration<LinkMessage> => linkMessage)

/** VETH_INFO_*, linux/veth.h */
export const vethAttrs = attributes('VETH_INFO', { peer: [1, peer] })
export interface VethAttrs extends Infer<typeof vethAttrs> {}

/** VXCAN_INFO_*, linux/can/vxcan.h */
export const vxcanAttrs = attributes('VXCAN_INFO', { peer: [1, peer] })
export interface VxcanAttrs extends Infer<typeof vxcanAttrs> {}

/** IFLA_NETKIT_*, linux/if_link.h */
export const netkitAttrs = attributes('IFLA_NETKIT', {
  peerInfo: [1, peer],
  primary: [2, u8],
  policy: [3, enumOf(u32, NETKIT)], // PASS or DROP
  peerPolicy: [4, enumOf(u32, NETKIT)], // PASS or DROP
  mode: [5, enumOf(u32, NETKIT_MODE)],
  scrub: [6, enumOf(u32, NETKIT_SCRUB)],
  peerScrub: [7, enumOf(u32, NETKIT_SCRUB)],
  headroom: [8, u16],
  tailroom: [9, u16],
  pairing: [10, enumOf(u32, NETKIT_DEVICE)],
})
export interface NetkitAttrs extends Infer<typeof netkitAttrs> {}

/** IFLA_INFO_DATA by kind. Kinds without data (dummy, ifb, nlmon, team, wireguard, …) have no row. */
const infoData = select('kind', {
  amt: named<kinds.AmtAttrs>(kinds.amtAttrs),
  bareudp: named<kinds.BareudpAttrs>(kinds.bareudpAttrs),
  batadv: named<kinds.BatadvAttrs>(kinds.batadvAttrs),
  bond: named<kinds.BondAttrs>(kinds.bondAttrs),
  bridge: named<kinds.BridgeAttrs>(kinds.bridgeAttrs),
  can: named<kinds.CanAttrs>(kinds.canAttrs),
  dsa: named<kinds.DsaAttrs>(kinds.dsaAttrs),
  erspan: named<kinds.GreAttrs>(kinds.greAttrs),
  geneve: named<kinds.GeneveAttrs>(kinds.geneveAttrs),
  gre: named<kinds.GreAttrs>(kinds.greAttrs),
  gretap: named<kinds.GreAttrs>(kinds.greAttrs),
  gtp: named<kinds.GtpAttrs>(kinds.gtpAttrs),
  hsr: named<kinds.HsrAttrs>(kinds.hsrAttrs),
  ip6erspan: named<kinds.GreAttrs>(kinds.greAttrs),
  ip6gre: named<kinds.GreAttrs>(kinds.greAttrs),
  ip6gretap: named<kinds.GreAttrs>(kinds.greAttrs),
  ip6tnl: named<kinds.Ip6tnlAttrs>(kinds.ip6tnlAttrs),
  ipip: named<kinds.IptunAttrs>(kinds.iptunAttrs),
  ipoib: named<kinds.IpoibAttrs>(kinds.ipoibAttrs),
  ipvlan: named<kinds.IpvlanAttrs>(kinds.ipvlanAttrs),
  ipvtap: named<kinds.IpvlanAttrs>(kinds.ipvlanAttrs),
  macsec: named<kinds.MacsecAttrs>(kinds.macsecAttrs),
  macvlan: named<kinds.MacvlanAttrs>(kinds.macvlanAttrs),
  macvtap: named<kinds.MacvlanAttrs>(kinds.macvlanAttrs),
  netkit: named<NetkitAttrs>(netkitAttrs),
  ovpn: named<kinds.OvpnAttrs>(kinds.ovpnAttrs),
  ppp: named<kinds.PppAttrs>(kinds.pppAttrs),
  rmnet: named<kinds.RmnetAttrs>(kinds.rmnetAttrs),
  sit: named<kinds.IptunAttrs>(kinds.iptunAttrs),
  tun: named<kinds.TunAttrs>(kinds.tunAttrs),
  veth: named<VethAttrs>(vethAttrs),
  vlan: named<kinds.VlanAttrs>(kinds.vlanAttrs),
  vrf: named<kinds.VrfAttrs>(kinds.vrfAttrs),
  vti: named<kinds.VtiAttrs>(kinds.vtiAttrs),
  vti6: named<kinds.VtiAttrs>(kinds.vtiAttrs),
  vxcan: named<VxcanAttrs>(vxcanAttrs),
  vxlan: named<kinds.VxlanAttrs>(kinds.vxlanAttrs),
  wwan: named<kinds.WwanAttrs>(kinds.wwanAttrs),
  xfrm: named<kinds.XfrmAttrs>(kinds.xfrmAttrs),
})

/** IFLA_INFO_SLAVE_DATA by the kind of the master */
const slaveCases = {
  bond: named<kinds.BondSlaveAttrs>(kinds.bondSlaveAttrs),
  bridge: named<kinds.BrportAttrs>(kinds.brportAttrs),
  vrf: named<kinds.VrfPortAttrs>(kinds.vrfPortAttrs),
}

const slaveKindCases = { bond_slave: slaveCases.bond, bridge_slave: slaveCases.bridge, vrf_slave: slaveCases.vrf }

/** IFLA_INFO_*, linux/if_link.h. iproute2 sends `slaveData` with a `kind` such as `bond_slave` and without a `slaveKind`. */
export const linkInfo = attributes('IFLA_INFO', {
  kind: [1, string],
  data: [2, infoData],
  xstats: [3, select('kind', { can: kinds.canDeviceStats })],
  slaveKind: [4, string],
  slaveData: [5, select('slaveKind', slaveCases, select('kind', slaveKindCases))],
})

/** IFLA_PROTO_DOWN_REASON_*, linux/if_link.h */
export const protoDownReasonAttrs = attributes('IFLA_PROTO_DOWN_REASON', {
  mask: [1, u32],
  value: [2, u32],
})

/** IFLA_XDP_*, linux/if_link.h */
export const xdpAttrs = attributes('IFLA_XDP', {
  fd: [1, i32],
  attached: [2, enumOf(u8, XDP_ATTACHED)],
  flags: [3, flagsOf(u32, XDP_FLAGS)],
  progId: [4, u32],
  drvProgId: [5, u32],
  skbProgId: [6, u32],
  hwProgId: [7, u32],
  expectedFd: [8, i32],
})

/** The IFLA_* attributes inside IFLA_PROP_LIST. */
export const propListAttrs = attributes('IFLA', { altIfname: [53, multi(string)] })

/** The DEVLINK_ATTR_* attributes inside IFLA_DEVLINK_PORT, linux/devlink.h: the handle of the port */
export const devlinkPortAttrs = attributes('DEVLINK_ATTR', {
  busName: [1, string],
  devName: [2, string],
  portIndex: [3, u32],
  index: [184, uint], // of the devlink instance
})

/** The DPLL_A_PIN_* attributes inside IFLA_DPLL_PIN, linux/dpll.h */
export const dpllPinAttrs = attributes('DPLL_A_PIN', { id: [1, u32] })

/** IFLA_PROTINFO by the header's family: bridge port attributes, or IPv6 attributes */
const protinfo = selectOuter('family', {
  [AF.BRIDGE]: named<kinds.BrportAttrs>(kinds.brportAttrs),
  [AF.INET6]: named<Inet6Attrs>(inet6Attrs),
})

/** IFLA_AF_SPEC by the header's family */
const afSpec = selectOuter(
  'family',
  {
    [AF.BRIDGE]: named<BridgeSpecAttrs>(bridgeSpecAttrs),
    [RTNL_FAMILY.IPMR]: named<IpmraTableAttrs>(ipmraTableAttrs),
  },
  named<AfSpecAttrs>(afSpecAttrs),
)

/** IFLA_*, linux/if_link.h. `cost`, `priority` and `wireless` are obsolete or have no fixed structure. */
export const linkAttrs = attributes('IFLA', {
  address: [1, lladdr],
  broadcast: [2, lladdr],
  ifname: [3, string], // at most 15 bytes
  mtu: [4, u32],
  link: [5, u32], // ifindex of the lower or peer link
  qdisc: [6, string],
  stats: [7, rtnlLinkStats],
  cost: [8, bytes],
  priority: [9, bytes],
  master: [10, u32], // ifindex; 0 removes the link from its master
  wireless: [11, bytes],
  protinfo: [12, protinfo],
  txqlen: [13, u32],
  map: [14, rtnlLinkIfmap],
  weight: [15, u32],
  operstate: [16, enumOf(u8, IF_OPER)],
  linkmode: [17, enumOf(u8, IF_LINK_MODE)],
  linkinfo: [18, linkInfo],
  netNsPid: [19, u32],
  ifalias: [20, unterminated], // at most 255 bytes; empty removes the alias; ignored when a link is created
  numVf: [21, u32],
  vfinfoList: [22, vfInfoListAttrs],
  stats64: [23, rtnlLinkStats64],
  vfPorts: [24, vfPortsAttrs],
  portSelf: [25, portAttrs],
  afSpec: [26, afSpec],
  group: [27, u32],
  netNsFd: [28, u32],
  extMask: [29, flagsOf(u32, RTEXT_FILTER)], // without it, a dump omits links larger than NLMSG_GOODSIZE (rtnl_calcit)
  promiscuity: [30, u32],
  numTxQueues: [31, u32],
  numRxQueues: [32, u32],
  carrier: [33, u8],
  physPortId: [34, bytes],
  carrierChanges: [35, u32],
  physSwitchId: [36, bytes],
  linkNetnsid: [37, i32],
  physPortName: [38, string],
  protoDown: [39, u8],
  gsoMaxSegs: [40, u32],
  gsoMaxSize: [41, u32],
  pad: [42, bytes],
  xdp: [43, xdpAttrs],
  event: [44, enumOf(u32, IFLA_EVENT)],
  newNetnsid: [45, i32],
  targetNetnsid: [46, i32], // older name: IFLA_IF_NETNSID
  carrierUpCount: [47, u32],
  carrierDownCount: [48, u32],
  newIfindex: [49, i32],
  minMtu: [50, u32],
  maxMtu: [51, u32],
  propList: [52, propListAttrs],
  altIfname: [53, string], // in requests, identifies the link
  permAddress: [54, lladdr],
  protoDownReason: [55, protoDownReasonAttrs],
  parentDevName: [56, string],
  parentDevBusName: [57, string],
  groMaxSize: [58, u32],
  tsoMaxSize: [59, u32],
  tsoMaxSegs: [60, u32],
  allmulti: [61, u32],
  devlinkPort: [62, devlinkPortAttrs],
  gsoIpv4MaxSize: [63, u32],
  groIpv4MaxSize: [64, u32],
  dpllPin: [65, dpllPinAttrs],
  maxPacingOffloadHorizon: [66, uint], // nanoseconds
  netnsImmutable: [67, u8],
  headroom: [68, u16],
  tailroom: [69, u16],
})

type Header = Infer<typeof ifinfomsg>

/** RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK */
export const linkMessage: Declaration<LinkMessage> & { readonly header: Struct<Members, Header> } = message(
  'link',
  ifinfomsg,
  linkAttrs,
)
export interface LinkMessage extends Message<Header, Infer<typeof linkAttrs>> {}
