import { ArgumentError, show } from '../../codec/index.js'
import type { TcaCakeAttrs } from '../../route/index.js'
import type { InputOf } from '../values/normalize.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, type LongTime, microseconds, nanoseconds, type Rate } from '../values/units.js'
import { count, direct, onOff, type Parsed, plain, type Words } from './words.js'

// Kinds whose options are numbers of the kernel. Times are microseconds. The rows are in the order of tc.

export const pfifo = direct({
  /** Packets that may wait. Default: the link's `txqlen`. */
  limit: count,
})
export const bfifo = direct({
  /** Bytes that may wait, or a text with a unit such as `32kb`. Default: the link's `txqlen`, times its MTU with the link-layer header. */
  limit: bytes,
})

/** Options of the algorithm CoDel. */
const ofCodel = {
  /** Time in which the delay must fall below `target` once: microseconds, or a text with a unit such as `100ms`. Default: 100 ms. */
  interval: microseconds,
  /** Delay of the queue that is accepted: microseconds, or a text with a unit such as `5ms`. Default: 5 ms. */
  target: microseconds,
} as const

/** Delay from which packets are marked. */
const ofMarks = {
  /** Delay from which packets are marked with ECN: microseconds, or a text with a unit such as `5ms`. Default: none. tc: `ce_threshold`. */
  ceThreshold: microseconds,
} as const

/** ECN of kinds that do not use it by default. */
const ofEcn = {
  /** True marks packets instead of dropping them, if both ends have ECN. Default: false. */
  ecn: onOff,
} as const

/** Largest queue of kinds with the same default. */
const ofLimit = {
  /** Packets that may wait. Default: 1000. */
  limit: count,
} as const

export const codel = direct({ ...ofLimit, ...ofCodel, ...ofEcn, ...ofMarks })

export const fqCodel = direct({
  /** Packets that may wait. Default: 10240. */
  limit: count,
  /** Number of flows that packets are hashed to. It is set only when the qdisc is added. Default: 1024. */
  flows: count,
  /** Bytes of a flow in a round, or a text with a unit such as `2kb`. Default: the link's MTU with the link-layer header. */
  quantum: bytes,
  ...ofCodel,
  /** True marks packets instead of dropping them, if both ends have ECN. Default: true. */
  ecn: onOff,
  ...ofMarks,
  /** Bytes of memory that waiting packets may use, or a text with a unit such as `16mb`. Default: 32 MiB. tc: `memory_limit`. */
  memoryLimit: bytes,
  /** Packets that are dropped at once if a limit is exceeded. Default: 64. tc: `drop_batch`. */
  dropBatchSize: count,
})

export const pie = direct({
  ...ofLimit,
  /** Time between two computations of the drop probability: microseconds, or a text with a unit such as `15ms`. Default: 15 ms. */
  tupdate: microseconds,
  /** Delay of the queue that is accepted: microseconds, or a text with a unit such as `15ms`. Default: 15 ms. */
  target: microseconds,
  /** Weight of the distance of the delay to `target`, 0 to 32. Default: 2. */
  alpha: count,
  /** Weight of the change of the delay, 0 to 32. Default: 20. */
  beta: count,
  ...ofEcn,
  /** True makes the drop probability proportional to the size of a packet. Default: false. */
  bytemode: onOff,
})

/** Returns a rate as a number of 32 bits: fq has no larger ones. */
const narrowRate = (option: string, rate: Rate) => Math.min(bytesPerSecond(option, rate), 0xffffffff)

/** Returns the logarithm that the kernel has in place of a power of two. @throws {TypeError} */
function logarithm(option: string, value: number): number {
  const log = typeof value === 'number' ? Math.log2(value) : Number.NaN
  if (Number.isInteger(log)) return log
  throw new ArgumentError(`expected ${option} to be a power of two, got ${show(value)}`)
}

