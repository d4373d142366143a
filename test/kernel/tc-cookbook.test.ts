import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { runTcCookbook } from '../support/tc-cookbook.js'

// Runs the section of docs/cookbook.md about tc. test/guest/tc.guest.ts runs it with a kernel that has every kind.

const test = suiteNeeding('the cookbook of tc', 'netns')

/** Kinds that a kernel may lack. */
const optional = /\b(fw|flower|matchall|netem|fq_codel|cake|sfq)\b/
/** Reasons of the kernel for a kind that it lacks. */
const unknown = /kind is unknown|classifier not found|Failed to load TC action|not found/

test('the commands and calls about tc have the same effect', async () => {
  const refusals = await runTcCookbook()
  const wrong = refusals.filter(([command, reason]) => !optional.test(command) || !unknown.test(reason))
  assert.equal(wrong, [])
})

test.run()
