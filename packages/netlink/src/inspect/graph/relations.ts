import type { Topology, TopologyLink } from './model.js'

/** A link that another one is connected to. */
export interface Related {
  readonly kind: 'peer' | 'lower'
  /** Name of the link, with the namespace if it is another one: `web: eth0`. */
  readonly text: string
  /** undefined if the topology does not contain it. */
  readonly link?: TopologyLink
}

/** Looks up relations of links. */
export class Relations {
  readonly #links: ReadonlyMap<string, { readonly link: TopologyLink; readonly namespace: string }>
  readonly #masters = new Map<string, string>()
  readonly #ports = new Map<string, TopologyLink[]>()
  readonly #related = new Map<string, Related[]>()
  readonly #farEnds = new Set<string>()

  constructor({ namespaces, edges, elsewhere }: Topology) {
    this.#links = new Map(
      namespaces.flatMap(({ name, links }) => links.map((link) => [link.id, { link, namespace: name }] as const)),
    )
    for (const { kind, from, to } of edges) {
      if (kind === 'port') this.#addPort(from, to)
      else this.#addRelated(from, kind, to)
      if (kind === 'peer') this.#addRelated(to, kind, from)
    }
    for (const { kind, from, to } of edges) if (kind === 'peer') this.#addPair(from, to)
    for (const { kind, from, namespace, index } of elsewhere)
      append(this.#related, from, {
        kind,
        text: namespace === this.#links.get(from)?.namespace ? `#${index}` : `${namespace}: #${index}`,
      })
  }

  masterOf(id: string): string | undefined {
    return this.#masters.get(id)
  }

  portsOf(id: string): readonly TopologyLink[] {
    return this.#ports.get(id) ?? []
  }

  /** Returns the other ends and the lower links of a link. */
  ofLink(id: string): readonly Related[] {
    return this.#related.get(id) ?? []
  }

  /** True for the end of a pair that needs no separate line: the line of the other end, in the same namespace, contains it. */
  isFarEnd(id: string): boolean {
    return this.#farEnds.has(id)
  }

  #addPair(from: string, to: string): void {
    if (this.#links.get(from)?.namespace !== this.#links.get(to)?.namespace) return
    // A port is drawn below its master, and a master above its ports.
    const far = [to, from].find((id) => !this.#masters.has(id) && !this.#ports.has(id))
    // Only a damaged capture has links with several other ends.
    const isPair = [from, to].every((id) => this.ofLink(id).filter(({ kind }) => kind === 'peer').length === 1)
    if (far !== undefined && isPair) this.#farEnds.add(far)
  }

  #addPort(from: string, to: string): void {
    const port = this.#links.get(from)?.link
    if (port === undefined) return
    this.#masters.set(from, to)
    append(this.#ports, to, port)
  }

  #addRelated(from: string, kind: Related['kind'], to: string): void {
    const [own, other] = [this.#links.get(from), this.#links.get(to)]
    if (own === undefined || other === undefined) return
    const { link, namespace } = other
    append(this.#related, from, {
      kind,
      text: namespace === own.namespace ? link.name : `${namespace}: ${link.name}`,
      link,
    })
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
