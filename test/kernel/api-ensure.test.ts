import type { Netlink, NewRule } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('ensure by the API: rules, neighbours, FDB entries, next hops and qdiscs', 'netns')

const MAC = '02:00:00:00:00:09'
const [created, unchanged] = [
  { changed: true, created: true, changes: [] },
  { changed: false, created: false, changes: [] },
]
const changedTo = (...changes: { key: string; before: unknown; after: unknown }[]) => ({
  ...{ changed: true, created: false, changes },
})

/** Ensures a spec twice: the second call must find nothing to do. Returns the effect of the first one. */
async function twice<S>(ensure: (spec: S) => Promise<unknown>, spec: S) {
  const first = await ensure(spec)
  assert.equal(await ensure(spec), unchanged, JSON.stringify(spec))
  return first
}

/** Rules that differ from each other in what they select, or in their priority. */
const rules: NewRule[] = [
  { priority: 100, from: '10.0.0.0/8', table: 7 },
  { priority: 100, from: '10.0.0.0/9', table: 7 },
  { priority: 100, from: '10.0.0.0/8', fwmark: 1, table: 7 },
  { priority: 100, from: '10.0.0.0/8', fwmark: 1, fwmask: 3, table: 7 },
  { priority: 100, from: '10.0.0.0/8', invert: true, table: 8 },
  { priority: 100, from: '10.0.0.0/8', iif: 'lo', table: 7 },
  { priority: 100, from: '10.0.0.0/8', ipProto: 6, dportRange: { start: 80, end: 80 }, table: 7 },
  { priority: 100, from: '10.0.0.0/8', ipProto: 6, dportRange: { start: 80, end: 90 }, table: 7 },
  { priority: 100, from: '10.0.0.0/8', uidRange: { start: 0, end: 9 }, table: 7 },
  { priority: 100, to: '10.0.0.0/8', tos: 0x10, table: 7 },
  { priority: 100, to: '10.0.0.0/8', protocol: 'static', table: 7 },
  { priority: 101, from: '10.0.0.0/8', action: 'prohibit' },
  { priority: 101, l3mdev: 1 },
  { priority: 102, from: '10.0.0.0/8', goto: 200 },
  { priority: 100, family: 'inet6', table: 7 },
  { priority: 100, from: '2001:db8::/32', table: 7 },
  { priority: 100, family: 'inet6', flowlabel: 5, table: 7 },
]

inBothWays(test, 'a rule is added once, and none of the others is touched', async (nl) => {
  const before = (await nl.rule.list()).length
  for (const rule of rules)
    assert.equal(await twice((spec) => nl.rule.ensure(spec), rule), created, JSON.stringify(rule))
  for (const rule of rules) assert.equal(await nl.rule.ensure(rule), unchanged)
  assert.is((await nl.rule.list()).length, before + rules.length)
  for (const rule of await nl.rule.list()) assert.equal(await nl.rule.ensure(rule), unchanged)
})

