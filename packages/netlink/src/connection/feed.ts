import { DecodeError } from '../codec/index.js'
import { type Messages, type NetlinkMessage, NLMSG_MIN_TYPE, nlmsghdr, type Protocol } from '../message/index.js'
import type { SystemError } from '../socket/error.js'
import type { Datagram } from '../socket/transport.js'
import type { Channel } from './channel.js'
import type { Listener } from './engine.js'
import type { MonitorEvent } from './events.js'
import { decodeMessage } from './exchange.js'

/** So many events wait here; what comes beyond waits in the kernel, as long as its buffer has room. */
const QUEUE = 4096

/** Largest number of queued events for a shared socket, which must be read on for its requests. */
export const LIMIT = 2 * QUEUE

/** Events of a monitor that wait until they are taken. Nothing in here refers to the monitor, so that it can be collected. */
export interface Feed<E> {
  readonly closed: boolean
  /** True if there is an event, or an error in its place. */
  readonly ready: boolean
  /** Takes the first event. @throws {SystemError} if the socket failed, when the events before that are taken */
  take(): E | undefined
  /** Resolves when something has come, or when it is closed. Several may wait, and each looks again. */
  news(): Promise<void>
  /** Ends hearing, and drops what was not taken. A second time does nothing. */
  close(): void
}

/** Hears groups by a channel. `closed` gives back what it hears by. */
export function openFeed<M extends Messages>(
  protocol: Protocol<M>,
  channel: Channel,
  groups: ReadonlySet<number>,
  closed: () => void,
): Feed<MonitorEvent<M>> {
  let open = true
  let wake: (() => void) | undefined
  const queue = queueOf<M>(protocol as Protocol, groups, () => {
    const call = wake
    wake = undefined
    call?.()
  })
  const callOff = channel.listen(queue)
  return {
    get closed() {
      return !open
    },
    get ready() {
      return queue.events.length > 0 || queue.end !== undefined
    },
    take() {
      const { events, end } = queue
      const event = events.shift()
      if (event === undefined && end !== undefined) throw end
      if (open && events.length < QUEUE) channel.resume()
      return event
    },
    news() {
      return new Promise((resolve) => {
        const others = wake
        wake = () => {
          others?.()
          resolve()
        }
      })
    },
    close() {
      if (!open) return
      open = false
      queue.events.length = 0
      callOff()
      closed()
      wake?.()
    },
  }
}

/** Events that were received and not yet taken. */
interface Queue<E> extends Listener {
  readonly events: E[]
  /** The error to report after the last event. */
  readonly end: SystemError | undefined
}

function queueOf<M extends Messages>(
  protocol: Protocol,
  groups: ReadonlySet<number>,
  wakeUp: () => void,
): Queue<MonitorEvent<M>> {
  const events: MonitorEvent<M>[] = []
  let end: SystemError | undefined
  const push = (event: MonitorEvent<M>) => {
    // A shared socket is read for requests too. An event that does not fit is lost, as if the kernel had dropped it.
    if (events.length < LIMIT) events.push(event)
    else if (events.at(-1)?.type !== 'overrun') events.push({ type: 'overrun' })
    wakeUp()
  }
  const unreadable = (error: DecodeError, bytes: Buffer, { nsid }: Datagram) =>
    push({ type: 'unreadable', error, bytes, nsid })
  return {
    events,
    get end() {
      return end
    },
    get ready() {
      return end === undefined && events.length < QUEUE
    },
    message(nlmsg: NetlinkMessage, datagram) {
      if (nlmsg.type < NLMSG_MIN_TYPE || !groups.has(datagram.group)) return
      try {
        const { name: type, message } = decodeMessage(protocol, nlmsg)
        push({ type, message, flags: nlmsg.flags, nsid: datagram.nsid, sender: datagram.sender } as MonitorEvent<M>)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        unreadable(error, nlmsg.bytes.subarray(nlmsg.start - nlmsghdr.size, nlmsg.end), datagram)
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
}
