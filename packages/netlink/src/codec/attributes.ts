import { attributesCodec } from './attribute-codec.js'
import { type Cases, type Multi, makeRows, type Rows, type Select, type Table } from './attribute-table.js'
import { type Codec, type Declaration, type Infer, perOptions, type Simplify } from './codec.js'
import { type AnyConstants, constants } from './names.js'
import type { RawAttribute } from './raw.js'

/** Attributes without a row. They are kept undecoded under `?` and their number: `attrs['?57']`. */
export type Unknown = { [number: `?${number}`]: readonly RawAttribute[] | undefined }

type SelectKeys<T extends Table> = { [K in keyof T]: T[K][1] extends Select ? K : never }[keyof T]
type SelectorKeys<T extends Table> = { [K in keyof T]: T[K][1] extends Select<infer S> ? S : never }[keyof T]
type Plain<T extends Table> = {
  // `keyof T` keeps the doc comments of the rows, unlike `Exclude`.
  -readonly [K in keyof T as Exclude<K, SelectKeys<T> | SelectorKeys<T>>]?:
    | (T[K][1] extends Multi<infer V> ? V[] : Infer<T[K][1]>)
    | undefined
}
type Variant<K extends PropertyKey, S extends string, C extends Cases> =
  | { [V in keyof C]: { [P in S]: V } & { [P in K]?: Infer<C[V]> | undefined } }[keyof C]
  // Without a known selector, the payload stays raw, under its `?` key.
  | ({ [P in S]?: (keyof C extends string ? string : number) | undefined } & { [P in K]?: undefined })
type Boxed<T extends Table> = {
  [K in SelectKeys<T>]: T[K][1] extends Select<infer S, infer C> ? (value: Variant<K, S, C>) => void : never
}[SelectKeys<T>]
type Variants<T extends Table> = [SelectKeys<T>] extends [never]
  ? unknown
  : Boxed<T> extends (value: infer I) => void
    ? I
    : never

/**
 * The decoded value of an attribute set. Every attribute is optional. The keys are in the order in which the attributes were
 * received.
 */
export type Attributes<T extends Table> = Simplify<Plain<T> & Variants<T> & Unknown>

/** A declared attribute set, for example all `IFLA_*`. */
export interface AttributeSet<T extends Table = Table> extends Declaration<Attributes<T>> {
  readonly kind: 'attributes'
  readonly table: T
  /** Returns the kernel's name of an attribute number: `IFLA_MTU`, or `IFLA_4711` for a number without a row. */
  nameOf(type: number): string
  /** Returns the rows as codecs use them. */
  rows(): Rows
}

/**
 * Declares an attribute set. `prefix` is the kernel's prefix of the names. A row contains number, payload, and the kernel's
 * name if it cannot be derived from the key (`minMtu` is `IFLA_MIN_MTU`). If an attribute occurs twice, the last one is used,
 * as in the kernel (`nla_parse`), unless its row is {@link multi}.
 */
export function attributes<const T extends Table>(prefix: string, table: T): AttributeSet<T> {
  let rows: Rows | undefined
  const rowsOnce = () => {
    rows ??= makeRows(prefix, table)
    return rows
  }
  return {
    kind: 'attributes',
    name: prefix,
    nested: true,
    table,
    nameOf: (type) => rowsOnce().nameOf(type),
    rows: rowsOnce,
    codec: perOptions(
      (order, lossless) => attributesCodec({ rows: rowsOnce(), order, lossless }) as unknown as Codec<Attributes<T>>,
    ),
  }
}

/**
 * Returns the numbers of the attributes, up to `last`, as constants. Use them for fields that contain attribute numbers, or
 * one bit per attribute ({@link bitsOf}).
 */
export function numbersOf({ name, table, nameOf }: AttributeSet, last = Number.POSITIVE_INFINITY): AnyConstants {
  const numbers = Object.values(table).map(([number]) => number)
  const named = numbers
    .filter((number) => number <= last)
    .map((number) => [nameOf(number).slice(name.length + 1), number])
  return constants(name, Object.fromEntries(named))
}
