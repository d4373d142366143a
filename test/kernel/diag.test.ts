import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Connection, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import * as diag from '../../packages/netlink/dist/diag/index.js'
import { inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('sock_diag', 'netns')

/** Numbers and names of the sockets of the process in the namespace. */
interface Sockets {
  readonly tcp: number
  readonly tcp6: number
  readonly client: number
  readonly udp: number
  readonly path: string
  readonly name: string
}

/** Opens sockets of several kinds and prints their numbers. Ends with its standard input. Prints an error of the client socket. */
const program = `
const net = require('node:net')
const dgram = require('node:dgram')
const listening = (server, options) => new Promise((done) => server.listen(options, () => done(server)))
const path = process.argv[1]
const name = path.replace(/^.*\\//, '')
;(async () => {
  const tcp = await listening(net.createServer((socket) => socket.on("error", () => {})), { host: '127.0.0.1', port: 0 })
  const tcp6 = await listening(net.createServer(), { host: '::1', port: 0 })
  const client = net.connect(tcp.address().port, '127.0.0.1')
  await new Promise((done) => client.on('connect', done))
  client.on('error', (error) => console.log(error.code))
  const udp = dgram.createSocket('udp4')
  await new Promise((done) => udp.bind(0, '127.0.0.1', done))
  await listening(net.createServer(), { path })
  await listening(net.createServer(), { path: '\\0' + name })
  const sockets = { tcp: tcp.address().port, tcp6: tcp6.address().port, client: client.localPort, udp: udp.address().port }
  console.log(JSON.stringify({ ...sockets, path, name }))
  process.stdin.on('end', () => process.exit()).resume()
})()
`

interface Owner {
  readonly sockets: Sockets
  /** Returns the next line that the process prints. */
  line(): Promise<string>
}

/** Calls `use` while a process in its own namespace has its sockets open. */
const withSockets = (use: (namespace: Namespace, owner: Owner) => void | Promise<void>) =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const path = join(tmpdir(), `${namespace.name}.sock`)
    const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace.name, process.execPath, '-e', program, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    try {
      const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]()
      const line = async () => String((await lines.next()).value)
      await use(namespace, { sockets: JSON.parse(await line()) as Sockets, line })
    } finally {
      child.stdin?.end()
      if (child.exitCode === null) await once(child, 'exit')
      rmSync(path, { force: true })
    }
  })

type Reply<F> = Extract<diag.SockDiagReply, { family: F }>

const isOf =
  <F extends number>(family: F) =>
  (reply: diag.SockDiagReply): reply is Reply<F> =>
    reply.family === family

const open = ({ path }: Namespace) => Connection.openProtocol(diag.sockDiag, { netns: path })

/** Requests all extensions: INET_DIAG_*, such as meminfo, info and congestion control. */
const everything = { ext: 0xff, states: 0xffffffff }

test('TCP sockets: both ends of a connection, and listening sockets', () =>
  withSockets((namespace, { sockets }) => {
    using netlink = open(namespace)
    const found = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { family: 2, protocol: 6, ...everything }).filter(isOf(2))
    const listed = found.map(({ state, id }) => [state, id.src, id.sport, id.dst, id.dport]).sort()
    const { LISTEN, ESTABLISHED } = diag.TCP
    assert.equal(
      listed,
      [
        [LISTEN, '127.0.0.1', sockets.tcp, '0.0.0.0', 0],
        [ESTABLISHED, '127.0.0.1', sockets.tcp, '127.0.0.1', sockets.client],
        [ESTABLISHED, '127.0.0.1', sockets.client, '127.0.0.1', sockets.tcp],
      ].sort(),
    )
    for (const { state, attrs } of found) {
      assert.ok(attrs.info && 'rtt' in attrs.info)
      assert.is(attrs.info.state, state)
      assert.type(attrs.cong, 'string')
      assert.ok(attrs.skmeminfo && attrs.skmeminfo.rcvbuf > 0)
      // No unknown attributes: holds on Linux 4.18 and later.
      assert.is(Object.keys(attrs).filter((key) => key.startsWith('?')).length, 0)
    }
  }))

test('TCP sockets over IPv6 have addresses as text', () =>
  withSockets((namespace, { sockets }) => {
    using netlink = open(namespace)
    const found = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { family: 10, protocol: 6, ...everything }).filter(isOf(10))
    assert.equal(
      found.map(({ id }) => [id.src, id.sport, id.dst]),
      [['::1', sockets.tcp6, '::']],
    )
    assert.is(found[0]?.attrs.skv6only === undefined, false)
  }))

