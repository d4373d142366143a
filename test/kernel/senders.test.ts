import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Connection, protocol, StateCache } from '@netloom/netlink'
import { struct, u32 } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { kernelSockets } from '../../packages/netlink/dist/socket/socket-factory.js'
import { IGNORED, type Transport } from '../../packages/netlink/dist/socket/transport.js'
import { MONITOR_GROUP, NETLINK_KOBJECT_UEVENT } from '../../packages/netlink/dist/uevent/index.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { expectTruth } from '../support/truth.js'

// Only messages from the kernel are received, regardless of what other processes in the namespace send.
const test = suiteNeeding('senders', 'netns')

const NETLINK_ROUTE = 0
const NETLINK_USERSOCK = 2
const RTNLGRP_LINK = 1
/** Sends to each socket instead of a group. */
const UNICAST = 0

const sender = fileURLToPath(new URL('../support/sender.py', import.meta.url))
const anotherUser = ['setpriv', '--reuid', '1000', '--regid', '1000', '--clear-groups']
const withNetAdmin = [...anotherUser, '--inh-caps', '+net_admin', '--ambient-caps', '+net_admin']

interface Sending {
  readonly as?: readonly string[]
  readonly protocol: number
  readonly group?: number
  /** Number of repetitions. By default, sends until it is stopped. */
  readonly count?: number
  readonly datagrams: readonly Buffer[]
}

function command({ name }: Namespace, { as = [], protocol, group = UNICAST, count = 0, datagrams }: Sending): string[] {
  const numbers = [protocol, group, count].map(String)
  const program = [...as, '/usr/bin/python3', sender, ...numbers, ...datagrams.map((each) => each.toString('hex'))]
  return ['netns', 'exec', name, ...program]
}

/** Number of datagrams by result: `sent` or an errno. */
type Outcome = Readonly<Record<string, number>>

/** Sends in another process and waits for its end. */
function send(namespace: Namespace, sending: Sending): Outcome {
  const { stdout, stderr } = spawnSync('ip', command(namespace, sending), { encoding: 'utf8' })
  assert.is(stderr, '')
  return outcomeIn(stdout)
}

/** Reads the last line of the sender's output. */
const outcomeIn = (output: string): Outcome => JSON.parse(output.trim().split('\n').at(-1) as string)

/** Sends in another process while `use` runs, from the moment when the first datagrams were sent. */
async function whileSending(namespace: Namespace, sending: Sending, use: () => Promise<void>): Promise<Outcome> {
  const child: ChildProcess = spawn('ip', command(namespace, sending), { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const stdout = child.stdout as Readable
  const begun = once(stdout, 'readable')
  try {
    await begun
    await use()
    child.stdin?.end()
    return outcomeIn(await text(stdout))
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

/** Returns a message with this sequence number that looks like an answer or a notification of the kernel. */
function forged(type: number, seq: number, port: number): Buffer {
  const payload = Buffer.alloc(16)
  // The index of an interface that does not exist.
  payload.writeInt32LE(4711, 4)
  const ifname = Buffer.from('0b000300666f7267656400' + '00', 'hex')
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + payload.length + ifname.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt32LE(seq, 8)
  header.writeUInt32LE(port, 12)
  return Buffer.concat([header, payload, ifname])
}

const RTM_NEWLINK = 16
const NLMSG_ERROR = 2
const NLMSG_DONE = 3

/** Forged datagrams: answers to the first requests of a connection, the end of its dumps, an event, and a large one. */
const forgeries = ({ port }: Connection): Buffer[] => [
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((seq) =>
    [NLMSG_ERROR, NLMSG_DONE, RTM_NEWLINK].map((type) => forged(type, seq, port)),
  ),
  forged(RTM_NEWLINK, 0, 0),
  Buffer.alloc(40_000, 0xff),
]

/** Sets the MTU. Does not use `ip`, which the datagrams would disturb. */
function setMtu(netns: string, mtu: number): void {
  using netlink = Connection.open({ netns })
  netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'va', mtu } })
}

/** Uses a connection, a monitor and a cache, and checks that the other senders have no effect. */
async function useAll({ path }: Namespace, netlink: Connection): Promise<void> {
  using monitor = netlink.monitor(['LINK'])
  using shared = netlink.monitor(['LINK'], { shared: true })
  using cache = await StateCache.start(netlink)
  for (let round = 0; round < 30; round++) {
    assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 })[0]?.attrs.ifname, 'lo')
    assert.is((await netlink.request('RTM_GETLINK', { index: 1 }))[0]?.attrs.ifname, 'lo')
    assert.is(netlink.dumpSync('RTM_GETLINK').length, 3)
    assert.is((await netlink.dump('RTM_GETLINK').toArray()).length, 3)
    assert.is([...netlink.streamSync('RTM_GETADDR')].length, 0)
    const batch = netlink.batch()
    for (let index = 0; index < 100; index++) batch.add('RTM_DELLINK', { index: 10_000 + index })
    const { failures, items } = await batch.send()
    assert.is(failures, 100)
    for (const { error } of items) assert.is((error as { code: string }).code, 'ENODEV')
  }
  setMtu(path, 1400)
  for (const each of [monitor, shared]) {
    const names = new Set<string>()
    for (let event = each.readSync(2000); event; event = each.readSync(0)) {
      assert.is(event.type, 'RTM_NEWLINK', each === monitor ? 'own' : 'shared')
      if (event.type === 'RTM_NEWLINK') names.add(String(event.message.attrs.ifname))
    }
    assert.equal([...names], ['va'])
  }
  await expectTruth(netlink, cache)
}

