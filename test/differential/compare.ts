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
  /** Which of the steps, and its command. */
  readonly step: string
}

/** What came of a scenario, and the rows that were needed. */
export interface Comparison {
  readonly unexplained: readonly Unexplained[]
  readonly needed: ReadonlySet<Allowed>
  /** Step by step, until they part. */
  readonly pairs: readonly Pair[]
}

/** Puts both plugins through a scenario, and compares step by step until they part. */
export function compare(scenario: Scenario): Comparison {
  const upstreams = play(scenario, upstreamProgram)
  const all = play(scenario, ourProgram)
  const unexplained: Unexplained[] = []
  const needed = new Set<Allowed>()
  const pairs: Pair[] = []
  for (const [index, upstream] of upstreams.entries()) {
    const ours = all[index] as Observation
    const before = all[Math.max(0, index - 1)] as Observation
    const touched = upstreams.slice(0, index + 1).some(({ step }) => step.before !== undefined)
    const pair = { scenario, upstream, ours, before, touched }
    pairs.push(pair)
    const reasons = differencesOf(upstream, ours).map((difference) => {
      const reason = reasonFor(difference, pair)
      if (reason) needed.add(reason)
      else unexplained.push({ step: `${index} ${ours.step.command}`, ...difference })
      return reason
    })
    if (unexplained.length > 0 || reasons.some((reason) => reason?.parts)) break
  }
  return { unexplained, needed, pairs }
}

/** A scenario and what nobody allows in it, in words. */
export function tell(scenario: Scenario, unexplained: readonly Unexplained[]): string {
  const lines = unexplained.map(
    ({ step, place, upstream, ours }) =>
      `${step}: ${place}: upstream ${JSON.stringify(upstream)}, ours ${JSON.stringify(ours)}`,
  )
  return [JSON.stringify(scenario), ...lines].join('\n')
}
