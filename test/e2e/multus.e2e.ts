import * as assert from 'uvu/assert'
import { type Attachment, attached } from '../cni-tap/attachment.js'
import { suiteNeeding } from '../support/privileges.js'
import { Delegate, type Network, type Selection } from './multus.js'

/**
 * Multus' calls, made as its source makes them (pkg/multus/multus.go and pkg/types/conf.go, and libcni below them): configuration,
 * CNI_ARGS and runtimeConfig, from a NetworkAttachmentDefinition and an element of a pod's annotation.
 */
const test = suiteNeeding('e2e: Multus', 'netns', 'tun', 'cniPlugins')

const mac = '02:00:00:00:00:55'
const versions = ['0.3.1', '0.4.0', '1.0.0', '1.1.0']

const hostLocal = (a: Attachment, subnet = '10.1.2.0/24') => a.hostLocal(subnet).ipam

const network = (a: Attachment, keys: object = {}, cniVersion = '1.0.0'): Network => ({
  cniVersion,
  name: `${a.network}-net`,
  type: 'tap',
  ...keys,
})

for (const version of versions) {
  test(`cniVersion ${version}: ADD, CHECK, DEL and DEL of a second network with addresses`, () =>
    attached((a) => {
      const net = network(a, { ipam: hostLocal(a), capabilities: { mac: true } }, version)
      const delegate = new Delegate(a, net, 'net1', { mac })
      const { json } = delegate.add()
      assert.is(json.cniVersion, version)
      const [device] = json.interfaces
      assert.equal([device.name, device.mac, device.sandbox], ['net1', mac, a.namespace.path])
      assert.is(json.ips[0].interface, 0)
      assert.is(a.link('net1').address, mac)
      assert.equal(a.addresses('net1'), [json.ips[0].address])
      if (version !== '0.3.1') delegate.check()
      delegate.del()
      assert.equal(a.devices(), ['lo'])
      delegate.del()
    }))

  test(`cniVersion ${version}: a list of tap and tuning`, () =>
    attached((a) => {
      const sysctl = { 'net.ipv4.conf.IFNAME.forwarding': '1' }
      const plugins = [
        { type: 'tap', ipam: hostLocal(a) },
        { type: 'tuning', sysctl, mtu: 1400 },
      ]
      const list: Network = { cniVersion: version, name: `${a.network}-net`, plugins }
      const delegate = new Delegate(a, list, 'net1')
      delegate.add()
      assert.is(a.namespace.exec('cat', ['/proc/sys/net/ipv4/conf/net1/forwarding']).trim(), '1')
      assert.is(a.link('net1').mtu, 1400)
      if (version !== '0.3.1') delegate.check()
      delegate.del()
      assert.equal(a.devices(), ['lo'])
    }))

  test(`cniVersion ${version}: DEL without the cache, and after the pod's namespace was deleted`, () =>
    attached((a) => {
      const delegate = new Delegate(a, network(a, { ipam: hostLocal(a) }, version), 'net1')
      delegate.add()
      delegate.forget()
      delegate.del()
      assert.equal(a.devices(), ['lo'])
      delegate.add()
      a.namespace.remove()
      delegate.del()
      delegate.del({ netns: '' })
    }))
}

