import { readFileSync } from 'node:fs'
import type { Desired } from '@netloom/netlink'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { plannedKinds } from '../../packages/netlink/dist/plan/kinds.js'
import '../support/built.js'

const test = suite('the JSON Schema of desired states')

interface Properties {
  readonly properties: Readonly<Record<string, unknown>>
}

const schema: Properties & { readonly $defs: Readonly<Record<string, Properties>> } = JSON.parse(
  readFileSync(new URL('../../packages/netlink/schema/desired.schema.json', import.meta.url), 'utf8'),
)
const isValid = new Ajv2020({ allowUnionTypes: true }).compile(schema)

test('its lists and their keys are those that plans accept', () => {
  const settings = ['$schema', 'mark', 'prune']
  assert.equal(Object.keys(schema.properties).sort(), [...Object.keys(plannedKinds), ...settings].sort())
  for (const [list, { keys, isRecreatable, remove }] of Object.entries(plannedKinds)) {
    const own = list === 'links' ? ['carrier'] : []
    const expected = [
      ...Object.keys(keys),
      ...(remove ? ['absent'] : []),
      ...(isRecreatable ? ['recreate'] : []),
      ...own,
    ]
    assert.equal(Object.keys(schema.$defs[list]?.properties ?? {}).sort(), expected.sort(), list)
  }
})

test('it accepts states, and refuses mistakes in them', () => {
  const state: Desired = {
    links: [
      { name: 'br0', kind: 'bridge', up: true, data: { forwardDelay: 400 } },
      { name: 'eth1', master: 'br0', mtu: 9000, altNames: ['uplink'], carrier: true },
      { name: 'old', absent: true },
    ],
    addresses: [{ address: '10.0.0.1/24', dev: 'br0', flags: ['NODAD'] }],
    routes: [{ dst: 'default', via: '10.0.0.9', table: 100, mtu: 1400 }],
    rules: [{ priority: 100, from: '10.0.0.0/8', table: 'main' }],
    nexthops: [{ id: 8, group: [{ id: 7, weight: 2 }] }],
    neighbours: [{ dst: '10.0.0.9', dev: 'br0', lladdr: '02:00:00:00:00:09' }],
    bridgeVlans: [
      { dev: 'eth1', vid: 100, pvid: true, untagged: true },
      { dev: 'br0', vid: 1, absent: true },
    ],
    bridgeGlobalVlans: [{ dev: 'br0', vid: 100, mcastQuerier: true, msti: 7 }],
    bridgeVnis: [{ dev: 'vx0', vni: 100, vniEnd: 199, group: '10.0.0.9' }],
    bridgeMdb: [{ dev: 'eth1', group: '239.1.1.1', mode: 'include', sources: ['10.0.0.7'] }],
    qdiscs: [{ dev: 'eth1', kind: 'pfifo', handle: '1:', options: { limit: 10 } }],
    mark: 201,
    prune: ['routes'],
  }
  assert.ok(isValid(state), JSON.stringify(isValid.errors))
  for (const wrong of [
    { adresses: [] },
    { links: [{ name: 'a', mtuu: 1400 }] },
    { links: [{ mtu: 1400 }] },
    { links: [{ name: 'a', carrier: false }] },
    { routes: [{ dst: 'default', absent: false }] },
    { bridgeVlans: [{ dev: 'eth1', vid: 4095 }] },
    { bridgeVnis: [{ vni: 5 }] },
    { bridgeGlobalVlans: [{ dev: 'br0', vid: 5, absent: true }] },
    { bridgeMdb: [{ dev: 'eth1', grp: '239.1.1.1' }] },
    { prune: ['routes'] },
    { mark: 4 },
    { rules: [{ tunId: '0x5' }] },
    { routes: [{ dst: 'default', encap: { kind: 'ip' } }] },
  ])
    assert.not.ok(isValid(wrong), JSON.stringify(wrong))
})

test('it accepts numbers of 64 bits as numbers and as decimal text', () => {
  for (const tunId of [5, '18446744073709551615']) {
    const state = { rules: [{ tunId }], links: [{ name: 'br0', kind: 'bridge', data: { mcastQueryIntvl: tunId } }] }
    assert.ok(isValid(state), JSON.stringify(isValid.errors))
  }
})

test.run()
