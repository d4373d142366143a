import { spawnSync } from 'node:child_process'
import { constants as os } from 'node:os'
import { Connection, NetlinkError } from '@netloom/netlink'
import { encode, type Infer, u32 } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import {
  encodeMessage,
  NLM_F,
  NLM_F_NEW,
  NLMSG,
  parseMessages,
  readAck,
} from '../../packages/netlink/dist/message/index.js'
import * as nf from '../../packages/netlink/dist/netfilter/index.js'
import { kernelSockets } from '../../packages/netlink/dist/socket/socket-factory.js'
import type { Transport } from '../../packages/netlink/dist/socket/transport.js'
import { inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('netfilter in the kernel', 'netns')

const { INET, IPV4 } = nf.NFPROTO
const TCP = 6
const UDP = 17
const hex = (digits: string) => Buffer.from(digits, 'hex')

type Name = keyof typeof nf.netfilter.messages
type Step = readonly [name: Name, value: unknown, flags?: number]
type Expr = Infer<typeof nf.nftExprAttrs>

interface Prepared {
  readonly netlink: Connection<typeof nf.netfilter.messages>
  readonly transport: Transport
  readonly namespace: Namespace
}

/** Creates a namespace with lo up, and opens a connection and a bare socket in it. */
function prepared(use: (prepared: Prepared) => void) {
  return inScratch((namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const netlink = Connection.openProtocol(nf.netfilter, { netns: namespace.path, timeout: 20_000 })
    const transport = kernelSockets(namespace.path).open(nf.netfilter.number, {})
    try {
      use({ netlink, transport, namespace })
    } finally {
      transport.close()
      netlink.close()
    }
  })
}

/** Returns the next datagram. */
function receive(transport: Transport): Buffer {
  const datagram = transport.wait(20_000) && transport.receive()
  assert.ok(datagram, 'expected a datagram within 20 seconds')
  return datagram.bytes
}

const errnoOf = (code: string) => os.errno[code as keyof typeof os.errno]

/** Sends steps as one nftables transaction. Returns the errno of the first step that fails, or 0. */
function transact(transport: Transport, steps: readonly Step[]): number {
  const batch = { resId: nf.NFNL_SUBSYS.NFTABLES }
  const all: Step[] = [['NFNL_MSG_BATCH_BEGIN', batch, 0], ...steps, ['NFNL_MSG_BATCH_END', batch, 0]]
  const datagrams = all.map(([name, value, flags = NLM_F_NEW.CREATE | NLM_F_NEW.APPEND], seq) => {
    const { type, declaration } = nf.netfilter.byName(name)
    const ack = name.startsWith('NFNL_MSG_BATCH') ? 0 : NLM_F.ACK
    const header = { type, flags: flags | NLM_F.REQUEST | ack, seq, pid: transport.port }
    return encodeMessage(header, encode(declaration, value as never))
  })
  transport.send(Buffer.concat(datagrams))
  let failed = 0
  for (let acks = 0; acks < steps.length; ) {
    for (const each of parseMessages(receive(transport))) {
      if (each.type !== NLMSG.ERROR) continue
      acks++
      failed ||= readAck(each).errno
    }
  }
  return failed
}

const inet = (attrs: unknown) => ({ family: INET, attrs })
const isMissing = (errno: number) => errno === errnoOf('ENOENT') || errno === errnoOf('EOPNOTSUPP')

/** Adds the rows one by one. Returns those that the kernel accepts, and reports those that it was built without as skipped. */
function supportedRows<R>(kind: string, rows: readonly R[], nameOf: (row: R) => string, make: (row: R) => number): R[] {
  const missing: string[] = []
  const accepted = rows.filter((row) => {
    const errno = make(row)
    if (isMissing(errno)) missing.push(nameOf(row))
    else assert.is(errno, 0, `${nameOf(row)}: errno ${errno}`)
    return errno === 0
  })
  if (missing.length > 0) skipped(`${kind} that this kernel does not support: ${missing.join(', ')}`)
  return accepted
}

/** True if `actual` contains everything that was sent. The kernel may add to it. */
function contains(actual: unknown, sent: unknown): boolean {
  if (sent instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.compare(actual, sent) === 0
  if (typeof sent !== 'object' || sent === null) return actual === sent
  return Object.entries(sent).every(([key, value]) =>
    contains((actual as Record<string, unknown> | null)?.[key], value),
  )
}

const show = (value: unknown) => JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}n` : each))

/** One expression of each kind. */
const expressions: readonly Expr[] = [
  { name: 'immediate', data: { dreg: 0, data: { verdict: { code: nf.NFT.JUMP, chain: 'other' } } } },
  { name: 'meta', data: { dreg: 1, key: nf.NFT_META.MARK } },
  { name: 'payload', data: { dreg: 1, base: nf.NFT_PAYLOAD.NETWORK_HEADER, offset: 12, len: 4 } },
  { name: 'exthdr', data: { dreg: 1, type: 44, offset: 0, len: 1, flags: 1, op: nf.NFT_EXTHDR_OP.IPV6 } },
  { name: 'ct', data: { dreg: 1, key: nf.NFT_CT.STATE } },
  { name: 'rt', data: { dreg: 1, key: nf.NFT_RT.CLASSID } },
  { name: 'socket', data: { key: nf.NFT_SOCKET.MARK, dreg: 1 } },
  { name: 'fib', data: { dreg: 1, result: nf.NFT_FIB_RESULT.ADDRTYPE, flags: nf.NFTA_FIB_F.DADDR } },
  { name: 'osf', data: { dreg: 1, ttl: 1, flags: nf.NFT_OSF_F.VERSION } },
  { name: 'xfrm', data: { dreg: 1, key: nf.NFT_XFRM_KEY.REQID, dir: 0, spnum: 0 } },
  { name: 'numgen', data: { dreg: 1, modulus: 5, type: nf.NFT_NG.RANDOM, offset: 7 } },
  { name: 'hash', data: { dreg: 1, modulus: 5, type: nf.NFT_HASH.SYM, offset: 3 } },
  { name: 'cmp', data: { sreg: 1, op: nf.NFT_CMP.GTE, data: { value: hex('00000005') } } },
  {
    name: 'range',
    data: { sreg: 1, op: nf.NFT_RANGE.NEQ, fromData: { value: hex('00000001') }, toData: { value: hex('00000009') } },
  },
  {
    name: 'bitwise',
    data: { sreg: 1, dreg: 1, len: 4, mask: { value: hex('0000ff00') }, xor: { value: hex('00000000') } },
  },
  {
    name: 'bitwise',
    data: { sreg: 1, dreg: 1, len: 4, op: nf.NFT_BITWISE.LSHIFT, data: { value: encode(u32, 3) } },
  },
  { name: 'byteorder', data: { sreg: 1, dreg: 1, op: nf.NFT_BYTEORDER.HTON, len: 4, size: 4 } },
  { name: 'lookup', data: { set: 'addresses', sreg: 1, flags: nf.NFT_LOOKUP_F.INV } },
  {
    name: 'dynset',
    data: {
      ...{ setName: 'dynamic', op: nf.NFT_DYNSET_OP.UPDATE, sregKey: 1, timeout: 30_000n },
      expr: { name: 'limit', data: { rate: 5n, unit: 60n, burst: 3, type: nf.NFT_LIMIT.PKTS, flags: 1 } },
    },
  },
  { name: 'counter', data: { bytes: 2n, packets: 1n } },
  { name: 'limit', data: { rate: 10n, unit: 3600n, burst: 0, type: nf.NFT_LIMIT.PKT_BYTES, flags: 0 } },
  { name: 'quota', data: { bytes: 1n << 40n, flags: nf.NFT_QUOTA_F.INV, consumed: 5n } },
  { name: 'connlimit', data: { count: 20, flags: nf.NFT_CONNLIMIT_F.INV } },
  { name: 'last', data: { set: 0, msecs: 0n } },
  { name: 'log', data: { group: 7, prefix: 'seen ', snaplen: 64, qthreshold: 2 } },
  { name: 'log', data: { prefix: 'logged ', level: nf.NFT_LOGLEVEL.NOTICE, flags: 1 } },
  { name: 'queue', data: { num: 4, total: 2, flags: nf.NFT_QUEUE_FLAG.BYPASS } },
  { name: 'reject', data: { type: nf.NFT_REJECT.ICMPX_UNREACH, icmpCode: nf.NFT_REJECT_ICMPX.ADMIN_PROHIBITED } },
  { name: 'objref', data: { immType: nf.NFT_OBJECT.COUNTER, immName: 'hits' } },
  { name: 'synproxy', data: { mss: 1460, wscale: 7, flags: nf.NF_SYNPROXY_OPT.MSS | nf.NF_SYNPROXY_OPT.WSCALE } },
  {
    name: 'inner',
    data: {
      ...{ num: 0, type: nf.NFT_INNER.VXLAN, flags: 0xf, hdrsize: 8 },
      expr: { name: 'payload', data: { dreg: 1, base: nf.NFT_PAYLOAD.NETWORK_HEADER, offset: 9, len: 1 } },
    },
  },
]

const isTcp: readonly Expr[] = [
  { name: 'meta', data: { dreg: 1, key: nf.NFT_META.L4PROTO } },
  { name: 'cmp', data: { sreg: 1, op: nf.NFT_CMP.EQ, data: { value: Buffer.of(TCP) } } },
]

/** Expressions that every kernel with nftables supports. */
const basics = ['immediate', 'meta', 'payload', 'cmp', 'bitwise', 'lookup', 'counter', 'limit', 'log', 'objref']

const newChain = (name: string, more = {}): Step => ['NFT_MSG_NEWCHAIN', inet({ table: 't', name, ...more })]
const filter = (hooknum: number) => ({ hook: { hooknum, priority: -5 }, type: 'filter', policy: nf.NF.ACCEPT })
const newSet = (name: string, id: number, more = {}): Step => [
  'NFT_MSG_NEWSET',
  inet({ table: 't', name, id, keyType: 7, keyLen: 4, flags: 0, ...more }),
]
const dynamic = { flags: nf.NFT_SET.EVAL | nf.NFT_SET.TIMEOUT, timeout: 10_000n, desc: { size: 100 } }
const setup: readonly Step[] = [
  ['NFT_MSG_NEWTABLE', inet({ name: 't', flags: 0 })],
  newChain('in', filter(nf.NF_INET.LOCAL_IN)),
  newChain('other'),
  newSet('addresses', 1),
  newSet('dynamic', 2, dynamic),
  ['NFT_MSG_NEWOBJ', inet({ table: 't', name: 'hits', type: nf.NFT_OBJECT.COUNTER, data: { bytes: 9n, packets: 3n } })],
]

test('every expression reads the same as it was sent', () =>
  prepared(({ transport, netlink, namespace }) => {
    assert.is(transact(transport, setup), 0)
    const ruleOf = (expr: Expr): Expr[] => [...isTcp, expr]
    const accepted = supportedRows(
      'expressions',
      expressions,
      ({ name }) => String(name),
      (expr) => {
        const rule = { table: 't', chain: 'in', expressions: { elem: ruleOf(expr) }, compat: { proto: TCP, flags: 0 } }
        return transact(transport, [['NFT_MSG_NEWRULE', inet(rule)]])
      },
    )
    assert.equal(
      basics.filter((name) => !accepted.some((expr) => expr.name === name)),
      [],
    )
    const rules = netlink.dumpSync('NFT_MSG_GETRULE', { family: INET, attrs: { table: 't', chain: 'in' } })
    assert.is(rules.length, accepted.length)
    for (const [index, expr] of accepted.entries()) {
      const back = rules[index]?.attrs.expressions?.elem
      assert.ok(contains(back, ruleOf(expr)), `${show(expr)}\nwas read as\n${show(back?.at(-1))}`)
      assert.equal(
        Object.keys(back?.at(-1)?.data ?? {}).filter((key) => key.startsWith('?')),
        [],
      )
    }
    const [chain] = netlink.requestSync('NFT_MSG_GETCHAIN', { family: INET, attrs: { table: 't', name: 'in' } })
    assert.ok(contains(chain?.attrs, { ...filter(nf.NF_INET.LOCAL_IN), use: accepted.length }))
    compareWithNft(namespace, rules)
  }))

/** Expressions, with the first version of nft that supports them. Older versions silently omit rules with them. */
const sinceVersion: Readonly<Record<string, string>> = { inner: '1.0.7' }

/** Compares with the output of nft: the rules, the hook of the chain, and the counter. */
function compareWithNft(namespace: Namespace, rules: readonly nf.NftRuleMessage[]): void {
  const { stdout: title, status: installed } = spawnSync('nft', ['--version'], { encoding: 'utf8' })
  if (installed !== 0) {
    skipped('the comparison with nft -j: nft is not installed')
    return
  }
  const version = /\d+\.\d+\.\d+/.exec(title)?.[0] ?? '0.0.0'
  const isOlder = (required: string) => version.localeCompare(required, 'en', { numeric: true }) < 0
  const unknown = Object.keys(sinceVersion).filter((name) => isOlder(sinceVersion[name] ?? ''))
  if (unknown.length > 0) skipped(`rules that nft ${version} does not support: ${unknown.join(', ')}`)

  const command = ['netns', 'exec', namespace.name, 'nft', '-j', 'list', 'table', 'inet', 't']
  const { status, stdout, stderr } = spawnSync('ip', command, { encoding: 'utf8' })
  assert.is(status, 0, `nft: ${stderr}`)
  // nft prints the rest of a rule with an expression that it does not support.
  if (stderr !== '') skipped(`parts that nft ${version} does not support: ${stderr.trim()}`)
  const { nftables } = JSON.parse(stdout)
  const all = (kind: string) => nftables.flatMap((each: Record<string, unknown>) => (each[kind] ? [each[kind]] : []))
  const handles = (supported: boolean) =>
    rules
      .filter(
        ({ attrs }) => attrs.expressions?.elem?.every(({ name }) => !unknown.includes(String(name))) === supported,
      )
      .map(({ attrs }) => Number(attrs.handle))
  const listed: number[] = all('rule').map(({ handle }: { handle: number }) => handle)
  assert.equal(
    listed.filter((handle) => !handles(false).includes(handle)),
    handles(true),
  )
  const { hook, prio, policy } = all('chain').find(({ name }: { name: string }) => name === 'in')
  assert.equal({ hook, prio, policy }, { hook: 'input', prio: -5, policy: 'accept' })
  const [counter] = all('counter')
  assert.equal([counter.name, counter.packets, counter.bytes], ['hits', 3, 9])
}

test('a failed step rolls back the whole transaction', () =>
  prepared(({ transport, netlink }) => {
    const bad: Step = ['NFT_MSG_NEWRULE', inet({ table: 't', chain: 'nowhere', expressions: { elem: [] } })]
    assert.is(transact(transport, [...setup, bad]), errnoOf('ENOENT'))
    assert.equal(netlink.dumpSync('NFT_MSG_GETTABLE', { family: INET }), [])
  }))

test('sets with verdicts, concatenated intervals, timeouts and counters read the same as they were sent', () =>
  prepared(({ transport, netlink }) => {
    const verdicts = [
      { key: { value: hex('00000016') }, data: { verdict: { code: nf.NF.ACCEPT } } },
      { key: { value: hex('00000050') }, data: { verdict: { code: nf.NFT.GOTO, chain: 'other' } } },
    ]
    const ranges = [{ key: { value: hex('0a00000000500000') }, keyEnd: { value: hex('0a0000ff005a0000') } }]
    const timed = [{ key: { value: hex('0a000001') }, timeout: 60_000n, userdata: hex('00027800') }]
    const sets: readonly (readonly [string, object, object[]])[] = [
      ['verdicts', { flags: nf.NFT_SET.MAP, dataType: nf.NFT_DATA.VERDICT, dataLen: 16 }, verdicts],
      [
        'ranges',
        {
          ...{ flags: nf.NFT_SET.INTERVAL | nf.NFT_SET.CONCAT, keyLen: 8 },
          desc: { concat: { elem: [{ len: 4 }, { len: 2 }] } },
        },
        ranges,
      ],
      ['timed', { flags: nf.NFT_SET.TIMEOUT, timeout: 3_600_000n, gcInterval: 1000 }, timed],
      [
        'counted',
        { expr: { name: 'counter', data: {} } },
        [{ key: { value: hex('0a000002') }, expr: { name: 'counter', data: { bytes: 5n, packets: 1n } } }],
      ],
    ]
    const steps = sets.flatMap(([name, more, elements], index): Step[] => [
      newSet(name, index + 10, more),
      ['NFT_MSG_NEWSETELEM', inet({ table: 't', set: name, setId: index + 10, elements })],
    ])
    assert.is(transact(transport, [...setup, ...steps]), 0)
    for (const [name, more, elements] of sets) {
      const [set] = netlink.requestSync('NFT_MSG_GETSET', { family: INET, attrs: { table: 't', name } })
      assert.ok(contains(set?.attrs, more), `${name}: ${show(set?.attrs)}`)
      const back = netlink.dumpSync('NFT_MSG_GETSETELEM', { family: INET, attrs: { table: 't', set: name } })
      const list = back.flatMap(({ attrs }) => attrs.elements ?? [])
      assert.is(list.length, elements.length)
      const byKey = list.sort((a, b) => Buffer.compare(a.key?.value ?? hex(''), b.key?.value ?? hex('')))
      assert.ok(contains(byKey, elements), `${name}: ${show(list)}`)
    }
  }))

/** One object of each type. */
const objects: readonly Infer<typeof nf.nftObjAttrs>[] = [
  { type: nf.NFT_OBJECT.COUNTER, data: { bytes: 1n, packets: 2n } },
  { type: nf.NFT_OBJECT.QUOTA, data: { bytes: 1000n, flags: 0, consumed: 4n } },
  { type: nf.NFT_OBJECT.CT_HELPER, data: { name: 'ftp', l3proto: IPV4, l4proto: TCP } },
  { type: nf.NFT_OBJECT.LIMIT, data: { rate: 3n, unit: 1n, burst: 4, type: nf.NFT_LIMIT.PKTS, flags: 0 } },
  { type: nf.NFT_OBJECT.CONNLIMIT, data: { count: 3, flags: nf.NFT_CONNLIMIT_F.INV } },
  { type: nf.NFT_OBJECT.CT_TIMEOUT, data: { l3proto: IPV4, l4proto: UDP, data: { unreplied: 11, replied: 22 } } },
  { type: nf.NFT_OBJECT.CT_EXPECT, data: { l3proto: IPV4, l4proto: TCP, dport: 9, timeout: 60_000, size: 3 } },
  { type: nf.NFT_OBJECT.SYNPROXY, data: { mss: 1400, wscale: 3, flags: 3 } },
]

test('objects of every type read the same as they were sent', () =>
  prepared(({ transport, netlink }) => {
    assert.is(transact(transport, setup), 0)
    const nameOf = ({ type }: (typeof objects)[number]) => `o${type}`
    const accepted = supportedRows('objects', objects, nameOf, (object) =>
      transact(transport, [['NFT_MSG_NEWOBJ', inet({ ...object, table: 't', name: nameOf(object) })]]),
    )
    assert.ok(accepted.length >= 3)
    const back = netlink.dumpSync('NFT_MSG_GETOBJ', { family: INET, attrs: { table: 't' } })
    for (const object of accepted) {
      const found = back.find(({ attrs }) => attrs.name === nameOf(object))
      assert.ok(contains(found?.attrs, object), `${show(object)}\nwas read as\n${show(found?.attrs)}`)
    }
    const [reset] = netlink.requestSync('NFT_MSG_GETOBJ_RESET', {
      family: INET,
      attrs: { table: 't', name: 'hits', type: nf.NFT_OBJECT.COUNTER },
    })
    assert.ok(contains(reset?.attrs, { type: nf.NFT_OBJECT.COUNTER, data: { bytes: 9n, packets: 3n } }))
    const [generation] = netlink.requestSync('NFT_MSG_GETGEN', {})
    assert.ok((generation?.attrs.id ?? 0) > accepted.length)
  }))

/** Expressions for one table family only: matches of iptables for IP, tunnels for netdev (`nft_tunnel_type`). */
const familySpecific: readonly (readonly [family: number, expr: Expr])[] = [
  [IPV4, { name: 'match', data: { name: 'mark', rev: 1, info: hex('05000000ff0000000100000000000000') } }],
  [IPV4, { name: 'target', data: { name: 'MARK', rev: 2, info: hex('05000000ffffffff') } }],
  [nf.NFPROTO.NETDEV, { name: 'tunnel', data: { key: nf.NFT_TUNNEL.ID, dreg: 1, mode: nf.NFT_TUNNEL_MODE.RX } }],
]

test('expressions and objects of specific families read the same as they were sent', () =>
  prepared(({ transport, netlink }) => {
    const tables = [IPV4, nf.NFPROTO.NETDEV].flatMap((family): Step[] => [
      ['NFT_MSG_NEWTABLE', { family, attrs: { name: 't' } }],
      ['NFT_MSG_NEWCHAIN', { family, attrs: { table: 't', name: 'c' } }],
    ])
    assert.is(transact(transport, tables), 0)
    const nameOf = ([, { name }]: (typeof familySpecific)[number]) => String(name)
    const accepted = supportedRows('expressions', familySpecific, nameOf, ([family, expr]) => {
      const attrs = { table: 't', chain: 'c', expressions: { elem: [expr] }, compat: { proto: 0, flags: 0 } }
      return transact(transport, [['NFT_MSG_NEWRULE', { family, attrs }]])
    })
    const rules = netlink.dumpSync('NFT_MSG_GETRULE', {})
    for (const [family, expr] of accepted) {
      const back = rules.filter((rule) => rule.family === family).flatMap(({ attrs }) => attrs.expressions?.elem ?? [])
      assert.ok(
        back.some((each) => contains(each, expr)),
        `${show(expr)} is not in ${show(back)}`,
      )
    }
    const keys = { id: 7, ip: { src: '10.0.0.1', dst: '10.0.0.2' }, flags: 0, tos: 4, ttl: 9, sport: 5, dport: 4789 }
    const data = { ...keys, opts: { vxlan: { gbp: 456 } } }
    const tunnel = { table: 't', name: 'o', type: nf.NFT_OBJECT.TUNNEL, data }
    const family = nf.NFPROTO.NETDEV
    const addTunnel = () => transact(transport, [['NFT_MSG_NEWOBJ', { family, attrs: tunnel }]])
    if (supportedRows('objects', [tunnel], () => 'tunnel', addTunnel).length === 0) return
    const [back] = netlink.requestSync('NFT_MSG_GETOBJ', {
      family,
      attrs: { table: 't', name: 'o', type: tunnel.type },
    })
    assert.ok(contains(back?.attrs, tunnel), show(back?.attrs))
  }))

test('conntrack entries can be created, changed, dumped, counted and deleted', () =>
  prepared(({ netlink }) => {
    const tuple = (v4Src: string, v4Dst: string, srcPort: number, dstPort: number) => ({
      ip: { v4Src, v4Dst },
      proto: { num: TCP, srcPort, dstPort },
    })
    const tupleOrig = tuple('192.0.2.1', '192.0.2.2', 1000, 80)
    const tupleReply = tuple('192.0.2.2', '192.0.2.1', 80, 1000)
    const protoinfo = { tcp: { state: nf.TCP_CONNTRACK.ESTABLISHED } }
    const status = nf.IPS.ASSURED | nf.IPS.SEEN_REPLY | nf.IPS.CONFIRMED
    const sent = { tupleOrig, tupleReply, protoinfo, mark: 5, zone: 3 }
    netlink.requestSync(
      'IPCTNL_MSG_CT_NEW',
      { family: IPV4, attrs: { ...sent, status, timeout: 300 } },
      { create: true, excl: true },
    )
    const query = { family: IPV4, attrs: { tupleOrig, zone: 3 } }
    const [found] = netlink.requestSync('IPCTNL_MSG_CT_GET', query)
    assert.ok(contains(found?.attrs, sent), show(found?.attrs))
    assert.is((found?.attrs.status ?? 0) & status, status)
    assert.ok((found?.attrs.timeout ?? 0) > 280 && (found?.attrs.timeout ?? 0) <= 300)
    netlink.requestSync('IPCTNL_MSG_CT_NEW', { family: IPV4, attrs: { tupleOrig, zone: 3, mark: 6 } })
    assert.is(netlink.dumpSync('IPCTNL_MSG_CT_GET', { family: IPV4, attrs: { mark: 6, markMask: 6 } }).length, 1)
    assert.is(netlink.dumpSync('IPCTNL_MSG_CT_GET', { family: IPV4, attrs: { mark: 1, markMask: 1 } }).length, 0)
    assert.is(netlink.requestSync('IPCTNL_MSG_CT_GET_STATS', {})[0]?.attrs.entries, 1)
    const cpus = netlink.dumpSync('IPCTNL_MSG_CT_GET_STATS_CPU')
    assert.ok(cpus.length >= 1 && cpus.every(({ attrs }) => attrs.insertFailed === 0))
    assert.is(new Set(cpus.map(({ resId }) => resId)).size, cpus.length)
    netlink.requestSync('IPCTNL_MSG_CT_DELETE', query)
    assert.equal(netlink.dumpSync('IPCTNL_MSG_CT_GET', { family: IPV4 }), [])
  }))

/** Runs `use`, unless the kernel lacks the subsystem (`nfnetlink_rcv_msg` answers EINVAL) or a part of it. */
function unlessMissing(feature: string, use: () => void): void {
  try {
    use()
  } catch (error) {
    if (!(error instanceof NetlinkError) || !['EINVAL', 'EOPNOTSUPP', 'ENOENT'].includes(error.code)) throw error
    skipped(`${feature}, which this kernel does not support (${error.message})`)
  }
}

test('timeouts, accounting objects, helpers, fingerprints and hooks read the same as they were sent', () =>
  prepared(({ netlink, transport }) => {
    unlessMissing('conntrack timeouts', () => {
      const policy = { l3proto: IPV4, l4proto: TCP, data: { established: 100, close: 4 } } as const
      netlink.requestSync('IPCTNL_MSG_TIMEOUT_NEW', { attrs: { name: 'p', ...policy } }, { create: true, excl: true })
      const [back] = netlink.requestSync('IPCTNL_MSG_TIMEOUT_GET', { attrs: { name: 'p' } })
      assert.ok(contains(back?.attrs, policy), show(back?.attrs))
      const udp = { l3proto: IPV4, l4proto: UDP } as const
      const [standard] = netlink.requestSync('IPCTNL_MSG_TIMEOUT_DEFAULT_GET', { attrs: udp })
      assert.ok(contains(standard?.attrs, { ...udp, data: { unreplied: 30, replied: 120 } }), show(standard?.attrs))
    })
    unlessMissing('accounting objects', () => {
      const quota = { name: 'a', flags: nf.NFACCT_F.QUOTA_BYTES, quota: 1n << 33n, bytes: 5n, pkts: 1n }
      netlink.requestSync('NFNL_MSG_ACCT_NEW', { attrs: quota }, { create: true, excl: true })
      assert.ok(contains(netlink.requestSync('NFNL_MSG_ACCT_GET', { attrs: { name: 'a' } })[0]?.attrs, quota))
    })
    unlessMissing('helpers in user space', () => {
      const helper = {
        ...{ name: 'h', tuple: { l3protonum: IPV4, l4protonum: UDP }, queueNum: 5, privDataLen: 8, status: 1 },
        policy: { num: 1, set1: { name: 'class', expectMax: 2, expectTimeout: 300 } },
      }
      netlink.requestSync('NFNL_MSG_CTHELPER_NEW', { attrs: helper }, { create: true, excl: true })
      const [back] = netlink.requestSync('NFNL_MSG_CTHELPER_GET', { attrs: { name: 'h' } })
      assert.ok(contains(back?.attrs, { name: 'h', tuple: helper.tuple, queueNum: 5, policy: helper.policy }))
    })
    unlessMissing('fingerprints', () => {
      const opt = Array.from({ length: 40 }, () => ({ kind: 0, length: 0, wc: { wc: 0, val: 0 } }))
      opt[0] = { kind: nf.OSFOPT.MSS, length: 4, wc: { wc: 0, val: 0 } }
      const names = { genre: 'netloom', version: '1', subtype: 'test' }
      const shape = { wss: { wc: nf.OSF_WSS.MSS, val: 4 }, ttl: 64, df: 1, ss: 44, mss: 1460, optNum: 1 }
      const request = { attrs: { finger: { ...shape, ...names, opt } } }
      assert.is(configure(transport, 'OSF_MSG_ADD', request, NLM_F_NEW.CREATE), 0)
      assert.is(configure(transport, 'OSF_MSG_ADD', request, NLM_F_NEW.CREATE | NLM_F_NEW.EXCL), errnoOf('EEXIST'))
      assert.is(configure(transport, 'OSF_MSG_REMOVE', request), 0)
    })
    unlessMissing('hooks', () => {
      assert.is(transact(transport, setup), 0)
      const query = { family: IPV4, attrs: { hooknum: nf.NF_INET.LOCAL_IN } }
      const ours = netlink.dumpSync('NFNL_MSG_HOOK_GET', query).find(({ attrs }) => attrs.priority === -5)
      const desc = { table: 't', family: INET, name: 'in' }
      assert.ok(contains(ours?.attrs.chainInfo, { type: nf.NFNL_HOOK_TYPE.NFTABLES, desc }), show(ours?.attrs))
    })
  }))

/** Sends one UDP datagram to lo in the namespace. */
const sendUdp = (namespace: Namespace, text: string) =>
  namespace.exec(process.execPath, [
    '-e',
    `const s = require('node:dgram').createSocket('udp4'); s.send('${text}', 9, '127.0.0.1', () => s.close())`,
  ])

/** Returns the next message of this name. */
function nextOf(transport: Transport, name: Name): unknown {
  for (;;) {
    for (const each of parseMessages(receive(transport))) {
      const { declaration } = nf.netfilter.byName(name)
      if (each.type === nf.netfilter.byName(name).type)
        return declaration.codec('LE').decode(each.bytes, each.start, each.end)
    }
  }
}

/** Sends one request. Returns the errno of its ack. */
function configure(transport: Transport, name: Name, value: unknown, flags = 0): number {
  const { type, declaration } = nf.netfilter.byName(name)
  const header = { type, flags: NLM_F.REQUEST | NLM_F.ACK | flags, seq: 99, pid: transport.port }
  transport.send(encodeMessage(header, encode(declaration, value as never)))
  const [ack] = parseMessages(receive(transport))
  assert.is(ack?.type, NLMSG.ERROR)
  return ack ? readAck(ack).errno : 0
}

test('logged packets have their metadata', () =>
  prepared(({ transport, namespace }) => {
    const log: Expr = { name: 'log', data: { group: 7, prefix: 'in: ', snaplen: 100 } }
    const rule = inet({ table: 't', chain: 'in', expressions: { elem: [log] } })
    assert.is(transact(transport, [...setup, ['NFT_MSG_NEWRULE', rule]]), 0)
    const { BIND } = nf.NFULNL_CFG_CMD
    assert.is(configure(transport, 'NFULNL_MSG_CONFIG', { resId: 7, attrs: { cmd: { command: BIND } } }), 0)
    const mode = { copyRange: 0xffff, copyMode: nf.NFULNL_COPY.PACKET }
    const settings = { mode, timeout: 1, qthresh: 1, flags: nf.NFULNL_CFG_F.SEQ }
    assert.is(configure(transport, 'NFULNL_MSG_CONFIG', { resId: 7, attrs: settings }), 0)
    sendUdp(namespace, 'logged')
    const { resId, attrs } = nextOf(transport, 'NFULNL_MSG_PACKET') as nf.NflogPacketMessage
    assert.is(resId, 7)
    assert.ok(contains(attrs.packetHdr, { hwProtocol: 0x0800, hook: nf.NF_INET.LOCAL_IN }), show(attrs))
    assert.equal([attrs.prefix, attrs.ifindexIndev, attrs.seq], ['in: ', 1, 0])
    assert.ok(attrs.payload?.toString('latin1').endsWith('logged'))
  }))

test('queued packets wait for a verdict', () =>
  prepared(({ transport, namespace, netlink }) => {
    const count: Expr = { name: 'counter', data: {} }
    const queue: Expr = { name: 'queue', data: { num: 3, total: 1, flags: 0 } }
    const xtQueue: Expr = { name: 'target', data: { name: 'NFQUEUE', rev: 0, info: hex('0300') } }
    const ruleOf = (expr: Expr): Step => [
      'NFT_MSG_NEWRULE',
      {
        family: IPV4,
        attrs: { table: 'q', chain: 'in', expressions: { elem: [expr, count] }, compat: { proto: 0, flags: 0 } },
      },
    ]
    const chain = { table: 'q', name: 'in', ...filter(nf.NF_INET.LOCAL_IN) }
    const steps: Step[] = [
      ['NFT_MSG_NEWTABLE', { family: IPV4, attrs: { name: 'q' } }],
      ['NFT_MSG_NEWCHAIN', { family: IPV4, attrs: chain }],
    ]
    assert.is(transact(transport, steps), 0)
    if (
      supportedRows(
        'queue expressions',
        [queue, xtQueue],
        ({ name }) => String(name),
        (expr) => transact(transport, [ruleOf(expr)]),
      ).length === 0
    )
      return
    assert.is(
      configure(transport, 'NFQNL_MSG_CONFIG', { resId: 3, attrs: { cmd: { command: nf.NFQNL_CFG_CMD.BIND, pf: 2 } } }),
      0,
    )
    const params = { copyRange: 0xffff, copyMode: nf.NFQNL_COPY.PACKET }
    const flags = nf.NFQA_CFG_F.UID_GID
    assert.is(
      configure(transport, 'NFQNL_MSG_CONFIG', { resId: 3, attrs: { params, queueMaxlen: 16, flags, mask: flags } }),
      0,
    )
    sendUdp(namespace, 'queued')
    const { resId, attrs } = nextOf(transport, 'NFQNL_MSG_PACKET') as nf.NfqueueMessage
    assert.is(resId, 3)
    assert.ok(
      contains(attrs, { packetHdr: { packetId: 1, hwProtocol: 0x0800, hook: nf.NF_INET.LOCAL_IN }, ifindexIndev: 1 }),
    )
    assert.ok(attrs.payload?.toString('latin1').endsWith('queued'))
    const verdictHdr = { verdict: nf.NF.DROP, id: attrs.packetHdr?.packetId ?? 0 }
    assert.is(configure(transport, 'NFQNL_MSG_VERDICT', { resId: 3, attrs: { verdictHdr } }), 0)
    assert.is(configure(transport, 'NFQNL_MSG_VERDICT', { resId: 3, attrs: { verdictHdr } }), errnoOf('ENOENT'))
    assert.ok(netlink.dumpSync('NFT_MSG_GETRULE', { family: IPV4 }).length >= 1)
  }))

test.run()
