import { toLink } from '../api/link/decode.js'
import { AF } from '../codec/index.js'
import { BR_STATE, BRIDGE_VLAN_INFO, type BridgeVlanMessage, type LinkMessage, MDB_RTR_TYPE } from '../route/index.js'
import type { PlannedLinks } from './planned-link.js'
import type { Planning } from './planning.js'

/** `default_pvid` of a new bridge: br_vlan_init(), net/bridge/br_vlan.c */
const DEFAULT_PVID = 1

/** Returns the VLANs of a new bridge or port. */
function vlansOf(ifindex: number, pvid: number): BridgeVlanMessage {
  const entry = {
    info: { vid: pvid, flags: BRIDGE_VLAN_INFO.PVID | BRIDGE_VLAN_INFO.UNTAGGED },
    ...{ state: BR_STATE.FORWARDING, mcastRouter: MDB_RTR_TYPE.TEMP_QUERY },
  }
  return { family: AF.BRIDGE, ifindex, attrs: { entry: pvid === 0 ? [] : [entry] } }
}

const pvidOf = (data: unknown) => {
  const pvid = (data as { readonly vlanDefaultPvid?: unknown } | undefined)?.vlanDefaultPvid
  return typeof pvid === 'number' ? pvid : undefined
}

/**
 * Adds the VLANs to the snapshot that links get from the plan: the kernel puts a new bridge, and each new port, into the default VLAN
 * of the bridge. A port that leaves its bridge loses its VLANs.
 */
export function predictVlans({ snapshot }: Planning, links: PlannedLinks): void {
  const specOf = (index: number) =>
    [...links.values()].find(({ spec }) => snapshot.named(spec.name)?.index === index)?.spec
  const defaultOf = (index: number) =>
    pvidOf(specOf(index)?.data) ?? pvidOf(snapshot.indexed(index)?.data) ?? DEFAULT_PVID
  for (const { spec, drafts, master } of links.values()) {
    const link = snapshot.named(spec.name)
    if (link === undefined) continue
    const { index } = link
    if (drafts.add && link.kind === 'bridge') snapshot.predictVlans(vlansOf(index, defaultOf(index)))
    const isMoved = master !== undefined && (drafts.add !== undefined || (link.master ?? 0) !== master)
    if (!isMoved) continue
    const isBridge = snapshot.indexed(master)?.kind === 'bridge'
    snapshot.predictVlans(vlansOf(index, isBridge ? defaultOf(master) : 0))
  }
}

/** Adds the links to the snapshot whose master the plan changes, with the new one: entries of forwarding and multicast databases depend on it. */
export function predictPorts({ snapshot }: Planning, links: PlannedLinks): void {
  for (const { spec, master } of links.values()) {
    const link = snapshot.named(spec.name)
    if (link === undefined || master === undefined || (link.master ?? 0) === master) continue
    const { attrs, ...header } = link.message
    const { slaveKind: _, slaveData: __, ...linkinfo } = attrs.linkinfo ?? {}
    const { master: ___, ...own } = attrs
    const slaveKind = snapshot.indexed(master)?.kind
    const port = master === 0 ? { linkinfo } : { master, linkinfo: { ...linkinfo, slaveKind } }
    snapshot.predictPort(toLink({ ...header, attrs: { ...own, ...port } } as LinkMessage))
  }
}
