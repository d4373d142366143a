import { AF, encode, i32, sockaddrIn6 } from '@netloom/netlink/codec'
import {
  check,
  type Descriptor,
  getOption,
  type LibcFunction,
  libc,
  libcFunction,
  openIn,
  openSocket,
  resizeReceiveBuffer,
  resizeSendBuffer,
  SOL_SOCKET,
  SystemError,
  setOption,
} from '@netloom/netlink/socket'
import { ioctl } from '../control/call.js'
import { IP, IPV6, PMTUDISC, SO, SOL_IP, SOL_IPV6, SOL_UDP, UDP } from './abi.js'
import { addressIn, isUdpAddress, UdpAddress } from './address.js'
import { UdpHandle } from './handle.js'
import { checkUdpOptions, type Endpoint, type UdpOptions } from './options.js'
import { wordsFor } from './outgoing.js'

/** SOCK_*, linux/net.h */
const DGRAM = 2
const NONBLOCK = 0o4000
const CLOEXEC = 0o2000000

let bind: LibcFunction | undefined
let getpeername: LibcFunction | undefined

/** Opens a socket. No descriptor remains if this throws. */
export function openUdp(options: UdpOptions): UdpHandle {
  const isIPv6 = checkUdpOptions(options) === 'ipv6'
  const domain = isIPv6 ? AF.INET6 : AF.INET
  const descriptor = openIn(options.netns, () => openSocket(domain, DGRAM | NONBLOCK | CLOEXEC, 0))
  try {
    return configure(descriptor, isIPv6, options)
  } catch (error) {
    descriptor.close()
    throw error
  }
}

function configure(descriptor: Descriptor, isIPv6: boolean, options: UdpOptions): UdpHandle {
  const { fd } = descriptor
  setSocketOptions(fd, options)
  setIpOptions(fd, isIPv6, options)
  const { local, remote } = options
  const address = local && resolve(fd, local)
  const destination = remote && resolve(fd, remote)
  if (address) bindTo(fd, address, isIPv6)
  if (destination) connectTo(fd, destination, isIPv6)
  const gso = options.gso !== false && hasSegmentation(fd)
  const gro = options.gro === true && setOption(fd, SOL_UDP, UDP.GRO, 1) >= 0
  return new UdpHandle(descriptor, {
    local: ownAddress(fd),
    remote: destination && remoteAddress(fd),
    gso,
    gro,
  })
}

/** Sets an option. @throws {SystemError} that names it */
function set(fd: number, level: number, option: number, what: string, value: number | boolean | undefined): void {
  if (value !== undefined) check('setsockopt', setOption(fd, level, option, Number(value) | 0), `${what} to ${value}`)
}

function setSocketOptions(fd: number, options: UdpOptions): void {
  const { reuseAddress, reusePort, broadcast, device, mark, receiveBuffer, sendBuffer } = options
  set(fd, SOL_SOCKET, SO.REUSEADDR, 'SO_REUSEADDR', reuseAddress)
  set(fd, SOL_SOCKET, SO.REUSEPORT, 'SO_REUSEPORT', reusePort)
  set(fd, SOL_SOCKET, SO.BROADCAST, 'SO_BROADCAST', broadcast)
  set(fd, SOL_SOCKET, SO.MARK, 'SO_MARK', mark)
  if (receiveBuffer !== undefined) resizeReceiveBuffer(fd, receiveBuffer)
  if (sendBuffer !== undefined) resizeSendBuffer(fd, sendBuffer)
  if (device === undefined) return
  const name = Buffer.from(device)
  check(
    'setsockopt',
    libc.setsockopt(fd, SOL_SOCKET, SO.BINDTODEVICE, name, name.length),
    `SO_BINDTODEVICE to ${device}`,
  )
}

