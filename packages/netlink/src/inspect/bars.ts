/** Requests that took less time have no bar, in nanoseconds. */
const LEAST = 1_000_000n

/** Number of characters of the longest bar. */
export const BAR_WIDTH = 8

/**
 * Returns bars for the times that requests took in the kernel. A bar is relative to the longest time so far, because lines are printed
 * before the later ones are known.
 */
export class Bars {
  #longest = LEAST

  /** Returns a bar, or an empty text for a time below 1 ms or a sixteenth of the longest. */
  of(time: bigint): string {
    if (time > this.#longest) this.#longest = time
    const share = Number(time) / Number(this.#longest)
    return time < LEAST ? '' : '▇'.repeat(Math.round(share * BAR_WIDTH))
  }
}
