import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Netlink, NLM_F_DELETE, NLM_F_NEW } from '@netloom/netlink'
import { type DissectedMessage, dissectCapture } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('requests of get and ensure', 'netns')

/** Objects of each kind next to the requested one. */
const MANY = 20
const numbers = Array.from({ length: MANY }, (_, at) => at + 1)
const mac = (at: number) => `02:00:00:00:01:${at.toString(16).padStart(2, '0')}`

/** Creates many objects of each kind: on the links `a` and `b`, in the tables main and 7, on the bridge `br0` and the vxlan `vx`. */
async function scene(nl: Netlink): Promise<void> {
  for (const name of ['a', 'b'])
    await nl.link.add({ name, kind: 'veth', up: true, peer: { name: `${name}-peer`, up: true } })
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
  for (const name of ['a-peer', 'b-peer']) await nl.link.set(name, { master: 'br0' })
  await nl.link.add({ name: 'vx', kind: 'vxlan', data: { id: 5 } })
  for (const at of numbers) {
    for (const [net, dev] of ['a', 'b'].entries()) {
      await nl.address.add({ address: `10.${net}.0.${at}/24`, dev })
      await nl.address.add({ address: `2001:db8:${net}::${at}/64`, dev, flags: ['NODAD'] })
      await nl.neighbour.add({ dst: `10.${net}.0.${at + 100}`, dev, lladdr: mac(at) })
      await nl.neighbour.add({ dst: `10.${net}.0.${at + 150}`, dev, flags: ['PROXY'] })
    }
    for (const table of ['main', 7] as const)
      for (const dst of [`10.9.${at}.0/24`, `2001:db8:9:${at}::/64`])
        await nl.route.add({ dst, dev: at > 10 ? 'b' : 'a', table })
    await nl.neighbour.add({ family: 'bridge', dev: 'a-peer', lladdr: mac(at), state: ['NOARP'] })
    await nl.neighbour.add({ family: 'bridge', dev: 'vx', lladdr: mac(at), dst: `10.0.0.${at}` })
    await nl.rule.add({ priority: at + 100, from: `10.0.0.${at}`, table: 7 })
    await nl.rule.add({ priority: at + 100, from: `2001:db8::${at}`, table: 7 })
    await nl.nexthop.add({ id: at, via: `10.0.0.${at + 100}`, dev: 'a' })
  }
  await nl.qdisc.add({ dev: 'a', kind: 'pfifo', handle: '1:', options: { limit: 7 } })
}

interface Traffic {
  /** The requests, in order. */
  readonly sent: readonly string[]
  /** The changes with their NLM_F_*, as docs/api.md names them: `NEWLINK CREATE EXCL`. */
  readonly changes: readonly string[]
  /** The number of objects that the kernel returned. */
  readonly returned: number
}

const control = ['NLMSG_DONE', 'NLMSG_ERROR']

/** Returns a request as docs/api.md names it. */
function changeText({ type, header }: DissectedMessage): string {
  const family = type.startsWith('RTM_NEW') ? NLM_F_NEW : NLM_F_DELETE
  const words = Object.entries(family.values).filter(([, bit]) => ((header?.flags ?? 0) & bit) !== 0)
  const order = ['CREATE', 'EXCL', 'REPLACE', 'APPEND', 'BULK', 'NONREC']
  const names = words.map(([name]) => name).sort((one, other) => order.indexOf(one) - order.indexOf(other))
  return [type.replace('RTM_', ''), ...names].join(' ')
}

