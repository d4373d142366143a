import { Netlink, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { compileExpression } from '../../packages/netlink/dist/api/sockets/where/compile.js'
import { parseExpression } from '../../packages/netlink/dist/api/sockets/where/parse.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Wrong arguments of nl.sockets are refused before anything is sent.

const test = suiteNeeding('wrong arguments of nl.sockets', 'netns')

const CONDITIONS =
  'expected a condition (src, dst, sport, dport, dev, fwmark, cgroup, autobound), not or a parenthesis in where of filter'

/** Filters, with the message of the error. */
const filters: readonly (readonly [filter: unknown, message: string | RegExp])[] = [
  [7, 'expected filter to be an object, got 7'],
  [{ port: 80, ports: 1 }, /^expected filter to have the keys protocol, state, family, .*, got 'ports'$/],
  [{ where: null }, 'expected where of filter to have a value or to be left out, got null'],
  [{ protocol: 'tpc' }, /^expected protocol to be one of tcp, udp, .*, xdp, got "tpc"$/],
  [{ protocol: [] }, 'expected protocol to have at least one protocol, got []'],
  [{ state: 'open' }, /^expected state of filter to be one of all, connected, .*, or a list of them, got "open"$/],
  [{ state: ['listening', 3] }, /, got 3$/],
  [{ state: [] }, 'expected state of filter to have at least one state, got []'],
  [{ state: 'toString' }, /, got "toString"$/],
  [{ family: 'ipv4' }, 'expected family to be inet or inet6, got "ipv4"'],
  [{ protocol: 'unix', sport: 5 }, 'expected sport of filter only with protocols above IP, got it with unix'],
  [{ protocol: ['tcp', 'netlink'], where: 'autobound' }, /^expected where of filter only .*, got it with netlink$/],
  [{ sport: 65536 }, 'expected sport of filter to be a port from 0 to 65535, or a service of /etc/services, got 65536'],
  [{ sport: -1 }, /, got -1$/],
  [{ sport: 1.5 }, /, got 1.5$/],
  [{ dport: 'no-such-service' }, /^expected dport of filter to be a port .*, got "no-such-service"$/],
  [{ port: true }, /^expected port of filter to be a port .*, got true$/],
  [{ src: '10.0.0.1:22' }, 'expected src of filter to be an address or a prefix without a port, which is sport'],
  [{ dst: '10.0.0.0/33' }, /^expected dst of filter to be an address like .*, got "10.0.0.0\/33"$/],
  [{ dst: 5 }, /^expected dst of filter to be an address like .*, got 5$/],
  [{ dev: 0 }, 'expected dev of filter to be an index from 1, got 0'],
  [{ dev: '' }, /^expected dev of filter to be the name of a link, got ""$/],
  [{ mark: '1/2/3' }, 'expected mark of filter to be a mark like 0x10 or 0x10/0xff, got "1/2/3"'],
  [{ mark: 2 ** 32 }, /^expected mark of filter .*, got 4294967296$/],
  [{ mark: {} }, /^expected mark of filter to be a mark/],
  [
    { cgroup: '/no/such/cgroup' },
    /^expected cgroup of filter to be an existing folder of a cgroup, .*, got "\/no\/such\/cgroup"$/,
  ],
  [{ cgroup: -1n }, /^expected cgroup of filter .*, got -1n$/],
  [{ info: 1 }, 'expected info of filter to be true or false, got 1'],
  [{ process: 'yes' }, 'expected process of filter to be true or false, got "yes"'],
  [{ where: 5 }, "expected where of filter to be an expression like 'sport = :443', got 5"],
  [{ where: ' ' }, `expected where of filter to be an expression like 'sport = :443', got " "`],
  [{ where: 'port = :5' }, `${CONDITIONS} at the start, got "port"`],
  [{ where: 'sport = :5 and' }, `${CONDITIONS} after "= :5 and", got the end`],
  [{ where: 'sport = :5 and and dport = :5' }, `${CONDITIONS} after "= :5 and", got "and"`],
  [{ where: '( sport = :5' }, `expected ')' in where of filter after "sport = :5", got the end`],
  [{ where: 'sport = :5 )' }, `expected the end in where of filter after "sport = :5", got ")"`],
  [{ where: 'sport =' }, 'expected a port like :443 in where of filter after "sport =", got the end'],
  [{ where: 'src >= 10.0.0.1' }, 'expected = or a value for src in where of filter after "src", got ">="'],
  [{ where: 'dev < lo' }, 'expected = != or a value for dev in where of filter after "dev", got "<"'],
  [{ where: 'sport >= :*' }, /^expected sport of where to be a port/],
  [{ where: 'sport = :http-nope' }, /^expected sport of where to be a port .*, got "http-nope"$/],
  [{ where: 'dst 10.0.0.0/8:x:y' }, /^expected dst of where to be an address/],
  [{ where: 'dst www.example.org' }, /^expected dst of where to be an address/],
  [{ where: 'state established' }, `${CONDITIONS} at the start, got "state"`],
  [{ where: 'fwmark = red' }, 'expected fwmark of where to be a mark like 0x10 or 0x10/0xff, got "red"'],
  [
    { where: `${'not '.repeat(101)} autobound` },
    'expected where of filter to have at most 100 nested parentheses and negations',
  ],
  [{ where: 'autobound '.repeat(20_001) }, 'expected where of filter to have at most 20000 words, got 20001'],
  [{ where: 'src [::1] '.repeat(3000) }, /^expected the filter to fit in 65528 bytes of bytecode, got /],
]

const matches = (error: unknown, message: string | RegExp) =>
  error instanceof TypeError && (typeof message === 'string' ? error.message === message : message.test(error.message))

const words = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))

