import { type Conntrack, type ConntrackFilter, Netlink, NetlinkError, type NewConntrack } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { type ConntrackLine, conntrack, conntrackList, lineOf } from '../support/conntrack.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Connections that are created by requests, compared with what conntrack lists. Real traffic is in conntrack-flows.test.ts.

const test = suiteNeeding('conntrack', 'netns', 'conntrack')

const opened = (use: (nl: Netlink, namespace: Namespace) => Promise<void> | void) =>
  inScratch(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    await use(nl, namespace)
  })

const addresses = ['-s', '10.0.0.1', '-d', '10.0.0.2']
const ports = ['--sport', '1000', '--dport', '53']
const tuple = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 53 }
const timeout = 1000

/** The same connections, as arguments of `conntrack -I` and as the API has them. */
const rows: readonly (readonly [args: readonly string[], connection: NewConntrack])[] = [
  [
    ['-p', 'tcp', ...addresses, ...ports, '--state', 'ESTABLISHED', '-u', 'ASSURED,SEEN_REPLY', '-m', '0x11'],
    { protocol: 'tcp', original: tuple, timeout, state: 'established', status: ['ASSURED', 'SEEN_REPLY'], mark: 0x11 },
  ],
  [
    ['-p', 'tcp', ...addresses, '--sport', '1001', '--dport', '53', '--state', 'SYN_SENT', '-m', '0x21'],
    { protocol: 'tcp', original: { ...tuple, sport: 1001 }, timeout, state: 'SYN_SENT', mark: 0x21 } as never,
  ],
  [['-p', 'udp', ...addresses, ...ports], { protocol: 'udp', original: tuple, timeout }],
  [['-p', 'udp', ...addresses, ...ports, '-w', '5'], { protocol: 'udp', original: tuple, timeout, zone: 5 }],
  [
    ['-p', 'udp', ...addresses, '--sport', '7', '--dport', '7', '--orig-zone', '6'],
    { protocol: 'udp', original: { ...tuple, sport: 7, dport: 7, zone: 6 }, timeout },
  ],
  [
    ['-p', 'udp', ...addresses, '--sport', '8', '--dport', '8', '--src-nat', '192.0.2.7:4000', '-u', 'FIXED_TIMEOUT'],
    {
      ...{ protocol: 'udp', original: { ...tuple, sport: 8, dport: 8 }, timeout, status: ['FIXED_TIMEOUT'] },
      snat: { address: '192.0.2.7', port: 4000 },
    },
  ],
  [
    ['-p', 'tcp', ...addresses, '--sport', '9', '--dport', '9', '--dst-nat', '192.0.2.8', '--state', 'SYN_RECV'],
    {
      ...{ protocol: 'tcp', original: { ...tuple, sport: 9, dport: 9 }, timeout, state: 'syn_recv' },
      dnat: { address: '192.0.2.8' },
    },
  ],
  [
    ['-p', 'icmp', ...addresses, '--icmp-type', '8', '--icmp-code', '0', '--icmp-id', '77'],
    {
      ...{ protocol: 'icmp', timeout },
      original: { src: '10.0.0.1', dst: '10.0.0.2', icmpType: 'echo', icmpCode: 0, icmpId: 77 },
    },
  ],
  [
    ['-p', 'icmpv6', '-s', 'fd00::1', '-d', 'fd00::2', '--icmpv6-type', '128', '--icmpv6-code', '0'].concat(
      ...['--icmpv6-id', '78'],
    ),
    {
      ...{ protocol: 'icmpv6', timeout },
      original: { src: 'fd00::1', dst: 'fd00::2', icmpType: 'echo_request', icmpCode: 0, icmpId: 78 },
    },
  ],
  [
    ['-p', 'udp', '-s', 'fd00::1', '-d', 'fd00::2', ...ports, '--dst-nat', 'fd00::9'],
    {
      ...{ protocol: 'udp', original: { src: 'fd00::1', dst: 'fd00::2', sport: 1000, dport: 53 }, timeout },
      dnat: { address: 'fd00::9' },
    },
  ],
  [
    ['-p', 'gre', ...addresses, '--srckey', '5', '--dstkey', '6'],
    { protocol: 'gre', original: { ...tuple, sport: 5, dport: 6 }, timeout },
  ],
  [['-p', 'udplite', ...addresses, ...ports], { protocol: 'udplite', original: tuple, timeout }],
  [
    ['-p', 'sctp', ...addresses, ...ports, '--state', 'ESTABLISHED', '--orig-vtag', '5', '--reply-vtag', '6'],
    { protocol: 'sctp', original: tuple, timeout, state: 'established', sctp: { original: 5, reply: 6 } },
  ],
]

