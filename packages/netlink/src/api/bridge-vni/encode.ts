import { AF } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import type { TunnelMessage } from '../../route/index.js'
import { REPORTED, VNI } from '../values/accepted.js'
import { checkIdKey, type IdRange } from '../values/id-ranges.js'
import { canonical, familyOf } from '../values/ip-text.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { BridgeVni, BridgeVniKey, NewBridgeVni } from './types.js'

/** An entry of a message: a VNI, or a range of them. */
export type VniEntry = NonNullable<TunnelMessage['attrs']['entry']>[number]

/** The options of a VNI. */
export const bridgeVniKeys = { dev: 1, vni: 1, vniEnd: 1, group: 1, stats: REPORTED } satisfies Record<
  keyof NewBridgeVni,
  unknown
>

interface Part {
  readonly ifindex: number
  readonly entry: VniEntry
}

const BridgeVniObject = constructorOf<BridgeVni, Part>(function ({ ifindex, entry }) {
  const { start = 0, end, stats } = entry
  const group = groupOf(entry)
  this.dev = ifindex
  this.vni = start
  if (end !== undefined && end > start) this.vniEnd = end
  if (group !== undefined) this.group = group
  if (stats !== undefined) this.stats = withJson(stats) as BridgeVni['stats'] & object
})

/** Converts an entry of a message to a VNI. */
export const toBridgeVni = ({ attrs: _, ...header }: TunnelMessage, entry: VniEntry): BridgeVni =>
  withMessage(new BridgeVniObject({ ifindex: header.ifindex, entry }), { ...header, attrs: { entry: [entry] } })

/** Returns the group of an entry. */
export const groupOf = ({ group, group6 }: VniEntry) => group ?? group6

/** Returns the range of an entry. */
export const rangeOfEntry = ({ start = 0, end = start }: VniEntry): IdRange => ({ from: start, to: end })

/** Checks what identifies VNIs, and returns their range. @throws {TypeError} */
export const checkVniKey = (vni: BridgeVniKey): IdRange => checkIdKey('vni', 'vni', vni, bridgeVniKeys, VNI)

/** Checks all options of a VNI to write, and returns its range. @throws {TypeError} */
export function checkVni(vni: NewBridgeVni): IdRange {
  const range = checkVniKey(vni)
  vniEntry(vni.group, range)
  return range
}

/** Returns the entry of a request. @throws {TypeError} */
export function vniEntry(group: string | undefined, { from, to }: IdRange): VniEntry {
  const own = { start: from, ...(to > from && { end: to }) }
  if (group === undefined) return own
  const address = canonical('group of vni', group)
  return familyOf(address) === 'inet' ? { ...own, group: address } : { ...own, group6: address }
}

/** Returns the message of entries on one link. */
export const vniMessage = (ifindex: number, entry: readonly VniEntry[]): TunnelMessage => ({
  ...{ family: AF.BRIDGE, flags: 0, ifindex },
  attrs: { entry: [...entry] },
})

/** Returns the message that deletes VNIs. */
export const vniDeletion = (ifindex: number, ranges: readonly IdRange[]): TunnelMessage =>
  vniMessage(
    ifindex,
    ranges.map((range) => vniEntry(undefined, range)),
  )

/** Returns the message that sets VNIs as they were. */
export const vniRestoration = ({ ifindex, attrs: { entry = [] } }: TunnelMessage): TunnelMessage =>
  vniMessage(
    ifindex,
    entry.map(({ stats: _, ...rest }) => rest),
  )
