const BILLION = 1_000_000_000n

// Range of years in ISO 8601, in seconds since 1970: 0 to 9999. Later and earlier years have another form, and exceed the
// range of Date.
const FIRST = -62_167_219_200n
const LAST = 253_402_300_799n

/** Splits nanoseconds since 1970 into whole seconds (rounded down) and the remaining nanoseconds. */
function split(time: bigint): [seconds: bigint, nanoseconds: bigint] {
  const rest = ((time % BILLION) + BILLION) % BILLION
  return [(time - rest) / BILLION, rest]
}

/** Returns a time as `2026-11-24T03:40:00`, or undefined outside the years 0 to 9999. */
const calendar = (seconds: bigint): string | undefined =>
  seconds < FIRST || seconds > LAST ? undefined : new Date(Number(seconds) * 1000).toISOString().slice(0, 19)

/**
 * Returns nanoseconds since 1970 as `2026-11-24 03:40:00.123456`, in UTC. Outside the years 0 to 9999, returns
 * `SECONDS.123456`.
 */
export function showTime(time: bigint): string {
  const [seconds, nanoseconds] = split(time)
  const micros = String(nanoseconds / 1000n).padStart(6, '0')
  return `${calendar(seconds)?.replace('T', ' ') ?? seconds}.${micros}`
}

/**
 * Returns nanoseconds since 1970 as `2026-11-24T03:40:00.123456789Z`. Outside the years 0 to 9999, returns
 * `SECONDS.123456789`.
 */
export function isoTime(time: bigint): string {
  const [seconds, nanoseconds] = split(time)
  const [date, nanos] = [calendar(seconds), String(nanoseconds).padStart(9, '0')]
  return date === undefined ? `${seconds}.${nanos}` : `${date}.${nanos}Z`
}

/** Returns the time now, in nanoseconds since 1970, to the microsecond. Date.now() would only have milliseconds. */
export const now = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n

const two = (number: number) => String(number).padStart(2, '0')

/** Returns a time of the day as `12:04:31.118873`: local, or UTC with a `Z`. */
export function clockTime(time: bigint, utc: boolean): string {
  const date = new Date(Number(time / 1_000_000n))
  const parts = utc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()]
  const micros = String((time / 1000n) % 1_000_000n).padStart(6, '0')
  return `${parts.map(two).join(':')}.${micros}${utc ? 'Z' : ''}`
}
