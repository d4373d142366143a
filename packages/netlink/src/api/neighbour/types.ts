import type { FDB_NOTIFY, NeighbourMessage, NTF, NTF_EXT, NUD, RTPROT } from '../../route/index.js'
import type { ProtocolName } from '../values/file-names.js'
import type { IpFamily } from '../values/ip-text.js'
import type { NeighbourNames } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { FileNamed, Flag, Named } from '../values/names.js'
import type { FlagList } from '../values/words.js'

export type NeighbourFamily = IpFamily | 'bridge'
type NotifyFlag = string & keyof (typeof FDB_NOTIFY)['values']
export type NeighbourFlag = Flag<typeof NTF> | Flag<typeof NTF_EXT>

/** A neighbour, or, with family `bridge`, an entry of a forwarding database (FDB). */
export interface Neighbour {
  readonly family: NeighbourFamily
  /** The index of a link; 0 for a proxy of all links. */
  readonly dev: number
  /** The neighbour's address. In an FDB: the tunnel endpoint that frames are sent to. */
  readonly dst?: string
  readonly lladdr?: string
  /** NUD_*: `['REACHABLE']` */
  readonly state: readonly Flag<typeof NUD>[]
  /** NTF_* and NTF_EXT_*: `['ROUTER', 'MANAGED']` */
  readonly flags: readonly NeighbourFlag[]
  /** The index of the bridge whose FDB contains the entry. */
  readonly master?: number
  readonly vlan?: number
  readonly vni?: number
  /** The VNI of received packets that the entry applies to, on a vxlan with `collectMetadata`. */
  readonly srcVni?: number
  /** UDP port of the tunnel endpoint. */
  readonly port?: number
  /** The index of the link that the tunnel's packets leave through. */
  readonly via?: number
  /** The ID of a next hop, instead of `dst`. */
  readonly nexthop?: number
  /** FDB_NOTIFY_*: the bridge reports when the entry becomes active or, with `INACTIVE_BIT`, inactive. */
  readonly activityNotify?: FlagList<NotifyFlag>
  /** The namespace of the tunnel, if it is a different one. Not sent. */
  readonly linkNetnsid?: number
  /** RTPROT_*: the program that created the entry. */
  readonly protocol?: Named<typeof RTPROT>
  /** The decoded message. Not enumerable. */
  readonly message: NeighbourMessage
}

/** A neighbour with the names of what its numbers refer to: the result of reading with `{ names: true }`. */
export interface NamedNeighbour extends Neighbour, NeighbourNames, ProtocolName {}

/** Identifies a neighbour by `dev` and `dst`; an FDB entry by `family: 'bridge'`, `dev`, `lladdr` and, if needed, more properties. */
export interface NeighbourKey {
  readonly family?: NeighbourFamily | undefined
  /** 0 is allowed for a proxy of all links. */
  readonly dev: LinkRef | 0
  readonly dst?: string | undefined
  readonly lladdr?: string | undefined
  readonly vlan?: number | undefined
  readonly vni?: number | undefined
  readonly srcVni?: number | undefined
  readonly port?: number | undefined
  readonly via?: LinkRef | undefined
  readonly nexthop?: number | undefined
  /** The bridge whose FDB contains the entry. */
  readonly master?: LinkRef | undefined
  /** `PROXY`; in an FDB `MASTER` for the bridge's and `SELF` for the link's own. */
  readonly flags?: readonly NeighbourFlag[] | undefined
}

/** An FDB entry to look up: anywhere in the bridge `master` if `dev` is left out. */
export type NeighbourQuery = Omit<NeighbourKey, 'dev'> & { readonly dev?: LinkRef | 0 | undefined }

/** A neighbour or FDB entry to write. */
export interface NewNeighbour extends NeighbourKey {
  /** `['PERMANENT']` if left out; `[]` with the flags `MANAGED` or `USE`. */
  readonly state?: readonly Flag<typeof NUD>[] | undefined
  readonly protocol?: FileNamed<typeof RTPROT> | undefined
  readonly activityNotify?: FlagList<NotifyFlag> | number | undefined
  /** The update does not count as activity of the entry. */
  readonly dontRefresh?: boolean | undefined
  /** Reported by the kernel; not sent. */
  readonly linkNetnsid?: number | undefined
}

/** Restricts a list of neighbours. */
export interface NeighbourFilter {
  /** By default IPv4 and IPv6. */
  readonly family?: NeighbourFamily | undefined
  readonly dev?: LinkRef | undefined
  /** Neighbours on links that are ports of this one. */
  readonly master?: LinkRef | undefined
  /** True: proxy entries instead of neighbours. */
  readonly proxy?: boolean | undefined
  /** NUD_*: entries in one of these states. The kernel returns all states, and the library selects. */
  readonly state?: readonly Flag<typeof NUD>[] | undefined
}

/** Selects the neighbours that `flush` deletes. The options from `vlan` on are for FDB entries: all given ones must match. */
export interface NeighbourFlush extends NeighbourFilter {
  /** By default all but PERMANENT, and for neighbours NOARP. For FDB entries: PERMANENT, NOARP (static), REACHABLE (dynamic). */
  readonly state?: NeighbourFilter['state']
  readonly vlan?: number | undefined
  readonly vni?: number | undefined
  readonly srcVni?: number | undefined
  readonly port?: number | undefined
  readonly dst?: string | undefined
  readonly nexthop?: number | undefined
  /** Flags that an entry must have: `EXT_LEARNED`, `STICKY`, …, and `USE` for those that were not learned; `MASTER` or `SELF` for the FDB. */
  readonly flags?: readonly NeighbourFlag[] | undefined
}
