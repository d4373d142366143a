import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Connection, type MonitorEvent, SystemError } from '@netloom/netlink'
import * as nf from '@netloom/netlink/netfilter'
import type { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE, until } from '../support/until.js'

type Event = MonitorEvent<typeof rtnetlink.messages>

const test = suiteNeeding('monitors', 'netns')

const connected = (use: (netlink: Connection, namespace: Namespace) => void | Promise<void>) =>
  inScratch(async (namespace) => {
    using netlink = Connection.open({ netns: namespace.path, timeout: 30_000 })
    await use(netlink, namespace)
  })

const nameIn = (event: Event | undefined) =>
  event?.type === 'RTM_NEWLINK' || event?.type === 'RTM_DELLINK' ? event.message.attrs.ifname : undefined

/** Returns an IPv4 address by number. */
const nth = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`

/** Reads events until `isEnough`, and then those that are already available. */
function collect(
  monitor: { readSync(milliseconds: number): Event | undefined },
  isEnough: (events: readonly Event[]) => boolean,
): Event[] {
  const events: Event[] = []
  while (!isEnough(events)) {
    const event = monitor.readSync(PATIENCE)
    if (event === undefined) throw new Error(`expected more than ${events.map(({ type }) => type).join(', ')}`)
    events.push(event)
  }
  for (let event = monitor.readSync(0); event; event = monitor.readSync(0)) events.push(event)
  return events
}

/** Adds `count` addresses to lo. Each causes one event. */
function addAddresses(netlink: Connection, count: number): void {
  const batch = netlink.batch({ acks: 'failures' })
  for (let index = 0; index < count; index++) {
    const address = nth(index)
    const attrs = { local: address, address }
    batch.add('RTM_NEWADDR', { family: 2, prefixlen: 32, index: 1, attrs }, { create: true })
  }
  assert.is(batch.sendSync().failures, 0)
}

/** Deletes the addresses of {@link addAddresses}. */
function removeAddresses(netlink: Connection, count: number): void {
  const batch = netlink.batch({ acks: 'failures' })
  for (let index = 0; index < count; index++)
    batch.add('RTM_DELADDR', { family: 2, prefixlen: 32, index: 1, attrs: { local: nth(index), address: nth(index) } })
  assert.is(batch.sendSync().failures, 0)
}

test('for await returns all events since the monitor was created', () =>
  connected(async (netlink, { ip }) => {
    const monitor = netlink.monitor(['LINK'])
    ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    setTimeout(() => ip('link', 'del', 'va'), 20)
    const received: string[] = []
    for await (const event of monitor) {
      received.push(`${event.type} ${nameIn(event)}`)
      if (received.includes('RTM_DELLINK va') && received.includes('RTM_DELLINK vb')) break
    }
    assert.ok(received.includes('RTM_NEWLINK va') && received.includes('RTM_NEWLINK vb'))
    assert.equal(await monitor.next(), { done: true, value: undefined }, 'leaving the loop closes it')
  }))

test('readSync() waits for an event or for the timeout', () =>
  connected((netlink, { ip }) => {
    using monitor = netlink.monitor(['LINK', 'IPV4_IFADDR'])
    assert.is(monitor.readSync(0), undefined)
    assert.is(monitor.readSync(10), undefined)
    ip('address', 'add', '10.1.0.1/24', 'dev', 'lo')
    const event = monitor.readSync(PATIENCE)
    assert.is(event?.type === 'RTM_NEWADDR' && event.message.attrs.local, '10.1.0.1')
    monitor.close()
    assert.is(monitor.readSync(), undefined)
  }))

test('a monitor can join groups above 32', () =>
  connected((netlink, { ip }) => {
    using monitor = netlink.monitor(['IPV4_MCADDR', 'NEXTHOP', 'IPV6_MCADDR'])
    ip('link', 'set', 'lo', 'up')
    ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    ip('link', 'set', 'va', 'up')
    ip('link', 'set', 'vb', 'up')
    ip('nexthop', 'add', 'id', '7', 'dev', 'va')
    // IPV6_MCADDR is group 38.
    collect(monitor, (events) =>
      ['RTM_NEWNEXTHOP', 'RTM_NEWMULTICAST'].every((expected) => events.some(({ type }) => type === expected)),
    )
  }))

test('on a shared socket, notifications of its own requests are events, not replies', () =>
  connected(async (netlink, { ip }) => {
    ip('link', 'set', 'lo', 'up')
    using monitor = netlink.monitor(['LINK', 'IPV4_ROUTE', 'IPV4_IFADDR', 'NEXTHOP'], { shared: true })
    using second = netlink.monitor(['LINK'], { shared: true })
    const route = (dst: string) => ({
      ...{ family: 2, dstLen: 32, table: 254, protocol: 4, scope: 253, type: 1 },
      attrs: { dst, oif: 1 },
    })
    const replies = await Promise.all([
      netlink.request('RTM_NEWROUTE', route('10.9.0.1'), { create: true }),
      netlink.request('RTM_NEWROUTE', route('10.9.0.2'), { create: true, echo: true }),
      netlink.request('RTM_NEWNEXTHOP', { family: 2, attrs: { id: 5, oif: 1 } }, { create: true }),
      netlink.request('RTM_NEWNEXTHOP', { family: 2, attrs: { id: 6, oif: 1 } }, { create: true, echo: true }),
      netlink.request('RTM_GETLINK', { index: 1 }),
      netlink.dump('RTM_GETROUTE', { family: 2, attrs: { table: 254 } }).toArray(),
    ])
    assert.equal(
      replies.map((each) => each.length),
      [0, 1, 0, 1, 1, 2],
    )
    assert.is(netlink.requestSync('RTM_NEWLINK', { index: 1, attrs: { mtu: 1400 } }).length, 0)
    const count = (events: readonly Event[], type: string) => events.filter((each) => each.type === type).length
    // The change of the link was the last request.
    const events = collect(monitor, (each) => count(each, 'RTM_NEWLINK') >= 1)
    assert.equal(
      ['RTM_NEWROUTE', 'RTM_NEWNEXTHOP'].map((type) => count(events, type)),
      [2, 2],
    )
    second.close()
    ip('link', 'set', 'lo', 'mtu', '1500')
    assert.is(monitor.readSync(PATIENCE)?.type, 'RTM_NEWLINK', 'the other monitor still receives events')
  }))

test('shared monitors receive only their own groups, and report an overrun when full', () =>
  connected((netlink, { ip }) => {
    ip('link', 'set', 'lo', 'up')
    using links = netlink.monitor(['LINK'], { shared: true })
    using addresses = netlink.monitor(['IPV4_IFADDR'], { shared: true })
    ip('link', 'set', 'lo', 'mtu', '1400')
    addAddresses(netlink, 20_000)
    const count = (monitor: typeof links) => {
      const types = new Map<string, number>()
      for (let event = monitor.readSync(0); event; event = monitor.readSync(0))
        types.set(event.type, (types.get(event.type) ?? 0) + 1)
      return types
    }
    const counts = count(addresses)
    assert.equal([...counts.keys()].sort(), ['RTM_NEWADDR', 'overrun'])
    assert.ok((counts.get('RTM_NEWADDR') ?? 0) < 20_000)
    assert.equal(
      [...count(links).keys()].filter((type) => type !== 'overrun'),
      ['RTM_NEWLINK'],
    )
  }))

test('a shared monitor does not reduce the room for the answers of a batch', () =>
  connected((netlink, { ip }) => {
    ip('link', 'set', 'lo', 'up')
    const batch = netlink.batch({ acks: 'each' })
    for (let index = 0; index < 2000; index++) batch.add('RTM_DELLINK', { index: 10_000 + index })
    using _ = netlink.monitor(['NEXTHOP'], { shared: true, receiveBuffer: 4096 })
    assert.is(batch.sendSync().failures, 2000)
  }))

test('no event is lost among 20,000 notifications, 1,000 requests and 50 dumps on one socket', () =>
  connected(async (netlink, { path }) => {
    using noise = Connection.open({ netns: path })
    using monitor = netlink.monitor(['LINK', 'IPV4_IFADDR', 'IPV4_ROUTE'], { shared: true })
    let events = 0
    let lost = 0
    const listening = (async () => {
      for await (const { type } of monitor) type === 'overrun' ? lost++ : events++
    })()
    for (let round = 0; round < 50; round++) {
      addAddresses(noise, 200)
      const answers = Array.from({ length: 20 }, () => netlink.request('RTM_GETLINK', { attrs: { ifname: 'lo' } }))
      const dump = netlink.dump('RTM_GETADDR', { family: 2 }).toArray()
      for (const [link, ...more] of await Promise.all(answers))
        assert.equal([link?.attrs.ifname, more.length], ['lo', 0])
      assert.is((await dump).length, 200)
      for (const { prefixlen, attrs } of await dump)
        noise.requestSync('RTM_DELADDR', { family: 2, prefixlen, index: 1, attrs: { local: attrs.local } })
    }
    await until('all events', () => lost > 0 || events >= 50 * 200 * 2)
    monitor.close()
    await listening
    assert.is(lost, 0)
  }))

/** Returns the address of an event, or its type. */
const addressIn = (event: Event | undefined) =>
  event?.type === 'RTM_NEWADDR' ? event.message.attrs.local : String(event?.type)

test('an overrun is reported after all queued events and before events that follow the loss', () =>
  connected((netlink, { path, ip }) => {
    using noise = Connection.open({ netns: path })
    using monitor = netlink.monitor(['IPV4_IFADDR'], { receiveBuffer: 65_536 })
    for (let round = 0; round < 3; round++) {
      addAddresses(noise, 1000)
      const received: (string | undefined)[] = []
      for (let event = monitor.readSync(0); event; event = monitor.readSync(0)) received.push(addressIn(event))
      const kept = received.length - 1
      assert.ok(kept >= 1 && kept < 1000, String(kept))
      assert.equal(received, [...Array.from({ length: kept }, (_, index) => nth(index)), 'overrun'])
      for (const event of ['add', 'del']) ip('address', event, '192.0.2.1/32', 'dev', 'lo')
      assert.is(addressIn(monitor.readSync(PATIENCE)), '192.0.2.1')
      assert.is(monitor.readSync(PATIENCE)?.type, 'RTM_DELADDR')
      removeAddresses(noise, 1000)
      while (monitor.readSync(0));
    }
  }))

test('an overrun is reported even if no message follows, for any buffer size, by readSync() and next() alike', () =>
  connected(async (netlink, { path }) => {
    using noise = Connection.open({ netns: path })
    // Each size holds some 40 more events. One of them equals the number that one turn of the event loop reads.
    for (let size = 1; size <= 24; size++) {
      using monitor = netlink.monitor(['IPV4_IFADDR'], { receiveBuffer: size * 1024 })
      using second = netlink.monitor(['IPV4_IFADDR'], { receiveBuffer: size * 1024 })
      addAddresses(noise, 300)
      const received: (string | undefined)[] = []
      while (received.at(-1) !== 'overrun') received.push(addressIn((await monitor.next()).value))
      const sync: (string | undefined)[] = []
      for (let event = second.readSync(0); event; event = second.readSync(0)) sync.push(addressIn(event))
      assert.equal(received, sync)
      removeAddresses(noise, 300)
    }
  }))

test('takeSync() returns the available events, up to the given number', () =>
  connected((netlink, { path }) => {
    using noise = Connection.open({ netns: path })
    using monitor = netlink.monitor(['IPV4_IFADDR'])
    addAddresses(noise, 5)
    assert.equal(
      [1, 3, 9].map((most) => monitor.takeSync(most).events.length),
      [1, 3, 1],
    )
    assert.is(monitor.takeSync(1).drained, true)
    for (const wrong of [undefined, 'x', -1, 0, 1.5, Number.NaN])
      assert.throws(() => monitor.takeSync(wrong as never), /expected most to be an integer from 1/)
  }))

test('an overrun of a shared socket fails requests whose replies may be lost', () =>
  connected(async (netlink, { path }) => {
    using noise = Connection.open({ netns: path })
    using monitor = netlink.monitor(['IPV4_IFADDR'], { shared: true, receiveBuffer: 4096 })
    addAddresses(noise, 1000)
    const outcome = await netlink.request('RTM_GETLINK', { index: 1 }).then(
      ([link]) => link?.attrs.ifname,
      (error) => (error as SystemError).code,
    )
    assert.ok(['ENOBUFS', 'lo'].includes(String(outcome)), String(outcome))
    let overruns = 0
    for (let event = monitor.readSync(0); event; event = monitor.readSync(0)) if (event.type === 'overrun') overruns++
    assert.ok(overruns >= 1)
    assert.is((await netlink.request('RTM_GETLINK', { index: 1 })).length, 1)
  }))

test('events of other namespaces have their nsid', () =>
  inScratch((namespace) => {
    using other = scratch()
    namespace.ip('netns', 'set', other.name, '77')
    using netlink = Connection.open({ netns: namespace.path })
    using monitor = netlink.monitor(['LINK'], { allNsid: true })
    using local = netlink.monitor(['LINK'])
    other.ip('link', 'add', 'there', 'type', 'bridge')
    namespace.ip('link', 'add', 'here', 'type', 'bridge')
    const includes = (name: string) => (events: readonly Event[]) => events.some((event) => nameIn(event) === name)
    const events = collect(monitor, (each) => includes('there')(each) && includes('here')(each))
    for (const event of events)
      if (event.type === 'RTM_NEWLINK') assert.is(event.nsid, nameIn(event) === 'there' ? 77 : undefined)
    for (let event = local.readSync(PATIENCE); event; event = local.readSync(0)) assert.is(nameIn(event), 'here')
  }))

test('a monitor can join groups of other protocols, and rejects unknown groups', () =>
  inScratch(({ path }) => {
    using netlink = Connection.openProtocol(nf.netfilter, { netns: path })
    using monitor = netlink.monitor(['NFTABLES'])
    const batch = netlink.batch({ oneCall: true })
    const bound = { resId: nf.NFNL_SUBSYS.NFTABLES }
    batch.add('NFNL_MSG_BATCH_BEGIN', bound, { ack: false })
    batch.add('NFT_MSG_NEWTABLE', { family: nf.NFPROTO.INET, attrs: { name: 't' } }, { create: true })
    batch.add('NFNL_MSG_BATCH_END', bound, { ack: false })
    assert.is(batch.sendSync().failures, 0)
    const event = monitor.readSync(PATIENCE)
    assert.is(event?.type === 'NFT_MSG_NEWTABLE' && event.message.attrs.name, 't')
    assert.throws(
      () => netlink.monitor(['LINK' as 'NFTABLES']),
      (error: unknown) =>
        error instanceof TypeError &&
        /expected a group of NETLINK_NETFILTER \(.*NFTABLES.*\), got 'LINK'/.test(error.message),
    )
    using route = Connection.open({ netns: path })
    assert.throws(() => route.monitor('LINK' as never), /expected an array of groups, got "LINK"/)
    const options = { recieveBuffer: 1 } as object
    assert.throws(() => route.monitor(['LINK'], options), /expected the options allNsid.*, got 'recieveBuffer'/)
  }))

/** Runs a program in a namespace. Returns its exit status and output. */
const run = (namespace: Namespace, body: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { Connection, StateCache } from '@netloom/netlink'\nimport { rtnetlink } from '@netloom/netlink/route'\n${body}`,
    ],
    { encoding: 'utf8', timeout: PATIENCE, env: { ...process.env, NS: namespace.path } },
  )

