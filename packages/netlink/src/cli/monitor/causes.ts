import type { ObjectChange } from '../../cache/changes.js'
import type { Objects } from '../../cache/index.js'
import { IFF } from '../../route/link-header.js'

type LinkChange = Extract<ObjectChange, { type: 'link' }>

/** Returns what happened to a link that makes the kernel remove objects silently. */
function linkCause({ before, after }: LinkChange): string | undefined {
  if (after === undefined) return 'was deleted'
  const lost = (before?.flags ?? 0) & ~after.flags
  if (lost & IFF.UP) return 'went down'
  if (lost & (IFF.LOWER_UP | IFF.RUNNING)) return 'lost its carrier'
  const gained = after.flags & ~(before?.flags ?? 0)
  if (gained & IFF.UP) return 'went up'
  if (gained & (IFF.LOWER_UP | IFF.RUNNING)) return 'got its carrier'
  return undefined
}

/** Remembers the changes that make the kernel change other objects silently, to name the cause of such a change. */
export class Causes {
  readonly #nameOf: (index: number) => string
  /** The last cause of each link, by its index. */
  readonly #links = new Map<number, string>()
  /** IPv4 addresses that were removed since the last reset. */
  readonly #addresses = new Set<string>()
  /** Next hops that were removed or changed since the last reset. */
  readonly #nexthops = new Set<number>()

  constructor(nameOf: (index: number) => string) {
    this.#nameOf = nameOf
  }

  /** Learns from a change. */
  learn(change: ObjectChange): void {
    if (change.type === 'link') {
      const cause = linkCause(change)
      if (cause !== undefined) this.#links.set((change.after ?? change.before)?.index ?? 0, cause)
    } else if (change.type === 'address' && change.after === undefined)
      this.#addresses.add(change.before?.attrs.local ?? change.before?.attrs.address ?? '')
    else if (change.type === 'nexthop') this.#nexthops.add((change.after ?? change.before)?.attrs.id ?? 0)
  }

  /** Forgets causes: all silent changes that they had are reported. */
  reset(): void {
    this.#links.clear()
    this.#addresses.clear()
    this.#nexthops.clear()
  }

  /** Returns why the kernel changed an object without an announcement: `br0 lost its carrier`. */
  of(change: ObjectChange): string | undefined {
    const { type, after, before } = change
    const object = after ?? before
    if (object === undefined) return undefined
    return this.#ofLinks(type, object) ?? this.#ofOthers(type, object.attrs)
  }

  #ofLinks(type: ObjectChange['type'], object: Objects[ObjectChange['type']]): string | undefined {
    const { attrs } = object as { readonly attrs: Readonly<Record<string, unknown>> }
    const own = 'ifindex' in object ? object.ifindex : 'index' in object && type !== 'link' ? object.index : undefined
    const hops = (attrs.multipath as readonly { readonly ifindex: number }[] | undefined)?.map(({ ifindex }) => ifindex)
    for (const index of [own, attrs.oif, attrs.master, attrs.link, ...(hops ?? [])]) {
      const cause = typeof index === 'number' ? this.#links.get(index) : undefined
      if (cause !== undefined) return `${this.#nameOf(index as number)} ${cause}`
    }
    return undefined
  }

  #ofOthers(type: ObjectChange['type'], attrs: object): string | undefined {
    if (type === 'nexthop') return this.#ofGroup(attrs as Objects['nexthop']['attrs'])
    if (type !== 'route') return undefined
    const { prefsrc, nhId } = attrs as Objects['route']['attrs']
    if (prefsrc !== undefined && this.#addresses.has(prefsrc)) return `address ${prefsrc} was removed`
    if (nhId !== undefined && this.#nexthops.has(nhId)) return `nexthop ${nhId} was removed or changed`
    const [address] = this.#addresses
    return address === undefined ? undefined : `address ${address} was removed`
  }

  #ofGroup({ group }: Objects['nexthop']['attrs']): string | undefined {
    const member = group?.find(({ id }) => this.#nexthops.has(id))
    return member && `nexthop ${member.id} was removed or changed`
  }
}
