import { AF } from '../../codec/index.js'
import type { AddressMessage, RouteMessage } from '../../route/index.js'
import { factsOf, isPair, tunnelLink } from './facts.js'
import type {
  NamespaceObjects,
  Topology,
  TopologyEdge,
  TopologyElsewhere,
  TopologyLink,
  TopologyNamespace,
} from './model.js'

/** IFF_UP, linux/if.h */
const IFF_UP = 1
/** RT_TABLE_MAIN, linux/rtnetlink.h */
const RT_TABLE_MAIN = 254
/** RTM_F_CLONED, linux/rtnetlink.h */
const RTM_F_CLONED = 0x200

/** True for addresses that say nothing about a topology: of the loopback, and link-local ones. */
const isLocal = (address: string) => /^(127\.|::1$|fe[89ab][\da-f]:)/i.test(address)

/** Returns texts by the index of their link. */
function byLink<T>(
  all: Iterable<T>,
  read: (each: T) => readonly [index: number, text: string] | undefined,
): ReadonlyMap<number, string[]> {
  const texts = new Map<number, string[]>()
  for (const each of all) {
    const [index, text] = read(each) ?? []
    if (index === undefined || text === undefined) continue
    const others = texts.get(index)
    if (others) others.push(text)
    else texts.set(index, [text])
  }
  return texts
}

/** Returns an address with its prefix length, by its link. */
function addressOf({ index, prefixlen, attrs }: AddressMessage): readonly [number, string] | undefined {
  const address = attrs.local ?? attrs.address
  return address === undefined || isLocal(address) ? undefined : [index, `${address}/${prefixlen}`]
}

/** A default route through a link, with its gateway if it has one. */
interface Default {
  readonly index: number
  readonly via: string
}

function* defaultsIn(routes: readonly RouteMessage[]): Generator<Default> {
  for (const { family, dstLen, table, flags, attrs } of routes) {
    if (dstLen !== 0 || (family !== AF.INET && family !== AF.INET6) || (flags & RTM_F_CLONED) !== 0) continue
    if ((attrs.table ?? table) !== RT_TABLE_MAIN) continue
    const hops = attrs.multipath?.map((hop) => ({ oif: hop.ifindex, ...hop.attrs })) ?? [attrs]
    for (const { oif, gateway, via } of hops) {
      const address = gateway ?? via?.addr
      if (oif !== undefined) yield { index: oif, via: address === undefined ? '' : `via ${address}` }
    }
  }
}

/** Returns the namespace with this number. */
function namespaceOf({ name, links, addresses, routes }: NamespaceObjects, number: number): TopologyNamespace {
  const id = `n${number}`
  const addressesOf = byLink(addresses, addressOf)
  const defaultsOf = byLink(defaultsIn(routes), ({ index, via }) => [index, via])
  const all = links.map(
    (link): TopologyLink => ({
      id: `${id}l${link.index}`,
      index: link.index,
      name: link.attrs.ifname ?? `#${link.index}`,
      ...(link.attrs.linkinfo?.kind === undefined ? {} : { kind: link.attrs.linkinfo.kind }),
      isUp: (link.flags & IFF_UP) !== 0,
      addresses: addressesOf.get(link.index) ?? [],
      defaults: defaultsOf.get(link.index) ?? [],
      facts: factsOf(link),
    }),
  )
  // The loopback connects nothing.
  return { id, name, links: all.filter((link) => link.name !== 'lo' || link.addresses.length > 0) }
}

/** Connects the links of the namespaces. */
class Connector {
  readonly edges = new Map<string, TopologyEdge>()
  readonly elsewhere: TopologyElsewhere[] = []
  readonly #ids: ReadonlyMap<string, string>
  readonly #links: ReadonlySet<string>

  constructor(namespaces: readonly TopologyNamespace[]) {
    this.#ids = new Map(namespaces.map(({ id, name }) => [name, id]))
    this.#links = new Set(namespaces.flatMap(({ links }) => links.map(({ id }) => id)))
  }

  connect({ id }: TopologyNamespace, { links, nsids, name }: NamespaceObjects): void {
    for (const link of links) {
      const { master, link: lower, linkNetnsid, linkinfo } = link.attrs
      const from = `${id}l${link.index}`
      if (!this.#links.has(from)) continue
      if (master) this.#add('port', from, name, master)
      const kind = isPair(linkinfo?.kind) ? 'peer' : 'lower'
      const namespace = linkNetnsid === undefined ? name : (nsids?.get(linkNetnsid) ?? `nsid ${linkNetnsid}`)
      const index = lower ?? tunnelLink(link)
      if (index) this.#add(kind, from, namespace, index)
    }
  }

  #add(kind: TopologyEdge['kind'], from: string, namespace: string, index: number): void {
    const to = `${this.#ids.get(namespace)}l${index}`
    if (this.#links.has(to)) {
      // A pair has two ends, but is one edge.
      const ends = kind === 'peer' ? [from, to].sort() : [from, to]
      const [first = from, second = to] = ends
      if (first !== second) this.edges.set(`${kind} ${first} ${second}`, { kind, from: first, to: second })
    } else if (kind !== 'port') this.elsewhere.push({ kind, from, namespace, index })
  }
}

/** Returns the topology of network namespaces: their links, and how they are connected. */
export function topology(all: readonly NamespaceObjects[]): Topology {
  const namespaces = all.map(namespaceOf)
  const connector = new Connector(namespaces)
  for (const [number, namespace] of namespaces.entries()) connector.connect(namespace, all[number] as NamespaceObjects)
  return { namespaces, edges: [...connector.edges.values()], elsewhere: connector.elsewhere }
}
