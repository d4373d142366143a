import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { checkKills } from './kills.js'
import { checkForeign, checkPlans } from './run.js'

// `npm run plans` checks more cases. The seed is fixed, so that this test does not fail by chance.
const test = suiteNeeding('generated plans', 'netns')

test('every request of generated plans fails once and is undone; a second plan is empty', async () => {
  const { failure, figures } = await checkPlans({ runs: 15, seed: 1 })
  assert.is(failure, undefined)
  assert.ok(figures.steps > 20 && figures.faults > 40, JSON.stringify(figures))
})

test('1,000 objects of other programs are what they were', async () => {
  assert.is(await checkForeign({ runs: 2, seed: 11 }), undefined)
})

test('a caller that is killed at any request is undone by the other process', async () => {
  assert.is(await checkKills({ runs: 1, seed: 3 }), undefined)
})

test.run()
