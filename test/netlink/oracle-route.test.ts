import { FIB_RULE, FR_ACT, NTF, NTF_EXT, NUD } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { messagesOf, oracle } from '../support/captures.js'
import {
  bitsOf,
  camelCase,
  type Decoded,
  dumpsOf,
  linkNames,
  type Mappers,
  named,
  oneOf,
  type Printed,
  sameMembers,
  sameObjects,
} from '../support/oracle.js'
import {
  attribute,
  attributesOf,
  lower,
  type Names,
  nexthopFlags,
  protocol,
  routeMappers,
  scope,
  seconds,
  via,
  wholeSeconds,
  yes,
} from '../support/oracle-routes.js'

/**
 * Compares the output of ip and bridge about routes, next hops, addresses, neighbours and VLANs with our decoding of
 * the dumps.
 */

const test = suite('output of ip about routes, neighbours and others')

for (const [capture, what] of [
  ['06-route', 'route'],
  ['06-route', 'route6'],
  ['06-nexthop', 'route'],
] as const) {
  test(`${capture}.${what}: routes are as ip prints them`, () => {
    const mappers = routeMappers(linkNames(capture))
    oneOf(dumpsOf(capture, 'RTM_GETROUTE', 'RTM_NEWROUTE'), (dump) =>
      sameObjects(oracle(capture, what), dump, (printed, route) =>
        sameMembers(`${printed.type} ${printed.dst}`, printed, route, mappers),
      ),
    )
  })
}

test('06-route.get: a looked-up route is as ip prints it', () => {
  const [printed] = oracle('06-route', 'get')
  const looked = messagesOf('06-route', 'RTM_NEWROUTE').map(({ value }) => value as Decoded)
  const found = looked.find(({ attrs }) => attrs.dst === printed.dst && attrs.uid === 0)
  assert.ok(found)
  sameMembers('10.3.1.1', printed, found, routeMappers(linkNames('06-route')))
})

// ── next hops

const weight = ({ weight, weightHigh }: Decoded) => weight + weightHigh * 256 + 1

function encapsulation({ attrs: { encap, encapType } }: Decoded) {
  if (encapType === 1) return { encap_type: 'mpls', dst: encap.dst.map(({ label }: Decoded) => label).join('/') }
  const { mode, srh } = encap.srh
  return { encap_type: 'seg6', mode: ['inline', 'encap'][mode], segs: [...srh.segments].reverse() }
}

const nexthopMappers = (names: Names): Mappers => ({
  ...attributesOf('id', 'gateway'),
  dev: ({ attrs }) => names(attrs.oif),
  scope,
  protocol: (nexthop) => protocol(nexthop.protocol),
  flags: ({ flags }) => nexthopFlags(flags),
  blackhole: ({ attrs }) => (attrs.blackhole === true ? null : undefined),
  fdb: ({ attrs }) => (attrs.fdb === true ? null : undefined),
  encap: encapsulation,
  group: ({ attrs }) =>
    attrs.group.map((one: Decoded) => ({ id: one.id, ...(weight(one) !== 1 && { weight: weight(one) }) })),
  type: ({ attrs }) => ['mpath', 'resilient'][attrs.groupType],
  resilient_args: ({ attrs: { resGroup: r } }) => ({
    buckets: r.buckets,
    idle_timer: seconds(r.idleTimer),
    unbalanced_timer: seconds(r.unbalancedTimer),
    unbalanced_time: seconds(r.unbalancedTime),
  }),
  hw_stats: ({ attrs }) => ({ enabled: attrs.hwStatsEnable === 1, used: attrs.hwStatsUsed === 1 }),
  group_stats: ({ attrs }) =>
    attrs.groupStats.entry.map(({ id, packets }: Decoded) => ({ id, packets: Number(packets) })),
  bucket: ({ attrs: { resBucket: b } }) => ({ index: b.index, idle_time: seconds(b.idleTime), nhid: b.nhId }),
})

