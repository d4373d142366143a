import { type BridgeGlobalVlanOperations, bridgeGlobalVlanOperations } from '../bridge-global-vlan/operations.js'
import { type BridgeMdbOperations, bridgeMdbOperations } from '../bridge-mdb/operations.js'
import { type BridgeVlanOperations, bridgeVlanOperations } from '../bridge-vlan/operations.js'
import { type BridgeVniOperations, bridgeVniOperations } from '../bridge-vni/operations.js'
import type { AnyConnection } from '../run/operation.js'

/**
 * Operations on the tables of bridges and vxlans: `nl.bridge`. The bridges themselves are links (`nl.link`), and their forwarding
 * databases are those of `nl.neighbour` with `family: 'bridge'`.
 */
export interface BridgeOperations {
  /** The VLANs of bridges and their ports. */
  readonly vlan: BridgeVlanOperations
  /** Options that VLANs have in their whole bridge. */
  readonly globalVlan: BridgeGlobalVlanOperations
  /** The VNIs that a vxlan with `vnifilter` accepts. */
  readonly vni: BridgeVniOperations
  /** The multicast databases of bridges and vxlans. */
  readonly mdb: BridgeMdbOperations
}

/** Creates the operations on one connection. */
export const bridgeOperations = (connection: AnyConnection): BridgeOperations => ({
  vlan: bridgeVlanOperations(connection),
  globalVlan: bridgeGlobalVlanOperations(connection),
  vni: bridgeVniOperations(connection),
  mdb: bridgeMdbOperations(connection),
})
