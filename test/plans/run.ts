import fc from 'fast-check'
import { checkCase, checkForeignCase, type Figures, noFigures } from './check.js'
import { type PlanCase, planCase } from './generate.js'

export interface PlanRun {
  readonly runs: number
  readonly seed: number
  /** Position at which to begin, as printed by a failure. */
  readonly path?: string | undefined
  /** Called after each case. */
  progress?(figures: Figures): void
}

/** Returns a case as text: both states can be given to `netloom apply`. */
export const caseText = ({ hasLinkLocal, before, desired }: PlanCase) =>
  [
    `before, ${hasLinkLocal ? 'with' : 'without'} link-local addresses:`,
    JSON.stringify(before, undefined, 1),
    'desired:',
    JSON.stringify(desired, undefined, 1),
  ].join('\n')

async function failureOf(
  { runs, seed, path, progress }: PlanRun,
  figures: Figures,
  check: (planned: PlanCase, figures: Figures) => Promise<void>,
): Promise<string | undefined> {
  const property = fc.asyncProperty(planCase, async (planned) => {
    await check(planned, figures)
    progress?.(figures)
  })
  const details = await fc.check(property, { numRuns: runs, seed, ...(path !== undefined && { path }) })
  if (!details.failed) return undefined
  const error = details.errorInstance as (Error & { readonly details?: string }) | undefined
  const [planned] = details.counterexample ?? []
  return [
    `npm run plans -- --runs ${runs} --seed ${seed} --path ${details.counterexamplePath}`,
    `after ${details.numRuns} cases and ${details.numShrinks} simplifications`,
    ...(planned === undefined ? [] : [caseText(planned)]),
    `${error?.stack ?? error}`,
    error?.details ?? '',
  ].join('\n')
}

/** Checks generated cases. Returns the figures, and the simplest case that fails. */
export async function checkPlans(
  run: PlanRun,
): Promise<{ readonly figures: Figures; readonly failure: string | undefined }> {
  const figures = noFigures()
  return { failure: await failureOf(run, figures, checkCase), figures }
}

/** Checks generated cases among 1,000 objects of other programs. Returns the simplest one that fails. */
export const checkForeign = (run: PlanRun) => failureOf(run, noFigures(), checkForeignCase)