inBothWays(test, 'a rule that does something else is replaced', async (nl) => {
  const key = { priority: 100, from: '10.0.0.0/8' }
  const steps: [NewRule, { key: string; before: unknown; after: unknown }[]][] = [
    [{ ...key, table: 8 }, [{ key: 'table', before: 7, after: 8 }]],
    [{ ...key }, [{ key: 'table', before: 8, after: 'main' }]],
    [{ ...key, suppressPrefixlen: 0 }, [{ key: 'suppressPrefixlen', before: undefined, after: 0 }]],
    [
      { ...key, realms: { from: 1, to: 2 } },
      [
        { key: 'realms', before: undefined, after: { from: 1, to: 2 } },
        { key: 'suppressPrefixlen', before: 0, after: undefined },
      ],
    ],
    // The kernel takes it for equal, so the old rule is deleted first.
    [{ ...key }, [{ key: 'realms', before: { from: 1, to: 2 }, after: undefined }]],
    [
      { ...key, action: 'blackhole' },
      [
        { key: 'action', before: 'to_tbl', after: 'blackhole' },
        { key: 'table', before: 'main', after: undefined },
      ],
    ],
    [
      { ...key, goto: 200 },
      [
        { key: 'action', before: 'blackhole', after: 'goto' },
        { key: 'goto', before: undefined, after: 200 },
      ],
    ],
    [{ ...key, goto: 300 }, [{ key: 'goto', before: 200, after: 300 }]],
  ]
  await nl.rule.add({ ...key, table: 7 })
  // Neighbours in the list that a wrong deletion would match.
  await nl.rule.add({ ...key, table: 7, iif: 'lo' })
  await nl.rule.add({ ...key, table: 7, protocol: 'static' })
  const others = await nl.rule.list()
  for (const [rule, changes] of steps) {
    assert.equal(
      (await twice((spec) => nl.rule.ensure(spec), rule)) as object,
      changedTo(...changes),
      JSON.stringify(rule),
    )
    const now = await nl.rule.list()
    assert.is(now.length, others.length)
    for (const other of others.filter(({ protocol, iif }) => protocol === 'static' || iif === 'lo'))
      assert.ok(await nl.rule.get(other))
  }
  await refuses(
    'two rules of the key',
    async () => {
      await nl.rule.add({ ...key, table: 9 })
      await nl.rule.ensure({ ...key, table: 10 })
    },
    'ERR_NETLINK_AMBIGUOUS',
  )
  assert.equal(await nl.rule.ensure({ ...key, table: 9 }), unchanged)
})

inBothWays(test, 'without a priority a rule that differs stays', async (nl) => {
  assert.equal(await twice((spec) => nl.rule.ensure(spec), { from: '10.0.0.1', table: 7 }), created)
  assert.equal(await twice((spec) => nl.rule.ensure(spec), { from: '10.0.0.1', table: 8 }), created)
  const tables = (await nl.rule.list({ family: 'inet' })).map(({ table }) => table)
  assert.equal(tables, ['local', 8, 7, 'main', 'default'])
})

inBothWays(test, 'the rules of the kernel are not changed', async (nl) => {
  assert.equal(await nl.rule.ensure({ priority: 32766, table: 'main', protocol: 'kernel' }), unchanged)
  assert.equal(await twice((spec) => nl.rule.ensure(spec), { priority: 32766, table: 7 }), created)
  assert.ok(await nl.rule.get({ priority: 32766, table: 'main', protocol: 'kernel' }))
  await refuses('none', () => nl.rule.ensure({}), 'TypeError', /at least one of/)
})

inBothWays(test, 'replace of a rule', async (nl) => {
  await refuses('without priority', () => nl.rule.replace({ from: '10.0.0.1' }), 'TypeError', /'priority'/)
  for (const table of [7, 8, 8]) {
    await nl.rule.replace({ priority: 100, from: '10.0.0.1', table })
    assert.equal(
      (await nl.rule.list({ priority: 100 })).map((rule) => rule.table),
      [table],
    )
  }
  const others = await nl.rule.list({ family: 'inet' })
  await refuses('a wrong table', () => nl.rule.replace({ priority: 100, from: '10.0.0.1', table: -1 }), 'TypeError')
  await refuses('a wrong goto', () => nl.rule.replace({ priority: 100, from: '10.0.0.1', goto: 50 }), 'EINVAL')
  assert.equal(await nl.rule.list({ family: 'inet' }), others, 'a refused rule leaves the old one')
})

