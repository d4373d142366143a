import { ArgumentError, show } from '../../codec/index.js'
import type { TcaCakeAttrs } from '../../route/index.js'
import type { InputOf } from '../values/normalize.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, type LongTime, microseconds, nanoseconds, type Rate } from '../values/units.js'
import { count, direct, onOff, type Parsed, plain, type Words } from './words.js'

// Kinds whose options are numbers of the kernel. Times are microseconds. The rows are in the order of tc.

const limit = { limit: count }

export const pfifo = direct(limit)
export const bfifo = direct({ limit: bytes })

export const codel = direct({
  ...limit,
  /** Microseconds, or a text with a unit. */
  interval: microseconds,
  /** Microseconds, or a text with a unit. */
  target: microseconds,
  ecn: onOff,
  /** Microseconds, or a text with a unit. */
  ceThreshold: microseconds,
})

export const fqCodel = direct({
  ...limit,
  flows: count,
  quantum: bytes,
  /** Microseconds, or a text with a unit. */
  interval: microseconds,
  /** Microseconds, or a text with a unit. */
  target: microseconds,
  ecn: onOff,
  /** Microseconds, or a text with a unit. */
  ceThreshold: microseconds,
  memoryLimit: bytes,
  dropBatchSize: count,
})

export const pie = direct({
  ...limit,
  /** Microseconds, or a text with a unit. */
  tupdate: microseconds,
  /** Microseconds, or a text with a unit. */
  target: microseconds,
  alpha: count,
  beta: count,
  ecn: onOff,
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
    /** Number of hash buckets: a power of two. */
    buckets: logarithm,
    /** Packets of the queue. */
    limit: count,
    /** Packets of a flow. */
    flowLimit: count,
    quantum: bytes,
    initialQuantum: bytes,
    /** False ignores the rates of sockets. */
    pacing: onOff,
    /** Largest rate of a flow. */
    maxrate: narrowRate,
    lowRate: narrowRate,
    /** Microseconds, or a text with a unit. */
    flowRefillDelay: microseconds,
    orphanMask: count,
    /** Microseconds, or a text with a unit. */
    ceThreshold: microseconds,
    timerSlack: (option: string, time: LongTime) =>
      typeof time === 'number' ? time : Number(nanoseconds(option, time)),
    /** Microseconds, or a text with a unit. */
    horizon: microseconds,
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
  /** Rate of the link; 0: unlimited. */
  bandwidth: bytesPerSecond,
  diffservMode: plain<InputOf<TcaCakeAttrs['diffservMode']>>,
  atm: plain<InputOf<TcaCakeAttrs['atm']>>,
  flowMode: plain<InputOf<TcaCakeAttrs['flowMode']>>,
  overhead: count,
  mpu: count,
  /** Expected round-trip time. It gives the `target`. */
  rtt: microseconds,
  /** Microseconds, or a text with a unit. */
  target: microseconds,
  autorate: onOff,
  memory: bytes,
  fwmark: count,
  nat: onOff,
  wash: onOff,
  splitGso: onOff,
  ingress: onOff,
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
