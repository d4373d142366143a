import { type L2tpEvent, type L2tpSession, type L2tpTunnel, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { prepared, runCookbookSection } from '../support/cookbook-twins.js'
import { loadModule } from '../support/guest-modules.js'
import { netTool } from '../support/net-tools.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { sameLines } from '../support/same-lines.js'
import { until } from '../support/until.js'

/** nl.l2tp, compared with `ip l2tp`. This machine's kernel may lack L2TP. */
const test = suiteNeeding('L2TP', 'netns', 'netTools')

test.before(() => {
  for (const name of ['l2tp_netlink', 'l2tp_eth', 'l2tp_ip', 'l2tp_ip6']) loadModule(name)
})

/** Prepares a namespace with two addresses of each family. */
function prepare(namespace: Namespace): void {
  namespace.ip('link', 'set', 'lo', 'up')
  for (const address of ['10.0.0.1/24', '10.0.0.2/24', '2001:db8::1/64', '2001:db8::2/64'])
    namespace.ip('address', 'add', address, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : []))
}

const shown = (namespace: Namespace, what: 'tunnel' | 'session'): Record<string, unknown>[] => {
  const printed = namespace.exec('ip', ['-j', 'l2tp', 'show', what]).trim()
  return printed === '' ? [] : JSON.parse(printed)
}

/** Returns a tunnel as `ip -j l2tp` prints it. */
const tunnelOf = (tunnel: L2tpTunnel) => ({
  ...{ tunnel_id: tunnel.id, encap: String(tunnel.encap).toUpperCase(), local: tunnel.local, peer: tunnel.remote },
  ...{ peer_tunnel: tunnel.peerId, local_port: tunnel.localPort, peer_port: tunnel.remotePort },
  ...{ checksum: tunnel.udpCsum, checksum_tx: tunnel.udp6CsumTx, checksum_rx: tunnel.udp6CsumRx },
})

/** Returns a session as `ip -j l2tp` prints it. */
const sessionOf = (session: L2tpSession) => ({
  ...{ session_id: session.id, tunnel_id: session.tunnelId },
  ...{ peer_session_id: session.peerId, peer_tunnel_id: session.peerTunnelId, interface: session.ifname },
  ...{ cookie: session.cookie, peer_cookie: session.peerCookie },
  ...(session.sendSeq && { send_seq: null }),
  ...(session.recvSeq && { recv_seq: null }),
})

const lines = (objects: readonly object[]) => objects.map((each) => JSON.stringify(each))

inBothWays(test, 'tunnels and sessions are what ip shows', async (nl, ns) => {
  prepare(ns)
  const ports = { localPort: 5000, remotePort: 5001 }
  await nl.l2tp.tunnel.add({ id: 1, peerId: 11, local: '10.0.0.1', remote: '10.0.0.2', ...ports })
  await nl.l2tp.tunnel.add({ id: 2, peerId: 12, local: '10.0.0.1', remote: '10.0.0.2', encap: 'ip' })
  const ports6 = { localPort: 6000, remotePort: 6001, udp6CsumRx: false }
  await nl.l2tp.tunnel.add({ id: 3, peerId: 13, local: '2001:db8::1', remote: '2001:db8::2', ...ports6 })
  await nl.l2tp.tunnel.add({ id: 4, peerId: 14, local: '2001:db8::1', remote: '2001:db8::2', encap: 'ip' })
  // ip prints the cookies of a session for the sessions behind it, too: the last one has them.
  await nl.l2tp.session.add({ tunnelId: 1, id: 21, peerId: 31, ifname: 'four', sendSeq: true, recvSeq: true })
  await nl.l2tp.session.add({ tunnelId: 3, id: 22, peerId: 32, cookie: '01020304', peerCookie: '0102030405060708' })
  sameLines(lines((await nl.l2tp.tunnel.list()).map(tunnelOf)), lines(shown(ns, 'tunnel')))
  const sessions = await nl.l2tp.session.list()
  assert.equal(
    sessions.map(({ id }) => id),
    [21, 22],
  )
  // ip lists all sessions, even if one is selected: Linux 6.1 takes no selectors with NLM_F_DUMP.
  sameLines(lines(sessions.map(sessionOf)), lines(shown(ns, 'session')))
  assert.equal(
    await nl.l2tp.tunnel.get(3),
    (await nl.l2tp.tunnel.list()).find(({ id }) => id === 3),
  )
  const [session] = await nl.l2tp.session.list()
  assert.ok(session)
  assert.equal(await nl.l2tp.session.get(session), session)
})

inBothWays(test, 'what was read can be added again', async (nl, ns) => {
  prepare(ns)
  const ports = { localPort: 5000, remotePort: 5001, udpCsum: true }
  await nl.l2tp.tunnel.add({ id: 1, peerId: 11, version: 2, local: '10.0.0.1', remote: '10.0.0.2', ...ports })
  const [tunnel] = await nl.l2tp.tunnel.list()
  assert.is(tunnel?.version, 2)
  await nl.l2tp.tunnel.delete(1)
  await until('the port is free', async () => {
    try {
      await nl.l2tp.tunnel.add(tunnel as never)
      return true
    } catch {
      return undefined
    }
  })
  assert.equal(await nl.l2tp.tunnel.get(1), tunnel)
})