inBothWays(test, 'neighbours', async (nl, ns) => {
  await veths(nl)
  ns.ip('address', 'add', '10.0.0.1/24', 'dev', 'a')
  const key = { dev: 'a', dst: '10.0.0.2' }
  const ensure = (spec: Parameters<Netlink['neighbour']['ensure']>[0]) => nl.neighbour.ensure(spec)
  assert.equal(await twice(ensure, { ...key, lladdr: MAC.toUpperCase() }), created)
  assert.equal(
    await twice(ensure, { ...key, lladdr: '02:00:00:00:00:0a', protocol: 7 }),
    changedTo({ key: 'lladdr', before: MAC, after: '02:00:00:00:00:0a' }, { key: 'protocol', before: 0, after: 7 }),
  )
  assert.equal(
    await twice(ensure, { ...key, state: ['NOARP'] }),
    changedTo({ key: 'state', before: ['PERMANENT'], after: ['NOARP'] }),
  )
  const { lladdr, protocol } = (await nl.neighbour.get(key)) ?? {}
  assert.equal([lladdr, protocol], ['02:00:00:00:00:0a', 7], 'what is left out stays')
  assert.equal(
    await twice(ensure, { ...key, state: ['REACHABLE'], flags: ['ROUTER'] }),
    changedTo(
      { key: 'state', before: ['NOARP'], after: ['REACHABLE'] },
      { key: 'flags', before: [], after: ['ROUTER'] },
    ),
  )
  assert.equal(await nl.neighbour.ensure({ ...key, state: ['STALE'] }), unchanged, 'states of the kernel')
  const proxy = { dst: '10.7.0.9', flags: ['PROXY'] } as const
  assert.equal(await twice(ensure, { ...proxy, dev: 'a' }), created)
  try {
    assert.equal(await twice(ensure, { ...proxy, dev: 0 }), created)
    await refuses('a proxy of one link next to one of all', () => ensure({ ...proxy, dev: 'b' }), 'EEXIST', /all links/)
  } finally {
    // The kernel does not delete it with its namespace, so another namespace may inherit it.
    await nl.neighbour.delete({ ...proxy, dev: 0 })
  }
  assert.equal(await twice(ensure, { dev: 'a', dst: '2001:db8::2', lladdr: MAC, state: ['NOARP'] }), created)
  assert.equal(await twice(ensure, { dev: 'a', dst: '10.0.0.7', flags: ['MANAGED'] }), created)
  await refuses('no link', () => nl.neighbour.ensure({ dev: 'none', dst: '10.0.0.2' }), 'ENODEV')
})

inBothWays(test, 'FDB entries of a bridge', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
  for (const name of ['a', 'b']) await nl.link.set(name, { master: 'br0' })
  const key = { family: 'bridge', dev: 'a', lladdr: MAC } as const
  const ensure = (spec: Parameters<Netlink['neighbour']['ensure']>[0]) => nl.neighbour.ensure(spec)
  const [a, b] = [(await nl.link.get('a'))?.index, (await nl.link.get('b'))?.index]
  assert.equal(await twice(ensure, { ...key, state: ['NOARP'] }), created)
  assert.equal(
    await twice(ensure, { ...key, state: ['REACHABLE'] }),
    changedTo({ key: 'state', before: ['NOARP'], after: ['REACHABLE'] }),
  )
  assert.equal(
    await twice(ensure, { ...key, dev: 'b', state: ['REACHABLE'] }),
    changedTo({ key: 'dev', before: a, after: b }),
  )
  assert.equal(
    await twice(ensure, { ...key, dev: 'b', state: ['NOARP'], flags: ['STICKY'] }),
    changedTo(
      { key: 'state', before: ['REACHABLE'], after: ['NOARP'] },
      { key: 'flags', before: [], after: ['STICKY'] },
    ),
  )
  await refuses('on another port', () => nl.neighbour.ensure(key), 'EEXIST', /another port/)
  assert.is((await nl.neighbour.get({ family: 'bridge', master: 'br0', lladdr: MAC }))?.dev, b)
  assert.equal(await twice(ensure, { family: 'bridge', dev: 'br0', lladdr: '02:00:00:00:00:0b' }), created)
  assert.equal(await twice(ensure, { ...key, dev: 'a', flags: ['SELF'] }), created)
  await refuses('both', () => nl.neighbour.ensure({ ...key, flags: ['SELF', 'MASTER'] }), 'TypeError')
  await refuses('no port', () => nl.neighbour.ensure({ ...key, dev: 'a-peer', master: 'br0' }), 'ENOENT')
})

