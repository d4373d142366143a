import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Connection, Netlink } from '@netloom/netlink'
import { NFNL_SUBSYS, NFPROTO, NFT_OBJECT, netfilter } from '@netloom/netlink/netfilter'
import { accept, ct } from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { typescript } from '../support/typescript.js'
import { until } from '../support/until.js'

// Runs the examples of @netloom/netlink as their first lines say. examples/bridge.mock.ts needs no kernel, but runs the same way.

const test = suiteNeeding('examples of @netloom/netlink', 'netns')

const pathOf = (example: string) => fileURLToPath(new URL(`../../examples/${example}`, import.meta.url))
const command = (example: string, ...args: string[]) => [...typescript, pathOf(example), ...args]

/** Runs an example in a namespace until it ends. Returns the lines that it prints. */
const run = (namespace: Namespace, example: string, ...args: string[]): string[] =>
  namespace
    .exec(process.execPath, command(example, ...args))
    .split('\n')
    .slice(0, -1)

/** True if the kernel has a family of generic netlink. */
const hasFamily = (family: string) => spawnSync('genl', ['ctrl', 'get', 'name', family]).status === 0

/** Runs `ip` without -json. */
const ip = (namespace: Namespace, ...args: string[]) => namespace.exec('ip', args).trim()

test('links-brief prints what ip -br addr prints', () =>
  inScratch((namespace) => {
    using other = scratch()
    namespace.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    namespace.ip('link', 'add', 'p0', 'type', 'veth', 'peer', 'name', 'p1', 'netns', other.name)
    namespace.ip('link', 'add', 'br0', 'type', 'bridge')
    namespace.ip('addr', 'add', '10.7.0.1/24', 'dev', 'v0')
    namespace.ip('addr', 'add', '10.8.0.1', 'peer', '10.8.0.2/32', 'dev', 'v0')
    namespace.ip('addr', 'add', '2001:db8::1/64', 'dev', 'br0')
    // Columns are compared, not blanks: ip pads the last one too.
    const columns = (line: string) => line.trim().split(/\s+/)
    const expected = ip(namespace, '-br', 'addr').split('\n').map(columns)
    assert.is(expected.length, 5)
    assert.equal(run(namespace, 'links-brief.ts').map(columns), expected)
  }))

test('wireguard-peers says so if the kernel has no WireGuard', () =>
  inScratch((namespace) => {
    const folder = mkdtempSync(join(tmpdir(), 'netloom-wireguard-'))
    const file = join(folder, 'peers.json')
    writeFileSync(file, JSON.stringify({ peers: [] }))
    const { name } = namespace
    const words = ['netns', 'exec', name, process.execPath, ...command('wireguard-peers.ts', 'wg0', file)]
    const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    assert.is(status, 1)
    const expected = hasFamily('wireguard')
      ? /WG_CMD_GET_DEVICE wg0: no link "wg0" \(ENODEV/
      : /CTRL_CMD_GETFAMILY wireguard: the kernel has no such family, its module is not loaded, or only the initial network namespace has it \(ENOENT/
    assert.match(stderr, expected)
  }))

test('policy-routing can run again, and removes the rule of an earlier network', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'v0', 'up', 'type', 'veth', 'peer', 'name', 'v1')
    namespace.ip('link', 'set', 'v1', 'up')
    namespace.ip('addr', 'add', '192.0.2.2/24', 'dev', 'v0')
    const route = (from: string, via: string) => run(namespace, 'policy-routing.ts', from, via, 'v0')
    const rules = () => ip(namespace, 'rule', 'show', 'priority', '1000')
    assert.equal(route('10.7.0.0/16', '192.0.2.1'), ['route: created', 'rule: created'])
    assert.equal(route('10.7.0.0/16', '192.0.2.1'), ['route: unchanged', 'rule: unchanged'])
    assert.match(rules(), /^1000:\s+from 10\.7\.0\.0\/16 lookup 100 proto static$/)
    const other = ['route: changed', 'rule: created', 'deleted the rule of 10.7.0.0/16']
    assert.equal(route('10.9.0.0/16', '192.0.2.3'), other)
    assert.match(rules(), /^1000:\s+from 10\.9\.0\.0\/16 lookup 100 proto static$/)
    assert.is(ip(namespace, 'route', 'show', 'table', '100'), 'default via 192.0.2.3 dev v0 proto static')
  }))

