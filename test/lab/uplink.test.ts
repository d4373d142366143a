import { suiteNeeding } from '../support/privileges.js'
import { isUndoneByItself } from './uplink.js'

const test = suiteNeeding('a change that cuts a host off', 'netns', 'netTools')

// `npm run guest` does it with a bond.
test('the only uplink leaves the bridge that has the address', () =>
  isUndoneByItself({ name: 'br0', kind: 'bridge' }, { links: [{ name: 'eth0', master: 0 }] }))

test('the only uplink is set down', () =>
  isUndoneByItself({ name: 'br0', kind: 'bridge' }, { links: [{ name: 'eth0', up: false }] }))

test.run()
