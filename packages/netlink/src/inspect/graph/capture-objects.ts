import type { DissectedDatagram, DissectedMessage } from '../../dissect/index.js'
import type { AddressMessage, LinkMessage, RouteMessage } from '../../route/index.js'
import type { NamespaceObjects } from './model.js'

type Message = LinkMessage | AddressMessage | RouteMessage

/** Returns a text that differs for any two objects. */
const keyOf = (value: unknown) =>
  JSON.stringify(value, (key, each) =>
    key === 'cacheinfo' ? undefined : typeof each === 'bigint' ? String(each) : each,
  )

/**
 * Returns a link with what earlier messages reported, if its own message is one of those that name the link and leave out the rest:
 * replies to requests with RTEXT_FILTER_NAME_ONLY, and events of wireless drivers. Each other message contains the MTU.
 */
const withKnown = (link: LinkMessage, known: LinkMessage | undefined): LinkMessage =>
  link.attrs.mtu === undefined && known !== undefined && known.attrs.ifname === link.attrs.ifname
    ? { ...link, attrs: { ...known.attrs, ...link.attrs } }
    : link

/** Collects the links, addresses and routes that the messages of a capture report: the state after the last one. */
export class CaptureObjects {
  readonly #links = new Map<string, LinkMessage>()
  readonly #addresses = new Map<string, AddressMessage>()
  readonly #routes = new Map<string, RouteMessage>()

  /** Adds the messages of the kernel in a datagram. */
  add({ protocol, toKernel, messages }: Pick<DissectedDatagram, 'protocol' | 'toKernel' | 'messages'>): void {
    if (protocol !== 'NETLINK_ROUTE' || toKernel) return
    for (const message of messages) this.#add(message)
  }

  /** Returns the objects as those of one namespace. */
  objects(name: string): NamespaceObjects {
    return {
      name,
      links: [...this.#links.values()],
      addresses: [...this.#addresses.values()],
      routes: [...this.#routes.values()],
    }
  }

  #add(message: DissectedMessage): void {
    const [, verb, noun] = /^RTM_(NEW|DEL)(LINK|ADDR|ROUTE)$/.exec(message.type) ?? []
    if (noun === undefined || message.error) return
    const value = message.value as Message
    const change = <T>(map: Map<string, T>, key: string) =>
      verb === 'NEW' ? map.set(key, value as T) : map.delete(key)
    if (noun === 'LINK') {
      const link = value as LinkMessage
      // Ports of bridges are announced as links of AF_BRIDGE, in a form that lacks most attributes.
      if (link.family !== 0 || link.attrs.ifname === undefined) return
      const key = String(link.index)
      if (verb === 'DEL') this.#links.delete(key)
      else this.#links.set(key, withKnown(link, this.#links.get(key)))
    } else if (noun === 'ADDR') {
      const { index, prefixlen, attrs } = value as AddressMessage
      change(this.#addresses, keyOf([index, prefixlen, attrs.local, attrs.address]))
    } else {
      const { family, dstLen, tos, table, attrs } = value as RouteMessage
      if (dstLen === 0)
        change(this.#routes, keyOf([family, tos, attrs.table ?? table, attrs.priority, attrs.oif, attrs.gateway]))
    }
  }
}