for (const [name, body, ends] of [
  ['an idle connection', `Connection.open({ netns: process.env.NS }); console.log('end')`, true],
  [
    'a connection after requests',
    `const n = Connection.open({ netns: process.env.NS }); await n.request('RTM_GETLINK', { index: 1 }); await n.dump('RTM_GETLINK').toArray(); console.log('end')`,
    true,
  ],
  [
    'a monitor after unref()',
    `Connection.open({ netns: process.env.NS }).monitor(['LINK']).unref(); console.log('end')`,
    true,
  ],
  [
    'a cache after unref()',
    `(await StateCache.start(Connection.open({ netns: process.env.NS }))).unref(); console.log('end')`,
    true,
  ],
  [
    'a monitor',
    `globalThis.kept = Connection.open({ netns: process.env.NS }).monitor(['LINK']); setTimeout(() => process.exit(7), 300).unref(); console.log('end')`,
    false,
  ],
  [
    'a pending request after unref()',
    `const byName = (name) => ({ ...rtnetlink.byName(name), type: 1 }); const n = Connection.openProtocol({ ...rtnetlink, byName }, { netns: process.env.NS }); n.request('RTM_GETLINK', {}, { timeout: 60000 }).catch(() => {}); n.unref(); console.log('end')`,
    true,
  ],
  [
    'an unread event of a monitor after unref()',
    `const n = Connection.open({ netns: process.env.NS }); n.monitor(['LINK']).unref(); n.requestSync('RTM_NEWLINK', { index: 1, flags: 1, change: 1 }); console.log('end')`,
    true,
  ],
] as const) {
  test(`${name} ${ends ? 'does not keep' : 'keeps'} the process alive`, () =>
    inScratch((namespace) => {
      const { status, signal, stdout, stderr } = run(namespace, body)
      assert.is(stdout, 'end\n', stderr)
      // A process that is kept alive exits by its timer, which does not keep it alive itself.
      assert.equal([status, signal], ends ? [0, null] : [7, null], stderr)
    }))
}

