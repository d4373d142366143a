import { AF, ArgumentError } from '../../codec/index.js'
import { BR_STATE, BRIDGE_VLAN_INFO, type BridgeVlanMessage, MDB_RTR_TYPE } from '../../route/index.js'
import { BOOLEAN, checkValue, integers, REPORTED, U32, VLAN_ID } from '../values/accepted.js'
import { checkIdKey, type IdRange } from '../values/id-ranges.js'
import { numberOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import type { VlanEntry } from './decode.js'
import type { BridgeVlanKey, NewBridgeVlan } from './types.js'

/** An ID of a tunnel has the size of a VNI. 0 stands for none. */
const TUNNEL = integers(0, 0xffffff)

/** The options of a VLAN. */
export const bridgeVlanKeys = {
  ...{ dev: 1, vid: 1, vidEnd: 1, pvid: BOOLEAN, untagged: BOOLEAN, state: 1, tunnelId: TUNNEL, mcastRouter: 1 },
  ...{ mcastMaxGroups: U32, neighSuppress: BOOLEAN, neighForwardGrat: BOOLEAN, mcastGroups: U32, stats: REPORTED },
} satisfies Record<keyof NewBridgeVlan, unknown>

/** RTM_SETLINK and RTM_DELLINK: BRIDGE_VLANDB_TINFO_CMD of a mapping to add and to delete. */
const [MAP, UNMAP] = [19, 17]

/** The options that have attributes of their own, next to the flags. */
export const vlanOptions = [
  ...(['state', 'tunnelId', 'mcastRouter', 'mcastMaxGroups', 'neighSuppress', 'neighForwardGrat'] as const),
]
export type VlanOption = (typeof vlanOptions)[number]

/** Checks what identifies VLANs, and returns their range. @throws {TypeError} */
export const checkVlanKey = (vlan: BridgeVlanKey): IdRange => checkIdKey('vlan', 'vid', vlan, bridgeVlanKeys, VLAN_ID)

/** Checks all options of a VLAN to write, and returns its range. @throws {TypeError} */
export function checkVlan(vlan: NewBridgeVlan): IdRange {
  const range = checkVlanKey(vlan)
  if (vlan.pvid && range.to > range.from)
    throw new ArgumentError(`expected pvid with one VLAN, got it with those from ${range.from} to ${range.to}`)
  if (vlan.tunnelId) checkValue('the last tunnelId of vlan', vlan.tunnelId + range.to - range.from, TUNNEL)
  entryOf(vlan, range)
  return range
}

function wordOf(key: 'state' | 'mcastRouter', family: typeof BR_STATE | typeof MDB_RTR_TYPE, vlan: NewBridgeVlan) {
  const value = vlan[key]
  if (value === undefined) return undefined
  const number = numberOf(`${key} of vlan`, family, value)
  checkValue(`${key} of vlan`, number, integers(0, Object.keys(family.values).length - 1))
  return number
}

const bit = (value: boolean | undefined) => (value === undefined ? undefined : Number(value))

/** Returns the entry of a request for the VLANs of a range, which is within that of `vlan`. @throws {TypeError} */
export function entryOf(vlan: NewBridgeVlan, { from, to }: IdRange): VlanEntry {
  const { vid, pvid = false, untagged = false, tunnelId, mcastMaxGroups } = vlan
  return {
    info: {
      vid: from,
      flags: (pvid ? BRIDGE_VLAN_INFO.PVID : 0) | (untagged ? BRIDGE_VLAN_INFO.UNTAGGED : 0),
    },
    ...(to > from && { range: to }),
    ...defined({ state: wordOf('state', BR_STATE, vlan), mcastRouter: wordOf('mcastRouter', MDB_RTR_TYPE, vlan) }),
    ...(tunnelId && { tunnelInfo: { id: tunnelId + from - vid, cmd: MAP } }),
    ...defined({ mcastMaxGroups, neighSuppress: bit(vlan.neighSuppress) }),
    ...defined({ neighForwardGrat: bit(vlan.neighForwardGrat) }),
  }
}

/** Returns the entry that deletes the mapping of VLANs to tunnels. The kernel refuses to change one. */
export const unmapping = ({ info, range }: VlanEntry): VlanEntry => ({
  info: { vid: info?.vid ?? 0, flags: BRIDGE_VLAN_INFO.ONLY_OPTS },
  ...defined({ range }),
  tunnelInfo: { cmd: UNMAP },
})

/** Returns the message of entries on one link. */
export const vlanMessage = (ifindex: number, entry: readonly VlanEntry[]): BridgeVlanMessage => ({
  family: AF.BRIDGE,
  ifindex,
  attrs: { entry: [...entry] },
})

/** Returns the message that deletes VLANs. */
export const vlanDeletion = (ifindex: number, ranges: readonly IdRange[]): BridgeVlanMessage =>
  vlanMessage(
    ifindex,
    ranges.map(({ from, to }) => ({ info: { vid: from, flags: 0 }, ...(to > from && { range: to }) })),
  )

/** Attributes of options, and their values in a VLAN that was just added. */
const defaults = {
  ...{ state: BR_STATE.FORWARDING, mcastRouter: MDB_RTR_TYPE.TEMP_QUERY, mcastMaxGroups: 0, neighSuppress: 0 },
  neighForwardGrat: 0,
} as const

/** Returns the entry that sets an option as it was, with those of `keys` only; of a VLAN that was deleted, those that are not the default. */
function originalOf(entry: VlanEntry, keys: readonly string[] | undefined): VlanEntry {
  const { info, range, tunnelInfo } = entry
  const own = Object.entries(defaults).flatMap(([key, usual]) => {
    const value = entry[key as keyof typeof defaults]
    return (keys === undefined ? value !== undefined && value !== usual : keys.includes(key)) ? [[key, value]] : []
  })
  const hasTunnel = tunnelInfo?.id !== undefined && (keys?.includes('tunnelId') ?? true)
  return {
    ...defined({ info, range }),
    ...(hasTunnel && { tunnelInfo: { id: tunnelInfo.id as number, cmd: MAP } }),
    ...defined(Object.fromEntries(own)),
  }
}

/**
 * Returns the message that sets VLANs as they were. `keys` are the options that may have changed: the kernel refuses some of the others,
 * such as the state while it runs the spanning tree protocol. Without `keys`, the VLANs were deleted.
 */
export function vlanRestoration(
  { ifindex, attrs: { entry = [] } }: BridgeVlanMessage,
  keys?: readonly string[],
): BridgeVlanMessage {
  return vlanMessage(
    ifindex,
    entry.map((each) => originalOf(each, keys)),
  )
}

/**
 * Returns the message that deletes the mappings of VLANs to tunnels, before they are set as they were. The kernel refuses it for a port
 * without `vlanTunnel`, which has none.
 */
export const vlanUnmapping = ({ ifindex, attrs: { entry = [] } }: BridgeVlanMessage): BridgeVlanMessage =>
  vlanMessage(ifindex, entry.map(unmapping))
