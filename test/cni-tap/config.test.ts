import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { queueOf, readLimits, ticksOf } from '../../packages/cni-tap/dist/cni/bandwidth.js'
import { readConfig, readHead, readParts, readVersion } from '../../packages/cni-tap/dist/cni/config.js'
import { type Config, keys } from '../../packages/cni-tap/dist/cni/config-keys.js'
import { parseMac, readSettings } from '../../packages/cni-tap/dist/cni/settings.js'
import { rangesOf } from '../../packages/cni-tap/dist/cni/vlan.js'
import '../support/built.js'

const mac = '02:00:00:00:00:01'
const read = (text: string, command = 'ADD'): Config => readConfig(readHead(Buffer.from(text)).json, command)
const withKeys = (keys: string) => `{"name":"net",${keys}}`

const accepted: [keys: string, config: Partial<Config>][] = [
  ['"mtu":1400', { mtu: 1400 }],
  ['"MTU":1400', { mtu: 1400 }],
  ['"Mtu":1300,"mtu":1400', { mtu: 1400 }],
  ['"mtu":1400,"mTu":1300', { mtu: 1300 }],
  ['"mtu":1300,"mtu":1400', { mtu: 1400 }],
  ['"mtu":null', {}],
  ['"mtu":1400,"MTU":null', { mtu: 1400 }],
  ['"mtu":0', { mtu: 0 }],
  ['"mtu":68', { mtu: 68 }],
  ['"mtu":65521', { mtu: 65521 }],
  ['"owner":0,"group":4294967294', { owner: 0, group: 4294967294 }],
  ['"multiQueue":true', { multiQueue: true }],
  ['"multiqueue":false', { multiQueue: false }],
  ['"selinuxcontext":"a:b:c:d"', { selinuxContext: 'a:b:c:d' }],
  ['"mac":"","bridge":"","selinuxContext":""', {}],
  ['"mac":"x","MAC":""', {}],
  [`"mac":"${mac}"`, { mac }],
  ['"mac":"2:0:0:0:0:1"', { mac: '2:0:0:0:0:1' }],
  ['"bridge":"br0"', { bridge: 'br0' }],
  ['"ipam":{}', { ipam: {} }],
  ['"IPAM":{"Type":"host-local","subnet":5}', { ipam: { type: 'host-local' } }],
  ['"ipam":{"type":""}', { ipam: {} }],
  [`"runtimeConfig":{"mac":"${mac}","ips":["10.0.0.1"]}`, { runtimeConfig: { mac } }],
  ['"dns":{"nameservers":["10.0.0.1"],"domain":"a"}', { dns: { nameservers: ['10.0.0.1'], domain: 'a' } }],
  ['"dns":{"nameservers":[],"domain":"a","search":null}', { dns: { domain: 'a' } }],
  ['"args":{"cni":{"x":5},"other":5},"capabilities":{"mac":true}', { args: { cni: {} }, capabilities: { mac: true } }],
  ['"txQueueLen":0', { txQueueLen: 0 }],
  ['"txqueuelen":4294967295', { txQueueLen: 4294967295 }],
  ['"enabledad":true', { enabledad: true }],
  ['"vlan":0,"vlanTrunk":[],"hairpinMode":false', { vlan: 0, vlanTrunk: [], hairpinMode: false }],
  ['"preserveDefaultVlan":true', { preserveDefaultVlan: true }],
  ['"preserveDefaultVlan":false', { preserveDefaultVlan: false }],
  ['"bridge":"b","vlan":4094,"preserveDefaultVlan":false', { bridge: 'b', vlan: 4094, preserveDefaultVlan: false }],
  [
    '"bridge":"b","vlanTrunk":[{"id":1},{"minID":2,"maxID":2},{"ID":5,"minID":1,"maxID":4094}]',
    { bridge: 'b', vlanTrunk: [{ id: 1 }, { minID: 2, maxID: 2 }, { id: 5, minID: 1, maxID: 4094 }] },
  ],
  [
    '"bridge":"b","hairpinMode":true,"portIsolation":true,"macspoofchk":true',
    { bridge: 'b', hairpinMode: true, portIsolation: true, macspoofchk: true },
  ],
  [
    '"runtimeConfig":{"Owner":0,"group":7,"multiqueue":false}',
    { runtimeConfig: { owner: 0, group: 7, multiQueue: false } },
  ],
  ['"unknown":{"a":[1,2]},"toString":5,"__proto__":7', {}],
]

const config = suite('cni-tap: configuration')
for (const [given, expected] of accepted) {
  config(`accepts ${given}`, () => assert.equal(read(withKeys(given)), { name: 'net', ...expected }))
}

