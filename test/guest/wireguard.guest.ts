import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Netlink, type NewWireguardPeer, type WireguardDevice } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { netTool } from '../support/net-tools.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { sameLines } from '../support/same-lines.js'
import { typescript } from '../support/typescript.js'
import { until } from '../support/until.js'
import { wg, wgKey } from '../support/wg.js'
import { runWgCookbook } from '../support/wg-cookbook.js'

/** nl.wireguard, compared with wg. This machine's kernel may lack WireGuard. */
const test = suiteNeeding('WireGuard', 'netns', 'wg', 'netTools')

const publicKeys = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const bytes = Buffer.alloc(32, 7)
    bytes.writeUInt32BE(at)
    return bytes.toString('base64')
  })

/** Peers with an endpoint, a preshared key and an interval each, and 20 networks of both families. */
const manyPeers = (count: number): NewWireguardPeer[] =>
  publicKeys(count).map((publicKey, at) => ({
    ...{ publicKey, presharedKey: Buffer.alloc(32, 1 + (at % 200)).toString('base64') },
    ...{ endpoint: at % 2 ? `[2001:db8::${(at + 1).toString(16)}]:51820` : `192.0.2.${at % 256}:5182` },
    persistentKeepalive: 1 + at,
    allowedIps: Array.from({ length: 20 }, (_, each) =>
      each % 2 ? `2001:db8:${(at + 1).toString(16)}:${each}::/64` : `10.${at >> 8}.${at % 256}.${each}/32`,
    ),
  }))

/** Returns a link as the lines of `wg show all dump`. */
function dumpOf({ name, privateKey, publicKey, listenPort, fwmark, peers }: WireguardDevice): string[] {
  const mark = fwmark === undefined ? 'off' : `0x${fwmark.toString(16)}`
  const keys = [privateKey?.reveal() ?? '(none)', publicKey ?? '(none)']
  const lines = peers.map((peer) => [
    ...[name, peer.publicKey, peer.presharedKey?.reveal() ?? '(none)', peer.endpoint ?? '(none)'],
    ...[peer.allowedIps.join() || '(none)', Math.floor((peer.lastHandshake?.getTime() ?? 0) / 1000)],
    ...[peer.rxBytes, peer.txBytes, peer.persistentKeepalive ?? 'off'],
  ])
  return [[name, ...keys, listenPort, mark], ...lines].map((words) => words.join('\t'))
}

/** Returns settings in the format of wg's files. */
const confOf = (privateKey: string, peers: readonly NewWireguardPeer[]) =>
  [
    `[Interface]\nPrivateKey = ${privateKey}\nListenPort = 51820\nFwMark = 0x7`,
    ...peers.map(
      (peer) =>
        `[Peer]\nPublicKey = ${peer.publicKey}\nPresharedKey = ${peer.presharedKey}\nEndpoint = ${peer.endpoint}\nPersistentKeepalive = ${peer.persistentKeepalive}\nAllowedIPs = ${peer.allowedIps?.join(', ')}`,
    ),
  ].join('\n')

const lines = (text: string) => text.split('\n')

