import type { AnyConstants } from '../../../codec/index.js'
import type { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'

/** A word of a command that sh reads from a variable, because it is secret: `0x$KEY`. */
export class Placeholder {
  constructor(
    readonly variable: string,
    readonly prefix = '',
  ) {}

  toString(): string {
    return `${this.prefix}$${this.variable}`
  }
}

/** A word of a command, not quoted. */
export type Word = string | Placeholder

/** The words of a command, and the attributes that it cannot express. */
export interface Command {
  readonly words: readonly Word[]
  readonly lost: readonly string[]
}

/** Returns the words for a value, or undefined if the command cannot express it. */
export type Format = (value: never, request: SaidRequest) => readonly Word[] | undefined

/** Options of a command by the attribute that they set, in the order of the command. */
export type Options = Readonly<Record<string, Format>>

/** An option with a number or text: `mtu 1400`. */
export const option =
  (word: string): Format =>
  (value: unknown) =>
    typeof value === 'object' ? undefined : [word, String(value)]

/** An option with a hexadecimal number. */
export const hex =
  (word: string): Format =>
  (value: number) => [word, `0x${value.toString(16)}`]

/** Returns bytes as hexadecimal digits. */
export const hexDigits = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** An option that is on or off: `learning on`. */
export const onOff =
  (word: string): Format =>
  (value: unknown) =>
    value === 0 || value === 1 ? [word, value === 1 ? 'on' : 'off'] : undefined

/** An option whose negation begins with `no`: `nolearning`. */
export const noOr =
  (word: string, negated = `no${word}`): Format =>
  (value: unknown) =>
    value === 0 || value === 1 ? [value === 1 ? word : negated] : undefined

/** A word without a value, for a flag. */
export const alone =
  (word: string): Format =>
  (value: unknown) =>
    value === true || value === 1 ? [word] : undefined

/** An option with one of the words of a family. */
export const named =
  (word: string, family: AnyConstants): Format =>
  (value: number) => [word, String(wordIn(family, value))]

/** An option with a link. 0 stands for none, which has a word of its own or none at all. */
export const link =
  (word: string, none?: string): Format =>
  (index: number, request: SaidRequest) =>
    index === 0 ? (none === undefined ? undefined : [none]) : [word, device(request, index)]

/** An option with a list, separated by commas. */
export const commas =
  (word: string): Format =>
  (values: unknown) =>
    Array.isArray(values) && values.length > 0 ? [word, values.join(',')] : undefined

/** Returns the name of a link. iproute2 takes `if11` for index 11 if no link has that name (`ll_idx_a2n`). */
export const device = ({ names }: SaidRequest, index: number): string => names.link(index) ?? `if${index}`

/** Returns the words for members, in the order of the options. What has no option stays in `members`. */
export const wordsFor = (members: Members, options: Options, request: SaidRequest): Word[] =>
  phrasesFor(members, options, request).flatMap(({ words }) => words)

/** The words for one member. */
export interface Phrase {
  readonly key: string
  readonly words: readonly Word[]
}

/** Returns the words for each member that has an option, in the order of the options. The others stay in `members`. */
export function phrasesFor(members: Members, options: Options, request: SaidRequest): Phrase[] {
  const phrases: Phrase[] = []
  for (const key in options) {
    if (!members.has(key)) continue
    const words = options[key]?.(members.peek(key) as never, request)
    if (words === undefined) continue
    members.take(key)
    phrases.push({ key, words })
  }
  return phrases
}

/** Returns the paths of what is left in members, or in the nests of a value: `linkinfo.data.id`. */
export const leftIn = (members: Members, path = ''): string[] => members.left.map((key) => `${path}${key}`)