inBothWays(test, 'FDB entries of a vxlan', async (nl, ns) => {
  ns.ip('link', 'add', 'vx', 'type', 'vxlan', 'id', 5, 'dstport', 4789, 'local', '10.0.0.1')
  const ensure = (spec: Parameters<Netlink['neighbour']['ensure']>[0]) => nl.neighbour.ensure(spec)
  const key = { family: 'bridge', dev: 'vx', lladdr: MAC } as const
  assert.equal(await twice(ensure, { ...key, dst: '10.0.0.2' }), created)
  assert.equal(
    await twice(ensure, { ...key, dst: '10.0.0.3' }),
    changedTo({ key: 'dst', before: '10.0.0.2', after: '10.0.0.3' }),
  )
  assert.equal(
    await twice(ensure, { ...key, dst: '10.0.0.3', port: 5000, vni: 77 }),
    changedTo({ key: 'port', before: 4789, after: 5000 }, { key: 'vni', before: 5, after: 77 }),
  )
  assert.is((await nl.neighbour.list({ family: 'bridge', dev: 'vx' })).length, 1)
  const all = { ...key, lladdr: '00:00:00:00:00:00' }
  assert.equal(await twice(ensure, { ...all, dst: '10.0.0.2' }), created)
  assert.equal(await twice(ensure, { ...all, dst: '10.0.0.3' }), created)
  assert.equal(await nl.neighbour.ensure({ ...all, dst: '10.0.0.2' }), unchanged)
  assert.is((await nl.neighbour.list({ family: 'bridge', dev: 'vx' })).length, 3)
  ns.ip('nexthop', 'add', 'id', 1, 'via', '10.0.0.2', 'fdb')
  ns.ip('nexthop', 'add', 'id', 12, 'group', 1, 'fdb')
  assert.equal(await twice(ensure, { ...key, lladdr: '02:00:00:00:00:0a', nexthop: 12 }), created)
})

inBothWays(test, 'next hops and groups', async (nl, ns) => {
  await veths(nl)
  ns.ip('address', 'add', '10.0.0.1/24', 'dev', 'a')
  ns.ip('address', 'add', '10.1.0.1/24', 'dev', 'b')
  // The kernel uses it for blackholes.
  ns.ip('link', 'set', 'lo', 'up')
  const [a, b] = [(await nl.link.get('a'))?.index, (await nl.link.get('b'))?.index]
  const ensure = (spec: Parameters<Netlink['nexthop']['ensure']>[0]) => nl.nexthop.ensure(spec)
  assert.equal(await twice(ensure, { id: 1, via: '10.0.0.2', dev: 'a' }), created)
  await nl.route.add({ dst: '10.9.0.0/16', nexthop: 1 })
  assert.equal(
    await twice(ensure, { id: 1, via: '10.1.0.2', dev: 'b', protocol: 'static' }),
    changedTo(
      { key: 'via', before: '10.0.0.2', after: '10.1.0.2' },
      { key: 'dev', before: a, after: b },
      { key: 'protocol', before: 'unspec', after: 'static' },
    ),
  )
  assert.is((await nl.route.get({ dst: '10.9.0.0/16' }))?.nexthop, 1, 'the route continues with it')
  assert.equal(await nl.nexthop.ensure({ id: 1, dev: 'b' }), unchanged, 'what is left out is not compared')
  assert.equal(await twice(ensure, { id: 2, via: '10.0.0.2', dev: 'a' }), created)
  assert.equal(await twice(ensure, { id: 3, group: [{ id: 1 }, { id: 2, weight: 3 }] }), created)
  assert.equal(await nl.nexthop.ensure({ id: 3, group: [{ id: 2, weight: 3 }, { id: 1 }] }), unchanged, 'any order')
  assert.equal(
    await twice(ensure, { id: 3, group: [{ id: 2 }] }),
    changedTo({
      key: 'group',
      before: [
        { id: 1, weight: 1 },
        { id: 2, weight: 3 },
      ],
      after: [{ id: 2, weight: 1 }],
    }),
  )
  assert.equal(
    await twice(ensure, { id: 2, blackhole: true }),
    changedTo(
      { key: 'via', before: '10.0.0.2', after: undefined },
      { key: 'dev', before: a, after: undefined },
      { key: 'blackhole', before: undefined, after: true },
    ),
  )
  assert.equal(
    await twice(ensure, {
      id: 4,
      group: [{ id: 1 }],
      groupType: 'resilient',
      resilient: { buckets: 8, idleTimer: 100 },
    }),
    created,
  )
  const { changes } = await nl.nexthop.ensure({
    id: 4,
    group: [{ id: 1 }],
    groupType: 'resilient',
    resilient: { idleTimer: 200 },
  })
  assert.equal(
    changes.map(({ key }) => key),
    ['resilient'],
  )
  await refuses('a group', () => nl.nexthop.ensure({ id: 4, via: '10.1.0.2', dev: 'b' }), 'EINVAL', /group/)
  await refuses('without ID', () => nl.nexthop.ensure({ dev: 'a' } as never), 'TypeError', /'id'/)
})

