import { ArgumentError, isPlainObject, shortened } from '../../codec/error.js'
import { type Declaration, ofKind, printable, show } from '../../codec/index.js'
import { fraction, type Percentage } from '../values/units.js'

/** Reads the value of an option of tc. `option` is its name in errors. */
// biome-ignore lint/suspicious/noExplicitAny: each option has its own type
type Parse = (option: string, value: any) => unknown

/** The options of a kind in the words of tc, with the function that reads each. */
export type WordTable = Readonly<Record<string, Parse>>

/** The options that a table describes. */
export type WordsOf<T extends WordTable> = { readonly [K in keyof T]?: Parameters<T[K]>[1] | undefined }

/** The values that a table's functions return. */
export type Parsed<T extends WordTable> = { readonly [K in keyof T]?: ReturnType<T[K]> | undefined }

export type Options = Readonly<Record<string, unknown>>

/** A kind whose options can be written in words: their readers, and the way to the wire. */
export interface WordKind {
  readonly table: WordTable
  /** True if the table's keys are the wire's own, so that both forms may be mixed. */
  readonly isMixed?: boolean
  /** True if no options at all are written in words. */
  readonly isEmptyAllowed?: boolean
  readonly required?: readonly string[]
  /** True if the values are read in the order in which they are given. */
  readonly keepsOrder?: boolean
  /** Returns the options of the wire, in the order in which tc sends them. */
  build(parsed: never, under: string): object
}

/** A kind with the options of a table. */
export interface Words<T extends WordTable> extends Omit<WordKind, 'table'> {
  readonly table: T
}

/** Declares a kind whose options tc computes. */
export const computed = <const T extends WordTable>(
  table: T,
  build: (parsed: Parsed<T>, under: string) => object,
  more: Pick<WordKind, 'isEmptyAllowed' | 'required'> = {},
): Words<T> => ({ ...more, table, build })

/**
 * Declares a kind whose words are attributes: the functions read text with units, and numbers are those of the wire. The rows are in
 * the order in which tc sends them. `names` has the attributes of words with another name.
 */
export const direct = <const T extends WordTable>(
  table: T,
  names: Readonly<Record<string, string>> = {},
): Words<T> => ({
  table,
  isMixed: true,
  build: (parsed: Options) =>
    Object.fromEntries(Object.entries(parsed).map(([key, value]) => [names[key] ?? key, value])),
})

/** Passes a value on: the encoder checks it. */
export const plain = <T>(_option: string, value: T): T => value
/** An integer that the encoder checks. */
export const count = plain<number>
export const flag = plain<boolean>
/** A switch that is sent as 1 or 0. */
export const onOff = plain<boolean | number>

const ALL_ONES = 0xffffffff

/** Rounds to the nearest integer, and halves to the even one, as C's rint. */
function rint(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}

/** Reads a probability, which the kernel scales by 2^32 - 1. */
export const probability = (option: string, share: Percentage) => rint(fraction(option, share) * ALL_ONES)

/** Reads each of a list. */
export const listOf =
  <I, O>(parse: (option: string, value: I) => O) =>
  (option: string, list: readonly I[]): O[] => {
    if (!Array.isArray(list)) throw new ArgumentError(`expected ${option} to be a list, got ${show(list)}`)
    return list.map((each, at) => parse(`${option}.${at}`, each))
  }

/** Reads an object of options. */
export const objectOf =
  <const T extends WordTable>(table: T) =>
  (option: string, value: WordsOf<T>): Parsed<T> => {
    if (!isPlainObject(value)) throw new ArgumentError(`expected ${option} to be an object, got ${show(value)}`)
    return parsed(option, table, value) as Parsed<T>
  }

/** Reads one of some words as its number. */
export const wordOf =
  <const T extends Readonly<Record<string, number>>>(words: T) =>
  (option: string, word: (string & keyof T) | number): number => {
    if (typeof word === 'number') return word
    if (typeof word === 'string' && Object.hasOwn(words, word)) return words[word] as number
    throw new ArgumentError(`expected ${option} to be one of ${Object.keys(words).join(', ')}, got ${show(word)}`)
  }

export const linklayer = wordOf({ ethernet: 1, atm: 2, adsl: 2 })

/** Returns the values of a table's options. @throws {TypeError} for an option that the table does not have */
export function parsed(under: string, table: WordTable, options: Options, keepsOrder = false): Options {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(table, key))
  if (unknown !== undefined)
    throw new ArgumentError(
      `expected ${under} to have the keys ${Object.keys(table).join(', ')}, got '${printable(shortened(unknown))}'`,
    )
  const entries = Object.keys(keepsOrder ? options : table).flatMap((key) => {
    const value = Object.hasOwn(options, key) ? options[key] : undefined
    if (value === null) throw new ArgumentError(`expected ${under}.${key} to have a value or to be left out, got null`)
    return value === undefined ? [] : [[key, table[key]?.(`${under}.${key}`, value)]]
  })
  return Object.fromEntries(entries)
}

/** Returns the keys of the wire's options. */
function wireKeys(declaration: Declaration<unknown> | undefined): object {
  const known = declaration && ofKind(declaration)
  if (known?.kind === 'attributes') return known.table
  if (known?.kind === 'struct') return known.members
  return known?.kind === 'message' ? { ...known.header.members, attrs: 1 } : {}
}

/** True if options are written in words: one of them is only a word, or has a unit. */
function isInWords(kind: WordKind, wire: object, options: Options, isDefault: boolean): boolean {
  const keys = Object.keys(options).filter((key) => options[key] !== undefined)
  if (keys.length === 0) return kind.isEmptyAllowed === true || isDefault
  if (isDefault) return keys.every((key) => Object.hasOwn(kind.table, key) || !Object.hasOwn(wire, key))
  return keys.some(
    (key) => Object.hasOwn(kind.table, key) && (!Object.hasOwn(wire, key) || typeof options[key] === 'string'),
  )
}

/**
 * Returns options in the form of the wire: those in the words of tc are computed, others are returned as they are. `under` is their name
 * in errors. `isDefault` is true for kinds whose options on the wire always have a key that is no word.
 * @throws {TypeError} for a wrong value, and for words next to members of the wire that they compute
 */
export function fromWords(
  under: string,
  kind: WordKind | undefined,
  declaration: Declaration<unknown> | undefined,
  options: unknown,
  isDefault = false,
): unknown {
  if (kind === undefined || !isPlainObject(options ?? {})) return options
  if (options === undefined && !kind.isEmptyAllowed && !isDefault) return undefined
  const given = (options ?? {}) as Options
  if (kind.isMixed) {
    const own = Object.entries(given).filter(([key]) => Object.hasOwn(kind.table, key))
    const others = Object.entries(given).filter(([key]) => !Object.hasOwn(kind.table, key))
    return {
      ...kind.build(parsed(under, kind.table, Object.fromEntries(own)) as never, under),
      ...Object.fromEntries(others),
    }
  }
  if (!isInWords(kind, wireKeys(declaration), given, isDefault)) return options
  const values = parsed(under, kind.table, given, kind.keepsOrder)
  const missing = kind.required?.find((key) => values[key] === undefined)
  if (missing !== undefined) throw new ArgumentError(`expected ${under} to have '${missing}', got none`)
  return kind.build(values as never, under)
}
