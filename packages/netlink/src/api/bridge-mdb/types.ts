import type { MCAST, MDB, MDB_FLAGS, MdbMessage, RTPROT } from '../../route/index.js'
import type { ProtocolName } from '../values/file-names.js'
import type { NeighbourNames } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { FileNamed, Flag, Named } from '../values/names.js'

/** An entry of the multicast database (MDB) of a bridge or a vxlan: a port or a tunnel endpoint that receives a group. */
export interface BridgeMdbEntry {
  /** Index of the bridge or the vxlan whose database has the entry. */
  readonly master: number
  /** Index of the port; of the bridge, for a group that the host itself has joined; of the vxlan. */
  readonly dev: number
  /** The group: an IP address, or a link-layer address. */
  readonly group: string
  /** The source; left out for all sources. */
  readonly source?: string
  readonly vid?: number
  /** MDB_*: `permanent`, or `temporary` for one that is forgotten without reports. */
  readonly state: Named<typeof MDB>
  /** MDB_FLAGS_*: `['BLOCKED']` */
  readonly flags: readonly Flag<typeof MDB_FLAGS>[]
  /** MCAST_*: the sources that are received are those of `sources` (`include`), or all others (`exclude`). */
  readonly mode?: Named<typeof MCAST>
  readonly sources?: readonly string[]
  /** RTPROT_*: the program that created the entry. */
  readonly protocol?: Named<typeof RTPROT>
  /** Time until a temporary entry is forgotten, in hundredths of a second. */
  readonly timer?: number
  /** The tunnel endpoint, in the database of a vxlan. */
  readonly dst?: string
  /** UDP port of the tunnel endpoint, if it is not that of the vxlan. */
  readonly port?: number
  /** The VNI of packets that are sent, if it is not that of the vxlan. */
  readonly vni?: number
  /** The VNI of received packets that the entry applies to, on a vxlan with `collectMetadata`. */
  readonly srcVni?: number
  /** Index of the link that the tunnel's packets leave through. */
  readonly via?: number
  /** The decoded message, with this entry only. Not enumerable. */
  readonly message: MdbMessage
}

/** An entry with the names of what its numbers refer to: the result of reading with `{ names: true }`. */
export interface NamedBridgeMdbEntry extends BridgeMdbEntry, NeighbourNames, ProtocolName {}

/** Identifies an entry of a multicast database. */
export interface BridgeMdbKey {
  /** The port; the bridge, for a group that the host itself has joined; the vxlan, for an entry with `dst`. */
  readonly dev: LinkRef
  /** The bridge or vxlan. By default the bridge of the port `dev`; `dev` itself if it is a bridge, or with `dst`. */
  readonly master?: LinkRef | undefined
  /** An IP multicast address, or a link-layer multicast address. In a vxlan also `0.0.0.0` and `::`, for all other groups. */
  readonly group: string
  readonly source?: string | undefined
  /** If it is left out, and the bridge filters VLANs, the kernel adds and deletes entries of all VLANs of the port. */
  readonly vid?: number | undefined
  readonly dst?: string | undefined
  readonly port?: number | undefined
  readonly vni?: number | undefined
  readonly srcVni?: number | undefined
  readonly via?: LinkRef | undefined
}

/** An entry to write. */
export interface NewBridgeMdbEntry extends BridgeMdbKey {
  /** By default `permanent`; `temporary` for a group that the host itself has joined, which cannot be permanent. */
  readonly state?: Named<typeof MDB> | undefined
  /**
   * Only without `source`. A bridge applies and reports it with IGMPv3 or MLDv2 only: `mcastIgmpVersion: 3`, `mcastMldVersion: 2`. Linux 6.3,
   * like `sources` and `protocol`.
   */
  readonly mode?: Named<typeof MCAST> | undefined
  /** Only without `source`, and with `mode`. */
  readonly sources?: readonly string[] | undefined
  readonly protocol?: FileNamed<typeof RTPROT> | undefined
  /** Reported by the kernel; not sent. */
  readonly flags?: readonly Flag<typeof MDB_FLAGS>[] | undefined
  /** Reported by the kernel; not sent. */
  readonly timer?: number | undefined
}

/** Restricts a list of entries. */
export interface BridgeMdbFilter {
  /** A port, a bridge for what the host itself has joined, or a vxlan. */
  readonly dev?: LinkRef | undefined
  /** A bridge, or a vxlan for its own database. */
  readonly master?: LinkRef | undefined
  readonly group?: string | undefined
  readonly vid?: number | undefined
}
