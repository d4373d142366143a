import { median } from '../../support/bench.js'

/** Values measured for one call, by contender. */
export class Measured {
  private readonly values = new Map<string, number[]>()

  constructor(
    readonly name: string,
    /** Upper limit of the executable's ratio to upstream. Undefined if the value is only reported. */
    readonly bar?: number,
    readonly unit: 'ms' | 'ms CPU' | 'MiB' = 'ms',
  ) {}

  add(contender: string, value: number): void {
    this.values.set(contender, [...(this.values.get(contender) ?? []), value])
  }

  /** Returns the median per contender, and its ratio to the first contender's (upstream's). */
  rows(): { contender: string; value: number; ratio: number }[] {
    const medians = [...this.values].map(([contender, values]) => ({ contender, value: median([...values]) }))
    const [first] = medians
    return medians.map((row) => ({ ...row, ratio: row.value / (first?.value ?? Number.NaN) }))
  }
}

/** Prints a table, or with `--json` one object per line. */
export function report(all: readonly Measured[]): void {
  if (process.argv.includes('--json')) {
    for (const measured of all) {
      const { name, unit, bar } = measured
      for (const row of measured.rows()) console.log(JSON.stringify({ group: 'plugin', name, unit, bar, ...row }))
    }
    return
  }
  for (const measured of all) {
    console.log(`\n${measured.name}${measured.bar === undefined ? '' : ` (at most ${measured.bar})`}`)
    for (const { contender, value, ratio } of measured.rows()) {
      const verdict =
        contender === 'executable' && measured.bar !== undefined ? (ratio <= measured.bar ? ' ✔' : ' ✘') : ''
      const amount = `${value.toFixed(2).padStart(9)} ${measured.unit}`
      console.log(`  ${contender.padEnd(14)}${amount}  ${ratio.toFixed(3).padStart(7)}${verdict}`)
    }
  }
}
