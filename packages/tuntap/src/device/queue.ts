import { closeFile, forgotten, SystemError } from '@netloom/netlink/socket'
import { getIff } from '../abi.js'
import { type Framing, framingOf, headerSize, type Mode, modeOf } from './framing.js'

/**
 * Creates a descriptor that is closed only once. It does not refer to the Queue, so that an unused one can be garbage-collected.
 */
function descriptor(fd: number) {
  const beforeClose = new Set<() => void>()
  const state = {
    open: true,
    beforeClose,
    close() {
      if (!state.open) return
      state.open = false
      for (const run of beforeClose) run()
      beforeClose.clear()
      closeFile(fd)
    },
  }
  return state
}

/**
 * A descriptor that is attached to a tun or tap device, and the format of its frames. The functions that control the device, read
 * and write take it; it is not public. It is closed when it is garbage-collected.
 */
export class Queue {
  /** Do not close it. Use {@link openFd} for a system call. */
  readonly fd: number
  readonly mode: Mode
  /** Headers before each frame. */
  framing: Framing
  readonly #descriptor: ReturnType<typeof descriptor>
  #name: string

  /**
   * Takes over an attached, nonblocking descriptor. Does not close it if this throws.
   * @param pi True if `struct tun_pi` precedes each frame.
   * @throws {TunTapError}
   */
  constructor(fd: number, pi: boolean) {
    const { name, flags } = getIff(fd, 'new device')
    this.fd = fd
    this.mode = modeOf(flags)
    this.framing = framingOf(flags, pi)
    this.#name = name
    this.#descriptor = descriptor(fd)
    forgotten.register(this, this.#descriptor.close, this.#descriptor.close)
  }

  get isOpen(): boolean {
    return this.#descriptor.open
  }

  /** Number of bytes before each frame. */
  get headerSize(): number {
    return headerSize(this.framing)
  }

  /** The current name of the device (TUNGETIFF), which makes a system call. The last one if the device was deleted or closed. */
  get name(): string {
    if (!this.isOpen) return this.#name
    try {
      this.#name = getIff(this.fd, this.#name).name
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
    }
    return this.#name
  }

  /** Returns the descriptor. @throws {TypeError} if it was closed */
  openFd(): number {
    if (!this.isOpen) throw new TypeError(`expected an open ${this.#name}, got one that was closed`)
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
    const { beforeClose } = this.#descriptor
    beforeClose.add(run)
    return () => void beforeClose.delete(run)
  }

  /** Detaches from the device. Further calls have no effect. */
  close(): void {
    forgotten.unregister(this.#descriptor.close)
    this.#descriptor.close()
  }
}
