import { ArgumentError, Netlink, type SocketFactory } from '@netloom/netlink'
import { encap, LWTUNNEL_ENCAP, linkInfo, metricsAttrs, tcaQdiscAttrs } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { actionKeys } from '../../packages/netlink/dist/api/action/encode.js'
import { filterKeys as actionFilter, actionKeyKeys } from '../../packages/netlink/dist/api/action/write.js'
import { addressKeys } from '../../packages/netlink/dist/api/address/encode.js'
import { filterKeys as addressFilter } from '../../packages/netlink/dist/api/address/read.js'
import {
  bridgeGlobalVlanKeys,
  longGlobalVlanOptions,
} from '../../packages/netlink/dist/api/bridge-global-vlan/encode.js'
import { filterKeys as globalVlanFilter } from '../../packages/netlink/dist/api/bridge-global-vlan/read.js'
import { bridgeMdbKeys } from '../../packages/netlink/dist/api/bridge-mdb/encode.js'
import { filterKeys as mdbFilter } from '../../packages/netlink/dist/api/bridge-mdb/read.js'
import { bridgeVlanKeys } from '../../packages/netlink/dist/api/bridge-vlan/encode.js'
import { filterKeys as vlanFilter } from '../../packages/netlink/dist/api/bridge-vlan/read.js'
import { bridgeVniKeys } from '../../packages/netlink/dist/api/bridge-vni/encode.js'
import { filterKeys as vniFilter } from '../../packages/netlink/dist/api/bridge-vni/read.js'
import { chainKeys } from '../../packages/netlink/dist/api/chain/write.js'
import { classKeys } from '../../packages/netlink/dist/api/class/encode.js'
import { filterKeys as classFilter } from '../../packages/netlink/dist/api/class/read.js'
import { filterKeys, placeKeys } from '../../packages/netlink/dist/api/filter/encode.js'
import { listKeys as filterFilter } from '../../packages/netlink/dist/api/filter/read.js'
import {
  filterKeys as impairmentFilter,
  keyKeys as impairmentKey,
} from '../../packages/netlink/dist/api/impairment/read.js'
import { impairmentKeys } from '../../packages/netlink/dist/api/impairment/write.js'
import { changeKeys, newLinkKeys, peerKeys } from '../../packages/netlink/dist/api/link/encode.js'
import { filterKeys as linkFilter } from '../../packages/netlink/dist/api/link/read.js'
import { neighbourKeys } from '../../packages/netlink/dist/api/neighbour/encode.js'
import { flushKeys as neighbourFlush } from '../../packages/netlink/dist/api/neighbour/flush.js'
import { filterKeys as neighbourFilter } from '../../packages/netlink/dist/api/neighbour/read.js'
import { nexthopKeys } from '../../packages/netlink/dist/api/nexthop/encode.js'
import { filterKeys as nexthopFilter } from '../../packages/netlink/dist/api/nexthop/read.js'
import { filterKeys as qdiscFilter, qdiscKeys } from '../../packages/netlink/dist/api/qdisc/read.js'
import { keyKeys as rateLimitKey } from '../../packages/netlink/dist/api/rate-limit/read.js'
import { rateLimitKeys } from '../../packages/netlink/dist/api/rate-limit/write.js'
import { routeKeys } from '../../packages/netlink/dist/api/route/encode.js'
import { nexthopKeys as hopKeys } from '../../packages/netlink/dist/api/route/next-hops.js'
import { lookupKeys, filterKeys as routeFilter } from '../../packages/netlink/dist/api/route/read.js'
import { ruleKeys } from '../../packages/netlink/dist/api/rule/encode.js'
import { filterKeys as ruleFilter } from '../../packages/netlink/dist/api/rule/read.js'
import '../support/built.js'
import { operationNames, syncOperation } from '../support/operations.js'

/**
 * Calls every operation with wrong values of each of its options. The options come from the tables of the implementation, so that a
 * new one is tested too. Links are given by names, which need a request: it must not be sent either.
 */

const test = suite('Netlink refuses wrong values before anything is sent')

/** Counts requests, and refuses to send them. */
function counting() {
  const sent = { count: 0 }
  const socket = {
    ...{ port: 1, strict: true, receive: () => undefined, wait: () => false, reserve: (bytes: number) => bytes },
    ...{
      watch: () => ({ ref() {}, unref() {}, close() {} }),
      join() {},
      leave() {},
      close() {},
      [Symbol.dispose]() {},
    },
    send() {
      sent.count++
      throw new Error('a request was sent')
    },
  }
  const socketFactory = { open: () => socket } as unknown as SocketFactory
  return { sent, nl: Netlink.open({ socketFactory }) }
}

