import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection, gets, type LinkMessage, NetlinkError, protocol, SystemError, withNetns } from '@netloom/netlink'
import { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { kernelSockets } from '../../packages/netlink/dist/socket/socket-factory.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'

// Concurrent requests and dumps, aborts, and connections whose namespace or socket goes away.
const test = suiteNeeding('asynchronous connections', 'netns')

const connected = (use: (netlink: Connection, namespace: Namespace) => Promise<void>) =>
  inScratch(async (namespace) => {
    using netlink = Connection.open({ netns: namespace.path, timeout: 30_000 })
    await use(netlink, namespace)
  })

/** A request without a reply: the kernel ignores types below NLMSG_MIN_TYPE unless they request an ack (netlink_rcv_skb). */
const silent = protocol('NETLINK_ROUTE', 0, { NLMSG_GETNOTHING: gets(1, rtnetlink.messages.RTM_GETLINK[1]) })

const descriptors = () => readdirSync('/proc/self/fd').length

/** Adds 100 addresses to lo. */
function addAddresses(netlink: Connection): void {
  const batch = netlink.batch()
  for (let host = 1; host <= 100; host++) {
    const attrs = { local: `10.0.0.${host}`, address: `10.0.0.${host}` }
    batch.add('RTM_NEWADDR', { family: 2, prefixlen: 32, index: 1, attrs }, { create: true })
  }
  assert.is(batch.sendSync().failures, 0)
}

test('each of 1,000 concurrent requests gets its own reply or error', () =>
  connected(async (netlink) => {
    addAddresses(netlink)
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        if (index % 3 === 0) return rejects(netlink.request('RTM_GETLINK', { index: 100_000 + index }), 'ENODEV')
        if (index % 3 === 1) return (await netlink.request('RTM_GETLINK', { attrs: { ifname: 'lo' } }))[0]?.index
        const [route] = await netlink.request('RTM_GETROUTE', {
          ...{ family: 2, dstLen: 32, attrs: { dst: `10.0.0.${(index % 100) + 1}` } },
        })
        return route?.attrs.dst
      }),
    )
    for (const [index, answer] of answers.entries()) {
      if (index % 3 === 0) assert.instance(answer, NetlinkError)
      else assert.is(answer, index % 3 === 1 ? 1 : `10.0.0.${(index % 100) + 1}`)
    }
  }))

test('dumps and requests run concurrently, synchronous and asynchronous', () =>
  connected(async (netlink) => {
    addAddresses(netlink)
    const stream = netlink.stream('RTM_GETADDR')
    await stream.next()
    const dumps = Array.from({ length: 12 }, () => netlink.dump('RTM_GETADDR').toArray())
    assert.is(netlink.dumpSync('RTM_GETADDR').length, 100)
    assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 }).length, 1)
    assert.equal(new Set((await Promise.all(dumps)).map((all) => all.length)), new Set([100]))
    let rest = 1
    for await (const _ of stream) rest++
    assert.is(rest, 100)
  }))

test('all dump methods return the same messages', () =>
  connected(async (netlink) => {
    addAddresses(netlink)
    const filter = { family: 2, index: 1 }
    const expected = netlink.dumpSync('RTM_GETADDR', filter)
    const streamed = []
    for await (const each of netlink.stream('RTM_GETADDR', filter)) streamed.push(each)
    const iterated = []
    for await (const each of netlink.dump('RTM_GETADDR', filter)) iterated.push(each)
    for (const other of [streamed, iterated, [...netlink.streamSync('RTM_GETADDR', filter)]])
      assert.equal(other, expected)
  }))

test('an abandoned dump does not affect others', () =>
  connected(async (netlink) => {
    addAddresses(netlink)
    const before = descriptors()
    for (let round = 0; round < 20; round++) {
      for (const _ of netlink.streamSync('RTM_GETADDR')) break
      for await (const _ of netlink.stream('RTM_GETADDR')) break
      assert.is((await netlink.dump('RTM_GETADDR').toArray()).length, 100)
    }
    assert.ok(descriptors() <= before + 4, 'the sockets of abandoned dumps are closed')
  }))

