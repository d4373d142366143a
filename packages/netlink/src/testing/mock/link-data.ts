import type { LinkMessage } from '../../route/index.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { Link } from './state.js'

type Data = Readonly<Record<string, unknown>>

/** Options of a new bridge that requests can set. Times are in hundredths of a second (br_dev_setup, br_multicast_init). */
const bridge: Data = {
  ...{ forwardDelay: 1500, helloTime: 200, maxAge: 2000, ageingTime: 30000, stpState: 0, priority: 32768 },
  ...{ vlanFiltering: 0, groupFwdMask: 0, groupAddr: '01:80:c2:00:00:00', fdbMaxLearned: 0, mcastRouter: 1 },
  ...{ mcastSnooping: 1, mcastQueryUseIfaddr: 0, mcastQuerier: 0, mcastStatsEnabled: 0, mcastHashElasticity: 16 },
  ...{ mcastHashMax: 4096, mcastLastMemberCnt: 2, mcastStartupQueryCnt: 2, mcastIgmpVersion: 2, mcastMldVersion: 1 },
  ...{ mcastLastMemberIntvl: 100n, mcastMembershipIntvl: 26000n, mcastQuerierIntvl: 25500n, mcastQueryIntvl: 12500n },
  ...{ mcastQueryResponseIntvl: 1000n, mcastStartupQueryIntvl: 3124n },
  ...{ nfCallIptables: 0, nfCallIp6tables: 0, nfCallArptables: 0 },
}

/** Values that a bridge reports in addition, and that requests cannot set. */
const bridgeState: Data = {
  ...{ helloTimer: 0n, tcnTimer: 0n, topologyChangeTimer: 0n, gcTimer: 0n, rootPort: 0, rootPathCost: 0 },
  ...{ topologyChange: 0, topologyChangeDetected: 0, multiBoolopt: { optval: 0, optmask: 31 }, fdbNLearned: 0 },
}

/** Options of a macvlan that only the kernel changes. */
const macvlan: Data = { flags: 0, macaddrCount: 0, bcQueueLen: 1000, bcQueueLenUsed: 1000 }

/** Returns IFLA_INFO_DATA of a new link. @throws {Refused} for options that are not modelled */
export function initialData(kind: string, { linkinfo }: LinkMessage['attrs']): Data | undefined {
  const { data } = linkinfo ?? {}
  if (kind === 'veth') return undefined
  if (kind === 'bridge') {
    checkModelled(data ?? {}, 'RTM_NEWLINK bridge', Object.keys(bridge))
    return { ...bridge, ...data }
  }
  return kind === 'macvlan' ? { ...macvlan, ...data } : data
}

/** Changes IFLA_INFO_DATA of a link. @throws {Refused} for options that are not modelled */
export function changeData(link: Link, kind: string | undefined, data: Data): void {
  if (kind !== link.kind || link.kind === 'veth') refuse('EOPNOTSUPP')
  if (link.kind === 'bridge') checkModelled(data, 'RTM_NEWLINK bridge', Object.keys(bridge))
  else if (link.kind === 'macvlan') checkModelled(data, 'RTM_NEWLINK macvlan', ['mode'])
  else notModelled(`changing IFLA_INFO_DATA of a ${link.kind}`)
  link.data = { ...link.data, ...data }
}

/** Returns IFLA_INFO_DATA in messages. */
export function dataOf({ kind, data, address }: Link): Data | undefined {
  if (kind !== 'bridge' || data === undefined) return data
  const id = { prio: data.priority, addr: address }
  return { ...bridgeState, ...data, bridgeId: id, rootId: id }
}
