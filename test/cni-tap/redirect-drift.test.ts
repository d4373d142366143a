import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { inPod, type Pod } from './pod.js'

const test = suiteNeeding('cni-tap: redirections that others change', 'netns', 'tun', 'cniPlugins')

const remove = (pod: Pod, dev: string) => pod.change('filter', 'del', 'dev', dev, 'ingress', 'pref', '49152')

const add = (pod: Pod, dev: string, ...rest: string[]) =>
  pod.change('filter', 'add', 'dev', dev, 'ingress', 'pref', '49152', ...rest)

const anyFrame = ['u32', 'match', 'u32', '0', '0']
const redirectTo = (dev: string) => [...anyFrame, 'action', 'mirred', 'egress', 'redirect', 'dev', dev]
const mirrorToLo = [...anyFrame, 'action', 'mirred', 'egress', 'mirror', 'dev', 'lo']

const others = { eth0: 'tap0', tap0: 'eth0' } as const
const devices = ['eth0', 'tap0'] as const

/** Runs ADD, `change`, and a CHECK that must fail. Then DEL must leave nothing but `eth0`, with the qdiscs `left`. */
const drifts = (change: (pod: Pod) => void, message: string | RegExp, left: string[] = []) =>
  inPod('ptp', (pod) => {
    const { json } = pod.succeed('ADD', pod.config({}, pod.before()))
    change(pod)
    pod.fail('CHECK', pod.config({}, json), 102, message)
    assert.is(pod.succeed('DEL', pod.config()).stderr, '')
    assert.equal(pod.attachment.devices().sort(), ['eth0', 'lo'])
    assert.equal(pod.hooks('eth0'), left)
  })

const expected = (dev: 'eth0' | 'tap0', found: string) =>
  new RegExp(
    `^"tap0": at the ingress of "${dev}" expected a filter with pref 49152 that redirects to "${others[dev]}" \\(index \\d+\\), found ${found}$`,
  )

test('a renamed tap: CHECK names it, and DEL removes it', () =>
  drifts((pod) => {
    const { namespace } = pod.attachment
    namespace.ip('link', 'set', 'tap0', 'down', 'name', 'vm9')
    namespace.ip('link', 'set', 'vm9', 'up')
  }, '"vm9": expected it in prevResult, found no such interface'))

for (const dev of devices) {
  test(`${dev} without its qdisc: CHECK fails, and DEL removes the rest`, () =>
    drifts(
      (pod) => pod.change('qdisc', 'del', 'dev', dev, 'ingress'),
      `"tap0": expected qdisc ingress on "${dev}", found none`,
    ))

  test(`${dev} with clsact in place of ingress: CHECK fails, and DEL removes only ours`, () =>
    drifts(
      (pod) => {
        pod.change('qdisc', 'del', 'dev', dev, 'ingress')
        pod.change('qdisc', 'add', 'dev', dev, 'clsact')
        pod.change('filter', 'add', 'dev', dev, 'egress', 'protocol', 'all', ...mirrorToLo)
      },
      `"tap0": expected qdisc ingress on "${dev}", found clsact`,
      dev === 'eth0' ? ['clsact'] : [],
    ))

  test(`${dev} without its filter: CHECK fails, and DEL removes the qdisc`, () =>
    drifts((pod) => remove(pod, dev), expected(dev, 'none')))

  test(`${dev} with a filter for IPv4 only: CHECK fails, and DEL leaves it`, () =>
    drifts(
      (pod) => {
        remove(pod, dev)
        add(pod, dev, 'protocol', 'ip', ...redirectTo(others[dev]))
      },
      expected(dev, 'another u32 filter'),
      dev === 'eth0' ? ['ingress'] : [],
    ))

  const mirred = (what: string, to: string) => ['action', 'mirred', 'egress', what, 'dev', to]
  const filters: Readonly<Record<string, readonly [filter: string[], found: string]>> = {
    'to another device': [[...anyFrame, ...mirred('redirect', 'lo')], 'one to "lo" \\(index 1\\)'],
    'that mirrors': [[...anyFrame, ...mirred('mirror', others[dev])], 'another u32 filter'],
    'for some frames': [['u32', 'match', 'u32', '1', '0xff', ...mirred('redirect', others[dev])], 'another u32 filter'],
    'of another kind': [['bpf', 'da', 'bytecode', '1,6 0 0 0,'], 'another bpf filter'],
  }
  for (const [name, [filter, found]] of Object.entries(filters)) {
    test(`${dev} with a filter ${name} in place of ours: CHECK fails, and DEL leaves it`, () =>
      drifts(
        (pod) => {
          remove(pod, dev)
          add(pod, dev, 'protocol', 'all', ...filter)
        },
        expected(dev, found),
        dev === 'eth0' ? ['ingress'] : [],
      ))
  }
}

test('eth0 with an equal filter of others, without our cookie: CHECK fails, and DEL leaves it', () =>
  drifts(
    (pod) => {
      remove(pod, 'eth0')
      add(pod, 'eth0', 'protocol', 'all', ...redirectTo('tap0'))
    },
    expected('eth0', 'one that does not belong to this attachment'),
    ['ingress'],
  ))

