import { constants } from 'node:os'
import { lengthOf } from '../io/bytes.js'
import type { ErrorQueue } from './error-queue.js'
import { UdpError } from './errors.js'
import type { UdpHandle } from './handle.js'
import type { UdpBatchMethod } from './message-table.js'
import { MessageWriter } from './message-writer.js'
import { dataOf, MessageChecker, type OutgoingMessage } from './outgoing.js'

const { EAGAIN, EINTR, EINVAL, EIO, EMSGSIZE, ENOBUFS, EOPNOTSUPP } = constants.errno

/** A message that the kernel refused. Of several datagrams, others may have been sent. */
export interface Refusal {
  /** Index of the message. */
  readonly index: number
  readonly error: UdpError
}

/** Result of sending a batch. */
export interface SendReport {
  /** Number of messages that the kernel has taken. */
  readonly sent: number
  /** Index of the first message that was not tried, because the send buffer is full. The number of messages if all were tried. */
  readonly next: number
  /** Bytes of message {@link next} that were sent already. Not 0 only if the library segments it, or it has more data than one packet. */
  readonly offset: number
  readonly refused: readonly Refusal[]
}

/** The next step after a failed part. An error refuses it. */
type Verdict = 'retry' | 'full' | 'single' | UdpError

/** Attempts for one part. Each ICMP message about an earlier datagram makes one fail. */
const MOST_ATTEMPTS = 16

/** Errors with which a kernel, a device or a route refuses UDP_SEGMENT (`udp_send_skb`). */
const segmentErrors: ReadonlySet<number> = new Set([EIO, EINVAL, EMSGSIZE, EOPNOTSUPP])

type Sendable = Uint8Array | OutgoingMessage

/** The position of a call in its messages. */
class Progress {
  /** Index of the message whose datagrams are sent one by one. */
  single = -1
  isFull = false
  readonly #from: number
  readonly #refused: Refusal[] = []

  constructor(
    /** Index of the next message, and the bytes of it that were sent. */
    public next: number,
    public offset: number,
  ) {
    this.#from = next
  }

  refuse(index: number, error: UdpError): void {
    if (this.#refused.at(-1)?.index !== index) this.#refused.push({ index, error })
  }

  report(): SendReport {
    const { next, offset } = this
    const failed = this.#refused.filter(({ index }) => index < next).length
    return { sent: next - this.#from - failed, next, offset, refused: this.#refused }
  }
}

/** Sends messages without waiting. */
export class Sender {
  readonly #handle: UdpHandle
  readonly #errors: ErrorQueue
  readonly #checker: MessageChecker
  #writer: MessageWriter | undefined
  /** The errno because of which the last batch ended early. */
  fullBecause = 0

  constructor(handle: UdpHandle, errors: ErrorQueue, v6only: boolean) {
    this.#handle = handle
    this.#errors = errors
    this.#checker = new MessageChecker(handle, v6only)
  }

  get method(): UdpBatchMethod {
    return this.#writer?.method ?? 'mmsg'
  }

  /** @throws {TypeError} or {DatagramError} if a message is invalid, or the socket was closed */
  check(messages: readonly Sendable[], from: number, offset: number): void {
    this.#handle.openFd()
    this.#checker.checkAll(messages, from, offset)
  }

  /** Sends messages that were checked, from an offset in one of them on. */
  send(messages: readonly Sendable[], from: number, offset: number): SendReport {
    const fd = this.#handle.openFd()
    this.#writer ??= new MessageWriter(this.#handle)
    const writer = this.#writer
    const progress = new Progress(from, offset)
    while (progress.next < messages.length && !progress.isFull) this.#sendTable(fd, writer, messages, progress)
    writer.clear()
    return progress.report()
  }

  /** Fills the table and sends it. */
  #sendTable(fd: number, writer: MessageWriter, messages: readonly Sendable[], progress: Progress): void {
    const count = writer.fill(messages, progress.next, progress.offset, progress.single)
    const done = this.#sendParts(fd, writer, count, progress)
    const isComplete = done === count
    const part = isComplete ? count - 1 : done
    const index = writer.messages[part] as number
    const offset = (isComplete ? writer.ends : writer.starts)[part] as number
    const isLast = isComplete && offset === lengthOf(dataOf(messages[index] as Sendable))
    progress.next = isLast ? index + 1 : index
    progress.offset = isLast ? 0 : offset
    if (!isComplete && !progress.isFull) progress.single = index
  }

  /** Sends the parts of the table. Returns how many were sent or refused: all, unless the buffer is full or one must be split. */
  #sendParts(fd: number, writer: MessageWriter, count: number, progress: Progress): number {
    let done = 0
    let attempts = 0
    while (done < count) {
      const result = writer.send(fd, done, count - done)
      if (result > 0) {
        done += result
        attempts = 0
        continue
      }
      const verdict = this.#judge(fd, -result, writer.segmented[done] === 1, ++attempts)
      if (verdict === 'retry') continue
      progress.isFull = verdict === 'full'
      if (verdict === 'full' || verdict === 'single') return done
      progress.refuse(writer.messages[done++] as number, verdict)
      attempts = 0
    }
    return done
  }

  /** Decides what follows on a failed part. */
  #judge(fd: number, errno: number, isSegmented: boolean, attempts: number): Verdict {
    if (errno === EINTR) return 'retry'
    if (errno === EAGAIN || errno === ENOBUFS) {
      this.fullBecause = errno
      return 'full'
    }
    const { reported, local } = this.#errors.drain(fd)
    // The errno may be that of an earlier datagram, so that this one was not sent. If the receive buffer is full, the kernel does not queue such
    // an error, but reports it once.
    const isEarlier = reported > 0 || attempts === 1
    if (isEarlier && local === undefined && attempts < MOST_ATTEMPTS) return 'retry'
    if (isSegmented && segmentErrors.has(errno)) {
      if (errno === EIO) this.#handle.gso = false
      return 'single'
    }
    return local?.errno === errno ? local : new UdpError(errno, {})
  }
}
