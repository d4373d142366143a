import { isLink } from '../values/link-ref.js'
import { defined } from '../values/objects.js'
import { newBond } from './bond.js'
import { noVlanFlags } from './data.js'
import { isPair } from './encode.js'
import type { AnyNewLink, Link } from './types.js'

/** Flags that a request can set (`__dev_change_flags`). The kernel only reports the others. */
const settable = ['DEBUG', 'NOARP', 'PROMISC', 'ALLMULTI', 'MULTICAST', 'DYNAMIC', 'PORTSEL', 'AUTOMEDIA'] as const

/** Data of ports that the kernel only reports, by the master's kind. */
const reported: Readonly<Record<string, readonly string[]>> = {
  bond: [
    ...['state', 'miiStatus', 'linkFailureCount', 'permHwaddr', 'adAggregatorId', 'adActorOperPortState'],
    ...['adPartnerOperPortState', 'adChurnActorState', 'adChurnPartnerState'],
  ],
  bridge: [
    ...['state', 'rootId', 'bridgeId', 'designatedPort', 'designatedCost', 'id', 'no', 'topologyChangeAck'],
    ...['configPending', 'messageAgeTimer', 'forwardDelayTimer', 'holdTimer', 'mcastEhtHostsCnt', 'mcastNGroups'],
    ...['mrpRingOpen', 'mrpInOpen'],
  ],
}

/** The data of a port that a request sets; undefined if it has none. */
function portOf(slaveKind: string | undefined, slaveData: object | undefined) {
  const keys = slaveKind !== undefined && Object.hasOwn(reported, slaveKind) ? reported[slaveKind] : undefined
  if (keys === undefined || slaveData === undefined) return undefined
  const own = Object.entries(slaveData).filter(([key]) => !keys.includes(key))
  return { slaveKind, slaveData: Object.fromEntries(own) }
}

interface BridgeData {
  readonly vlanFiltering?: number
  readonly multiBoolopt?: Readonly<Record<string, boolean>>
}

/** Default of `reservedBits`, the bits of a vxlan's header that must be zero: all except the VNI and its flag. */
const RESERVED_BITS = 'f7ffffff000000ff'

interface VxlanData {
  readonly remcsumRx?: number
  readonly reservedBits?: Buffer
}

/**
 * Returns the data of a new vxlan. The kernel reports its default `reservedBits` together with options that use some of them,
 * and refuses this combination. `remcsumRx` uses bits even if it is off.
 */
function newVxlan({ remcsumRx, reservedBits, ...rest }: VxlanData): object {
  const isDefault = reservedBits === undefined || Buffer.from(reservedBits).toString('hex') === RESERVED_BITS
  return { ...rest, ...(!isDefault && { reservedBits }), ...(remcsumRx !== 0 && { remcsumRx }) }
}

/** Returns the data of a new VLAN. The kernel reports no flags if all are off, and sets one by default. Older kernels refuse BRIDGE_BINDING. */
function newVlan(data: { readonly flags?: Readonly<Record<string, boolean>> }): object {
  const { BRIDGE_BINDING, ...flags } = { ...noVlanFlags, ...data.flags }
  return { ...data, flags: BRIDGE_BINDING ? { ...flags, BRIDGE_BINDING } : flags }
}

/** Returns the data of a new link. A kernel without VLANs refuses their options even if they are off, which is the default. */
function newData(kind: string | undefined, data: object | undefined): object | undefined {
  if (kind === 'vxlan' && data !== undefined) return newVxlan(data)
  if (kind === 'vlan') return newVlan(data ?? {})
  if (kind === 'bond' && data !== undefined) return newBond(data)
  if (kind !== 'bridge' || data === undefined) return data
  const { vlanFiltering, multiBoolopt, ...rest } = data as BridgeData
  const on = Object.entries(multiBoolopt ?? {}).filter(([, isOn]) => isOn)
  return {
    ...rest,
    ...(vlanFiltering !== 0 && { vlanFiltering }),
    ...(on.length > 0 && { multiBoolopt: Object.fromEntries(on) }),
  }
}

/** Returns the options that create a link like one that was read, without read-only members. Returns other options as they are. */
export function asNewLink(link: AnyNewLink | (Link & { readonly linkName?: string })): AnyNewLink {
  if (!isLink(link)) return link
  const { type: _, operstate: __, carrier: ___, permAddress: ____, qdisc: _____, promiscuity: ______, ...read } = link
  // A program that runs has no descriptor here, and the functions are those of a device.
  const { xdp: ________, vfs: _________, ...own } = read
  const { flags, altNames, link: lower, linkName: _______, linkNetnsid, slaveKind, slaveData, ...rest } = own
  // The name of a pair's other end is not known here. In another namespace, its index is one of that namespace.
  const pair = isPair(rest.kind)
    ? { peer: defined({ index: linkNetnsid === undefined ? lower : undefined }) }
    : undefined
  return defined({
    ...rest,
    data: newData(rest.kind, rest.data),
    flags: Object.fromEntries(settable.map((flag) => [flag, flags.includes(flag)])),
    altNames: altNames.length > 0 ? altNames : undefined,
    ...portOf(slaveKind, slaveData),
    ...(pair ?? { link: lower, linkNetnsid }),
  }) as AnyNewLink
}
