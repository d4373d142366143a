import { isPair } from '../api/link/encode.js'
import type { PlannedLinks } from './planned-link.js'
import type { Snapshot } from './snapshot.js'

/** Kinds whose carrier is that of the link below: `netif_stacked_transfer_operstate` of the kernel. */
const stacked: ReadonlySet<string> = new Set(['ipvlan', 'ipvtap', 'macvlan', 'macvtap', 'vlan'])

/** Returns the links that create another one, the other end of their pair, by its name. */
export const ownersOf = (links: PlannedLinks) =>
  new Map([...links.values()].flatMap((link) => (link.spec.peer?.name ? [[link.spec.peer.name, link] as const] : [])))

/** The states that links will have after a plan, as far as they are certain. */
export class LinkStates {
  readonly #owners: ReturnType<typeof ownersOf>

  constructor(
    private readonly snapshot: Snapshot,
    private readonly links: PlannedLinks,
  ) {
    this.#owners = ownersOf(links)
  }

  /** True if the link will be up. */
  isUp(index: number): boolean {
    const link = this.snapshot.indexed(index)
    if (link === undefined) return true
    return this.links.get(link.name)?.spec.up ?? this.#owners.get(link.name)?.spec.peer?.up ?? link.up
  }

  /** Returns the MTU that the link will have; that of lo is no limit for IPv6. */
  mtuOf(index: number): number {
    const link = this.snapshot.indexed(index)
    if (link === undefined || link.flags.includes('LOOPBACK')) return Number.POSITIVE_INFINITY
    return this.links.get(link.name)?.spec.mtu ?? link.mtu ?? Number.POSITIVE_INFINITY
  }

  /** Returns the name of the link that must be up so that another one has a carrier, and will not be; undefined if it may have one. */
  keepsFromCarrier(index: number): string | undefined {
    const link = this.snapshot.indexed(index)
    const below = link && this.#carrierOf(link.index)
    if (link === undefined || below === undefined) return undefined
    if (!this.isUp(below)) return this.snapshot.indexed(below)?.name
    return isPair(link.kind) ? undefined : this.keepsFromCarrier(below)
  }

  /** Returns the index of the link whose carrier or state another one needs, in this namespace. */
  #carrierOf(index: number): number | undefined {
    const { name, kind = '', link, linkNetnsid } = this.snapshot.indexed(index) ?? {}
    if (name === undefined || linkNetnsid !== undefined) return undefined
    if (kind === 'veth') return link ?? this.#endOfNew(name)
    return stacked.has(kind) ? (this.links.get(name)?.lower ?? link) : undefined
  }

  /** Returns the index of the other end of a pair that the plan creates. */
  #endOfNew(name: string): number | undefined {
    const end = this.links.get(name)?.spec.peer
    const other = end?.netns === undefined ? (end?.name ?? this.#owners.get(name)?.spec.name) : undefined
    return other === undefined ? undefined : this.snapshot.named(other)?.index
  }
}