test('shape-per-host gives hosts their rates, and applies only differences', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'v0', 'up', 'type', 'veth', 'peer', 'name', 'v1')
    const shape = (...hosts: string[]) => run(namespace, 'shape-per-host.ts', 'v0', '100mbit', ...hosts)
    const first = shape('10.0.0.7=10mbit', '10.0.0.8=20mbit')
    assert.equal(first, ['10.0.0.7: created, 10mbit in class 1:10', '10.0.0.8: created, 20mbit in class 1:11'])
    const second = shape('10.0.0.7=10mbit', '10.0.0.8=30mbit')
    assert.equal(second, ['10.0.0.7: unchanged, 10mbit in class 1:10', '10.0.0.8: changed, 30mbit in class 1:11'])
    const classes = namespace.exec('tc', ['class', 'show', 'dev', 'v0'])
    assert.match(classes, /class htb 1:11 parent 1:1 prio 0 rate 30Mbit ceil 100Mbit/)
    const filters = namespace.exec('tc', ['filter', 'show', 'dev', 'v0'])
    assert.equal(filters.match(/flowid \S+/g), ['flowid 1:10', 'flowid 1:11'])
    assert.match(filters, /match 0a000007\/ffffffff at 16/)
  }))

test('ethtool-info prints what the kernel reports', () =>
  inScratch((namespace) => {
    namespace.ip(
      'link',
      'add',
      'v0',
      'up',
      'numtxqueues',
      '4',
      'numrxqueues',
      '2',
      'type',
      'veth',
      'peer',
      'name',
      'v1',
    )
    const [state, speed, queues, features] = run(namespace, 'ethtool-info.ts', 'v0')
    assert.is(state, 'link detected: no')
    assert.match(speed ?? '', /^speed: \d+ Mb\/s$/)
    assert.match(queues ?? '', /^queues: \d to receive, \d to send$/)
    assert.match(features ?? '', /^features: .*\btx-generic-segmentation\b/)
    namespace.ip('link', 'set', 'v1', 'up')
    assert.is(run(namespace, 'ethtool-info.ts', 'v0')[0], 'link detected: yes')
    // The driver of lo supports neither link modes nor channels.
    assert.equal(run(namespace, 'ethtool-info.ts', 'lo').slice(1, 3), [
      'speed: unknown Mb/s',
      'queues: 0 to receive, 0 to send',
    ])
  }))

test('conntrack-top prints the connections with the most bytes', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/netfilter/nf_conntrack_acct'])
    using nl = Netlink.open({ netns: namespace.path })
    await nl.nft.transaction((t) => {
      t.addTable({ name: 't' })
      t.addChain({ table: 't', name: 'out', hook: 'output' })
      t.addRule({ table: 't', chain: 'out', rule: [ct.state('new'), accept()] })
    })
    for (const [port, length] of [
      [4001, 10],
      [4002, 1000],
    ]) {
      const send = `s.send(Buffer.alloc(${length}), ${port}, '127.0.0.1', () => s.close())`
      namespace.exec(process.execPath, ['-e', `const s = require('node:dgram').createSocket('udp4'); ${send}`])
    }
    const [count = '', first = '', second = ''] = run(namespace, 'conntrack-top.ts', '1', '10', '1')
    assert.is(count, '2 connections')
    assert.match(first, /^1028 bytes udp 127\.0\.0\.1:\d+ > 127\.0\.0\.1:4002$/)
    assert.match(second, /^38 bytes udp 127\.0\.0\.1:\d+ > 127\.0\.0\.1:4001$/)
  }))

/** A program that sends to itself for as long as it runs, at most a minute. */
const sender = `const net = require('node:net')
const server = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1', () => console.log('ready'))
  setInterval(() => client.write(Buffer.alloc(10000)), 10)
})
setTimeout(() => process.exit(), 60000)`

test('bandwidth-per-process prints what a process sends and receives', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const child = spawn('ip', ['netns', 'exec', namespace.name, process.execPath, '-e', sender])
    try {
      await once(child.stdout, 'data')
      const [line = '', ...others] = run(namespace, 'bandwidth-per-process.ts', '1')
      assert.equal(others, [])
      const [, id, sent, received] = /^(\d+) ".+": sent (\d+) B\/s, received (\d+) B\/s$/.exec(line) ?? []
      // ip executes the program instead of itself.
      assert.is(Number(id), child.pid, line)
      assert.ok(Number(sent) >= 10_000 && Number(received) >= 10_000, line)
    } finally {
      child.kill()
    }
  }))