/** The types of values that an option can accept. */
type Type = 'number' | 'text' | 'boolean' | 'bigint' | 'list' | 'object' | 'link'

/** Values that no option accepts. */
const never: readonly [string, unknown][] = [
  ['a symbol', Symbol('x')],
  ['a function', () => 1],
  ['a class', class {}],
  ['null', null],
  ['a date', new Date(0)],
  ['a promise', Promise.resolve(1)],
  ['a map', new Map([['a', 1]])],
  ['a set', new Set(['UP'])],
  ['a regular expression', /x/],
  ['a boxed text', new String('lo')],
  ['NaN', Number.NaN],
  ['-1', -1],
  ['1.5', 1.5],
  ['2 ** 53', 2 ** 53],
  ['1e308', 1e308],
  ['a large bigint', 1n << 70n],
  ['a text with NUL', 'a\0b'],
  ['a long text', 'x'.repeat(70_000)],
]

const sparse = new Array(2).fill('x', 1)

/** A value of each type, which options of other types refuse. */
const samples: Readonly<Record<Exclude<Type, 'link'>, readonly [string, unknown][]>> = {
  number: [['a number', 1]],
  text: [
    ['a word', 'bogus/word'],
    ['an empty text', ''],
  ],
  boolean: [
    ['true', true],
    ['false', false],
  ],
  bigint: [['a bigint', 1n]],
  list: [
    ['an empty list', []],
    ['a list', ['bogus/word']],
    ['a sparse list', sparse],
  ],
  object: [
    ['an empty object', {}],
    ['an object without a prototype', Object.create(null)],
    ['an object', { bogus: 1 }],
  ],
}

/** Values of the right type that an option refuses. */
const inside: Readonly<Record<string, readonly [string, unknown][]>> = {
  list: [
    ['a list', ['a\0b']],
    ['a sparse list', sparse],
    ['a list of symbols', [Symbol('x')]],
  ],
  object: [['an object', { bogus: 1 }]],
  link: [
    ['an empty object', {}],
    ['an empty list', []],
    ['an object', { bogus: 1 }],
    ['a wrong index', { index: Number.NaN }],
    ['an empty text', ''],
  ],
}

function wrongValues(types: readonly Type[], isReported: boolean): readonly [string, unknown][] {
  const isLink = types.includes('link')
  const accepts = (type: string) => (types as readonly string[]).includes(type)
  return [
    ...never,
    ...Object.entries(samples)
      .filter(([type]) => !accepts(type) && !(isLink && ['number', 'text', 'object', 'list'].includes(type)))
      .flatMap(([, values]) => values),
    ...Object.entries(inside)
      .filter(([type]) => accepts(type) && !isReported)
      .flatMap(([, values]) => values),
  ]
}

