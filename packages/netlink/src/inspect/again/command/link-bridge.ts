import { BR_STATE } from '../../../route/index.js'
import { VLAN_PROTOCOL } from '../../../route/shared/vlan-protocol.js'
import { alone, type Format, link, named, type Options, onOff, option } from './words.js'

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

/** Options of `ip link … type bridge`. */
export const bridge: Options = {
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

/** Options of `ip link … type bridge_slave`. */
export const bridgeSlave: Options = {
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
