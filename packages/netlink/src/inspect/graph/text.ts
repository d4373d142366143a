import { printable } from '../../codec/printable.js'
import type { Topology, TopologyLink } from './model.js'
import { Relations } from './relations.js'

/** Depth from which ports are drawn at the left. Only a damaged capture has more masters above each other. */
const DEEPEST = 16

/** Draws a topology as text. */
class TextDrawing {
  readonly lines: string[] = []
  readonly #relations: Relations
  /** Links that are drawn. A damaged capture may contain masters in a circle. */
  readonly #drawn = new Set<string>()

  constructor(graph: Topology) {
    this.#relations = new Relations(graph)
    for (const { name, links } of graph.namespaces) {
      this.lines.push(` ${printable(name)}`)
      for (const link of links) if (this.#relations.masterOf(link.id) === undefined) this.#draw(link, '  ', '  ', 0)
      // Links whose masters form a circle, or are too many.
      for (const link of links) this.#draw(link, '  ', '  ', 0)
    }
  }

  /** Draws a link and its ports below it. */
  #draw(link: TopologyLink, first: string, rest: string, depth: number): void {
    if (this.#drawn.has(link.id) || this.#relations.isFarEnd(link.id)) return
    this.#drawn.add(link.id)
    this.lines.push(`${first}${this.#describe(link)}`)
    if (depth >= DEEPEST) return
    const ports = this.#relations.portsOf(link.id).filter(({ id }) => !this.#drawn.has(id))
    for (const [number, port] of ports.entries()) {
      const isLast = number === ports.length - 1
      this.#draw(port, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`, depth + 1)
    }
  }

  #describe(link: TopologyLink): string {
    const others = this.#relations.ofLink(link.id).map(({ kind, text, link: other }) => {
      // The addresses of a link with a separate line are there.
      const isBefore = other !== undefined && this.#drawn.has(other.id)
      const there = other === undefined || kind === 'lower' || isBefore ? '' : end(other)
      return kind === 'peer' ? ` ═══ ${printable(text)}${there}` : ` over ${printable(text)}`
    })
    return `${printable(link.name)}${end(link)}${factsText(link)}${others.join('')}`
  }
}

/** The facts of a link, in parentheses unless they name the far end of a tunnel. */
const factsText = ({ facts, kind }: TopologyLink) => {
  const shown = facts.filter((fact) => fact !== kind || fact !== 'veth').map(printable)
  return shown.length === 0
    ? ''
    : shown.some((fact) => fact.includes('→'))
      ? `  ${shown.join(' ')}`
      : `  (${shown.join(', ')})`
}

/** The addresses and default routes of a link. */
const end = ({ addresses, defaults, isUp }: TopologyLink) =>
  [
    ...addresses.map((address) => ` ${printable(address)}`),
    ...(isUp ? [] : ['  down']),
    ...defaults.map((via) => ` ── default${via === '' ? '' : ` ${printable(via)}`}`),
  ].join('')

/** Returns a topology as text: a tree for each namespace, ports below their masters, pairs as double lines. */
export const topologyText = (graph: Topology): string => `${new TextDrawing(graph).lines.join('\n')}\n`
