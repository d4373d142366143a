import { structParser } from '../codec/binary-parser.js'
import type { Buffer } from '../codec/buffer.js'
import { lengthError } from '../codec/error.js'
import type { ByteOrder } from '../codec/index.js'
import { type CapturedDatagram, cookedHeader, cookedSize } from './format.js'
import type { Input } from './input.js'

/**
 * Reads the packet of `length` bytes at position `start` of the input's bytes. `room` is the number of bytes from there to the end
 * of its block or file.
 */
export type ReadPacket = (time: bigint, start: number, length: number, room: number) => CapturedDatagram

/** Returns the packet reader of a capture. The reader throws `DecodeError` if a packet exceeds the capture. */
export function packetReader(input: Input): ReadPacket {
  // The pseudo-header is big-endian in files of either byte order.
  const readCooked = structParser(cookedHeader, 'BE')
  return (time, start, length, room) => {
    if (length < cookedSize || length > room)
      throw lengthError('a packet', cookedSize, room, input.base + start, length)
    const { packetType, protocol } = readCooked(input.bytes, start)
    return { time, protocol, packetType, bytes: input.part(start + cookedSize, start + length) }
  }
}

/** Returns the byte order in which the four bytes at `at` equal one of `magics`, or undefined. */
export function orderAt(file: Buffer, at: number, ...magics: number[]): ByteOrder | undefined {
  if (at + 4 > file.length) return undefined
  if (magics.includes(file.readUInt32LE(at))) return 'LE'
  return magics.includes(file.readUInt32BE(at)) ? 'BE' : undefined
}
