import { median } from './bench.js'

/** One of several programs that are measured in turns. */
export interface Contender {
  readonly name: string
  /** Does the work once and returns its duration in milliseconds. Checks of the results are outside of the measured time. */
  round(): number | Promise<number>
  /** Number of rounds, for slow work that does not run in all of them. */
  readonly rounds?: number | undefined
}

/** Requirement on one contender relative to another: on its duration or its rate. */
export type Bar = { readonly of: string; readonly against: string } & (
  | { readonly timeAtMost: number }
  | { readonly rateAtLeast: number }
)

/** A requirement with its measured value. */
export interface Verdict {
  readonly what: string
  readonly measured: number
  readonly demand: string
  readonly holds: boolean
}

/** Measured values of a contender, for printing. */
export interface Row {
  readonly group: string
  readonly name: string
  /** e.g. `251.3 ms` */
  readonly text: string
  /** The measured time of one call, for work that is not measured in rounds. `npm run plot` draws it. */
  readonly nanoseconds?: number
  readonly verdicts: readonly Verdict[]
}

/** Work that is repeated in a round, or done on many objects. */
export interface Group {
  readonly name: string
  /** Number and name of the objects of one round, e.g. routes. */
  readonly units: readonly [count: number, name: string]
  readonly rounds?: number
}

/**
 * Measures contenders in turns, so that a noisy moment affects all of them. A ratio is the median of the ratios of all rounds,
 * because the machine's load may change between rounds.
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

/** Evaluates a requirement. Returns undefined if the contender to compare with was not measured. */
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

/** Prints a number that is no row. With `--json`, nothing else than rows is printed. */
export function printRemark(text: string): void {
  if (!process.argv.includes('--json')) console.log(`  ${text}`)
}

/** Prints a table, or one line of JSON for each row with `--json`. */
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