test('an abort signal ends requests and dumps, but not the connection', () =>
  inScratch(async ({ path }) => {
    using netlink = Connection.openProtocol(silent, { netns: path })
    const already = AbortSignal.abort(new Error('already'))
    await rejects(netlink.request('NLMSG_GETNOTHING', {}, { signal: already }), /already/)
    const controller = new AbortController()
    const waiting = [1, 2, 3].map(() => netlink.request('NLMSG_GETNOTHING', {}, { signal: controller.signal }))
    const dump = netlink.dump('NLMSG_GETNOTHING', {}, { signal: controller.signal }).toArray()
    setTimeout(() => controller.abort(new Error('enough')), 20)
    for (const each of [...waiting, dump]) await rejects(each, /enough/)
    using other = Connection.open({ netns: path })
    await rejects(other.dump('RTM_GETLINK', {}, { signal: already }).toArray(), /already/)
    assert.is((await other.dump('RTM_GETLINK').toArray()).length, 1)
  }))

test('an abort signal ends a stream before its end', () =>
  connected(async (netlink, { ip }) => {
    addAddresses(netlink)
    ip('link', 'set', 'lo', 'up')
    const batch = netlink.batch({ acks: 'failures' })
    for (let index = 0; index < 5000; index++) {
      const attrs = { dst: `10.9.${index >> 8}.${index & 255}`, oif: 1 }
      const header = { family: 2, dstLen: 32, table: 254, protocol: 4, scope: 253, type: 1 }
      batch.add('RTM_NEWROUTE', { ...header, attrs }, { create: true })
    }
    assert.is(batch.sendSync().failures, 0)
    // A dump that ends before its first datagram is read, and one of many datagrams.
    for (const [name, most] of [
      ['RTM_GETADDR', 100],
      ['RTM_GETROUTE', 4000],
    ] as const) {
      const controller = new AbortController()
      let received = 0
      const read = async () => {
        for await (const _ of netlink.stream(name, { family: 2 }, { signal: controller.signal })) {
          if (++received === 10) controller.abort(new Error('enough'))
        }
      }
      await rejects(read(), /enough/)
      // Messages that have already arrived are delivered. The stream does not wait for more.
      assert.ok(received >= 10 && received <= most, `${name}: ${received}`)
    }
    assert.is((await netlink.dump('RTM_GETADDR', { family: 2 }).toArray()).length, 101)
  }))

test('a dump inside a stream does not deadlock', () =>
  inScratch(async ({ path }) => {
    using netlink = Connection.open({ netns: path, dumpSockets: 1, timeout: 60_000 })
    addAddresses(netlink)
    const one = async () => {
      let count = 0
      for await (const { index } of netlink.stream('RTM_GETLINK'))
        count += (await netlink.dump('RTM_GETADDR', { index }).toArray()).length
      return count
    }
    assert.equal(await Promise.all([one(), one(), one()]), [100, 100, 100])
  }))

test('a dump that gets no socket does not affect others', () =>
  inScratch(async ({ path }) => {
    const sockets = kernelSockets(path)
    let refused = 0
    const socketFactory = {
      open(...args: Parameters<typeof sockets.open>) {
        if (refused-- > 0) throw new SystemError('socket', 24)
        return sockets.open(...args)
      },
    }
    using netlink = Connection.openProtocol(silent, { socketFactory, dumpSockets: 1 })
    refused = 0
    const controller = new AbortController()
    const { signal } = controller
    const first = netlink.dump('NLMSG_GETNOTHING', {}, { signal }).toArray()
    // Only the second dump must time out.
    const others = [60_000, 500].map((timeout) =>
      netlink
        .dump('NLMSG_GETNOTHING', {}, { timeout })
        .toArray()
        .then(String, (error) => (error as SystemError).code),
    )
    setTimeout(() => {
      refused = 1
      controller.abort(new Error('enough'))
    }, 20)
    await rejects(first, /enough/)
    assert.equal(await Promise.all(others), ['EMFILE', 'ETIMEDOUT'])
  }))

test('a timeout longer than the limit of timers never expires', () =>
  inScratch(async ({ path }) => {
    using netlink = Connection.openProtocol(silent, { netns: path })
    const waiting = netlink.request('NLMSG_GETNOTHING', {}, { timeout: 3e9 })
    const outcome = waiting.then(String, (error) => (error as SystemError).code)
    assert.is(await Promise.race([outcome, pause(50).then(() => 'waiting')]), 'waiting')
    netlink.close()
    assert.is(await outcome, 'ECANCELED')
  }))

