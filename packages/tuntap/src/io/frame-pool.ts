import { numericAddress } from './calls.js'

/**
 * Bytes for one frame: at least one more than the longest that the kernel passes on. That is a packet of 65,535 bytes, Ethernet's
 * header with a VLAN tag, `struct tun_pi` and the largest `struct virtio_net_hdr`. A read that fills all of them was truncated.
 * Slots of a multiple of 4096 would share the same sets of the processor's cache.
 */
export const SLOT_SIZE = 65536 + 64

/** Number of kept views of each slot. */
const VIEWS_PER_SLOT = 64

/** Memory for the frames of a batch. The kernel only backs the pages that frames touch. */
export class FramePool {
  readonly bytes: Buffer
  readonly #address: number
  readonly #views: (Buffer | undefined)[]

  constructor(slots: number) {
    this.bytes = Buffer.allocUnsafeSlow(slots * SLOT_SIZE)
    this.#address = numericAddress(this.bytes)
    this.#views = new Array(slots * VIEWS_PER_SLOT)
  }

  addressOf(slot: number): number {
    return this.#address + slot * SLOT_SIZE
  }

  /** Returns the frame in a slot, without a copy. Frames have few different lengths, so views of them are kept and reused. */
  view(slot: number, length: number): Buffer {
    const index = slot * VIEWS_PER_SLOT + (length % VIEWS_PER_SLOT)
    const kept = this.#views[index]
    if (kept?.length === length) return kept
    const start = slot * SLOT_SIZE
    const view = this.bytes.subarray(start, start + length)
    this.#views[index] = view
    return view
  }
}
