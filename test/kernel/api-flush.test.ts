import type { Address, Neighbour, Netlink, Route } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('flush by the API', 'netns')

const MAC = '02:00:00:00:00:09'
const addresses = (list: readonly Address[]) => list.map(({ address }) => address).sort()
const destinations = (list: readonly Route[]) => list.map(({ dst, metric }) => `${dst} ${metric ?? ''}`.trim()).sort()
const dsts = (list: readonly Neighbour[]) => list.map(({ dst }) => dst).sort()

inBothWays(test, 'a flush needs a filter with a property', async (nl) => {
  for (const object of ['address', 'route', 'neighbour', 'rule', 'nexthop'] as const)
    for (const filter of [{}, { family: undefined }, undefined, null] as object[])
      await refuses(object, () => nl[object].flush(filter), 'TypeError', /at least one of|to be an object/)
  for (const object of ['address', 'route', 'neighbour', 'rule', 'nexthop'] as const)
    await refuses(object, () => nl[object].flush({ family: null } as never), 'TypeError', /family.*null/)
  await refuses('null', () => nl.route.flush({ table: null } as never), 'TypeError', /table of filter.*null/)
  await refuses('no bridge', () => nl.neighbour.flush({ family: 'bridge' }), 'TypeError', /'dev' or 'master'/)
  await refuses('fdb', () => nl.neighbour.flush({ vlan: 7 }), 'TypeError', /vlan only with family bridge/)
  await refuses(
    'fdb',
    () => nl.neighbour.flush({ family: 'bridge', dev: 'lo', state: ['STALE'] }),
    'TypeError',
    /STALE/,
  )
  await refuses(
    'no states',
    () => nl.neighbour.flush({ dev: 'lo', state: [] }),
    'TypeError',
    /state of filter to restrict/,
  )
  await refuses('no condition', () => nl.neighbour.flush({ proxy: false }), 'TypeError', /at least one of .*, got none/)
  await refuses(
    'no condition',
    () => nl.nexthop.flush({ groups: false, stats: true }),
    'TypeError',
    /one of .*, got none/,
  )
  await refuses('no link', () => nl.address.flush({ dev: 'none' }), 'ENODEV')
  await refuses('unknown key', () => nl.route.flush({ via: '10.0.0.1' } as never), 'TypeError', /'via'/)
})

inBothWays(test, 'addresses', async (nl, ns) => {
  await veths(nl)
  for (const address of ['10.0.0.1/24', '10.0.0.2/24', '10.1.0.1/24', '2001:db8::1/64'])
    await nl.address.add({ address, dev: 'a', flags: ['NODAD'] })
  await nl.address.add({ address: '10.2.0.1', peer: '10.2.0.2/32', dev: 'a' })
  await nl.address.add({ address: '10.0.0.1/24', dev: 'b' })
  const [v4, all] = [await nl.address.list({ dev: 'a', family: 'inet' }), await nl.address.list({ dev: 'b' })]
  assert.equal(addresses(await nl.address.flush({ dev: 'a', family: 'inet' })), addresses(v4))
  assert.equal(await nl.address.list({ dev: 'a', family: 'inet' }), [])
  assert.equal(await nl.address.list({ dev: 'b' }), all)
  assert.equal(addresses(await nl.address.flush({ dev: 'a', scope: 'global' })), ['2001:db8::1/64'])
  assert.equal(await nl.address.flush({ dev: 'a', family: 'inet' }), [])
  ns.exec('sysctl', ['-qw', 'net.ipv4.conf.b.promote_secondaries=1'])
  await nl.address.add({ address: '10.0.0.2/24', dev: 'b' })
  assert.equal(addresses(await nl.address.flush({ dev: 'b', family: 'inet' })), ['10.0.0.1/24', '10.0.0.2/24'])
})