const byText = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).sort()
/** Leaves out what differs between namespaces and times. `use` counts the readers of the moment. */
const lasting = ({ id: _id, timeout: _timeout, use: _use, ...line }: ConntrackLine) =>
  Object.fromEntries(Object.entries(line).sort())

test('connections that were created are those that conntrack creates', () =>
  opened((nl, ours) =>
    opened((_, theirs) => {
      for (const [args, connection] of rows) {
        conntrack(theirs, '-I', ...args, '-t', String(timeout))
        nl.conntrack.createSync(connection)
      }
      assert.is(conntrackList(theirs).length, rows.length)
      assert.equal(byText(conntrackList(ours).map(lasting)), byText(conntrackList(theirs).map(lasting)))
    }),
  ))

/** Creates the connections of all rows. */
function fill(nl: Netlink): void {
  for (const [, connection] of rows) nl.conntrack.createSync(connection)
}

test('lists what conntrack lists', () =>
  opened(async (nl, namespace) => {
    fill(nl)
    const before = nl.conntrack.listSync()
    const listed = conntrackList(namespace)
    const after = await nl.conntrack.list()
    assert.is(listed.length, rows.length)
    assert.equal(byText(before.map(lineOf).map(lasting)), byText(listed.map(lasting)))
    const timeouts = (lines: readonly ConntrackLine[]) =>
      new Map(lines.map(({ id, timeout: seconds }) => [id, Number(seconds)]))
    const [first, middle, last] = [before.map(lineOf), listed, after.map(lineOf)].map(timeouts)
    for (const [id, seconds] of middle ?? []) {
      assert.ok(Number(first?.get(id)) >= seconds && seconds >= Number(last?.get(id)), `timeout ${seconds}`)
    }
    const [connection] = before.filter(({ snat }) => snat !== undefined)
    assert.is(before.filter(({ dnat }) => dnat !== undefined).length, 2)
    assert.equal(connection?.snat, { address: '192.0.2.7', port: 4000 })
    assert.is(connection?.message.attrs.tupleOrig?.ip?.v4Src, '10.0.0.1')
    assert.not.ok(Object.keys(connection ?? {}).includes('message'))
  }))

const filters: readonly (readonly [args: readonly string[], filter: ConntrackFilter])[] = [
  [['-f', 'ipv4'], { family: 'inet' }],
  [['-f', 'ipv6'], { family: 'inet6' }],
  [['-p', 'udp'], { protocol: 'udp' }],
  [['-p', 'udp', '-f', 'ipv6'], { protocol: 'udp', family: 'inet6' }],
  [['-w', '5'], { zone: 5 }],
  [['--orig-zone', '6'], { zone: 6 }],
  [['-m', '0x11'], { mark: 0x11 }],
  [['-m', '0x1/0x1'], { mark: '0x1/0x1' }],
  [['-m', '0x20/0xf0'], { mark: '0x20/0xf0' }],
  [['-u', 'ASSURED'], { status: ['ASSURED'] }],
  [['-u', 'SEEN_REPLY'], { status: { SEEN_REPLY: true } }],
  [['-u', 'FIXED_TIMEOUT'], { status: ['FIXED_TIMEOUT'] }],
  [['-n'], { status: ['SRC_NAT'] }],
  [['-g'], { status: ['DST_NAT'] }],
  [['-s', '10.0.0.1'], { original: { src: '10.0.0.1' } }],
  [['-d', '10.0.0.0/30'], { original: { dst: '10.0.0.0/30' } }],
  [['-r', '192.0.2.8'], { reply: { src: '192.0.2.8' } }],
  [['-q', '192.0.2.7'], { reply: { dst: '192.0.2.7' } }],
  [['-f', 'ipv6', '-s', 'fd00::1'], { original: { src: 'fd00::1' } }],
  [['-p', 'udp', '--dport', '53'], { protocol: 'udp', original: { dport: 53 } }],
  [['-p', 'tcp', '--sport', '1001'], { protocol: 'tcp', original: { sport: 1001 } }],
  [['-p', 'udp', '--reply-port-dst', '4000'], { protocol: 'udp', reply: { dport: 4000 } }],
  [['-p', 'icmp', '--icmp-type', '8'], { protocol: 'icmp', original: { icmpType: 'echo' } }],
  [['-p', 'icmp', '--icmp-id', '77'], { protocol: 'icmp', original: { icmpId: 77 } }],
  [['-p', 'icmpv6', '--icmpv6-id', '78', '-f', 'ipv6'], { protocol: 'icmpv6', original: { icmpId: 78 } }],
  [['-p', 'tcp', '--state', 'SYN_SENT'], { protocol: 'tcp', state: 'syn_sent' }],
  [['-p', 'udp', '-s', '10.0.0.1', '-w', '5'], { protocol: 'udp', original: { src: '10.0.0.1' }, zone: 5 }],
]

