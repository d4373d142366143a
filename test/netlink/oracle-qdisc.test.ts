import { suite } from 'uvu'
import { oracle } from '../support/captures.js'
import {
  camelCase,
  type Decoded,
  dumpsOf,
  linkNames,
  type Mappers,
  named,
  sameMembers,
  sameObjects,
  through,
} from '../support/oracle.js'
import { counterMappers, counters, handleText, ROOT, sixDigits } from '../support/oracle-tc.js'

/** Compares the output of `tc -s -d -j` about qdiscs and classes with our decoding of the dumps in the captures. */

const test = suite('output of tc about qdiscs and classes')

const ofOptions = (mappers: Mappers) => through(({ attrs }) => attrs.options ?? {}, mappers)
const within = (member: string, mappers: Mappers) => through((from) => from[member] ?? {}, mappers)
/** Members that are attributes or struct members with the same name. */
const same = (...keys: string[]): Mappers =>
  Object.fromEntries(keys.map((key) => [key, (from: Decoded) => toNumber(from[camelCase(key)])]))
const renamed = (names: Readonly<Record<string, string>>): Mappers =>
  Object.fromEntries(Object.entries(names).map(([key, ours]) => [key, (from: Decoded) => toNumber(from[ours])]))
const yes = (...keys: string[]): Mappers =>
  Object.fromEntries(keys.map((key) => [key, (from: Decoded) => from[camelCase(key)] === 1]))
const toNumber = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)

const hex = (value: number) => `0x${value.toString(16)}`
/** Returns a fraction of the largest 32-bit number. */
const share = (value: number) => sixDigits(value / 0xffffffff)
const nanoseconds = (value: bigint) => Number(value) / 1e9

/** Converts a time in ticks of the packet scheduler (64 ns) to the bytes that are sent at a rate. */
const bytesIn = (ticks: number, rate: number | bigint) => Math.trunc((ticks * 64 * Number(rate)) / 1e9)
const microseconds = (ticks: number) => Math.trunc((ticks * 64) / 1000)
/** Formats sizes such as `4Kb` and `1604b`. */
function sizeText(bytes: number): string {
  const kilobytes = Math.round(bytes / 1024)
  return bytes >= 1024 && Math.abs(kilobytes * 1024 - bytes) < 16 ? `${kilobytes}Kb` : `${bytes}b`
}
const linkLayers = { 1: 'ethernet', 2: 'atm' }

/** TC_RED_*, from the `flags` of any kind. */
const redFlags = (flagNames: (options: Decoded) => number): Mappers => ({
  ecn: (options) => (flagNames(options) & 1) !== 0,
  harddrop: (options) => (flagNames(options) & 2) !== 0,
  adaptive: (options) => (flagNames(options) & 4) !== 0,
  nodrop: (options) => (flagNames(options) & 8) !== 0,
})
const redParms: Mappers = {
  ...within('parms', renamed({ limit: 'limit', min: 'qthMin', max: 'qthMax', ewma: 'wlog', Scell_log: 'scellLog' })),
  probability: ({ maxP }) => share(maxP),
}
const redCounts = same('marked', 'early', 'pdrop', 'other', 'matched')

const tin: Mappers = {
  ...same('backlog_bytes', 'target_us', 'interval_us', 'peak_delay_us', 'avg_delay_us', 'base_delay_us'),
  ...same('sent_packets', 'way_indirect_hits', 'way_misses', 'way_collisions', 'sparse_flows', 'bulk_flows'),
  ...same('unresponsive_flows', 'flow_quantum'),
  ...renamed({ threshold_rate: 'thresholdRate64', sent_bytes: 'sentBytes64', drops: 'droppedPackets' }),
  ...renamed({ ecn_mark: 'ecnMarkedPackets', ack_drops: 'acksDroppedPackets', max_pkt_len: 'maxSkblen' }),
}
const all = (mappers: Mappers, from: Decoded) =>
  Object.fromEntries(
    Object.entries(mappers).map(([key, mapper]) => [key, typeof mapper === 'function' ? mapper(from) : undefined]),
  )

const flowModes = [
  'flowblind',
  'srchost',
  'dsthost',
  'hosts',
  'flows',
  'dual-srchost',
  'dual-dsthost',
  'triple-isolate',
]

