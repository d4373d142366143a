import { isUtf8 } from 'node:buffer'
import { EncodeError, show } from './error.js'

/** Bytes that are no UTF-8 read as U+DC80 to U+DCFF, and are written back: the kernel's names are bytes, of no encoding. */
const ESCAPED = 0xdc00

/** Text up to its NUL, if there is one before `end`. */
export function textUntilNul(from: Buffer, start: number, end: number): string {
  let stop = start
  while (stop < end && from[stop] !== 0) stop++
  const text = from.toString('utf8', start, stop)
  return text.includes('\ufffd') ? escaped(from, start, stop) : text
}

function escaped(from: Buffer, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; ) {
    const length = sequenceAt(from, at, end)
    text += length === 0 ? String.fromCharCode(ESCAPED + (from[at] ?? 0)) : from.toString('utf8', at, at + length)
    at += length || 1
  }
  return text
}

/** How many bytes the character at `at` has, or 0 where none starts there. */
function sequenceAt(from: Buffer, at: number, end: number): number {
  for (let length = 1; length <= Math.min(4, end - at); length++) {
    if (isUtf8(from.subarray(at, at + length))) return length
  }
  return 0
}

/** The bytes of a text without NUL. @throws {EncodeError} */
export function textBytes(value: unknown): Buffer {
  if (typeof value !== 'string') throw new EncodeError(`expected a string, got ${show(value)}`)
  if (value.includes('\0')) throw new EncodeError(`expected a string without NUL, got ${show(value)}`)
  if (!/[\udc80-\udcff]/.test(value)) return Buffer.from(value)
  // By characters, so that the second half of a pair is not taken for an escaped byte.
  return Buffer.concat(Array.from(value, characterBytes))
}

const characterBytes = (character: string) =>
  /^[\udc80-\udcff]$/.test(character) ? Buffer.from([character.charCodeAt(0) - ESCAPED]) : Buffer.from(character)
