import { constants } from 'node:os'
import { BatchInterruptedError, Connection, type LinkMessage, NetlinkError, type RouteMessage } from '@netloom/netlink'
import { encode, type Request } from '@netloom/netlink/codec'
import * as nf from '@netloom/netlink/netfilter'
import { linkMessage, routeMessage } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'

const test = suiteNeeding('batches', 'netns')

const connected = (use: (netlink: Connection) => void | Promise<void>) =>
  inScratch(async ({ path, ip }) => {
    ip('link', 'set', 'lo', 'up')
    using netlink = Connection.open({ netns: path, timeout: 30_000 })
    await use(netlink)
  })

const main = 254
const route = (third: number, fourth: number) => ({
  ...{ family: 2, dstLen: 32, table: main, protocol: 4, scope: 253, type: 1 },
  attrs: { dst: `10.9.${third}.${fourth}`, oif: 1 },
})
const routes = (netlink: Connection) =>
  netlink.dumpSync('RTM_GETROUTE', { family: 2, attrs: { table: main } }).map(({ attrs }) => attrs.dst)

for (const acks of ['each', 'failures'] as const) {
  for (const method of ['sendSync', 'send'] as const) {
    test(`20,000 routes, acks: ${acks}, ${method}(): each failure is reported, the other routes are added`, () =>
      connected(async (netlink) => {
        const batch = netlink.batch({ acks })
        const wrong = new Set([0, 777, 1999, 2000, 12_345, 19_999])
        for (let index = 0; index < 20_000; index++) {
          const value = route(index >> 8, index & 255)
          const bad = { ...value, attrs: { ...value.attrs, oif: 4711 } }
          batch.add('RTM_NEWROUTE', wrong.has(index) ? bad : value, { create: true, excl: true })
        }
        assert.is(batch.size, 20_000)
        const { items, failures, first } = await batch[method]()
        assert.is(failures, wrong.size)
        assert.is(first?.index, 0)
        for (const { index, state, error, name } of items) {
          assert.is(state, wrong.has(index) ? 'failed' : 'done', `${index}`)
          assert.is(name, 'RTM_NEWROUTE')
          if (wrong.has(index)) assert.is((error as NetlinkError).code, 'ENODEV')
        }
        assert.is(routes(netlink).length, 20_000 - wrong.size)
      }))
  }

  test(`no answer is lost if all requests fail, acks: ${acks}`, () =>
    connected((netlink) => {
      const batch = netlink.batch({ acks })
      for (let index = 0; index < 5000; index++) batch.add('RTM_DELROUTE', route(index >> 8, index & 255))
      const { failures, items } = batch.sendSync()
      assert.is(failures, 5000)
      assert.ok(items.every(({ error }) => (error as NetlinkError).code === 'ESRCH'))
    }))

  test(`encoded requests in a batch behave like other requests, acks: ${acks}`, () =>
    connected((netlink) => {
      const batch = netlink.batch({ acks })
      const payload = (value: Request<RouteMessage>) => encode(routeMessage, value)
      const frozen = Object.freeze({ create: true, excl: true })
      const wrong = { ...route(2, 2), attrs: { dst: '10.9.2.2', oif: 4711 } }
      const longer = { ...route(3, 3), attrs: { ...route(3, 3).attrs, priority: 7 } }
      const unaligned = { ...route(4, 4), attrs: { ...route(4, 4).attrs, priority: 9 } }
      batch.addEncoded('RTM_NEWROUTE', payload(route(1, 1)), frozen)
      batch.addEncoded('RTM_NEWROUTE', payload(wrong), frozen)
      batch.add('RTM_NEWROUTE', route(1, 2), { create: true })
      batch.addEncoded('RTM_NEWROUTE', payload(longer), frozen)
      batch.addEncoded('RTM_NEWROUTE', payload(route(1, 3)), { create: true })
      batch.addEncoded('RTM_NEWROUTE', payload(route(1, 1)), frozen)
      // A length that is not a multiple of four, as after an attribute of three bytes.
      batch.addEncoded('RTM_NEWROUTE', Buffer.concat([payload(unaligned), Buffer.alloc(3)]), frozen)
      batch.addEncoded('RTM_NEWROUTE', payload(route(1, 4)), frozen)
      batch.addEncoded('RTM_DELROUTE', payload(route(1, 2)))
      const link = batch.addEncoded('RTM_GETLINK', encode(linkMessage, { index: 1 }))
      const { items, failures } = batch.sendSync()
      assert.equal(
        items.map(({ state }) => state),
        ['done', 'failed', 'done', 'done', 'done', 'failed', 'done', 'done', 'done', 'done'],
      )
      assert.is(failures, 2)
      assert.equal(
        items.flatMap(({ error }) => (error instanceof NetlinkError ? [error.code, error.attribute] : [])),
        ['ENODEV', undefined, 'EEXIST', undefined],
      )
      assert.is((link.replies[0] as LinkMessage).attrs.ifname, 'lo')
      assert.equal(routes(netlink).sort(), ['10.9.1.1', '10.9.1.3', '10.9.1.4', '10.9.3.3', '10.9.4.4'])
    }))

  test(`a batch returns replies, echoes and errors with their attribute, acks: ${acks}`, () =>
    connected((netlink) => {
      const batch = netlink.batch({ acks })
      const lo = batch.add('RTM_GETLINK', { attrs: { ifname: 'lo' } })
      const created = batch.add('RTM_NEWROUTE', route(1, 1), { create: true, echo: true })
      const named = batch.add('RTM_NEWLINK', { attrs: { ifname: 'a-name-much-too-long' } }, { create: true })
      const missing = batch.add('RTM_GETLINK', { index: 4711 })
      batch.add('RTM_NEWROUTE', route(1, 2), { create: true })
      assert.is(lo.state, 'waiting')
      const { failures, first } = batch.sendSync()
      assert.is(lo.replies[0]?.index, 1)
      assert.is(created.replies[0]?.attrs.dst, '10.9.1.1')
      assert.instance(named.error, NetlinkError)
      assert.is((named.error as NetlinkError).attribute, 'ifname')
      assert.equal([(missing.error as NetlinkError).code, missing.replies], ['ENODEV', []])
      assert.equal([failures, first], [2, named])
      assert.equal(routes(netlink).sort(), ['10.9.1.1', '10.9.1.2'])
    }))
}

