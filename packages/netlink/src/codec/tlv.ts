import { Buffer } from './buffer.js'
import type { ByteOrder, Declaration } from './codec.js'
import { EncodeError, lengthError } from './error.js'
import { type Output, reserve } from './output.js'

/** The two upper bits of `nla_type`, and the mask of the number. linux/netlink.h */
export const NLA_F_NESTED = 0x8000
export const NLA_F_NET_BYTEORDER = 0x4000
export const NLA_TYPE_MASK = 0x3fff

/** `sizeof(struct nlattr)`: length and type, 16 bits each. */
export const NLA_HDRLEN = 4
const NLA_MAX_LENGTH = 0xffff

/** Returns the `nla_type` of an attribute: its number, and the NLA_F bits of its declaration. */
export const nlaTypeOf = (type: number, { nested, netByteOrder }: Declaration<unknown>) =>
  type | (nested ? NLA_F_NESTED : 0) | (netByteOrder ? NLA_F_NET_BYTEORDER : 0)

/** Rounds up to a multiple of 4: NLA_ALIGNTO, NLMSG_ALIGNTO and RTNH_ALIGNTO are equal. */
export const align = (length: number) => ((length + 3) & ~3) >>> 0

/** Called for each attribute, with its `nla_type` including the NLA_F bits, and the offsets of its payload. */
export type Visit = (type: number, start: number, end: number) => void

/** Reads and writes attribute headers (`struct nlattr`) in one byte order. */
export interface Tlv {
  /**
   * Calls `visit` for each attribute in `bytes[start, end)`. Returns the end of the last one. Accepts up to three bytes or
   * zeros of any length after it, because some programs send them.
   * @throws {DecodeError} if a length is invalid
   */
  readAttributes(bytes: Buffer, start: number, end: number, visit: Visit): number
  /** Reserves space for the header of an attribute, and returns its offset. */
  openAttribute(out: Output): number
  /**
   * Completes the attribute that was opened at `at`: writes its header, and pads its payload. `type` includes the NLA_F bits.
   * Returns the number of padding bytes.
   */
  closeAttribute(out: Output, at: number, type: number): number
}

/** @throws {DecodeError} if the bytes from `at`, which are not an attribute, are not all zero */
export function expectZeros(bytes: Buffer, start: number, at: number, end: number, length: number): void {
  for (let index = at; index < end; index++) {
    if (bytes[index] !== 0) throw lengthError('an attribute', NLA_HDRLEN, end - at, at - start, length)
  }
}

function makeTlv(order: ByteOrder): Tlv {
  const readU16 = Buffer.prototype[`readUInt16${order}`]
  const writeU16 = Buffer.prototype[`writeUInt16${order}`]
  return {
    readAttributes(bytes, start, end, visit) {
      let at = start
      while (at + NLA_HDRLEN <= end) {
        const length = readU16.call(bytes, at)
        if (length < NLA_HDRLEN || at + length > end) {
          expectZeros(bytes, start, at, end, length)
          return at
        }
        visit(readU16.call(bytes, at + 2), at + NLA_HDRLEN, at + length)
        at += align(length)
      }
      return Math.min(at, end)
    },
    openAttribute: (out) => reserve(out, NLA_HDRLEN),
    closeAttribute(out, at, type) {
      const length = out.length - at
      if (length > NLA_MAX_LENGTH) throw new EncodeError(`expected at most 65535 bytes with the header, got ${length}`)
      writeU16.call(out.bytes, length, at)
      writeU16.call(out.bytes, type, at + 2)
      const padding = align(length) - length
      reserve(out, padding)
      return padding
    },
  }
}

const tlvs = { LE: makeTlv('LE'), BE: makeTlv('BE') }

/** Returns the attribute reader and writer of a byte order. */
export const tlv = (order: ByteOrder): Tlv => tlvs[order]
