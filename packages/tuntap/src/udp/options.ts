import { ArgumentError, isInterfaceName, show } from '@netloom/netlink/codec'
import type { NetnsRef } from '@netloom/netlink/socket'
import { type Checks, checkBoolean, checkInteger, checkName, checkObject, checkOptions } from '../options.js'
import { PMTUDISC } from './abi.js'
import { isUdpAddress, UdpAddress } from './address.js'
import type { UdpError } from './errors.js'

/** An address of a socket. */
export interface Endpoint {
  /** Text of an IPv4 or IPv6 address: `10.0.0.1`, `::`, `fe80::1`. */
  readonly address: string
  /** 0 to 65535. Default: 0, a free port. A remote address requires one. */
  readonly port?: number | undefined
  /** Link of a link-local IPv6 address: its index, or its name in the namespace of the socket. */
  readonly scope?: number | string | undefined
}

/** Treatment of datagrams that are longer than the MTU of their path (IP_PMTUDISC_*, ip(7)). */
export type MtuDiscovery = keyof typeof PMTUDISC

/** Options of a UDP socket. `local`, `remote` or both are required, of the same family. */
export interface UdpOptions {
  /** Address to receive on. Default: any address and a free port, of the family of `remote`. */
  readonly local?: Endpoint | UdpAddress | undefined
  /** Default destination. The socket then receives from this address only. */
  readonly remote?: Endpoint | UdpAddress | undefined
  /** Namespace of the socket. Default: the calling thread's. */
  readonly netns?: NetnsRef | undefined
  /** Another socket may be bound to the same address (SO_REUSEADDR). */
  readonly reuseAddress?: boolean | undefined
  /** Several sockets of one user share the address, and the kernel distributes datagrams among them (SO_REUSEPORT). */
  readonly reusePort?: boolean | undefined
  /** True if an IPv6 socket does not use IPv4. Default: that of net.ipv6.bindv6only, usually false. */
  readonly v6only?: boolean | undefined
  /** Allows broadcast destinations (SO_BROADCAST). */
  readonly broadcast?: boolean | undefined
  /** Name of the only link to use (SO_BINDTODEVICE). */
  readonly device?: string | undefined
  /** Mark of sent packets, for routing rules and firewalls (SO_MARK). Requires CAP_NET_ADMIN or CAP_NET_RAW. */
  readonly mark?: number | undefined
  /** Type of service of IPv4, traffic class of IPv6, 0 to 255. Default: 0. */
  readonly tos?: number | undefined
  /** Time to live of IPv4, hop limit of IPv6, 1 to 255. Default: the system's, usually 64. */
  readonly ttl?: number | undefined
  /** Default: `want`, which fragments. `do` refuses longer datagrams with `EMSGSIZE`. */
  readonly mtuDiscovery?: MtuDiscovery | undefined
  /** Size of the buffer for unread datagrams, in bytes. Only CAP_NET_ADMIN may exceed net.core.rmem_max. */
  readonly receiveBuffer?: number | undefined
  /** Size of the buffer for unsent datagrams, in bytes. Only CAP_NET_ADMIN may exceed net.core.wmem_max. */
  readonly sendBuffer?: number | undefined
  /** False if the library segments messages, not the kernel. Default: true, if the kernel can. */
  readonly gso?: boolean | undefined
  /** True if the kernel joins datagrams of equal length (UDP_GRO). A message then contains up to 65535 bytes. Default: false. */
  readonly gro?: boolean | undefined
  /** True to receive `tos` of each message. */
  readonly receiveTos?: boolean | undefined
  /** True to receive `local` and `interfaceIndex` of each message. */
  readonly receiveLocal?: boolean | undefined
  /**
   * Called for each ICMP message about a sent datagram: `ECONNREFUSED`, `EHOSTUNREACH`, `EMSGSIZE` with `mtu`, … It is called in a microtask.
   * Such an error does not interrupt sending or receiving.
   */
  readonly onError?: ((error: UdpError) => void) | undefined
}

