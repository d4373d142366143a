import { ArgumentError } from '@netloom/netlink/codec'
import { numericAddress } from './calls.js'
import { Slices } from './slice.js'

/**
 * Bytes for one frame: at least one more than the longest that the kernel passes on. That is a packet of 65,535 bytes, Ethernet's
 * header with a VLAN tag, `struct tun_pi` and the largest `struct virtio_net_hdr`. A read that fills all of them was truncated.
 * Slots of a multiple of 4096 would share the same sets of the processor's cache.
 */
export const SLOT_SIZE = 65536 + 64

/** Number of kept views of each slot. */
const VIEWS_PER_SLOT = 64

/** Lets a class add private members to an object of another class. */
class Given {
  constructor(given: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the members are added to what super() returns
    return given
  }
}

/** Notes the address of a view in the view itself, because looking it up takes as long as half a system call. */
class Addressed extends Given {
  readonly #address: number

  constructor(view: Buffer, address: number) {
    super(view)
    this.#address = address
  }

  static of(view: Uint8Array): number | undefined {
    return #address in view ? (view as unknown as Addressed).#address : undefined
  }
}

/** Returns the address of a frame of a pool; undefined for another frame. */
export const pooledAddress = (frame: Uint8Array): number | undefined => Addressed.of(frame)

/** Memory for the frames of a batch. The kernel only backs the pages that frames touch. */
export class FramePool {
  readonly #memory: Slices
  readonly #address: number
  readonly #views: (Buffer | undefined)[]

  constructor(slots: number) {
    this.#memory = new Slices(slots * SLOT_SIZE)
    this.#address = numericAddress(this.#memory.bytes)
    this.#views = new Array(slots * VIEWS_PER_SLOT)
  }

  /** True if the memory was transferred. The kernel must not write into it. */
  get isDetached(): boolean {
    return this.#memory.isDetached
  }

  addressOf(slot: number): number {
    return this.#address + slot * SLOT_SIZE
  }

  /** Returns the frame in a slot, without a copy. Frames have few different lengths, so views of them are kept and reused. */
  view(slot: number, length: number): Buffer {
    const index = slot * VIEWS_PER_SLOT + (length % VIEWS_PER_SLOT)
    const kept = this.#views[index]
    if (kept?.length === length) return kept
    if (this.isDetached) throw new ArgumentError('expected the memory of the batch, got one that was transferred')
    const start = slot * SLOT_SIZE
    const view = this.#memory.slice(start, length)
    new Addressed(view, this.#address + start)
    this.#views[index] = view
    return view
  }
}