for (const [capture, what, message] of [
  ['06-nexthop', 'nexthop', 'NEXTHOP'],
  ['03-vxlan', 'nexthop', 'NEXTHOP'],
  ['06-nexthop', 'bucket', 'NEXTHOPBUCKET'],
] as const) {
  test(`${capture}.${what}: next hops are as ip prints them`, () => {
    const mappers = nexthopMappers(linkNames(capture))
    oneOf(dumpsOf(capture, `RTM_GET${message}`, `RTM_NEW${message}`), (dump) =>
      sameObjects(oracle(capture, what), dump, (printed, nexthop) =>
        sameMembers(`next hop ${printed.id}`, printed, nexthop, mappers),
      ),
    )
  })
}

// ── rules

const ruleMappers: Mappers = {
  ...attribute('goto'),
  ...attribute('suppress_prefixlen'),
  ...attribute('iif', 'iifname'),
  priority: ({ attrs }) => attrs.priority ?? 0,
  src: ({ attrs }) => attrs.src ?? 'all',
  srclen: ({ srcLen }) => srcLen,
  dst: ({ attrs }) => attrs.dst,
  dstlen: ({ dstLen }) => dstLen,
  not: ({ flags }) => yes((flags & FIB_RULE.INVERT) !== 0),
  fwmark: ({ attrs }) => `0x${attrs.fwmark.toString(16)}`,
  fwmask: ({ attrs }) => `0x${attrs.fwmask.toString(16)}`,
  uid_start: ({ attrs }) => attrs.uidRange.start,
  uid_end: ({ attrs }) => attrs.uidRange.end,
  ipproto: ({ attrs }) => named({ 6: 'tcp' }, attrs.ipProto),
  sport_start: ({ attrs }) => attrs.sportRange.start,
  sport_end: ({ attrs }) => attrs.sportRange.end,
  dport: ({ attrs }) => attrs.dportRange.start,
  tun_id: ({ attrs }) => Number(attrs.tunId),
  l3mdev: ({ attrs }) => yes(attrs.l3mdev === 1),
  action: ({ action }) => lower(FR_ACT, action),
  table: ({ attrs }) => named({ 253: 'default', 254: 'main', 255: 'local' }, attrs.table),
  protocol: ({ attrs }) => protocol(attrs.protocol),
}

for (const what of ['rule', 'rule6']) {
  test(`rule.${what}: rules are as ip prints them`, () => {
    oneOf(dumpsOf('rule', 'RTM_GETRULE', 'RTM_NEWRULE'), (dump) =>
      sameObjects(oracle('rule', what), dump, (printed, rule) =>
        sameMembers(`rule ${printed.priority}`, printed, rule, ruleMappers),
      ),
    )
  })
}

// ── MPLS

const labels = (stack: Decoded) => stack.map(({ label }: Decoded) => label).join('/')

test('mpls.mpls: MPLS routes are as ip prints them', () => {
  const names = linkNames('mpls')
  const hop = ({ attrs }: Decoded, index: number, flags: number) => ({
    ...(attrs.newdst && { to: labels(attrs.newdst) }),
    via: via({ attrs }),
    dev: names(index),
    flags: nexthopFlags(flags),
  })
  const mappers: Mappers = {
    dst: ({ attrs }) => labels(attrs.dst),
    to: ({ attrs }) => labels(attrs.newdst),
    via,
    dev: ({ attrs }) => names(attrs.oif),
    flags: ({ flags }) => nexthopFlags(flags & 0xff),
    nexthops: ({ attrs }) => attrs.multipath.map((one: Decoded) => hop(one, one.ifindex, one.flags)),
  }
  oneOf(dumpsOf('mpls', 'RTM_GETROUTE', 'RTM_NEWROUTE'), (dump) =>
    sameObjects(oracle('mpls', 'mpls'), dump, (printed, route) =>
      sameMembers(`label ${printed.dst}`, printed, route, mappers),
    ),
  )
})

// ── MPTCP

