import {
  AF,
  BRIDGE_VLAN_INFO,
  type BridgeAttrs,
  type Connection,
  type LinkMessage,
  RTEXT_FILTER,
} from '@netloom/netlink'
import type { Config } from './config-keys.js'
import { CniError, ErrorCode, kernelCall } from './error.js'
import { rangesOf, type VlanRange } from './vlan.js'

const { PVID, UNTAGGED, RANGE_BEGIN, RANGE_END } = BRIDGE_VLAN_INFO

/** What the device is to be like as the port of a bridge, as far as that is not the kernel's default. */
export interface Port {
  readonly hairpin: boolean
  readonly isolated: boolean
  /** The VLAN of frames without a tag. */
  readonly vlan: number | undefined
  readonly trunk: readonly VlanRange[]
  /** The VLAN that the bridge puts a new port in, where this one is not to stay there. */
  readonly dropped: number | undefined
}

/**
 * The port that the configuration asks for; undefined where any port will do.
 * @throws {CniError} 7 where the bridge does not tell VLANs apart: the device would be in all of them
 */
export function portOf(config: Config, data: BridgeAttrs | undefined): Port | undefined {
  const { bridge, hairpinMode = false, portIsolation = false, vlan = 0, vlanTrunk = [] } = config
  const hasVlans = vlan !== 0 || vlanTrunk.length > 0
  if (hasVlans && !data?.vlanFiltering) {
    const fact = 'VLANs need vlan_filtering, which is off'
    throw new CniError(ErrorCode.invalidConfig, `invalid bridge ${JSON.stringify(bridge)}: ${fact}`)
  }
  if (!hasVlans && !hairpinMode && !portIsolation) return undefined
  const port = { hairpin: hairpinMode, isolated: portIsolation, trunk: rangesOf(vlanTrunk) }
  if (!hasVlans) return { ...port, vlan: undefined, dropped: undefined }
  // As with the bridge plugin: who is put into a VLAN hears nothing of the default one, and that of a trunk's frames without a tag is
  // the default one.
  const { preserveDefaultVlan: preserved = vlan === 0 } = config
  const byDefault = data?.vlanDefaultPvid || undefined
  return { ...port, vlan: vlan || (preserved ? byDefault : undefined), dropped: preserved ? undefined : byDefault }
}

type PortRequest = readonly [name: 'RTM_SETLINK' | 'RTM_DELLINK', request: Partial<LinkMessage>]

/** The requests that make the device such a port, in their order. */
export function portRequests(index: number, { hairpin, isolated, vlan, trunk, dropped }: Port): PortRequest[] {
  const family = AF.BRIDGE
  // The VLAN without a tag comes last: as a part of the trunk it would become one with a tag.
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
  const protinfo = { mode: Number(hairpin), isolated: Number(isolated) }
  const attrs = { protinfo, ...(vlanInfo.length > 0 && { afSpec: { vlanInfo } }) }
  requests.push(['RTM_SETLINK', { family, index, attrs }])
  return requests
}

/** Makes the device such a port of the bridge that it is on. */
export function configurePort(nl: Connection, index: number, port: Port): void {
  kernelCall('failed to set up the port of the bridge', () => {
    for (const [name, request] of portRequests(index, port)) nl.requestSync(name, request)
  })
}

/** How the port differs: what is expected, and what is the case. */
export function portDifferences(nl: Connection, link: LinkMessage, port: Port): string[] {
  const { linkinfo } = link.attrs
  const data = linkinfo?.slaveKind === 'bridge' ? linkinfo.slaveData : undefined
  const flags = [
    ['hairpinMode', port.hairpin, Boolean(data?.mode)],
    ['portIsolation', port.isolated, Boolean(data?.isolated)],
  ] as const
  return [
    ...flags
      .filter(([, expected, found]) => expected !== found)
      .map(([name, expected, found]) => `expected ${name} ${expected}, found ${found}`),
    ...vlanDifferences(port, vlansOf(nl, link.index, port)),
  ]
}

/** The flags of each VLAN that the port is in; nothing where no VLAN matters. */
function vlansOf(nl: Connection, index: number, { vlan, trunk }: Port): ReadonlyMap<number, number> {
  if (vlan === undefined && trunk.length === 0) return new Map()
  const request = { family: AF.BRIDGE, attrs: { extMask: RTEXT_FILTER.BRVLAN } }
  const ports = kernelCall('failed to list VLANs', () => nl.dumpSync('RTM_GETLINK', request))
  const spec = ports.find((port) => port.index === index)?.attrs.afSpec
  const list = spec !== undefined && 'vlanInfo' in spec ? spec.vlanInfo : undefined
  return new Map(list?.map(({ vid, flags }) => [vid, flags & (PVID | UNTAGGED)]))
}

/** Only what was asked for is looked at: others may have put the port into more VLANs. */
export function vlanDifferences({ vlan, trunk, dropped }: Port, found: ReadonlyMap<number, number>): string[] {
  const tagged = trunk.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
  const wanted = new Map([
    ...tagged.map((vid) => [vid, 0] as const),
    ...(vlan === undefined ? [] : [[vlan, PVID | UNTAGGED] as const]),
  ])
  const lacking = [...wanted].filter(([vid, flags]) => found.get(vid) !== flags).map(([vid]) => vid)
  const isLeft = dropped !== undefined && found.has(dropped) && !wanted.has(dropped)
  return [
    ...(lacking.length === 0 ? [] : [`expected the port to be in VLAN ${lacking.join(', ')} as configured`]),
    ...(isLeft ? [`expected the port not to be in VLAN ${dropped}`] : []),
  ]
}
