import { type Conflict, type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { overBoth, reaches, shortOf, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('plans: steps, order and conflicts', 'netns')

/** Defines a test in its own namespace. */
const inNetns = (name: string, use: (nl: Netlink) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await nl.link.set('lo', { up: true })
      await use(nl)
    }),
  )

/** Defines a test that runs with the kernel and with the mock. */
const inBoth = (name: string, use: (nl: Netlink) => Promise<void>) => overBoth(test, name, use)

const whole: Desired = {
  links: [
    { name: 'a', master: 'br0', mtu: 1400 },
    { name: 'br0', kind: 'bridge', data: { forwardDelay: 400 }, up: true },
    { name: 'm0', kind: 'macvlan', link: 'b', up: true },
  ],
  addresses: [
    { address: '10.0.0.1/24', dev: 'br0' },
    { address: '2001:db8::1/64', dev: 'm0' },
  ],
  routes: [
    { dst: '10.9.0.0/16', via: '10.8.0.9' },
    { dst: '10.8.0.0/16', dev: 'm0' },
    { dst: 'default', nexthop: 7, table: 100 },
    { dst: '10.7.0.0/16', via: '10.0.0.9', src: '10.0.0.1' },
  ],
  rules: [{ priority: 100, from: '10.0.0.0/8', table: 100 }],
  nexthops: [
    { id: 8, group: [{ id: 7 }] },
    { id: 7, via: '10.0.0.9', dev: 'br0' },
  ],
  neighbours: [{ dst: '10.0.0.9', dev: 'br0', lladdr: '02:00:00:00:00:09' }],
  qdiscs: [{ dev: 'a', kind: 'pfifo', handle: '1:', options: { limit: 10 } }],
}

const ofEveryKind = 'a plan of every kind of object: its steps, the state after it, and the state after its undo'

const everyKind = async (nl: Netlink): Promise<void> => {
  await veths(nl)
  const before = await stateOf(nl)
  const plan = await nl.plan(whole)
  assert.equal(plan.conflicts, [])
  assert.equal(shortOf(plan), [
    'add link br0',
    'add link m0',
    'change link a: mtu',
    'change link a: master',
    'change link br0: up',
    'change link m0: up',
    'add address 10.0.0.1/24 dev br0',
    'add address 2001:db8::1/64 dev m0',
    'add neighbour 10.0.0.9 lladdr 02:00:00:00:00:09 dev br0',
    'add nexthop id 7 via 10.0.0.9 dev br0',
    'add nexthop id 8',
    'add route 10.8.0.0/16 dev m0',
    'add route 10.9.0.0/16 via 10.8.0.9',
    'add route default nexthop 7 table 100',
    'add route 10.7.0.0/16 via 10.0.0.9',
    'add rule priority 100 from 10.0.0.0/8 table 100',
    'add qdisc pfifo dev a handle 1:',
  ])
  assert.equal(await stateOf(nl), before, 'planning changes nothing')
  const applied = await plan.apply()
  const again = await nl.plan(whole)
  assert.ok(again.isEmpty, String(again))
  assert.is(again.unchanged, 17 - 3)
  assert.is((await applied.undo()).undone.length, 17)
  assert.equal(await stateOf(nl), before)
}
inBothWays(test, ofEveryKind, everyKind)
inBoth(ofEveryKind, everyKind)

inBoth('what is not named is left alone: objects, and properties', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true, data: { forwardDelay: 500 } })
  await nl.link.set('a', { master: 'br0', alias: 'uplink' })
  await nl.route.add({ dst: '10.1.0.0/16', dev: 'b', protocol: 'bird' })
  await nl.rule.add({ priority: 7, from: '10.1.0.0/16', table: 9, protocol: 201 })
  const before = await stateOf(nl)
  assert.ok((await reaches(nl, { links: [{ name: 'a' }, { name: 'br0', kind: 'bridge' }] })).isEmpty)
  await reaches(nl, { mark: 201, routes: [{ dst: '10.2.0.0/16', dev: 'b' }], prune: ['routes'] })
  assert.equal(
    (await stateOf(nl)).filter((line) => !line.includes('10.2.0.0')),
    before,
  )
})