test('mptcp.endpoint: endpoints are as ip prints them', () => {
  const names = linkNames('mptcp')
  const flag = (bit: number) => (endpoint: Decoded) => (endpoint.attrs.addr.flags & bit) !== 0
  const mappers: Mappers = {
    address: ({ attrs: { addr } }) => addr.addr4 ?? addr.addr6,
    id: ({ attrs }) => attrs.addr.id,
    dev: ({ attrs }) => names(attrs.addr.ifIdx),
    signal: flag(1),
    subflow: flag(2),
    backup: flag(4),
    fullmesh: flag(8),
  }
  oneOf(dumpsOf('mptcp', 'MPTCP_PM_CMD_GET_ADDR', 'MPTCP_PM_CMD_GET_ADDR'), (dump) =>
    sameObjects(oracle('mptcp', 'endpoint'), dump, (printed, endpoint) =>
      sameMembers(printed.address, printed, endpoint, mappers),
    ),
  )
})

// ── addresses

const addressMappers: Mappers = {
  ...attributesOf('label', 'broadcast'),
  family: ({ family }) => named({ 2: 'inet', 10: 'inet6' }, family),
  local: ({ attrs }) => attrs.local ?? attrs.address,
  address: ({ attrs }) => attrs.address,
  prefixlen: ({ prefixlen }) => prefixlen,
  scope,
  valid_life_time: ({ attrs }) => attrs.cacheinfo.valid,
  preferred_life_time: ({ attrs }) => attrs.cacheinfo.prefered,
  protocol: ({ attrs }) => named({ 1: 'kernel_lo', 2: 'kernel_ra', 3: 'kernel_ll' }, attrs.proto),
  nodad: ({ attrs }) => (attrs.flags & 2) !== 0,
  dynamic: ({ attrs }) => (attrs.flags & 0x80) === 0,
}

for (const capture of ['06-route', '01-vlan']) {
  test(`${capture}: addresses are as ip prints them`, () => {
    const printed: Printed[] = oracle(capture, 'addr')
    const all = printed.flatMap(({ ifindex, addr_info }) => addr_info.map((one: Printed) => ({ ifindex, ...one })))
    const mappers = { ...addressMappers, ifindex: ({ index }: Decoded) => index }
    oneOf(dumpsOf(capture, 'RTM_GETADDR', 'RTM_NEWADDR'), (dump) => {
      // ip groups them by link.
      const inOrder = printed.flatMap(({ ifindex }) => dump.filter(({ index }) => index === ifindex))
      sameObjects(all, inOrder, (one, address) => sameMembers(one.local, one, address, mappers))
    })
  })
}

// ── neighbours

const neighbourMappers = (names: Names): Mappers => ({
  ...attributesOf('dst', 'lladdr', 'probes'),
  dev: ({ ifindex }) => names(ifindex),
  refcnt: ({ attrs }) => attrs.cacheinfo.refcnt,
  used: ({ attrs }) => wholeSeconds(attrs.cacheinfo.used),
  confirmed: ({ attrs }) => wholeSeconds(attrs.cacheinfo.confirmed),
  updated: ({ attrs }) => wholeSeconds(attrs.cacheinfo.updated),
  state: ({ state }) => bitsOf(Object.fromEntries(Object.entries(NUD).map(([name, bit]) => [bit, name])), state),
  router: ({ flags }) => yes((flags & NTF.ROUTER) !== 0),
  proxy: ({ flags }) => yes((flags & NTF.PROXY) !== 0),
  extern_learn: ({ flags }) => yes((flags & NTF.EXT_LEARNED) !== 0),
  managed: ({ attrs }) => yes((attrs.flagsExt & NTF_EXT.MANAGED) !== 0),
  extern_valid: ({ attrs }) => yes((attrs.flagsExt & NTF_EXT.EXT_VALIDATED) !== 0),
  protocol: ({ attrs }) => protocol(attrs.protocol),
})

