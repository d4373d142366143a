import { bufferOf, lengthOf, offsetOf } from './bytes.js'
import { numericAddress } from './calls.js'
import { pooledAddress } from './frame-pool.js'

/** Finds the addresses of the bytes of one batch. Those often share a buffer, whose address is expensive. */
export class MemoryAddresses {
  #buffer: ArrayBufferLike | undefined
  #base = 0

  /** Returns the address of the bytes. */
  of(bytes: Uint8Array): number {
    const pooled = pooledAddress(bytes)
    if (pooled !== undefined) return pooled
    if (lengthOf(bytes) === 0) return 0
    const offset = offsetOf(bytes)
    const memory = bufferOf(bytes)
    if (memory !== this.#buffer) {
      this.#buffer = memory
      this.#base = numericAddress(bytes) - offset
    }
    return this.#base + offset
  }

  /** Forgets the last buffer, so that it can be garbage-collected or transferred. */
  clear(): void {
    this.#buffer = undefined
  }
}
