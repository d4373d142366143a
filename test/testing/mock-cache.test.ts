import { type Change, Connection, Netlink, StateCache } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

// Users test their programs with a cache and the mock kernel.
const test = suite('a cache over the mock kernel')

const excl = { create: true, excl: true }

/** Asserts that the cache equals fresh dumps. Ignores the order. */
async function expectSame(cache: StateCache, netlink: Connection): Promise<void> {
  await cache.settled()
  const text = (objects: Iterable<unknown>) => [...objects].map((each) => JSON.stringify(each)).sort()
  const families = [{ family: 2 }, { family: 10 }]
  const dumped = {
    links: netlink.dumpSync('RTM_GETLINK').map(({ change: _, ...link }) => link),
    addresses: families.flatMap((each) => netlink.dumpSync('RTM_GETADDR', each)),
    routes: families.flatMap((each) => netlink.dumpSync('RTM_GETROUTE', each)),
    neighbours: families.flatMap((each) => netlink.dumpSync('RTM_GETNEIGH', each)),
    rules: families.flatMap((each) => netlink.dumpSync('RTM_GETRULE', each)),
    nexthops: netlink.dumpSync('RTM_GETNEXTHOP'),
  }
  // A link's `change` describes the message, not the link.
  assert.equal(text([...cache.links.values()].map(({ change: _, ...link }) => link)), text(dumped.links))
  for (const kind of ['addresses', 'routes', 'neighbours', 'rules', 'nexthops'] as const)
    assert.equal(text(cache[kind].values()), text(dumped[kind]), kind)
}

const address = { family: 2, prefixlen: 24, index: 2, attrs: { local: '10.0.0.1', address: '10.0.0.1' } }

/** Creates a pair of links that are up, with an address, a route and a neighbour. */
function build(netlink: Connection): void {
  netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'a', linkinfo: { kind: 'veth' } } }, excl)
  for (const index of [1, 2, 3]) netlink.requestSync('RTM_SETLINK', { index, flags: 1, change: 1 })
  netlink.requestSync('RTM_NEWADDR', address, excl)
  const route = { family: 2, dstLen: 16, table: 254, protocol: 4, type: 1 }
  netlink.requestSync('RTM_NEWROUTE', { ...route, attrs: { dst: '10.1.0.0', gateway: '10.0.0.9' } }, excl)
  const attrs = { dst: '10.0.0.9', lladdr: '02:00:00:00:00:09' }
  netlink.requestSync('RTM_NEWNEIGH', { family: 2, ifindex: 2, state: 0x80, attrs }, excl)
}

test('it contains the initial objects, including rules', async () => {
  using netlink = Connection.open({ socketFactory: mockKernel() })
  using cache = await StateCache.start(netlink)
  assert.equal([...cache.links.keys()], ['1'])
  assert.is(cache.rules.size, 5)
  assert.is(cache.nexthops.size, 0)
  await expectSame(cache, netlink)
})

test('it follows links, addresses, routes and neighbours, including silent deletions', async () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  using other = Connection.open({ socketFactory: kernel })
  using cache = await StateCache.start(netlink)
  build(other)
  await expectSame(cache, netlink)
  assert.is(cache.neighbours.size, 1)
  const routes = cache.routes.size
  other.requestSync('RTM_SETLINK', { index: 2, attrs: { ifname: 'uplink', mtu: 1200 } })
  await expectSame(cache, netlink)
  assert.is([...cache.addresses.values()].find(({ attrs }) => attrs.local === '10.0.0.1')?.attrs.label, 'uplink')
  other.requestSync('RTM_SETLINK', { index: 2, flags: 0, change: 1 })
  await expectSame(cache, netlink)
  assert.ok(cache.routes.size < routes)
  other.requestSync('RTM_DELLINK', { index: 3 })
  await expectSame(cache, netlink)
  assert.equal([...cache.links.keys()], ['1'])
})

