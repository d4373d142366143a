import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fuzz } from '../support/fuzz.js'

const test = suite('fuzz')

// A fixed seed: this run must not fail by chance. `npm run fuzz` is what searches.
for await (const { name, failure } of fuzz({ runs: 300, seed: 1 })) {
  test(name, () => assert.is(failure, undefined))
}

test.run()
