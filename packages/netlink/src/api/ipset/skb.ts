import { ArgumentError, show } from '../../codec/error.js'

/** Parses `0x1111/0xff00ffff`: the mark is in the upper half, the bits that it sets in the lower one. @throws {TypeError} */
export function parseSkbmark(text: string): bigint {
  const [, mark, mask = '0xffffffff'] =
    (typeof text === 'string' && /^(0x[0-9a-f]{1,8})(?:\/(0x[0-9a-f]{1,8}))?$/i.exec(text)) || []
  if (mark === undefined)
    throw new ArgumentError(`expected skbmark of entry to be like 0x1111 or 0x1111/0xff00ffff, got ${show(text)}`)
  return (BigInt(mark) << 32n) | BigInt(mask)
}

/** Returns a mark as ipset prints it. */
export function skbmarkText(value: bigint): string {
  const [mark, mask] = [value >> 32n, value & 0xffffffffn]
  return `0x${mark.toString(16)}${mask === 0xffffffffn ? '' : `/0x${mask.toString(16)}`}`
}

/** Returns a priority as ipset prints it: `1:10`. */
export const skbprioText = (value: number): string => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`