const idsOf = (connections: readonly Conntrack[]) => connections.map(({ id }) => String(id)).sort()

test('filters select what those of conntrack select', () =>
  opened((nl, namespace) => {
    fill(nl)
    const all = nl.conntrack.listSync().length
    for (const [args, filter] of filters) {
      const expected = conntrackList(namespace, ...args).map(({ id }) => String(id))
      assert.ok(expected.length > 0 && expected.length < all, `${args} selects ${expected.length} of ${all}`)
      assert.equal(idsOf(nl.conntrack.listSync(filter)), expected.sort(), args.join(' '))
    }
  }))

test('a connection is found, changed and deleted by its tuple', () =>
  opened((nl, namespace) => {
    fill(nl)
    const key = { protocol: 'tcp', original: tuple } as const
    const listed = () => conntrackList(namespace, '-p', 'tcp', '--sport', '1000')[0]
    assert.is(String(nl.conntrack.getSync(key)?.id), listed()?.id)
    const { original: _original, ...byReply } = nl.conntrack.getSync(key) as Conntrack
    assert.is(String(nl.conntrack.getSync(byReply)?.id), listed()?.id)
    nl.conntrack.updateSync(key, { mark: '0x40/0xf0', timeout: 77, state: 'time_wait', status: ['FIXED_TIMEOUT'] })
    assert.is(listed()?.mark, String(0x41))
    assert.is(listed()?.state, 'TIME_WAIT')
    assert.ok(Number(listed()?.timeout) <= 77)
    assert.is(conntrackList(namespace, '-p', 'tcp', '-u', 'FIXED_TIMEOUT').length, 1)
    const found = nl.conntrack.getSync(key) as Conntrack
    assert.throws(
      () => nl.conntrack.deleteSync({ ...found, id: (found.id ^ 1) >>> 0 }),
      (error: unknown) =>
        error instanceof NetlinkError && /sport=1000 dport=53: no such connection/.test(error.message),
    )
    nl.conntrack.deleteSync(found)
    assert.is(listed(), undefined)
    assert.is(nl.conntrack.getSync(key), undefined)
    for (const change of [{ mark: 1 }, { timeout: 5 }])
      assert.throws(() => nl.conntrack.updateSync(found, change), /no such connection/)
    // What was read can be created again.
    nl.conntrack.createSync(found as NewConntrack)
    assert.equal(lasting(lineOf(nl.conntrack.getSync(key) as Conntrack)), lasting(lineOf(found)))
    const [sctp] = nl.conntrack.listSync({ protocol: 'sctp' })
    nl.conntrack.updateSync(sctp as Conntrack, { state: 'shutdown_sent' })
    assert.is(conntrackList(namespace, '-p', 'sctp')[0]?.state, 'SHUTDOWN_SENT')
  }))