/** The types of all options: those of a name are the same wherever it occurs, except in `exceptions`. */
const types: Readonly<Record<string, string>> = {
  ...{ dev: 'link', master: 'link', link: 'link', via: 'text', index: 'number', name: 'text', kind: 'text' },
  ...{ alias: 'text', altNames: 'list', up: 'boolean', flags: 'list', mtu: 'number', address: 'text' },
  ...{ broadcast: 'text', txqlen: 'number', group: 'number text', gsoMaxSize: 'number', gsoMaxSegs: 'number' },
  ...{ groMaxSize: 'number', gsoIpv4MaxSize: 'number', groIpv4MaxSize: 'number', linkmode: 'number text' },
  ...{ protoDownReasons: 'list', xdp: 'object', vfs: 'list' },
  ...{ hwStats: 'text', skipHw: 'boolean', skipSw: 'boolean', noPercpuStats: 'boolean' },
  ...{ protoDown: 'boolean', addrGenMode: 'number text', data: 'object', slaveKind: 'text', slaveData: 'object' },
  ...{ netns: 'number text object', peer: 'text', numTxQueues: 'number', numRxQueues: 'number', linkNetnsid: 'number' },
  ...{ family: 'text', label: 'text', scope: 'number text', validLifetime: 'number', preferredLifetime: 'number' },
  ...{ metric: 'number', proto: 'number text', dst: 'text', from: 'text', to: 'text', table: 'number text' },
  ...{ tos: 'number text', src: 'text', protocol: 'number text', type: 'number text', multipath: 'list' },
  ...{ nexthop: 'number', encap: 'object', realms: 'object', pref: 'number text', expires: 'number' },
  ...{ as: 'number text list', ttlPropagate: 'boolean' },
  ...{ ccAlgo: 'text', features: 'list number object', weight: 'number', iif: 'text', oif: 'text' },
  ...{
    mark: 'number',
    uid: 'number',
    ipproto: 'number text',
    ipProto: 'number text',
    sport: 'number',
    dport: 'number',
  },
  ...{ fibMatch: 'boolean', priority: 'number', action: 'number text', invert: 'boolean', fwmark: 'number' },
  ...{ fwmask: 'number', goto: 'number', suppressIfgroup: 'number', suppressPrefixlen: 'number', l3mdev: 'number' },
  ...{ tunId: 'bigint', uidRange: 'object', sportRange: 'object', dportRange: 'object', sportMask: 'number' },
  ...{ dportMask: 'number', dscp: 'number', dscpMask: 'number', flowlabel: 'number', flowlabelMask: 'number' },
  ...{ lladdr: 'text', state: 'list', vlan: 'number', vni: 'number', srcVni: 'number', port: 'number' },
  ...{ activityNotify: 'list number object', dontRefresh: 'boolean', proxy: 'boolean', id: 'number' },
  ...{ blackhole: 'boolean', fdb: 'boolean', groupType: 'number text', resilient: 'object', hwStats: 'boolean' },
  ...{ groups: 'boolean', stats: 'boolean', parent: 'text', handle: 'text', options: 'object', stab: 'object' },
  ...{ ingressBlock: 'number', egressBlock: 'number', leaf: 'text', block: 'number', chain: 'number', actions: 'list' },
  ...{ vid: 'number', vidEnd: 'number', pvid: 'boolean', untagged: 'boolean', tunnelId: 'number', vniEnd: 'number' },
  ...{ mcastRouter: 'number text', mcastMaxGroups: 'number', neighSuppress: 'boolean', neighForwardGrat: 'boolean' },
  ...{ mcastSnooping: 'boolean', mcastQuerier: 'boolean', mcastIgmpVersion: 'number', mcastMldVersion: 'number' },
  ...{ mcastLastMemberCnt: 'number', mcastStartupQueryCnt: 'number', msti: 'number' },
  ...{ egress: 'number text', ingress: 'number text', ingressBy: 'text', burst: 'number text', latency: 'number text' },
  ...{ rate: 'number text', netem: 'object' },
  ...Object.fromEntries(longGlobalVlanOptions.map((key) => [key, 'bigint'])),
  ...{ source: 'text', mode: 'number text', sources: 'list', mcastGroups: 'number', timer: 'number' },
  ...Object.fromEntries(
    Object.keys(metricsAttrs.table)
      .filter((key) => !['ccAlgo', 'features'].includes(key))
      .map((key) => [key, 'number']),
  ),
}
const exceptions: Readonly<Record<string, string>> = {
  ...{ 'link flags': 'object', 'link peer': 'object', 'neighbour via': 'link', 'lookup iif': 'link' },
  ...{ 'nexthop group': 'list', 'filter vfs': 'boolean' },
  ...{ 'vlan state': 'number text', 'mdb state': 'number text', 'mdb via': 'link', 'mdb group': 'text' },
  ...{ 'vni group': 'text', 'vlan stats': 'object', 'vni stats': 'object' },
  // Bytes are none of the types.
  ...{ 'traffic filter handle': 'number', 'traffic action cookie': '' },
  ...{ 'realms from': 'number text', 'realms to': 'number text' },
}

/** Options that the kernel reports, and that are not sent: their members are not checked. */
const reported = ['vlan stats', 'vni stats', 'mdb flags']

function typesOf(what: string, key: string): readonly Type[] {
  const found = exceptions[`${what} ${key}`] ?? types[key]
  if (found === undefined) throw new Error(`expected the types of ${key} in this test, got none`)
  return found.split(' ') as Type[]
}

/** Operations: the arguments with one option replaced, and the options. */
interface Row {
  readonly calls: readonly string[]
  readonly what: string
  readonly options: readonly string[]
  readonly args: (option: Readonly<Record<string, unknown>>) => readonly unknown[]
}

