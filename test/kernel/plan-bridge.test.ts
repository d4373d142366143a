import type { Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays } from '../support/api.js'
import { shortOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** VLANs are in test/guest/plan-vlan.guest.ts. */
const test = suiteNeeding('plans of VNIs and multicast databases', 'netns')

const desired: Desired = {
  bridgeMdb: [
    { dev: 'p0', group: '239.1.1.1', mode: 'include', sources: ['10.0.0.1'] },
    { dev: 'p0', group: '239.1.1.2', source: '10.0.0.1', protocol: 201 },
    { dev: 'vx1', group: '239.1.1.3', dst: '10.9.9.9' },
  ],
  bridgeVnis: [
    { dev: 'vx0', vni: 100, vniEnd: 199, group: '10.0.0.9' },
    { dev: 'vx0', vni: 7 },
  ],
  links: [
    { name: 'p0', kind: 'veth', master: 'br0', up: true, peer: { name: 'p1', up: true } },
    { name: 'br0', kind: 'bridge', up: true, data: { mcastIgmpVersion: 3 } },
    { name: 'vx0', kind: 'vxlan', data: { collectMetadata: true, vnifilter: true, port: 4789 } },
    { name: 'vx1', kind: 'vxlan', up: true, data: { id: 7, port: 4790 } },
  ],
}

/** Returns the entries that were added, without what hosts join by themselves, and the VNIs. */
async function tables(nl: Netlink) {
  const entries = (await nl.bridge.mdb.list()).filter(({ state }) => state === 'permanent')
  return {
    mdb: entries.map((entry) => JSON.stringify(entry)).sort(),
    vnis: (await nl.bridge.vni.list()).map((vni) => JSON.stringify(vni)),
  }
}

inBothWays(test, 'tables of links that the plan creates: the order, the state after it, and its undo', async (nl) => {
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  const steps = shortOf(plan)
  assert.equal(steps, [
    'add link p0',
    'add link br0',
    'add link vx0',
    'add link vx1',
    'change link p0: master',
    'add vni vni 100 vniEnd 199 dev vx0',
    'add vni vni 7 dev vx0',
    'change link p0: up',
    'change link br0: up',
    'change link vx1: up',
    'add mdb 239.1.1.1 dev p0',
    'add mdb 239.1.1.2 source 10.0.0.1 dev p0',
    'add mdb 239.1.1.3 dst 10.9.9.9 dev vx1',
  ])
  const applied = await plan.apply()
  assert.equal((await nl.plan(desired)).toJSON().steps, [])
  const { mdb, vnis } = await tables(nl)
  assert.is(mdb.length, 4, mdb.join()) // and the one of the source
  assert.is(vnis.length, 2, vnis.join())
  applied.undoSync()
  assert.is(await nl.link.get('br0'), undefined)
  assert.equal(await nl.bridge.vni.list(), [])
})

const changed: Desired = {
  bridgeMdb: [
    { dev: 'p0', group: '239.1.1.1', mode: 'exclude', sources: ['10.0.0.7'], protocol: 'bgp' },
    { dev: 'p0', group: '239.1.1.2', source: '10.0.0.1', absent: true },
    { dev: 'vx1', group: '239.1.1.3', dst: '10.9.9.9', absent: true },
    { dev: 'p0', group: '239.1.1.9' },
  ],
  bridgeVnis: [
    { dev: 'vx0', vni: 150, vniEnd: 250, group: '10.0.0.8' },
    { dev: 'vx0', vni: 100, vniEnd: 110, absent: true },
    { dev: 'vx0', vni: 7, absent: true },
  ],
}

inBothWays(test, 'changes and removals are undone exactly', async (nl) => {
  await (await nl.plan(desired)).apply()
  const before = await tables(nl)
  const plan = await nl.plan(changed)
  assert.equal(plan.conflicts, [])
  assert.equal(
    plan.steps.map(({ verb, object, undo }) => `${verb} ${object} ${undo}`),
    [
      'change vni exact',
      'change mdb exact',
      'add mdb exact',
      'remove mdb exact',
      'remove mdb exact',
      'remove vni exact',
      'remove vni exact',
    ],
  )
  const applied = await plan.apply()
  assert.is((await nl.plan(changed)).isEmpty, true, String(await nl.plan(changed)))
  assert.equal(
    (await nl.bridge.vni.list()).map(({ vni, vniEnd, group }) => [vni, vniEnd, group]),
    [
      [111, 149, '10.0.0.9'],
      [150, 250, '10.0.0.8'],
    ],
  )
  applied.undoSync()
  assert.equal(await tables(nl), before)
})

inBothWays(test, 'a refusal in the middle undoes the steps before', async (nl) => {
  await (await nl.plan(desired)).apply()
  const before = await tables(nl)
  // The kernel does not look for gateways in table 51.
  const elsewhere = { dst: '203.0.113.0/24', dev: 'br0', table: 51 }
  const plan = await nl.plan({ ...changed, routes: [elsewhere, { dst: '10.7.0.0/16', via: '203.0.113.9' }] })
  try {
    await plan.apply()
    assert.unreachable()
  } catch (error) {
    const { name, left } = error as Error & { readonly left: readonly unknown[] }
    assert.equal([name, left], ['ApplyError', []])
  }
  assert.equal(await tables(nl), before)
})

inBothWays(test, 'conflicts and mistakes are reported together, before anything is changed', async (nl) => {
  const { conflicts } = await nl.plan({
    ...desired,
    bridgeVnis: [
      { dev: 'vx0', vni: 5, vniEnd: 9 },
      { dev: 'vx0', vni: 9 },
      { dev: 'vx0', vni: 11 },
      { dev: 'none', vni: 11 },
    ],
    bridgeMdb: [
      { dev: 'p0', group: '239.1.1.1' },
      { dev: 'p0', group: '239.1.1.1', protocol: 'bgp' },
    ],
  })
  assert.equal(
    conflicts.map(({ type, path }) => `${type} ${path}`),
    ['duplicate bridgeVnis[1]', 'reference bridgeVnis[3].dev', 'duplicate bridgeMdb[1]'],
  )
  try {
    await nl.plan({ bridgeVnis: [{ dev: 'lo', vni: -1 }], bridgeMdb: [{ dev: 'lo', group: 'x' }] })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /bridgeVnis\[0\]: expected vni .*; bridgeMdb\[0\]: expected group of entry/)
  }
})

inBothWays(test, 'other objects are left alone and counted', async (nl) => {
  await (await nl.plan(desired)).apply()
  await nl.bridge.vni.add({ dev: 'vx0', vni: 1000, vniEnd: 1009 })
  const { others, unchanged, isEmpty } = await nl.plan({ bridgeVnis: desired.bridgeVnis ?? [] })
  assert.equal({ others, unchanged, isEmpty }, { others: 10, unchanged: 2, isEmpty: true })
  await until('the entries', async () => (await nl.bridge.mdb.list({ dev: 'p0' })).length >= 2)
})

test.run()
