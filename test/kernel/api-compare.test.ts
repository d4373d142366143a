import {
  type NamedAddress,
  type NamedLink,
  type NamedNeighbour,
  type NamedNexthop,
  type NamedRoute,
  type NamedRule,
  Netlink,
} from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** Compares each member that `ip -d -j` prints of an object with ours, and the reverse. */
const test = suiteNeeding('objects of Netlink and the output of ip', 'netns')

type Printed = Readonly<Record<string, unknown>>
/**
 * Values that ip prints for an object, by their keys; undefined for nothing. A text is the reason why the member is not compared. ip prints a
 * key without a value as null.
 */
type Members<T> = Readonly<Record<string, ((object: T, printed: Printed) => unknown) | string>>

const set = (condition: unknown) => (condition ? null : undefined)
const hex = (value: number | undefined) => value && `0x${value.toString(16)}`
const tos = (value: number | undefined) => value && `0x${value.toString(16).padStart(2, '0')}`
const text = (value: string | number | undefined) => (value === undefined ? undefined : String(value))
const lowerFlags = (flags: readonly string[]) => flags.map((flag) => flag.toLowerCase())
/** ip does not print the prefix length of a host. */
const network = (prefix: string) => (prefix === 'default' ? 'all' : (prefix.split('/')[0] ?? ''))
const length = (prefix: string) => (prefix.includes('/') ? Number(prefix.split('/')[1]) : undefined)
/** 0xffffffff stands for no end. */
const lifetime = (seconds: number) => (seconds === Number.POSITIVE_INFINITY ? 0xffffffff : seconds)

function compare<T extends object>(
  what: string,
  printed: readonly Printed[],
  objects: readonly T[],
  members: Members<T>,
) {
  assert.is(printed.length, objects.length, `${what}: ${JSON.stringify(printed)} ${JSON.stringify(objects)}`)
  assert.ok(printed.length > 0, what)
  for (const [index, one] of printed.entries()) {
    const object = objects[index] as T
    for (const key of new Set([...Object.keys(one), ...Object.keys(members)])) {
      const member = members[key]
      assert.ok(member !== undefined, `${what} ${index}: ip prints ${key} ${JSON.stringify(one[key])}`)
      if (typeof member === 'string') continue
      const expected = member(object, one)
      assert.equal(
        one[key],
        expected,
        `${what} ${index}: ${key} of ${JSON.stringify(one)}, ours ${JSON.stringify(object)}`,
      )
    }
  }
}

/** `ageing_time` is `ageingTime`. */
const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** ip prints the bytes of the address without leading zeros. */
function bridgeIdText(id: unknown): string {
  const { prio, addr } = id as { readonly prio: number; readonly addr: string }
  const bytes = addr.split(':').map((byte) => Number.parseInt(byte, 16).toString(16))
  return `${prio.toString(16).padStart(4, '0')}.${bytes.join(':')}`
}

const optionOf = (options: unknown, name: string) => (options as Readonly<Record<string, boolean>> | undefined)?.[name]

