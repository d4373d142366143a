import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { scratch } from '../support/netns.js'
import { callPlugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached, standardPlugins } from './attachment.js'
import { inPod } from './pod.js'

const test = suiteNeeding('cni-tap: bandwidth', 'netns', 'tun', 'cniPlugins')

/** Runs `tc -j -s` in the namespace of an attachment. */
// biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
const tc = (a: Attachment, ...args: string[]): any[] =>
  JSON.parse(a.namespace.exec('tc', ['-j', '-s', ...args]) || '[]')

const limits = { ingressRate: 1_000_000, ingressBurst: 320_000, egressRate: 2_000_000, egressBurst: 160_000 }

/** Members that depend on traffic and time. */
const counters = new Set(['bytes', 'packets', 'installed', 'last_used', 'first_used', 'stats', 'refcnt', 'index'])

/** Replaces the name of the shaped device, and removes counters. */
function normalized(shown: unknown, dev: string): unknown {
  return JSON.parse(
    JSON.stringify(shown, (key, value) => (counters.has(key) ? undefined : value)).replaceAll(`"${dev}"`, '"DEV"'),
  )
}

/** Returns the state of traffic control for the shaped device and its ifb. */
function stateOf(run: (...args: string[]) => unknown[], dev: string) {
  const qdiscs = (run('qdisc', 'show') as { kind: string }[]).filter(({ kind }) => ['tbf', 'ingress'].includes(kind))
  return normalized({ qdiscs, filters: run('filter', 'show', 'dev', dev, 'ingress') }, dev)
}

/** Runs Debian's bandwidth plugin on a veth pair. Returns its state, with the ifb's name. */
function upstreamState(a: Attachment, given: object): unknown {
  using host = scratch()
  host.ip('link', 'add', 'h0', 'up', 'type', 'veth', 'peer', 'name', 'c0', 'netns', a.namespace.name)
  a.namespace.ip('link', 'set', 'c0', 'up')
  const interfaces = [{ name: 'h0' }, { name: 'c0', sandbox: a.namespace.path }]
  const config = { ...a.config({ type: 'bandwidth', ...given }), prevResult: { cniVersion: '1.1.0', interfaces } }
  const call = a.call('ADD', config, { ifname: 'c0' })
  const { exitCode, stdout } = callPlugin(call, ['ip', 'netns', 'exec', host.name, `${standardPlugins}/bandwidth`])
  assert.is(exitCode, 0, stdout)
  return stateOf((...args) => JSON.parse(host.exec('tc', ['-j', '-s', ...args]) || '[]'), 'h0')
}

/** Removes the differences that docs/cni/bandwidth.md declares: a second action that no frame reaches. */
// biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
function withoutSecondAction(state: any): unknown {
  for (const { options } of state.filters) if (options?.actions) options.actions.length = 1
  return state
}

const compared: [name: string, keys: object][] = [
  ['both directions', limits],
  ['ingress', { ingressRate: limits.ingressRate, ingressBurst: limits.ingressBurst }],
  ['egress', { egressRate: limits.egressRate, egressBurst: limits.egressBurst }],
  [
    'rates that are no multiples',
    { ingressRate: 1_234_567, ingressBurst: 765_432, egressRate: 999_999_999, egressBurst: 88_888_888 },
  ],
  ['rates of more than 32 bits', { egressRate: 80_000_000_000, egressBurst: 8_000_000_000 }],
  ['small limits', { ingressRate: 8000, ingressBurst: 16_000 }],
]
for (const [name, keys] of compared) {
  for (const [where, given] of [
    ['runtimeConfig', { capabilities: { bandwidth: true }, runtimeConfig: { bandwidth: keys } }],
    ['the configuration', keys],
  ] as const) {
    test(`${name} in ${where}: tc shows the same as after Debian's plugin`, () =>
      attached((a) => {
        const expected = withoutSecondAction(upstreamState(a, given))
        a.succeed('ADD', a.config(given))
        assert.equal(
          stateOf((...args) => tc(a, ...args), 'tap0'),
          expected,
        )
      }))
  }
}

