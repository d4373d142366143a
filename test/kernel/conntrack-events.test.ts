import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type ConntrackChangeEvent, type Expectation, Netlink, type NewConntrack } from '@netloom/netlink'
import { ct, meta, redirect, tcp, udp } from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import {
  type ConntrackLine,
  conntrack,
  conntrackCommand,
  conntrackList,
  lineOf,
  parseLine,
} from '../support/conntrack.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

// Real traffic in namespaces, and events, compared with what conntrack prints.

const test = suiteNeeding('flows and events of conntrack', 'netns', 'conntrack')

const opened = (use: (nl: Netlink, namespace: Namespace) => Promise<void> | void) =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    using nl = Netlink.open({ netns: namespace.path })
    await use(nl, namespace)
  })

/** Programs that exchange packets on lo, print `ready`, and keep their sockets until their input ends. */
const traffic = `
import socket, sys
def tcp(family, address):
    server = socket.socket(family, socket.SOCK_STREAM); server.bind((address, 0)); server.listen()
    client = socket.socket(family, socket.SOCK_STREAM); client.connect((address, server.getsockname()[1]))
    peer, _ = server.accept(); client.send(b'hello'); peer.recv(9); peer.send(b'world!'); client.recv(9)
    return server, client, peer
def udp(family, address, port, replies):
    server = socket.socket(family, socket.SOCK_DGRAM); server.bind((address, port))
    client = socket.socket(family, socket.SOCK_DGRAM); client.sendto(b'hello', (address, port))
    data, source = server.recvfrom(9)
    if replies: server.sendto(data, source); client.recv(9)
    return server, client
kept = [tcp(socket.AF_INET, '127.0.0.1'), tcp(socket.AF_INET6, '::1')]
kept += [udp(socket.AF_INET, '127.0.0.1', 5001, True), udp(socket.AF_INET, '127.0.0.2', 5002, False), udp(socket.AF_INET6, '::1', 5003, True)]
redirected = socket.socket(); redirected.bind(('127.0.0.1', 8081)); redirected.listen()
client = socket.create_connection(('127.0.0.1', 8080)); kept.append((redirected, client, redirected.accept()))
for family, kind, request in ((socket.AF_INET, socket.IPPROTO_ICMP, b'\\x08'), (socket.AF_INET6, 58, b'\\x80')):
    raw = socket.socket(family, socket.SOCK_RAW, kind)
    body = b'\\x00\\x00\\x00\\x12\\x34\\x00\\x01'
    total = sum(int.from_bytes((request + body)[i:i + 2], 'big') for i in (0, 2, 4, 6))
    check = (~((total & 0xffff) + (total >> 16)) & 0xffff).to_bytes(2, 'big')
    raw.sendto(request + b'\\x00' + check + body[3:], ('127.0.0.1' if family == socket.AF_INET else '::1', 0)); kept.append(raw)
print('ready', flush=True)
sys.stdin.read()
`

/** Calls \`use\` while sockets in the namespace have exchanged packets. */
async function withTraffic(namespace: Namespace, use: () => Promise<void> | void): Promise<void> {
  const args = ['netns', 'exec', namespace.name, '/usr/bin/python3', '-c', traffic]
  const child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    const [line] = await once(createInterface(child.stdout), 'line')
    assert.is(line, 'ready')
    await use()
  } finally {
    child.stdin.end()
    await exited
  }
}

/** Adds rules that track connections, mark, label and translate some, and put some into a zone. */
const addRules = (nl: Netlink) =>
  nl.nft.transaction((t) => {
    t.addTable({ name: 'f' })
    t.addChain({ table: 'f', name: 'raw', hook: 'output', priority: 'raw' })
    t.addRule({ table: 'f', chain: 'raw', rule: [udp.dport(5002), ct.zone.set(7)] })
    t.addChain({ table: 'f', name: 'out', hook: 'output' })
    t.addRule({ table: 'f', chain: 'out', rule: [meta.l4proto('tcp'), ct.mark.set(0x1234)] })
    t.addRule({ table: 'f', chain: 'out', rule: [udp.dport(5001), ct.label.set(3)] })
    t.addTable({ family: 'ip', name: 'n' })
    t.addChain({ family: 'ip', table: 'n', name: 'out', type: 'nat', hook: 'output', priority: -100 })
    t.addRule({ family: 'ip', table: 'n', chain: 'out', rule: [tcp.dport(8080), redirect(':8081')] })
  })