/** Runs operations with its own connection. Returns their traffic. */
async function trafficOf(netns: string, use: (nl: Netlink) => Promise<unknown>): Promise<Traffic> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-'))
  try {
    const capture = join(folder, 'capture.pcap')
    {
      using nl = Netlink.open({ netns, capture })
      await use(nl)
    }
    const messages = [...dissectCapture(readFileSync(capture))].flatMap((datagram) => datagram.messages)
    const requests = messages.filter(({ toKernel }) => toKernel)
    const sent = requests.map(({ type }) => type)
    const changes = requests.filter(({ type }) => !type.startsWith('RTM_GET')).map(changeText)
    return {
      sent,
      changes,
      returned: messages.filter(({ toKernel, type }) => !toKernel && !control.includes(type)).length,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The indexes of the links. With a name, each request for a link would be another one. */
type Indexes = Readonly<Record<'a' | 'b' | 'port' | 'br0' | 'vx', number>>

/** One object, and operations that find it as it is. */
interface Row {
  readonly what: string
  readonly requests: string
  /** The number of objects that the kernel returns. */
  readonly returned: number | ((nl: Netlink) => Promise<number>)
  get(nl: Netlink, links: Indexes): Promise<unknown>
  ensure?(nl: Netlink, links: Indexes): Promise<{ readonly changed: boolean }>
}

const rows: readonly Row[] = [
  {
    ...{ what: 'link', requests: 'RTM_GETLINK', returned: 1 },
    get: (nl) => nl.link.get('a'),
    ensure: (nl) => nl.link.ensure({ name: 'a', kind: 'veth', up: true }),
  },
  {
    ...{ what: 'next hop', requests: 'RTM_GETNEXTHOP', returned: 1 },
    get: (nl) => nl.nexthop.get({ id: 7 }),
    ensure: (nl, { a }) => nl.nexthop.ensure({ id: 7, via: '10.0.0.107', dev: a }),
  },
  {
    ...{ what: 'neighbour', requests: 'RTM_GETNEIGH', returned: 1 },
    get: (nl, { a }) => nl.neighbour.get({ dev: a, dst: '10.0.0.107' }),
    ensure: (nl, { a }) => nl.neighbour.ensure({ dev: a, dst: '10.0.0.107', lladdr: mac(7) }),
  },
  {
    ...{ what: 'proxy', requests: 'RTM_GETNEIGH', returned: 1 },
    get: (nl, { a }) => nl.neighbour.get({ dev: a, dst: '10.0.0.157', flags: ['PROXY'] }),
    ensure: (nl, { a }) => nl.neighbour.ensure({ dev: a, dst: '10.0.0.157', flags: ['PROXY'] }),
  },
  {
    // The link's kind determines the FDB: the first request.
    ...{ what: 'FDB entry of a bridge', requests: 'RTM_GETLINK RTM_GETNEIGH', returned: 2 },
    get: (nl, { port }) => nl.neighbour.get({ family: 'bridge', dev: port, lladdr: mac(7) }),
    ensure: (nl, { port }) => nl.neighbour.ensure({ family: 'bridge', dev: port, lladdr: mac(7), state: ['NOARP'] }),
  },
  {
    ...{ what: 'FDB entry of a vxlan', requests: 'RTM_GETLINK RTM_GETNEIGH', returned: 2 },
    get: (nl, { vx }) => nl.neighbour.get({ family: 'bridge', dev: vx, lladdr: mac(7), dst: '10.0.0.7' }),
    ensure: (nl, { vx }) => nl.neighbour.ensure({ family: 'bridge', dev: vx, lladdr: mac(7), dst: '10.0.0.7' }),
  },
  {
    ...{ what: 'IPv6 address', requests: 'RTM_GETADDR', returned: 1 },
    get: (nl, { a }) => nl.address.get({ dev: a, address: '2001:db8:0::7/64' }),
    ensure: (nl, { a }) => nl.address.ensure({ dev: a, address: '2001:db8:0::7/64' }),
  },
  {
    ...{ what: 'IPv4 address: those of its link', requests: 'RTM_GETADDR', returned: MANY },
    get: (nl, { a }) => nl.address.get({ dev: a, address: '10.0.0.7/24' }),
    ensure: (nl, { a }) => nl.address.ensure({ dev: a, address: '10.0.0.7/24' }),
  },
  {
    ...{ what: 'rule: those of its family', requests: 'RTM_GETRULE' },
    returned: async (nl) => (await nl.rule.list({ family: 'inet' })).length,
    get: (nl) => nl.rule.get({ priority: 107 }),
    ensure: (nl) => nl.rule.ensure({ priority: 107, from: '10.0.0.7', table: 7 }),
  },
  {
    ...{ what: 'route: those of its family and table', requests: 'RTM_GETROUTE', returned: MANY },
    get: (nl) => nl.route.get({ dst: '10.9.7.0/24', table: 7 }),
    ensure: (nl, { a }) => nl.route.ensure({ dst: '10.9.7.0/24', dev: a, table: 7 }),
  },
  {
    ...{ what: 'route: those of its family, table and link', requests: 'RTM_GETROUTE', returned: 10 },
    get: (nl, { a }) => nl.route.get({ dst: '2001:db8:9:7::/64', table: 7, dev: a, protocol: 'boot', type: 'unicast' }),
  },
  {
    ...{ what: 'route: those of its family, table and protocol', requests: 'RTM_GETROUTE', returned: 2 },
    get: (nl) => nl.route.get({ dst: '10.0.0.0/24', protocol: 'kernel', src: '10.0.0.1' }),
  },
  {
    ...{ what: 'qdisc: all, as the kernel does not filter', requests: 'RTM_GETQDISC' },
    returned: async (nl) => (await nl.qdisc.list()).length,
    get: (nl, { a }) => nl.qdisc.get({ dev: a, parent: 'root' }),
    ensure: (nl, { a }) => nl.qdisc.ensure({ dev: a, kind: 'pfifo', options: { limit: 7 } }),
  },
]

test('one object costs one request, and the kernel returns as few objects as it can', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await scene(nl)
    const names = { a: 'a', b: 'b', port: 'a-peer', br0: 'br0', vx: 'vx' }
    const entries = await Promise.all(
      Object.entries(names).map(async ([key, name]) => [key, (await nl.link.get(name))?.index]),
    )
    const links = Object.fromEntries(entries) as Indexes
    for (const { what, requests, returned, get, ensure } of rows) {
      const count = typeof returned === 'number' ? returned : await returned(nl)
      const expected = { sent: requests.split(' '), changes: [], returned: count }
      assert.equal(
        await trafficOf(path, async (own) => assert.ok(await get(own, links), what)),
        expected,
        `get of a ${what}`,
      )
      if (ensure === undefined) continue
      assert.equal(
        await trafficOf(path, async (own) => assert.is((await ensure(own, links)).changed, false, what)),
        expected,
        `ensure of a ${what}`,
      )
    }
  }))

