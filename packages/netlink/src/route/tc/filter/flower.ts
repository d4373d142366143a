import {
  atLeast,
  attributes,
  bytes,
  constants,
  type Infer,
  ipv4,
  ipv6,
  macaddr,
  string,
  u8,
  u16,
  u16be,
  u32,
  u32be,
} from '../../../codec/index.js'
import { tcActions } from '../action/action.js'
import { tcaFlowerKeyCfmAttrs, tcaFlowerKeyEncOptsAttrs, tcaFlowerKeyMplsOptsAttrs } from './flower-options.js'

/** TCA_FLOWER_KEY_CT_FLAGS_*, linux/pkt_cls.h: states of connection tracking */
export const TCA_FLOWER_KEY_CT_FLAGS = constants('TCA_FLOWER_KEY_CT_FLAGS', {
  NEW: 1,
  ESTABLISHED: 2,
  RELATED: 4,
  TRACKED: 8,
  INVALID: 16,
  REPLY: 32,
})

/** TCA_FLOWER_KEY_FLAGS_*, linux/pkt_cls.h */
export const TCA_FLOWER_KEY_FLAGS = constants('TCA_FLOWER_KEY_FLAGS', {
  IS_FRAGMENT: 1,
  FRAG_IS_FIRST: 2,
  TUNNEL_CSUM: 4,
  TUNNEL_DONT_FRAGMENT: 8,
  TUNNEL_OAM: 16,
  TUNNEL_CRIT_OPT: 32,
})

