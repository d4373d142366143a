import type { BridgeVni, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('VNIs of vxlans by the API', 'netns')

/** Creates two vxlans that filter VNIs; the second one has a link, so that it can join multicast groups. */
async function vxlans(nl: Netlink): Promise<void> {
  await nl.link.add({ name: 'a', kind: 'veth', up: true, peer: { name: 'b', up: true } })
  const data = { collectMetadata: true, vnifilter: true } as const
  await nl.link.add({ name: 'vx0', kind: 'vxlan', data: { ...data, port: 4789 } })
  await nl.link.add({ name: 'vx1', kind: 'vxlan', data: { ...data, port: 4790, link: 'a' } })
}

interface Printed {
  readonly ifname: string
  readonly vnis: readonly Readonly<Record<string, unknown>>[]
}

const printed = (ns: Namespace, ...options: string[]): Printed[] =>
  JSON.parse(ns.exec('bridge', [...options, '-j', 'vni', 'show']))

/** `rxPkts` is `rx_pkts`. */
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Returns a VNI as `bridge -j vni` prints it: it calls a unicast address `remote`. */
function asPrinted({ vni, vniEnd, group, stats }: BridgeVni) {
  const counters = Object.entries(stats ?? {}).map(([key, value]) => [snakeCase(key), Number(value)])
  const isGroup = group !== undefined && /^(2[23]\d\.|ff)/.test(group)
  return {
    vni,
    ...(vniEnd !== undefined && { vniEnd }),
    ...(group !== undefined && { [isGroup ? 'group' : 'remote']: group }),
    ...(stats !== undefined && { stats: Object.fromEntries(counters) }),
  }
}

inBothWays(test, 'every member that bridge prints', async (nl, ns) => {
  await vxlans(nl)
  await nl.bridge.vni.add({ dev: 'vx0', vni: 100, vniEnd: 104 })
  await nl.bridge.vni.add({ dev: 'vx0', vni: 7, group: '10.0.0.7' })
  await nl.bridge.vni.add({ dev: 'vx1', vni: 200, vniEnd: 201, group: '239.1.1.1' })
  await nl.bridge.vni.add({ dev: 'vx1', vni: 0xffffff, group: '10.0.0.9' })
  for (const stats of [false, true]) {
    const listed = await nl.bridge.vni.list({ stats }, { names: true })
    const all = printed(ns, ...(stats ? ['-s'] : []))
    assert.equal(
      all.map(({ ifname, vnis }) => [ifname, vnis]),
      ['vx0', 'vx1'].map((name) => [name, listed.filter(({ devName }) => devName === name).map(asPrinted)]),
      `stats ${stats}`,
    )
  }
  ns.exec('bridge', ['vni', 'add', 'dev', 'vx0', 'vni', '300-310'])
  assert.equal(asPrinted((await nl.bridge.vni.list({ dev: 'vx0', vni: 305, vniEnd: 999 }))[0] as BridgeVni), {
    ...{ vni: 305, vniEnd: 310 },
  })
  const found = await nl.bridge.vni.get({ dev: 'vx1', vni: 201 })
  assert.equal(found && { ...found }, { dev: nl.link.getSync('vx1')?.index, vni: 201, group: '239.1.1.1' })
  assert.is(await nl.bridge.vni.get({ dev: 'vx1', vni: 202 }), undefined)
  assert.equal(await nl.bridge.vni.list({ dev: 'a' }), [])
})

inBothWays(test, 'a VNI that was read can be deleted and added again', async (nl) => {
  await vxlans(nl)
  await nl.bridge.vni.add({ dev: 'vx1', vni: 5, vniEnd: 9, group: '239.1.1.1' })
  await nl.bridge.vni.add({ dev: 'vx1', vni: 10 })
  const all = await nl.bridge.vni.list()
  assert.is(all.length, 2)
  for (const each of all) await nl.bridge.vni.delete(each)
  assert.equal(await nl.bridge.vni.list(), [])
  for (const each of all) await nl.bridge.vni.add({ ...each })
  assert.equal(await nl.bridge.vni.list(), all)
})

inBothWays(test, 'ensure adds what is missing and changes what differs', async (nl) => {
  await vxlans(nl)
  const { vni } = nl.bridge
  const spec = { dev: 'vx1', vni: 10, vniEnd: 20 }
  assert.equal(await vni.ensure(spec), { changed: true, created: true, changes: [] })
  assert.equal(await vni.ensure(spec), { changed: false, created: false, changes: [] })
  await vni.delete({ dev: 'vx1', vni: 12, vniEnd: 13 })
  assert.equal(await vni.ensure({ ...spec, group: '239.1.1.1' }), {
    ...{ changed: true, created: false },
    changes: [
      { key: 'vni', before: '10-11, 14-20', after: '10-20' },
      { key: 'group', before: undefined, after: '239.1.1.1' },
    ],
  })
  // Without a group, the present one stays.
  assert.is((await vni.ensure(spec)).changed, false)
  await vni.set({ dev: 'vx1', vni: 15, group: '239.1.1.2' })
  assert.is((await vni.ensure(spec)).changed, false)
  assert.equal(
    (await vni.list({ dev: 'vx1' })).map((each) => [each.vni, each.vniEnd, each.group]),
    [
      [10, 14, '239.1.1.1'],
      [15, undefined, '239.1.1.2'],
      [16, 20, '239.1.1.1'],
    ],
  )
})

inBothWays(test, 'if the kernel refuses one VNI of several, nothing changes', async (nl) => {
  await vxlans(nl)
  const { vni } = nl.bridge
  await vni.add({ dev: 'vx0', vni: 50 })
  const before = await vni.list()
  // A multicast group needs a link, which vx0 lacks.
  const spec = { dev: 'vx0', vni: 49, vniEnd: 51, group: '239.1.1.1' }
  await refuses('ensure', () => vni.ensure(spec), 'EINVAL', /Local interface required for multicast remote group/)
  assert.equal(await vni.list(), before)
  await refuses('add', () => vni.add({ ...spec, vni: 60, vniEnd: 61 }), 'EINVAL', /Local interface/)
  assert.equal(await vni.list(), before)
})

inBothWays(test, 'refusals name the VNI', async (nl) => {
  await vxlans(nl)
  const { vni } = nl.bridge
  await vni.add({ dev: 'vx0', vni: 50, vniEnd: 60 })
  await refuses('add', () => vni.add({ dev: 'vx0', vni: 59, vniEnd: 99 }), 'EEXIST', /VNI 59-60 exists/)
  await refuses('set', () => vni.set({ dev: 'vx0', vni: 59, vniEnd: 62 }), 'ENOENT', /no VNI 61-62/)
  await refuses('delete', () => vni.delete({ dev: 'vx0', vni: 61 }), 'ENOENT', /vni 61 dev vx0: no such VNI/)
  await refuses('no vxlan', () => vni.add({ dev: 'a', vni: 1 }), 'EINVAL', /not a vxlan device/)
  await refuses('no link', () => vni.list({ dev: 'none' }), 'ENODEV', /no link "none"/)
})

/** Wrong options, with what the error says. */
const wrong: readonly (readonly [options: object, says: RegExp])[] = [
  [{}, /expected vni to have 'dev', got none/],
  [{ dev: 'vx0' }, /expected vni to have 'vni', got none/],
  [{ dev: '', vni: 1 }, /expected dev to be the name of a link/],
  [{ dev: 'vx0', vni: -1 }, /expected vni of vni to be an integer from 0 to 16777215, got -1/],
  [{ dev: 'vx0', vni: 2 ** 24 }, /from 0 to 16777215, got 16777216/],
  [{ dev: 'vx0', vni: '5' }, /from 0 to 16777215, got "5"/],
  [{ dev: 'vx0', vni: 5, vniEnd: 4 }, /expected vniEnd of vni to be at least vni, 5, got 4/],
  [{ dev: 'vx0', vni: 5, group: 'x' }, /expected group of vni to be an IPv4 or IPv6 address, got "x"/],
  [
    { dev: 'vx0', vni: 5, remote: '10.0.0.1' },
    /expected vni to have the keys dev, vni, vniEnd, group, stats, got 'remote'/,
  ],
  [{ dev: 'vx0', vni: 5, group: null }, /expected group of vni to have a value or to be left out, got null/],
]

inBothWays(test, 'wrong options are refused before anything is sent', async (nl) => {
  for (const [options, says] of wrong)
    for (const verb of ['add', 'ensure', 'set'] as const)
      await refuses(
        `${verb} ${JSON.stringify(options)}`,
        () => nl.bridge.vni[verb](options as never),
        'TypeError',
        says,
      )
  await refuses('filter', () => nl.bridge.vni.list({ vniEnd: 4 } as never), 'TypeError', /expected vni with vniEnd/)
  await refuses(
    'several',
    () => nl.bridge.vni.get({ dev: 'lo', vni: 1, vniEnd: 2 }),
    'TypeError',
    /'list' returns several/,
  )
})

test.run()