test('add() rejects a request that cannot be encoded, the others are sent', () =>
  connected((netlink) => {
    const batch = netlink.batch()
    batch.add('RTM_NEWROUTE', route(1, 1), { create: true })
    assert.throws(() => batch.add('RTM_NEWROUTE', { ...route(1, 2), attrs: { dst: 'nowhere' } }), /RTA_DST/)
    assert.throws(
      () => batch.add('RTM_GETLINK', {}, { create: true } as never),
      /RTM_GETLINK: expected the options echo, flags, got 'create'/,
    )
    assert.throws(() => batch.add('RTM_NEWNOTHING' as 'RTM_NEWLINK', {}), /expected a message of NETLINK_ROUTE/)
    batch.add('RTM_NEWROUTE', route(1, 3), { create: true })
    assert.is(batch.size, 2)
    assert.is(batch.sendSync().failures, 0)
    assert.equal(routes(netlink).sort(), ['10.9.1.1', '10.9.1.3'])
    assert.throws(() => batch.sendSync(), /expected a batch that was not sent yet/)
    assert.throws(() => batch.add('RTM_GETLINK', {}), /expected a batch that was not sent yet/)
  }))

test('a batch cannot be sent twice and rejects unknown options', () =>
  connected(async (netlink) => {
    const batch = netlink.batch()
    batch.add('RTM_NEWROUTE', route(1, 1), { create: true })
    await rejects(batch.send({ signl: 1 } as object), /expected the options timeout, signal, got 'signl'/)
    await rejects(batch.send({ timeout: -5 }), /expected timeout to be milliseconds from 0, got -5/)
    const [first, second] = [batch.send(), batch.send()]
    await rejects(second, /expected a batch that was not sent yet/)
    assert.is((await first).failures, 0)
    assert.throws(() => netlink.batch({ ack: 'failures' } as object), /expected the options acks, oneCall, got 'ack'/)
    assert.throws(() => netlink.batch(null as never), /expected options, got null/)
  }))