const row = (calls: string, what: string, table: object, args: Row['args']): Row => ({
  ...{ calls: calls.split(' '), what, options: Object.keys(table), args },
})
const only = (base: object) => (option: object) => [{ ...base, ...option }]
const route = { dst: '10.9.0.0/16', dev: 'nosuch' }
const group = (member: object) => [{ id: 9, dev: 'nosuch', group: [{ id: 1, ...member }] }]

const [vlan, vni, mdb] = [
  { dev: 'nosuch', vid: 7 },
  { dev: 'nosuch', vni: 7 },
  { dev: 'nosuch', group: '239.1.1.1' },
]
const mdbKey = ['dev', 'master', 'group', 'source', 'vid', 'dst', 'port', 'vni', 'srcVni', 'via'] as const
/** Returns the options that identify an object. */
const keyOf = <T extends object>(table: T, keys: readonly (keyof T)[]) =>
  Object.fromEntries(keys.map((key) => [key, table[key]]))

/** Returns the options that identify an object. An object that was read has others, too, which are ignored. */
const identity = ({ options: _, actions: __, ...keys }: Record<string, unknown>) => keys

const trafficClass = { dev: 'nosuch', kind: 'drr', handle: '1:1' }
const trafficFilter = { dev: 'nosuch', kind: 'matchall', priority: 9 }

