import { ArgumentError, show } from '../../codec/index.js'
import { ARPOP, ETH_P, IPPROTO } from '../../constants/index.js'
import { parseText } from '../values/ip-text.js'
import { numberOf } from '../values/names.js'
import { fieldBytes } from './header-fields.js'
import { count, flag, listOf, objectOf, parsed } from './words.js'

/** Members of the options of flower on the wire. */
export type Pairs = Readonly<Record<string, unknown>>

/** Reads an Ethernet address with a mask. */
const mac =
  (name: string) =>
  (option: string, value: string): Pairs => {
    fieldBytes(option, { at: 0, size: 6, form: 'mac' }, value)
    const [address, mask = 'ff:ff:ff:ff:ff:ff'] = value.split('/')
    return { [`key${name}`]: address, [`key${name}Mask`]: mask }
  }

/** Returns the mask of a prefix as an address. */
function maskText(length: number, isV4: boolean): string {
  const size = isV4 ? 4 : 16
  const bits = (at: number) => (0xff00 >> Math.min(8, Math.max(0, length - at * 8))) & 0xff
  const all = Array.from({ length: size }, (_, at) => bits(at))
  if (isV4) return all.join('.')
  return Array.from({ length: 8 }, (_, at) => (((all[at * 2] ?? 0) << 8) | (all[at * 2 + 1] ?? 0)).toString(16)).join(
    ':',
  )
}

const ip =
  (name: (family: 'Ipv4' | 'Ipv6') => string) =>
  (option: string, value: string): Pairs => {
    const { address, length, family } = parseText(option, value)
    const isV4 = family === 'inet'
    const key = name(isV4 ? 'Ipv4' : 'Ipv6')
    return { [key]: address, [`${key}Mask`]: maskText(length ?? (isV4 ? 32 : 128), isV4) }
  }

type Masked = number | { readonly value: number; readonly mask: number }

/** Reads a number with a mask. */
const masked =
  (key: string, all: number) =>
  (option: string, value: Masked): Pairs => {
    if (typeof value === 'number') return { [key]: value, [`${key}Mask`]: all }
    const { value: number, mask = all } = objectOf({ value: count, mask: count })(option, value)
    return { [key]: number, [`${key}Mask`]: mask }
  }

const one =
  (key: string) =>
  (_option: string, value: number): Pairs => ({ [key]: value })
const ether =
  (key: string) =>
  (option: string, value: string | number): Pairs => ({ [key]: numberOf(option, ETH_P, value, 0xffff) })

/** Reads a protocol address of ARP, with a prefix length. */
const arpIp = (key: string) => (option: string, value: string) => {
  const { address, length, family } = parseText(option, value)
  if (family !== 'inet') throw new ArgumentError(`expected ${option} to be an IPv4 address, got ${show(value)}`)
  return { [key]: address, [`${key}Mask`]: maskText(length ?? 32, true) }
}

/** A key whose attributes depend on the protocol. */
export interface OfProtocol {
  readonly field: 'src' | 'dst' | 'icmpType' | 'icmpCode'
  readonly value: unknown
}
const ofProtocol =
  <T>(field: OfProtocol['field']) =>
  (_option: string, value: T): OfProtocol => ({ field, value })

/** An entry of the label stack. */
const stackEntry = objectOf({
  /** Its position, from 1. */
  depth: count,
  ...{ label: count, tc: count, bos: count, ttl: count },
})

/** A port, or a range of ports. */
export type Ports = number | { readonly min: number; readonly max: number }

const ctStates = { new: 1, est: 2, rel: 4, trk: 8, inv: 16, rpl: 32 } as const
/** States of a connection: true must be set, false must not. */
function ctState(option: string, states: { readonly [K in keyof typeof ctStates]?: boolean }): Pairs {
  const given = parsed(option, Object.fromEntries(Object.keys(ctStates).map((key) => [key, flag])), states as never)
  const bits = (on: (value: unknown) => boolean) =>
    Object.entries(given).reduce((sum, [key, value]) => sum | (on(value) ? ctStates[key as 'new'] : 0), 0)
  return { keyCtState: bits((value) => value === true), keyCtStateMask: bits(() => true) }
}

/** The keys of flower, and what they are on the wire. */
export const keys = {
  srcMac: mac('EthSrc'),
  dstMac: mac('EthDst'),
  /** Protocol: `tcp`, `udp`. It gives the meaning of the ports behind it. */
  ipProto: (option: string, value: string | number): Pairs => ({ keyIpProto: numberOf(option, IPPROTO, value) }),
  srcIp: ip((family) => `key${family}Src`),
  dstIp: ip((family) => `key${family}Dst`),
  srcPort: ofProtocol<Ports>('src'),
  dstPort: ofProtocol<Ports>('dst'),
  /** Type and code of ICMP, behind an `ipProto` of `icmp` or `icmpv6`. */
  icmpType: ofProtocol<number>('icmpType'),
  icmpCode: ofProtocol<number>('icmpCode'),
  ipTos: masked('keyIpTos', 0xff),
  ipTtl: masked('keyIpTtl', 0xff),
  tcpFlags: masked('keyTcpFlags', 0x0fff),
  vlanId: one('keyVlanId'),
  vlanPrio: one('keyVlanPrio'),
  vlanEthtype: ether('keyVlanEthType'),
  /** The inner one of two VLAN tags. */
  cvlanId: one('keyCvlanId'),
  cvlanPrio: one('keyCvlanPrio'),
  cvlanEthtype: ether('keyCvlanEthType'),
  /** Operation of ARP: `request`, `reply`. */
  arpOp: (option: string, value: string | number): Pairs => ({
    ...{ keyArpOp: numberOf(option, ARPOP, value), keyArpOpMask: 0xff },
  }),
  /** Addresses of the sender and the target of ARP. */
  arpSip: arpIp('keyArpSip'),
  arpTip: arpIp('keyArpTip'),
  arpSha: mac('ArpSha'),
  arpTha: mac('ArpTha'),
  /** Fields of the first label. */
  mplsLabel: one('keyMplsLabel'),
  mplsTc: one('keyMplsTc'),
  mplsBos: one('keyMplsBos'),
  mplsTtl: one('keyMplsTtl'),
  /** Fields of labels by their depth. */
  mpls: (option: string, value: readonly Parameters<typeof stackEntry>[1][]): Pairs => ({
    keyMplsOpts: { lse: listOf(stackEntry)(option, value) },
  }),
  ctState,
  ctZone: masked('keyCtZone', 0xffff),
  ctMark: masked('keyCtMark', 0xffffffff),
  /** Tunnel that the packet arrived on. */
  encKeyId: one('keyEncKeyId'),
  encSrcIp: ip((family) => `keyEnc${family}Src`),
  encDstIp: ip((family) => `keyEnc${family}Dst`),
  encDstPort: one('keyEncUdpDstPort'),
  encTos: masked('keyEncIpTos', 0xff),
  encTtl: masked('keyEncIpTtl', 0xff),
  indev: (_option: string, value: string): Pairs => ({ indev: value }),
}