/** Sets options of IP. An IPv6 socket also has those of IPv4, for mapped addresses. */
function setIpOptions(fd: number, isIPv6: boolean, options: UdpOptions): void {
  const { tos, ttl, mtuDiscovery, receiveTos, receiveLocal, v6only } = options
  const discovery = mtuDiscovery && PMTUDISC[mtuDiscovery]
  set(fd, SOL_IP, IP.RECVERR, 'IP_RECVERR', true)
  set(fd, SOL_IP, IP.TOS, 'IP_TOS', tos)
  set(fd, SOL_IP, IP.TTL, 'IP_TTL', ttl)
  set(fd, SOL_IP, IP.MTU_DISCOVER, 'IP_MTU_DISCOVER', discovery)
  set(fd, SOL_IP, IP.RECVTOS, 'IP_RECVTOS', receiveTos)
  if (!isIPv6) {
    set(fd, SOL_IP, IP.PKTINFO, 'IP_PKTINFO', receiveLocal)
    return
  }
  set(fd, SOL_IPV6, IPV6.V6ONLY, 'IPV6_V6ONLY', v6only)
  set(fd, SOL_IPV6, IPV6.RECVERR, 'IPV6_RECVERR', true)
  set(fd, SOL_IPV6, IPV6.TCLASS, 'IPV6_TCLASS', tos)
  set(fd, SOL_IPV6, IPV6.UNICAST_HOPS, 'IPV6_UNICAST_HOPS', ttl)
  set(fd, SOL_IPV6, IPV6.MTU_DISCOVER, 'IPV6_MTU_DISCOVER', discovery)
  set(fd, SOL_IPV6, IPV6.RECVTCLASS, 'IPV6_RECVTCLASS', receiveTos)
  set(fd, SOL_IPV6, IPV6.RECVPKTINFO, 'IPV6_RECVPKTINFO', receiveLocal)
}

/** Returns the address of an endpoint. Looks up the link of its scope in the namespace of the socket. */
function resolve(fd: number, endpoint: Endpoint | UdpAddress): UdpAddress {
  if (isUdpAddress(endpoint)) return endpoint
  const { address, port = 0, scope = 0 } = endpoint
  const index = typeof scope === 'number' ? scope : ioctl(fd, 'SIOCGIFINDEX', { name: scope }, { name: scope }).value
  return UdpAddress.of(address, port, index)
}

const bytesFor = (address: UdpAddress, isIPv6: boolean): Buffer =>
  Buffer.from(Uint32Array.from(wordsFor(address, isIPv6)).buffer)

function bindTo(fd: number, address: UdpAddress, isIPv6: boolean): void {
  bind ??= libcFunction('int bind(int, const void *, unsigned int)')
  const bytes = bytesFor(address, isIPv6)
  check('bind', bind(fd, bytes, bytes.length), String(address))
}

function connectTo(fd: number, address: UdpAddress, isIPv6: boolean): void {
  const bytes = bytesFor(address, isIPv6)
  check('connect', libc.connect(fd, bytes, bytes.length), String(address))
}

/** Calls getsockname(2) or getpeername(2). */
function readAddress(syscall: string, call: (address: Buffer, length: Buffer) => number): UdpAddress {
  const address = Buffer.alloc(sockaddrIn6.size)
  check(syscall, call(address, encode(i32, address.length)))
  return addressIn(address)
}

const ownAddress = (fd: number) =>
  readAddress('getsockname', (address, length) => libc.getsockname(fd, address, length))

function remoteAddress(fd: number): UdpAddress {
  getpeername ??= libcFunction('int getpeername(int, void *, void *)')
  const call = getpeername
  return readAddress('getpeername', (address, length) => call(fd, address, length))
}

/** True if the kernel knows UDP_SEGMENT. An older one would ignore it, and send all segments as one datagram. */
function hasSegmentation(fd: number): boolean {
  try {
    return getOption(fd, SOL_UDP, UDP.SEGMENT) >= 0
  } catch (error) {
    if (error instanceof SystemError) return false
    throw error
  }
}
