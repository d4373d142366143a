import { isUndoneByItself, type Wiring } from '../lab/uplink.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because most machines' kernels have no bonds. */
const test = suiteNeeding('a change of a bond that cuts a host off', 'netns', 'netTools')

/** A bond over both uplinks. Its carrier follows theirs within a tenth of a second. */
const bonded: Wiring = {
  above: { name: 'bond0', kind: 'bond', data: { mode: 'active-backup', miimon: 100, primary: 'eth0' } },
  ports: ['eth0', 'eth1'],
}

test('the uplink that leads nowhere is preferred', () =>
  isUndoneByItself(
    bonded,
    { links: [{ name: 'bond0', kind: 'bond', data: { primary: 'eth1' } }] },
    // Long enough for a ping without an answer on an emulated processor
    { confirmWithin: 20_000 },
  ))

test.run()
