const BILLION = 1_000_000_000n

// Seconds since 1970. ISO 8601 has a different form outside of the years 0 to 9999, and Date has a limited range.
const FIRST = -62_167_219_200n
const LAST = 253_402_300_799n

/** Splits nanoseconds since 1970 into whole seconds, rounded down, and the rest. */
function split(time: bigint): [seconds: bigint, nanoseconds: bigint] {
  const rest = ((time % BILLION) + BILLION) % BILLION
  return [(time - rest) / BILLION, rest]
}

/** `2026-11-24T03:40:00`; undefined outside of the years 0 to 9999. */
const calendar = (seconds: bigint): string | undefined =>
  seconds < FIRST || seconds > LAST ? undefined : new Date(Number(seconds) * 1000).toISOString().slice(0, 19)

/** Returns nanoseconds since 1970 as `2026-11-24 03:40:00.123456`, in UTC; outside of the years 0 to 9999 as `SECONDS.123456`. */
export function showTime(time: bigint): string {
  const [seconds, nanoseconds] = split(time)
  const micros = String(nanoseconds / 1000n).padStart(6, '0')
  return `${calendar(seconds)?.replace('T', ' ') ?? seconds}.${micros}`
}

/** Returns nanoseconds since 1970 as `2026-11-24T03:40:00.123456789Z`; outside of the years 0 to 9999 as `SECONDS.123456789`. */
export function isoTime(time: bigint): string {
  const [seconds, nanoseconds] = split(time)
  const [date, nanos] = [calendar(seconds), String(nanoseconds).padStart(9, '0')]
  return date === undefined ? `${seconds}.${nanos}` : `${date}.${nanos}Z`
}
