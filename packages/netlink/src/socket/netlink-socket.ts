import { constants } from 'node:os'
import { AF, compile, decode, encode, i32, pad, struct, u16, u32 } from '../codec/index.js'
import { check, libc, type Readiness, SystemError, watch } from './libc.js'
import { type MessageHeader, messageHeader } from './message-header.js'
import type { Datagram, SocketOptions, Transport } from './transport.js'
import { isReadable, uninterrupted } from './wait.js'

/** `struct sockaddr_nl`, linux/netlink.h */
const sockaddrNl = struct('sockaddr_nl', { family: u16, _pad: pad(2), pid: u32, groups: u32 })

const { EAGAIN, EMSGSIZE, ENOPROTOOPT } = constants.errno

const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33
const SOL_NETLINK = 270
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40

/** NETLINK_* socket options, linux/netlink.h. Capped acks do not repeat the whole request. */
const ADD_MEMBERSHIP = 1
const DROP_MEMBERSHIP = 2
const PKTINFO = 3
const LISTEN_ALL_NSID = 8
const CAP_ACK = 10
const EXT_ACK = 11
const GET_STRICT_CHK = 12

/** Makes a socket, unbound. @throws {SystemError} */
export const makeSocket = (protocol: number) =>
  check('socket', libc.socket(AF.NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), `AF_NETLINK, protocol ${protocol}`)

const setOption = (fd: number, level: number, option: number, value: number) =>
  libc.setsockopt(fd, level, option, encode(i32, value), i32.size)

/** Sets an option of netlink's. False where the kernel does not know it. */
function setNetlinkOption(fd: number, option: number, value = 1): boolean {
  const result = setOption(fd, SOL_NETLINK, option, value)
  if (result === -ENOPROTOOPT) return false
  check('setsockopt', result, `SOL_NETLINK option ${option} to ${value}`)
  return true
}

/** Binds to a port of the kernel's choice, and tells which. */
function bindAnywhere(fd: number): number {
  const address = encode(sockaddrNl, { family: AF.NETLINK, pid: 0, groups: 0 })
  check('bind', libc.bind(fd, address, address.length))
  check('getsockname', libc.getsockname(fd, address, encode(i32, address.length)))
  return decode(sockaddrNl, address).pid
}

/** How large a buffer a datagram needed so far, for all sockets of a connection. */
export interface BufferSize {
  bytes: number
}

/** Makes a transport of a new socket, which it closes where that fails. @throws {SystemError} */
export function socketTransport(fd: number, options: SocketOptions, size: BufferSize): Transport & { fd: number } {
  try {
    setNetlinkOption(fd, CAP_ACK)
    setNetlinkOption(fd, EXT_ACK)
    const strict = options.strict !== false && setNetlinkOption(fd, GET_STRICT_CHK)
    if (options.allNsid) setNetlinkOption(fd, LISTEN_ALL_NSID)
    return openedTransport(fd, bindAnywhere(fd), strict, size)
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

/** The number of the group in a mask, as the kernel makes one of the lowest 32; 0 for none of those. */
const groupOfMask = (mask: number) => (mask === 0 ? 0 : 32 - Math.clz32(mask))

/** Reads from a socket: with recvfrom(2), or where the group and namespace matter, with recvmsg(2). */
function receiver(fd: number, size: BufferSize) {
  const from = Buffer.alloc(sockaddrNl.size)
  const fromLength = encode(i32, from.length)
  const sender = compile(sockaddrNl)
  let buffer = Buffer.alloc(0)
  let header: MessageHeader | undefined

  const receiveOnce = () =>
    header === undefined
      ? libc.recvfrom(fd, buffer, buffer.length, MSG_TRUNC | MSG_DONTWAIT, from, fromLength)
      : libc.recvmsg(fd, header.into(buffer), MSG_TRUNC | MSG_DONTWAIT)

  const taken = (length: number, mask: number): Datagram => {
    if (length > buffer.length) {
      size.bytes = Math.max(size.bytes, length * 2)
      throw new SystemError('recvfrom', EMSGSIZE, `of a datagram of ${length} bytes`)
    }
    const bytes = Buffer.allocUnsafe(length)
    buffer.copy(bytes, 0, 0, length)
    if (header === undefined) return { bytes, group: groupOfMask(mask), nsid: undefined }
    const group = header.control(PKTINFO) ?? groupOfMask(mask)
    return { bytes, group, nsid: header.control(LISTEN_ALL_NSID) }
  }
  return {
    /** From now on, groups of any number and namespaces are told. */
    withControl() {
      header ??= messageHeader(from, SOL_NETLINK)
    },
    receive(): Datagram | undefined {
      if (buffer.length < size.bytes) buffer = Buffer.allocUnsafeSlow(size.bytes)
      for (;;) {
        const length = uninterrupted(receiveOnce)
        if (length === -EAGAIN) return undefined
        check('recvfrom', length)
        const { pid, groups } = sender.read(from, 0)
        // Any process may send to this port; only the kernel is listened to.
        if (pid === 0) return taken(length, groups)
      }
    },
  }
}

function openedTransport(fd: number, port: number, strict: boolean, size: BufferSize): Transport & { fd: number } {
  const kernel = encode(sockaddrNl, { family: AF.NETLINK, pid: 0, groups: 0 })
  const received = receiver(fd, size)
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
      const sent = uninterrupted(() => libc.sendto(fd, datagram, datagram.length, 0, kernel, kernel.length))
      check('sendto', sent, `a datagram of ${datagram.length} bytes`)
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
      // The kernel doubles what it is given. Beyond the system's limit only CAP_NET_ADMIN gets.
      if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes / 2) < 0)
        check('setsockopt', setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes / 2), 'SO_RCVBUF')
      const granted = encode(i32, 0)
      check('getsockopt', libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, granted, encode(i32, i32.size)))
      return decode(i32, granted)
    },
    close() {
      if (!open) return
      open = false
      readiness?.close()
      libc.close(fd)
    },
    [Symbol.dispose]: () => transport.close(),
  }
  return transport
}
