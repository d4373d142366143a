import { standardPlugins } from '../cni-tap/attachment.js'
import { plugin } from '../support/plugin.js'
import { type Allowed, type Pair, reasonFor } from './allowed.js'
import { type Difference, differencesOf } from './differences.js'
import type { Scenario } from './scenario.js'
import { type Observation, play } from './twin.js'

const upstreamProgram = [`${standardPlugins}/tap`]
const ourProgram = plugin

/** A difference that no row allows. */
export interface Unexplained extends Difference {
  /** Index and command of the step. */
  readonly step: string
}

/** Result of a scenario, with the rows of allowed differences that it used. */
export interface Comparison {
  readonly unexplained: readonly Unexplained[]
  readonly used: ReadonlySet<Allowed>
  /** The compared steps, up to a divergence. */
  readonly pairs: readonly Pair[]
}

/** Runs a scenario with both plugins and compares each step, until they diverge. */
export function compare(scenario: Scenario): Comparison {
  const upstreams = play(scenario, upstreamProgram)
  const all = play(scenario, ourProgram)
  const unexplained: Unexplained[] = []
  const used = new Set<Allowed>()
  const pairs: Pair[] = []
  for (const [index, upstream] of upstreams.entries()) {
    const ours = all[index] as Observation
    const before = all[Math.max(0, index - 1)] as Observation
    const touched = upstreams.slice(0, index + 1).some(({ step }) => step.before !== undefined)
    const pair = { scenario, upstream, ours, before, touched }
    pairs.push(pair)
    const reasons = differencesOf(upstream, ours).map((difference) => {
      const reason = reasonFor(difference, pair)
      if (reason) used.add(reason)
      else unexplained.push({ step: `${index} ${ours.step.command}`, ...difference })
      return reason
    })
    if (unexplained.length > 0 || reasons.some((reason) => reason?.diverges)) break
  }
  return { unexplained, used, pairs }
}

/** Describes a scenario and its unexplained differences. */
export function describe(scenario: Scenario, unexplained: readonly Unexplained[]): string {
  const lines = unexplained.map(
    ({ step, path, upstream, ours }) =>
      `${step}: ${path}: upstream ${JSON.stringify(upstream)}, ours ${JSON.stringify(ours)}`,
  )
  return [JSON.stringify(scenario), ...lines].join('\n')
}