const rows: readonly Row[] = [
  row('link.add link.ensure', 'link', newLinkKeys, only({ name: 'q0', kind: 'veth', master: 'nosuch' })),
  row('link.set', 'link', changeKeys, (option) => ['nosuch', { master: 'nosuch', ...option }]),
  row('link.add link.ensure', 'peer', peerKeys, (peer) => [
    { name: 'q0', kind: 'veth', master: 'nosuch', peer: { name: 'q1', ...peer } },
  ]),
  row('link.list', 'filter', linkFilter, only({ master: 'nosuch' })),
  row(
    'address.add address.replace address.ensure address.get address.delete',
    ...(['address', addressKeys, only({ address: '10.0.0.1/24', dev: 'nosuch' })] as const),
  ),
  row('address.list address.flush', 'filter', addressFilter, only({ dev: 'nosuch' })),
  row(
    'route.add route.append route.replace route.ensure route.get route.delete',
    ...(['route', routeKeys, only(route)] as const),
  ),
  row('route.add route.get', 'hop', hopKeys, (hop) => [{ ...route, multipath: [{ dev: 'nosuch', ...hop }] }]),
  row('route.add', 'realms', { from: 1, to: 1 }, (realms) => [{ ...route, realms }]),
  row('route.list route.flush', 'filter', routeFilter, only({ dev: 'nosuch' })),
  row('route.lookup', 'lookup', lookupKeys, (option) => ['10.0.0.1', { dev: 'nosuch', ...option }]),
  row('rule.add rule.replace rule.ensure rule.get rule.delete', 'rule', ruleKeys, only({ priority: 9, table: 7 })),
  row('rule.list rule.flush', 'filter', ruleFilter, only({ table: 7 })),
  row(
    'neighbour.add neighbour.replace neighbour.append neighbour.ensure neighbour.get neighbour.delete',
    ...(['neighbour', neighbourKeys, only({ dst: '10.0.0.1', dev: 'nosuch' })] as const),
  ),
  row(
    'neighbour.add neighbour.replace neighbour.append neighbour.ensure neighbour.get neighbour.delete',
    ...(['neighbour', neighbourKeys, only({ family: 'bridge', lladdr: '02:00:00:00:00:01', dev: 'nosuch' })] as const),
  ),
  row('neighbour.list', 'filter', neighbourFilter, only({ dev: 'nosuch' })),
  row('neighbour.flush', 'filter', neighbourFlush, only({ dev: 'nosuch' })),
  row(
    'nexthop.add nexthop.replace nexthop.ensure nexthop.get nexthop.delete',
    ...(['nexthop', nexthopKeys, only({ id: 9, dev: 'nosuch' })] as const),
  ),
  row('nexthop.add nexthop.replace', 'member', { id: 1, weight: 1 }, group),
  row('nexthop.list nexthop.flush', 'filter', nexthopFilter, only({ dev: 'nosuch' })),
  row(
    'qdisc.add qdisc.replace qdisc.set qdisc.ensure qdisc.get qdisc.delete',
    ...(['qdisc', qdiscKeys, only({ dev: 'nosuch', kind: 'pfifo', parent: 'root' })] as const),
  ),
  row('class.add class.replace class.set class.ensure', 'class', classKeys, only(trafficClass)),
  row('class.get class.delete', 'class', identity(classKeys), only(trafficClass)),
  row('class.list', 'filter', classFilter, only({ dev: 'nosuch' })),
  row('filter.add filter.replace filter.set filter.ensure', 'traffic filter', filterKeys, only(trafficFilter)),
  row('filter.get filter.delete', 'traffic filter', identity(filterKeys), only(trafficFilter)),
  row('filter.list', 'filter', filterFilter, only({ dev: 'nosuch' })),
  row('chain.get chain.add chain.ensure chain.delete', 'chain', chainKeys, only({ dev: 'nosuch', chain: 3 })),
  row('chain.list', 'chain', placeKeys, only({ dev: 'nosuch' })),
  row(
    'action.add action.replace action.ensure',
    'traffic action',
    actionKeys,
    only({ kind: 'gact', index: 1, options: { control: 'drop' } }),
  ),
  row('action.get action.delete', 'traffic action', actionKeyKeys, only({ kind: 'gact', index: 1 })),
  row('action.list action.flush', 'filter', actionFilter, only({ kind: 'gact' })),
  row('qdisc.list', 'filter', qdiscFilter, only({ dev: 'nosuch' })),
  row('rateLimit.ensure', 'rate limit', rateLimitKeys, only({ dev: 'nosuch', egress: '1mbit' })),
  row('rateLimit.get rateLimit.delete', 'rate limit', rateLimitKey, only({ dev: 'nosuch' })),
  row('impairment.ensure', 'impairment', impairmentKeys, only({ dev: 'nosuch', to: '10.0.0.7' })),
  row('impairment.get impairment.delete', 'impairment', impairmentKey, only({ dev: 'nosuch', to: '10.0.0.7' })),
  row('impairment.list', 'filter', impairmentFilter, only({ dev: 'nosuch' })),
  row('bridge.vlan.add bridge.vlan.set bridge.vlan.ensure', 'vlan', bridgeVlanKeys, only(vlan)),
  row('bridge.vlan.get bridge.vlan.delete', 'vlan', keyOf(bridgeVlanKeys, ['dev', 'vid', 'vidEnd']), only(vlan)),
  row('bridge.vlan.list', 'filter', vlanFilter, only(vlan)),
  row('bridge.globalVlan.set bridge.globalVlan.ensure', 'vlan', bridgeGlobalVlanKeys, only(vlan)),
  row('bridge.globalVlan.get', 'vlan', keyOf(bridgeGlobalVlanKeys, ['dev', 'vid', 'vidEnd']), only(vlan)),
  row('bridge.globalVlan.list', 'filter', globalVlanFilter, only(vlan)),
  row('bridge.vni.add bridge.vni.set bridge.vni.ensure', 'vni', bridgeVniKeys, only(vni)),
  row('bridge.vni.get bridge.vni.delete', 'vni', keyOf(bridgeVniKeys, ['dev', 'vni', 'vniEnd']), only(vni)),
  row('bridge.vni.list', 'filter', vniFilter, only(vni)),
  row('bridge.mdb.add bridge.mdb.replace bridge.mdb.ensure', 'mdb', bridgeMdbKeys, only(mdb)),
  row('bridge.mdb.get bridge.mdb.delete', 'mdb', keyOf(bridgeMdbKeys, mdbKey), only(mdb)),
  row('bridge.mdb.list', 'filter', mdbFilter, only({ dev: 'nosuch' })),
]

const { sent, nl } = counting()

/** Returns the fault of a call; undefined if the call was refused as it should be. */
function faultOf(call: string, args: readonly unknown[], key: string): string | undefined {
  const before = sent.count
  try {
    syncOperation(nl, call)(...args)
    return 'was accepted'
  } catch (error) {
    if (sent.count > before) return `was sent: ${error}`
    if (!(error instanceof ArgumentError)) return `threw ${error}`
    const { message } = error
    if (!message.includes(key)) return `does not name ${key}: ${message}`
    if (!message.includes('got ')) return `does not show the value: ${message}`
    return message.length > 1500 ? `has a message of ${message.length} characters` : undefined
  }
}

for (const { calls, what, options, args } of rows)
  for (const call of calls)
    test(`${call}: ${what}`, () => {
      const faults: string[] = []
      for (const key of options)
        for (const [name, value] of wrongValues(typesOf(what, key), reported.includes(`${what} ${key}`))) {
          const fault = faultOf(call, args({ [key]: value }), key)
          if (fault !== undefined) faults.push(`${key}: ${name} ${fault}`)
        }
      assert.equal(faults, [])
    })

