import { ArgumentError, type Declaration, show, type Table } from '../../codec/index.js'
import { ifindex, linkInfo, VLAN_FLAG } from '../../route/index.js'
import { fromJson } from '../values/from-json.js'
import { withJsonParts } from '../values/json-parts.js'
import { checkUndeclared, normalize, toWire } from '../values/normalize.js'
import { cached } from '../values/vocabulary.js'
import { withWords } from '../values/words.js'

type Data = Readonly<Record<string, unknown>>
type Cases = Readonly<Record<string, Declaration<unknown> & { readonly table?: Table }>>

const { data: dataRow, slaveData: slaveRow } = linkInfo.table
const dataCases = dataRow[1].cases
const slaveCases = slaveRow[1].cases

const declared = (cases: Cases, kind: string | undefined) =>
  kind !== undefined && Object.hasOwn(cases, kind) ? cases[kind] : undefined

/** Returns data that is sent as it would be read; data of a kind without a declaration as it is. */
function normalizeCase(declaration: Declaration<unknown> | undefined, data: Data | undefined): Data | undefined {
  return declaration && data ? (withWords(declaration, normalize(declaration, data)) as Data) : data
}

const read = (declaration: Declaration<unknown> | undefined, data: unknown) =>
  withJsonParts(declaration, withWords(declaration, data))

/** Returns decoded data with words for its numbers. */
export const readData = (kind: string | undefined, data: unknown) => read(declared(dataCases, kind), data)
/** Returns the decoded data of a port with words for its numbers. */
export const readSlaveData = (kind: string | undefined, data: unknown) => read(declared(slaveCases, kind), data)

/** Returns the data of a kind that was written as JSON: with bigints and bytes. */
export const dataFromJson = (kind: string | undefined, data: unknown) => fromJson(declared(dataCases, kind), data)
/** Returns the data of a port that was written as JSON. */
export const slaveDataFromJson = (kind: string | undefined, data: unknown) => fromJson(declared(slaveCases, kind), data)

/** Returns the keys of rows that are the index of a link. */
const indexKeysIn: (table: Table) => readonly string[] = cached((table) =>
  Object.keys(table).filter((key) => table[key]?.[1] === ifindex),
)
const none: Table = {}

/** Returns the keys of a kind's data that are the index of a link. */
const indexKeysOf = (cases: Cases, kind: string | undefined) => indexKeysIn(declared(cases, kind)?.table ?? none)

/** Data that the kernel reports and does not accept. */
export const readOnlyKeys: Readonly<Record<string, readonly string[]>> = {
  bond: ['adInfo'],
  bridge: [
    ...['rootId', 'bridgeId', 'rootPort', 'rootPathCost', 'topologyChange', 'topologyChangeDetected', 'helloTimer'],
    ...['tcnTimer', 'topologyChangeTimer', 'gcTimer', 'mcastQuerierState', 'fdbNLearned'],
  ],
  macvlan: ['macaddrCount', 'bcQueueLenUsed'],
  macvtap: ['macaddrCount', 'bcQueueLenUsed'],
}

/** Returns data of a kind in its wire form. @throws {TypeError} also for data of a kind that has none */
function caseToWire(option: string, cases: Cases, kind: string | undefined, data: unknown): Data | undefined {
  const declaration = declared(cases, kind)
  if (declaration === undefined) checkUndeclared(option, kind, data)
  return toWire(option, declaration, data) as Data | undefined
}

/** Returns data without its read-only members. */
function acceptedData(kind: string | undefined, data: unknown): Data | undefined {
  const sent = caseToWire('data', dataCases, kind, data)
  const readOnly = kind !== undefined && Object.hasOwn(readOnlyKeys, kind) ? readOnlyKeys[kind] : undefined
  if (sent === undefined || readOnly === undefined) return sent
  return Object.fromEntries(Object.entries(sent).filter(([key]) => !readOnly.includes(key)))
}

/** MACVLAN_MACADDR_SET, linux/if_link.h: replaces the source addresses that a macvlan accepts with those of the request */
const SET = 3

/** Returns IFLA_INFO_DATA of a kind. @throws {TypeError} naming the option */
export function dataToWire(kind: string | undefined, data: unknown): Data | undefined {
  const sent = acceptedData(kind, data)
  if (sent?.macaddrData !== undefined) return { macaddrMode: SET, ...sent }
  if (kind !== 'vxlan' || sent?.ttlInherit === undefined) return sent
  // A flag in requests, which cannot turn it off, and a number in what the kernel reports.
  const { ttlInherit, ...rest } = sent
  return ttlInherit ? { ...rest, ttlInherit: true } : rest
}

/** Returns IFLA_INFO_SLAVE_DATA for the kind of the master. @throws {TypeError} naming the option */
export const slaveDataToWire = (kind: string | undefined, data: unknown) =>
  caseToWire('slaveData', slaveCases, kind, data)

/** Returns the data of a kind as the kernel would report it. */
export function normalizeData(kind: string | undefined, data: unknown): Data | undefined {
  const normal = normalizeCase(declared(dataCases, kind), acceptedData(kind, data))
  return normal?.ttlInherit === true ? { ...normal, ttlInherit: 1 } : normal
}

/** Returns the data of a port as the kernel would report it. */
export const normalizeSlaveData = (kind: string | undefined, data: unknown) =>
  normalizeCase(declared(slaveCases, kind), slaveDataToWire(kind, data))

/** Returns the keys of a kind's data that are the index of a link: they also accept its name. */
export const indexKeys = (kind: string | undefined) => indexKeysOf(dataCases, kind)
/** Returns the keys of a port's data that are the index of a link. */
export const slaveIndexKeys = (kind: string | undefined) => indexKeysOf(slaveCases, kind)

/** True for kinds whose lower link is in their data (`ip link add … dev v0`), and not in IFLA_LINK. */
export const hasLinkInData = (kind: string | undefined) => declared(dataCases, kind)?.table?.link?.[1] === ifindex

/**
 * Kinds that set what a change leaves out to its default (`ipgre_changelink` and similar functions): iproute2 reads the link
 * first, and sends all of its data.
 */
const wholeKinds = new Set([
  ...['erspan', 'gre', 'gretap', 'ip6erspan', 'ip6gre', 'ip6gretap', 'ip6tnl', 'ipip', 'sit', 'vti', 'vti6'],
])

/** True for kinds of which a change must contain all data. */
export const isChangedWhole = (kind: string | undefined) => kind !== undefined && wholeKinds.has(kind)

/** Puts the lower link where the kernel looks for it: in the data of some kinds, in IFLA_LINK for the others. @throws {TypeError} */
export function placeLink(kind: string | undefined, link: number | undefined, data: unknown) {
  if (link === undefined || !hasLinkInData(kind)) return { link, data }
  const own = (data as { readonly link?: number } | undefined)?.link
  if (own !== undefined && own !== link)
    throw new ArgumentError(`expected link and data.link to be one link, got ${show(link)} and ${show(own)}`)
  return { data: { ...(data as object), link } }
}

/** The flags of a VLAN, all off: the kernel then reports none. */
export const noVlanFlags: Readonly<Record<string, boolean>> = Object.fromEntries(
  Object.keys(VLAN_FLAG).map((flag) => [flag, false]),
)
