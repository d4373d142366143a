import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('examples/drop-privileges.mjs', 'netns', 'tun')

test('a child without privileges reads a frame of the device that its parent created', () =>
  inScratch((namespace) => {
    const example = fileURLToPath(new URL('../../examples/drop-privileges.mjs', import.meta.url))
    const printed = namespace.exec(process.execPath, [
      ...process.execArgv.filter((arg) => arg.includes('netloom')),
      example,
    ])
    assert.match(printed, /^uid 65534 reads tap0\nthe first frame goes to 3333[0-9a-f]{8}\n$/)
  }))

test.run()