/** TCA_FLOWER_*, linux/pkt_cls.h. Where a `…Mask` is left out, all bits count. */
export const tcaFlowerAttrs = attributes('TCA_FLOWER', {
  classid: [1, u32],
  indev: [2, string],
  act: [3, tcActions],
  keyEthDst: [4, atLeast(macaddr)],
  keyEthDstMask: [5, atLeast(macaddr)],
  keyEthSrc: [6, atLeast(macaddr)],
  keyEthSrcMask: [7, atLeast(macaddr)],
  keyEthType: [8, u16be], // ETH_P_*
  keyIpProto: [9, u8], // IPPROTO_*
  keyIpv4Src: [10, ipv4],
  keyIpv4SrcMask: [11, ipv4],
  keyIpv4Dst: [12, ipv4],
  keyIpv4DstMask: [13, ipv4],
  keyIpv6Src: [14, atLeast(ipv6)],
  keyIpv6SrcMask: [15, atLeast(ipv6)],
  keyIpv6Dst: [16, atLeast(ipv6)],
  keyIpv6DstMask: [17, atLeast(ipv6)],
  keyTcpSrc: [18, u16be],
  keyTcpDst: [19, u16be],
  keyUdpSrc: [20, u16be],
  keyUdpDst: [21, u16be],
  flags: [22, u32], // TCA_CLS_FLAGS_*
  keyVlanId: [23, u16], // in the host's order, unlike the header's words (fl_set_key_vlan)
  keyVlanPrio: [24, u8],
  keyVlanEthType: [25, u16be], // ETH_P_*
  keyEncKeyId: [26, u32be],
  keyEncIpv4Src: [27, ipv4],
  keyEncIpv4SrcMask: [28, ipv4],
  keyEncIpv4Dst: [29, ipv4],
  keyEncIpv4DstMask: [30, ipv4],
  keyEncIpv6Src: [31, atLeast(ipv6)],
  keyEncIpv6SrcMask: [32, atLeast(ipv6)],
  keyEncIpv6Dst: [33, atLeast(ipv6)],
  keyEncIpv6DstMask: [34, atLeast(ipv6)],
  keyTcpSrcMask: [35, u16be],
  keyTcpDstMask: [36, u16be],
  keyUdpSrcMask: [37, u16be],
  keyUdpDstMask: [38, u16be],
  keySctpSrcMask: [39, u16be],
  keySctpDstMask: [40, u16be],
  keySctpSrc: [41, u16be],
  keySctpDst: [42, u16be],
  keyEncUdpSrcPort: [43, u16be],
  keyEncUdpSrcPortMask: [44, u16be],
  keyEncUdpDstPort: [45, u16be],
  keyEncUdpDstPortMask: [46, u16be],
  keyFlags: [47, u32be], // TCA_FLOWER_KEY_FLAGS_*
  keyFlagsMask: [48, u32be], // TCA_FLOWER_KEY_FLAGS_*
  keyIcmpv4Code: [49, u8],
  keyIcmpv4CodeMask: [50, u8],
  keyIcmpv4Type: [51, u8],
  keyIcmpv4TypeMask: [52, u8],
  keyIcmpv6Code: [53, u8],
  keyIcmpv6CodeMask: [54, u8],
  keyIcmpv6Type: [55, u8],
  keyIcmpv6TypeMask: [56, u8],
  keyArpSip: [57, ipv4],
  keyArpSipMask: [58, ipv4],
  keyArpTip: [59, ipv4],
  keyArpTipMask: [60, ipv4],
  keyArpOp: [61, u8],
  keyArpOpMask: [62, u8],
  keyArpSha: [63, atLeast(macaddr)],
  keyArpShaMask: [64, atLeast(macaddr)],
  keyArpTha: [65, atLeast(macaddr)],
  keyArpThaMask: [66, atLeast(macaddr)],
  keyMplsTtl: [67, u8],
  keyMplsBos: [68, u8],
  keyMplsTc: [69, u8],
  keyMplsLabel: [70, u32], // in the host's order, unlike the header's words (fl_set_key_mpls)
  keyTcpFlags: [71, u16be],
  keyTcpFlagsMask: [72, u16be],
  keyIpTos: [73, u8],
  keyIpTosMask: [74, u8],
  keyIpTtl: [75, u8],
  keyIpTtlMask: [76, u8],
  keyCvlanId: [77, u16], // in the host's order, unlike the header's words (fl_set_key_vlan)
  keyCvlanPrio: [78, u8],
  keyCvlanEthType: [79, u16be], // ETH_P_*
  keyEncIpTos: [80, u8],
  keyEncIpTosMask: [81, u8],
  keyEncIpTtl: [82, u8],
  keyEncIpTtlMask: [83, u8],
  keyEncOpts: [84, tcaFlowerKeyEncOptsAttrs],
  keyEncOptsMask: [85, tcaFlowerKeyEncOptsAttrs],
  inHwCount: [86, u32],
  keyPortSrcMin: [87, u16be],
  keyPortSrcMax: [88, u16be],
  keyPortDstMin: [89, u16be],
  keyPortDstMax: [90, u16be],
  keyCtState: [91, u16], // TCA_FLOWER_KEY_CT_FLAGS_*
  keyCtStateMask: [92, u16], // TCA_FLOWER_KEY_CT_FLAGS_*
  keyCtZone: [93, u16],
  keyCtZoneMask: [94, u16],
  keyCtMark: [95, u32],
  keyCtMarkMask: [96, u32],
  keyCtLabels: [97, bytes], // 16 bytes
  keyCtLabelsMask: [98, bytes], // 16 bytes
  keyMplsOpts: [99, tcaFlowerKeyMplsOptsAttrs],
  keyHash: [100, u32],
  keyHashMask: [101, u32],
  keyNumOfVlans: [102, u8],
  keyPppoeSid: [103, u16be],
  keyPppProto: [104, u16be],
  keyL2tpv3Sid: [105, u32be],
  l2Miss: [106, u8],
  keyCfm: [107, tcaFlowerKeyCfmAttrs],
  keySpi: [108, u32be],
  keySpiMask: [109, u32be],
  keyEncFlags: [110, u32be], // TCA_FLOWER_KEY_FLAGS_*
  keyEncFlagsMask: [111, u32be], // TCA_FLOWER_KEY_FLAGS_*
})
export interface TcaFlowerAttrs extends Infer<typeof tcaFlowerAttrs> {}