inBothWays(test, 'qdiscs', async (nl) => {
  await veths(nl)
  const ensure = (spec: Parameters<Netlink['qdisc']['ensure']>[0]) => nl.qdisc.ensure(spec)
  assert.equal(await twice(ensure, { dev: 'a', kind: 'pfifo', handle: '1:', options: { limit: 7 } }), created)
  assert.equal(
    await twice(ensure, { dev: 'a', kind: 'pfifo', options: { limit: 8 } }),
    changedTo({ key: 'options.limit', before: 7, after: 8 }),
  )
  await refuses(
    'another kind',
    () => nl.qdisc.ensure({ dev: 'a', kind: 'bfifo', options: { limit: 9 } }),
    'EEXIST',
    /pfifo 1:/,
  )
  await refuses(
    'another handle',
    () => nl.qdisc.ensure({ dev: 'a', kind: 'pfifo', handle: '2:', options: { limit: 8 } }),
    'EEXIST',
  )
  assert.equal(await twice(ensure, { dev: 'a', kind: 'clsact' }), created)
  await refuses('no link', () => nl.qdisc.ensure({ dev: 'none', kind: 'pfifo' }), 'ENODEV')
})

/** Specs of qdiscs that the kernel stores in another form, or without some of their options. */
const qdiscs: Parameters<Netlink['qdisc']['ensure']>[0][] = [
  { dev: 'a', kind: 'fq_codel', options: { target: 5000, interval: 100_000, limit: 1000, ceThreshold: 1234 } },
  { dev: 'a', kind: 'codel', options: { target: 5000, interval: 99_999 } },
  { dev: 'a', kind: 'fq', options: { plimit: 1000, quantum: 3000 } },
  { dev: 'a', kind: 'sfq', options: { v0: { quantum: 1500, perturbPeriod: 10, limit: 100 } } as never },
  { dev: 'a', kind: 'netem', options: { latency: 1000, limit: 50 } as never },
  { dev: 'a', kind: 'cake', options: { baseRate64: 1_000_000n } as never },
  { dev: 'a', kind: 'htb', options: { init: { version: 3, rate2quantum: 10, defcls: 1, debug: 0, directPkts: 0 } } },
  { dev: 'a', kind: 'tbf', options: { parms: { rate: { rate: 125_000 }, limit: 10_000, buffer: 500_000 } } as never },
]

inBothWays(test, 'options that the kernel stores in its own units', async (nl) => {
  await veths(nl)
  for (const spec of qdiscs) {
    if (!(await isKnown(() => nl.qdisc.add(spec)))) {
      skipped(`qdisc ${spec.kind}: the kernel does not have this kind`)
      continue
    }
    assert.equal(await nl.qdisc.ensure(spec), unchanged, spec.kind)
    await nl.qdisc.delete({ dev: 'a', parent: 'root' })
    assert.equal(await twice((each) => nl.qdisc.ensure(each), spec), created, spec.kind)
    await nl.qdisc.delete({ dev: 'a', parent: 'root' })
  }
})

/** Returns false if the kernel does not know the kind of a qdisc. */
async function isKnown(add: () => Promise<void>): Promise<boolean> {
  try {
    await add()
    return true
  } catch (error) {
    if (!/kind is unknown/.test((error as Error).message)) throw error
    return false
  }
}

test.run()
