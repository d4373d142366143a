import { AF } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import type { BridgeVlanMessage } from '../../route/index.js'
import { type Accepted, BOOLEAN, integers, U32, U64, VLAN_ID } from '../values/accepted.js'
import { checkIdKey, type IdRange, within } from '../values/id-ranges.js'
import { withMessage } from '../values/objects.js'
import type { BridgeGlobalVlan, BridgeGlobalVlanOptions, NewBridgeGlobalVlan } from './types.js'

/** An entry of a message: the options of a VLAN, or of a range of them. */
export type GlobalVlanEntry = NonNullable<BridgeVlanMessage['attrs']['globalOptions']>[number]

type Option = keyof BridgeGlobalVlanOptions

/** The options that can be set, with the values that the kernel accepts (`br_vlan_process_global_one_opts`, net/bridge/br_vlan_options.c). */
const options = {
  ...{ mcastSnooping: BOOLEAN, mcastQuerier: BOOLEAN },
  ...{ mcastIgmpVersion: integers(2, 3), mcastMldVersion: integers(1, 2) },
  ...{ mcastLastMemberCnt: U32, mcastStartupQueryCnt: U32, mcastLastMemberIntvl: U64, mcastMembershipIntvl: U64 },
  ...{ mcastQuerierIntvl: U64, mcastQueryIntvl: U64, mcastQueryResponseIntvl: U64, mcastStartupQueryIntvl: U64 },
  // MST of 802.1Q: 0 is the common instance.
  msti: integers(0, 4094),
} satisfies Record<Option, Accepted>

export const globalVlanOptions = Object.keys(options) as readonly Option[]

/** The options with a number of 64 bits. */
export const longGlobalVlanOptions = globalVlanOptions.filter((key) => options[key] === U64)

/** The keys of a VLAN to write. */
export const bridgeGlobalVlanKeys = { dev: 1, vid: 1, vidEnd: 1, ...options } satisfies Record<
  keyof NewBridgeGlobalVlan,
  unknown
>

/** Checks all options, and returns the range of VLANs. @throws {TypeError} */
export const checkGlobalVlan = (vlan: NewBridgeGlobalVlan): IdRange =>
  checkIdKey('vlan', 'vid', vlan, bridgeGlobalVlanKeys, VLAN_ID)

/** Returns the range of an entry. */
export const rangeOfGlobalEntry = ({ id = 0, range = id }: GlobalVlanEntry): IdRange => ({ from: id, to: range })

/** Returns an entry for a range, with some members. */
const entryFor = ({ from, to }: IdRange, members: Readonly<Record<string, unknown>>): GlobalVlanEntry => ({
  id: from,
  ...(to > from && { range: to }),
  ...members,
})

/** Returns the part of an entry within a range; undefined if there is none. */
export function partOfGlobalEntry(entry: GlobalVlanEntry, limits: IdRange): GlobalVlanEntry | undefined {
  const part = within(rangeOfGlobalEntry(entry), limits)
  if (part === undefined) return undefined
  const { id: _, range: __, ...members } = entry
  return entryFor(part, members)
}

/** Returns the entry of a request for the VLANs of a range. */
export function globalEntryOf(vlan: NewBridgeGlobalVlan, range: IdRange): GlobalVlanEntry {
  const given = globalVlanOptions.flatMap((key) => {
    const value = vlan[key]
    return value === undefined ? [] : [[key, typeof value === 'boolean' ? Number(value) : value] as const]
  })
  return entryFor(range, Object.fromEntries(given))
}

/** Returns the entry that sets some options as they were. */
export const restoredGlobalEntry = (entry: GlobalVlanEntry, keys: readonly string[]): GlobalVlanEntry =>
  entryFor(rangeOfGlobalEntry(entry), Object.fromEntries(Object.entries(entry).filter(([key]) => keys.includes(key))))

/** Returns the message of entries of one bridge. */
export const globalVlanMessage = (ifindex: number, entries: readonly GlobalVlanEntry[]): BridgeVlanMessage => ({
  family: AF.BRIDGE,
  ifindex,
  attrs: { globalOptions: [...entries] },
})

/** Converts an entry of a message to a VLAN. */
export function toBridgeGlobalVlan({ ifindex }: BridgeVlanMessage, entry: GlobalVlanEntry): BridgeGlobalVlan {
  const { from, to } = rangeOfGlobalEntry(entry)
  const members = globalVlanOptions.flatMap((key) => {
    const value = entry[key]
    return value === undefined ? [] : [[key, options[key] === BOOLEAN ? value !== 0 : value] as const]
  })
  const vlan = { dev: ifindex, vid: from, ...(to > from && { vidEnd: to }), ...Object.fromEntries(members) }
  return withMessage(withJson(vlan), globalVlanMessage(ifindex, [entry]))
}