/** Members of `info_data` that ip calls or prints differently. */
type NameOf = (index: unknown) => unknown
const dataMembers: Readonly<Record<string, string | ((data: Printed, nameOf: NameOf) => unknown)>> = {
  link: ({ link }, nameOf) => nameOf(link),
  port_range: ({ portRange }) => portRange,
  learning: ({ learning }) => learning === 1,
  udp_csum: ({ udpCsum }) => udpCsum === 1,
  udp_zero_csum6_tx: ({ udpZeroCsum6Tx }) => udpZeroCsum6Tx === 1,
  udp_zero_csum6_rx: ({ udpZeroCsum6Rx }) => udpZeroCsum6Rx === 1,
  bcqueuelen: ({ bcQueueLen }) => bcQueueLen,
  usedbcqueuelen: ({ bcQueueLenUsed }) => bcQueueLenUsed,
  stp_state: ({ stpState }) => ['off', 'kernel', 'user'].indexOf(String(stpState)),
  bridge_id: ({ bridgeId }) => bridgeIdText(bridgeId),
  root_id: ({ rootId }) => bridgeIdText(rootId),
  group_fwd_mask: ({ groupFwdMask }) => String(groupFwdMask),
  group_fwd_mask_str: ({ groupFwdMask }) => hex(Number(groupFwdMask)) || '0x0',
  no_linklocal_learn: ({ multiBoolopt }) => (optionOf(multiBoolopt, 'NO_LL_LEARN') ? 1 : 0),
  mcast_vlan_snooping: ({ multiBoolopt }) => (optionOf(multiBoolopt, 'MCAST_VLAN_SNOOPING') ? 1 : 0),
  gc_timer: 'it runs between the two requests',
  forward_delay_timer: 'it runs between the two requests',
  message_age_timer: 'it runs between the two requests',
  hold_timer: 'it runs between the two requests',
  hello_timer: 'it runs between the two requests',
  tcn_timer: 'it runs between the two requests',
  topology_change_timer: 'it runs between the two requests',
  hairpin: ({ mode }) => mode,
  root_block: ({ protect }) => protect,
  guard: ({ guard }) => guard,
  fastleave: ({ fastLeave }) => fastLeave,
  flood: ({ unicastFlood }) => unicastFlood,
  proxy_arp: ({ proxyarp }) => proxyarp,
  proxy_arp_wifi: ({ proxyarpWifi }) => proxyarpWifi,
  mcast_to_unicast: ({ mcastToUcast }) => mcastToUcast,
  id: ({ id, designatedPort }) => (designatedPort === undefined ? id : hex(Number(id))),
  no: ({ no }) => hex(Number(no)),
}

/** Compares `info_data`. Returns the members that differ, or that we do not have. */
function differencesOf(printed: Printed, data: Printed, nameOf: NameOf): string[] {
  return Object.entries(printed).flatMap(([key, value]) => {
    const special = dataMembers[key]
    if (typeof special === 'string') return []
    const ours = special === undefined ? data[camelCase(key)] : special(data, nameOf)
    const plain = typeof ours === 'bigint' ? Number(ours) : ours
    const expected = typeof value === 'boolean' && typeof plain === 'number' ? plain === 1 : plain
    const isSame = JSON.stringify(value) === JSON.stringify(expected)
    return isSame ? [] : [`${key}: ip prints ${JSON.stringify(value)}, ours ${JSON.stringify(expected)}`]
  })
}

/** ip omits RUNNING, and adds NO-CARRIER and M-DOWN, which it derives. */
const linkFlags = ({ flags }: NamedLink, printed: Printed) => {
  const derived = (printed.flags as string[]).filter((flag) => flag === 'M-DOWN')
  const names = flags.filter((flag) => flag !== 'RUNNING') as string[]
  const noCarrier = flags.includes('UP') && !flags.includes('RUNNING') ? ['NO-CARRIER'] : []
  const all = [...noCarrier, ...names, ...derived]
  return (printed.flags as string[]).toSorted().join() === all.toSorted().join() ? printed.flags : all
}

