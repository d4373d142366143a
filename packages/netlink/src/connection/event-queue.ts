import { DecodeError } from '../codec/index.js'
import { type Messages, type NetlinkMessage, NLMSG_MIN_TYPE, nlmsghdr, type Protocol } from '../message/index.js'
import type { SystemError } from '../socket/error.js'
import type { Datagram } from '../socket/transport.js'
import { AsyncQueue } from './async-queue.js'
import type { MonitorEvent } from './events.js'
import { decodeMessage } from './exchange.js'
import type { GroupListener } from './in-flight.js'
import type { SocketDriver } from './socket-driver.js'

/** Most events that wait here. Further messages wait in the kernel, as long as its buffer has room. */
const CAPACITY = 4096

/** Most events that wait here if the socket is shared: it is read for requests too, whether events are taken or not. */
export const SHARED_CAPACITY = 2 * CAPACITY

/** Events of a monitor that wait until they are taken. Does not refer to the monitor, so that this can be garbage-collected. */
export class EventQueue<M extends Messages> implements GroupListener {
  readonly #protocol: Protocol
  readonly #driver: SocketDriver
  readonly #groups: ReadonlySet<number>
  readonly #events = new AsyncQueue<MonitorEvent<M>>()
  readonly #stopListening: () => void
  readonly #onClose: () => void
  #hasFailed = false

  /** Listens to groups by a socket. `onClose` releases the socket. */
  constructor(protocol: Protocol<M>, driver: SocketDriver, groups: readonly number[], onClose: () => void) {
    this.#protocol = protocol as Protocol
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

  /** Takes the first event. @throws {SystemError} if the socket failed and all earlier events are taken */
  take(): MonitorEvent<M> | undefined {
    const event = this.#events.take()
    if (!this.isClosed && this.#events.size < CAPACITY) this.#driver.resume()
    return event
  }

  /** Resolves when an event was received, or when the queue was closed. Several may wait. */
  changed(): Promise<void> {
    return this.#events.changed()
  }

  /** Stops listening, and drops the remaining events. A second call does nothing. */
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
    if (nlmsg.type < NLMSG_MIN_TYPE || !this.#groups.has(datagram.group)) return
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
    // An event that does not fit is lost, as if the kernel had dropped it.
    if (this.#events.size < SHARED_CAPACITY) this.#events.push(event)
    else if (this.#events.last?.type !== 'overrun') this.#events.push({ type: 'overrun' })
  }
}
