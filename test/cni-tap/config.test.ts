import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Config, readConfig, readHead, readMac, readVersion } from '../../packages/cni-tap/dist/config.js'
import { parseMac } from '../../packages/cni-tap/dist/mac.js'

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
  ['"args":{"cni":5},"capabilities":{"mac":true}', { args: { cni: 5 }, capabilities: { mac: true } }],
  ['"unknown":{"a":[1,2]},"toString":5,"__proto__":7', {}],
]

const config = suite('cni-tap: configuration')
for (const [keys, expected] of accepted) {
  config(`accepts ${keys}`, () => assert.equal(read(withKeys(keys)), { name: 'net', ...expected }))
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
]
const refusesWith = (code: number, pattern: RegExp, action: () => unknown) =>
  assert.throws(
    action,
    (error: { code: number; message: string }) => error.code === code && pattern.test(error.message),
  )

for (const keys of wrongType) {
  config(`refuses the type of ${keys}`, () =>
    refusesWith(6, /^failed to load netconf: json: cannot unmarshal /, () => read(withKeys(keys))),
  )
}

const badMacs = ['zz', '02-00-00-00-00-01', '0200.0000.0001', '02:00:00:00:00:00:00:01', '01:00:00:00:00:01']
const invalid: string[] = [
  ...['-1', '1', '67', '65522', '2147483648'].map((mtu) => `"mtu":${mtu}`),
  ...['ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', '02:00:00:00:00', '02:00:00:00:00:001', ' 02:00:00:00:00:01']
    .concat(badMacs)
    .flatMap((address) => [`"mac":"${address}"`, `"runtimeConfig":{"mac":"${address}"}`]),
  '"owner":4294967295',
  ...['a-name-that-is-too-long', 'a/b', 'a b', '..', 'a\\u0000'].map((name) => `"bridge":"${name}"`),
  '"group":4294967295',
]
for (const keys of invalid) {
  config(`refuses the value of ${keys}`, () =>
    refusesWith(7, /^invalid (mtu|mac|runtimeConfig|owner|group|bridge) .*: expected /, () => read(withKeys(keys))),
  )
}

config('DEL and GC ignore what only ADD needs', () => {
  for (const command of ['DEL', 'GC']) {
    for (const keys of [...wrongType.filter((each) => !each.includes('ipam')), ...invalid]) {
      assert.equal(read(withKeys(keys), command), { name: 'net' })
    }
    assert.equal(read(withKeys('"ipam":{"type":"x"}'), command), { name: 'net', ipam: { type: 'x' } })
  }
})

config('CHECK and STATUS do not', () => {
  for (const command of ['CHECK', 'STATUS']) refusesWith(7, /^invalid mtu/, () => read(withKeys('"mtu":5'), command))
})

config('GC reads the attachments under both names', () => {
  const list = [{ containerID: 'c', ifname: 'i' }]
  for (const key of ['cni.dev/valid-attachments', 'cni.dev/attachments']) {
    assert.equal(read(withKeys(`"${key}":${JSON.stringify(list)}`), 'GC'), { name: 'net', [key]: list })
    assert.equal(read(withKeys(`"${key}":[]`), 'GC'), { name: 'net', [key]: [] })
    for (const bad of ['{}', '[5]', '[null]', '[{}]', '[{"containerID":"c"}]', '[{"containerID":"","ifname":"i"}]']) {
      refusesWith(6, /^failed to load netconf: /, () => read(withKeys(`"${key}":${bad}`), 'GC'))
    }
  }
})

config('the version', () => {
  const versionOf = (text: string) => readVersion(readHead(Buffer.from(text)).json)
  assert.is(versionOf(withKeys('"cniVersion":"1.0.0"')), '1.0.0')
  assert.is(versionOf(withKeys('"CNIVERSION":"1.0.0"')), '1.0.0')
  for (const absent of ['"cniVersion":null', '"cniVersion":""', '"x":1'])
    assert.is(versionOf(withKeys(absent)), '0.1.0')
})

config('bytes that are not UTF-8 are replaced', () => {
  assert.is(readHead(Buffer.from('7b226e616d65223a226e222c2278223a22ff227d', 'hex')).network, 'n')
})

config('nesting of any depth is no trouble', () => {
  const depth = 200_000
  assert.is(readHead(Buffer.from(withKeys(`"x":${'['.repeat(depth)}${']'.repeat(depth)}`))).network, 'net')
  refusesWith(6, /^error unmarshall network config: /, () => readHead(Buffer.from('['.repeat(depth))))
})
config.run()

const precedence = suite('cni-tap: which MAC address counts')
const [first, second, third] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', '02:00:00:00:00:0c'] as const
const cases: [config: Config, args: string, expected: string | undefined][] = [
  [{}, '', undefined],
  [{ mac: first }, '', first],
  [{ mac: first }, `MAC=${second}`, second],
  [{ mac: first, runtimeConfig: { mac: third } }, `MAC=${second}`, third],
  [{ mac: first }, 'MAC=', first],
  [{ mac: first, runtimeConfig: {} }, '', first],
  [{ mac: '2:0:0:0:0:A' }, '', first],
]
for (const [given, args, expected] of cases) {
  precedence(`${JSON.stringify(given)} ${args}`, () => assert.is(readMac(given, args), expected))
}
precedence('CNI_ARGS with an address that no device can have', () => {
  for (const address of badMacs) refusesWith(7, /^invalid MAC /, () => readMac({ mac: first }, `MAC=${address}`))
})
precedence('canonical form', () => {
  assert.is(parseMac('AA:BB:CC:DD:EE:FF'), 'aa:bb:cc:dd:ee:ff')
  assert.is(parseMac('2:0:0:0:0:1'), mac)
})
precedence.run()
