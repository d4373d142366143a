/** Limit in milliseconds, generous for slow and emulated machines. It only stops what would hang. */
export const PATIENCE = 60_000

/**
 * Waits until `found` returns neither undefined nor false, and returns the result. Calls it repeatedly.
 * @param patience limit in milliseconds
 */
export async function until<T>(
  what: string,
  found: () => T | Promise<T>,
  patience: number = PATIENCE,
): Promise<Exclude<T, undefined | false>> {
  for (const begun = performance.now(); performance.now() - begun < patience; ) {
    const value = await found()
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`expected ${what} within ${patience / 1000} seconds`)
}

/** Returns the milliseconds that `call` takes. */
export function took(call: () => unknown): number {
  const begun = performance.now()
  call()
  return performance.now() - begun
}

/**
 * True if one of ten calls takes less than `limit` milliseconds. A call that waits is always slow. On a busy machine, all calls
 * can be slow: a limit for the start of processes is measured again before each call.
 */
export function isEverFasterThan(limit: () => number, call: () => unknown): boolean {
  for (let tries = 0; tries < 10; tries++) {
    const milliseconds = limit()
    if (took(call) < milliseconds) return true
  }
  return false
}

/** Returns the processor time of `call` in this process, in milliseconds. */
export function cpuOf(call: () => unknown): number {
  const before = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
