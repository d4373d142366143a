import { flagNames } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames, oracle } from '../support/captures.js'
import {
  bitsOf,
  camelCase,
  type Decoded,
  dumpsOf,
  ipOfLladdr,
  type Mapper,
  named,
  oneOf,
  type Printed,
  sameMembers,
  sameObjects,
} from '../support/oracle.js'

/** Compares the output of `ip -d -s -j link show` with our decoding of the same dump. */

const test = suite('output of ip about links')

type Mappers = Readonly<Record<string, Mapper>>
/** Links of a dump by index. */
type Links = ReadonlyMap<number, { readonly name: string; readonly flags: number }>

const linkTypes = {
  1: 'ether',
  280: 'can',
  772: 'loopback',
  776: 'sit',
  823: 'gre6',
  768: 'ipip',
  769: 'tunnel6',
  778: 'gre',
  801: 'ieee802.11',
  803: 'ieee802.11/radiotap',
  824: 'netlink',
  65534: 'none',
}
const tunnels = [768, 769, 776, 778, 823]
const operstates = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP']

/**
 * Returns the flags that ip prints: without RUNNING, with NO-CARRIER for a link that is up but not running, and with
 * M-DOWN if the lower link is not up.
 */
function linkFlags({ flags, attrs }: Decoded, links: Links): string[] {
  const names = flagNames(IFF, flags)
  const below = links.get(attrs.link)
  return [
    ...names.filter((name) => name !== 'RUNNING'),
    ...(names.includes('UP') && !names.includes('RUNNING') ? ['NO-CARRIER'] : []),
    ...(below && (below.flags & IFF.UP) === 0 ? ['M-DOWN'] : []),
  ].sort()
}

const hardware = (text: string, type: number) => (tunnels.includes(type) ? ipOfLladdr(text) : text)
const hex = (value: number, digits = 0) => `0x${value.toString(16).padStart(digits, '0')}`
const statistics = ({ attrs: { stats64: s } }: Decoded) => ({
  rx: pick(s, {
    bytes: 'rxBytes',
    packets: 'rxPackets',
    errors: 'rxErrors',
    dropped: 'rxDropped',
    over_errors: 'rxOverErrors',
    multicast: 'multicast',
  }),
  tx: pick(s, {
    bytes: 'txBytes',
    packets: 'txPackets',
    errors: 'txErrors',
    dropped: 'txDropped',
    carrier_errors: 'txCarrierErrors',
    collisions: 'collisions',
  }),
})
const pick = (from: Decoded, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([key, ours]) => [key, Number(from[ours])]))

/** Members of a link that are attributes with the same name. */
const plain = [
  ...[
    'ifname',
    'mtu',
    'qdisc',
    'txqlen',
    'promiscuity',
    'allmulti',
    'min_mtu',
    'max_mtu',
    'num_tx_queues',
    'num_rx_queues',
  ],
  ...[
    'gso_max_size',
    'gso_max_segs',
    'tso_max_size',
    'tso_max_segs',
    'gro_max_size',
    'gso_ipv4_max_size',
    'gro_ipv4_max_size',
    'ifalias',
  ],
]
const attribute = (key: string, name = camelCase(key)): Mappers => ({ [key]: ({ attrs }) => attrs[name] })

const linkMappers = (links: Links): Mappers => ({
  ...Object.assign({}, ...plain.map((key) => attribute(key))),
  ...attribute('parentbus', 'parentDevBusName'),
  ...attribute('parentdev', 'parentDevName'),
  ifindex: ({ index }) => index,
  operstate: ({ attrs }) => operstates[attrs.operstate],
  linkmode: ({ attrs }) => ['DEFAULT', 'DORMANT'][attrs.linkmode],
  group: ({ attrs }) => named({ 0: 'default' }, attrs.group),
  link_type: ({ type }) => named(linkTypes, type),
  address: ({ attrs, type }) => hardware(attrs.address, type),
  broadcast: ({ attrs, type }) => hardware(attrs.broadcast, type),
  permaddr: ({ attrs, type }) => hardware(attrs.permAddress, type),
  'netns-immutable': ({ attrs }) => attrs.netnsImmutable === 1,
  inet6_addr_gen_mode: ({ attrs }) => ['eui64', 'none', 'stable_secret', 'random'][attrs.afSpec.inet6.addrGenMode],
  stats64: statistics,
  link: ({ attrs }) => links.get(attrs.link)?.name ?? null,
  link_pointtopoint: ({ flags }) => (flags & IFF.POINTOPOINT) !== 0,
  master: ({ attrs }) => links.get(attrs.master)?.name,
  altnames: ({ attrs }) => attrs.propList.altIfname,
})