test('the kernel announces a qdisc to all listeners when it is requested, so it is dumped', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await nl.link.add({ name: 'a', kind: 'veth', up: true, peer: { name: 'a-peer', up: true } })
    await nl.qdisc.add({ dev: 'a', kind: 'pfifo', handle: '1:', options: { limit: 7 } })
    const { dev } = (await nl.qdisc.get({ dev: 'a', handle: '1:' })) ?? { dev: 0 }
    const monitor = nl.connection.monitor(['TC'])
    await nl.qdisc.get({ dev: 'a', handle: '1:' })
    await nl.qdisc.ensure({ dev: 'a', kind: 'pfifo', options: { limit: 7 } })
    assert.equal(monitor.takeSync(1).events, [])
    nl.connection.requestSync('RTM_GETQDISC', { ifindex: dev, handle: 0x10000 }, { echo: true })
    assert.is(monitor.readSync()?.type, 'RTM_NEWQDISC')
  }))

/** The table of docs/api.md: for each object its operations with what they send. */
function documented(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const lines = page
    .slice(page.indexOf('### What each operation sends'))
    .split('\n')
    .filter((line) => line.startsWith('|'))
  const cells = (line = '') =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''))
  const [, ...objects] = cells(lines[0])
  const rows = lines.slice(2, 12).map(cells)
  const entries = objects.map((object, at) => {
    const operations = rows.flatMap(([name = '', ...row]): [string, string][] =>
      row[at] === '–' ? [] : [[name, row[at] ?? '']],
    )
    return [object.replace('nl.', ''), new Map(operations)] as const
  })
  return new Map(entries)
}

const fdb = { family: 'bridge', dev: 'vx', lladdr: '02:00:00:00:00:99' } as const
const route = { dst: '10.77.0.0/16', dev: 'a' } as const
const address = { address: '10.77.0.1/24', dev: 'a' } as const
const neighbour = { dst: '10.77.0.2', dev: 'a', lladdr: mac(1) } as const
const rule = { priority: 777, from: '10.77.0.0/16' } as const
const hop = { id: 777, dev: 'a' } as const
const fifo = { dev: 'b', kind: 'pfifo', handle: '7:' } as const