test('wrong filters', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    for (const [filter, message] of filters) {
      const error = await nl.sockets.list(filter as never).catch((caught: unknown) => caught)
      assert.ok(
        matches(error, message),
        `${JSON.stringify(filter, (_, each) => (String(each) === '[object Object]' ? each : String(each))).slice(0, 80)}: ${words(error)}`,
      )
    }
  }))

/** Keys of one socket, with the message of the error. */
const keys: readonly (readonly [key: unknown, message: string | RegExp])[] = [
  [undefined, 'expected key to be an object, got undefined'],
  [{}, "expected key to have 'protocol', got none"],
  [{ protocol: 'tcp' }, "expected key to have 'cookie', 'inode', or 'src' and 'sport', got none"],
  [{ protocol: 'tcp', src: '10.0.0.1' }, "expected key to have 'sport', got none"],
  [{ protocol: 'tcp', sport: 5 }, "expected key to have 'src', got none"],
  [{ protocol: 'tcp', src: '10.0.0.0/8', sport: 5 }, /^expected src of key to be an IPv4 or IPv6 address/],
  [{ protocol: 'tcp', src: '10.0.0.1', sport: 5, dst: '::1' }, /^expected dst of key to be of inet, as src/],
  [
    { protocol: 'tcp', src: '10.0.0.1', sport: 70000 },
    'expected sport of key to be an integer from 0 to 65535, got 70000',
  ],
  [{ protocol: 'tcp', cookie: 5 }, /^expected cookie of key to be a bigint/],
  [
    { protocol: 'unix', src: '10.0.0.1', sport: 5 },
    "expected key of a unix socket to have 'cookie' or 'inode', not addresses",
  ],
  [{ protocol: 'tcp', port: 5 }, /^expected key to have the keys protocol, cookie, .*, got 'port'$/],
]

test('wrong keys', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    for (const [key, message] of keys) {
      const error = await nl.sockets.get(key as never).catch((caught: unknown) => caught)
      assert.ok(matches(error, message), words(error))
      const refused = await nl.sockets.destroy(key as never).catch((caught: unknown) => caught)
      assert.ok(refused instanceof TypeError, words(refused))
    }
    const none = /expected filter to have at least one of protocol, .*, where, as it would delete everything, got none/
    // Options that add details to a list, and all states, restrict nothing.
    for (const filter of [{}, { info: true }, { process: true, memory: true, tos: false }, { state: 'all' }] as const)
      assert.throws(() => nl.sockets.flushSync(filter), none)
    assert.throws(() => nl.sockets.flushSync({ state: [], info: true }), /expected state of filter to restrict .*, got/)
    assert.throws(
      () => nl.sockets.flushSync({ protocol: ['tcp', 'unix'] as never }),
      /expected protocol of filter to be of tcp, .*udplite, got unix/,
    )
    // Only protocols whose sockets can be closed are listed.
    assert.equal(nl.sockets.flushSync({ state: 'listening' }), [])
  }))

test('wrong options of a watch', () =>
  inScratch(({ path }) => {
    using nl = Netlink.open({ netns: path })
    assert.throws(
      () => nl.sockets.watch({ protocol: 'raw' as never }),
      /expected protocol to be tcp or udp, .*, got "raw"/,
    )
    assert.throws(
      () => nl.sockets.watch({ family: 'unix' as never }),
      /expected family to be inet or inet6, got "unix"/,
    )
    assert.throws(() => nl.sockets.watch({ protocl: 'tcp' } as never), /keys protocol, family, signal, .*'protocl'/)
    assert.throws(() => nl.sockets.watch({ signal: 5 as never }), /AbortSignal/)
    assert.throws(() => nl.sockets.watch(5 as never), /expected options to be an object, got 5/)
    assert.throws(() => nl.sockets.watch({ port: 5 } as never), /port/)
  }))

test('a link that does not exist, and a protocol that the kernel lacks, are errors of the kernel', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    const missing = await nl.sockets.list({ dev: 'nosuch0' }).catch((caught: unknown) => caught)
    assert.ok(missing instanceof NetlinkError)
    assert.is(missing.message, 'RTM_GETLINK: dev: no link "nosuch0" (ENODEV, no such device)')
    for (const protocol of ['raw', 'vsock', 'dccp', 'sctp', 'xdp'] as const) {
      const error = await nl.sockets.list({ protocol }).catch((caught: unknown) => caught)
      if (!(error instanceof Error)) continue
      assert.ok(error instanceof NetlinkError && error.code === 'ENOENT', words(error))
      assert.match(
        error.message,
        `${protocol}: this kernel cannot list ${protocol} sockets: it has no ${protocol === 'xdp' ? 'xsk' : protocol}_diag`,
      )
    }
  }))

test('long expressions are compiled without a deep stack', () => {
  const where = `${'autobound or '.repeat(5000)}autobound`
  assert.is(compileExpression(parseExpression(where), () => 0).length, 10_001)
})

test.run()
