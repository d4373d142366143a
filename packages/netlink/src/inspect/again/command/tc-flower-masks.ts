import { ETH_P } from '../../../constants/index.js'
import type { Members } from '../members.js'
import type { Word } from './words.js'

/** Forms in which tc reads a number and its mask, and the mask that it writes if none is given. */
export interface Mask {
  readonly radix: 10 | 16
  readonly maskRadix: 10 | 16
  readonly full: number
}

const digits = (value: number, radix: number) => `${radix === 16 ? '0x' : ''}${value.toString(radix)}`

/** Returns the words of a number and its mask; undefined if tc would write another mask. */
export function maskedWords(options: Members, word: string, key: string, mask: Mask): Word[] | undefined {
  const [value, bits] = [options.number(key), options.number(`${key}Mask`)]
  if (value === undefined && bits === undefined) return []
  // tc refuses bits that the field does not have.
  if (value === undefined || bits === undefined || value > mask.full || bits > mask.full) return undefined
  const text = digits(value, mask.radix)
  return [word, bits === mask.full ? text : `${text}/${digits(bits, mask.maskRadix)}`]
}

/** Returns the words of flags and of those that are compared: `frag/nofirstfrag`; undefined for flags that have none. */
export function flagWords(
  options: Members,
  key: string,
  words: readonly (readonly [bit: number, word: string])[],
  [on, off, separator]: readonly [on: string, off: string, separator: string],
): string | undefined {
  const [value, mask] = [options.number(key) ?? 0, options.number(`${key}Mask`) ?? 0]
  const known = words.reduce((all, [bit]) => all | bit, 0)
  if ((mask & ~known) !== 0 || (value & ~mask) !== 0) return undefined
  return words
    .filter(([bit]) => (mask & bit) !== 0)
    .map(([bit, word]) => `${(value & bit) === 0 ? off : on}${word}`)
    .join(separator)
}

/** Returns the name of an EtherType as tc has it: `all`, `ip`, `ipv6`; hexadecimal digits for others. */
export const protocolWord = (number: number) => {
  const known: Readonly<Record<number, string>> = {
    [ETH_P.ALL]: 'all',
    [ETH_P.IP]: 'ip',
    [ETH_P.IPV6]: 'ipv6',
    [ETH_P.ARP]: 'arp',
  }
  return known[number] ?? `0x${number.toString(16)}`
}
