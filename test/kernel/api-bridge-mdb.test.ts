import type { BridgeMdbEntry, NamedBridgeMdbEntry, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('multicast databases by the API', 'netns')

/** Creates a bridge with the newest versions of IGMP and MLD, with two ports, and a vxlan. */
async function bridge(nl: Netlink): Promise<void> {
  const data = { mcastIgmpVersion: 3, mcastMldVersion: 2 } as const
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true, data })
  for (const name of ['p0', 'p1'])
    await nl.link.add({ name, kind: 'veth', master: 'br0', up: true, peer: { name: `${name}-peer`, up: true } })
  await nl.link.add({ name: 'vx0', kind: 'vxlan', up: true, data: { id: 7, port: 4790 } })
  await until('ports that forward', () =>
    ['p0', 'p1'].every((name) => {
      const link = nl.link.getSync(name)
      return link?.slaveKind === 'bridge' && link.slaveData?.state === 'forwarding'
    }),
  )
}

/** True for an entry that a test has added: hosts join other groups by themselves. */
const isOurs = ({ group }: { readonly group: string }) => !/^ff02::/.test(group)

interface Printed {
  readonly dev: string
  readonly port: string
  readonly grp: string
  readonly [member: string]: unknown
}

const printed = (ns: Namespace): Printed[] =>
  (JSON.parse(ns.exec('bridge', ['-d', '-s', '-j', 'mdb', 'show'])) as { mdb: Printed[] }[])
    .flatMap(({ mdb }) => mdb)
    .filter(({ grp }) => isOurs({ group: grp }))

/** Returns an entry as `bridge -d -j mdb` prints it, without times. */
const asPrinted = (entry: NamedBridgeMdbEntry) => ({
  ...{ index: entry.master, dev: entry.masterName, port: entry.devName, grp: entry.group },
  ...(entry.source !== undefined && { src: entry.source }),
  ...(entry.vid !== undefined && { vid: entry.vid }),
  state: entry.state === 'temporary' ? 'temp' : entry.state,
  ...(entry.mode !== undefined && { filter_mode: entry.mode }),
  ...(entry.sources !== undefined && { source_list: entry.sources.map((address) => ({ address })) }),
  ...(entry.protocol !== undefined && { protocol: String(entry.protocol) }),
  flags: entry.flags.map((flag) => flag.toLowerCase()),
})

const withoutTimes = ({ timer: _, source_list: sources, ...rest }: Printed) => ({
  ...rest,
  ...(Array.isArray(sources) && { source_list: sources.map(({ address }) => ({ address })) }),
})

const entries = [
  { dev: 'p0', group: '239.1.1.1' },
  { dev: 'p1', group: '239.1.1.1', protocol: 'bgp' },
  { dev: 'p0', group: '239.1.1.2', source: '10.0.0.1' },
  { dev: 'p0', group: '239.1.1.3', mode: 'include', sources: ['10.0.0.1', '10.0.0.2'] },
  { dev: 'p0', group: 'ff05::3', mode: 'exclude', sources: ['2001:db8::1'], protocol: 77 },
  { dev: 'p0', group: 'ff05::4', state: 'temporary' },
  { dev: 'p1', group: '01:00:5e:00:00:07', vid: 9 },
  { dev: 'br0', group: '239.1.1.5' },
] as const

inBothWays(test, 'every member that bridge prints', async (nl, ns) => {
  await bridge(nl)
  for (const entry of entries) await nl.bridge.mdb.add(entry)
  const listed = (await nl.bridge.mdb.list({ master: 'br0' }, { names: true })).filter(isOurs)
  assert.equal(printed(ns).map(withoutTimes), listed.map(asPrinted))
  const temporary = await nl.bridge.mdb.get({ dev: 'p0', group: 'ff05::4' })
  assert.ok((temporary?.timer ?? 0) > 0)
  assert.is((await nl.bridge.mdb.get({ dev: 'p0', group: '239.1.1.1' }))?.timer, undefined)
  assert.equal(
    (await nl.bridge.mdb.list({ dev: 'p1' })).filter(isOurs).map(({ group, vid }) => [group, vid]),
    [
      ['01:00:5e:00:00:07', 9],
      ['239.1.1.1', undefined],
    ],
  )
  assert.equal((await nl.bridge.mdb.list({ group: '01:00:5E:00:00:07', vid: 9 })).length, 1)
  assert.equal(await nl.bridge.mdb.list({ dev: 'lo' }), [])
})

