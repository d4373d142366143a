import { compile, type Infer, i32, pad, struct, u32, u64 } from '../codec/index.js'
import { addressOf } from './libc.js'

/** `struct iovec`, linux/uio.h, with pointers of 64 bits */
export const iovec = struct('iovec', { base: u64, len: u64 })

/** `struct msghdr`, recvmsg(2), with pointers of 64 bits */
export const msghdr = struct('msghdr', {
  name: u64,
  namelen: u32,
  _pad1: pad(4),
  iov: u64,
  iovlen: u64,
  control: u64,
  controllen: u64,
  flags: i32,
  _pad2: pad(4),
})

/** `struct cmsghdr`, cmsg(3) */
export const cmsghdr = struct('cmsghdr', { len: u64, level: i32, type: i32 })

/** CMSG_ALIGN, cmsg(3): control messages are aligned to `size_t`. */
export const cmsgAlign = (length: number) => (length + 7) & ~7

/** Size of the buffer for control messages, in bytes. Netlink sends only a few numbers. */
const CONTROL_ROOM = 128

/** The buffers of a recvmsg(2) call. */
export class MessageBuffers {
  readonly #codecs = { iovec: compile(iovec), msghdr: compile(msghdr), cmsghdr: compile(cmsghdr) }
  readonly #control = Buffer.alloc(CONTROL_ROOM)
  readonly #vector = Buffer.alloc(iovec.size)
  readonly #header = Buffer.alloc(msghdr.size)
  readonly #initial: Infer<typeof msghdr>
  readonly #level: number
  #target: Uint8Array | undefined

  /**
   * @param name Buffer for the address of the sender.
   * @param level Level of the control messages that {@link control} reads, e.g. SOL_NETLINK.
   */
  constructor(name: Uint8Array, level: number) {
    this.#level = level
    this.#initial = {
      ...{ name: addressOf(name), namelen: name.length, iov: addressOf(this.#vector), iovlen: 1n },
      ...{ control: addressOf(this.#control), controllen: BigInt(this.#control.length), flags: 0 },
    }
  }

  /** Returns a `struct msghdr` that makes recvmsg(2) write to `target`. Keep `target` alive until the call. */
  headerFor(target: Uint8Array): Buffer {
    const { iovec, msghdr } = this.#codecs
    if (target !== this.#target) iovec.write(this.#vector, 0, { base: addressOf(target), len: BigInt(target.length) })
    this.#target = target
    msghdr.write(this.#header, 0, this.#initial)
    return this.#header
  }

  /** Returns the number in the received control message of this type, if any. */
  control(type: number): number | undefined {
    const length = Number(this.#codecs.msghdr.read(this.#header, 0).controllen)
    for (let at = 0; at + cmsghdr.size <= length; ) {
      const message = this.#codecs.cmsghdr.read(this.#control, at)
      if (message.level === this.#level && message.type === type)
        return compile(i32).read(this.#control, at + cmsgAlign(cmsghdr.size))
      at += Math.max(cmsghdr.size, cmsgAlign(Number(message.len)))
    }
    return undefined
  }
}
