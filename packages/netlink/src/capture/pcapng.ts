import { type StructReader, structParser } from '../codec/binary-parser.js'
import { perOrder } from '../codec/codec.js'
import { byteCount, lengthError } from '../codec/error.js'
import { type ByteOrder, DecodeError } from '../codec/index.js'
import { orderAt, packetReader, type ReadPacket } from './cooked.js'
import { type CapturedDatagram, LINKTYPE_NETLINK } from './format.js'
import { type CaptureSource, datagramsIn, type Input } from './input.js'
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

/** The positions of a block's body in the bytes of the input. The block's header and its repeated length are excluded. */
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

function openSection(input: Input, parsersFor: (order: ByteOrder) => Section['parsers']): Section {
  input.fill(blockHeader.size + sectionHeader.size)
  const { bytes, base } = input
  const at = input.at + blockHeader.size
  const order = orderAt(bytes, at, BYTE_ORDER_MAGIC)
  if (order === undefined) {
    const found = bytes.toString('hex', at, at + 4)
    throw new DecodeError(`expected a pcapng byte-order magic at offset ${base + at}, got 0x${found}`)
  }
  const parsers = parsersFor(order)
  const { major, minor } = parsers.section(bytes, at, base)
  if (major !== 1) {
    const offset = base + input.at
    throw new DecodeError(`expected pcapng version 1 in the section at offset ${offset}, got ${major}.${minor}`)
  }
  return { order, parsers, interfaces: [] }
}

function nextBlock(input: Input, { order, parsers }: Section): Block {
  input.fill(blockHeader.size)
  const { type, length } = parsers.block(input.bytes, input.at, input.base)
  const room = input.fill(length)
  const { bytes, base, at } = input
  const smallest = blockHeader.size + trailerSize
  if (length < smallest || length > room || length % 4 !== 0)
    throw lengthError('a block', smallest, room, base + at, length)
  const end = at + length - trailerSize
  const repeated = order === 'LE' ? bytes.readUInt32LE(end) : bytes.readUInt32BE(end)
  if (repeated !== length)
    throw new DecodeError(`expected the block's length ${length} again at offset ${base + end}, got ${repeated}`)
  return { type, start: at + blockHeader.size, end }
}

/** Reads the struct at the start of a block's body. @throws {DecodeError} if the block is too short */
function bodyOf<T>({ bytes, base }: Input, { start, end }: Block, parse: StructReader<T>): T {
  return parse(bytes.subarray(0, end), start, base)
}

function* optionsOf(
  { bytes, base }: Input,
  from: number,
  end: number,
  { parsers }: Section,
): Generator<[number, Buffer]> {
  for (let at = from; at + option.size <= end; ) {
    const { code, length } = parsers.option(bytes, at, base)
    if (code === END_OF_OPTIONS) return
    const start = at + option.size
    if (start + length > end) {
      throw new DecodeError(
        `expected an option of up to ${byteCount(end - start)} at offset ${base + at}, got one that claims ${length}`,
      )
    }
    yield [code, bytes.subarray(start, start + length)]
    at = start + padded(length)
  }
}

function describeInterface(input: Input, block: Block, section: Section): Interface {
  const { linktype, snaplen } = bodyOf(input, block, section.parsers.interface)
  let unitsPerSecond = 1_000_000n
  let offset = 0n
  for (const [code, value] of optionsOf(input, block.start + interfaceDescription.size, block.end, section)) {
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
function datagramOf(input: Input, block: Block, section: Section, read: ReadPacket): CapturedDatagram | undefined {
  if (block.type === SIMPLE_PACKET) {
    const { originalLength } = bodyOf(input, block, section.parsers.simple)
    const { linktype, snaplen } = interfaceOf(section, 0, input.base + block.start)
    const start = block.start + simplePacket.size
    const length = snaplen === 0 ? originalLength : Math.min(originalLength, snaplen)
    return linktype === LINKTYPE_NETLINK ? read(0n, start, length, block.end - start) : undefined
  }
  const { enhanced, obsolete } = section.parsers
  const packet = bodyOf(input, block, block.type === ENHANCED_PACKET ? enhanced : obsolete)
  const { linktype, unitsPerSecond, offset } = interfaceOf(section, packet.interface, input.base + block.start)
  if (linktype !== LINKTYPE_NETLINK) return undefined
  const units = (BigInt(packet.timestampHigh) << 32n) | BigInt(packet.timestampLow)
  const time = (units * 1_000_000_000n) / unitsPerSecond + offset * 1_000_000_000n
  const start = block.start + enhancedPacket.size
  const datagram = read(time, start, packet.capturedLength, block.end - start)
  return { ...datagram, ...recordedAt(input, start + padded(packet.capturedLength), block, section) }
}

/** Reads the comments behind a packet that contain its process and its duration. */
function recordedAt(input: Input, from: number, { end }: Block, section: Section): Recorded {
  let found: Recorded = {}
  for (const [code, value] of optionsOf(input, from, end, section)) {
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
export function readPcapng(file: CaptureSource): Generator<CapturedDatagram, void, undefined> {
  return datagramsIn(file, pcapngDatagrams)
}

/** Yields the datagrams of a pcapng file. See {@link readPcapng}. */
export function* pcapngDatagrams(input: Input): Generator<CapturedDatagram, void, undefined> {
  input.fill(blockHeader.size)
  if (orderAt(input.bytes, 0, SECTION_HEADER) === undefined)
    throw new DecodeError(`expected a pcapng file, got one that begins with 0x${input.bytes.toString('hex', 0, 4)}`)
  const read = packetReader(input)
  const parsersFor = perOrder(parsersOf)
  const linktypes = new Set<number>()
  let section: Section | undefined
  while (input.fill(blockHeader.size) > 0) {
    // SECTION_HEADER is the same in both byte orders. The byte-order magic after it decides.
    if (section === undefined || orderAt(input.bytes, input.at, SECTION_HEADER))
      section = openSection(input, parsersFor)
    const block = nextBlock(input, section)
    if (block.type === INTERFACE_DESCRIPTION) {
      const described = describeInterface(input, block, section)
      section.interfaces.push(described)
      linktypes.add(described.linktype)
    } else if (packetTypes.includes(block.type)) {
      const datagram = datagramOf(input, block, section, read)
      if (datagram) yield datagram
    }
    input.at = block.end + trailerSize
  }
  if (linktypes.size > 0 && !linktypes.has(LINKTYPE_NETLINK)) {
    const found = [...linktypes].join(', ')
    throw new DecodeError(`expected an interface of LINKTYPE_NETLINK (253), got link type ${found} only`)
  }
}