const links: Members<NamedLink> = {
  ifindex: ({ index }) => index,
  ifname: ({ name }) => name,
  link: ({ linkName, kind }) => (kind === 'vxlan' ? undefined : linkName),
  flags: linkFlags,
  mtu: ({ mtu }) => mtu,
  qdisc: ({ qdisc }) => qdisc,
  master: ({ masterName }) => masterName,
  operstate: ({ operstate }) => operstate,
  linkmode: ({ linkmode }) => text(linkmode)?.toUpperCase(),
  group: ({ group, groupName }) => groupName ?? text(group),
  txqlen: ({ txqlen }) => txqlen || undefined,
  link_type: ({ type }) => type,
  address: ({ address }) => address,
  broadcast: ({ broadcast }) => broadcast,
  promiscuity: ({ promiscuity }) => promiscuity,
  inet6_addr_gen_mode: ({ addrGenMode }) => addrGenMode,
  num_tx_queues: ({ numTxQueues }) => numTxQueues,
  num_rx_queues: ({ numRxQueues }) => numRxQueues,
  gso_max_size: ({ gsoMaxSize }) => gsoMaxSize,
  gso_max_segs: ({ gsoMaxSegs }) => gsoMaxSegs,
  gro_max_size: ({ groMaxSize }) => groMaxSize,
  gso_ipv4_max_size: 'only newer versions of ip print it',
  gro_ipv4_max_size: 'only newer versions of ip print it',
  ifalias: ({ alias }) => alias,
  altnames: ({ altNames }) => (altNames.length > 0 ? altNames : undefined),
  allmulti: ({ message }) => message.attrs.allmulti,
  min_mtu: ({ message }) => message.attrs.minMtu,
  max_mtu: ({ message }) => message.attrs.maxMtu,
  tso_max_size: ({ message }) => message.attrs.tsoMaxSize,
  tso_max_segs: ({ message }) => message.attrs.tsoMaxSegs,
  linkinfo: 'compared member by member below',
}

/** The flags of an address that ip prints as members. */
const addressFlags = [
  ...['TENTATIVE', 'DEPRECATED', 'DADFAILED', 'HOMEADDRESS', 'NODAD', 'MANAGETEMPADDR', 'NOPREFIXROUTE', 'OPTIMISTIC'],
] as const

const addresses: Members<NamedAddress> = {
  family: ({ family }) => family,
  local: ({ address }) => network(address),
  address: ({ peer }) => peer && network(peer),
  prefixlen: ({ address, peer }) => length(peer ?? address),
  broadcast: ({ broadcast }) => broadcast,
  scope: ({ scope }) => scope,
  label: ({ label }) => label,
  metric: ({ metric }) => metric,
  // Only newer versions of ip print it.
  protocol: ({ proto }, printed) => (printed.protocol === undefined ? undefined : text(proto)),
  valid_life_time: ({ validLifetime }) => lifetime(validLifetime),
  preferred_life_time: ({ preferredLifetime }) => lifetime(preferredLifetime),
  secondary: ({ family, flags }) => (family === 'inet' && flags.includes('SECONDARY')) || undefined,
  dynamic: ({ flags }) => !flags.includes('PERMANENT') || undefined,
  ...Object.fromEntries(
    addressFlags.map((flag) => [flag.toLowerCase(), ({ flags }: NamedAddress) => flags.includes(flag) || undefined]),
  ),
}

const nexthops: Members<NonNullable<NamedRoute['multipath']>[number]> = {
  gateway: ({ via }) => via,
  dev: ({ devName }) => devName,
  weight: ({ weight }) => weight,
  flags: ({ flags }) => lowerFlags(flags),
}

const metricKeys = { mtu: 'mtu', advmss: 'advmss', rto_min: 'rtoMin', hoplimit: 'hoplimit', window: 'window' } as const
const metricsOf = (route: NamedRoute) =>
  Object.fromEntries(
    Object.entries(metricKeys).flatMap(([printed, key]) => (route[key] === undefined ? [] : [[printed, route[key]]])),
  )

const isIpEncap = ({ encap }: NamedRoute) => encap?.type === 'ip'

