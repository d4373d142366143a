import * as assert from 'uvu/assert'
import { comparing, monitoring, type Running } from '../support/monitoring.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

// What `netloom monitor` prints of parts of the kernel that a machine may lack: VLANs of bridges, and IPsec with keys.
const test = suiteNeeding('netloom monitor in the guest', 'netns')

const line = async ({ lines }: Running, pattern: RegExp): Promise<string> => {
  const found = await until(`a line that matches ${pattern}`, () => lines().find((each) => pattern.test(each)))
  return found.replace(/^\S+ /, '')
}

test('VLANs of a bridge port are printed as changes', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'br0', 'up', 'type', 'bridge', 'vlan_filtering', 1)
    namespace.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1')
    const vlan = (verb: string, ...rest: string[]) =>
      namespace.exec('bridge', ['vlan', verb, 'dev', 've0', 'vid', ...rest])
    vlan('add', '7')
    await monitoring(namespace, [0, 1], ['link', 'brvlan'], async (monitor) => {
      await comparing(namespace, monitor)
      vlan('add', '7', 'untagged')
      assert.match(await line(monitor, /~ vlan +ve0 .*vid 7 /), /^~ vlan {3}ve0 +vid 7 info\.flags 0 → UNTAGGED$/)
      vlan('add', '9')
      await line(monitor, /\+ vlan +ve0 .*9/)
      vlan('del', '9')
      await line(monitor, /– vlan +ve0 .*9/)
      assert.not.match(monitor.lines().join('\n'), /\+ vlan +ve0 +vid 7/)
    })
  }))

const KEYS = { enc: '00112233445566778899aabbccddeeff', auth: 'ffeeddccbbaa99887766554433221100'.repeat(2) }

test('-d and -x print keys only with --secrets', () =>
  inScratch((namespace) =>
    monitoring(namespace, [6, 3], ['xfrm', '-x'], (redacted) =>
      monitoring(namespace, [6, 3], ['xfrm', '-d', '--secrets'], async (secret) => {
        const state = ['src', '192.0.2.1', 'dst', '192.0.2.2', 'proto', 'esp', 'spi', '0x101']
        const { enc, auth } = KEYS
        namespace.exec('ip', [
          ...['xfrm', 'state', 'add', ...state, 'mode', 'tunnel'],
          ...['enc', 'cbc(aes)', `0x${enc}`, 'auth', 'hmac(sha256)', `0x${auth}`],
        ])
        for (const { out } of [redacted, secret])
          await until('the state', () => /XFRMA_ALG_CRYPT/.test(out()) || undefined)
        await until('the key', () => secret.out().includes(enc) || undefined)
        const bytes = (key: string) => key.match(/../g)?.slice(0, 4).join(' ') ?? ''
        assert.match(redacted.out(), '(secret)')
        for (const key of Object.values(KEYS))
          for (const form of [key, bytes(key)]) assert.not(redacted.out().includes(form), redacted.out())
      }),
    ),
  ))

test.run()