test('a burst that takes too long for 32 bits is the longest possible one', () =>
  attached((a) => {
    const { json } = a.succeed('ADD', a.config({ ingressRate: 1_000_000, ingressBurst: 2 ** 31 - 1 }))
    const { rate, burst } = tc(a, 'qdisc', 'show', 'dev', 'tap0')[0].options
    // 274.877 seconds at 125,000 bytes per second. tc rounds.
    assert.is(rate, 125_000)
    assert.ok(Math.abs(burst - 274.877 * 125_000) < 1000, String(burst))
    a.succeed('CHECK', { ...a.config({ ingressRate: 1_000_000, ingressBurst: 2 ** 31 - 1 }), prevResult: json })
  }))

test('ADD, CHECK, DEL: the result has the ifb, and nothing is left', () =>
  attached((a) => {
    const { json, stderr } = a.succeed('ADD', a.config(limits))
    assert.is(stderr, '')
    const [, ifb] = json.interfaces
    assert.match(ifb.name, /^bwp[0-9a-f]{12}$/)
    const { address, mtu, ifalias } = a.link(ifb.name)
    assert.equal(ifb, { name: ifb.name, mac: address, mtu, sandbox: a.namespace.path })
    assert.is(ifalias, `netloom/${a.network}/c1/tap0`)
    a.succeed('CHECK', { ...a.config(limits), prevResult: json })
    // Debian's plugin would use the same name.
    const call = a.call('DEL', a.config({ type: 'bandwidth' }), { env: { CNI_NETNS_OVERRIDE: '1' } })
    assert.is(callPlugin(call, ['ip', 'netns', 'exec', a.namespace.name, `${standardPlugins}/bandwidth`]).exitCode, 0)
    assert.is(a.link(ifb.name), undefined)
    a.succeed('DEL', a.config(limits))
    a.assertClean()
    a.succeed('DEL', a.config(limits))
  }))

test('DEL removes the ifb, also without runtimeConfig, and if the tap is missing', () =>
  attached((a) => {
    const capabilities = { bandwidth: true }
    const config = a.config({ capabilities, runtimeConfig: { bandwidth: limits } })
    a.succeed('ADD', config)
    a.namespace.ip('link', 'del', 'tap0')
    a.succeed('DEL', a.config({ capabilities }))
    a.assertClean()
    a.succeed('ADD', config)
    a.succeed('GC', a.config({ capabilities, 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'tap0' }] }))
    assert.is(a.devices().length, 3)
    a.succeed('GC', a.config({ capabilities, 'cni.dev/valid-attachments': [] }))
    a.assertClean()
  }))

test('DEL removes an ifb without alias, which a killed ADD can leave, but no other ifb', () =>
  attached((a) => {
    const name = a.succeed('ADD', a.config(limits)).json.interfaces[1].name
    a.namespace.ip('link', 'set', name, 'alias', '')
    a.namespace.ip('link', 'add', 'ifb7', 'type', 'ifb')
    a.succeed('DEL', a.config(limits))
    a.assertClean('ifb7')
  }))

test('an ifb of others with the name of the bandwidth plugin, or an alternative name: another name, and it stays', () =>
  attached((a) => {
    const name: string = a.succeed('ADD', a.config(limits)).json.interfaces[1].name
    a.succeed('DEL', a.config(limits))
    for (const add of [
      ['link', 'add', name, 'type', 'ifb'],
      ['link', 'property', 'add', 'dev', 'lo', 'altname', name],
    ]) {
      a.namespace.ip(...add)
      const before = a.devices().sort()
      const { json } = a.succeed('ADD', a.config(limits))
      assert.is.not(json.interfaces[1].name, name)
      a.succeed('CHECK', { ...a.config(limits), prevResult: json })
      a.succeed('DEL', a.config(limits))
      assert.equal(a.devices().sort(), before)
      if (before.includes(name)) a.namespace.ip('link', 'del', name)
    }
  }))

test('two attachments of a container to a network: each has its ifb', () =>
  attached((a) => {
    a.succeed('ADD', a.config(limits))
    const second = { ifname: 'tap1' }
    const { json } = a.succeed('ADD', a.config(limits), second)
    assert.is(a.devices().filter((name) => name.startsWith('bwp')).length, 2)
    a.succeed('DEL', a.config(limits))
    a.succeed('CHECK', { ...a.config(limits), prevResult: json }, second)
    a.succeed('DEL', a.config(limits), second)
    a.assertClean()
  }))