/** Calls in an order in which each one changes something. */
const calls: readonly (readonly [operation: string, call: (nl: Netlink) => Promise<unknown>])[] = [
  ['link.add', (nl) => nl.link.add({ name: 'x', kind: 'bridge' })],
  ['link.set', (nl) => nl.link.set('x', { mtu: 1400 })],
  ['link.ensure', (nl) => nl.link.ensure({ name: 'x', kind: 'bridge', mtu: 1300 })],
  ['link.delete', (nl) => nl.link.delete('x')],
  ['address.add', (nl) => nl.address.add(address)],
  ['address.replace', (nl) => nl.address.replace({ ...address, metric: 5 })],
  ['address.ensure', (nl) => nl.address.ensure({ ...address, metric: 6 })],
  ['address.delete', (nl) => nl.address.delete(address)],
  ['address.flush', (nl) => nl.address.flush({ dev: 'b', family: 'inet6', scope: 'global' })],
  ['route.add', (nl) => nl.route.add({ ...route, table: 77 })],
  ['route.append', (nl) => nl.route.append({ ...route, table: 77, protocol: 'static' })],
  ['route.replace', (nl) => nl.route.replace({ ...route, table: 78 })],
  ['route.ensure', (nl) => nl.route.ensure({ ...route, table: 78, mtu: 1400 })],
  ['route.delete', (nl) => nl.route.delete({ ...route, table: 78 })],
  ['route.flush', (nl) => nl.route.flush({ table: 77 })],
  ['neighbour.add', (nl) => nl.neighbour.add(neighbour)],
  ['neighbour.replace', (nl) => nl.neighbour.replace({ ...neighbour, lladdr: mac(2) })],
  ['neighbour.ensure', (nl) => nl.neighbour.ensure({ ...neighbour, lladdr: mac(3) })],
  ['neighbour.delete', (nl) => nl.neighbour.delete({ dst: neighbour.dst, dev: 'a' })],
  ['neighbour.append', (nl) => nl.neighbour.append({ ...fdb, dst: '10.0.0.9' })],
  ['neighbour.flush', (nl) => nl.neighbour.flush({ ...{ family: 'bridge', dev: 'vx' }, state: ['PERMANENT'] })],
  ['rule.add', (nl) => nl.rule.add({ ...rule, table: 7 })],
  ['rule.replace', (nl) => nl.rule.replace({ ...rule, table: 8 })],
  ['rule.ensure', (nl) => nl.rule.ensure({ ...rule, table: 9 })],
  ['rule.delete', (nl) => nl.rule.delete(rule)],
  ['rule.flush', (nl) => nl.rule.flush({ table: 7 })],
  ['nexthop.add', (nl) => nl.nexthop.add(hop)],
  ['nexthop.replace', (nl) => nl.nexthop.replace({ ...hop, dev: 'b' })],
  ['nexthop.ensure', (nl) => nl.nexthop.ensure(hop)],
  ['nexthop.delete', (nl) => nl.nexthop.delete({ id: 777 })],
  ['nexthop.flush', (nl) => nl.nexthop.flush({ dev: 'a' })],
  ['qdisc.add', (nl) => nl.qdisc.add({ ...fifo, options: { limit: 7 } })],
  ['qdisc.set', (nl) => nl.qdisc.set({ ...fifo, options: { limit: 8 } })],
  ['qdisc.ensure', (nl) => nl.qdisc.ensure({ ...fifo, options: { limit: 9 } })],
  ['qdisc.replace', (nl) => nl.qdisc.replace({ ...fifo, options: { limit: 10 } })],
  ['qdisc.delete', (nl) => nl.qdisc.delete(fifo)],
]

test('docs/api.md: the table of operations is complete, and names the messages and flags', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await scene(nl)
    const table = documented()
    const objects = ['link', 'address', 'route', 'neighbour', 'rule', 'nexthop', 'qdisc'] as const
    assert.equal([...table.keys()], [...objects])
    for (const object of objects) {
      const operations = Object.keys(nl[object]).filter((name) => !name.endsWith('Sync'))
      assert.equal([...(table.get(object)?.keys() ?? [])].sort(), operations.sort(), object)
      const changing = operations.filter((name) => !['get', 'list', 'lookup'].includes(name))
      const called = calls.map(([name]) => name).filter((name) => name.startsWith(`${object}.`))
      assert.equal(called.sort(), changing.map((name) => `${object}.${name}`).sort())
    }
    for (const [operation, call] of calls) {
      const [object = '', name = ''] = operation.split('.')
      const text = table.get(object)?.get(name) ?? ''
      const { changes } = await trafficOf(path, call)
      assert.ok(changes.length > 0, operation)
      const named = text.match(/(NEW|DEL)[A-Z]+( (CREATE|EXCL|REPLACE|APPEND|BULK))*/g) ?? []
      for (const change of changes)
        assert.ok(
          named.some((each) => each === change),
          `${operation}: expected ${text}, got ${change}`,
        )
    }
  }))

test.run()