/** Checks that lines are the same in any order. uvu would compare each character of each line with those of all others. */
function sameLines(actual: readonly unknown[], expected: readonly unknown[]): void {
  const [ours, theirs] = [actual, expected].map((lines) => lines.map((line) => JSON.stringify(line)).sort())
  const at = ours?.findIndex((line, index) => line !== theirs?.[index]) ?? -1
  assert.ok(at < 0 && ours?.length === theirs?.length, `got\n${ours?.[at]}\nexpected\n${theirs?.[at]}`)
}
const lasting = ({ timeout: _timeout, use: _use, ...line }: ConntrackLine) =>
  Object.fromEntries(Object.entries(line).sort())

/** The sysctl that makes the kernel count packets and bytes. */
const count = (namespace: Namespace, name: string) =>
  namespace.exec('sh', ['-c', `echo 1 > /proc/sys/net/netfilter/${name}`])

test('real flows are listed like conntrack lists them', () =>
  opened(async (nl, namespace) => {
    count(namespace, 'nf_conntrack_acct')
    count(namespace, 'nf_conntrack_timestamp')
    await addRules(nl)
    await withTraffic(namespace, async () => {
      const ours = await nl.conntrack.list()
      const theirs = conntrackList(namespace).map(({ 'delta-time': _delta, ...line }) => lasting(line))
      sameLines(ours.map(lineOf).map(lasting), theirs)
      const found = (protocol: string, family = 'inet') =>
        ours.filter((each) => each.protocol === protocol && each.family === family)
      assert.is(found('tcp').length, 2)
      assert.is(found('tcp', 'inet6').length, 1)
      assert.is(found('udp').length, 2)
      assert.is(found('icmp').length, 1)
      assert.is(found('icmpv6', 'inet6').length, 1)
      for (const each of found('tcp')) {
        assert.is(each.state, 'established')
        assert.is(each.mark, 0x1234)
        assert.ok(each.counters && each.counters.original.packets > 1n && each.counters.reply.bytes > 50n)
        assert.ok(each.start instanceof Date && each.start <= new Date())
        assert.ok(each.tcp?.original.flags?.includes('WINDOW_SCALE'))
      }
      const [redirected] = ours.filter(({ dnat }) => dnat !== undefined)
      assert.equal(redirected?.dnat, { address: '127.0.0.1', port: 8081 })
      assert.is(redirected?.original.dport, 8080)
      const [label] = ours.filter(({ labels }) => labels !== undefined)
      assert.equal(label?.labels, [3])
      assert.is(ours.filter(({ zone }) => zone === 7).length, 1)
      const change = { labels: { 3: false, 9: true } } as const
      nl.conntrack.updateSync(label as never, change)
      assert.equal(nl.conntrack.getSync(label as never)?.labels, [9])
      nl.conntrack.updateSync(label as never, { labels: [1, 64, 127] })
      assert.equal(
        nl.conntrack.listSync({ labels: [64] }).map(({ labels }) => labels),
        [[1, 64, 127]],
      )
      const xml = conntrack(namespace, '-L', '-o', 'xml')
      assert.is(xml.match(/<flow>/g)?.length, ours.length)
      for (const { counters } of ours) assert.match(xml, `<bytes>${counters?.original.bytes}</bytes>`)
    })
  }))

const sent: NewConntrack = {
  ...{ protocol: 'udp', original: { src: '10.0.0.1', dst: '10.0.0.2', sport: 5, dport: 6 }, timeout: 100, mark: 7 },
}

test('events are those of conntrack -E', () =>
  opened(async (nl, namespace) => {
    count(namespace, 'nf_conntrack_acct')
    using events = await nl.conntrack.watch({ protocol: 'udp' }).ready()
    const args = ['netns', 'exec', namespace.name, ...conntrackCommand('-E', '-p', 'udp', '-o', 'extended,id')]
    const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const exited = once(child, 'exit')
    try {
      const lines: string[] = []
      createInterface(child.stdout).on('line', (line) => lines.push(line))
      // conntrack prints nothing when it begins to listen.
      const theirs = await until('a connection that conntrack saw as a whole', () => {
        nl.conntrack.createSync(sent)
        nl.conntrack.createSync({ ...sent, protocol: 'tcp' })
        nl.conntrack.updateSync(sent, { mark: 9, status: ['ASSURED', 'SEEN_REPLY'] })
        nl.conntrack.deleteSync(sent)
        nl.conntrack.flushSync('all')
        const start = lines.findIndex((line) => line.includes('[NEW]'))
        return start >= 0 && lines.length >= start + 3 && lines.slice(start, start + 3)
      })
      assert.equal(
        theirs.map((line) => /\[(\w+)\]/.exec(line)?.[1]),
        ['NEW', 'UPDATE', 'DESTROY'],
      )
      const id = parseLine(theirs[0] as string).id
      const ours: ConntrackChangeEvent[] = []
      while (ours.length < 3) {
        const { value } = await events.next()
        assert.ok(value && value.type !== 'overrun')
        if (String(value.object.id) === id) ours.push(value)
      }
      assert.equal(
        ours.map(({ type }) => type),
        ['added', 'changed', 'removed'],
      )
      const objects = ours.map(({ object }) => lasting(lineOf(object)))
      const printed = theirs.map((line) => {
        // conntrack looks up the process that sent the request.
        const { flags, portid: _portid, progname: _progname, ...rest } = parseLine(line)
        return lasting({ ...rest, flags: (flags as string[]).filter((flag) => flag !== 'USERSPACE') })
      })
      sameLines(objects, printed)
      for (const { time } of ours) assert.ok(time instanceof Date)
    } finally {
      child.kill()
      await exited
    }
  }))

