import type { Kind } from '../cache/kind.js'
import { type CommonKind, commonKinds, kinds, type Objects } from '../cache/kinds.js'
import { dropWithLink } from '../cache/silent-changes.js'
import { Store } from '../cache/store.js'
import type { Stores } from '../cache/stores.js'
import type { DissectedMessage } from '../dissect/index.js'
import { NLM_F_NEW } from '../message/index.js'
import type { LinkMessage } from '../route/index.js'
import { acknowledgedChange, isIndex, requestEffects } from './acknowledged.js'
import type { Assigned } from './conversations.js'
import { needsLower, tunnelLink } from './graph/facts.js'
import type { NamespaceObjects } from './graph/model.js'

type Stored = Parameters<Store<never>['put']>[0] & { readonly family: number; readonly attrs: object }

const kindByNoun = new Map(commonKinds.map((name) => [kinds[name].noun, name]))

/** Returns kind and verb of a message that reports an object: `RTM_NEWLINK`. */
function reported({ protocol, toKernel, type }: DissectedMessage): { kind: CommonKind; isNew: boolean } | undefined {
  if (protocol !== 'NETLINK_ROUTE' || toKernel || !/^RTM_(NEW|DEL)/.test(type)) return undefined
  const kind = kindByNoun.get(type.slice('RTM_NEW'.length))
  return kind && { kind, isNew: type.startsWith('RTM_NEW') }
}

/**
 * Returns the message that changes the objects when this one arrives: itself, if the kernel reports a link, an address, a route, a
 * neighbour, a rule or a next hop; or the request that it acknowledges, if no event reports the result.
 */
export const changeBy = (assigned: Assigned): DissectedMessage | undefined =>
  reported(assigned.inspected.message) ? assigned.inspected.message : acknowledgedChange(assigned)

/**
 * Returns a link with what earlier messages reported, if its own message is one of those that name the link and leave out the rest:
 * replies to requests with RTEXT_FILTER_NAME_ONLY, and events of wireless drivers. Each other message contains the MTU.
 */
const withKnown = (link: LinkMessage, known: LinkMessage | undefined): LinkMessage =>
  link.attrs.mtu === undefined && known !== undefined && known.attrs.ifname === link.attrs.ifname
    ? { ...link, attrs: { ...known.attrs, ...link.attrs } }
    : link

/** Returns the index of the link below one that needs it. */
const lowerOf = (link: LinkMessage): number | undefined =>
  needsLower(link.attrs.linkinfo?.kind) && link.attrs.linkNetnsid === undefined
    ? (link.attrs.link ?? tunnelLink(link))
    : undefined

