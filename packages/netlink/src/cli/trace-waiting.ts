import { compile } from '../codec/index.js'
import { NETLINK, NLM_F, type Nlmsghdr, nlmsghdr } from '../message/index.js'
import type { Monitored } from './trace-nlmon.js'

/** A datagram with the time at which it was read, in nanoseconds since 1970. */
export interface TimedDatagram extends Monitored {
  readonly time: bigint
}

/** A datagram with the port of the process that sends or receives it. 0: unknown. */
export interface PortedDatagram extends TimedDatagram {
  readonly port: number
}

/** A datagram that waits. A request waits for its answer until `until`, in nanoseconds since 1970. */
interface Waiting {
  readonly datagram: TimedDatagram
  port: number
  until: bigint
}

/** Time to wait for an answer that the request demands, in nanoseconds. The kernel always sends it: some requests take it long. */
const ACKED = 10_000_000_000n

/** Time to wait for other answers, in nanoseconds. Only requests that read have one. */
const OTHER = 1_000_000_000n

const header = compile(nlmsghdr)

/** Returns the header of the first message, or undefined if there is none. */
const headerOf = ({ protocol, bytes }: Monitored): Nlmsghdr | undefined =>
  protocol === NETLINK.KOBJECT_UEVENT || bytes.length < nlmsghdr.size
    ? undefined
    : header.decode(bytes, 0, bytes.length)

/** Keeps datagrams in order until their ports are known: most requests do not contain that of their sender, but their answers do. */
export class WaitingDatagrams {
  readonly #all: Waiting[] = []
  /** Requests without an answer, by protocol and sequence number. */
  readonly #requests = new Map<string, Waiting[]>()

  add(datagram: TimedDatagram): void {
    const first = headerOf(datagram)
    const { pid = 0, flags = 0, seq = 0 } = first ?? {}
    const waiting: Waiting = { datagram, port: pid, until: 0n }
    this.#all.push(waiting)
    if (first === undefined) return
    const key = `${datagram.protocol} ${seq}`
    const isRequest = (flags & NLM_F.REQUEST) !== 0
    if (isRequest && pid === 0) {
      waiting.until = datagram.time + ((flags & NLM_F.ACK) === 0 ? OTHER : ACKED)
      const others = this.#requests.get(key)
      if (others) others.push(waiting)
      else this.#requests.set(key, [waiting])
    } else if (!isRequest && pid !== 0) this.#answered(key, pid)
  }

  /** Returns and forgets the datagrams before the first one that still waits at `now`. `isLast`: all of them. */
  take(now: bigint, isLast = false): PortedDatagram[] {
    const end = isLast ? -1 : this.#all.findIndex(({ until }) => until > now)
    const taken = this.#all.splice(0, end === -1 ? this.#all.length : end)
    for (const each of taken) if (each.until > 0n) this.#forget(each)
    return taken.map(({ datagram, port }) => ({ ...datagram, port }))
  }

  /** The time at which the first datagram no longer waits. Undefined: none waits. */
  get deadline(): bigint | undefined {
    return this.#all[0]?.until
  }

  #answered(key: string, port: number): void {
    for (const request of this.#requests.get(key) ?? []) {
      request.port = port
      request.until = 0n
    }
    this.#requests.delete(key)
  }

  #forget({ datagram }: Waiting): void {
    const key = `${datagram.protocol} ${headerOf(datagram)?.seq}`
    const left = this.#requests.get(key)?.filter((each) => each.datagram !== datagram) ?? []
    if (left.length > 0) this.#requests.set(key, left)
    else this.#requests.delete(key)
  }
}
