import { readdirSync } from 'node:fs'
import { Netlink, type NewAddress, UntilTimeoutError, type WatchEvent } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE, until } from '../support/until.js'

const test = suiteNeeding('watch and cache of Netlink', 'netns')

const opened = (use: (nl: Netlink, namespace: Namespace) => Promise<void>) =>
  inScratch(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    await use(nl, namespace)
  })

/** Reads events until one matches, and returns all. */
async function readUntil<E extends WatchEvent>(events: AsyncIterator<E>, isLast: (event: E) => boolean): Promise<E[]> {
  const read: E[] = []
  for (;;) {
    const { value, done } = await events.next()
    if (done) throw new Error(`expected more than ${read.map(({ type }) => type).join(', ')}`)
    read.push(value)
    if (isLast(value)) return read
  }
}

test('events have the objects of Netlink, and say what changed', () =>
  opened(async (nl) => {
    using watch = await nl.watch(['link', 'address']).ready()
    await nl.link.add({ name: 'va', kind: 'veth', peer: { name: 'vb' }, mtu: 1400 })
    const added = (
      await readUntil(watch, (each) => each.type === 'added' && each.kind === 'link' && each.object.name === 'va')
    ).at(-1)
    assert.ok(added?.type === 'added' && added.kind === 'link')
    assert.equal([added.object.kind, added.object.mtu, added.before, added.changes], ['veth', 1400, undefined, []])
    await nl.link.set('va', { mtu: 1300 })
    const changed = (
      await readUntil(
        watch,
        (each) =>
          each.type === 'changed' && each.object === each.after && each.changes.some(({ key }) => key === 'mtu'),
      )
    ).at(-1)
    assert.ok(changed?.type === 'changed' && changed.kind === 'link')
    assert.equal(
      changed.changes.filter(({ key }) => key === 'mtu'),
      [{ key: 'mtu', before: 1400, after: 1300 }],
    )
    assert.equal([changed.before.mtu, changed.after.mtu], [1400, 1300])
    await nl.address.add({ address: '10.1.0.1/24', dev: 'va' })
    const address = (await readUntil(watch, (each) => each.type === 'added' && each.kind === 'address')).at(-1)
    assert.ok(address?.type === 'added' && address.kind === 'address')
    assert.equal(
      [address.object.address, address.object.dev, address.object.devName],
      ['10.1.0.1/24', changed.after.index, 'va'],
    )
    await nl.link.delete('va')
    const removed = await readUntil(
      watch,
      (each) => each.type === 'removed' && each.kind === 'link' && each.object.name === 'va',
    )
    assert.ok(
      removed.some(
        (each) => each.type === 'removed' && each.kind === 'address' && each.before.address === '10.1.0.1/24',
      ),
    )
  }))

test('watch follows only the kinds that it names, and those that they depend on', () =>
  opened(async (nl) => {
    await nl.link.set('lo', { up: true })
    using watch = await nl.watch(['route']).ready()
    await nl.address.add({ address: '10.1.0.1/24', dev: 'lo' })
    await nl.route.add({ dst: '10.9.0.0/16', dev: 'lo', table: 7 })
    const events = await readUntil(watch, (each) => each.type === 'added' && each.object.dst === '10.9.0.0/16')
    assert.ok(events.every((each) => 'kind' in each && each.kind === 'route'))
    const [last] = events.slice(-1)
    assert.ok(last?.type === 'added')
    assert.is(last.object.devName, 'lo')
    await nl.link.set('lo', { up: false })
    await readUntil(watch, (each) => each.type === 'removed' && each.object.dst === '10.9.0.0/16')
  }))

