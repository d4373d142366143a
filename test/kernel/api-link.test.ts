import { toJson } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('links by the API', 'netns')

inBothWays(test, 'a bridge that the API adds is as iproute2 shows it', async (nl, ns) => {
  await nl.link.add({
    name: 'br0',
    kind: 'bridge',
    data: { stpState: true, mcastSnooping: false, ageingTime: 1000 },
    mtu: 1400,
    address: '02:00:00:00:00:01',
    up: true,
    txqlen: 0,
    group: 5,
    alias: 'the bridge',
    altNames: ['a-bridge-with-a-long-name', 'b2'],
  })
  const [shown] = await until('the operational state of a bridge without ports', () => {
    const links = ns.ip('link', 'show', 'dev', 'br0')
    return links[0].operstate === 'DOWN' && links
  })
  const { info_data: data } = shown.linkinfo
  assert.equal([data.stp_state, data.mcast_snooping, data.ageing_time], [1, 0, 1000])
  assert.equal([shown.mtu, shown.address, shown.ifalias, shown.group], [1400, '02:00:00:00:00:01', 'the bridge', '5'])
  assert.equal(shown.altnames, ['a-bridge-with-a-long-name', 'b2'])
  for (const ref of ['br0', 'b2', 'a-bridge-with-a-long-name', shown.ifindex, { name: 'br0' }, { altName: 'b2' }]) {
    const link = await nl.link.get(ref)
    assert.ok(link)
    assert.equal([link.index, link.name, link.up, link.operstate], [shown.ifindex, 'br0', true, shown.operstate])
    assert.equal(
      [link.mtu, link.address, link.alias, link.altNames],
      [1400, shown.address, 'the bridge', shown.altnames],
    )
    assert.equal([...link.flags].sort(), shown.flags.filter((flag: string) => flag !== 'NO-CARRIER').sort())
    assert.is(link.kind === 'bridge' && link.data?.stpState, 'kernel')
    assert.is(link.message.attrs.ifname, 'br0')
    for (const hidden of ['message', 'stats']) assert.not.ok(Object.keys(link).includes(hidden), hidden)
    assert.is(link.stats, link.message.attrs.stats64)
  }
})

inBothWays(test, 'links of several kinds are added and listed', async (nl, ns) => {
  await nl.link.add({ name: 'br0', kind: 'bridge' })
  await nl.link.add({
    name: 'v0',
    kind: 'veth',
    up: true,
    master: 'br0',
    slaveKind: 'bridge',
    slaveData: { mode: true, cost: 7 },
    peer: { name: 'v1', up: true, mtu: 1400, address: '02:00:00:00:00:02' },
  })
  await nl.link.add({ name: 'ifb7', kind: 'ifb', txqlen: 9 })
  await nl.link.add({ name: 'mv0', kind: 'macvlan', link: 'v1', data: { mode: 4 }, flags: { ALLMULTI: true } })
  await nl.link.add({
    name: 'vx0',
    kind: 'vxlan',
    data: { id: 42, port: 4789, learning: false, gbp: true, udpCsum: 1 },
  })
  const shown = (name: string) => ns.ip('link', 'show', 'dev', name)[0]
  assert.is(shown('v0').linkinfo.info_slave_data.hairpin, true)
  assert.is(shown('v0').linkinfo.info_slave_data.cost, 7)
  assert.equal(
    [shown('v1').mtu, shown('v1').address, shown('v1').flags.includes('UP')],
    [1400, '02:00:00:00:00:02', true],
  )
  assert.equal(
    [shown('mv0').link, shown('mv0').linkinfo.info_data.mode, shown('mv0').flags.includes('ALLMULTI')],
    ['v1', 'bridge', true],
  )
  const { id, port, learning, gbp, udp_csum } = shown('vx0').linkinfo.info_data
  assert.equal(
    { id, port, learning, gbp, udp_csum },
    { id: 42, port: 4789, learning: false, gbp: true, udp_csum: true },
  )
  const names = async (filter?: Parameters<typeof nl.link.list>[0]) =>
    (await nl.link.list(filter)).map(({ name }) => name)
  assert.equal(
    await names(),
    ns.ip('link').map(({ ifname }) => ifname),
  )
  assert.equal(await names({ master: 'br0' }), ['v0'])
  assert.equal((await names({ master: 0 })).includes('v0'), false)
  assert.equal(await names({ kind: 'vxlan' }), ['vx0'])
  assert.equal(await names({ kind: 'no-such-kind' as 'ifb' }), [])
  assert.equal((await names({ up: true })).sort(), ['v0', 'v1'])
  assert.is((await nl.link.list({ kind: 'ifb' }))[0]?.message.attrs.stats64?.rxBytes, 0n)
  await nl.link.delete('v0')
  assert.is(await nl.link.get('v1'), undefined)
})

