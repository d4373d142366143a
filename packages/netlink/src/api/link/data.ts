import { type Declaration, show, type Table } from '../../codec/index.js'
import { ifindex, linkInfo } from '../../route/index.js'
import { told, wired } from '../normalize.js'

type Data = Readonly<Record<string, unknown>>
type Cases = Readonly<Record<string, Declaration<unknown> & { readonly table?: Table }>>

const { data: dataRow, slaveData: slaveRow } = linkInfo.table
const dataCases = dataRow[1].cases as Cases
const slaveCases = slaveRow[1].cases as Cases

const declared = (cases: Cases, kind: string | undefined) =>
  kind !== undefined && Object.hasOwn(cases, kind) ? cases[kind] : undefined
const wiredBy = (cases: Cases, kind: string | undefined, data: unknown) =>
  wired(declared(cases, kind), data) as Data | undefined

/** A wish of data as its kind would tell it; of a kind that is not declared, as it stands. */
function toldBy(cases: Cases, kind: string | undefined, wish: unknown): Data | undefined {
  const [declaration, data] = [declared(cases, kind), wiredBy(cases, kind, wish)]
  return declaration && data ? (told(declaration, data) as Data) : data
}

/** The keys of a kind's data that are the index of a link. */
function indexKeysOf(cases: Cases, kind: string | undefined): string[] {
  const rows = Object.entries(declared(cases, kind)?.table ?? {})
  return rows.filter(([, [, declaration]]) => (declaration as unknown) === ifindex).map(([key]) => key)
}

/** Data that the kernel reports and does not accept. */
const readOnlyKeys: Readonly<Record<string, readonly string[]>> = {
  bond: ['adInfo'],
  bridge: [
    ...['rootId', 'bridgeId', 'rootPort', 'rootPathCost', 'topologyChange', 'topologyChangeDetected', 'helloTimer'],
    ...['tcnTimer', 'topologyChangeTimer', 'gcTimer', 'mcastQuerierState', 'fdbNLearned'],
  ],
  macvlan: ['macaddrCount', 'bcQueueLenUsed'],
  macvtap: ['macaddrCount', 'bcQueueLenUsed'],
}

/** Data without its read-only members. */
function acceptedData(kind: string | undefined, data: unknown): Data | undefined {
  const wish = wiredBy(dataCases, kind, data)
  const readOnly = kind !== undefined && Object.hasOwn(readOnlyKeys, kind) ? readOnlyKeys[kind] : undefined
  if (wish === undefined || readOnly === undefined) return wish
  return Object.fromEntries(Object.entries(wish).filter(([key]) => !readOnly.includes(key)))
}

/** MACVLAN_MACADDR_SET, linux/if_link.h: the addresses that a macvlan in mode source accepts are those of the request */
const SET = 3

/** The data of a kind, as it is sent. */
export function wiredData(kind: string | undefined, data: unknown): Data | undefined {
  const sent = acceptedData(kind, data)
  if (sent?.macaddrData !== undefined) return { macaddrMode: SET, ...sent }
  if (sent?.ttlInherit === undefined) return sent
  // Of a vxlan it is a flag in requests, which can turn it on only, and a number in what the kernel reports.
  const { ttlInherit, ...rest } = sent
  return kind !== 'vxlan' ? sent : ttlInherit ? { ...rest, ttlInherit: true } : rest
}
export const wiredSlaveData = (kind: string | undefined, data: unknown) => wiredBy(slaveCases, kind, data)

/** The data of a kind, as it would be told. */
export function toldData(kind: string | undefined, data: unknown): Data | undefined {
  const told = toldBy(dataCases, kind, acceptedData(kind, data))
  return told?.ttlInherit === true ? { ...told, ttlInherit: 1 } : told
}
export const toldSlaveData = (kind: string | undefined, data: unknown) => toldBy(slaveCases, kind, data)

/** The keys of a kind's data that are the index of a link: those accept its name as well. */
export const indexKeys = (kind: string | undefined) => indexKeysOf(dataCases, kind)
export const slaveIndexKeys = (kind: string | undefined) => indexKeysOf(slaveCases, kind)

/** True for kinds whose lower link is in their data (`ip link add … dev v0`), and not in IFLA_LINK. */
export const hasLinkInData = (kind: string | undefined) => indexKeys(kind).includes('link')

/**
 * Kinds that set what a change leaves out to its default (`ipgre_changelink` and its like): iproute2 reads the link first, and
 * sends all of its data.
 */
const wholeKinds = new Set([
  ...['erspan', 'gre', 'gretap', 'ip6erspan', 'ip6gre', 'ip6gretap', 'ip6tnl', 'ipip', 'sit', 'vti', 'vti6'],
])
export const isChangedWhole = (kind: string | undefined) => kind !== undefined && wholeKinds.has(kind)

/** Puts the link below where the kernel looks for it: into the data of some kinds, into IFLA_LINK for the others. @throws {TypeError} */
export function placedLink(kind: string | undefined, link: number | undefined, data: unknown) {
  if (link === undefined || !hasLinkInData(kind)) return { link, data }
  const own = (data as { readonly link?: number } | undefined)?.link
  if (own !== undefined && own !== link)
    throw new TypeError(`expected link and data.link to be one link, got ${show(link)} and ${show(own)}`)
  return { data: { ...(data as object), link } }
}