const routes: Members<NamedRoute> = {
  type: ({ type }) => type,
  // ip prints the members of the encapsulation with the same keys behind those of the route.
  dst: ({ dst, encap }) => (encap?.type === 'ip' ? encap.data.dst : dst.replace(/\/(32|128)$/, '')),
  from: ({ from }) => from,
  gateway: ({ via }) => via,
  dev: ({ devName }) => devName,
  table: ({ table, tableName }) => tableName ?? text(table),
  protocol: ({ protocol, protocolName }) => protocolName ?? text(protocol),
  scope: ({ scope, scopeName }) => scopeName ?? text(scope),
  prefsrc: ({ src }) => src,
  metric: ({ metric }) => metric,
  tos: (route) => (isIpEncap(route) ? 0 : tos(route.tos)),
  flags: ({ flags }) => lowerFlags(flags),
  pref: ({ pref }) => pref,
  expires: ({ expires }, { expires: printed }) =>
    // A second may pass in between.
    Math.abs(Number(expires ?? 0) - Number(printed ?? 0)) <= 2 ? printed : expires,
  flow: ({ realms }) => realms && { from: text(realms.from), to: text(realms.to) },
  metrics: (route) => (Object.keys(metricsOf(route)).length > 0 ? [metricsOf(route)] : undefined),
  nhid: ({ nexthop }) => nexthop,
  nh_info: 'ip looks up the next hop object, which is compared below',
  nexthops: ({ multipath }, printed) => {
    if (multipath) compare('next hops of a route', printed.nexthops as Printed[], multipath, nexthops)
    return multipath && printed.nexthops
  },
  encap: ({ encap }) => encap?.type,
  id: ({ encap }) => (encap?.type === 'ip' ? Number(encap.data.id) : undefined),
  ttl: ({ encap }) => (encap?.type === 'ip' ? (encap.data.ttl ?? 0) : undefined),
  src: ({ encap }) => (encap?.type === 'ip' ? (encap.data.src ?? '0.0.0.0') : undefined),
}

const range = <T>(value: { readonly start: T; readonly end: T } | undefined, prefix: string) => ({
  [prefix]: value && value.start === value.end ? value.start : undefined,
  [`${prefix}_start`]: value && value.start !== value.end ? value.start : undefined,
  [`${prefix}_end`]: value && value.start !== value.end ? value.end : undefined,
})
const ranges = ({ sportRange, dportRange }: NamedRule) => ({
  ...range(sportRange, 'sport'),
  ...range(dportRange, 'dport'),
})
const portKeys = ['sport', 'sport_start', 'sport_end', 'dport', 'dport_start', 'dport_end'] as const

const rules: Members<NamedRule> = {
  priority: ({ priority }) => priority,
  not: ({ invert }) => set(invert),
  src: ({ from }) => network(from),
  srclen: ({ from }) => length(from),
  dst: ({ to }) => (to === 'default' ? undefined : network(to)),
  dstlen: ({ to }) => length(to),
  fwmark: ({ fwmark }) => hex(fwmark),
  fwmask: ({ fwmark, fwmask }) => (fwmark && fwmask !== 0xffffffff ? hex(fwmask) : undefined),
  iif: ({ iif }) => iif,
  oif: ({ oif }) => oif,
  iif_detached: ({ flags }) => set(flags.includes('IIF_DETACHED')),
  oif_detached: ({ flags }) => set(flags.includes('OIF_DETACHED')),
  tos: (rule) => tos(rule.tos),
  table: ({ action, table, tableName }) => (action === 'to_tbl' ? (tableName ?? text(table)) : undefined),
  action: ({ action }) => (action === 'to_tbl' || action === 'goto' ? undefined : action),
  goto: ({ goto }) => goto,
  protocol: ({ protocol, protocolName }) => protocolName ?? text(protocol),
  ipproto: ({ ipProto }) => text(ipProto),
  tun_id: ({ tunId }) => tunId && Number(tunId),
  uid_start: ({ uidRange }) => uidRange?.start,
  uid_end: ({ uidRange }) => uidRange?.end,
  suppress_prefixlen: ({ suppressPrefixlen }) => suppressPrefixlen,
  ...Object.fromEntries(portKeys.map((key) => [key, (rule: NamedRule) => ranges(rule)[key]])),
}

