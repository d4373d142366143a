import { ArgumentError } from '@netloom/netlink/codec'
import { type Descriptor, SystemError } from '@netloom/netlink/socket'
import { ioctl } from '../control/call.js'
import { type Closable, closable } from './closable.js'
import { type Framing, headerSize, type Mode, modeOf } from './framing.js'

/** A macvtap or ipvtap. */
export interface Macvtap {
  /** The namespace in which it was opened. Undefined for a descriptor from elsewhere: the driver does not report its namespace. */
  readonly netns: Descriptor | undefined
}

/**
 * A descriptor that is attached to a tun or tap device, and the format of its frames. The functions that control the device, read
 * and write take it; it is not public. It is closed when it is garbage-collected, or when its thread ends.
 */
export class Queue {
  /** Do not close it. Use {@link openFd} for a system call. */
  readonly fd: number
  readonly mode: Mode
  /** Defined for a macvtap or ipvtap, whose driver has fewer ioctls. */
  readonly macvtap: Macvtap | undefined
  /** Headers before each frame. */
  framing: Framing
  /** The classic BPF program of the device, if this object attached it. The kernel reads it again from this memory. */
  classicFilter: Buffer | undefined
  readonly #descriptors: Closable
  #name: string

  /**
   * Takes over an attached, nonblocking descriptor, and the namespace of a macvtap. Does not close them if this throws.
   * @param framing Headers before each frame, as the device has them.
   * @throws {TunTapError}
   */
  constructor(descriptor: Descriptor, framing: Framing, macvtap?: Macvtap) {
    const { fd } = descriptor
    const { name, flags } = ioctl(fd, 'TUNGETIFF', {}, { name: `descriptor ${fd}` })
    this.fd = fd
    this.mode = modeOf(flags)
    this.framing = framing
    this.macvtap = macvtap
    this.#name = name
    this.#descriptors = closable(this, descriptor, ...(macvtap?.netns ? [macvtap.netns] : []))
  }

  get isOpen(): boolean {
    return this.#descriptors.isOpen
  }

  /** Number of bytes before each frame. */
  get headerSize(): number {
    return headerSize(this.framing)
  }

  /** The current name of the device (TUNGETIFF), which makes a system call. The last one if the device was deleted or closed. */
  get name(): string {
    if (!this.isOpen) return this.#name
    try {
      this.#name = ioctl(this.fd, 'TUNGETIFF', {}, { name: this.#name }).name
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
    }
    return this.#name
  }

  /** Returns the descriptor. @throws {TypeError} if it was closed */
  openFd(): number {
    if (!this.isOpen) throw new ArgumentError(`expected an open ${this.#name}, got one that was closed`)
    return this.fd
  }

  /**
   * Returns the result of a system call. Looks up the name of the device only if it failed. @throws {SystemError} if it is a negated
   * errno
   */
  check(syscall: string, result: number): number {
    if (result < 0) throw new SystemError(syscall, -result, this.name)
    return result
  }

  /**
   * Calls `run` before the descriptor is closed, e.g. to end a watch. `run` must not refer to this object, which would never be
   * garbage-collected. Returns a function that cancels it.
   */
  beforeClose(run: () => void): () => void {
    const { beforeClose } = this.#descriptors
    beforeClose.add(run)
    return () => void beforeClose.delete(run)
  }

  /** Detaches from the device. Further calls have no effect. */
  close(): void {
    this.#descriptors.close()
  }
}
