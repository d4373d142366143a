import * as assert from 'uvu/assert'
import { type CrashOptions, crash } from '../crash/crash.js'
import { type Kind, kinds } from '../crash/scene.js'
import { type Fault, faults } from '../crash/strace.js'
import { type Command, subjects } from '../crash/subject.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding(
  'cni-tap: a call that is killed or fails in the middle',
  'netns',
  'tun',
  'cniPlugins',
  'strace',
)

/** Fails with a report of what went wrong. Returns the outcomes of the trials. */
async function runTrials(options: CrashOptions): Promise<string[]> {
  const { counts, failures } = await crash(options)
  assert.equal(failures, [])
  return [...counts.keys()]
}

for (const command of Object.keys(subjects) as Command[]) {
  for (const kind of Object.keys(kinds) as Kind[]) {
    test(`${command} ${kind}, disturbed at a sample of its system calls (npm run crash: at each of them)`, async () => {
      // A prime, so that each fault meets calls of all kinds.
      const outcomes = await runTrials({
        command,
        kind,
        faults: Object.keys(faults) as Fault[],
        every: 37,
        precise: false,
      })
      assert.ok(outcomes.includes('SIGKILL: killed'))
    })
  }

  test(`${command}: an error of close(2) for a device or namespace is ignored`, async () => {
    const outcomes = new Set<string>()
    for (const pattern of ['close(#</dev/net/tun', 'close(#</run/netns/', 'close(#<net:']) {
      for (const each of await runTrials({ command, kind: 'plain', faults: ['ENOMEM'], pattern, precise: true }))
        outcomes.add(each)
    }
    assert.equal([...outcomes], ['ENOMEM: success'])
  })
}

test.run()
