import { type ApplyError, type Desired, Netlink, type NotSettledError, type PlanStaleError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { overBoth, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('plans: apply, undo and failures', 'netns')

/** Defines a test with two veth pairs in its own namespace. */
const inNetns = (name: string, use: (nl: Netlink, ns: Namespace) => Promise<void>) =>
  test(name, () =>
    inScratch(async (namespace) => {
      using nl = Netlink.open({ netns: namespace.path })
      await nl.link.set('lo', { up: true })
      await veths(nl)
      await use(nl, namespace)
    }),
  )

/** Defines a test with two veth pairs that runs with the kernel and with the mock. */
const inBoth = (name: string, use: (nl: Netlink) => Promise<void>) => overBoth(test, name, use, veths)

/** Returns the error of a promise. */
async function errorOf<E>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise
  } catch (error) {
    return error as E
  }
  throw new Error('expected a failure')
}

/** Adds 1,000 objects of other programs to a namespace: 800 routes, and 200 rules, neighbours, next hops and qdiscs. */
async function addForeign(nl: Netlink): Promise<void> {
  await nl.link.add({ name: 'br9', kind: 'bridge', up: true, data: { forwardDelay: 300 } })
  await nl.link.set('b', { master: 'br9', alias: 'foreign' })
  await nl.address.add({ address: '10.50.0.1/24', dev: 'br9' })
  for (let at = 0; at < 800; at++)
    await nl.route.add({ dst: `10.51.${at >> 2}.${(at & 3) * 64}/26`, via: '10.50.0.9', table: 51 + (at % 3) })
  for (let at = 0; at < 100; at++)
    await nl.rule.add({ priority: 1000 + at, from: `10.52.${at}.0/24`, table: 51, protocol: 'bird' })
  for (let at = 0; at < 98; at++)
    await nl.neighbour.add({ dst: `10.50.0.${100 + at}`, dev: 'br9', lladdr: '02:00:00:00:00:09' })
  await nl.nexthop.add({ id: 500, via: '10.50.0.9', dev: 'br9' })
  await nl.qdisc.add({ dev: 'b-peer', kind: 'pfifo', handle: '9:', options: { limit: 99 } })
}

/** A state whose last step fails: the kernel refuses a route whose gateway is not reachable. */
const failing: Desired = {
  links: [
    { name: 'br0', kind: 'bridge', up: true },
    { name: 'a', master: 'br0', mtu: 1400, alias: 'mine', txqlen: 77, altNames: ['uplink'] },
  ],
  addresses: [{ address: '10.0.0.1/24', dev: 'br0' }],
  rules: [{ priority: 100, from: '10.0.0.0/8', table: 9 }],
  nexthops: [{ id: 7, via: '10.0.0.9', dev: 'br0' }],
  routes: [
    { dst: '10.1.0.0/16', via: '10.0.0.9' },
    { dst: '10.51.0.0/26', via: '10.0.0.9', table: 51 },
    // The kernel does not look for gateways in this table.
    { dst: '192.0.2.0/24', dev: 'br0', table: 51 },
    { dst: '10.9.0.0/16', via: '192.0.2.1' },
  ],
}

inBoth('a step that fails undoes those before it; 1,000 foreign objects are what they were', async (nl) => {
  await addForeign(nl)
  const before = await stateOf(nl)
  const plan = await nl.plan(failing)
  const error = await errorOf<ApplyError>(plan.apply())
  assert.is(error.code, 'ERR_NETLINK_NOT_APPLIED', String(error))
  assert.is(error.step?.key, '10.9.0.0/16 via 192.0.2.1')
  assert.is((error.cause as { code?: string }).code, 'ENETUNREACH')
  assert.is(error.done.length, plan.steps.length - 2)
  assert.equal(error.undone, [...error.done].reverse())
  assert.equal(error.left, [])
  assert.match(error.message, /^step \d+, add route 10.9.0.0\/16 via 192.0.2.1: .*; (\d+) done, \1 undone, 0 left$/)
  assert.equal(await stateOf(nl), before)
})