const neighbours: Members<NamedNeighbour> = {
  dst: ({ dst }) => dst,
  dev: ({ devName }) => devName,
  lladdr: ({ lladdr }) => lladdr,
  state: ({ state, flags }) => (flags.includes('PROXY') ? undefined : state),
  proxy: ({ flags }) => set(flags.includes('PROXY')),
  router: ({ flags }) => set(flags.includes('ROUTER')),
  protocol: ({ protocol, protocolName }) => protocolName ?? text(protocol),
}

const nexthopObjects: Members<NamedNexthop> = {
  id: ({ id }) => id,
  gateway: ({ via }) => via,
  dev: ({ devName }) => devName,
  scope: ({ group, scope }, printed) => (group === undefined ? scope : printed.scope),
  blackhole: ({ blackhole }) => set(blackhole),
  protocol: ({ protocol, protocolName }) => protocolName ?? text(protocol),
  flags: ({ flags }) => lowerFlags(flags),
  group: ({ group }, printed) => {
    // ip leaves out a weight of 1.
    const members = group?.map(({ id, weight }) => ({ id, ...(weight !== 1 && { weight }) }))
    return members && JSON.stringify(members) === JSON.stringify(printed.group) ? printed.group : members
  },
  type: ({ group, groupType }) => (group && groupType !== 'mpath' ? groupType : undefined),
  resilient_args: ({ resilient }, printed) => {
    const { buckets, idle_timer, unbalanced_timer } = (printed.resilient_args ?? {}) as Record<string, number>
    // ip prints seconds, with a fraction.
    const ours = resilient && [
      resilient.buckets,
      Number(resilient.idleTimer) / 100,
      Number(resilient.unbalancedTimer) / 100,
    ]
    if (ours) assert.equal([buckets, idle_timer, unbalanced_timer], ours)
    return resilient && printed.resilient_args
  },
}

/** Creates objects with as many properties as possible. */
function populate(ns: Namespace): void {
  const commands = `
    link set lo up
    link add va mtu 1400 type veth peer name vb
    link add br0 type bridge ageing_time 1000 priority 7
    link set va master br0
    link set va up
    link set vb up
    link set br0 up
    link add ifb7 type ifb
    link property add dev ifb7 altname other
    link set ifb7 alias hello group 7
    link add vx type vxlan id 7 dstport 4789 local 10.0.0.1 dev vb ttl 5
    link add link vb name mv type macvlan mode bridge
    addr add 10.0.0.1/24 brd + dev vb
    addr add 10.0.0.2/24 dev vb
    addr add 10.5.0.1 peer 10.5.0.2/32 dev vb
    addr add 10.6.0.1/24 dev vb label vb:x metric 7
    addr add 2001:db8::1/64 dev vb nodad
    route add 10.9.0.0/16 via 10.0.0.9 advmss 1000 mtu 1400 metric 5 proto static
    route add 10.8.0.0/16 nexthop via 10.0.0.8 weight 2 nexthop via 10.0.0.7
    route add blackhole 10.7.0.0/16 table 77
    route add 2001:db8:9::/48 via 2001:db8::9 pref high expires 500
    route add 10.4.0.0/16 src 10.0.0.1 dev vb tos 4 table 100 realms 1/2 rto_min 100
    route add 10.3.0.0/16 encap ip id 7 dst 10.0.0.3 dev vb
    neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev vb protocol static
    neigh add proxy 10.0.0.8 dev vb
    neigh add 2001:db8::9 lladdr 02:00:00:00:00:08 router nud permanent dev vb
    nexthop add id 7 via 10.0.0.9 dev vb proto static
    nexthop add id 8 blackhole
    nexthop add id 9 group 7,3
    nexthop add id 10 group 7 type resilient buckets 8
    nexthop add id 11 via 2001:db8::9 dev vb onlink
    route add 10.2.0.0/16 nhid 7
    rule add prio 5 from 10.0.0.0/8 to 10.9.0.0/16 iif vb fwmark 7/0xff table 77 proto static
    rule add prio 6 not tos 4 oif gone ipproto tcp sport 1-9 dport 7 uidrange 1-5 prohibit
    rule add prio 7 goto 32766
    -6 rule add prio 8 table 88 suppress_prefixlength 0 tun_id 7`
  for (const command of commands.trim().split('\n')) ns.ip(...command.trim().split(/\s+/))
}

