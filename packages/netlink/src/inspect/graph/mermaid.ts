import { printable } from '../../codec/printable.js'
import { labelLines, outsideOf } from './label.js'
import type { Topology, TopologyEdge } from './model.js'

/** Returns a text in quotes. Mermaid reads `#35;` as the character with this number, and everything else as it is. */
const quoted = (lines: readonly string[]) =>
  `"${lines.map((line) => line.replace(/["#<>&`\\]/g, (each) => `#${each.codePointAt(0)};`)).join('<br>')}"`

/** Arrows of flowcharts: a thick line, a line, a dotted arrow. */
const arrows: Readonly<Record<TopologyEdge['kind'], string>> = { peer: '===', port: '---', lower: '-.->' }

/** Returns a topology as a flowchart of Mermaid. */
export function topologyMermaid(graph: Topology): string {
  const { boxes, edges } = outsideOf(graph)
  const lines = ['flowchart LR']
  for (const { id, name, links } of graph.namespaces) {
    lines.push(`  subgraph ${id}[${quoted([printable(name)])}]`)
    for (const link of links) lines.push(`    ${link.id}[${quoted(labelLines(link))}]`)
    lines.push('  end')
  }
  for (const { id, label } of boxes) lines.push(`  ${id}([${quoted([label])}])`)
  for (const { kind, from, to } of [...graph.edges, ...edges]) lines.push(`  ${from} ${arrows[kind]} ${to}`)
  return `${lines.join('\n')}\n`
}