inBoth('the steps before a failure stay if the caller wants that', async (nl) => {
  const error = await errorOf<ApplyError>((await nl.plan(failing)).apply({ onFailure: 'stop' }))
  assert.equal(error.undone, [])
  assert.is(error.left.length, error.done.length)
  assert.is((await nl.link.get('a'))?.alias, 'mine')
})

inBoth('applySync does and undoes the same', async (nl) => {
  const before = await stateOf(nl)
  const plan = nl.planSync(failing)
  assert.throws(
    () => plan.applySync(),
    (error: ApplyError) => error.code === 'ERR_NETLINK_NOT_APPLIED' && error.left.length === 0,
  )
  assert.equal(await stateOf(nl), before)
  const reachable = { ...failing, routes: failing.routes?.slice(0, 2) ?? [] }
  const applied = nl.planSync(reachable).applySync()
  assert.ok(nl.planSync(reachable).isEmpty)
  assert.equal(applied.undoSync().left, [])
  assert.equal(applied.undoSync(), { undone: [], left: [] })
  assert.equal(await stateOf(nl), before)
})

inBoth('a plan for a state that has changed is refused, and nothing is done', async (nl) => {
  const plan = await nl.plan({
    links: [
      { name: 'a', mtu: 1400 },
      { name: 'b', mtu: 1400 },
    ],
  })
  await nl.link.set('a', { mtu: 1300 })
  const before = await stateOf(nl)
  const error = await errorOf<PlanStaleError>(plan.apply())
  assert.is(error.code, 'ERR_NETLINK_PLAN_STALE')
  assert.equal(error.plan.steps[0]?.changes, [{ key: 'mtu', before: 1300, after: 1400 }])
  assert.equal(await stateOf(nl), before)
  await error.plan.apply()
  assert.is((await nl.link.get('a'))?.mtu, 1400)
})

inBoth('changes of objects that are not named do not make a plan stale', async (nl) => {
  const plan = await nl.plan({ links: [{ name: 'a', mtu: 1400 }] })
  await nl.link.set('b', { mtu: 1300 })
  await nl.link.set('a', { alias: 'other' })
  await plan.apply()
})

inBoth('an address or route that another program adds at the same moment is not overwritten', async (nl) => {
  const desired: Desired = {
    addresses: [{ address: '10.0.0.1/24', dev: 'a' }],
    routes: [{ dst: '10.1.0.0/16', dev: 'a' }],
  }
  const plan = await nl.plan(desired)
  await nl.route.add({ dst: '10.1.0.0/16', dev: 'b', protocol: 'bird' })
  await refuses('the route', () => plan.apply(), 'ERR_NETLINK_PLAN_STALE')
  assert.is((await nl.route.get({ dst: '10.1.0.0/16' }))?.protocol, 'bird')
})

inBoth('checks must pass, or the steps are undone', async (nl) => {
  const before = await stateOf(nl)
  const desired: Desired = { links: [{ name: 'a', mtu: 1400 }], addresses: [{ address: '10.0.0.1/24', dev: 'a' }] }
  const seen: unknown[] = []
  const checks = [async () => seen.push((await nl.link.get('a'))?.mtu), () => false]
  const error = await errorOf<ApplyError>((await nl.plan(desired)).apply({ checks }))
  assert.equal(seen, [1400])
  assert.is(error.step, undefined)
  assert.is(error.undone.length, 2)
  assert.equal(await stateOf(nl), before)
  const thrown = new Error('no answer')
  const second = await errorOf<ApplyError>((await nl.plan(desired)).apply({ checks: [() => Promise.reject(thrown)] }))
  assert.is(second.cause, thrown)
  assert.equal(await stateOf(nl), before)
})

inBoth('an aborted signal stops before the next step, and undoes', async (nl) => {
  const before = await stateOf(nl)
  const plan = await nl.plan(failing)
  const controller = new AbortController()
  const applying = plan.apply({ signal: controller.signal })
  controller.abort(new Error('enough'))
  const error = await errorOf<ApplyError>(applying)
  assert.match(String(error.cause ?? error), /enough/)
  assert.equal(await stateOf(nl), before)
})