inBoth('a mark is given to new objects; prune removes those that bear it and are not desired', async (nl) => {
  await veths(nl)
  await nl.address.add({ address: '10.0.0.2/24', dev: 'a' })
  await nl.route.add({ dst: '10.3.0.0/16', dev: 'a' })
  const all = {
    addresses: [{ address: '10.0.0.1/24', dev: 'a' }],
    routes: [
      { dst: '10.1.0.0/16', dev: 'a' },
      { dst: '10.2.0.0/16', dev: 'a' },
      { dst: '10.3.0.0/16', dev: 'a' },
    ],
    rules: [{ priority: 100, from: '10.0.0.0/8', table: 9 }],
    nexthops: [{ id: 7, dev: 'a' }],
    mark: 201,
  }
  await reaches(nl, all)
  assert.equal(
    (await nl.route.list({ protocol: 201 })).map(({ dst }) => dst),
    ['10.1.0.0/16', '10.2.0.0/16'],
  )
  assert.is((await nl.rule.list({ protocol: 201 })).length, 1)
  assert.is((await nl.nexthop.list({ protocol: 201 })).length, 1)
  const less = {
    routes: [{ dst: '10.2.0.0/16', dev: 'a' }],
    mark: 201,
    prune: ['routes', 'rules', 'addresses', 'nexthops'] as const,
  }
  const plan = await reaches(nl, less)
  assert.equal(shortOf(plan), [
    'remove rule priority 100 from 10.0.0.0/8 table 9',
    'remove route 10.1.0.0/16 dev a',
    'remove nexthop id 7 dev a',
    'remove address 10.0.0.1/24 dev a',
  ])
  assert.equal(plan.steps[0]?.reason, 'ours, no longer declared')
  assert.equal((await nl.route.list({ dst: '10.3.0.0/16' })).length, 1, 'without the mark')
})

inBoth(
  'objects that are absent are removed in the reverse order; those that do not exist are already so',
  async (nl) => {
    await veths(nl)
    await reaches(nl, whole)
    const absent = <T extends object>(list: readonly T[] = []) =>
      list.map((each) => ({ ...each, absent: true as const }))
    const desired: Desired = {
      links: absent([{ name: 'br0' }, { name: 'm0' }, { name: 'none' }]),
      routes: absent(whole.routes) as Desired['routes'] & {},
      rules: absent(whole.rules) as Desired['rules'] & {},
      nexthops: [
        { id: 7, absent: true },
        { id: 8, absent: true },
      ],
      addresses: absent(whole.addresses) as Desired['addresses'] & {},
      qdiscs: [{ dev: 'a', parent: 'root', absent: true }],
    }
    const plan = await nl.plan(desired)
    assert.equal(plan.conflicts, [])
    assert.equal(
      plan.steps.map(({ object }) => object).filter((each, at, all) => each !== all[at - 1]),
      ['qdisc', 'rule', 'route', 'nexthop', 'link'],
    )
    await refuses('lossy steps', () => plan.apply(), 'ERR_NETLINK_PLAN_REFUSED', /allowLossy/)
    await plan.apply({ allowLossy: true })
    assert.ok((await nl.plan(desired)).isEmpty)
    assert.equal(
      (await nl.link.list()).map(({ name }) => name),
      ['lo', 'a-peer', 'a', 'b-peer', 'b'],
    )
  },
)

/** Returns the types and places of conflicts. */
const placesOf = (conflicts: readonly Conflict[]) => conflicts.map(({ type, path }) => `${type} ${path}`)

