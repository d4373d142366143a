import { printable } from '../../codec/printable.js'
import type { Topology, TopologyLink } from './model.js'

/** Returns the lines of a link's box: its name, its addresses, its facts and its default routes. */
export const labelLines = ({ name, addresses, facts, defaults, isUp }: TopologyLink): string[] =>
  [
    name,
    ...addresses,
    ...facts,
    ...(isUp ? [] : ['down']),
    ...defaults.map((via) => (via === '' ? 'default route' : `default ${via}`)),
  ].map(printable)

/** A box for a link in a namespace that the topology does not contain. */
export interface Outside {
  readonly id: string
  readonly label: string
}

/** Returns boxes for the links outside, each once, and edges to them. */
export function outsideOf({ elsewhere }: Topology) {
  const boxes = new Map<string, Outside>()
  const edges = elsewhere.map(({ kind, from, namespace, index }) => {
    const key = `${namespace} ${index}`
    const box = boxes.get(key) ?? { id: `x${boxes.size}`, label: printable(`${namespace}: #${index}`) }
    boxes.set(key, box)
    return { kind, from, to: box.id }
  })
  return { boxes: [...boxes.values()], edges }
}
