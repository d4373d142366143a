import {
  AD_LACP,
  BOND_AD,
  BOND_ARP_TARGETS,
  BOND_ARP_VALIDATE,
  BOND_FOM,
  BOND_MODE,
  BOND_PRI_RESELECT,
  BOND_XMIT_POLICY,
} from '../../../route/index.js'
import { commas, link, named, type Options, onOff, option } from './words.js'

/** Options of `ip link … type bond`. */
export const bond: Options = {
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

/** Options of `ip link … type bond_slave`. */
export const bondSlave: Options = {
  queueId: option('queue_id'),
  prio: option('prio'),
  actorPortPrio: option('actor_port_prio'),
}
