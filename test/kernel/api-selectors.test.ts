import type { Netlink, NewRule } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('selectors of the API', 'netns')

/** Runs shell lines in a namespace. */
const sh = (ns: Namespace, ...lines: string[]) => ns.exec('sh', ['-ec', lines.join('\n')])

const scene = (ns: Namespace) =>
  sh(
    ns,
    'ip link set lo up',
    'ip link add v0 type veth peer name v1',
    'ip link set v0 up; ip link set v1 up',
    'ip addr add 10.0.0.1/24 dev v0',
    'ip -6 addr add 2001:db8::1/64 dev v0 nodad',
  )

const rules = (ns: Namespace) => sh(ns, 'ip -N rule; ip -N -6 rule')
const routes = (ns: Namespace) => sh(ns, 'ip -N -d route show table all; ip -N -d -6 route show table all')

const anyRule = (value: object) => value as NewRule

inBothWays(test, 'an empty selector is a TypeError, and nothing is sent', async (nl, ns) => {
  scene(ns)
  const before = rules(ns)
  const empty: object[] = [
    {},
    { priority: undefined, table: undefined },
    { family: 'inet' },
    { family: 'inet6' },
    { from: 'default', to: 'default' },
    { from: '0.0.0.0/0' },
    { to: '::/0' },
    { invert: false },
    { flags: [] },
    { action: 'to_tbl' },
    { fwmark: 0, fwmask: 0, tos: 0, tunId: 0n, ipProto: 0 },
    { realms: { from: 0, to: 0 } },
    { suppressPrefixlen: 0xffffffff, suppressIfgroup: 0xffffffff },
    { protocol: 'unspec' },
    { table: 'unspec' },
    { table: 0 },
  ]
  for (const selector of empty) {
    const what = JSON.stringify(selector, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    await refuses(`delete ${what}`, () => nl.rule.delete(anyRule(selector)), 'TypeError', /at least one of priority, /)
    await refuses(`get ${what}`, () => nl.rule.get(anyRule(selector)), 'TypeError', /at least one of priority, /)
  }
  for (const wrong of [undefined, null, 'all', 7, []])
    await refuses(`delete ${wrong}`, () => nl.rule.delete(wrong as never), 'TypeError', /expected rule to be an object/)
  assert.is(rules(ns), before)
  const routesBefore = routes(ns)
  for (const selector of [{}, { dst: undefined }, { dev: 'v0' }, { table: 'main' }]) {
    for (const verb of ['delete', 'get', 'replace', 'ensure', 'add', 'append'] as const)
      await refuses(
        `${verb} ${JSON.stringify(selector)}`,
        () => nl.route[verb](selector as never),
        'TypeError',
        /'dst'/,
      )
  }
  for (const selector of [{}, { address: undefined, dev: 'v0' }, { address: '10.0.0.1/24' }]) {
    for (const verb of ['delete', 'get', 'replace', 'ensure', 'add'] as const)
      await refuses(`${verb} ${JSON.stringify(selector)}`, () => nl.address[verb](selector as never), 'TypeError')
  }
  assert.is(routes(ns), routesBefore)
})

/** Reads the rules that a test added and deletes the last one as it was read. The others must stay. */
async function checkDeleteOfLast(what: string, nl: Netlink, ns: Namespace, added: readonly NewRule[]): Promise<void> {
  for (const rule of added) await nl.rule.add(rule)
  const own = async () => (await nl.rule.list()).filter(({ priority }) => priority === 100)
  const read = await own()
  const last = read.at(-1)
  assert.ok(last)
  await nl.rule.delete(last)
  assert.equal(await own(), read.slice(0, -1), what)
  await refuses(`${what}, again`, () => nl.rule.delete(last), 'ENOENT')
  assert.equal(await own(), read.slice(0, -1), what)
  await nl.rule.add(last)
  assert.equal(await own(), read, what)
  for (const one of await own()) await nl.rule.delete(one)
  assert.not.match(rules(ns), /^100:/m, what)
}

const like = { priority: 100, table: 5 } as const

/** Pairs that differ in one property. The second of each pair is deleted. */
const pairs: readonly (readonly [string, NewRule, NewRule])[] = [
  ['dscp', { ...like, dscp: 10 }, { ...like, dscp: 20 }],
  ['dscp of IPv6', { ...like, family: 'inet6', dscp: 10 }, { ...like, family: 'inet6', dscp: 20 }],
  ['a mask of dscp', { ...like, dscp: 8, dscpMask: 8 }, { ...like, dscp: 8, dscpMask: 56 }],
  ['tos', { ...like, tos: 4 }, { ...like, tos: 8 }],
  ['realms', { ...like, realms: { from: 5, to: 6 } }, { ...like, realms: { to: 6 } }],
  ['flow labels', { ...like, family: 'inet6', flowlabel: 5 }, { ...like, family: 'inet6', flowlabel: 6 }],
  [
    'masks of flow labels',
    { ...like, family: 'inet6', flowlabel: 5, flowlabelMask: 15 },
    { ...like, family: 'inet6', flowlabel: 5, flowlabelMask: 255 },
  ],
  [
    'masks of ports',
    { ...like, ipProto: 6, sportRange: { start: 256, end: 256 }, sportMask: 0xfff0 },
    { ...like, ipProto: 6, sportRange: { start: 256, end: 256 }, sportMask: 0xff00 },
  ],
  ['ports', { ...like, dportRange: { start: 1, end: 9 } }, { ...like, dportRange: { start: 1, end: 10 } }],
  ['a network', { ...like, from: '10.1.0.0/16' }, { ...like, from: '10.1.0.0/17' }],
  ['users', { ...like, uidRange: { start: 0, end: 5 } }, { ...like, uidRange: { start: 0, end: 6 } }],
  ['links', { ...like, iif: 'v0' }, { ...like, iif: 'v1' }],
  ['links out', { ...like, oif: 'v0' }, { ...like, oif: 'gone' }],
  ['marks', { ...like, fwmark: 1 }, { ...like, fwmark: 1, fwmask: 1 }],
  ['tunnels', { ...like, tunId: 1n }, { ...like, tunId: 2n }],
  ['protocols', { ...like, protocol: 'static' }, { ...like, protocol: 'bgp' }],
  ['suppressed networks', { ...like, suppressPrefixlen: 0 }, { ...like, suppressPrefixlen: 1 }],
  ['suppressed groups', { ...like, suppressIfgroup: 1 }, { ...like, suppressIfgroup: 2 }],
  ['actions', { priority: 100, action: 'blackhole' }, { priority: 100, action: 'prohibit' }],
]

inBothWays(test, 'deleting a rule that was read deletes exactly that rule', async (nl, ns) => {
  scene(ns)
  for (const [what, first, second] of pairs) {
    await checkDeleteOfLast(what, nl, ns, [first, second])
    await checkDeleteOfLast(what, nl, ns, [second, first])
  }
})

inBothWays(
  test,
  'delete refuses a rule that the kernel cannot distinguish from an earlier one, and both stay',
  async (nl, ns) => {
    scene(ns)
    sh(ns, 'ip rule add pref 100 from 10.1.0.0/16 table 5', 'ip rule add pref 200 not from 10.1.0.0/16 table 6')
    // `ip rule` would fail: with NLM_F_EXCL the kernel treats the narrow rule and the wide one as equal.
    const wideMessage = { family: 2, action: 1, attrs: { priority: 100, table: 5 } }
    nl.connection.requestSync('RTM_NEWRULE', wideMessage, { create: true })
    const before = rules(ns)
    const all = await nl.rule.list({ family: 'inet' })
    const wide = all.find(({ priority, from }) => priority === 100 && from === 'default')
    assert.ok(wide)
    await refuses('the wide rule', () => nl.rule.delete(wide), 'ERR_NETLINK_AMBIGUOUS', /earlier one/)
    await refuses('a copy', () => nl.rule.delete({ ...wide }), 'ERR_NETLINK_AMBIGUOUS')
    await refuses('invert: false', () => nl.rule.delete({ priority: 200, invert: false }), 'ENOENT')
    assert.is(rules(ns), before)
    await nl.rule.delete({ priority: 100, from: '10.1.0.0/16' })
    await nl.rule.delete(wide)
    assert.equal(
      (await nl.rule.list({ family: 'inet' })).map(({ priority }) => priority),
      [0, 200, 32766, 32767],
    )
    assert.is((await nl.rule.get({ priority: 200, invert: true }))?.invert, true)
    assert.is(await nl.rule.get({ priority: 200, iif: 'v0' }), undefined)
  },
)

inBothWays(test, 'a rule without a table uses main, like `ip rule`', async (nl, ns) => {
  scene(ns)
  await nl.rule.add({ from: '10.1.0.0/16', priority: 5 })
  await nl.rule.add({ from: '2001:db8:1::/48', priority: 5 })
  await nl.rule.add({ priority: 6, l3mdev: 1 })
  await nl.rule.add({ priority: 7, action: 'prohibit', iif: 'v0' })
  const ours = rules(ns)
  for (const rule of (await nl.rule.list()).filter(({ priority }) => priority > 0 && priority < 9))
    await nl.rule.delete(rule)
  sh(
    ns,
    'ip rule add from 10.1.0.0/16 pref 5',
    'ip -6 rule add from 2001:db8:1::/48 pref 5',
    'ip rule add l3mdev pref 6',
    'ip rule add iif v0 prohibit pref 7',
  )
  assert.is(ours, rules(ns))
})

/** Routes to one destination. The last one is deleted as it was read, and the others must stay. */
const lists: readonly (readonly [string, ...string[]])[] = [
  ['metrics of the route', '10.5.0.0/16 via 10.0.0.2 mtu 1300', '10.5.0.0/16 via 10.0.0.2'],
  ['other metrics', '10.5.0.0/16 via 10.0.0.2 advmss 1000', '10.5.0.0/16 via 10.0.0.2 advmss 1001'],
  ['realms', '10.5.0.0/16 via 10.0.0.2', '10.5.0.0/16 via 10.0.0.2 realm 5/6'],
  ['gateways', '10.5.0.0/16 via 10.0.0.2', '10.5.0.0/16 via 10.0.0.3'],
  ['tos', '10.5.0.0/16 via 10.0.0.2 tos 4', '10.5.0.0/16 via 10.0.0.2 tos 8'],
  ['tables', '10.5.0.0/16 via 10.0.0.2 table 5', '10.5.0.0/16 via 10.0.0.2 table 6'],
  ['types', 'unreachable 10.5.0.0/16', 'prohibit 10.5.0.0/16 metric 5'],
  ['sources', '10.5.0.0/16 via 10.0.0.2', '10.5.0.0/16 via 10.0.0.2 src 10.0.0.1'],
  ['protocols', '10.5.0.0/16 via 10.0.0.2 proto static', '10.5.0.0/16 via 10.0.0.2 proto bgp'],
  ['links', '2001:db8:1::/48 dev v0', '2001:db8:1::/48 dev v1'],
  ['a link after a gateway', '2001:db8:1::/48 via 2001:db8::2', '2001:db8:1::/48 dev v0'],
  ['a gateway after a link', '2001:db8:1::/48 dev v0', '2001:db8:1::/48 via 2001:db8::2'],
  ['metrics of IPv6', '2001:db8:1::/48 dev v0 metric 5', '2001:db8:1::/48 dev v0 metric 6'],
  ['link-local networks', 'fe80::/64 dev v0 metric 7', 'fe80::/64 dev v1 metric 7'],
  [
    'several next hops',
    '2001:db8:1::/48 dev v0',
    '2001:db8:1::/48 nexthop via 2001:db8::2 dev v0 nexthop via 2001:db8::3 dev v0',
  ],
]

inBothWays(test, 'deleting a route that was read deletes exactly that route', async (nl, ns) => {
  scene(ns)
  for (const [what, ...forms] of lists) {
    const version = forms.some((form) => form.includes(':')) ? '-6' : '-4'
    sh(ns, ...forms.map((form) => `ip ${version} route append ${form}`))
    const own = async () =>
      (await nl.route.list()).filter(({ dst, metric }) => /^(10.5|2001:db8:1:)/.test(dst) || metric === 7)
    const read = await own()
    const last = read.at(-1)
    assert.ok(last && read.length === forms.length, what)
    await nl.route.delete(last)
    assert.equal(await own(), read.slice(0, -1), what)
    await refuses(`${what}, again`, () => nl.route.delete(last), 'ESRCH')
    assert.equal(await own(), read.slice(0, -1), what)
    await nl.route.append(last)
    assert.equal(await own(), read, what)
    for (const route of (await own()).reverse()) await nl.route.delete(route)
    assert.equal(await own(), [], what)
  }
})

inBothWays(
  test,
  'delete refuses a route that the kernel cannot distinguish from an earlier one, and both stay',
  async (nl, ns) => {
    scene(ns)
    sh(
      ns,
      'ip route append 10.5.0.0/16 via 10.0.0.2 src 10.0.0.1',
      'ip route append 10.5.0.0/16 via 10.0.0.2',
      'ip route append 10.6.0.0/16 via 10.0.0.2 metric 9',
      'ip route append 10.7.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.0.3 weight 2',
      'ip route append 10.7.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.0.3',
      'ip -6 route append 2001:db8:1::/48 dev v0 metric 5',
      'ip -6 route append unreachable 2001:db8:1::/48 metric 6',
    )
    const before = routes(ns)
    const [, bare] = await nl.route.list({ dst: '10.5.0.0/16' })
    assert.ok(bare && bare.src === undefined)
    await refuses('no source', () => nl.route.delete(bare), 'ERR_NETLINK_AMBIGUOUS')
    const [, weighted] = await nl.route.list({ dst: '10.7.0.0/16' })
    await refuses('different weights', () => nl.route.delete(weighted ?? bare), 'ERR_NETLINK_AMBIGUOUS')
    await refuses('metric 0', () => nl.route.delete({ dst: '10.6.0.0/16', metric: 0 }), 'ESRCH')
    const other = { dst: '2001:db8:1::/48', type: 'blackhole' } as const
    await refuses('a different type', () => nl.route.delete(other), 'ESRCH')
    await refuses('a different mtu', () => nl.route.delete({ dst: '2001:db8:1::/48', mtu: 1300 }), 'ESRCH')
    await refuses('a different source', () => nl.route.delete({ dst: '10.6.0.0/16', src: '10.0.0.1' }), 'ESRCH')
    assert.is(routes(ns), before)
    await nl.route.delete({ dst: '2001:db8:1::/48', type: 'unreachable' })
    assert.equal(
      (await nl.route.list({ dst: '2001:db8:1::/48' })).map(({ metric }) => metric),
      [5],
    )
  },
)

inBothWays(test, 'delete fails if the selector has a property that the route does not have', async (nl, ns) => {
  scene(ns)
  sh(
    ns,
    'ip route add 10.5.0.0/16 via 10.0.0.2 realm 3 proto 99',
    'ip route add blackhole 10.6.0.0/16',
    'ip -6 route add 2001:db8:1::/48 via 2001:db8::2',
  )
  const before = routes(ns)
  const encap = { type: 'ip', data: { id: 5n, dst: '10.0.0.9' } } as const
  const [inet, inet6] = ['10.5.0.0/16', '2001:db8:1::/48']
  for (const selector of [
    { dst: inet, encap },
    { dst: inet, realms: { to: 4 } },
    { dst: inet, realms: { from: 0, to: 0 } },
    { dst: inet, protocol: 'unspec' },
    { dst: '10.6.0.0/16', scope: 'nowhere' },
    { dst: inet6, from: '2001:db8::/64' },
    { dst: inet6, expires: 5 },
  ] as const) {
    const what = JSON.stringify(selector, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value))
    await refuses(`delete ${what}`, () => nl.route.delete(selector), 'ESRCH')
    assert.is(await nl.route.get(selector), undefined, `get ${what}`)
  }
  assert.is(routes(ns), before)
  assert.is((await nl.route.ensure({ dst: inet, via: '10.0.0.2', realms: { from: 0, to: 0 } })).changed, true)
  assert.is((await nl.route.get({ dst: inet }))?.realms, undefined)
})

