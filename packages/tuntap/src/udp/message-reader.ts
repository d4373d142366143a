import type { Batch } from '../io/batch.js'
import { FramePool, SLOT_SIZE } from '../io/frame-pool.js'
import { DEPTH } from '../io/operations.js'
import { wordsOf } from './address.js'
import type { UdpHandle } from './handle.js'
import { CONTROL_SIZE, CONTROLLEN, HEADER_WORDS, MessageTable, NAME_SIZE, NAMELEN } from './message-table.js'
import { addressCaches, type ReceivedMessage, SlotMessage } from './received.js'

/** Receives batches of messages into a pool. The next batch overwrites them. */
export class MessageReader implements Batch<ReceivedMessage> {
  /** Number of messages of the last batch. */
  count = 0
  readonly #handle: UdpHandle
  readonly #table = new MessageTable(DEPTH)
  readonly #caches = addressCaches()
  #pool: FramePool
  #messages: readonly SlotMessage[]

  constructor(handle: UdpHandle) {
    this.#handle = handle
    this.#pool = this.#allocate()
    this.#messages = this.#createMessages()
    this.#reset(DEPTH)
  }

  #allocate(): FramePool {
    const pool = new FramePool(DEPTH)
    for (let slot = 0; slot < DEPTH; slot++) this.#table.setBytes(slot, pool.addressOf(slot), SLOT_SIZE)
    return pool
  }

  #createMessages(): readonly SlotMessage[] {
    const own = wordsOf(this.#handle.local)
    return Array.from({ length: DEPTH }, (_, slot) => new SlotMessage(this.#table, this.#pool, slot, this.#caches, own))
  }

  get method() {
    return this.#table.method
  }

  /** Receives at most `most` messages, without waiting. Returns their number, at least 1, or the negated errno. */
  read(fd: number, most: number): number {
    if (this.#pool.isDetached) {
      this.#pool = this.#allocate()
      this.#messages = this.#createMessages()
    }
    this.#reset(this.count)
    const count = this.#table.receive(fd, most)
    this.count = Math.max(0, count)
    for (let i = 0; i < count; i++) (this.#messages[i] as SlotMessage).update()
    return count
  }

  /** Sets the sizes that the kernel has overwritten. */
  #reset(count: number): void {
    const { headers } = this.#table
    for (let at = 0; at < count * HEADER_WORDS; at += HEADER_WORDS) {
      headers[at + NAMELEN] = NAME_SIZE
      headers[at + CONTROLLEN] = CONTROL_SIZE
    }
  }

  /** Returns a message of the last batch, in place. */
  item(index: number): ReceivedMessage {
    return this.#messages[index] as ReceivedMessage
  }
}