/** Members of `options` by kind. */
const optionMappers: Readonly<Record<string, Mappers>> = {
  noqueue: {},
  drr: {},
  hfsc: { default: ({ defcls }) => hex(defcls) },
  htb: {
    ...within('init', renamed({ r2q: 'rate2quantum', direct_packets_stat: 'directPkts' })),
    default: ({ init }) => hex(init.defcls),
    ver: ({ init }) => `${init.version >>> 16}.${init.version & 0xffff}`,
    ...same('direct_qlen'),
  },
  sfq: {
    ...within('v0', { ...same('limit', 'quantum', 'flows', 'divisor'), ...renamed({ perturb: 'perturbPeriod' }) }),
    ...same('depth'),
    ...yes('headdrop'),
    ...renamed({ ewma: 'wlog', min: 'qthMin', max: 'qthMax' }),
    probability: ({ maxP }) => share(maxP),
    ...redFlags(({ flags }) => flags),
    ...within('stats', same('prob_mark', 'prob_mark_head', 'prob_drop')),
    ...within('stats', same('forced_mark', 'forced_mark_head', 'forced_drop')),
  },
  fq_codel: {
    ...same('limit', 'flows', 'quantum', 'target', 'ce_threshold', 'interval', 'memory_limit'),
    ...yes('ecn'),
    ...renamed({ drop_batch: 'dropBatchSize' }),
  },
  fq: {
    ...renamed({ limit: 'plimit', flow_limit: 'flowPlimit', maxrate: 'flowMaxRate', refill_delay: 'flowRefillDelay' }),
    buckets: ({ bucketsLog }) => 2 ** bucketsLog,
    ...same('orphan_mask', 'quantum', 'initial_quantum', 'low_rate_threshold', 'ce_threshold', 'timer_slack'),
    ...same('horizon', 'offload_horizon'),
    bands: ({ priomap }) => priomap.bands,
    'priomap ': ({ priomap }) => priomap.priomap,
    'weights ': ({ weights }) => weights,
    horizon_cap: ({ horizonDrop }) => (horizonDrop === 0 ? null : undefined),
  },
  cake: {
    bandwidth: ({ baseRate64 }) => Number(baseRate64),
    diffserv: ({ diffservMode }) => ['diffserv3', 'diffserv4', 'diffserv8', 'besteffort', 'precedence'][diffservMode],
    flowmode: ({ flowMode }) => flowModes[flowMode],
    ...yes('nat', 'wash', 'ingress', 'split_gso'),
    'ack-filter': ({ ackFilter }) => ['disabled', 'enabled', 'aggressive'][ackFilter],
    ...same('rtt', 'overhead', 'mpu'),
    raw: ({ raw }) => raw !== undefined,
    atm: ({ atm }) => ['noatm', 'atm', 'ptm'][atm],
    memlimit: ({ memory }) => memory,
    fwmark: ({ fwmark }) => hex(fwmark),
  },
  netem: {
    ...same('limit', 'gap'),
    delay: ({ attrs }) => ({
      delay: nanoseconds(attrs.latency64),
      jitter: nanoseconds(attrs.jitter64),
      correlation: share(attrs.corr.delayCorr),
    }),
    'loss-random': ({ loss, attrs }) => ({ loss: share(loss), correlation: share(attrs.corr.lossCorr) }),
    'loss-gemodel': ({ attrs: { loss } }) => ({
      p: share(loss.ge.p),
      r: share(loss.ge.r),
      '1-h': share(0xffffffff - loss.ge.h),
      '1-k': share(loss.ge.k1),
    }),
    duplicate: ({ duplicate, attrs }) => ({ duplicate: share(duplicate), correlation: share(attrs.corr.dupCorr) }),
    reorder: ({ attrs: { reorder } }) => ({
      reorder: share(reorder.probability),
      correlation: share(reorder.correlation),
    }),
    corrupt: ({ attrs: { corrupt } }) => ({
      corrupt: share(corrupt.probability),
      correlation: share(corrupt.correlation),
    }),
    rate: ({ attrs: { rate } }) =>
      all(
        renamed({ rate: 'rate', packetoverhead: 'packetOverhead', cellsize: 'cellSize', celloverhead: 'cellOverhead' }),
        rate,
      ),
    slot: ({ attrs: { slot } }) => ({
      ...(slot.distDelay === 0n
        ? { 'min-delay': nanoseconds(slot.minDelay), 'max-delay': nanoseconds(slot.maxDelay) }
        : { distribution: nanoseconds(slot.distDelay), jitter: nanoseconds(slot.distJitter) }),
      packets: slot.maxPackets,
      bytes: slot.maxBytes,
    }),
    seed: ({ attrs }) => Number(attrs.prngSeed),
    ecn: ({ attrs }) => attrs.ecn === 1,
  },
  tbf: within('parms', {
    rate: ({ rate }) => rate.rate,
    burst: ({ rate, buffer }) => `${sizeText(bytesIn(buffer, rate.rate))}/${2 ** rate.cellLog}`,
    mpu: ({ rate }) => rate.mpu,
    mtu: ({ peakrate, mtu }) => `${sizeText(bytesIn(mtu, peakrate.rate))}/${2 ** peakrate.cellLog}`,
    lat: ({ rate, peakrate, limit, buffer, mtu }) =>
      Math.max(
        Math.trunc((limit * 1e6) / rate.rate) - microseconds(buffer),
        Math.trunc((limit * 1e6) / peakrate.rate) - microseconds(mtu),
      ),
    overhead: ({ rate }) => rate.overhead,
    linklayer: ({ rate }) => named(linkLayers, rate.linklayer),
  }),
  prio: { ...same('bands', 'priomap'), multiqueue: (options) => 'mq' in options },
  red: {
    ...redParms,
    ...redFlags(({ flags }) => flags.value),
    qevents: ({ earlyDropBlock }) => [{ kind: 'early_drop', block: earlyDropBlock }],
  },
  choke: { ...redParms, ...redFlags(({ parms }) => parms.flags) },
  sfb: within('parms', {
    ...same('limit', 'max', 'penalty_rate', 'penalty_burst'),
    ...renamed({ target: 'binSize' }),
    rehash: ({ rehashInterval }) => rehashInterval * 1000,
    db: ({ warmupTime }) => warmupTime * 1000,
    increment: ({ increment }) => sixDigits(increment / 0xffff),
    decrement: ({ decrement }) => sixDigits(decrement / 0xffff),
  }),
  pie: {
    ...same('limit', 'target', 'tupdate', 'alpha', 'beta'),
    ...yes('ecn', 'bytemode', 'dq_rate_estimator'),
  },
  ets: {
    ...renamed({ bands: 'nbands', strict: 'nstrict' }),
    quanta: ({ quanta }) => quanta.quantaBand,
    priomap: ({ priomap }) => priomap.priomapBand,
  },
}

