import { type Desired, Netlink, type NewQdisc } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { reaches } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests objects that refer to others which do not exist or do not fit: the kernel would refuse them halfway. */
const test = suiteNeeding('plans: references to other objects', 'netns')

const inNetns = (name: string, use: (nl: Netlink) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl)
    }),
  )

/** Runs a test in a namespace, and over the mock. */
const inBoth = (name: string, use: (nl: Netlink) => Promise<void>) => {
  inNetns(name, use)
  test(`${name} (mock)`, async () => {
    using nl = Netlink.open({ socketFactory: mockKernel() })
    await veths(nl)
    await use(nl)
  })
}

/** Checks all conflicts of a state. */
async function conflicts(nl: Netlink, desired: Desired, ...expected: string[]): Promise<void> {
  const plan = await nl.plan(desired)
  assert.equal(
    plan.conflicts.map(({ type, path, message }) => `${type} ${path}: ${message}`),
    expected,
  )
}

/** Checks that a conflict of a plan is no mistake: the kernel refuses the object too. */
async function refused(create: () => Promise<unknown>, reason: RegExp): Promise<void> {
  const error = await create().then(
    () => undefined,
    (each: Error) => each,
  )
  assert.match(error?.message ?? 'created', reason)
}

const plain = [
  { id: 1, dev: 'a' },
  { id: 2, dev: 'a', family: 'inet6' },
] as const

inBoth('groups of next hops, and routes with them', async (nl) => {
  await nl.link.set('lo', { up: true })
  await reaches(nl, { nexthops: [...plain, { id: 3, blackhole: true }, { id: 4, group: [{ id: 1 }] }] })
  const nexthops: Desired['nexthops'] = [
    { id: 10, group: [{ id: 10 }] },
    { id: 11, group: [{ id: 1 }, { id: 1 }] },
    { id: 12, group: [{ id: 4 }, { id: 14 }] },
    { id: 13, group: [{ id: 1 }, { id: 3 }] },
    { id: 14, group: [{ id: 1 }, { id: 2 }] },
    { id: 15, group: [{ id: 99 }] },
  ]
  const routes: Desired['routes'] = [
    { dst: 'fd09::/64', nexthop: 1 },
    { dst: 'fd08::/64', nexthop: 14 },
    { dst: 'fd07::/64', nexthop: 2 },
    { dst: '10.7.0.0/16', nexthop: 99 },
  ]
  await conflicts(
    nl,
    { nexthops, routes },
    'reference nexthops[5].group[0].id: no next hop 99',
    'reference routes[3].nexthop: no next hop 99',
    'cycle nexthops[0].group[0].id: expected another next hop than the group itself, got 10',
    'duplicate nexthops[1].group[1].id: expected each next hop once in a group, got 1 again',
    'refused nexthops[2].group[0].id: expected a next hop that is no group, got 4',
    'refused nexthops[2].group[1].id: expected a next hop that is no group, got 14',
    'refused nexthops[3].group[1].id: expected no other next hop in the group of a blackhole, got 2',
    'refused routes[0].nexthop: expected a next hop of family inet6, got 1',
    'refused routes[1].nexthop: expected a next hop of family inet6, got 14',
  )
  for (const nexthop of nexthops.filter(({ id }) => id !== 14))
    await refused(() => nl.nexthop.add(nexthop as never), /EINVAL/)
  await reaches(nl, { nexthops: [nexthops[4] as never], routes: [routes[2] as never] })
  for (const route of routes.slice(0, 2)) await refused(() => nl.route.add(route as never), /EINVAL/)
})

inBoth('a blackhole while lo is down', async (nl) => {
  await nl.link.set('lo', { up: false })
  const nexthops: Desired['nexthops'] = [{ id: 1, blackhole: true }]
  await conflicts(
    nl,
    { nexthops },
    'reference nexthops[0].blackhole: expected lo to be up, as the kernel requires for a blackhole',
  )
  await refused(() => nl.nexthop.add({ id: 1, blackhole: true }), /ENETDOWN/)
  await reaches(nl, { nexthops, links: [{ name: 'lo', up: true }] })
})