/** Calls a function with the path of a temporary file. */
function withFile(text: string, use: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-wireguard-'))
  try {
    const file = join(folder, 'file')
    writeFileSync(file, text)
    use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

inBothWays(test, '100 peers with 20 networks each, in several messages, are what wg sets and shows', (nl, ns) =>
  inScratch(async (twin) => {
    for (const each of [ns, twin]) each.ip('link', 'add', 'wg0', 'type', 'wireguard')
    const peers = manyPeers(100)
    const privateKey = nl.wireguard.generatePrivateKey()
    await nl.wireguard.set('wg0', { privateKey, listenPort: 51820, fwmark: 7, replacePeers: true, peers })
    withFile(confOf(privateKey, peers), (file) => void wg(twin, ['setconf', 'wg0', file]))
    const [device] = await nl.wireguard.list()
    assert.ok(device)
    assert.is(device.peers.length, 100)
    sameLines(dumpOf(device), lines(wg(ns, ['show', 'all', 'dump'])))
    sameLines(lines(wg(ns, ['show', 'all', 'dump'])), lines(wg(twin, ['show', 'all', 'dump'])))
    sameLines(lines(wg(ns, ['showconf', 'wg0'])), lines(wg(twin, ['showconf', 'wg0'])))
    using other = Netlink.open({ netns: twin.path })
    const theirs = await other.wireguard.get('wg0')
    assert.ok(theirs)
    sameLines(dumpOf(theirs), dumpOf(device))
  }),
)

inBothWays(test, 'a peer with more networks than fit into a message is read and set', async (nl, ns) => {
  ns.ip('link', 'add', 'wg0', 'type', 'wireguard')
  const [publicKey = '', second = ''] = publicKeys(2)
  const allowedIps = Array.from({ length: 4000 }, (_, at) => `10.${at >> 8}.${at % 256}.0/24`)
  await nl.wireguard.setPeer('wg0', { publicKey, allowedIps: ['192.0.2.0/24'] })
  await nl.wireguard.setPeer('wg0', { publicKey, replaceAllowedIps: true, allowedIps })
  await nl.wireguard.setPeer('wg0', { publicKey: second, allowedIps: ['10.0.0.0/24'] })
  const device = await nl.wireguard.get('wg0')
  assert.equal(
    device?.peers.map((peer) => peer.allowedIps.length),
    [3999, 1],
    'a network moves to the peer that has it last',
  )
  sameLines(dumpOf(device as WireguardDevice), lines(wg(ns, ['show', 'all', 'dump'])))
  await nl.wireguard.removePeer('wg0', publicKey)
  assert.is(wg(ns, ['show', 'wg0', 'peers']), second)
})

inBothWays(test, 'sync changes what differs, and nothing else', async (nl, ns) => {
  ns.ip('link', 'add', 'wg0', 'type', 'wireguard')
  const [one = '', two = '', three = ''] = publicKeys(3)
  const privateKey = wgKey('genkey')
  const peers = [
    { publicKey: one, allowedIps: ['10.0.0.7/24', '10.1.0.0/16'], endpoint: '192.0.2.1:1' },
    { publicKey: two, presharedKey: wgKey('genpsk'), persistentKeepalive: 25 },
  ]
  const created = await nl.wireguard.sync('wg0', { privateKey, listenPort: 5, peers })
  assert.equal(created, { changed: true, added: [one, two], updated: [], removed: [] })
  assert.equal(await nl.wireguard.sync('wg0', { privateKey, listenPort: 5, peers: peers.reverse() }), {
    ...{ changed: false, added: [], updated: [], removed: [] },
  })
  // What was read is what is wanted.
  const read = await nl.wireguard.get('wg0')
  assert.ok(read)
  assert.is((await nl.wireguard.sync('wg0', { peers: read.peers })).changed, false)
  const next = [{ publicKey: two }, { publicKey: three, allowedIps: ['10.0.0.0/24'] }]
  assert.equal(await nl.wireguard.sync('wg0', { peers: next }), {
    ...{ changed: true, added: [three], updated: [two], removed: [one] },
  })
  const dump = lines(wg(ns, ['show', 'wg0', 'dump']))
  assert.is(dump[0], [privateKey, wgKey('pubkey', privateKey), 5, 'off'].join('\t'))
  assert.equal(
    dump.slice(1).sort(),
    [
      ...[two, three].map((key) =>
        [key, '(none)', '(none)', key === three ? '10.0.0.0/24' : '(none)', 0, 0, 0, 'off'].join('\t'),
      ),
    ].sort(),
  )
  await nl.wireguard.set('wg0', { privateKey: 'none', peers: [{ publicKey: two, remove: true }] })
  assert.match(wg(ns, ['show', 'wg0', 'dump']), /^\(none\)\t\(none\)\t5\toff\n[^\n]*$/)
})

inBothWays(test, 'the kernel refuses what is not WireGuard in words', async (nl, ns) => {
  ns.ip('link', 'add', 'wg0', 'type', 'wireguard')
  assert.is(await nl.wireguard.get('none'), undefined)
  await refuses('get', () => nl.wireguard.get('lo'), 'EOPNOTSUPP', /WG_CMD_GET_DEVICE lo: "lo" is no WireGuard link/)
  await refuses(
    'set',
    () => nl.wireguard.set('none', { fwmark: 1 }),
    'ENODEV',
    /WG_CMD_SET_DEVICE none: no link "none"/,
  )
  const device = await nl.wireguard.get((await nl.link.get('wg0')) as never)
  assert.equal(device && { ...device }, { index: device?.index, name: 'wg0', listenPort: 0, peers: [] })
  ns.ip('link', 'property', 'add', 'dev', 'wg0', 'altname', 'a-name-of-more-than-15-bytes')
  assert.is((await nl.wireguard.get('a-name-of-more-than-15-bytes'))?.name, 'wg0')
})

test('two namespaces exchange a ping through the tunnel, and its bytes are counted', () =>
  inScratch((left) =>
    inScratch(async (right) => {
      using one = Netlink.open({ netns: left.path })
      using other = Netlink.open({ netns: right.path })
      left.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v0', 'netns', right.name)
      const ends = [one, other].map((nl) => {
        const privateKey = nl.wireguard.generatePrivateKey()
        return { nl, privateKey, publicKey: nl.wireguard.publicKeyOf(privateKey) }
      })
      const presharedKey = one.wireguard.generatePresharedKey()
      for (const [at, { nl, privateKey }] of ends.entries()) {
        const peer = ends[1 - at]?.publicKey ?? ''
        assert.is(wgKey('pubkey', privateKey), nl.wireguard.publicKeyOf(privateKey))
        await nl.link.set('v0', { up: true })
        await nl.address.add({ address: `192.0.2.${1 + at}/24`, dev: 'v0' })
        await nl.link.add({ name: 'wg0', kind: 'wireguard' })
        await nl.wireguard.set('wg0', {
          ...{ privateKey, listenPort: 51820 },
          peers: [{ publicKey: peer, presharedKey, endpoint: `192.0.2.${2 - at}:51820`, allowedIps: ['10.7.0.0/24'] }],
        })
        await nl.address.add({ address: `10.7.0.${1 + at}/24`, dev: 'wg0' })
        await nl.link.set('wg0', { up: true })
      }
      const [program = '', ...args] = netTool('ping', '-c', 1, '-W', 1, '10.7.0.2')
      await until('an answer through the tunnel', () => {
        try {
          return left.exec(program, args)
        } catch {
          return undefined
        }
      })
      for (const [{ nl }, ns] of [
        [ends[0], left],
        [ends[1], right],
      ] as [(typeof ends)[0], Namespace][]) {
        const device = await nl.wireguard.get('wg0')
        assert.ok(device)
        const [peer] = device.peers
        assert.ok((peer?.rxBytes ?? 0n) > 0n && (peer?.txBytes ?? 0n) > 0n)
        assert.ok((peer?.lastHandshake?.getTime() ?? 0) > 0)
        sameLines(dumpOf(device), lines(wg(ns, ['show', 'all', 'dump'])))
      }
    }),
  ))

test('the example makes the peers of a link equal to a file', () =>
  inScratch((ns) => {
    ns.ip('link', 'add', 'wg0', 'type', 'wireguard')
    const [one = '', two = ''] = publicKeys(2)
    wg(ns, ['set', 'wg0', 'peer', two])
    withFile(
      JSON.stringify({ listenPort: 51820, peers: [{ publicKey: one, allowedIps: ['10.0.0.1/32'] }] }),
      (file) => {
        const args = [...typescript, 'examples/wireguard-peers.ts', 'wg0', file]
        assert.equal(lines(ns.exec(process.execPath, args).trimEnd()), [
          ...[`added ${one}`, `removed ${two}`, '1 peer of wg0, 0 connected'],
        ])
      },
    )
    assert.is(wg(ns, ['show', 'wg0', 'allowed-ips']), `${one}\t10.0.0.1/32`)
  }))

test('the commands and calls of the cookbook about WireGuard have the same effect', () => runWgCookbook())

test.run()