/** Counters of each kind, from TCA_STATS_APP. */
const ownMappers: Readonly<Record<string, Mappers>> = {
  fq_codel: within('qdiscStats', {
    ...same('maxpacket', 'drop_overlimit', 'new_flow_count', 'ecn_mark', 'new_flows_len', 'old_flows_len'),
  }),
  fq: {
    ...renamed({ flows: 'flows', inactive: 'inactiveFlows', throttled: 'throttledFlows' }),
    ...renamed({ gc: 'gcFlows', highprio: 'highprioPackets' }),
    ...Object.assign({}, ...[0, 1, 2].map((at) => ({ [`band${at}_pkts`]: (own: Decoded) => own.bandPktCount[at] }))),
  },
  cake: {
    ...same('memory_limit', 'active_queues'),
    ...renamed({ memory_used: 'memoryUsed', capacity_estimate: 'capacityEstimate64', avg_hdr_offset: 'avgNetoff' }),
    ...renamed({ min_network_size: 'minNetlen', max_network_size: 'maxNetlen' }),
    ...renamed({ min_adj_size: 'minAdjlen', max_adj_size: 'maxAdjlen' }),
    tins: ({ tinStats }) => tinStats.map((one: Decoded) => all(tin, one)),
  },
  netem: same('delayed', 'dropped', 'corrupted', 'duplicated', 'reordered', 'ecn_marked'),
  red: redCounts,
  choke: redCounts,
  sfb: {
    ...same('earlydrop', 'penaltydrop', 'bucketdrop', 'queuedrop', 'childdrop', 'marked', 'maxqlen'),
    ...same('maxprob', 'avgprob'),
  },
  pie: {
    ...same('prob', 'delay', 'avg_dq_rate', 'overlimit', 'dropped', 'maxq', 'ecn_mark'),
    ...renamed({ pkts_in: 'packetsIn' }),
  },
}

