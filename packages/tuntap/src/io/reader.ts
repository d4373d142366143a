import { show } from '@netloom/netlink/codec'
import { libc, whenReadable } from '@netloom/netlink/socket'
import type { Queue } from '../device/queue.js'

/** Size of the largest frame: an MTU of 65521, Ethernet with two VLAN tags, and the optional headers. */
const MAX_FRAME = 65536 + 64

/** Reads frames of a queue into a buffer of its own, and copies them. */
export class Reader {
  readonly #queue: Queue
  #frame: Buffer | undefined

  constructor(queue: Queue) {
    this.#queue = queue
  }

  /** Returns the next frame, in a buffer of its own, or undefined after `timeout` milliseconds. */
  read(timeout: number): Buffer | undefined {
    if (!(typeof timeout === 'number' && timeout >= 0))
      throw new TypeError(`expected milliseconds from 0, got ${show(timeout)}`)
    const fd = this.#queue.openFd()
    this.#frame ??= Buffer.allocUnsafeSlow(MAX_FRAME)
    const frame = this.#frame
    const length = whenReadable(fd, timeout, () => libc.read(fd, frame, frame.length))
    return length === undefined ? undefined : Buffer.from(frame.subarray(0, this.#queue.check('read', length)))
  }
}
