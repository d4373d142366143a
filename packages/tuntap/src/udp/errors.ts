import { SystemError } from '@netloom/netlink/socket'
import type { UdpAddress } from './address.js'

/** Facts about a failed datagram, as far as the kernel reports them. */
export interface UdpErrorDetails {
  /** Destination of the datagram. */
  readonly peer?: UdpAddress | undefined
  /** With `EMSGSIZE`: the MTU of the path, including the headers of IP and UDP. */
  readonly mtu?: number | undefined
  /** The host that has sent an ICMP message about the datagram, without a port. */
  readonly reporter?: UdpAddress | undefined
}

const text = ({ peer, mtu, reporter }: UdpErrorDetails): string =>
  [
    // The kernel does not report the port of a datagram that it refused itself.
    ...(peer ? [`to ${peer.port === 0 ? peer.address : peer}`] : []),
    ...(reporter ? [`as ${reporter.address} reports`] : []),
    ...(mtu === undefined ? [] : [`the MTU is ${mtu}`]),
  ].join(', ')

/** A datagram was not sent, or an ICMP message reports that it did not arrive. The socket remains usable. Branch on `code`. */
export class UdpError extends SystemError implements UdpErrorDetails {
  override readonly name = 'UdpError'
  readonly peer: UdpAddress | undefined
  readonly mtu: number | undefined
  readonly reporter: UdpAddress | undefined

  constructor(errno: number, details: UdpErrorDetails) {
    super('sendmsg', errno, text(details) || undefined)
    this.peer = details.peer
    this.mtu = details.mtu
    this.reporter = details.reporter
  }
}

/** A field of a message has a value that does not fit. Nothing was sent. */
export class DatagramError extends RangeError {
  override readonly name = 'DatagramError'
  readonly code = 'ERR_UDP_DATAGRAM'

  constructor(
    /** e.g. `segmentSize` or `data.length` */
    readonly field: string,
    readonly value: unknown,
    expected: string,
    /** Index of the message in its batch. */
    readonly index: number,
  ) {
    super(`message ${index}: expected ${field} ${expected}, got ${value}`)
  }
}