const wrongType: string[] = [
  '"mtu":"1500"',
  '"mtu":1500.5',
  '"mtu":1e300',
  '"mtu":true',
  '"mtu":[]',
  '"multiQueue":1',
  '"multiQueue":"true"',
  '"owner":-1',
  '"owner":4294967296',
  '"group":"0"',
  '"mac":5',
  '"bridge":{}',
  '"ipam":"host-local"',
  '"ipam":{"type":5}',
  '"ipam":[]',
  '"dns":{"nameservers":"10.0.0.1"}',
  '"dns":{"search":[5]}',
  '"args":5',
  '"capabilities":{"mac":"yes"}',
  '"runtimeConfig":[]',
  '"runtimeConfig":{"mac":5}',
  '"prevResult":5',
  '"selinuxContext":1',
  '"type":1',
  '"txQueueLen":-1',
  '"enabledad":1',
  '"vlan":"5"',
  '"vlanTrunk":{}',
  '"vlanTrunk":[5]',
  '"vlanTrunk":[{"id":"5"}]',
  '"preserveDefaultVlan":"no"',
  '"hairpinMode":1',
  '"portIsolation":[]',
  '"macspoofchk":"true"',
  '"runtimeConfig":{"owner":"0"}',
  '"runtimeConfig":{"multiQueue":1}',
]
/** For each key, a command that reads it, and its value if it is null. */
const ofNull: Readonly<Record<string, unknown>> = { 'cni.dev/valid-attachments': [], 'cni.dev/attachments': [] }
for (const [name, { type, usedBy }] of Object.entries(keys)) {
  const readKey = (value: null | '') => readConfig({ [name]: value }, usedBy[0] ?? '')[name as keyof Config]
  config(`${name}: null means absent, and so does an empty string if the key is a string`, () => {
    assert.equal(readKey(null), ofNull[name])
    if (type.name === 'string') assert.is(readKey(''), undefined)
    else refusesWith(6, /^failed to load netconf: json: cannot unmarshal string /, () => readKey(''))
  })
}

const refusesWith = (code: number, pattern: RegExp, action: () => unknown) =>
  assert.throws(
    action,
    (error: { code: number; message: string }) => error.code === code && pattern.test(error.message),
  )

for (const keys of wrongType) {
  config(`rejects the type of ${keys}`, () =>
    refusesWith(6, /^failed to load netconf: json: cannot unmarshal /, () => read(withKeys(keys))),
  )
}

const invalidMacs = [
  ...['ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', '02:00:00:00:00', '02:00:00:00:00:001', ' 02:00:00:00:00:01'],
  ...['zz', '02-00-00-00-00-01', '0200.0000.0001', '02:00:00:00:00:00:00:01', '01:00:00:00:00:01'],
]
const invalid: string[] = [
  ...['-1', '1', '67', '65522', '2147483648'].map((mtu) => `"mtu":${mtu}`),
  '"owner":4294967295',
  ...['a-name-that-is-too-long', 'a/b', 'a b', '..', 'a\\u0000'].map((name) => `"bridge":"${name}"`),
  '"group":4294967295',
  '"runtimeConfig":{"owner":4294967295}',
  '"runtimeConfig":{"group":4294967295}',
  ...['-1', '4095'].map((vlan) => `"bridge":"b","vlan":${vlan}`),
  ...['{}', '{"id":0}', '{"id":4095}', '{"minID":5}', '{"maxID":5}', '{"minID":6,"maxID":5}', '{"id":5,"minID":1}']
    .concat('{"minID":0,"maxID":5}', '{"minID":1,"maxID":4095}')
    .map((entry) => `"bridge":"b","vlanTrunk":[{"id":7},${entry}]`),
  ...['vlan":5', 'vlanTrunk":[{"id":5}]', 'hairpinMode":true', 'portIsolation":true', 'macspoofchk":true'].map(
    (option) => `"${option}`,
  ),
]
for (const keys of invalid) {
  config(`rejects the value of ${keys}`, () => refusesWith(7, /^invalid \w+ .*: expected /, () => read(withKeys(keys))))
}

config('DEL and GC ignore ADD-only keys', () => {
  for (const command of ['DEL', 'GC']) {
    for (const keys of [...wrongType.filter((each) => !each.includes('ipam')), ...invalid]) {
      assert.equal(read(withKeys(keys), command), { name: 'net' })
    }
    assert.equal(read(withKeys('"ipam":{"type":"x"}'), command), { name: 'net', ipam: { type: 'x' } })
  }
})