const ethertypes = { 33024: '802.1Q', 34984: '802.1ad' }
const bridgeId = (id: Decoded) =>
  `${id.prio.toString(16).padStart(4, '0')}.${id.addr
    .split(':')
    .map((part: string) => Number.parseInt(part, 16).toString(16))
    .join(':')}`
const seconds = (hundredths: bigint) => Number(hundredths) / 100
const qos = (maps: Decoded) => maps.mapping.map(({ from, to }: Decoded) => ({ from, to }))
const dotted = (key: number) => [24, 16, 8, 0].map((shift) => (key >>> shift) & 0xff).join('.')
const anyOr = (address: string) => (address === '0.0.0.0' || address === '::' ? 'any' : address)
const enumerated = (key: string, ...words: (string | null)[]): Mappers => ({
  [key]: (data) => words[data[camelCase(key)]],
})

const portStates = ['short_timeout', 'aggregating', 'in_sync', 'collecting', 'distributing', 'defaulted', 'expired']
/** Returns the names of the bits of a LACP port state. The lowest bit, activity, is printed as a separate member. */
const lacpState = (state: number) =>
  [
    [1, 'active'],
    [2, portStates[0]],
    [4, portStates[1]],
    [8, portStates[2]],
    [16, portStates[3]],
    [32, portStates[4]],
    [64, portStates[5]],
    [128, portStates[6]],
  ].flatMap(([bit, name]) => ((state & Number(bit)) !== 0 ? [name] : []))

const boolopt =
  (bit: number): Mapper =>
  ({ multiBoolopt }) =>
    Number((multiBoolopt.optval & bit) !== 0)

