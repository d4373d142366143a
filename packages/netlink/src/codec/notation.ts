import { unsigned } from './names.js'

/** Returns the text in which tools print a number: `1:10`, `0xff`. Returns undefined if they print the number itself. */
export type Notation = (value: number | bigint) => string | undefined

/** For bit patterns, such as marks and masks. */
export const hexadecimal: Notation = (value) => (BigInt(value) === 0n ? undefined : `0x${unsigned(value).toString(16)}`)

/** Returns a notation with words for some numbers: `special({ 0xffffffff: 'forever' })`. Those of 64 bits are keys in decimal. */
export const special = (words: Readonly<Record<number | string, string>>): Notation => {
  const byNumber = new Map(Object.entries(words))
  return (value) => byNumber.get(String(value))
}

/** For numbers of 64 bits of which the greatest is no limit. */
export const unlimited = (word: string): Notation => special({ '18446744073709551615': word })

/** Two halves of 16 bits in decimal, such as realms: `3/4`. Zero in the upper half is left out. */
export const halves: Notation = (value) => {
  const number = Number(value)
  return number >>> 16 === 0 ? undefined : `${number >>> 16}/${number & 0xffff}`
}