config('CHECK and STATUS validate ADD-only keys', () => {
  for (const command of ['CHECK', 'STATUS']) refusesWith(7, /^invalid mtu/, () => read(withKeys('"mtu":5'), command))
})

config('GC reads the valid attachments under both names', () => {
  const list = [{ containerID: 'c', ifname: 'i' }]
  for (const key of ['cni.dev/valid-attachments', 'cni.dev/attachments']) {
    assert.equal(read(withKeys(`"${key}":${JSON.stringify(list)}`), 'GC'), { name: 'net', [key]: list })
    assert.equal(read(withKeys(`"${key}":[]`), 'GC'), { name: 'net', [key]: [] })
    for (const bad of ['{}', '[5]', '[null]', '[{}]', '[{"containerID":"c"}]', '[{"containerID":"","ifname":"i"}]']) {
      refusesWith(6, /^failed to load netconf: /, () => read(withKeys(`"${key}":${bad}`), 'GC'))
    }
  }
})

config('for DEL and GC, macspoofchk counts only if it is true', () => {
  for (const [keys, expected] of [
    ['"macspoofchk":true', true],
    ['"MacSpoofChk":true', true],
    ['"macspoofchk":false', false],
    ['"macspoofchk":"true"', false],
    ['"macspoofchk":null', false],
    ['"x":1', false],
  ] as const) {
    assert.is(readParts(readHead(Buffer.from(withKeys(keys))).json).spoofCheck, expected)
  }
})

config('DEL and GC look for redirections and limits if the configuration names them, and ignore invalid values', () => {
  for (const [keys, redirect, bandwidth] of [
    ['"redirect":"eth0"', true, false],
    ['"redirect":""', false, false],
    ['"redirect":7', false, false],
    ['"egressRate":0', false, true],
    ['"egressRate":"1"', false, false],
    ['"capabilities":{"bandwidth":true}', false, true],
    ['"capabilities":{"bandwidth":false}', false, false],
    ['"capabilities":7', false, false],
    ['"runtimeConfig":{"bandwidth":{"ingressRate":8}}', false, true],
    ['"runtimeConfig":{"bandwidth":7}', false, false],
  ] as const) {
    const parts = readParts(readHead(Buffer.from(withKeys(keys))).json)
    assert.equal(parts, { spoofCheck: false, redirect, bandwidth }, keys)
  }
})

config('limits are converted to the units of the kernel, and checked', () => {
  const limits = (keys: string) => readLimits(read(withKeys(keys)))
  const both = '"ingressRate":8000,"ingressBurst":800,"egressRate":16000,"egressBurst":1600'
  assert.equal(limits(both), { ingress: { rate: 1000, burst: 100 }, egress: { rate: 2000, burst: 200 } })
  assert.is(limits('"ingressRate":0,"egressBurst":0'), undefined)
  const runtime = '"runtimeConfig":{"bandwidth":{"egressRate":8000,"egressBurst":800}}'
  assert.equal(limits(runtime), { ingress: undefined, egress: { rate: 1000, burst: 100 } })
  // As in the bandwidth plugin, a key of the configuration replaces all of runtimeConfig.
  assert.is(limits(`"ingressRate":0,${runtime}`), undefined)
  for (const [keys, message] of [
    ['"ingressRate":8', 'invalid ingressRate 8: expected ingressBurst too'],
    ['"egressBurst":8', 'invalid egressBurst 8: expected egressRate too'],
    ['"egressRate":7,"egressBurst":8', 'invalid egressRate 7: expected 8 or more: a byte per second'],
    ['"egressRate":8,"egressBurst":34359738360', 'invalid egressBurst 34359738360: expected less than 34359738360'],
    [
      '"egressRate":80,"egressBurst":7',
      'invalid egressBurst 7: expected more at this rate: the kernel rounds it down to 0 bytes',
    ],
  ] as const)
    assert.throws(
      () => limits(keys),
      (error: Error) => error.message === message && 'code' in error && error.code === 7,
    )
  for (const value of ['-1', '1.5', '"8"', '1e300'])
    assert.throws(() => limits(`"ingressRate":${value}`), /cannot unmarshal .* field ingressRate of type uint64/)
})

config('the burst has the ticks of the bandwidth plugin, at most the longest that fit in 32 bits', () => {
  assert.is(ticksOf({ rate: 125_000, burst: 4096 }), 512_000)
  // The plugin truncates to microseconds.
  assert.is(ticksOf({ rate: 3_000_000_000, burst: 4000 }), 15)
  assert.is(ticksOf({ rate: 125_000, burst: 268_435_455 }), 0xffff_ffff)
  assert.is(queueOf({ rate: 250_000, burst: 20_000 }), 26_250)
})

