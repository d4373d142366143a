import {
  constants,
  type Declaration,
  type FlagsIn,
  flagNames,
  type NumberNames,
  ofKind,
  type WordsIn,
} from '../../codec/index.js'
import type { AnyConstants } from '../../codec/names.js'
import { masks } from './compare.js'
import { cached, vocabularyOf } from './vocabulary.js'

/** Words for the numbers of decoded values, as `enumOf` and `flagsOf` declare them. */

/** The number without its words. */
export type Plain<T> = T extends bigint ? bigint : number

/** A list of flags; hexadecimal digits for bits without a name. */
export type FlagList<N extends string> = readonly (N | `0x${string}`)[]

/** The flags of a value with a mask; `never` for other types. */
export type MaskedFlags<T> = T extends { readonly flags: infer F; readonly mask: unknown }
  ? FlagsIn<F>
  : T extends { readonly optval: infer F; readonly optmask: unknown }
    ? FlagsIn<F>
    : T extends { readonly value: infer F; readonly selector: unknown }
      ? FlagsIn<F>
      : never

/** Flags with a mask: those of the mask, with their values. */
export type FlagValues<N extends string> = Readonly<Partial<Record<N, boolean>>>

/**
 * The type of a value that was read: numbers of an enumeration are words, flags are lists of names, and flags with a mask are
 * objects like `{ REORDER_HDR: true }`. A number that has no word stays a number.
 */
export type Readable<T> = T extends number | bigint
  ? ReadableNumber<T>
  : T extends string | boolean | Uint8Array | undefined
    ? T
    : [MaskedFlags<T>] extends [never]
      ? { readonly [K in keyof T]: Readable<T[K]> }
      : FlagValues<MaskedFlags<T>>

type ReadableNumber<T> = [WordsIn<T>] extends [never]
  ? [FlagsIn<T>] extends [never]
    ? T
    : FlagList<FlagsIn<T>>
  : WordsIn<T> | Plain<T>

/** Converts a decoded value. */
type Reader = (value: never) => unknown

/** Returns the function that replaces numbers by words; undefined if the declaration has none. */
const readerOf: (declaration: Declaration<unknown>) => Reader | undefined = cached((declaration) => {
  const one = elementReader(declaration)
  return one && declaration.multi ? (values: readonly never[]) => values.map(one) : one
})

/** Returns a decoded value with words in place of the numbers that have one. The value itself is not changed. */
export function withWords(declaration: Declaration<unknown> | undefined, value: unknown): unknown {
  const read = declaration && value !== undefined ? readerOf(declaration) : undefined
  return read === undefined ? value : read(value as never)
}

function elementReader(declaration: Declaration<unknown>): Reader | undefined {
  const known = ofKind(declaration)
  switch (known.kind) {
    case 'integer':
      return known.constants && numberReader(known.constants)
    case 'attributes':
      return membersReader(Object.entries(known.table).map(([key, row]) => [key, row[1] as Declaration<unknown>]))
    case 'struct':
      return flagsReader(known.members) ?? membersReader(Object.entries(known.members))
    case 'followed':
      return membersReader([...Object.entries(known.header.members), [known.key, known.rest]])
    case 'list':
    case 'array': {
      const read = readerOf(known.element)
      return read && ((values: readonly never[]) => values.map(read))
    }
    case 'indexed': {
      const read = readerOf(known.element)
      return read && ((pairs: readonly [number, never][]) => pairs.map(([index, value]) => [index, read(value)]))
    }
    default:
      return undefined
  }
}

function membersReader(members: readonly (readonly [string, Declaration<unknown>])[]): Reader | undefined {
  const readers = members.flatMap(([key, declaration]) => {
    const read = readerOf(declaration)
    return read === undefined ? [] : [[key, read] as const]
  })
  if (readers.length === 0) return undefined
  return (value: Record<string, never>) => {
    const result: Record<string, unknown> = { ...value }
    for (const [key, read] of readers) {
      const member = value[key]
      if (member !== undefined) result[key] = read(member)
    }
    return result
  }
}

function numberReader(names: NumberNames): Reader {
  if (names.type === 'flags') {
    const family = familyOfFlags(names)
    // The objects of a dump mostly have the same flags.
    let last: { readonly bits: number | bigint; readonly flags: readonly string[] } | undefined
    return (bits: number | bigint) => {
      if (last?.bits !== bits) last = { bits, flags: flagNames(family, bits) }
      return [...last.flags]
    }
  }
  const vocabularies = names.families.map(vocabularyOf)
  return (value: number | bigint) => {
    for (const { byNumber } of vocabularies) {
      const word = byNumber.get(value)
      if (word !== undefined) return word
    }
    return value
  }
}

/** Returns the flags of all parts as one family. An enumeration inside the flags stays a number. */
export const familyOfFlags = ({ parts }: NumberNames & { type: 'flags' }): AnyConstants =>
  constants(
    '',
    Object.assign({}, ...parts.map((part) => ('mask' in part ? {} : part.values))) as AnyConstants['values'],
  )

/** The members of a struct of flags with a mask. */
export interface MaskedMembers {
  readonly bits: string
  readonly mask: string
  readonly family: AnyConstants
}

/** Returns the members of a struct of flags with a mask; undefined for other structs. */
export function maskedMembers(members: Readonly<Record<string, Declaration<unknown>>>): MaskedMembers | undefined {
  for (const [mask, bits] of Object.entries(masks)) {
    const names = members[mask]?.constants
    if (names?.type === 'flags' && members[bits] !== undefined) return { bits, mask, family: familyOfFlags(names) }
  }
  return undefined
}

/** Returns the reader of flags with a mask: an object with the flags of the mask. */
function flagsReader(members: Readonly<Record<string, Declaration<unknown>>>): Reader | undefined {
  const found = maskedMembers(members)
  if (found === undefined) return undefined
  const { bits, mask, family } = found
  return (value: Readonly<Record<string, number>>) => {
    const set = new Set(flagNames(family, value[bits] as number))
    const known = flagNames(family, value[mask] as number).filter((name) => Object.hasOwn(family.values, name))
    return Object.fromEntries([...new Set([...known, ...set])].map((name) => [name, set.has(name)]))
  }
}
