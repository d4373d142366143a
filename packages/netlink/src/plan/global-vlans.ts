import { rangeOfEntry, readVlans } from '../api/bridge-vlan/read.js'
import type { Operation } from '../api/run/operation.js'
import { gaps, type IdRange, rangesText, within } from '../api/values/id-ranges.js'
import type { BridgeVlanMessage } from '../route/index.js'
import { rangesOf } from './id-claims.js'
import type { PlannedLinks } from './planned-link.js'
import type { ObjectDraft, Planning } from './planning.js'

const byStart = (one: IdRange, other: IdRange) => one.from - other.from

/**
 * Orders the options of VLANs after the steps that add the VLANs to the bridge or its ports, and reports VLANs that it will not have.
 */
export function* orderGlobalVlans(
  planning: Planning,
  links: PlannedLinks,
  drafts: readonly ObjectDraft[],
): Operation<void> {
  const { snapshot } = planning
  const vlans = drafts.filter(({ object, verb }) => object === 'vlan' && verb !== 'remove')
  for (const draft of drafts.filter(({ object }) => object === 'globalVlan')) {
    const { ifindex } = draft.message as BridgeVlanMessage
    const [wanted] = rangesOf('globalVlan', draft.message)
    if (wanted === undefined) continue
    const owners = new Set([
      ifindex,
      ...snapshot.links.flatMap(({ index }) => (masterOf(index) === ifindex ? [index] : [])),
    ])
    const present: IdRange[] = []
    for (const owner of owners) {
      const found = yield* snapshot.through(readVlans(owner, wanted))
      present.push(...(found.attrs.entry ?? []).map(rangeOfEntry))
      const member = links.get(snapshot.indexed(owner)?.name ?? '')?.drafts.member
      if (member) draft.needs.add(member)
    }
    for (const vlan of vlans) {
      const message = vlan.message as BridgeVlanMessage
      const parts = rangesOf('vlan', message).flatMap((range) => within(range, wanted) ?? [])
      if (!owners.has(message.ifindex) || parts.length === 0) continue
      draft.needs.add(vlan)
      present.push(...parts)
    }
    const missing = gaps(wanted, present.sort(byStart))
    if (missing.length > 0)
      planning.conflict(
        'reference',
        `${draft.path}.vid`,
        `expected VLANs of the bridge or one of its ports, got ${rangesText(missing)}, which none has`,
      )
  }

  function masterOf(index: number): number | undefined {
    const link = snapshot.indexed(index)
    return links.get(link?.name ?? '')?.master ?? link?.master
  }
}
