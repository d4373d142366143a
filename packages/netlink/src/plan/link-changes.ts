import { changeLink, completeChanges } from '../api/link/change.js'
import { asNewLink } from '../api/link/copy.js'
import { linkTarget } from '../api/link/operations.js'
import type { AnyLinkChange, AnyNewLink, Link, NewVf } from '../api/link/types.js'
import type { Change } from '../api/run/ensure.js'
import { change, type Operation } from '../api/run/operation.js'
import { type Comparison, isMatch } from '../api/values/compare.js'
import { AF } from '../codec/index.js'
import { IFF } from '../route/index.js'
import { downOptions, downPorts, fixedOptions, ofKind, portlessOptions } from './link-facts.js'
import { lossesOfDown, restore } from './losses.js'
import type { PlannedLink, PlannedLinks } from './planned-link.js'
import { type Draft, PHASE, type Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'
import { changesOf, type UndoRequest } from './undo.js'

/** The steps that change a link. Each changes a group of options. */
const groups = ['settings', 'mtu', 'member', 'up'] as const
type Group = (typeof groups)[number]

const phases: Readonly<Record<Group, number>> = {
  ...{ settings: PHASE.setLink, mtu: PHASE.mtu, member: PHASE.member, up: PHASE.up },
}

function groupOf(key: string): Group {
  if (key === 'mtu' || key === 'up') return key
  return key === 'master' || key.startsWith('slaveData.') ? 'member' : 'settings'
}

/** A group of options that differ. */
interface Part {
  readonly group: Group
  readonly found: Link
  readonly differences: readonly Comparison[]
  /** The option for which the link must be down for a moment. */
  readonly down: string | undefined
  /** True if the step sets the link down. */
  readonly isSetDown: boolean
  /** The part of its addresses and routes that the link loses by the step, or by its undo. */
  readonly loses: 'none' | 'inet6' | 'all'
}

/** Smallest MTU of IPv6 (IPV6_MIN_MTU). With a smaller one the kernel removes IPv6 from the link. */
const MIN_MTU_OF_INET6 = 1280

/** Adds the steps that change a link. */
export function* planLinkChanges(planning: Planning, links: PlannedLinks, planned: PlannedLink): Operation<void> {
  const { entry, spec, isKnown, drafts } = planned
  const target = yield* planning.checked(entry, linkTarget(spec, true))
  const found = planning.snapshot.named(spec.name)
  if (target === undefined || found === undefined) return
  const compared = target.compare(found)
  const wanted = (key: string) => compared.find((each) => each.key === key)?.wanted
  const [master, lower] = [wanted('master'), wanted('link')]
  if (typeof master === 'number') planned.master = master
  if (typeof lower === 'number') planned.lower = lower
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
    drafts[group] = planning.add(draftOf(planning, planned, part))
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
function downFor(snapshot: Snapshot, { kind }: Link, differences: readonly Comparison[]): string | undefined {
  const options = ofKind(downOptions, kind)
  const option = differences.find(({ key }) => options.includes(key))
  const master = differences.find(({ key }) => key === 'master')?.wanted
  const masterKind = typeof master === 'number' ? snapshot.indexed(master)?.kind : undefined
  return option?.key ?? (masterKind !== undefined && downPorts.has(masterKind) ? 'master' : undefined)
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
    `expected ${found.name} to have no ports while ${key} changes, got ${names}`,
  )
}

const disruptionOf = ({ found, down, isSetDown, loses }: Part) => {
  if (isSetDown) return 'its routes and IPv6 addresses'
  if (loses === 'inet6') return `its IPv6 addresses and routes, as IPv6 needs an MTU of ${MIN_MTU_OF_INET6}`
  return down && `${found.name} is down for a moment, as the kernel changes ${down} only then`
}

function draftOf(planning: Planning, planned: PlannedLink, part: Part): Draft {
  const { snapshot } = planning
  const { entry, spec } = planned
  const { found, differences, down, isSetDown, group } = part
  return {
    ...{ object: 'link', key: spec.name, verb: 'change', path: entry.path, links: [spec.name], needs: new Set() },
    changes: differences.map((each) => namedChange(snapshot, each)),
    phase: isSetDown ? PHASE.down : phases[group],
    undo: losesProgram(differences) ? 'lossy' : 'exact',
    disrupts: disruptionOf(part),
    *run() {
      const target = yield* linkTarget(spec, true)
      const current = (yield* target.find()) ?? found
      const keys = differences.map(({ key }) => key)
      const own = target.compare(current).filter((each) => !isMatch(each) && keys.includes(each.key))
      if (own.length === 0) return
      if (down === undefined) yield* target.update(current, own)
      else yield* whileDown(snapshot, current, target.update(current, own))
    },
    *reversal() {
      // The link is created by the plan, and deleted when that is undone.
      if (snapshot.isVirtual(found.index)) return []
      const families = { none: [], inet6: [AF.INET6], all: [AF.INET, AF.INET6] }[part.loses]
      return yield* reversalOf(part, spec, yield* lossesOfDown(snapshot, found.index, families))
    },
  }
}

const setUp = (index: number, up: boolean) => change('RTM_NEWLINK', { index, flags: up ? IFF.UP : 0, change: IFF.UP })

/** Sets a link down, changes it, sets it up, and restores what it has lost. */
function* whileDown(snapshot: Snapshot, { index }: Link, update: Operation<unknown>): Operation<void> {
  const lost = yield* lossesOfDown(snapshot, index)
  yield* setUp(index, false)
  try {
    yield* update
  } finally {
    yield* setUp(index, true)
    yield* restore(lost)
  }
}

/** Returns the requests that give a link the properties that it had. */
function* reversalOf(
  { found, differences, down }: Part,
  spec: AnyNewLink,
  lost: readonly UndoRequest[],
): Operation<UndoRequest[]> {
  const originals = completeChanges(found, originalsOf(found, spec, differences))
  const changes = yield* changesOf(changeLink({ index: found.index }, originals))
  const request = (name: string, value: unknown, options: UndoRequest['options'] = {}): UndoRequest => ({
    ...{ name, value, options, tolerated: [] },
  })
  const flags = (up: boolean) => request('RTM_NEWLINK', { index: found.index, flags: up ? IFF.UP : 0, change: IFF.UP })
  return [
    ...(down === undefined ? [] : [flags(false)]),
    ...changes.map(({ name, value, options }) => request(name, value, options)),
    ...altNamesOf(found.index, differences),
    ...(down === undefined ? [] : [flags(true)]),
    ...lost,
  ]
}

/** Returns the requests that restore the alternative names of a link. */
function altNamesOf(index: number, differences: readonly Comparison[]): UndoRequest[] {
  const { wanted, actual } = differences.find(({ key }) => key === 'altNames') ?? {}
  const [after = [], before = []] = [wanted, actual] as (readonly string[] | undefined)[]
  const request = (name: string, altName: string, options: UndoRequest['options'], tolerated: string): UndoRequest => ({
    ...{ name, value: { index, attrs: { propList: { altIfname: [altName] } } }, options, tolerated: [tolerated] },
  })
  const adding = { create: true, excl: true, append: true }
  return [
    ...after.filter((each) => !before.includes(each)).map((each) => request('RTM_DELLINKPROP', each, {}, 'ENOENT')),
    ...before.filter((each) => !after.includes(each)).map((each) => request('RTM_NEWLINKPROP', each, adding, 'EEXIST')),
  ]
}

/** Returns the change to the properties that a link had. */
function originalsOf(found: Link, { kind, xdp }: AnyNewLink, differences: readonly Comparison[]): AnyLinkChange {
  const original: Record<string, unknown> = {}
  const hasMaster = differences.some(({ key }) => key === 'master')
  for (const { key, actual } of differences) {
    const [outer = '', inner] = key.split('.')
    if (key === 'altNames' || outer === 'vfs') continue
    // There is no descriptor of a program that ran before.
    if (key === 'xdp') {
      if (actual === 0) original.xdp = { fd: -1, mode: xdp?.mode }
      continue
    }
    if (inner === undefined) original[outer] = actual
    // The data of a port belongs to its master: without one it has none.
    else if (outer !== 'slaveData' || found.slaveData !== undefined)
      original[outer] = { ...(original[outer] as object | undefined), [inner]: actual }
  }
  const port = hasMaster && found.master !== undefined ? asNewLink(found as unknown as AnyNewLink) : undefined
  const slaveData = hasMaster ? port?.slaveData : original.slaveData
  const vfs = originalVfs(found, differences)
  return {
    ...original,
    ...(vfs.length > 0 && { vfs }),
    slaveData: slaveData as object | undefined,
    ...((original.data !== undefined || original.link !== undefined) && { kind: found.kind ?? kind }),
    ...(slaveData !== undefined && { slaveKind: found.slaveKind }),
  }
}

/** Returns the settings that virtual functions had. A VLAN is set with its priority and protocol. */
function originalVfs({ vfs = [] }: Link, differences: readonly Comparison[]): NewVf[] {
  return vfs.flatMap(({ vf, ...settings }): NewVf[] => {
    const keys = differences.filter(({ key }) => key.startsWith(`vfs.${vf}.`)).map(({ key }) => key.split('.')[2])
    const isChanged = (key: string) => keys.includes(key === 'qos' || key === 'vlanProtocol' ? 'vlan' : key)
    const own = Object.fromEntries(Object.entries(settings).filter(([key]) => isChanged(key)))
    return keys.length > 0 ? [{ vf, ...own }] : []
  })
}

/** True for a step after which a program cannot be attached again. */
const losesProgram = (differences: readonly Comparison[]) =>
  differences.some(({ key, actual }) => key === 'xdp' && actual !== 0)

/** Returns a change as a step shows it: with names of links. */
function namedChange(snapshot: Snapshot, { key, wanted, actual }: Comparison): Change {
  if (key !== 'master' && key !== 'link') return { key, before: actual, after: wanted }
  const nameOf = (index: unknown) => (index === 0 ? undefined : (snapshot.indexed(Number(index))?.name ?? index))
  return { key, before: nameOf(actual), after: nameOf(wanted) }
}
