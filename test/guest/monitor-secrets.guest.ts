import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { monitoring } from '../support/monitoring.js'
import { inScratch } from '../support/netns.js'
import { until } from '../support/until.js'

/** Keys of IPsec states in `netloom monitor`: Debian's kernel has ESP. */
const test = suite('netloom monitor: keys of IPsec')

const NETLINK_XFRM = 6
const XFRMNLGRP_SA = 3

const keys = ['00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100f0e0d0c0']

/** Adds, changes and deletes a state while the monitor runs. Returns its output. */
const monitored = (...options: string[]): Promise<string> => {
  let output = ''
  return inScratch(async (namespace) => {
    await monitoring(namespace, [NETLINK_XFRM, XFRMNLGRP_SA], ['xfrm', ...options], async ({ out }) => {
      const id = ['src', '10.0.0.1', 'dst', '10.0.0.2', 'proto', 'esp', 'spi', '0x1000']
      const [cipher = '', hash = ''] = keys.map((key) => `0x${key}`)
      const state = [...id, 'enc', 'cbc(aes)', cipher, 'auth', 'hmac(sha1)', hash]
      namespace.ip('xfrm', 'state', 'add', ...state)
      namespace.ip('xfrm', 'state', 'update', ...state, 'limit', 'packet-hard', '1000')
      namespace.ip('xfrm', 'state', 'delete', ...id)
      await until('the deletion', () => /XFRM_MSG_DELSA|– |del/.test(out()) || undefined)
      output = out()
    })
    return output
  })
}

for (const options of [[], ['--json']])
  test(`keys are hidden: ${options.join(' ') || 'text'}`, async () => {
    const output = await monitored(...options)
    assert.match(output, /10\.0\.0\.2/)
    for (const key of keys) assert.not.ok(output.replaceAll(' ', '').includes(key), output)
  })

test('--secrets shows them', async () => {
  const output = await monitored('--json', '--secrets')
  for (const key of keys) assert.ok(output.includes(key), output)
})

test.run()
