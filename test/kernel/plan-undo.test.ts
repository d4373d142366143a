import { type ApplyError, type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { type Fault, injectorOf } from '../support/injected.js'
import { inScratch } from '../support/netns.js'
import { shortOf, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

// What generated plans have found: test/plans.
const test = suiteNeeding('plans: side effects of the kernel that an undo reverts', 'netns')

/** Defines a test with two veth pairs in its own namespace: a prepared state must be there again after a change and its undo. */
const restores = (name: string, prepare: (nl: Netlink) => Promise<unknown>, desired: Desired) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      // Without a table of local addresses, neighbours get another type.
      await nl.link.set('lo', { up: true })
      await veths(nl)
      await prepare(nl)
      const before = await stateOf(nl)
      const plan = await nl.plan(desired)
      assert.equal(plan.conflicts, [])
      const applied = await plan.apply({ allowLossy: true })
      assert.equal((await applied.undo()).left, [])
      assert.equal(await stateOf(nl), before)
    }),
  )

restores(
  'routes and neighbours of a link whose only IPv4 address is deleted again',
  async (nl) => {
    await nl.route.add({ dst: '10.1.0.0/16', dev: 'a', table: 9 })
    await nl.neighbour.add({ dst: '10.0.0.9', dev: 'a', lladdr: '02:00:00:00:00:09' })
  },
  { addresses: [{ address: '10.0.0.1/24', dev: 'a' }] },
)

restores(
  'IPv6 addresses of a link that was down',
  async (nl) => {
    await nl.link.add({ name: 'br0', kind: 'bridge' })
    await nl.address.add({ address: '2001:db8::1/64', dev: 'br0', flags: ['NODAD'] })
  },
  { links: [{ name: 'br0', up: true }] },
)

restores(
  'next hops of the other end of a pair, which loses its carrier, with their routes',
  async (nl) => {
    await nl.nexthop.add({ id: 1, dev: 'a-peer' })
    await nl.route.add({ dst: '10.1.0.0/16', nexthop: 1 })
  },
  { links: [{ name: 'a', up: false }] },
)

restores(
  'qdiscs of both ends of a pair that is deleted',
  async (nl) => {
    await nl.qdisc.add({ dev: 'a', kind: 'pfifo', handle: '8:', options: { limit: 50 } })
    await nl.qdisc.add({ dev: 'a-peer', kind: 'pfifo', handle: '9:', options: { limit: 60 } })
  },
  { links: [{ name: 'a', absent: true }] },
)

restores(
  'IPv6 of a link with a small MTU',
  async (nl) => {
    await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD'] })
    await nl.route.add({ dst: '2001:db8:1::/48', dev: 'a' })
  },
  { links: [{ name: 'a', mtu: 1000 }] },
)

restores(
  'the missing route to a network whose other address has NOPREFIXROUTE',
  (nl) => nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD', 'NOPREFIXROUTE'] }),
  { addresses: [{ address: '2001:db8::2/64', dev: 'a', flags: ['NODAD'] }] },
)

test('a step whose answer is lost is undone', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    const before = await stateOf(nl)
    const desired: Desired = { links: [{ name: 'br0', kind: 'bridge' }] }
    for (const fault of ['lost', 'refused'] satisfies Fault[]) {
      using injector = injectorOf(nl)
      const plan = await nl.plan(desired)
      injector.fail(1, fault)
      const error = (await plan.apply().catch((thrown: unknown) => thrown)) as ApplyError
      assert.is(error.code, 'ERR_NETLINK_NOT_APPLIED', String(error))
      assert.equal(error.left, [])
      assert.equal(await stateOf(nl), before)
    }
  }))

test('an FDB entry of a link that the plan creates', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    const desired: Desired = {
      links: [{ name: 'c', kind: 'veth', peer: { name: 'c-peer' } }],
      neighbours: [{ family: 'bridge', dev: 'c', lladdr: '02:00:00:00:00:09', flags: ['SELF'] }],
    }
    await (await nl.plan(desired)).apply()
    assert.ok((await nl.plan(desired)).isEmpty)
  }))

const lladdr = '02:00:00:00:00:09'

test('FDB entries of ports that the plan adds to a bridge, or moves to another one', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    for (const name of ['old', 'br0']) await nl.link.add({ name, kind: 'bridge' })
    await nl.link.set('a', { master: 'old' })
    // The entry of the bridge that the port leaves is not the desired one.
    await nl.neighbour.add({ family: 'bridge', dev: 'a', lladdr })
    for (const dev of ['a', 'a-peer', 'c'])
      for (const master of ['br0', 'br1'])
        for (const own of [{}, { master }, { flags: ['MASTER'] }]) {
          const desired = {
            neighbours: [{ family: 'bridge', dev, lladdr, ...own }],
            links: [
              dev === 'c' ? { name: dev, kind: 'veth', peer: { name: 'c-peer' }, master } : { name: dev, master },
              { name: 'br1', kind: 'bridge' },
            ],
          } as Desired
          const plan = await nl.plan(desired)
          assert.equal(plan.conflicts, [], String(plan))
          const applied = await plan.apply()
          assert.ok((await nl.plan(desired)).isEmpty, `${dev} ${master} ${JSON.stringify(own)}`)
          const entry = await nl.neighbour.get({ family: 'bridge', dev, lladdr, master })
          assert.is(entry?.state[0], 'PERMANENT')
          assert.equal((await applied.undo()).left, [])
          assert.is(await nl.neighbour.get({ family: 'bridge', dev: 'a', lladdr, master: 'br0' }), undefined)
          await nl.neighbour.replace({ family: 'bridge', dev: 'a', lladdr })
        }
  }))

test('an FDB entry that the future bridge has on another port is a conflict, and one that a port leaves behind is deleted', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    await nl.link.add({ name: 'br0', kind: 'bridge' })
    await nl.link.set('a', { master: 'br0' })
    await nl.neighbour.add({ family: 'bridge', dev: 'a', lladdr })
    const { conflicts } = await nl.plan({
      links: [{ name: 'a-peer', master: 'br0' }],
      neighbours: [{ family: 'bridge', dev: 'a-peer', lladdr }],
    })
    assert.equal(
      conflicts.map(({ type, path: place }) => `${type} ${place}`),
      ['kind neighbours[0]'],
    )
    const leaving: Desired = {
      links: [{ name: 'a', master: 0 }],
      neighbours: [{ family: 'bridge', dev: 'a', lladdr, flags: ['MASTER'], absent: true }],
    }
    const plan = await nl.plan(leaving)
    assert.equal([plan.conflicts, shortOf(plan)], [[], ['change link a: master']])
    await plan.apply()
    assert.ok((await nl.plan(leaving)).isEmpty)
  }))

test('a route or next hop through a link that is not up is a conflict', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    const { conflicts } = await nl.plan({
      links: [
        { name: 'a', up: false },
        { name: 'br0', kind: 'bridge' },
        { name: 'c', kind: 'veth', peer: { name: 'c-peer', up: true } },
      ],
      routes: [
        { dst: '10.1.0.0/16', dev: 'a' },
        { dst: '10.2.0.0/16', dev: 'c-peer' },
      ],
      nexthops: [{ id: 1, dev: 'br0' }],
    })
    assert.equal(
      conflicts.map(({ path: place, message }) => `${place}: ${message}`),
      [
        'nexthops[0].dev: expected br0 to be up, as the kernel requires for a next hop',
        'routes[0].dev: expected a to be up, as the kernel requires for a route',
      ],
    )
  }))

test.run()