test('VNIs and multicast groups, one object each, until their link is deleted', () =>
  opened(async (nl) => {
    await nl.link.add({ name: 'br0', kind: 'bridge', up: true, data: { mcastIgmpVersion: 3 } })
    await nl.link.add({ name: 'p0', kind: 'veth', master: 'br0', up: true, peer: { name: 'p1', up: true } })
    await nl.link.add({ name: 'vx0', kind: 'vxlan', data: { collectMetadata: true, vnifilter: true, port: 4789 } })
    await nl.bridge.vni.add({ dev: 'vx0', vni: 5, vniEnd: 6 })
    using cache = await nl.cache(['vni', 'mdb'])
    using watch = await cache.watch().ready()
    const vx0 = (await nl.link.get('vx0'))?.index
    assert.equal([...cache.vnis.keys()], [`${vx0} 5`, `${vx0} 6`])
    await nl.bridge.vni.set({ dev: 'vx0', vni: 6, group: '10.0.0.9' })
    const group = '239.1.1.1'
    await nl.bridge.mdb.add({ dev: 'p0', group, mode: 'include', sources: ['10.0.0.1'] })
    await nl.bridge.mdb.replace({ dev: 'p0', group, mode: 'include', sources: ['10.0.0.1', '10.0.0.2'] })
    await nl.bridge.vni.delete({ dev: 'vx0', vni: 5 })
    await cache.until(() => cache.vnis.size === 1 && cache.find('mdb', { group, source: '10.0.0.2' }))
    await cache.settled()
    const text = (each: object) => JSON.stringify({ ...each, timer: undefined })
    const [vnis, mdb] = [await nl.bridge.vni.list({}, { names: true }), await nl.bridge.mdb.list({}, { names: true })]
    assert.equal([...cache.vnis.values()].map(text), vnis.map(text))
    assert.equal([...cache.mdb.values()].map(text).sort(), mdb.map(text).sort())
    for (const name of ['vx0', 'br0', 'p0']) await nl.link.delete(name)
    await cache.until(() => cache.vnis.size + cache.mdb.size === 0)
    const kinds = await readUntil(
      watch,
      (each) => cache.mdb.size === 0 && each.type === 'removed' && each.kind === 'mdb',
    )
    const texts = kinds.flatMap((each) => ('kind' in each ? [`${each.type} ${each.kind}`] : []))
    for (const text of ['changed vni', 'removed vni', 'added mdb', 'removed mdb'])
      assert.ok(texts.includes(text), `${text} in ${texts}`)
  }))

test('a kernel without VLANs of bridges has none; they are followed by name only', () =>
  opened(async (nl) => {
    using cache = await nl.cache(['vlan', 'link'])
    assert.is(cache.vlans.size, 0)
    using all = await nl.cache()
    assert.is(all.vnis.size, 0)
  }))

test('initial: the present objects first', () =>
  opened(async (nl, { ip }) => {
    ip('rule', 'add', 'from', '10.7.0.0/16', 'lookup', '7', 'priority', '70')
    const seen: string[] = []
    for await (const event of nl.watch(['link', 'rule'], { initial: true })) {
      if (event.type === 'resynchronised') break
      if (event.type === 'added') seen.push(event.kind === 'link' ? event.object.name : `rule ${event.object.priority}`)
    }
    assert.ok(seen.includes('lo') && seen.includes('rule 70') && seen.includes('rule 32766'), seen.join())
  }))

test('initial: no present object is lost if changes are merged', () =>
  opened(async (nl) => {
    for (let priority = 100; priority < 160; priority++) await nl.rule.add({ priority, family: 'inet', table: 7 })
    using cache = await nl.cache(['rule'])
    for (const watch of [
      cache.watch({ initial: true, buffer: 10 }),
      nl.watch(['rule'], { initial: true, buffer: 10 }),
    ]) {
      await watch.ready()
      await nl.rule.add({ priority: 99, family: 'inet', table: 7 })
      await nl.rule.delete({ priority: 100, family: 'inet' })
      await cache.until(({ rules }) => rules.has('inet 99') && !rules.has('inet 100'), { timeout: PATIENCE })
      const known = new Set<number>()
      const isEnd = (event: WatchEvent) => {
        if (event.type === 'added' && event.kind === 'rule') known.add(event.object.priority)
        if (event.type === 'removed' && event.kind === 'rule') known.delete(event.object.priority)
        return event.type === 'resynchronised' && known.has(99) && !known.has(100)
      }
      await readUntil(watch, isEnd)
      assert.equal([...known].sort(), [...new Set((await nl.rule.list()).map(({ priority }) => priority))].sort())
      watch.close()
      await nl.rule.delete({ priority: 99, family: 'inet' })
      await nl.rule.add({ priority: 100, family: 'inet', table: 7 })
      await cache.settled()
    }
  }))

test('a replaced route is one changed event', () =>
  opened(async (nl, { ip }) => {
    await nl.link.set('lo', { up: true })
    ip('route', 'add', '10.9.0.0/16', 'dev', 'lo')
    using cache = await nl.cache(['route'])
    using watch = await cache.watch().ready()
    ip('route', 'replace', '10.9.0.0/16', 'dev', 'lo', 'src', '127.0.0.1')
    const event = (await readUntil(watch, (each) => 'kind' in each && each.object.dst === '10.9.0.0/16')).at(-1)
    assert.ok(event?.type === 'changed')
    assert.equal(event.changes, [{ key: 'src', before: undefined, after: '127.0.0.1' }])
    assert.is(cache.routes.get('main 10.9.0.0/16'), event.after)
  }))