/** Returns entries without what changes with time. */
const settled = (all: readonly BridgeMdbEntry[]) =>
  all
    .filter(isOurs)
    .map(({ timer: _, sources, ...rest }) => ({ ...rest, ...(sources && { sources: [...sources].sort() }) }))
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))

inBothWays(test, 'an entry that was read can be deleted and added again', async (nl) => {
  await bridge(nl)
  for (const entry of entries) await nl.bridge.mdb.add(entry)
  const endpoints = [
    { dev: 'vx0', group: '239.1.1.6', dst: '10.9.9.1' },
    { dev: 'vx0', group: '239.1.1.6', dst: '10.9.9.2', vni: 9, port: 99, via: 'p0-peer' },
    { dev: 'vx0', group: '0.0.0.0', dst: '2001:db8::9' },
    { dev: 'vx0', group: 'ff05::7', dst: '10.9.9.1', mode: 'exclude', sources: ['2001:db8::1'] },
  ] as const
  for (const entry of endpoints) await nl.bridge.mdb.add(entry)
  const before = settled(await nl.bridge.mdb.list())
  // The kernel adds an entry for each source of a list, and deletes it with the list.
  const own = (await nl.bridge.mdb.list())
    .filter(isOurs)
    .filter(({ source, group }) => source === undefined || group === '239.1.1.2')
  assert.is(own.length, entries.length + endpoints.length)
  for (const copy of [(one: BridgeMdbEntry) => one, (one: BridgeMdbEntry) => ({ ...one })]) {
    for (const entry of own) {
      await nl.bridge.mdb.delete(copy(entry))
      assert.is(await nl.bridge.mdb.get(copy(entry)), undefined)
    }
    assert.equal(settled(await nl.bridge.mdb.list()), [])
    for (const entry of own) await nl.bridge.mdb.add(copy(entry))
    assert.equal(settled(await nl.bridge.mdb.list()), before)
    for (const entry of own) assert.is((await nl.bridge.mdb.ensure(copy(entry))).changed, false, entry.group)
  }
})

inBothWays(test, 'ensure adds an entry or changes what differs', async (nl) => {
  await bridge(nl)
  const { mdb } = nl.bridge
  const spec = { dev: 'p0', group: '239.1.1.1' } as const
  assert.equal(await mdb.ensure({ ...spec, state: 'temporary' }), { changed: true, created: true, changes: [] })
  const changed = await mdb.ensure({ ...spec, mode: 'include', sources: ['10.0.0.2', '10.0.0.1'] })
  assert.equal(changed.changes, [
    { key: 'state', before: 'temporary', after: 'permanent' },
    { key: 'mode', before: 'exclude', after: 'include' },
    { key: 'sources', before: [], after: ['10.0.0.1', '10.0.0.2'] },
  ])
  assert.is((await mdb.ensure({ ...spec, mode: 'include', sources: ['10.0.0.1', '10.0.0.2'] })).changed, false)
  // What is left out stays.
  assert.equal((await mdb.ensure({ ...spec, protocol: 'bgp' })).changes, [
    { key: 'protocol', before: 'static', after: 'bgp' },
  ])
  assert.equal((await mdb.get(spec))?.sources?.length, 2)
  await mdb.replace({ ...spec, mode: 'exclude' })
  assert.equal((await mdb.get(spec))?.sources ?? [], [])
  assert.is((await mdb.ensure({ dev: 'br0', group: '239.1.1.1' })).created, true)
  assert.is((await mdb.ensure({ dev: 'br0', group: '239.1.1.1' })).changed, false)
  const tunnel = { dev: 'vx0', group: '239.1.1.1', dst: '10.9.9.9', vni: 7, port: 4790 } as const
  assert.is((await mdb.ensure(tunnel)).created, true)
  assert.is((await mdb.ensure(tunnel)).changed, false)
})

