/** Milliseconds. It ends what would hang; an emulated machine is slow, and a busy one too. */
export const PATIENCE = 60_000

/** Returns what `found` returns once that is neither undefined nor false. It looks again and again. */
export async function until<T>(what: string, found: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE; ) {
    const value = await found()
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`expected ${what} within ${PATIENCE / 1000} seconds`)
}

/**
 * Returns true if `call` takes less than `milliseconds` at least once in ten times. Something that waits takes longer each
 * time; a busy machine, or another process, does not.
 */
export function isEverFasterThan(milliseconds: number, call: () => unknown): boolean {
  for (let tries = 0; tries < 10; tries++) {
    const begun = performance.now()
    call()
    if (performance.now() - begun < milliseconds) return true
  }
  return false
}

/** Milliseconds of processor time that `call` takes in this process. */
export function cpuOf(call: () => unknown): number {
  const before = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
