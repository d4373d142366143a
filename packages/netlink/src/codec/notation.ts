import { Buffer } from './buffer.js'
import { unsigned } from './names.js'

/** Returns the text in which tools print a number: `1:10`, `0xff`. Returns undefined if they print the number itself. */
export type Notation = (value: number | bigint) => string | undefined

/** Returns the text in which tools print bytes. Returns undefined if they print them in hexadecimal. */
export type BytesNotation = (bytes: Uint8Array) => string | undefined

/** For bit patterns, such as marks and masks. */
export const hexadecimal: Notation = (value) => (BigInt(value) === 0n ? undefined : `0x${unsigned(value).toString(16)}`)

/** Returns a notation with words for some numbers: `special({ 0xffffffff: 'forever' })`. Those of 64 bits are keys in decimal. */
export const special = (words: Readonly<Record<number | string, string>>): Notation => {
  const byNumber = new Map(Object.entries(words))
  return (value) => byNumber.get(String(value))
}

/** For numbers of 64 bits of which the greatest is no limit. */
export const unlimited = (word: string): Notation => special({ '18446744073709551615': word })

/** Two halves of 16 bits in decimal, such as realms: `3/4`. Zero in the upper half is left out. */
export const halves: Notation = (value) => {
  const number = Number(value)
  return number >>> 16 === 0 ? undefined : `${number >>> 16}/${number & 0xffff}`
}

/** Returns a notation that tries several ones: `firstOf(special({ 0xffffffff: 'forever' }), seconds)`. */
export const firstOf =
  (...notations: readonly Notation[]): Notation =>
  (value) => {
    for (const notation of notations) {
      const text = notation(value)
      if (text !== undefined) return text
    }
    return undefined
  }

/** Units of time, the largest first, with their nanoseconds. */
const TIME_UNITS = [
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1_000n],
  ['ns', 1n],
] as const

/** Returns nanoseconds as exact text in the largest unit that is not zero: `1.5s`, `200ms`. */
function durationText(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const [unit, divisor] = TIME_UNITS.find(([, each]) => size >= each) ?? TIME_UNITS[3]
  const rest = String(size % divisor)
    .padStart(String(divisor).length - 1, '0')
    .replace(/0+$/, '')
  return `${nanoseconds < 0n ? '-' : ''}${size / divisor}${rest === '' ? '' : `.${rest}`}${unit}`
}

/** For times in a unit of so many nanoseconds. 0 needs no unit. */
const timesOf =
  (unit: bigint): Notation =>
  (value) =>
    BigInt(value) === 0n ? undefined : durationText(BigInt(value) * unit)

/** For times in seconds: `25s`. */
export const seconds: Notation = timesOf(1_000_000_000n)
/** For times in USER_HZ, hundredths of a second: 1500 is `15s`. */
export const centiseconds: Notation = timesOf(10_000_000n)
/** For times in milliseconds: 1500 is `1.5s`. */
export const milliseconds: Notation = timesOf(1_000_000n)
/** For times in microseconds: 5000 is `5ms`. */
export const microseconds: Notation = timesOf(1_000n)
/** For times in nanoseconds: 300000 is `300us`. */
export const nanoseconds: Notation = timesOf(1n)

/** The last second that ISO 8601 writes with four digits of the year. */
const LAST_DATE = 253_402_300_799n

/** For points in time, in a unit of which a second has so many. 0 is no time. */
const datesOf =
  (perSecond: bigint): Notation =>
  (value) => {
    const [seconds, rest] = [BigInt(value) / perSecond, BigInt(value) % perSecond]
    if (BigInt(value) <= 0n || seconds > LAST_DATE) return undefined
    const fraction = rest === 0n ? '' : `.${String(rest).padStart(String(perSecond).length - 1, '0')}`
    return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction}Z`
  }

/** For seconds since 1970: `2026-11-24T03:40:00Z`. */
export const dateInSeconds: Notation = datesOf(1n)
/** For nanoseconds since 1970: `2026-11-24T03:40:00.123456789Z`. */
export const dateInNanoseconds: Notation = datesOf(1_000_000_000n)

/** Returns a notation for quantities with a unit: `inUnit('MHz')`. Numbers may be of a power of ten: 1550 `inUnit('dBm', 2)` is `15.5dBm`. */
export const inUnit =
  (unit: string, digits = 0): Notation =>
  (value) =>
    `${digits === 0 ? value : Number(value) / 10 ** digits}${unit}`

const latin1Of = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** For bytes that are mostly text, such as the name of a wireless network. Others stay bytes. */
export const quotedText: BytesNotation = (bytes) => {
  const text = latin1Of(bytes)
  return /^[ -~]+$/.test(text) ? JSON.stringify(text) : undefined
}

/** For public keys, as `wg` prints them. */
export const base64: BytesNotation = (bytes) => Buffer.from(latin1Of(bytes), 'latin1').toString('base64')

/** For suites of ciphers and of key management: 0x000fac04 is `00-0f-ac:4`. */
export const suiteText: Notation = (value) => {
  const [vendor = '', number = ''] = [hexOf(Number(value) >>> 8, 6), (Number(value) & 0xff).toString()]
  return `${vendor.slice(0, 2)}-${vendor.slice(2, 4)}-${vendor.slice(4)}:${number}`
}

const hexOf = (number: number, digits: number) => number.toString(16).padStart(digits, '0')