inBothWays(test, 'link.set applies changes, also to zero and false', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge', data: { stpState: 1 } })
  const shown = (name: string) => ns.ip('link', 'show', 'dev', name)[0]
  await nl.link.set('a', { master: 'br0', up: false, mtu: 1300, alias: 'x', txqlen: 0, flags: { PROMISC: true } })
  assert.equal(
    [shown('a').master, shown('a').mtu, shown('a').ifalias, shown('a').flags.includes('UP')],
    ['br0', 1300, 'x', false],
  )
  assert.ok(shown('a').flags.includes('PROMISC'))
  await nl.link.set('a', { master: 0, alias: '', flags: { PROMISC: false }, altNames: ['a1', 'a2'] })
  assert.equal([shown('a').master, shown('a').ifalias, shown('a').altnames], [undefined, undefined, ['a1', 'a2']])
  await nl.link.set({ altName: 'a2' }, { altNames: ['a3'] })
  assert.equal(shown('a').altnames, ['a3'])
  await nl.link.set('a', { name: 'c', mtu: 1290 })
  assert.is(shown('c').mtu, 1290)
  await nl.link.set('br0', { kind: 'bridge', data: { stpState: false, priority: 0 } })
  assert.equal([shown('br0').linkinfo.info_data.stp_state, shown('br0').linkinfo.info_data.priority], [0, 0])
  using other = scratch()
  await nl.link.set('b', { netns: other.path })
  assert.is(await nl.link.get('b'), undefined)
  assert.is(other.ip('link', 'show', 'dev', 'b').length, 1)
  await nl.link.add({ name: 'd', kind: 'veth', netns: other.path, peer: { name: 'd-peer' } })
  await nl.link.add({ name: 'e', kind: 'veth', peer: { name: 'e-peer', netns: other.path } })
  assert.equal(
    other.ip('link').map(({ ifname }) => ifname),
    ['lo', 'b', 'd', 'e-peer'].sort(
      (x, y) => other.ip('link', 'show', 'dev', x)[0].ifindex - other.ip('link', 'show', 'dev', y)[0].ifindex,
    ),
  )
})

inBothWays(test, 'link.ensure creates a link, changes it, or does nothing', async (nl, ns) => {
  await veths(nl)
  const spec = {
    name: 'br0',
    kind: 'bridge',
    data: { mcastSnooping: false, forwardDelay: 500 },
    up: true,
    address: '02:00:00:00:00:AB',
    altNames: ['y', 'x'],
    alias: 'mine',
    flags: { PROMISC: true },
  } as const
  assert.equal(await nl.link.ensure(spec), { changed: true, created: true, changes: [] })
  const shown = () => {
    const [{ linkinfo, ...link }] = ns.ip('link', 'show', 'dev', 'br0')
    const { gc_timer: _, ...data } = linkinfo.info_data
    return { ...link, data }
  }
  const before = shown()
  assert.equal(await nl.link.ensure(spec), { changed: false, created: false, changes: [] })
  assert.equal(shown(), before)
  ns.ip('link', 'set', 'dev', 'br0', 'down', 'alias', 'theirs', 'type', 'bridge', 'mcast_snooping', '1')
  assert.equal((await nl.link.ensure(spec)).changes, [
    { key: 'up', before: false, after: true },
    { key: 'alias', before: 'theirs', after: 'mine' },
    { key: 'data.mcastSnooping', before: 1, after: 0 },
  ])
  const port = { name: 'a', kind: 'veth', master: 'br0', slaveKind: 'bridge', slaveData: { isolated: true } } as const
  const { changes } = await nl.link.ensure(port)
  assert.equal(
    changes.map(({ key }) => key),
    ['master', 'slaveData.isolated'],
  )
  assert.equal((await nl.link.ensure(port)).changed, false)
  const { slaveKind: _kind, slaveData: _data, ...alone } = port
  assert.equal((await nl.link.ensure({ ...alone, master: 0 })).changed, true)
  await refuses('a link of a different kind', () => nl.link.ensure({ name: 'a', kind: 'bridge' }), 'EEXIST')
  await refuses(
    'an option that cannot change',
    () => nl.link.ensure({ name: 'a', kind: 'veth', link: 'br0' }),
    'ERR_NETLINK_NOT_ENSURED',
    /link to be/,
  )
})