/** Links, addresses, routes, neighbours, rules and next hops, as far as the messages of a capture contain them. */
export class MomentObjects {
  readonly stores = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, new Store(kind as never)]),
  ) as unknown as Stores
  /** Indexes of the links, by name. */
  readonly #indexes = new Map<string, number>()
  /** The links of `unnumbered`, by their number. */
  readonly #unnumbered = new Map<number, LinkMessage>()
  /** Numbers of the links that are or were above a link and need it. */
  readonly #above = new Map<number, Set<number>>()
  #unnumberedCount = 0

  /** Applies a message that {@link changeBy} returns. */
  apply(message: DissectedMessage): void {
    if (message.error) return
    if (message.toKernel) this.#request(message)
    const found = reported(message)
    if (found === undefined) return
    const { flags = 0 } = message.header ?? {}
    this.#apply(found.kind, message.value as Objects[CommonKind], found.isNew, (flags & NLM_F_NEW.REPLACE) !== 0)
  }

  #request(message: DissectedMessage): void {
    const find = (index: number, name = '') => this.#link(index || this.#indexes.get(name))
    for (const { kind, object, isNew, replaces } of requestEffects(message, find, this.#unnumberedCount)) {
      if (kind === 'link' && !isIndex(object.index)) this.#setUnnumbered(object, isNew)
      else this.#apply(kind, object, isNew, replaces)
      if (kind === 'link' && message.type === 'RTM_DELLINK') this.#deleteAbove(object.index)
    }
  }

  #noteLower(link: LinkMessage): void {
    const lower = lowerOf(link)
    if (lower === undefined) return
    const above = this.#above.get(lower)
    if (above) above.add(link.index)
    else this.#above.set(lower, new Set([link.index]))
  }

  /** Deletes the links above a deleted one. If nothing reports the deletion of the lower link, nothing reports theirs. */
  #deleteAbove(index: number): void {
    const waiting = [index]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const number of this.#above.get(at) ?? []) {
        const link = this.#link(number)
        if (link === undefined || lowerOf(link) !== at) continue
        if (isIndex(link.index)) this.#apply('link', link, false, false)
        else this.#setUnnumbered(link, false)
        waiting.push(link.index)
      }
    }
  }

  #link(index: number | undefined): LinkMessage | undefined {
    return index === undefined
      ? undefined
      : (this.stores.link.objects.get(String(index)) ?? this.#unnumbered.get(index))
  }

  #setUnnumbered(link: LinkMessage, isNew: boolean): void {
    this.#setName(link, isNew)
    this.#unnumberedCount++
    if (isNew) {
      this.#unnumbered.set(link.index, link)
      this.#noteLower(link)
    } else this.#unnumbered.delete(link.index)
  }

  /** Notes the name of a link, in place of the one before. */
  #setName({ index, attrs }: LinkMessage, isNew: boolean): void {
    const before = this.#link(index)?.attrs.ifname
    if (before !== undefined && this.#indexes.get(before) === index) this.#indexes.delete(before)
    if (isNew && attrs.ifname !== undefined) this.#indexes.set(attrs.ifname, index)
  }

  #apply(name: CommonKind, message: Objects[CommonKind], isNew: boolean, replaces: boolean): void {
    const kind = kinds[name] as unknown as Kind<Stored>
    const store = this.stores[name] as unknown as Store<Stored>
    if (!kind.isOne(message as Stored)) return
    const object = (name === 'link' ? this.#named(message as LinkMessage, isNew) : message) as Stored
    const change = () => (isNew ? store.put(object, replaces) : store.remove(object))
    if (change().isAmbiguous) {
      // A cache would dump the objects again. Here, the last message counts.
      store.dropLike(object)
      if (isNew) change()
    }
    if (name === 'link' && !isNew) dropWithLink(this.stores, Number(kind.identity(object)))
  }

  /** Notes the name of a link that has an index, and returns the link with what is known about it. */
  #named(link: LinkMessage, isNew: boolean): LinkMessage {
    const { index, attrs } = link
    const other = this.#indexes.get(attrs.ifname ?? '') ?? 0
    const created = this.#unnumbered.get(other)
    const known = this.#link(index) ?? created
    this.#unnumbered.delete(other)
    this.#setName(link, isNew)
    if (!isNew) return link
    const peer = this.#unnumbered.get(created?.attrs.link ?? 0)
    if (peer) this.#connect(peer, index, attrs.link)
    else if (created) this.#numbered(created, index)
    const whole = withKnown(link, known)
    this.#noteLower(whole)
    return whole
  }

  /** Connects the other end of a pair that a request created. Its index is known if the first end contains it. */
  #connect(peer: LinkMessage, first: number, index = peer.index): void {
    const end = { ...peer, index, attrs: { ...peer.attrs, link: first } }
    if (isIndex(index)) this.#apply('link', end, true, false)
    else this.#unnumbered.set(index, end)
  }

  /** Notes the index of a link at the other end of its pair, which has got its own index before. */
  #numbered({ index: number, attrs }: LinkMessage, index: number): void {
    const end = this.stores.link.objects.get(String(attrs.link))
    if (end?.attrs.link === number) this.#apply('link', { ...end, attrs: { ...end.attrs, link: index } }, true, false)
  }

  /** Links that requests have created, and whose index no message contains. Their `index` is no index of a link. */
  get unnumbered(): readonly LinkMessage[] {
    return [...this.#unnumbered.values()]
  }

  /** Returns the objects for `topology`, as those of one namespace. */
  namespace(name: string): NamespaceObjects {
    const { link, address, route } = this.stores
    return {
      name,
      links: [...link.objects.values(), ...this.unnumbered],
      addresses: [...address.objects.values()],
      routes: [...route.objects.values()],
    }
  }

  /** Returns a copy that further messages do not change. */
  copy(): MomentObjects {
    const copy = new MomentObjects()
    for (const name of commonKinds) {
      const to = copy.stores[name] as unknown as Store<Stored>
      for (const object of this.stores[name].objects.values()) to.put(object as Stored, false)
    }
    for (const [name, index] of this.#indexes) copy.#indexes.set(name, index)
    for (const [number, link] of this.#unnumbered) copy.#unnumbered.set(number, link)
    for (const [lower, above] of this.#above) copy.#above.set(lower, new Set(above))
    copy.#unnumberedCount = this.#unnumberedCount
    return copy
  }
}
