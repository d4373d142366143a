import { constants } from 'node:os'
import { cmsghdr, iovec } from '@netloom/netlink/socket'
import { numericAddress } from '../io/calls.js'
import { wordOffset } from '../io/word-offset.js'
import { mmsghdr } from './abi.js'
import { recvmmsg, recvmsg, sendmmsg, sendmsg } from './calls.js'

const { EBADF, ENOSYS, EPERM } = constants.errno

/** Words of a header, and offsets of its members in words. */
export const HEADER_WORDS = mmsghdr.size / 4
export const NAMELEN = wordOffset(mmsghdr, 'namelen')
export const CONTROLLEN = wordOffset(mmsghdr, 'controllen')
export const LENGTH = wordOffset(mmsghdr, 'len')
const NAME = wordOffset(mmsghdr, 'name')
const IOV = wordOffset(mmsghdr, 'iov')
const IOVLEN = wordOffset(mmsghdr, 'iovlen')
const CONTROL = wordOffset(mmsghdr, 'control')

const IOVEC_WORDS = iovec.size / 4
const IOV_LEN = wordOffset(iovec, 'len')

/** Room for the address of a message, at least a `struct sockaddr_in6`. */
export const NAME_SIZE = 32
export const NAME_WORDS = NAME_SIZE / 4

/** Room for the control messages of a message: a segment size, TOS, IPV6_PKTINFO, and twice their headers. */
export const CONTROL_SIZE = 128
export const CONTROL_WORDS = CONTROL_SIZE / 4
export const CMSG_WORDS = cmsghdr.size / 4

/** Method for batches: `mmsg` makes one system call for a batch, `single` one for each message. */
export type UdpBatchMethod = 'mmsg' | 'single'

/** Memory for the headers of messages, with which they are sent and received. */
export class MessageTable {
  readonly headers: Uint32Array
  readonly names: Uint32Array
  readonly controls: Uint32Array
  readonly #vectors: Uint32Array
  readonly #memory: Buffer
  readonly #address: number
  /** True if a seccomp filter forbids the call for several messages. */
  #isForbidden = false

  constructor(count: number) {
    const sizes = [mmsghdr.size, iovec.size, NAME_SIZE, CONTROL_SIZE].map((size) => size * count)
    this.#memory = Buffer.alloc(sizes.reduce((sum, size) => sum + size))
    this.#address = numericAddress(this.#memory)
    let start = 0
    const [headers, vectors, names, controls] = sizes.map((size) => {
      const words = new Uint32Array(this.#memory.buffer, this.#memory.byteOffset + start, size / 4)
      start += size
      return words
    }) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
    this.headers = headers
    this.names = names
    this.controls = controls
    this.#vectors = vectors
    for (let i = 0; i < count; i++) {
      const at = i * HEADER_WORDS
      this.#setPointer(at + NAME, names, i * NAME_SIZE)
      this.#setPointer(at + IOV, vectors, i * iovec.size)
      this.#setPointer(at + CONTROL, controls, i * CONTROL_SIZE)
      headers[at + IOVLEN] = 1
    }
  }

  #setPointer(at: number, target: Uint32Array, offset: number): void {
    const address = this.#address + target.byteOffset - this.#memory.byteOffset + offset
    this.headers[at] = address >>> 0
    this.headers[at + 1] = address / 2 ** 32
  }

  get method(): UdpBatchMethod {
    return this.#isForbidden ? 'single' : 'mmsg'
  }

  /** Sets the bytes of a message. */
  setBytes(index: number, address: number, length: number): void {
    const at = index * IOVEC_WORDS
    this.#vectors[at] = address >>> 0
    this.#vectors[at + 1] = address / 2 ** 32
    this.#vectors[at + IOV_LEN] = length
  }

  /** Sends messages. Returns the number of those that the kernel has taken, at least 1, or the negated errno of the first one. */
  send(fd: number, from: number, count: number): number {
    const address = this.#address + from * mmsghdr.size
    if (!this.#isForbidden) {
      const result = sendmmsg(fd, address, count)
      if (!isRefusal(result) || sendmmsg(-1, 0, 0) === -EBADF) return result
      this.#isForbidden = true
    }
    for (let i = 0; i < count; i++) {
      const result = sendmsg(fd, address + i * mmsghdr.size)
      if (result < 0) return i > 0 ? i : result
    }
    return count
  }

  /** Receives messages without waiting. Returns their number, at least 1, or the negated errno. */
  receive(fd: number, count: number): number {
    if (!this.#isForbidden) {
      const result = recvmmsg(fd, this.#address, count)
      if (!isRefusal(result) || recvmmsg(-1, 0, 0) === -EBADF) return result
      this.#isForbidden = true
    }
    for (let i = 0; i < count; i++) {
      const result = this.receiveOne(fd, i, 0)
      if (result < 0) return i > 0 ? i : result
      this.headers[i * HEADER_WORDS + LENGTH] = result
    }
    return count
  }

  /** Receives a message. Returns its length, or the negated errno. */
  receiveOne(fd: number, index: number, flags: number): number {
    return recvmsg(fd, this.#address + index * mmsghdr.size, flags)
  }
}

/** True for the errors with which a seccomp filter, or a kernel without the call, refuses it. A firewall also makes it fail with EPERM. */
const isRefusal = (result: number) => result === -EPERM || result === -ENOSYS
