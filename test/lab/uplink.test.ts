import { suiteNeeding } from '../support/privileges.js'
import { isKeptIfConfirmed, isUndoneByItself } from './uplink.js'

const test = suiteNeeding('a change that cuts a host off', 'netns', 'netTools')

const bridged = { above: { name: 'br0', kind: 'bridge' } } as const

test('the only uplink leaves the bridge that has the address', () =>
  isUndoneByItself(bridged, { links: [{ name: 'eth0', master: 0 }] }))

test('the only uplink is set down, and the process that did it is killed', () =>
  isUndoneByItself(bridged, { links: [{ name: 'eth0', up: false }] }, { killed: true }))

test('a change that keeps the host reachable is confirmed by another process', () =>
  isKeptIfConfirmed(
    bridged,
    { links: [{ name: 'br0', kind: 'bridge', data: { ageingTime: 100_00 } }] },
    { killed: true },
  ))

test.run()