/** Elements of the annotation, the definition's keys, and the expected device. */
const requests: readonly [what: string, selection: Selection, keys: object, expected: object][] = [
  ['no MAC address is requested', {}, {}, {}],
  ['a MAC address, with the capability', { mac }, { capabilities: { mac: true } }, { mac }],
  ['a MAC address, without the capability (CNI_ARGS alone)', { mac }, {}, { mac }],
  ['a MAC address, and another one in the definition', { mac }, { mac: '02:00:00:00:00:66' }, { mac }],
  ['the same with the capability', { mac }, { mac: '02:00:00:00:00:66', capabilities: { mac: true } }, { mac }],
  ['a MAC address with capital letters', { mac: mac.toUpperCase() }, { capabilities: { mac: true } }, { mac }],
  ['a name of the interface', { interface: 'vm-eth.100' }, {}, { name: 'vm-eth.100' }],
  ['a name of 15 bytes', { interface: 'abcdefghijklmno' }, {}, { name: 'abcdefghijklmno' }],
  [
    'foreign capabilities',
    { bandwidth: { ingressRate: 1000, ingressBurst: 1000 } },
    { capabilities: { bandwidth: true } },
    {},
  ],
  [
    'port mappings without the capability',
    { portMappings: [{ hostPort: 80, containerPort: 80, protocol: 'tcp' }] },
    {},
    {},
  ],
  [
    'port mappings with the capability',
    { portMappings: [{ hostPort: 80, containerPort: 80, protocol: 'tcp' }] },
    { capabilities: { portMappings: true } },
    {},
  ],
  ['cni-args', { 'cni-args': { 'vm-role': 'router', list: [1, { a: null }] } }, {}, {}],
  ['cni-args, and args in the definition', { 'cni-args': { one: '1' } }, { args: { cni: { two: 2 } } }, {}],
  ['a device of a device plugin', { deviceID: '0000:03:00.1' }, { capabilities: { deviceID: true } }, {}],
  ['the same without the capability', { deviceID: '0000:03:00.1' }, {}, {}],
  [
    'a device information file',
    { deviceID: '0000:03:00.1' },
    { capabilities: { deviceID: true, CNIDeviceInfoFile: true } },
    {},
  ],
  [
    'the pod’s first network',
    { isDefault: true, interface: 'eth0' },
    { capabilities: { mac: true } },
    { name: 'eth0' },
  ],
  ['owner and queues', {}, { owner: 107, group: 107, multiQueue: true }, { queues: true }],
]

for (const [what, selection, keys, { mac: address, name: given, queues }] of requests as readonly [
  string,
  Selection,
  object,
  { mac?: string; name?: string; queues?: boolean },
][]) {
  test(what, () =>
    attached((a) => {
      const name = given ?? 'net1'
      const delegate = new Delegate(a, network(a, { ipam: hostLocal(a), ...keys }), name, selection)
      const { json } = delegate.add()
      const link = a.link(name)
      if (address) assert.is(link.address, address)
      assert.is(json.interfaces[0].mac, link.address)
      assert.is(link.linkinfo.info_data.multi_queue, queues ?? false)
      delegate.check()
      delegate.del()
      delegate.del()
      assert.equal(a.devices(), ['lo'])
    }),
  )
}

test('addresses that the pod requests, with the capability ips', () =>
  attached((a) => {
    const keys = { ipam: hostLocal(a), capabilities: { ips: true } }
    const delegate = new Delegate(a, network(a, keys), 'net1', { ips: ['10.1.2.77'] })
    delegate.add()
    assert.equal(a.addresses('net1'), ['10.1.2.77/24'])
    delegate.check()
    delegate.del()
  }))

test('addresses of both families that the pod requests from static', () =>
  attached((a) => {
    const ips = ['10.1.2.77/24', '2001:db8::77/64']
    const keys = { ipam: { type: 'static' }, capabilities: { ips: true } }
    const delegate = new Delegate(a, network(a, keys), 'net1', { ips })
    delegate.add()
    assert.equal(a.addresses('net1').sort(), ips)
    delegate.check()
    delegate.del()
  }))

test('an address that is in use: ADD fails with the error of host-local, and leaves nothing', () =>
  attached((a) => {
    const net = network(a, { ipam: hostLocal(a), capabilities: { ips: true } })
    const first = new Delegate(a, net, 'net1', { ips: ['10.1.2.77'] })
    const second = new Delegate(a, net, 'net2', { ips: ['10.1.2.77'] })
    first.add()
    const { exitCode, json } = second.tryAdd()
    assert.equal([exitCode, json.code], [1, 999])
    assert.equal(a.devices().sort(), ['lo', 'net1'])
    second.del()
    first.check()
    first.del()
  }))

