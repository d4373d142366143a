import { type InetSocket, Netlink, NetlinkError, type SocketEvent, type SocketKey } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type SocketOwner, withOpenSockets } from '../support/sockets.js'

// One socket: nl.sockets.get(), destroy(), flush(), and watch() of those that are closed.

const test = suiteNeeding('single sockets', 'netns')

const opened = (use: (nl: Netlink, owner: SocketOwner) => void | Promise<void>) =>
  withOpenSockets(async (owner) => {
    using nl = Netlink.open({ netns: owner.namespace.path })
    await use(nl, owner)
  })

test('each socket is found by itself, its cookie, its inode and its ends', () =>
  opened(async (nl) => {
    const sockets = nl.sockets.listSync().filter(({ protocol }) => protocol !== 'netlink')
    for (const socket of sockets) {
      const { protocol, cookie, inode } = socket
      assert.is((await nl.sockets.get(socket))?.cookie, cookie, protocol)
      assert.is(nl.sockets.getSync({ protocol, cookie })?.inode, inode, protocol)
      if (inode !== 0) assert.is(nl.sockets.getSync({ protocol, inode })?.cookie, cookie, protocol)
      if (!('src' in socket)) continue
      const { src, sport, dst, dport, dev } = socket
      const ends = { protocol, src, sport, dst, dport, ...(dev !== undefined && { dev }) } as SocketKey
      assert.is(nl.sockets.getSync(ends)?.cookie, cookie, `${protocol} ${src} ${sport} ${dst} ${dport}`)
    }
    assert.ok(sockets.length >= 30)
  }))

test('a socket that does not exist is undefined', () =>
  opened(async (nl) => {
    const protocol = 'tcp'
    // The listening socket on port 8000 would receive the packets.
    assert.is(await nl.sockets.get({ protocol, src: '127.0.0.1', sport: 8000, dst: '127.0.0.1', dport: 5 }), undefined)
    assert.is(await nl.sockets.get({ protocol, src: '127.0.0.1', sport: 9 }), undefined)
    assert.is(await nl.sockets.get({ protocol: 'unix', inode: 1 }), undefined)
    const [listening] = nl.sockets.listSync({ protocol, sport: 8000, state: 'listening' })
    assert.is(await nl.sockets.get({ ...(listening as InetSocket), cookie: 1n }), undefined)
  }))

test('one socket has all details', () =>
  opened(async (nl) => {
    const found = await nl.sockets.get({
      protocol: 'tcp',
      src: '127.0.0.1',
      sport: 4001,
      dst: '127.0.0.1',
      dport: 8000,
    })
    assert.is(found?.tcp?.bytesSent, 600n)
    assert.is(found?.tos, 0x10)
    assert.ok(found?.memory && found.memory.rcvbuf > 0)
  }))

/** Returns the ends of a socket as text. */
const text = ({ src, sport, dst, dport }: InetSocket) => `${src} ${sport} ${dst} ${dport}`

/** Returns the sockets that are closed until one of them has this text. */
async function closedUntil(watch: AsyncIterable<SocketEvent>, last: string): Promise<InetSocket[]> {
  const sockets: InetSocket[] = []
  for await (const event of watch) {
    assert.is(event.type, 'destroyed')
    if (event.type === 'destroyed') sockets.push(event.socket)
    if (sockets.some((socket) => text(socket) === last)) break
  }
  return sockets
}

test('destroy closes a connection, and the watch reports it when its process closes it', () =>
  opened(async (nl, { end }) => {
    using watch = await nl.sockets.watch({ protocol: 'tcp', family: 'inet' }).ready()
    const key = { protocol: 'tcp', src: '127.0.0.1', sport: 4001, dst: '127.0.0.1', dport: 8000 } as const
    await nl.sockets.destroy(key)
    // It is bound until the process closes it.
    assert.is((await nl.sockets.get(key))?.state, 'unconnected')
    assert.throws(
      () => nl.sockets.destroySync(key),
      (error: unknown) =>
        error instanceof NetlinkError &&
        error.code === 'ENOENT' &&
        error.message ===
          'SOCK_DESTROY tcp 127.0.0.1:4001 127.0.0.1:8000: no such socket (ENOENT, no such file or directory)',
    )
    await end()
    const closed = await closedUntil(watch, '127.0.0.1 4001 127.0.0.1 8000')
    const found = closed.find(({ sport }) => sport === 4001)
    assert.equal([found?.protocol, found?.tcp?.bytesSent], ['tcp', 600n])
    assert.ok(closed.every(({ family, protocol }) => family === 'inet' && protocol === 'tcp'))
  }))

test('the watch of UDP reports sockets of both families', () =>
  opened(async (nl, { end }) => {
    using watch = await nl.sockets.watch({ protocol: 'udp' }).ready()
    nl.sockets.destroySync({ protocol: 'udp', src: '127.0.0.3', sport: 9003, dst: '127.0.0.1', dport: 9000 })
    const [disconnected] = nl.sockets.listSync({ protocol: 'udp', sport: 9003 })
    assert.equal([disconnected?.state, disconnected?.dst], ['unconnected', '0.0.0.0'])
    await end()
    const closed = await closedUntil(watch, '::1 9001 ::1 9002')
    assert.ok(closed.every(({ protocol }) => protocol === 'udp'))
  }))

test('a socket that was read is closed itself, and no later one', () =>
  opened((nl) => {
    const [socket] = nl.sockets.listSync({ protocol: 'tcp', family: 'inet6', sport: 4002 })
    const read = socket as InetSocket & { protocol: 'tcp' }
    assert.throws(() => nl.sockets.destroySync({ ...read, cookie: 1n }), /no such socket/)
    nl.sockets.destroySync(read)
    assert.throws(() => nl.sockets.destroySync(read), /no such socket/)
  }))

test('flush closes what a filter selects', () =>
  opened(async (nl) => {
    const before = nl.sockets.listSync({ protocol: 'tcp', family: 'inet', state: 'listening' })
    const flushed = await nl.sockets.flush({ protocol: 'tcp', family: 'inet', state: 'listening' })
    assert.equal(flushed.map(text).sort(), before.map(text).sort())
    assert.ok(flushed.length >= 5)
    assert.equal(nl.sockets.listSync({ protocol: 'tcp', family: 'inet', state: 'listening' }), [])
    assert.ok(nl.sockets.listSync({ protocol: 'tcp', family: 'inet6', state: 'listening' }).length > 0)
    assert.equal(nl.sockets.flushSync({ protocol: 'tcp', dport: 1 }), [])
  }))

test('protocols whose sockets the kernel cannot close are refused', () =>
  opened(async (nl) => {
    const [unix] = nl.sockets.listSync({ protocol: 'unix' })
    assert.throws(
      () => nl.sockets.destroySync(unix as never),
      /expected protocol of key to be one of tcp, udp, .*, got unix/,
    )
  }))

test('leaving the loop ends a watch, and a signal does', () =>
  opened(async (nl) => {
    const controller = new AbortController()
    const watch = nl.sockets.watch({ signal: controller.signal })
    const next = watch.next()
    controller.abort(new Error('enough'))
    await next.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'enough'),
    )
  }))

test.run()
