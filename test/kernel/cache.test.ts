import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type Change, Connection, StateCache } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'
import { expectTruth } from '../support/truth.js'

const test = suiteNeeding('the cache', 'netns')

interface Started {
  readonly namespace: Namespace
  readonly netlink: Connection
  readonly cache: StateCache
  readonly changes: Change[]
  /** Runs commands of iproute2, separated by `;`. Compares the cache with the kernel after each command. */
  ip(commands: string): Promise<void>
}

/** Starts a cache for a namespace with a pair of links that are up. */
function started(use: (started: Started) => Promise<void>): Promise<void> {
  return inScratch(async (namespace) => {
    using netlink = Connection.open({ netns: namespace.path, timeout: 20_000 })
    for (const command of ['link set lo up', 'link add va type veth peer name vb', 'link set va up', 'link set vb up'])
      namespace.ip(...command.split(' '))
    using cache = await StateCache.start(netlink)
    const changes: Change[] = []
    cache.listen((change) => changes.push(change))
    const ip = async (commands: string) => {
      for (const command of commands.split(';').map((each) => each.trim())) {
        namespace.ip(...command.split(/\s+/))
        await expectTruth(netlink, cache, command)
      }
    }
    await use({ namespace, netlink, cache, changes, ip })
  })
}

test('a cache starts with all existing objects', () =>
  started(async ({ netlink, cache }) => {
    assert.equal([...cache.links.values()].map(({ attrs }) => attrs.ifname).sort(), ['lo', 'va', 'vb'])
    assert.ok(cache.routes.size > 0 && cache.rules.size > 0 && cache.addresses.size > 0)
    await expectTruth(netlink, cache)
  }))

const addressed = 'address add 10.1.0.1/24 dev va'
const routed = `${addressed}; route add 10.2.0.0/16 via 10.1.0.9; route add 10.3.0.0/16 dev va`

for (const [name, commands] of [
  [
    'links',
    'link add br0 type bridge; link set vb master br0; link set br0 mtu 1400; link set vb nomaster; link del br0',
  ],
  [
    'a bridge with ports whose address changes',
    'link add br0 type bridge; link set vb master br0; link set br0 up; link set br0 address 02:00:00:00:00:07',
  ],
  ['a link that is renamed', 'link set va down; link set va name vc; link set vc up'],
  [
    'addresses',
    `${addressed}; address add fd00::1/64 dev va; address del 10.1.0.1/24 dev va; address del fd00::1/64 dev va`,
  ],
  ['addresses of the same network', `${addressed}; address add 10.1.0.2/24 dev va; address del 10.1.0.1/24 dev va`],
  ['routes', `${routed}; route del 10.2.0.0/16; route replace 10.3.0.0/16 dev vb`],
  [
    'routes replaced, appended, prepended',
    `${routed}; route append 10.3.0.0/16 via 10.1.0.8; route replace 10.3.0.0/16 via 10.1.0.7; route prepend 10.3.0.0/16 via 10.1.0.6; route del 10.3.0.0/16`,
  ],
  [
    'a multipath route',
    `${addressed}; route add 10.4.0.0/16 nexthop via 10.1.0.8 nexthop dev vb weight 3; link set vb down; link set vb up; link set va down`,
  ],
  ['routes of a link that goes down', `${routed}; link set va down; link set va up`],
  ['routes of a link that is removed', `${routed}; link del va`],
  ['routes of a link that loses its carrier', `${routed}; link set vb down; link set vb up`],
  [
    'routes whose preferred source address is deleted',
    `${addressed}; address add 10.9.0.1/32 dev vb; route add 10.5.0.0/16 dev va src 10.9.0.1; address del 10.9.0.1/32 dev vb`,
  ],
  [
    'routes of a link whose last address is deleted',
    `${addressed}; route add 10.5.0.0/16 dev va; address del 10.1.0.1/24 dev va`,
  ],
  ['routes in another table', `${addressed}; route add 10.5.0.0/16 dev va table 1000; link set va down`],
  [
    'IPv6 routes',
    'address add fd00::1/64 dev va nodad; route add fd01::/64 via fd00::9; route add fd02::/64 dev vb; link set va down; link del vb',
  ],
  [
    'IPv6 multipath routes',
    'address add fd00::1/64 dev va nodad; route add fd01::/64 via fd00::9; route append fd01::/64 via fd00::8; route append fd01::/64 via fd00::7; route del fd01::/64 via fd00::8; route replace fd01::/64 via fd00::6; link set va down',
  ],
  [
    'next hops',
    `${addressed}; nexthop add id 7 via 10.1.0.9 dev va; nexthop add id 8 dev vb; nexthop add id 9 group 7/8; route add 10.6.0.0/16 nhid 7; route add 10.7.0.0/16 nhid 9; nexthop replace id 7 via 10.1.0.8 dev va; nexthop del id 8; nexthop del id 7`,
  ],
  [
    'next hops of a link that goes down',
    `${addressed}; nexthop add id 7 via 10.1.0.9 dev va; route add 10.6.0.0/16 nhid 7; link set va down`,
  ],
  [
    'dead next hops of a route that a new address revives',
    `${addressed}; address add 10.2.0.1/16 dev vb; route add 10.9.0.0/16 nexthop via 10.1.0.9 nexthop dev vb; address flush dev vb; address add 10.3.0.1/16 dev vb`,
  ],
  ['next hops of a link that is removed', 'nexthop add id 8 dev vb; nexthop add id 9 group 8; link del vb'],
  [
    'neighbours',
    `${addressed}; neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev va; neigh replace 10.1.0.9 lladdr 02:00:00:00:00:08 dev va; neigh add 10.1.0.8 lladdr 02:00:00:00:00:08 dev va nud stale; neigh add proxy 10.1.0.7 dev va; neigh del 10.1.0.9 dev va; link set va down; link del va`,
  ],
  [
    'rules',
    'rule add from 10.1.0.0/16 table 100; rule add from 10.1.0.0/16 table 100 pref 7; rule add iif va table 101; -6 rule add from fd00::/16 table 100; rule del pref 7; rule del from 10.1.0.0/16',
  ],
  ['a rule that is added and deleted', 'rule add from 10.1.0.0/16 table 100 pref 9; rule del pref 9'],
  [
    'rules for a link that is deleted and created again',
    'rule add iif vb table 101; link del vb; link add vb type veth peer name vc',
  ],
] as const) {
  test(`the cache follows ${name}`, () => started(({ ip }) => ip(commands)))
}

