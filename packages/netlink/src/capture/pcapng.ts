import { structParser } from '../codec/binary-parser.js'
import { perOrder } from '../codec/codec.js'
import { byteCount } from '../codec/error.js'
import { type ByteOrder, DecodeError } from '../codec/index.js'
import { asBuffer, orderAt, packetReader, type ReadPacket } from './cooked.js'
import { type CapturedDatagram, LINKTYPE_NETLINK } from './format.js'
import { fromComment, type Recorded } from './pcapng-comment.js'
import {
  BYTE_ORDER_MAGIC,
  blockHeader,
  COMMENT,
  END_OF_OPTIONS,
  ENHANCED_PACKET,
  enhancedPacket,
  IF_TSOFFSET,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  interfaceDescription,
  OBSOLETE_PACKET,
  obsoletePacket,
  option,
  padded,
  SECTION_HEADER,
  SIMPLE_PACKET,
  sectionHeader,
  simplePacket,
  trailerSize,
} from './pcapng-format.js'

/** Properties of an interface that its packets need. */
interface Interface {
  readonly linktype: number
  readonly snaplen: number
  /** Resolution of the time stamps: units per second. */
  readonly unitsPerSecond: bigint
  /** Seconds to add to the time stamps. */
  readonly offset: bigint
}

/** The offsets of a block's body in the file. The block's header and its repeated length are excluded. */
interface Block {
  readonly type: number
  readonly start: number
  readonly end: number
}

/** A section of the file: its byte order, and its interfaces so far. */
interface Section {
  readonly order: ByteOrder
  readonly parsers: ReturnType<typeof parsersOf>
  readonly interfaces: Interface[]
}

/**
 * Creates the struct readers of one byte order, once per file. That takes as long as reading thousands of packets, and a
 * section can be as small as 28 bytes.
 */
const parsersOf = (order: ByteOrder) => ({
  block: structParser(blockHeader, order),
  section: structParser(sectionHeader, order),
  interface: structParser(interfaceDescription, order),
  option: structParser(option, order),
  simple: structParser(simplePacket, order),
  enhanced: structParser(enhancedPacket, order),
  obsolete: structParser(obsoletePacket, order),
})

function openSection(file: Buffer, at: number, parsersFor: (order: ByteOrder) => Section['parsers']): Section {
  const order = orderAt(file, at + blockHeader.size, BYTE_ORDER_MAGIC)
  if (order === undefined) {
    const found = file.toString('hex', at + blockHeader.size, at + blockHeader.size + 4)
    throw new DecodeError(`expected a pcapng byte-order magic at offset ${at + blockHeader.size}, got 0x${found}`)
  }
  const parsers = parsersFor(order)
  const { major, minor } = parsers.section(file, at + blockHeader.size)
  if (major !== 1)
    throw new DecodeError(`expected pcapng version 1 in the section at offset ${at}, got ${major}.${minor}`)
  return { order, parsers, interfaces: [] }
}

function blockAt(file: Buffer, at: number, { order, parsers }: Section): Block {
  const { type, length } = parsers.block(file, at)
  const smallest = blockHeader.size + trailerSize
  if (length < smallest || length > file.length - at || length % 4 !== 0) {
    throw new DecodeError(
      `expected a block of ${smallest} to ${byteCount(file.length - at)} at offset ${at}, got one that claims ${length}`,
    )
  }
  const end = at + length - trailerSize
  const repeated = order === 'LE' ? file.readUInt32LE(end) : file.readUInt32BE(end)
  if (repeated !== length)
    throw new DecodeError(`expected the block's length ${length} again at offset ${end}, got ${repeated}`)
  return { type, start: at + blockHeader.size, end }
}

/** Reads the struct at the start of a block's body. @throws {DecodeError} if the block is too short */
function bodyOf<T>(file: Buffer, { start, end }: Block, parse: (bytes: Uint8Array, at: number) => T): T {
  return parse(file.subarray(0, end), start)
}

function* optionsOf(file: Buffer, from: number, end: number, { parsers }: Section): Generator<[number, Buffer]> {
  for (let at = from; at + option.size <= end; ) {
    const { code, length } = parsers.option(file, at)
    if (code === END_OF_OPTIONS) return
    const start = at + option.size
    if (start + length > end) {
      throw new DecodeError(
        `expected an option of up to ${byteCount(end - start)} at offset ${at}, got one that claims ${length}`,
      )
    }
    yield [code, file.subarray(start, start + length)]
    at = start + padded(length)
  }
}

