import { isRecord } from '../../codec/error.js'
import { ArgumentError, isInterfaceName, show } from '../../codec/index.js'
import {
  bondAttrs,
  bridgeAttrs,
  brportAttrs,
  geneveAttrs,
  ipvlanAttrs,
  macsecAttrs,
  macvlanAttrs,
  vlanAttrs,
  vxlanAttrs,
} from '../../route/index.js'
import { isNetns, NETNS } from '../../socket/netns.js'
import {
  type Accepted,
  BOOLEAN,
  bitsWithin,
  checkOptions,
  declaredIn,
  integers,
  shortText,
  U8,
  U16,
  U32,
  VNI,
} from '../values/accepted.js'
import { ALT_NAME_LENGTH } from '../values/link-ref.js'
import { isLinkLayerAddress } from '../values/normalize.js'

type Table = Readonly<Record<string, Accepted>>

const BOOLEAN_NUMBER = integers(0, 1)
const bond = bondAttrs.table
const FLOW_LABEL = integers(0, 0xfffff)
const macvlan: Table = {
  mode: declaredIn(macvlanAttrs.table.mode),
  flags: declaredIn(macvlanAttrs.table.flags),
  macaddrMode: declaredIn(macvlanAttrs.table.macaddrMode),
}
const ipvlan: Table = {
  mode: declaredIn(ipvlanAttrs.table.mode),
  flags: { allowed: 'one of the flags PRIVATE and VEPA', fits: integers(0, 2).fits },
}
const erspan: Table = {
  ...{ erspanVer: integers(0, 2), erspanIndex: integers(0, 0xfffff), erspanDir: BOOLEAN_NUMBER },
  erspanHwid: integers(0, 0x3f),
}

/** `br_set_group_addr`: the addresses that bridges do not forward, except those of 802.3x, 802.1ad and 802.1x */
const GROUP_ADDRESS: Accepted = {
  allowed: 'one of 01:80:c2:00:00:00 and 01:80:c2:00:00:04 to 0f',
  fits: (text) => typeof text === 'string' && /^01:80:c2:00:00:0[04-9a-f]$/i.test(text),
}

/**
 * Values of IFLA_INFO_DATA that the kernel accepts, by kind. The table contains only attributes whose other values it refuses
 * without a text (net/bridge, drivers/net) or truncates.
 */
const dataRanges: Readonly<Record<string, Table>> = {
  bond: {
    ...{ mode: declaredIn(bond.mode), useCarrier: BOOLEAN_NUMBER, arpValidate: declaredIn(bond.arpValidate) },
    ...{ arpAllTargets: declaredIn(bond.arpAllTargets), primaryReselect: declaredIn(bond.primaryReselect) },
    ...{ failOverMac: declaredIn(bond.failOverMac), xmitHashPolicy: declaredIn(bond.xmitHashPolicy) },
    ...{ resendIgmp: U8, allSlavesActive: BOOLEAN_NUMBER, lpInterval: integers(1, 0x7fffffff), packetsPerSlave: U16 },
    ...{ adLacpRate: declaredIn(bond.adLacpRate), adSelect: declaredIn(bond.adSelect) },
    adActorSysPrio: integers(1, 0xffff),
    ...{ adUserPortKey: integers(0, 1023), tlbDynamicLb: BOOLEAN_NUMBER, adLacpActive: BOOLEAN_NUMBER },
  },
  bridge: {
    ...{ helloTime: integers(100, 1000), maxAge: integers(600, 4000) },
    vlanProtocol: declaredIn(bridgeAttrs.table.vlanProtocol),
    ...{ mcastRouter: integers(0, 2), mcastIgmpVersion: integers(2, 3), mcastMldVersion: integers(1, 2) },
    groupFwdMask: bitsWithin(0xfff8), // BR_GROUPFWD_RESTRICTED
    vlanDefaultPvid: integers(0, 4094),
    groupAddr: GROUP_ADDRESS,
  },
  erspan,
  geneve: { id: VNI, label: FLOW_LABEL, df: declaredIn(geneveAttrs.table.df) },
  ip6erspan: erspan,
  ipvlan,
  ipvtap: ipvlan,
  macsec: {
    ...{ icvLen: integers(8, 16), encodingSa: integers(0, 3) },
    ...{ validation: declaredIn(macsecAttrs.table.validation), offload: declaredIn(macsecAttrs.table.offload) },
  },
  macvlan,
  macvtap: macvlan,
  vlan: { id: integers(0, 4094), protocol: declaredIn(vlanAttrs.table.protocol) },
  vrf: { table: integers(1, 0xffffffff) },
  vxlan: {
    ...{ id: VNI, label: FLOW_LABEL, df: declaredIn(vxlanAttrs.table.df) },
    labelPolicy: declaredIn(vxlanAttrs.table.labelPolicy),
  },
}