inBothWays(test, 'refusals name the entry', async (nl) => {
  await bridge(nl)
  const { mdb } = nl.bridge
  const spec = { dev: 'p0', group: '239.1.1.1' }
  await mdb.add(spec)
  await refuses('add', () => mdb.add(spec), 'EEXIST', /239\.1\.1\.1 dev p0: .*already joined/)
  await mdb.delete(spec)
  await refuses('delete', () => mdb.delete(spec), 'ENOENT', /^RTM_DELMDB 239\.1\.1\.1 dev p0: no such entry/)
  await refuses('unicast', () => mdb.add({ dev: 'p0', group: '10.0.0.1' }), 'EINVAL', /not multicast/)
  await refuses('host', () => mdb.add({ dev: 'br0', group: '239.1.1.1', state: 'permanent' }), 'EINVAL', /host groups/)
  await refuses('no link', () => mdb.list({ dev: 'none' }), 'ENODEV', /no link "none"/)
})

/** Wrong options, with what the error says. */
const wrong: readonly (readonly [options: object, says: RegExp])[] = [
  [{}, /expected entry to have 'dev', got none/],
  [{ dev: 'p0' }, /expected entry to have 'group', got none/],
  [{ dev: '', group: '239.1.1.1' }, /expected dev to be the name of a link/],
  [
    { dev: 'p0', group: 'x' },
    /expected group of entry to be an IP address or a link-layer address of 6 bytes, got "x"/,
  ],
  [{ dev: 'p0', group: '01:00:5e' }, /expected group of entry to be an IP address or a link-layer/],
  [{ dev: 'p0', group: '239.1.1.1', vid: 4095 }, /expected vid of entry to be an integer from 1 to 4094, got 4095/],
  [
    { dev: 'p0', group: '239.1.1.1', state: 'forever' },
    /expected state of entry to be a number or one of temporary, permanent/,
  ],
  [{ dev: 'p0', group: '239.1.1.1', state: 2 }, /expected state of entry to be one of temporary, permanent, got 2/],
  [{ dev: 'p0', group: '239.1.1.1', mode: 'both' }, /expected mode of entry to be a number or one of exclude, include/],
  [
    { dev: 'p0', group: '239.1.1.1', source: 'ff05::1' },
    /expected source of entry to be of the family of the group 239\.1\.1\.1/,
  ],
  [{ dev: 'p0', group: '239.1.1.1', source: '10.0.0.1', mode: 'exclude' }, /expected mode only without source/],
  [
    { dev: 'p0', group: '239.1.1.1', sources: ['10.0.0.1'] },
    /expected sources of entry to be a list of addresses next to mode/,
  ],
  [{ dev: 'p0', group: '239.1.1.1', mode: 'include', sources: '10.0.0.1' }, /expected sources of entry to be a list/],
  [
    { dev: 'p0', group: '239.1.1.1', mode: 'include', sources: ['x'] },
    /expected sources of entry to be an IPv4 or IPv6 address/,
  ],
  [{ dev: 'p0', group: '239.1.1.1', protocol: 'nothing' }, /expected protocol to be a number or one of/],
  [{ dev: 'vx0', group: '239.1.1.1', vni: 5 }, /expected 'dst' with vni of entry, got none/],
  [{ dev: 'vx0', group: '239.1.1.1', dst: 'x' }, /expected dst of entry to be an IPv4 or IPv6 address/],
  [
    { dev: 'vx0', group: '239.1.1.1', dst: '10.0.0.1', port: 65536 },
    /expected port of entry to be an integer from 0 to 65535/,
  ],
  [{ dev: 'p0', grp: '239.1.1.1' }, /expected entry to have the keys dev, master, group, .*, got 'grp'/],
  [{ dev: 'p0', group: null }, /expected group of entry to have a value or to be left out, got null/],
  [
    { dev: 'p0-peer', group: '239.1.1.1' },
    /expected dev of entry to be a bridge, a port of one, or a vxlan with 'dst', got "p0-peer"/,
  ],
]

inBothWays(test, 'wrong options are refused before anything is changed', async (nl) => {
  await bridge(nl)
  for (const [options, says] of wrong)
    for (const verb of ['add', 'ensure', 'replace'] as const)
      await refuses(
        `${verb} ${JSON.stringify(options)}`,
        () => nl.bridge.mdb[verb](options as never),
        'TypeError',
        says,
      )
  assert.equal(settled(await nl.bridge.mdb.list()), [])
})

test.run()
