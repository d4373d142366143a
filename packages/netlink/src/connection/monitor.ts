import { DecodeError } from '../codec/index.js'
import { type Frame, type Messages, NLMSG_MIN_TYPE, nlmsghdr, type Protocol } from '../core/index.js'
import type { SystemError } from '../socket/error.js'
import type { Datagram } from '../socket/transport.js'
import type { Channel } from './channel.js'
import type { Listener } from './engine.js'
import type { MonitorEvent } from './events.js'
import { decodeMessage } from './exchange.js'

/** So many events wait here; what comes beyond waits in the kernel, as long as its buffer has room. */
const QUEUE = 4096

/** So many at most, where others need the socket to be read. */
const LIMIT = 2 * QUEUE

/** What has happened and was not asked for yet. */
interface Queue<E> extends Listener {
  readonly events: E[]
  /** What comes when the events are told. */
  readonly end: SystemError | undefined
  /** Called once, when there is something new. */
  wake: (() => void) | undefined
}

function queueOf<M extends Messages>(protocol: Protocol, groups: ReadonlySet<number>): Queue<MonitorEvent<M>> {
  const events: MonitorEvent<M>[] = []
  let end: SystemError | undefined
  const push = (event: MonitorEvent<M>) => {
    // A shared socket is read for others too; what has no place is as lost as what the kernel has no room for.
    if (events.length < LIMIT) events.push(event)
    else if (events.at(-1)?.type !== 'overrun') events.push({ type: 'overrun' })
    wakeUp()
  }
  const wakeUp = () => {
    const { wake } = queue
    queue.wake = undefined
    wake?.()
  }
  const unreadable = (error: DecodeError, bytes: Buffer, { nsid }: Datagram) =>
    push({ type: 'unreadable', error, bytes, nsid })
  const queue: Queue<MonitorEvent<M>> = {
    events,
    get end() {
      return end
    },
    wake: undefined,
    get ready() {
      return end === undefined && events.length < QUEUE
    },
    message(frame: Frame, datagram) {
      if (frame.type < NLMSG_MIN_TYPE || !groups.has(datagram.group)) return
      try {
        const { name: type, message } = decodeMessage(protocol, frame)
        push({ type, message, flags: frame.flags, nsid: datagram.nsid } as MonitorEvent<M>)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        unreadable(error, frame.bytes.subarray(frame.start - nlmsghdr.size, frame.end), datagram)
      }
    },
    overrun: () => push({ type: 'overrun' }),
    unreadable(error, datagram) {
      if (groups.has(datagram.group)) unreadable(error, datagram.bytes, datagram)
    },
    failed(error) {
      end ??= error
      wakeUp()
    },
  }
  return queue
}

/**
 * Hears what happens, from the moment it is made on: nothing that happens later is missed without being told. Events wait
 * until they are taken, by `for await` or by `readSync`; taking one takes it from all.
 */
export class Monitor<M extends Messages> implements AsyncIterableIterator<MonitorEvent<M>>, Disposable {
  readonly #channel: Channel
  readonly #queue: Queue<MonitorEvent<M>>
  readonly #close: () => void
  #closed = false

  /** For connections, which make it; `close` gives back what it hears by. */
  constructor(protocol: Protocol<M>, channel: Channel, groups: ReadonlySet<number>, close: () => void) {
    this.#channel = channel
    this.#queue = queueOf(protocol as Protocol, groups)
    const callOff = channel.listen(this.#queue)
    this.#close = () => {
      callOff()
      close()
    }
  }

  /**
   * The next event, or undefined where none comes in so many milliseconds, or where it is closed; meanwhile nothing else
   * runs.
   * @throws {SystemError} where the socket fails
   */
  readSync(timeout: number = Number.POSITIVE_INFINITY): MonitorEvent<M> | undefined {
    const until = performance.now() + timeout
    const { events } = this.#queue
    for (;;) {
      const left = until - performance.now()
      const waits = events.length === 0 && !this.#closed && this.#queue.end === undefined
      // A mock's socket does not wait where nothing can come.
      if (waits && !this.#channel.stepSync(undefined, Math.max(0, left))) return undefined
      const event = this.#take()
      if (event !== undefined || this.#closed || left <= 0) return event
    }
  }

  /** The next event; done where the monitor is closed. @throws {SystemError} where the socket fails */
  async next(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    for (;;) {
      const value = this.#take()
      if (value !== undefined) return { done: false, value }
      if (this.#closed) return { done: true, value: undefined }
      await new Promise<void>((resolve) => {
        const { wake } = this.#queue
        this.#queue.wake = () => {
          wake?.()
          resolve()
        }
      })
    }
  }

  /** Leaving a `for await` closes the monitor. */
  async return(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** It holds the process, which is the default. */
  ref(): this {
    this.#channel.ref()
    return this
  }

  /** It does not hold the process. */
  unref(): this {
    this.#channel.unref()
    return this
  }

  /** Ends hearing; what was heard and not taken is gone. A second time does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue.events.length = 0
    this.#close()
    this.#queue.wake?.()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #take(): MonitorEvent<M> | undefined {
    const { events, end } = this.#queue
    const event = events.shift()
    if (event === undefined && end !== undefined) throw end
    if (events.length < QUEUE) this.#channel.resume()
    return event
  }
}
