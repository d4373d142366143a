import type { Link, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { suiteNeeding } from '../support/privileges.js'

/** Words for the numbers of enumerations and flags: written, read, and in errors. */

const test = suiteNeeding('words of the API', 'netns')

const dataOf = (link: Link | undefined) => link?.data as Readonly<Record<string, unknown>> | undefined
const portOf = (link: Link | undefined) => link?.slaveData as Readonly<Record<string, unknown>> | undefined

inBothWays(test, 'a link is written with words and read with words', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({
    name: 'm',
    kind: 'macvlan',
    link: 'a',
    data: { mode: 'bridge', flags: ['nopromisc' as 'NOPROMISC'] },
  })
  assert.is(dataOf(await nl.link.get('m'))?.mode, 'bridge')
  assert.equal(dataOf(await nl.link.get('m'))?.flags, ['NOPROMISC'])
  const [shown] = ns.ip('link', 'show', 'dev', 'm')
  assert.is(shown.linkinfo.info_data.mode, 'bridge')
  const spec = { name: 'm', kind: 'macvlan', data: { mode: 'BRIDGE' as 'bridge', flags: { NOPROMISC: true } } } as const
  assert.is((await nl.link.ensure(spec)).changed, false)
  assert.is((await nl.link.ensure({ name: 'm', kind: 'macvlan', data: { mode: 4 } })).changed, false)
  assert.equal((await nl.link.ensure({ name: 'm', kind: 'macvlan', data: { mode: 'private' } })).changes, [
    { key: 'data.mode', before: 'bridge', after: 'private' },
  ])
  await nl.link.add({
    name: 'br0',
    kind: 'bridge',
    data: { stpState: 'off', multiBoolopt: { NO_LL_LEARN: true } },
  })
  const bridge = await nl.link.get('br0')
  assert.is(dataOf(bridge)?.stpState, 'off')
  const { NO_LL_LEARN } = (dataOf(bridge)?.multiBoolopt ?? {}) as Readonly<Record<string, boolean>>
  assert.is(NO_LL_LEARN, true)
  await nl.link.set('b', { master: 'br0', slaveKind: 'bridge', slaveData: { state: 'learning' } })
  assert.is(portOf(await nl.link.get('b'))?.state, 'learning')
  await nl.link.set('b', { addrGenMode: 'none', linkmode: 'dormant' })
  const { addrGenMode, linkmode } = (await nl.link.get('b')) as Link
  assert.equal([addrGenMode, linkmode], ['none', 'dormant'])
})

inBothWays(test, 'a wrong word is a TypeError that lists the words, and nothing is created', async (nl) => {
  await veths(nl)
  const add = (link: object) => nl.link.add({ name: 'x', ...link } as never)
  const wrong: readonly (readonly [object, RegExp])[] = [
    [
      { kind: 'bond', data: { mode: '8023ad' } },
      /^expected data\.mode to be a number or one of balance-rr, .*802\.3ad, .*"8023ad"$/,
    ],
    [{ kind: 'bond', data: { mode: true } }, /^expected data\.mode to be a number or one of .*, got true$/],
    [{ kind: 'bond', data: { mode: 9 } }, /^expected data\.mode to be one of balance-rr, .*, got 9$/],
    [
      { kind: 'macvlan', link: 'a', data: { flags: ['x'] } },
      /^expected data\.flags to be of the flags NOPROMISC, NODST, got "x"$/,
    ],
    [
      { kind: 'macvlan', link: 'a', data: { flags: 'NODST' } },
      /^expected data\.flags to be a list of the flags NOPROMISC, NODST, got "NODST"$/,
    ],
    [
      { kind: 'vlan', link: 'a', data: { flags: { GVRP: 1 } } },
      /^expected data\.flags\.GVRP to be true or false, got 1$/,
    ],
    [
      { kind: 'vlan', link: 'a', data: { flags: { X: true } } },
      /^expected data\.flags to be of the flags REORDER_HDR, .*"X"$/,
    ],
    [
      { kind: 'vlan', link: 'a', data: { protocol: 'ip' } },
      /^expected data\.protocol to be a number or one of 802\.1Q, 802\.1ad, got "ip"$/,
    ],
    [
      { kind: 'bridge', slaveKind: 'bridge', slaveData: { state: 'up' } },
      /^expected slaveData\.state to be .* forwarding, blocking, got "up"$/,
    ],
    [
      { kind: 'bridge', addrGenMode: 'x' },
      /^expected addrGenMode to be a number or one of eui64, none, stable_secret, random, got "x"$/,
    ],
  ]
  for (const [link, message] of wrong) {
    await refuses(JSON.stringify(link), () => add(link), 'TypeError', message)
    assert.is(await nl.link.get('x'), undefined)
  }
})

