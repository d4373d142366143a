import { dualpi2 } from './tc-plain.js'
import { microseconds, nanoseconds, rate, rateOption } from './tc-rates.js'
import { alone, type Format, hex, noOr, type Options, option } from './words.js'

/** Options after the kind of a qdisc or class, by the attribute of TCA_OPTIONS. */

/** A time in microseconds. */
const micros =
  (word: string): Format =>
  (value: number) => [word, microseconds(value)]

const bands: Options = {
  bands: option('bands'),
  priomap: (map: readonly number[]) => ['priomap', ...map.map(String)],
}
const codel: Options = {
  limit: option('limit'),
  target: micros('target'),
  interval: micros('interval'),
  ceThreshold: micros('ce_threshold'),
  ecn: noOr('ecn'),
}
const pie: Options = {
  limit: option('limit'),
  target: micros('target'),
  tupdate: micros('tupdate'),
  alpha: option('alpha'),
  beta: option('beta'),
  ecn: noOr('ecn'),
  bytemode: noOr('bytemode'),
  dqRateEstimator: noOr('dq_rate_estimator', 'no_dq_rate_estimator'),
}

/** `struct tc_htb_glob`, in which tc sets the version. */
const htbInit: Format = (init: Readonly<Record<string, number>>, request) => {
  const { version, rate2quantum = 0, defcls = 0, debug = 0, directPkts = 0 } = init
  // The kernel reports its own version, and counts packets.
  if (request.isSent && (version !== 3 || debug !== 0 || directPkts !== 0)) return undefined
  return [
    ...(rate2quantum === 10 ? [] : ['r2q', String(rate2quantum)]),
    ...(defcls === 0 ? [] : ['default', `0x${defcls.toString(16)}`]),
  ]
}

/** An option with one of these words, by the number. */
const wordOf =
  (...words: readonly string[]): Format =>
  (value: number) => {
    const word = words[value]
    return word === undefined ? undefined : [word]
  }

const cake: Options = {
  baseRate64: (bytes: bigint) => (bytes === 0n ? ['unlimited'] : ['bandwidth', rate(bytes)]),
  diffservMode: wordOf('diffserv3', 'diffserv4', 'diffserv8', 'besteffort', 'precedence'),
  flowMode: wordOf(
    ...['flowblind', 'srchost', 'dsthost', 'hosts', 'flows'],
    ...['dual-srchost', 'dual-dsthost', 'triple-isolate'],
  ),
  autorate: (value: number) => (value === 0 ? [] : ['autorate-ingress']),
  nat: noOr('nat'),
  wash: noOr('wash'),
  ingress: noOr('ingress', 'egress'),
  ackFilter: wordOf('no-ack-filter', 'ack-filter', 'ack-filter-aggressive'),
  splitGso: noOr('split-gso', 'no-split-gso'),
  memory: option('memlimit'),
  fwmark: hex('fwmark'),
  atm: wordOf('noatm', 'atm', 'ptm'),
  overhead: option('overhead'),
  mpu: option('mpu'),
  raw: alone('raw'),
}
const fq: Options = {
  plimit: option('limit'),
  flowPlimit: option('flow_limit'),
  quantum: option('quantum'),
  initialQuantum: option('initial_quantum'),
  rateEnable: noOr('pacing'),
  flowDefaultRate: rateOption('defrate'),
  flowMaxRate: rateOption('maxrate'),
  bucketsLog: (log: number) => ['buckets', String(2 ** log)],
  flowRefillDelay: micros('refill_delay'),
  orphanMask: hex('orphan_mask'),
  lowRateThreshold: rateOption('low_rate_threshold'),
  ceThreshold: micros('ce_threshold'),
  timerSlack: (time: number) => ['timer_slack', nanoseconds(time)],
  horizon: micros('horizon'),
  horizonDrop: noOr('horizon_drop', 'horizon_cap'),
  priomap: ({ priomap }: { priomap?: readonly number[] }) =>
    priomap === undefined ? undefined : ['priomap', ...priomap.map(String)],
  weights: (weights: readonly number[]) => ['weights', ...weights.map(String)],
}

/** Options of the kinds of qdiscs. */
export const qdiscKinds: Readonly<Record<string, Options>> = {
  ...{
    pfifo: { limit: option('limit') },
    bfifo: { limit: option('limit') },
    pfifo_head_drop: { limit: option('limit') },
  },
  ...{ skbprio: { limit: option('limit') }, drr: {}, qfq: {}, ingress: {}, clsact: {}, noqueue: {}, prio: bands },
  ...{ codel, pie, cake, cake_mq: cake, fq, dualpi2, mq: {}, pfifo_fast: {} },
  fq_codel: {
    ...codel,
    flows: option('flows'),
    quantum: option('quantum'),
    memoryLimit: option('memory_limit'),
    dropBatchSize: option('drop_batch'),
  },
  fq_pie: {
    ...pie,
    flows: option('flows'),
    quantum: option('quantum'),
    memoryLimit: option('memory_limit'),
    ecnProb: option('ecn_prob'),
  },
  htb: { init: htbInit, directQlen: option('direct_qlen'), offload: alone('offload') },
  hfsc: { defcls: (minor: number) => ['default', `0x${minor.toString(16)}`] },
  ets: {
    nbands: option('bands'),
    nstrict: option('strict'),
    quanta: ({ quantaBand }: { quantaBand?: readonly number[] }) =>
      quantaBand === undefined ? undefined : ['quanta', ...quantaBand.map(String)],
    priomap: ({ priomapBand }: { priomapBand?: readonly number[] }) =>
      priomapBand === undefined ? undefined : ['priomap', ...priomapBand.map(String)],
  },
  hhf: {
    backlogLimit: option('limit'),
    quantum: option('quantum'),
    hhFlowsLimit: option('hh_limit'),
    resetTimeout: micros('reset_timeout'),
    admitBytes: option('admit_bytes'),
    evictTimeout: micros('evict_timeout'),
    nonHhWeight: option('non_hh_weight'),
  },
}

/** Options of the classes of a qdisc. */
export const classKinds: Readonly<Record<string, Options>> = {
  drr: { quantum: option('quantum') },
  ets: { quantaBand: option('quantum') },
  qfq: { weight: option('weight'), lmax: option('maxpkt') },
}