test('flush deletes what a filter selects, and returns it', () =>
  opened((nl, namespace) => {
    fill(nl)
    let left = conntrackList(namespace).length
    for (const filter of [{ protocol: 'icmp' }, { mark: 0x11 }, { zone: 5 }, { family: 'inet6' }] as const) {
      const expected = idsOf(nl.conntrack.listSync(filter))
      assert.ok(expected.length > 0)
      assert.equal(idsOf(nl.conntrack.flushSync(filter)), expected)
      left -= expected.length
      assert.is(conntrackList(namespace).length, left)
    }
    assert.ok(left > 0)
    assert.is(nl.conntrack.flushSync('all').length, left)
    assert.equal(conntrackList(namespace), [])
    assert.throws(
      () => nl.conntrack.flushSync({}),
      /expected filter to have at least one of family, protocol.*, got none: 'all' instead of a filter deletes everything/,
    )
    for (const filter of [
      { status: [] },
      { labels: [] },
      { original: {} },
      { original: { src: undefined } },
      { status: {} },
    ])
      assert.throws(
        () => nl.conntrack.flushSync(filter as never),
        /expected \w+ of filter to restrict what is deleted, got/,
      )
  }))

test('labels that the kernel has no room for are an error, and the connection is not created', () =>
  inScratch(({ path }) => {
    using nl = Netlink.open({ netns: path })
    const key = { protocol: 'udp', original: { src: '10.0.0.1', dst: '10.0.0.2', sport: 5, dport: 6 } } as const
    const refused = (error: unknown) =>
      error instanceof NetlinkError &&
      error.code === 'ENOSPC' &&
      /dst=10\.0\.0\.2 .*no room for labels: no rule of its network namespace used them/.test(error.message)
    assert.throws(() => nl.conntrack.createSync({ ...key, timeout: 100, labels: [1] }), refused)
    assert.is(nl.conntrack.getSync(key), undefined)
    nl.conntrack.createSync({ ...key, timeout: 100 })
    assert.throws(() => nl.conntrack.updateSync(key, { labels: [1] }), refused)
    assert.throws(() => nl.conntrack.updateSync(key, { labels: { 1: true } }), refused)
    assert.is(nl.conntrack.getSync(key)?.labels, undefined)
  }))

test('statistics are those of conntrack', () =>
  opened((nl, namespace) => {
    fill(nl)
    const { entries, cpus } = nl.conntrack.statsSync()
    assert.is(entries, Number(conntrack(namespace, '-C')))
    const words = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const lines = cpus.map(({ cpu, chainToolong, ...counters }) =>
      [`cpu=${cpu}`, ...Object.entries(counters).map(([name, value]) => `${words(name)}=${value}`)]
        .concat(`chaintoolong=${chainToolong}`)
        .join(' '),
    )
    const listed = conntrack(namespace, '-S').trim().split('\n')
    assert.equal(
      lines,
      listed.map((line) => line.trim().split(/\s+/).join(' ')),
    )
    assert.ok(cpus.reduce((sum, { insert }) => sum + insert, 0) >= rows.length)
  }))

const badFilters: readonly (readonly [filter: object, message: RegExp])[] = [
  [{ protocol: 'tpc' }, /expected protocol of filter to be a number or one of .*, got "tpc"/],
  [{ original: { src: '1.2.3' } }, /expected src of original of filter to be an address like/],
  [{ original: { src: '10.0.0.1', dst: '::1' } }, /expected dst of original of filter to be of inet, got "::1"/],
  [{ family: 'inet', original: { src: '::1' } }, /expected the addresses and the protocol of filter to be of inet/],
  [{ mark: '0x10/' }, /expected mark of filter to be an integer .*, or text with a mask like 0x10\/0xff/],
  [{ mark: -1 }, /expected mark of filter/],
  [{ status: ['REPLIED'] }, /expected status of filter to be of the flags .*, got "REPLIED"/],
  [{ status: { ASSURED: 1 } }, /expected ASSURED of status of filter to be true or false, got 1/],
  [{ labels: [128] }, /expected labels of filter to be a list of integers from 0 to 127/],
  [{ state: 'open_wait' }, /expected state of filter/],
  [{ protocol: 'icmp', original: { sport: 5 } }, /expected original of filter without sport, because icmp has none/],
  [{ original: { icmpType: 'echo' } }, /expected protocol together with icmpType/],
  [{ zone: 70_000 }, /expected zone of filter to be an integer from 0 to 65535/],
  [{ marks: 1 }, /expected filter to have the keys family, .*, got 'marks'/],
]