test('08-tc-qdisc1.qdisc: qdiscs are as tc prints them', () => {
  const names = linkNames('08-tc-qdisc1')
  const mappers: Mappers = {
    kind: ({ attrs }) => attrs.kind,
    handle: ({ handle }) => handleText(handle),
    dev: ({ ifindex }) => names(ifindex),
    root: ({ parent }) => parent === ROOT,
    parent: ({ parent }) => handleText(parent),
    refcnt: ({ info }) => info,
    ...counterMappers,
  }
  const dump = dumpsOf('08-tc-qdisc1', 'RTM_GETQDISC', 'RTM_NEWQDISC').at(-1) ?? []
  sameObjects(oracle('08-tc-qdisc1', 'qdisc'), dump, ({ options, ...printed }, qdisc) => {
    const what = `${printed.kind} ${printed.handle}`
    const own = through(({ attrs }) => attrs.stats2.app, ownMappers[printed.kind] ?? {})
    sameMembers(what, printed, qdisc, { ...mappers, ...own })
    sameMembers(`${what}: options`, options, qdisc, ofOptions(optionMappers[printed.kind] ?? {}))
  })
})

// ── classes

const isSame = (one: Decoded, other: Decoded) => JSON.stringify(one) === JSON.stringify(other)
const classMappers: Mappers = {
  class: ({ attrs }) => attrs.kind,
  handle: ({ handle }) => handleText(handle),
  root: ({ parent }) => parent === ROOT,
  parent: ({ parent }) => handleText(parent),
  leaf: ({ info }) => hex(info >>> 16),
}
const kindMappers: Readonly<Record<string, Mappers>> = {
  drr: {},
  ets: { quantum: ({ quantaBand }) => quantaBand },
  hfsc: {
    sc: ({ rsc, fsc }) => (isSame(rsc, fsc) ? rsc : undefined),
    rt: ({ rsc, fsc }) => (isSame(rsc, fsc) ? undefined : rsc),
    ls: ({ rsc, fsc }) => (isSame(rsc, fsc) ? undefined : fsc),
    ul: ({ usc }) => usc,
  },
  htb: {
    prio: ({ parms }) => parms.prio,
    quantum: ({ parms }) => parms.quantum,
    level: ({ parms }) => parms.level,
    rate: ({ parms, rate64 }) => Number(rate64 ?? parms.rate.rate),
    ceil: ({ parms, ceil64 }) => Number(ceil64 ?? parms.ceil.rate),
    overhead: ({ parms }) => parms.rate.overhead,
    linklayer: ({ parms }) => named(linkLayers, parms.rate.linklayer),
    burst: ({ parms, rate64 }) => bytesIn(parms.buffer, rate64 ?? parms.rate.rate),
    burst_cell: ({ parms }) => 2 ** parms.rate.cellLog,
    mpu_rate: ({ parms }) => parms.rate.mpu,
    cburst: ({ parms, ceil64 }) => bytesIn(parms.cbuffer, ceil64 ?? parms.ceil.rate),
    cburst_cell: ({ parms }) => 2 ** parms.ceil.cellLog,
    mpu_ceil: ({ parms }) => parms.ceil.mpu,
  },
}
const countsOf: Readonly<Record<string, Mappers>> = {
  htb: { ...same('giants', 'tokens', 'ctokens'), ...renamed({ lended: 'lends', borrowed: 'borrows' }) },
  hfsc: same('period', 'level'),
}

for (const [what, device] of [
  ['class0', 'd0'],
  ['class7', 'd7'],
  ['class8', 'd8'],
  ['class9', 'd9'],
] as const) {
  test(`08-tc-qdisc1.${what}: the classes of ${device} are as tc prints them`, () => {
    const names = linkNames('08-tc-qdisc1')
    const dumps = dumpsOf('08-tc-qdisc1', 'RTM_GETTCLASS', 'RTM_NEWTCLASS', ({ ifindex }) => names(ifindex) === device)
    sameObjects(oracle('08-tc-qdisc1', what), dumps.at(-1) ?? [], ({ stats, ...printed }, one) => {
      const of = `${printed.class} ${printed.handle}`
      sameMembers(of, printed, one, { ...classMappers, ...ofOptions(kindMappers[printed.class] ?? {}) })
      const own = countsOf[printed.class] ?? {}
      const { stats2 } = one.attrs
      sameMembers(
        `${of}: stats`,
        stats,
        { ...stats2.app, ...counters(stats2) },
        {
          ...same(...Object.keys(counters(stats2))),
          ...own,
        },
      )
    })
  })
}

test.run()
