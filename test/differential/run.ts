import * as fc from 'fast-check'
import type { Allowed } from './allowed.js'
import { compare, describe } from './compare.js'
import { type Scenario, scenarios } from './scenario.js'

export interface RunOptions {
  readonly runs: number
  readonly seed: number
  /** Path of a failing case, as a failure prints it. Runs only that case. */
  readonly path?: string
  /** Called after each scenario with the rows that it used. */
  readonly each?: (used: ReadonlySet<Allowed>) => void
}

/** Compares the plugins in generated scenarios. Returns a description of the simplest failing scenario, or undefined. */
export function run({ runs, seed, path, each }: RunOptions): string | undefined {
  const property = fc.property(scenarios, (scenario) => {
    const { unexplained, used } = compare(scenario)
    each?.(used)
    if (unexplained.length > 0) throw new Error(describe(scenario, unexplained))
  })
  const details = fc.check<[Scenario]>(property, { numRuns: runs, seed, ...(path && { path }) })
  if (!details.failed) return undefined
  const [simplest] = details.counterexample ?? []
  const description = simplest && describe(simplest, compare(simplest).unexplained)
  return `--seed=${details.seed} --path ${details.counterexamplePath}\n${description}`
}
