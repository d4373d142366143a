import { ArgumentError, isPlainObject, shortened } from '../../codec/error.js'
import { isFixed } from '../../codec/fixed.js'
import {
  type Declaration,
  decode,
  EncodeError,
  encode,
  type FlagsIn,
  flag,
  lladdr,
  type NumberNames,
  ofKind,
  printable,
  show,
  type WordsIn,
} from '../../codec/index.js'
import type { AnyConstants } from '../../codec/names.js'
import { own } from '../../codec/own.js'
import type { Struct } from '../../codec/struct.js'
import type { IsLinkIndex } from '../../route/index.js'
import type { LinkRef } from './link-ref.js'
import { bitsOfFlag, numberOfWord, vocabularyOf } from './vocabulary.js'
import { type FlagList, type FlagValues, familyOfFlags, type MaskedFlags, maskedMembers, type Plain } from './words.js'

/**
 * The type that a caller may write for a decoded value: words or numbers for an enumeration, a list of names, an object like
 * `{ GVRP: true }` or bits for flags, a boolean for 1 and 0, and a link's name for its index.
 */
export type InputOf<T> = T extends true
  ? boolean
  : T extends number | bigint
    ? InputOfNumber<T>
    : T extends string | Uint8Array | undefined
      ? T
      : [MaskedFlags<T>] extends [never]
        ? { readonly [K in keyof T]: InputOf<T[K]> }
        : FlagValues<MaskedFlags<T>> | { readonly [K in keyof T]: InputOf<T[K]> }

type InputOfNumber<T> = [WordsIn<T>] extends [never]
  ? [FlagsIn<T>] extends [never]
    ? T extends bigint
      ? T
      : IsLinkIndex<T> extends true
        ? LinkRef | 0
        : number | boolean
    : FlagList<FlagsIn<T>> | FlagValues<FlagsIn<T>> | Plain<T>
  : WordsIn<T> | Plain<T> | ('off' extends WordsIn<T> ? boolean : never)

type AttributeRow = readonly [type: number, declaration: Declaration<unknown>, ...unknown[]]
type AnyDeclaration = Declaration<unknown> | undefined

/**
 * Returns a value in the form that its declaration encodes: words and booleans become numbers.
 * @throws {TypeError} naming the option, for a value that the declaration does not accept
 */
export function toWire(option: string, declaration: AnyDeclaration, value: unknown): unknown {
  if (declaration === undefined || value === undefined) return value
  if (declaration.multi && Array.isArray(value))
    return value.map((each, at) => elementToWire(`${option}.${at}`, declaration, each))
  return elementToWire(option, declaration, value)
}

/** Checks data of a kind without a declaration: there is none, or only its bytes are known. @throws {TypeError} */
export function checkUndeclared(option: string, kind: string | undefined, value: unknown): void {
  if (value === undefined || value instanceof Uint8Array) return
  throw new ArgumentError(
    `expected no ${option} with kind ${show(kind)}, of which none are declared, got ${show(value)}`,
  )
}

function elementToWire(option: string, declaration: Declaration<unknown>, value: unknown): unknown {
  const known = ofKind(declaration)
  switch (known.kind) {
    case 'select':
    case 'selectOuter':
      // Which declaration applies is known only to the encoder.
      return value
    case 'attributes': {
      if (!isPlainObject(value)) return checked(option, known, value)
      checkMembers(option, value, known.table)
      return membersToWire(option, value, (key) => (own(known.table, key) as AttributeRow | undefined)?.[1])
    }
    case 'followed': {
      const { header, key, rest } = known
      const members =
        isPlainObject(value) && membersToWire(option, value, (each) => (each === key ? rest : header.members[each]))
      return checked(option, known, members || value)
    }
    case 'struct': {
      const masked = isPlainObject(value) ? flagsWithMask(option, known.members, value) : undefined
      if (masked !== undefined) return checked(option, known, masked)
      if (isPlainObject(value)) checkMembers(option, value, known.members)
      const members = isPlainObject(value) && membersToWire(option, value, (key) => known.members[key])
      return checked(option, known, members || value)
    }
    case 'list':
    case 'array':
      return checked(
        option,
        known,
        Array.isArray(value) ? value.map((each, at) => toWire(`${option}.${at}`, known.element, each)) : value,
      )
    default:
      if (known.kind === 'integer' && known.constants) return checked(option, known, wordsToWire(option, known, value))
      return checked(option, known, typeof value === 'boolean' ? booleanToWire(known, value) : value)
  }
}

/** Returns the number that a value of a declaration with constants stands for. @throws {TypeError} listing the words */
function wordsToWire(option: string, declaration: Declaration<unknown>, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  const names = declaration.constants as NumberNames
  const number = names.type === 'enum' ? numberOf(option, names, value) : bitsOf(option, names, value)
  return isFixed(declaration) && declaration.size === 8 ? BigInt(number) : Number(number)
}

