import { randomInt } from 'node:crypto'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { noFigures, prepare, round } from './stress.js'

// `npm run stress` runs longer.
const test = suiteNeeding('caches under stress', 'netns')

/** Minimum of rounds, and the maximum while an overrun is still missing. */
const [LEAST, MOST] = [2, 40]

test('each cache equals a fresh dump after changes by other processes, with overruns', () =>
  inScratch(async (namespace) => {
    const seed = randomInt(2 ** 31)
    const figures = noFigures()
    prepare(namespace)
    const isMissingOverruns = () => figures.overruns.default === 0 || figures.overruns.small === 0
    while (figures.rounds < LEAST || (isMissingOverruns() && figures.rounds < MOST))
      await round(namespace, seed + figures.rounds, figures)
    assert.is(isMissingOverruns(), false, `--seed ${seed}: ${JSON.stringify(figures)}`)
  }))

test.run()