test('requests and dumps observe the timeout of the connection and their own', () =>
  inScratch(async ({ path }) => {
    using netlink = Connection.openProtocol(silent, { netns: path, timeout: 30 })
    await rejects(netlink.request('NLMSG_GETNOTHING', {}), 'ETIMEDOUT')
    await rejects(netlink.request('NLMSG_GETNOTHING', {}, { timeout: 5 }), 'ETIMEDOUT')
    await rejects(netlink.dump('NLMSG_GETNOTHING', {}, { timeout: 5 }).toArray(), 'ETIMEDOUT')
    assert.throws(
      () => netlink.requestSync('NLMSG_GETNOTHING', {}, { timeout: 5 }),
      (error: unknown) => error instanceof SystemError && error.code === 'ETIMEDOUT',
    )
  }))

test('close() ends pending requests and rejects later ones', () =>
  inScratch(async ({ path }) => {
    const netlink = Connection.openProtocol(silent, { netns: path, dumpSockets: 1 })
    const waiting = [
      netlink.request('NLMSG_GETNOTHING', {}),
      netlink.dump('NLMSG_GETNOTHING', {}).toArray(),
      netlink.dump('NLMSG_GETNOTHING', {}).toArray(),
    ]
    const ends = waiting.map((each) => each.then(String, String))
    await pause(10)
    netlink.close()
    for (const end of await Promise.all(ends)) assert.match(end, /ECANCELED/)
    await rejects(netlink.request('NLMSG_GETNOTHING', {}), /expected an open netlink socket/)
    assert.throws(() => netlink.dump('NLMSG_GETNOTHING', {}), /expected an open netlink socket/)
    assert.throws(() => netlink.batch(), /expected an open netlink socket/)
  }))

test('a connection keeps its namespace alive after the namespace is deleted', () =>
  inScratch(async (namespace) => {
    using netlink = Connection.open({ netns: namespace.path, timeout: 30_000 })
    await netlink.request('RTM_NEWLINK', { attrs: { ifname: 'br7', linkinfo: { kind: 'bridge' } } }, { create: true })
    namespace.remove()
    const names = (await netlink.dump('RTM_GETLINK').toArray()).map(({ attrs }) => attrs.ifname)
    assert.ok(names.includes('br7'), 'dumps go to the same namespace, although its path no longer exists')
    using monitor = netlink.monitor(['LINK'])
    netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'br7', mtu: 1400 } })
    const event = monitor.readSync(60_000)
    assert.is(event?.type === 'RTM_NEWLINK' && event.message.attrs.mtu, 1400)
  }))

test('dumps go to the namespace in which the connection was opened', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'here', 'type', 'bridge')
    using netlink = withNetns(namespace.path, () => Connection.open())
    const isHere = (links: LinkMessage[]) => links.some(({ attrs }) => attrs.ifname === 'here')
    assert.ok(isHere(netlink.dumpSync('RTM_GETLINK')))
    assert.ok(isHere(await netlink.dump('RTM_GETLINK').toArray()))
  }))

test('10,000 connections opened and closed, with and without errors, leave no descriptor open', () =>
  inScratch(({ path }) => {
    const missing = protocol('NETLINK_NONE', 29, {})
    const round = (index: number) => {
      if (index % 4 === 0) assert.throws(() => Connection.openProtocol(missing, { netns: path }))
      if (index % 4 === 1) assert.throws(() => Connection.open({ netns: '/proc/self/ns/none' }))
      const netlink = Connection.open(index % 2 === 0 ? { netns: path } : {})
      if (index % 10 === 0) netlink.dumpSync('RTM_GETADDR', { index: 1 })
      if (index % 10 === 1) netlink.monitor(['LINK'])
      if (index % 10 === 2) assert.throws(() => netlink.monitor(['LINK', 'NOTHING' as 'LINK']))
      netlink.close()
      netlink.close()
    }
    round(0)
    const before = descriptors()
    for (let index = 0; index < 10_000; index++) round(index)
    assert.is(descriptors(), before)
  }))

test.run()
