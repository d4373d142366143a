import { median } from './bench.js'

/** Something that is measured in rounds, in turns with others. */
export interface Contender {
  readonly name: string
  /** Does the work once and tells how many milliseconds that took; what is to be checked is checked outside of them. */
  round(): number | Promise<number>
  /** In how many rounds it takes part, where that is not all: what is very slow. */
  readonly rounds?: number | undefined
}

/** What is demanded of one contender, measured against another: of the time it takes, or of its rate. */
export type Bar = { readonly of: string; readonly against: string } & (
  | { readonly timeAtMost: number }
  | { readonly rateAtLeast: number }
)

/** A demand, and what was measured. */
export interface Verdict {
  readonly what: string
  readonly measured: number
  readonly demand: string
  readonly holds: boolean
}

/** What was measured of a contender, and what is said of it. */
export interface Row {
  readonly group: string
  readonly name: string
  /** e.g. `251.3 ms` */
  readonly text: string
  readonly verdicts: readonly Verdict[]
}

/** A work that is done so many times in a round, or on so many things. */
export interface Group {
  readonly name: string
  /** What one round has many of, e.g. routes. */
  readonly units: readonly [count: number, name: string]
  readonly rounds?: number
}

/**
 * Measures contenders in turns, so that a noisy moment hits all of them. A ratio is the median of what it was in each round,
 * as the machine's load may change from one to the next.
 */
export async function compare(
  { name: group, units: [count, unit], rounds = 9 }: Group,
  contenders: readonly Contender[],
  bars: readonly Bar[],
): Promise<void> {
  const times = new Map<string, number[]>()
  for (const { name } of contenders) times.set(name, [])
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      if (round < (contender.rounds ?? rounds)) times.get(contender.name)?.push(await contender.round())
    }
  }
  const rows = [...times].map(([name, taken]) => {
    const milliseconds = median([...taken])
    const rate = `${Math.round((count / milliseconds) * 1000).toLocaleString('en')} ${unit} a second`
    const few = taken.length < rounds ? ` (${taken.length} of the rounds)` : ''
    return {
      ...{ group, name, rounds: taken.length, milliseconds, text: `${milliseconds.toFixed(1)} ms, ${rate}${few}` },
      verdicts: bars.filter((bar) => bar.of === name).flatMap((bar) => judged(bar, taken, times.get(bar.against))),
    }
  })
  printRows(`${group}, medians of ${rounds} rounds`, rows)
}

/** What came of a demand; nothing where what it is measured against was left out. */
function judged(bar: Bar, taken: readonly number[], against: readonly number[] | undefined): Verdict[] {
  if (against === undefined) return []
  const both = taken.slice(0, against.length)
  const measured = (ratio: (one: number, other: number) => number) =>
    median(both.map((time, round) => ratio(time, against[round] ?? Number.NaN)))
  if ('timeAtMost' in bar) {
    const times = measured((one, other) => one / other)
    return [atMost(`× the time of ${bar.against}`, times, bar.timeAtMost)]
  }
  const times = measured((one, other) => other / one)
  const holds = times >= bar.rateAtLeast
  return [{ what: `× the rate of ${bar.against}`, measured: times, demand: `at least ${bar.rateAtLeast}`, holds }]
}

export const atMost = (what: string, measured: number, most: number): Verdict => {
  return { what, measured, demand: `at most ${most}`, holds: measured <= most }
}

/** Prints a table, or with `--json` a line of JSON for each row. */
export function printRows(title: string, rows: readonly Row[]): void {
  if (process.argv.includes('--json')) {
    for (const { text: _, ...row } of rows) console.log(JSON.stringify(row))
    return
  }
  const width = Math.max(...rows.map(({ name }) => name.length))
  console.log(`\n${title}`)
  for (const { name, text, verdicts } of rows) {
    console.log(`  ${name.padEnd(width)}  ${text}`)
    for (const { what, measured, demand, holds } of verdicts)
      console.log(
        `  ${' '.repeat(width)}  ${measured.toFixed(2)} ${what}: ${demand}, ${holds ? 'holds' : 'DOES NOT HOLD'}`,
      )
  }
}
