import type { BridgeVlan, NamedBridgeVlan, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because this machine's kernel may lack CONFIG_BRIDGE_VLAN_FILTERING. */
const test = suiteNeeding('VLANs of bridges by the API', 'netns')

/** Creates a bridge that filters VLANs, with a port that may map them to tunnels. */
async function bridge(nl: Netlink): Promise<void> {
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true, data: { vlanFiltering: true } })
  await nl.link.add({ name: 'p0', kind: 'veth', master: 'br0', up: true, peer: { name: 'p1', up: true } })
  await nl.link.set('p0', { slaveKind: 'bridge', slaveData: { vlanTunnel: true } })
}

const defaults = { pvid: false, untagged: false, state: 'forwarding', mcastRouter: 'temp_query' }

/** Returns VLANs without what most of them have. */
const short = (vlans: readonly BridgeVlan[]) =>
  vlans.map(({ dev: _, ...vlan }) =>
    Object.fromEntries(Object.entries(vlan).filter(([key, value]) => defaults[key as keyof typeof defaults] !== value)),
  )

interface Printed {
  readonly ifname: string
  readonly vlans: readonly object[]
}

const printed = (ns: Namespace): Printed[] => JSON.parse(ns.exec('bridge', ['-d', '-j', 'vlan', 'show']))
const routers = ['disabled', 'temp_query', 'perm', 'temp']

/** Returns a VLAN as `bridge -d -j vlan` prints it. */
function asPrinted({ vid, vidEnd, pvid, untagged, state, mcastRouter }: BridgeVlan) {
  const flags = [...(pvid ? ['PVID'] : []), ...(untagged ? ['Egress Untagged'] : [])]
  return {
    vlan: vid,
    ...(vidEnd !== undefined && { vlanEnd: vidEnd }),
    ...(flags.length > 0 && { flags }),
    ...{ state, mcast_router: routers.indexOf(String(mcastRouter)) },
  }
}

inBothWays(test, 'every member that bridge prints', async (nl, ns) => {
  await bridge(nl)
  const { vlan } = nl.bridge
  await vlan.add({ dev: 'p0', vid: 5, vidEnd: 9 })
  await vlan.add({ dev: 'p0', vid: 20, pvid: true, untagged: true, state: 'blocking' })
  await vlan.add({ dev: 'p0', vid: 31, vidEnd: 33, tunnelId: 100, mcastRouter: 'perm' })
  await vlan.add({ dev: 'br0', vid: 7, untagged: true })
  const listed = (await vlan.list({}, { names: true })) as NamedBridgeVlan[]
  const all = printed(ns)
  assert.equal(
    all.map(({ ifname, vlans }) => [ifname, vlans]),
    ['br0', 'p0'].map((name) => [name, listed.filter(({ devName }) => devName === name).map(asPrinted)]),
  )
  const tunnels = JSON.parse(ns.exec('bridge', ['-j', 'vlan', 'tunnelshow'])) as { tunnels: object[] }[]
  assert.equal(tunnels[0]?.tunnels, [{ vlan: 31, vlanEnd: 33, tunid: 100, tunidEnd: 102 }])
  assert.equal(short(await vlan.list({ dev: 'p0', vid: 32, vidEnd: 99 })), [
    { vid: 32, vidEnd: 33, tunnelId: 101, mcastRouter: 'perm' },
  ])
  const [counted] = await vlan.list({ dev: 'p0', vid: 5, stats: true })
  assert.equal(Object.keys(counted?.stats ?? {}).sort(), ['rxBytes', 'rxPackets', 'txBytes', 'txPackets'])
  assert.is((await vlan.get({ dev: 'p0', vid: 33 }))?.tunnelId, 102)
  assert.is(await vlan.get({ dev: 'p0', vid: 34 }), undefined)
  assert.equal(await vlan.list({ dev: 'p1' }), [])
})

