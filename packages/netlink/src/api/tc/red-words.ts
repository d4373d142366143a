import { ArgumentError, show } from '../../codec/index.js'
import { TC_RED } from '../../route/index.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, fraction } from '../values/units.js'
import { ticksToSend } from './psched.js'
import { computed, count, flag } from './words.js'

// Random early detection: the kernel computes with shifts in place of divisions. The functions find the shifts.

const LONGEST_SHIFT = 31

/** Returns the first shift for which a condition is true. @throws {TypeError} */
function shiftFor(option: string, fits: (shift: number) => boolean, from = 0): number {
  for (let shift = from; shift <= LONGEST_SHIFT; shift += 1) if (fits(shift)) return shift
  throw new ArgumentError(`expected ${option} to give shifts from ${from} to ${LONGEST_SHIFT}, got none that fits`)
}

/** The parameters of an average queue length. Sizes are in bytes, `burst` in packets. */
interface Average {
  readonly min: number
  readonly burst: number
  readonly avpkt: number
}

/** Returns the weight of the present length in the average, as a shift: bursts of `burst` packets must not exceed `min`. */
function weightOf(under: string, { min, burst, avpkt }: Average): number {
  const least = burst + 1 - min / avpkt
  if (least < 1)
    throw new ArgumentError(`expected ${under}.burst to be at least ${min / avpkt} packets, got ${show(burst)}`)
  return shiftFor(`${under}.burst`, (shift) => least <= (1 - (1 - 2 ** -shift) ** burst) * 2 ** shift, 1)
}

/** Returns the slope of the probability between `min` and `max`, as a shift. */
function slopeOf(under: string, min: number, max: number, probability: number): number {
  if (max < min) throw new ArgumentError(`expected ${under}.max to be at least the min ${min}, got ${show(max)}`)
  return max === min ? 0 : shiftFor(`${under}.probability`, (shift) => (probability * 2 ** shift) / (max - min) > 1)
}

const ENTRIES = 256
const MOST_DECAY = 31

/** Returns how fast the average falls while the queue is empty: shifts by the idle time in cells, and the size of a cell as a shift. */
function decayOf(under: string, weight: number, avpkt: number, perSecond: number) {
  const perTick = perSecond === 0 ? 0 : -Math.log(1 - 2 ** -weight) / ticksToSend(perSecond, avpkt)
  const cellLog = shiftFor(`${under}.bandwidth`, (shift) => MOST_DECAY / perTick / 2 ** shift < 512)
  const table = Uint8Array.from({ length: ENTRIES }, (_, at) =>
    at === ENTRIES - 1 ? MOST_DECAY : Math.min(MOST_DECAY, Math.trunc(at * 2 ** cellLog * perTick)),
  )
  return { cellLog, table }
}

/** Bytes per second that tc assumes: 10 Mbit/s. */
const DEFAULT_BANDWIDTH = 1_250_000

/** Returns the burst that fills the queue between the limits: packets. */
const defaultBurst = (min: number, max: number, avpkt: number) => Math.trunc((2 * min + max) / (3 * avpkt))

/** A probability, of which 1 is 100 %: `2%`. */
const share = fraction
const flagsOf = (given: { readonly ecn?: boolean | undefined; readonly harddrop?: boolean | undefined }) =>
  (given.ecn ? TC_RED.ECN : 0) | (given.harddrop ? TC_RED.HARDDROP : 0)

const scaled = (probability: number) => Math.trunc(probability * 2 ** 32)

const ofAverage = {
  /** Average length from which packets are dropped: bytes, or a text with a unit such as `30kb`. Default: a third of `max`. */
  min: bytes,
  /** Average length with the largest probability: bytes, or a text with a unit such as `90kb`. Default: a quarter of the limit. */
  max: bytes,
  /** Size of an average packet: bytes, or a text with a unit such as `1kb`. Default of sfq: 1000. */
  avpkt: bytes,
  /** Packets of a burst that is allowed. Default: (2 × `min` + `max`) / (3 × `avpkt`). */
  burst: count,
  /** Largest probability of a drop or mark: a percentage such as `2%`. Default: `2%`. */
  probability: share,
  /** True marks packets instead of dropping them, if both ends have ECN. Default: false. */
  ecn: flag,
  /** True drops packets above `max` although they could be marked. Default: false. */
  harddrop: flag,
} as const

