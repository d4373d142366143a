import { readFileSync } from 'node:fs'
import { decode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readCapture } from '../../packages/netlink/dist/capture/index.js'
import { parseMessages } from '../../packages/netlink/dist/message/index.js'
import * as nf from '../../packages/netlink/dist/netfilter/index.js'
import '../support/built.js'

/** Compares the output of nft and conntrack with the dumps in the captures. */

const folder = new URL('../captures/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, folder))

// biome-ignore lint/suspicious/noExplicitAny: JSON of other programs
type Printed = any
type Attrs = Record<string, Printed>

/** Yields the netfilter messages of a capture: name, family and attributes. */
function* messagesOf(file: string): Generator<readonly [name: string, family: number, attrs: Attrs]> {
  for (const { protocol, bytes } of readCapture(read(file))) {
    if (protocol !== nf.netfilter.number) continue
    for (const each of parseMessages(bytes)) {
      const found = nf.netfilter.byType(each.type)
      if (found === undefined) continue
      const message = decode(found.declaration, each.bytes.subarray(each.start, each.end)) as nf.NftTableMessage
      yield [found.name, message.family, message.attrs]
    }
  }
}

const families: Record<number, string> = { 1: 'inet', 2: 'ip', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ip6' }
const hooks: Record<string, readonly string[]> = { netdev: ['ingress', 'egress'], arp: ['input', 'output', 'forward'] }
const inetHooks = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress']
const verdicts: Record<string, number> = { accept: 1, drop: 0, continue: -1, jump: -3, goto: -4, return: -5 }
const seconds: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86400 }
const number = (value: bigint | undefined) => (value === undefined ? undefined : Number(value))
const thousandth = (value: bigint | number | undefined) => (value === undefined ? undefined : Number(value) / 1000)
const listOf = (value: unknown) => (value === undefined ? undefined : [value].flat())

/** Returns the comment in the userdata of nft, which is a list of type-length-values: type 0. */
function commentOf(userdata: Buffer | undefined): string | undefined {
  for (let at = 0; userdata !== undefined && at < userdata.length; at += 2 + (userdata[at + 1] ?? 0)) {
    if (userdata[at] === 0) return userdata.toString('utf8', at + 2, at + 1 + (userdata[at + 1] ?? 0))
  }
  return undefined
}

const nft = suite('nft -j list ruleset')
const byHandle = new Map<string, Attrs>()
const elements = new Map<string, Attrs[][]>()
for (const [name, family, attrs] of messagesOf('10-nft.pcap')) {
  const [, kind] = /^NFT_MSG_NEW(TABLE|CHAIN|RULE|SET|OBJ|FLOWTABLE)$/.exec(name) ?? []
  const table = attrs.table ?? attrs.name
  if (kind && attrs.handle !== undefined) byHandle.set(`${kind} ${families[family]} ${table} ${attrs.handle}`, attrs)
  if (name !== 'NFT_MSG_NEWSETELEM') continue
  const key = `${families[family]} ${table} ${attrs.set}`
  elements.set(key, [...(elements.get(key) ?? []), attrs.elements ?? []])
}
const ruleset: Record<string, Printed>[] = JSON.parse(read('10-nft.ruleset.json').toString()).nftables

/** Compares each printed object of one kind with the object that has the same handle. */
function each(key: string, kind: string, check: (printed: Printed, attrs: Attrs) => void): void {
  const all = ruleset.flatMap((object) => (key in object ? [object[key]] : []))
  nft(`${key}: ${all.length}`, () => {
    assert.ok(all.length > 0)
    for (const printed of all) {
      const attrs = byHandle.get(`${kind} ${printed.family} ${printed.table ?? printed.name} ${printed.handle}`)
      assert.ok(attrs, `${kind} ${printed.handle}`)
      check(printed, attrs)
    }
  })
}

each('table', 'TABLE', (printed, { name, userdata }) =>
  assert.equal([name, commentOf(userdata)], [printed.name, printed.comment]),
)
each('chain', 'CHAIN', (printed, { name, type, hook, policy }) => {
  const hookNames = hooks[printed.family] ?? inetHooks
  const policyName = policy === undefined ? undefined : ['drop', 'accept'][policy]
  assert.equal(
    [name, type, hook?.priority, hook && hookNames[hook.hooknum], policyName, hook?.devs?.name],
    [printed.name, printed.type, printed.prio, printed.hook, printed.policy, listOf(printed.dev)],
  )
})
each('counter', 'OBJ', (printed, { data, userdata }) =>
  assert.equal(
    [number(data.packets), number(data.bytes), commentOf(userdata)],
    [printed.packets, printed.bytes, printed.comment],
  ),
)
each('quota', 'OBJ', (printed, { data }) =>
  assert.equal(
    [number(data.bytes), number(data.consumed), data.flags === nf.NFT_QUOTA_F.INV],
    [printed.bytes, printed.used, printed.inv],
  ),
)
each('limit', 'OBJ', (printed, { data }) =>
  assert.equal(
    [number(data.rate), number(data.unit), data.burst, data.flags === nf.NFT_LIMIT_F.INV],
    [printed.rate, seconds[printed.per], printed.burst, printed.inv],
  ),
)
each('ct helper', 'OBJ', (printed, { data }) => assert.equal([data.name, data.l4proto], [printed.type, 6]))
each('ct timeout', 'OBJ', (printed, { data }) => {
  const { established, close } = data.data
  assert.equal([{ established, close }, families[data.l3proto]], [printed.policy, printed.l3proto])
})
each('ct expectation', 'OBJ', (printed, { data: { dport, timeout, size } }) =>
  assert.equal([dport, timeout, size], [printed.dport, printed.timeout, printed.size]),
)
each('synproxy', 'OBJ', (printed, { data: { mss, wscale } }) =>
  assert.equal([mss, wscale], [printed.mss, printed.wscale]),
)
each('flowtable', 'FLOWTABLE', (printed, { name, hook }) =>
  assert.equal([name, hook.priority, hook.devs.name], [printed.name, printed.prio, listOf(printed.dev)]),
)

const setFlags: Record<string, number> = { interval: nf.NFT_SET.INTERVAL, timeout: nf.NFT_SET.TIMEOUT, dynamic: 32 }
function checkSet(printed: Printed, attrs: Attrs): void {
  const flags = (printed.flags ?? []).reduce((all: number, flag: string) => all | (setFlags[flag] ?? 0), 0)
  assert.equal(
    [attrs.name, attrs.flags & 0x34, thousandth(attrs.timeout), thousandth(attrs.gcInterval), attrs.desc?.size],
    [printed.name, flags, printed.timeout, printed['gc-interval'], printed.size],
  )
}
each('set', 'SET', checkSet)
each('map', 'SET', checkSet)

nft('verdicts and timeouts of elements are as nft prints them', () => {
  const ports = (list: Attrs[]) =>
    list.map(({ key, data }) => [key.value.readUInt16BE(), data.verdict?.code, data.verdict?.chain])
  const expectedList = [
    [22, verdicts.accept, undefined],
    [23, verdicts.drop, undefined],
    [80, verdicts.jump, 'other'],
  ]
  const byPort = (elements.get('inet t1 m1') ?? []).map((list) => ports(list).sort(([a], [b]) => a - b))
  assert.ok(byPort.some((list) => JSON.stringify(list) === JSON.stringify(expectedList)))
  const printed = ruleset.find(({ set }) => set?.name === 'a2')?.set.elem as Printed[]
  const expected = printed.map(({ elem }) => [elem.val.concat[1], elem.timeout, elem.expires])
  const timed = (elements.get('inet t1 a2') ?? []).map((list) =>
    list
      .map((one) => [
        one.key.value.readUInt16BE(16),
        thousandth(one.timeout),
        Math.floor(Number(one.expiration) / 1000),
      ])
      .sort(([a = 0], [b = 0]) => a - b),
  )
  assert.ok(timed.some((list) => JSON.stringify(list) === JSON.stringify(expected)))
})

/** Compares the parts of a printed statement that do not depend on how nft assigns registers. */
function checkStatement(kind: string, printed: Printed, find: (name: string) => Attrs[]): void {
  const verdict = () => find('immediate').find(({ data }) => data.verdict)?.data.verdict
  if (kind in verdicts) assert.equal([verdict()?.code, verdict()?.chain], [verdicts[kind], printed?.target])
  if (kind === 'counter' && typeof printed === 'object') {
    const counted = find('counter').map(({ packets, bytes }) => ({ packets: number(packets), bytes: number(bytes) }))
    assert.ok(counted.some(({ packets, bytes }) => packets === printed.packets && bytes === printed.bytes))
  }
  if (kind === 'log') {
    const { prefix, group, snaplen, qthreshold } = find('log')[0] ?? {}
    const expectedList = [printed?.prefix, printed?.group, printed?.snaplen, printed?.['queue-threshold']]
    assert.equal([prefix, group, snaplen, qthreshold], expectedList)
  }
  if (kind === 'ct count') assert.is(find('connlimit')[0]?.count, printed.val)
  if (kind === 'flow') assert.is(`@${find('flow_offload')[0]?.tableName}`, printed.flowtable)
  if (kind === 'limit' && printed?.per) assert.is(number(find('limit')[0]?.unit), seconds[printed.per])
}

each('rule', 'RULE', (printed, { chain, userdata, expressions }) => {
  assert.equal([chain, commentOf(userdata)], [printed.chain, printed.comment])
  const find = (name: string): Attrs[] =>
    expressions.elem.filter((expr: Attrs) => expr.name === name).map(({ data }: Attrs) => data)
  for (const statement of printed.expr) {
    for (const [kind, value] of Object.entries(statement)) checkStatement(kind, value, find)
  }
})
nft.run()

const conntrack = suite('conntrack -L -o xml')
const flows = new Map<string, Attrs>()
for (const [name, , attrs] of messagesOf('10-conntrack.pcap')) {
  if (name === 'IPCTNL_MSG_CT_NEW' && attrs.countersOrig) flows.set(`${attrs.id} ${attrs.timeout}`, attrs)
}
const xml = read('10-conntrack.conntrack.xml').toString()

/** Returns address, protocol, ports and counters of one direction as text. */
function direction(tuple: Attrs, counters: Attrs): unknown[] {
  const { ip, proto } = tuple
  const ports = [proto.srcPort ?? 0, proto.dstPort ?? 0]
  return [ip.v4Src ?? ip.v6Src, ip.v4Dst ?? ip.v6Dst, proto.num, ...ports, counters.packets, counters.bytes].map(String)
}

function printedDirection(meta: string): unknown[] {
  const one = (tag: string) => new RegExp(`<${tag}>([^<]*)<`).exec(meta)?.[1]
  const [, protonum] = /<layer4 protonum="(\d+)"/.exec(meta) ?? []
  // For GRE these are keys, in hexadecimal.
  const ports = [one('sport') ?? Number(one('srckey') ?? 0), one('dport') ?? Number(one('dstkey') ?? 0)]
  return [one('src'), one('dst'), protonum, ...ports.map(String), one('packets'), one('bytes')]
}

const printedFlows = [...xml.matchAll(/<flow>(.*?)<\/flow>/g)].map(([, flow = '']) => flow)
conntrack(`connections: ${printedFlows.length}`, () => {
  assert.ok(printedFlows.length > 3)
  for (const flow of printedFlows) {
    const one = (tag: string) => new RegExp(`<${tag}>(\\d+)<`).exec(flow)?.[1]
    const attrs = flows.get(`${one('id')} ${one('timeout')}`)
    assert.ok(attrs, flow)
    const [original = '', reply = ''] = flow.split('<meta direction="reply">')
    assert.equal(direction(attrs.tupleOrig, attrs.countersOrig), printedDirection(original))
    assert.equal(direction(attrs.tupleReply, attrs.countersReply), printedDirection(reply))
    assert.equal([attrs.mark, attrs.use, attrs.zone ?? 0].map(String), [one('mark'), one('use'), one('zone') ?? '0'])
    assert.is((attrs.status & nf.IPS.SEEN_REPLY) === 0, flow.includes('<unreplied/>'))
    assert.is((attrs.status & nf.IPS.ASSURED) !== 0, flow.includes('<assured/>'))
  }
})
conntrack.run()