test('nft-counters prints the counters of rules and objects', () =>
  inScratch((namespace) => {
    using connection = Connection.openProtocol(netfilter, { netns: namespace.path })
    const family = NFPROTO.INET
    const counter = { packets: 7n, bytes: 700n }
    const expressions = { elem: [{ name: 'counter' as const, data: counter }] }
    const transaction = connection.batch({ oneCall: true })
    transaction.add('NFNL_MSG_BATCH_BEGIN', { resId: NFNL_SUBSYS.NFTABLES }, { ack: false })
    transaction.add('NFT_MSG_NEWTABLE', { family, attrs: { name: 'mine' } }, { create: true })
    transaction.add('NFT_MSG_NEWCHAIN', { family, attrs: { table: 'mine', name: 'c' } }, { create: true })
    const rule = { table: 'mine', chain: 'c', expressions }
    transaction.add('NFT_MSG_NEWRULE', { family, attrs: rule }, { create: true, append: true })
    const object = { table: 'mine', name: 'web', type: NFT_OBJECT.COUNTER, data: counter } as const
    transaction.add('NFT_MSG_NEWOBJ', { family, attrs: object }, { create: true })
    transaction.add('NFNL_MSG_BATCH_END', { resId: NFNL_SUBSYS.NFTABLES }, { ack: false })
    assert.is(transaction.sendSync().failures, 0)
    const [inRule, named] = run(namespace, 'nft-counters.ts')
    assert.match(inRule ?? '', /^mine c rule \d+: 7 packets, 700 bytes$/)
    assert.is(named, 'mine counter web: 7 packets, 700 bytes')
  }))

test('ban-by-rate bans the host that exceeds the rate, and no other', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const ban = (...args: string[]) => run(namespace, 'ban-by-rate.ts', ...args)
    assert.equal(ban('9', '10/minute', '1h'), [
      'ip saddr @banned drop',
      'meta l4proto { tcp, udp } th dport 9 ct state new update @seen { ip saddr limit rate over 10/minute burst 5 packets } add @banned { ip saddr } drop',
    ])
    // Each datagram opens a connection, because it comes from another port. 127.0.0.2 stays below the burst.
    const send = (from: string, count: number) =>
      namespace.exec(process.execPath, [
        '-e',
        `const { createSocket } = require('node:dgram')
        for (let left = ${count}; left > 0; left--) {
          const socket = createSocket('udp4')
          socket.bind(0, '${from}', () => socket.send('x', 9, '127.0.0.1', () => socket.close()))
        }`,
      ])
    send('127.0.0.2', 3)
    assert.equal(ban('9', '10/minute', '1h'), [])
    send('127.0.0.3', 8)
    const [banned, ...others] = ban('9', '10/minute', '1h')
    assert.match(banned ?? '', /^127\.0\.0\.3: banned for another 3[56]\d\d s$/)
    assert.equal(others, [])
    assert.equal(ban('off'), [])
    using nl = Netlink.open({ netns: namespace.path })
    assert.equal(nl.nft.tablesSync(), [])
  }))

test('event-logger waits for its namespace, and then prints changes', async () => {
  using namespace = scratch()
  namespace.remove()
  const child = spawn(process.execPath, command('event-logger.ts', namespace.name), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line))
  const isPrinted = (text: RegExp) => lines.some((line) => text.test(line))
  try {
    await until('the error of a namespace that does not exist', () => isPrinted(/ENOENT/))
    using again = scratch(namespace.name)
    // It prints nothing when it has opened the namespace, so lo is set up until that is printed.
    await until('a change of lo', () => {
      for (const state of ['down', 'up']) again.ip('link', 'set', 'lo', state)
      return isPrinted(/changed link .*"key":"up","before":false,"after":true/)
    })
    again.ip('address', 'add', '10.7.0.1/24', 'dev', 'lo')
    await until('the address of lo', () => isPrinted(/added address .*"address":"10\.7\.0\.1\/24"/))
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})

test('the test with the mock passes', () => {
  const printed = execFileSync(process.execPath, [...typescript, '--test', pathOf('bridge.mock.ts')], {
    encoding: 'utf8',
  })
  assert.match(printed, /^# pass 2$|^ℹ pass 2$/m)
})

test.run()