/** Members of IFLA_INFO_DATA, by kind, that differ from the attribute with the same name. */
const dataMappers = (links: Links): Readonly<Record<string, Mappers>> => {
  const macvlan: Mappers = {
    mode: ({ mode }) => named({ 1: 'private', 2: 'vepa', 4: 'bridge', 8: 'passthru', 16: 'source' }, mode),
    bcqueuelen: ({ bcQueueLen }) => bcQueueLen,
    usedbcqueuelen: ({ bcQueueLenUsed }) => bcQueueLenUsed,
    bclim: ({ bcCutoff }) => bcCutoff,
    nopromisc: ({ flags }) => (flags & 1) !== 0,
    macaddr_data: ({ macaddrData }) => macaddrData.macaddr,
  }
  const tunnel: Mappers = {
    remote: ({ remote }) => anyOr(remote),
    local: ({ local }) => anyOr(local),
    link: ({ link }) => links.get(link)?.name,
    pmtudisc: ({ pmtudisc }) => pmtudisc === 1,
    ikey: ({ ikey }) => dotted(ikey),
    okey: ({ okey }) => dotted(okey),
    tclass: ({ flowinfo }) => hex((flowinfo >>> 20) & 0xff, 2),
    flowlabel: ({ flowinfo }) => hex(flowinfo & 0xfffff, 5),
  }
  const ipvlan: Mappers = {
    ...enumerated('mode', 'l2', 'l3', 'l3s'),
    bridge: ({ flags }) => flags === 0,
  }
  const gre: Mappers = {
    ...tunnel,
    tos: ({ tos }) => hex(tos),
    iseq: ({ iflags }) => (iflags & 0x1000) !== 0,
    oseq: ({ oflags }) => (oflags & 0x1000) !== 0,
    icsum: ({ iflags }) => (iflags & 0x8000) !== 0,
    ocsum: ({ oflags }) => (oflags & 0x8000) !== 0,
    fwmark: ({ fwmark }) => hex(fwmark),
    ignore_df: ({ ignoreDf }) => ignoreDf === 1,
    external: ({ collectMetadata }) => collectMetadata !== undefined,
    encap: ({ encapType, encapSport, encapDport, encapFlags }) => ({
      type: ['none', 'fou', 'gue'][encapType],
      sport: encapSport,
      dport: encapDport,
      csum: (encapFlags & 1) !== 0,
      csum6: (encapFlags & 2) !== 0,
      remcsum: (encapFlags & 4) !== 0,
    }),
    erspan_hwid: ({ erspanHwid }) => hex(erspanHwid),
    erspan_dir: ({ erspanDir }) => ['ingress', 'egress'][erspanDir],
  }
  return {
    vlan: {
      protocol: ({ protocol }) => named(ethertypes, protocol),
      flags: ({ flags }) =>
        bitsOf({ 1: 'REORDER_HDR', 2: 'GVRP', 4: 'LOOSE_BINDING', 8: 'MVRP', 16: 'BRIDGE_BINDING' }, flags.flags),
      ingress_qos: ({ ingressQos }) => qos(ingressQos),
      egress_qos: ({ egressQos }) => qos(egressQos),
    },
    macvlan,
    macvtap: macvlan,
    bond: {
      ...enumerated(
        'mode',
        'balance-rr',
        'active-backup',
        'balance-xor',
        'broadcast',
        '802.3ad',
        'balance-tlb',
        'balance-alb',
      ),
      ...enumerated('arp_validate', null, 'active', 'backup', 'all', 'filter', 'filter_active', 'filter_backup'),
      ...enumerated('arp_all_targets', 'any', 'all'),
      ...enumerated('primary_reselect', 'always', 'better', 'failure'),
      ...enumerated('fail_over_mac', 'none', 'active', 'follow'),
      ...enumerated('xmit_hash_policy', 'layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac'),
      ...enumerated('ad_lacp_active', 'off', 'on'),
      ...enumerated('ad_lacp_rate', 'slow', 'fast'),
      ...enumerated('ad_select', 'stable', 'bandwidth', 'count'),
      active_slave: ({ activeSlave }) => links.get(activeSlave)?.name,
      primary: ({ primary }) => links.get(primary)?.name,
      arp_missed_max: ({ missedMax }) => missedMax,
      peer_notify_delay: ({ peerNotifDelay }) => peerNotifDelay,
      broadcast_neighbor: ({ broadcastNeigh }) => broadcastNeigh === 1,
      ad_info: ({ adInfo }) => ({
        aggregator: adInfo.aggregator,
        num_ports: adInfo.numPorts,
        actor_key: adInfo.actorKey,
        partner_key: adInfo.partnerKey,
        partner_mac: adInfo.partnerMac,
      }),
    },
    bridge: {
      vlan_protocol: ({ vlanProtocol }) => named(ethertypes, vlanProtocol),
      bridge_id: (data) => bridgeId(data.bridgeId),
      root_id: ({ rootId }) => bridgeId(rootId),
      ...enumerated('stp_mode', 'auto', 'user', 'kernel'),
      hello_timer: ({ helloTimer }) => seconds(helloTimer),
      tcn_timer: ({ tcnTimer }) => seconds(tcnTimer),
      topology_change_timer: ({ topologyChangeTimer }) => seconds(topologyChangeTimer),
      gc_timer: ({ gcTimer }) => seconds(gcTimer),
      group_fwd_mask: ({ groupFwdMask }) => groupFwdMask.toString(16),
      no_linklocal_learn: boolopt(1),
      mcast_vlan_snooping: boolopt(2),
      mst_enabled: boolopt(4),
      mdb_offload_fail_notification: boolopt(8),
      fdb_local_vlan_0: boolopt(16),
    },
    gre,
    gretap: gre,
    erspan: gre,
    ip6tnl: { ...tunnel, proto: ({ proto }) => named({ 0: 'any', 4: 'ipip6', 41: 'ip6ip6' }, proto) },
    ip6gre: tunnel,
    ip6gretap: tunnel,
    vti: tunnel,
    vti6: tunnel,
    ipip: { ...tunnel, proto: ({ proto }) => named({ 0: 'any', 4: 'ipip' }, proto) },
    sit: {
      ...tunnel,
      proto: ({ proto }) => named({ 0: 'any', 41: 'ip6ip' }, proto),
      prefix: (data) => data['6rdPrefix'],
      prefixlen: (data) => data['6rdPrefixlen'],
    },
    ipvlan,
    ipvtap: ipvlan,
    tun: {
      ...enumerated('type', '', 'tun', 'tap'),
      numqueues: ({ numQueues }) => numQueues,
      numdisabled: ({ numDisabledQueues }) => numDisabledQueues,
      user: { skip: 'a user name of the recording machine' },
    },
    geneve: enumerated('df', 'unset', 'set', 'inherit'),
    xfrm: { if_id: ({ ifId }) => hex(ifId) },
    gtp: { ...enumerated('role', 'ggsn', 'sgsn'), hsize: ({ pdpHashsize }) => pdpHashsize },
    vxlan: {
      remote: ({ group }) => group,
      group: (data) => data.group,
      remote6: ({ group6 }) => group6,
      local6: (data) => data.local6,
      link: ({ link }) => links.get(link)?.name,
      tos: ({ tos }) => hex(tos),
      label: ({ label }) => hex(label),
      ...enumerated('df', 'unset', 'set', 'inherit'),
      external: ({ collectMetadata }) => collectMetadata === 1,
      reserved_bits: ({ reservedBits }) => `0x${BigInt(`0x${Buffer.from(reservedBits).toString('hex')}`).toString(16)}`,
      gbp: ({ gbp }) => (gbp === undefined ? undefined : null),
      gpe: ({ gpe }) => (gpe === undefined ? undefined : null),
    },
  }
}

