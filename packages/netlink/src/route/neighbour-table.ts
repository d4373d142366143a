import {
  AF,
  attributes,
  bytes,
  enumOf,
  type Infer,
  message,
  milliseconds,
  pad,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'

/** `struct ndtmsg`, linux/neighbour.h */
export const ndtmsg = struct('ndtmsg', {
  family: enumOf(u8, AF), // AF_INET or AF_INET6
  _pad1: pad(1),
  _pad2: pad(2),
})

/** `struct ndt_config`, linux/neighbour.h. `lastFlush` and `lastRand` are ages in milliseconds. */
export const ndtConfig = struct('ndt_config', {
  keyLen: u16,
  entrySize: u16,
  entries: u32,
  lastFlush: writtenAs(u32, milliseconds),
  lastRand: writtenAs(u32, milliseconds),
  hashRnd: u32,
  hashMask: u32,
  hashChainGc: u32,
  proxyQlen: u32,
})

/** `struct ndt_stats`, linux/neighbour.h */
export const ndtStats = struct(
  'ndt_stats',
  {
    allocs: u64,
    destroys: u64,
    hashGrows: u64,
    resFailed: u64,
    lookups: u64,
    hits: u64,
    rcvProbesMcast: u64,
    rcvProbesUcast: u64,
    periodicGcRuns: u64,
    forcedGcRuns: u64,
    tableFulls: u64,
  },
  { growable: true },
)

/** NDTPA_*, linux/neighbour.h: parameters of a table, or of one link in it. Times are in milliseconds. */
export const neighbourParmsAttrs = attributes('NDTPA', {
  ifindex: [1, u32], // if absent, the defaults of the table
  refcnt: [2, u32],
  reachableTime: [3, writtenAs(u64, milliseconds)],
  baseReachableTime: [4, writtenAs(u64, milliseconds)],
  retransTime: [5, writtenAs(u64, milliseconds)],
  gcStaletime: [6, writtenAs(u64, milliseconds)],
  delayProbeTime: [7, writtenAs(u64, milliseconds)],
  queueLen: [8, u32], // packets
  appProbes: [9, u32],
  ucastProbes: [10, u32],
  mcastProbes: [11, u32],
  anycastDelay: [12, writtenAs(u64, milliseconds)],
  proxyDelay: [13, writtenAs(u64, milliseconds)],
  proxyQlen: [14, u32],
  locktime: [15, writtenAs(u64, milliseconds)],
  queueLenbytes: [16, u32],
  mcastReprobes: [17, u32],
  pad: [18, bytes],
  intervalProbeTimeMs: [19, writtenAs(u64, milliseconds)],
})

/** NDTA_*, linux/neighbour.h. The kernel sends a table as one message with `config`, then one with `parms` per link. */
export const neighbourTableAttrs = attributes('NDTA', {
  name: [1, string], // arp_cache or ndisc_cache
  thresh1: [2, u32],
  thresh2: [3, u32],
  thresh3: [4, u32],
  config: [5, ndtConfig],
  parms: [6, neighbourParmsAttrs],
  stats: [7, ndtStats],
  gcInterval: [8, writtenAs(u64, milliseconds)],
  pad: [9, bytes],
})

/** RTM_NEWNEIGHTBL, RTM_GETNEIGHTBL, RTM_SETNEIGHTBL */
export const neighbourTableMessage = message('neighbour table', ndtmsg, neighbourTableAttrs)
export interface NeighbourTableMessage extends Infer<typeof neighbourTableMessage> {}
