import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'
import { inPod, type Outer, type Pod } from './pod.js'

const test = suiteNeeding('cni-tap: redirect', 'netns', 'tun', 'cniPlugins')

/** Returns what exists of an attachment in the pod. */
const remains = (pod: Pod) => ({
  devices: pod.attachment.devices().filter((name) => name !== 'lo'),
  hooks: pod.attachment.devices().flatMap((name) => pod.hooks(name).map((kind) => `${kind} on ${name}`)),
})

const untouched = { devices: ['eth0'], hooks: [] }

for (const outer of ['bridge', 'ptp', 'macvlan'] satisfies Outer[]) {
  test(`after ${outer}, with one CNI_IFNAME: ADD, CHECK, DEL and a second DEL`, () =>
    inPod(outer, (pod) => {
      const before = pod.before()
      const { json, stderr } = pod.succeed('ADD', pod.config({}, before))
      assert.is(stderr, '')
      assert.equal(remains(pod), { devices: ['eth0', 'tap0'], hooks: ['ingress on eth0', 'ingress on tap0'] })
      pod.succeed('CHECK', pod.config({}, json))
      pod.outer('CHECK', json)
      const deleted = pod.succeed('DEL', pod.config({}, json))
      assert.is(deleted.stderr, '')
      assert.equal(remains(pod), untouched)
      pod.succeed('DEL', pod.config())
      pod.outer('DEL', before)
      assert.equal(pod.attachment.devices(), ['lo'])
      pod.succeed('DEL', pod.config())
    }))
}

const macOf = (pod: Pod, name: string): string => pod.attachment.link(name).address

for (const version of ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']) {
  test(`CNI ${version}: the result has the tap, and the device of the guest with the addresses of the interface`, () =>
    inPod(
      'bridge',
      (pod) => {
        const before = pod.before()
        const { path } = pod.attachment.namespace
        const { json } = pod.succeed('ADD', pod.config({}, before))
        const mtu = version === '1.1.0' ? { mtu: 1500 } : {}
        const added = [
          { name: 'tap0', mac: macOf(pod, 'tap0'), ...mtu, sandbox: path },
          { name: 'tap0', mac: macOf(pod, 'eth0'), ...mtu, sandbox: 'c1' },
        ]
        assert.equal(json.interfaces, [...before.interfaces, ...added])
        const [own] = before.ips
        assert.is(before.interfaces[own.interface].name, 'eth0')
        assert.equal(json.ips, [own, { ...own, interface: before.interfaces.length + 1 }])
        assert.equal(json.routes, before.routes)
        assert.is(json.cniVersion, version)
        if (version > '0.3.1') pod.succeed('CHECK', pod.config({}, json))
      },
      version,
    ))
}

test('redirect by name needs no prevResult', () =>
  inPod('ptp', (pod) => {
    pod.before()
    const { json } = pod.succeed('ADD', pod.config({ redirect: 'eth0' }))
    assert.equal(
      json.interfaces.map(({ name, mac, sandbox }: Record<string, string>) => [name, mac, sandbox]),
      [
        ['tap0', macOf(pod, 'tap0'), pod.attachment.namespace.path],
        ['tap0', macOf(pod, 'eth0'), 'c1'],
      ],
    )
    assert.is(json.ips, undefined)
    pod.succeed('CHECK', pod.config({ redirect: 'eth0' }, json))
  }))

test('tapName, owner, group, multiQueue, mac, txQueueLen and the alias are applied', () =>
  inPod('bridge', (pod) => {
    const keys = { tapName: 'vm0', owner: 107, group: 108, multiQueue: true, mac: '02:00:00:00:00:07', txQueueLen: 77 }
    const { json } = pod.succeed('ADD', pod.config(keys, pod.before()))
    const { linkinfo, address, txqlen, ifalias, mtu } = pod.attachment.link('vm0')
    assert.equal([address, txqlen, mtu], [keys.mac, 77, 1500])
    assert.is(ifalias, `netloom/${pod.attachment.network}/c1/eth0`)
    assert.ok(linkinfo.info_data.multi_queue)
    pod.succeed('CHECK', pod.config(keys, json))
    pod.succeed('DEL', pod.config(keys))
    assert.equal(remains(pod), untouched)
  }))

test('the keys of tc-redirect-tap in CNI_ARGS are applied', () =>
  inPod('bridge', (pod) => {
    const args = 'TC_REDIRECT_TAP_NAME=vm1;TC_REDIRECT_TAP_UID=107;TC_REDIRECT_TAP_GID=108'
    const { json } = pod.succeed('ADD', pod.config({ tapName: 'vm0' }, pod.before()), { args })
    pod.succeed('CHECK', pod.config({ owner: 107, group: 108 }, json), { args })
    assert.equal(pod.attachment.devices().sort(), ['eth0', 'lo', 'vm1'])
    pod.fail('ADD', pod.config(), 4, 'interface name contains %', { args: 'TC_REDIRECT_TAP_NAME=vm%d' })
  }))

test('the tap has the MTU of the interface, unless mtu is set', () =>
  inPod('ptp', (pod) => {
    const before = pod.before()
    pod.attachment.namespace.ip('link', 'set', 'eth0', 'mtu', 1420)
    const { json } = pod.succeed('ADD', pod.config({}, before))
    assert.equal([pod.attachment.link('tap0').mtu, json.interfaces.at(-1).mtu], [1420, 1420])
    pod.attachment.namespace.ip('link', 'set', 'eth0', 'mtu', 1400)
    pod.fail('CHECK', pod.config({}, json), 102, '"tap0": expected mtu 1400 as "eth0" has, found 1420')
    pod.succeed('DEL', pod.config())
    const { json: set } = pod.succeed('ADD', pod.config({ mtu: 1300 }, before))
    assert.is(pod.attachment.link('tap0').mtu, 1300)
    pod.succeed('CHECK', pod.config({ mtu: 1300 }, set))
  }))

test('the default name is the first free one, also for parallel ADDs', async () => {
  await attached(async (a) => {
    const count = 12
    a.namespace.ip('tuntap', 'add', 'mode', 'tap', 'name', 'tap1')
    for (let at = 0; at < count; at++) a.namespace.ip('link', 'add', `e${at}`, 'type', 'veth', 'peer', 'name', `p${at}`)
    const call = (at: number) => ({ ifname: `e${at}`, containerId: `c${at}` })
    const config = (at: number) => a.config({ redirect: `e${at}` })
    const all = [...Array(count).keys()]
    const answers = await Promise.all(all.map((at) => a.start('ADD', config(at), call(at))))
    for (const { exitCode, stdout } of answers) assert.is(exitCode, 0, stdout)
    const taps = answers.map(({ json }) => json.interfaces[0].name).sort()
    assert.equal(taps, ['tap0', ...Array.from({ length: count - 1 }, (_, at) => `tap${at + 2}`)].sort())
    const ended = await Promise.all(all.map((at) => a.start('DEL', config(at), call(at))))
    for (const { exitCode, stdout } of ended) assert.is(exitCode, 0, stdout)
    assert.equal(
      a.devices().filter((name) => name.startsWith('tap')),
      ['tap1'],
    )
    assert.equal(a.namespace.exec('tc', ['qdisc', 'show', 'ingress']).match(/ffff:/g), null)
  })
})

test.run()
