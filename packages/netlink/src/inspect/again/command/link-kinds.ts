import {
  AD_LACP,
  BOND_AD,
  BOND_ARP_TARGETS,
  BOND_ARP_VALIDATE,
  BOND_FOM,
  BOND_MODE,
  BOND_PRI_RESELECT,
  BOND_XMIT_POLICY,
  BR_STATE,
  GENEVE_DF,
  IPVLAN_MODE,
  MACVLAN_MODE,
  VXLAN_DF,
} from '../../../route/index.js'
import { VLAN_PROTOCOL } from '../../../route/shared/vlan-protocol.js'
import type { Bag } from '../members.js'
import { tunnelKinds } from './link-tunnels.js'
import { alone, commas, type Format, hex, link, named, noOr, type Options, onOff, option } from './words.js'

/** Options after `type KIND` of `ip link`, by the attribute of IFLA_INFO_DATA. The order is that of iproute2's help. */

const bond: Options = {
  mode: named('mode', BOND_MODE),
  activeSlave: link('active_slave', 'clear_active_slave'),
  miimon: option('miimon'),
  updelay: option('updelay'),
  downdelay: option('downdelay'),
  peerNotifDelay: option('peer_notify_delay'),
  useCarrier: option('use_carrier'),
  arpInterval: option('arp_interval'),
  arpValidate: named('arp_validate', BOND_ARP_VALIDATE),
  arpAllTargets: named('arp_all_targets', BOND_ARP_TARGETS),
  arpIpTarget: commas('arp_ip_target'),
  nsIp6Target: commas('ns_ip6_target'),
  primary: link('primary'),
  primaryReselect: named('primary_reselect', BOND_PRI_RESELECT),
  failOverMac: named('fail_over_mac', BOND_FOM),
  xmitHashPolicy: named('xmit_hash_policy', BOND_XMIT_POLICY),
  resendIgmp: option('resend_igmp'),
  numPeerNotif: option('num_grat_arp'),
  allSlavesActive: option('all_slaves_active'),
  minLinks: option('min_links'),
  lpInterval: option('lp_interval'),
  packetsPerSlave: option('packets_per_slave'),
  tlbDynamicLb: option('tlb_dynamic_lb'),
  adLacpRate: named('lacp_rate', AD_LACP),
  adLacpActive: onOff('lacp_active'),
  coupledControl: onOff('coupled_control'),
  broadcastNeigh: onOff('broadcast_neighbor'),
  adSelect: named('ad_select', BOND_AD),
  adUserPortKey: option('ad_user_port_key'),
  adActorSysPrio: option('ad_actor_sys_prio'),
  adActorSystem: option('ad_actor_system'),
  missedMax: option('arp_missed_max'),
}

/** `struct br_boolopt_multi`: options that are bits, with a mask. */
const booleanOptions: readonly (readonly [bit: number, word: string])[] = [
  [1, 'no_linklocal_learn'],
  [2, 'mcast_vlan_snooping'],
  [4, 'mst_enabled'],
]
const bitOptions: Format = ({ optval, optmask }: { optval: number; optmask: number }) => {
  const known = booleanOptions.reduce((bits, [bit]) => bits | bit, 0)
  if ((optmask & ~known) !== 0 || (optval & ~optmask) !== 0) return undefined
  return booleanOptions.flatMap(([bit, word]) =>
    (optmask & bit) === 0 ? [] : [word, (optval & bit) === 0 ? '0' : '1'],
  )
}

/** Times and numbers of multicast queries, of a bridge or one of its VLANs. */
export const queryOptions: Options = {
  mcastLastMemberCnt: option('mcast_last_member_count'),
  mcastStartupQueryCnt: option('mcast_startup_query_count'),
  mcastLastMemberIntvl: option('mcast_last_member_interval'),
  mcastMembershipIntvl: option('mcast_membership_interval'),
  mcastQuerierIntvl: option('mcast_querier_interval'),
  mcastQueryIntvl: option('mcast_query_interval'),
  mcastQueryResponseIntvl: option('mcast_query_response_interval'),
  mcastStartupQueryIntvl: option('mcast_startup_query_interval'),
}

