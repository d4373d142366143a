import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCidr } from '../../packages/cni-tap/dist/cni/prefix.js'
import {
  emptyResult,
  formatResult,
  parsePrevResult,
  parseResult,
  type Result,
  requireConvertible,
} from '../../packages/cni-tap/dist/cni/result.js'
import { supportedVersions } from '../../packages/cni-tap/dist/cni/version.js'
import '../support/built.js'

const prefix = (text: string) => parseCidr(text)!
const old = ['0.1.0', '0.2.0'] as const
const middle = ['0.3.0', '0.3.1', '0.4.0'] as const
const current = ['1.0.0', '1.1.0'] as const

/** A result with every field. */
const full: Result = {
  interfaces: [
    { name: 'br0' },
    { name: 'tap0', mac: '02:00:00:00:00:01', mtu: 1400, sandbox: '/run/netns/x', socketPath: '/s', pciID: '0' },
  ],
  ips: [
    { interface: 1, address: prefix('10.0.0.2/24'), gateway: '10.0.0.1' },
    { interface: 1, address: prefix('10.0.0.3/32') },
    { interface: 1, address: prefix('2001:db8::2/64'), gateway: '2001:db8::1' },
  ],
  routes: [
    { dst: prefix('0.0.0.0/0') },
    { dst: prefix('10.1.0.0/16'), gw: '10.0.0.9', mtu: 1300, advmss: 1260, priority: 5, table: 100, scope: 253 },
    { dst: prefix('::/0'), gw: 'fe80::1' },
  ],
  dns: { nameservers: ['10.0.0.53'], domain: 'example', search: ['a', 'b'], options: ['c'] },
}

const toPlain = (value: object) => JSON.parse(JSON.stringify(value))
const dns = toPlain(full.dns)
const extra = { mtu: 1300, advmss: 1260, priority: 5, table: 100, scope: 253 }
const routes = [{ dst: '0.0.0.0/0' }, { dst: '10.1.0.0/16', gw: '10.0.0.9', ...extra }, { dst: '::/0', gw: 'fe80::1' }]
const ips = [
  { interface: 1, address: '10.0.0.2/24', gateway: '10.0.0.1' },
  { interface: 1, address: '10.0.0.3/32' },
  { interface: 1, address: '2001:db8::2/64', gateway: '2001:db8::1' },
]
const tap0 = { name: 'tap0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/x' }

const written: Record<string, object> = {
  ...Object.fromEntries(
    old.map((version) => [
      version,
      {
        ip4: {
          ip: '10.0.0.2/24',
          gateway: '10.0.0.1',
          routes: [{ dst: '0.0.0.0/0' }, { dst: '10.1.0.0/16', gw: '10.0.0.9' }],
        },
        ip6: { ip: '2001:db8::2/64', gateway: '2001:db8::1', routes: [{ dst: '::/0', gw: 'fe80::1' }] },
        dns,
      },
    ]),
  ),
  ...Object.fromEntries(
    middle.map((version) => [
      version,
      {
        interfaces: [{ name: 'br0' }, tap0],
        ips: ips.map((each) => ({ version: each.address.includes(':') ? '6' : '4', ...each })),
        routes,
        dns,
      },
    ]),
  ),
  '1.0.0': { interfaces: [{ name: 'br0' }, tap0], ips, routes, dns },
  '1.1.0': {
    interfaces: [{ name: 'br0' }, { ...tap0, mtu: 1400, socketPath: '/s', pciID: '0' }],
    ips,
    routes,
    dns,
  },
}

const shapes = suite('cni-tap: result shapes')
for (const version of supportedVersions) {
  shapes(`${version}: everything`, () =>
    assert.equal(toPlain(formatResult(full, version)), { cniVersion: version, ...written[version] }),
  )
  shapes(`${version}: a result that was written can be read`, () => {
    const json = toPlain(formatResult(full, version))
    const again = toPlain(formatResult(parseResult(json, version), version))
    assert.equal(again, json)
    assert.equal(parsePrevResult(json, version), parseResult(json, version))
  })
}

for (const version of old) {
  shapes(`${version}: no address`, () => {
    for (const result of [emptyResult, { ...full, ips: [] }]) {
      assert.throws(
        () => formatResult(result, version),
        (error: { code: number; message: string }) =>
          error.code === 7 && error.message === 'cannot convert: no valid IP addresses',
      )
    }
    assert.throws(() => requireConvertible(version, false))
    requireConvertible(version, true)
  })
  shapes(`${version}: only IPv6`, () => {
    const result = { ...emptyResult, ips: [{ address: prefix('2001:db8::2/64') }] }
    assert.equal(toPlain(formatResult(result, version)), {
      cniVersion: version,
      ip6: { ip: '2001:db8::2/64' },
      dns: {},
    })
  })
}
for (const version of [...middle, ...current]) {
  shapes(`${version}: nothing`, () => {
    requireConvertible(version, false)
    const expected = version.startsWith('0') ? { cniVersion: version, dns: {} } : { cniVersion: version }
    assert.equal(toPlain(formatResult(emptyResult, version)), expected)
  })
}
shapes.run()

