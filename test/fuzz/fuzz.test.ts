import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fuzz } from '../support/fuzz.js'

const test = suite('fuzz')

// A fixed seed, so that this test does not fail by chance. `npm run fuzz` uses random seeds.
for await (const { name, failure, isDone } of fuzz({ runs: 200_000, seed: 1 })) {
  if (isDone) test(name, () => assert.is(failure, undefined))
}

test.run()