inBothWays(test, 'replacing a route with itself as read changes nothing', async (nl, ns) => {
  scene(ns)
  for (const [version, dst, first, second] of [
    ['-6', '2001:db8:5::/48', 'dev v0', 'dev v1'],
    ['-4', '10.8.0.0/16', 'via 10.0.0.2', 'via 10.0.0.3'],
  ] as const) {
    sh(ns, `ip ${version} route append ${dst} ${first}; ip ${version} route append ${dst} ${second}`)
    const read = await nl.route.list({ dst })
    for (const route of read) {
      await nl.route.replace(route)
      assert.equal(new Set((await nl.route.list({ dst })).map(({ dev, via }) => `${dev} ${via}`)).size, 2, dst)
    }
  }
})

inBothWays(test, 'delete and replace reject an address with a different peer or prefix length', async (nl, ns) => {
  scene(ns)
  sh(
    ns,
    'ip addr add 10.5.0.1/24 dev v0; ip -6 addr add 2001:db8:7::1/64 dev v0 nodad',
    'ip addr add 10.6.0.1 peer 10.6.0.2/24 dev v0; ip -6 addr add 2001:db8:6::1 peer 2001:db8:8::1/64 dev v0 nodad',
  )
  const read = await nl.address.list({ dev: 'v0' })
  sh(
    ns,
    'ip addr del 10.5.0.1/24 dev v0; ip addr add 10.5.0.1 peer 10.5.0.2/24 dev v0',
    'ip addr del 2001:db8:7::1/64 dev v0; ip -6 addr add 2001:db8:7::1 peer 2001:db8:9::2/64 dev v0 nodad',
  )
  const shown = () => sh(ns, 'ip addr show dev v0')
  const before = shown()
  for (const address of read.filter(({ address }) => /^(10.5.0.1|2001:db8:7)/.test(address)))
    await refuses(`as read: ${address.address}`, () => nl.address.delete(address), 'EADDRNOTAVAIL', /with the peer/)
  for (const key of [
    { address: '10.6.0.1', peer: '10.6.0.9/24', dev: 'v0' },
    { address: '2001:db8:6::1', peer: '2001:db8:9::1/64', dev: 'v0' },
  ])
    await refuses(`another peer: ${key.peer}`, () => nl.address.delete(key), 'EADDRNOTAVAIL')
  for (const address of ['10.6.0.1/24', '2001:db8:6::1/64', '2001:db8::1/48'])
    await refuses(`replace ${address}`, () => nl.address.replace({ address, dev: 'v0', metric: 77 }), 'EEXIST')
  assert.is(shown(), before)
})

