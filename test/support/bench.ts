/** Function to measure. It is called repeatedly, and its result is kept alive. */
export type Work = () => unknown

export interface Result {
  readonly group: string
  readonly name: string
  /** Median of the samples. */
  readonly nanoseconds: number
  /** Duration relative to the group's baseline. */
  readonly ratio: number
}

const samples = 9
const sampleMilliseconds = 60

/** Stores results, so that no call is optimised away. */
let sink: unknown

function time(work: Work, count: number): number {
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) sink = work()
  return Number(process.hrtime.bigint() - start)
}

/** Returns the number of calls in one sample. Determining it also warms up `work`. */
function calls(work: Work): number {
  for (let count = 1; ; count *= 2) {
    if (time(work, count) >= sampleMilliseconds * 1e6) return count
  }
}

/** Returns the median. Sorts the values. */
export const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/**
 * Measures the functions of a group in turns, sample by sample, so that a noisy moment affects all of them. Prints a table, or JSON
 * lines with `--json`. The first one is the baseline. Ratios compare across machines, nanoseconds do not.
 */
export function bench(group: string, works: Readonly<Record<string, Work>>): Result[] {
  const entries = Object.entries(works).map(([name, work]) => ({
    name,
    work,
    count: calls(work),
    times: [] as number[],
  }))
  for (let i = 0; i < samples; i++) {
    for (const { work, count, times } of entries) times.push(time(work, count) / count)
  }
  const medians = entries.map(({ name, times }) => ({ name, nanoseconds: median(times) }))
  const baseline = medians[0]?.nanoseconds ?? Number.NaN
  const results = medians.map((entry) => ({ group, ...entry, ratio: entry.nanoseconds / baseline }))
  print(group, results)
  return results
}

function print(group: string, results: readonly Result[]): void {
  if (process.argv.includes('--json')) {
    for (const result of results) console.log(JSON.stringify(result))
    return
  }
  const width = Math.max(...results.map(({ name }) => name.length))
  console.log(`\n${group}`)
  for (const { name, nanoseconds, ratio } of results) {
    const rate = `${Math.round(1e9 / nanoseconds).toLocaleString('en')} a second`
    const times = `${ratio.toFixed(2).padStart(7)} × the time, ${(1 / ratio).toFixed(2).padStart(5)} of the rate`
    console.log(`  ${name.padEnd(width)}  ${nanoseconds.toFixed(0).padStart(9)} ns  ${rate.padStart(20)}  ${times}`)
  }
}

/** Returns the last result of a measured function. Reading it keeps the function from being optimised away. */
export const lastResult = () => sink

const cpuSamples = 25

/** Returns the processor time of one call in nanoseconds: the median of samples. */
export function processorTime(work: () => unknown): number {
  const sample = (calls: number) => {
    const before = process.cpuUsage()
    for (let call = 0; call < calls; call++) sink = work()
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  let calls = 1
  // Samples of 20 ms. Finding their size also warms up.
  while (sample(calls) < 20_000) calls *= 2
  return median(Array.from({ length: cpuSamples }, () => (sample(calls) * 1000) / calls))
}
