import { readFileSync } from 'node:fs'
import { ArgumentError, show } from '../../codec/index.js'
import type { FileName } from '../values/names.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, nanoseconds, type Percentage } from '../values/units.js'
import { rateParts } from './psched.js'
import { computed, count, listOf, objectOf, onOff, plain, probability } from './words.js'

const ALL_ONES = 0xffffffff

/** The folders of tc's distributions: the default one, and those of Debian. */
const FOLDERS = ['/usr/lib/tc', '/usr/lib/x86_64-linux-gnu/tc', '/usr/lib/aarch64-linux-gnu/tc']

/** Most entries of a table (NETEM_DIST_MAX, net/sched/sch_netem.c). */
const MOST = 16384

/** Reads a distribution: a list of deviations in 1/8192 of the jitter, or a file of tc. */
function distribution(option: string, given: 'normal' | 'pareto' | 'paretonormal' | FileName | readonly number[]) {
  const table = typeof given === 'string' ? distributionIn(option, given) : listOf(plain<number>)(option, given)
  if (table.length > 0 && table.length <= MOST) return table
  throw new ArgumentError(`expected ${option} to have 1 to ${MOST} entries, got ${table.length}`)
}

function distributionIn(option: string, name: string): number[] {
  if (!/^[\w-]+$/.test(name))
    throw new ArgumentError(`expected ${option} to be a list of numbers or the name of a file of tc, got ${show(name)}`)
  const text = FOLDERS.map((folder) => textOf(`${folder}/${name}.dist`)).find((found) => found !== undefined)
  if (text === undefined)
    throw new ArgumentError(
      `expected ${option} to be a list of numbers or a file in ${FOLDERS.join(', ')}, got ${show(name)}`,
    )
  return text.replace(/^#.*$/gm, '').trim().split(/\s+/).map(Number)
}

/** Returns the text of a file; undefined if there is none. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const slot = objectOf({
  /** Shortest time between two slots: microseconds, or a text with a unit such as `800us`. Default: 0. */
  min: nanoseconds,
  /** Longest time between two slots: microseconds, or a text with a unit such as `1ms`. Default: `min`. */
  max: nanoseconds,
  /** Packets of a slot. Default: 0, unlimited. */
  packets: count,
  /** Bytes of a slot, or a text with a unit such as `32kb`. Default: 0, unlimited. */
  bytes,
})
/** Loss with four states: 1 no loss, 2 no loss in a burst, 3 loss in a burst, 4 single loss. */
const lossState = objectOf({
  /** Probability of the transition from state 1 to 3: a percentage such as `1%`. */
  p13: probability,
  /** Probability of the transition from state 3 to 1: a percentage such as `90%`. Default: 100% - `p13`. */
  p31: probability,
  /** Probability of the transition from state 3 to 2: a percentage such as `5%`. Default: `0%`. */
  p32: probability,
  /** Probability of the transition from state 2 to 3: a percentage such as `50%`. Default: `100%`. */
  p23: probability,
  /** Probability of the transition from state 1 to 4: a percentage such as `1%`. Default: `0%`. */
  p14: probability,
})
/** Returns what is left of 100 %. */
const rest = (option: string, share: Percentage) => ALL_ONES - probability(option, share)
/** Loss of the Gilbert-Elliot model: to the bad state, back, and the losses in each. */
const gemodel = objectOf({
  /** Probability of the transition to the bad state: a percentage such as `1%`. */
  p: probability,
  /** Probability of the transition to the good state: a percentage such as `10%`. Default: 100% - `p`. */
  r: probability,
  /** Loss in the bad state: a percentage such as `70%`. Default: `100%`. tc: `1-h`. */
  lossInBad: rest,
  /** Loss in the good state: a percentage such as `0.1%`. Default: `0%`. tc: `1-k`. */
  lossInGood: probability,
})

/** Returns the probability and correlation; undefined without a probability. */
const pair = (value: number | undefined, correlation = 0) =>
  value === undefined ? undefined : { probability: value, correlation }

/** Times in ticks have 32 bits. */
const LARGEST_TICKS = BigInt(ALL_ONES) * 64n

/** Returns a time as ticks, rounded as tc does, and as nanoseconds if the ticks are too many. */
function timeParts(time: bigint | undefined) {
  if (time === undefined) return { ticks: 0, long: undefined }
  if (time > LARGEST_TICKS) return { ticks: ALL_ONES, long: time }
  return { ticks: Number((time * 1_000_000n) / 64_000_000n), long: undefined }
}

