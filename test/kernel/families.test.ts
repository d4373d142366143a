import { closeSync, openSync } from 'node:fs'
import {
  Connection,
  flagNames,
  type LinkMessage,
  type NeighbourMessage,
  NetlinkError,
  type NexthopMessage,
  type RuleMessage,
} from '@netloom/netlink'
import {
  FIB_RULE,
  FR_ACT,
  LWTUNNEL_ENCAP,
  NETCONFA_IFINDEX,
  NETNSA_NSID,
  NEXTHOP_GRP_TYPE,
  type NeighbourTableMessage,
  type NetconfMessage,
  NHA_OP_FLAG,
  NTF,
  NUD,
  RTNH_F,
} from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, skipped, supported } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('rtnetlink families in the kernel', 'netns')

/** Converts a value to JSON and back, as iproute2 prints it: without undefined members. */
const json = (value: unknown) => JSON.parse(JSON.stringify(value))
const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase())
const present = (value: unknown) => (value ? null : undefined)
const hex = (value: number | undefined) => (value ? `0x${value.toString(16)}` : undefined)
const decimal = (value: number | undefined) => (value === undefined ? undefined : String(value))
const INET = 2
const INET6 = 10
const BRIDGE = 7
const GOOD = { create: true, excl: true }

interface Prepared {
  readonly netlink: Connection
  readonly namespace: Namespace
  /** Index of lo, br0 (its ports get no VLAN), ve0 (a port of br0), ve1 (10.1.0.1/24, 2001:db8::1/64) and vx0. */
  readonly index: Readonly<Record<'lo' | 'br0' | 've0' | 've1' | 'vx0', number>>
  nameOf(ifindex: number | undefined): string | undefined
  bridge(...args: string[]): Record<string, unknown>[]
}

function prepared(use: (prepared: Prepared) => void | Promise<void>) {
  return inScratch(async (namespace) => {
    for (const line of [
      ['link', 'set', 'lo', 'up'],
      ['link', 'add', 'br0', 'up', 'type', 'bridge', 'vlan_default_pvid', 0],
      ['link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1'],
      ['link', 'add', 'vx0', 'type', 'vxlan', 'id', 5, 'dstport', 4789],
      ['link', 'set', 've1', 'up'],
      ['address', 'add', '10.1.0.1/24', 'dev', 've1'],
      ['address', 'add', '2001:db8::1/64', 'dev', 've1', 'nodad'],
    ])
      namespace.ip(...line)
    const links = namespace.ip('link')
    const netlink = Connection.open({ netns: namespace.path })
    try {
      await use({
        netlink,
        namespace,
        index: Object.fromEntries(links.map(({ ifname, ifindex }) => [ifname, ifindex])) as Prepared['index'],
        nameOf: (ifindex) => links.find((link) => link.ifindex === ifindex)?.ifname,
        bridge: (...args) => {
          const text = namespace.exec('bridge', ['-d', '-j', ...args])
          return text.trim() === '' ? [] : JSON.parse(text)
        },
      })
    } finally {
      netlink.close()
    }
  })
}

// Neighbours

/** Formats a neighbour like `ip -N -d -j neigh`. */
function neighbourShown({ state, flags, attrs }: NeighbourMessage, dev?: string) {
  return json({
    ...{ dst: attrs.dst, dev, lladdr: attrs.lladdr, protocol: decimal(attrs.protocol) },
    router: present(flags & NTF.ROUTER),
    extern_learn: present(flags & NTF.EXT_LEARNED),
    proxy: present(flags & NTF.PROXY),
    state: flags & NTF.PROXY ? undefined : flagNames(NUD, state),
  })
}

const neighbours: readonly (readonly [ours: Partial<NeighbourMessage>, theirs: string])[] = [
  [
    { family: INET, state: NUD.PERMANENT, attrs: { dst: '10.1.0.7', lladdr: '02:00:00:00:00:07' } },
    '10.1.0.7 lladdr 02:00:00:00:00:07 nud permanent',
  ],
  [
    { family: INET, state: NUD.STALE, attrs: { dst: '10.1.0.8', lladdr: '02:00:00:00:00:08' } },
    '10.1.0.8 lladdr 02:00:00:00:00:08 nud stale',
  ],
  [
    { family: INET, state: NUD.NOARP, attrs: { dst: '10.1.0.9', lladdr: '02:00:00:00:00:09', protocol: 186 } },
    '10.1.0.9 lladdr 02:00:00:00:00:09 nud noarp protocol bgp',
  ],
  [
    {
      ...{ family: INET6, state: NUD.REACHABLE, flags: NTF.ROUTER | NTF.EXT_LEARNED },
      attrs: { dst: '2001:db8::9', lladdr: '02:00:00:00:00:0a' },
    },
    '2001:db8::9 lladdr 02:00:00:00:00:0a nud reachable router extern_learn',
  ],
]

