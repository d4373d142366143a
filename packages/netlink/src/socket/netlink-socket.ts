import { constants } from 'node:os'
import { AF, ArgumentError, compile, decode, encode, i32, pad, struct, u16, u32 } from '../codec/index.js'
import { check, type Descriptor, libc, openSocket, type Readiness, SystemError, watch } from './libc.js'
import { MessageBuffers } from './msghdr.js'
import {
  ADD_MEMBERSHIP,
  CAP_ACK,
  DROP_MEMBERSHIP,
  EXT_ACK,
  GET_STRICT_CHK,
  LISTEN_ALL_NSID,
  longestDatagram,
  PKTINFO,
  resizeLongestDatagram,
  resizeReceiveBuffer,
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

/** Opens a socket. It is not connected yet. @throws {SystemError} */
export const openDescriptor = (protocol: number): Descriptor =>
  openSocket(AF.NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol, `AF_NETLINK, protocol ${protocol}`)

/**
 * Connects the socket to the kernel, and returns the port id that the kernel has chosen.
 * Other processes cannot send to the port of a connected socket (`netlink_getsockbyportid`: ECONNREFUSED). Otherwise they
 * could fill its receive buffer. Messages to multicast groups that the socket has joined still arrive from any sender.
 */
function connectToKernel(fd: number): number {
  const address = kernelAddress()
  check('connect', libc.connect(fd, address, address.length))
  check('getsockname', libc.getsockname(fd, address, encode(i32, address.length)))
  return decode(sockaddrNl, address).pid
}

/** Size of the buffer for the largest datagram so far, in bytes. All sockets of a connection share it. */
export interface BufferSize {
  bytes: number
}

/** Returns the highest group in a mask of groups 1 to 32, as the kernel fills it in; 0 if the mask is empty. */
const groupOfMask = (mask: number) => (mask === 0 ? 0 : 32 - Math.clz32(mask))

/** Receives datagrams with recvfrom(2), or with recvmsg(2) if groups above 32 or namespaces must be known. */
class Receiver {
  readonly #fd: number
  readonly #size: BufferSize
  readonly #processes: boolean
  readonly #from = Buffer.alloc(sockaddrNl.size)
  readonly #fromLength = encode(i32, sockaddrNl.size)
  readonly #address = compile(sockaddrNl)
  #buffer = Buffer.alloc(0)
  #message: MessageBuffers | undefined

  constructor(fd: number, size: BufferSize, processes: boolean) {
    this.#fd = fd
    this.#size = size
    this.#processes = processes
  }

  /** Switches to recvmsg(2), to report groups of any number, and namespaces. */
  useControlMessages(): void {
    this.#message ??= new MessageBuffers(this.#from, SOL_NETLINK)
  }

  receive(): Datagram | undefined {
    if (this.#buffer.length < this.#size.bytes) this.#buffer = Buffer.allocUnsafeSlow(this.#size.bytes)
    const length = uninterrupted(this.#receiveOnce)
    if (length === -EAGAIN) return undefined
    check('recvfrom', length)
    const { pid, groups } = this.#address.read(this.#from, 0)
    const group = this.#message?.control(PKTINFO) ?? groupOfMask(groups)
    const nsid = this.#message?.control(LISTEN_ALL_NSID)
    if (pid === KERNEL) return { bytes: this.#copy(length), group, nsid }
    // Another process may have sent it before the socket was connected. Accept it only if it was sent to a group.
    if (!this.#processes || group === 0) return IGNORED
    return { bytes: this.#copy(length), group, nsid, sender: pid }
  }

  readonly #receiveOnce = (): number =>
    this.#message === undefined
      ? libc.recvfrom(
          this.#fd,
          this.#buffer,
          this.#buffer.length,
          MSG_TRUNC | MSG_DONTWAIT,
          this.#from,
          this.#fromLength,
        )
      : libc.recvmsg(this.#fd, this.#message.headerFor(this.#buffer), MSG_TRUNC | MSG_DONTWAIT)

  #copy(length: number): Buffer {
    if (length > this.#buffer.length) {
      this.#size.bytes = Math.max(this.#size.bytes, length * 2)
      throw new SystemError('recvfrom', EMSGSIZE, `of a datagram of ${length} bytes`)
    }
    const bytes = Buffer.allocUnsafe(length)
    this.#buffer.copy(bytes, 0, 0, length)
    return bytes
  }
}

/** Sends datagrams to the kernel. Grows the send buffer as needed, unless `sendBuffer` fixes its size. */
class Sender {
  readonly #fd: number
  readonly #limit: number | undefined
  readonly #kernel = kernelAddress()

  constructor(fd: number, limit: number | undefined) {
    this.#fd = fd
    this.#limit = limit
    if (limit !== undefined) resizeLongestDatagram(fd, limit)
  }

  send(datagram: Uint8Array): void {
    const { length } = datagram
    let sent = this.#sendOnce(datagram)
    if (sent === -EMSGSIZE && this.#limit === undefined && resizeLongestDatagram(this.#fd, length) >= length)
      sent = this.#sendOnce(datagram)
    if (sent !== -EMSGSIZE) {
      check('sendto', sent, `a datagram of ${length} bytes`)
      return
    }
    const room = `the ${longestDatagram(this.#fd)} that the send buffer takes`
    const limits = `see the option sendBuffer${this.#limit === undefined ? ' and' : ','} net.core.wmem_max`
    throw new SystemError('sendto', EMSGSIZE, `a datagram of ${length} bytes, more than ${room} (${limits})`)
  }

  #sendOnce(datagram: Uint8Array): number {
    return uninterrupted(() => libc.sendto(this.#fd, datagram, datagram.length, 0, this.#kernel, this.#kernel.length))
  }
}

/** A netlink socket to the kernel. */
export class NetlinkSocket implements Transport {
  readonly fd: number
  readonly port: number
  readonly strict: boolean
  readonly #descriptor: Descriptor
  readonly #sender: Sender
  readonly #receiver: Receiver
  #readiness: Readiness | undefined
  #isOpen = true

  private constructor(descriptor: Descriptor, options: SocketOptions, size: BufferSize) {
    const { fd } = descriptor
    this.#descriptor = descriptor
    this.fd = fd
    setNetlinkOption(fd, CAP_ACK)
    setNetlinkOption(fd, EXT_ACK)
    this.strict = options.strict !== false && setNetlinkOption(fd, GET_STRICT_CHK)
    if (options.allNsid) setNetlinkOption(fd, LISTEN_ALL_NSID)
    this.#sender = new Sender(fd, options.sendBuffer)
    this.#receiver = new Receiver(fd, size, options.processes === true)
    this.port = connectToKernel(fd)
  }

  /**
   * Creates the object for a descriptor of {@link openDescriptor}. Closes it on failure.
   * @throws {SystemError}
   */
  static adopt(descriptor: Descriptor, options: SocketOptions, size: BufferSize): NetlinkSocket {
    try {
      return new NetlinkSocket(descriptor, options, size)
    } catch (error) {
      descriptor.close()
      throw error
    }
  }

  send(datagram: Uint8Array): void {
    this.#checkOpen()
    this.#sender.send(datagram)
  }

  receive(): Datagram | undefined {
    this.#checkOpen()
    return this.#receiver.receive()
  }

  wait(timeout: number): boolean {
    this.#checkOpen()
    return isReadable(this.fd, timeout)
  }

  watch(onReadable: () => void): Readiness {
    this.#checkOpen()
    this.#readiness = watch(this.fd, onReadable)
    return this.#readiness
  }

  join(group: number): void {
    this.#checkOpen()
    setNetlinkOption(this.fd, PKTINFO)
    this.#receiver.useControlMessages()
    setNetlinkOption(this.fd, ADD_MEMBERSHIP, group)
  }

  leave(group: number): void {
    this.#checkOpen()
    setNetlinkOption(this.fd, DROP_MEMBERSHIP, group)
  }

  reserve(bytes: number): number {
    this.#checkOpen()
    return resizeReceiveBuffer(this.fd, bytes)
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#readiness?.close()
    this.#descriptor.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new ArgumentError('expected an open netlink socket, got one that was closed')
  }
}
