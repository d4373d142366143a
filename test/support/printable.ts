import * as assert from 'uvu/assert'

/** One character of each kind that output must not contain. The order prevents that one of them ends a C string early. */
export const hostile = [
  ...['\x01', '\x07', '\b', '\t', '\n', '\r', '\x1b[31m', '\x7f', '\x85', '\x9b2J'],
  ...['\u061c', '\u200b', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'],
  ...['\u2028', '\u2029', '\u2060', '\u2066', '\u2067', '\u2068', '\u2069', '\ufeff', '\u00ad', '\u3164', '\u{e0041}'],
  ...['\udc80', '\udcff'],
]

/** Lists each range, so that it does not share a mistake with the function that it checks. */
const forbidden = (point: number) =>
  point < 0x20 ||
  (point >= 0x7f && point <= 0x9f) ||
  [0xad, 0x61c, 0x3164, 0xfeff].includes(point) ||
  (point >= 0x200b && point <= 0x200f) ||
  (point >= 0x2028 && point <= 0x202e) ||
  (point >= 0x2060 && point <= 0x206f) ||
  (point >= 0xd800 && point <= 0xdfff) ||
  // The result of writing a surrogate as UTF-8.
  point === 0xfffd ||
  (point >= 0xe0000 && point <= 0xe0fff)

/** Fails if `text` contains such a character, other than at the ends of its lines. */
export function assertPrintable(text: string, where: string): void {
  const found = [...text.replaceAll('\n', '')].find((character) => forbidden(character.codePointAt(0) ?? 0))
  assert.is(found?.codePointAt(0)?.toString(16), undefined, `${where}: ${JSON.stringify(text.slice(0, 400))}`)
}