test('a worker that ends while it monitors does not affect other threads', () =>
  inScratch((namespace) => {
    const inWorker = `
      import { parentPort, workerData } from 'node:worker_threads'
      const { Connection } = await import(workerData.library)
      const netlink = Connection.open({ netns: workerData.netns })
      const monitor = netlink.monitor(['LINK'])
      netlink.requestSync('RTM_NEWLINK', { index: 1, flags: 1, change: 1 })
      const { value } = await monitor.next()
      monitor.next()
      Connection.open().close()
      parentPort.postMessage(value.type)`
    const { status, signal, stdout, stderr } = run(
      namespace,
      `import { Worker } from 'node:worker_threads'
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(inWorker)}))
      const workerData = { library: import.meta.resolve('@netloom/netlink'), netns: process.env.NS }
      for (let round = 0; round < 3; round++) {
        const worker = new Worker(url, { workerData })
        console.log(await new Promise((resolve) => worker.once('message', resolve)))
        await worker.terminate()
        Connection.open({ netns: process.env.NS }).requestSync('RTM_NEWLINK', { index: 1, flags: 0, change: 1 })
      }`,
    )
    assert.equal([status, signal, stdout, stderr], [0, null, 'RTM_NEWLINK\n'.repeat(3), ''])
  }))

test('a full disk ends the capture, not the connection', () =>
  connected(async (_, { path }) => {
    const warnings: string[] = []
    const onWarning = ({ message }: Error) => warnings.push(message)
    process.on('warning', onWarning)
    try {
      using netlink = Connection.open({ netns: path, capture: '/dev/full' })
      assert.is((await netlink.request('RTM_GETLINK', { index: 1 })).length, 1)
      // The warning is emitted in a later turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
      assert.is(warnings.length, 1)
      assert.match(warnings[0] as string, /capture \/dev\/full ends here: ENOSPC/)
    } finally {
      process.off('warning', onWarning)
    }
  }))

