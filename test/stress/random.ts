/** Random numbers from a seed. */
export interface Random {
  /** Returns an integer from 0, less than `bound`. */
  below(bound: number): number
  /** Returns one of the choices. */
  of<T>(choices: readonly T[]): T
}

/** Creates a generator (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (bound: number) => Math.floor((next() / 2 ** 32) * bound)
  return { below, of: (choices) => choices[below(choices.length)] as (typeof choices)[number] }
}