inNetns('conflicts are reported all at once, each with its place', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'x0', kind: 'vxlan', data: { id: 5, port: 4789 } })
  await nl.link.add({ name: 'm0', kind: 'macvlan', link: 'b' })
  await nl.nexthop.add({ id: 9, dev: 'b' })
  await nl.route.add({ dst: '10.5.0.0/16', nexthop: 9 })
  const before = await stateOf(nl)
  const plan = await nl.plan({
    links: [
      { name: 'a', kind: 'bridge' },
      { name: 'x0', kind: 'vxlan', data: { id: 6 } },
      { name: 'b', kind: 'veth', peer: { name: 'other' } },
      { name: 'c0', kind: 'bridge', master: 'c1' },
      { name: 'c1', kind: 'bridge', master: 'c0' },
      { name: 'b', mtu: 1400 },
      { name: 'nic', up: true },
      { name: 'd0', kind: 'macvlan', link: 'd1' },
      { name: 'd1', kind: 'macvlan', link: 'd0' },
      { name: 'e0', kind: 'bridge', master: 'none' },
    ],
    addresses: [
      { address: '10.0.0.1/24', dev: 'none' },
      { address: '10.0.0.2/24', dev: 'a' },
      { address: '10.0.0.2/24', dev: 'a', label: 'a:1' },
    ],
    routes: [
      { dst: '10.6.0.0/16', nexthop: 66 },
      { dst: '10.7.0.0/16', via: '10.0.0.9', dev: 'gone' },
    ],
    nexthops: [
      { id: 9, absent: true },
      { id: 10, group: [{ id: 11 }] },
    ],
  })
  assert.equal(
    new Set(placesOf(plan.conflicts)),
    new Set([
      'duplicate links[5]',
      'kind links[0].kind',
      'fixed links[1].data.id',
      'fixed links[2].peer.name',
      'reference links[6].name',
      'reference links[9].master',
      'cycle links[3]',
      'cycle links[4]',
      'cycle links[7]',
      'cycle links[8]',
      'reference addresses[0].dev',
      'duplicate addresses[2]',
      'reference routes[0].nexthop',
      'reference routes[1].dev',
      'in-use nexthops[0]',
      'reference nexthops[1].group[0].id',
    ]),
  )
  await refuses(
    'a plan with conflicts',
    () => plan.apply(),
    'ERR_NETLINK_PLAN_REFUSED',
    /links\[0\]\.kind: expected "veth" of a, got "bridge"/,
  )
  assert.match(String(plan), /^ ! links\[5\]: expected one spec of each object/m)
  assert.equal(await stateOf(nl), before)
})

inNetns('a link that cannot be changed is created again if the spec allows it', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'x0', kind: 'vxlan', data: { id: 5, port: 4789 }, up: true })
  await nl.address.add({ address: '10.0.0.1/24', dev: 'x0' })
  const desired: Desired = {
    links: [
      { name: 'x0', kind: 'vxlan', data: { id: 6 }, recreate: true, up: true },
      { name: 'a', kind: 'bridge', recreate: true },
    ],
    addresses: [{ address: '10.0.0.1/24', dev: 'x0' }],
  }
  const before = (await stateOf(nl)).filter((line) => line.includes('10.0.0.1'))
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  assert.equal(shortOf(plan), [
    'remove link x0',
    'remove link a',
    'add link x0',
    'add link a',
    'change link x0: up',
    'add address 10.0.0.1/24 dev x0',
  ])
  const applied = await plan.apply({ allowLossy: true })
  assert.is((await nl.link.get('a'))?.kind, 'bridge')
  assert.equal((await applied.undo()).left, [])
  assert.is((await nl.link.get('a-peer'))?.kind, 'veth')
  const x0 = await nl.link.get('x0')
  assert.is(x0?.kind === 'vxlan' && x0.data?.id, 5)
  assert.equal(
    (await stateOf(nl)).filter((line) => line.includes('10.0.0.1')),
    before,
    'with its index, address and routes',
  )
})

inBoth('links on top of one that is removed keep it from that', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'm0', kind: 'macvlan', link: 'a' })
  const plan = await nl.plan({
    links: [{ name: 'a', absent: true }],
    addresses: [{ address: '10.0.0.1/24', dev: 'a' }],
  })
  assert.equal(placesOf(plan.conflicts), ['in-use links[0]', 'reference addresses[0].dev'])
  const both = await nl.plan({
    links: [
      { name: 'a', absent: true },
      { name: 'm0', absent: true },
    ],
  })
  assert.equal(both.conflicts, [])
})