/** Values that no attribute accepts, whatever its type is. */
const neverInData = never.filter(([name]) =>
  ['a symbol', 'a function', 'a promise', 'a date', 'NaN', '2 ** 53', 'a long text'].includes(name),
)
type Cases = Readonly<Record<string, object>>

/** Tests the attributes that are declared for each kind. */
function testCases(what: string, cases: Cases, call: string, args: (kind: string, data: object) => readonly unknown[]) {
  test(`${call}: ${what} of ${Object.keys(cases).length} kinds`, () => {
    const faults: string[] = []
    for (const [kind, declaration] of Object.entries(cases))
      for (const key of Object.keys('table' in declaration ? (declaration.table as object) : {}))
        for (const [name, value] of neverInData) {
          const fault = faultOf(call, args(kind, { [key]: value }), key)
          if (fault !== undefined) faults.push(`${kind} ${key}: ${name} ${fault}`)
        }
    assert.equal(faults, [])
  })
}

const { data, slaveData } = linkInfo.table
for (const call of ['link.add', 'link.ensure'])
  testCases('data', data[1].cases, call, (kind, data) => [{ name: 'q0', kind, master: 'nosuch', link: 'nosuch', data }])
testCases('data', data[1].cases, 'link.set', (kind, data) => ['nosuch', { kind, data }])
testCases('slaveData', slaveData[1].cases, 'link.set', (slaveKind, data) => [
  'nosuch',
  { master: 'nosuch', slaveKind, slaveData: data },
])
testCases('options', tcaQdiscAttrs.table.options[1].cases, 'qdisc.add', (kind, options) => [
  { dev: 'nosuch', kind, options },
])
testCases('encap', encap.cases, 'route.add', (type, data) => [{ ...route, encap: { type: Number(type), data } }])

test('an encapsulation by its word is checked like one by its number', () => {
  assert.is(
    faultOf('route.add', [{ ...route, encap: { type: 'mpls', data: { dst: {} } } }], 'dst'),
    undefined,
    `of ${Object.keys(LWTUNNEL_ENCAP.values)}`,
  )
})

test('the table contains every operation with options', () => {
  // They take an id, or a reference to a namespace or a link.
  const without = ['link.get', 'link.delete', 'nsid.list', 'nsid.get', 'nsid.set', 'nsid.pathOf']
  const tested = [...without, ...rows.flatMap((each) => each.calls)]
  assert.equal(
    operationNames(nl).filter((name) => !tested.includes(name)),
    [],
  )
})

/** Wrong arguments as a whole. */
const calls = [...new Set(rows.flatMap((each) => each.calls))]
test('every operation refuses an argument of another type', () => {
  const faults: string[] = []
  for (const call of calls)
    for (const [name, value] of [...never, ['an array', []], ['a text', 'x'.repeat(200)]] as [string, unknown][]) {
      const args = call === 'link.set' ? ['nosuch', value] : call === 'route.lookup' ? ['10.0.0.1', value] : [value]
      const fault = faultOf(call, args, '')
      if (fault !== undefined) faults.push(`${call}: ${name} ${fault}`)
    }
  for (const call of ['link.get', 'link.delete', 'link.set', 'route.lookup'])
    for (const [name, value] of [...never, ['an array', []], ['an object', {}]] as [string, unknown][]) {
      const fault = faultOf(call, [value, {}], '')
      if (fault !== undefined) faults.push(`${call}: first ${name} ${fault}`)
    }
  assert.equal(faults, [])
})

test('every operation refuses unknown options, and shortens their names', () => {
  const faults: string[] = []
  for (const { calls, what, args } of rows)
    for (const call of calls)
      for (const key of ['bogus', 'x'.repeat(70_000)]) {
        const fault = faultOf(call, args({ [key]: 1 }), key.slice(0, 40))
        if (fault !== undefined) faults.push(`${call} ${what}: ${fault}`)
      }
  assert.equal(faults, [])
})

test('an option is read once', () => {
  let reads = 0
  const address = {
    address: '10.0.0.1/24',
    get dev() {
      return reads++ === 0 ? 'nosuch' : Number.NaN
    },
  }
  const before = sent.count
  assert.throws(() => nl.address?.addSync?.(address), /a request was sent/)
  assert.is(reads, 1)
  assert.is(sent.count - before, 1)
})

test.run()
