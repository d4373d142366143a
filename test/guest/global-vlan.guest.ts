import type { BridgeGlobalVlan, Desired, NamedBridgeGlobalVlan, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because this machine's kernel may lack CONFIG_BRIDGE_VLAN_FILTERING. */
const test = suiteNeeding('options of VLANs in their whole bridge', 'netns')

async function bridge(nl: Netlink): Promise<void> {
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true, data: { vlanFiltering: true } })
  await nl.link.add({ name: 'p0', kind: 'veth', master: 'br0', up: true, peer: { name: 'p1', up: true } })
  await nl.bridge.vlan.add({ dev: 'p0', vid: 10, vidEnd: 19 })
}

const numbers = (from: number, to = from) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** Returns a VLAN as `bridge -j vlan global show` prints it. */
const asPrinted = (vlan: BridgeGlobalVlan) => ({
  vlan: vlan.vid,
  ...(vlan.vidEnd !== undefined && { vlanEnd: vlan.vidEnd }),
  ...{ mcast_snooping: Number(vlan.mcastSnooping), mcast_querier: Number(vlan.mcastQuerier) },
  ...{ mcast_igmp_version: vlan.mcastIgmpVersion, mcast_mld_version: vlan.mcastMldVersion },
  ...{ mcast_last_member_count: vlan.mcastLastMemberCnt, mcast_startup_query_count: vlan.mcastStartupQueryCnt },
  mcast_last_member_interval: Number(vlan.mcastLastMemberIntvl),
  mcast_membership_interval: Number(vlan.mcastMembershipIntvl),
  mcast_querier_interval: Number(vlan.mcastQuerierIntvl),
  mcast_query_interval: Number(vlan.mcastQueryIntvl),
  mcast_query_response_interval: Number(vlan.mcastQueryResponseIntvl),
  mcast_startup_query_interval: Number(vlan.mcastStartupQueryIntvl),
})

type Printed = { readonly ifname: string; readonly vlans: Readonly<Record<string, unknown>>[] }

/** Returns what bridge prints, without the state of queriers and the members that older versions of it lack. */
function printed(ns: Namespace, known: readonly object[]): object[] {
  const keys = new Set(known.flatMap((each) => Object.keys(each)))
  const all: Printed[] = JSON.parse(ns.exec('bridge', ['-j', 'vlan', 'global', 'show']))
  return all.flatMap(({ vlans }) =>
    vlans.map((vlan) => Object.fromEntries(Object.entries(vlan).filter(([key]) => keys.has(key)))),
  )
}

const changed = { mcastSnooping: false, mcastQuerier: true, mcastIgmpVersion: 3, mcastMldVersion: 2 } as const
const counted = { mcastLastMemberCnt: 3, mcastStartupQueryCnt: 4, mcastLastMemberIntvl: 200n } as const
const timed = { mcastMembershipIntvl: 26100n, mcastQuerierIntvl: 25600n, mcastQueryIntvl: 12600n } as const
const answered = { mcastQueryResponseIntvl: 1100n, mcastStartupQueryIntvl: 3200n, msti: 7 } as const
const all = { ...changed, ...counted, ...timed, ...answered }

inBothWays(test, 'every option that bridge prints', async (nl, ns) => {
  await bridge(nl)
  const { globalVlan } = nl.bridge
  await globalVlan.set({ dev: 'br0', vid: 12, vidEnd: 14, ...all })
  const listed = await globalVlan.list({ dev: 'br0' })
  assert.equal(
    listed.map(({ vid, vidEnd }) => [vid, vidEnd]),
    [
      [1, undefined],
      [10, 11],
      [12, 14],
      [15, 19],
    ],
  )
  const { dev: _, vid: __, vidEnd: ___, ...options } = listed[2] as BridgeGlobalVlan
  assert.equal(options, all)
  const mine = listed.map(asPrinted)
  const theirs = printed(ns, mine)
  assert.is(theirs.length, mine.length)
  for (const [at, vlan] of theirs.entries())
    for (const [key, value] of Object.entries(vlan))
      assert.equal(Number(value), Number(mine[at]?.[key as keyof (typeof mine)[number]]), `${at} ${key}`)
  assert.is((await globalVlan.get({ dev: 'br0', vid: 13 }))?.msti, 7)
  assert.is(await globalVlan.get({ dev: 'br0', vid: 40 }), undefined)
  assert.equal(await globalVlan.list({ dev: 'p0' }), [])
})

inBothWays(test, 'ensure changes what differs, and refusals change nothing', async (nl) => {
  await bridge(nl)
  const { globalVlan } = nl.bridge
  const spec = { dev: 'br0', vid: 10, vidEnd: 19, mcastQuerier: true, mcastQueryIntvl: 6000n } as const
  assert.equal(
    (await globalVlan.ensure(spec)).changes.map(({ key }) => key),
    ['mcastQuerier', 'mcastQueryIntvl'],
  )
  assert.not.ok((await globalVlan.ensure(spec)).changed)
  const before = await globalVlan.list()
  await refuses('missing', () => globalVlan.set({ ...spec, vidEnd: 25, mcastQuerier: false }), 'ENOENT', /20-25/)
  await refuses('port', () => globalVlan.set({ ...spec, dev: 'p0' }), 'ENOENT', /no VLAN/)
  assert.equal(await globalVlan.list(), before)
})