test('a capture contains all datagrams that a connection sends and receives', () =>
  connected(async (_, { path, name }) => {
    const file = `/tmp/${name}.pcap`
    const { readPcap } = await import('@netloom/netlink/capture')
    const { dissector } = await import('@netloom/netlink/dissect')
    using netlink = Connection.open({ netns: path, capture: file })
    using monitor = netlink.monitor(['LINK'])
    netlink.requestSync('RTM_NEWLINK', { index: 1, flags: 1, change: 1 })
    await netlink.dump('RTM_GETADDR', { family: 2 }).toArray()
    monitor.readSync(PATIENCE)
    netlink.close()
    const { dissect } = dissector()
    const recorded = [...readPcap(readFileSync(file))].map(
      (datagram) =>
        `${datagram.packetType === 4 ? 'to' : 'from'} ${dissect(datagram)
          .messages.map(({ type }) => type)
          .join(' ')}`,
    )
    assert.equal(recorded.slice(0, 3), ['to RTM_NEWLINK', 'from NLMSG_ERROR', 'to RTM_GETADDR'])
    assert.ok(recorded.includes('from RTM_NEWLINK'))
    assert.throws(
      () => Connection.open({ netns: path, capture: '/none/x.pcap' }),
      (error: unknown) => error instanceof SystemError && error.code === 'ENOENT',
    )
    const { rmSync } = await import('node:fs')
    rmSync(file)
  }))

test.run()
