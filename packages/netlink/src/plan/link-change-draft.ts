import { linkTarget } from '../api/link/operations.js'
import type { Link } from '../api/link/types.js'
import type { Change } from '../api/run/ensure.js'
import { change, type Operation } from '../api/run/operation.js'
import { type Comparison, isMatch, isSame } from '../api/values/compare.js'
import { AF } from '../codec/index.js'
import { IFF } from '../route/index.js'
import { downPorts, MIN_MTU_OF_INET6 } from './link-facts.js'
import { reversalOf } from './link-originals.js'
import type { Group, Part } from './link-part.js'
import { lossesOfDown, restore, restoreDesired } from './losses.js'
import type { PlannedLink } from './planned-link.js'
import { type Draft, PHASE, type Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'
import type { UndoRequest } from './undo.js'

const phases: Readonly<Record<Group, number>> = {
  ...{ settings: PHASE.setLink, mtu: PHASE.mtu, member: PHASE.member, ports: PHASE.ports, up: PHASE.up },
}

const disruptionOf = ({ found, down, isSetDown, loses }: Part) => {
  if (isSetDown) return 'its routes and IPv6 addresses'
  if (loses === 'inet6') return `its IPv6 addresses and routes, as IPv6 needs an MTU of ${MIN_MTU_OF_INET6}`
  return down && `${found.name} is down for a moment, as the kernel changes ${down} only then`
}

/** Returns the step that changes a group of options of a link. */
export function draftOfLinkChange(planning: Planning, planned: PlannedLink, part: Part): Draft {
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
      if (isSetDown) yield* restoreDesired(planning, found.index)
    },
    *reversal() {
      // The link is created by the plan, and deleted when that is undone.
      if (snapshot.isVirtual(found.index)) return []
      const families = { none: [], inet6: [AF.INET6], all: [AF.INET, AF.INET6] }[part.loses]
      const requests = yield* reversalOf(part, spec, yield* lossesOfDown(snapshot, found.index, families))
      return [...requests, ...(yield* addressOfMaster(snapshot, part))]
    },
    *isAsBefore() {
      const current = snapshot.named(spec.name)
      if (current?.index !== found.index || current.up !== found.up) return false
      const now = new Map((yield* linkTarget(spec, true)).compare(current).map(({ key, actual }) => [key, actual]))
      return differences.every(({ key, actual }) => isSame(now.get(key), actual))
    },
  }
}

const setUp = (index: number, up: boolean) => change('RTM_NEWLINK', { index, flags: up ? IFF.UP : 0, change: IFF.UP })

/** Sets a link down, changes it, sets it up, and restores what it has lost. */
export function* whileDown(snapshot: Snapshot, { index }: Link, update: Operation<unknown>): Operation<void> {
  const lost = yield* lossesOfDown(snapshot, index)
  yield* setUp(index, false)
  try {
    yield* update
  } finally {
    yield* setUp(index, true)
    yield* restore(lost)
  }
}

/**
 * Returns the requests that restore the address of a bond or a team whose last port leaves: without ports it gets another one, and takes
 * that of the next port. A link that was up also has the IPv6 address that belongs to it, until it is set down.
 */
function* addressOfMaster(snapshot: Snapshot, { found, differences }: Part): Operation<UndoRequest[]> {
  const master = differences.some(({ key }) => key === 'master') ? snapshot.indexed(found.master ?? 0) : undefined
  if (master?.address === undefined || !downPorts.has(master.kind ?? '') || snapshot.isVirtual(master.index)) return []
  const { index, address, up } = master
  if (snapshot.links.some((other) => other.index !== found.index && other.master === index)) return []
  const request = (value: object): UndoRequest => ({ name: 'RTM_NEWLINK', value, options: {}, tolerated: [] })
  const flags = (flag: number) => (up ? [request({ index, flags: flag, change: IFF.UP })] : [])
  const lost = up ? yield* lossesOfDown(snapshot, index) : []
  return [...flags(0), request({ index, attrs: { address } }), ...flags(IFF.UP), ...lost]
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
