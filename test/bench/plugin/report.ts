import { median } from '../../support/bench.js'

/** What was measured of one call, by contender: milliseconds or MiB. */
export class Measured {
  private readonly values = new Map<string, number[]>()

  constructor(
    readonly name: string,
    /** What the executable's may be at most, as a ratio to upstream's; some are only told. */
    readonly bar?: number,
    readonly unit: 'ms' | 'ms CPU' | 'MiB' = 'ms',
  ) {}

  add(contender: string, value: number): void {
    this.values.set(contender, [...(this.values.get(contender) ?? []), value])
  }

  /** Medians, the first contender's (upstream's) being the measure. */
  rows(): { contender: string; value: number; ratio: number }[] {
    const medians = [...this.values].map(([contender, values]) => ({ contender, value: median([...values]) }))
    const [first] = medians
    return medians.map((row) => ({ ...row, ratio: row.value / (first?.value ?? Number.NaN) }))
  }
}

/** Prints a table, or with `--json` an object a line. */
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
