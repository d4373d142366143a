import { byteAt } from './integers.js'

/**
 * Conversion between addresses and text. It works character by character for speed, because a dump of routes spends most of
 * its time here. Writes IPv6 as in RFC 5952, and reads it as in RFC 4291, section 2.2.
 */

const table = (make: (byte: number) => string): (() => readonly string[]) => {
  let made: readonly string[] | undefined
  return () => {
    made ??= Array.from({ length: 256 }, (_, byte) => make(byte))
    return made
  }
}

const hex = table((byte) => byte.toString(16))
const hexPair = table((byte) => byte.toString(16).padStart(2, '0'))
const hexPairColon = table((byte) => `${byte.toString(16).padStart(2, '0')}:`)

const of = (strings: readonly string[], bytes: Buffer, at: number) => strings[byteAt(bytes, at)] as string

/** Caches the text of each pair of bytes. It is created on first use. */
function pairs(make: (first: number, second: number) => string): (first: number, second: number) => string {
  const rows: string[][] = []
  return (first, second) => {
    const row = rows[first] ?? new Array<string>(256).fill('')
    rows[first] = row
    if (row[second] === '') row[second] = make(first, second)
    return row[second] as string
  }
}

const firstHalf = pairs((first, second) => `${first}.${second}.`)
const secondHalf = pairs((third, fourth) => `${third}.${fourth}`)

/** Number of cached address strings. A power of two. */
const CACHED = 64

/**
 * Caches the text of recently decoded addresses. A large dump repeats one gateway many thousand times, and creating the
 * strings is most of its cost.
 */
function cached(make: (address: number) => string): (address: number) => string {
  const addresses = new Int32Array(CACHED)
  const strings: string[] = new Array(CACHED).fill('')
  return (address) => {
    const slot = (address ^ (address >> 8)) & (CACHED - 1)
    if (strings[slot] === '' || addresses[slot] !== address) {
      addresses[slot] = address
      strings[slot] = make(address)
    }
    return strings[slot] as string
  }
}

const textOfIPv4 = cached(
  (address) => firstHalf(address >>> 24, (address >> 16) & 0xff) + secondHalf((address >> 8) & 0xff, address & 0xff),
)

/** Returns an IPv4 address as text, `10.0.0.1`. */
export function formatIPv4(bytes: Buffer, at: number): string {
  const byte = (offset: number) => byteAt(bytes, at + offset)
  return textOfIPv4((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3))
}

/** Returns an IPv6 address as text, `2001:db8::1`. */
export function formatIPv6(bytes: Buffer, at: number): string {
  const [from, to] = longestZeroRun(bytes, at)
  // RFC 5952, section 5: an IPv4-mapped address ends in the IPv4 address.
  if (from === at && to === at + 10 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff) {
    return `::ffff:${formatIPv4(bytes, at + 12)}`
  }
  return to === 0
    ? formatGroups(bytes, at, at + 16)
    : `${formatGroups(bytes, at, from)}::${formatGroups(bytes, to, at + 16)}`
}

function formatGroups(bytes: Buffer, start: number, end: number): string {
  const [short, pair] = [hex(), hexPair()]
  let text = ''
  for (let at = start; at < end; at += 2) {
    if (at > start) text += ':'
    text += bytes[at] === 0 ? of(short, bytes, at + 1) : of(short, bytes, at) + of(pair, bytes, at + 1)
  }
  return text
}

/**
 * Returns the byte offsets [from, to) of the longest run of at least two zero groups. Of equally long runs, returns the first
 * one. Returns zeros if there is none.
 */
function longestZeroRun(bytes: Buffer, start: number): [from: number, to: number] {
  let [from, to] = [0, 0]
  for (let at = start; at < start + 16; at += 2) {
    const first = at
    while (at < start + 16 && bytes[at] === 0 && bytes[at + 1] === 0) at += 2
    if (at - first > Math.max(2, to - from)) [from, to] = [first, at]
  }
  return [from, to]
}

/** Returns bytes as hexadecimal pairs, `02:42:ac:11:00:02`. */
export function formatHexPairs(bytes: Buffer, start: number, end: number): string {
  const [pair, colon] = [hexPair(), hexPairColon()]
  let text = ''
  for (let at = start; at < end - 1; at++) text += of(colon, bytes, at)
  return start < end ? text + of(pair, bytes, end - 1) : text
}

