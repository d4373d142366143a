import type { AddressMessage, LinkMessage, RouteMessage } from '../../route/index.js'

/** The objects of a network namespace, as the kernel reports them. */
export interface NamespaceObjects {
  readonly name: string
  readonly links: readonly LinkMessage[]
  readonly addresses: readonly AddressMessage[]
  readonly routes: readonly RouteMessage[]
  /** Names of other namespaces by their ids in this one. */
  readonly nsids?: ReadonlyMap<number, string>
}

/** A link of a topology. */
export interface TopologyLink {
  /** Unique in the topology; letters and digits only. */
  readonly id: string
  readonly index: number
  readonly name: string
  readonly kind?: string
  readonly isUp: boolean
  /** With prefix lengths. Without those of the loopback and link-local ones. */
  readonly addresses: readonly string[]
  /** Gateways of default routes: `via 192.0.2.1`; empty for a route without a gateway. */
  readonly defaults: readonly string[]
  /** Facts in a few words: `vlan 5`, `vni 100 → 198.51.100.4`, `vlan filtering`. */
  readonly facts: readonly string[]
}

/** A network namespace of a topology. */
export interface TopologyNamespace {
  /** Unique in the topology; letters and digits only. */
  readonly id: string
  readonly name: string
  readonly links: readonly TopologyLink[]
}

/**
 * A relation of two links:
 *
 * | Kind    | `from`                             | `to`                              |
 * | ------- | ---------------------------------- | --------------------------------- |
 * | `port`  | a port                             | its bridge, bond, VRF, …          |
 * | `peer`  | one end of a pair                  | the other end                     |
 * | `lower` | a VLAN, a tunnel, a macvlan, …     | the link below it                 |
 */
export interface TopologyEdge {
  readonly kind: 'port' | 'peer' | 'lower'
  /** Ids of links. */
  readonly from: string
  readonly to: string
}

/** An end of a pair, or a lower link, in a namespace that the topology does not contain. */
export interface TopologyElsewhere {
  readonly kind: 'peer' | 'lower'
  /** Id of the link. */
  readonly from: string
  /** Name of the other namespace; `nsid 3` if it has none. */
  readonly namespace: string
  /** Index of the link there. */
  readonly index: number
}

/** The links of network namespaces, and how they are connected. */
export interface Topology {
  readonly namespaces: readonly TopologyNamespace[]
  readonly edges: readonly TopologyEdge[]
  readonly elsewhere: readonly TopologyElsewhere[]
}