for (const [ours, theirs] of neighbours) {
  test(`neighbour ${theirs} reads the same as in iproute2`, () =>
    prepared(({ netlink, namespace, index }) => {
      const request = { ...ours, ifindex: index.ve1 }
      const dump = () =>
        netlink
          .dumpSync('RTM_GETNEIGH', { family: request.family, attrs: { ifindex: index.ve1 } })
          .filter(({ attrs }) => attrs.dst === ours.attrs?.dst)
      const listed = () =>
        namespace
          .ip('-N', 'neigh', 'show', 'nud', 'all', 'dev', 've1')
          .filter(({ dst }: { dst: string }) => dst === ours.attrs?.dst)

      netlink.requestSync('RTM_NEWNEIGH', request, GOOD)
      const added = dump()
      assert.equal(
        added.map((one) => neighbourShown(one)),
        listed(),
      )
      for (const key of ['family', 'state', 'flags', 'ifindex'] as const) assert.is(added[0]?.[key], request[key] ?? 0)
      assert.is(added[0]?.attrs.lladdr, ours.attrs?.lladdr)
      const [got] = netlink.requestSync('RTM_GETNEIGH', {
        ...{ family: request.family, ifindex: index.ve1 },
        attrs: { dst: ours.attrs?.dst },
      })
      assert.is(got?.state, ours.state)

      netlink.requestSync('RTM_DELNEIGH', {
        family: request.family,
        ifindex: index.ve1,
        attrs: { dst: got?.attrs.dst },
      })
      namespace.ip('neigh', 'replace', ...theirs.split(' '), 'dev', 've1')
      const addedByIp = dump()
      assert.equal(
        addedByIp.map((one) => neighbourShown(one)),
        listed(),
      )
      assert.is(addedByIp[0]?.state, ours.state)
      assert.is(addedByIp[0]?.attrs.protocol, ours.attrs?.protocol)
    }))
}

test('proxy neighbours read the same as in iproute2', () =>
  prepared(({ netlink, namespace, index, nameOf }) => {
    netlink.requestSync(
      'RTM_NEWNEIGH',
      { family: INET, ifindex: index.ve1, flags: NTF.PROXY, attrs: { dst: '10.1.0.99', protocol: 186 } },
      GOOD,
    )
    namespace.ip('neigh', 'add', 'proxy', '10.1.0.98', 'dev', 've1')
    const read = netlink.dumpSync('RTM_GETNEIGH', { family: INET, flags: NTF.PROXY })
    assert.equal(read.map(({ attrs }) => attrs.dst).sort(), ['10.1.0.98', '10.1.0.99'])
    assert.equal(
      read.map((one) => neighbourShown(one, nameOf(one.ifindex))),
      namespace.ip('-N', 'neigh', 'show', 'proxy'),
    )
  }))

// FDB

const fdbStates: Readonly<Record<number, string>> = { [NUD.REACHABLE]: '', [NUD.STALE]: 'stale' }

/** Formats an FDB entry like `bridge -d -j fdb`. */
function fdbShown({ ifindex, state, flags, attrs }: NeighbourMessage, nameOf: Prepared['nameOf']) {
  const { lladdr, dst, port, vni, vlan, master } = attrs
  const known = flags & (NTF.SELF | NTF.STICKY | NTF.EXT_LEARNED | NTF.OFFLOADED | NTF.ROUTER)
  const names: Readonly<Record<string, string>> = { ext_learned: 'extern_learn' }
  return json({
    ...{ mac: lladdr, ifname: nameOf(ifindex), dst, port, vni, vlan, viaIf: nameOf(attrs.ifindex) },
    flags: lower(flagNames(NTF, known)).map((name) => names[name] ?? name),
    master: nameOf(master),
    state: state & NUD.PERMANENT ? 'permanent' : state & NUD.NOARP ? 'static' : fdbStates[state],
  })
}

const sorted = (entries: readonly object[]) =>
  entries.map((entry) => JSON.stringify(Object.entries(entry).sort())).sort()