inNetns('next hops for the FDB', async (nl) => {
  const tunnels = [
    { id: 5, fdb: true, via: '192.0.2.5' },
    { id: 6, fdb: true, group: [{ id: 5 }] },
  ] as const
  const nexthops: Desired['nexthops'] = [
    ...tunnels,
    { id: 7, fdb: true, group: [{ id: 1 }] },
    { id: 8, group: [{ id: 5 }] },
    { id: 1, dev: 'a' },
  ]
  const vx = { name: 'vx', kind: 'vxlan', data: { id: 5, port: 4789 } } as const
  const lladdr = '02:00:00:00:00:01'
  await conflicts(
    nl,
    {
      nexthops,
      ...{ links: [vx], routes: [{ dst: '10.9.0.0/16', nexthop: 6 }] },
      neighbours: [{ family: 'bridge', dev: 'vx', lladdr, nexthop: 99 }],
    },
    'reference neighbours[0].nexthop: no next hop 99',
    'refused nexthops[2].group[0].id: expected a next hop with fdb, got 1',
    'refused nexthops[3].group[0].id: expected a next hop without fdb, got 5',
    'refused routes[0].nexthop: expected a next hop without fdb, got 6',
  )
  // No route leads to the endpoint, which the kernel does not need.
  await reaches(nl, { nexthops: tunnels })
  await reaches(nl, { links: [vx], neighbours: [{ family: 'bridge', dev: 'vx', lladdr, nexthop: 6 }] })
})

inBoth('qdiscs in the place of others', async (nl) => {
  await nl.qdisc.add({ dev: 'b', kind: 'tbf', handle: '5:', options: tbf })
  const qdiscs = [
    { dev: 'a', kind: 'pfifo', parent: '1:1', handle: '10:' },
    { dev: 'b', kind: 'nosuch', parent: '5:1', handle: '6:' },
    { dev: 'a-peer', kind: 'pfifo', handle: '7:' },
    { dev: 'a-peer', kind: 'pfifo', parent: '7:1', handle: '7:' },
    { dev: 'b-peer', kind: 'pfifo', handle: '7:' },
  ] as NewQdisc[]
  await conflicts(
    nl,
    { qdiscs },
    'reference qdiscs[0].parent: no qdisc 1: on a',
    'refused qdiscs[1].kind: expected a kind of qdisc that the kernel can create: RTM_NEWQDISC: Specified qdisc kind is unknown (ENOENT, no such file or directory)',
    'duplicate qdiscs[2].handle: expected another handle, as qdiscs[3] has it',
    'duplicate qdiscs[3].handle: expected another handle, as qdiscs[2] has it',
    'refused qdiscs[3].parent: expected a qdisc that has classes, got pfifo 7:',
  )
  for (const qdisc of qdiscs.slice(0, 2)) await refused(() => nl.qdisc.add(qdisc), /ENOENT/)
  await reaches(nl, { qdiscs: [{ dev: 'b', kind: 'pfifo', parent: '5:1', handle: '6:' }] })
  await conflicts(
    nl,
    { qdiscs: [{ dev: 'b', kind: 'pfifo', parent: '6:1', handle: '5:' }] },
    'in-use qdiscs[0].handle: expected a free handle, got 5:, which tbf has',
    'refused qdiscs[0].parent: expected a qdisc that has classes, got pfifo 6:',
  )
  assert.equal(
    nl.qdisc.listSync({ dev: 'lo' }).map(({ kind }) => kind),
    [],
    'the request that looks for a kind has no effect',
  )
})

const tbf = { parms: { rate: { rate: 125_000 }, limit: 3000, buffer: 1000 } } as never

inNetns('qdiscs in classes', async (nl) => {
  await nl.qdisc.add({ dev: 'a', kind: 'htb', handle: '1:' })
  await nl.class.add({ dev: 'a', kind: 'htb', parent: '1:', handle: '1:10', options: { rate: '1mbit' } } as never)
  await conflicts(
    nl,
    {
      qdiscs: [
        { dev: 'a', kind: 'pfifo', parent: '1:11', handle: '11:' },
        { dev: 'b', kind: 'htb', handle: '1:' },
        { dev: 'b', kind: 'pfifo', parent: '1:10', handle: '10:' },
      ],
    },
    'reference qdiscs[0].parent: no class 1:11 of htb; plans create no classes',
    'reference qdiscs[2].parent: no class 1:10 of htb; plans create no classes',
  )
  await reaches(nl, { qdiscs: [{ dev: 'a', kind: 'pfifo', parent: '1:10', handle: '10:' }] })
})