test('invalid limits: code 7, and nothing is created', () =>
  attached((a) => {
    a.fail('ADD', a.config({ ingressRate: 1000 }), 7, 'invalid ingressRate 1000: expected ingressBurst too')
    const runtimeConfig = { bandwidth: { egressBurst: 1000 } }
    a.fail('ADD', a.config({ runtimeConfig }), 7, 'invalid egressBurst 1000: expected egressRate too')
    a.fail(
      'ADD',
      a.config({ runtimeConfig: { bandwidth: { egressBurst: '1' } } }),
      6,
      /field runtimeConfig.bandwidth.egressBurst/,
    )
    a.assertClean()
  }))

test("limits of 0 are none, as those of Debian's plugin", () =>
  attached((a) => {
    const zero = { ingressRate: 0, ingressBurst: 0, egressRate: 0, egressBurst: 0 }
    a.succeed('ADD', a.config({ ...zero, runtimeConfig: { bandwidth: limits } }))
    assert.equal(a.devices().sort(), ['lo', 'tap0'])
  }))

test('a burst that is smaller than a frame: a note', () =>
  attached((a) => {
    const { stderr } = a.succeed('ADD', a.config({ ingressRate: 1_000_000, ingressBurst: 8000 }))
    const note =
      'the kernel drops frames of more than 1000 bytes on "tap0", because the burst is smaller than the MTU of 1500\n'
    assert.is(stderr, note)
  }))

const changes: [name: string, change: (a: Attachment, ifb: string) => string[], message: RegExp][] = [
  ['the tbf of the tap is missing', () => ['tc qdisc del dev tap0 root'], /expected a tbf on "tap0", found /],
  [
    'the tbf of the ifb has another rate',
    (_, ifb) => [`tc qdisc change dev ${ifb} root handle 1: tbf rate 3mbit burst 20000 latency 25ms`],
    /expected rate 250000 of the tbf on "bwp.*", found 375000/,
  ],
  [
    'the tbf of the tap has another burst',
    () => ['tc qdisc change dev tap0 root handle 1: tbf rate 1mbit burst 30000 latency 25ms'],
    /expected burst 5000000 of the tbf on "tap0", found 3750000/,
  ],
  [
    'the ifb is missing',
    (_, ifb) => [`ip link del ${ifb}`],
    /expected an ifb that limits the frames from the guest, found none/,
  ],
  ['the ifb is down', (_, ifb) => [`ip link set ${ifb} down`], /expected "bwp.*" to be up, found it down/],
  [
    'the qdisc of the tap is missing',
    () => ['tc qdisc del dev tap0 ingress'],
    /expected qdisc ingress on "tap0", found none/,
  ],
  [
    'the filter of the tap is missing',
    () => ['tc filter del dev tap0 ingress pref 1'],
    /at the ingress of "tap0" expected a filter with pref 1 that redirects to "bwp.*found none/,
  ],
]
for (const [name, change, message] of changes) {
  test(`${name}: CHECK fails, and DEL removes the rest`, () =>
    attached((a) => {
      const { json } = a.succeed('ADD', a.config(limits))
      for (const command of change(a, json.interfaces[1].name)) a.namespace.exec('sh', ['-ec', command])
      const { code, msg, details = '' } = a.run('CHECK', { ...a.config(limits), prevResult: json }).json
      assert.is(code, 102)
      assert.match(`${msg}; ${details}`, message)
      a.succeed('DEL', a.config(limits))
      a.assertClean()
    }))
}

test('with redirect, one qdisc of the interface serves both; CHECK compares it, and DEL removes it', () =>
  inPod('ptp', (pod) => {
    const { json } = pod.succeed('ADD', pod.config(limits, pod.before()))
    const names = json.interfaces.slice(2).map(({ name }: { name: string }) => name.slice(0, 3))
    assert.equal(names, ['tap', 'tap', 'bwp'])
    assert.equal([pod.hooks('eth0'), pod.hooks('tap0')], [['clsact'], ['ingress']])
    pod.succeed('CHECK', pod.config(limits, json))
    pod.outer('CHECK', json)
    pod.change('filter', 'del', 'dev', 'eth0', 'egress', 'pref', '1')
    const message = /^"tap0": at the egress of "eth0" expected a filter with pref 1 that redirects to "bwp.*found none$/
    pod.fail('CHECK', pod.config(limits, json), 102, message)
    pod.succeed('DEL', pod.config(limits))
    assert.equal([pod.attachment.devices().sort(), pod.hooks('eth0')], [['eth0', 'lo'], []])
  }))