test('the FDBs of a bridge and a vxlan link read the same as in iproute2', () =>
  prepared(({ netlink, namespace, bridge, index, nameOf }) => {
    const entry = (ifindex: number, state: number, flags: number, attrs: NeighbourMessage['attrs']) =>
      netlink.requestSync('RTM_NEWNEIGH', { family: BRIDGE, ifindex, state, flags, attrs }, GOOD)
    entry(index.ve0, NUD.NOARP | NUD.REACHABLE, NTF.MASTER, { lladdr: '02:00:00:00:00:a0' })
    entry(index.ve0, NUD.NOARP | NUD.REACHABLE, NTF.MASTER | NTF.STICKY, { lladdr: '02:00:00:00:00:a1' })
    entry(index.ve0, NUD.REACHABLE, NTF.MASTER | NTF.EXT_LEARNED, { lladdr: '02:00:00:00:00:a2' })
    const far = { dst: '10.1.0.3', port: 8472, vni: 77, ifindex: index.ve1 }
    entry(index.vx0, NUD.NOARP | NUD.PERMANENT, NTF.SELF, { lladdr: '02:00:00:00:00:a3', ...far })
    for (const [mac, ...rest] of [
      ['02:00:00:00:00:b0', 'dev', 've0', 'master', 'static'],
      ['02:00:00:00:00:b1', 'dev', 've0', 'master', 'static', 'sticky'],
      ['02:00:00:00:00:b2', 'dev', 've0', 'master', 'extern_learn'],
      ['02:00:00:00:00:b3', 'dev', 'vx0', 'dst', '10.1.0.3', 'port', '8472', 'vni', '77', 'via', 've1'],
    ] as const)
      namespace.exec('bridge', ['fdb', 'add', mac, ...rest])

    // The links themselves can learn further entries at any time.
    const added = ({ mac }: { mac?: string }) => mac?.startsWith('02:00:00:00:00:') === true
    const read = netlink.dumpSync('RTM_GETNEIGH', { family: BRIDGE })
    const shown = read.map((one) => fdbShown(one, nameOf)).filter(added)
    assert.is(shown.length, 8)
    assert.equal(sorted(shown), sorted(bridge('fdb', 'show').filter(added)))
    for (const suffix of ['0', '1', '2', '3']) {
      const [ours, theirs] = ['a', 'b'].map((creator) =>
        shown.find(({ mac }: { mac: string }) => mac === `02:00:00:00:00:${creator}${suffix}`),
      )
      assert.equal({ ...ours, mac: '' }, { ...theirs, mac: '' })
    }
    assert.equal(
      netlink
        .requestSync('RTM_GETNEIGH', {
          ...{ family: BRIDGE, ifindex: index.ve0, flags: NTF.MASTER },
          attrs: { lladdr: '02:00:00:00:00:b1' },
        })
        .map(({ flags, state, attrs }) => [flags, state, attrs.master]),
      [[NTF.STICKY, NUD.NOARP, index.br0]],
    )
    const inBridge = netlink.dumpSync('RTM_GETNEIGH', { family: BRIDGE, attrs: { master: index.br0 } })
    assert.ok(inBridge.length > 0 && inBridge.every(({ ifindex }) => ifindex !== index.vx0))
  }))

test('the FDB of a port with VLANs reads the same as in iproute2', () =>
  prepared(({ netlink, namespace, bridge, index, nameOf }) => {
    const addVlan = () => namespace.exec('bridge', ['vlan', 'add', 'dev', 've0', 'vid', '5'], { stdio: 'pipe' })
    if (!supported('FDB entries of a VLAN', addVlan)) return
    const add = (attrs: NeighbourMessage['attrs']) => {
      const state = NUD.NOARP | NUD.REACHABLE
      netlink.requestSync('RTM_NEWNEIGH', { family: BRIDGE, ifindex: index.ve0, state, flags: NTF.MASTER, attrs }, GOOD)
    }
    add({ lladdr: '02:00:00:00:00:a0', vlan: 5 })
    add({ lladdr: '02:00:00:00:00:a1' })
    const line = ['dev', 've0', 'master', 'static']
    namespace.exec('bridge', ['fdb', 'add', '02:00:00:00:00:b0', ...line, 'vlan', '5'])
    namespace.exec('bridge', ['fdb', 'add', '02:00:00:00:00:b1', ...line])

    const added = ({ mac }: { mac?: string }) => mac?.startsWith('02:00:00:00:00:') === true
    const read = netlink.dumpSync('RTM_GETNEIGH', { family: BRIDGE })
    const shown = read.map((one) => fdbShown(one, nameOf)).filter(added)
    // Without a VLAN in the request, the bridge adds an entry per VLAN of the port, and one without (`br_fdb_add`).
    assert.equal(shown.map(({ mac, vlan }: { mac: string; vlan?: number }) => `${mac.slice(-2)} ${vlan}`).sort(), [
      ...['a0 5', 'a1 5', 'a1 undefined'],
      ...['b0 5', 'b1 5', 'b1 undefined'],
    ])
    assert.equal(sorted(shown), sorted(bridge('fdb', 'show').filter(added)))
  }))

// Rules

