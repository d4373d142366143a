import { structParser } from '../codec/binary-parser.js'
import { Buffer } from '../codec/buffer.js'
import { byteCount } from '../codec/error.js'
import { type ByteOrder, DecodeError } from '../codec/index.js'
import { type CapturedDatagram, cookedHeader, cookedSize } from './format.js'

/**
 * Reads the packet of `length` bytes at offset `start`. `room` is the number of bytes from there to the end of its block or
 * file.
 */
export type ReadPacket = (time: bigint, start: number, length: number, room: number) => CapturedDatagram

/** Returns the packet reader of a file. The reader throws `DecodeError` if a packet exceeds the file. */
export function packetReader(file: Buffer): ReadPacket {
  // The pseudo-header is big-endian in files of either byte order.
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

/** Returns `bytes` as a Buffer, without copying. */
export const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Returns the byte order in which the four bytes at `at` equal one of `magics`, or undefined. */
export function orderAt(file: Buffer, at: number, ...magics: number[]): ByteOrder | undefined {
  if (at + 4 > file.length) return undefined
  if (magics.includes(file.readUInt32LE(at))) return 'LE'
  return magics.includes(file.readUInt32BE(at)) ? 'BE' : undefined
}