const frame = (length: number) =>
  Buffer.concat([Buffer.from('ffffffffffff02000000009988b5', 'hex'), Buffer.alloc(length - 14)])

/** Returns the bytes that a tbf has passed, and the frames that it dropped. */
function passed(a: Attachment, dev: string): { bytes: number; drops: number } {
  const [qdisc] = tc(a, 'qdisc', 'show', 'dev', dev)
  assert.is(qdisc.kind, 'tbf')
  return qdisc
}

/**
 * Sends frames for a while, more than the limit allows. Returns the ratio of the bytes that passed to those that the limit allows
 * in the measured time: the burst at once, then the rate.
 */
function ratioOf(
  a: Attachment,
  dev: string,
  { rate, burst }: { rate: number; burst: number },
  send: () => void,
): number {
  const begun = performance.now()
  const allowed = () => (burst + (rate * (performance.now() - begun)) / 1000) / 8
  const before = passed(a, dev).bytes
  // Until the rate has contributed four times the burst.
  while (allowed() < (5 * burst) / 8) send()
  const { bytes, drops } = passed(a, dev)
  assert.ok(drops > 0, 'expected the limit to be exceeded')
  return (bytes - before) / allowed()
}

test('the rates limit real frames in both directions', () =>
  attached((a) => {
    a.namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6'])
    const { json } = a.succeed('ADD', a.config(limits))
    using guest = a.attach()
    const bytes = frame(1000)
    const burstOf = () => {
      for (let count = 0; count < 50; count++) guest.write(bytes)
    }
    const egress = ratioOf(a, json.interfaces[1].name, { rate: 2_000_000, burst: 160_000 }, burstOf)
    // The kernel may be late, but must not let pass more. The bytes that wait count as passed later.
    assert.ok(egress > 0.5 && egress < 1.1, `egress: ${egress} of the limit`)
    using sender = TunTap.create({ mode: 'tap', name: 'src', netns: a.namespace.path, up: true })
    a.namespace.exec('tc', ['qdisc', 'add', 'dev', 'src', 'ingress'])
    const redirect = 'protocol all u32 match u32 0 0 action mirred egress redirect dev tap0'.split(' ')
    a.namespace.exec('tc', ['filter', 'add', 'dev', 'src', 'ingress', ...redirect])
    const ingress = ratioOf(a, 'tap0', { rate: 1_000_000, burst: 320_000 }, () => {
      for (let count = 0; count < 50; count++) sender.write(bytes)
      for (let got = guest.read(0); got; got = guest.read(0)) assert.ok(got.length > 0)
    })
    assert.ok(ingress > 0.5 && ingress < 1.1, `ingress: ${ingress} of the limit`)
  }))

test('with redirect, the rates limit real frames in both directions', () =>
  inPod('ptp', (pod) => {
    const { attachment: a, host } = pod
    const { json } = pod.succeed('ADD', pod.config(limits, pod.before()))
    using guest = pod.open()
    const bytes = frame(1000)
    const egress = ratioOf(a, json.interfaces.at(-1).name, { rate: 2_000_000, burst: 160_000 }, () => {
      for (let count = 0; count < 50; count++) guest.write(bytes)
    })
    assert.ok(egress > 0.5 && egress < 1.1, `egress: ${egress} of the limit`)
    const [peer] = host.ip('link').filter(({ ifname }) => ifname.startsWith('veth'))
    assert.ok(peer.stats64 === undefined || peer.stats64.rx.bytes > 0)
    // The interface has sent what the ifb returned.
    const sent = host.ip('-s', 'link', 'show', peer.ifname)[0].stats64.rx.bytes
    assert.ok(sent > 5 * 10_000, `expected frames at the other end, got ${sent} bytes`)
  }))

test.run()
