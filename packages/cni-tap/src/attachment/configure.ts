import { type Connection, type RouteMessage, withNetns } from '@netloom/netlink'
import { encode, parseAddress, type Request } from '@netloom/netlink/codec'
import { broadcastAddress, contains, familyOf, formatPrefix, isHost } from '@netloom/netlink/ip'
import { RT_SCOPE, RT_TABLE, RTN, RTNH_F, RTPROT, routeMessage } from '@netloom/netlink/route'
import { CniError, ErrorCode, failure, ifAny, kernelCall } from '../cni/error.js'
import { AF_INET, AF_INET6, type Family } from '../cni/prefix.js'
import type { Result } from '../cni/result.js'
import type { Address, Route } from '../cni/result-parts.js'
import { noting, readSysctl, setSysctl } from '../system/sysctl.js'
import { minIpv6Mtu } from './guest-routing.js'
import type { Device } from './tap.js'

/** The device that gets addresses and routes, and a connection to its namespace. */
interface Target extends Device {
  readonly netns: number
  readonly nl: Connection
  /** Names of settings that the configuration contains, so that they keep its values. */
  readonly given: readonly string[]
}

/** Adds the addresses and routes of the IPAM plugin to the device. */
export function configureAddresses(device: Target, { ips, routes }: Result, note: (text: string) => void): void {
  const hasIpv6 = ips.some(({ address }) => address.family === AF_INET6)
  if (hasIpv6 && device.mtu < minIpv6Mtu) {
    const expectation = `an IPv6 address needs ${minIpv6Mtu} or more`
    throw new CniError(ErrorCode.invalidConfig, `invalid mtu ${device.mtu}: ${expectation}`)
  }
  kernelCall('failed to enter the network namespace', () =>
    withNetns(device.netns, () => {
      announceAddresses(device, note)
      if (hasIpv6) enableIpv6(device, note)
    }),
  )
  for (const ip of ips) addAddress(device, ip)
  addRoutes(device, routes, ips)
}

/**
 * Returns the gateway of a route: `gw`, or the first assigned gateway of the same family. Returns undefined for routes with link
 * or host scope.
 */
export function gatewayOf({ gw, dst, scope = RT_SCOPE.UNIVERSE }: Route, ips: readonly Address[]): string | undefined {
  if (gw !== undefined || scope >= RT_SCOPE.LINK) return gw
  return ips.map(({ gateway }) => gateway).find((gateway) => gateway !== undefined && familyOf(gateway) === dst.family)
}

/** True if a gateway was assigned with an address without a network, such as a /32. The route then needs RTNH_F_ONLINK. */
function isOnLink(gateway: string, ips: readonly Address[]): boolean {
  const isReached = ips.some(({ address }) => contains(address, gateway))
  return !isReached && ips.some(({ address, gateway: own }) => own === gateway && isHost(address))
}

/** Returns the routing table of a route. 0 means the main table, as in the kernel. */
export function tableOf({ table }: Route): number {
  return table || RT_TABLE.MAIN
}

/** Makes the kernel announce the addresses with gratuitous ARP when the device is set up. */
function announceAddresses({ name: ifname, given }: Target, note: (text: string) => void): void {
  if (given.includes('arp_notify')) return
  setSysctl({ family: 'ipv4', ifname, name: 'arp_notify', value: '1' }, noting(note))
}

function enableIpv6({ name: ifname, given }: Target, note: (text: string) => void): void {
  for (const each of given.includes('disable_ipv6') ? ['lo'] : ['lo', ifname]) {
    const setting = { family: 'ipv6', ifname: each, name: 'disable_ipv6', value: '0' } as const
    const name = JSON.stringify(each)
    const disabled = ifAny(`failed to look up whether IPv6 is enabled on ${name}`, () => readSysctl(setting))
    if (disabled === undefined) note(`cannot determine whether IPv6 is enabled on ${name}`)
    else if (disabled !== '0') setSysctl(setting, noting(note))
  }
  if (!given.includes('keep_addr_on_down'))
    setSysctl({ family: 'ipv6', ifname, name: 'keep_addr_on_down', value: '1' }, noting(note))
}

function addAddress({ nl, index, name }: Target, { address: prefix }: Address): void {
  const { family, address, length: prefixlen } = prefix
  const attrs = { address, local: address, broadcast: broadcastAddress(prefix) }
  kernelCall(`failed to add address ${formatPrefix(prefix)} to ${JSON.stringify(name)}`, () =>
    nl.requestSync('RTM_NEWADDR', { family, prefixlen, index, attrs }, { create: true, excl: true }),
  )
}