inBothWays(test, 'a VLAN that was read can be deleted and added again', async (nl) => {
  await bridge(nl)
  const { vlan } = nl.bridge
  await vlan.add({ dev: 'p0', vid: 31, vidEnd: 33, tunnelId: 100, mcastRouter: 'perm' })
  await vlan.add({ dev: 'p0', vid: 40, vidEnd: 50, state: 'learning' })
  const all = await vlan.list()
  for (const each of all) await vlan.delete(each)
  assert.equal(await vlan.list(), [])
  for (const each of all) await vlan.add({ ...each })
  assert.equal(await vlan.list(), all)
})

inBothWays(test, 'ensure adds what is missing and changes what differs', async (nl) => {
  await bridge(nl)
  const { vlan } = nl.bridge
  const spec = { dev: 'p0', vid: 10, vidEnd: 20 }
  assert.equal(await vlan.ensure(spec), { changed: true, created: true, changes: [] })
  assert.equal(await vlan.ensure(spec), { changed: false, created: false, changes: [] })
  await vlan.delete({ dev: 'p0', vid: 12, vidEnd: 13 })
  assert.equal(await vlan.ensure({ ...spec, untagged: true, state: 'learning' }), {
    ...{ changed: true, created: false },
    changes: [
      { key: 'vid', before: '10-11, 14-20', after: '10-20' },
      { key: 'untagged', before: false, after: true },
      { key: 'state', before: 'forwarding', after: 'learning' },
    ],
  })
  // What is left out stays, for each VLAN.
  await vlan.set({ dev: 'p0', vid: 15, untagged: false })
  assert.is((await vlan.ensure(spec)).changed, false)
  assert.equal((await vlan.ensure({ ...spec, state: 'forwarding' })).changes.length, 1)
  assert.equal(short(await vlan.list({ dev: 'p0', vid: 2, vidEnd: 99 })), [
    { vid: 10, vidEnd: 14, untagged: true },
    { vid: 15 },
    { vid: 16, vidEnd: 20, untagged: true },
  ])
  // One VLAN of a port is that of untagged frames.
  await vlan.ensure({ dev: 'p0', vid: 10, pvid: true })
  assert.equal(
    (await vlan.list({ dev: 'p0' })).filter(({ pvid }) => pvid).map(({ vid }) => vid),
    [10],
  )
  await vlan.ensure({ dev: 'p0', vid: 10, pvid: false })
  assert.equal(
    (await vlan.list({ dev: 'p0' })).filter(({ pvid }) => pvid),
    [],
  )
})

inBothWays(test, 'the mapping to tunnels is added, changed and deleted', async (nl) => {
  await bridge(nl)
  const { vlan } = nl.bridge
  const spec = { dev: 'p0', vid: 31, vidEnd: 33 }
  await vlan.add(spec)
  for (const tunnelId of [100, 200, 0, 300]) {
    assert.is((await vlan.ensure({ ...spec, tunnelId })).changed, true, String(tunnelId))
    assert.is((await vlan.ensure({ ...spec, tunnelId })).changed, false, String(tunnelId))
    assert.equal(
      (await vlan.list(spec)).map((each) => each.tunnelId),
      [tunnelId || undefined],
    )
  }
  await vlan.set({ dev: 'p0', vid: 32, tunnelId: 77 })
  assert.equal(
    (await vlan.list(spec)).map((each) => [each.vid, each.tunnelId]),
    [
      [31, 300],
      [32, 77],
      [33, 302],
    ],
  )
})

