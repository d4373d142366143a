import { indexKeys } from '../api/link/data.js'
import { linkTarget } from '../api/link/operations.js'
import type { Link } from '../api/link/types.js'
import type { Operation } from '../api/run/operation.js'
import { type Comparison, isMatch } from '../api/values/compare.js'
import { draftOfLinkChange } from './link-change-draft.js'
import {
  downOptions,
  downPorts,
  fixedOptions,
  MIN_MTU_OF_INET6,
  ofKind,
  portlessOptions,
  portOptions,
} from './link-facts.js'
import { type Group, groupOf, groups, type Part } from './link-part.js'
import { optionsOf, type PlannedLink, type PlannedLinks } from './planned-link.js'
import type { Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'

/** True if a link has all options of its spec. Notes its master, and counts it. */
export function isUnchanged(planning: Planning, planned: PlannedLink): boolean {
  const { spec, isSame, isKnown } = planned
  if (!isSame || !isKnown) return false
  const { master } = spec
  if (master !== undefined) {
    const found = planning.snapshot.named(spec.name)
    const index = typeof master === 'string' ? planning.snapshot.named(master)?.index : master
    if (index !== (found?.master ?? 0)) return false
    planned.master = index
  }
  planning.unchanged++
  return true
}

/** Adds the steps that change a link. */
export function* planLinkChanges(planning: Planning, links: PlannedLinks, planned: PlannedLink): Operation<void> {
  const { entry, spec, isKnown, drafts } = planned
  const target = yield* planning.checked(entry, (own) => linkTarget(optionsOf(own), true))
  const found = planning.snapshot.named(spec.name)
  if (target === undefined || found === undefined) return
  const compared = target.compare(found)
  const wanted = (key: string) => compared.find((each) => each.key === key)?.wanted
  const [master, lower] = [wanted('master'), wanted('link')]
  if (typeof master === 'number') planned.master = master
  if (typeof lower === 'number') planned.lower = lower
  const indexes = (keys: readonly string[]) => keys.map(wanted).filter((each) => typeof each === 'number')
  planned.ports = indexes(portOptions)
  planned.named = indexes(indexKeys(found.kind).map((key) => `data.${key}`))
  const fixed = ofKind(fixedOptions, found.kind)
  // What the creation of the link sets is not compared: the kernel fills in the rest.
  const differences = compared.filter(
    (each) =>
      !isMatch(each) && each.key !== 'kind' && !fixed.includes(each.key) && !(drafts.add && isOfCreation(each.key)),
  )
  if (isKnown && differences.length === 0) planning.unchanged++
  for (const group of groups) {
    const own = differences.filter(({ key }) => groupOf(key) === group)
    if (own.length === 0) continue
    const part = partOf(planning.snapshot, group, found, own)
    reportPorts(planning, links, entry.path, part)
    drafts[group] = planning.add(draftOfLinkChange(planning, planned, part))
  }
}

const isOfCreation = (key: string) => groupOf(key) === 'settings' || key === 'mtu'

function partOf(snapshot: Snapshot, group: Group, found: Link, differences: readonly Comparison[]): Part {
  const isSetDown = differences.some(({ key, wanted }) => key === 'up' && wanted === false)
  const down = found.up ? downFor(snapshot, found, differences) : undefined
  return { group, found, differences, down, isSetDown, loses: lossOf(differences, down) }
}

function lossOf(differences: readonly Comparison[], down: string | undefined): Part['loses'] {
  // A link that is set up has IPv6 addresses and neighbours before, which it loses when it is set down again.
  if (down !== undefined || differences.some(({ key }) => key === 'up')) return 'all'
  const isTooSmall = ({ key, wanted, actual }: Comparison) =>
    key === 'mtu' && Number(wanted) < MIN_MTU_OF_INET6 && Number(actual) >= MIN_MTU_OF_INET6
  return differences.some(isTooSmall) ? 'inet6' : 'none'
}

/** Returns the option that the kernel changes only while the link is down. */
function downFor(
  snapshot: Snapshot,
  { kind, master: previous }: Link,
  differences: readonly Comparison[],
): string | undefined {
  const options = ofKind(downOptions, kind)
  const option = differences.find(({ key }) => options.includes(key))
  const master = differences.find(({ key }) => key === 'master')
  const masters = master === undefined ? [] : [Number(master.wanted), previous ?? 0]
  const isPortOfThese = masters.some((index) => downPorts.has(snapshot.indexed(index)?.kind ?? ''))
  return option?.key ?? (isPortOfThese ? 'master' : undefined)
}

/** Reports ports that keep an option of their master from changing. */
function reportPorts(planning: Planning, links: PlannedLinks, path: string, { found, differences }: Part): void {
  const { snapshot } = planning
  const options = ofKind(portlessOptions, found.kind)
  const key = differences.find((each) => options.includes(each.key))?.key
  if (key === undefined) return
  const staying = snapshot.links.filter(({ name, master }) => {
    const wanted = links.get(name)?.spec.master
    return master === found.index && (wanted === undefined || snapshot.find(wanted) === found)
  })
  if (staying.length === 0) return
  const names = staying.map(({ name }) => name).join(', ')
  planning.conflict(
    'in-use',
    `${path}.${key}`,
    `expected ${found.name} to have no ports while ${key} changes, got ${names}; let them leave in a plan before this one`,
  )
}
