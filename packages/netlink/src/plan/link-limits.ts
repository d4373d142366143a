import { NetnsFiles } from '../api/link/netns-files.js'
import { change, type Operation } from '../api/run/operation.js'
import { NetlinkError } from '../message/index.js'
import { SystemError } from '../socket/error.js'
import { mtusOfNew } from './link-facts.js'
import type { PlannedLink, PlannedLinks } from './planned-link.js'
import type { Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'

/** An index that no link has, with a name that no link can have, and no queue. The kernel looks for the kind before it refuses these. */
const IMPOSSIBLE = { index: 0x7fffffff, attrs: { ifname: '/', numTxQueues: 0 } } as const

/** Reports kinds that the kernel cannot create, also after it has loaded a module. The request that finds this out is always refused. */
export function* reportKinds(planning: Planning, links: PlannedLinks): Operation<void> {
  const reasons = new Map<string, string | undefined>()
  for (const { entry, spec, drafts } of links.values()) {
    const { kind } = spec
    if (kind === undefined || drafts.add === undefined) continue
    if (!reasons.has(kind)) reasons.set(kind, yield* refusalOf(kind))
    const reason = reasons.get(kind)
    if (reason !== undefined)
      planning.conflict(
        'refused',
        `${entry.path}.kind`,
        `expected a kind of link that the kernel can create, got ${JSON.stringify(kind)}: ${reason}`,
      )
  }
}

function* refusalOf(kind: string): Operation<string | undefined> {
  try {
    const { index, attrs } = IMPOSSIBLE
    yield* change('RTM_NEWLINK', { index, attrs: { ...attrs, linkinfo: { kind } } }, { create: true, excl: true })
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    // With any other error the kernel knows the kind, or this process may not create links.
    if (error.code === 'EOPNOTSUPP') return error.message
  }
  return undefined
}

/** Reports namespaces of the other ends of new pairs that do not exist. */
export function reportNamespaces(planning: Planning, links: PlannedLinks): void {
  for (const { entry, spec, drafts } of links.values()) {
    if (drafts.add === undefined || spec.peer?.netns === undefined) continue
    const files = new NetnsFiles()
    try {
      files.open(spec.peer.netns)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      planning.conflict('reference', `${entry.path}.peer.netns`, error.message)
    } finally {
      files.close()
    }
  }
}

/** Reports MTUs that the kernel refuses: those outside the limits of a link, and above that of the link below. */
export function reportMtus(planning: Planning, links: PlannedLinks): void {
  for (const planned of links.values()) {
    const { entry, spec } = planned
    if (spec.mtu !== undefined)
      reportMtu(planning, `${entry.path}.mtu`, spec.mtu, limitsOf(planning.snapshot, links, planned))
    const end = planned.drafts.add && spec.peer?.mtu
    if (end !== undefined) reportMtu(planning, `${entry.path}.peer.mtu`, end, limitsOfNew(spec.kind))
  }
}

/** The least and the greatest MTU, and the name of the link below if that has set the upper one. */
type Limits = readonly [least: number, most: number, owner?: string]

function reportMtu(planning: Planning, path: string, mtu: number, [least, most, owner]: Limits): void {
  if (mtu >= least && mtu <= most) return
  const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`
  planning.conflict(
    'refused',
    path,
    `expected ${range}${owner === undefined ? '' : `, the MTU of ${owner}`}, got ${mtu}`,
  )
}

/** Returns the limits of a new link, which are those of the kind. */
const limitsOfNew = (kind: string | undefined): readonly [least: number, most: number] =>
  (kind !== undefined && Object.hasOwn(mtusOfNew, kind) ? mtusOfNew[kind] : undefined) ?? [0, Number.POSITIVE_INFINITY]

/** Returns the limits of a link's MTU. */
function limitsOf(snapshot: Snapshot, links: PlannedLinks, { spec, isKnown, isSame, lower }: PlannedLink): Limits {
  const found = snapshot.named(spec.name)
  // The MTU that a link has is within them. The message is decoded only if it is necessary.
  const { minMtu = 0, maxMtu = 0 } = (isKnown && !isSame && found?.message.attrs) || {}
  const [least, most] = isKnown
    ? ([minMtu, maxMtu === 0 ? Number.POSITIVE_INFINITY : maxMtu] as const)
    : limitsOfNew(found?.kind ?? spec.kind)
  const kind = found?.kind ?? ''
  if (found?.linkNetnsid !== undefined || !belowLower.has(kind)) return [least, most]
  const below = snapshot.indexed(lower ?? found?.link ?? 0)
  const wanted = below && links.get(below.name)?.spec
  // A bond or a team gives its ports its own MTU.
  if (below === undefined || below.master !== undefined || (wanted?.master ?? 0) !== 0) return [least, most]
  const limit = wanted?.mtu ?? below.mtu
  return limit !== undefined && limit < most ? [least, limit, below.name] : [least, most]
}

/** Kinds that cannot have a larger MTU than the link below (`vlan_dev_change_mtu`, `macvlan_common_newlink`, `macvlan_change_mtu`). */
const belowLower: ReadonlySet<string> = new Set(['macvlan', 'macvtap', 'vlan'])
