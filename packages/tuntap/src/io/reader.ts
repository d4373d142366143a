import { constants } from 'node:os'
import { isReadable } from '@netloom/netlink/socket'
import type { Queue } from '../device/queue.js'
import { checkTimeout } from '../options.js'
import { type Batch, itemsOf, KeptItems } from './batch.js'
import { BatchReader } from './batch-reader.js'
import { checkBytes, lengthOf } from './bytes.js'
import { checkMacvtap, FrameError, failureOf } from './errors.js'
import { DEPTH } from './operations.js'
import type { OperationsFactory } from './operations-factory.js'
import { IntoReader } from './read-into.js'
import { Slab } from './slab.js'
import { Exclusion, type Source } from './source.js'
import { DELETION_CHECK, type Waiter } from './waiter.js'

const { EAGAIN } = constants.errno

/** Reads the frames of a queue without waiting, or blocking the thread. */
export class Reader implements Source<Buffer> {
  readonly queue: Queue
  readonly #operations: () => OperationsFactory
  readonly #slab = new Slab()
  /** Frames that were read and not delivered. They come before those of the kernel. */
  readonly #kept: Buffer[] = []
  #batches: BatchReader | undefined
  #into: IntoReader | undefined
  readonly #exclusion: Exclusion

  constructor(queue: Queue, operations: () => OperationsFactory) {
    this.queue = queue
    this.#operations = operations
    this.#exclusion = new Exclusion(queue)
  }

  get handle(): Queue {
    return this.queue
  }

  /** Returns the next frame, which the caller may keep, or undefined after `timeout` milliseconds. */
  read(timeout: number): Buffer | undefined {
    if (timeout !== 0) checkTimeout(timeout)
    this.#exclusion.check('read()')
    const fd = this.queue.openFd()
    if (this.#kept.length > 0) return this.#kept.shift()
    const frame = this.#slab.read(fd)
    if (typeof frame === 'object') return frame
    if (frame !== -EAGAIN) throw failureOf(this.queue, 'read', -frame)
    checkMacvtap(this.queue, 'read')
    return timeout === 0 ? undefined : this.#waitAndRead(fd, timeout)
  }

  #waitAndRead(fd: number, timeout: number): Buffer | undefined {
    const most = this.queue.macvtap ? DELETION_CHECK : Number.POSITIVE_INFINITY
    const until = performance.now() + timeout
    for (let left = timeout; left > 0; left = until - performance.now()) {
      if (!isReadable(fd, Math.min(left, most))) {
        checkMacvtap(this.queue, 'read')
        continue
      }
      const frame = this.#slab.read(fd)
      if (typeof frame === 'object') return frame
      // Another queue's reader, or a filter, took the frame.
      if (frame !== -EAGAIN) throw failureOf(this.queue, 'read', -frame)
    }
    return undefined
  }

  /** Reads the next frame into a buffer, without waiting. Returns its length, or 0 if there is none. */
  readInto(buffer: Uint8Array): number {
    checkBytes('a buffer for a frame', buffer)
    this.#exclusion.check('readInto()')
    const fd = this.queue.openFd()
    if (this.#kept.length > 0) return this.#takeInto(buffer)
    this.#into ??= new IntoReader()
    const length = this.#into.read(fd, buffer)
    if (length > lengthOf(buffer)) {
      this.#kept.push(this.#into.whole(buffer, length))
      return this.#takeInto(buffer)
    }
    if (length >= 0) return length
    if (length !== -EAGAIN) throw failureOf(this.queue, 'read', -length)
    checkMacvtap(this.queue, 'read')
    return 0
  }

  #takeInto(buffer: Uint8Array): number {
    const [frame] = this.#kept as [Buffer]
    const room = lengthOf(buffer)
    if (frame.length > room) throw new FrameError('length', frame.length, `at most ${room}, the length of the buffer`)
    this.#kept.shift()
    buffer.set(frame)
    return frame.length
  }

  /** Returns the frames that are ready, in place and at most 64 of them. */
  readBatch(): Buffer[] {
    this.#exclusion.check('readBatch()')
    this.queue.openFd()
    const batch = this.receive()
    return batch ? itemsOf(batch) : []
  }

  receive(most = DEPTH): Batch<Buffer> | undefined {
    if (this.#kept.length > 0) return new KeptItems(this.#kept.splice(0, most))
    this.#batches ??= new BatchReader(this.#operations().open('read'))
    const count = this.#batches.read(most)
    if (count < 0) throw failureOf(this.queue, 'read', -count)
    if (count > 0) return this.#batches
    checkMacvtap(this.queue, 'read')
    return undefined
  }

  /** Returns a copy of a frame, which its receiver may keep. */
  copy(frame: Buffer): Buffer {
    return this.#slab.copy(frame)
  }

  hold(name: string): Waiter {
    return this.#exclusion.hold(name)
  }

  release(batch: Batch<Buffer>, from: number): void {
    this.#exclusion.release()
    if (from < batch.count) this.putBack(itemsOf(batch, from))
  }

  /** Makes copies of frames the next ones that are read. */
  putBack(frames: readonly Buffer[]): void {
    this.#kept.unshift(...frames.map((frame) => this.copy(frame)))
  }

  ref(): void {
    this.#exclusion.ref()
  }

  unref(): void {
    this.#exclusion.unref()
  }
}