for (const what of ['neigh', 'proxy']) {
  test(`07-neigh.${what}: neighbours are as ip prints them`, () => {
    const mappers = neighbourMappers(linkNames('07-neigh'))
    oneOf(dumpsOf('07-neigh', 'RTM_GETNEIGH', 'RTM_NEWNEIGH'), (dump) => {
      // By default ip does not print neighbours that need no resolution.
      const shown = dump.filter(({ state }) => what === 'proxy' || (state & ~NUD.NOARP) !== 0)
      sameObjects(oracle('07-neigh', what), shown, (printed, one) => sameMembers(printed.dst, printed, one, mappers))
    })
  })
}

const tableMappers = (names: Names): Mappers => {
  const inPart = (part: string, renamed: Readonly<Record<string, string>>): Mappers =>
    Object.fromEntries(
      Object.entries(renamed).map(([key, name]) => [key, ({ attrs }: Decoded) => Number(attrs[part][name])]),
    )
  const same = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, camelCase(key)]))
  return {
    ...attributesOf('name', 'thresh1', 'thresh2', 'thresh3'),
    family: ({ family }) => named({ 2: 'inet', 10: 'inet6' }, family),
    dev: ({ attrs }) => names(attrs.parms.ifindex),
    gc_interval: ({ attrs }) => Number(attrs.gcInterval),
    last_flush: { skip: 'relative to the time of the output' },
    last_rand: { skip: 'relative to the time of the output' },
    hash_mask: ({ attrs }) => `0x${attrs.config.hashMask.toString(16)}`,
    ...inPart('config', {
      ...same('entry_size', 'entries', 'hash_rnd', 'hash_chain_gc', 'proxy_qlen'),
      key_length: 'keyLen',
    }),
    ...inPart('parms', {
      ...same(
        'refcnt',
        'app_probes',
        'ucast_probes',
        'mcast_probes',
        'mcast_reprobes',
        'anycast_delay',
        'proxy_delay',
        'locktime',
      ),
      reachable: 'reachableTime',
      base_reachable: 'baseReachableTime',
      retrans: 'retransTime',
      gc_stale: 'gcStaletime',
      delay_probe: 'delayProbeTime',
      queue: 'queueLen',
      proxy_queue: 'proxyQlen',
    }),
    ...inPart(
      'stats',
      same(
        'allocs',
        'destroys',
        'hash_grows',
        'res_failed',
        'lookups',
        'hits',
        'rcv_probes_mcast',
        'rcv_probes_ucast',
        'periodic_gc_runs',
        'forced_gc_runs',
        'table_fulls',
      ),
    ),
  }
}

test('07-neigh.ntable: neighbour tables are as ip prints them', () => {
  const mappers = tableMappers(linkNames('07-neigh'))
  oneOf(dumpsOf('07-neigh', 'RTM_GETNEIGHTBL', 'RTM_NEWNEIGHTBL'), (dump) =>
    sameObjects(oracle('07-neigh', 'ntable'), dump, (printed, table) =>
      sameMembers(`${printed.name} ${printed.dev}`, printed, table, mappers),
    ),
  )
})

// ── bridge

const entryMappers = (names: Names): Mappers => ({
  ...attributesOf('dst', 'port', 'vni', 'src_vni'),
  mac: ({ attrs }) => attrs.lladdr,
  ifname: ({ ifindex }) => names(ifindex),
  nhid: ({ attrs }) => attrs.nhId,
  viaIf: ({ attrs }) => names(attrs.ifindex),
  used: ({ attrs }) => wholeSeconds(attrs.cacheinfo.used),
  updated: ({ attrs }) => wholeSeconds(attrs.cacheinfo.updated),
  flags: ({ flags }) =>
    bitsOf({ 2: 'self', 4: 'master', 16: 'extern_learn', 32: 'offload', 64: 'sticky', 128: 'router' }, flags),
  state: ({ state }) => ((state & NUD.PERMANENT) !== 0 ? 'permanent' : (state & NUD.NOARP) !== 0 ? 'static' : ''),
})

