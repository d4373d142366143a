import { constants } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { errnoName } from '@netloom/netlink'
import { ArgumentError, show } from '@netloom/netlink/codec'
import { SystemError } from '@netloom/netlink/socket'
import { exists, mtuOf } from '../control/link.js'
import type { Queue } from '../device/queue.js'
import { lengthOf } from './bytes.js'
import { write } from './calls.js'
import { FrameChecker } from './check-frame.js'
import { checkMacvtap, DeviceDeletedError, EBADFD, failureOf, WriteBatchError, type WriteFailure } from './errors.js'
import { MemoryAddresses } from './memory-addresses.js'
import { DEPTH, type Operations } from './operations.js'
import type { OperationsFactory } from './operations-factory.js'

const { EAGAIN, ENOLINK } = constants.errno

/** Milliseconds between two attempts to write to a full send buffer. */
const WRITE_RETRY = 1

/** Writes frames to a queue. */
export class Writer {
  readonly queue: Queue
  readonly #operationsFactory: () => OperationsFactory
  readonly #checker: FrameChecker
  readonly #checksMtu: boolean
  readonly #addresses = new MemoryAddresses()
  #operations: Operations | undefined

  /** @param checkMtu True to refuse packets that are longer than the MTU. */
  constructor(queue: Queue, operations: () => OperationsFactory, checkMtu: boolean) {
    this.queue = queue
    this.#checksMtu = checkMtu
    this.#operationsFactory = operations
    this.#checker = new FrameChecker(queue)
  }

  /** Passes a frame to the kernel. */
  write(frame: Uint8Array): void {
    const fd = this.queue.openFd()
    this.#checker.check(frame, this.#mtu())
    checkMacvtap(this.queue, 'write')
    const result = write(fd, frame, lengthOf(frame))
    if (result < 0) throw failureOf(this.queue, 'write', -result)
  }

  /** Like `write`. Waits while the send buffer of the device is full. @throws the reason of the aborted signal */
  async writeWhenPossible(frame: Uint8Array, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        this.write(frame)
        return
      } catch (error) {
        if (!(error instanceof SystemError) || error.errno !== EAGAIN) throw error
      }
      // The readiness of a descriptor does not include writing.
      await setTimeout(WRITE_RETRY, undefined, { signal })
    }
  }

  /** Passes frames to the kernel, in order. Checks all of them before the first one is sent. */
  writeBatch(frames: readonly Uint8Array[]): void {
    if (!Array.isArray(frames)) throw new ArgumentError(`expected an array of frames, got ${show(frames)}`)
    this.queue.openFd()
    const mtu = this.#mtu()
    for (let i = 0; i < frames.length; i++) this.#checker.check(frames[i] as Uint8Array, mtu, i)
    checkMacvtap(this.queue, 'write')
    this.#operations ??= this.#operationsFactory().open('write')
    let failures: WriteFailure[] | undefined
    let first = 0
    for (let start = 0; start < frames.length; start += DEPTH) {
      const count = Math.min(DEPTH, frames.length - start)
      this.#run(this.#operations, frames, start, count)
      const { results } = this.#operations
      for (let i = 0; i < count; i++) {
        const result = results[i] as number
        if (result >= 0) continue
        first ||= -result
        failures ??= []
        failures.push({ index: start + i, code: errnoName(-result) })
      }
    }
    if (failures === undefined) return
    const failure = failureOf(this.queue, 'write', first)
    if (failure instanceof DeviceDeletedError) throw failure
    throw new WriteBatchError(first, this.queue.name, failures, frames.length)
  }

  /** Returns the current MTU, if it is checked. */
  #mtu(): number | undefined {
    if (!this.#checksMtu) return undefined
    try {
      return mtuOf(this.queue)
    } catch (error) {
      if (!(error instanceof SystemError) || exists(this.queue)) throw error
      throw failureOf(this.queue, 'write', this.queue.macvtap ? ENOLINK : EBADFD)
    }
  }

  /** Makes the writes of up to {@link DEPTH} frames. */
  #run(operations: Operations, frames: readonly Uint8Array[], start: number, count: number): void {
    const addresses = this.#addresses
    for (let i = 0; i < count; i++) {
      const frame = frames[start + i] as Uint8Array
      operations.set(i, addresses.of(frame), lengthOf(frame))
    }
    operations.run(count)
    addresses.clear()
  }
}
