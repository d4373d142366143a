import { constants } from 'node:os'
import { decode, sockaddrIn } from '@netloom/netlink/codec'
import { IP, IPV6, MSG_DONTWAIT, MSG_ERRQUEUE, SO_EE_ORIGIN_LOCAL, SOL_IP, SOL_IPV6, sockExtendedErr } from './abi.js'
import { AddressCache } from './address.js'
import { findControl } from './control-messages.js'
import { UdpError } from './errors.js'
import { CONTROL_SIZE, CONTROLLEN, MessageTable, NAME_SIZE, NAMELEN } from './message-table.js'

/** Maximum number of errors that one call takes, so that a flood of ICMP messages does not block the thread. */
const MOST = 64

const isExtendedError = (level: number, type: number) =>
  (level === SOL_IP && type === IP.RECVERR) || (level === SOL_IPV6 && type === IPV6.RECVERR)

/** An error that the kernel has queued. */
interface QueuedError {
  /** True if the kernel refused the datagram itself, false for an ICMP message. */
  readonly isLocal: boolean
  readonly error: UdpError
}

/** Takes the errors that the kernel queues for a socket (IP_RECVERR). While there are any, the socket is readable. */
export class ErrorQueue {
  /** Number of ICMP messages so far. */
  count = 0
  readonly #onError: ((error: UdpError) => void) | undefined
  readonly #addresses = new AddressCache()
  #table: MessageTable | undefined

  constructor(onError: ((error: UdpError) => void) | undefined) {
    this.#onError = onError
  }

  /** Takes the queued errors, and reports those of ICMP. Returns the number of these, and the last local one. */
  drain(fd: number): { readonly reported: number; readonly local: UdpError | undefined } {
    let reported = 0
    let local: UdpError | undefined
    for (let i = 0; i < MOST; i++) {
      const queued = this.#take(fd)
      if (queued === undefined) break
      if (queued.isLocal) {
        local = queued.error
        continue
      }
      reported++
      this.#report(queued.error)
    }
    return { reported, local }
  }

  #report(error: UdpError): void {
    this.count++
    const onError = this.#onError
    // An exception of the callback must not interrupt sending or receiving.
    if (onError) queueMicrotask(() => onError(error))
  }

  #take(fd: number): QueuedError | undefined {
    this.#table ??= new MessageTable(1)
    const table = this.#table
    table.headers[NAMELEN] = NAME_SIZE
    table.headers[CONTROLLEN] = CONTROL_SIZE
    // The datagram is cut off.
    if (table.receiveOne(fd, 0, MSG_ERRQUEUE + MSG_DONTWAIT) < 0) return undefined
    const { controls, names } = table
    const found = findControl(controls, (table.headers[CONTROLLEN] as number) / 4, isExtendedError)
    const peer = (table.headers[NAMELEN] as number) >= sockaddrIn.size ? this.#addresses.at(names, 0) : undefined
    if (found === undefined) return { isLocal: true, error: new UdpError(0, { peer }) }
    const [at, end] = found
    const bytes = Buffer.from(controls.buffer, controls.byteOffset + at * 4, (end - at) * 4)
    const { errno, origin, info } = decode(sockExtendedErr, bytes)
    // Of other errors, it is a position in the packet.
    const mtu = errno === constants.errno.EMSGSIZE && info !== 0 ? info : undefined
    const isLocal = origin === SO_EE_ORIGIN_LOCAL
    const reporterAt = at + sockExtendedErr.size / 4
    const hasReporter = !isLocal && end - reporterAt >= sockaddrIn.size / 4 && (controls[reporterAt] as number) !== 0
    const reporter = hasReporter ? this.#addresses.at(controls, reporterAt) : undefined
    return { isLocal, error: new UdpError(errno, { peer, mtu, reporter }) }
  }
}
