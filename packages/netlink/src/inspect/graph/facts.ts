import type { LinkMessage } from '../../route/index.js'

type Data = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The far end of a tunnel. Without one, the tunnel has none or many. */
const remoteOf = ({ remote, group, remote6, group6 }: Data) =>
  [remote, group, remote6, group6].find((value) => isText(value) && !['0.0.0.0', '::'].includes(value))

const arrow = (data: Data) => {
  const remote = remoteOf(data)
  return remote === undefined ? '' : ` → ${remote}`
}

/** Returns the facts that distinguish a link from others of its kind. */
const byKind: Readonly<Record<string, (data: Data) => (string | undefined)[]>> = {
  vlan: ({ id }) => [`vlan ${id}`],
  // A link that gets the VNI of each packet from a route has no own one.
  vxlan: (data) => [
    data.collectMetadata
      ? `external${arrow(data)}`
      : data.id === undefined
        ? `vxlan${arrow(data)}`
        : `vni ${data.id}${arrow(data)}`,
  ],
  geneve: (data) => [data.collectMetadata ? 'external' : `vni ${data.id}${arrow(data)}`],
  bridge: ({ vlanFiltering }) => [vlanFiltering === 1 ? 'vlan filtering' : undefined],
  tun: ({ owner }) => [typeof owner === 'number' && owner !== 0xffffffff ? `owner ${owner}` : undefined],
  vrf: ({ table }) => [`table ${table}`],
  xfrm: ({ ifId }) => [`if_id ${ifId}`],
}

/** Kinds that connect a link with a remote address. */
const tunnels = new Set([
  'gre',
  'gretap',
  'ip6gre',
  'ip6gretap',
  'erspan',
  'ip6erspan',
  'ipip',
  'ip6tnl',
  'sit',
  'vti',
  'vti6',
])

/** Kinds whose `link` is the other end of a pair. */
const pairs = new Set(['veth', 'vxcan', 'netkit'])

/** True if `link` of a link of this kind is the other end of a pair. */
export const isPair = (kind = ''): boolean => pairs.has(kind)

/** Kinds that the kernel deletes with the link below them, when it is unregistered. */
const needing = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap', 'macsec', 'vxlan', 'amt', 'rmnet'])

/** True if a link of this kind cannot exist without the link below it. */
export const needsLower = (kind = ''): boolean => needing.has(kind)

/** Returns facts about a link in a few words: `vlan 5`, `vni 100 → 198.51.100.4`. */
export function factsOf({ attrs: { linkinfo } }: LinkMessage): string[] {
  const kind = linkinfo?.kind
  if (kind === undefined) return []
  const data = (linkinfo?.data ?? {}) as Data
  const facts = Object.hasOwn(byKind, kind) ? byKind[kind]?.(data) : [`${kind}${tunnels.has(kind) ? arrow(data) : ''}`]
  return (facts ?? []).filter((fact) => fact !== undefined)
}

/** Returns the index of the link that a tunnel sends through, if its data contains one. */
export function tunnelLink({ attrs: { linkinfo } }: LinkMessage): number | undefined {
  const { link } = (linkinfo?.data ?? {}) as Data
  return typeof link === 'number' && link !== 0 ? link : undefined
}
