import { ArgumentError, show } from '../../codec/index.js'
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
import { type Accepted, bitsWithin, checkOptions, declaredIn, integers, U8, U16, VNI } from '../values/accepted.js'

/** Values that depend on the kind of a link. No import of this module needs Node, so `inspect` can use it. */

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
