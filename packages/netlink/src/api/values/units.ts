import { ArgumentError, show } from '../../codec/index.js'

// Units of tc. A number without a unit is what tc reads for a bare number: bits per second, microseconds, bytes.

type Prefix = '' | 'k' | 'ki' | 'm' | 'mi' | 'g' | 'gi' | 't' | 'ti'

/** A rate: bits per second, or text with a unit of tc. `10mbit` is 10,000,000 bits per second, `1gbps` is 10^9 bytes per second. */
export type Rate = number | `${number}${Prefix}${'bit' | 'bps'}`
/** A time: microseconds, or text with a unit of tc: `20ms`, `1.5s`. */
export type Time = number | `${number}${'s' | 'sec' | 'secs' | 'ms' | 'msec' | 'msecs' | 'us' | 'usec' | 'usecs'}`
/** A time with a precision of nanoseconds: microseconds, or text with a unit of tc: `250ns`, `20ms`. */
export type LongTime = Time | `${number}${'ns' | 'nsec' | 'nsecs'}`
/** A size: bytes, or text with a unit of tc, which are powers of 1024: `32kb`, `1mb`, `256kbit`. */
export type Size = number | `${number}${'b' | 'k' | 'kb' | 'kbit' | 'm' | 'mb' | 'mbit' | 'g' | 'gb' | 'gbit'}`
/** A share of one hundred: `0.3%`. */
export type Percentage = `${number}%`

type Units = Readonly<Record<string, number>>

const prefixes: Units = {
  ...{ '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 },
  ...{ ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40 },
}
const rateUnits: Units = Object.fromEntries(
  Object.entries(prefixes).flatMap(([prefix, factor]) => [
    [`${prefix}bit`, factor],
    [`${prefix}bps`, factor * 8],
  ]),
)
const timeUnits: Units = {
  ...{ s: 1e6, sec: 1e6, secs: 1e6, ms: 1e3, msec: 1e3, msecs: 1e3, us: 1, usec: 1, usecs: 1 },
}
const longTimeUnits: Units = { ...timeUnits, ns: 1e-3, nsec: 1e-3, nsecs: 1e-3 }
const sizeUnits: Units = {
  ...{ b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30 },
  ...{ kbit: 2 ** 7, mbit: 2 ** 17, gbit: 2 ** 27 },
}
const percentUnits: Units = { '%': 1 }

/** A kind of quantity: the phrase for its errors, and its units. */
interface Quantity {
  readonly allowed: string
  readonly units: Units
  /** False if a number without a unit is refused. */
  readonly isBare?: boolean
}

const RATE: Quantity = {
  allowed: 'bits per second, or a rate with a unit (bit, kbit, kibit, mbit, …, bps for bytes)',
  units: rateUnits,
}
const TIME: Quantity = { allowed: 'microseconds, or a time with a unit (s, ms, us)', units: timeUnits }
const LONG_TIME: Quantity = {
  allowed: 'microseconds, or a time with a unit (s, ms, us, ns)',
  units: longTimeUnits,
}
const SIZE: Quantity = { allowed: 'bytes, or a size with a unit (b, kb, mb, gb, kbit, mbit, gbit)', units: sizeUnits }
const PERCENT: Quantity = { allowed: 'a percentage like 0.3%', units: percentUnits, isBare: false }

const QUANTITY = /^(\d+(?:\.\d+)?|\.\d+)([a-z]+|%)?$/i

/** Returns the number in the smallest unit. @throws {TypeError} naming the option, the units and the value */
function quantity(option: string, value: unknown, { allowed, units, isBare = true }: Quantity, most: number): number {
  const [, digits, unit] = (typeof value === 'string' && QUANTITY.exec(value)) || []
  const known = unit?.toLowerCase() ?? ''
  const number =
    digits === undefined
      ? value
      : unit === undefined
        ? isBare
          ? Number(digits)
          : undefined
        : times(digits, units, known)
  const isAllowed = typeof number === 'number' && (typeof value === 'string' || isBare)
  if (isAllowed && number >= 0 && number <= most) return number
  const limit = isAllowed ? ` from 0 to ${most}` : ''
  throw new ArgumentError(`expected ${option} to be ${allowed}${limit}, got ${show(value)}`)
}

const times = (digits: string, units: Units, unit: string) =>
  Object.hasOwn(units, unit) ? Number(digits) * (units[unit] as number) : undefined

/** 2^53 bytes, in bits: a rate in bytes per second is an exact number. */
const MOST_BITS = 2 ** 56

/** Returns bytes per second. @throws {TypeError} */
export const bytesPerSecond = (option: string, rate: Rate): number =>
  Math.floor(quantity(option, rate, RATE, MOST_BITS) / 8)

/** Returns microseconds, which fit in 32 bits. @throws {TypeError} */
export const microseconds = (option: string, time: Time): number => Math.trunc(quantity(option, time, TIME, 0xffffffff))

/** Returns nanoseconds. @throws {TypeError} */
export const nanoseconds = (option: string, time: LongTime): bigint =>
  BigInt(Math.trunc(quantity(option, time, LONG_TIME, 2 ** 43) * 1000))

/** Returns bytes. @throws {TypeError} */
export const bytes = (option: string, size: Size): number => Math.trunc(quantity(option, size, SIZE, 0xffffffff))

/** Returns a fraction of 1. @throws {TypeError} */
export const fraction = (option: string, share: Percentage): number => quantity(option, share, PERCENT, 100) / 100
