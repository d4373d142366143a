import { Buffer } from '../codec/buffer.js'
import { type ByteOrder, DecodeError, encode, type Infer, type OpaquePart, struct, u32, u32be } from '../codec/index.js'
import { append, type Output } from '../codec/output.js'
import { ownMembers } from '../codec/own.js'
import { textUntilNul } from '../codec/text.js'
import { type Property, propertiesBytes, propertyOf, propertyParts, strings } from './properties.js'

/** Start of udev's messages. The kernel's messages never start with it. */
const PREFIX = Buffer.from('libudev\0')
const MAGIC = 0xfeedcafe

/**
 * First part of `struct monitor_netlink_header` of systemd, after the prefix. Offsets are in bytes, counted from the prefix.
 */
const extent = struct('monitor_netlink_header', {
  magic: u32be,
  headerSize: u32,
  propertiesOff: u32,
  propertiesLen: u32,
})

/** Hash values on which receivers filter: murmur hashes of SUBSYSTEM and DEVTYPE, and a Bloom filter of the tags. */
export const udevHeader = struct('monitor_netlink_header', {
  filterSubsystemHash: u32be,
  filterDevtypeHash: u32be,
  filterTagBloomHi: u32be,
  filterTagBloomLo: u32be,
})

const HEADER = PREFIX.length + extent.size + udevHeader.size

/** The members of udev's header, except for the offset and length of the properties. */
export interface UdevHeader extends Infer<typeof udevHeader> {
  /** Further bytes of the header, from a later version of udev. */
  more?: Buffer
  /** Bytes after the properties. Current versions send none. */
  rest?: Buffer
}

/** True if a message comes from udev. */
export const isUdev = (bytes: Buffer, start: number, end: number): boolean =>
  PREFIX.equals(bytes.subarray(start, Math.min(end, start + PREFIX.length)))

/** Returns the offsets of the properties. @throws {DecodeError} if they overlap the header or exceed the message */
function readExtent(bytes: Buffer, start: number, end: number, order: ByteOrder): [from: number, to: number] {
  const size = end - start
  if (size < HEADER) throw new DecodeError(`expected a header of udev (${HEADER} bytes), got ${size}`)
  const at = start + PREFIX.length
  const { magic, headerSize, propertiesOff, propertiesLen } = extent.codec(order).read(bytes, at)
  if (magic !== MAGIC) throw new DecodeError(`expected the magic number 0xfeedcafe, got 0x${magic.toString(16)}`)
  if (headerSize !== propertiesOff || propertiesOff < HEADER || propertiesOff + propertiesLen > size) {
    throw new DecodeError(
      `expected properties from offset ${HEADER} to ${size} behind a header, got ${propertiesLen} bytes at ${propertiesOff} behind one of ${headerSize}`,
    )
  }
  return [start + propertiesOff, start + propertiesOff + propertiesLen]
}

/** Returns the parts of a message of udev: none if its header is invalid. */
export function udevParts(bytes: Buffer, start: number, end: number, order: ByteOrder): OpaquePart[] {
  const [from, to] = extentOf(bytes, start, end, order) ?? []
  if (from === undefined || to === undefined) return []
  const path = ['udev']
  const [numbers, hashes, more] = [start + PREFIX.length, start + HEADER - udevHeader.size, start + HEADER]
  const parts: OpaquePart[] = [
    { path: ['udev', 'prefix'], name: 'prefix', from: start, to: numbers, value: textUntilNul(bytes, start, numbers) },
    { path, name: extent.name, from: numbers, to: hashes, declaration: extent },
    { path, name: udevHeader.name, from: hashes, to: more, declaration: udevHeader },
    { path: ['udev', 'more'], name: 'more', from: more, to: from },
    ...propertyParts(bytes, from, to),
  ]
  // A property without a NUL is damage. What follows it is not described.
  return parts.at(-1)?.to === to ? [...parts, { path: ['udev', 'rest'], name: 'rest', from: to, to: end }] : parts
}

/** Returns the offsets of the properties, or undefined if they are invalid. */
function extentOf(bytes: Buffer, start: number, end: number, order: ByteOrder): [from: number, to: number] | undefined {
  try {
    return readExtent(bytes, start, end, order)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** Decodes a message of udev. @throws {DecodeError} if it is invalid */
export function readUdev(
  bytes: Buffer,
  start: number,
  end: number,
  order: ByteOrder,
): { udev: UdevHeader; properties: Property[] } {
  const [from, to] = readExtent(bytes, start, end, order)
  const more = bytes.subarray(start + HEADER, from)
  const rest = bytes.subarray(to, end)
  return {
    udev: {
      ...udevHeader.codec(order).read(bytes, start + HEADER - udevHeader.size),
      ...(more.length > 0 && { more }),
      ...(rest.length > 0 && { rest }),
    },
    properties: [...strings(bytes, from, to)].map(propertyOf),
  }
}

/** Encodes a message of udev. @throws {EncodeError} if a value is invalid */
export function writeUdev(out: Output, udev: UdevHeader, properties: readonly Property[], order: ByteOrder): void {
  const { more = Buffer.alloc(0), rest = Buffer.alloc(0), ...hashes } = ownMembers(udev)
  const written = propertiesBytes(properties)
  const off = HEADER + more.length
  append(out, PREFIX)
  append(
    out,
    encode(extent, { magic: MAGIC, headerSize: off, propertiesOff: off, propertiesLen: written.length }, { order }),
  )
  append(out, encode(udevHeader, hashes, { order }))
  for (const each of [more, written, rest]) append(out, each)
}