const reading = suite('cni-tap: results of others')
reading('a result without a version has that of the configuration', () => {
  assert.equal(parseResult({ ip4: { ip: '10.0.0.2/24' } }, '0.2.0').ips, [{ address: prefix('10.0.0.2/24') }])
  assert.equal(parseResult({ cniVersion: '', ips: [{ address: '10.0.0.2/24' }] }, '1.0.0').ips, [
    { address: prefix('10.0.0.2/24') },
  ])
  assert.equal(parseResult(null, '1.0.0'), emptyResult)
  assert.equal(parsePrevResult({ ips: [] }, '1.0.0'), emptyResult)
})
reading('an IPAM plugin may answer in a different version', () => {
  const json = { cniVersion: '0.2.0', ip4: { ip: '10.0.0.2/24', routes: [{ dst: '0.0.0.0/0' }] } }
  assert.equal(parseResult(json, '1.1.0'), {
    ...emptyResult,
    ips: [{ address: prefix('10.0.0.2/24') }],
    routes: [{ dst: prefix('0.0.0.0/0') }],
  })
})
reading('0 means absent for some keys of a route, and is a value for others', () => {
  const zeros = { mtu: 0, advmss: 0, priority: 0, table: 0, scope: 0 }
  assert.equal(parseResult({ routes: [{ dst: '0.0.0.0/0', ...zeros }] }, '1.1.0').routes, [
    { dst: prefix('0.0.0.0/0'), table: 0, scope: 0 },
  ])
})
reading('keys match in any case, and null and empty text mean absent', () => {
  const json = { IPs: [{ Address: '10.0.0.2/24', Gateway: '', Interface: null }], Routes: null, DNS: { Domain: '' } }
  assert.equal(parseResult(json, '1.0.0'), { ...emptyResult, ips: [{ address: prefix('10.0.0.2/24') }] })
})

const unusable: unknown[] = [
  5,
  [],
  { cniVersion: '9.9.9' },
  { ips: {} },
  { ips: [null] },
  { ips: [{}] },
  { ips: [{ address: 5 }] },
  { ips: [{ address: '' }] },
  { ips: [{ address: '10.0.0.2' }] },
  { ips: [{ address: '10.0.0.2/33' }] },
  { ips: [{ address: '10.0.0.2/24', gateway: 'x' }] },
  { ips: [{ address: '10.0.0.2/24', interface: 'x' }] },
  { routes: [{}] },
  { routes: [{ dst: '0.0.0.0/0', gw: '1.2.3' }] },
  { routes: [{ dst: '0.0.0.0/0', scope: 256 }] },
  { routes: [{ dst: '0.0.0.0/0', priority: -1 }] },
  { routes: [{ dst: '0.0.0.0/0', table: 4294967296 }] },
  { interfaces: [{}] },
  { dns: [] },
]
for (const json of unusable) {
  reading(`rejects ${JSON.stringify(json)}`, () => {
    assert.throws(
      () => parseResult(json, '1.1.0'),
      (error: Error) => error.name === 'JsonError',
    )
    assert.throws(
      () => parsePrevResult(json, '1.1.0'),
      (error: { code: number; message: string }) =>
        error.code === 6 && error.message.startsWith('could not parse prevResult: '),
    )
  })
}

const mismatches: [result: string, config: (typeof supportedVersions)[number], accepted: boolean][] = [
  ['0.1.0', '0.2.0', true],
  ['0.3.0', '0.4.0', true],
  ['1.0.0', '1.1.0', true],
  ['1.1.0', '1.0.0', true],
  ['0.2.0', '0.3.0', false],
  ['0.4.0', '1.0.0', false],
  ['1.0.0', '0.4.0', false],
  ['9.9.9', '1.0.0', false],
]
for (const [result, config, accepted] of mismatches) {
  reading(`prevResult ${result} in a configuration of ${config}`, () => {
    const parse = () => parsePrevResult({ cniVersion: result }, config)
    if (accepted) assert.equal(parse(), emptyResult)
    else
      assert.throws(parse, /^could not parse prevResult: result type supports \[.*\] but unmarshalled CNIVersion is "/)
  })
}
reading.run()