/** Returns the number of a word; true and false are accepted if one of the words is `off`. */
function numberOf(option: string, { families }: NumberNames & { type: 'enum' }, value: unknown): number | bigint {
  const isSwitch = typeof value === 'boolean' && families.some((family) => vocabularyOf(family).byWord.has('off'))
  return isSwitch ? Number(value) : numberOfWord(option, families, value)
}

/** Returns the bits of a list of flags, or of the true members of an object. */
function bitsOf(option: string, names: NumberNames & { type: 'flags' }, value: unknown): bigint {
  const family = familyOfFlags(names)
  if (isPlainObject(value)) return bitsOfMembers(option, [family], value).bits
  if (Array.isArray(value)) return value.reduce((bits, flag) => bits | BigInt(bitsOfFlag(option, [family], flag)), 0n)
  throw new ArgumentError(
    `expected ${option} to be a list of the flags ${Object.keys(family.values).join(', ')}, got ${show(value)}`,
  )
}

/** Returns the bits of the true members, and those of all members. */
function bitsOfMembers(option: string, families: readonly AnyConstants[], value: object) {
  let [bits, mask] = [0n, 0n]
  for (const [flag, on] of Object.entries(value)) {
    if (on === undefined) continue
    const bit = BigInt(bitsOfFlag(option, families, flag))
    if (typeof on !== 'boolean')
      throw new ArgumentError(`expected ${option}.${flag} to be true or false, got ${show(on)}`)
    mask |= bit
    if (on) bits |= bit
  }
  return { bits, mask }
}

/** Returns the struct of flags with a mask that an object like `{ GVRP: true }` stands for; undefined for the struct itself. */
function flagsWithMask(option: string, members: Struct['members'], value: object): object | undefined {
  const found = maskedMembers(members)
  if (found === undefined || found.bits in value || found.mask in value) return undefined
  const { bits, mask } = bitsOfMembers(option, [found.family], value)
  return { [found.bits]: Number(bits), [found.mask]: Number(mask) }
}

/** Returns the keys that a caller can give: padding and reserved members have an underscore. */
const keysOf = (table: object) => Object.keys(table).filter((key) => !key.startsWith('_'))

/** Checks that attributes are declared, or raw: `?57`. @throws {TypeError} */
function checkMembers(option: string, value: object, table: object): void {
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(table, key) && !/^\?\d+$/.test(key))
  if (unknown !== undefined)
    throw new ArgumentError(
      `expected ${option} to have the keys ${keysOf(table).join(', ')}, got '${printable(shortened(unknown))}'`,
    )
}

function membersToWire(option: string, value: object, declarationOf: (key: string) => AnyDeclaration): object {
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    toWire(`${option}.${key}`, declarationOf(key), member),
  ])
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined))
}

/** The length of an attribute, `nla_len`, has 16 bits, and includes the header. */
const LONGEST_PAYLOAD = 0xffff - 4

/** Returns a value that can be encoded. @throws {TypeError} naming the option */
function checked(option: string, declaration: Declaration<unknown>, value: unknown): unknown {
  if (value === undefined) return value
  try {
    const { length } = encode(declaration, value as NonNullable<unknown>)
    if (length <= LONGEST_PAYLOAD) return value
    throw new EncodeError(`expected at most ${LONGEST_PAYLOAD} bytes, got ${length}`)
  } catch (error) {
    throw error instanceof EncodeError ? new ArgumentError(`${option}: ${error.reason}`) : error
  }
}

/** True for a link-layer address, of any length. */
export function isLinkLayerAddress(text: unknown): boolean {
  try {
    return typeof text === 'string' && encode(lladdr, text).length > 0
  } catch {
    return false
  }
}

/** Returns a value in the form that the decoder uses: addresses in their canonical form, names without the bytes after their zero. */
export const normalize = <T>(declaration: Declaration<T>, value: T): T =>
  decode(declaration, encode(declaration as Declaration<unknown>, value as NonNullable<T>))

/** Returns the value that encodes a boolean: presence of a flag, 1 or 0. The encoder refuses types that are neither. */
function booleanToWire(declaration: AnyDeclaration, value: boolean): unknown {
  const known = declaration && ofKind(declaration)
  switch (known?.kind) {
    case 'flag':
      return value || undefined
    case 'integer':
      return isFixed(known) && known.size < 8 ? Number(value) : value
    case 'choice':
      return value && known.alternatives.includes(flag)
        ? value
        : booleanToWire(known.alternatives.find(isInteger), value)
    default:
      return value
  }
}

const isInteger = ({ kind }: Declaration<unknown>) => kind === 'integer'
