import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type InetSocket, Netlink, type Socket } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type SocketOwner, withOpenSockets } from '../support/sockets.js'
import { columnsOf, printedStates, type SsLine, ss } from '../support/ss.js'
import { detailsOf, inetDetails, plainDetails, usersOf } from '../support/ss-details.js'
import { until } from '../support/until.js'

// Members of sockets, compared with ss.

const test = suiteNeeding('sockets as ss shows them', 'netns')

const details = { process: true, info: true, memory: true } as const

const opened = (use: (nl: Netlink, owner: SocketOwner) => void | Promise<void>) =>
  withOpenSockets(async (owner) => {
    using nl = Netlink.open({ netns: owner.namespace.path })
    await use(nl, owner)
  })

/** Times change between two listings. */
const volatile: ReadonlySet<string> = new Set(['lastsnd', 'lastrcv', 'lastack', 'busy'])

/** Returns an entry without what changes: descriptors have no order, timers run. */
function lasting([key, value]: readonly [string, string]): readonly [string, string] {
  if (key === 'users') return [key, usersOf(value).join(',')]
  if (key === 'timer') return [key, value.replace(/,[^,]*,/, ',')]
  return [key, volatile.has(key) ? '' : value]
}

/** A connection that nothing answers is tried again: its state changes between two listings. */
const isTrying = ({ state }: { readonly state: unknown }) => state === 'syn-sent' || state === 'SYN-SENT'

test('TCP and UDP: each column and detail is that of ss', () =>
  opened(async (nl, { namespace }) => {
    const protocol = ['tcp', 'udp'] as const
    await until('ss and the list to show the same', async () => {
      const lines = ss(namespace, '-tua -e -p -i -m -o')
      const sockets = await nl.sockets.list({ protocol, ...details }, { names: true })
      const theirs = lines
        .filter((line) => !isTrying(line))
        .map((line) => ({ ...line, rest: [...detailsOf(line)].map(lasting) }))
      const ours = sockets
        .filter((socket) => !isTrying(socket))
        .map((socket) => ({ ...columnsOf(socket, socket.devName), rest: [...inetDetails(socket)].map(lasting) }))
      const text = (each: object) => JSON.stringify(each)
      const normal = (list: readonly { readonly rest: (readonly [string, string])[] }[]) =>
        list.map((each) => text({ ...each, rest: [...each.rest].map(text).sort() })).sort()
      return text(normal(ours)) === text(normal(theirs)) && ours.length >= 20
    })
  }))

test('TCP: state words, timers, closed directions and queues', () =>
  opened((nl, { pid }) => {
    const sockets = nl.sockets.listSync({ protocol: 'tcp', ...details, tos: true })
    const of = (sport: number, dport: number) => {
      const found = sockets.find((each) => each.sport === sport && each.dport === dport)
      if (found === undefined) throw new Error(`expected a socket ${sport} ${dport}`)
      return found
    }
    assert.is(of(4004, 8004).state, 'fin-wait-2')
    assert.equal(of(4004, 8004).closed, ['send'])
    assert.equal([of(8004, 4004).state, of(8004, 4004).closed], ['close-wait', ['receive']])
    assert.equal([of(4005, 8005).state, of(4005, 8005).timer?.name], ['time-wait', 'timewait'])
    assert.equal([of(4006, 443).state, of(4006, 443).timer?.name], ['syn-sent', 'on'])
    assert.is(of(4001, 8000).timer?.name, 'keepalive')
    assert.is(of(4001, 8000).tos, 0x10)
    assert.is(of(8000, 4001).recvQueue, 600)
    assert.equal([of(8000, 0).recvQueue, of(8000, 0).sendQueue], [1, 5])
    assert.is(of(8000, 4001).tcp?.bytesReceived, 600n)
    const [owner] = of(8000, 0).processes ?? []
    assert.equal([owner?.id, owner?.name, owner?.descriptors.length], [pid, 'python3', 2])
    assert.is(of(8003, 0).v6only, true)
    assert.equal([of(8002, 4003).family, of(8002, 4003).src], ['inet6', '::ffff:127.0.0.1'])
    assert.is(of(8006, 0).dev, 1)
    assert.is(of(8007, 0).mark, 0x17)
  }))

/** A line of unix sockets: ss prints address and inode in two columns, and peer and its inode. */
function unixLine(line: SsLine) {
  const [, peer, rest = ''] = /^\*\s+(\d+)\s*(.*)$/.exec(line.rest) ?? []
  return { ...line, inode: line.peer, peer, details: detailsOf({ ...line, rest }) }
}

const types: Readonly<Record<string, string>> = { stream: 'u_str', dgram: 'u_dgr', seqpacket: 'u_seq' }

