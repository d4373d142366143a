import { ETH_P } from '../../constants/index.js'
import { TC_ACT, TCA_CSUM_UPDATE_FLAG } from '../../route/index.js'
import { canonical, familyOf } from '../values/ip-text.js'
import { bitsOf, numberOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import { general, parmsOf } from './verdict.js'
import { computed, count, flag, plain, wordOf } from './words.js'

// Actions that add, remove or correct headers.

/** An EtherType by its word: `802.1q`, `ip`. */
const etherType = (option: string, value: string | number) => numberOf(option, ETH_P, value, 0xffff)

export const vlan = computed(
  {
    ...general,
    action: wordOf({ pop: 1, push: 2, modify: 3, pop_eth: 4, push_eth: 5 }),
    id: count,
    protocol: etherType,
    priority: count,
    /** Addresses of the Ethernet header that is pushed. */
    dst: plain<string>,
    src: plain<string>,
  },
  ({ action, id, protocol, priority: prio, dst, src, ...rest }) =>
    defined({
      parms: { ...parmsOf(rest, TC_ACT.PIPE), vAction: action },
      ...{ pushVlanId: id, pushVlanProtocol: protocol, pushVlanPriority: prio, pushEthDst: dst, pushEthSrc: src },
    }),
  { required: ['action'] },
)

export const mpls = computed(
  {
    ...general,
    action: wordOf({ pop: 1, push: 2, modify: 3, dec_ttl: 4, mac_push: 5 }),
    ...{ label: count, protocol: etherType, tc: count, ttl: count, bos: count },
  },
  ({ action, label, protocol, tc, ttl, bos, ...rest }) =>
    defined({ parms: { ...parmsOf(rest, TC_ACT.PIPE), mAction: action }, label, proto: protocol, tc, ttl, bos }),
  { required: ['action'] },
)

export const tunnelKey = computed(
  {
    ...general,
    action: wordOf({ set: 1, unset: 2 }),
    /** Addresses of the tunnel. */
    src: canonical,
    dst: canonical,
    id: count,
    dstPort: count,
    tos: count,
    ttl: count,
    /** False sends packets without the checksum of UDP. */
    csum: flag,
  },
  ({ action, src, dst, id, dstPort, tos, ttl, csum = true, ...rest }) => {
    const side = (end: 'Src' | 'Dst', address: string | undefined) =>
      address === undefined ? {} : { [`encIpv${familyOf(address) === 'inet' ? 4 : 6}${end}`]: address }
    return {
      ...{ ...side('Src', src), ...side('Dst', dst) },
      ...defined({ encKeyId: id, encDstPort: dstPort, encTos: tos, encTtl: ttl }),
      noCsum: csum ? 0 : 1,
      parms: { ...parmsOf(rest, TC_ACT.PIPE), tAction: action },
    }
  },
  { required: ['action'] },
)

export const csum = computed(
  {
    ...general,
    /** Checksums to compute: `IPV4HDR`, `TCP`, … */
    update: (option: string, flags: readonly (string & keyof (typeof TCA_CSUM_UPDATE_FLAG)['values'])[]) =>
      bitsOf(option, TCA_CSUM_UPDATE_FLAG, flags),
  },
  ({ update, ...rest }) => ({ parms: { ...parmsOf(rest, TC_ACT.OK), updateFlags: update } }),
  { required: ['update'] },
)
