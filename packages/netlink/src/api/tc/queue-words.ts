import { ArgumentError, show } from '../../codec/index.js'
import { CLOCK } from '../../constants/index.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond, nanoseconds } from '../values/units.js'
import { computed, count, direct, flag, listOf, objectOf, plain, wordOf } from './words.js'

/** Priorities of packets, TC_PRIO_MAX + 1 */
const PRIORITIES = 16

/** Returns a list of 16 numbers, the rest of which are `fill`. */
function sixteen(option: string, list: readonly number[], fill: number): number[] {
  if (list.length > PRIORITIES)
    throw new ArgumentError(`expected ${option} to have at most ${PRIORITIES} entries, got ${list.length}`)
  return Array.from({ length: PRIORITIES }, (_, at) => list[at] ?? fill)
}

const numbers = listOf(plain<number>)

/** The bands of pfifo_fast, which prio has by default. */
const PRIOMAP = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]

export const prio = {
  ...computed(
    {
      bands: count,
      /** Band of each priority. */
      priomap: numbers,
    },
    ({ bands = 3, priomap = PRIOMAP }, under) => ({ bands, priomap: sixteen(`${under}.priomap`, priomap, 1) }),
    { isEmptyAllowed: true },
  ),
  isMixed: true,
}

export const ets = computed(
  {
    bands: count,
    /** Number of bands that are sent first, in order. */
    strict: count,
    /** Bytes of each other band in a round. */
    quanta: listOf(bytes),
    /** Band of each priority. */
    priomap: numbers,
  },
  ({ bands, strict, quanta, priomap }) =>
    defined({
      nbands: bands ?? (strict ?? 0) + (quanta?.length ?? 0),
      nstrict: strict,
      quanta: quanta && { quantaBand: quanta },
      priomap: priomap && { priomapBand: priomap },
    }),
)

/** Queues of a traffic class: their number, and the first one. */
const queues = listOf(objectOf({ count, offset: count }))

const ofClasses = {
  /** Number of traffic classes. Default: the largest of `map`, and one. */
  numTc: count,
  /** Traffic class of each priority. */
  map: numbers,
  queues,
}
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
    /** False lets the kernel choose the queues. Default: true. */
    hw: flag,
    mode: wordOf({ dcb: 0, channel: 1 }),
    shaper: wordOf({ dcb: 0, bw_rlimit: 1 }),
    /** Least rate of each traffic class. */
    minRate: listOf(bytesPerSecond),
    /** Largest rate of each traffic class. */
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
  /** S: sets the gates, H: and holds, R: and releases. Default: S. */
  command: wordOf({ S: 0, H: 1, R: 2 }),
  /** Bits of the traffic classes whose gates are open. */
  gates: count,
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
    /** Nanoseconds since the start of the clock. */
    baseTime: plain<bigint>,
    cycleTime: nanoseconds,
    cycleTimeExtension: nanoseconds,
    clockid: clock,
    /** 1: txtime-assist, 2: full offload. */
    flags: count,
    txtimeDelay: nanoseconds,
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

/** Classes of kinds with one option. */
export const drrClass = direct({ quantum: bytes })
export const etsClass = direct({ quantum: bytes }, { quantum: 'quantaBand' })
export const qfqClass = direct({ weight: count, lmax: bytes })