/** Formats a rule like `ip -N -d -j rule`. */
function ruleShown({ action, dstLen, srcLen, tos, flags, attrs }: RuleMessage) {
  const { sportRange, dportRange, uidRange, flow = 0, suppressPrefixlen = 0xffffffff } = attrs
  const ports = (range: typeof sportRange, name: string) =>
    range?.start === range?.end
      ? { [name]: range?.start }
      : { [`${name}_start`]: range?.start, [`${name}_end`]: range?.end }
  const toTable = action === FR_ACT.TO_TBL
  return json({
    priority: attrs.priority ?? 0,
    not: present(flags & FIB_RULE.INVERT),
    ...{ src: attrs.src ?? 'all', srclen: attrs.src && srcLen, dst: attrs.dst, dstlen: attrs.dst && dstLen },
    ...{
      tos: hex(tos),
      fwmark: hex(attrs.fwmark),
      fwmask: attrs.fwmask === 0xffffffff ? undefined : hex(attrs.fwmask),
    },
    ...{ iif: attrs.iifname, oif: attrs.oifname },
    l3mdev: present(attrs.l3mdev),
    ...{ uid_start: uidRange?.start, uid_end: uidRange?.end },
    ipproto: attrs.ipProto && `ipproto-${attrs.ipProto}`,
    ...ports(sportRange, 'sport'),
    ...ports(dportRange, 'dport'),
    tun_id: attrs.tunId === undefined ? undefined : Number(attrs.tunId),
    table: toTable && !attrs.l3mdev ? decimal(attrs.table) : undefined,
    suppress_prefixlen: suppressPrefixlen === 0xffffffff ? undefined : suppressPrefixlen,
    suppress_ifgroup: decimal(attrs.suppressIfgroup),
    ...(flow ? { flow_from: String(flow >>> 16), flow_to: String(flow & 0xffff) } : {}),
    goto: action === FR_ACT.GOTO ? attrs.goto : undefined,
    nop: present(action === FR_ACT.NOP),
    action: action > FR_ACT.NOP ? String(action) : undefined,
    protocol: decimal(attrs.protocol),
  })
}

const rules: readonly (readonly [ours: Partial<RuleMessage>, theirs: string])[] = [
  [
    { srcLen: 8, dstLen: 16, attrs: { src: '10.0.0.0', dst: '10.2.0.0', table: 1000, protocol: 186 } },
    'from 10.0.0.0/8 to 10.2.0.0/16 table 1000 protocol bgp',
  ],
  [{ attrs: { fwmark: 0x10, fwmask: 0xff, iifname: 've1', table: 7 } }, 'fwmark 0x10/0xff iif ve1 table 7'],
  [
    { flags: FIB_RULE.INVERT, table: 254, attrs: { ipProto: 6, sportRange: { start: 100, end: 200 }, protocol: 0 } },
    'not ipproto tcp sport 100-200 lookup main',
  ],
  [
    {
      table: 254,
      attrs: { ipProto: 17, dportRange: { start: 53, end: 53 }, uidRange: { start: 1000, end: 2000 }, table: 70000 },
    },
    'ipproto udp dport 53 uidrange 1000-2000 lookup 70000',
  ],
  [
    { tos: 0x10, attrs: { oifname: 've1', table: 9, suppressPrefixlen: 8, suppressIfgroup: 3 } },
    'tos 0x10 oif ve1 table 9 suppress_prefixlength 8 suppress_ifgroup 3',
  ],
  [{ action: FR_ACT.GOTO, attrs: { goto: 32766 } }, 'goto 32766'],
  [{ action: FR_ACT.NOP }, 'nop'],
  [
    { action: FR_ACT.BLACKHOLE, srcLen: 16, attrs: { src: '10.3.0.0', flow: 0x30004 } },
    'blackhole from 10.3.0.0/16 realms 3/4',
  ],
  [{ action: FR_ACT.UNREACHABLE }, 'unreachable'],
  [{ attrs: { tunId: 99n, table: 9 } }, 'tun_id 99 table 9'],
  [{ attrs: { l3mdev: 1 } }, 'l3mdev'],
  [{ family: INET6, srcLen: 32, attrs: { src: '2001:db8::', table: 70000 } }, 'from 2001:db8::/32 table 70000'],
]

for (const [ours, theirs] of rules) {
  test(`rule ${theirs} reads the same as in iproute2`, () =>
    prepared(({ netlink, namespace }) => {
      const family = ours.family ?? INET
      const version = family === INET ? '-4' : '-6'
      const request = { action: FR_ACT.TO_TBL, ...ours, family, attrs: { ...ours.attrs, priority: 100 } }
      const read = () => netlink.dumpSync('RTM_GETRULE', { family })
      const listed = () => namespace.ip(version, '-N', 'rule')
      const addedRules = () => read().filter(({ attrs }) => attrs.priority === 100)

      netlink.requestSync('RTM_NEWRULE', request, GOOD)
      const [added] = addedRules()
      assert.equal(read().map(ruleShown), listed())
      for (const [key, value] of Object.entries(request)) {
        if (key !== 'attrs' && key !== 'table') assert.is(added?.[key as keyof RuleMessage], value, key)
      }
      for (const [key, value] of Object.entries(request.attrs))
        assert.equal(added?.attrs[key as keyof RuleMessage['attrs']], value, key)

      netlink.requestSync('RTM_DELRULE', request)
      assert.equal(addedRules(), [])
      namespace.ip(version, 'rule', 'add', 'pref', 100, ...theirs.split(' '))
      assert.equal(read().map(ruleShown), listed())
      assert.equal(addedRules(), [added])
    }))
}