export const fq = direct(
  {
    /** Number of hash buckets: a power of two. Default: 1024. */
    buckets: logarithm,
    /** Packets that may wait. Default: 10000. */
    limit: count,
    /** Packets of a flow that may wait. Default: 100. tc: `flow_limit`. */
    flowLimit: count,
    /** Bytes of a flow in a round, or a text with a unit such as `3kb`. Default: twice the link's MTU with the link-layer header. */
    quantum: bytes,
    /** Bytes that a new flow may send at first, or a text such as `15kb`. Default: ten times the MTU. tc: `initial_quantum`. */
    initialQuantum: bytes,
    /** True delays packets by the rates of their sockets. Default: true. tc: `pacing`, `nopacing`. */
    pacing: onOff,
    /** Largest rate of a flow: bits per second, or a text with a unit such as `10mbit`. Default: unlimited. */
    maxrate: narrowRate,
    /** Rate up to which each packet is delayed, not only bursts: bits per second, or a text. Default: `550kbit`. tc: `low_rate_threshold`. */
    lowRate: narrowRate,
    /** Idle time after which a flow has its credit again: microseconds, or a text such as `40ms`. Default: 40 ms. tc: `refill_delay`. */
    flowRefillDelay: microseconds,
    /** Mask of the hash of packets without a socket, which limits their flows. Default: 1023. tc: `orphan_mask`. */
    orphanMask: count,
    ...ofMarks,
    /** Time by which timers may be late: nanoseconds, or a text with a unit such as `10us`. Default: 10 µs. tc: `timer_slack`. */
    timerSlack: (option: string, time: LongTime) =>
      typeof time === 'number' ? time : Number(nanoseconds(option, time)),
    /** Longest time that the departure of a packet is in the future: microseconds, or a text with a unit such as `10s`. Default: 10 s. */
    horizon: microseconds,
    /** True drops packets beyond the `horizon`, false sends them at its end. Default: true. tc: `horizon_drop`, `horizon_cap`. */
    horizonDrop: onOff,
  },
  {
    ...{ buckets: 'bucketsLog', limit: 'plimit', flowLimit: 'flowPlimit', pacing: 'rateEnable' },
    ...{ maxrate: 'flowMaxRate', lowRate: 'lowRateThreshold' },
  },
)

/** The target is a twentieth of the round-trip time. */
const TARGETS = 20

const cakeTable = {
  /** Rate of the link: bits per second, or a text with a unit such as `10mbit`. Default: 0, unlimited. */
  bandwidth: bytesPerSecond,
  /** Priorities by the DSCP of packets: `diffserv3`, `diffserv4`, `diffserv8`, `besteffort` or `precedence`. Default: `diffserv3`. */
  diffservMode: plain<InputOf<TcaCakeAttrs['diffservMode']>>,
  /** Cells of the link, which increase the size of packets: `none`, `atm` or `ptm`. Default: `none`. tc: `noatm`, `atm`, `ptm`. */
  atm: plain<InputOf<TcaCakeAttrs['atm']>>,
  /** Hosts and flows that share the rate: `flows`, `hosts`, `dual_src`, `triple`, … Default: `triple`. tc: `triple-isolate`, … */
  flowMode: plain<InputOf<TcaCakeAttrs['flowMode']>>,
  /** Bytes that are added to the size of each packet; negative ones are subtracted. Default: 0. */
  overhead: count,
  /** Bytes that each packet is counted as at least. Default: 0. */
  mpu: count,
  /** Expected round-trip time, which gives the `target`: microseconds, or a text with a unit such as `100ms`. Default: 100 ms. */
  rtt: microseconds,
  /** Delay of the queue that is accepted: microseconds, or a text with a unit such as `5ms`. Default: a twentieth of `rtt`. */
  target: microseconds,
  /** True estimates the `bandwidth` from the packets that arrive. Default: false. tc: `autorate-ingress`. */
  autorate: onOff,
  /** Bytes of memory for waiting packets, or a text such as `32mb`. Default: computed from `bandwidth` and `rtt`. tc: `memlimit`. */
  memory: bytes,
  /** Mask of the packet's mark, of which these bits select the tin. Default: 0, none. */
  fwmark: count,
  /** True looks addresses up in connection tracking before translation. Default: false. tc: `nat`, `nonat`. */
  nat: onOff,
  /** True clears the DSCP of packets after they are sorted by it. Default: false. tc: `wash`, `nowash`. */
  wash: onOff,
  /** True splits large segments (GSO) into packets. Default: true. tc: `split-gso`, `no-split-gso`. */
  splitGso: onOff,
  /** True counts dropped packets as received: for a qdisc behind the bottleneck. Default: false. tc: `ingress`, `egress`. */
  ingress: onOff,
  /** Removal of TCP's acknowledgements that others make needless: `none`, `filter` or `aggressive`. Default: `none`. tc: `ack-filter`, … */
  ackFilter: plain<InputOf<TcaCakeAttrs['ackFilter']>>,
}

export const cake: Words<typeof cakeTable> = {
  table: cakeTable,
  isMixed: true,
  build({ bandwidth, diffservMode, atm, flowMode, overhead, mpu, rtt, target, ...rest }: Parsed<typeof cakeTable>) {
    const { autorate, ...others } = rest
    return defined({
      baseRate64: bandwidth === undefined ? undefined : BigInt(bandwidth),
      ...{ diffservMode, atm, flowMode, overhead, mpu, rtt },
      target: target ?? (rtt === undefined ? undefined : Math.max(1, Math.trunc(rtt / TARGETS))),
      // A bandwidth that is given ends its estimation.
      autorate: autorate ?? (bandwidth === undefined ? undefined : 0),
      ...others,
    })
  },
}
