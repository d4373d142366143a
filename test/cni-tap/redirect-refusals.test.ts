import { Connection } from '@netloom/netlink'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { addHooks } from '../../packages/cni-tap/dist/attachment/traffic/tc.js'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'
import { inPod, type Pod } from './pod.js'

const test = suiteNeeding('cni-tap: redirections that are refused', 'netns', 'tun', 'cniPlugins')

/** Asserts that ADD created nothing. */
const assertUntouched = (pod: Pod, hooks: string[] = []) => {
  assert.equal(pod.attachment.devices().sort(), ['eth0', 'lo'])
  assert.equal(pod.hooks('eth0'), hooks)
}

const refused: [name: string, keys: object, message: string | RegExp][] = [
  ['an interface that does not exist', { redirect: 'eth1' }, /^invalid redirect "eth1": no such device/],
  [
    'a device without Ethernet header',
    { redirect: 'lo' },
    'invalid redirect "lo": expected an Ethernet device, found type 772',
  ],
  ['the tap itself', { tapName: 'eth0' }, 'invalid redirect "prevResult": expected another device than the tap itself'],
  [
    'the tap itself, by name',
    { redirect: 'eth0', tapName: 'eth0' },
    'invalid redirect "eth0": expected another device than the tap itself',
  ],
  ['a bridge too', { bridge: 'br0' }, 'invalid bridge "br0": expected no bridge with redirect'],
  [
    'an IPAM plugin too',
    { ipam: { type: 'static' } },
    'invalid ipam {"type":"static"}: expected none with redirect: the guest has the addresses of the interface',
  ],
  ['a key of a port', { hairpinMode: true }, 'invalid hairpinMode true: expected a bridge too'],
  ['tapName with %', { tapName: 'tap%d' }, 'invalid tapName "tap%d": expected the name of a new device'],
  [
    'tapName that is too long',
    { tapName: 'a234567890123456' },
    /^invalid tapName "a2.*": expected the name of a new device/,
  ],
  [
    'an interface with a name that is too long',
    { redirect: 'e234567890123456' },
    'invalid redirect "e234567890123456": expected the name of a device',
  ],
  [
    'an interface with a zero byte in its name',
    { redirect: 'a\0' },
    /^invalid redirect "a.*": expected the name of a device$/,
  ],
  ['tapName all', { tapName: 'all' }, 'invalid tapName "all": expected the name of a new device'],
  ['tapName with a space', { tapName: 'a b' }, 'invalid tapName "a b": expected the name of a new device'],
]

for (const [name, keys, message] of refused) {
  test(`${name}: code 7, and nothing is created`, () =>
    inPod('ptp', (pod) => {
      pod.fail('ADD', pod.config(keys, pod.before()), 7, message)
      assertUntouched(pod)
    }))
}

test('tapName without redirect: code 7', () =>
  attached((a) => {
    a.fail('ADD', a.config({ tapName: 'vm0' }), 7, 'invalid tapName "vm0": expected redirect too')
    a.assertClean()
  }))

test('a value of another type: code 6', () =>
  attached((a) => {
    a.fail('ADD', a.config({ redirect: true }), 6, /field redirect of type string/)
    a.fail('ADD', a.config({ redirect: 'eth0', tapName: 7 }), 6, /field tapName of type string/)
    a.assertClean()
  }))

test('tapName of an existing device: code 100, and nothing is changed', () =>
  inPod('ptp', (pod) => {
    pod.attachment.namespace.ip('tuntap', 'add', 'mode', 'tap', 'name', 'vm0')
    pod.fail('ADD', pod.config({ tapName: 'vm0' }, pod.before()), 100, 'interface "vm0" already exists')
    assert.equal(pod.attachment.devices().sort(), ['eth0', 'lo', 'vm0'])
    assert.equal(pod.hooks('eth0'), [])
  }))

for (const kind of ['ingress', 'clsact'] as const) {
  for (const filter of [false, true]) {
    test(`an interface with a foreign ${kind}, ${filter ? 'with' : 'without'} a filter: code 7, and it stays`, () =>
      inPod('bridge', (pod) => {
        const before = pod.before()
        pod.change('qdisc', 'add', 'dev', 'eth0', kind)
        const mirror = 'protocol ip u32 match u32 0 0 action mirred egress mirror dev lo'.split(' ')
        if (filter) pod.change('filter', 'add', 'dev', 'eth0', 'ingress', ...mirror)
        const shown = () => pod.tc('filter', 'show', 'dev', 'eth0', 'ingress')
        const filters = shown()
        const message = `invalid redirect "eth0": expected no ingress qdisc, found ${kind}`
        pod.fail('ADD', pod.config({}, before), 7, message)
        assertUntouched(pod, [kind])
        pod.succeed('DEL', pod.config({}, before))
        assertUntouched(pod, [kind])
        assert.equal(shown(), filters)
      }))
  }
}

