import { Buffer } from '../../codec/buffer.js'
import { isPlainObject } from '../../codec/error.js'
import { type Declaration, ofKind } from '../../codec/index.js'
import { own } from '../../codec/own.js'

const DECIMAL = /^-?\d{1,20}$/
const HEXADECIMAL = /^([0-9a-f]{2})*$/i
/** The key of attributes without a declaration. */
const UNDECLARED = /^\?\d+$/

/** True for an integer whose values are bigints: one of 64 bits, or of variable length, which has no size. */
export const isLong = (integer: Declaration<unknown> & { readonly size?: number }): boolean =>
  ![1, 2, 4].includes(integer.size ?? 8)

/** Returns the bigint of an exact number, or of decimal text. Other values stay: the encoder reports them. */
export const longFromJson = (value: unknown): unknown =>
  Number.isSafeInteger(value) || (typeof value === 'string' && DECIMAL.test(value))
    ? BigInt(value as number | string)
    : value

/** Returns the bytes of hexadecimal text. Other values stay. */
const bytesFromJson = (value: unknown): unknown =>
  typeof value === 'string' && HEXADECIMAL.test(value) ? Buffer.from(value, 'hex') : value

const listFromJson = (value: unknown, convert: (each: unknown) => unknown) =>
  Array.isArray(value) ? value.map(convert) : value

/** Returns an attribute without a declaration, with its bytes. */
const rawFromJson = (raw: unknown) =>
  isPlainObject(raw) ? { ...raw, payload: bytesFromJson(own(raw, 'payload')) } : raw

const membersFromJson = (value: unknown, declarationOf: (key: string) => Declaration<unknown> | undefined): unknown =>
  isPlainObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, member]) => [
          key,
          UNDECLARED.test(key) ? listFromJson(member, rawFromJson) : fromJson(declarationOf(key), member),
        ]),
      )
    : value

/**
 * Returns a value of a declaration that was written as JSON: the reverse of `toJson` of the codec. Numbers of 64 bits become bigints, and
 * hexadecimal text becomes bytes. Other values stay as they are: the encoder reports their mistakes.
 */
export function fromJson(declaration: Declaration<unknown> | undefined, value: unknown): unknown {
  if (declaration === undefined) return value
  return declaration.multi && Array.isArray(value)
    ? value.map((each) => elementFromJson(declaration, each))
    : elementFromJson(declaration, value)
}

function elementFromJson(declaration: Declaration<unknown>, value: unknown): unknown {
  const known = ofKind(declaration)
  switch (known.kind) {
    case 'integer':
      return isLong(known) ? longFromJson(value) : value
    case 'bytes':
      return bytesFromJson(value)
    case 'attributes':
      return membersFromJson(
        value,
        (key) => (own(known.table, key) as readonly [number, Declaration<unknown>] | undefined)?.[1],
      )
    case 'struct':
      return membersFromJson(value, (key) => own(known.members, key))
    case 'followed':
      return membersFromJson(value, (key) => (key === known.key ? known.rest : own(known.header.members, key)))
    case 'list':
    case 'array':
      return listFromJson(value, (each) => fromJson(known.element, each))
    case 'indexed':
      return listFromJson(value, (pair) => (Array.isArray(pair) ? [pair[0], fromJson(known.element, pair[1])] : pair))
    default:
      return value
  }
}
