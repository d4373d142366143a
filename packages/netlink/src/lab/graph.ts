import { indexKeys } from '../api/link/data.js'
import type { AnyNewLink } from '../api/link/types.js'
import type { LabLink, LabSpec } from './types.js'

/** A link of a lab, with its place in the description. */
export interface Placed {
  readonly namespace: string
  readonly path: string
  readonly link: LabLink
}

/** Lists the links of all namespaces. */
export const placedLinks = (spec: LabSpec): Placed[] =>
  Object.entries(spec).flatMap(([namespace, { links = [] }]) =>
    links.map((link, index) => ({ namespace, path: `${namespace}.links[${index}]`, link })),
  )

/** Returns the namespace and the name of each link that a description of a link creates: two for a pair. */
export function createdBy({ namespace, link }: Placed): [namespace: string, name: string][] {
  const own: [string, string] = [namespace, link.name]
  return link.peer === undefined ? [own] : [own, [link.peer.netns ?? namespace, link.peer.name]]
}

/** Returns the names of the links below a link, by the key that contains them. They must exist when it is created. */
export function lowerLinks({ link, kind, data }: AnyNewLink): (readonly [key: string, ref: unknown])[] {
  const members: Readonly<Record<string, unknown>> = { ...data }
  const inData = indexKeys(kind).map((key) => [`data.${key}`, members[key]] as const)
  return [['link', link] as const, ...inData].filter(([, ref]) => ref !== undefined && ref !== 0)
}

const id = (namespace: string, name: unknown) => `${namespace}/${name}`

/** Sorts links so that lower ones come first. Links that are on top of each other in a circle are left out. */
export function sortLinks(links: readonly Placed[]): Placed[] {
  const sorted: Placed[] = []
  const created = new Set<string>()
  let waiting = links
  for (let before = -1; before !== sorted.length; ) {
    before = sorted.length
    const ready = waiting.filter(({ namespace, link }) =>
      lowerLinks(link).every(([, name]) => created.has(id(namespace, name))),
    )
    waiting = waiting.filter((each) => !ready.includes(each))
    for (const each of ready) {
      sorted.push(each)
      for (const [namespace, name] of createdBy(each)) created.add(id(namespace, name))
    }
  }
  return sorted
}