inBothWays(test, 'settings of a session change', async (nl, ns) => {
  prepare(ns)
  await nl.l2tp.tunnel.add({ id: 1, peerId: 11, local: '10.0.0.1', remote: '10.0.0.2', encap: 'ip' })
  const key = { tunnelId: 1, id: 21 }
  await nl.l2tp.session.add({ ...key, peerId: 31, ifname: 'pw0', reorderTimeout: 100 })
  assert.is((await nl.l2tp.session.get(key))?.reorderTimeout, 100)
  await nl.l2tp.session.set(key, { sendSeq: true, lnsMode: true, reorderTimeout: 2000 })
  const { sendSeq, recvSeq, lnsMode, reorderTimeout } = (await nl.l2tp.session.get(key)) as L2tpSession
  assert.equal(
    { sendSeq, recvSeq, lnsMode, reorderTimeout },
    { sendSeq: true, recvSeq: false, lnsMode: true, reorderTimeout: 2000 },
  )
  assert.ok('send_seq' in (shown(ns, 'session')[0] ?? {}))
  await nl.l2tp.session.delete(key)
  assert.is(await nl.l2tp.session.get(key), undefined)
  assert.is(await nl.link.get('pw0'), undefined)
})

inBothWays(test, 'refusals name tunnel and session', async (nl, ns) => {
  prepare(ns)
  assert.is(await nl.l2tp.tunnel.get(77), undefined)
  assert.is(await nl.l2tp.session.get({ tunnelId: 77, id: 1 }), undefined)
  await refuses('delete', () => nl.l2tp.tunnel.delete(77), 'ENODEV', /L2TP_CMD_TUNNEL_DELETE 77: no such tunnel/)
  const key = { tunnelId: 77, id: 1 }
  await refuses('add', () => nl.l2tp.session.add({ ...key, peerId: 2 }), 'ENODEV', /1 tunnelId 77: no tunnel 77/)
  await refuses('set', () => nl.l2tp.session.set(key, { sendSeq: true }), 'ENODEV', /no such session/)
  await refuses('delete', () => nl.l2tp.session.delete(key), 'ENODEV', /no such session/)
  await nl.l2tp.tunnel.add({ id: 1, peerId: 11, local: '10.0.0.1', remote: '10.0.0.2', encap: 'ip' })
  await refuses(
    'twice',
    () => nl.l2tp.tunnel.add({ id: 1, peerId: 11, local: '10.0.0.1', remote: '10.0.0.2', encap: 'ip' }),
    'EEXIST',
    /L2TP_CMD_TUNNEL_CREATE 1/,
  )
})

test('two namespaces exchange a ping through the tunnel, and its packets are counted', () =>
  inScratch((left) =>
    inScratch(async (right) => {
      left.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v0', 'netns', right.name)
      const ends = [left, right].map((namespace) => ({ namespace, nl: Netlink.open({ netns: namespace.path }) }))
      try {
        for (const [at, { nl }] of ends.entries()) {
          await nl.link.set('v0', { up: true })
          await nl.address.add({ address: `192.0.2.${1 + at}/24`, dev: 'v0' })
          const addresses = { local: `192.0.2.${1 + at}`, remote: `192.0.2.${2 - at}` }
          await nl.l2tp.tunnel.add({ id: 1 + at, peerId: 2 - at, ...addresses, localPort: 1701, remotePort: 1701 })
          const cookies = { cookie: `0000000${1 + at}`, peerCookie: `0000000${2 - at}` }
          await nl.l2tp.session.add({ tunnelId: 1 + at, id: 11 + at, peerId: 12 - at, ifname: 'pw0', ...cookies })
          await nl.address.add({ address: `10.7.0.${1 + at}/24`, dev: 'pw0' })
          await nl.link.set('pw0', { up: true })
        }
        const [program = '', ...args] = netTool('ping', '-c', 1, '-W', 1, '10.7.0.2')
        await until('an answer through the tunnel', () => {
          try {
            return left.exec(program, args)
          } catch {
            return undefined
          }
        })
        for (const { nl, namespace } of ends) {
          const [session] = await nl.l2tp.session.list()
          const read = (name: string) => BigInt(namespace.exec('cat', [`/sys/class/net/pw0/statistics/${name}`]).trim())
          assert.ok(session && session.stats.rxPackets > 0n && session.stats.rxPackets <= read('rx_packets'))
          assert.ok(session.stats.txPackets > 0n && session.stats.txPackets <= read('tx_packets'))
          assert.is(session.stats.rxCookieDiscards, 0n)
        }
      } finally {
        for (const { nl } of ends) nl.close()
      }
    }),
  ))

test('changes are events', () =>
  inScratch(async (ns) => {
    prepare(ns)
    using nl = Netlink.open({ netns: ns.path })
    using events = nl.l2tp.watch()
    await events.ready()
    ns.exec('ip', 'l2tp add tunnel tunnel_id 1 peer_tunnel_id 2 encap ip local 10.0.0.1 remote 10.0.0.2'.split(' '))
    ns.exec('ip', 'l2tp add session tunnel_id 1 session_id 3 peer_session_id 4 name pw0'.split(' '))
    await nl.l2tp.session.set({ tunnelId: 1, id: 3 }, { recvSeq: true })
    ns.exec('ip', 'l2tp del session tunnel_id 1 session_id 3'.split(' '))
    ns.exec('ip', 'l2tp del tunnel tunnel_id 1'.split(' '))
    const seen: L2tpEvent[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.kind === 'tunnel' && event.type === 'removed') break
    }
    assert.equal(
      seen.map((each) => (each.kind === undefined ? [each.type] : [each.kind, each.type, each.object.id])),
      [
        ['tunnel', 'added', 1],
        ['session', 'added', 3],
        ['session', 'changed', 3],
        ['session', 'removed', 3],
        ['tunnel', 'removed', 1],
      ],
    )
  }))

test('the commands and calls of the cookbook have the same effect', () =>
  runCookbookSection('L2TP', prepared(prepare), (namespace) => [
    shown(namespace, 'tunnel'),
    shown(namespace, 'session'),
  ]))

test.run()