inBoth('mistakes in a desired state are a TypeError that names all of them', async (nl) => {
  const wrong = {
    links: [
      { name: 'br0', kind: 'bridge', mtv: 1500 },
      { name: 7, kind: 'bridge' },
      { name: 'c0', kind: 'bridge', mtu: 'large' },
    ],
    addresses: [{ address: '10.0.0.1/24', dev: 'lo', absent: false }],
    adresses: [],
  }
  const call = () => nl.plan(wrong as unknown as Desired)
  await refuses(
    'unknown keys',
    call,
    'ERR_NETLINK_ARGUMENT',
    /links\[0\]: expected one of the known keys, such as mtu, got 'mtv'/,
  )
  await refuses('unknown list', call, 'ERR_NETLINK_ARGUMENT', /such as addresses, got 'adresses'/)
  await refuses('absent', call, 'ERR_NETLINK_ARGUMENT', /addresses\[0\]: expected absent to be true/)
  const values = { links: wrong.links.slice(1), routes: [{ dst: 'nowhere' }] }
  const second = () => nl.plan(values as unknown as Desired)
  await refuses(
    'values',
    second,
    'ERR_NETLINK_ARGUMENT',
    /links\[0\]: expected name.*; links\[1\]: expected mtu.*; routes\[0\]: expected dst/,
  )
  await refuses('prune', () => nl.plan({ prune: ['routes'] }), 'ERR_NETLINK_ARGUMENT', /expected mark with prune/)
  await refuses('mark', () => nl.plan({ mark: 2 }), 'ERR_NETLINK_ARGUMENT', /5 to 255/)
  await refuses('list', () => nl.plan({ prune: ['links'] as never, mark: 201 }), 'ERR_NETLINK_ARGUMENT', /prune/)
  await refuses('nothing', () => nl.plan(undefined as never), 'ERR_NETLINK_ARGUMENT', /desired state/)
})

inBoth('MTUs grow from below and shrink from above', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'm0', kind: 'macvlan', link: 'a' })
  const of = (mtu: number): Desired => ({
    links: [
      { name: 'm0', mtu },
      { name: 'a', mtu },
      { name: 'a-peer', mtu },
    ],
  })
  const grown = await reaches(nl, of(9000))
  assert.equal(
    grown.steps.map(({ key }) => key),
    ['a', 'm0', 'a-peer'],
  )
  const shrunk = await reaches(nl, of(1400))
  assert.equal(
    shrunk.steps.map(({ key }) => key),
    ['m0', 'a', 'a-peer'],
  )
})

inBoth('a plan is text and JSON', async (nl) => {
  await veths(nl)
  const plan = await nl.plan({
    links: [
      { name: 'br0', kind: 'bridge', data: { forwardDelay: 400 } },
      { name: 'a', master: 'br0' },
      { name: 'b', mtu: 9000 },
    ],
    addresses: [{ address: '10.0.0.1/24', dev: 'br0' }],
  })
  assert.equal(String(plan).split('\n'), [
    ' 1 + link br0                  bridge  forwardDelay 400',
    ' 2 ~ link b                    mtu 1500 → 9000',
    ' 3 ~ link a                    master – → br0  after 1',
    ' 4 + addr 10.0.0.1/24 dev br0  after 1',
    `   4 changes, ${plan.others} objects not named: left alone`,
  ])
  const json = JSON.parse(JSON.stringify(plan))
  assert.equal(Object.keys(json), ['steps', 'conflicts', 'unchanged', 'others'])
  assert.equal(json.steps[2], {
    ...{ id: 3, verb: 'change', object: 'link', key: 'a', changes: [{ key: 'master', after: 'br0' }] },
    ...{ after: [1], undo: 'exact' },
  })
})

test.run()
