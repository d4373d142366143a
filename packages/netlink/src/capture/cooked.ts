import { structParser } from '../codec/binary-parser.js'
import { byteCount } from '../codec/error.js'
import { type ByteOrder, constants, DecodeError, fixedBytes, struct, u16be } from '../codec/index.js'
import type { StructWriter } from '../codec/smart-buffer.js'

/** PACKET_*, linux/if_packet.h: the packet types that captures of netlink hold. */
export const PACKET = constants('PACKET', {
  HOST: 0, // recorders that know the direction: from the kernel
  OUTGOING: 4, // recorders that know the direction: to the kernel; nlmon marks every datagram so
  USER: 6, // from the kernel
  KERNEL: 7, // to the kernel
})

export const LINKTYPE_NETLINK = 253
const ARPHRD_NETLINK = 824

/** What LINKTYPE_NETLINK puts before each datagram: the address of a packet socket on nlmon, big-endian */
const cookedHeader = struct('netlink pseudo-header', {
  packetType: u16be, // PACKET_*
  arphrd: u16be,
  addressLength: u16be,
  address: fixedBytes(8),
  protocol: u16be, // NETLINK_*
})

/** Bytes before the datagram. */
export const cookedSize = cookedHeader.size

/** One datagram of a capture. */
export interface CapturedDatagram {
  /** Nanoseconds since 1970; 0n where the file does not tell. */
  readonly time: bigint
  /** NETLINK_*, e.g. 0 for NETLINK_ROUTE. */
  readonly protocol: number
  /** PACKET_*. Of a capture made on an nlmon device it is PACKET_OUTGOING whatever the direction (`dev_queue_xmit_nit`). */
  readonly packetType: number
  readonly bytes: Buffer
}

/** Reads a packet of `length` bytes at the file's offset `start`, of which `room` bytes are left there. */
export type ReadPacket = (time: bigint, start: number, length: number, room: number) => CapturedDatagram

/** What reads the packets of a file. @throws {DecodeError} (the reader) where the packet does not fit */
export function packetReader(file: Buffer): ReadPacket {
  // All big-endian, whatever order the file has.
  const readCooked = structParser(cookedHeader, 'BE')
  return (time, start, length, room) => {
    if (length < cookedSize || length > room) {
      throw new DecodeError(
        `expected a packet of ${cookedSize} to ${byteCount(room)} at offset ${start}, got one that claims ${length}`,
      )
    }
    const { packetType, protocol } = readCooked(file, start)
    return { time, protocol, packetType, bytes: file.subarray(start + cookedSize, start + length) }
  }
}

/** Appends a packet: pseudo-header and datagram. */
export function writePacket(out: StructWriter, { packetType, protocol, bytes }: CapturedDatagram): void {
  const address = { arphrd: ARPHRD_NETLINK, addressLength: 0, address: Buffer.alloc(8) }
  out.write(cookedHeader, { ...address, packetType, protocol }).bytes(bytes)
}

/** `bytes` as a Buffer, without copying. */
export const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The byte order in which the four bytes at `at` are one of `magics`. */
export function orderAt(file: Buffer, at: number, ...magics: number[]): ByteOrder | undefined {
  if (at + 4 > file.length) return undefined
  if (magics.includes(file.readUInt32LE(at))) return 'LE'
  return magics.includes(file.readUInt32BE(at)) ? 'BE' : undefined
}
