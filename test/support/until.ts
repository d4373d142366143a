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

/**
 * True if one of ten calls takes less than `milliseconds`. A call that waits is always slow. On a busy machine, only some calls
 * are.
 */
export function isEverFasterThan(milliseconds: number, call: () => unknown): boolean {
  for (let tries = 0; tries < 10; tries++) {
    const begun = performance.now()
    call()
    if (performance.now() - begun < milliseconds) return true
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