const attacked = (use: (namespace: Namespace, netlink: Connection) => Promise<void>) =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    using netlink = Connection.open({ netns: namespace.path, timeout: 60_000 })
    await use(namespace, netlink)
  })

for (const [sender, as] of [
  ['root', []],
  ['another user with CAP_NET_ADMIN', withNetAdmin],
] as const) {
  test(`datagrams from a process of ${sender} to all sockets are rejected and have no effect`, () =>
    attacked(async (namespace, netlink) => {
      const sending = { as, protocol: NETLINK_ROUTE, datagrams: forgeries(netlink) }
      const { ECONNREFUSED = 0, ...others } = await whileSending(namespace, sending, () => useAll(namespace, netlink))
      assert.ok(ECONNREFUSED > 1000, String(ECONNREFUSED))
      assert.equal(others, {})
    }))
}

test('another user without CAP_NET_ADMIN can send neither to NETLINK_ROUTE nor to netloom’s sockets of NETLINK_USERSOCK', () =>
  attacked(async (namespace, netlink) => {
    const once = { as: anotherUser, count: 1, datagrams: [forged(RTM_NEWLINK, 0, 0)] }
    assert.equal(Object.keys(send(namespace, { ...once, protocol: NETLINK_ROUTE })), ['EPERM'])
    assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 }).length, 1)
    using socket = kernelSockets(namespace.path).open(NETLINK_USERSOCK, { processes: true })
    assert.equal(Object.keys(send(namespace, { ...once, protocol: NETLINK_USERSOCK })), ['ECONNREFUSED'])
    assert.is(socket.receive(), undefined)
  }))

test('messages from a process to a group are not events, and an overrun caused by them is reported', () =>
  attacked(async (namespace, netlink) => {
    const multicast = { protocol: NETLINK_ROUTE, group: RTNLGRP_LINK, datagrams: forgeries(netlink) }
    const { sent = 0, ...others } = await whileSending(namespace, multicast, () => useSome(namespace, netlink))
    assert.ok(sent > 100, String(sent))
    assert.equal(others, {})
    drain(netlink)
    await useAll(namespace, netlink)

    using small = netlink.monitor(['LINK'], { receiveBuffer: 4096 })
    using cache = await StateCache.start(netlink, { receiveBuffer: 4096 })
    const changes: string[] = []
    cache.listen(({ type }) => changes.push(type))
    send(namespace, { ...multicast, count: 100 })
    namespace.ip('link', 'set', 'va', 'mtu', '1300')
    await cache.settled()
    assert.equal([changes[0], changes.at(-1)], ['overrun', 'resynchronised'])
    await expectTruth(netlink, cache)
    assert.is(cache.links.has('4711'), false)
    assert.is(small.readSync(0)?.type, 'overrun', 'the flood is ignored and the loss is reported')
    assert.is(small.readSync(0), undefined)
    namespace.ip('link', 'set', 'va', 'mtu', '1200')
    assert.is(small.readSync(2000)?.type, 'RTM_NEWLINK')
  }))

