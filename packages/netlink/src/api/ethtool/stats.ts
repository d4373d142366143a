import type { Table } from '../../codec/index.js'
import {
  ETH_SS,
  ETHTOOL_MAC_STATS_SRC,
  ETHTOOL_STATS,
  type EthtoolStatsGrpAttrs,
  type EthtoolStatsGrpHistAttrs,
  ethtoolStatsEthCtrlAttrs,
  ethtoolStatsEthMacAttrs,
  ethtoolStatsEthPhyAttrs,
  ethtoolStatsPhyAttrs,
  ethtoolStatsRmonAttrs,
} from '../../generic/ethtool/index.js'
import { type Members, reportedWord } from './members.js'
import type { Names, StringSet } from './strings.js'
import type { EthtoolHistogramEntry, EthtoolStats, EthtoolStatsGroup } from './types.js'

/** The attributes of the counters of each group. Their numbers are the indexes of the names. */
const tables: Readonly<Record<number, { readonly table: Table }>> = {
  [ETHTOOL_STATS.ETH_PHY]: ethtoolStatsEthPhyAttrs,
  [ETHTOOL_STATS.ETH_MAC]: ethtoolStatsEthMacAttrs,
  [ETHTOOL_STATS.ETH_CTRL]: ethtoolStatsEthCtrlAttrs,
  [ETHTOOL_STATS.RMON]: ethtoolStatsRmonAttrs,
  [ETHTOOL_STATS.PHY]: ethtoolStatsPhyAttrs,
}

/** The sets with the names of groups and counters. */
export const statsSets: readonly StringSet[] = [
  'STATS_STD',
  'STATS_ETH_PHY',
  'STATS_ETH_MAC',
  'STATS_ETH_CTRL',
  'STATS_RMON',
]

/** Requests all groups. */
export const statsRequest = { groups: { nomask: true, size: 4, value: [0b1111] } }

const setOf = (id: number | undefined) =>
  Object.keys(ETH_SS.values).find((name) => ETH_SS[name as StringSet] === id) as StringSet | undefined

/** Returns the counters of a group by their names. */
function countersOf({ id = 0, ssId, stat = [] }: EthtoolStatsGrpAttrs, names: Names): [string, bigint][] {
  const set = setOf(ssId)
  const texts = set === undefined ? [] : names(set)
  const { table = {} } = tables[id] ?? {}
  return stat.flatMap((each) =>
    Object.entries(each).map(([key, value]): [string, bigint] => [
      texts[table[key]?.[0] ?? -1] ?? key,
      value as unknown as bigint,
    ]),
  )
}

const histogram = (entries: readonly EthtoolStatsGrpHistAttrs[]): EthtoolHistogramEntry[] =>
  entries.map(({ histBktLow = 0, histBktHi = 0, histVal = 0n }) => ({
    ...{ low: histBktLow, high: histBktHi, packets: histVal },
  }))

function groupsOf(groups: readonly EthtoolStatsGrpAttrs[], names: Names): Record<string, EthtoolStatsGroup> {
  const found = groups.map((group): [string, EthtoolStatsGroup] => [
    names('STATS_STD')[group.id ?? 0] ?? String(group.id),
    {
      counters: Object.fromEntries(countersOf(group, names)),
      ...(group.histRx && { rxHistogram: histogram(group.histRx) }),
      ...(group.histTx && { txHistogram: histogram(group.histTx) }),
    },
  ])
  return Object.fromEntries(
    found.filter(([, { counters, rxHistogram, txHistogram }]) =>
      [Object.keys(counters), rxHistogram ?? [], txHistogram ?? []].some((each) => each.length > 0),
    ),
  )
}

export const stats: Members<EthtoolStats> = {
  groups: {
    ...{ attribute: 'grp', isAlways: true },
    decode: (value = [], names) => groupsOf(value as EthtoolStatsGrpAttrs[], names),
  },
  source: reportedWord('src', ETHTOOL_MAC_STATS_SRC),
}