const bridge: Options = {
  fdbFlush: alone('fdb_flush'),
  forwardDelay: option('forward_delay'),
  helloTime: option('hello_time'),
  maxAge: option('max_age'),
  ageingTime: option('ageing_time'),
  fdbMaxLearned: option('fdb_max_learned'),
  stpState: option('stp_state'),
  priority: option('priority'),
  groupFwdMask: option('group_fwd_mask'),
  groupAddr: option('group_address'),
  vlanFiltering: option('vlan_filtering'),
  vlanProtocol: named('vlan_protocol', VLAN_PROTOCOL),
  vlanDefaultPvid: option('vlan_default_pvid'),
  vlanStatsEnabled: option('vlan_stats_enabled'),
  vlanStatsPerPort: option('vlan_stats_per_port'),
  mcastSnooping: option('mcast_snooping'),
  mcastRouter: option('mcast_router'),
  mcastQueryUseIfaddr: option('mcast_query_use_ifaddr'),
  mcastQuerier: option('mcast_querier'),
  mcastHashElasticity: option('mcast_hash_elasticity'),
  mcastHashMax: option('mcast_hash_max'),
  ...queryOptions,
  mcastStatsEnabled: option('mcast_stats_enabled'),
  mcastIgmpVersion: option('mcast_igmp_version'),
  mcastMldVersion: option('mcast_mld_version'),
  nfCallIptables: option('nf_call_iptables'),
  nfCallIp6tables: option('nf_call_ip6tables'),
  nfCallArptables: option('nf_call_arptables'),
  multiBoolopt: bitOptions,
}

const bridgeSlave: Options = {
  flush: alone('fdb_flush'),
  state: named('state', BR_STATE),
  priority: option('priority'),
  cost: option('cost'),
  mode: onOff('hairpin'),
  guard: onOff('guard'),
  protect: onOff('root_block'),
  fastLeave: onOff('fastleave'),
  learning: onOff('learning'),
  unicastFlood: onOff('flood'),
  proxyarp: onOff('proxy_arp'),
  proxyarpWifi: onOff('proxy_arp_wifi'),
  multicastRouter: option('mcast_router'),
  mcastFlood: onOff('mcast_flood'),
  bcastFlood: onOff('bcast_flood'),
  mcastToUcast: onOff('mcast_to_unicast'),
  groupFwdMask: option('group_fwd_mask'),
  neighSuppress: onOff('neigh_suppress'),
  vlanTunnel: onOff('vlan_tunnel'),
  isolated: onOff('isolated'),
  locked: onOff('locked'),
  mab: onOff('mab'),
  backupPort: link('backup_port', 'nobackup_port'),
}

/** `struct ifla_vlan_flags` with its mask. */
const vlanFlags: Format = ({ flags, mask }: { flags: number; mask: number }) => {
  const bits = [
    [1, 'reorder_hdr'],
    [2, 'gvrp'],
    [4, 'loose_binding'],
    [8, 'mvrp'],
    [16, 'bridge_binding'],
  ] as const
  // iproute2 sets only the bits of its mask.
  if ((mask & ~31) !== 0 || (flags & ~mask) !== 0) return undefined
  return bits.flatMap(([bit, word]) => ((mask & bit) === 0 ? [] : [word, (flags & bit) === 0 ? 'off' : 'on']))
}

const qosMap =
  (word: string): Format =>
  ({ mapping }: { mapping?: readonly { from: number; to: number }[] }) =>
    mapping === undefined || mapping.length === 0
      ? undefined
      : [word, ...mapping.map(({ from, to }) => `${from}:${to}`)]

const vlan: Options = {
  id: option('id'),
  protocol: named('protocol', VLAN_PROTOCOL),
  flags: vlanFlags,
  ingressQos: qosMap('ingress-qos-map'),
  egressQos: qosMap('egress-qos-map'),
}

/** `macaddr OPERATION ADDRESS…`: the operation and its addresses are attributes of their own. */
const operations = ['add', 'del', 'flush', 'set']
const macvlan: Options = {
  mode: named('mode', MACVLAN_MODE),
  flags: (flags: number) => (flags === 1 ? ['nopromisc'] : undefined),
  macaddrMode: (mode: number) => (operations[mode] === undefined ? undefined : ['macaddr', operations[mode] as string]),
  macaddr: (address: string) => [address],
  macaddrData: ({ macaddr }: { macaddr?: readonly string[] }) => macaddr ?? [],
  bcQueueLen: option('bcqueuelen'),
  bcCutoff: option('bclim'),
}

const ipvlan: Options = {
  mode: named('mode', IPVLAN_MODE),
  flags: (flags: number) =>
    ['bridge', 'private', 'vepa'][flags] === undefined ? undefined : [['bridge', 'private', 'vepa'][flags] as string],
}

const inheritable =
  (word: string, inherited: number): Format =>
  (value: number) => [word, value === inherited ? 'inherit' : String(value)]

const isMulticast = (address: string) => /^(22[4-9]|23\d)\./.test(address) || /^ff/i.test(address)
const groupOrRemote: Format = (address: string) => [isMulticast(address) ? 'group' : 'remote', address]

