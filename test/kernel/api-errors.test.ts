import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EnsureError, Netlink, NetlinkError } from '@netloom/netlink'
import { dissectCapture } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { operationNames } from '../support/operations.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('errors of the API', 'netns')

const fdb = { family: 'bridge', dev: 'v0', lladdr: '02:00:00:00:00:07' } as const

/** Calls that the kernel rejects, with the message of each error. Messages refer to links as the caller did. */
const refusals: readonly (readonly [call: (nl: Netlink) => unknown, message: string])[] = [
  [(nl) => nl.link.list({ master: 'none' }), 'RTM_GETLINK: master: no link "none" (ENODEV, no such device)'],
  [(nl) => nl.link.add({ name: 'a', kind: 'bridge' }), 'RTM_NEWLINK a: file exists (EEXIST)'],
  [
    (nl) => nl.link.add({ name: 'x', kind: 'bridge', master: 'none' }),
    'RTM_GETLINK x: master: no link "none" (ENODEV, no such device)',
  ],
  [(nl) => nl.link.set('none', { up: true }), 'RTM_NEWLINK none: no such device (ENODEV)'],
  [
    (nl) => nl.link.set({ name: 'a' }, { mtu: 1 }),
    'RTM_NEWLINK a: mtu: expected mtu to be an integer from 68 to 65535, got 1 (EINVAL, invalid argument)',
  ],
  [(nl) => nl.link.delete({ index: 4711 }), 'RTM_DELLINK 4711: no such device (ENODEV)'],
  [(nl) => nl.link.ensure({ name: 'a', kind: 'bridge' }), 'RTM_NEWLINK a: file exists (EEXIST)'],
  [(nl) => nl.address.list({ dev: 'none' }), 'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)'],
  [
    (nl) => nl.address.add({ address: '10.0.0.1/24', dev: 'a' }),
    'RTM_NEWADDR 10.0.0.1/24 dev a: ipv4: Address already assigned (EEXIST, file exists)',
  ],
  [
    (nl) => nl.address.replace({ address: '10.0.0.1', peer: '10.0.0.9/24', dev: 'a' }),
    'RTM_NEWADDR 10.0.0.1 peer 10.0.0.9/24 dev a: the link has 10.0.0.1/24 (EEXIST, file exists)',
  ],
  [
    (nl) => nl.address.delete({ address: '10.0.0.9/24', dev: 'a' }),
    'RTM_DELADDR 10.0.0.9/24 dev a: ipv4: Address not found (EADDRNOTAVAIL, cannot assign requested address)',
  ],
  [
    (nl) => nl.address.ensure({ address: '10.0.0.9/24', dev: 'none' }),
    'RTM_GETLINK 10.0.0.9/24 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.route.add({ dst: '10.9.0.0/16', via: '203.0.113.77' }),
    'RTM_NEWROUTE 10.9.0.0/16 via 203.0.113.77: Nexthop has invalid gateway (ENETUNREACH, network is unreachable)',
  ],
  [
    (nl) => nl.route.append({ dst: '10.9.0.0/16', via: '203.0.113.77', table: 7, metric: 5 }),
    'RTM_NEWROUTE 10.9.0.0/16 via 203.0.113.77 table 7 metric 5: Nexthop has invalid gateway (ENETUNREACH, network is unreachable)',
  ],
  [
    (nl) => nl.route.replace({ dst: '2001:db8:9::/48', via: '2001:db8:77::1' }),
    'RTM_NEWROUTE 2001:db8:9::/48 via 2001:db8:77::1: no route to host (EHOSTUNREACH)',
  ],
  [
    (nl) => nl.route.delete({ dst: '10.9.0.0/16', dev: 'a' }),
    'RTM_DELROUTE 10.9.0.0/16 dev a: no such route (ESRCH, no such process)',
  ],
  [
    (nl) => nl.route.delete({ dst: '10.9.0.0/16', mtu: 1400 }),
    'RTM_DELROUTE 10.9.0.0/16: no such route (ESRCH, no such process)',
  ],
  [
    (nl) => nl.route.ensure({ dst: '10.9.0.0/16', via: '203.0.113.77' }),
    'RTM_NEWROUTE 10.9.0.0/16 via 203.0.113.77: Nexthop has invalid gateway (ENETUNREACH, network is unreachable)',
  ],
  [(nl) => nl.route.lookup('203.0.113.77'), 'RTM_GETROUTE 203.0.113.77: network is unreachable (ENETUNREACH)'],
  [(nl) => nl.neighbour.list({ dev: 'none' }), 'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)'],
  [
    (nl) => nl.neighbour.add({ dst: '10.0.0.2', dev: 'a', lladdr: '02:00:00:00:00:02' }),
    'RTM_NEWNEIGH 10.0.0.2 lladdr 02:00:00:00:00:02 dev a: file exists (EEXIST)',
  ],
  [
    (nl) => nl.neighbour.replace({ ...fdb, dev: 'a', master: 'b', vlan: 7 }),
    'RTM_NEWNEIGH 02:00:00:00:00:07 dev a vlan 7 master b: master: link "a" is not a port of "b" (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.neighbour.append({ ...fdb, dev: 'a', master: 'b' }),
    'RTM_NEWNEIGH 02:00:00:00:00:07 dev a master b: master: link "a" is not a port of "b" (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.neighbour.delete({ dst: '10.0.0.7', dev: 'a' }),
    'RTM_DELNEIGH 10.0.0.7 dev a: no such neighbour (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.neighbour.delete({ ...fdb, dev: 'a' }),
    'RTM_DELNEIGH 02:00:00:00:00:07 dev a: no FDB entry "02:00:00:00:00:07" (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.rule.add({ priority: 100, from: '10.0.0.0/8', table: 7 }),
    'RTM_NEWRULE priority 100 from 10.0.0.0/8 table 7: file exists (EEXIST)',
  ],
  [
    (nl) => nl.rule.delete({ priority: 77, iif: 'a' }),
    'RTM_DELRULE priority 77 iif a: no such rule (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.nexthop.add({ via: '203.0.113.77', dev: 'a' }),
    'RTM_NEWNEXTHOP via 203.0.113.77 dev a: Nexthop has invalid gateway (ENETUNREACH, network is unreachable)',
  ],
  [
    (nl) => nl.nexthop.replace({ id: 7, via: '203.0.113.77', dev: 'a' }),
    'RTM_NEWNEXTHOP id 7 via 203.0.113.77 dev a: Nexthop has invalid gateway (ENETUNREACH, network is unreachable)',
  ],
  [(nl) => nl.nexthop.delete({ id: 7 }), 'RTM_DELNEXTHOP id 7: no such next hop (ENOENT, no such file or directory)'],
  [
    (nl) => nl.qdisc.add({ dev: 'a', kind: 'nope' as 'noop' }),
    'RTM_NEWQDISC nope dev a: Specified qdisc kind is unknown (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.qdisc.replace({ dev: 'a', kind: 'nope' as 'noop', handle: '7:' }),
    'RTM_NEWQDISC nope dev a handle 7:: Specified qdisc kind is unknown (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.qdisc.set({ dev: 'a', parent: 'root', kind: 'pfifo' }),
    'RTM_NEWQDISC pfifo dev a parent root: no such qdisc (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.qdisc.delete({ dev: 'a', kind: 'htb' }),
    'RTM_DELQDISC htb dev a: no such qdisc (ENOENT, no such file or directory)',
  ],
  [(nl) => nl.address.flush({ dev: 'none' }), 'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)'],
  [(nl) => nl.route.flush({ dev: 'none' }), 'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)'],
  [(nl) => nl.neighbour.flush({ dev: 'none' }), 'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)'],
  [
    (nl) => nl.neighbour.flush({ family: 'bridge', dev: 'a' }),
    'RTM_DELNEIGH dev a: operation not supported (EOPNOTSUPP)',
  ],
  [
    (nl) => nl.neighbour.ensure({ dst: '10.0.0.2', dev: 'none' }),
    'RTM_GETLINK 10.0.0.2 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [(nl) => nl.nexthop.flush({ dev: 'none' }), 'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)'],
  [
    (nl) => nl.nexthop.ensure({ id: 7, via: '203.0.113.77', dev: 'a' }),
    'RTM_NEWNEXTHOP id 7 via 203.0.113.77 dev a: Nexthop has invalid gateway (ENETUNREACH, network is unreachable)',
  ],
  [
    (nl) => nl.rule.replace({ priority: 100, from: '10.0.0.0/8', goto: 50 }),
    'RTM_NEWRULE priority 100 from 10.0.0.0/8 goto 50: Backward goto not supported (EINVAL, invalid argument)',
  ],
  [
    (nl) => nl.rule.ensure({ priority: 100, from: '10.0.0.0/8', goto: 50 }),
    'RTM_NEWRULE priority 100 from 10.0.0.0/8 goto 50: Backward goto not supported (EINVAL, invalid argument)',
  ],
  [
    (nl) => nl.qdisc.ensure({ dev: 'a', kind: 'nope' as 'noop' }),
    'RTM_NEWQDISC nope dev a: Specified qdisc kind is unknown (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.class.add({ dev: 'none', kind: 'drr', handle: '1:1' }),
    'RTM_GETLINK 1:1 dev none kind drr: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.class.replace({ dev: 'none', kind: 'drr', handle: '1:1' }),
    'RTM_GETLINK 1:1 dev none kind drr: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.class.set({ dev: 'none', kind: 'drr', handle: '1:1' }),
    'RTM_GETLINK 1:1 dev none kind drr: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.class.delete({ dev: 'none', kind: 'drr', handle: '1:1' }),
    'RTM_GETLINK 1:1 dev none kind drr: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.class.ensure({ dev: 'none', kind: 'drr', handle: '1:1' }),
    'RTM_GETLINK 1:1 dev none kind drr: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.filter.add({ dev: 'none', kind: 'matchall', priority: 7 }),
    'RTM_GETLINK matchall dev none priority 7: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.filter.replace({ dev: 'none', kind: 'matchall', priority: 7 }),
    'RTM_GETLINK matchall dev none priority 7: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.filter.set({ dev: 'none', kind: 'matchall', priority: 7 }),
    'RTM_GETLINK matchall dev none priority 7: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.filter.delete({ dev: 'none', kind: 'matchall', priority: 7 }),
    'RTM_GETLINK matchall dev none priority 7: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.filter.ensure({ dev: 'none', kind: 'matchall', priority: 7 }),
    'RTM_GETLINK matchall dev none priority 7: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.rateLimit.ensure({ dev: 'none', egress: '1mbit' }),
    'RTM_GETLINK dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.rateLimit.delete({ dev: 'a' }),
    'RTM_DELQDISC dev a: no such rate limit (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.impairment.ensure({ dev: 'none', to: '10.0.0.7', rate: '1mbit' }),
    'RTM_GETLINK 10.0.0.7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.impairment.delete({ dev: 'a', to: '10.0.0.7' }),
    'RTM_DELTFILTER 10.0.0.7 dev a: no such impairment (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.chain.add({ dev: 'none', chain: 7 }),
    'RTM_GETLINK chain 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.chain.delete({ dev: 'none', chain: 7 }),
    'RTM_GETLINK chain 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.chain.ensure({ dev: 'none', chain: 7 }),
    'RTM_GETLINK chain 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.action.add({ kind: 'mirred', options: { dev: 'none', egress: 'redirect' } }),
    'RTM_GETLINK mirred: action.0.options.dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.action.replace({ kind: 'mirred', options: { dev: 'none', egress: 'redirect' } }),
    'RTM_GETLINK mirred: action.0.options.dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.action.ensure({ kind: 'mirred', options: { dev: 'none', egress: 'redirect' } }),
    'RTM_GETLINK mirred: action.0.options.dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.action.delete({ kind: 'mirred', index: 77 }),
    'RTM_DELACTION mirred index 77: no such action (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.action.flush({ kind: 'nope' as 'gact' }),
    'RTM_DELACTION nope: Cannot flush unknown TC action (EINVAL, invalid argument)',
  ],
  [
    (nl) => nl.bridge.vlan.add({ dev: 'none', vid: 7 }),
    'RTM_GETLINK vid 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.vlan.set({ dev: 'none', vid: 7 }),
    'RTM_GETLINK vid 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.vlan.delete({ dev: 'none', vid: 7 }),
    'RTM_GETLINK vid 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.vlan.ensure({ dev: 'none', vid: 7 }),
    'RTM_GETLINK vid 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.globalVlan.set({ dev: 'none', vid: 7 }),
    'RTM_GETLINK vid 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.globalVlan.ensure({ dev: 'none', vid: 7 }),
    'RTM_GETLINK vid 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.vni.add({ dev: 'none', vni: 7 }),
    'RTM_GETLINK vni 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.vni.ensure({ dev: 'none', vni: 7 }),
    'RTM_GETLINK vni 7 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.vni.set({ dev: 'a', vni: 7 }),
    'RTM_NEWTUNNEL vni 7 dev a: vni: no VNI 7 (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.bridge.vni.delete({ dev: 'a', vni: 7 }),
    'RTM_DELTUNNEL vni 7 dev a: no such VNI (ENOENT, no such file or directory)',
  ],
  [
    (nl) => nl.bridge.mdb.add({ dev: 'none', group: '239.1.1.1' }),
    'RTM_GETLINK 239.1.1.1 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.mdb.replace({ dev: 'none', group: '239.1.1.1' }),
    'RTM_GETLINK 239.1.1.1 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.mdb.delete({ dev: 'none', group: '239.1.1.1' }),
    'RTM_GETLINK 239.1.1.1 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
  [
    (nl) => nl.bridge.mdb.ensure({ dev: 'none', group: '239.1.1.1' }),
    'RTM_GETLINK 239.1.1.1 dev none: dev: no link "none" (ENODEV, no such device)',
  ],
]

/** Operations without an error of the kernel: they return `undefined` for a missing object, or accept any filter. */
const withoutRefusal = ['get', 'list', 'rule.flush', 'nsid.set', 'nsid.pathOf']

inBothWays(test, 'errors of each operation name the request, the object and the reason', async (nl, ns) => {
  await veths(nl)
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
  await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD'] })
  await nl.neighbour.add({ dst: '10.0.0.2', dev: 'a', lladdr: '02:00:00:00:00:02' })
  await nl.rule.add({ priority: 100, from: '10.0.0.0/8', table: 7 })
  const before = ns.ip('link').length
  for (const [call, message] of refusals) {
    let thrown: unknown
    try {
      await call(nl)
    } catch (error) {
      thrown = error
    }
    assert.ok(thrown instanceof NetlinkError, `${call}: ${thrown}`)
    assert.is(thrown.message, message, String(call))
    assert.ok(thrown.object === undefined || message.includes(` ${thrown.object}:`), String(call))
  }
  assert.is(ns.ip('link').length, before)
})

test('the table contains every operation', () =>
  inScratch((ns) => {
    using nl = Netlink.open({ netns: ns.path })
    const calls = refusals.map(([call]) => String(call))
    for (const name of operationNames(nl))
      assert.ok(
        [name, name.slice(name.lastIndexOf('.') + 1)].some((each) => withoutRefusal.includes(each)) ||
          calls.some((text) => text.includes(`nl.${name}(`)),
        name,
      )
  }))

inBothWays(test, 'the stack of an error contains the line of the caller', async (nl) => {
  const stackOf = async (call: () => unknown) => {
    try {
      await call()
    } catch (error) {
      return (error as Error).stack ?? ''
    }
    return ''
  }
  async function caller(): Promise<void> {
    await nl.route.add({ dst: '10.9.0.0/16', via: '203.0.113.77' })
  }
  assert.match(await stackOf(caller), /at (async )?caller .*api-errors\.test\.ts/)
})

inBothWays(test, 'an EnsureError names the object', async (nl) => {
  await veths(nl)
  const address = { address: '10.0.0.1/24', dev: 'a' }
  await nl.address.add(address)
  try {
    await nl.address.ensure({ ...address, label: 'a:x' })
    assert.unreachable()
  } catch (error) {
    assert.ok(error instanceof EnsureError, String(error))
    assert.is(
      error.message,
      'address 10.0.0.1/24 dev a: expected label to be "a:x", got "a", although the kernel accepted the change',
    )
    assert.equal(
      error.differences.map(({ key, wanted, actual }) => ({ key, wanted, actual })),
      [{ key: 'label', wanted: 'a:x', actual: 'a' }],
    )
  }
})

/** Values that the library rejects before it sends anything, with the message of the error. */
const wrongValues: readonly (readonly [options: object, says: RegExp])[] = [
  [{ mtu: -1 }, /^expected mtu to be an integer from 0 to 4294967295, got -1$/],
  [{ txqlen: 2 ** 32 }, /^expected txqlen to be an integer .*, got 4294967296$/],
  [{ group: 1.5 }, /^expected group to be an integer .*, got 1\.5$/],
  [{ gsoMaxSize: '7' }, /^expected gsoMaxSize to be an integer .*, got "7"$/],
  [{ linkmode: 256 }, /^expected linkmode to be an integer from 0 to 255, got 256$/],
  [{ protoDown: 2 }, /^expected protoDown to be true or false, got 2$/],
  [{ address: 'nope' }, /^expected address to be a link-layer address, got "nope"$/],
  [{ kind: 7 }, /^expected kind to be the name of a kind, got 7$/],
  [{ kind: 'bridge', data: { ageingTime: -1 } }, /^data\.ageingTime: expected .* from 0 to 4294967295\), got -1$/],
  [
    { kind: 'bridge', data: { stpState: 'on' } },
    /^expected data\.stpState to be a number or one of off, kernel, user, got "on"$/,
  ],
  [{ kind: 'bridge', data: { nope: 1 } }, /^expected data to have the keys forwardDelay, .*, got 'nope'$/],
  [{ kind: 'bridge', data: 7 }, /^data: expected .*, got 7$/],
  [{ kind: 'vlan', data: { flags: { flags: 2 ** 32, mask: 1 } } }, /^data\.flags\.flags: expected .*, got 4294967296$/],
  [{ kind: 'vxlan', data: { group: '10.0.0' } }, /^data\.group: expected .*, got "10\.0\.0"$/],
  [{ slaveKind: 'bridge', slaveData: { cost: 2 ** 33 } }, /^slaveData\.cost: expected .*, got 8589934592$/],
]

