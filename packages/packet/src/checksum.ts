import { hostOrder } from '@netloom/netlink/codec'
import { u16 } from './bytes.js'
import { PacketError } from './error.js'
import { allocateSumMemory, type SumMemory } from './sum-memory.js'

/**
 * The Internet checksum (RFC 1071). All sums here are folded one's complement sums: 16 bits, with the carries added. A checksum
 * field contains the complement of a sum.
 */

/** Folds the carries of a sum of up to 32 bits into 16 bits. */
export function foldSum(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16)
  return (once & 0xffff) + (once >>> 16)
}

/** Adds two folded sums. */
export const addSums = (one: number, other: number): number => foldSum(one + other)

const swap = (sum: number) => ((sum & 0xff) << 8) | (sum >>> 8)

/** Number of bytes from which reading words is faster than creating the array that reads them. */
const WORTH_WORDS = 160
/** The same, if the array exists. */
const WORTH_PREPARED_WORDS = 64

/** Number of bytes whose words do not overflow a sum of 32 bits. */
const MOST_AT_ONCE = 65536

/** Adds 16 bits at a time. There are too few to overflow 32 bits. */
function sumOfPairs(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  let at = start
  for (; at + 8 <= end; at += 8) sum += u16(bytes, at) + u16(bytes, at + 2) + u16(bytes, at + 4) + u16(bytes, at + 6)
  for (; at + 2 <= end; at += 2) sum += u16(bytes, at)
  if (at < end) sum += (bytes[at] as number) << 8
  return foldSum(sum)
}

/**
 * Adds 32 bits at a time, in the byte order of the machine: the sum of swapped words is the swapped sum. The numbers are
 * floating-point, which is exact up to 2 ** 53, and so no carry is lost.
 */
function sumOfWords(words: Uint32Array, from: number, to: number): number {
  // Separate statements: V8 puts numbers that are destructured from an array on the heap, at each addition.
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  const whole = from + ((to - from) & ~3)
  for (let index = from; index < whole; index += 4) {
    first += words[index] as number
    second += words[index + 1] as number
    third += words[index + 2] as number
    fourth += words[index + 3] as number
  }
  for (let index = whole; index < to; index++) first += words[index] as number
  const sum = first + second + third + fourth
  const high = Math.floor(sum / 2 ** 32)
  const folded = addSums(foldSum(sum - high * 2 ** 32), foldSum(high))
  return hostOrder === 'LE' ? swap(folded) : folded
}

/**
 * Adds most of a range by its words.
 * @param words 32-bit numbers of the bytes from `first` on. Created for this range if left out.
 */
function sumByWords(bytes: Uint8Array, start: number, end: number, words?: Uint32Array, first = 0): number {
  const address = bytes.byteOffset + start
  // At an odd address all bytes change their place in a pair.
  if (address & 1)
    return foldSum(((bytes[start] as number) << 8) + swap(sumByWords(bytes, start + 1, end, words, first)))
  const aligned = start + (address & 2)
  const count = (end - aligned) >> 2
  const whole = words
    ? sumOfWords(words, (aligned - first) >> 2, ((aligned - first) >> 2) + count)
    : sumOfWords(new Uint32Array(bytes.buffer, bytes.byteOffset + aligned, count), 0, count)
  return addSums(whole, sumOfPairs(bytes, start, aligned) + sumOfPairs(bytes, aligned + 4 * count, end))
}

/** As {@link checksumSum}, for a range that the caller has checked. */
export const sumUnchecked = (bytes: Uint8Array, start: number, end: number): number =>
  end - start < WORTH_WORDS ? sumOfPairs(bytes, start, end) : sumByWords(bytes, start, end)

/**
 * Calculates sums of ranges of the same bytes, for loops over packets in one memory. Unlike {@link checksumSum}, it allocates nothing
 * for a long range.
 */
export class SumReader {
  readonly #bytes: Uint8Array
  readonly #words: Uint32Array
  /** Offset of the first word. */
  readonly #first: number

  readonly #memory: SumMemory | undefined

