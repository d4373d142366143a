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

/** Converts times to text. It keeps the last one: the messages of a datagram have the same time, and many datagrams the same second. */
class TimeText {
  #seconds: bigint | undefined
  #date: string | undefined
  #time: bigint | undefined
  #text = ''

  constructor(
    /** Returns the text of a second and of nanoseconds. `date` is undefined outside the years 0 to 9999. */
    readonly format: (date: string | undefined, seconds: bigint, nanoseconds: bigint) => string,
  ) {}

  of(time: bigint): string {
    if (time === this.#time) return this.#text
    const [seconds, nanoseconds] = split(time)
    if (seconds !== this.#seconds) {
      this.#seconds = seconds
      this.#date = calendar(seconds)
    }
    this.#time = time
    this.#text = this.format(this.#date, seconds, nanoseconds)
    return this.#text
  }
}

/**
 * Returns a function that returns nanoseconds since 1970 as `2026-11-24 03:40:00.123456`, in UTC. Outside the years 0 to 9999, it
 * returns `SECONDS.123456`.
 */
export function timeShower(): (time: bigint) => string {
  const text = new TimeText((date, seconds, nanoseconds) => {
    const micros = String(nanoseconds / 1000n).padStart(6, '0')
    return `${date?.replace('T', ' ') ?? seconds}.${micros}`
  })
  return (time) => text.of(time)
}

/**
 * Returns a function that returns nanoseconds since 1970 as `2026-11-24T03:40:00.123456789Z`. Outside the years 0 to 9999, it returns
 * `SECONDS.123456789`.
 */
export function isoTimes(): (time: bigint) => string {
  const text = new TimeText((date, seconds, nanoseconds) => {
    const nanos = String(nanoseconds).padStart(9, '0')
    return date === undefined ? `${seconds}.${nanos}` : `${date}.${nanos}Z`
  })
  return (time) => text.of(time)
}
