import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { trunk, withBridge } from './bridge.js'

const test = suite('cni-tap: VLANs of a bridge port that are not as they should be')

test('CHECK misses each VLAN that was taken away, or taken for another, and one that came back', () =>
  withBridge((a) => {
    const config = a.config({ bridge: 'br0', ...trunk, vlan: 100 })
    const prevResult = a.succeed('ADD', config).json
    const vlan = (verb: string, ...rest: string[]) =>
      a.namespace.exec('bridge', ['vlan', verb, 'dev', 'tap0', 'vid', ...rest])
    const passes = () => a.succeed('CHECK', { ...config, prevResult })
    const fails = (fact: string) => a.fail('CHECK', { ...config, prevResult }, 102, `"tap0": expected the port ${fact}`)
    passes()
    vlan('add', '1')
    fails('not to be in VLAN 1')
    vlan('del', '1')
    for (const vid of ['7', '21']) {
      vlan('del', vid)
      fails(`to be in VLAN ${vid} as configured`)
      vlan('add', vid)
    }
    vlan('add', '100')
    fails('to be in VLAN 100 as configured')
    vlan('add', '100', 'pvid', 'untagged')
    vlan('add', '3000')
    passes()
  }))

test('DEL leaves nothing, and CHECK needs the bridge to filter as ADD does', () =>
  withBridge((a) => {
    const config = a.config({ bridge: 'br0', vlan: 5 })
    const prevResult = a.succeed('ADD', config).json
    a.namespace.ip('link', 'set', 'br0', 'type', 'bridge', 'vlan_filtering', 0)
    const refusal = 'invalid bridge "br0": VLANs need vlan_filtering, which is off'
    a.fail('CHECK', { ...config, prevResult }, 7, refusal)
    a.succeed('DEL', config)
    a.fail('ADD', config, 7, refusal)
    a.assertClean('br0')
    assert.equal(JSON.parse(a.namespace.exec('bridge', ['-j', 'vlan', 'show', 'dev', 'br0']))[0]?.ifname, 'br0')
  }))

test('VLANs that there are not are refused, and nothing is made', () =>
  withBridge((a) => {
    const bad = [
      { vlan: 4095 },
      { vlan: -1 },
      { vlanTrunk: [{ id: 0 }] },
      { vlanTrunk: [{ id: 4095 }] },
      { vlanTrunk: [{ minID: 9, maxID: 5 }] },
      { vlanTrunk: [{ minID: 9 }] },
      { vlanTrunk: [{}] },
    ]
    for (const keys of bad) {
      const config = a.config({ bridge: 'br0', ...keys, ...a.fakeIpam({}) })
      a.fail('ADD', config, 7, new RegExp(`^invalid ${Object.keys(keys)[0]} `))
    }
    assert.equal(a.asked, [])
    a.assertClean('br0')
  }))

test('what fails later takes the port back', () =>
  withBridge((a) => {
    const config = a.config({ bridge: 'br0', ...trunk, ...a.fakeIpam('', { ADD: 'exit 1' }) })
    a.fail('ADD', config, 103)
    a.assertClean('br0')
    assert.equal(
      JSON.parse(a.namespace.exec('bridge', ['-j', 'vlan', 'show'])).map(({ ifname }: { ifname: string }) => ifname),
      ['br0'],
    )
  }))

test.run()
