import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { AF, decode, encode, i32, pad, struct, u16, u32 } from '../codec/index.js'
import { check, libc, type Netns, openIn, whenReadable } from '../socket/index.js'

const { EINVAL, ENOBUFS } = constants.errno

const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33
const SOL_NETLINK = 270
const NETLINK_ADD_MEMBERSHIP = 1
const MSG_PEEK = 0x2
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40

/** How much may wait to be read, in bytes. Without CAP_NET_ADMIN the system's limit holds. */
const RECEIVE_BUFFER = 2 * 1024 * 1024

/** `struct sockaddr_nl`, linux/netlink.h */
const sockaddrNl = struct('sockaddr_nl', { family: u16, _pad: pad(2), pid: u32, groups: u32 })

/** What {@link EventSocket.receive} brings: a datagram; that some were lost; that the time is over. */
export type Received = Buffer | 'overrun' | 'nothing'

/** A socket that hears what the kernel tells its multicast groups. */
export interface EventSocket extends Disposable {
  /** Becomes a member of a group. False where the kernel has no such group. @throws {SystemError} */
  join(group: number): boolean
  /** Waits so many milliseconds at most. @throws {SystemError} */
  receive(timeout: number): Received
  close(): void
}

/** A number as `setsockopt` takes it; the negated errno where it fails. */
function setOption(fd: number, level: number, option: number, value: number): number {
  return libc.setsockopt(fd, level, option, encode(i32, value), i32.size)
}

/** Opens a socket of a protocol, in a namespace or in the thread's own. @throws {SystemError} */
export function openEventSocket(protocol: number, netns: Netns | undefined): EventSocket {
  const fd = openIn(netns, () => check('socket', libc.socket(AF.NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)))
  try {
    if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER) < 0)
      setOption(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)
    const address = encode(sockaddrNl, { family: AF.NETLINK })
    check('bind', libc.bind(fd, address, address.length))
    return eventSocket(fd)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function eventSocket(fd: number): EventSocket {
  const from = Buffer.alloc(sockaddrNl.size)
  const fromLength = encode(i32, from.length)
  const receive = (into: Buffer, flags: number) =>
    libc.recvfrom(fd, into, into.length, flags | MSG_TRUNC | MSG_DONTWAIT, from, fromLength)
  const peeked = Buffer.alloc(1)
  const socket: EventSocket = {
    join(group) {
      const result = setOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
      if (result === -EINVAL) return false
      check('setsockopt', result, `NETLINK_ADD_MEMBERSHIP ${group}`)
      return true
    },
    receive(timeout) {
      // Asking for the length first, as what an event tells may be of any size.
      const length = whenReadable(fd, timeout, () => receive(peeked, MSG_PEEK))
      if (length === undefined) return 'nothing'
      if (length === -ENOBUFS) return 'overrun'
      const datagram = Buffer.alloc(check('recvfrom', length))
      const taken = receive(datagram, 0)
      // The datagram itself stays for the next call.
      if (taken === -ENOBUFS) return 'overrun'
      check('recvfrom', taken)
      // Any process may send to this port; only the kernel is listened to.
      return decode(sockaddrNl, from).pid === 0 ? datagram : 'nothing'
    },
    close: () => closeSync(fd),
    [Symbol.dispose]: () => socket.close(),
  }
  return socket
}