const bondStates = ['ACTIVE', 'BACKUP']
const portMappers: Readonly<Record<string, Mappers>> = {
  bond: {
    state: ({ state }) => bondStates[state],
    mii_status: ({ miiStatus }) => ['UP', 'GOING_DOWN', 'DOWN', 'GOING_BACK'][miiStatus],
    ad_actor_oper_port_state_str: ({ adActorOperPortState }) => lacpState(adActorOperPortState),
    ad_partner_oper_port_state_str: ({ adPartnerOperPortState }) => lacpState(adPartnerOperPortState),
    churn_actor_state: ({ adChurnActorState }) => ['MONITOR', 'CHURNED', 'NONE'][adChurnActorState],
    churn_partner_state: ({ adChurnPartnerState }) => ['MONITOR', 'CHURNED', 'NONE'][adChurnPartnerState],
  },
  bridge: {
    ...enumerated('state', 'disabled', 'listening', 'learning', 'forwarding', 'blocking'),
    hairpin: ({ mode }) => mode === 1,
    root_block: ({ protect }) => protect === 1,
    fastleave: ({ fastLeave }) => fastLeave === 1,
    flood: ({ unicastFlood }) => unicastFlood === 1,
    id: ({ id }) => hex(id),
    no: ({ no }) => hex(no),
    bridge_id: (data) => bridgeId(data.bridgeId),
    root_id: ({ rootId }) => bridgeId(rootId),
    hold_timer: ({ holdTimer }) => seconds(holdTimer),
    message_age_timer: ({ messageAgeTimer }) => seconds(messageAgeTimer),
    forward_delay_timer: ({ forwardDelayTimer }) => seconds(forwardDelayTimer),
    proxy_arp: ({ proxyarp }) => proxyarp === 1,
    proxy_arp_wifi: ({ proxyarpWifi }) => proxyarpWifi === 1,
    mcast_to_unicast: ({ mcastToUcast }) => mcastToUcast === 1,
    group_fwd_mask: ({ groupFwdMask }) => groupFwdMask.toString(16),
    group_fwd_mask_str: ({ groupFwdMask }) => hex(groupFwdMask),
  },
}

/** Compares a member with the attribute of the same name. A boolean in the output is a number on the wire. */
const sameName =
  (key: string, expected: unknown): Mapper =>
  (data) => {
    const value = data[camelCase(key)]
    if (typeof expected === 'boolean') return Boolean(value)
    return typeof value === 'bigint' ? Number(value) : value
  }

function sameData(what: string, printed: Printed | undefined, decoded: Decoded, mappers: Mappers = {}): void {
  if (printed === undefined) return
  const all = Object.entries(printed).map(([key, expected]) => [key, mappers[key] ?? sameName(key, expected)])
  sameMembers(what, printed, decoded, Object.fromEntries(all))
}

function sameLink(printed: Printed, decoded: Decoded, links: Links): void {
  const { linkinfo, flags: expectedFlags, ...members } = printed
  const what = printed.ifname
  assert.equal(linkFlags(decoded, links), [...expectedFlags].sort(), `${what}: flags`)
  sameMembers(what, members, decoded, linkMappers(links))
  if (linkinfo === undefined) return
  const { kind, data, slaveKind, slaveData } = decoded.attrs.linkinfo
  assert.equal([kind, slaveKind], [linkinfo.info_kind, linkinfo.info_slave_kind], `${what}: kinds`)
  sameData(`${what} (${kind})`, linkinfo.info_data, data, dataMappers(links)[kind])
  sameData(`${what} (${slaveKind} port)`, linkinfo.info_slave_data, slaveData, portMappers[slaveKind])
}

const files = captureNames.filter((name) => !['09-ethtool-get'].includes(name))
for (const [name, what] of [...files.map((name) => [name, 'link'] as const), ['09-ethtool-get', 'iplink'] as const]) {
  let printed: Printed[]
  try {
    printed = oracle(name, what)
  } catch {
    continue
  }
  test(`${name}: ${printed.length} links are as ip prints them`, () => {
    oneOf(dumpsOf(name, 'RTM_GETLINK', 'RTM_NEWLINK'), (dump) => {
      const links: Links = new Map(dump.map(({ index, flags, attrs }) => [index, { name: attrs.ifname, flags }]))
      sameObjects(printed, dump, (one, decoded) => sameLink(one, decoded, links))
    })
  })
}

test.run()
