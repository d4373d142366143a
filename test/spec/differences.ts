/** Differences between the specs and our declarations: the reason, and the attributes. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  'the kernel sends several, in one nest': [
    ...['DEVLINK_ATTR_REGION_SNAPSHOT', 'DEVLINK_ATTR_REGION_CHUNK', 'ETHTOOL_A_CABLE_NEST_RESULT'],
    ...['ETHTOOL_A_CABLE_NEST_FAULT_LENGTH', 'ETHTOOL_A_TUNNEL_UDP_TABLE', 'ETHTOOL_A_STATS_GRP_HIST_RX'],
    ...['ETHTOOL_A_STATS_GRP_HIST_TX', 'ETHTOOL_A_STATS_GRP', 'TCA_TAPRIO_ATTR_TC_ENTRY', 'TEAM_ATTR_ITEM_OPTION'],
    ...['TEAM_ATTR_ITEM_PORT', 'ETHTOOL_A_STATS_GRP_STAT'],
  ],
  'options of a tunnel: the attributes repeat, one after another': [
    ...['TCA_FLOWER_KEY_ENC_OPTS_GENEVE', 'TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS', 'TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE'],
    ...['TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA'],
  ],
  'one nest, in which the attribute of the element repeats': [
    ...['NFTABLES_A_SET_DESC_CONCAT_ATTRS_ELEM', 'NFTABLES_A_SET_DESC_ATTRS_CONCAT'],
    'ETHTOOL_A_STRINGSET_STRINGS',
  ],
  'signed: the kernel calls nla_put_s32, or reads an int': [
    ...['NFTABLES_A_VERDICT_ATTRS_CODE', 'NFTABLES_A_FLOWTABLE_HOOK_ATTRS_PRIORITY'],
    ...['DEVLINK_ATTR_NETNS_ID', 'NL80211_ATTR_WIPHY_TX_POWER_LEVEL', 'NL80211_ATTR_RX_SIGNAL_DBM'],
    ...[
      'OVS_VPORT_ATTR_NETNSID',
      'IFLA_BOND_SLAVE_PRIO',
      'IFLA_INET6_CONF',
      'TCA_POLICE_RESULT',
      'TCA_CAKE_OVERHEAD',
      'CONNTRACK_A_SEQADJ_ATTRS_OFFSET_BEFORE',
      'CONNTRACK_A_SEQADJ_ATTRS_OFFSET_AFTER',
    ],
  ],
  'in network byte order': [
    ...[
      'NFTABLES_A_NUMGEN_ATTRS_DREG',
      'NFTABLES_A_SET_ATTRS_ID',
      'NFTABLES_A_SET_ATTRS_TIMEOUT',
      'NFTABLES_A_SET_ATTRS_GC_INTERVAL',
      'NFTABLES_A_SETELEM_ATTRS_TIMEOUT',
      'NFTABLES_A_SETELEM_ATTRS_EXPIRATION',
      'NFTABLES_A_SETELEM_LIST_ATTRS_SET_ID',
    ],
    'CONNTRACK_A_COUNTER_ATTRS_PACKETS_OLD',
    'CONNTRACK_A_COUNTER_ATTRS_BYTES_OLD',
    ...['FOU_ATTR_LOCAL_V4', 'FOU_ATTR_PEER_V4', 'IFLA_BR_VLAN_PROTOCOL', 'NDA_PORT', 'RTA_SPORT', 'RTA_DPORT'],
    ...['FRA_TUN_ID', 'TCA_VLAN_PUSH_VLAN_PROTOCOL', 'TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX'],
  ],
  'in the byte order of the host': [
    ...['TCA_FLOWER_KEY_VLAN_ID', 'TCA_FLOWER_KEY_CVLAN_ID', 'TCA_FLOWER_KEY_MPLS_LABEL', 'IFLA_IPTUN_FLAGS'],
  ],
  'act_tunnel_key reads 32 bits': ['TCA_TUNNEL_KEY_ENC_KEY_ID'],
  'vport-vxlan and others read 16 bits': ['OVS_TUNNEL_ATTR_DST_PORT'],
  'a nest: the kernel parses or sends it so': [
    'CONNTRACK_A_CONNTRACK_ATTRS_TIMESTAMP',
    'OVS_TUNNEL_ATTR_EXTENSION',
    'IFLA_PROTO_DOWN_REASON',
  ],
  'an array of eight': ['NL80211_ATTR_MLO_TTLM_DLINK', 'NL80211_ATTR_MLO_TTLM_ULINK'],
  'a flag: the interface types of a combination are numbers of attributes': [
    ...['ADHOC', 'STATION', 'AP', 'AP_VLAN', 'WDS', 'MONITOR', 'MESH_POINT', 'P2P_CLIENT', 'P2P_GO', 'P2P_DEVICE'],
    ...['OCB', 'NAN'],
  ].map((name) => `NL80211_IFTYPE_${name}`),
  'a wake-up has a value, which depends on the trigger': [
    ...['WAKEUP_PKT_80211', 'WAKEUP_PKT_80211_LEN', 'WAKEUP_PKT_8023', 'WAKEUP_PKT_8023_LEN'],
    ...['TCP_CONNECTION', 'NET_DETECT', 'NET_DETECT_RESULTS'],
  ].map((name) => `NL80211_WOWLAN_TRIG_${name}`),
  'the header has another number': [
    ...[
      'NFTABLES_A_CHAIN_ATTRS_FLAGS',
      'NFTABLES_A_RULE_ATTRS_ID',
      'NFTABLES_A_RULE_ATTRS_POSITION_ID',
      'NFTABLES_A_RULE_ATTRS_CHAIN_ID',
      'NFTABLES_A_SETELEM_ATTRS_OBJREF',
      'NFTABLES_A_SETELEM_ATTRS_KEY_END',
    ],
    'CONNTRACK_A_NAT_ATTRS_NAT_PROTO',
    'NL_POLICY_TYPE_ATTR_MASK',
    'NL_POLICY_TYPE_ATTR_PAD',
    'OVS_ACTION_ATTR_PSAMPLE',
  ],
  'the same bytes: an array of 32 bits, a struct with one member, a buffer': [
    ...['OVS_KEY_ATTR_MPLS', 'OVS_ACTION_ATTR_TRUNC', 'OVS_TUNNEL_KEY_ATTR_GENEVE_OPTS', 'TCA_GRED_STAB'],
  ],
  'struct ovs_action_add_mpls has 8 bytes: the EtherType has 16 bits': ['OVS_ACTION_ATTR_ADD_MPLS'],
  'struct rta_cacheinfo has 32 bytes': ['RTA_CACHEINFO'],
  'an address of either family: NDA_DST and others follow the family': ['IFA_BROADCAST'],
  'a struct with an array behind it': ['TCA_PEDIT_PARMS', 'TCA_U32_SEL', 'TCA_U32_PCNT'],
  'one expression; NFTA_SET_EXPRESSIONS has several': ['NFTABLES_A_SET_ATTRS_EXPR'],
  'padding has no type': ['TCA_NETEM_PAD'],
}

/** The reason for the difference of each attribute. */
export const differences: ReadonlyMap<string, string> = new Map(
  Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
)

/** Attributes of specs that have no attribute in the kernel's headers, or none in ours, each with the reason. */
export const without: Readonly<Record<string, string>> = {
  MPTCP_PM_ENDPOINT_ADDR: 'MPTCP_PM_ATTR_ADDR of the set MPTCP_PM_ATTR has the same number',
  NDA_UNSPEC: 'no message contains it',
  NL80211_IFTYPE_UNSPECIFIED: 'no message contains it',
  ...Object.fromEntries(
    ['2GHZ', '5GHZ', '60GHZ', '6GHZ', 'S1GHZ', 'LC'].map((name) => [
      `NL80211_BAND_${name}`,
      'bands are indexes of NL80211_ATTR_WIPHY_BANDS',
    ]),
  ),
  ...Object.fromEntries(
    ['RSC', 'FSC', 'USC'].map((name) => [`TC_A_HFSC_ATTRS_${name}`, `named TCA_HFSC_${name} in the header`]),
  ),
}

/** Families that the library does not declare: their specs do. */
export const undeclared = ['binder', 'dev-energymodel', 'drm_ras', 'lockd', 'nfsd', 'sunrpc_cache']