test('unix sockets are those of ss', () =>
  opened(async (nl, { namespace, folder }) => {
    const lines = ss(namespace, '-xa -e -p -m').map(unixLine)
    const sockets = await nl.sockets.list({ protocol: 'unix', process: true, memory: true })
    const shown = sockets.map((socket) => ({
      netid: types[socket.type],
      state: printedStates[socket.state],
      queues: [socket.recvQueue, socket.sendQueue].map(String),
      local: socket.path?.replace(/^\0/, '@') ?? '*',
      inode: String(socket.inode),
      peer: String(socket.peer ?? 0),
      file: socket.file && String(socket.file.inode),
      pending: socket.pending?.join(' '),
      details: [...plainDetails(socket)],
    }))
    const printed = lines.map((line) => ({
      ...{ netid: line.netid, state: line.state, queues: [line.recvQueue, line.sendQueue], local: line.local },
      ...{ inode: line.inode, peer: line.peer },
      file: line.details.get('ino'),
      pending: line.details.has('peers') ? (/peers:((?: \d+)*)/.exec(line.rest)?.[1] ?? '').trim() : undefined,
      details: [...line.details].filter(([key]) => /^(users|skmem|[<-]-[->])$/.test(key)),
    }))
    const byInode = (list: readonly { readonly inode: string; readonly details: (readonly [string, string])[] }[]) =>
      list
        .map((each) => ({ ...each, details: each.details.map(lasting).map(String).sort() }))
        .sort((one, other) => Number(one.inode) - Number(other.inode))
    assert.equal(byInode(shown), byInode(printed))
    const stream = sockets.find(({ path }) => path === join(folder, 'stream'))
    // ss prints the device in the kernel's encoding.
    const { ino, dev } = statSync(join(folder, 'stream'))
    assert.equal(stream?.file, { inode: ino, device: dev })
    assert.ok(sockets.some(({ path }) => path === `\0${namespace.name}`))
  }))

test('packet sockets are those of ss', () =>
  opened(async (nl, { namespace }) => {
    const lines = ss(namespace, '-a -e -p -m -0')
    const sockets = await nl.sockets.list({ protocol: 'packet', process: true, memory: true }, { names: true })
    const shown = sockets.map((socket) => ({
      netid: socket.type === 'raw' ? 'p_raw' : 'p_dgr',
      local: `${socket.ethertype === 'all' ? '*' : '[2048]'}:${socket.devName ?? '*'}`,
      recvQueue: String(socket.recvQueue),
      ...{ ino: String(socket.inode), sk: socket.cookie.toString(16), ver: String(socket.version) },
      running: (socket.flags as readonly string[]).includes('RUNNING'),
      fanout: socket.fanout && `id:${socket.fanout.id},type:${socket.fanout.type})`,
      details: [...plainDetails(socket)].map(lasting).map(String).sort(),
    }))
    const printed = lines.map((line) => {
      const found = detailsOf(line)
      return {
        ...{ netid: line.netid, local: line.local, recvQueue: line.recvQueue },
        ...{ ino: found.get('ino'), sk: found.get('sk'), ver: found.get('ver') },
        running: /running/.test(found.get('flags') ?? ''),
        fanout: found.get('fanout'),
        details: [...found]
          .filter(([key]) => key === 'users' || key === 'skmem')
          .map(lasting)
          .map(String)
          .sort(),
      }
    })
    const byInode = (list: readonly { readonly ino: string | undefined }[]) =>
      [...list].sort((one, other) => Number(one.ino) - Number(other.ino))
    assert.equal(byInode(shown), byInode(printed))
    assert.is(sockets.find(({ dev }) => dev === 1)?.ethertype, 'ip')
  }))

test('netlink sockets are those of ss, each once', () =>
  opened(async (nl, { namespace }) => {
    const isOwn = ({ portId }: { readonly portId: number }) => portId > 0
    const sockets = await nl.sockets.list({ protocol: 'netlink', process: true })
    const [bound, ...others] = sockets.filter(({ groups }) => groups.length > 0)
    assert.equal(others, [])
    assert.equal([bound?.netlinkProtocol, bound?.groups, bound?.type], ['route', [1, 5], 'raw'])
    assert.is(bound?.processes?.[0]?.id, bound?.portId)
    const lines = ss(namespace, '-a -e -f netlink')
    const line = lines.find(({ local }) => local === `0:${bound?.portId}`)
    assert.ok(line?.rest.includes('groups=0x00000011'))
    const kernel = new Set(lines.filter(({ local }) => local.endsWith(':0')).map(({ local }) => local))
    assert.is(sockets.filter((socket) => !isOwn(socket)).length >= kernel.size, true)
    assert.is(new Set(sockets.map(({ cookie }) => cookie)).size, sockets.length)
  }))

test('a list without a filter has all kinds, and its objects are plain', () =>
  opened(async (nl) => {
    const sockets: Socket[] = await nl.sockets.list()
    assert.equal(new Set(sockets.map(({ protocol }) => protocol)), new Set(['tcp', 'udp', 'unix', 'packet', 'netlink']))
    for (const socket of sockets) {
      assert.ok(socket.message, 'the message is reachable')
      assert.not(Object.keys(socket).includes('message'))
      assert.is(JSON.parse(JSON.stringify(socket)).inode, socket.inode)
    }
    const [tcp] = sockets.filter((each): each is InetSocket => each.protocol === 'tcp')
    assert.is(tcp?.tcp, undefined)
    assert.is(tcp?.memory, undefined)
    const cookies = (list: readonly Socket[]) =>
      list.flatMap(({ protocol, cookie }) => (protocol === 'netlink' ? [] : [cookie]))
    assert.equal(cookies(sockets), cookies(nl.sockets.listSync()))
  }))

test.run()