// Next hops

/** Formats a next hop like `ip -N -d -j nexthop`. */
function nexthopShown({ scope, protocol, flags, attrs }: NexthopMessage, nameOf: Prepared['nameOf']) {
  const { id, group, groupType, resGroup, gateway, oif, blackhole, fdb } = attrs
  const seconds = (ticks: number | bigint = 0) => Number(ticks) / 100
  const members = group?.map(({ id, weight, weightHigh }) => {
    const full = weight + weightHigh * 256 + 1
    return full === 1 ? { id } : { id, weight: full }
  })
  return json({
    ...{ id, group: members, type: groupType === NEXTHOP_GRP_TYPE.RES ? 'resilient' : undefined },
    resilient_args: resGroup && {
      buckets: resGroup.buckets,
      idle_timer: seconds(resGroup.idleTimer),
      unbalanced_timer: seconds(resGroup.unbalancedTimer),
      unbalanced_time: seconds(resGroup.unbalancedTime),
    },
    ...{ gateway, dev: nameOf(oif), scope: String(scope), blackhole: present(blackhole), protocol: String(protocol) },
    flags: lower(flagNames(RTNH_F, flags)),
    fdb: present(fdb),
  })
}

test('next hops and groups read the same as in iproute2', () =>
  prepared(({ netlink, namespace, index, nameOf }) => {
    const add = (request: Partial<NexthopMessage>) => netlink.requestSync('RTM_NEWNEXTHOP', request, GOOD)
    const member = (id: number, weight: number) => ({ id, weight: weight - 1, weightHigh: 0 })
    add({ family: INET, protocol: 186, attrs: { id: 1, gateway: '10.1.0.2', oif: index.ve1 } })
    add({ family: INET6, flags: RTNH_F.ONLINK, attrs: { id: 2, gateway: '2001:db8::2', oif: index.ve1 } })
    add({ family: INET, attrs: { id: 3, blackhole: true } })
    add({ family: INET, attrs: { id: 4, gateway: '10.1.0.4', fdb: true } })
    add({ attrs: { id: 5, group: [member(1, 200), member(2, 1)] } })
    add({
      attrs: {
        ...{ id: 6, group: [member(1, 1), member(2, 1)], groupType: NEXTHOP_GRP_TYPE.RES },
        resGroup: { buckets: 4, idleTimer: 6000, unbalancedTimer: 3000 },
      },
    })
    for (const line of [
      'id 11 via 10.1.0.2 dev ve1 protocol bgp',
      'id 12 via 2001:db8::2 dev ve1 onlink',
      'id 13 blackhole',
      'id 14 via 10.1.0.4 fdb',
      'id 15 group 11,200/12',
      'id 16 group 11/12 type resilient buckets 4 idle_timer 60 unbalanced_timer 30',
    ])
      namespace.ip('nexthop', 'add', ...line.split(' '))

    const read = netlink.dumpSync('RTM_GETNEXTHOP')
    const shown = read.map((one) => nexthopShown(one, nameOf))
    assert.is(read.length, 12)
    assert.equal(shown, namespace.ip('-N', 'nexthop'))
    const numbers = /"id":1?([1-6])\b/g
    for (const [at, one] of shown.slice(0, 6).entries()) {
      const twin = JSON.stringify(shown[at + 6]).replace(numbers, '"id":$1')
      assert.equal(JSON.parse(twin), one)
    }
    assert.equal(
      netlink.dumpSync('RTM_GETNEXTHOP', { attrs: { groups: true } }).map(({ attrs }) => attrs.id),
      [5, 6, 15, 16],
    )

    const buckets = netlink.dumpSync('RTM_GETNEXTHOPBUCKET', { attrs: { id: 16 } })
    assert.equal(
      buckets.map(({ attrs }) => [attrs.id, attrs.resBucket?.index, attrs.resBucket?.nhId]),
      namespace
        .ip('nexthop', 'bucket', 'show', 'id', 16)
        // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
        .map(({ id, bucket }: any) => [id, bucket.index, bucket.nhid]),
    )
    assert.ok(buckets.every(({ attrs }) => typeof attrs.resBucket?.idleTime === 'bigint'))

    netlink.requestSync('RTM_DELNEXTHOP', { attrs: { id: 15 } })
    assert.is(namespace.ip('nexthop').length, 11)
  }))

