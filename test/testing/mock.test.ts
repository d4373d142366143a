import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Connection, DumpInterruptedError, Netlink, NetlinkError, protocol, SystemError } from '@netloom/netlink'
import { mockKernel, TestingError } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Tests the injected faults and the messages about unsupported requests. test/testing/table.ts covers everything else. */
const test = suite('mock kernel')

const excl = { create: true, excl: true }
const bridge = (ifname: string) => ({ attrs: { ifname, linkinfo: { kind: 'bridge' } } }) as const

function failed(call: () => unknown): { code: string; kernelMessage?: string; attribute?: string } {
  try {
    call()
  } catch (error) {
    return error as { code: string }
  }
  throw new Error('expected a failure')
}

test('all connections share one state, synchronous and asynchronous', async () => {
  const kernel = mockKernel()
  using one = Connection.open({ socketFactory: kernel })
  using other = Connection.open({ socketFactory: kernel })
  one.requestSync('RTM_NEWLINK', bridge('br0'), excl)
  assert.is((await other.request('RTM_GETLINK', { attrs: { ifname: 'br0' } }))[0]?.index, 2)
  const [links, again] = await Promise.all([other.dump('RTM_GETLINK').toArray(), other.dump('RTM_GETLINK').toArray()])
  assert.equal(links, again)
  assert.equal(one.dumpSync('RTM_GETLINK'), links)
  assert.equal([...one.streamSync('RTM_GETLINK')], links)
})

test('a monitor delivers events to next() and readSync()', async () => {
  using netlink = Connection.open({ socketFactory: mockKernel() })
  using monitor = netlink.monitor(['LINK'])
  const next = monitor.next()
  await netlink.request('RTM_NEWLINK', bridge('br0'), excl)
  assert.is((await next).value?.type, 'RTM_NEWLINK')
  netlink.requestSync('RTM_DELLINK', { index: 2 })
  assert.is(monitor.readSync(60_000)?.type, 'RTM_DELLINK')
  assert.is(monitor.readSync(60_000), undefined)
  const waited = failed(() => monitor.readSync())
  assert.instance(waited, TestingError)
  assert.is(waited.code, 'ERR_NETLINK_NOTHING_TO_COME')
})

test('an interrupted dump is repeated until the attempts run out', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel, dumpAttempts: 3 })
  kernel.interruptDumps(2)
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
  kernel.interruptDumps(3)
  const error = failed(() => netlink.dumpSync('RTM_GETLINK'))
  assert.instance(error, DumpInterruptedError)
  assert.is((error as unknown as DumpInterruptedError).received.length, 1)
})

test('refuse() makes any request or a given request fail', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  kernel.refuse('EBUSY', { request: 'RTM_NEWLINK', times: 2, extended: { msg: 'later' } })
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
  for (let count = 0; count < 2; count++) {
    const { code, kernelMessage } = failed(() => netlink.requestSync('RTM_NEWLINK', bridge('br0'), excl))
    assert.equal([code, kernelMessage], ['EBUSY', 'later'])
  }
  netlink.requestSync('RTM_NEWLINK', bridge('br0'), excl)
  kernel.refuse('ENOMEM')
  assert.is(failed(() => netlink.dumpSync('RTM_GETLINK')).code, 'ENOMEM')
})

test('loseAnswers() loses the answer, but the request takes effect', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  kernel.loseAnswers({ request: 'RTM_NEWLINK' })
  const error = failed(() => netlink.requestSync('RTM_NEWLINK', bridge('br0'), excl))
  assert.instance(error, SystemError)
  assert.is(error.code, 'ENOBUFS')
  assert.is(failed(() => netlink.requestSync('RTM_NEWLINK', bridge('br0'), excl)).code, 'EEXIST')
})

test('requests are repeated if the reply is too large for the buffer', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  kernel.truncate({ times: 3 })
  assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 }).length, 1)
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
})

test('notifications are lost on demand and when the buffer is full', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  using monitor = netlink.monitor(['LINK'])
  const types = () => {
    const received: string[] = []
    for (let event = monitor.readSync(0); event; event = monitor.readSync(0)) received.push(event.type)
    return received
  }
  const create = (name: string) => netlink.requestSync('RTM_NEWLINK', bridge(name), excl)
  create('a')
  kernel.loseNotifications(2)
  for (const name of ['b', 'c', 'd']) create(name)
  assert.equal(types(), ['RTM_NEWLINK', 'RTM_NEWLINK', 'overrun'], 'the overrun follows all queued messages')
  using tight = netlink.monitor(['LINK'], { receiveBuffer: 1000 })
  for (let count = 0; count < 20; count++) create(`e${count}`)
  let kept = 0
  while (tight.readSync(0)?.type === 'RTM_NEWLINK') kept++
  assert.ok(kept > 0 && kept < 20)
  assert.is(tight.readSync(0), undefined, 'the overrun is reported last')
  create('f')
  assert.is(tight.readSync(0)?.type, 'RTM_NEWLINK')
})

