import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { LinkMessage } from '@netloom/netlink'
import { decode, encode } from '@netloom/netlink/codec'
import { dissectCapture } from '@netloom/netlink/dissect'
import { BRIDGE_VLAN_INFO, rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Port, portOf, portRequests, vlanDifferences } from '../../packages/cni-tap/dist/attachment/bridge-port.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const { PVID, UNTAGGED } = BRIDGE_VLAN_INFO
const plain: Port = { hairpin: false, isolated: false, vlan: undefined, trunk: [], dropped: undefined }

const requests = suite('cni-tap: requests for a bridge port')

const filtering = { vlanFiltering: 1, vlanDefaultPvid: 1 }

requests('no request is needed without port options', () => {
  assert.is(portOf({ bridge: 'br0' }, filtering), undefined)
  assert.is(portOf({ bridge: 'br0', vlan: 0, vlanTrunk: [], preserveDefaultVlan: false }, filtering), undefined)
})

requests(
  'the port leaves the default VLAN if it has another one; a trunk keeps it; preserveDefaultVlan overrides both',
  () => {
    const vlans = (keys: object, data = filtering) => {
      const { vlan, dropped } = portOf({ bridge: 'br0', ...keys }, data) ?? {}
      return [vlan, dropped]
    }
    const trunk = { vlanTrunk: [{ id: 5 }] }
    assert.equal(vlans({ vlan: 5 }), [5, 1])
    assert.equal(vlans({ vlan: 5, ...trunk }), [5, 1])
    assert.equal(vlans({ vlan: 5, preserveDefaultVlan: false }), [5, 1])
    assert.equal(vlans({ vlan: 5, preserveDefaultVlan: true }), [5, undefined])
    assert.equal(vlans(trunk), [1, undefined])
    assert.equal(vlans({ ...trunk, preserveDefaultVlan: true }), [1, undefined])
    assert.equal(vlans({ ...trunk, preserveDefaultVlan: false }), [undefined, 1])
    assert.equal(vlans({ hairpinMode: true, preserveDefaultVlan: false }), [undefined, undefined])
    const without = { ...filtering, vlanDefaultPvid: 0 }
    assert.equal(vlans({ vlan: 5 }, without), [5, undefined])
    assert.equal(vlans(trunk, without), [undefined, undefined])
  },
)

requests('each option is in its attribute, and the untagged VLAN comes after the tagged ones', () => {
  const vlanInfo = [
    { flags: 0, vid: 5 },
    { flags: BRIDGE_VLAN_INFO.RANGE_BEGIN, vid: 7 },
    { flags: BRIDGE_VLAN_INFO.RANGE_END, vid: 9 },
    { flags: PVID | UNTAGGED, vid: 8 },
  ]
  const trunk = [
    { first: 5, last: 5 },
    { first: 7, last: 9 },
  ]
  assert.equal(portRequests(3, { hairpin: true, isolated: false, vlan: 8, trunk, dropped: 1 }), [
    ['RTM_DELLINK', { family: 7, index: 3, attrs: { afSpec: { vlanInfo: [{ flags: 0, vid: 1 }] } } }],
    ['RTM_SETLINK', { family: 7, index: 3, attrs: { protinfo: { mode: 1, isolated: 0 }, afSpec: { vlanInfo } } }],
  ])
  assert.equal(portRequests(3, { ...plain, isolated: true }), [
    ['RTM_SETLINK', { family: 7, index: 3, attrs: { protinfo: { mode: 0, isolated: 1 } } }],
  ])
})

/** Requests of `bridge vlan add` and `bridge vlan del`, recorded on a kernel with VLAN filtering. */
const recorded = [...dissectCapture(readFileSync(new URL('../captures/05-bridge-vlan.pcap', import.meta.url)))]
  .flatMap(({ messages }) => messages)
  .filter(({ type }) => type === 'RTM_SETLINK' || type === 'RTM_DELLINK')
  .map(({ type, value }) => ({ type, spec: (value as LinkMessage).attrs.afSpec }))

requests('the requests equal those of iproute2', () => {
  const { declaration } = rtnetlink.byName('RTM_SETLINK')
  const isRecorded = (port: Partial<Port>) => {
    const [type, request] = portRequests(4, { ...plain, ...port })[0] as ReturnType<typeof portRequests>[0]
    const { attrs } = decode(declaration, encode(declaration, request as never)) as LinkMessage
    return recorded.some((each) => each.type === type && isDeepStrictEqual({ ...each.spec }, attrs.afSpec))
  }
  // add vid 100-110; add vid 200 pvid untagged; del vid 1
  assert.ok(isRecorded({ trunk: [{ first: 100, last: 110 }] }))
  assert.ok(isRecorded({ vlan: 200 }))
  assert.ok(isRecorded({ dropped: 1 }))
  assert.not(isRecorded({ vlan: 201 }))
})

