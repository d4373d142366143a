import { type Connection, RT_SCOPE, RT_TABLE, RTN, RTNH_F, RTPROT, withNetns } from '@netloom/netlink'
import { CniError, ErrorCode, ifAny, kernelCall } from './error.js'
import { AF_INET6, broadcastOf, contains, familyOf, formatPrefix, isHost } from './prefix.js'
import type { Address, Route } from './result-parts.js'
import { noting, readSysctl, setSysctl } from './sysctl.js'

/** IPV6_MIN_MTU, net/ipv6.h: below it the kernel takes IPv6 off the device. */
const minIpv6Mtu = 1280

/** A device that addresses and routes are to be given. */
export interface Device {
  readonly netns: number
  readonly nl: Connection
  readonly index: number
  readonly name: string
  readonly mtu: number
}

/** Puts on the device what the IPAM plugin has assigned. */
export function configure(
  device: Device,
  ips: readonly Address[],
  routes: readonly Route[],
  note: (text: string) => void,
) {
  const hasIpv6 = ips.some(({ address }) => address.family === AF_INET6)
  if (hasIpv6 && device.mtu < minIpv6Mtu) {
    const expectation = `an IPv6 address needs ${minIpv6Mtu} or more`
    throw new CniError(ErrorCode.invalidConfig, `invalid mtu ${device.mtu}: ${expectation}`)
  }
  kernelCall('failed to enter the network namespace', () =>
    withNetns(device.netns, () => {
      announceAddresses(device.name, note)
      if (hasIpv6) enableIpv6(device.name, note)
    }),
  )
  for (const ip of ips) addAddress(device, ip)
  for (const route of routes) addRoute(device, route, ips)
}

/**
 * Where a route leads: to its own gateway, or else to the first one that its family was assigned; nowhere where its scope
 * says that the destination is on the link or the host.
 */
export function gatewayOf({ gw, dst, scope = RT_SCOPE.UNIVERSE }: Route, ips: readonly Address[]): string | undefined {
  if (gw !== undefined || scope >= RT_SCOPE.LINK) return gw
  return ips.map(({ gateway }) => gateway).find((gateway) => gateway !== undefined && familyOf(gateway) === dst.family)
}

/** Whether a gateway was assigned with an address that has no network, so that it can only be on the link itself. */
function isOnLink(gateway: string, ips: readonly Address[]): boolean {
  const isReached = ips.some(({ address }) => contains(address, gateway))
  return !isReached && ips.some(({ address, gateway: own }) => own === gateway && isHost(address))
}

/** Table 0 means the main one, as to the kernel. */
export function tableOf({ table }: Route): number {
  return table || RT_TABLE.MAIN
}

/** Has the kernel announce the addresses by gratuitous ARP when the device comes up. */
function announceAddresses(ifname: string, note: (text: string) => void): void {
  setSysctl({ family: 'ipv4', ifname, name: 'arp_notify', value: '1' }, noting(note))
}

function enableIpv6(ifname: string, note: (text: string) => void): void {
  for (const each of ['lo', ifname]) {
    const setting = { family: 'ipv6', ifname: each, name: 'disable_ipv6', value: '0' } as const
    const name = JSON.stringify(each)
    const disabled = ifAny(`failed to look whether IPv6 is enabled on ${name}`, () => readSysctl(setting))
    if (disabled === undefined) note(`cannot tell whether IPv6 is enabled on ${name}`)
    else if (disabled !== '0') setSysctl(setting, noting(note))
  }
  setSysctl({ family: 'ipv6', ifname, name: 'keep_addr_on_down', value: '1' }, noting(note))
}

function addAddress({ nl, index, name }: Device, { address: prefix }: Address): void {
  const { family, address, length: prefixlen } = prefix
  const attrs = { address, local: address, broadcast: broadcastOf(prefix) }
  kernelCall(`failed to add address ${formatPrefix(prefix)} to ${JSON.stringify(name)}`, () =>
    nl.requestSync('RTM_NEWADDR', { family, prefixlen, index, attrs }, { create: true, excl: true }),
  )
}

function addRoute({ nl, index, name }: Device, route: Route, ips: readonly Address[]): void {
  const { dst, priority, mtu, advmss, scope = RT_SCOPE.UNIVERSE } = route
  const gateway = gatewayOf(route, ips)
  const table = tableOf(route)
  const via = gateway === undefined ? '' : ` via ${gateway}`
  if (gateway !== undefined && familyOf(gateway) !== dst.family) {
    const what = `route ${formatPrefix(dst)}: expected a gateway of the same family, got ${gateway}`
    throw new CniError(ErrorCode.ipamUnusable, `cannot use the result of the IPAM plugin: ${what}`)
  }
  const flags = gateway !== undefined && isOnLink(gateway, ips) ? RTNH_F.ONLINK : 0
  const small = table > 0xff ? RT_TABLE.UNSPEC : table
  const header = { family: dst.family, dstLen: dst.length, table: small, scope, flags }
  const metrics = mtu === undefined && advmss === undefined ? undefined : { mtu, advmss }
  const attrs = { dst: dst.address, gateway, oif: index, priority, metrics, table: table > 0xff ? table : undefined }
  kernelCall(`failed to add route ${formatPrefix(dst)}${via} dev ${JSON.stringify(name)}`, () =>
    nl.requestSync('RTM_NEWROUTE', { ...header, protocol: RTPROT.BOOT, type: RTN.UNICAST, attrs }, { create: true }),
  )
}