test('delay() delays synchronous and asynchronous replies, but not those to other requests', async () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  kernel.delay(30, { request: 'RTM_GETLINK', times: 3 })
  assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 }).length, 1)
  assert.is(failed(() => netlink.requestSync('RTM_GETLINK', { index: 1 }, { timeout: 5 })).code, 'ETIMEDOUT')
  const order: string[] = []
  await Promise.all([
    netlink.request('RTM_GETLINK', { index: 1 }).then(() => order.push('late')),
    netlink.request('RTM_NEWLINK', bridge('br0'), excl).then(() => order.push('early')),
  ])
  assert.equal(order, ['early', 'late'])
})

test('a socket runs one dump at a time', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  const first = netlink.streamSync('RTM_GETLINK')
  assert.is(first.next().value?.index, 1)
  // An unfinished stream keeps its socket. Other dumps use their own sockets.
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
  first.return()
  const socket = kernel.open(0, {})
  const answers: number[] = []
  // An `nlmsghdr` and an `ifinfomsg`.
  const dump = Buffer.alloc(32)
  dump.writeUInt32LE(32, 0)
  dump.writeUInt16LE(18, 4)
  dump.writeUInt16LE(0x301, 6)
  socket.send(dump)
  socket.send(dump)
  for (let datagram = socket.receive(); datagram; datagram = socket.receive()) {
    const { bytes } = datagram
    answers.push(bytes.readUInt16LE(4), bytes.readUInt16LE(4) === 2 ? bytes.readInt32LE(16) : 0)
  }
  assert.equal(answers, [16, 0, 3, 0, 2, -16])
  socket.send(dump)
  assert.is(socket.receive()?.bytes.readUInt16LE(4), 16)
  socket.close()
})

test('a large dump takes several datagrams', async () => {
  using netlink = Connection.open({ socketFactory: mockKernel() })
  const batch = netlink.batch()
  for (let count = 0; count < 300; count++) batch.add('RTM_NEWLINK', bridge(`br${count}`), excl)
  assert.is(batch.sendSync().failures, 0)
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 301)
  let streamed = 0
  for await (const { index } of netlink.stream('RTM_GETLINK')) assert.is(index, ++streamed)
  assert.is(streamed, 301)
})

test('an idle connection does not keep the process alive', () => {
  const program = `
    import { Connection } from '@netloom/netlink'
    import { mockKernel } from '@netloom/netlink/testing'
    Connection.open({ socketFactory: mockKernel() }).monitor(['LINK']).next()
    console.log('end')`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const options = { cwd, timeout: 20_000, encoding: 'utf8' } as const
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options)
  assert.equal([status, stdout], [0, 'end\n'])
})

test('faults that no request can trigger are rejected', () => {
  const kernel = mockKernel()
  const any = (value: unknown) => value as never
  const rows: readonly (readonly [call: () => unknown, message: RegExp])[] = [
    [() => kernel.refuse(any('ENOPE')), /errno, e\.g\. EBUSY, got 'ENOPE'/],
    [() => kernel.refuse('EBUSY', any({ tims: 1 })), /options of refuse to be of request, times, got 'tims'/],
    [() => kernel.refuse('EBUSY', { request: 'RTM_FOO' }), /rtnetlink request, e\.g\. RTM_NEWLINK, got 'RTM_FOO'/],
    [() => kernel.refuse('EBUSY', { times: 0 }), /whole number from 1, got 0/],
    [() => kernel.refuse('EBUSY', { times: 1.5 }), /whole number from 1, got 1\.5/],
    [() => kernel.loseAnswers(any({ extended: {} })), /options of loseAnswers to be of request, times, got 'extended'/],
    [() => kernel.truncate({ request: 'RTM_NEWLINK' }), /that is replied to, e\.g\. RTM_GETLINK, got 'RTM_NEWLINK'/],
    [() => kernel.delay(Number.NaN), /delay in milliseconds, .* got NaN/],
    [() => kernel.delay(-5), /delay in milliseconds, .* got -5/],
    [() => kernel.delay(2 ** 31), /delay in milliseconds, .* got 2147483648/],
    [() => kernel.interruptDumps(Number.NaN), /whole number from 1, got NaN/],
    [() => kernel.loseNotifications(any('a')), /whole number from 1, got 'a'/],
    [() => mockKernel(any({ privilegd: false })), /options of mockKernel to be of privileged, got 'privilegd'/],
    [() => mockKernel(any({ privileged: 0 })), /privileged to be true or false, got 0/],
    [() => mockKernel(any('root')), /options of mockKernel, got 'root'/],
  ]
  for (const [call, message] of rows)
    assert.throws(call, (error: unknown) => error instanceof TypeError && message.test(error.message))
  // None of the rejected calls has an effect.
  using netlink = Connection.open({ socketFactory: kernel })
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
})

