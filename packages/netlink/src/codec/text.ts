import { Buffer } from './buffer.js'
import { EncodeError, show } from './error.js'
import { byteAt } from './integers.js'
import { append, type Output, reserve } from './output.js'
import { utf8Character } from './utf8.js'

/**
 * Start of the code points for bytes that are not valid UTF-8: byte 0xNN decodes to the lone surrogate U+DCNN, and encodes to
 * the same byte. The kernel's names can have any encoding.
 */
const ESCAPED = 0xdc00

/** Decodes text up to its NUL, or up to `end` if there is none. */
export function textUntilNul(from: Buffer, start: number, end: number): string {
  let stop = start
  let bits = 0
  while (stop < end && from[stop] !== 0) bits |= byteAt(from, stop++)
  if (bits < 0x80) return from.toString('latin1', start, stop)
  const text = from.toString('utf8', start, stop)
  return text.includes('\ufffd') ? escaped(from, start, stop) : text
}

function escaped(from: Buffer, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; ) {
    const { point, length } = utf8Character(from, at, end)
    text += String.fromCodePoint(point ?? ESCAPED + byteAt(from, at))
    at += point === undefined ? 1 : length
  }
  return text
}

/** Returns the bytes of a text without NUL. @throws {EncodeError} if it contains one, or is not text */
export function textBytes(value: unknown): Buffer {
  if (typeof value !== 'string') throw new EncodeError(`expected a string, got ${show(value)}`)
  if (value.includes('\0')) throw new EncodeError(`expected a string without NUL, got ${show(value)}`)
  if (!/[\udc80-\udcff]/.test(value)) return Buffer.from(value)
  // Per character, so that the second half of a surrogate pair is not mistaken for an escaped byte.
  return Buffer.concat(Array.from(value, characterBytes))
}

/** Appends a text without NUL. @throws {EncodeError} if it contains one, or is not text */
export function writeText(out: Output, value: unknown): void {
  if (typeof value === 'string' && isPrintableAscii(value)) {
    const at = reserve(out, value.length)
    for (let index = 0; index < value.length; index++) out.bytes[at + index] = value.charCodeAt(index)
  } else append(out, textBytes(value))
}

/** A fast path: most names are ASCII. */
function isPrintableAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

const characterBytes = (character: string) =>
  /^[\udc80-\udcff]$/.test(character) ? Buffer.from([character.charCodeAt(0) - ESCAPED]) : Buffer.from(character)