test('timers run while a batch is sent', () =>
  connected(async (netlink) => {
    const batch = netlink.batch({ acks: 'failures' })
    for (let index = 0; index < 20_000; index++)
      batch.add('RTM_NEWROUTE', route(index >> 8, index & 255), { create: true })
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    setImmediate(() => netlink.close())
    const error = await rejects(batch.send(), 'ERR_NETLINK_BATCH_INTERRUPTED')
    clearInterval(timer)
    assert.is((error as BatchInterruptedError & { cause: { code: string } }).cause.code, 'ECANCELED')
  }))

test('an empty batch succeeds without items', () =>
  connected(async (netlink) => {
    assert.equal(netlink.batch().sendSync(), { items: [], failures: 0, first: undefined })
    assert.equal(await netlink.batch({ acks: 'failures' }).send(), { items: [], failures: 0, first: undefined })
  }))

test('an abort signal ends a batch between two system calls, and the error contains the state of each request', () =>
  connected(async (netlink) => {
    const fill = () => {
      const batch = netlink.batch()
      for (let index = 0; index < 20_000; index++)
        batch.add('RTM_NEWROUTE', route(index >> 8, index & 255), { create: true, replace: true })
      return batch
    }
    await rejects(fill().send({ signal: AbortSignal.abort(new Error('before')) }), /Error: before/)
    assert.is(routes(netlink).length, 0, 'nothing was sent')
    const controller = new AbortController()
    setImmediate(() => controller.abort(new Error('enough')))
    const error = await fill()
      .send({ signal: controller.signal })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    if (error === undefined) return assert.is(routes(netlink).length, 20_000)
    assert.instance(error, BatchInterruptedError)
    const { items, cause, code } = error as BatchInterruptedError
    assert.equal([code, String(cause)], ['ERR_NETLINK_BATCH_INTERRUPTED', 'Error: enough'])
    const count = (state: string) => items.filter((item) => item.state === state).length
    assert.is(count('done') + count('sent') + count('waiting'), 20_000)
    const added = routes(netlink).length
    assert.ok(added >= count('done') && added <= count('done') + count('sent'))
  }))

test('other requests run concurrently with a batch', () =>
  connected(async (netlink) => {
    const batch = netlink.batch({ acks: 'failures' })
    for (let index = 0; index < 10_000; index++)
      batch.add('RTM_NEWROUTE', route(index >> 8, index & 255), { create: true })
    const [result, ...links] = await Promise.all([
      batch.send(),
      ...Array.from({ length: 50 }, () => netlink.request('RTM_GETLINK', { index: 1 })),
    ])
    assert.is(result.failures, 0)
    assert.ok(links.every(([link]) => link?.attrs.ifname === 'lo'))
  }))

test('an nftables transaction is sent in one system call and applied atomically', () =>
  inScratch(({ path }) => {
    using netlink = Connection.openProtocol(nf.netfilter, { netns: path, timeout: 30_000 })
    const family = nf.NFPROTO.INET
    const transact = (chain: string) => {
      const batch = netlink.batch({ oneCall: true })
      const bound = { resId: nf.NFNL_SUBSYS.NFTABLES }
      batch.add('NFNL_MSG_BATCH_BEGIN', bound, { ack: false })
      batch.add('NFT_MSG_NEWTABLE', { family, attrs: { name: 't' } }, { create: true })
      const created = batch.add('NFT_MSG_NEWCHAIN', { family, attrs: { table: chain, name: 'c' } }, { create: true })
      batch.add('NFNL_MSG_BATCH_END', bound, { ack: false })
      return { ...batch.sendSync(), created }
    }
    const tables = () => netlink.dumpSync('NFT_MSG_GETTABLE', { family }).length
    const failed = transact('another')
    assert.is((failed.created.error as NetlinkError).errno, constants.errno.ENOENT)
    assert.is(tables(), 0)
    assert.is(transact('t').failures, 0)
    assert.is(tables(), 1)
  }))

test.run()