inBothWays(test, 'get and delete compare every immutable property', async (nl, ns) => {
  scene(ns)
  sh(
    ns,
    'ip addr add 10.5.0.1/24 dev v0 label v0:x metric 7',
    'ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0 proto 77',
    'ip nexthop add id 5 via 10.0.0.9 dev v0',
  )
  const key = { address: '10.5.0.1/24', dev: 'v0' } as const
  for (const other of [{ label: 'v0:y' }, { metric: 8 }, { scope: 'link' }, { flags: ['NOPREFIXROUTE'] }])
    assert.is(await nl.address.get({ ...key, ...other } as never), undefined, JSON.stringify(other))
  assert.ok(await nl.address.get({ ...key, label: 'v0:x', metric: 7, scope: 'global' } as never))
  await refuses('a different label', () => nl.address.delete({ ...key, label: 'v0:y' } as never), 'EADDRNOTAVAIL')
  const neighbour = { dst: '10.0.0.9', dev: 'v0' } as const
  for (const other of [{ lladdr: '02:00:00:00:00:02' }, { protocol: 78 }]) {
    assert.is(await nl.neighbour.get({ ...neighbour, ...other } as never), undefined, JSON.stringify(other))
    await refuses('a neighbour', () => nl.neighbour.delete({ ...neighbour, ...other } as never), 'ENOENT')
  }
  const read = await nl.neighbour.get(neighbour)
  sh(ns, 'ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:07 dev v0 proto 77')
  await refuses('as read before the change', () => nl.neighbour.delete(read as never), 'ENOENT')
  await nl.neighbour.delete({ ...neighbour, lladdr: '02:00:00:00:00:07', protocol: 77 } as never)
  for (const other of [{ via: '10.0.0.8' }, { dev: 'v1' }, { blackhole: true }, { protocol: 'bgp' }])
    assert.is(await nl.nexthop.get({ id: 5, ...other } as never), undefined, JSON.stringify(other))
  assert.ok(await nl.nexthop.get({ id: 5, via: '10.0.0.9', dev: 'v0' } as never))
})