/** Adds the routes with few system calls. @throws {CniError} for the first route that the kernel refuses */
function addRoutes(device: Target, routes: readonly Route[], ips: readonly Address[]): void {
  if (routes.length === 0) return
  const onLink = new Set(ips.flatMap(({ gateway }) => gateway ?? []).filter((gateway) => isOnLink(gateway, ips)))
  const batch = device.nl.batch({ acks: 'failures' })
  const requestFor = (route: Route, to: string) => routeRequest(device, route, to, gatewayOf(route, ips), onLink)
  const encoderOf = encoders(requestFor)
  for (const route of routes) {
    const { address } = route.dst
    const encoder = encoderOf(route)
    if (encoder === undefined) batch.add('RTM_NEWROUTE', requestFor(route, address), createOnly)
    else batch.addEncoded('RTM_NEWROUTE', encoder(address), createOnly)
  }
  const { first } = kernelCall(`failed to add routes dev ${JSON.stringify(device.name)}`, () => batch.sendSync())
  if (first === undefined) return
  const route = routes[first.index] as Route
  const gateway = gatewayOf(route, ips)
  const via = gateway === undefined ? '' : ` via ${gateway}`
  throw failure(
    `failed to add route ${formatPrefix(route.dst)}${via} dev ${JSON.stringify(device.name)}`,
    first.error,
    ErrorCode.kernelRefused,
  )
}

const createOnly = Object.freeze({ create: true })

type Encoder = (dst: string) => Buffer

/**
 * Returns a function that returns a fast encoder for a route, or undefined. Routes that differ only in their destination share an
 * encoder. It is created for the second such route, because often there is only one. It is found quickly if such routes follow
 * each other.
 */
function encoders(requestFor: (route: Route, to: string) => Request<RouteMessage>) {
  const seen = new Map<string, Encoder | undefined>()
  let last: { readonly route: Route; readonly encoder: Encoder } | undefined
  return (route: Route): Encoder | undefined => {
    if (last !== undefined && isAlike(last.route, route)) return last.encoder
    const { dst, gw, priority, table, scope, mtu, advmss } = route
    const key = [dst.family, dst.length, gw, priority, table, scope, mtu, advmss].join(' ')
    const encoder = seen.has(key) ? (seen.get(key) ?? encoderFor(dst.family, (to) => requestFor(route, to))) : undefined
    seen.set(key, encoder)
    last = encoder && { route, encoder }
    return encoder
  }
}

/** True for routes that differ only in their destination. */
const isAlike = (route: Route, other: Route) =>
  route.gw === other.gw &&
  route.dst.length === other.dst.length &&
  route.dst.family === other.dst.family &&
  route.priority === other.priority &&
  route.table === other.table &&
  route.scope === other.scope &&
  route.mtu === other.mtu &&
  route.advmss === other.advmss

/**
 * Creates a fast encoder for route requests that differ only in their destination. It copies an encoded request and replaces the
 * bytes of the destination. To find their offset, it compares two requests whose destinations differ in every bit.
 */
function encoderFor(family: Family, requestFor: (dst: string) => Request<RouteMessage>): Encoder {
  const [zeros, ones] = extremes[family].map((dst) => encode(routeMessage, requestFor(dst))) as [Buffer, Buffer]
  const at = zeros.findIndex((byte, index) => byte !== ones[index])
  return (dst) => {
    const bytes = Buffer.from(zeros)
    bytes.set(parseAddress(dst), at)
    return bytes
  }
}

const extremes = {
  [AF_INET]: ['0.0.0.0', '255.255.255.255'],
  [AF_INET6]: ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
} as const

function routeRequest(
  { index }: Target,
  route: Route,
  to: string,
  gateway: string | undefined,
  onLink: ReadonlySet<string>,
): Request<RouteMessage> {
  const { dst, priority, mtu, advmss, scope = RT_SCOPE.UNIVERSE } = route
  const table = tableOf(route)
  if (gateway !== undefined && familyOf(gateway) !== dst.family) {
    const what = `route ${formatPrefix(dst)}: expected a gateway of the same family, got ${gateway}`
    throw new CniError(ErrorCode.ipamUnusable, `cannot use the result of the IPAM plugin: ${what}`)
  }
  const metrics = mtu === undefined && advmss === undefined ? undefined : { mtu, advmss }
  return {
    family: dst.family,
    dstLen: dst.length,
    table: table > 0xff ? RT_TABLE.UNSPEC : table,
    protocol: RTPROT.BOOT,
    scope,
    type: RTN.UNICAST,
    flags: gateway !== undefined && onLink.has(gateway) ? RTNH_F.ONLINK : 0,
    attrs: { dst: to, gateway, oif: index, priority, metrics, table: table > 0xff ? table : undefined },
  }
}
