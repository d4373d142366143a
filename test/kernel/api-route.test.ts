import type { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('routes by the API', 'netns')

async function addAddresses(nl: Netlink): Promise<void> {
  await veths(nl)
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
  await nl.address.add({ address: '10.1.0.1/24', dev: 'b' })
  await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD'] })
}

inBothWays(test, 'routes that the API adds are as iproute2 shows them', async (nl, ns) => {
  await addAddresses(nl)
  await nl.route.add({ dst: 'default', via: '10.0.0.254', metric: 5, mtu: 1300, src: '10.0.0.1', protocol: 'static' })
  await nl.route.add({
    dst: '10.9.0.0/16',
    table: 1000,
    protocol: 'bgp',
    multipath: [
      { via: '10.0.0.5', weight: 3 },
      { dev: 'b', flags: ['ONLINK'], via: '10.7.0.1' },
    ],
  })
  await nl.route.add({ dst: '10.10.0.0/16', type: 'blackhole' })
  await nl.route.add({ dst: '10.11.0.9', via: '2001:db8::9', dev: 'a' })
  await nl.route.add({ dst: '2001:db8:9::/48', via: '2001:db8::9', expires: 100 })
  const show = (dst: string, ...more: string[]) => ns.ip('-N', 'route', 'show', dst, ...more)[0]
  const words = ({ gateway, dev, metric, prefsrc, protocol, scope }: Record<string, unknown>) => [
    gateway,
    dev,
    metric,
    prefsrc,
    protocol,
    scope,
  ]
  assert.equal(words(show('default')), ['10.0.0.254', 'a', 5, '10.0.0.1', '4', '0'])
  assert.equal(show('default').metrics, [{ mtu: 1300 }])
  assert.equal(
    show('10.9.0.0/16', 'table', '1000').nexthops.map(({ gateway, dev, weight, flags }: Record<string, unknown>) => [
      gateway,
      dev,
      weight,
      flags,
    ]),
    [
      ['10.0.0.5', 'a', 3, []],
      ['10.7.0.1', 'b', 1, ['onlink']],
    ],
  )
  assert.is(show('10.10.0.0/16').type, '6')
  assert.equal(show('10.11.0.9').via, { family: 'inet6', host: '2001:db8::9' })
  const list = async (filter?: Parameters<typeof nl.route.list>[0]) =>
    (await nl.route.list(filter)).map(({ dst }) => dst)
  // The kernel adds routes until its link-local addresses are unique.
  await until('the routes that ip shows', async () => {
    const all = [...ns.ip('-4', 'route', 'show', 'table', 'all'), ...ns.ip('-6', 'route', 'show', 'table', 'all')]
    return (
      (await list()).sort().join() ===
      all
        .map(({ dst }) => dst)
        .sort()
        .join()
    )
  })
  assert.equal(await list({ table: 1000 }), ['10.9.0.0/16'])
  assert.equal(await list({ table: 1001 }), [])
  assert.equal(await list({ table: 1001, family: 'inet' }), [])
  assert.equal(await list({ type: 'blackhole' }), ['10.10.0.0/16'])
  assert.equal(await list({ protocol: 'static' }), ['default'])
  assert.equal(await list({ dst: '2001:db8:9::/48' }), ['2001:db8:9::/48'])
  assert.equal(await list({ dev: 'b', table: 'main', family: 'inet' }), ['10.1.0.0/24'])
  const route = await nl.route.get({ dst: 'default', metric: 5 })
  assert.equal(
    [route?.via, route?.mtu, route?.table, route?.type, route?.scope],
    ['10.0.0.254', 1300, 'main', 'unicast', 'global'],
  )
  assert.is(await nl.route.get({ dst: 'default' }), undefined)
  assert.equal((await nl.route.get({ dst: '10.11.0.9' }))?.via, '2001:db8::9')
  const expires = (await nl.route.get({ dst: '2001:db8:9::/48' }))?.expires ?? 0
  assert.ok(expires > 90 && expires <= 100)
  const lookedUp = await nl.route.lookup('10.99.0.1')
  assert.equal([lookedUp.dst, lookedUp.via, lookedUp.src], ['10.99.0.1', '10.0.0.254', '10.0.0.1'])
  assert.is((await nl.route.lookup('10.99.0.1', { fibMatch: true })).dst, 'default')
  // A route that was read can be added again.
  for (const one of await nl.route.list({ table: 'main', family: 'inet' })) {
    await nl.route.delete(one)
    await nl.route.add({ ...one, table: 77 })
  }
  assert.equal(await list({ table: 'main', family: 'inet' }), [])
  assert.is((await list({ table: 77 })).length, 5)
})

inBothWays(test, 'route.append, route.replace and route.ensure', async (nl, ns) => {
  await addAddresses(nl)
  const route = { dst: '10.9.0.0/16', via: '10.0.0.5' }
  await nl.route.add(route)
  await refuses('twice', () => nl.route.add(route), 'EEXIST')
  await nl.route.append({ ...route, via: '10.0.0.6' })
  assert.is(ns.ip('route', 'show', '10.9.0.0/16').length, 2)
  await nl.route.delete({ ...route, via: '10.0.0.6' })
  await nl.route.replace({ ...route, via: '10.0.0.7' })
  assert.equal(
    ns.ip('route', 'show', '10.9.0.0/16').map(({ gateway }) => gateway),
    ['10.0.0.7'],
  )
  for (const spec of [
    { dst: '10.9.0.0/16', via: '10.0.0.7', mtu: 1300, advmss: 0 },
    {
      dst: '10.8.0.0/16',
      multipath: [
        { via: '10.1.0.9', weight: 2 },
        { via: '10.0.0.9', dev: 'a' },
      ],
    },
    { dst: '2001:db8:5::/64', multipath: [{ via: '2001:db8::9' }, { via: '2001:db8::8', weight: 4 }], metric: 9 },
    { dst: 'default', via: '2001:DB8::0:9', family: 'inet6', pref: 1, protocol: 'static' },
    { dst: '10.6.0.0/16', multipath: [{ via: '10.0.0.9' }] },
    { dst: '10.5.0.0/16', multipath: [{ via: '10.77.0.9', dev: 'a', weight: 9, flags: ['ONLINK'] }] },
    { dst: '2001:db8:6::/64', multipath: [{ via: '2001:DB8::0:9', dev: 'a' }] },
    { dst: '2001:db8:7::1/48', via: '2001:db8::9' },
    {
      dst: '2001:db8:8::/64',
      dev: 'a',
      encap: { type: 'ip6', data: { id: 5n, dst: '2001:DB8::0:9', src: '2001:db8::1' } },
    },
    {
      dst: '10.7.0.0/16',
      via: '10.0.0.9',
      dev: 'a',
      encap: { type: 'ip', data: { id: 5n, dst: '10.0.0.99', ttl: 0 } },
    },
  ] as const) {
    const first = await nl.route.ensure(spec)
    assert.ok(first.changed, spec.dst)
    const before = [...ns.ip('route'), ...ns.ip('-6', 'route')]
    assert.equal(await nl.route.ensure(spec), { changed: false, created: false, changes: [] }, spec.dst)
    assert.equal([...ns.ip('route'), ...ns.ip('-6', 'route')], before)
  }
  assert.equal(await nl.route.ensure({ dst: '10.9.0.0/16', via: '10.0.0.8', mtu: 1300 }), {
    changed: true,
    created: false,
    changes: [{ key: 'via', before: '10.0.0.7', after: '10.0.0.8' }],
  })
  assert.is((await nl.route.get({ dst: '2001:db8:7::1/48' }))?.dst, '2001:db8:7::/48')
  assert.is((await nl.route.list({ dst: '2001:db8:7::1/48' })).length, 1)
  for (const hop of [{ via: '10.0.0.8' }, { via: '10.0.0.8', dev: 'a', weight: 3 }]) {
    const one = await nl.route.ensure({ dst: '10.6.0.0/16', multipath: [hop] })
    assert.is(one.changed, hop.weight === undefined)
  }
  await nl.route.delete({ dst: '2001:db8:7::1/48' })
  await refuses(
    'a host address with a network prefix',
    () => nl.route.ensure({ dst: '10.4.0.1/16', via: '10.0.0.9' }),
    'EINVAL',
  )
  const { changes } = await nl.route.ensure({
    dst: '10.8.0.0/16',
    multipath: [{ via: '10.1.0.9' }, { via: '10.0.0.9' }],
  })
  assert.equal(
    changes.map(({ key }) => key),
    ['multipath'],
  )
})

inBothWays(
  test,
  'neighbours, rules, next hops and qdiscs that the API adds are as iproute2 shows them',
  async (nl, ns) => {
    await addAddresses(nl)
    await nl.link.set('lo', { up: true })
    await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
    await nl.link.set('b', { master: 'br0' })
    const neighbour = { dst: '10.0.0.2', dev: 'a', lladdr: '02:00:00:00:00:02' }
    await nl.neighbour.add(neighbour)
    await refuses('twice', () => nl.neighbour.add(neighbour), 'EEXIST')
    await nl.neighbour.replace({ ...neighbour, lladdr: '02:00:00:00:00:03', state: ['STALE'] })
    const shownNeighbours = (...args: string[]) =>
      ns.ip('neigh', 'show', ...args).map(({ dst, lladdr, state }) => ({ dst, lladdr, state }))
    assert.equal(shownNeighbours('dev', 'a', 'nud', 'stale'), [
      { dst: '10.0.0.2', lladdr: '02:00:00:00:00:03', state: ['STALE'] },
    ])
    const found = await nl.neighbour.get({ dst: '10.0.0.2', dev: 'a' })
    assert.equal([found?.lladdr, found?.state], ['02:00:00:00:00:03', ['STALE']])
    assert.is(await nl.neighbour.get({ dst: '10.0.0.3', dev: 'a' }), undefined)
    await nl.neighbour.add({ dst: '2001:db8::5', dev: 'a', flags: ['PROXY'] })
    assert.equal(
      (await nl.neighbour.list({ proxy: true })).map(({ dst }) => dst),
      ['2001:db8::5'],
    )
    assert.equal(
      (await nl.neighbour.list({ dev: 'a', family: 'inet' })).map(({ dst }) => dst),
      ['10.0.0.2'],
    )
    const entry = {
      family: 'bridge',
      dev: 'b',
      lladdr: '02:00:00:00:00:09',
      flags: ['MASTER'],
      vlan: undefined,
    } as const
    await nl.neighbour.add({ ...entry, state: ['NOARP'] })
    const fdb = () =>
      JSON.parse(ns.exec('bridge', ['-j', 'fdb', 'show', 'dev', 'b'])).map(({ mac }: { mac: string }) => mac)
    assert.ok(fdb().includes(entry.lladdr))
    // While links come up, the kernel adds its own entries.
    await until('the entries that bridge shows', async () => {
      const listed = (await nl.neighbour.list({ family: 'bridge', dev: 'b' })).map(({ lladdr }) => lladdr)
      return listed.join() === fdb().join()
    })
    assert.is((await nl.neighbour.get(entry))?.master, (await nl.link.get('br0'))?.index)
    await nl.neighbour.delete(entry)
    await refuses('delete with a different link-layer address', () => nl.neighbour.delete(neighbour), 'ENOENT')
    assert.is(await nl.neighbour.get(neighbour), undefined)
    const changed = { ...neighbour, lladdr: '02:00:00:00:00:03' }
    await nl.neighbour.delete(changed)
    await refuses('delete a neighbour that does not exist', () => nl.neighbour.delete(changed), 'ENOENT')
    assert.not.ok(fdb().includes(entry.lladdr))

    await nl.rule.add({ from: '10.0.0.0/24', table: 1000, priority: 1000, protocol: 'static' })
    await nl.rule.add({
      to: '2001:db8::/32',
      table: 'main',
      iif: 'a',
      fwmark: 0,
      fwmask: 15,
      invert: true,
      priority: 5,
    })
    await nl.rule.add({ priority: 6, goto: 1000, uidRange: { start: 0, end: 5 } })
    await nl.rule.add({ priority: 7, table: 'main', suppressPrefixlen: 0 })
    const rules = ns.ip('-N', 'rule')
    assert.equal(
      rules.map(({ priority }) => priority),
      (await nl.rule.list({ family: 'inet' })).map(({ priority }) => priority),
    )
    assert.equal(
      rules.map(({ table }) => table),
      ['255', undefined, '254', '1000', '254', '253'],
    )
    const [, not] = ns.ip('-6', 'rule')
    assert.equal([not.dst, not.dstlen, not.iif, 'not' in not], ['2001:db8::', 32, 'a', true])
    const rule = await nl.rule.get({ priority: 1000 })
    assert.equal(
      [rule?.from, rule?.to, rule?.table, rule?.action, rule?.protocol],
      ['10.0.0.0/24', 'default', 1000, 'to_tbl', 'static'],
    )
    assert.is((await nl.rule.get({ priority: 7 }))?.suppressPrefixlen, 0)
    for (const one of (await nl.rule.list()).filter(({ protocol }) => protocol !== 'kernel')) await nl.rule.delete(one)
    assert.is((await nl.rule.list()).length, 5)
    await refuses('delete a rule that does not exist', () => nl.rule.delete({ priority: 7 }), 'ENOENT')

    assert.is(await nl.nexthop.add({ id: 1, via: '10.0.0.9', dev: 'a' }), 1)
    const chosen = await nl.nexthop.add({ via: '2001:db8::9', dev: 'a', protocol: 'static' })
    assert.is((await nl.nexthop.get({ id: chosen }))?.via, '2001:db8::9')
    await nl.nexthop.add({ id: 4, dev: 'a' })
    await nl.nexthop.add({ id: 10, group: [{ id: 1, weight: 3 }, { id: 4 }] })
    await nl.nexthop.add({ id: 11, blackhole: true, family: 'inet6' })
    await nl.nexthop.add({ id: 12, fdb: true, via: '10.0.0.9' })
    const shownNexthops = ns.ip('nexthop')
    assert.equal(
      (await nl.nexthop.list()).map(({ id }) => id),
      shownNexthops.map(({ id }) => id),
    )
    assert.equal(shownNexthops.find(({ id }) => id === 10).group, [{ id: 1, weight: 3 }, { id: 4 }])
    assert.equal((await nl.nexthop.get({ id: 10 }))?.group, [
      { id: 1, weight: 3 },
      { id: 4, weight: 1 },
    ])
    assert.equal(
      (await nl.nexthop.list({ groups: true })).map(({ id }) => id),
      [10],
    )
    assert.equal(
      (await nl.nexthop.list({ fdb: true })).map(({ id }) => id),
      [12],
    )
    assert.equal(
      (await nl.nexthop.list({ dev: 'a', family: 'inet' })).map(({ id }) => id),
      [1, 4],
    )
    await nl.route.add({ dst: '10.5.0.0/16', nexthop: 10 })
    assert.is((await nl.route.ensure({ dst: '10.5.0.0/16', nexthop: 10 })).changed, false)
    await nl.nexthop.replace({ id: 1, via: '10.0.0.8', dev: 'a' })
    assert.is((await nl.route.get({ dst: '10.5.0.0/16' }))?.multipath?.[0]?.via, '10.0.0.8')
    await nl.nexthop.delete({ id: 10 })
    assert.equal([await nl.nexthop.get({ id: 10 }), await nl.route.get({ dst: '10.5.0.0/16' })], [undefined, undefined])

    await nl.qdisc.add({ dev: 'a-peer', kind: 'pfifo', handle: '8:', options: { limit: 7 } })
    await nl.qdisc.set({ dev: 'a-peer', kind: 'pfifo', options: { limit: 8 } })
    await nl.qdisc.add({
      dev: 'b-peer',
      kind: 'htb',
      handle: '1:',
      options: { init: { version: 3, rate2quantum: 10, defcls: 32, debug: 0, directPkts: 0 } },
    })
    await nl.qdisc.replace({ dev: 'b-peer', parent: 'ingress', kind: 'ingress' })
    const tc = (dev: string) =>
      JSON.parse(ns.exec('tc', ['-j', 'qdisc', 'show', 'dev', dev])).map(
        ({ kind, handle, options }: Record<string, unknown>) => [kind, handle, options],
      )
    assert.equal(tc('a-peer'), [['pfifo', '8:', { limit: 8 }]])
    assert.equal(
      tc('b-peer').map(([kind, handle]: string[]) => [kind, handle]),
      (await nl.qdisc.list({ dev: 'b-peer' })).map(({ kind, handle }) => [kind, handle]),
    )
    const qdisc = await nl.qdisc.get({ dev: 'a-peer' })
    assert.equal([qdisc?.handle, qdisc?.kind === 'pfifo' && qdisc.options?.limit, qdisc?.parent], ['8:', 8, 'root'])
    assert.is((await nl.qdisc.get({ dev: 'a-peer', parent: 'ingress' }))?.kind, undefined)
    assert.equal(
      (await nl.qdisc.list({ kind: 'htb' })).map(({ handle }) => handle),
      ['1:'],
    )
    await nl.qdisc.delete({ dev: 'a-peer', parent: 'root' })
    await nl.qdisc.delete({ dev: 'b-peer', parent: 'ingress' })
    assert.equal(
      tc('a-peer').map(([kind]: string[]) => kind),
      ['noqueue'],
    )
  },
)

inBothWays(test, 'next hops, and routes that use them, can be added again as read', async (nl, ns) => {
  await addAddresses(nl)
  await nl.link.set('lo', { up: true })
  const encap = { type: 'ip6', data: { id: 1n, dst: '2001:db8::5' } } as const
  await nl.nexthop.add({ id: 1, via: '10.0.0.9', dev: 'a', protocol: 'static' })
  await nl.nexthop.add({ id: 2, via: '10.77.0.9', dev: 'b', flags: ['ONLINK'] })
  await nl.nexthop.add({ id: 3, via: '2001:db8::9', dev: 'a', encap })
  await nl.nexthop.add({ id: 4, blackhole: true, family: 'inet6' })
  await nl.nexthop.add({ id: 5, fdb: true, via: '10.0.0.9' })
  await nl.nexthop.add({ id: 6, group: [{ id: 1, weight: 3 }, { id: 2 }] })
  const resilient = { buckets: 8, idleTimer: 100 }
  await nl.nexthop.add({ id: 7, group: [{ id: 1 }, { id: 2 }], groupType: 'resilient', resilient })
  const routes = [
    ...[1, 6, 7].map((nexthop) => ({ dst: `10.${nexthop + 50}.0.0/16`, nexthop, mtu: 1300 })),
    ...[3, 4].map((nexthop) => ({ dst: `2001:db8:${nexthop}::/64`, nexthop })),
  ]
  for (const route of routes) await nl.route.add(route)
  for (const { dst } of routes) {
    const route = await nl.route.get({ dst })
    assert.ok(route?.nexthop && (route.dev ?? route.multipath), dst)
    await nl.route.add({ ...route, table: 77 })
    assert.equal({ ...(await nl.route.get({ dst, table: 77 })), table: 'main' }, { ...route })
    assert.is((await nl.route.ensure({ ...route, table: 77 })).changed, false)
    await nl.route.replace({ ...route, table: 77 })
    await nl.route.delete({ ...route })
    assert.is(await nl.route.get({ dst }), undefined)
  }
  for (const nexthop of (await nl.nexthop.list()).reverse()) {
    await nl.nexthop.replace({ ...nexthop })
    await nl.nexthop.add({ ...nexthop, id: nexthop.id + 100 })
    const { resilient: _, ...rest } = { ...(await nl.nexthop.get({ id: nexthop.id + 100 })) }
    const { resilient: __, ...wanted } = { ...nexthop }
    assert.equal({ ...rest, id: nexthop.id }, wanted)
    await nl.nexthop.delete({ ...nexthop })
  }
  // The copied groups were deleted with the last of their members. For 103, ip also prints the ID of the encapsulation
  // as `id`.
  const shown = ns.ip('nexthop').map(({ id, encap: type }) => (type === undefined ? id : 103))
  assert.equal(shown, [101, 102, 103, 104, 105])
})

inBothWays(test, 'routes of a link without carrier, and qdiscs, can be added again as read', async (nl, ns) => {
  await addAddresses(nl)
  await nl.route.add({ dst: '10.8.0.0/16', via: '10.0.0.7' })
  await nl.route.add({ dst: '10.9.0.0/16', multipath: [{ via: '10.0.0.7' }, { via: '10.0.0.8', weight: 2 }] })
  await nl.route.add({ dst: '2001:db8:6::/64', via: '2001:db8::9' })
  await nl.link.set('a-peer', { up: false })
  ns.exec('sysctl', ['-q', '-w', 'net.ipv4.conf.a.ignore_routes_with_linkdown=1'])
  // The kernel applies a carrier change with a delay (linkwatch).
  const read = await until('three routes that are LINKDOWN', async () => {
    const routes = (await nl.route.list({ table: 'main' })).filter(({ dst }) => /^10.[89]|^2001:db8:6/.test(dst))
    return routes.length === 3 && routes.every(({ flags }) => flags.includes('LINKDOWN')) && routes
  })
  for (const route of read) {
    await nl.route.add({ ...route, table: 77 })
    await nl.route.delete({ ...route })
    assert.equal({ ...(await nl.route.get({ ...route, table: 77 })), table: 'main' }, { ...route })
    assert.is(await nl.route.get(route), undefined)
    assert.is((await nl.route.ensure({ ...route, table: 77 })).changed, false)
  }
  await nl.qdisc.add({ dev: 'a', kind: 'pfifo', handle: '8:', options: { limit: 7 } })
  await nl.qdisc.add({ dev: 'a', kind: 'ingress' })
  for (const qdisc of await nl.qdisc.list({ dev: 'a' })) {
    await nl.qdisc.add({ ...qdisc, dev: 'b' })
    const [copy, index] = [await nl.qdisc.get({ dev: 'b', parent: qdisc.parent }), (await nl.link.get('b'))?.index]
    assert.equal({ ...copy }, { ...qdisc, dev: index })
  }
})

inBothWays(test, 'invalid arguments are a TypeError, and rejections by the kernel keep their code', async (nl) => {
  const wrong = <T>(value: T) => value as never
  await refuses('no route to the destination', () => nl.route.lookup('10.0.0.1'), 'ENETUNREACH')
  await refuses(
    'an unreachable gateway',
    () => nl.route.add({ dst: 'default', via: '10.0.0.1' }),
    'ENETUNREACH',
    /gateway/,
  )
  await refuses('delete a route that does not exist', () => nl.route.delete({ dst: '10.0.0.0/8' }), 'ESRCH')
  await refuses('missing dst', () => nl.route.add(wrong({ dev: 'lo' })), 'TypeError', /'dst'/)
  await refuses('an invalid prefix length', () => nl.route.add({ dst: '10.0.0.0/33', dev: 'lo' }), 'TypeError', /dst/)
  await refuses(
    'families of dst and from differ',
    () => nl.route.add({ dst: '10.0.0.0/8', from: '::/0', dev: 'lo' }),
    'TypeError',
    /from/,
  )
  await refuses('an unknown table', () => nl.route.list({ table: wrong('mian') }), 'TypeError', /expected table to be/)
  await refuses(
    'a key',
    () => nl.route.add(wrong({ dst: '10.0.0.0/8', gateway: '10.0.0.1' })),
    'TypeError',
    /'gateway'/,
  )
  await refuses(
    'a weight',
    () => nl.route.add({ dst: '10.0.0.0/8', multipath: [{ dev: 'lo', weight: 257 }] }),
    'TypeError',
    /weight/,
  )
  await refuses(
    'an unknown encapsulation',
    () => nl.route.add({ dst: '10.0.0.0/8', dev: 'lo', encap: wrong({ type: 'nope' }) }),
    'TypeError',
    /type of encap/,
  )
  await refuses('an unknown link', () => nl.route.list({ dev: 'none' }), 'ENODEV')
  await refuses('a neighbour without a destination', () => nl.neighbour.add(wrong({ dev: 'lo' })), 'TypeError', /'dst'/)
  await refuses(
    'a state',
    () => nl.neighbour.add({ dst: '10.0.0.1', dev: 'lo', state: wrong(['X']) }),
    'TypeError',
    /state/,
  )
  await refuses(
    'an FDB entry without an address',
    () => nl.neighbour.add({ family: 'bridge', dev: 'lo' }),
    'TypeError',
    /'lladdr'/,
  )
  await refuses('a rule', () => nl.rule.add({ action: wrong('nope') }), 'TypeError', /action/)
  await refuses('a next hop without an ID', () => nl.nexthop.delete(wrong({})), 'TypeError', /'id'/)
  await refuses('a weight', () => nl.nexthop.add({ group: [{ id: 1, weight: 0 }] }), 'TypeError', /weight/)
  await refuses('a qdisc without a kind', () => nl.qdisc.add(wrong({ dev: 'lo' })), 'TypeError', /'kind'/)
  await refuses('an invalid parent', () => nl.qdisc.get({ dev: 'lo', parent: wrong('first') }), 'TypeError', /parent/)
})

test.run()
