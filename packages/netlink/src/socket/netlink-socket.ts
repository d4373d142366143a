import { constants } from 'node:os'
import { AF, compile, decode, encode, i32, pad, struct, u16, u32 } from '../codec/index.js'
import { adopt, check, type Descriptor, libc, type Readiness, SystemError, watch } from './libc.js'
import { type MessageHeader, messageHeader } from './message-header.js'
import {
  ADD_MEMBERSHIP,
  CAP_ACK,
  DROP_MEMBERSHIP,
  EXT_ACK,
  GET_STRICT_CHK,
  LISTEN_ALL_NSID,
  longestDatagram,
  PKTINFO,
  resizeReceiveBuffer,
  resizeSendBuffer,
  SOL_NETLINK,
  setNetlinkOption,
} from './socket-options.js'
import { type Datagram, IGNORED, type SocketOptions, type Transport } from './transport.js'
import { isReadable, uninterrupted } from './wait.js'

/** `struct sockaddr_nl`, linux/netlink.h */
const sockaddrNl = struct('sockaddr_nl', { family: u16, _pad: pad(2), pid: u32, groups: u32 })

const { EAGAIN, EMSGSIZE } = constants.errno

const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40

/** The kernel's port id. */
const KERNEL = 0

const kernelAddress = () => encode(sockaddrNl, { family: AF.NETLINK, pid: KERNEL, groups: 0 })

/** Makes a socket that is not connected yet. @throws {SystemError} */
export const makeSocket = (protocol: number) =>
  check('socket', libc.socket(AF.NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), `AF_NETLINK, protocol ${protocol}`)

/**
 * Connects a socket to the kernel and returns its port id, which the kernel chooses.
 *
 * A connected socket refuses datagrams of other processes to its port (`netlink_getsockbyportid`: they get ECONNREFUSED), which
 * would otherwise fill its receive buffer. Datagrams to a group that it is a member of still arrive from any sender.
 */
function connectToKernel(fd: number): number {
  const address = kernelAddress()
  check('connect', libc.connect(fd, address, address.length))
  check('getsockname', libc.getsockname(fd, address, encode(i32, address.length)))
  return decode(sockaddrNl, address).pid
}

/** How large a buffer a datagram needed so far, for all sockets of a connection. */
export interface BufferSize {
  bytes: number
}

/** Makes a transport of a new socket, which it closes if that fails. @throws {SystemError} */
export function socketTransport(fd: number, options: SocketOptions, size: BufferSize): Transport & { fd: number } {
  const socket = adopt(fd)
  try {
    return openedTransport(socket, options, size)
  } catch (error) {
    socket.close()
    throw error
  }
}

/** The number of the group in a mask, as the kernel makes one of the lowest 32; 0 for none of those. */
const groupOfMask = (mask: number) => (mask === 0 ? 0 : 32 - Math.clz32(mask))

/** Reads from a socket: with recvfrom(2), or where the group and namespace matter, with recvmsg(2). */
function receiver(fd: number, size: BufferSize, processes: boolean) {
  const from = Buffer.alloc(sockaddrNl.size)
  const fromLength = encode(i32, from.length)
  const address = compile(sockaddrNl)
  let buffer = Buffer.alloc(0)
  let header: MessageHeader | undefined

  const receiveOnce = () =>
    header === undefined
      ? libc.recvfrom(fd, buffer, buffer.length, MSG_TRUNC | MSG_DONTWAIT, from, fromLength)
      : libc.recvmsg(fd, header.into(buffer), MSG_TRUNC | MSG_DONTWAIT)

  const copied = (length: number): Buffer => {
    if (length > buffer.length) {
      size.bytes = Math.max(size.bytes, length * 2)
      throw new SystemError('recvfrom', EMSGSIZE, `of a datagram of ${length} bytes`)
    }
    const bytes = Buffer.allocUnsafe(length)
    buffer.copy(bytes, 0, 0, length)
    return bytes
  }
  return {
    /** From now on, groups of any number and namespaces are told. */
    withControl() {
      header ??= messageHeader(from, SOL_NETLINK)
    },
    receive(): Datagram | undefined {
      if (buffer.length < size.bytes) buffer = Buffer.allocUnsafeSlow(size.bytes)
      const length = uninterrupted(receiveOnce)
      if (length === -EAGAIN) return undefined
      check('recvfrom', length)
      const { pid, groups } = address.read(from, 0)
      const group = header?.control(PKTINFO) ?? groupOfMask(groups)
      if (pid === KERNEL) return { bytes: copied(length), group, nsid: header?.control(LISTEN_ALL_NSID) }
      // The socket may have had a port before it was connected: only what is sent to a group is meant for all.
      if (!processes || group === 0) return IGNORED
      return { bytes: copied(length), group, nsid: header?.control(LISTEN_ALL_NSID), sender: pid }
    },
  }
}

/** Sends to the kernel. The send buffer grows to what a datagram needs, unless its size is given. */
function sender(fd: number, limit: number | undefined) {
  const kernel = kernelAddress()
  if (limit !== undefined) resizeSendBuffer(fd, limit)
  const sendOnce = (datagram: Uint8Array) =>
    uninterrupted(() => libc.sendto(fd, datagram, datagram.length, 0, kernel, kernel.length))
  return (datagram: Uint8Array) => {
    const { length } = datagram
    let sent = sendOnce(datagram)
    if (sent === -EMSGSIZE && limit === undefined && resizeSendBuffer(fd, length) >= length) sent = sendOnce(datagram)
    if (sent !== -EMSGSIZE) return void check('sendto', sent, `a datagram of ${length} bytes`)
    const room = `the ${longestDatagram(fd)} that the send buffer takes`
    const limits = `see the option sendBuffer${limit === undefined ? ' and' : ','} net.core.wmem_max`
    throw new SystemError('sendto', EMSGSIZE, `a datagram of ${length} bytes, more than ${room} (${limits})`)
  }
}

function openedTransport(socket: Descriptor, options: SocketOptions, size: BufferSize): Transport & { fd: number } {
  const { fd } = socket
  setNetlinkOption(fd, CAP_ACK)
  setNetlinkOption(fd, EXT_ACK)
  const strict = options.strict !== false && setNetlinkOption(fd, GET_STRICT_CHK)
  if (options.allNsid) setNetlinkOption(fd, LISTEN_ALL_NSID)
  const send = sender(fd, options.sendBuffer)
  const received = receiver(fd, size, options.processes === true)
  const port = connectToKernel(fd)
  let readiness: Readiness | undefined
  let open = true
  const expectOpen = () => {
    if (!open) throw new TypeError('expected an open netlink socket, got one that was closed')
  }
  const transport: Transport & { fd: number } = {
    fd,
    port,
    strict,
    send(datagram) {
      expectOpen()
      send(datagram)
    },
    receive() {
      expectOpen()
      return received.receive()
    },
    wait(timeout) {
      expectOpen()
      return isReadable(fd, timeout)
    },
    watch(onReadable) {
      expectOpen()
      readiness = watch(fd, onReadable)
      return readiness
    },
    join(group) {
      expectOpen()
      setNetlinkOption(fd, PKTINFO)
      received.withControl()
      setNetlinkOption(fd, ADD_MEMBERSHIP, group)
    },
    leave(group) {
      expectOpen()
      setNetlinkOption(fd, DROP_MEMBERSHIP, group)
    },
    reserve(bytes) {
      expectOpen()
      return resizeReceiveBuffer(fd, bytes)
    },
    close() {
      if (!open) return
      open = false
      readiness?.close()
      socket.close()
    },
    [Symbol.dispose]: () => transport.close(),
  }
  return transport
}
