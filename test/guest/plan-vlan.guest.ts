import type { Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays } from '../support/api.js'
import { shortOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because this machine's kernel may lack CONFIG_BRIDGE_VLAN_FILTERING. */
const test = suiteNeeding('plans of VLANs of bridges', 'netns')

const links: Desired['links'] = [
  { name: 'p0', kind: 'veth', master: 'br0', up: true, peer: { name: 'p1', up: true } },
  { name: 'br0', kind: 'bridge', up: true, data: { vlanFiltering: true } },
]

const desired: Desired = {
  bridgeVlans: [
    { dev: 'p0', vid: 100, pvid: true, untagged: true },
    { dev: 'p0', vid: 1, absent: true },
    { dev: 'p0', vid: 200, vidEnd: 299, state: 'blocking' },
    { dev: 'br0', vid: 100 },
    { dev: 'br0', vid: 1, pvid: true, untagged: true },
  ],
  links,
}

/** Returns all VLANs as text. */
const vlansOf = async (nl: Netlink) =>
  (await nl.bridge.vlan.list({}, { names: true })).map((each) => JSON.stringify(each))

const short = async (nl: Netlink) =>
  (await nl.bridge.vlan.list({}, { names: true })).map(
    ({ devName, vid, vidEnd, pvid, untagged, state }) =>
      `${devName} ${vid}-${vidEnd} ${pvid ? 'pvid ' : ''}${untagged ? 'untagged ' : ''}${state}`,
  )

inBothWays(
  test,
  'VLANs of ports that the plan creates, and the default VLAN that they get with their bridge',
  async (nl) => {
    const plan = await nl.plan(desired)
    assert.equal(plan.conflicts, [])
    assert.equal(shortOf(plan), [
      'add link p0',
      'add link br0',
      'change link p0: master',
      'add vlan vid 100 dev p0',
      'add vlan vid 200 vidEnd 299 dev p0',
      'add vlan vid 100 dev br0',
      'change link p0: up',
      'change link br0: up',
      'remove vlan vid 1 dev p0',
    ])
    const applied = await plan.apply()
    assert.is((await nl.plan(desired)).isEmpty, true, String(await nl.plan(desired)))
    assert.equal(await short(nl), [
      'p0 100-undefined pvid untagged forwarding',
      'p0 200-299 blocking',
      'br0 1-undefined pvid untagged forwarding',
      'br0 100-undefined forwarding',
    ])
    applied.undoSync()
    assert.equal(await vlansOf(nl), [])
    assert.is(await nl.link.get('br0'), undefined)
  },
)

inBothWays(test, 'VLANs of a port that joins, and of present ones, are changed and undone exactly', async (nl) => {
  for (const { master: _, ...link } of links as { name: string; kind: 'bridge'; master?: string }[])
    await nl.link.add(link)
  await nl.link.add({ name: 'q0', kind: 'veth', master: 'br0', peer: { name: 'q1' } })
  await nl.bridge.vlan.add({ dev: 'q0', vid: 50, vidEnd: 59, state: 'learning' })
  const before = await vlansOf(nl)
  const state: Desired = {
    links: [{ name: 'p0', master: 'br0' }],
    bridgeVlans: [
      { dev: 'p0', vid: 1, pvid: false, untagged: true },
      { dev: 'q0', vid: 55, vidEnd: 65, untagged: true, state: 'forwarding' },
      { dev: 'q0', vid: 50, vidEnd: 52, absent: true },
      { dev: 'q0', vid: 70, pvid: true },
      { dev: 'br0', vid: 1, absent: true },
    ],
  }
  const plan = await nl.plan(state)
  assert.equal(plan.conflicts, [])
  const applied = await plan.apply()
  assert.is((await nl.plan(state)).isEmpty, true, String(await nl.plan(state)))
  assert.equal(await short(nl), [
    'p0 1-undefined untagged forwarding',
    'q0 1-undefined untagged forwarding',
    'q0 53-54 learning',
    'q0 55-65 untagged forwarding',
    'q0 70-undefined pvid forwarding',
  ])
  assert.is((await nl.plan({ bridgeVlans: [{ dev: 'q0', vid: 53 }] })).others, 1 + 1 + 1 + 11 + 1)
  applied.undoSync()
  assert.equal(await vlansOf(nl), before)
})

inBothWays(test, 'a refusal undoes the steps before it, and specs of one VLAN are a conflict', async (nl) => {
  await (await nl.plan(desired)).apply()
  const before = await vlansOf(nl)
  const failing = {
    bridgeVlans: [
      { dev: 'p0', vid: 150, pvid: true },
      { dev: 'p0', vid: 250, vidEnd: 350, untagged: true, tunnelId: 7 },
    ],
  }
  const error = await (await nl.plan(failing)).apply().then(
    () => undefined,
    (thrown: Error & { left: unknown[] }) => thrown,
  )
  assert.equal([error?.name, error?.left], ['ApplyError', []])
  assert.equal(await vlansOf(nl), before)
  const { conflicts } = await nl.plan({
    bridgeVlans: [
      { dev: 'p0', vid: 5, vidEnd: 9, absent: true },
      { dev: 'p0', vid: 200, vidEnd: 220, absent: true },
      { dev: 'p0', vid: 210 },
      { dev: 'p0', vid: 300, pvid: true },
      { dev: 'p0', vid: 301, pvid: true },
      { dev: 'none', vid: 301 },
    ],
  })
  assert.equal(
    conflicts.map(({ type, path }) => `${type} ${path}`),
    ['duplicate bridgeVlans[4]', 'reference bridgeVlans[5].dev', 'duplicate bridgeVlans[1]'],
  )
})

test.run()