inBothWays(test, 'if the kernel refuses an option, nothing changes', async (nl) => {
  await bridge(nl)
  const { vlan } = nl.bridge
  await nl.link.set('p0', { slaveKind: 'bridge', slaveData: { vlanTunnel: false } })
  await vlan.add({ dev: 'p0', vid: 5, untagged: true })
  const before = await vlan.list()
  const spec = { dev: 'p0', vid: 4, vidEnd: 6, untagged: false, state: 'learning', tunnelId: 7 } as const
  await refuses('ensure', () => vlan.ensure(spec), 'EINVAL', /Port doesn't have tunnel flag set/)
  assert.equal(await vlan.list(), before)
  await refuses('set', () => vlan.set({ dev: 'p0', vid: 5, pvid: true, tunnelId: 7 }), 'EINVAL', /tunnel flag/)
  assert.equal(await vlan.list(), before)
  await refuses('add', () => vlan.add({ dev: 'p0', vid: 6, pvid: true, tunnelId: 7 }), 'EINVAL', /tunnel flag/)
  assert.equal(await vlan.list(), before)
})

inBothWays(test, 'refusals name the VLAN', async (nl) => {
  await bridge(nl)
  const { vlan } = nl.bridge
  await vlan.add({ dev: 'p0', vid: 50, vidEnd: 60 })
  await refuses('add', () => vlan.add({ dev: 'p0', vid: 59, vidEnd: 99 }), 'EEXIST', /VLAN 59-60 exists/)
  await refuses('set', () => vlan.set({ dev: 'p0', vid: 59, vidEnd: 62 }), 'ENOENT', /no VLAN 61-62/)
  await refuses('delete', () => vlan.delete({ dev: 'p0', vid: 61 }), 'ENOENT', /vid 61 dev p0: no such VLAN/)
  await refuses('no port', () => vlan.add({ dev: 'p1', vid: 1 }), 'EINVAL', /not a valid bridge or bridge port/)
  await refuses('no link', () => vlan.list({ dev: 'none' }), 'ENODEV', /no link "none"/)
})

/** Wrong options, with what the error says. */
const wrong: readonly (readonly [options: object, says: RegExp])[] = [
  [{}, /expected vlan to have 'dev', got none/],
  [{ dev: 'p0' }, /expected vlan to have 'vid', got none/],
  [{ dev: '', vid: 1 }, /expected dev to be the name of a link/],
  [{ dev: 'p0', vid: 0 }, /expected vid of vlan to be an integer from 1 to 4094, got 0/],
  [{ dev: 'p0', vid: 4095 }, /from 1 to 4094, got 4095/],
  [{ dev: 'p0', vid: '5' }, /from 1 to 4094, got "5"/],
  [{ dev: 'p0', vid: 5, vidEnd: 4 }, /expected vidEnd of vlan to be at least vid, 5, got 4/],
  [{ dev: 'p0', vid: 5, vidEnd: 6, pvid: true }, /expected pvid with one VLAN, got it with those from 5 to 6/],
  [{ dev: 'p0', vid: 5, pvid: 1 }, /expected pvid of vlan to be true or false, got 1/],
  [
    { dev: 'p0', vid: 5, state: 'open' },
    /expected state of vlan to be a number or one of disabled, listening, .*got "open"/,
  ],
  [{ dev: 'p0', vid: 5, state: 5 }, /expected state of vlan to be an integer from 0 to 4, got 5/],
  [{ dev: 'p0', vid: 5, mcastRouter: 'x' }, /expected mcastRouter of vlan to be a number or one of disabled/],
  [{ dev: 'p0', vid: 5, tunnelId: 2 ** 24 }, /expected tunnelId of vlan to be an integer from 0 to 16777215/],
  [{ dev: 'p0', vid: 5, vidEnd: 6, tunnelId: 2 ** 24 - 1 }, /expected the last tunnelId of vlan to be an integer/],
  [{ dev: 'p0', vid: 5, neighSuppress: 'on' }, /expected neighSuppress of vlan to be true or false, got "on"/],
  [{ dev: 'p0', vid: 5, tagged: true }, /expected vlan to have the keys dev, vid, vidEnd, .*, got 'tagged'/],
  [{ dev: 'p0', vid: null }, /expected vid of vlan to have a value or to be left out, got null/],
]

inBothWays(test, 'wrong options are refused before anything is sent', async (nl) => {
  await bridge(nl)
  const before = await nl.bridge.vlan.list()
  for (const [options, says] of wrong)
    for (const verb of ['add', 'ensure', 'set'] as const)
      await refuses(
        `${verb} ${JSON.stringify(options)}`,
        () => nl.bridge.vlan[verb](options as never),
        'TypeError',
        says,
      )
  await refuses('filter', () => nl.bridge.vlan.list({ vidEnd: 4 } as never), 'TypeError', /expected vid with vidEnd/)
  assert.equal(await nl.bridge.vlan.list(), before)
})

test.run()
