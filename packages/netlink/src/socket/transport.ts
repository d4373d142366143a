import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { AF, compile, decode, encode, i32, pad, struct, u16, u32 } from '../codec/index.js'
import { check, libc, SystemError } from './libc.js'
import { type Netns, openIn } from './netns.js'
import { uninterrupted, whenReadable } from './wait.js'

/** Sends and receives whole datagrams; what a connection is made of. */
export interface Transport extends Disposable {
  /** The port id that the kernel gave, which its replies carry. */
  readonly port: number
  /** False where the kernel has no NETLINK_GET_STRICT_CHK (before Linux 4.20), or where it was not wanted. */
  readonly strict: boolean
  send(datagram: Uint8Array): void
  /**
   * The next datagram from the kernel: a buffer of its own, never written to again.
   * @param timeout milliseconds; undefined waits for ever
   * @throws {SystemError} `ETIMEDOUT`; `ENOBUFS` where datagrams were lost; `EMSGSIZE` where this one was larger than the
   * buffer, which has grown, so that asking again will do
   */
  receive(timeout?: number): Buffer
  close(): void
}

/** `struct sockaddr_nl`, linux/netlink.h */
const sockaddrNl = struct('sockaddr_nl', { family: u16, _pad: pad(2), pid: u32, groups: u32 })

const { EMSGSIZE, ENOPROTOOPT, ETIMEDOUT } = constants.errno

const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const SOL_NETLINK = 270
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40

/** NETLINK_* socket options, linux/netlink.h. Capped acks do not repeat the whole request. */
const CAP_ACK = 10
const EXT_ACK = 11
const GET_STRICT_CHK = 12

/** What the kernel puts at most into a datagram of a dump, unless a single message is larger (a link with many names). */
const FIRST_BUFFER = 32 * 1024

/** Options of {@link openTransport}. */
export interface TransportOptions {
  /** The namespace the socket lives in for ever; the calling thread's, if left out. */
  readonly netns?: Netns | undefined
  /** Have the kernel check requests to the letter (NETLINK_GET_STRICT_CHK). On by default. */
  readonly strict?: boolean | undefined
}

function openSocket(protocol: number): number {
  return check('socket', libc.socket(AF.NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), `AF_NETLINK, protocol ${protocol}`)
}

/** Turns an option on. False where the kernel does not know it. */
function setOption(fd: number, option: number): boolean {
  const result = libc.setsockopt(fd, SOL_NETLINK, option, encode(i32, 1), i32.size)
  if (result === -ENOPROTOOPT) return false
  check('setsockopt', result, `SOL_NETLINK option ${option}`)
  return true
}

/** Binds to a port of the kernel's choice, and tells which. */
function bindAnywhere(fd: number): number {
  const address = encode(sockaddrNl, { family: AF.NETLINK, pid: 0, groups: 0 })
  check('bind', libc.bind(fd, address, address.length))
  check('getsockname', libc.getsockname(fd, address, encode(i32, address.length)))
  return decode(sockaddrNl, address).pid
}

/** Opens a netlink socket to the kernel. @throws {SystemError} */
export function openTransport(
  protocol: number,
  { netns, strict: wantStrict = true }: TransportOptions = {},
): Transport {
  const fd = openIn(netns, () => openSocket(protocol))
  try {
    setOption(fd, CAP_ACK)
    setOption(fd, EXT_ACK)
    const strict = wantStrict && setOption(fd, GET_STRICT_CHK)
    return socketTransport(fd, bindAnywhere(fd), strict)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function socketTransport(fd: number, port: number, strict: boolean): Transport {
  const kernel = encode(sockaddrNl, { family: AF.NETLINK, pid: 0, groups: 0 })
  const from = Buffer.alloc(sockaddrNl.size)
  const fromLength = encode(i32, from.length)
  let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER)
  let open = true

  const expectOpen = () => {
    if (!open) throw new TypeError('expected an open netlink socket, got one that was closed')
  }
  const receiveOne = () => libc.recvfrom(fd, buffer, buffer.length, MSG_TRUNC | MSG_DONTWAIT, from, fromLength)
  /** The datagram of `length` bytes that lies in the buffer. */
  const taken = (length: number): Buffer => {
    if (length <= buffer.length) return Buffer.from(buffer.subarray(0, length))
    buffer = Buffer.allocUnsafeSlow(length * 2)
    throw new SystemError('recvfrom', EMSGSIZE, `of a datagram of ${length} bytes`)
  }

  const transport: Transport = {
    port,
    strict,
    send(datagram) {
      expectOpen()
      check(
        'sendto',
        uninterrupted(() => libc.sendto(fd, datagram, datagram.length, 0, kernel, kernel.length)),
      )
    },
    receive(timeout = Number.POSITIVE_INFINITY) {
      expectOpen()
      const until = performance.now() + timeout
      for (;;) {
        const length = whenReadable(fd, until - performance.now(), receiveOne)
        if (length === undefined) throw new SystemError('poll', ETIMEDOUT, 'for an answer of the kernel')
        check('recvfrom', length)
        // Any process may send to this port; only the kernel is listened to.
        if (compile(sockaddrNl).read(from, 0).pid === 0) return taken(length)
      }
    },
    close() {
      if (open) closeSync(fd)
      open = false
    },
    [Symbol.dispose]: () => transport.close(),
  }
  return transport
}