inBothWays(test, 'link.ensure compares values, not their notation', async (nl, ns) => {
  for (const spec of [
    { name: 'vx0', kind: 'vxlan', data: { id: 7, local6: '2001:DB8:0::1', port: 4789 } },
    { name: 'br0', kind: 'bridge', data: { groupAddr: '01:80:C2:00:00:0E', stpState: true } },
    { name: 'd0', kind: 'ifb', address: '02:00:00:00:00:AB', broadcast: 'FF:FF:FF:FF:FF:FE' },
  ] as const) {
    assert.ok((await nl.link.ensure(spec)).created, spec.name)
    const before = JSON.stringify(ns.ip('link', 'show', 'dev', spec.name)[0].address)
    assert.equal(await nl.link.ensure(spec), { changed: false, created: false, changes: [] }, spec.name)
    assert.is(JSON.stringify(ns.ip('link', 'show', 'dev', spec.name)[0].address), before)
  }
  const { changes } = await nl.link.ensure({ name: 'br0', kind: 'bridge', data: { groupAddr: '01:80:C2:00:00:0D' } })
  assert.equal(changes, [{ key: 'data.groupAddr', before: '01:80:c2:00:00:0e', after: '01:80:c2:00:00:0d' }])
})

inBothWays(test, 'a failed add or set leaves nothing behind', async (nl, ns) => {
  await nl.link.add({ name: 'taken', kind: 'ifb' })
  const names = () => ns.ip('link').map(({ ifname, altnames }) => [ifname, altnames])
  const before = names()
  await refuses(
    'an alternative name in use',
    () => nl.link.add({ name: 'br0', kind: 'bridge', altNames: ['fine', 'taken'] }),
    'EEXIST',
  )
  await refuses(
    'slaveData without a master',
    () => nl.link.add({ name: 'br0', kind: 'bridge', slaveKind: 'bridge', slaveData: { cost: 7 } }),
    'EOPNOTSUPP',
  )
  await refuses(
    'a veth peer whose name is in use',
    () => nl.link.add({ name: 'v0', kind: 'veth', peer: { name: 'taken', up: true } }),
    'EEXIST',
  )
  await refuses('set alternative names, one in use', () => nl.link.set('lo', { altNames: ['fine', 'taken'] }), 'EEXIST')
  assert.equal(names(), before)
})

inBothWays(
  test,
  'a change that fails at the alternative names changes nothing; a later failure keeps the old names',
  async (nl, ns) => {
    await nl.link.add({ name: 'taken', kind: 'ifb' })
    await nl.link.add({ name: 'br0', kind: 'bridge', mtu: 1400, altNames: ['o1', 'o2'] })
    const names = () => ns.ip('link').map(({ ifname, altnames, mtu }) => [ifname, altnames, mtu])
    const before = names()
    const changes = { name: 'br1', mtu: 1300, altNames: ['n1', 'taken'] }
    await refuses('names', () => nl.link.set('br0', changes), 'EEXIST')
    assert.equal(names(), before)
    await refuses('an mtu', () => nl.link.set('br0', { mtu: 1, altNames: ['n1'] }), 'EINVAL')
    const sorted = (links: typeof before) => links.map(([name, altnames, mtu]) => [name, altnames?.sort(), mtu])
    assert.equal(sorted(names()), sorted(before))
    await nl.link.set('br0', { name: 'br1', altNames: ['br0', 'o1'] })
    assert.equal(ns.ip('link', 'show', 'dev', 'br1')[0].altnames.sort(), ['br0', 'o1'])
    await nl.link.set('br0', { name: 'o1', altNames: [] })
    assert.equal(ns.ip('link', 'show', 'dev', 'o1')[0].altnames, undefined)
  },
)

