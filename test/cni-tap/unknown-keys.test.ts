import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nearest } from '../../packages/cni-tap/dist/cni/nearest.js'
import { noteUnknownKeys } from '../../packages/cni-tap/dist/cni/unknown-keys.js'
import { suiteNeeding } from '../support/privileges.js'
import { isEverFasterThan, took } from '../support/until.js'
import { attached } from './attachment.js'

const notes = suite('cni-tap: notes of unknown keys')

const noteOf = (key: string, meant?: string, where = 'the configuration') =>
  `ignored unknown key "${key}" in ${where}${meant === undefined ? '' : `: did you mean "${meant}"?`}`

const noted: readonly [config: object, notes: readonly string[]][] = [
  [{ mtuu: 1400 }, [noteOf('mtuu', 'mtu')]],
  [{ mut: 1400 }, [noteOf('mut', 'mtu')]],
  [{ queues: 2 }, [noteOf('queues')]],
  [{ multiqueues: true }, [noteOf('multiqueues', 'multiQueue')]],
  [{ hairpin: true }, [noteOf('hairpin', 'hairpinMode')]],
  [{ macSpoofCheck: true }, [noteOf('macSpoofCheck', 'macspoofchk')]],
  [{ selinux_context: 'x' }, [noteOf('selinux_context', 'selinuxContext')]],
  [{ plugins: [] }, ['ignored "plugins": pass one of these configurations, with the cniVersion and name of the list']],
  [{ isGateway: true, uid: 5 }, [noteOf('isGateway'), noteOf('uid')]],
  [
    { vlanTrunk: [{ id: 1 }, { idd: 2, min: 3 }] },
    [noteOf('idd', 'id', 'vlanTrunk[1]'), noteOf('min', 'minID', 'vlanTrunk[1]')],
  ],
  [{ dns: { nameserver: ['10.0.0.1'] } }, [noteOf('nameserver', 'nameservers', 'dns')]],
  [{ ipam: { tpye: 'host-local', subnet: '10.0.0.0/8' } }, [noteOf('tpye', 'type', 'ipam')]],
  [{ runtimeConfig: { ownr: 5 } }, [noteOf('ownr', 'owner', 'runtimeConfig')]],
  [{ capabilities: { multiqueu: true } }, [noteOf('multiqueu', 'multiQueue', 'capabilities')]],
  [{ 'a\nb\u009b\u202e': 1 }, [noteOf('a\\nb\\u009b\\u202e')]],
  [{ __proto: 1, toString: 2 }, [noteOf('__proto'), noteOf('toString')]],
  [{ ['x'.repeat(100)]: 1 }, [noteOf(`${'x'.repeat(64)}…`)]],
]

for (const [config, expected] of noted)
  notes(JSON.stringify(config).slice(0, 60), () => assert.equal(noteUnknownKeys({ ...config }), expected))

/** Configurations with keys of the specification, libcni, runtimes and upstream's plugins. They produce no note. */
const silent: readonly object[] = [
  {
    cniVersion: '1.1.0',
    name: 'n',
    type: 'tap',
    args: { cni: { x: 1 } },
    dns: { nameservers: [], domain: '', search: [], options: [] },
  },
  {
    ipMasq: true,
    disableCheck: true,
    disableGC: true,
    ipam: { type: 'host-local', subnet: '10.0.0.0/8', anything: 1 },
  },
  {
    capabilities: {
      mac: true,
      ips: true,
      ipRanges: true,
      portMappings: true,
      bandwidth: true,
      dns: true,
      aliases: true,
    },
  },
  {
    runtimeConfig: {
      mac: 'x',
      ips: [],
      ipRanges: [],
      bandwidth: {},
      infinibandGUID: 'x',
      deviceID: 'x',
      cgroupPath: '/',
    },
  },
  { prevResult: { cniVersion: '1.1.0', whatever: 1, interfaces: [{ name: 'x', anything: 2 }] } },
  {
    'cni.dev/valid-attachments': [{ containerID: 'c', ifname: 'i' }],
    'cni.dev/attachments': null,
    'cni.dev/new': 1,
    'example.com/x': 1,
  },
  { MTU: 1400, Multiqueue: true, VLANTRUNK: [{ ID: 1, minid: 2, MAXID: 3 }], IPAM: {}, deviceID: '0000:00:1f.6' },
  { mtu: null, dns: 5, vlanTrunk: 'x', runtimeConfig: [], capabilities: null },
]