function describeInterface(file: Buffer, block: Block, section: Section): Interface {
  const { linktype, snaplen } = bodyOf(file, block, section.parsers.interface)
  let unitsPerSecond = 1_000_000n
  let offset = 0n
  for (const [code, value] of optionsOf(file, block.start + interfaceDescription.size, block.end, section)) {
    const resolution = value[0] ?? 0
    if (code === IF_TSRESOL && value.length === 1)
      unitsPerSecond = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f)
    if (code === IF_TSOFFSET && value.length === 8) offset = value[`readBigInt64${section.order}`]()
  }
  return { linktype, snaplen, unitsPerSecond, offset }
}

function interfaceOf({ interfaces }: Section, index: number, at: number): Interface {
  const found = interfaces[index]
  if (found === undefined) {
    throw new DecodeError(
      `expected one of ${interfaces.length} interfaces in the packet at offset ${at}, got interface ${index}`,
    )
  }
  return found
}

/** Returns the datagram in a packet block, or undefined if its interface has another link type. */
function datagramOf(file: Buffer, block: Block, section: Section, read: ReadPacket): CapturedDatagram | undefined {
  if (block.type === SIMPLE_PACKET) {
    const { originalLength } = bodyOf(file, block, section.parsers.simple)
    const { linktype, snaplen } = interfaceOf(section, 0, block.start)
    const start = block.start + simplePacket.size
    const length = snaplen === 0 ? originalLength : Math.min(originalLength, snaplen)
    return linktype === LINKTYPE_NETLINK ? read(0n, start, length, block.end - start) : undefined
  }
  const { enhanced, obsolete } = section.parsers
  const packet = bodyOf(file, block, block.type === ENHANCED_PACKET ? enhanced : obsolete)
  const { linktype, unitsPerSecond, offset } = interfaceOf(section, packet.interface, block.start)
  if (linktype !== LINKTYPE_NETLINK) return undefined
  const units = (BigInt(packet.timestampHigh) << 32n) | BigInt(packet.timestampLow)
  const time = (units * 1_000_000_000n) / unitsPerSecond + offset * 1_000_000_000n
  const start = block.start + enhancedPacket.size
  const datagram = read(time, start, packet.capturedLength, block.end - start)
  return { ...datagram, ...recordedAt(file, start + padded(packet.capturedLength), block, section) }
}

/** Reads the comments behind a packet that contain its process and its duration. */
function recordedAt(file: Buffer, from: number, { end }: Block, section: Section): Recorded {
  let found: Recorded = {}
  for (const [code, value] of optionsOf(file, from, end, section)) {
    if (code === COMMENT) found = { ...found, ...fromComment(value.toString()) }
  }
  return found
}

const packetTypes = [SIMPLE_PACKET, ENHANCED_PACKET, OBSOLETE_PACKET]

/**
 * Yields the datagrams of a pcapng file that come from LINKTYPE_NETLINK interfaces. Skips other interfaces and blocks.
 * @throws {DecodeError} with the offset, if the file is damaged. The datagrams before the damage are yielded first. Also
 * throws if no interface has that type.
 */
export function* readPcapng(file: Uint8Array): Generator<CapturedDatagram, void, undefined> {
  const bytes = asBuffer(file)
  if (orderAt(bytes, 0, SECTION_HEADER) === undefined)
    throw new DecodeError(`expected a pcapng file, got one that begins with 0x${bytes.toString('hex', 0, 4)}`)
  const read = packetReader(bytes)
  const parsersFor = perOrder(parsersOf)
  const linktypes = new Set<number>()
  let section: Section | undefined
  for (let at = 0; at < bytes.length; ) {
    // SECTION_HEADER is the same in both byte orders. The byte-order magic after it decides.
    if (section === undefined || orderAt(bytes, at, SECTION_HEADER)) section = openSection(bytes, at, parsersFor)
    const block = blockAt(bytes, at, section)
    if (block.type === INTERFACE_DESCRIPTION) {
      const described = describeInterface(bytes, block, section)
      section.interfaces.push(described)
      linktypes.add(described.linktype)
    } else if (packetTypes.includes(block.type)) {
      const datagram = datagramOf(bytes, block, section, read)
      if (datagram) yield datagram
    }
    at = block.end + trailerSize
  }
  if (linktypes.size > 0 && !linktypes.has(LINKTYPE_NETLINK)) {
    const found = [...linktypes].join(', ')
    throw new DecodeError(`expected an interface of LINKTYPE_NETLINK (253), got link type ${found} only`)
  }
}