const names = { names: true } as const

/** True when links that are up have a carrier, and IPv6 addresses are no longer tentative. */
const isFinal = (nl: Netlink) =>
  nl.link.listSync({ up: true }).every(({ operstate }) => operstate === 'UP' || operstate === 'UNKNOWN') &&
  nl.address.listSync().every(({ flags }) => !flags.includes('TENTATIVE'))

test('each member that ip prints is ours', () =>
  inScratch(async (ns) => {
    populate(ns)
    using nl = Netlink.open({ netns: ns.name })
    await until('the carrier and the addresses are final', () => isFinal(nl))
    const all = nl.link.listSync({}, names)
    const printed = ns.ip('link') as Printed[]
    compare('links', printed, all, links)
    const nameOf = (index: unknown) => all.find((link) => link.index === index)?.name
    const differences: string[] = []
    for (const [at, { linkinfo }] of printed.entries()) {
      const { kind, data, slaveKind, slaveData, name } = all[at] as NamedLink
      const info = (linkinfo ?? {}) as Readonly<Record<string, never>>
      assert.equal([info.info_kind, info.info_slave_kind], [kind, slaveKind], name)
      const found = [
        ...differencesOf(info.info_data ?? {}, (data ?? {}) as Printed, nameOf),
        ...differencesOf(info.info_slave_data ?? {}, (slaveData ?? {}) as Printed, nameOf),
      ]
      differences.push(...found.map((each) => `${name}: ${each}`))
    }
    assert.equal(differences, [])

    const printedAddresses = (ns.ip('addr') as { readonly addr_info: Printed[] }[]).flatMap(
      ({ addr_info }) => addr_info,
    )
    const ours = nl.address.listSync({}, names)
    compare(
      'addresses',
      printedAddresses,
      all.flatMap(({ index }) => ours.filter(({ dev }) => dev === index)),
      addresses,
    )

    for (const [family, option] of [
      ['inet', '-4'],
      ['inet6', '-6'],
    ] as const) {
      const listed = ns.ip(option, 'route', 'show', 'table', 'all') as Printed[]
      compare(`routes of ${family}`, listed, nl.route.listSync({ family }, names), routes)
      compare(`rules of ${family}`, ns.ip(option, 'rule') as Printed[], nl.rule.listSync({ family }, names), rules)
    }
    const shown = ns.ip('neigh', 'show', 'nud', 'permanent') as Printed[]
    compare('neighbours', shown, nl.neighbour.listSync({ state: ['PERMANENT'] }, names), neighbours)
    const proxies = ns.ip('neigh', 'show', 'proxy') as Printed[]
    compare('proxies', proxies, nl.neighbour.listSync({ proxy: true }, names), neighbours)
    compare('next hops', ns.ip('nexthop') as Printed[], nl.nexthop.listSync({}, names), nexthopObjects)
  }))

test('a difference is found', () => {
  const members: Members<{ readonly a: number }> = { a: ({ a }) => a }
  compare('equal', [{ a: 1 }], [{ a: 1 }], members)
  const failing = (what: string, printed: Printed, expected: RegExp) => {
    let message = ''
    try {
      compare(what, [printed], [{ a: 1 }], members)
    } catch (error) {
      message = String(error)
    }
    assert.match(message, expected)
  }
  failing('value', { a: 2 }, /value 0: a/)
  failing('missing', {}, /missing 0: a/)
  failing('unknown', { a: 1, b: 2 }, /ip prints b/)
})

test.run()