inBothWays(test, 'routes', async (nl) => {
  await veths(nl)
  for (const address of ['10.0.0.1/24', '2001:db8::1/64']) await nl.address.add({ address, dev: 'a', flags: ['NODAD'] })
  const via = { via: '10.0.0.2' }
  await nl.route.add({ dst: '10.9.0.0/16', ...via, protocol: 'static' })
  await nl.route.add({ dst: '10.9.0.0/16', ...via, metric: 5 })
  await nl.route.add({ dst: '10.9.0.0/16', ...via, table: 7 })
  await nl.route.append({ dst: '10.9.0.0/16', dev: 'a', table: 7 })
  await nl.route.add({ dst: '10.8.0.0/16', type: 'blackhole', table: 7 })
  await nl.route.add({ dst: '2001:db8:9::/48', via: '2001:db8::2', table: 7 })
  await nl.route.add({ dst: '2001:db8:8::/48', multipath: [{ via: '2001:db8::2' }, { via: '2001:db8::3' }], table: 7 })
  await nl.route.add({ dst: 'default', family: 'inet6', type: 'unreachable', table: 7 })
  const local = await nl.route.list({ table: 'local' })
  assert.equal(destinations(await nl.route.flush({ protocol: 'static' })), ['10.9.0.0/16'])
  assert.equal(destinations(await nl.route.flush({ dst: '10.9.0.0/16' })), ['10.9.0.0/16 5'])
  const inSeven = await nl.route.list({ table: 7 })
  assert.is(inSeven.length, 6)
  assert.equal(
    destinations(await nl.route.flush({ table: 7, family: 'inet6' })),
    destinations(inSeven.filter(({ family }) => family === 'inet6')),
  )
  assert.equal(destinations(await nl.route.flush({ table: 7 })), ['10.8.0.0/16', '10.9.0.0/16', '10.9.0.0/16'])
  assert.equal(await nl.route.flush({ table: 7 }), [])
  await nl.route.flush({ dev: 'a' })
  assert.equal(await nl.route.list({ dev: 'a', table: 'main' }), [])
  // The kernel may add further IPv6 routes meanwhile, while links come up.
  const kept = destinations(await nl.route.list({ table: 'local' }))
  assert.equal(
    destinations(local).filter((each) => !kept.includes(each)),
    [],
    'only the table main by default',
  )
})

inBothWays(test, 'neighbours', async (nl) => {
  await veths(nl)
  const states = ['PERMANENT', 'NOARP', 'REACHABLE', 'STALE', 'DELAY', 'FAILED'] as const
  for (const [at, state] of states.entries())
    await nl.neighbour.add({ dev: 'a', dst: `10.0.0.${at + 1}`, lladdr: MAC, state: [state] })
  await nl.neighbour.add({ dev: 'b', dst: '10.0.0.1', lladdr: MAC, state: ['STALE'] })
  await nl.neighbour.add({ dev: 'a', dst: '10.7.0.8', flags: ['PROXY'] })
  assert.equal(dsts(await nl.neighbour.flush({ dev: 'a' })), ['10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6'])
  const left = async () =>
    (await nl.neighbour.list({ family: 'inet' })).map(({ dst, state }) => `${dst} ${state}`).sort()
  assert.equal(await left(), ['10.0.0.1 PERMANENT', '10.0.0.1 STALE', '10.0.0.2 NOARP'])
  assert.equal(dsts(await nl.neighbour.flush({ dev: 'a', family: 'inet', state: ['NOARP'] })), ['10.0.0.2'])
  assert.equal(dsts(await nl.neighbour.flush({ family: 'inet', state: ['PERMANENT'] })), ['10.0.0.1'])
  assert.equal(dsts(await nl.neighbour.flush({ dev: 'a', proxy: true })), ['10.7.0.8'])
  assert.equal(await left(), ['10.0.0.1 STALE'])
})

/** Returns the FDB entries that the test created. */
const ours = async (nl: Netlink, dev: string) =>
  (await nl.neighbour.list({ family: 'bridge', dev })).filter(({ lladdr }) => lladdr?.startsWith('02:00:00:00:00'))

inBothWays(test, 'FDB entries of a bridge', async (nl) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
  for (const name of ['a', 'b']) await nl.link.set(name, { master: 'br0' })
  const fill = async () => {
    for (const [at, state] of (['PERMANENT', 'NOARP', 'REACHABLE'] as const).entries())
      for (const [port, dev] of ['a', 'b'].entries())
        await nl.neighbour.replace({ family: 'bridge', dev, lladdr: `02:00:00:00:00:${port}${at}`, state: [state] })
  }
  // The bridge also learns the addresses of its ports.
  const isOurs = ({ lladdr }: Neighbour) => lladdr?.startsWith('02:00:00:00:00')
  const macs = (list: readonly Neighbour[]) =>
    list
      .filter(isOurs)
      .map(({ lladdr }) => lladdr?.slice(-2))
      .sort()
  await fill()
  assert.equal(macs(await nl.neighbour.flush({ family: 'bridge', dev: 'a' })), ['01', '02'], 'a port')
  assert.equal(macs(await nl.neighbour.flush({ family: 'bridge', dev: 'b', state: ['NOARP'] })), ['11'])
  assert.equal(macs(await nl.neighbour.flush({ family: 'bridge', dev: 'b', state: ['REACHABLE'] })), ['12'])
  assert.equal([...macs(await ours(nl, 'a')), ...macs(await ours(nl, 'b'))], ['00', '10'])
  await fill()
  assert.equal(
    macs(await nl.neighbour.flush({ family: 'bridge', master: 'br0' })),
    ['01', '02', '11', '12'],
    'the bridge',
  )
  await fill()
  assert.equal(macs(await nl.neighbour.flush({ family: 'bridge', dev: 'br0', state: ['NOARP', 'REACHABLE'] })), [
    '01',
    '02',
    '11',
    '12',
  ])
  await nl.neighbour.add({
    family: 'bridge',
    dev: 'a',
    lladdr: '02:00:00:00:00:77',
    state: ['NOARP'],
    flags: ['STICKY'],
  })
  await fill()
  assert.equal(macs(await nl.neighbour.flush({ family: 'bridge', dev: 'a', flags: ['STICKY'] })), ['77'])
  await refuses(
    'not a port',
    () => nl.neighbour.flush({ family: 'bridge', dev: 'a-peer', master: 'br0' }),
    'ENOENT',
    /port/,
  )
  assert.equal(macs(await nl.neighbour.flush({ family: 'bridge', dev: 'a', state: ['PERMANENT'] })), ['00'])
  await refuses('no bridge', () => nl.neighbour.flush({ family: 'bridge', dev: 'a-peer' }), 'EOPNOTSUPP')
})

