import { isUndoneByItself, type Wiring } from '../lab/uplink.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because most machines' kernels have no bonds. */
const test = suiteNeeding('changes of a bond that cut a host off', 'netns', 'netTools')

/** A bond over both uplinks. */
const over = (data: object): Wiring => ({
  above: { name: 'bond0', kind: 'bond', data: { mode: 'active-backup', ...data } },
  ports: ['eth0', 'eth1'],
})

// Long enough for a ping without an answer on an emulated processor
const confirmWithin = 20_000

test('the uplink that leads nowhere is preferred', () =>
  isUndoneByItself(
    // Its carrier follows that of the ports within a tenth of a second.
    over({ miimon: 100, primary: 'eth0' }),
    { links: [{ name: 'bond0', kind: 'bond', data: { primary: 'eth1' } }] },
    { confirmWithin },
  ))

test('the bond asks an address that no host has, and the caller is killed', () =>
  isUndoneByItself(
    over({ arpInterval: 200, arpIpTarget: ['192.0.2.1'] }),
    { links: [{ name: 'bond0', kind: 'bond', data: { arpIpTarget: ['192.0.2.77'] } }] },
    { confirmWithin, killed: true },
  ))

test.run()