inNetns('apply waits for duplicate address detection, and reports a duplicate', async (nl, namespace) => {
  namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/a/accept_dad'])
  const desired: Desired = { addresses: [{ address: '2001:db8::1/64', dev: 'a' }] }
  await (await nl.plan(desired)).apply({ settle: 60_000 })
  assert.not.ok((await nl.address.get({ address: '2001:db8::1/64', dev: 'a' }))?.flags.includes('TENTATIVE'))
  const error = await errorOf<NotSettledError>(
    (await nl.plan({ addresses: [{ address: '2001:db8::1/64', dev: 'a-peer' }] })).apply({ settle: 60_000 }),
  )
  assert.is(error.code, 'ERR_NETLINK_NOT_SETTLED')
  assert.equal(error.waiting, ['2001:db8::1 on a-peer: another host has it'])
  assert.equal(error.applied.undoSync().left, [])
})

inBoth(
  'originals are restored as they were: metrics, encapsulations, lifetimes, groups, unknown attributes',
  async (nl) => {
    await nl.address.add({ address: '10.0.0.1/24', dev: 'a', label: 'a:1', proto: 9, metric: 5 })
    await nl.address.add({ address: '10.0.0.2/24', dev: 'a' })
    await nl.address.add({ address: '2001:db8::2/64', dev: 'a', flags: ['NODAD', 'NOPREFIXROUTE'] })
    await nl.route.add({
      dst: '10.1.0.0/16',
      via: '10.0.0.9',
      mtu: 1300,
      hoplimit: 9,
      protocol: 77,
      realms: { from: 1, to: 2 },
    })
    await nl.route.add({ dst: '2001:db8:1::/48', dev: 'a', metric: 7, pref: 'high' })
    await nl.route.add({ dst: '10.2.0.0/16', multipath: [{ via: '10.0.0.9', weight: 3 }, { dev: 'b' }] })
    await nl.nexthop.add({ id: 1, via: '10.0.0.9', dev: 'a', protocol: 5 })
    await nl.nexthop.add({ id: 2, group: [{ id: 1, weight: 7 }] })
    await nl.rule.add({ priority: 5, from: '10.3.0.0/16', table: 7, fwmark: 3, fwmask: 7, protocol: 9 })
    await nl.neighbour.add({ dst: '10.0.0.9', dev: 'a', lladdr: '02:00:00:00:00:09', protocol: 9 })
    const before = await stateOf(nl)
    const desired: Desired = {
      addresses: [
        { address: '10.0.0.1/24', dev: 'a', absent: true },
        { address: '2001:db8::2/64', dev: 'a', absent: true },
      ],
      routes: [
        { dst: '10.1.0.0/16', via: '10.0.0.8' },
        { dst: '2001:db8:1::/48', metric: 7, absent: true },
        { dst: '10.2.0.0/16', absent: true },
      ],
      nexthops: [
        { id: 2, absent: true },
        { id: 1, via: '10.0.0.7', dev: 'a' },
      ],
      rules: [{ priority: 5, from: '10.3.0.0/16', fwmark: 3, fwmask: 7, table: 8, protocol: 9 }],
      neighbours: [{ dst: '10.0.0.9', dev: 'a', lladdr: '02:00:00:00:00:08' }],
    }
    const plan = await nl.plan(desired)
    assert.equal(plan.conflicts, [])
    const applied = await plan.apply()
    assert.ok(await nl.address.get({ address: '10.0.0.2/24', dev: 'a' }), 'a secondary address is left alone')
    const { left } = await applied.undo()
    assert.equal(
      left.map((each) => [each.step.key, String(each.errors)]),
      [],
    )
    assert.equal(await stateOf(nl), before)
  },
)