test('the maps of a cache have natural keys, and links their names', () =>
  opened(async (nl, { ip }) => {
    ip('link', 'add', 'br0', 'type', 'bridge')
    ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    ip('link', 'set', 'va', 'master', 'br0', 'up')
    ip('link', 'set', 'vb', 'up')
    ip('link', 'set', 'br0', 'up')
    ip('address', 'add', '10.1.0.1/24', 'dev', 'br0')
    ip('address', 'add', '10.2.0.1', 'peer', '10.2.0.2/32', 'dev', 'vb')
    ip('neighbour', 'add', '10.1.0.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'br0', 'nud', 'permanent')
    ip('nexthop', 'add', 'id', '7', 'dev', 'vb')
    ip('route', 'add', '10.9.0.0/16', 'nexthop', 'dev', 'br0', 'nexthop', 'dev', 'vb')
    ip('route', 'add', '10.8.0.0/16', 'dev', 'br0', 'metric', '5')
    using cache = await nl.cache()
    const index = (name: string) => cache.linksByName.get(name)?.index
    const [br0, va, vb] = [index('br0'), index('va'), index('vb')]
    assert.is(cache.links.get(va as number)?.masterName, 'br0')
    assert.is(cache.links.get(va as number)?.linkName, 'vb')
    assert.is(cache.addresses.get(`${br0} 10.1.0.1/24`)?.devName, 'br0')
    assert.is(cache.addresses.get(`${vb} 10.2.0.1 10.2.0.2/32`)?.devName, 'vb')
    assert.is(cache.neighbours.get(`${br0} 10.1.0.9`)?.devName, 'br0')
    assert.is(cache.nexthops.get(7)?.devName, 'vb')
    assert.is(cache.rules.get('inet 32766')?.table, 'main')
    assert.equal(
      cache.routes.get('main 10.9.0.0/16')?.multipath?.map((hop) => hop.devName),
      ['br0', 'vb'],
    )
    assert.is(cache.routes.get('main 10.8.0.0/16 metric 5')?.devName, 'br0')
    assert.is(cache.find('address', { address: '10.1.0.1/24' })?.dev, br0)
    assert.is(cache.find('link', ({ kind }) => kind === 'bridge')?.name, 'br0')
    assert.is(cache.find('link', { name: 'none' }), undefined)

    const earlier = cache.neighbours.get(`${br0} 10.1.0.9`)
    ip('link', 'set', 'br0', 'name', 'br1')
    await cache.settled()
    assert.is(cache.linksByName.get('br0'), undefined)
    assert.is(cache.linksByName.get('br1')?.index, br0)
    assert.is(cache.addresses.get(`${br0} 10.1.0.1/24`)?.devName, 'br1')
    assert.is(cache.links.get(va as number)?.masterName, 'br1')
    assert.is(typeof cache.links.get(va as number)?.stats?.rxBytes, 'bigint')
    assert.is(cache.links.get(va as number)?.message.attrs.ifname, 'va')
    assert.equal(
      cache.routes.get('main 10.9.0.0/16')?.multipath?.map((hop) => hop.devName),
      ['br1', 'vb'],
    )
    assert.is(cache.neighbours.get(`${br0} 10.1.0.9`)?.devName, 'br1')
    assert.is(cache.neighbours.get(`${br0} 10.1.0.9`)?.message, earlier?.message)
    assert.is(earlier?.devName, 'br0', 'objects of earlier events do not change')
  }))

test('operations accept the objects of a cache, and use the indexes', () =>
  opened(async (nl, { ip }) => {
    ip('link', 'add', 'br0', 'type', 'bridge')
    ip('link', 'add', 'va', 'master', 'br0', 'type', 'veth', 'peer', 'name', 'vb')
    for (const name of ['br0', 'va', 'vb']) ip('link', 'set', name, 'up')
    ip('address', 'add', '10.1.0.1/24', 'dev', 'br0')
    ip('neighbour', 'add', '10.1.0.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'br0', 'nud', 'permanent')
    ip('nexthop', 'add', 'id', '7', 'dev', 'vb')
    ip('route', 'add', '10.9.0.0/16', 'nexthop', 'dev', 'br0', 'nexthop', 'dev', 'vb')
    ip('route', 'add', '10.8.0.0/16', 'dev', 'br0', 'metric', '5')
    using cache = await nl.cache()
    const routes = ['10.9.0.0/16', '10.8.0.0/16'].map((dst) => cache.find('route', { dst })!)
    const address = cache.find('address', { address: '10.1.0.1/24' })!
    const neighbour = cache.find('neighbour', { dst: '10.1.0.9' })!
    const nexthop = cache.nexthops.get(7)!
    for (const object of [...routes, address, neighbour, nexthop])
      assert.match(JSON.stringify(object), /"devName":"(br0|vb)"/)
    for (const route of routes) {
      await nl.route.delete(route)
      await nl.route.add(route)
      assert.is((await nl.route.ensure(route)).changed, false)
    }
    await nl.neighbour.delete(neighbour)
    await nl.neighbour.add(neighbour)
    await nl.nexthop.delete(nexthop)
    await nl.nexthop.add(nexthop)
    await nl.address.delete(address)
    await nl.address.add(address)
    assert.is((await nl.address.get(address))?.address, '10.1.0.1/24')
    const va = cache.linksByName.get('va')!
    assert.equal([va.masterName, va.linkName], ['br0', 'vb'])
    await nl.link.delete(va)
    await nl.link.add(va)
    assert.is((await nl.link.get('va'))?.master, va.master)
    // Without the index, the name is a mistake of the caller.
    const { dev: _, ...named } = address
    assert.throws(
      () => nl.address.addSync(named as unknown as NewAddress),
      /expected address to have the keys .*'devName'/,
    )
  }))

test('a cache equals what Netlink lists, apart from the names', () =>
  opened(async (nl, { ip }) => {
    ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    using cache = await nl.cache()
    ip('link', 'set', 'lo', 'up')
    ip('address', 'add', '10.1.0.1/24', 'dev', 'lo')
    ip('route', 'add', '10.9.0.0/16', 'dev', 'lo', 'metric', '1')
    ip('route', 'append', '10.9.0.0/16', 'dev', 'lo', 'metric', '1', 'src', '10.1.0.1')
    ip('rule', 'add', 'from', '10.7.0.0/16', 'lookup', '7', 'priority', '70')
    ip('rule', 'add', 'from', '10.6.0.0/16', 'lookup', '7', 'priority', '70')
    ip('link', 'del', 'va')
    await cache.settled()
    const text = (objects: Iterable<object>) =>
      [...objects].map((each) => JSON.stringify(each, (key, value) => (/Name$/.test(key) ? undefined : value))).sort()
    const named = ({ stats: _, ...object }: object & { stats?: unknown }) => object
    assert.equal(text([...cache.links.values()].map(named)), text((await nl.link.list()).map(named)))
    assert.equal(text(cache.routes.values()), text(await nl.route.list()))
    assert.equal(text(cache.rules.values()), text(await nl.rule.list()))
    assert.ok(cache.rules.has('inet 70') && cache.rules.has('inet 70 #2'))
    assert.ok(cache.routes.has('main 10.9.0.0/16 metric 1') && cache.routes.has('main 10.9.0.0/16 metric 1 #2'))
    ip('rule', 'del', 'from', '10.7.0.0/16', 'lookup', '7', 'priority', '70')
    await cache.settled()
    assert.equal(text(cache.rules.values()), text(await nl.rule.list()))
  }))

test('until returns what the condition returns, at once or after a change', () =>
  opened(async (nl) => {
    using cache = await nl.cache(['link', 'address'])
    assert.is((await cache.until(({ linksByName }) => linksByName.get('lo'))).name, 'lo')
    const found = cache.until(({ addresses }) => addresses.get('1 10.1.0.1/24'), { timeout: PATIENCE })
    await nl.address.add({ address: '10.1.0.1/24', dev: 'lo' })
    assert.is((await found).devName, 'lo')
    const failing = () => {
      throw new RangeError('of the condition')
    }
    await rejects(cache.until(failing), 'RangeError', 'of the condition')
    await rejects(
      cache.until(async () => false),
      'TypeError',
      'expected condition to return a value at once',
    )
    await rejects(
      cache.until(() => true, { timeout: 'x' } as never),
      'TypeError',
      'timeout',
    )
  }))

const rejects = async (promise: Promise<unknown>, name: string, text: string) => {
  const error = await promise.then(
    () => undefined,
    (reason: Error) => reason,
  )
  assert.is(error?.name, name)
  assert.ok(error?.message.includes(text), error?.message)
  return error as Error
}

test('until times out with the last change that was seen', () =>
  opened(async (nl) => {
    using cache = await nl.cache(['link'])
    const nothing = await rejects(
      cache.until(() => false, { timeout: 1 }),
      'UntilTimeoutError',
      'within 1 ms; nothing changed',
    )
    assert.ok(nothing instanceof UntilTimeoutError)
    assert.is(nothing.code, 'ERR_NETLINK_UNTIL_TIMEOUT')
    // The clock of the timeout only runs out after the change was seen.
    let seen = false
    const waiting = cache.until(
      ({ links }) => {
        seen ||= links.get(1)?.mtu === 1400
        return false
      },
      { timeout: 1500 },
    )
    nl.link.setSync('lo', { mtu: 1400 })
    const error = (await rejects(
      waiting,
      'UntilTimeoutError',
      'link lo changed: mtu 65536 → 1400',
    )) as UntilTimeoutError
    assert.ok(seen)
    assert.is(error.lastEvent?.type, 'changed')
  }))

test('a signal, close() and the end of the Netlink end watches and waits', () =>
  opened(async (nl, { path }) => {
    const controller = new AbortController()
    const { signal } = controller
    using cache = await nl.cache(['link'])
    const watch = cache.watch({ signal })
    const [waiting, pending] = [cache.until(() => false, { signal }), watch.next()]
    controller.abort(new RangeError('stop'))
    await rejects(waiting, 'RangeError', 'stop')
    await rejects(pending, 'RangeError', 'stop')
    await rejects(nl.watch(['link'], { signal }).next(), 'RangeError', 'stop')

    const closed = cache.watch()
    const last = closed.next()
    closed.close()
    assert.equal(await last, { done: true, value: undefined })
    assert.equal(await closed.next(), { done: true, value: undefined })

    const [watching, expecting] = [cache.watch().next(), cache.until(() => false)]
    cache.close()
    assert.equal(await watching, { done: true, value: undefined })
    await rejects(expecting, 'TypeError', 'expected an open cache')
    await rejects(
      cache.until(() => false),
      'TypeError',
      'expected an open cache',
    )

    const other = Netlink.open({ netns: path })
    const [first, second] = [await other.watch(['link']).ready(), await other.cache()]
    const ends = [first.next(), second.until(() => false)]
    other.close()
    for (const end of ends) await rejects(end, 'SystemError', 'ECANCELED')
  }))

test('leaving the loop closes the watch, and its sockets', () =>
  opened(async (nl) => {
    const before = readdirSync('/proc/self/fd').length
    for await (const event of nl.watch(['link'], { initial: true })) if (event.type === 'added') break
    await until('its socket to be closed', () => readdirSync('/proc/self/fd').length <= before + 1)
  }))

/** Adds and deletes addresses of lo: `count` changes. */
function churn(nl: Netlink, count: number): void {
  for (let index = 0; index < count / 2; index++) {
    nl.address.addSync({ address: `10.8.${index % 200}.1/32`, dev: 'lo' })
    nl.address.deleteSync({ address: `10.8.${index % 200}.1/32`, dev: 'lo' })
  }
}

test('changes wait in order for a reader, as long as there is room', () =>
  opened(async (nl) => {
    using cache = await nl.cache(['address'])
    using watch = await cache.watch().ready()
    churn(nl, 100)
    await cache.settled()
    const types: string[] = []
    for (let count = 0; count < 100; count++) types.push((await watch.next()).value?.type ?? '')
    assert.equal(types, Array.from({ length: 50 }, () => ['added', 'removed']).flat())
  }))

test('if a reader is slow, changes of an object are merged between overrun and resynchronised', () =>
  opened(async (nl) => {
    await nl.address.add({ address: '10.7.0.1/32', dev: 'lo' })
    await nl.address.add({ address: '10.7.0.2/32', dev: 'lo', metric: 1 })
    using cache = await nl.cache(['address'])
    using watch = await cache.watch({ buffer: 4 }).ready()
    churn(nl, 100)
    await nl.address.delete({ address: '10.7.0.1/32', dev: 'lo' })
    for (const metric of [2, 3]) await nl.address.replace({ address: '10.7.0.2/32', dev: 'lo', metric })
    for (const dev of ['lo']) await nl.address.add({ address: '10.7.0.3/32', dev })
    await cache.settled()
    const events = await readUntil(watch, (each) => each.type === 'resynchronised')
    assert.equal(events[0], { type: 'overrun', cause: 'reader' })
    const seen = events.flatMap((each) =>
      'kind' in each ? [[each.type, each.object.address, each.changes.find(({ key }) => key === 'metric')]] : [],
    )
    assert.equal(seen, [
      ['removed', '10.7.0.1/32', undefined],
      ['changed', '10.7.0.2/32', { key: 'metric', before: 1, after: 3 }],
      ['added', '10.7.0.3/32', undefined],
    ])
    // Normal order from then on.
    churn(nl, 4)
    await cache.settled()
    const types = [await watch.next(), await watch.next(), await watch.next(), await watch.next()]
    assert.equal(
      types.map(({ value }) => value?.type),
      ['added', 'removed', 'added', 'removed'],
    )
  }))

test('a reader that never reads does not use more memory than the objects need', () =>
  opened(async (nl) => {
    using cache = await nl.cache(['address'])
    using watch = await cache.watch({ buffer: 16 }).ready()
    churn(nl, 3000)
    await cache.settled()
    await nl.address.add({ address: '10.7.0.3/32', dev: 'lo' })
    await cache.settled()
    const events = await readUntil(watch, (each) => each.type === 'resynchronised')
    assert.equal(
      events.map(({ type }) => type),
      ['overrun', 'added', 'resynchronised'],
    )
  }))

test('after an overrun of the kernel, events lead to the present state', () =>
  opened(async (nl) => {
    await nl.address.add({ address: '10.7.0.1/32', dev: 'lo' })
    using watch = await nl.watch(['address'], { receiveBuffer: 4096 }).ready()
    churn(nl, 400)
    await nl.address.delete({ address: '10.7.0.1/32', dev: 'lo' })
    await nl.address.add({ address: '10.7.0.2/32', dev: 'lo' })
    const present = new Set(['10.7.0.1/32'])
    let state = ''
    const types = new Set<string>()
    while (!(state === 'resynchronised' && present.has('10.7.0.2/32') && !present.has('10.7.0.1/32'))) {
      const { value } = await watch.next()
      assert.ok(value)
      types.add(value.type === 'overrun' ? `overrun ${value.cause}` : value.type)
      if (value.type === 'overrun' || value.type === 'resynchronised') state = value.type
      else if (value.type === 'removed') assert.ok(present.delete(value.object.address))
      else present.add(value.object.address)
    }
    assert.ok(types.has('overrun kernel'))
    assert.equal([...present].sort(), (await nl.address.list({ family: 'inet' })).map(({ address }) => address).sort())
  }))

test('watch and cache work over the mock', async () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  using cache = await nl.cache(['link', 'address', 'route', 'neighbour'])
  using watch = await nl.watch(['link'], { initial: true }).ready()
  await nl.link.add({ name: 'br0', kind: 'bridge' })
  const events = await readUntil(watch, (each) => each.type === 'added' && each.object.name === 'br0')
  assert.ok(events.some(({ type }) => type === 'resynchronised'))
  assert.is((await cache.until(({ linksByName }) => linksByName.get('br0'), { timeout: PATIENCE })).kind, 'bridge')
})

for (const [what, use, text] of [
  [
    'a wrong kind',
    (nl: Netlink) => nl.watch(['links' as 'link']),
    'expected kinds to be an array of link, address, route, neighbour, rule, nexthop, vlan, globalVlan, vni, mdb, qdisc, class, filter, chain, action, got "links" in it',
  ],
  ['no kind', (nl: Netlink) => nl.watch([]), 'expected kinds to be an array'],
  ['a kind that is no array', (nl: Netlink) => nl.cache('link' as never), 'expected kinds to be an array'],
  ['a wrong option', (nl: Netlink) => nl.watch(['link'], { initially: true } as never), "got 'initially'"],
  [
    'a wrong buffer',
    (nl: Netlink) => nl.watch(['link'], { buffer: 0 }),
    'expected buffer to be a number from 1, got 0',
  ],
  [
    'a wrong size',
    (nl: Netlink) => nl.watch(['link'], { receiveBuffer: -1 }),
    'expected receiveBuffer to be bytes from 1 to 2147483647, got -1',
  ],
  [
    'a wrong signal',
    (nl: Netlink) => nl.watch(['link'], { signal: 1 as never }),
    'expected signal to be an AbortSignal',
  ],
] as const)
  test(`${what} is a TypeError`, async () => {
    using nl = Netlink.open({ socketFactory: mockKernel() })
    try {
      await use(nl)
    } catch (error) {
      assert.instance(error, TypeError)
      assert.ok((error as Error).message.includes(text), (error as Error).message)
      return
    }
    assert.unreachable('expected a TypeError')
  })

test.run()
