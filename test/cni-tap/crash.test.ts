import * as assert from 'uvu/assert'
import { crash } from '../crash/crash.js'
import { type Kind, kinds } from '../crash/scene.js'
import { type Fault, faults } from '../crash/trial.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding(
  'cni-tap: an ADD that is killed or fails in the middle',
  'netns',
  'tun',
  'cniPlugins',
  'strace',
)

for (const kind of Object.keys(kinds) as Kind[]) {
  test(`${kind}, at a sample of its system calls (npm run crash: at each)`, async () => {
    // A prime, so that each fault meets calls of all kinds.
    const options = { kind, faults: Object.keys(faults) as Fault[], every: 37, precise: false }
    const { counts, failures } = await crash(options)
    assert.equal(failures, [])
    assert.ok([...counts.keys()].includes('SIGKILL: killed'))
  })
}

test.run()
