import {
  AF,
  attributes,
  bytes,
  type Declaration,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  lazy,
  lladdr,
  type Members,
  type Message,
  message,
  nanoseconds,
  type Struct,
  select,
  selectOuter,
  string,
  u8,
  u16,
  u32,
  uint,
  unterminated,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import {
  IF_LINK_MODE,
  IF_OPER,
  IFLA_EVENT,
  NETKIT,
  NETKIT_DEVICE,
  NETKIT_MODE,
  NETKIT_SCRUB,
} from './link-constants.js'
import { ifinfomsg, RTEXT_FILTER } from './link-header.js'
import { type BrportAttrs, brportAttrs } from './link-kinds/bridge.js'
import { dataCases, slaveCases, slaveKindCases, xstatsCases } from './link-kinds/cases.js'
import { devlinkPortAttrs, dpllPinAttrs, propListAttrs, protoDownReasonAttrs, xdpAttrs } from './link-nests.js'
import { rtnlLinkIfmap, rtnlLinkStats, rtnlLinkStats64 } from './link-stats.js'
import { portAttrs, vfInfoListAttrs, vfPortsAttrs } from './link-vf.js'
import { type AfSpecAttrs, afSpecAttrs, type Inet6Attrs, inet6Attrs } from './shared/af-spec.js'
import { type BridgeSpecAttrs, bridgeSpecAttrs } from './shared/bridge-spec.js'
import { type IpmraTableAttrs, ipmraTableAttrs, RTNL_FAMILY } from './shared/multicast-table.js'

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
  ...dataCases,
  netkit: named<NetkitAttrs>(netkitAttrs),
  veth: named<VethAttrs>(vethAttrs),
  vxcan: named<VxcanAttrs>(vxcanAttrs),
})

/** IFLA_INFO_*, linux/if_link.h. iproute2 sends `slaveData` with a `kind` such as `bond_slave` and without a `slaveKind`. */
export const linkInfo = attributes('IFLA_INFO', {
  kind: [1, string],
  data: [2, infoData],
  xstats: [3, select('kind', xstatsCases)],
  slaveKind: [4, string],
  slaveData: [5, select('slaveKind', slaveCases, select('kind', slaveKindCases))],
})

/** IFLA_PROTINFO by the header's family: bridge port attributes, or IPv6 attributes */
const protinfo = selectOuter('family', {
  [AF.BRIDGE]: named<BrportAttrs>(brportAttrs),
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
  maxPacingOffloadHorizon: [66, writtenAs(uint, nanoseconds)],
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
