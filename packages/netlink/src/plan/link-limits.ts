import { change, type Operation } from '../api/run/operation.js'
import { NetlinkError } from '../message/index.js'
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

/** Reports MTUs that the kernel refuses: those outside the limits of an existing link, and above that of the link below. */
export function reportMtus(planning: Planning, links: PlannedLinks): void {
  for (const planned of links.values()) {
    const { entry, spec } = planned
    const { mtu } = spec
    if (mtu === undefined) continue
    const [least, most, owner] = limitsOf(planning.snapshot, links, planned)
    if (mtu < least || mtu > most)
      planning.conflict(
        'refused',
        `${entry.path}.mtu`,
        `expected ${most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`}${owner === undefined ? '' : `, the MTU of ${owner}`}, got ${mtu}`,
      )
  }
}

/** Returns the limits of a link's MTU, and the name of the link below if that has set the upper one. */
function limitsOf(
  snapshot: Snapshot,
  links: PlannedLinks,
  { spec, isKnown, isSame, lower }: PlannedLink,
): [least: number, most: number, owner?: string] {
  const found = snapshot.named(spec.name)
  // The MTU that a link has is within them. The message is decoded only if it is necessary.
  const { minMtu = 0, maxMtu = 0 } = (isKnown && !isSame && found?.message.attrs) || {}
  const most = maxMtu === 0 ? Number.POSITIVE_INFINITY : maxMtu
  const kind = found?.kind ?? ''
  if (found?.linkNetnsid !== undefined || !(kind === 'vlan' || (isKnown && growingWithLower.has(kind))))
    return [minMtu, most]
  const below = snapshot.indexed(lower ?? found?.link ?? 0)
  const wanted = below && links.get(below.name)?.spec
  // A bond or a team gives its ports its own MTU.
  if (below === undefined || below.master !== undefined || (wanted?.master ?? 0) !== 0) return [minMtu, most]
  const limit = wanted?.mtu ?? below.mtu
  return limit !== undefined && limit < most ? [minMtu, limit, below.name] : [minMtu, most]
}

/** Kinds that a change cannot give a larger MTU than that of the link below (`macvlan_change_mtu`). */
const growingWithLower: ReadonlySet<string> = new Set(['macvlan', 'macvtap'])