const MAX_INT = 0x7fffffff

const checkByte = (what: string, value: number) => checkInteger(what, value, 0, 0xff)
const checkSize = (what: string, value: number) => checkInteger(what, value, 1, MAX_INT)

const endpointOptions: Checks<Endpoint> = {
  address: () => {}, // UdpAddress.of() checks it
  port: (what, value) => checkInteger(what, value, 0, 0xffff),
  scope(what, value) {
    if (typeof value === 'string') checkName(what, value)
    else checkInteger(what, value, 0, MAX_INT)
  },
}

function checkEndpoint(what: string, value: Endpoint | UdpAddress): void {
  if (isUdpAddress(value)) return
  checkOptions(value, endpointOptions, what)
  // The scope is resolved later.
  UdpAddress.of(value.address, value.port ?? 0)
}

function checkMtuDiscovery(what: string, value: MtuDiscovery): void {
  if (typeof value === 'string' && Object.hasOwn(PMTUDISC, value)) return
  throw new ArgumentError(`expected ${what} to be one of ${Object.keys(PMTUDISC).join(', ')}, got ${show(value)}`)
}

function checkCallback(what: string, value: unknown): void {
  if (typeof value !== 'function') throw new ArgumentError(`expected ${what} to be a function, got ${show(value)}`)
}

function checkDevice(what: string, name: string): void {
  if (typeof name !== 'string' || !isInterfaceName(name))
    throw new ArgumentError(`expected ${what} to be the name of a link, got ${show(name)}`)
}

const checks: Checks<UdpOptions> = {
  local: checkEndpoint,
  remote: checkEndpoint,
  netns: () => {}, // openIn() checks it
  reuseAddress: checkBoolean,
  reusePort: checkBoolean,
  v6only: checkBoolean,
  broadcast: checkBoolean,
  device: checkDevice,
  mark: (what, value) => checkInteger(what, value, 0, 0xffffffff),
  tos: checkByte,
  ttl: (what, value) => checkInteger(what, value, 1, 0xff),
  mtuDiscovery: checkMtuDiscovery,
  receiveBuffer: checkSize,
  sendBuffer: checkSize,
  gso: checkBoolean,
  gro: checkBoolean,
  receiveTos: checkBoolean,
  receiveLocal: checkBoolean,
  onError: checkCallback,
}

const familyOf = (endpoint: Endpoint | UdpAddress): 'ipv4' | 'ipv6' =>
  isUdpAddress(endpoint) ? endpoint.family : UdpAddress.of(endpoint.address, 0).family

/** Checks the options. Returns the family of the socket. @throws {TypeError} if one is unknown or invalid, or they contradict */
export function checkUdpOptions(options: UdpOptions): 'ipv4' | 'ipv6' {
  checkObject('options', options)
  checkOptions(options, checks)
  const { local, remote, v6only } = options
  const first = local ?? remote
  if (first === undefined) throw new ArgumentError('expected the option local or remote, got neither')
  const family = familyOf(first)
  if (remote !== undefined) {
    if ((remote.port ?? 0) === 0) throw new ArgumentError('expected a port of remote from 1 to 65535, got 0 or none')
    const isReachable = family === 'ipv6' ? !v6only || familyOf(remote) === 'ipv6' : familyOf(remote) === 'ipv4'
    if (!isReachable)
      throw new ArgumentError(`expected a remote address of the family ${family} of local, got ${show(remote.address)}`)
  }
  if (v6only !== undefined && family !== 'ipv6')
    throw new ArgumentError(`expected no v6only with an IPv4 socket, got ${v6only}`)
  for (const endpoint of [local, remote])
    if (endpoint?.scope && familyOf(endpoint) === 'ipv4')
      throw new ArgumentError(
        `expected no scope with the IPv4 address ${endpoint.address}, got ${show(endpoint.scope)}`,
      )
  return family
}
