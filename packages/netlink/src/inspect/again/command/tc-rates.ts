import { TC_LINKLAYER } from '../../../route/index.js'
import type { Bag } from '../members.js'
import type { Format, Word } from './words.js'

type Numbers = Readonly<Record<string, number>>

// tc computes buffers and tables from rates and sizes. A command is exact if the same computation gives what a request contains.

/** Ticks of the packet scheduler per microsecond: a tick is 64 nanoseconds (/proc/net/psched). */
export const TICKS_PER_MICROSECOND = 15.625

/** Returns a number in the largest unit that divides it. */
function inUnits(value: bigint, units: readonly (readonly [unit: string, size: bigint])[], smallest: string): string {
  for (const [unit, size] of units) if (value !== 0n && value % size === 0n) return `${value / size}${unit}`
  return `${value}${smallest}`
}

const rateUnits = [
  ['gbit', 1_000_000_000n],
  ['mbit', 1_000_000n],
  ['kbit', 1000n],
] as const

/** A rate that is written in bits per second, and that requests contain in bytes per second. */
export const rate = (bytes: number | bigint): string => inUnits(BigInt(bytes) * 8n, rateUnits, 'bit')

/** An option with a rate. */
export const rateOption =
  (word: string): Format =>
  (bytes: number | bigint) => [word, rate(bytes)]

/** True if tc computes these ticks from a size (`tc_calc_xmittime`). Older versions cut off parts of a microsecond first. */
export function isTicks(bytesPerSecond: number | bigint, size: number, ticks: unknown): boolean {
  const time = (1_000_000 * size) / Number(bytesPerSecond)
  return (
    ticks === Math.ceil(time * TICKS_PER_MICROSECOND) || ticks === Math.trunc(Math.trunc(time) * TICKS_PER_MICROSECOND)
  )
}

/** Returns the number of bytes for which tc computes these ticks. Those of the kernel's messages are about right (`isExact` false). */
export function sizeOf(bytesPerSecond: number | bigint, ticks: number, isExact = true): number | undefined {
  const about = Math.floor((Number(bytesPerSecond) * ticks) / TICKS_PER_MICROSECOND / 1_000_000)
  if (!isExact) return Math.round((Number(bytesPerSecond) * ticks) / TICKS_PER_MICROSECOND / 1_000_000)
  return [about, about - 1, about + 1].find((size) => size > 0 && isTicks(bytesPerSecond, size, ticks))
}

/** A rate, and the numbers that tc computes its table from. */
export interface RateSpec {
  readonly bytesPerSecond: number | bigint
  readonly cellLog: number
  readonly overhead: number
  readonly mpu: number
}

/**
 * Reads `struct tc_ratespec`. Returns undefined if tc would send another one. `wide` is the attribute with 64 bits, which tc sends
 * only for rates that need them. The table of a rate is not compared: the kernel only looks at it if the link layer is unknown
 * (`qdisc_get_rtab`). `isExact` is false for messages of the kernel, which tc only prints.
 */
export function rateSpecOf(value: Bag, wide: unknown, isExact = true): RateSpec | undefined {
  const { cellLog = 0, linklayer, overhead = 0, cellAlign, mpu = 0, rate: narrow = 0 } = value as Numbers
  const isWide = typeof wide === 'bigint'
  if (isWide ? narrow !== 0xffffffff || wide < 0xffffffffn : narrow === 0xffffffff) return undefined
  if (narrow === 0) return undefined
  // The kernel does not report the cells of the table.
  if (isExact && (linklayer !== TC_LINKLAYER.ETHERNET || cellAlign !== -1)) return undefined
  return { bytesPerSecond: isWide ? wide : narrow, cellLog, overhead, mpu }
}

/** Returns the size of a burst, with that of a cell of the table unless it is the one that tc takes by default. */
export const burstText = (bytes: number, { cellLog }: RateSpec): string =>
  cellLog === DEFAULT_CELL_LOG || cellLog === 0 ? String(bytes) : `${bytes}/${2 ** cellLog}`

/** Cells of 8 bytes: `tc_calc_rtable` for packets of 1600 and of 2047 bytes. */
const DEFAULT_CELL_LOG = 3

/** Returns the words of overhead and least size, which a command has once for its rates. */
export const overheadWords = ({ overhead, mpu }: RateSpec): Word[] => [
  ...(mpu === 0 ? [] : ['mpu', String(mpu)]),
  ...(overhead === 0 ? [] : ['overhead', String(overhead)]),
]

/** Returns a probability, of which 4294967295 is 100 %, as the shortest percentage that tc reads as this number. */
export function percent(value: number): string {
  for (let digits = 1; digits <= 15; digits += 1) {
    const text = String(Number(((value / 0xffffffff) * 100).toPrecision(digits)))
    if (!text.includes('e') && Math.round((Number(text) / 100) * 0xffffffff) === value) return `${text}%`
  }
  return `${((value / 0xffffffff) * 100).toFixed(15)}%`
}

/**
 * Returns the multiple of `step` between two numbers that ends in the most zeros; undefined if there is none. So a command contains
 * `10mbit`, of all rates that mean the same.
 */
export function roundest(least: number, most: number, step: number): number | undefined {
  for (let unit = 10 ** 15; unit >= 1; unit /= 10) {
    const found = Math.ceil(least / unit) * unit
    if (found <= most && found % step === 0) return found
  }
  const found = Math.ceil(least / step) * step
  return found <= most ? found : undefined
}

/** Returns the shortest decimal number that `parse` reads as this value, like tc; undefined if there is none. */
export function fraction(value: number, parse: (text: number) => number): string | undefined {
  // Integers below 2^32: an estimate with more digits than a double has is the double itself.
  const scale = parse(1)
  for (let digits = 1; digits <= 17; digits += 1) {
    const text = Number(((value + 0.5) / scale).toPrecision(digits))
    const below = Number((value / scale).toPrecision(digits))
    for (const each of [below, text]) if (each >= 0 && parse(each) === value) return String(each)
  }
  return undefined
}

/** A time in nanoseconds, in the largest unit that divides it. */
export const nanoseconds = (value: number | bigint): string => inUnits(BigInt(value), timeUnits, 'ns')

const timeUnits = [
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1000n],
] as const

/** A time in microseconds, in the largest unit that divides it. */
export const microseconds = (value: number): string => (value === 0 ? '0us' : nanoseconds(BigInt(value) * 1000n))

/**
 * Returns the nanoseconds of a number of ticks; undefined for 0. Older versions of tc write times of netem in ticks, for which they
 * cut off parts of a tick.
 */
export function ticksToTime(ticks: number): bigint | undefined {
  if (ticks === 0) return undefined
  const micros = Math.ceil(ticks / TICKS_PER_MICROSECOND)
  return Math.trunc(micros * TICKS_PER_MICROSECOND) === ticks ? BigInt(micros) * 1000n : BigInt(ticks) * 64n
}
