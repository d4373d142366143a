import { isPlainObject } from '../../codec/error.js'
import { isFixed } from '../../codec/fixed.js'
import { type Declaration, decode, EncodeError, encode, flag, ofKind, printable } from '../../codec/index.js'
import { own } from '../../codec/own.js'
import type { IsLinkIndex } from '../../route/index.js'
import type { LinkRef } from './link-ref.js'

/** The type that a caller may write for a decoded value. It also accepts a boolean for 1 and 0, and a link's name for its index. */
export type InputOf<T> = T extends true
  ? boolean
  : T extends number
    ? IsLinkIndex<T> extends true
      ? LinkRef | 0
      : number | boolean
    : T extends string | bigint | Uint8Array | undefined
      ? T
      : { readonly [K in keyof T]: InputOf<T[K]> }

type AttributeRow = readonly [type: number, declaration: Declaration<unknown>, ...unknown[]]
type AnyDeclaration = Declaration<unknown> | undefined

/**
 * Returns a value in the form that its declaration encodes: a boolean becomes a number.
 * @throws {TypeError} naming the option, for a value that the declaration does not accept
 */
export function toWire(option: string, declaration: AnyDeclaration, value: unknown): unknown {
  if (declaration === undefined || value === undefined) return value
  if (declaration.multi && Array.isArray(value))
    return value.map((each, at) => elementToWire(`${option}.${at}`, declaration, each))
  return elementToWire(option, declaration, value)
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
    case 'struct': {
      const members = isPlainObject(value) && membersToWire(option, value, (key) => known.members[key])
      return checked(option, known, members || value)
    }
    case 'list':
      return checked(
        option,
        known,
        Array.isArray(value) ? value.map((each, at) => toWire(`${option}.${at}`, known.element, each)) : value,
      )
    default:
      return checked(option, known, typeof value === 'boolean' ? booleanToWire(known, value) : value)
  }
}

/** Checks that attributes are declared, or raw: `?57`. @throws {TypeError} */
function checkMembers(option: string, value: object, table: object): void {
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(table, key) && !/^\?\d+$/.test(key))
  if (unknown !== undefined)
    throw new TypeError(
      `expected ${option} to have the keys ${Object.keys(table).join(', ')}, got '${printable(unknown)}'`,
    )
}

function membersToWire(option: string, value: object, declarationOf: (key: string) => AnyDeclaration): object {
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    toWire(`${option}.${key}`, declarationOf(key), member),
  ])
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined))
}

/** Returns a value that can be encoded. @throws {TypeError} naming the option */
function checked(option: string, declaration: Declaration<unknown>, value: unknown): unknown {
  if (value === undefined) return value
  try {
    encode(declaration, value as NonNullable<unknown>)
    return value
  } catch (error) {
    throw error instanceof EncodeError ? new EncodeError(error.reason, [option]) : error
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
