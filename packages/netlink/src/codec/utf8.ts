import { byteAt } from './integers.js'

/** A decoded UTF-8 character, and its length in bytes. `point` is undefined if the bytes are malformed. */
export interface Utf8Character {
  readonly point: number | undefined
  readonly length: number
}

/**
 * Returns the number of continuation bytes that the first byte announces, or 0 if it is not the first byte of a multi-byte
 * character.
 */
function followers(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 1
  if (lead >= 0xe0 && lead <= 0xef) return 2
  return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0
}

/**
 * Decodes the character at offset `at`. A malformed character ends before the first byte that cannot continue it, as in the
 * WHATWG Encoding Standard. Overlong forms, surrogates and code points above U+10FFFF are malformed.
 */
export function utf8Character(bytes: Uint8Array, at: number, end: number): Utf8Character {
  const lead = byteAt(bytes, at)
  if (lead < 0x80) return { point: lead, length: 1 }
  const count = followers(lead)
  let [lower, upper] = [0x80, 0xbf]
  if (lead === 0xe0) lower = 0xa0
  if (lead === 0xed) upper = 0x9f
  if (lead === 0xf0) lower = 0x90
  if (lead === 0xf4) upper = 0x8f
  let point = lead & (0x3f >> count)
  for (let length = 1; length <= count; length++) {
    const byte = at + length < end ? byteAt(bytes, at + length) : 0
    if (byte < lower || byte > upper) return { point: undefined, length }
    point = (point << 6) | (byte & 0x3f)
    lower = 0x80
    upper = 0xbf
  }
  return { point: count === 0 ? undefined : point, length: count + 1 }
}

/** Encodes a text as UTF-8. A lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const own = character.codePointAt(0) as number
    const point = own >= 0xd800 && own <= 0xdfff ? 0xfffd : own
    const tail = (shift: number) => 0x80 | ((point >> shift) & 0x3f)
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(0))
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(6), tail(0))
    else bytes.push(0xf0 | (point >> 18), tail(12), tail(6), tail(0))
  }
  return bytes
}
