import { isoTimes, timeShower } from '../inspect/time-text.js'

/** Does the same as {@link timeShower}, for one time. */
export const showTime = (time: bigint): string => timeShower()(time)

/** Does the same as {@link isoTimes}, for one time. */
export const isoTime = (time: bigint): string => isoTimes()(time)

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
