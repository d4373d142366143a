import { ETH_P } from '../../constants/index.js'
import { TC_ACT, TCA_CSUM_UPDATE_FLAG } from '../../route/index.js'
import { canonical, familyOf } from '../values/ip-text.js'
import { bitsOf, numberOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import { action, parmsOf } from './verdict.js'
import { count, flag, plain, wordOf } from './words.js'

// Actions that add, remove or correct headers.

/** An EtherType by its word: `802.1q`, `ip`. */
const etherType = (option: string, value: string | number) => numberOf(option, ETH_P, value, 0xffff)

export const vlan = action(
  {
    /** Change of the tag: `push`, `pop` or `modify`; of the Ethernet header: `push_eth` or `pop_eth`. */
    action: wordOf({ pop: 1, push: 2, modify: 3, pop_eth: 4, push_eth: 5 }),
    /** VLAN ID of the tag: 0 to 4094. `push` and `modify` require it. */
    id: count,
    /** EtherType of the tag: `802.1q`, `802.1ad`, or a number. Default: `802.1q`. */
    protocol: etherType,
    /** Priority of the tag (PCP): 0 to 7. Default: 0; `modify` keeps that of the packet. */
    priority: count,
    /** Destination of the Ethernet header that is pushed: `52:54:00:00:00:01`. tc: `dst_mac`. */
    dst: plain<string>,
    /** Source of the Ethernet header that is pushed: `52:54:00:00:00:01`. tc: `src_mac`. */
    src: plain<string>,
  },
  ({ action: change, id, protocol, priority: prio, dst, src, ...rest }) =>
    defined({
      parms: { ...parmsOf(rest, TC_ACT.PIPE), vAction: change },
      ...{ pushVlanId: id, pushVlanProtocol: protocol, pushVlanPriority: prio, pushEthDst: dst, pushEthSrc: src },
    }),
  { required: ['action'] },
)

export const mpls = action(
  {
    /** Change of the first label: `push`, `mac_push` (before the Ethernet header), `pop`, `modify` or `dec_ttl`. */
    action: wordOf({ pop: 1, push: 2, modify: 3, dec_ttl: 4, mac_push: 5 }),
    /** The label: 0 to 1048575. `push` and `mac_push` require it. */
    label: count,
    /** EtherType of the header that is next, for `pop`, or of MPLS: `ip`, `mpls_uc`, or a number. Default of `push`: `mpls_uc`. */
    protocol: etherType,
    /** Traffic class of the label: 0 to 7. */
    tc: count,
    /** Time to live of the label: 1 to 255. */
    ttl: count,
    /** 1: the label is the last one of the stack. 0: it is not. By default the kernel sets it by the next header. */
    bos: count,
  },
  ({ action: change, label, protocol, tc, ttl, bos, ...rest }) =>
    defined({ parms: { ...parmsOf(rest, TC_ACT.PIPE), mAction: change }, label, proto: protocol, tc, ttl, bos }),
  { required: ['action'] },
)

export const tunnelKey = action(
  {
    /** Change of the metadata of the tunnel: `set` or `unset`. */
    action: wordOf({ set: 1, unset: 2 }),
    /** Source of the outer header: an IPv4 or IPv6 address. `set` requires it. tc: `src_ip`. */
    src: canonical,
    /** Destination of the outer header: an IPv4 or IPv6 address. `set` requires it. tc: `dst_ip`. */
    dst: canonical,
    /** Number of the tunnel, such as the VNI of VXLAN: 32 bits. */
    id: count,
    /** Destination port of the outer header. tc: `dst_port`. */
    dstPort: count,
    /** Type of service of the outer header: 8 bits. */
    tos: count,
    /** Time to live of the outer header: 0 to 255. */
    ttl: count,
    /** False sends packets without the checksum of UDP. Default: true. tc: `csum`, `nocsum`. */
    csum: flag,
  },
  ({ action: change, src, dst, id, dstPort, tos, ttl, csum = true, ...rest }) => {
    const side = (end: 'Src' | 'Dst', address: string | undefined) =>
      address === undefined ? {} : { [`encIpv${familyOf(address) === 'inet' ? 4 : 6}${end}`]: address }
    return {
      ...{ ...side('Src', src), ...side('Dst', dst) },
      ...defined({ encKeyId: id, encDstPort: dstPort, encTos: tos, encTtl: ttl }),
      noCsum: csum ? 0 : 1,
      parms: { ...parmsOf(rest, TC_ACT.PIPE), tAction: change },
    }
  },
  { required: ['action'] },
)

export const csum = action(
  {
    /** Checksums to compute: `IPV4HDR`, `ICMP`, `IGMP`, `TCP`, `UDP`, `UDPLITE`, `SCTP`. tc: `ip4h`, `icmp`, … */
    update: (option: string, flags: readonly (string & keyof (typeof TCA_CSUM_UPDATE_FLAG)['values'])[]) =>
      bitsOf(option, TCA_CSUM_UPDATE_FLAG, flags),
  },
  ({ update, ...rest }) => ({ parms: { ...parmsOf(rest, TC_ACT.OK), updateFlags: update } }),
  { required: ['update'] },
)