inBothWays(test, 'if the kernel gives no text, the error names the option', async (nl, ns) => {
  scene(ns)
  await refuses('an unknown master', () => nl.link.set('v0', { master: 255 }), 'EINVAL', /master: no link 255/)
  const bridge = { name: 'br9', kind: 'bridge', master: 255 } as const
  await refuses('an unknown master of a new link', () => nl.link.add(bridge), 'EINVAL', /master: no link 255/)
  await refuses(
    'broadcast',
    () => nl.link.set('v0', { broadcast: '' }),
    'TypeError',
    /broadcast to be a link-layer address/,
  )
  await refuses(
    'addrGenMode',
    () => nl.link.set('v0', { addrGenMode: 4 }),
    'TypeError',
    /addrGenMode to be one of eui64, none, stable_secret, random, got 4/,
  )
  await refuses(
    'family',
    () => nl.rule.add({ family: 'x' as never, from: '10.0.0.0/8' }),
    'TypeError',
    /expected family/,
  )
})

inBothWays(test, 'null is a TypeError for every option', async (nl, ns) => {
  scene(ns)
  const wrong = null as never
  for (const call of [
    () => nl.route.add({ dst: '10.5.0.0/16', dev: 'v0', flags: wrong }),
    () => nl.route.delete({ dst: '10.5.0.0/16', flags: wrong }),
    () => nl.route.list({ dst: wrong }),
    () => nl.rule.delete({ family: wrong, priority: 32767 }),
    () => nl.neighbour.add({ dst: '10.0.0.9', dev: 'v0', state: wrong }),
    () => nl.nexthop.add({ id: 3, dev: 'v0', via: wrong }),
    () => nl.link.set('v0', { flags: wrong }),
    () => nl.link.list({ up: wrong }),
    () => nl.qdisc.add({ dev: 'v0', kind: 'pfifo', options: wrong }),
  ])
    await refuses(String(call), call, 'TypeError', /to have a value or to be left out, got null/)
  await refuses(
    'null as a next hop',
    () => nl.route.ensure({ dst: '10.5.0.0/16', multipath: [] }),
    'TypeError',
    /at least one/,
  )
  await refuses('up', () => nl.link.list({ up: 'no' as never }), 'TypeError', /up of filter to be true or false/)
})