const udp = { protocol: 'udp', original: tuple, timeout } as const
const badConnections: readonly (readonly [connection: object, message: RegExp])[] = [
  [{ protocol: 'udp', original: tuple }, /expected connection to have 'timeout'/],
  [{ ...udp, original: { src: '10.0.0.1', dst: '10.0.0.2' } }, /expected original to have 'sport'/],
  [{ ...udp, original: { ...tuple, dst: '::1' } }, /expected dst of original to be of inet, got "::1"/],
  [{ ...udp, original: { ...tuple, dport: 70_000 } }, /expected dport of original to be an integer/],
  [{ ...udp, state: 'established' }, /expected state only with tcp and sctp, got it with udp/],
  [{ ...udp, tcp: { original: {}, reply: {} } }, /expected tcp only with tcp, got it with udp/],
  [{ ...udp, protocol: 'tcp', tcp: { original: { windowScale: 15 }, reply: {} } }, /windowScale of original of tcp/],
  [{ ...udp, protocol: 'sctp', state: 'established' }, /expected state and sctp together, got only state/],
  [{ ...udp, snat: { address: '::1' } }, /expected address of snat to be of inet/],
  [{ ...udp, snat: { address: '10.0.0.9', port: { start: 9, end: 8 } } }, /expected start of port of snat/],
  [{ ...udp, dnat: { address: '10.0.0.9' }, reply: tuple }, /expected src of reply to be "10.0.0.9", as dnat/],
  [{ ...udp, helper: 'a-name-that-is-too-long' }, /expected helper of connection to be a text of 1 to 15 bytes/],
  [{ ...udp, labels: 5 }, /expected labels of connection to be a list/],
  [{ ...udp, synproxy: { isn: 1 } }, /expected synproxy of connection to have 'its'/],
]

const badChanges: readonly (readonly [change: object, message: RegExp])[] = [
  [{}, /expected change to have at least one of/],
  [{ status: ['CONFIRMED'] }, /expected status of change to be of the flags SEEN_REPLY, ASSURED, FIXED_TIMEOUT/],
  [{ snat: { address: '10.0.0.9' } }, /expected change to have the keys .*, got 'snat'/],
  [{ labels: { 1: 1 } }, /expected label 1 of change to be true or false, got 1/],
  [{ tcp: { original: {}, reply: {} } }, /expected tcp only with tcp/],
]

test('wrong values are refused before anything is sent', () =>
  opened((nl) => {
    const { conntrack: ct } = nl
    const refuses = (call: () => unknown, message: RegExp) =>
      assert.throws(
        call,
        (error: unknown) => error instanceof TypeError && message.test(error.message),
        String(message),
      )
    for (const [filter, message] of badFilters) {
      refuses(() => ct.listSync(filter), message)
      refuses(() => ct.flushSync(filter), message)
      refuses(() => ct.watch(filter), message)
    }
    for (const [connection, message] of badConnections) refuses(() => ct.createSync(connection as never), message)
    for (const [change, message] of badChanges) refuses(() => ct.updateSync(udp, change), message)
    refuses(() => ct.getSync({ protocol: 'udp' }), /expected key to have 'original' or 'reply'/)
    refuses(() => ct.watch({}, { buffer: 1 } as never), /buffer/)
    const master = { protocol: 'tcp', ...tuple } as const
    refuses(
      () => ct.expectations.createSync({ master, tuple: { protocol: 'tcp' } }),
      /expected tuple to have 'src' or 'dst'/,
    )
    refuses(
      () => ct.expectations.createSync({ master, tuple: { protocol: 'tcp', dst: '::1' } }),
      /expected master to be of inet6/,
    )
    refuses(() => ct.expectations.listSync({ masters: master } as never), /got 'masters'/)
    assert.equal(ct.listSync(), [])
  }))

test.run()
