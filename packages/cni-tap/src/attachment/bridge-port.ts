import { AF, type Connection, type LinkMessage } from '@netloom/netlink'
import { BRIDGE_VLAN_INFO, type BridgeAttrs, RTEXT_FILTER } from '@netloom/netlink/route'
import type { Config } from '../cni/config-keys.js'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
import { rangesOf, type VlanRange } from '../cni/vlan.js'
import type { Link } from './links.js'

const { PVID, UNTAGGED, RANGE_BEGIN, RANGE_END } = BRIDGE_VLAN_INFO

/** The settings of a bridge port, from the configuration and the bridge. */
export interface Port {
  readonly hairpin: boolean | undefined
  readonly isolated: boolean | undefined
  /** VLAN of untagged frames. */
  readonly vlan: number | undefined
  /** True if `vlan` is the bridge's default and not configured. Then CHECK does not compare it. */
  readonly isVlanImplied?: boolean
  readonly trunk: readonly VlanRange[]
  /** Default VLAN of the bridge, if the port must be removed from it. */
  readonly dropped: number | undefined
}

/**
 * Returns the settings of the port, or undefined if nothing is configured.
 * @throws {CniError} 7 if VLANs are configured but the bridge does not filter VLANs: the device would receive the frames of all
 * VLANs
 */
export function portOf(config: Config, data: BridgeAttrs | undefined): Port | undefined {
  const { bridge, hairpinMode: hairpin, portIsolation: isolated, vlan = 0, vlanTrunk = [] } = config
  if (bridge === undefined) return undefined
  const hasVlans = vlan !== 0 || vlanTrunk.length > 0
  if (hasVlans && !data?.vlanFiltering) {
    const fact = 'VLANs need vlan_filtering, which is off'
    throw new CniError(ErrorCode.invalidConfig, `invalid bridge ${JSON.stringify(bridge)}: ${fact}`)
  }
  if (!hasVlans && hairpin === undefined && isolated === undefined) return undefined
  const port = { hairpin, isolated, trunk: rangesOf(vlanTrunk) }
  if (!hasVlans) return { ...port, vlan: undefined, dropped: undefined }
  // The same as in the bridge plugin: `vlan` removes the port from the default VLAN. With only `vlanTrunk`, untagged frames stay
  // in the default VLAN.
  const { preserveDefaultVlan: preserved = vlan === 0 } = config
  const byDefault = data?.vlanDefaultPvid || undefined
  const isVlanImplied = vlan === 0 && config.preserveDefaultVlan === undefined
  const untagged = vlan || (preserved ? byDefault : undefined)
  return { ...port, vlan: untagged, isVlanImplied, dropped: preserved ? undefined : byDefault }
}

type PortRequest = readonly [name: 'RTM_SETLINK' | 'RTM_DELLINK', request: Partial<LinkMessage>]

/** Returns the requests that configure the port, in their order. */
export function portRequests(index: number, { hairpin, isolated, vlan, trunk, dropped }: Port): PortRequest[] {
  const family = AF.BRIDGE
  // The untagged VLAN must be last. A trunk that contains it would make it tagged again.
  const vlanInfo = [
    ...trunk.flatMap(({ first, last }) =>
      first === last
        ? [{ flags: 0, vid: first }]
        : [
            { flags: RANGE_BEGIN, vid: first },
            { flags: RANGE_END, vid: last },
          ],
    ),
    ...(vlan === undefined ? [] : [{ flags: PVID | UNTAGGED, vid: vlan }]),
  ]
  const requests: PortRequest[] = []
  if (dropped !== undefined) {
    requests.push(['RTM_DELLINK', { family, index, attrs: { afSpec: { vlanInfo: [{ flags: 0, vid: dropped }] } } }])
  }
  const protinfo = { mode: flag(hairpin), isolated: flag(isolated) }
  const attrs = { protinfo, ...(vlanInfo.length > 0 && { afSpec: { vlanInfo } }) }
  requests.push(['RTM_SETLINK', { family, index, attrs }])
  return requests
}

const flag = (value: boolean | undefined) => (value === undefined ? undefined : Number(value))

/** Configures the device as a port of its bridge. */
export function configurePort(nl: Connection, index: number, port: Port): void {
  kernelCall('failed to set up the port of the bridge', () => {
    for (const [name, request] of portRequests(index, port)) nl.requestSync(name, request)
  })
}

/** Returns a description of each difference between the port and the configuration. */
export function portDifferences(nl: Connection, link: Link, port: Port): string[] {
  const { linkinfo } = link.attrs
  const data = linkinfo?.slaveKind === 'bridge' ? linkinfo.slaveData : undefined
  const flags = [
    ['hairpinMode', port.hairpin, Boolean(data?.mode)],
    ['portIsolation', port.isolated, Boolean(data?.isolated)],
  ] as const
  return [
    ...flags
      .filter(([, expected, found]) => expected !== undefined && expected !== found)
      .map(([name, expected, found]) => `expected ${name} ${expected}, found ${found}`),
    ...vlanDifferences(port, vlansOf(nl, link.index, port)),
  ]
}

/** Returns the flags of the port's VLANs, by VLAN ID. Returns an empty map if no VLAN is configured. */
function vlansOf(nl: Connection, index: number, { vlan, trunk }: Port): ReadonlyMap<number, number> {
  if (vlan === undefined && trunk.length === 0) return new Map()
  const request = { family: AF.BRIDGE, attrs: { extMask: RTEXT_FILTER.BRVLAN } }
  const ports = kernelCall('failed to list VLANs', () => nl.dumpSync('RTM_GETLINK', request))
  const spec = ports.find((port) => port.index === index)?.attrs.afSpec
  const list = spec !== undefined && 'vlanInfo' in spec ? spec.vlanInfo : undefined
  return new Map(list?.map(({ vid, flags }) => [vid, flags & (PVID | UNTAGGED)]))
}

/** Compares only the configured VLANs. The port may belong to others. */
export function vlanDifferences(port: Port, found: ReadonlyMap<number, number>): string[] {
  const { vlan, isVlanImplied, trunk, dropped } = port
  const tagged = trunk.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
  const wanted = new Map<number, number | undefined>(tagged.map((vid) => [vid, 0]))
  if (vlan !== undefined && !isVlanImplied) wanted.set(vlan, PVID | UNTAGGED)
  // If the default VLAN is part of the trunk, it may have any flags.
  else if (vlan !== undefined && wanted.has(vlan)) wanted.set(vlan, undefined)
  const isAs = (vid: number, flags: number | undefined) =>
    found.has(vid) && (flags === undefined || found.get(vid) === flags)
  const lacking = [...wanted].filter(([vid, flags]) => !isAs(vid, flags)).map(([vid]) => vid)
  const isLeft = dropped !== undefined && found.has(dropped) && !wanted.has(dropped)
  return [
    ...(lacking.length === 0 ? [] : [`expected the port to be in VLAN ${lacking.join(', ')} as configured`]),
    ...(isLeft ? [`expected the port not to be in VLAN ${dropped}`] : []),
  ]
}