inBothWays(test, 'get returns the route that matches all given properties', async (nl, ns) => {
  scene(ns)
  const indexes = { v0: (await nl.link.get('v0'))?.index, v1: (await nl.link.get('v1'))?.index }
  sh(
    ns,
    'ip -6 route replace fe80::/64 dev v0 metric 7; ip -6 route append fe80::/64 dev v1 metric 7',
    'ip route append 10.5.0.0/16 via 10.0.0.2 mtu 1300; ip route append 10.5.0.0/16 via 10.0.0.3',
  )
  for (const dev of ['v0', 'v1'] as const)
    assert.is((await nl.route.get({ dst: 'fe80::/64', metric: 7, dev }))?.dev, indexes[dev])
  assert.is(await nl.route.get({ dst: 'fe80::/64', metric: 7, dev: 'lo' }), undefined)
  await refuses('an unknown link', () => nl.route.get({ dst: 'fe80::/64', metric: 7, dev: 'none' }), 'ENODEV', /dev/)
  const get = async (more: object) => (await nl.route.get({ dst: '10.5.0.0/16', ...more }))?.via
  assert.equal(
    [await get({}), await get({ via: '10.0.0.3' }), await get({ mtu: 1300 }), await get({ mtu: 1301 })],
    ['10.0.0.2', '10.0.0.3', '10.0.0.2', undefined],
  )
  assert.equal([await get({ protocol: 'bgp' }), await get({ type: 'blackhole' })], [undefined, undefined])
})