export const red = computed(
  {
    /** Bytes that may wait, or a text with a unit such as `400kb`. */
    limit: bytes,
    ...ofAverage,
    /** Rate of the link while the queue is empty: bits per second, or a text with a unit such as `10mbit`. Default: `10mbit`. */
    bandwidth: bytesPerSecond,
    /** True adapts the probability, from 1% to 50%, to the average length. Default: false. */
    adaptive: flag,
    /** True keeps packets that should be marked, but have no ECN. Default: false. */
    nodrop: flag,
  },
  ({ limit = 0, avpkt = 0, probability = 0.02, bandwidth = DEFAULT_BANDWIDTH, ...given }, under) => {
    const max = given.max ?? Math.trunc(limit / 4)
    const min = given.min ?? Math.trunc(max / 3)
    const burst = given.burst ?? defaultBurst(min, max, avpkt)
    const wlog = weightOf(under, { min, burst, avpkt })
    const { cellLog, table } = decayOf(under, wlog, avpkt, bandwidth)
    const flags = flagsOf(given) | (given.adaptive ? TC_RED.ADAPTATIVE : 0) | (given.nodrop ? TC_RED.NODROP : 0)
    return {
      parms: {
        ...{ limit, qthMin: min, qthMax: max, wlog, plog: slopeOf(under, min, max, probability), scellLog: cellLog },
        flags: 0, // `flags` below has them
      },
      stab: table,
      maxP: scaled(probability),
      flags: { value: flags, selector: TC_RED.ECN | TC_RED.HARDDROP | TC_RED.ADAPTATIVE | TC_RED.NODROP },
    }
  },
  { required: ['limit', 'avpkt'] },
)

/** Members of the wire and words of a red. */
interface ReadRed {
  readonly parms: { readonly wlog: number; readonly scellLog: number }
  readonly flags?: unknown
  readonly stab?: unknown
  readonly avpkt?: Parameters<typeof bytes>[1]
  readonly bandwidth?: Parameters<typeof bytesPerSecond>[1]
}

/**
 * Returns the options of a red that was read in the form of a request: with the table that the kernel requires, but does not report. It
 * depends on the size of packets and the rate of the link, of which the kernel reports only `scellLog`.
 * @throws {TypeError} if an option is missing, or if they do not give the reported `scellLog`
 */
export function withDecay(under: string, { avpkt, bandwidth, ...options }: ReadRed): object {
  // The kernel reports the flags twice, and refuses them in both places.
  const parms = options.flags === undefined ? options.parms : { ...options.parms, flags: 0 }
  if (options.stab !== undefined) return { ...options, parms }
  const { wlog, scellLog } = parms
  if (avpkt === undefined)
    throw new ArgumentError(
      `expected ${under} to have 'avpkt', and 'bandwidth' unless it is 10mbit, for the table that the kernel does not report, or the table 'stab', got none`,
    )
  const perSecond = bandwidth === undefined ? DEFAULT_BANDWIDTH : bytesPerSecond(`${under}.bandwidth`, bandwidth)
  const { cellLog, table } = decayOf(under, wlog, bytes(`${under}.avpkt`, avpkt), perSecond)
  if (cellLog !== scellLog)
    throw new ArgumentError(
      `expected ${under}.avpkt and bandwidth to give the scellLog ${scellLog} of parms, got ${cellLog}`,
    )
  return { ...options, parms, stab: table }
}

export const sfq = computed(
  {
    /** Packets that may wait. Default: 127. */
    limit: count,
    /** Seconds between two changes of the hash. Default: 0, never. */
    perturb: count,
    /** Bytes of a flow in a round, or a text with a unit such as `2kb`. Default: the link's MTU with the link-layer header. */
    quantum: bytes,
    /** Number of hash buckets: a power of two up to 65536. Default: 1024. */
    divisor: count,
    /** Number of flows. Default: 128. */
    flows: count,
    /** Packets of one flow that may wait, up to 127. Default: 127. */
    depth: count,
    /** True drops the oldest packet of a flow, and false the newest. Default: false. */
    headdrop: flag,
    /** Bytes of one flow that may wait, or a text with a unit such as `100kb`. It turns on random early detection, of the other options. */
    redflowlimit: bytes,
    ...ofAverage,
  },
  (given, under) => {
    const { quantum = 0, perturb = 0, limit = 0, divisor = 0, flows = 0, depth = 0, redflowlimit: most = 0 } = given
    const v0 = { quantum, perturbPeriod: perturb, limit, divisor, flows }
    const { avpkt = 1000, probability = 0.02 } = given
    const max = given.max ?? Math.trunc(most / 4)
    const min = given.min ?? Math.trunc(max / 3)
    const burst = given.burst ?? defaultBurst(min, max, avpkt)
    const isEarly = most !== 0
    const detection = isEarly && {
      ...{ limit: most, qthMin: min, qthMax: max, wlog: weightOf(under, { min, burst, avpkt }) },
      ...{ plog: slopeOf(under, min, max, probability), flags: flagsOf(given), maxP: scaled(probability) },
    }
    const none = { limit: 0, qthMin: 0, qthMax: 0, wlog: 0, plog: 0, scellLog: 0, flags: 0, maxP: 0 }
    return defined({ v0, depth, headdrop: Number(given.headdrop ?? false), ...none, ...detection, stats: noDrops })
  },
)

const noDrops = { probDrop: 0, forcedDrop: 0, probMark: 0, forcedMark: 0, probMarkHead: 0, forcedMarkHead: 0 }
