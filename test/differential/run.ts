import * as fc from 'fast-check'
import type { Allowed } from './allowed.js'
import { compare, tell } from './compare.js'
import { type Scenario, scenarios } from './scenario.js'

export interface RunOptions {
  readonly runs: number
  readonly seed: number
  /** Of a failure, as fast-check told it: runs nothing else. */
  readonly path?: string
  /** Called after each scenario, with the rows that it needed. */
  readonly each?: (needed: ReadonlySet<Allowed>) => void
}

/** Compares the plugins in generated scenarios. Returns what failed, made as simple as it goes, or undefined. */
export function run({ runs, seed, path, each }: RunOptions): string | undefined {
  const property = fc.property(scenarios, (scenario) => {
    const { unexplained, needed } = compare(scenario)
    each?.(needed)
    if (unexplained.length > 0) throw new Error(tell(scenario, unexplained))
  })
  const details = fc.check<[Scenario]>(property, { numRuns: runs, seed, ...(path && { path }) })
  if (!details.failed) return undefined
  const [simplest] = details.counterexample ?? []
  const words = simplest && tell(simplest, compare(simplest).unexplained)
  return `--seed=${details.seed} --path ${details.counterexamplePath}\n${words}`
}