test('one socket can be requested by its ID, or filtered by bytecode', () =>
  withSockets((namespace, { sockets }) => {
    using netlink = open(namespace)
    const query = { family: 2, protocol: 6, ...everything } as const
    const bytecode: diag.BytecodeOp[] = [{ code: diag.INET_DIAG_BC.S_EQ, no: 12, port: sockets.client }]
    const filtered = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { ...query, attrs: { bytecode } }).filter(isOf(2))
    assert.equal(
      filtered.map(({ id }) => id.sport),
      [sockets.client],
    )
    const [end] = filtered
    if (end === undefined) throw new Error('expected the connected socket')
    const [alone] = netlink.requestSync('SOCK_DIAG_BY_FAMILY', { ...query, id: end.id }).filter(isOf(2))
    assert.equal([alone?.id, alone?.inode], [end.id, end.inode])
    const wrong = { ...end.id, cookie: end.id.cookie + 1n }
    assert.throws(
      () => netlink.requestSync('SOCK_DIAG_BY_FAMILY', { ...query, id: wrong }),
      (error: unknown) => error instanceof NetlinkError && error.code === 'ENOENT',
    )
  }))

test('SOCK_DESTROY closes a connection, and its owner gets an error', () =>
  withSockets(async (namespace, { sockets, line }) => {
    using netlink = open(namespace)
    const all = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { family: 2, protocol: 6, states: 1 << diag.TCP.ESTABLISHED })
    const end = all.filter(isOf(2)).find(({ id }) => id.sport === sockets.client)
    if (end === undefined) throw new Error('expected the connected socket')
    try {
      netlink.requestSync('SOCK_DESTROY', { family: 2, protocol: 6, id: end.id })
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.code !== 'EOPNOTSUPP') throw error
      return skipped('SOCK_DESTROY: a kernel with CONFIG_INET_DIAG_DESTROY')
    }
    assert.is(await line(), 'ECONNABORTED')
  }))

test('the older request TCPDIAG_GETSOCK returns sockets of both families', () =>
  withSockets((namespace, { sockets }) => {
    using netlink = open(namespace)
    const found = netlink.dumpSync('TCPDIAG_GETSOCK', { family: 2, states: 1 << diag.TCP.LISTEN })
    const ports = found.map((socket) => (socket.family === undefined ? undefined : socket.id.sport))
    assert.equal(ports.sort(), [sockets.tcp, sockets.tcp6].sort())
  }))

test('UDP, Unix and netlink sockets can be dumped', () =>
  withSockets((namespace, { sockets }) => {
    using netlink = open(namespace)
    const udp = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { family: 2, protocol: 17, ...everything }).filter(isOf(2))
    assert.equal(
      udp.map(({ id }) => [id.src, id.sport]),
      [['127.0.0.1', sockets.udp]],
    )
    const unix = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { family: 1, states: 1 << diag.TCP.LISTEN, show: 0x7f })
    // Node pads abstract names to the maximum length.
    const names = unix.filter(isOf(1)).map(({ attrs }) => attrs.name?.replace(/(?<=.)\0+$/, ''))
    assert.equal(names.sort(), [`\0${sockets.name}`, sockets.path].sort())
    assert.ok(unix.filter(isOf(1)).every(({ attrs }) => attrs.uid === process.getuid?.()))
    const query = { family: 16, protocol: diag.NDIAG_PROTO.ALL, show: 0xffffffff } as const
    const netlinks = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', query).filter(isOf(16))
    assert.ok(netlinks.some(({ protocol, portid }) => protocol === 4 && portid === netlink.port))
  }))

test('dumps list the same sockets as ss', () =>
  withSockets((namespace) => {
    using netlink = open(namespace)
    const ours = (family: 2 | 10, protocol: number) =>
      netlink
        .dumpSync('SOCK_DIAG_BY_FAMILY', { family, protocol, ...everything })
        .flatMap((socket) => (socket.family === 2 || socket.family === 10 ? [socket] : []))
        .map(({ id, rqueue, wqueue }) => `${rqueue} ${wqueue} ${id.sport} ${id.dport}`)
        .sort()
    const port = (text: string | undefined) => text?.replace(/^.*:/, '').replace('*', '0')
    const theirs = (flags: string) =>
      namespace
        .exec('ss', ['-H', '-n', '-a', ...flags.split(' ')])
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.trim().split(/\s+/))
        .map(([, rqueue, wqueue, local, peer]) => `${rqueue} ${wqueue} ${port(local)} ${port(peer)}`)
        .sort()
    assert.equal(ours(2, 6), theirs('-t -4'))
    assert.equal(ours(10, 6), theirs('-t -6'))
    assert.equal(ours(2, 17), theirs('-u -4'))
    assert.ok(ours(2, 6).length === 3)
  }))

test('an unknown family fails with ENOENT', () =>
  inScratch((namespace) => {
    using netlink = open(namespace)
    assert.throws(
      () => netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { payload: Buffer.from([31, 0]) }),
      (error: unknown) => error instanceof NetlinkError && error.code === 'ENOENT',
    )
  }))

test.run()
