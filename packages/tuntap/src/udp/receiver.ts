import { constants } from 'node:os'
import { isReadable, SystemError } from '@netloom/netlink/socket'
import { type Batch, itemsOf, KeptItems } from '../io/batch.js'
import { DEPTH } from '../io/operations.js'
import { Exclusion, type Source } from '../io/source.js'
import type { Waiter } from '../io/waiter.js'
import { checkTimeout } from '../options.js'
import type { ErrorQueue } from './error-queue.js'
import type { UdpHandle } from './handle.js'
import { MessageReader } from './message-reader.js'
import type { UdpBatchMethod } from './message-table.js'
import type { ReceivedMessage } from './received.js'

const { EAGAIN, EINTR } = constants.errno

/** Number of errors of earlier datagrams that one call skips, before it leaves the others to the next call. */
const MOST_ERRORS = 64

/** Errors that concern the socket itself, not a datagram that it has sent. */
const fatal: ReadonlySet<number> = new Set(
  (['EBADF', 'EFAULT', 'EINVAL', 'ENOTSOCK', 'ENOMEM', 'ENOSYS', 'EPERM'] as const).map(
    (name) => constants.errno[name],
  ),
)

/** Receives the messages of a socket without waiting, or blocking the thread. */
export class Receiver implements Source<ReceivedMessage> {
  readonly handle: UdpHandle
  readonly #errors: ErrorQueue
  readonly #exclusion: Exclusion
  /** Messages that were received and not delivered. They come before those of the kernel. */
  readonly #kept: ReceivedMessage[] = []
  #reader: MessageReader | undefined
  /** True if the last call has found nothing. */
  #wasEmpty = false

  constructor(handle: UdpHandle, errors: ErrorQueue) {
    this.handle = handle
    this.#errors = errors
    this.#exclusion = new Exclusion(handle)
  }

  /** Returns a copy of the next message, or undefined after `timeout` milliseconds. */
  receiveOne(timeout: number): ReceivedMessage | undefined {
    checkTimeout(timeout)
    this.#exclusion.check('receive()')
    const fd = this.handle.openFd()
    const until = performance.now() + timeout
    for (;;) {
      const batch = this.receive(1)
      if (batch) return batch.item(0).copy()
      const left = until - performance.now()
      if (timeout === 0 || left <= 0 || !isReadable(fd, left)) return undefined
    }
  }

  /** Returns the messages that are ready, in place and at most 64 of them. */
  receiveBatch(): ReceivedMessage[] {
    this.#exclusion.check('receiveBatch()')
    const batch = this.receive()
    return batch ? itemsOf(batch) : []
  }

  receive(most = DEPTH): Batch<ReceivedMessage> | undefined {
    const fd = this.handle.openFd()
    if (this.#kept.length > 0) return new KeptItems(this.#kept.splice(0, most))
    this.#reader ??= new MessageReader(this.handle)
    for (let i = 0; i < MOST_ERRORS; i++) {
      const count = this.#reader.read(fd, most)
      if (count > 0) {
        this.#wasEmpty = false
        return this.#reader
      }
      if (count === -EAGAIN) {
        this.#foundNothing(fd)
        return undefined
      }
      const { reported } = this.#errors.drain(fd)
      if (count !== -EINTR && reported === 0 && fatal.has(-count))
        throw new SystemError('recvmmsg', -count, String(this.handle.local))
    }
    return undefined
  }

  /** A queued error also makes the socket readable, even after its errno was reported. Then the second call finds nothing too. */
  #foundNothing(fd: number): void {
    if (this.#wasEmpty) this.#errors.drain(fd)
    this.#wasEmpty = !this.#wasEmpty
  }

  hold(name: string): Waiter {
    return this.#exclusion.hold(name)
  }

  release(batch: Batch<ReceivedMessage>, from: number): void {
    this.#exclusion.release()
    if (from < batch.count) this.#kept.unshift(...itemsOf(batch, from).map((message) => message.copy()))
  }

  ref(): void {
    this.#exclusion.ref()
  }

  unref(): void {
    this.#exclusion.unref()
  }

  get method(): UdpBatchMethod {
    return this.#reader?.method ?? 'mmsg'
  }
}
