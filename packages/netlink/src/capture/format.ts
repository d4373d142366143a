import { Buffer } from '../codec/buffer.js'
import { EncodeError, enumOf, fixedBytes, show, struct, u16, u16be, u32 } from '../codec/index.js'
import { PACKET } from '../constants/index.js'
import { NETLINK } from '../message/index.js'

export const LINKTYPE_NETLINK = 253
const ARPHRD_NETLINK = 824

/** Header before each datagram of LINKTYPE_NETLINK, big-endian: the `struct sockaddr_ll` of a packet socket on nlmon. */
export const cookedHeader = struct('netlink pseudo-header', {
  // PACKET_HOST or PACKET_USER: from the kernel. PACKET_OUTGOING or PACKET_KERNEL: to the kernel. nlmon marks all datagrams
  // as PACKET_OUTGOING.
  packetType: enumOf(u16be, PACKET),
  arphrd: u16be,
  addressLength: u16be,
  address: fixedBytes(8),
  protocol: enumOf(u16be, NETLINK),
})

/** Size of the pseudo-header in bytes. */
export const cookedSize = cookedHeader.size

/** A process that sent or received a datagram. */
export interface CapturedProcess {
  readonly pid: number
  /** Name of the program, e.g. `ip`, if the recorder knows it. It may contain any character: see `printable`. */
  readonly name?: string
}

/** One datagram of a capture. */
export interface CapturedDatagram {
  /** Nanoseconds since 1970; 0n if the file has no time stamps. */
  readonly time: bigint
  /** Protocol: NETLINK_*, e.g. 0 for NETLINK_ROUTE. */
  readonly protocol: number
  /** Direction: PACKET_*. Always PACKET_OUTGOING in captures of nlmon (`dev_queue_xmit_nit`). */
  readonly packetType: number
  readonly bytes: Buffer
  /** The process at the other end of the kernel's socket, if the file contains it. */
  readonly process?: CapturedProcess
  /**
   * Nanoseconds that the system call took, if the file contains it. The kernel handles a request inside of the call that sends
   * it, so this is its work, plus the cost of the call itself.
   */
  readonly duration?: bigint
}

/** The header of a pcap file, draft-ietf-opsawg-pcap section 4 */
export const fileHeader = struct('pcap file header', {
  magic: u32, // 0xa1b2c3d4: microseconds; 0xa1b23c4d: nanoseconds
  versionMajor: u16,
  versionMinor: u16,
  _reserved1: u32,
  _reserved2: u32,
  snaplen: u32,
  linktype: u32, // the upper six bits describe the frame check sequence
})

/** The header of a packet, draft-ietf-opsawg-pcap section 5 */
export const recordHeader = struct('pcap packet record', {
  seconds: u32,
  fraction: u32, // micro- or nanoseconds
  capturedLength: u32,
  originalLength: u32,
})

export const MAGIC_MICROSECONDS = 0xa1b2c3d4
export const MAGIC_NANOSECONDS = 0xa1b23c4d
export const SNAPLEN = 262144

/** The header of a file with time stamps in nanoseconds. */
export const fileHeaderValue = {
  ...{ magic: MAGIC_NANOSECONDS, versionMajor: 2, versionMinor: 4, _reserved1: 0, _reserved2: 0 },
  ...{ snaplen: SNAPLEN, linktype: LINKTYPE_NETLINK },
}

const BILLION = 1_000_000_000n

/** The first time, in nanoseconds, that a pcap file cannot express: in the year 2106. */
const END = 2n ** 32n * BILLION

/** Returns the header of a packet. @throws {EncodeError} if its time does not fit */
export function recordHeaderValue({ time, bytes }: CapturedDatagram) {
  if (typeof time !== 'bigint' || time < 0n || time >= END)
    throw new EncodeError(`expected a time (a bigint from 0 to ${END - 1n} nanoseconds), got ${show(time)}`)
  const length = bytes.length + cookedSize
  const [seconds, fraction] = [Number(time / BILLION), Number(time % BILLION)]
  return { seconds, fraction, capturedLength: length, originalLength: length }
}

/** Returns the pseudo-header of a datagram. @throws {EncodeError} if a number does not fit 16 bits */
export function cookedHeaderValue({ packetType, protocol }: CapturedDatagram) {
  for (const [name, value] of Object.entries({ packetType, protocol })) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff)
      throw new EncodeError(`expected ${name} from 0 to 65535, got ${show(value)}`)
  }
  return { packetType, arphrd: ARPHRD_NETLINK, addressLength: 0, address: Buffer.alloc(8), protocol }
}