test('it follows rules and next hops, including those that are removed silently', async () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  using other = Connection.open({ socketFactory: kernel })
  using cache = await StateCache.start(netlink)
  build(other)
  const rule = { family: 2, action: 1, attrs: { priority: 100, table: 9, oifname: 'a', protocol: 201 } }
  other.requestSync('RTM_NEWRULE', rule, excl)
  const nexthop = (id: number, gateway: string) => ({
    ...{ family: 2, protocol: 201 },
    attrs: { id, oif: 2, gateway },
  })
  other.requestSync('RTM_NEWNEXTHOP', nexthop(1, '10.0.0.7'), excl)
  other.requestSync('RTM_NEWNEXTHOP', nexthop(2, '10.0.0.8'), excl)
  const group = [1, 2].map((id) => ({ id, weight: 0, weightHigh: 0 }))
  other.requestSync('RTM_NEWNEXTHOP', { family: 0, attrs: { id: 3, group } }, excl)
  const route = { family: 2, dstLen: 16, table: 254, protocol: 201, type: 1 }
  for (const [dst, nhId] of [
    ['10.2.0.0', 1],
    ['10.3.0.0', 3],
  ] as const)
    other.requestSync('RTM_NEWROUTE', { ...route, attrs: { dst, nhId } }, excl)
  await expectSame(cache, netlink)
  assert.is(cache.rules.size, 6)
  assert.is(cache.nexthops.size, 3)
  other.requestSync('RTM_DELNEXTHOP', { attrs: { id: 1 } })
  await expectSame(cache, netlink)
  other.requestSync('RTM_SETLINK', { index: 2, attrs: { ifname: 'renamed' } })
  await expectSame(cache, netlink)
  other.requestSync('RTM_SETLINK', { index: 3, flags: 0, change: 1 })
  await expectSame(cache, netlink)
  assert.is(cache.nexthops.size, 0)
  other.requestSync('RTM_DELRULE', { ...rule, attrs: { priority: 100 } })
  await expectSame(cache, netlink)
})

test('it follows addresses that expire and neighbours that become stale', async () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  using cache = await StateCache.start(netlink)
  build(netlink)
  const cacheinfo = { prefered: 5, valid: 9, cstamp: 0, tstamp: 0 }
  const local = '10.7.0.1'
  netlink.requestSync('RTM_NEWADDR', { ...address, attrs: { local, address: local, cacheinfo } }, excl)
  const attrs = { dst: '10.0.0.8', lladdr: '02:00:00:00:00:08' }
  netlink.requestSync('RTM_NEWNEIGH', { family: 2, ifindex: 2, state: 2, attrs }, excl)
  const flagsOf = (wanted: string) =>
    [...cache.addresses.values()].find((each) => each.attrs.local === wanted)?.attrs.flags
  kernel.advance(5)
  await expectSame(cache, netlink)
  assert.is(flagsOf(local), 0x20)
  kernel.advance(60)
  await expectSame(cache, netlink)
  assert.is(flagsOf(local), undefined)
  assert.equal(
    [...cache.neighbours.values()].map(({ state }) => state),
    [0x80, 4],
  )
})

test('nl.watch() yields what a plan changes, what expires, and what is removed silently', async () => {
  const kernel = mockKernel()
  using nl = Netlink.open({ socketFactory: kernel })
  await nl.link.add({ name: 'a', kind: 'veth', up: true, peer: { name: 'b', up: true } })
  using watch = await nl.watch(['address', 'rule', 'nexthop']).ready()
  const desired = {
    mark: 201,
    addresses: [{ address: '10.0.0.1/24', dev: 'a', validLifetime: 60, preferredLifetime: 60 }],
    nexthops: [{ id: 7, via: '10.0.0.9', dev: 'a' }],
    rules: [{ priority: 100, from: '10.0.0.0/8', table: 9 }],
  }
  await (await nl.plan(desired)).apply()
  kernel.advance(60)
  await nl.link.set('b', { up: false })
  const seen: string[] = []
  while (seen.length < 5) {
    const { value } = await watch.next()
    if (value?.type !== 'added' && value?.type !== 'removed') continue
    const { kind, object } = value
    const name = kind === 'address' ? object.address : kind === 'nexthop' ? object.id : kind
    if (kind !== 'address' || object.family === 'inet') seen.push(`${value.type} ${name}`)
  }
  assert.equal(seen, ['added 10.0.0.1/24', 'added 7', 'added rule', 'removed 10.0.0.1/24', 'removed 7'])
})

test('it dumps everything again after an overrun', async () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  using cache = await StateCache.start(netlink)
  const changes: Change['type'][] = []
  cache.listen(({ type }) => changes.push(type))
  kernel.loseNotifications(Number.POSITIVE_INFINITY)
  build(netlink)
  await expectSame(cache, netlink)
  assert.is(changes[0], 'overrun')
  assert.is(changes.at(-1), 'resynchronised')
  assert.ok(changes.includes('route') && changes.includes('neighbour'))
})

test('it repeats an interrupted dump, and start() throws the error of a refused one', async () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  kernel.interruptDumps(3)
  using cache = await StateCache.start(netlink)
  assert.is(cache.links.size, 1)
  kernel.refuse('ENOMEM', { request: 'RTM_GETROUTE' })
  let code: unknown
  await StateCache.start(netlink).catch((error) => {
    code = error.code
  })
  assert.is(code, 'ENOMEM')
})

test.run()
