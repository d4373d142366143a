import { AF } from '../../../codec/index.js'
import { areZero } from '../call.js'
import type { SaidRequest } from '../request-of.js'
import type { Word } from './words.js'

/** Common parts of the commands of `ip`. */

export type Numbers = Readonly<Record<string, number>>

/** Returns the numbers of a request's header. */
export const numbersOf = ({ value }: SaidRequest) => value as Numbers

/** Returns the option of a family: `-4`, `-6`, or none. */
export const familyOption = (family: number | undefined): Word[] =>
  family === AF.INET6 ? ['-6'] : family === AF.INET ? ['-4'] : []

/** Returns a word with its value, or nothing if there is no value. */
export const given = (word: string, value: unknown): Word[] => (value === undefined ? [] : [word, String(value)])

/** Returns the verb of a request that creates something. */
export function verbOf(
  { create, excl, replace, append }: SaidRequest,
  verbs: Readonly<Record<string, string>>,
): string | undefined {
  const bits = `${create ? 'c' : ''}${excl ? 'x' : ''}${replace ? 'r' : ''}${append ? 'a' : ''}`
  return Object.hasOwn(verbs, bits) ? verbs[bits] : undefined
}

/** Verbs of most objects. */
export const usualVerbs = { cx: 'add', cr: 'replace', r: 'change' }

/** Members of the header that only the kernel's messages have. Some programs send them back. */
export const lostIn = ({ value }: SaidRequest, ...keys: readonly string[]) => keys.filter((key) => !areZero(value, key))