test('a next hop with encapsulation can be sent back to the kernel unchanged', () =>
  prepared(({ netlink, namespace, index }) => {
    const segments = ['encap', 'seg6', 'mode', 'encap', 'segs', '2001:db8::5']
    namespace.ip('nexthop', 'add', 'id', 1, ...segments, 'via', '2001:db8::2', 'dev', 've1')
    const [read] = netlink.requestSync('RTM_GETNEXTHOP', { attrs: { id: 1 } })
    assert.ok(read?.attrs.encapType === LWTUNNEL_ENCAP.SEG6)
    const { encapType, encap } = read.attrs
    const attrs = { id: 2, gateway: '2001:db8::2', oif: index.ve1, encapType, encap }
    netlink.requestSync('RTM_NEWNEXTHOP', { family: INET6, attrs }, GOOD)
    const [first, second] = namespace.ip('nexthop')
    assert.ok(first.encap)
    assert.equal({ ...second, id: 1 }, first)
  }))

test('a group of next hops has 16-bit weights and statistics', () =>
  prepared(({ netlink, index }) => {
    const { ve1 } = index
    for (const id of [1, 2])
      netlink.requestSync(
        'RTM_NEWNEXTHOP',
        { family: INET, attrs: { id, gateway: `10.1.0.${id + 1}`, oif: ve1 } },
        GOOD,
      )
    const group = [
      { id: 1, weight: 43, weightHigh: 1 },
      { id: 2, weight: 0, weightHigh: 0 },
    ]
    try {
      netlink.requestSync('RTM_NEWNEXTHOP', { attrs: { id: 3, group } }, GOOD)
    } catch (error) {
      // Kernels with 8-bit weights reject the high byte as reserved.
      if (!(error instanceof NetlinkError && /Reserved fields/.test(error.kernelMessage ?? ''))) throw error
      return skipped(`weights of 16 bits: ${error.message}`)
    }
    const [read] = netlink.requestSync('RTM_GETNEXTHOP', { attrs: { id: 3 } })
    assert.equal(read?.attrs.group, group)

    const attrs = { id: 3, opFlags: NHA_OP_FLAG.DUMP_STATS }
    let withStats: NexthopMessage | undefined
    try {
      withStats = netlink.requestSync('RTM_GETNEXTHOP', { attrs })[0]
    } catch (error) {
      if (!(error instanceof NetlinkError && error.attribute === 'opFlags')) throw error
      return skipped(`statistics of a group of next hops: ${error.message}`)
    }
    assert.equal(withStats?.attrs.group, group)
    assert.is(((withStats?.attrs.opFlags ?? 0) & NHA_OP_FLAG.RESP_GRP_RESVD_0) >>> 0, NHA_OP_FLAG.RESP_GRP_RESVD_0)
    assert.equal(
      withStats?.attrs.groupStats?.entry?.map(({ id }) => id),
      [1, 2],
    )
  }))

// Neighbour tables, netconf

/** Formats a neighbour table like `ip -d -j ntable`, without values that change: references, and the random reachable time. */
function tableShown({ family, attrs }: NeighbourTableMessage, nameOf: Prepared['nameOf']) {
  const { name, thresh1, thresh2, thresh3, gcInterval, parms = {} } = attrs
  const number = (value: bigint | undefined) => (value === undefined ? undefined : Number(value))
  return json({
    ...{ family: family === INET ? 'inet' : 'inet6', name, dev: nameOf(parms.ifindex) },
    ...{ thresh1, thresh2, thresh3, gc_interval: number(gcInterval) },
    ...{ base_reachable: number(parms.baseReachableTime), retrans: number(parms.retransTime) },
    ...{ gc_stale: number(parms.gcStaletime), delay_probe: number(parms.delayProbeTime), queue: parms.queueLen },
    ...{ app_probes: parms.appProbes, ucast_probes: parms.ucastProbes, mcast_probes: parms.mcastProbes },
    ...{ anycast_delay: number(parms.anycastDelay), proxy_delay: number(parms.proxyDelay) },
    ...{ proxy_queue: parms.proxyQlen, locktime: number(parms.locktime) },
  })
}