inBothWays(test, 'invalid arguments are a TypeError, and rejections by the kernel keep their code', async (nl) => {
  const wrong = <T>(value: T) => value as never
  await refuses('a name in use', () => nl.link.add({ name: 'lo', kind: 'bridge' }), 'EEXIST')
  await refuses('set a link that does not exist', () => nl.link.set('none', { up: true }), 'ENODEV')
  await refuses('set altNames of a link that does not exist', () => nl.link.set('none', { altNames: [] }), 'ENODEV')
  await refuses('delete a link that does not exist', () => nl.link.delete({ index: 4711 }), 'ENODEV')
  await refuses(
    'a master that does not exist',
    () => nl.link.add({ name: 'x', kind: 'bridge', master: 'none' }),
    'ENODEV',
  )
  assert.is(await nl.link.get('none'), undefined)
  assert.is(await nl.link.get('none-of-such-a-long-name'), undefined)
  await refuses(
    'the error names the master',
    () => nl.link.add({ name: 'x', kind: 'ifb', master: 'none' }),
    'ENODEV',
    /^RTM_GETLINK x: master: no link .none. \(ENODEV, no such device\)$/,
  )
  await refuses(
    'the error names the option',
    () => nl.address.list({ dev: 'none' }),
    'ENODEV',
    /dev: no link .none. \(ENODEV, no such device\)/,
  )
  const altNames = wrong('abc')
  await refuses(
    'altNames of add is a string',
    () => nl.link.add({ name: 'x', kind: 'ifb', altNames }),
    'TypeError',
    /altNames.*abc/,
  )
  await refuses('altNames of set is a string', () => nl.link.set('lo', { altNames }), 'TypeError', /altNames.*abc/)
  await refuses(
    'altNames of ensure is a string',
    () => nl.link.ensure({ name: 'x', kind: 'ifb', altNames }),
    'TypeError',
    /altNames/,
  )
  await refuses('a name pattern', () => nl.link.ensure({ name: 'tt%d', kind: 'ifb' }), 'TypeError', /name.*tt%d/)
  const add = nl.link.add as (link: object, options: unknown) => Promise<void>
  for (const [options, pattern] of [
    [{ excl: false }, /timeout.*'excl'/],
    [{ timout: 5 }, /timeout.*'timout'/],
    [{ timeout: '5' }, /timeout to be/],
    [null, /options, got null/],
    [5, /options, got 5/],
  ] as const)
    await refuses('invalid call options', () => add({ name: 'x', kind: 'ifb' }, options), 'TypeError', pattern)
  assert.is(await nl.link.get('x'), undefined)
  await refuses('an unknown key', () => nl.link.set('lo', wrong({ upp: true })), 'TypeError', /'upp'/)
  await refuses('missing name', () => nl.link.add(wrong({ kind: 'bridge' })), 'TypeError', /'name'/)
  await refuses('text instead of a number', () => nl.link.set('lo', wrong({ mtu: '1500' })), 'TypeError', /mtu/)
  await refuses(
    'a reference by name and by index',
    () => nl.link.get(wrong({ name: 'lo', index: 1 })),
    'TypeError',
    /one of name, index/,
  )
  await refuses('index 0', () => nl.link.delete(0), 'TypeError', /an index from 1/)
  await refuses('an unknown flag', () => nl.link.set('lo', { flags: wrong({ NOPE: true }) }), 'TypeError', /nope|NOPE/)
  await refuses(
    'peer of a bridge',
    () => nl.link.add(wrong({ name: 'x', kind: 'bridge', peer: {} })),
    'TypeError',
    /peer/,
  )
  await refuses('data without a kind', () => nl.link.set('lo', wrong({ data: {} })), 'TypeError', /'kind'/)
  await refuses(
    'alias in another namespace',
    () => nl.link.add({ name: 'x', kind: 'ifb', alias: 'y', netns: '/run/netns/none' }),
    'TypeError',
    /alias/,
  )
  await refuses(
    'a namespace that does not exist',
    () => nl.link.add({ name: 'x', kind: 'ifb', netns: '/run/netns/netloom-none' }),
    'ENOENT',
  )
  await refuses(
    'one argument too many',
    () => (nl.link.delete as (...args: unknown[]) => unknown)('lo', {}, {}),
    'TypeError',
    /arguments/,
  )
})

inBothWays(test, 'stats are the counters that iproute2 shows', async (nl, ns) => {
  // IPv6 sends by itself.
  ns.exec('sysctl', ['-qw', 'net.ipv6.conf.default.disable_ipv6=1'])
  await veths(nl)
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
  await nl.neighbour.add({ dst: '10.0.0.9', dev: 'a', lladdr: '02:00:00:00:00:09' })
  for (const payload of ['one', 'three', 'seventeen'])
    ns.exec('bash', ['-c', `printf ${payload} > /dev/udp/10.0.0.9/9`])
  const headers = 14 + 20 + 8
  const [a, peer] = [await nl.link.get('a'), await nl.link.get('a-peer')]
  assert.is(a?.stats?.txPackets, 3n)
  assert.is(a?.stats?.txBytes, BigInt(3 * headers + 'one three seventeen'.length - 2))
  assert.is(peer?.stats?.rxPackets, 3n)
  assert.is(peer?.stats?.txPackets, 0n)
  for (const link of await nl.link.list()) {
    const { rx, tx } = ns.ip('-s', 'link', 'show', 'dev', link.name)[0].stats64
    const own = toJson(link.stats) as Record<string, number>
    assert.equal(
      [own.rxPackets, own.rxBytes, own.rxErrors, own.rxDropped],
      [rx.packets, rx.bytes, rx.errors, rx.dropped],
    )
    assert.equal(
      [own.txPackets, own.txBytes, own.txErrors, own.txDropped],
      [tx.packets, tx.bytes, tx.errors, tx.dropped],
    )
    assert.equal([own.multicast, own.collisions], [rx.multicast, tx.collisions])
  }
})

test.run()