test('further filters on eth0: CHECK passes, DEL removes only ours, and the qdisc stays', () =>
  inPod('bridge', (pod) => {
    const { json } = pod.succeed('ADD', pod.config({}, pod.before()))
    pod.change('filter', 'add', 'dev', 'eth0', 'ingress', 'pref', '7', 'protocol', 'ip', ...mirrorToLo)
    pod.succeed('CHECK', pod.config({}, json))
    pod.succeed('DEL', pod.config())
    const left = pod.tc('filter', 'show', 'dev', 'eth0', 'ingress').map(({ pref }) => pref)
    assert.equal([...new Set(left)], [7])
    pod.succeed('DEL', pod.config())
    assert.equal(pod.hooks('eth0'), ['ingress'])
  }))

test('the interface was replaced by another of the same name: CHECK fails, and DEL removes the tap', () =>
  inPod('ptp', (pod) => {
    const { json } = pod.succeed('ADD', pod.config({}, pod.before()))
    pod.attachment.namespace.ip('link', 'del', 'eth0')
    pod.fail('CHECK', pod.config({}, json), 102, '"tap0": expected "eth0" to redirect, found no such device')
    pod.attachment.namespace.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1')
    const { code, msg, details } = pod.run('CHECK', pod.config({}, json)).json
    assert.is(code, 102)
    assert.match(`${msg}; ${details}`, /expected qdisc ingress on "eth0", found none/)
    assert.match(`${msg}; ${details}`, /at the ingress of "tap0" expected .*, found one to a device that was deleted/)
    pod.succeed('DEL', pod.config())
    assert.equal(pod.attachment.devices().sort(), ['eth0', 'eth1', 'lo'])
  }))

test('the tap is missing: CHECK fails, and DEL removes qdisc and filter of the interface', () =>
  inPod('ptp', (pod) => {
    const { json } = pod.succeed('ADD', pod.config({}, pod.before()))
    pod.attachment.namespace.ip('link', 'del', 'tap0')
    pod.fail('CHECK', pod.config({}, json), 102, /^"eth0": expected a tap with alias .*, found no such device$/)
    pod.succeed('DEL', pod.config())
    assert.equal([pod.attachment.devices(), pod.hooks('eth0')], [['lo', 'eth0'], []])
  }))

test('interface and tap were renamed: DEL removes everything', () =>
  inPod('ptp', (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    for (const name of devices) pod.attachment.namespace.ip('link', 'set', name, 'down')
    for (const name of devices) pod.attachment.namespace.ip('link', 'set', name, 'name', `${name}x`)
    pod.succeed('DEL', pod.config())
    assert.equal([pod.attachment.devices(), pod.hooks('eth0x')], [['lo', 'eth0x'], []])
  }))

test('the interface no longer exists, then the namespace: DEL succeeds', () =>
  inPod('ptp', (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    pod.attachment.namespace.ip('link', 'del', 'eth0')
    assert.is(pod.succeed('DEL', pod.config()).stderr, '')
    assert.equal(pod.attachment.devices(), ['lo'])
    pod.attachment.namespace.remove()
    assert.is(pod.succeed('DEL', pod.config()).stderr, '')
  }))

/** Returns the part of a GC configuration that lists the valid attachments. */
const valid = (...attachments: [containerID: string, ifname: string][]) => ({
  'cni.dev/valid-attachments': attachments.map(([containerID, ifname]) => ({ containerID, ifname })),
})

test('GC removes tap, filter and qdisc of an attachment that is not valid, and keeps the others', () =>
  inPod('ptp', (pod) => {
    const { json } = pod.succeed('ADD', pod.config({}, pod.before()))
    pod.succeed('GC', pod.config(valid(['c1', 'eth0'])))
    pod.succeed('CHECK', pod.config({}, json))
    // The same names in another network.
    pod.succeed('GC', { ...pod.config(valid()), name: `${pod.attachment.network}-2` })
    pod.succeed('CHECK', pod.config({}, json))
    pod.succeed('GC', pod.config(valid(['c2', 'eth0'])))
    assert.equal([pod.attachment.devices(), pod.hooks('eth0')], [['lo', 'eth0'], []])
  }))

test('GC removes filter and qdisc of an attachment whose tap is missing, and leaves those of others', () =>
  inPod('ptp', (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    pod.attachment.namespace.ip('link', 'del', 'tap0')
    pod.attachment.namespace.ip('link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth2')
    for (const dev of ['eth1', 'eth2']) pod.change('qdisc', 'add', 'dev', dev, 'ingress')
    add(pod, 'eth1', 'protocol', 'all', ...redirectTo('eth2'))
    pod.succeed('GC', pod.config(valid()))
    assert.equal([pod.hooks('eth0'), pod.hooks('eth1'), pod.hooks('eth2')], [[], ['ingress'], ['ingress']])
  }))

test.run()
