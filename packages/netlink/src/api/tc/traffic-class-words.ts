import { ArgumentError, show } from '../../codec/index.js'
import { CLOCK } from '../../constants/index.js'
import { defined } from '../values/objects.js'
import { bytesPerSecond, nanoseconds } from '../values/units.js'
import { numbers, PRIORITIES, sixteen } from './queue-words.js'
import { computed, count, flag, listOf, objectOf, plain, wordOf } from './words.js'

// Qdiscs that give each traffic class its queues of the link.

/** Queues of a traffic class: their number, and the first one. */
const queues = listOf(
  objectOf({
    /** Number of queues of the link. Default: 1. */
    count,
    /** First queue, from 0. Default: 0. */
    offset: count,
  }),
)

const ofClasses = {
  /** Number of traffic classes. Default: the largest of `map`, and one. tc: `num_tc`. */
  numTc: count,
  /** Traffic class of each of the 16 priorities of packets, from 0. */
  map: numbers,
  /** Queues of each traffic class: `{ count: 2, offset: 4 }`. tc: `2@4`. */
  queues,
} as const
type Classes = {
  readonly numTc?: number | undefined
  readonly map?: number[] | undefined
  readonly queues?: ReturnType<typeof queues> | undefined
}

/** Returns `struct tc_mqprio_qopt`. */
function classesOf(under: string, { map = [], queues: given = [], numTc }: Classes, hw: number) {
  const list = given as readonly { readonly count?: number; readonly offset?: number }[]
  return {
    ...{ numTc: numTc ?? Math.max(0, ...map) + 1, prioTcMap: sixteen(`${under}.map`, map, 0), hw },
    count: sixteen(
      `${under}.queues`,
      list.map((each) => each.count ?? 1),
      0,
    ),
    offset: sixteen(
      `${under}.queues`,
      list.map((each) => each.offset ?? 0),
      0,
    ),
  }
}

/** Rates of traffic classes, in attributes that repeat. */
const perClass = (key: string, rates: readonly number[] | undefined) =>
  rates && { [key]: Array.from({ length: PRIORITIES }, (_, at) => BigInt(rates[at] ?? 0)) }

export const mqprio = computed(
  {
    ...ofClasses,
    /** True lets hardware sort the packets, and false the kernel. Default: true. */
    hw: flag,
    /** Part that hardware does: `dcb` only the traffic classes, `channel` all options. It requires `hw`. Default: `dcb`. */
    mode: wordOf({ dcb: 0, channel: 1 }),
    /** Limits by hardware: `dcb` its own, `bw_rlimit` those of `minRate` and `maxRate`. It requires `hw`. Default: `dcb`. */
    shaper: wordOf({ dcb: 0, bw_rlimit: 1 }),
    /** Least rate of each traffic class: bits per second, or texts with a unit such as `10mbit`. tc: `min_rate`. */
    minRate: listOf(bytesPerSecond),
    /** Largest rate of each traffic class: bits per second, or texts with a unit such as `10mbit`. tc: `max_rate`. */
    maxRate: listOf(bytesPerSecond),
  },
  ({ hw = true, mode, shaper, minRate, maxRate, ...classes }, under) => ({
    ...classesOf(under, classes, Number(hw)),
    attrs: defined({
      ...{ mode, shaper },
      minRate64: perClass('minRate64', minRate),
      maxRate64: perClass('maxRate64', maxRate),
    }),
  }),
  { required: ['map'] },
)

/** An entry of a schedule: the gates that are open for a time. */
const entry = objectOf({
  /** `S` sets the gates, `H` also holds frames that can be preempted, `R` also releases them. Default: `S`. */
  command: wordOf({ S: 0, H: 1, R: 2 }),
  /** Bits of the traffic classes whose gates are open: bit 0 is class 0. */
  gates: count,
  /** Duration of the entry: microseconds, or a text with a unit such as `300us`. */
  interval: nanoseconds,
})

/** Clocks by the names of tc. */
const clock = (option: string, name: 'CLOCK_TAI' | 'CLOCK_REALTIME' | 'CLOCK_BOOTTIME' | 'CLOCK_MONOTONIC') => {
  const number = Object.entries(CLOCK).find(([key]) => `CLOCK_${key}` === name)?.[1]
  if (typeof number === 'number') return number
  throw new ArgumentError(
    `expected ${option} to be one of ${Object.keys(CLOCK)
      .map((key) => `CLOCK_${key}`)
      .join(', ')}, got ${show(name)}`,
  )
}

export const taprio = computed(
  {
    ...ofClasses,
    /** Start of the schedule: nanoseconds since the start of the clock. tc: `base-time`. */
    baseTime: plain<bigint>,
    /** Duration of the schedule: microseconds, or a text with a unit such as `1ms`. Default: the sum of its entries. tc: `cycle-time`. */
    cycleTime: nanoseconds,
    /** Longest extension of the last cycle of a schedule: microseconds, or a text such as `1ms`. tc: `cycle-time-extension`. */
    cycleTimeExtension: nanoseconds,
    /** Clock of the schedule: `CLOCK_TAI`, … It is left out with full offload. */
    clockid: clock,
    /** Modes: 1 is txtime-assist, 2 is full offload. Default: 0, software. */
    flags: count,
    /** Longest time from the qdisc to the link, in txtime-assist: microseconds, or a text with a unit such as `200us`. tc: `txtime-delay`. */
    txtimeDelay: nanoseconds,
    /** Schedule: the gates that are open, and for which time. tc: `sched-entry`. */
    entries: listOf(entry),
  },
  ({ baseTime, cycleTime, cycleTimeExtension, clockid, flags, txtimeDelay, entries, ...classes }, under) =>
    defined({
      schedClockid: clockid,
      flags,
      priomap: classes.map && classesOf(under, classes, 0),
      txtimeDelay: txtimeDelay === undefined ? undefined : Number(txtimeDelay),
      schedBaseTime: baseTime,
      schedCycleTime: cycleTime,
      schedCycleTimeExtension: cycleTimeExtension,
      schedEntryList: entries && {
        entry: entries.map((each) => {
          const {
            command = 0,
            gates = 0,
            interval = 0n,
          } = each as { command?: number; gates?: number; interval?: bigint }
          return { cmd: command, gateMask: gates, interval: Number(interval) }
        }),
      },
    }),
)