const DOT = 46
const COLON = 58

const digitOf = (code: number) => (code >= 48 && code <= 57 ? code - 48 : -1)
const hexDigitOf = (code: number) => {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 0x20
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** Returns the number of the IPv4 address in `text` from index `start` to its end, or -1 if that is not an IPv4 address. */
export function numberOfIPv4(text: string, start = 0): number {
  let [address, byte, digits, parts] = [0, 0, 0, 0]
  for (let index = start; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : DOT
    if (code === DOT) {
      if (digits === 0 || parts === 4) return -1
      address = address * 256 + byte
      parts++
      byte = digits = 0
      continue
    }
    const digit = digitOf(code)
    // No leading zeros: some parsers read them as octal.
    if (digit < 0 || (digits > 0 && byte === 0)) return -1
    byte = byte * 10 + digit
    digits++
    if (byte > 255) return -1
  }
  return parts === 4 ? address : -1
}

/**
 * Parses `text` from index `start` to its end, and writes the four bytes to `bytes` at `at`. Returns false if it is not an
 * IPv4 address.
 */
export function parseIPv4(text: string, bytes: Uint8Array, at: number, start = 0): boolean {
  const address = numberOfIPv4(text, start)
  if (address < 0) return false
  bytes[at] = address >>> 24
  bytes[at + 1] = address >>> 16
  bytes[at + 2] = address >>> 8
  bytes[at + 3] = address
  return true
}

/** Parses an IPv6 address and writes its sixteen bytes to `bytes` at `at`. Returns false if `text` is not one. */
export function parseIPv6(text: string, bytes: Uint8Array, at: number): boolean {
  let [written, gap, index] = [0, -1, 0]
  while (index < text.length) {
    if (text.charCodeAt(index) === COLON) {
      // Only `::` is allowed in the position of a group.
      if (gap !== -1 || text.charCodeAt(index + 1) !== COLON) return false
      gap = written
      index += 2
      continue
    }
    const end = endOfGroup(text, index)
    if (text.charCodeAt(end) === DOT) {
      if (written > 12 || !parseIPv4(text, bytes, at + written, index)) return false
      written += 4
      break
    }
    if (written > 14 || !parseGroup(text, index, end, bytes, at + written)) return false
    written += 2
    index = end
    if (index === text.length) break
    // Skip the colon before the next group. `::` is handled above, and a colon must not end the text.
    if (text.charCodeAt(index + 1) !== COLON) index++
    if (index === text.length) return false
  }
  if (gap === -1) return written === 16
  return written <= 14 && widen(bytes, at, gap, written)
}

/** Moves the bytes after `::` to the end, and fills the gap with zeros. */
function widen(bytes: Uint8Array, at: number, gap: number, written: number): boolean {
  bytes.copyWithin(at + 16 - (written - gap), at + gap, at + written)
  bytes.fill(0, at + gap, at + 16 - (written - gap))
  return true
}

function endOfGroup(text: string, start: number): number {
  let end = start
  while (end < text.length && hexDigitOf(text.charCodeAt(end)) >= 0) end++
  return end
}

function parseGroup(text: string, start: number, end: number, bytes: Uint8Array, at: number): boolean {
  if (end === start || end - start > 4 || (end < text.length && text.charCodeAt(end) !== COLON)) return false
  let group = 0
  for (let index = start; index < end; index++) group = group * 16 + hexDigitOf(text.charCodeAt(index))
  bytes[at] = group >> 8
  bytes[at + 1] = group
  return true
}

/** Returns the number of bytes of `02:42:…`, or -1 for invalid text. */
export function hexPairsLength(text: string): number {
  if (text === '') return 0
  for (let index = 0; index < text.length; index++) {
    const isDigit = index % 3 === 2 ? text.charCodeAt(index) === COLON : hexDigitOf(text.charCodeAt(index)) >= 0
    if (!isDigit) return -1
  }
  return text.length % 3 === 2 ? (text.length + 1) / 3 : -1
}

/** Writes the bytes of `02:42:…`. The text must be valid: see {@link hexPairsLength}. */
export function parseHexPairs(text: string, bytes: Uint8Array, at: number): void {
  for (let index = 0; index < text.length; index += 3) {
    bytes[at + index / 3] = hexDigitOf(text.charCodeAt(index)) * 16 + hexDigitOf(text.charCodeAt(index + 1))
  }
}