inBoth('a link that is set down loses its routes and IPv6 addresses; the undo restores them', async (nl) => {
  await nl.address.add({ address: '2001:db8::2/64', dev: 'a', flags: ['NODAD'] })
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
  await nl.route.add({ dst: '10.1.0.0/16', via: '10.0.0.9' })
  await nl.route.add({ dst: '2001:db8:1::/48', via: '2001:db8::9' })
  await nl.nexthop.add({ id: 1, via: '10.0.0.9', dev: 'a' })
  await nl.route.add({ dst: '10.2.0.0/16', nexthop: 1 })
  const before = await stateOf(nl)
  const plan = await nl.plan({ links: [{ name: 'a', up: false }] })
  assert.is(plan.steps[0]?.disrupts, 'its routes and IPv6 addresses')
  const applied = await plan.apply()
  assert.is((await nl.route.list({ dst: '10.1.0.0/16' })).length, 0)
  assert.equal((await applied.undo()).left, [])
  assert.equal(await stateOf(nl), before)
})

inBoth('wrong options are refused before anything is done', async (nl) => {
  const plan = await nl.plan({ links: [{ name: 'a', mtu: 1400 }] })
  const before = await stateOf(nl)
  const wrong: [object, RegExp][] = [
    [{ onFailure: 'retry' }, /onFailure to be undo or stop/],
    [{ settle: -1 }, /settle/],
    [{ checks: [1] }, /checks to be a list of functions/],
    [{ confirmWithin: 0 }, /confirmWithin/],
    [{ confirm: 1 }, /got 'confirm'/],
  ]
  for (const [options, says] of wrong)
    await refuses(JSON.stringify(options), () => plan.apply(options as never), 'ERR_NETLINK_ARGUMENT', says)
  assert.equal(await stateOf(nl), before)
})

test('a process that may not change the network gets a conflict', () =>
  inScratch(async ({ path, exec }) => {
    void path
    const script = `
      import { Netlink } from '@netloom/netlink'
      const plan = Netlink.open().planSync({ links: [{ name: 'lo', up: true }] })
      console.log(JSON.stringify(plan.conflicts))`
    const args = [
      '--reuid=65534',
      '--clear-groups',
      process.execPath,
      '--conditions=netloom',
      '--input-type=module',
      '-e',
      script,
    ]
    const [conflict] = JSON.parse(exec('setpriv', args, { cwd: process.cwd() }))
    assert.is(conflict.type, 'permission')
  }))

overBoth(test, 'a plan is applied once, unless its steps are undone', async (nl) => {
  const desired: Desired = { links: [{ name: 'v0', kind: 'veth', peer: { name: 'v1' } }] }
  const plan = await nl.plan(desired)
  await refuses('a check', () => plan.apply({ checks: [() => false] }), 'ERR_NETLINK_NOT_APPLIED', / 0 left/)
  // Steps that are done at the same time are not done twice.
  const [first, second] = await Promise.allSettled([plan.apply(), plan.apply()])
  assert.is(first.status, 'fulfilled')
  assert.match(
    String(second.status === 'rejected' && second.reason),
    /^PlanBusyError: .* got process \d+; nothing was done$/,
  )
  for (const again of [() => plan.apply(), () => plan.applySync()]) {
    const error = await errorOf<PlanStaleError>(Promise.resolve().then(again))
    assert.is(error.code, 'ERR_NETLINK_PLAN_STALE')
    assert.match(error.message, /but it is the desired one already; nothing was done$/)
    assert.ok(error.plan.isEmpty)
  }
  assert.ok((await nl.plan(desired)).isEmpty)
  if (first.status === 'fulfilled') assert.equal((await first.value.undo()).left, [])
  const inCheck = () => plan.apply({ checks: [() => plan.applySync()] })
  assert.match(String((await errorOf<ApplyError>(inCheck())).cause), /^PlanBusyError/)
  assert.is(plan.applySync().done.length, 1)
  // One without steps can be applied at any time.
  const empty = await nl.plan(desired)
  assert.equal([(await empty.apply()).done, empty.applySync().done], [[], []])
})

test.run()