for (const invalid of ['zz:00:00:00:00:01', '01:00:5e:00:00:01', '02:00:00:00:00']) {
  test(`the invalid MAC address ${invalid}: ADD fails and leaves nothing`, () =>
    attached((a) => {
      const net = network(a, { ipam: hostLocal(a), capabilities: { mac: true } })
      const delegate = new Delegate(a, net, 'net1', { mac: invalid })
      const { exitCode, json } = delegate.tryAdd()
      assert.is(exitCode, 1)
      assert.ok([4, 7].includes(json.code) && json.msg.includes(invalid), JSON.stringify(json))
      assert.equal(a.devices(), ['lo'])
      delegate.del()
    }))
}

test('three attachments of one network, and one of another', () =>
  attached((a) => {
    const net = network(a, { ipam: hostLocal(a) })
    const other: Network = { ...network(a), name: `${a.network}-other` }
    const all = ['net1', 'net2', 'net3'].map((name) => new Delegate(a, net, name))
    all.push(new Delegate(a, other, 'net4'))
    for (const each of all) each.add()
    assert.equal(a.devices().sort(), ['lo', 'net1', 'net2', 'net3', 'net4'])
    assert.is(new Set(['net1', 'net2', 'net3'].flatMap((name) => a.addresses(name))).size, 3)
    for (const each of all) each.check()
    all[1]?.del()
    for (const each of [0, 2, 3]) all[each]?.check()
    for (const each of all) each.del()
    assert.equal(a.devices(), ['lo'])
  }))

test('the name of the interface is taken: ADD fails with code 100, and DEL leaves the other device', () =>
  attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'net1', 'type', 'bridge'])
    const delegate = new Delegate(a, network(a, { ipam: hostLocal(a) }), 'net1')
    const { exitCode, json } = delegate.tryAdd()
    assert.equal([exitCode, json.code], [1, 100])
    delegate.del()
    assert.equal(a.devices().sort(), ['lo', 'net1'])
  }))

test('a network is added again after it was deleted', () =>
  attached((a) => {
    const delegate = new Delegate(a, network(a, { ipam: hostLocal(a, '10.1.2.0/30') }), 'net1')
    for (let round = 0; round < 3; round++) {
      assert.is(delegate.add().json.ips[0].address, '10.1.2.2/30')
      delegate.check()
      delegate.del()
      assert.equal(a.devices(), ['lo'])
    }
  }))

test('STATUS and GC, which Multus calls since 4.1', () =>
  attached((a) => {
    const net = network(a, { ipam: hostLocal(a) }, '1.1.0')
    const [first, second] = [new Delegate(a, net, 'net1'), new Delegate(a, net, 'net2')]
    first.status()
    for (const each of [first, second]) each.add()
    first.gc([
      { containerID: 'c1', ifname: 'net1' },
      { containerID: 'c1', ifname: 'net2' },
    ])
    assert.equal(a.devices().sort(), ['lo', 'net1', 'net2'])
    first.gc([{ containerID: 'c1', ifname: 'net1' }])
    assert.equal(a.devices().sort(), ['lo', 'net1'])
    first.check()
    first.gc([])
    assert.equal(a.devices(), ['lo'])
  }))

test('the cache is lost, and GC runs while another pod has a network', () =>
  attached((a) =>
    attached((b) => {
      const net = network(a, { ipam: hostLocal(a) }, '1.1.0')
      const [one, two] = [new Delegate(a, net, 'net1'), new Delegate(b, { ...net, ipam: hostLocal(b) }, 'net7')]
      one.add()
      two.add()
      one.gc([{ containerID: 'c1', ifname: 'net7' }])
      assert.equal([a.devices(), b.devices().sort()], [['lo'], ['lo', 'net7']])
      two.check()
      two.del()
    }),
  ))

test.run()
