import { DecodeError } from '../codec/index.js'
import { type Messages, type NetlinkMessage, NLMSG_MIN_TYPE, nlmsghdr, type Protocol } from '../message/index.js'
import type { SystemError } from '../socket/error.js'
import type { Datagram } from '../socket/transport.js'
import { AsyncQueue } from './async-queue.js'
import type { MonitorEvent } from './events.js'
import { decodeMessage } from './exchange.js'
import type { GroupListener } from './in-flight.js'
import type { SocketDriver } from './socket-driver.js'

/** Number of queued events from which the socket is no longer read. Further messages stay in the kernel's receive buffer. */
const CAPACITY = 4096

/**
 * Number of queued events from which events are dropped, if the socket is shared. Such a socket is also read for requests, so
 * messages cannot stay in the kernel.
 */
export const SHARED_CAPACITY = 2 * CAPACITY

/**
 * The events of a monitor that were not taken yet. This object must not refer to the monitor, so that an unused monitor can
 * be garbage-collected.
 */
export class EventQueue<M extends Messages> implements GroupListener {
  readonly #protocol: Protocol
  readonly #firstType: number
  readonly #driver: SocketDriver
  readonly #groups: ReadonlySet<number>
  readonly #events = new AsyncQueue<MonitorEvent<M>>()
  readonly #stopListening: () => void
  readonly #onClose: () => void
  #hasFailed = false

  /** Starts to listen to the groups. `onClose` releases the socket. */
  constructor(protocol: Protocol<M>, driver: SocketDriver, groups: readonly number[], onClose: () => void) {
    this.#protocol = protocol
    this.#firstType = protocol.firstType ?? NLMSG_MIN_TYPE
    this.#driver = driver
    this.#groups = new Set(groups)
    this.#onClose = onClose
    this.#stopListening = driver.listen(this)
  }

  get isClosed(): boolean {
    return this.#events.isEnded
  }

  /** True if {@link take} returns an event or throws. */
  get isReady(): boolean {
    return this.#events.isReady
  }

  /** Removes and returns the first event. @throws {SystemError} if the socket failed, after the last event */
  take(): MonitorEvent<M> | undefined {
    const event = this.#events.take()
    if (!this.isClosed && this.#events.size < CAPACITY) this.#driver.resume()
    return event
  }

  /** Resolves when an event is received or the queue is closed. Several callers can wait. */
  changed(): Promise<void> {
    return this.#events.changed()
  }

  /** Stops listening, and drops the queued events. A second call does nothing. */
  readonly close = (): void => {
    if (this.isClosed) return
    this.#events.clear()
    this.#events.end()
    this.#stopListening()
    this.#onClose()
  }

  get ready(): boolean {
    return !this.#hasFailed && this.#events.size < CAPACITY
  }

  message(nlmsg: NetlinkMessage, datagram: Datagram): void {
    if (nlmsg.type < this.#firstType || !this.#groups.has(datagram.group)) return
    try {
      const { name: type, message } = decodeMessage(this.#protocol, nlmsg)
      const { nsid, sender } = datagram
      this.#push({ type, message, flags: nlmsg.flags, nsid, sender } as MonitorEvent<M>)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const bytes = nlmsg.bytes.subarray(nlmsg.start - nlmsghdr.size, nlmsg.end)
      this.#push({ type: 'unreadable', error, bytes, nsid: datagram.nsid })
    }
  }

  overrun(): void {
    this.#push({ type: 'overrun' })
  }

  unreadable(error: DecodeError, { group, bytes, nsid }: Datagram): void {
    if (this.#groups.has(group)) this.#push({ type: 'unreadable', error, bytes, nsid })
  }

  failed(error: SystemError): void {
    this.#hasFailed = true
    this.#events.fail(error)
  }

  #push(event: MonitorEvent<M>): void {
    // An event that does not fit is lost. It is reported like a loss in the kernel.
    if (this.#events.size < SHARED_CAPACITY) this.#events.push(event)
    else if (this.#events.last?.type !== 'overrun') this.#events.push({ type: 'overrun' })
  }
}