for (const config of silent)
  notes(`none: ${JSON.stringify(config)}`, () => assert.equal(noteUnknownKeys({ ...config }), []))

notes('many unknown keys are counted, and long ones take no time', () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`unknown ${index}`, 1]))
  const found = noteUnknownKeys(many)
  assert.is(found.length, 11)
  assert.is(found.at(-1), '99990 more unknown keys')
  assert.is(noteUnknownKeys({ ['m'.repeat(8_000_000)]: 1 }).length, 1)
})

notes('nearest() finds the closest word', () => {
  const words = ['mtu', 'mac', 'owner', 'vlan', 'vlanTrunk']
  for (const [text, word] of [
    ['MTUS', 'mtu'],
    ['mca', 'mac'],
    ['onwer', 'owner'],
    ['vlans', 'vlan'],
    ['vlan_trunk', 'vlanTrunk'],
    ['', undefined],
    ['bridge', undefined],
    ['a', undefined],
  ] as const)
    assert.is(nearest(text, words), word, text)
})

notes.run()

const test = suiteNeeding('cni-tap: unknown keys in calls', 'netns', 'tun')

test('ADD, CHECK and STATUS print notes for unknown keys and succeed; DEL prints none', () =>
  attached((a) => {
    const config = a.config({ mtuu: 1400 })
    const expected = `${noteOf('mtuu', 'mtu')}\n`
    assert.is(a.succeed('STATUS', config).stderr, expected)
    const added = a.succeed('ADD', config)
    assert.is(added.stderr, expected)
    assert.is(a.succeed('CHECK', { ...config, prevResult: added.json }).stderr, expected)
    assert.is(a.succeed('DEL', config).stderr, '')
    assert.is(a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] }).stderr, '')
  }))

test('CNI_ARGS in the wrong case, or with a typo, get a suggestion', () =>
  attached((a) => {
    const args = 'IgnoreUnknown=1;K8S_POD_NAME=x;IP=10.0.0.1;mac=02:00:00:00:00:01;OWNR=5'
    const expected = [
      'ignored unknown key "mac" in CNI_ARGS: did you mean "MAC"?',
      'ignored unknown key "OWNR" in CNI_ARGS: did you mean "OWNER"?\n',
    ].join('\n')
    assert.is(a.succeed('ADD', a.config(), { args }).stderr, expected)
    assert.is(a.succeed('DEL', a.config(), { args }).stderr, '')
    a.fail('ADD', a.config(), 4, /^ARGS: unknown args /, { args: 'mac=02:00:00:00:00:01' })
  }))

/** Returns 200,000 capabilities, none of which the plugin knows. */
const capabilities = (name: (index: number) => string) => ({
  capabilities: Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [name(index), true])),
})

test('200,000 keys for other plugins take no longer if their length is that of known keys', () =>
  attached((a) => {
    const long = a.config(capabilities((index) => `${index}`.padEnd(20, 'x')))
    const short = a.config(capabilities((index) => index.toString(36).padStart(5, '-')))
    const status = (config: object) => assert.is(a.succeed('STATUS', config).stderr, '')
    const limit = () => 3 * took(() => status(long))
    assert.ok(isEverFasterThan(limit, () => status(short)))
  }))

test('of many keys that are similar to known ones, ten are named and up to a hundred are counted', () =>
  attached((a) => {
    const { stderr } = a.succeed('STATUS', a.config(capabilities((index) => `owner${index}`)))
    const args = `IgnoreUnknown=1;${'OWNR=5;'.repeat(10_000)}MAC=02:00:00:00:00:01`
    const lines = stderr.trimEnd().split('\n')
    assert.equal([lines.length, lines[0]], [11, noteOf('owner0', 'owner', 'capabilities')])
    assert.is(lines.at(-1), '90 more unknown keys')
    assert.is(
      a.succeed('ADD', a.config(), { args }).stderr,
      'ignored unknown key "OWNR" in CNI_ARGS: did you mean "OWNER"?\n',
    )
  }))

test('a failed call prints notes too', () =>
  attached((a) => {
    assert.is(a.fail('ADD', a.config({ mtu: 5, onwer: 5 }), 7).stderr, `${noteOf('onwer', 'owner')}\n`)
  }))

test.run()