inBothWays(test, 'plans of VLANs and their options, of new and present bridges, are undone exactly', async (nl) => {
  await bridge(nl)
  await nl.bridge.globalVlan.set({ dev: 'br0', vid: 10, msti: 5 })
  const before = JSON.stringify(await nl.bridge.globalVlan.list())
  const desired: Desired = {
    bridgeGlobalVlans: [
      { dev: 'br0', vid: 10, vidEnd: 21, mcastQuerier: true, msti: 9 },
      { dev: 'br1', vid: 1, mcastSnooping: false },
      { dev: 'br1', vid: 7, mcastIgmpVersion: 3 },
    ],
    bridgeVlans: [
      { dev: 'p0', vid: 20, vidEnd: 21 },
      { dev: 'q0', vid: 7 },
    ],
    links: [
      { name: 'br1', kind: 'bridge', data: { vlanFiltering: true } },
      { name: 'q0', kind: 'veth', master: 'br1', peer: { name: 'q1' } },
    ],
  }
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [], String(plan))
  const applied = await plan.apply()
  assert.ok((await nl.plan(desired)).isEmpty, String(await nl.plan(desired)))
  assert.is((await nl.bridge.globalVlan.get({ dev: 'br0', vid: 20 }))?.msti, 9)
  assert.is((await nl.bridge.globalVlan.get({ dev: 'br1', vid: 7 }))?.mcastIgmpVersion, 3)
  assert.equal(applied.undoSync().left, [])
  assert.equal(JSON.stringify(await nl.bridge.globalVlan.list()), before)
  const { conflicts } = await nl.plan({ bridgeGlobalVlans: [{ dev: 'br0', vid: 30, msti: 1 }] })
  assert.equal(
    conflicts.map(({ type, path }) => `${type} ${path}`),
    ['reference bridgeGlobalVlans[0].vid'],
  )
})

inBothWays(test, 'caches follow VLANs as their ports and bridges come and go', async (nl) => {
  await bridge(nl)
  using cache = await nl.cache(['vlan'])
  const isSame = async () => {
    await cache.settled()
    const read = (await nl.bridge.vlan.list()).flatMap(({ dev, vid, vidEnd, pvid, untagged, state }) =>
      numbers(vid, vidEnd).map((own) => `${dev} ${own} ${pvid} ${untagged} ${state}`),
    )
    const held = [...cache.vlans.values()].map(
      ({ dev, vid, pvid, untagged, state }) => `${dev} ${vid} ${pvid} ${untagged} ${state}`,
    )
    assert.equal(held.sort(), read.sort())
    return held.length
  }
  assert.is(await isSame(), 12)
  const { vlan } = nl.bridge
  for (const change of [
    () => vlan.add({ dev: 'p0', vid: 30, vidEnd: 40, untagged: true }),
    () => vlan.add({ dev: 'p0', vid: 41, pvid: true }),
    () => vlan.set({ dev: 'p0', vid: 33, vidEnd: 35, state: 'blocking' }),
    () => vlan.delete({ dev: 'p0', vid: 12, vidEnd: 31 }),
    () => nl.link.add({ name: 'q0', kind: 'veth', master: 'br0', peer: { name: 'q1' } }),
    () => nl.link.set('p0', { master: 0 }),
    () => nl.link.set('p0', { master: 'br0' }),
    () => nl.link.set('br0', { kind: 'bridge', data: { vlanDefaultPvid: 7 } }),
  ]) {
    await change()
    await isSame()
  }
  await nl.link.delete('br0')
  assert.is(await isSame(), 0)
})

inBothWays(test, 'caches and watches follow the options, as the VLANs of ports come and go', async (nl) => {
  await bridge(nl)
  using cache = await nl.cache(['globalVlan'])
  using watch = await cache.watch().ready()
  const br0 = (await nl.link.get('br0'))?.index
  const isSame = async () => {
    await cache.settled()
    const options = ({ dev, devName, vid: _, vidEnd: __, ...own }: NamedBridgeGlobalVlan) =>
      JSON.stringify({ devName, dev, ...own }, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    const read = (await nl.bridge.globalVlan.list({}, { names: true })).flatMap((each) =>
      numbers(each.vid, each.vidEnd).map((vid) => `${vid} ${options(each)}`),
    )
    assert.equal([...cache.globalVlans.values()].map((each) => `${each.vid} ${options(each)}`).sort(), read.sort())
    return cache.globalVlans.size
  }
  assert.is(await isSame(), 11)
  const { vlan, globalVlan } = nl.bridge
  await globalVlan.set({ dev: 'br0', vid: 12, vidEnd: 13, mcastQuerier: true, mcastQueryIntvl: 6000n })
  const seen: string[] = []
  for await (const event of watch) {
    if (!('kind' in event)) continue
    assert.is(event.type, 'changed')
    assert.not.ok(event.derived)
    seen.push(`${event.object.devName} ${event.object.vid} ${event.changes.map(({ key }) => key).sort()}`)
    if (event.object.vid === 13) break
  }
  assert.equal(seen, ['br0 12 mcastQuerier,mcastQueryIntvl', 'br0 13 mcastQuerier,mcastQueryIntvl'])
  assert.is(cache.globalVlans.get(`${br0} 13`)?.mcastQuerier, true)
  for (const [change, size] of [
    [() => vlan.add({ dev: 'p0', vid: 30, vidEnd: 34 }), 16],
    [() => globalVlan.set({ dev: 'br0', vid: 33, msti: 3 }), 16],
    [() => vlan.delete({ dev: 'p0', vid: 12, vidEnd: 13 }), 14],
    [() => vlan.add({ dev: 'br0', vid: 50 }), 15],
    [() => nl.link.set('p0', { master: 0 }), 2],
    [() => nl.link.set('p0', { master: 'br0' }), 2],
    [() => nl.link.add({ name: 'br1', kind: 'bridge', data: { vlanFiltering: true } }), 3],
    [() => nl.link.delete('br0'), 1],
  ] as const) {
    await change()
    assert.is(await isSame(), size)
  }
})

test.run()