const vxlan: Options = {
  id: (id: number, request) => (metadataOf(request.attrs) && id === 0 ? [] : ['id', String(id)]),
  group: groupOrRemote,
  group6: groupOrRemote,
  local: option('local'),
  local6: option('local'),
  link: link('dev'),
  ttl: option('ttl'),
  ttlInherit: (value: unknown) => (value === true || value === 1 ? ['ttl', 'inherit'] : undefined),
  tos: inheritable('tos', 1),
  df: named('df', VXLAN_DF),
  label: hex('flowlabel'),
  port: option('dstport'),
  portRange: ({ low, high }: { low: number; high: number }) => ['srcport', String(low), String(high)],
  learning: noOr('learning'),
  proxy: noOr('proxy'),
  rsc: noOr('rsc'),
  l2miss: noOr('l2miss'),
  l3miss: noOr('l3miss'),
  ageing: option('ageing'),
  limit: option('maxaddress'),
  udpCsum: noOr('udpcsum'),
  udpZeroCsum6Tx: noOr('udp6zerocsumtx'),
  udpZeroCsum6Rx: noOr('udp6zerocsumrx'),
  remcsumTx: noOr('remcsumtx'),
  remcsumRx: noOr('remcsumrx'),
  collectMetadata: noOr('external'),
  vnifilter: noOr('vnifilter'),
  localbypass: noOr('localbypass'),
  mcRoute: noOr('mcroute'),
  gbp: alone('gbp'),
  gpe: alone('gpe'),
}
const metadataOf = (attrs: Bag) => (attrs.linkinfo as { data?: Bag } | undefined)?.data?.collectMetadata !== undefined

const geneve: Options = {
  id: (id: number, request) => (metadataOf(request.attrs) && id === 0 ? [] : ['id', String(id)]),
  remote: option('remote'),
  remote6: option('remote'),
  ttl: option('ttl'),
  ttlInherit: (value: number) => (value === 1 ? ['ttl', 'inherit'] : undefined),
  tos: inheritable('tos', 1),
  df: named('df', GENEVE_DF),
  label: hex('flowlabel'),
  port: option('dstport'),
  collectMetadata: alone('external'),
  udpCsum: noOr('udpcsum'),
  udpZeroCsum6Tx: noOr('udp6zerocsumtx'),
  udpZeroCsum6Rx: noOr('udp6zerocsumrx'),
  innerProtoInherit: alone('innerprotoinherit'),
}

const hsr: Options = {
  slave1: link('slave1'),
  slave2: link('slave2'),
  interlink: link('interlink'),
  multicastSpec: option('supervision'),
  version: option('version'),
  protocol: option('proto'),
}

const macsec: Options = {
  port: option('port'),
  sci: (sci: bigint) => ['sci', sci.toString(16).padStart(16, '0')],
  cipherSuite: (suite: bigint) => {
    const word = ciphers.get(suite)
    return word === undefined ? undefined : ['cipher', word]
  },
  icvLen: option('icvlen'),
  encrypt: onOff('encrypt'),
  incSci: onOff('send_sci'),
  es: onOff('end_station'),
  scb: onOff('scb'),
  protect: onOff('protect'),
  replayProtect: onOff('replay'),
  window: option('window'),
  validation: (value: number) => pick('validate', ['disabled', 'check', 'strict'], value),
  encodingSa: option('encodingsa'),
  offload: (value: number) => pick('offload', ['off', 'phy', 'mac'], value),
}
const ciphers: ReadonlyMap<bigint, string> = new Map([
  [0x0080020001000001n, 'default'],
  [0x0080c20001000001n, 'gcm-aes-128'],
  [0x0080c20001000002n, 'gcm-aes-256'],
  [0x0080c20001000003n, 'gcm-aes-xpn-128'],
  [0x0080c20001000004n, 'gcm-aes-xpn-256'],
])
const pick = (word: string, words: readonly string[], value: number) =>
  words[value] === undefined ? undefined : [word, words[value] as string]

const bareudp: Options = {
  port: option('dstport'),
  ethertype: hex('ethertype'),
  srcportMin: option('srcportmin'),
  multiprotoMode: alone('multiproto'),
}
const xfrm: Options = { link: link('dev'), ifId: hex('if_id'), collectMetadata: alone('external') }

/** Options of the kinds that `ip link add` knows. Kinds without data have none. */
export const linkKinds: Readonly<Record<string, Options>> = {
  ...{
    bond,
    bridge,
    vlan,
    macvlan,
    macvtap: macvlan,
    ipvlan,
    ipvtap: ipvlan,
    vxlan,
    geneve,
    hsr,
    macsec,
    bareudp,
    xfrm,
  },
  ...{ vrf: { table: option('table') }, dummy: {}, ifb: {}, nlmon: {}, vcan: {}, wireguard: {}, veth: {}, vxcan: {} },
  ...{ team: {}, batadv: {}, netdevsim: {}, tun: {} },
  ...tunnelKinds,
}

/** Options after `type KIND_slave`, by the kind of the master. */
export const slaveKinds: Readonly<Record<string, Options>> = {
  bridge: bridgeSlave,
  bond: { queueId: option('queue_id'), prio: option('prio'), actorPortPrio: option('actor_port_prio') },
}
