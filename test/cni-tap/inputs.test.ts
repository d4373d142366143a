import * as assert from 'uvu/assert'
import { asProcess, inProcess } from '../hostile/callers.js'
import { hostile } from '../hostile/hostile.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('cni-tap: generated calls that are mostly broken', 'netns', 'tun', 'cniPlugins')

// Always the same seed. `npm run hostile` uses a new one each time.
const seed = 1

for (const [name, call, runs] of [
  ['in this process', inProcess, 500],
  ['as processes', asProcess, 50],
] as const) {
  test(`${runs} ${name} (npm run hostile: 10,000)`, async () => {
    const { failure, answers } = await hostile({ runs, seed, call })
    assert.is(failure, undefined, failure)
    assert.ok(answers.size > 3, 'expected answers of several kinds')
  })
}

test.run()