test('a fault can last forever', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  kernel.refuse('EBUSY', { request: 'RTM_SETLINK', times: Number.POSITIVE_INFINITY })
  for (let count = 0; count < 3; count++)
    assert.is(failed(() => netlink.requestSync('RTM_SETLINK', { index: 1 })).code, 'EBUSY')
})

test('without privileges the mock is read-only', () => {
  using netlink = Connection.open({ socketFactory: mockKernel({ privileged: false }) })
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
  assert.is(failed(() => netlink.requestSync('RTM_NEWLINK', bridge('br0'), excl)).code, 'EPERM')
})

test('requests that the mock does not model fail with a message', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  const rows: readonly (readonly [call: () => unknown, message: string])[] = [
    [() => netlink.dumpSync('RTM_GETTCLASS'), 'not modelled: a dump by RTM_GETTCLASS'],
    [
      () => netlink.requestSync('RTM_NEWRULE', { family: 2, attrs: { dscp: 4 } }, excl),
      'not modelled: RTM_NEWRULE dscp',
    ],
    [
      () => netlink.requestSync('RTM_NEWNEXTHOP', { family: 2, attrs: { fdb: true } }, excl),
      'not modelled: RTM_NEWNEXTHOP fdb',
    ],
    [
      () => netlink.requestSync('RTM_NEWQDISC', { ifindex: 1, parent: 0xffffffff, attrs: { kind: 'htb' } }, excl),
      'not modelled: qdiscs of kind htb',
    ],
    [
      () => netlink.requestSync('RTM_SETLINK', { index: 1, attrs: { linkmode: 1 } }),
      'not modelled: RTM_SETLINK linkmode',
    ],
    [
      () => netlink.requestSync('RTM_NEWLINK', { attrs: { linkinfo: { kind: 'vxlan' } } }, excl),
      'not modelled: links of kind vxlan',
    ],
    [() => netlink.dumpSync('RTM_GETNEIGH', { family: 7 }), 'not modelled: forwarding databases (AF_BRIDGE)'],
    [
      () => netlink.requestSync('RTM_GETLINK', { index: 1, attrs: { '?4711': [{ payload: Buffer.alloc(4) }] } }),
      'not modelled: RTM_GETLINK attribute 4711',
    ],
  ]
  for (const [call, message] of rows) {
    const error = failed(call)
    assert.instance(error, NetlinkError)
    assert.equal([error.code, error.kernelMessage], ['EOPNOTSUPP', message])
  }
  const other = failed(() => Connection.openProtocol(protocol('NETLINK_XFRM', 6, {}), { socketFactory: kernel }))
  assert.is(other.code, 'EPROTONOSUPPORT')
  using monitored = Connection.openProtocol(protocol('NETLINK_ROUTE', 0, {}, { groups: { NONE_SUCH: 77 } }), {
    socketFactory: kernel,
  })
  assert.is(failed(() => monitored.monitor(['NONE_SUCH'])).code, 'EINVAL')
})

test('the clock moves only by advance(): lifetimes that are left, in the order in which they end', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  using monitor = netlink.monitor(['IPV4_IFADDR'])
  const add = (local: string, prefered: number, valid: number) =>
    netlink.requestSync(
      'RTM_NEWADDR',
      {
        ...{ family: 2, prefixlen: 32, index: 1 },
        attrs: { local, address: local, cacheinfo: { prefered, valid, cstamp: 0, tstamp: 0 } },
      },
      excl,
    )
  add('10.0.0.1', 50, 100)
  kernel.advance(2.5)
  add('10.0.0.2', 10, 20)
  kernel.advance(7.75)
  const left = () => netlink.dumpSync('RTM_GETADDR', { family: 2 }).map(({ attrs }) => attrs.cacheinfo)
  assert.equal(left(), [
    { prefered: 40, valid: 90, cstamp: 0, tstamp: 0 },
    { prefered: 3, valid: 13, cstamp: 250, tstamp: 250 },
  ])
  kernel.advance(0)
  kernel.advance(89.75)
  assert.equal(left(), [])
  const events: unknown[] = []
  for (let left = 6; left > 0; left--) {
    const event = monitor.readSync()
    if (event?.type !== 'RTM_NEWADDR' && event?.type !== 'RTM_DELADDR') throw new Error(`got ${event?.type}`)
    const { local, flags } = event.message.attrs
    events.push([event.type, local, flags])
  }
  assert.equal(events, [
    ['RTM_NEWADDR', '10.0.0.1', 0],
    ['RTM_NEWADDR', '10.0.0.2', 0],
    ['RTM_NEWADDR', '10.0.0.2', 0x20],
    ['RTM_DELADDR', '10.0.0.2', 0x20],
    ['RTM_NEWADDR', '10.0.0.1', 0x20],
    ['RTM_DELADDR', '10.0.0.1', 0x20],
  ])
  for (const seconds of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5'] as never[]) {
    assert.throws(() => kernel.advance(seconds), /expected a number of seconds from 0, got/)
  }
})

