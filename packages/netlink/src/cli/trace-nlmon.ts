import { constants } from 'node:os'
import { decode, encode, i32, pad, struct, u8, u16, u16be } from '../codec/index.js'
import { Connection } from '../connection/connection.js'
import { NetlinkError } from '../message/index.js'
import { IFF, type rtnetlink } from '../route/index.js'
import {
  check,
  type Descriptor,
  libc,
  libcFunction,
  openIn,
  openSocket,
  resizeReceiveBuffer,
  SystemError,
  uninterrupted,
} from '../socket/index.js'
import { TraceError } from './trace-error.js'

const AF_PACKET = 17
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40

/** `struct sockaddr_ll`, linux/if_packet.h. On nlmon, `protocol` is the netlink protocol. */
const sockaddrLl = struct('sockaddr_ll', {
  family: u16,
  protocol: u16be,
  ifindex: i32,
  _hatype: pad(2),
  packetType: u8,
  _halen: pad(1),
  _address: pad(8),
})

/** ETH_P_ALL, linux/if_ether.h */
const ETH_P_ALL = 3

/** Limit for one datagram in bytes. Answers to dumps have at most 32 KiB, and requests are rarely larger than that. */
const LARGEST = 1 << 20

/** Size of the receive buffer, in bytes. */
const RECEIVE_BUFFER = 16 * 1024 * 1024

const { EAGAIN, EPERM, ENETDOWN } = constants.errno

/** A datagram that the kernel delivered to or from a netlink socket. */
export interface Monitored {
  readonly protocol: number
  readonly packetType: number
  readonly bytes: Buffer
}

/** A device of kind nlmon, which copies the netlink traffic of its network namespace, and a packet socket that reads from it. */
export class NetlinkMonitor implements Disposable {
  readonly name = `nlmon${process.pid}`
  readonly fd: number
  readonly #netlink: Connection<typeof rtnetlink.messages>
  readonly #socket: Descriptor
  readonly #buffer = Buffer.allocUnsafeSlow(LARGEST)
  readonly #from = Buffer.alloc(sockaddrLl.size)
  readonly #fromLength = encode(i32, sockaddrLl.size)

  /**
   * Creates the device and the socket, in a network namespace.
   * @throws {TraceError} if the kernel has no nlmon, or if a capability is missing
   */
  constructor(netns: string | undefined) {
    this.#netlink = Connection.open({ netns })
    try {
      const index = this.#createDevice()
      this.#socket = this.#openSocket(netns, index)
    } catch (error) {
      this.#removeDevice()
      this.#netlink.close()
      throw error
    }
    this.fd = this.#socket.fd
  }

  /** Returns the next datagram, or undefined if there is none now. @throws {SystemError} `ENETDOWN` if the device was deleted */
  receive(): Monitored | undefined {
    const length = uninterrupted(() =>
      libc.recvfrom(this.fd, this.#buffer, LARGEST, MSG_TRUNC | MSG_DONTWAIT, this.#from, this.#fromLength),
    )
    if (length === -EAGAIN) return undefined
    if (length === -ENETDOWN) throw new TraceError(`the device ${this.name} was set down or deleted`)
    check('recvfrom', length)
    const { protocol, packetType } = decode(sockaddrLl, this.#from)
    return { protocol, packetType, bytes: Buffer.from(this.#buffer.subarray(0, Math.min(length, LARGEST))) }
  }

  /** Deletes the device, and closes the socket. */
  [Symbol.dispose](): void {
    this.#socket.close()
    this.#removeDevice()
    this.#netlink.close()
  }

  #createDevice(): number {
    const attrs = { ifname: this.name, linkinfo: { kind: 'nlmon' } }
    try {
      this.#netlink.requestSync('RTM_NEWLINK', { flags: IFF.UP, change: IFF.UP, attrs }, { create: true, excl: true })
    } catch (error) {
      if (error instanceof NetlinkError) throw new TraceError(reasonOf(error))
      throw error
    }
    const [link] = this.#netlink.requestSync('RTM_GETLINK', { attrs: { ifname: this.name } })
    if (link === undefined) throw new TraceError(`the device ${this.name} is missing`)
    return link.index
  }

  #removeDevice(): void {
    try {
      this.#netlink.requestSync('RTM_DELLINK', { attrs: { ifname: this.name } })
    } catch (error) {
      // It was not created, or someone else has deleted it.
      if (!(error instanceof NetlinkError)) throw error
    }
  }

  #openSocket(netns: string | undefined, ifindex: number): Descriptor {
    const bind = libcFunction('int bind(int, const void *, unsigned int)')
    const open = () => openSocket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0, 'AF_PACKET')
    let socket: Descriptor
    try {
      socket = openIn(netns, open)
    } catch (error) {
      if (error instanceof SystemError && error.errno === EPERM)
        throw new TraceError('reading from an nlmon device needs the capability CAP_NET_RAW: run it as root')
      throw error
    }
    try {
      resizeReceiveBuffer(socket.fd, RECEIVE_BUFFER)
      const address = encode(sockaddrLl, { family: AF_PACKET, protocol: ETH_P_ALL, ifindex, packetType: 0 })
      check('bind', bind(socket.fd, address, address.length), this.name)
      return socket
    } catch (error) {
      socket.close()
      throw error
    }
  }
}

/** Returns what the machine lacks, from the error of the kernel. */
function reasonOf(error: NetlinkError): string {
  if (error.code === 'EPERM') return 'creating an nlmon device needs the capability CAP_NET_ADMIN: run it as root'
  if (error.code === 'EOPNOTSUPP')
    return "the kernel has no devices of kind nlmon: load the module with 'modprobe nlmon', or use a kernel with CONFIG_NLMON; or trace one program by strace: netloom trace -- COMMAND"
  return error.message
}
