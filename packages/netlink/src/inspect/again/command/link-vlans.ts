import { IPVLAN_MODE, MACVLAN_MODE } from '../../../route/index.js'
import { VLAN_PROTOCOL } from '../../../route/shared/vlan-protocol.js'
import { type Format, named, type Options, option } from './words.js'

/** `struct ifla_vlan_flags` with its mask. */
const vlanFlags: Format = ({ flags, mask }: { flags: number; mask: number }) => {
  const bits = [
    [1, 'reorder_hdr'],
    [2, 'gvrp'],
    [4, 'loose_binding'],
    [8, 'mvrp'],
    [16, 'bridge_binding'],
  ] as const
  // iproute2 sets only the bits of its mask.
  if ((mask & ~31) !== 0 || (flags & ~mask) !== 0) return undefined
  return bits.flatMap(([bit, word]) => ((mask & bit) === 0 ? [] : [word, (flags & bit) === 0 ? 'off' : 'on']))
}

const qosMap =
  (word: string): Format =>
  ({ mapping }: { mapping?: readonly { from: number; to: number }[] }) =>
    mapping === undefined || mapping.length === 0
      ? undefined
      : [word, ...mapping.map(({ from, to }) => `${from}:${to}`)]

/** Options of `ip link … type vlan`. */
export const vlan: Options = {
  id: option('id'),
  protocol: named('protocol', VLAN_PROTOCOL),
  flags: vlanFlags,
  ingressQos: qosMap('ingress-qos-map'),
  egressQos: qosMap('egress-qos-map'),
}

/** `macaddr OPERATION ADDRESS…`: the operation and its addresses are attributes of their own. */
const operations = ['add', 'del', 'flush', 'set']
/** Options of `ip link … type macvlan`. */
export const macvlan: Options = {
  mode: named('mode', MACVLAN_MODE),
  flags: (flags: number) => (flags === 1 ? ['nopromisc'] : undefined),
  macaddrMode: (mode: number) => (operations[mode] === undefined ? undefined : ['macaddr', operations[mode] as string]),
  macaddr: (address: string) => [address],
  macaddrData: ({ macaddr }: { macaddr?: readonly string[] }) => macaddr ?? [],
  bcQueueLen: option('bcqueuelen'),
  bcCutoff: option('bclim'),
}

/** Options of `ip link … type ipvlan`. */
export const ipvlan: Options = {
  mode: named('mode', IPVLAN_MODE),
  flags: (flags: number) =>
    ['bridge', 'private', 'vepa'][flags] === undefined ? undefined : [['bridge', 'private', 'vepa'][flags] as string],
}
