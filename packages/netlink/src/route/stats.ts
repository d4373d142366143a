import {
  AF,
  attributes,
  bitsOf,
  enumOf,
  flagsOf,
  hexadecimal,
  type Infer,
  message,
  numbersOf,
  pad,
  struct,
  u8,
  u32,
  writtenAs,
} from '../codec/index.js'
import { rtnlLinkStats64 } from './link-stats.js'
import { hwStatsInfosAttrs, linkXstatsAttrs, rtnlHwStats64, statsAfSpecAttrs } from './stats-xstats.js'

/** IFLA_OFFLOAD_XSTATS_*, linux/if_link.h */
export const offloadXstatsAttrs = attributes('IFLA_OFFLOAD_XSTATS', {
  cpuHit: [1, rtnlLinkStats64],
  hwSInfo: [2, hwStatsInfosAttrs],
  l3Stats: [3, rtnlHwStats64],
})

/** The IFLA_STATS_* attributes inside IFLA_STATS_GET_FILTERS: the members of each group to return, as bits. */
export const statsFiltersAttrs = attributes('IFLA_STATS', {
  link64: [1, writtenAs(u32, hexadecimal), 'IFLA_STATS_LINK_64'],
  linkXstats: [2, writtenAs(u32, hexadecimal)],
  linkXstatsSlave: [3, writtenAs(u32, hexadecimal)],
  linkOffloadXstats: [4, flagsOf(u32, bitsOf(numbersOf(offloadXstatsAttrs), 1))], // bit 0 is number 1
  afSpec: [5, writtenAs(u32, hexadecimal)],
})

/** IFLA_STATS_GETSET_*, linux/if_link.h: the attributes of requests, which have separate numbers. */
export const statsRequestAttrs = attributes('IFLA_STATS', {
  getFilters: [1, statsFiltersAttrs],
  setOffloadXstatsL3Stats: [2, u8],
})

/** IFLA_STATS_*, linux/if_link.h */
export const statsAttrs = attributes('IFLA_STATS', {
  link64: [1, rtnlLinkStats64, 'IFLA_STATS_LINK_64'],
  linkXstats: [2, linkXstatsAttrs],
  linkXstatsSlave: [3, linkXstatsAttrs],
  linkOffloadXstats: [4, offloadXstatsAttrs],
  afSpec: [5, statsAfSpecAttrs],
})

/** `struct if_stats_msg`, linux/if_link.h */
export const ifStatsMsg = struct('if_stats_msg', {
  family: enumOf(u8, AF),
  _pad1: pad(1),
  _pad2: pad(2),
  ifindex: u32,
  filterMask: flagsOf(u32, bitsOf(numbersOf(statsAttrs), 1)), // in requests, the attributes to return; bit 0 is number 1
})

/** RTM_NEWSTATS */
export const statsMessage = message('stats', ifStatsMsg, statsAttrs)
export interface StatsMessage extends Infer<typeof statsMessage> {}

/** RTM_GETSTATS, RTM_SETSTATS */
export const statsRequest = message('stats request', ifStatsMsg, statsRequestAttrs)
export interface StatsRequest extends Infer<typeof statsRequest> {}
