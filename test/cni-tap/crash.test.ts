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

/** What went wrong is told; what the trials came to is returned. */
async function disturbed(options: Omit<CrashOptions, 'precise'>): Promise<string[]> {
  const { counts, failures } = await crash({ ...options, precise: false })
  assert.equal(failures, [])
  return [...counts.keys()]
}

for (const command of Object.keys(subjects) as Command[]) {
  for (const kind of Object.keys(kinds) as Kind[]) {
    test(`${command} ${kind}, at a sample of its system calls (npm run crash: at each)`, async () => {
      // A prime, so that each fault meets calls of all kinds.
      const endings = await disturbed({ command, kind, faults: Object.keys(faults) as Fault[], every: 37 })
      assert.ok(endings.includes('SIGKILL: killed'))
    })
  }

  test(`${command}: what close(2) says of a device or a namespace is no failure`, async () => {
    const endings = new Set<string>()
    for (const pattern of ['close(#</dev/net/tun', 'close(#</run/netns/', 'close(#<net:']) {
      for (const each of await disturbed({ command, kind: 'plain', faults: ['ENOMEM'], pattern })) endings.add(each)
    }
    assert.equal([...endings], ['ENOMEM: success'])
  })
}

test.run()
