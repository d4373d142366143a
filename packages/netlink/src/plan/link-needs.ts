import { isPair } from '../api/link/encode.js'
import type { PlannedLink, PlannedLinks } from './planned-link.js'
import type { Draft, Planning } from './planning.js'

function need(draft: Draft | undefined, ...needed: readonly (Draft | undefined)[]): void {
  for (const each of needed) if (draft && each && each !== draft) draft.needs.add(each)
}

/** The step that creates a link, which may be that of the other end of its pair. */
export const additionOf = ({ drafts, owner }: PlannedLink) => drafts.add ?? owner?.drafts.add

/** True if a step raises the MTU. */
const isGrowing = (draft: Draft | undefined) => {
  const [{ before, after } = { before: 0, after: 0 }] = draft?.changes ?? []
  return Number(before ?? 0) < Number(after)
}

/** Adds the dependencies of a link's steps on those of other links, and on each other. */
export function addLinkNeeds({ snapshot }: Planning, links: PlannedLinks, planned: PlannedLink): void {
  const { spec, drafts } = planned
  const found = snapshot.named(spec.name)
  const planFor = (index: number | undefined) => links.get(snapshot.indexed(index ?? 0)?.name ?? '')
  const isOfPair = isPair(found?.kind) || found?.linkNetnsid !== undefined
  const lower = isOfPair ? undefined : planFor(planned.lower ?? found?.link)
  const master = planFor(planned.master)
  const added = additionOf(planned)
  need(drafts.add, drafts.remove, lower && additionOf(lower))
  for (const index of planned.named ?? []) {
    const other = planFor(index)
    need(drafts.add ?? drafts.settings, other && additionOf(other))
  }
  for (const each of [drafts.settings, drafts.mtu, drafts.member, drafts.ports, drafts.up]) need(each, added)
  need(drafts.member, master && additionOf(master), master?.drafts.settings, drafts.settings)
  for (const port of (planned.ports ?? []).map(planFor)) need(drafts.ports, drafts.member, port?.drafts.member)
  // The kernel activates only a port of a bond that is up.
  if (found?.kind === 'bond')
    for (const port of (planned.ports ?? []).map(planFor)) need(drafts.ports, port?.drafts.up, drafts.up)
  // A port that leaves may keep options of its master from changing.
  if (planned.master !== undefined && planned.master !== found?.master)
    need(planFor(found?.master)?.drafts.settings, drafts.member)
  need(drafts.up, drafts.settings, drafts.member, lower?.drafts.up)
  // An upper link cannot have a larger MTU than the one below.
  if (lower?.drafts.mtu && isGrowing(lower.drafts.mtu)) need(drafts.mtu ?? drafts.add, lower.drafts.mtu)
  else if (drafts.mtu && !isGrowing(drafts.mtu)) need(lower?.drafts.mtu, drafts.mtu)
}

/** Reports links that would be above themselves: as master of a link below, or on top of it. */
export function reportLinkCycles(planning: Planning, links: PlannedLinks): void {
  const { snapshot } = planning
  const above = new Map<number, number[]>()
  const put = (below: number, upper: number) => above.set(below, [...(above.get(below) ?? []), upper])
  for (const link of snapshot.links) {
    const planned = links.get(link.name)
    const master = planned?.master ?? link.master ?? 0
    const lower = isPair(link.kind) || link.linkNetnsid !== undefined ? 0 : (planned?.lower ?? link.link ?? 0)
    if (master !== 0) put(link.index, master)
    if (lower !== 0 && lower !== link.index) put(lower, link.index)
  }
  for (const { entry, spec, master, lower } of links.values()) {
    const index = snapshot.named(spec.name)?.index
    if (index === undefined || (master === undefined && lower === undefined)) continue
    const path = pathTo(above, index, index, new Set())
    if (path === undefined) continue
    const names = [index, ...path].map((each) => snapshot.indexed(each)?.name ?? each)
    planning.conflict('cycle', entry.path, `expected no link above itself, got ${names.join(' → ')}`)
  }
}

type Above = ReadonlyMap<number, readonly number[]>

/** Returns the links on the way from one link up to another; undefined if there is none. */
function pathTo(above: Above, from: number, to: number, seen: Set<number>): number[] | undefined {
  for (const next of above.get(from) ?? []) {
    if (next === to) return [next]
    if (seen.has(next)) continue
    seen.add(next)
    const rest = pathTo(above, next, to, seen)
    if (rest !== undefined) return [next, ...rest]
  }
  return undefined
}