test('an interface that another attachment has redirected: code 7, and that one stays', () =>
  inPod('bridge', (pod) => {
    const before = pod.before()
    const { json } = pod.succeed('ADD', pod.config({}, before))
    const other = { containerId: 'c2' }
    pod.fail('ADD', pod.config({}, before), 7, /expected no ingress qdisc, found ingress$/, other)
    pod.succeed('DEL', pod.config(), other)
    pod.succeed('CHECK', pod.config({}, json))
  }))

test('another process that adds a qdisc to the interface after the check keeps its qdisc and its filters', () =>
  inPod('bridge', (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    const { namespace } = pod.attachment
    const filters = () => pod.tc('filter', 'show', 'dev', 'eth0', 'ingress').filter(({ options }) => options?.actions)
    const [[tap], [eth0], own] = [namespace.ip('link', 'show', 'tap0'), namespace.ip('link', 'show', 'eth0'), filters()]
    const redirection = { direction: 'received', pref: 0xc000, mark: Buffer.from('other') } as const
    const device = { name: 'eth0', index: eth0.ifindex }
    const hooks = [
      { device, kind: 'ingress', redirections: [{ ...redirection, to: { name: 'tap0', index: tap.ifindex } }] },
    ] as const
    using nl = Connection.open({ netns: namespace.path })
    assert.throws(
      () => addHooks(nl, hooks, { index: tap.ifindex }),
      ({ code }: { code: string }) => code === 'EEXIST',
    )
    assert.is(own.length, 1)
    assert.equal([pod.hooks('eth0'), filters()], [['ingress'], own])
  }))

test('the tap of the same attachment: code 7', () =>
  inPod('bridge', (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    pod.fail('ADD', pod.config({ redirect: 'tap0' }), 7, 'invalid redirect "tap0": it is a device of this attachment')
  }))

test('prevResult that does not name one interface: code 7', () =>
  attached((a) => {
    const { path } = a.namespace
    const expected = `invalid redirect "prevResult": expected one interface in "${path}", or one named "tap0", found `
    const given = (...names: string[]) => ({
      cniVersion: '1.1.0',
      interfaces: [
        { name: 'tap0' },
        { name: 'tap0', sandbox: 'c1' },
        ...names.map((name) => ({ name, sandbox: path })),
      ],
    })
    const config = (prevResult?: object) => a.config({ redirect: 'prevResult', ...(prevResult && { prevResult }) })
    a.fail('ADD', config(), 7, `${expected}none`)
    a.fail('ADD', config(given()), 7, `${expected}none`)
    a.fail('ADD', config(given('eth0', 'eth1')), 7, `${expected}eth0, eth1`)
    a.fail('ADD', config(given('eth0', 'eth1', 'tap0')), 7, /^invalid redirect "tap0": no such device/)
    a.fail('ADD', config(given('eth0', 'eth0')), 7, /^invalid redirect "eth0": no such device/)
    const many = Array.from({ length: 100 }, (_, index) => `e${index}`)
    a.fail('ADD', config(given(...many)), 7, `${expected}${many.slice(0, 32).join(', ')}, 68 more`)
    for (const name of ['eth0\0', 'a'.repeat(100_000), 'a\nb']) {
      const shown = JSON.stringify(name.slice(0, 32))
      const message = `invalid redirect "prevResult": expected the name of a device in the result, found ${shown}`
      a.fail('ADD', config(given(name)), 7, message)
    }
    a.assertClean()
  }))

test('another path of the namespace in prevResult is recognized', () =>
  inPod('ptp', (pod) => {
    const text = JSON.stringify(pod.before()).replaceAll('/run/netns/', '/var/run/netns/')
    const { json } = pod.succeed('ADD', pod.config({}, JSON.parse(text)))
    assert.is(json.ips.length, 2)
    pod.succeed('CHECK', pod.config({}, json))
  }))

test('STATUS validates the keys', () =>
  attached((a) => {
    a.succeed('STATUS', a.config({ redirect: 'eth0' }))
    a.fail('STATUS', a.config({ redirect: 'eth0', bridge: 'br0' }), 7, /^invalid bridge/)
    a.fail('STATUS', a.config({ ingressRate: 1000 }), 7, 'invalid ingressRate 1000: expected ingressBurst too')
  }))

test('a limit of the MTU: an interface with a larger MTU than a tap can have', () =>
  inPod('ptp', (pod) => {
    const before = pod.before()
    pod.attachment.namespace.ip('link', 'set', 'eth0', 'mtu', 65535)
    const { json } = pod.succeed('ADD', pod.config({}, before))
    assert.is(pod.attachment.link('tap0').mtu, 65521)
    pod.succeed('CHECK', pod.config({}, json))
  }))

test('a guest can open the tap while DEL removes it', () =>
  inPod('ptp', (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    using guest = TunTap.attach({ mode: 'tap', name: 'tap0', netns: pod.attachment.namespace.path })
    assert.is(guest.name, 'tap0')
    pod.succeed('DEL', pod.config())
    assertUntouched(pod)
  }))

test.run()