const route = { dst: '2001:db8:9::/48', dev: 'a' } as const
const entry = (nl: Netlink) => nl.neighbour.get({ dst: '10.0.0.7', dev: 'a' })

inBothWays(test, 'addresses, routes, rules and neighbours have words', async (nl, ns) => {
  await veths(nl)
  await nl.link.set('a', { up: true })
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a', scope: 'global', proto: 'kernel_ra' })
  const address = await nl.address.get({ address: '10.0.0.1/24', dev: 'a' })
  assert.equal([address?.scope, address?.proto], ['global', 'kernel_ra'])
  await nl.route.add({ ...route, pref: 'high', features: ['ECN'] })
  const read = await nl.route.get(route)
  assert.equal([read?.pref, read?.features], ['high', ['ECN']])
  assert.is((await nl.route.ensure({ ...route, pref: 1, features: 1 })).changed, false)
  assert.is((await nl.route.ensure({ ...route, pref: 'high', features: ['ECN'] })).changed, false)
  assert.is((await nl.route.ensure({ ...route, pref: 'low' })).changed, true)
  assert.is(ns.exec('ip', ['-6', 'route', 'show', '2001:db8:9::/48']).includes('pref low'), true)
  await nl.rule.add({ priority: 100, ipProto: 'tcp', table: 7 })
  assert.is((await nl.rule.get({ priority: 100, ipProto: 6 }))?.ipProto, 'tcp')
  await nl.neighbour.add({ dst: '10.0.0.7', lladdr: '02:00:00:00:00:09', dev: 'a', protocol: 'static' })
  assert.is((await entry(nl))?.protocol, 'static')
  await nl.neighbour.delete({ dst: '10.0.0.7', dev: 'a', protocol: 4 } as never)
  assert.is(await entry(nl), undefined)
})

inBothWays(test, 'broadcast is computed like by ip', async (nl, ns) => {
  await veths(nl)
  const shown = () =>
    ns.ip('-4', 'address', 'show', 'dev', 'a')[0].addr_info.map((each: { broadcast?: string }) => each.broadcast)
  for (const [address, sign] of [
    ['10.0.0.1/24', '+'],
    ['10.9.1.77/20', '+'],
    ['10.9.1.77/20', '-'],
    ['10.8.7.1/30', '+'],
  ] as const) {
    await nl.address.add({ address, dev: 'a', broadcast: sign })
    const own = shown()
    assert.is((await nl.address.ensure({ address, dev: 'a', broadcast: sign })).changed, false)
    await nl.address.delete({ address, dev: 'a' })
    ns.ip('address', 'add', address, 'brd', sign, 'dev', 'a')
    assert.equal(own, shown())
    await nl.address.delete({ address, dev: 'a' })
  }
  for (const address of ['10.0.0.1/31', '10.0.0.1'])
    await refuses(
      address,
      () => nl.address.add({ address, dev: 'a', broadcast: '+' }),
      'TypeError',
      /prefix length up to 30/,
    )
})

inBothWays(test, 'names of the files of iproute2 are accepted', async (nl, ns) => {
  await veths(nl)
  await nl.link.set('a', { up: true, group: 'default' })
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
  await nl.route.add({
    dst: '10.9.0.0/16',
    dev: 'a',
    table: 'default',
    protocol: 'babel',
    tos: 'AF41',
    realms: { to: 'cosmos' },
  })
  const [route] = ns.ip('-N', 'route', 'show', 'table', '253')
  assert.equal([route.protocol, Number(route.tos)], ['42', 0x88])
  const unknown = /^expected table to be .*, or a name in \/etc\/iproute2\/rt_tables or .*"blue"$/
  await refuses('routes', () => nl.route.list({ table: 'blue' }), 'TypeError', unknown)
  await refuses('rules', () => nl.rule.list({ table: 'blue' }), 'TypeError', unknown)
  await refuses(
    'tos',
    () => nl.rule.add({ priority: 7, tos: 'x' }),
    'TypeError',
    /^expected tos of rule to be .*rt_dsfield.*"x"$/,
  )
  await refuses(
    'group',
    () => nl.link.set('a', { group: 'x' }),
    'TypeError',
    /^expected group to be .*iproute2\/group.*"x"$/,
  )
})

test.run()
