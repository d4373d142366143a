import { Buffer } from '../codec/buffer.js'
import { type ByteOrder, EncodeError, encode, hostOrder, show } from '../codec/index.js'
import {
  type CapturedDatagram,
  cookedHeader,
  cookedHeaderValue,
  cookedSize,
  LINKTYPE_NETLINK,
  SNAPLEN,
} from './format.js'
import { toComment } from './pcapng-comment.js'
import {
  BYTE_ORDER_MAGIC,
  blockHeader,
  COMMENT,
  END_OF_OPTIONS,
  ENHANCED_PACKET,
  enhancedPacket,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  interfaceDescription,
  option,
  padded,
  SECTION_HEADER,
  sectionHeader,
  trailerSize,
  USER_APPLICATION,
} from './pcapng-format.js'

/** The value of if_tsresol: nanoseconds. */
const NANOSECONDS = 9

/** The first time, in nanoseconds, that a pcapng file cannot express. */
const END = 2n ** 64n

/** Returns a block with its lengths and its padding. */
function blockOf(type: number, order: ByteOrder, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length = blockHeader.size + body.length + trailerSize
  const lengthBytes = Buffer.alloc(trailerSize)
  lengthBytes[`writeUInt32${order}`](length)
  return Buffer.concat([encode(blockHeader, { type, length }, { order }), body, lengthBytes])
}

const paddingOf = (length: number) => Buffer.alloc(padded(length) - length)

/** Returns options with the end of the options. */
function optionsOf(order: ByteOrder, ...options: readonly (readonly [code: number, value: Buffer])[]): Buffer {
  const all = [...options, [END_OF_OPTIONS, Buffer.alloc(0)] as const]
  return Buffer.concat(
    all.flatMap(([code, value]) => [
      encode(option, { code, length: value.length }, { order }),
      value,
      paddingOf(value.length),
    ]),
  )
}

/** Returns the blocks at the beginning of a file: the section, and its only interface. */
export function pcapngHeader(order: ByteOrder): Buffer {
  const section = { magic: BYTE_ORDER_MAGIC, major: 1, minor: 0, length: -1n }
  const interfaceValue = { linktype: LINKTYPE_NETLINK, _reserved: 0, snaplen: SNAPLEN }
  return Buffer.concat([
    blockOf(
      SECTION_HEADER,
      order,
      encode(sectionHeader, section, { order }),
      optionsOf(order, [USER_APPLICATION, Buffer.from('netloom')]),
    ),
    blockOf(
      INTERFACE_DESCRIPTION,
      order,
      encode(interfaceDescription, interfaceValue, { order }),
      optionsOf(order, [IF_TSRESOL, Buffer.of(NANOSECONDS)]),
    ),
  ])
}

/** Returns the block of a datagram. @throws {EncodeError} if its time or protocol is out of range */
export function pcapngPacket(datagram: CapturedDatagram, order: ByteOrder): Buffer {
  const { time, bytes } = datagram
  if (typeof time !== 'bigint' || time < 0n || time >= END)
    throw new EncodeError(`expected a time (a bigint from 0 to ${END - 1n} nanoseconds), got ${show(time)}`)
  const length = cookedSize + bytes.length
  const comment = toComment(datagram)
  const header = {
    ...{ interface: 0, timestampHigh: Number(time >> 32n), timestampLow: Number(time & 0xffffffffn) },
    ...{ capturedLength: length, originalLength: length },
  }
  const packet = [
    encode(enhancedPacket, header, { order }),
    encode(cookedHeader, cookedHeaderValue(datagram), { order }),
    bytes,
    paddingOf(length),
  ]
  const options = comment === '' ? [] : [optionsOf(order, [COMMENT, Buffer.from(comment)])]
  return blockOf(ENHANCED_PACKET, order, ...packet, ...options)
}

/**
 * Returns a pcapng file with nanosecond time stamps, which Wireshark can read. Processes and durations of datagrams are
 * comments of their packets, which `readPcapng` reads back.
 * @throws {EncodeError} if a datagram's time or protocol is out of range
 */
export const writePcapng = (datagrams: Iterable<CapturedDatagram>, order: ByteOrder = hostOrder): Buffer =>
  Buffer.concat([pcapngHeader(order), ...Array.from(datagrams, (datagram) => pcapngPacket(datagram, order))])