config('a trunk is merged into the fewest ranges', () => {
  const trunk = [{ id: 7 }, { minID: 10, maxID: 20 }, { minID: 15, maxID: 17 }, { id: 21 }, { id: 7 }, { id: 5 }]
  assert.equal(rangesOf(trunk), [
    { first: 5, last: 5 },
    { first: 7, last: 7 },
    { first: 10, last: 21 },
  ])
})

config('readConfig validates cniVersion', () => {
  const versionOf = (text: string) => readVersion(readHead(Buffer.from(text)).json)
  assert.is(versionOf(withKeys('"cniVersion":"1.0.0"')), '1.0.0')
  assert.is(versionOf(withKeys('"CNIVERSION":"1.0.0"')), '1.0.0')
  for (const absent of ['"cniVersion":null', '"cniVersion":""', '"x":1'])
    assert.is(versionOf(withKeys(absent)), '0.1.0')
})

config('bytes that are not UTF-8 are replaced', () => {
  assert.is(readHead(Buffer.from('7b226e616d65223a226e222c2278223a22ff227d', 'hex')).network, 'n')
})

config.run()

const precedence = suite('cni-tap: precedence of the sources of a setting')
const [first, second, third] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', '02:00:00:00:00:0c'] as const
const nothing = { mac: undefined, owner: undefined, group: undefined, multiQueue: undefined, tapName: undefined }
const cases: [config: Config, args: string, expected: object][] = [
  [{}, '', {}],
  [{ mac: first }, '', { mac: first }],
  [{ mac: first }, `MAC=${second}`, { mac: second }],
  [{ mac: first, runtimeConfig: { mac: third } }, `MAC=${second}`, { mac: third }],
  [{ mac: first }, 'MAC=', { mac: first }],
  [{ mac: first, runtimeConfig: {} }, '', { mac: first }],
  [{ mac: '2:0:0:0:0:A' }, '', { mac: first }],
  [{ redirect: 'eth0', tapName: 'vm0' }, '', { tapName: 'vm0' }],
  [{ redirect: 'eth0', tapName: 'vm0' }, 'TC_REDIRECT_TAP_NAME=vm1', { tapName: 'vm1' }],
  [{ redirect: 'eth0', tapName: 'vm0' }, 'TC_REDIRECT_TAP_NAME=', { tapName: 'vm0' }],
  [{}, 'TC_REDIRECT_TAP_NAME=vm1', {}],
  [{ owner: 1, group: 2 }, 'TC_REDIRECT_TAP_UID=3;TC_REDIRECT_TAP_GID=4', { owner: 3, group: 4 }],
  [{ owner: 1, group: 2, multiQueue: true }, '', { owner: 1, group: 2, multiQueue: true }],
  [
    { owner: 1, group: 2, multiQueue: true },
    'OWNER=0;GROUP=4294967294;MULTIQUEUE=false',
    { owner: 0, group: 4294967294, multiQueue: false },
  ],
  [
    { owner: 1, group: 2, runtimeConfig: { owner: 0, group: 0, multiQueue: true } },
    'OWNER=3;GROUP=4;MULTIQUEUE=0',
    { owner: 0, group: 0, multiQueue: true },
  ],
]
for (const [given, args, expected] of cases) {
  precedence(`${JSON.stringify(given)} ${args}`, () =>
    assert.equal(readSettings(given, args), { ...nothing, ...expected }),
  )
}
precedence('a MAC address that no device can have is rejected if it is the one that applies', () => {
  for (const address of invalidMacs) {
    refusesWith(7, /^invalid mac .*: expected /, () => readSettings({ mac: address }, ''))
    refusesWith(7, /^invalid MAC /, () => readSettings({ mac: first }, `MAC=${address}`))
    const runtimeConfig = { mac: address }
    refusesWith(7, /^invalid runtimeConfig.mac /, () => readSettings({ mac: first, runtimeConfig }, `MAC=${second}`))
    assert.is(readSettings({ mac: address }, `MAC=${second}`).mac, second)
    assert.is(readSettings({ mac: address, runtimeConfig: { mac: third } }, `MAC=${address}`).mac, third)
  }
})
precedence('MAC addresses are printed in canonical form', () => {
  assert.is(parseMac('AA:BB:CC:DD:EE:FF'), 'aa:bb:cc:dd:ee:ff')
  assert.is(parseMac('2:0:0:0:0:1'), mac)
})
precedence.run()
