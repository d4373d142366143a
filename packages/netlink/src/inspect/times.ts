const BILLION = 1_000_000_000n

/** Returns nanoseconds since the start as `+0.640479`. */
export function relativeTime(nanoseconds: bigint): string {
  const absolute = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const micros = String((absolute % BILLION) / 1000n).padStart(6, '0')
  return `${nanoseconds < 0n ? '-' : '+'}${absolute / BILLION}.${micros}`
}

/** Returns nanoseconds as `0.02 ms`, `419.6 ms` or `12.3 s`. */
export function durationText(nanoseconds: bigint): string {
  const milliseconds = Number(nanoseconds) / 1e6
  if (Math.abs(milliseconds) >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`
  return `${milliseconds.toFixed(Math.abs(milliseconds) < 1 ? 2 : 1)} ms`
}
