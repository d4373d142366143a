import { AF, nameOf } from '../../codec/index.js'
import { type NeighbourMessage, NTF, NTF_EXT, NUD } from '../../route/index.js'
import type { IpFamily } from '../ip-text.js'
import type { LinkRef } from '../link-ref.js'
import { type Flag, flagsIn } from '../names.js'
import { defined } from '../objects.js'
import { withMessage } from '../with-message.js'

export type NeighbourFamily = IpFamily | 'bridge'
export type NeighbourFlag = Flag<typeof NTF> | Flag<typeof NTF_EXT>

/** Bits that NTF_EXT_* are shifted by, so that all flags are one number, as in the kernel (net/core/neighbour.c). */
export const NTF_EXT_SHIFT = 8

const extended = Object.entries(NTF_EXT.values).map(([name, bit]) => [name, bit << NTF_EXT_SHIFT] as const)

/** NTF_*, and NTF_EXT_* above them. */
export const neighbourFlags = {
  prefix: 'NTF',
  values: { ...NTF.values, ...(Object.fromEntries(extended) as Record<string & keyof typeof NTF_EXT.values, number>) },
} as const

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
  /** FDB_NOTIFY_* bits: the bridge reports when the entry becomes active or inactive. */
  readonly activityNotify?: number
  /** The namespace of the tunnel, if it is a different one. Not sent. */
  readonly linkNetnsid?: number
  /** RTPROT_*: the program that created the entry. */
  readonly protocol?: number
  /** The decoded message. Not enumerable. */
  readonly message: NeighbourMessage
}

/** Identifies a neighbour by `dev` and `dst`; an FDB entry by `family: 'bridge'`, `dev`, `lladdr` and what else distinguishes it. */
export interface NeighbourKey {
  readonly family?: NeighbourFamily | undefined
  /** 0 only for a proxy of all links. */
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
  readonly protocol?: number | undefined
  readonly activityNotify?: number | undefined
  /** The update does not count as activity of the entry. */
  readonly dontRefresh?: boolean | undefined
  /** Reported by the kernel; not sent. */
  readonly linkNetnsid?: number | undefined
}

/** Restricts a list of neighbours. */
export interface NeighbourFilter {
  /** IPv4's and IPv6's, if left out. */
  readonly family?: NeighbourFamily | undefined
  readonly dev?: LinkRef | undefined
  /** Those of links that are ports of this one. */
  readonly master?: LinkRef | undefined
  /** Proxy entries instead of neighbours. */
  readonly proxy?: boolean | undefined
}

/** Converts a message to a neighbour. */
export function toNeighbour(message: NeighbourMessage): Neighbour {
  const { family, ifindex: dev, state, flags, attrs } = message
  const allFlags = flags | ((attrs.flagsExt ?? 0) << NTF_EXT_SHIFT)
  const neighbour = defined({
    family: family === AF.BRIDGE ? 'bridge' : nameOf(AF, family).slice('AF_'.length).toLowerCase(),
    ...{ dev, dst: attrs.dst, lladdr: attrs.lladdr, state: flagsIn(NUD, state) },
    ...{ flags: flagsIn(neighbourFlags, allFlags >>> 0), master: attrs.master, vlan: attrs.vlan, vni: attrs.vni },
    ...{ srcVni: attrs.srcVni, port: attrs.port, via: attrs.ifindex, nexthop: attrs.nhId },
    ...{ activityNotify: attrs.fdbExtAttrs?.activityNotify, linkNetnsid: attrs.linkNetnsid, protocol: attrs.protocol },
  })
  return withMessage(neighbour, message) as Neighbour
}