async function isWrong(call: () => unknown, says: RegExp): Promise<void> {
  let thrown: unknown
  try {
    await call()
  } catch (error) {
    thrown = error
  }
  assert.instance(thrown, TypeError, `${says}: ${thrown}`)
  assert.match((thrown as Error).message, says)
}

inBothWays(test, 'an invalid value is a TypeError that names the option, and nothing is changed', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge' })
  const shown = () => JSON.stringify(ns.ip('-d', 'link')).replaceAll(/"[a-z_]*timer":[\d.]+/g, '')
  // The kernel sets the state of a link that was set up a little later.
  const isUp = (name: string) => ns.ip('link', 'show', name)[0].operstate === 'UP'
  await until('the links to be up', () => isUp('a') && isUp('b'))
  const before = shown()
  for (const [options, says] of wrongValues) {
    const link = { name: 'x', kind: 'bridge', link: 'a', ...options }
    await isWrong(() => nl.link.set('br0', options as never), says)
    await isWrong(() => nl.link.add(link as never), says)
  }
  const options = { limit: -1 }
  await isWrong(() => nl.qdisc.add({ dev: 'a', kind: 'pfifo', options }), /^options\.limit: /)
  const encap = { type: 'ip', data: { ttl: 256 } } as const
  await isWrong(() => nl.route.add({ dst: '10.0.0.0/8', dev: 'a', encap }), /^encap\.data\.ttl: /)
  assert.is(shown(), before)
})