test('a watch with a small buffer reports that events were lost', () =>
  opened(async (nl) => {
    using events = await nl.conntrack.watch({}, { receiveBuffer: 4096 }).ready()
    for (let dport = 1; dport < 200; dport++)
      nl.conntrack.createSync({ ...sent, original: { ...sent.original, dport } })
    const types: string[] = []
    while (!types.includes('overrun')) types.push((await events.next()).value?.type ?? 'end')
    assert.ok(!types.includes('end'))
  }))

test('expectations are those of conntrack', () =>
  opened(async (nl, namespace) => {
    const { expectations } = nl.conntrack
    const master = { protocol: 'tcp', src: '10.0.0.9', dst: '10.0.0.2', sport: 1001, dport: 21 } as const
    const { protocol, ...original } = master
    using events = await expectations.watch().ready()
    const own = { protocol, original, timeout: 600, state: 'established', helper: 'ftp' } as const
    nl.conntrack.createSync(own)
    const listed = () => conntrack(namespace, '-L', 'expect').trim().replace(/^\d+ /, '')
    const tuple = { protocol, dst: '10.0.0.2', dport: 3000 } as const
    expectations.createSync({ master, tuple, flags: ['PERMANENT'] })
    const words =
      'src=0.0.0.0 dst=10.0.0.2 sport=0 dport=3000 mask-src=0.0.0.0 mask-dst=255.255.255.255 sport=0 dport=65535'
    assert.match(listed(), words)
    assert.match(listed(), 'master-src=10.0.0.9 master-dst=10.0.0.2 sport=1001 dport=21 PERMANENT class=0 helper=ftp')
    const [found] = await expectations.list({ master })
    assert.equal(found?.flags, ['PERMANENT'])
    assert.equal(found?.mask, { src: '0.0.0.0', dst: '255.255.255.255', sport: 0, dport: 0xffff })
    assert.equal(found?.master, master)
    assert.equal(expectations.listSync({ master: { ...master, sport: 7 } }), [])
    assert.is(expectations.getSync({ tuple })?.id, found?.id)
    expectations.deleteSync(found as Expectation)
    assert.is(expectations.getSync({ tuple }), undefined)
    assert.throws(() => expectations.deleteSync(found as Expectation), /dport=3000: no such expectation/)
    const ports = ['--sport', '1001', '--dport', '21', '--tuple-port-src', '0', '--tuple-port-dst', '2000']
    const masks = [
      '--mask-src',
      '255.255.255.255',
      '--mask-dst',
      '255.255.255.255',
      '--mask-port-src',
      '0',
      '--mask-port-dst',
      '65535',
    ]
    const addresses = ['--tuple-src', '10.0.0.9', '--tuple-dst', '10.0.0.2', '-s', '10.0.0.9', '-d', '10.0.0.2']
    conntrack(namespace, '-I', 'expect', '-p', 'tcp', ...addresses, ...ports, ...masks, '-t', '100')
    const theirs = listed()
    const [read] = expectations.listSync({ helper: 'ftp' })
    assert.equal(read?.tuple, { protocol, src: '10.0.0.9', dst: '10.0.0.2', sport: 0, dport: 2000 })
    // What was read can be created again, and is the same for conntrack.
    expectations.deleteSync(read as Expectation)
    expectations.createSync(read as Expectation)
    assert.is(listed(), theirs)
    assert.is(
      expectations.statsSync().reduce((sum, { create }) => sum + create, 0),
      3,
    )
    const seen: unknown[] = []
    while (seen.length < 4) {
      const { value } = await events.next()
      seen.push(value?.type === 'overrun' ? value : [value?.type, value?.object.tuple.dport])
    }
    assert.equal(seen, [
      ['added', 3000],
      ['removed', 3000],
      ['added', 2000],
      ['removed', 2000],
    ])
  }))

test.run()
