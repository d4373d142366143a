import { constants } from 'node:os'
import type { Batch } from './batch.js'
import { FramePool, SLOT_SIZE } from './frame-pool.js'
import { DEPTH, type Operations } from './operations.js'

const { EAGAIN, EMSGSIZE } = constants.errno

/** Growth of the next batch after a full one. */
const GROWTH = 4

/** Reads batches of frames into a pool. The next batch overwrites them. */
export class BatchReader implements Batch<Buffer> {
  /** Number of frames of the last batch. */
  count = 0
  readonly #operations: Operations
  #pool: FramePool
  /** Slot and length of each frame. A read can find nothing while a later one of the same batch gets a frame. */
  readonly #slots = new Uint8Array(DEPTH)
  readonly #lengths = new Uint32Array(DEPTH)
  #next = GROWTH

  constructor(operations: Operations) {
    this.#operations = operations
    this.#pool = this.#allocate()
  }

  #allocate(): FramePool {
    const pool = new FramePool(DEPTH)
    for (let slot = 0; slot < DEPTH; slot++) this.#operations.set(slot, pool.addressOf(slot), SLOT_SIZE)
    return pool
  }

  /**
   * Reads at most `most` frames, without waiting. Returns their number, or the negated errno if there is none and an operation
   * failed.
   */
  read(most: number): number {
    // A read that finds nothing costs half as much as one that finds a frame. So a batch is little larger than the previous one.
    const wanted = Math.min(this.#next, most)
    if (this.#pool.isDetached) this.#pool = this.#allocate()
    this.#operations.run(wanted)
    const { results } = this.#operations
    let count = 0
    let failure = 0
    for (let slot = 0; slot < wanted; slot++) {
      const result = results[slot] as number
      if (result > 0) {
        this.#slots[count] = slot
        this.#lengths[count++] = result
        if (result === SLOT_SIZE) failure = -EMSGSIZE
      } else if (result < 0 && result !== -EAGAIN) failure = result
    }
    this.count = count
    this.#next = count === wanted ? Math.min(DEPTH, this.#next * GROWTH) : count + 1
    return count === 0 || failure === -EMSGSIZE ? failure : count
  }

  /** Returns a frame of the last batch, in place. */
  item(index: number): Buffer {
    return this.#pool.view(this.#slots[index] as number, this.#lengths[index] as number)
  }
}