inBothWays(test, 'the lower link of a vxlan can change, but not be removed', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'vx', kind: 'vxlan', link: 'a', data: { id: 5, port: 4789 } })
  await nl.link.set('vx', { link: 'b' })
  const [b, vx] = [await nl.link.get('b'), await nl.link.get('vx')]
  assert.is(vx?.link, b?.index)
  await refuses('link', () => nl.link.set('vx', { link: 0 }), 'TypeError', /link of a vxlan .* got 0/)
  await refuses('data', () => nl.link.set('vx', { kind: 'vxlan', data: { link: 0 } }), 'TypeError', /link of a vxlan/)
})

test('replace lists the addresses of a link only if it has the address', () =>
  inScratch((ns) => {
    const folder = mkdtempSync(join(tmpdir(), 'netloom-api-'))
    const requests = (use: (nl: Netlink) => void) => {
      const capture = join(folder, 'capture.pcap')
      {
        using nl = Netlink.open({ netns: ns.path, capture })
        use(nl)
      }
      const types = [...dissectCapture(readFileSync(capture))].flatMap(({ messages }) =>
        messages.map(({ type }) => type),
      )
      return types.filter((type) => type === 'RTM_GETADDR').length
    }
    ns.ip('link', 'set', 'lo', 'up')
    try {
      const replace = (address: string, metric: number) => (nl: Netlink) =>
        nl.address.replaceSync({ address, dev: 'lo', metric })
      for (const address of ['10.0.0.1/24', '2001:db8::1/64']) {
        assert.is(requests(replace(address, 0)), 0, address)
        assert.is(requests(replace(address, 7)), 1, address)
      }
      // No other address can match a single IPv4 host.
      for (const metric of [0, 7]) assert.is(requests(replace('10.0.0.7', metric)), 0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }))

test.run()