export const netem = computed(
  {
    /** Time that each packet waits: microseconds, or a text with a unit such as `100ms`. Default: 0. */
    delay: nanoseconds,
    /** Deviation of the delay: microseconds, or a text with a unit such as `10ms`. Default: 0. */
    jitter: nanoseconds,
    /** Correlation of the delay with that of the packet before: a percentage such as `25%`. Default: `0%`. */
    delayCorrelation: probability,
    /** Probability of a loss: a percentage such as `0.3%`. Default: `0%`. */
    loss: probability,
    /** Correlation of the loss with that of the packet before: a percentage such as `25%`. Default: `0%`. */
    lossCorrelation: probability,
    /** Loss with four states, in place of `loss`. tc: `loss state`. */
    lossState,
    /** Loss of the Gilbert-Elliot model, in place of `loss`. tc: `loss gemodel`. */
    gemodel,
    /** Probability of a duplicate: a percentage such as `1%`. Default: `0%`. */
    duplicate: probability,
    /** Correlation of the duplicate with that of the packet before: a percentage such as `25%`. Default: `0%`. */
    duplicateCorrelation: probability,
    /** Probability of a wrong bit in a packet: a percentage such as `0.1%`. Default: `0%`. */
    corrupt: probability,
    /** Correlation of the wrong bit with that of the packet before: a percentage such as `25%`. Default: `0%`. */
    corruptCorrelation: probability,
    /** Probability that a packet is sent at once, before those that are delayed: a percentage such as `25%`. Default: `0%`. */
    reorder: probability,
    /** Correlation of the order with that of the packet before: a percentage such as `50%`. Default: `0%`. */
    reorderCorrelation: probability,
    /** Distance of two packets that may be reordered: a number of packets. Default: 1 with `reorder`. */
    gap: count,
    /** Rate of the link: bits per second, or a text with a unit such as `10mbit`. Default: unlimited. */
    rate: bytesPerSecond,
    /** Bytes that are added to the size of each packet, for `rate`; negative ones are subtracted. Default: 0. */
    packetOverhead: count,
    /** Size of a cell of the link, for `rate`: bytes, or a text with a unit such as `48b`. Default: 0, no cells. */
    cellSize: bytes,
    /** Bytes that are added to each cell, for `rate`. Default: 0. */
    cellOverhead: count,
    /** Packets that may wait. Default: 1000. */
    limit: count,
    /** True marks packets instead of losing them, if both ends have ECN. Default: false. */
    ecn: onOff,
    /** Slots in which packets are sent: as of a link that is not always available. */
    slot,
    /** Distribution of the delay: a file of tc such as `normal`, or deviations in 1/8192 of `jitter`. Default: uniform. */
    distribution,
  },
  (given) => {
    const { delayCorrelation: delayCorr = 0, lossCorrelation: lossCorr = 0, duplicateCorrelation: dupCorr = 0 } = given
    const { rate, packetOverhead = 0, cellSize = 0, cellOverhead = 0, lossState: state, gemodel: model } = given
    const [latency, jitter] = [timeParts(given.delay), timeParts(given.jitter)]
    const isCorrelated = delayCorr !== 0 || lossCorr !== 0 || dupCorr !== 0
    const { narrow, wide } = rateParts(rate ?? 0)
    const { min = 0n, max = min, packets = 0, bytes: size = 0 } = given.slot ?? {}
    const loss = {
      ...(state && { gi: { p31: ALL_ONES - (state.p13 ?? 0), p32: 0, p14: 0, p23: ALL_ONES, ...defined(state) } }),
      ...(model && {
        ge: {
          p: 0,
          r: ALL_ONES - (model.p ?? 0),
          h: model.lossInBad ?? 0,
          k1: model.lossInGood ?? 0,
          ...defined({ p: model.p, r: model.r }),
        },
      }),
    }
    return {
      ...{ latency: latency.ticks, limit: given.limit ?? 1000, loss: given.loss ?? 0 },
      ...{ gap: given.gap ?? (given.reorder ? 1 : 0), duplicate: given.duplicate ?? 0, jitter: jitter.ticks },
      attrs: defined({
        latency64: latency.long,
        jitter64: jitter.long,
        corr: isCorrelated ? { delayCorr, lossCorr, dupCorr } : undefined,
        reorder: pair(given.reorder, given.reorderCorrelation),
        ecn: given.ecn ? 1 : undefined,
        corrupt: pair(given.corrupt, given.corruptCorrelation),
        slot: given.slot && {
          minDelay: min,
          maxDelay: max,
          maxPackets: packets,
          maxBytes: size,
          distDelay: 0n,
          distJitter: 0n,
        },
        loss: state || model ? loss : undefined,
        rate64: wide,
        rate: rate === undefined ? undefined : { rate: narrow, packetOverhead, cellSize, cellOverhead },
        delayDist: given.distribution,
      }),
    }
  },
  { isEmptyAllowed: true },
)
