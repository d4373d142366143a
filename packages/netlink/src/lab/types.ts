import type { NewAddress } from '../api/address/types.js'
import type { NewLink, NewPeer } from '../api/link/types.js'
import type { NewNeighbour } from '../api/neighbour/types.js'
import type { NewNexthop } from '../api/nexthop/types.js'
import type { NewQdisc } from '../api/qdisc/types.js'
import type { NewRoute } from '../api/route/types.js'
import type { NewRule } from '../api/rule/types.js'
import type { Impairment } from './impairment.js'

/** The other end of a pair. `N` are the names of the lab's namespaces. */
export type LabPeer<N extends string = string> = NewPeer & {
  readonly name: string
  /** The namespace of the lab to create it in. Default: that of the first end. */
  readonly netns?: N | undefined
}

/** A link to create, as for `nl.link.add`. It is up unless `up` is false. Its `peer` may be in another namespace of the lab. */
export type LabLink<N extends string = string> = NewLink & {
  readonly netns?: undefined
  readonly peer?: LabPeer<N> | undefined
}

/**
 * A network namespace of a lab: the same objects as for `nl.link.add`, `nl.address.add` and so on. Links are named by their names.
 * The order of links does not matter. `lo` is up.
 */
export interface LabNamespaceSpec<N extends string = string> {
  readonly links?: readonly LabLink<N>[] | undefined
  readonly addresses?: readonly NewAddress[] | undefined
  readonly neighbours?: readonly NewNeighbour[] | undefined
  readonly nexthops?: readonly NewNexthop[] | undefined
  /** Added in this order. */
  readonly routes?: readonly NewRoute[] | undefined
  readonly rules?: readonly NewRule[] | undefined
  readonly qdiscs?: readonly NewQdisc[] | undefined
  /** Delay, loss and other faults of links, by netem. */
  readonly impairments?: readonly Impairment[] | undefined
  /** True to forward IPv4 and IPv6 packets. */
  readonly forwarding?: boolean | undefined
  /** Settings below `net`, set before links are up: `{ 'net.ipv4.conf.eth0.rp_filter': 0 }`; with `/` for names that contain dots. */
  readonly sysctls?: Readonly<Record<string, string | number>> | undefined
}

/** The namespaces of a lab, by name. */
export type LabSpec<N extends string = string> = { readonly [K in N]: LabNamespaceSpec<NoInfer<N>> }

/** Options of a lab. */
export interface LabOptions {
  /** Milliseconds to wait until links have their carriers, and IPv6 addresses are usable. Default: 5000. */
  readonly settle?: number | undefined
  /**
   * True to mount the namespaces under their own names, e.g. `/run/netns/web`. Such a lab is not swept after a SIGKILL. Default: false,
   * a unique name for each: {@link LabNamespace.netns}.
   */
  readonly plainNames?: boolean | undefined
}