test('neighbour tables read the same as in iproute2 and can be changed', () =>
  prepared(({ netlink, namespace, index, nameOf }) => {
    const compare = () => {
      const read = netlink.dumpSync('RTM_GETNEIGHTBL').filter(({ family }) => family === INET || family === INET6)
      const listed = namespace.ip('ntable').map(({ reachable: _, refcnt: __, ...rest }) => rest)
      assert.equal(
        read.map((one) => tableShown(one, nameOf)),
        listed,
      )
      for (const { attrs } of read) {
        const { baseReachableTime = 0n, reachableTime = 0n, refcnt = 0 } = attrs.parms ?? {}
        assert.ok(refcnt > 0)
        assert.ok(reachableTime * 2n >= baseReachableTime - 2n && reachableTime * 2n <= baseReachableTime * 3n)
      }
      return read
    }
    const ofVe1 = () => compare().find(({ family, attrs }) => family === INET && attrs.parms?.ifindex === index.ve1)

    const [first] = compare()
    assert.ok((first?.attrs.config?.keyLen ?? 0) > 0)
    assert.is(typeof first?.attrs.stats?.lookups, 'bigint')
    netlink.requestSync('RTM_SETNEIGHTBL', {
      family: INET,
      attrs: { name: 'arp_cache', parms: { ifindex: index.ve1, queueLen: 50, locktime: 500n, gcStaletime: 70000n } },
    })
    const ours = ofVe1()?.attrs.parms
    assert.equal([ours?.queueLen, ours?.locktime, ours?.gcStaletime], [50, 500n, 70000n])
    namespace.ip('ntable', 'change', 'name', 'arp_cache', 'dev', 've1', 'ucast_probes', 9, 'proxy_delay', 900)
    const theirs = ofVe1()?.attrs.parms
    assert.equal([theirs?.ucastProbes, theirs?.proxyDelay], [9, 900n])
  }))

/** Formats netconf settings like `ip -d -j netconf`. */
function netconfShown({ family, attrs }: NetconfMessage, nameOf: Prepared['nameOf']) {
  const { ifindex, forwarding, rpFilter, mcForwarding, proxyNeigh, ignoreRoutesWithLinkdown } = attrs
  const special: Readonly<Record<number, string>> = {
    [NETCONFA_IFINDEX.ALL]: 'all',
    [NETCONFA_IFINDEX.DEFAULT]: 'default',
  }
  return json({
    family: family === INET ? 'inet' : 'inet6',
    interface: special[ifindex ?? 0] ?? nameOf(ifindex),
    ...{ forwarding: forwarding !== 0, rp_filter: ['off', 'strict', 'loose'][rpFilter ?? -1] },
    ...{ mc_forwarding: mcForwarding !== 0, proxy_neigh: proxyNeigh !== 0 },
    ignore_routes_with_linkdown: ignoreRoutesWithLinkdown !== 0,
  })
}

test('netconf settings read the same as in iproute2', () =>
  prepared(({ netlink, namespace, index, nameOf }) => {
    const sysctls = ['ipv4/conf/ve1/forwarding 1', 'ipv4/conf/ve1/rp_filter 2', 'ipv6/conf/ve0/proxy_ndp 1']
    for (const sysctl of sysctls) {
      const [path, value] = sysctl.split(' ')
      namespace.exec('sh', ['-c', `echo ${value} > /proc/sys/net/${path}`])
    }
    const read = [INET, INET6].flatMap((family) => netlink.dumpSync('RTM_GETNETCONF', { family }))
    const shown = read.map((one) => netconfShown(one, nameOf))
    // If MPLS is loaded, ip also prints its settings.
    const listed = namespace.ip('netconf').filter(({ family }) => family === 'inet' || family === 'inet6')
    assert.equal(shown, listed)
    assert.is(shown.length, 2 * 7)
    const [ve1] = netlink.requestSync('RTM_GETNETCONF', { family: INET, attrs: { ifindex: index.ve1 } })
    assert.equal([ve1?.attrs.forwarding, ve1?.attrs.rpFilter], [1, 2])
    const [ve0] = netlink.requestSync('RTM_GETNETCONF', { family: INET6, attrs: { ifindex: index.ve0 } })
    assert.is(ve0?.attrs.proxyNeigh, 1)
  }))

// Namespaces, labels, statistics, properties

test('namespace IDs can be assigned and read', () =>
  prepared(({ netlink, namespace }) =>
    inScratch((first) =>
      inScratch((second) => {
        const open = [first, second].map(({ path }) => openSync(path, 'r'))
        try {
          const [one = -1, two = -1] = open
          const numberOf = (fd: number) => netlink.requestSync('RTM_GETNSID', { attrs: { fd } })[0]?.attrs.nsid
          assert.is(numberOf(one), NETNSA_NSID.NOT_ASSIGNED)
          netlink.requestSync('RTM_NEWNSID', { attrs: { fd: one, nsid: 7 } }, GOOD)
          namespace.ip('netns', 'set', second.name, 9)
          assert.equal([numberOf(one), numberOf(two)], [7, 9])
          assert.equal(
            netlink
              .dumpSync('RTM_GETNSID')
              .map(({ attrs }) => attrs.nsid)
              .sort(),
            [7, 9],
          )
          const listed = namespace.ip('netns', 'list-id').map(({ nsid, name }) => [nsid, name])
          assert.equal(listed, [
            [7, first.name],
            [9, second.name],
          ])
        } finally {
          for (const fd of open) closeSync(fd)
        }
      }),
    ),
  ))