test('qdiscs in bands (mock)', async () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  await veths(nl)
  const inBand = (dev: string, parent: string) => ({ dev, kind: 'pfifo', parent }) as NewQdisc
  await conflicts(
    nl,
    {
      qdiscs: [
        { dev: 'a', kind: 'prio', handle: '1:' },
        ...['1:', '1:1', '1:3', '1:4'].map((parent) => inBand('a', parent)),
        { dev: 'b', kind: 'ets', handle: '2:', options: { strict: 17 } },
        ...['2:11', '2:12'].map((parent) => inBand('b', parent)),
      ],
    },
    'reference qdiscs[1].parent: expected a class from 1:1 to 1:3, one for each band of prio, got 1:',
    'reference qdiscs[4].parent: expected a class from 1:1 to 1:3, one for each band of prio, got 1:4',
    'reference qdiscs[7].parent: expected a class from 2:1 to 2:11, one for each band of ets, got 2:12',
  )
})

inNetns('addresses in entries of multicast databases', async (nl) => {
  await reaches(nl, {
    links: [
      { name: 'br0', kind: 'bridge', up: true },
      { name: 'a', master: 'br0', up: true },
    ],
  })
  const of = (group: string, more: object = {}) => ({ dev: 'a', group, state: 'permanent', ...more }) as const
  const wrong = [
    ...[of('10.0.0.1'), of('0.0.0.0'), of('224.0.0.5'), of('ff02::1'), of('02:00:00:00:00:01')],
    of('03:00:00:00:00:01', { state: 'temporary' }),
    ...[of('239.1.1.1', { source: '239.1.1.2' }), of('ff0e::1', { source: 'ff0e::2' })],
    of('239.1.1.3', { mode: 'exclude', sources: ['10.0.0.1', '224.1.1.1'] }),
  ]
  await conflicts(
    nl,
    { bridgeMdb: wrong },
    'refused bridgeMdb[0].group: expected a multicast address, got 10.0.0.1',
    'refused bridgeMdb[1].group: expected a multicast address, got 0.0.0.0',
    'refused bridgeMdb[2].group: expected a group outside of 224.0.0.0/24, got 224.0.0.5',
    'refused bridgeMdb[3].group: expected another group than that of all nodes, got ff02::1',
    'refused bridgeMdb[4].group: expected a multicast address, got 02:00:00:00:00:01',
    'refused bridgeMdb[5].state: expected permanent, which the kernel requires for a group of link-layer addresses',
    'refused bridgeMdb[6].source: expected an address that is not multicast, got 239.1.1.2',
    'refused bridgeMdb[7].source: expected an address that is not multicast, got ff0e::2',
    'refused bridgeMdb[8].sources[1]: expected an address that is not multicast, got 224.1.1.1',
  )
  for (const entry of wrong) await refused(() => nl.bridge.mdb.add(entry), /EINVAL/)
  await reaches(nl, {
    bridgeMdb: [of('239.1.1.1', { source: '10.0.0.1' }), of('ff02::2'), of('224.0.1.1'), of('03:00:00:00:00:01')],
  })
})

inNetns('VNIs and entries of multicast databases', async (nl) => {
  const bridge = (name: string, up: boolean) => ({ name, kind: 'bridge', up }) as const
  await reaches(nl, { links: [bridge('br0', true), bridge('br1', true), { name: 'a', master: 'br0' }] })
  const vx = { name: 'vx', kind: 'vxlan', data: { id: 5, port: 4789 } } as const
  const group = '239.1.1.1'
  const permanent = { dev: 'a', group, state: 'permanent' } as const
  await conflicts(
    nl,
    {
      links: [vx, bridge('br2', false), { name: 'b', master: 'br0', up: false }],
      bridgeVnis: [
        { dev: 'vx', vni: 5 },
        { dev: 'a', vni: 5 },
      ],
      bridgeMdb: [
        { ...permanent, master: 'br1' },
        { dev: 'br2', group },
        { dev: 'b', group, state: 'temporary' },
        { dev: 'b', group: '239.1.1.2', state: 'permanent' },
      ],
    },
    'reference bridgeVnis[0].dev: expected a vxlan with vnifilter, got vx',
    'reference bridgeVnis[1].dev: expected a vxlan with vnifilter, got a',
    'reference bridgeMdb[0].dev: expected a port of br1, got a',
    'reference bridgeMdb[1].dev: expected br2 to be up, as the kernel requires for a group',
    'reference bridgeMdb[2].dev: expected b to be up, as the kernel requires for a temporary entry',
  )
  await conflicts(
    nl,
    { links: [{ name: 'br0', kind: 'bridge', data: { mcastSnooping: 0 } }], bridgeMdb: [permanent] } as Desired,
    'reference bridgeMdb[0].dev: expected br0 to have mcastSnooping, as the kernel requires for a group',
  )
  await refused(() => nl.bridge.mdb.add({ ...permanent, master: 'br1' }), /different bridge/)
  await reaches(nl, { bridgeMdb: [permanent] })
})

test.run()