inBothWays(test, 'ensure changes exactly the intended route, or none', async (nl, ns) => {
  scene(ns)
  sh(
    ns,
    'ip -6 route add 2001:db8:1::/48 dev v0; ip -6 route append 2001:db8:1::/48 dev v1',
    'ip route add 10.5.0.0/16 via 10.0.0.2; ip route append 10.5.0.0/16 via 10.0.0.3',
    'ip -6 route add fe80::/64 dev v0 metric 7',
  )
  const before = routes(ns)
  for (const route of [
    { dst: '2001:db8:1::/48', dev: 'v1' },
    { dst: '2001:db8:1::/48', dev: 'v0' },
    { dst: '10.5.0.0/16', via: '10.0.0.3' },
  ])
    assert.is((await nl.route.ensure(route)).changed, false, JSON.stringify(route))
  await refuses(
    'a third next hop',
    () => nl.route.ensure({ dst: '10.5.0.0/16', via: '10.0.0.4' }),
    'ERR_NETLINK_AMBIGUOUS',
  )
  assert.is(routes(ns), before)
  const mtus = async (dst: string, metric: number) =>
    (await nl.route.list({ dst, table: 'main' })).filter((route) => route.metric === metric).map(({ mtu }) => mtu)
  assert.is((await nl.route.ensure({ dst: '2001:db8:1::/48', dev: 'v1', mtu: 1300 })).changed, true)
  assert.equal((await mtus('2001:db8:1::/48', 1024)).sort(), [1300, undefined])
  // Each link has its own link-local network.
  assert.is((await nl.route.ensure({ dst: 'fe80::/64', metric: 7, dev: 'v1' })).created, true)
  assert.equal(await mtus('fe80::/64', 7), [undefined, undefined])
  await nl.route.replace({ dst: 'fe80::/64', metric: 7, dev: 'v1', mtu: 1400 })
  assert.equal((await mtus('fe80::/64', 7)).sort(), [1400, undefined])
  await nl.route.replace({ dst: 'ff05::/16', metric: 7, dev: 'v1', type: 'multicast', table: 'local' })
  assert.is((await nl.route.get({ dst: 'fe80::/64', metric: 7, dev: 'v0' }))?.mtu, undefined)
})

test.run()