test('address labels read the same as in iproute2 and can be deleted', () =>
  prepared(({ netlink, namespace, index, nameOf }) => {
    const attrs = { address: '2001:db8:1::', label: 99 }
    const label = { family: INET6, prefixlen: 48, index: index.ve1, attrs }
    netlink.requestSync('RTM_NEWADDRLABEL', label, GOOD)
    namespace.ip('addrlabel', 'add', 'prefix', '2001:db8:2::/48', 'dev', 've1', 'label', 98)
    const read = netlink.dumpSync('RTM_GETADDRLABEL', { family: INET6 })
    assert.equal(
      read.map(({ prefixlen, index, attrs }) => json({ ...attrs, prefixlen, ifname: nameOf(index) })),
      namespace.ip('addrlabel'),
    )
    assert.is(read.filter(({ attrs }) => attrs.label === 99 || attrs.label === 98).length, 2)
    netlink.requestSync('RTM_DELADDRLABEL', label)
    assert.ok(netlink.dumpSync('RTM_GETADDRLABEL', { family: INET6 }).every(({ attrs }) => attrs.label !== 99))
  }))

test('statistics of links equal those in link messages and in iproute2', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'mcast_stats_enabled', 1)
    namespace.ip('link', 'set', 'lo', 'up')
    namespace.exec('bash', ['-c', 'for i in 1 2 3; do echo hello > /dev/udp/127.0.0.1/9; done || true'])
    namespace.ip('link', 'set', 'lo', 'down')
    const netlink = Connection.open({ netns: namespace.path })
    try {
      const stats64 = ({ attrs }: LinkMessage) => attrs.stats64
      const links = netlink.dumpSync('RTM_GETLINK')
      const read = netlink.dumpSync('RTM_GETSTATS', { filterMask: 1 })
      assert.equal(
        read.map(({ attrs }) => attrs.link64),
        links.map(stats64),
      )
      assert.equal(
        read.map(({ ifindex }) => ifindex),
        links.map(({ index }) => index),
      )
      const counted = read.find(({ ifindex }) => ifindex === 1)?.attrs.link64
      const [listed] = namespace.ip('-s', 'link', 'show', 'dev', 'lo')
      assert.ok((counted?.rxPackets ?? 0n) > 0n)
      assert.equal([counted?.rxPackets, counted?.rxBytes, counted?.txPackets, counted?.txBytes].map(Number), [
        listed.stats64.rx.packets,
        listed.stats64.rx.bytes,
        listed.stats64.tx.packets,
        listed.stats64.tx.bytes,
      ])

      const [{ ifindex }] = namespace.ip('link', 'show', 'dev', 'br0')
      const [bridge] = netlink.requestSync('RTM_GETSTATS', { ifindex, filterMask: 2 })
      const { mcast } = bridge?.attrs.linkXstats?.bridge ?? {}
      assert.equal(mcast?.igmpV3reports, { rx: 0n, tx: 0n })
      assert.is(mcast?.mldParseErrors, 0n)

      // Bit 3 requests attribute 4, and in it bit 1 requests attribute 2.
      const attrs = { getFilters: { linkOffloadXstats: 2 } }
      const [offload] = netlink.requestSync('RTM_GETSTATS', { ifindex, filterMask: 8, attrs })
      assert.equal(offload?.attrs.linkOffloadXstats, { hwSInfo: { l3Stats: { request: 0, used: 0 } } })
    } finally {
      netlink.close()
    }
  }))

test('link properties add and remove alternative names', () =>
  prepared(({ netlink, namespace, index }) => {
    const names = () => namespace.ip('link', 'show', 'dev', 've1')[0].altnames ?? []
    const propList = { altIfname: ['a-name-that-is-longer-than-15', 'another'] }
    const options = { create: true, excl: true, append: true }
    netlink.requestSync('RTM_NEWLINKPROP', { index: index.ve1, attrs: { propList } }, options)
    namespace.ip('link', 'property', 'add', 'dev', 've1', 'altname', 'third')
    assert.equal(names(), [...propList.altIfname, 'third'])
    const [read] = netlink.requestSync('RTM_GETLINK', { attrs: { altIfname: 'third' } })
    assert.equal(read?.attrs.propList?.altIfname, names())
    netlink.requestSync('RTM_DELLINKPROP', { index: index.ve1, attrs: { propList } })
    assert.equal(names(), ['third'])
  }))

test.run()