/** Reads the rest of a flood, and the loss that it caused, so that the next monitor on the same socket starts without them. */
function drain(netlink: Connection): void {
  using monitor = netlink.monitor(['LINK'], { shared: true })
  while (monitor.readSync(100) !== undefined);
}

/** Checks that requests and the event loop continue while a monitored group is flooded. */
async function useSome({ path }: Namespace, netlink: Connection): Promise<void> {
  using monitor = netlink.monitor(['LINK'])
  using shared = netlink.monitor(['LINK'], { shared: true })
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  try {
    for (let round = 0; round < 50; round++) {
      // On a socket with a shared monitor, the flood can displace replies.
      await netlink.request('RTM_GETLINK', { index: 1 }).catch(({ code }) => assert.is(code, 'ENOBUFS'))
      assert.is((await netlink.dump('RTM_GETLINK').toArray()).length, 3)
      await new Promise((resolve) => setTimeout(resolve, 1))
      monitor.readSync(0)
      shared.readSync(0)
    }
    setMtu(path, 1450)
    assert.ok(turns > 0)
  } finally {
    clearInterval(timer)
  }
}

/** A protocol between processes. */
const chat = protocol(
  'CHAT',
  NETLINK_USERSOCK,
  { CHAT_SAY: [64, struct('say', { what: u32 })] },
  { groups: { ROOM: 3, HALL: 4 } },
)

const message = Buffer.from(
  new Uint32Array([20, 64, 0, 0, 0x01020304]).buffer, // nlmsghdr and the payload, in the byte order of this machine
)

test('a monitor with `processes` receives messages of other processes, with their sender', () =>
  inScratch((namespace) => {
    using netlink = Connection.openProtocol(chat, { netns: namespace.path })
    using kernelOnly = netlink.monitor(['ROOM'])
    using fromProcesses = netlink.monitor(['ROOM'], { processes: true })
    const talk = { protocol: NETLINK_USERSOCK, count: 1, datagrams: [message] }
    // The messages are delivered to the group. The errno ECONNREFUSED means that the kernel has no socket for this protocol.
    for (const [as, group] of [
      [[], 4],
      [[], 3],
      [anotherUser, 3],
    ] as const)
      send(namespace, { ...talk, as, group })
    const events = [fromProcesses.readSync(2000), fromProcesses.readSync(2000)]
    for (const event of events) {
      assert.ok(event?.type === 'CHAT_SAY')
      assert.is(event.message.what, 0x01020304)
      assert.ok((event.sender ?? 0) > 0)
    }
    assert.is(fromProcesses.readSync(0), undefined)
    assert.is(kernelOnly.readSync(0), undefined)
    assert.throws(
      () => netlink.monitor(['ROOM'], { processes: true, shared: true }),
      /expected processes on its own socket, got shared with it/,
    )
    assert.throws(() => netlink.monitor(['ROOM'], { processes: 1 as never }), /expected processes to be true or false/)
  }))

test('a uevent socket receives udev’s group only if it accepts messages of processes', () =>
  inScratch((namespace) => {
    const open = (processes: boolean) => {
      const socket = kernelSockets(namespace.path).open(NETLINK_KOBJECT_UEVENT, { processes })
      for (const group of [MONITOR_GROUP.KERNEL, MONITOR_GROUP.UDEV]) socket.join(group)
      return socket
    }
    using udev = open(true)
    using kernel = open(false)
    const event = Buffer.from('libudev\0 as udevd sends it')
    const sending = { protocol: NETLINK_KOBJECT_UEVENT, group: MONITOR_GROUP.UDEV, count: 1, datagrams: [event] }
    assert.equal(send(namespace, sending), { sent: 1 })
    const receive = (socket: Transport) => {
      assert.ok(socket.wait(5000))
      return socket.receive()
    }
    const datagram = receive(udev)
    assert.equal([datagram?.bytes, datagram?.group], [event, MONITOR_GROUP.UDEV])
    assert.ok((datagram?.sender ?? 0) > 0)
    assert.is(receive(kernel), IGNORED)
    namespace.ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb')
    for (const socket of [udev, kernel]) assert.is(receive(socket)?.sender, undefined, 'sent by the kernel')
  }))

test.run()