requests('the VLANs of the port are compared with the configured ones', () => {
  const port = { ...plain, vlan: 8, trunk: [{ first: 5, last: 6 }], dropped: 1 }
  const right: [number, number][] = [
    [5, 0],
    [6, 0],
    [8, PVID | UNTAGGED],
  ]
  const found = (...entries: [number, number][]) => vlanDifferences(port, new Map([...right, ...entries]))
  assert.equal(found([99, 0]), [])
  assert.equal(found([1, UNTAGGED]), ['expected the port not to be in VLAN 1'])
  assert.equal(found([8, 0], [5, PVID]), ['expected the port to be in VLAN 5, 8 as configured'])
  assert.equal(vlanDifferences(port, new Map()), ['expected the port to be in VLAN 5, 6, 8 as configured'])
})

requests('the default VLAN of a trunk is required only with preserveDefaultVlan', () => {
  const differences = (keys: object, ...found: [number, number][]) => {
    const port = portOf({ bridge: 'br0', ...keys }, filtering)
    return port && vlanDifferences(port, new Map(found))
  }
  const lacks1 = ['expected the port to be in VLAN 1 as configured']
  const [trunk, withDefault] = [{ vlanTrunk: [{ id: 5 }] }, { vlanTrunk: [{ id: 1 }, { id: 5 }] }]
  assert.equal(differences(trunk, [5, 0]), [])
  assert.equal(differences(trunk, [5, 0], [1, PVID | UNTAGGED]), [])
  assert.equal(differences({ ...trunk, preserveDefaultVlan: true }, [5, 0]), lacks1)
  assert.equal(differences(withDefault, [5, 0]), lacks1)
  assert.equal(differences(withDefault, [5, 0], [1, PVID | UNTAGGED]), [])
  assert.equal(differences(withDefault, [5, 0], [1, 0]), [])
})
requests.run()

const test = suiteNeeding('cni-tap: bridge ports', 'netns', 'tun')

const slaveData = (a: Attachment) => a.link().linkinfo.info_slave_data

const withBridge = (use: (a: Attachment) => void) =>
  attached((a) => {
    a.namespace.ip('link', 'add', 'br0', 'up', 'type', 'bridge')
    use(a)
  })

for (const [key, option, name] of [
  ['hairpinMode', 'hairpin', 'hairpin'],
  ['portIsolation', 'isolated', 'isolated'],
] as const) {
  test(`${key}: ADD sets it, and CHECK detects that it was unset`, () =>
    withBridge((a) => {
      const config = a.config({ bridge: 'br0', [key]: true })
      const prevResult = a.succeed('ADD', config).json
      assert.is(slaveData(a)[option], true)
      assert.ok(a.link().flags.includes('UP'))
      a.succeed('CHECK', { ...config, prevResult })
      a.namespace.exec('bridge', ['link', 'set', 'dev', 'tap0', name, 'off'])
      a.fail('CHECK', { ...config, prevResult }, 102, `"tap0": expected ${key} true, found false`)
      a.succeed('DEL', config)
      a.assertClean('br0')
    }))
}

test("without options, a port keeps the kernel's defaults", () =>
  withBridge((a) => {
    a.succeed('ADD', a.config({ bridge: 'br0', hairpinMode: false, portIsolation: false }))
    assert.equal([slaveData(a).hairpin, slaveData(a).isolated], [false, false])
  }))

const mtus: [bridge: number, configured: number | undefined, expected: number][] = [
  [1450, undefined, 1450],
  [1450, 0, 1450],
  [1450, 1500, 1500],
  [1450, 1400, 1400],
  [9000, undefined, 9000],
  [65535, undefined, 65521],
  [68, undefined, 68],
]
for (const [bridge, mtu, expected] of mtus) {
  test(`bridge mtu ${bridge}, configured mtu ${mtu ?? 'none'}: the tap and the result have ${expected}`, () =>
    attached((a) => {
      a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'mtu', String(bridge), 'type', 'bridge'])
      const config = a.config({ bridge: 'br0', mtu })
      const prevResult = a.succeed('ADD', config).json
      assert.is(a.link().mtu, expected)
      assert.is(prevResult.interfaces[0].mtu, expected)
      a.succeed('CHECK', { ...config, prevResult })
    }))
}

test('an IPv6 address is rejected if the mtu of the bridge is too small', () =>
  attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'mtu', '1200', 'type', 'bridge'])
    const ipam = a.fakeIpam({ ips: [{ address: '2001:db8::2/64' }] })
    a.fail('ADD', a.config({ bridge: 'br0', ...ipam }), 7, 'invalid mtu 1200: an IPv6 address needs 1280 or more')
    a.assertClean('br0')
  }))

test('VLANs on a bridge without vlan_filtering are rejected, and nothing is created', () =>
  withBridge((a) => {
    for (const keys of [{ vlan: 5 }, { vlanTrunk: [{ id: 5 }] }]) {
      const config = a.config({ bridge: 'br0', ...keys, ...a.fakeIpam({}) })
      a.fail('ADD', config, 7, 'invalid bridge "br0": VLANs need vlan_filtering, which is off')
    }
    assert.equal(a.ipamCalls, [])
    a.assertClean('br0')
  }))

test.run()
