import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { trunk, withBridge } from './bridge.js'

const test = suite('cni-tap: changed and invalid VLANs of a bridge port')

test('CHECK reports a removed VLAN, an unexpected VLAN and a changed PVID', () =>
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

test('ADD and CHECK require vlan_filtering on the bridge, DEL does not', () =>
  withBridge((a) => {
    const config = a.config({ bridge: 'br0', vlan: 5 })
    const prevResult = a.succeed('ADD', config).json
    a.namespace.ip('link', 'set', 'br0', 'type', 'bridge', 'vlan_filtering', 0)
    const message = 'invalid bridge "br0": VLANs need vlan_filtering, which is off'
    a.fail('CHECK', { ...config, prevResult }, 7, message)
    a.succeed('DEL', config)
    a.fail('ADD', config, 7, message)
    a.assertClean('br0')
    assert.equal(JSON.parse(a.namespace.exec('bridge', ['-j', 'vlan', 'show', 'dev', 'br0']))[0]?.ifname, 'br0')
  }))

test('ADD rejects invalid VLAN IDs and creates nothing', () =>
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
    assert.equal(a.ipamCalls, [])
    a.assertClean('br0')
  }))

test('ADD removes the port if a later step fails', () =>
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
