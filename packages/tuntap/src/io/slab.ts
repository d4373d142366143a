import { numericAddress, read } from './calls.js'
import { SLOT_SIZE } from './frame-pool.js'
import { Slices } from './slice.js'

/** Bytes that are allocated together. A kept frame keeps all of them. */
const SLAB_SIZE = 4 * SLOT_SIZE

/** Allocates frames that their receiver may keep: slices of a larger allocation, without a copy. */
export class Slab {
  #memory = new Slices(0)
  #address = 0
  #used = 0

  /** Reads a frame. Returns the negated errno if it fails. */
  read(fd: number): Buffer | number {
    this.#reserve(SLOT_SIZE)
    const length = read(fd, this.#address + this.#used, SLOT_SIZE)
    return length < 0 ? length : this.#take(length)
  }

  /** Returns a copy of a frame. */
  copy(frame: Uint8Array): Buffer {
    this.#reserve(frame.length)
    this.#memory.bytes.set(frame, this.#used)
    return this.#take(frame.length)
  }

  #reserve(length: number): void {
    // Memory that was transferred has no length.
    if (this.#used + length <= this.#memory.bytes.length) return
    this.#memory = new Slices(SLAB_SIZE)
    this.#address = numericAddress(this.#memory.bytes)
    this.#used = 0
  }

  #take(length: number): Buffer {
    const start = this.#used
    // Aligned for typed arrays of 64 bits.
    this.#used = (start + length + 7) & ~7
    return this.#memory.slice(start, length)
  }
}
