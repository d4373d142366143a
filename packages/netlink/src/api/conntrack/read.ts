import type { ConntrackMessage, ConntrackStatsCpuMessage } from '../../netfilter/index.js'
import { ifThere } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { conntrackReply, toConntrack } from './decode.js'
import { encodeKey } from './encode.js'
import { type EncodedFilter, encodeFilter } from './filter.js'
import { dumpCt, dumpCtAs, readCt } from './requests.js'
import type { Conntrack, ConntrackCpuStats, ConntrackFilter, ConntrackKey, ConntrackStats } from './types.js'

/** Lists the connections that match an encoded filter. */
export function* listFiltered({ requests, fits }: EncodedFilter): Operation<Conntrack[]> {
  const found: Conntrack[] = []
  for (const request of requests)
    for (const connection of yield* dumpCtAs(conntrackReply, 'IPCTNL_MSG_CT_GET', request))
      if (fits(connection)) found.push(connection)
  return found
}

/** Lists the connections that match the filter. */
export function* list(filter: ConntrackFilter = {}): Operation<Conntrack[]> {
  return yield* listFiltered(encodeFilter(filter))
}

/** Reads the message of a connection; undefined if there is none, or one with another id. */
export function* find(key: ConntrackKey): Operation<ConntrackMessage | undefined> {
  const { family, attrs, id } = encodeKey(key)
  const [message] = (yield* ifThere(readCt('IPCTNL_MSG_CT_GET', { family, attrs }), 'ENOENT')) ?? []
  return id === undefined || message?.attrs.id === id ? message : undefined
}

/** Returns a connection; undefined if there is none. */
export function* get(key: ConntrackKey): Operation<Conntrack | undefined> {
  const message = yield* find(key)
  return message && toConntrack(message)
}

const CpuStatsObject = constructorOf<ConntrackCpuStats, ConntrackStatsCpuMessage>(function ({ resId, attrs }) {
  this.cpu = resId
  this.found = attrs.found ?? 0
  this.invalid = attrs.invalid ?? 0
  this.insert = attrs.insert ?? 0
  this.insertFailed = attrs.insertFailed ?? 0
  this.drop = attrs.drop ?? 0
  this.earlyDrop = attrs.earlyDrop ?? 0
  this.error = attrs.error ?? 0
  this.searchRestart = attrs.searchRestart ?? 0
  this.clashResolve = attrs.clashResolve ?? 0
  this.chainToolong = attrs.chainToolong ?? 0
})

/** Reads the statistics. */
export function* stats(): Operation<ConntrackStats> {
  const [total] = yield* readCt('IPCTNL_MSG_CT_GET_STATS', {})
  const cpus = yield* dumpCt('IPCTNL_MSG_CT_GET_STATS_CPU', {})
  const { entries = 0, maxEntries } = total?.attrs ?? {}
  return {
    entries,
    ...(maxEntries !== undefined && { maxEntries }),
    cpus: cpus.map((message) => withMessage(new CpuStatsObject(message), message)),
  }
}
