import type { BridgeVlanMessage } from '../../route/index.js'
import type { BridgeVlanKey } from '../bridge-vlan/types.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'

/** Multicast options of a VLAN in its whole bridge. They have an effect if the bridge has `mcastVlanSnooping`. Times are in hundredths of a second. */
export interface BridgeGlobalVlanOptions {
  readonly mcastSnooping?: boolean | undefined
  readonly mcastQuerier?: boolean | undefined
  /** 2 or 3. */
  readonly mcastIgmpVersion?: number | undefined
  /** 1 or 2. */
  readonly mcastMldVersion?: number | undefined
  readonly mcastLastMemberCnt?: number | undefined
  readonly mcastStartupQueryCnt?: number | undefined
  readonly mcastLastMemberIntvl?: bigint | undefined
  readonly mcastMembershipIntvl?: bigint | undefined
  readonly mcastQuerierIntvl?: bigint | undefined
  readonly mcastQueryIntvl?: bigint | undefined
  readonly mcastQueryResponseIntvl?: bigint | undefined
  readonly mcastStartupQueryIntvl?: bigint | undefined
  /** Instance of the multiple spanning tree protocol. Linux 5.18. */
  readonly msti?: number | undefined
}

/** A VLAN of a bridge and all its ports, or consecutive VLANs with the same options, as `bridge vlan global show` prints them. */
export interface BridgeGlobalVlan extends Readonly<BridgeGlobalVlanOptions> {
  /** Index of the bridge. */
  readonly dev: number
  readonly vid: number
  /** The last VLAN of a range. Left out for a single one. */
  readonly vidEnd?: number
  /** The decoded message, with the entry of this VLAN only: it also contains queriers and router ports. Not enumerable. */
  readonly message: BridgeVlanMessage
}

/** A VLAN with the name of its bridge: the result of reading with `{ names: true }`. */
export interface NamedBridgeGlobalVlan extends BridgeGlobalVlan, DevName {}

/** Options of VLANs to write. The VLANs must exist: of the bridge, or of one of its ports. */
export interface NewBridgeGlobalVlan extends BridgeVlanKey, BridgeGlobalVlanOptions {}

/** Restricts a list of VLANs. */
export interface BridgeGlobalVlanFilter {
  /** A bridge. By default all of them. */
  readonly dev?: LinkRef | undefined
  /** VLANs from `vid` to `vidEnd`. */
  readonly vid?: number | undefined
  /** By default `vid`. */
  readonly vidEnd?: number | undefined
}
