import { encode, struct, u64 } from '@netloom/netlink/codec'
import { lengthOf } from './bytes.js'
import { numericAddress, readv } from './calls.js'
import { SLOT_SIZE } from './frame-pool.js'

/** `struct iovec`, linux/uio.h, with pointers of 64 bits */
const iovec = struct('iovec', { base: u64, len: u64 })

/**
 * Reads frames into buffers of the caller. readv(2) puts the bytes that do not fit into a second buffer. Otherwise, a frame that was
 * cut off would look like one that fits exactly.
 */
export class IntoReader {
  readonly #excess = Buffer.allocUnsafeSlow(SLOT_SIZE)
  readonly #vectors = Buffer.alloc(2 * iovec.size)
  readonly #vectorsAddress = numericAddress(this.#vectors)
  /** The buffer of the last call, whose address is known. A detached one has no length. */
  #target: Uint8Array | undefined
  #length = -1

  constructor() {
    const base = BigInt(numericAddress(this.#excess))
    this.#vectors.set(encode(iovec, { base, len: BigInt(SLOT_SIZE) }), iovec.size)
  }

  /** Reads a frame. Returns its length, which can be larger than that of the buffer, or the negated errno. */
  read(fd: number, target: Uint8Array): number {
    const size = lengthOf(target)
    if (target !== this.#target || size !== this.#length) {
      this.#vectors.set(encode(iovec, { base: BigInt(numericAddress(target)), len: BigInt(size) }))
      this.#target = target
      this.#length = size
    }
    return readv(fd, this.#vectorsAddress, 2)
  }

  /** Returns a copy of the last frame, which did not fit into `target`. */
  whole(target: Uint8Array, length: number): Buffer {
    const frame = Buffer.allocUnsafeSlow(length)
    const size = lengthOf(target)
    frame.set(target)
    frame.set(this.#excess.subarray(0, length - size), size)
    return frame
  }
}
