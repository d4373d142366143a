import { randomInt } from 'node:crypto'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { noFigures, prepare, round } from './stress.js'

/** `npm run stress` goes on for longer. */
const test = suiteNeeding('caches under stress', 'netns')

/** Rounds at least, and at most if nothing was lost by then. */
const [LEAST, MOST] = [2, 40]

test('after a round of changes by other processes, with losses, each cache equals a fresh dump', () =>
  inScratch(async (namespace) => {
    const seed = randomInt(2 ** 31)
    const figures = noFigures()
    prepare(namespace)
    const lacks = () => figures.overruns.usual === 0 || figures.overruns.small === 0
    while (figures.rounds < LEAST || (lacks() && figures.rounds < MOST))
      await round(namespace, seed + figures.rounds, figures)
    assert.is(lacks(), false, `--seed ${seed}: ${JSON.stringify(figures)}`)
  }))

test.run()
