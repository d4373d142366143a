import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { PATIENCE } from '../support/until.js'
import { hasState, inCase, noFigures, stableState } from './check.js'
import { type PlanCase, planCase } from './generate.js'
import { caseText, type PlanRun } from './run.js'

/** Numbers of requests of a plan whose caller is killed at each: each takes some time. */
const [FEWEST, MOST] = [3, 5]

const caller = fileURLToPath(new URL('caller.ts', import.meta.url))

function call(netns: string, desired: unknown, number: number) {
  const args = ['--conditions=netloom', '--import', 'tsx', caller, netns, JSON.stringify(desired), String(number)]
  return spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Kills a caller before each request of a plan. Returns false for a plan that is not suitable. @throws if it is not undone */
const killsEverywhere = (planned: PlanCase): Promise<boolean | undefined> =>
  inCase(planned, noFigures(), async (nl, _, path) => {
    const { desired, hasLinkLocal } = planned
    const { steps, conflicts } = await nl.plan(desired)
    if (conflicts.length > 0 || steps.length < FEWEST || steps.length > MOST) return false
    const before = await stableState(nl, hasLinkLocal)
    const { stdout } = call(path, desired, 0)
    await hasState('after undo()', nl, before, PATIENCE)
    // The kernel refuses a step of some plans.
    for (let number = 1; number <= Number(stdout); number++) {
      const { signal, stderr } = call(path, desired, number)
      if (signal !== 'SIGKILL') throw new Error(`expected the caller to be killed at request ${number}, got ${stderr}`)
      await hasState(`killed before request ${number}`, nl, before, PATIENCE)
    }
    return Number(stdout) > 0
  })

/** Checks generated cases: the process that watches a caller which is killed restores the state. Returns the failure. */
export async function checkKills({ runs, seed }: Pick<PlanRun, 'runs' | 'seed'>): Promise<string | undefined> {
  let checked = 0
  for (let at = 0; checked < runs; at++) {
    const [planned] = fc.sample(planCase, { numRuns: 1, seed: seed + at }) as [PlanCase]
    try {
      if (await killsEverywhere(planned)) checked++
    } catch (error) {
      return `${caseText(planned)}\n${error}`
    }
  }
  return undefined
}
