import { withJson } from '../../codec/json.js'
import { BR_STATE, BRIDGE_VLAN_INFO, type BridgeVlanMessage, MDB_RTR_TYPE } from '../../route/index.js'
import { named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { BridgeVlan } from './types.js'

/** An entry of a message: a VLAN, or a range of them. */
export type VlanEntry = NonNullable<BridgeVlanMessage['attrs']['entry']>[number]

/** An entry with the index of its link. */
interface Part {
  readonly ifindex: number
  readonly entry: VlanEntry
}

const BridgeVlanObject = constructorOf<BridgeVlan, Part>(function ({ ifindex, entry }) {
  const { flags, vid } = entry.info ?? { flags: 0, vid: 0 }
  this.dev = ifindex
  this.vid = vid
  if (entry.range !== undefined && entry.range > vid) this.vidEnd = entry.range
  this.pvid = (flags & BRIDGE_VLAN_INFO.PVID) !== 0
  this.untagged = (flags & BRIDGE_VLAN_INFO.UNTAGGED) !== 0
  if (entry.state !== undefined) this.state = named(BR_STATE, entry.state)
  if (entry.tunnelInfo?.id !== undefined) this.tunnelId = entry.tunnelInfo.id
  if (entry.mcastRouter !== undefined) this.mcastRouter = named(MDB_RTR_TYPE, entry.mcastRouter)
  if (entry.mcastNGroups !== undefined) this.mcastGroups = entry.mcastNGroups
  if (entry.mcastMaxGroups !== undefined) this.mcastMaxGroups = entry.mcastMaxGroups
  if (entry.neighSuppress !== undefined) this.neighSuppress = entry.neighSuppress !== 0
  if (entry.neighForwardGrat !== undefined) this.neighForwardGrat = entry.neighForwardGrat !== 0
  if (entry.stats !== undefined) this.stats = withJson(entry.stats) as BridgeVlan['stats'] & object
})

/** Converts an entry of a message to a VLAN. */
export const toBridgeVlan = ({ attrs: _, ...header }: BridgeVlanMessage, entry: VlanEntry): BridgeVlan =>
  withMessage(new BridgeVlanObject({ ifindex: header.ifindex, entry }), { ...header, attrs: { entry: [entry] } })