test('the mock supports link kinds that the kernel of the test machine can lack', () => {
  const kernel = mockKernel()
  using netlink = Connection.open({ socketFactory: kernel })
  assert.is(kernel.addLink('tun0', 'tun'), 2)
  netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'd0', linkinfo: { kind: 'dummy' } } }, excl)
  const vlan = { kind: 'vlan', data: { id: 5 } } as const
  netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'd0.5', link: 3, linkinfo: vlan } }, excl)
  for (const index of [2, 3, 4]) netlink.requestSync('RTM_SETLINK', { index, flags: 1, change: 1 })
  assert.equal(
    netlink.dumpSync('RTM_GETLINK').map(({ flags, attrs }) => [attrs.ifname, flags & 1, attrs.linkinfo?.kind]),
    [
      ['lo', 0, undefined],
      ['tun0', 1, 'tun'],
      ['d0', 1, 'dummy'],
      ['d0.5', 1, 'vlan'],
    ],
  )
  assert.equal(netlink.requestSync('RTM_GETLINK', { index: 4 })[0]?.attrs.linkinfo?.data, { id: 5 })
  const mtu = (index: number, mtu: number) => netlink.requestSync('RTM_SETLINK', { index, attrs: { mtu } })
  assert.is(failed(() => mtu(4, 1501)).code, 'ERANGE')
  mtu(3, 1400)
  assert.is(netlink.requestSync('RTM_GETLINK', { index: 4 })[0]?.attrs.mtu, 1400)
  netlink.requestSync('RTM_DELLINK', { index: 3 })
  assert.is(netlink.dumpSync('RTM_GETLINK').length, 2)
  assert.is(
    failed(() => netlink.requestSync('RTM_NEWLINK', { attrs: { linkinfo: { kind: 'vlan' } } }, excl)).kernelMessage,
    'VLAN properties not specified',
  )
})

test('a batch reports the requests that fail', () => {
  using netlink = Connection.open({ socketFactory: mockKernel() })
  const batch = netlink.batch({ acks: 'failures' })
  for (const name of ['a', 'b', 'a', 'much-too-long-a-name']) batch.add('RTM_NEWLINK', bridge(name), excl)
  const { items, failures } = batch.sendSync()
  assert.is(failures, 2)
  assert.equal(
    items.map(({ state, error }) => [state, (error as NetlinkError | undefined)?.attribute]),
    [
      ['done', undefined],
      ['done', undefined],
      ['failed', undefined],
      ['failed', 'ifname'],
    ],
  )
})

test('Netlink manages addresses of both families on the mock', () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  nl.link.addSync({ name: 'br0', kind: 'bridge', up: true })
  for (const address of ['10.0.0.1/24', '2001:db8::1/64']) {
    const key = { address, dev: 'br0' }
    assert.is(nl.address.getSync(key), undefined)
    nl.address.addSync(key)
    assert.is(failed(() => nl.address.addSync(key)).code, 'EEXIST')
    nl.address.replaceSync(key)
    assert.is(nl.address.getSync(key)?.address, address)
    assert.is(nl.address.ensureSync(key).changed, false)
    const found = nl.address.getSync(key)
    assert.ok(found)
    nl.address.deleteSync(found)
    assert.is(nl.address.getSync(key), undefined)
  }
})

test('the mock looks up a single address for IPv6 only, like the kernel', () => {
  using netlink = Connection.open({ socketFactory: mockKernel() })
  const get = (family: number, address: string | undefined) =>
    netlink.requestSync('RTM_GETADDR', { family, index: 1, attrs: { ...(address !== undefined && { address }) } })
  assert.is(failed(() => get(2, '127.0.0.1')).code, 'EOPNOTSUPP')
  assert.is(failed(() => get(10, '2001:db8::7')).code, 'EADDRNOTAVAIL')
  assert.is(failed(() => get(10, undefined)).code, 'EINVAL')
})

test.run()