for (const capture of ['01-macvlan', '03-vxlan']) {
  test(`${capture}.fdb: forwarding databases are as bridge prints them`, () => {
    const mappers = entryMappers(linkNames(capture))
    oneOf(dumpsOf(capture, 'RTM_GETNEIGH', 'RTM_NEWNEIGH'), (dump) =>
      sameObjects(oracle(capture, 'fdb'), dump, (printed, entry) =>
        sameMembers(`${printed.mac} on ${printed.ifname}`, printed, entry, mappers),
      ),
    )
  })
}

const vlanFlags = { 2: 'PVID', 4: 'Egress Untagged' }
const statistic = (key: string, name = camelCase(key)): Mappers => ({ [key]: ({ stats }) => Number(stats[name]) })
const vlanMappers: Mappers = {
  vlan: ({ info }) => info.vid,
  vlanEnd: ({ range }) => range,
  flags: ({ info }) => bitsOf(vlanFlags, info.flags),
  state: ({ state }) => ['disabled', 'listening', 'learning', 'forwarding', 'blocking'][state],
  mcast_router: ({ mcastRouter }) => mcastRouter,
  mcast_n_groups: ({ mcastNGroups }) => mcastNGroups,
  mcast_max_groups: ({ mcastMaxGroups }) => mcastMaxGroups,
  neigh_suppress: ({ neighSuppress }) => neighSuppress === 1,
  neigh_forward_grat: ({ neighForwardGrat }) => neighForwardGrat === 1,
  ...Object.assign({}, ...['rx_bytes', 'rx_packets', 'tx_bytes', 'tx_packets'].map((key) => statistic(key))),
}

const abbreviated = (key: string) => camelCase(key.replace('interval', 'intvl').replace('count', 'cnt'))
const optionMappers = (printed: Printed, names: Names): Mappers => ({
  ...Object.fromEntries(
    Object.keys(printed).map((key) => [key, (option: Decoded) => toNumber(option[abbreviated(key)])]),
  ),
  vlan: ({ id }) => id,
  vlanEnd: ({ range }) => range,
  mcast_querier_state_ipv4: ({ mcastQuerierState }) => ({ mcast_querier_ipv4_addr: mcastQuerierState.ipAddress }),
  mcast_querier_state_ipv6: ({ mcastQuerierState }) => ({ mcast_querier_ipv6_addr: mcastQuerierState.ipv6Address }),
  router_ports: (option) => routerPorts(option).map((index) => ({ port: names(index) })),
})
const toNumber = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
const routerPorts = ({ mcastRouterPorts }: Decoded): number[] =>
  mcastRouterPorts.router.port.map(({ ifindex }: Decoded) => ifindex)

for (const [what, list] of [
  ['vlan', 'entry'],
  ['vlanglobal', 'globalOptions'],
] as const) {
  test(`05-bridge-vlan.${what}: VLANs of a bridge are as bridge prints them`, () => {
    const names = linkNames('05-bridge-vlan')
    const printed: Printed[] = oracle('05-bridge-vlan', what)
    const all = printed.flatMap(({ ifname, vlans }) => vlans.map((vlan: Printed) => ({ ifname, ...vlan })))
    oneOf(dumpsOf('05-bridge-vlan', 'RTM_GETVLAN', 'RTM_NEWVLAN'), (dump) => {
      const decoded = dump.flatMap(({ ifindex, attrs }) =>
        (attrs[list] ?? []).map((vlan: Decoded) => ({ ...vlan, ifname: names(ifindex) })),
      )
      sameObjects(all, decoded, (one, vlan) => {
        const mappers = what === 'vlan' ? vlanMappers : optionMappers(one, names)
        sameMembers(`VLAN ${one.vlan} of ${one.ifname}`, one, vlan, { ...mappers, ifname: ({ ifname }) => ifname })
      })
    })
  })
}

test.run()