  /** @param bytes The bytes, or memory of {@link allocate}. */
  constructor(bytes: Uint8Array, memory?: SumMemory) {
    this.#bytes = bytes
    this.#memory = memory
    this.#first = -bytes.byteOffset & 3
    const count = Math.max(0, bytes.length - this.#first) >> 2
    this.#words = new Uint32Array(bytes.buffer, count > 0 ? bytes.byteOffset + this.#first : 0, count)
  }

  /** Allocates `size` bytes, zeros at first, whose sums take a fifth of the time if the runtime has WebAssembly with SIMD. */
  static allocate(size: number): { readonly bytes: Uint8Array; readonly sums: SumReader } {
    const memory = allocateSumMemory(size)
    const bytes = memory?.bytes ?? new Uint8Array(size)
    return { bytes, sums: new SumReader(bytes, memory) }
  }

  /**
   * Returns the sum of `bytes[start, end)`, as {@link checksumSum}.
   * @throws {PacketError} `ERR_PACKET_RANGE` if the range is outside of the bytes
   */
  sum(start: number, end: number): number {
    const bytes = this.#bytes
    checkRange(bytes, start, end)
    if (end - start < WORTH_PREPARED_WORDS) return sumOfPairs(bytes, start, end)
    if (this.#memory === undefined || end - start > MOST_AT_ONCE)
      return sumByWords(bytes, start, end, this.#words, this.#first)
    const whole = start + ((end - start) & ~15)
    const sum = swap(foldSum(this.#memory.sum(start, whole)))
    return whole === end ? sum : addSums(sum, sumOfPairs(bytes, whole, end))
  }
}

function checkRange(bytes: Uint8Array, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= bytes.length) return
  const check = (field: string, value: number, least: number, most: number) => {
    if (Number.isInteger(value) && value >= least && value <= most) return
    throw new PacketError({ code: 'ERR_PACKET_RANGE', field, value, offset: -1, expected: `${least} to ${most}` })
  }
  check('start of the checksum', start, 0, bytes.length)
  check('end of the checksum', end, start, bytes.length)
}

/**
 * Returns the sum of `bytes[start, end)`. A last odd byte counts as if a zero followed. `initial` is a sum to add, e.g. that of a
 * pseudo-header.
 * @throws {PacketError} `ERR_PACKET_RANGE` if the range is outside of the bytes
 */
export function checksumSum(bytes: Uint8Array, start = 0, end = bytes.length, initial = 0): number {
  checkRange(bytes, start, end)
  return addSums(sumUnchecked(bytes, start, end), initial)
}

/**
 * Returns the Internet checksum of `bytes[start, end)`: the value for a checksum field that is zero in the bytes. The result over
 * bytes with a correct checksum field is 0. For UDP, 0 must be sent as 0xffff.
 * @throws {PacketError} `ERR_PACKET_RANGE` if the range is outside of the bytes
 */
export const checksum = (bytes: Uint8Array, start = 0, end = bytes.length, initial = 0): number =>
  ~checksumSum(bytes, start, end, initial) & 0xffff

/**
 * Returns the sum of a pseudo-header: RFC 9293, section 3.1, for IPv4, and RFC 8200, section 8.1, for IPv6.
 * @param addresses bytes that contain source and destination one after the other, as IP headers do
 * @param at offset of the source
 * @param size bytes of one address: 4 or 16
 * @param length bytes of the header and data of the upper layer
 */
export const pseudoHeaderSum = (
  addresses: Uint8Array,
  at: number,
  size: 4 | 16,
  protocol: number,
  length: number,
): number => foldSum(checksumSum(addresses, at, at + 2 * size) + protocol + (length >>> 16) + (length & 0xffff))

/**
 * Returns the checksum after a field of 16 bits changed from `before` to `after`: equation 3 of RFC 1624. It never changes a
 * correct checksum into 0xffff where 0 is correct, as RFC 1141 did.
 */
export const updateChecksum = (checksum: number, before: number, after: number): number =>
  ~foldSum((~checksum & 0xffff) + (~before & 0xffff) + after) & 0xffff

/** Returns the checksum after a field of 32 bits changed: see {@link updateChecksum}. */
export const updateChecksum32 = (checksum: number, before: number, after: number): number =>
  ~foldSum(
    (~checksum & 0xffff) + (~before & 0xffff) + ((~before >>> 16) & 0xffff) + (after & 0xffff) + (after >>> 16),
  ) & 0xffff
