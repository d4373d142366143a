/** Smallest MTU of IPv6 (IPV6_MIN_MTU). With a smaller one the kernel removes IPv6 from the link. */
export const MIN_MTU_OF_INET6 = 1280

/**
 * Limits of the MTU of new links, by kind. Outside them, the kernel refuses the link (`min_mtu` and `max_mtu` of its setup function), or
 * creates it with another MTU (`ip_tunnel_newlink`, `geneve_configure`). Options of a tunnel may lower the upper limit. Existing links
 * report theirs.
 */
export const mtusOfNew: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ...{ bond: [68, 65535], bridge: [68, 65535], geneve: [68, 65485], gre: [68, 65511], gretap: [68, 65497] },
  ...{ ip6tnl: [68, 65535], ipip: [68, 65515], ipvlan: [68, 65535], macvlan: [68, 65535], macvtap: [68, 65535] },
  ...{ sit: [1280, 65555], veth: [68, 65535], vlan: [0, 65535], vrf: [1280, 65575], vti: [68, 65515] },
  ...{ vti6: [68, 65495], vxlan: [68, 65535], xfrm: [68, 65535] },
}

/** Options that the kernel changes only while the link is down, by kind: BOND_OPTFLAG_IFDOWN in drivers/net/bonding/bond_options.c. */
export const downOptions: Readonly<Record<string, readonly string[]>> = {
  bond: [
    'data.mode',
    'data.adLacpRate',
    'data.adSelect',
    'data.adUserPortKey',
    'data.tlbDynamicLb',
    'data.adLacpActive',
    'data.coupledControl',
  ],
}

/** Options that the kernel changes only while the link has no ports, by kind: BOND_OPTFLAG_NOSLAVES in the same file. */
export const portlessOptions: Readonly<Record<string, readonly string[]>> = {
  bond: ['data.mode', 'data.failOverMac'],
}

/** Dependencies between the options of a kind's data. */
interface Coupling {
  /** The option that decides which others the kernel accepts: `unsuppmodes` in the same file. It refuses the others with EACCES. */
  readonly mode: string
  /** Options that the kernel sets along with another one: bond_option_*_set() in the same file. */
  readonly sets: Readonly<Record<string, readonly string[]>>
}

/** Kinds whose options depend on each other. */
export const couplings: Readonly<Record<string, Coupling>> = {
  bond: {
    mode: 'mode',
    sets: {
      arpInterval: ['miimon'],
      miimon: ['arpInterval', 'arpValidate'],
      mode: ['miimon', 'arpInterval', 'arpValidate', 'tlbDynamicLb'],
    },
  },
}

/**
 * Options that name a port: another one of the same master (`nbp_backup_change`, net/bridge/br_if.c), or one of the link's own
 * (`bond_option_active_slave_set`, drivers/net/bonding/bond_options.c), which must be up.
 */
export const portOptions: readonly string[] = ['slaveData.backupPort', 'data.activeSlave']

/** Kinds whose new ports must be down. A port that leaves is set down by the kernel (`__bond_release_one`, `team_port_del`). */
export const downPorts: ReadonlySet<string> = new Set(['bond', 'team'])

/** Options that the kernel cannot change while the link exists, by kind. It refuses the change, or ignores it. */
export const fixedOptions: Readonly<Record<string, readonly string[]>> = {
  geneve: [
    ...['data.id', 'data.port', 'data.collectMetadata', 'data.innerProtoInherit'],
    ...['data.udpCsum', 'data.udpZeroCsum6Tx', 'data.udpZeroCsum6Rx'],
  ],
  ip6gre: ['data.collectMetadata'],
  ip6gretap: ['data.collectMetadata'],
  ip6tnl: ['data.collectMetadata'],
  ipip: ['data.collectMetadata', 'data.proto'],
  ipvlan: ['link'],
  ipvtap: ['link'],
  macsec: ['link', 'data.sci', 'data.port', 'data.cipherSuite', 'data.icvLen'],
  macvlan: ['link'],
  macvtap: ['link'],
  sit: ['data.proto', 'data.pmtudisc', 'data.flags'],
  vlan: ['link', 'data.id', 'data.protocol'],
  vrf: ['data.table'],
  // `vxlan_nl2conf` refuses all but addresses, the lower link, lifetimes, learning and labels.
  vxlan: [
    ...['data.id', 'data.port', 'data.portRange', 'data.limit', 'data.ttlInherit', 'data.vnifilter'],
    ...['data.proxy', 'data.rsc', 'data.l2miss', 'data.l3miss'],
    ...['data.udpCsum', 'data.udpZeroCsum6Tx', 'data.udpZeroCsum6Rx', 'data.remcsumTx', 'data.remcsumRx'],
    ...['data.remcsumNopartial', 'data.collectMetadata', 'data.gbp', 'data.gpe'],
  ],
}

/** Kinds of links that a request can create. Others, such as network cards and tun devices, cannot be restored after deletion. */
export const isCreatable = (kind: string | undefined) => kind !== undefined && kind !== 'tun' && kind !== 'netdevsim'

/** Returns the options of a kind in one of the tables above. */
export const ofKind = (
  table: Readonly<Record<string, readonly string[]>>,
  kind: string | undefined,
): readonly string[] => (kind !== undefined && Object.hasOwn(table, kind) && table[kind]) || []
