import { printable } from '../../codec/printable.js'
import { labelLines, outsideOf } from './label.js'
import type { Topology, TopologyEdge } from './model.js'

/** Returns a text in quotes. In labels, a backslash begins an escape sequence, and `&` an entity of HTML. */
const quoted = (lines: readonly string[]) =>
  `"${lines.map((line) => line.replaceAll('&', '&amp;').replace(/[\\"]/g, (each) => `\\${each}`)).join('\\n')}"`

/** Lines of the kinds of edges. The color with two parts draws two lines. */
const styles: Readonly<Record<TopologyEdge['kind'], string>> = {
  peer: 'color="black:black", dir=none',
  port: 'dir=none',
  lower: 'style=dashed',
}

/** Returns a topology in the language of Graphviz. */
export function topologyDot(graph: Topology): string {
  const { boxes, edges } = outsideOf(graph)
  const lines = ['digraph netloom {', '  rankdir=LR', '  node [shape=box, fontname="sans-serif"]']
  for (const { id, name, links } of graph.namespaces) {
    lines.push(`  subgraph cluster_${id} {`, `    label=${quoted([printable(name)])}`)
    for (const link of links) lines.push(`    ${link.id} [label=${quoted(labelLines(link))}]`)
    lines.push('  }')
  }
  for (const { id, label } of boxes) lines.push(`  ${id} [label=${quoted([label])}, style=rounded]`)
  for (const { kind, from, to } of [...graph.edges, ...edges]) lines.push(`  ${from} -> ${to} [${styles[kind]}]`)
  return `${[...lines, '}'].join('\n')}\n`
}
