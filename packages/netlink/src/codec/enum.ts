import type { Declaration } from './codec.js'
import type { Fixed } from './fixed.js'
import type { AnyConstants, Constants, WordOf } from './names.js'
import type { BytesNotation, Notation } from './notation.js'
import type { Masked, NamesBy } from './number-names.js'

declare const words: unique symbol
declare const flags: unique symbol

/** A number of an enumeration. The API accepts and returns its words, `W`. */
export type Enum<T, W extends string> = T & { readonly [words]?: W }

/** A set of flags. The API accepts and returns lists of their names, `N`. */
export type Flags<T, N extends string> = T & { readonly [flags]?: N }

/** The words of an enumeration, and the names of flags; `never` for other types. */
export type WordsIn<T> = typeof words extends keyof T ? Extract<T[typeof words], string> : never
export type FlagsIn<T> = typeof flags extends keyof T ? Extract<T[typeof flags], string> : never

/** The names of the families among the parts of flags. */
type NamesOf<P> = P extends Constants<infer T, infer _> ? string & keyof T : never

/** A declaration of the same kind with another type. */
type Retyped<D, T> = D extends Fixed<unknown> ? Fixed<T> : Declaration<T>
type ValueOf<D> = D extends Declaration<infer T> ? T : never

/**
 * Returns the declaration with names for its numbers: `enumOf(u8, RTN)`. The value stays a number, and encoding and decoding
 * stay the same. The first of several families that has the number names it.
 */
export function enumOf<D extends Declaration<number> | Declaration<bigint>, const F extends readonly AnyConstants[]>(
  declaration: D,
  ...families: F
): Retyped<D, Enum<ValueOf<D>, WordOf<F[number]>>> {
  return { ...declaration, constants: { type: 'enum', families } } as never
}

/**
 * Adds names for the parts of numbers that no family of an {@link enumOf} has: `0x20000005` is `TC_ACT_GOTO_CHAIN|0x5`. The API
 * returns such a number as it is.
 */
export const withParts = <D extends Declaration<unknown>>(declaration: D, ...parts: readonly Masked[]): D =>
  ({ ...declaration, constants: { ...declaration.constants, parts } }) as D

/**
 * Returns the declaration with names for its bits: `flagsOf(u32, IFF)`. The value stays a number, and encoding and decoding
 * stay the same. Pass several families if the header splits the flags, and {@link masked} for an enum inside the flags.
 */
export function flagsOf<
  D extends Declaration<number> | Declaration<bigint>,
  const P extends readonly (AnyConstants | Masked)[],
>(declaration: D, ...parts: P): Retyped<D, Flags<ValueOf<D>, NamesOf<P[number]>>> {
  return { ...declaration, constants: { type: 'flags', parts } } as never
}

/**
 * Returns the declaration with names that depend on another member: the constants for each value of `member`, which is a
 * sibling, or a member of an enclosing nest or header. `enumBy('extState', u8, { [EXT_STATE.MODULE]: EXT_SUBSTATE_MODULE })`.
 */
export const enumBy = <D extends Declaration<number> | Declaration<bigint>>(
  member: string,
  declaration: D,
  cases: NamesBy['cases'],
): D => ({ ...declaration, constantsBy: { member, cases } })

/**
 * Returns the declaration with names for the bits of its bytes or numbers: `bitmapOf(array(u32), FEATURE)`. The family
 * contains the numbers of the bits. Bit 0 is the lowest one of the first byte or number. The value stays the same.
 */
export const bitmapOf = <D extends Declaration<Buffer> | Declaration<number[]>>(
  declaration: D,
  family: AnyConstants,
): D => ({ ...declaration, bits: family })

/**
 * Returns the declaration with a notation for its numbers, which views print: `writtenAs(u32, hexadecimal)`. The value stays a number,
 * and encoding and decoding stay the same. If the declaration names a number, views print the name.
 */
export const writtenAs = <D extends Declaration<number> | Declaration<bigint>>(
  declaration: D,
  notation: Notation,
): D => ({ ...declaration, notation })

/** Returns the declaration with a notation for its bytes, which views print: `bytesAs(bytes, quotedText)`. The value stays bytes. */
export const bytesAs = <D extends Declaration<Buffer>>(declaration: D, bytesNotation: BytesNotation): D => ({
  ...declaration,
  bytesNotation,
})
