import {
  attributes,
  bytes,
  constants,
  enumOf,
  type Infer,
  i32,
  select,
  string,
  u8,
  u32,
  u64be,
} from '../../codec/index.js'
import { named } from '../../codec/named.js'
import { ILA_ATYPE, ILA_CSUM, ILA_DIR, ILA_HOOK } from './encap-constants.js'
import * as ip from './encap-ip.js'
import * as seg6 from './encap-seg6.js'
import { mplsLabelStack } from './mpls-label.js'

/** LWTUNNEL_ENCAP_*, linux/lwtunnel.h: types of encapsulation */
export const LWTUNNEL_ENCAP = constants(
  'LWTUNNEL_ENCAP',
  { NONE: 0, MPLS: 1, IP: 2, ILA: 3, IP6: 4, SEG6: 5, BPF: 6, SEG6_LOCAL: 7, RPL: 8, IOAM6: 9, XFRM: 10 },
  { SEG6_LOCAL: 'seg6local' },
)

/** MPLS_IPTUNNEL_*, linux/mpls_iptunnel.h */
export const mplsIptunnelAttrs = attributes('MPLS_IPTUNNEL', {
  dst: [1, mplsLabelStack],
  ttl: [2, u8],
})
export interface MplsIptunnelAttrs extends Infer<typeof mplsIptunnelAttrs> {}

/** ILA_ATTR_*, linux/ila.h: identifier-locator addressing */
export const ilaAttrs = attributes('ILA_ATTR', {
  locator: [1, u64be], // upper 64 bits of an IPv6 address
  identifier: [2, u64be], // lower 64 bits
  locatorMatch: [3, u64be],
  ifindex: [4, i32],
  dir: [5, enumOf(u32, ILA_DIR)],
  pad: [6, bytes],
  csumMode: [7, enumOf(u8, ILA_CSUM)],
  identType: [8, enumOf(u8, ILA_ATYPE)],
  hookType: [9, enumOf(u8, ILA_HOOK)],
})
export interface IlaAttrs extends Infer<typeof ilaAttrs> {}

/** LWT_BPF_PROG_*, linux/lwtunnel.h */
export const lwtBpfProgAttrs = attributes('LWT_BPF_PROG', {
  fd: [1, u32], // requests only
  name: [2, string],
})

/** LWT_BPF_*, linux/lwtunnel.h: BPF programs for the input, output and transmit paths */
export const lwtBpfAttrs = attributes('LWT_BPF', {
  in: [1, lwtBpfProgAttrs],
  out: [2, lwtBpfProgAttrs],
  xmit: [3, lwtBpfProgAttrs],
  xmitHeadroom: [4, u32], // bytes, at most 256
})
export interface LwtBpfAttrs extends Infer<typeof lwtBpfAttrs> {}

/** LWT_XFRM_*, linux/lwtunnel.h */
export const lwtXfrmAttrs = attributes('LWT_XFRM', {
  ifId: [1, u32],
  link: [2, i32], // ifindex
})
export interface LwtXfrmAttrs extends Infer<typeof lwtXfrmAttrs> {}

/** RTA_ENCAP or NHA_ENCAP, selected by its sibling `encapType` (LWTUNNEL_ENCAP_*) */
export const encap = select('encapType', {
  [LWTUNNEL_ENCAP.MPLS]: named<MplsIptunnelAttrs>(mplsIptunnelAttrs),
  [LWTUNNEL_ENCAP.IP]: named<ip.LwtunnelIpAttrs>(ip.lwtunnelIpAttrs),
  [LWTUNNEL_ENCAP.ILA]: named<IlaAttrs>(ilaAttrs),
  [LWTUNNEL_ENCAP.IP6]: named<ip.LwtunnelIp6Attrs>(ip.lwtunnelIp6Attrs),
  [LWTUNNEL_ENCAP.SEG6]: named<seg6.Seg6IptunnelAttrs>(seg6.seg6IptunnelAttrs),
  [LWTUNNEL_ENCAP.BPF]: named<LwtBpfAttrs>(lwtBpfAttrs),
  [LWTUNNEL_ENCAP.SEG6_LOCAL]: named<seg6.Seg6LocalAttrs>(seg6.seg6LocalAttrs),
  [LWTUNNEL_ENCAP.RPL]: named<seg6.RplIptunnelAttrs>(seg6.rplIptunnelAttrs),
  [LWTUNNEL_ENCAP.IOAM6]: named<seg6.Ioam6IptunnelAttrs>(seg6.ioam6IptunnelAttrs),
  [LWTUNNEL_ENCAP.XFRM]: named<LwtXfrmAttrs>(lwtXfrmAttrs),
})