/** Values of IFLA_INFO_SLAVE_DATA that the kernel accepts, by the kind of the master. */
const slaveRanges: Readonly<Record<string, Table>> = {
  bridge: {
    ...{
      state: declaredIn(brportAttrs.table.state),
      priority: integers(0, 63),
      cost: integers(1, 65535),
      multicastRouter: integers(0, 3),
    },
    ...{ groupFwdMask: bitsWithin(0xfffd), mcastEhtHostsLimit: integers(1, 0xffffffff) },
  },
}

const NAME: Accepted = {
  allowed: `1 to 15 bytes without '/', ':' and white space, neither '.' nor '..', with one '%d' at most`,
  fits: (name) => isInterfaceName(name as string) && /^[^%]*(%d[^%]*)?$/.test(name as string),
}
/** IFALIASZ without the NUL, linux/if.h */
const LONGEST_ALIAS = shortText(255)
const ALIAS: Accepted = {
  allowed: 'a text of up to 255 bytes',
  fits: (alias) => alias === '' || LONGEST_ALIAS.fits(alias),
}
const ALT_NAME = shortText(ALT_NAME_LENGTH)
const ALT_NAMES: Accepted = {
  allowed: `a list of names of 1 to ${ALT_NAME_LENGTH} bytes`,
  fits: (names) => Array.isArray(names) && names.every(ALT_NAME.fits),
}
/** IFLA_INFO_KIND: MODULE_NAME_LEN without the NUL, linux/module.h. The kernel truncates longer ones. */
export const KIND: Accepted = { allowed: 'the name of a kind', fits: shortText(55).fits }
const FLAGS: Accepted = { allowed: 'an object like { PROMISC: true }', fits: isRecord }
const PEER: Accepted = { allowed: 'an object, the other end of a pair', fits: isRecord }
const HARDWARE: Accepted = {
  allowed: 'a link-layer address',
  fits: isLinkLayerAddress,
}

/** Values of the options that do not depend on the kind of a link. */
const settings: Table = {
  ...{ name: NAME, address: HARDWARE, broadcast: HARDWARE, alias: ALIAS, altNames: ALT_NAMES },
  ...{ up: BOOLEAN, flags: FLAGS, netns: { allowed: NETNS, fits: isNetns }, peer: PEER },
  ...{ kind: KIND, slaveKind: KIND, protoDown: BOOLEAN, index: integers(1, 0x7fffffff), mtu: U32, txqlen: U32 },
  ...{ gsoMaxSize: U32, gsoMaxSegs: U32, groMaxSize: U32, gsoIpv4MaxSize: U32, groIpv4MaxSize: U32 },
  linkNetnsid: integers(0, 0x7fffffff),
  ...{ numTxQueues: integers(1, 4096), numRxQueues: integers(1, 4096) },
}

/** Kinds with Ethernet addresses. They check the address that they are created with. */
const ethernetKinds = new Set([
  ...['bond', 'bridge', 'dummy', 'erspan', 'geneve', 'gretap', 'ifb', 'ip6erspan', 'ip6gretap', 'macvlan', 'macvtap'],
  ...['team', 'veth', 'vlan', 'vrf', 'vxlan'],
])
const ADDRESS: Accepted = {
  allowed: 'an address of 6 bytes that is not multicast and not zero',
  fits: (address) =>
    typeof address === 'string' &&
    /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i.test(address) &&
    address !== '00:00:00:00:00:00',
}

/** Kinds that are created on top of another link. */
const upperKinds = new Set(['ipvlan', 'ipvtap', 'ipoib', 'macsec', 'macvlan', 'macvtap', 'rmnet', 'vlan'])

/** Checks the options of a link that do not depend on its kind. @throws {TypeError} */
export const checkSettings = (what: string, given: object) =>
  checkOptions(given, settings, what === 'peer' ? 'peer.' : '')

/** Checks data of a kind, as it is sent. @throws {TypeError} */
export function checkData(kind: string | undefined, data: object = {}): void {
  if (kind !== undefined && Object.hasOwn(dataRanges, kind)) checkOptions(data, dataRanges[kind] as Table, 'data.')
}

/** Checks data of a port, as it is sent. @throws {TypeError} */
export function checkSlaveData(kind: string | undefined, data: object = {}): void {
  if (kind !== undefined && Object.hasOwn(slaveRanges, kind))
    checkOptions(data, slaveRanges[kind] as Table, 'slaveData.')
}

/** A link to create. */
interface Created {
  readonly kind: string
  readonly link?: unknown
  readonly address?: unknown
  readonly peer?: { readonly address?: unknown } | undefined
}

/** Checks a link to create for mistakes that the kernel refuses with EINVAL and no text. @throws {TypeError} */
export function checkNewLink({ kind, link, address, peer = {} }: Created): void {
  if (upperKinds.has(kind) && (link === undefined || link === 0))
    throw new ArgumentError(`expected 'link' of a ${kind}, the link below it, got ${show(link)}`)
  if (!ethernetKinds.has(kind)) return
  checkOptions({ address }, { address: ADDRESS })
  checkOptions({ address: peer.address }, { address: ADDRESS }, 'peer.')
}