inBothWays(test, 'FDB entries of a vxlan', async (nl, ns) => {
  ns.ip('link', 'add', 'vx', 'type', 'vxlan', 'id', 5, 'dstport', 4789, 'local', '10.0.0.1')
  const fill = async () => {
    for (const [lladdr, dst, state] of [
      ['02:00:00:00:00:01', '10.0.0.2', 'PERMANENT'],
      ['02:00:00:00:00:02', '10.0.0.2', 'REACHABLE'],
      ['02:00:00:00:00:03', '10.0.0.3', 'REACHABLE'],
    ] as const)
      await nl.neighbour.replace({ family: 'bridge', dev: 'vx', lladdr, dst, state: [state] })
  }
  await fill()
  assert.equal(dsts(await nl.neighbour.flush({ family: 'bridge', dev: 'vx', dst: '10.0.0.3' })), ['10.0.0.3'])
  await fill()
  assert.equal(dsts(await nl.neighbour.flush({ family: 'bridge', dev: 'vx' })), ['10.0.0.2', '10.0.0.3'])
  assert.equal((await ours(nl, 'vx')).length, 1)
  assert.equal(dsts(await nl.neighbour.flush({ family: 'bridge', dev: 'vx', state: ['PERMANENT'] })), ['10.0.0.2'])
})

inBothWays(test, 'rules', async (nl) => {
  const kernel = await nl.rule.list()
  await nl.rule.add({ priority: 100, from: '10.0.0.0/8', table: 7 })
  await nl.rule.add({ priority: 100, from: '10.0.0.0/8', iif: 'lo', table: 7 })
  await nl.rule.add({ priority: 101, from: '2001:db8::/32', table: 7 })
  await nl.rule.add({ priority: 102, from: '10.0.0.0/8', table: 7, protocol: 'static' })
  await nl.rule.add({ priority: 0, from: '10.0.0.0/8', table: 7 })
  assert.equal(
    (await nl.rule.flush({ protocol: 'static' })).map(({ priority }) => priority),
    [102],
  )
  assert.equal(
    (await nl.rule.flush({ priority: 100 })).map(({ iif }) => iif),
    [undefined, 'lo'],
  )
  assert.equal(
    (await nl.rule.flush({ family: 'inet' })).map(({ priority }) => priority),
    [0],
  )
  assert.equal(
    (await nl.rule.flush({ table: 7 })).map(({ priority }) => priority),
    [101],
  )
  assert.equal(await nl.rule.list(), kernel, 'the rules of the kernel are kept')
  assert.equal(
    (await nl.rule.flush({ priority: 32767, protocol: 'kernel' })).map(({ table }) => table),
    ['default'],
  )
})

inBothWays(test, 'next hops', async (nl) => {
  await veths(nl)
  await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
  for (const id of [1, 2])
    await nl.nexthop.add({ id, via: `10.0.0.${id + 1}`, dev: 'a', protocol: id === 1 ? 'static' : 'boot' })
  await nl.nexthop.add({ id: 3, group: [{ id: 1 }, { id: 2 }] })
  await nl.nexthop.add({ id: 4, via: '10.0.0.7', fdb: true })
  const ids = (list: readonly { readonly id: number }[]) => list.map(({ id }) => id)
  assert.equal(ids(await nl.nexthop.flush({ protocol: 'static' })), [1])
  assert.equal(ids(await nl.nexthop.flush({ fdb: true })), [4])
  assert.equal(ids(await nl.nexthop.flush({ groups: true })), [3])
  assert.equal(ids(await nl.nexthop.flush({ dev: 'a' })), [2])
  assert.equal(await nl.nexthop.list(), [])
})

test.run()