/** Runs commands in one process of `ip`. With `wait`, this process is blocked until they end. */
function batch({ name }: Namespace, lines: readonly string[], wait: boolean): Promise<unknown> {
  const args = ['-n', name, '-batch', '-']
  const input = `${lines.join('\n')}\n`
  if (wait) return Promise.resolve(spawnSync('ip', args, { input, stdio: ['pipe', 'ignore', 'inherit'] }))
  const child = spawn('ip', args, { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.end(input)
  return once(child, 'close')
}

const routes = (verb: 'add' | 'del', count: number, table: number) =>
  Array.from(
    { length: count },
    (_, index) => `route ${verb} 10.${20 + (index >> 8)}.${index & 255}.0/24 dev va table ${table}`,
  )

for (const receiveBuffer of [undefined, 16_384]) {
  const which = receiveBuffer === undefined ? 'the default buffer' : `a buffer of ${receiveBuffer} bytes`
  test(`the cache drops objects that were added and deleted during an overrun of ${which}`, () =>
    started(async ({ namespace, netlink }) => {
      using cache = await StateCache.start(netlink, { receiveBuffer })
      const syncs: string[] = []
      cache.listen(({ type }) => {
        if (type === 'overrun' || type === 'resynchronised') syncs.push(type)
      })
      await batch(namespace, [...routes('add', 10_000, 100), ...routes('del', 10_000, 100)], true)
      await expectTruth(netlink, cache)
      assert.is(cache.routes.size, netlink.dumpSync('RTM_GETROUTE').length)
      assert.equal([syncs[0], syncs.at(-1)], ['overrun', 'resynchronised'])
    }))

  test(`the cache contains objects that were added while it caught up, with ${which}`, () =>
    started(async ({ namespace, netlink }) => {
      using cache = await StateCache.start(netlink, { receiveBuffer })
      for (let round = 0; round < 2; round++) {
        await batch(namespace, [...routes('add', 4000, 100), ...routes('del', 4000, 100)], true)
        await batch(namespace, routes('add', 3000, 101 + round), false)
        await expectTruth(netlink, cache)
      }
      const added = [...cache.routes.values()].filter(
        ({ attrs }) => (attrs.table ?? 0) > 100 && (attrs.table ?? 0) < 104,
      )
      assert.is(added.length, 6000)
    }))
}

test('an overrun of a monitor that shares the connection does not end the cache', () =>
  started(async ({ namespace, netlink, cache }) => {
    using shared = netlink.monitor(['IPV4_ROUTE'], { shared: true, receiveBuffer: 4096 })
    for (let round = 0; round < 3; round++) {
      await batch(namespace, ['link set va down', 'link set va up', ...routes('add', 1000, 100)], true)
      await batch(namespace, routes('del', 1000, 100), false)
      await expectTruth(netlink, cache)
    }
    while (shared.readSync(0));
  }))

test('changes contain the object before and after', () =>
  started(async ({ ip, changes, cache }) => {
    await ip(`${addressed}; route add 10.2.0.0/16 dev va`)
    changes.length = 0
    await ip('link set va mtu 1400')
    const [mtu] = changes.filter(({ type }) => type === 'link')
    assert.ok(mtu?.type === 'link')
    assert.equal([mtu.before?.attrs.mtu, mtu.after?.attrs.mtu, mtu.derived], [1500, 1400, false])
    assert.is(cache.links.get(mtu.key), mtu.after)

    changes.length = 0
    await ip('link set va down')
    const deleted = changes.filter((change) => change.type === 'route' && change.after === undefined)
    const route = deleted.find((change) => change.type === 'route' && change.before?.attrs.dst === '10.2.0.0')
    assert.ok(route?.type === 'route')
    assert.is(route.derived, true, 'the kernel does not announce it')
  }))

test('changes() waits for changes and ends with the cache', () =>
  started(async ({ namespace, cache }) => {
    const changes = cache.changes()
    const first = changes.next()
    namespace.ip('link', 'set', 'va', 'mtu', '1400')
    const { value } = await first
    assert.is(value?.type, 'link')
    cache.close()
    let rest = 0
    for await (const _ of changes) rest++
    assert.ok(rest >= 0)
    assert.equal(await changes.next(), { done: true, value: undefined })
  }))

test('closing the connection ends the cache and all pending calls', () =>
  started(async ({ netlink, cache }) => {
    const waiting = cache.changes().next()
    const both = cache.changes()
    const pair = [both.next(), both.next()]
    netlink.close()
    for (const each of [waiting, ...pair]) await rejects(each, 'ECANCELED')
    await rejects(cache.settled(), 'ECANCELED')
    await rejects(cache.changes().next(), 'ECANCELED')
  }))

test('a closed cache delivers no more changes', () =>
  started(async ({ cache }) => {
    cache.close()
    assert.equal(await cache.changes().next(), { done: true, value: undefined })
    await rejects(cache.settled(), /expected an open cache/)
  }))

test('several calls can wait for changes at the same time', () =>
  started(async ({ namespace, cache }) => {
    const changes = cache.changes()
    const waiting = [changes.next(), changes.next()]
    for (const mtu of ['1400', '1300', '1200']) namespace.ip('link', 'set', 'va', 'mtu', mtu)
    for (const { done } of await Promise.all(waiting)) assert.is(done, false)
  }))

test('an error in a listener does not affect the cache', () =>
  started(async ({ netlink, namespace, cache }) => {
    const errors: unknown[] = []
    const before = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => errors.push(error))
    try {
      const unsubscribe = cache.listen(() => {
        unsubscribe()
        throw new Error('in listener')
      })
      namespace.ip('link', 'set', 'va', 'mtu', '1400')
      await expectTruth(netlink, cache)
      assert.equal(errors.map(String), ['Error: in listener'])
    } finally {
      for (const each of before) process.on('uncaughtException', each)
    }
  }))

test('settled() finds changes of the data of links that are down, which the kernel does not announce', () =>
  started(async ({ namespace, netlink, cache, changes, ip }) => {
    namespace.ip(...'link add br0 type bridge'.split(' '))
    await expectTruth(netlink, cache)
    const data = (name: string) =>
      [...cache.links.values()].find(({ attrs }) => attrs.ifname === name)?.attrs.linkinfo as {
        readonly data?: { readonly ageingTime?: number }
        readonly slaveData?: { readonly priority?: number }
      }
    using monitor = netlink.monitor(['LINK'])
    await ip('link set br0 type bridge ageing_time 1234')
    // The premise: nothing is announced.
    assert.equal([monitor.takeSync(100).events, data('br0').data?.ageingTime], [[], 1234])
    const change = changes.at(-1)
    assert.ok(change?.type === 'link')
    assert.is(change.derived, true)
    await ip('link set vb down; link set vb master br0; link set vb type bridge_slave priority 7')
    assert.is(data('vb').slaveData?.priority, 7)
    // So many links that one dump requests them.
    for (let each = 0; each < 12; each++) namespace.ip(...`link add b${each} type bridge`.split(' '))
    await expectTruth(netlink, cache)
    await ip('link set b7 type bridge ageing_time 4400')
    assert.is(data('b7').data?.ageingTime, 4400)
  }))

test('start() rejects unknown options', () =>
  started(async ({ netlink }) => {
    await rejects(
      StateCache.start(netlink, { recieveBuffer: 1 } as object),
      /expected the options kinds, receiveBuffer, got 'recieveBuffer'/,
    )
  }))

test.run()
