import * as assert from 'uvu/assert'
import { ipsetRows } from '../support/ipset-rows.js'
import { createBoth, readsWhatIsListed, sameSets } from '../support/ipset-twins.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because this machine's kernel may lack types of sets. */
const test = suiteNeeding('ip sets of every type', 'netns', 'ipset')

test('sets of calls are those of the command, and are read as it lists them', async () => {
  const missing = await createBoth(ipsetRows, async (nl, calls, commands) => {
    sameSets(calls, commands)
    await readsWhatIsListed(nl, calls)
  })
  assert.equal(missing, [])
})

test.run()
