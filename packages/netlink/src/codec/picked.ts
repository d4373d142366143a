import { type Multi, makeRows, type Row, type Rows, type Table } from './attribute-table.js'
import type { AttributeSet, Attributes } from './attributes.js'
import { type ByteOrder, type Codec, type Declaration, type Infer, perOrder, type Scope } from './codec.js'
import { ArgumentError, DecodeError, EncodeError, show } from './error.js'
import { addOwn } from './own.js'
import { expectZeros, NLA_HDRLEN, NLA_TYPE_MASK } from './tlv.js'

type AttributeMap = Record<string, unknown>

/** The attributes to decode: `true`, or a partial decoder of the nest. */
export type Picks<T extends Table> = { readonly [K in keyof T]?: true | Declaration<unknown> }

type Nest<R, D> = R extends Multi ? Infer<D>[] : Infer<D>

/** The decoded value: the picked attributes, nests as their partial decoders return them. */
export type Picked<T extends Table, P extends Picks<T>> = {
  [K in keyof Pick<Attributes<T>, keyof P & keyof Attributes<T>>]: P[K & keyof P] extends Declaration<unknown>
    ? Nest<T[K & keyof T][1], P[K & keyof P]> | undefined
    : Attributes<T>[K]
}

/**
 * Declares a decoder of some attributes of a set, by the set's rows. It skips the other attributes without checking them. Absent
 * attributes may be members that are undefined.
 *
 * It interprets the rows and generates no code, so that V8 optimizes one small function for all partial decoders. That is cheaper than
 * a generated function until tens of thousands of messages were decoded.
 * @throws {TypeError} if the set has no such attribute
 */
export function picked<T extends Table, const P extends Picks<T>>(
  { name, table }: AttributeSet<T>,
  picks: P,
): Declaration<Picked<T, P>> {
  for (const key of Object.keys(picks)) {
    if (!Object.hasOwn(table, key)) throw new ArgumentError(`expected an attribute of ${name}, got ${show(key)}`)
  }
  const rows = () => makeRows(name, Object.fromEntries(Object.keys(picks).map((key) => [key, rowOf(key)])))
  const rowOf = (key: string) => {
    const [type, declaration] = table[key] as Table[string]
    const pick = picks[key]
    return [type, pick === true || pick === undefined ? declaration : pick] as const
  }
  return { kind: 'opaque', name, nested: true, codec: perOrder((order) => partialCodec(rows(), order) as never) }
}

/** An attribute to decode. */
interface Reader extends Pick<Row, 'key' | 'multi' | 'select'> {
  /** Undefined if the declaration depends on siblings. */
  readonly codec: Codec<unknown> | undefined
}

/** The offsets of an attribute's payload. */
type Selection = readonly [reader: Reader, type: number, from: number, to: number]

function partialCodec(rows: Rows, order: ByteOrder): Codec<AttributeMap> {
  const readers = rows.byType.map((row): Reader | undefined => {
    if (row === undefined) return undefined
    const { key, multi, select, declaration } = row
    return { key, multi, select, codec: select ? undefined : declaration.codec(order) }
  })
  // Values with all members have one shape. V8 keeps it, and the code for it, when no value is left.
  const empty = Object.fromEntries([...rows.byKey.keys()].map((key) => [key, undefined]))
  const [low, high] = order === 'LE' ? [0, 1] : [1, 0]

  /** Decodes the attributes whose declarations depend on siblings. Skips those for which no case matches. */
  const decodeSelections = (value: AttributeMap, selections: readonly Selection[], bytes: Buffer, scope: Scope) => {
    for (const [{ key, select }, type, from, to] of selections)
      try {
        value[key] = select?.(value, scope)?.codec(order).decode(bytes, from, to, scope)
      } catch (error) {
        throw DecodeError.within(rows.nameOf(type), error)
      }
  }

  return {
    name: rows.prefix,
    decode(bytes, start, end, outer) {
      const value: AttributeMap = { ...empty }
      const scope: Scope = { members: value, outer }
      const selections: Selection[] = []
      let type = -1
      try {
        for (let at = start; at + NLA_HDRLEN <= end; ) {
          const length = (bytes[at + low] as number) | ((bytes[at + high] as number) << 8)
          const [from, to] = [at + NLA_HDRLEN, at + length]
          if (length < NLA_HDRLEN || to > end) {
            type = -1
            expectZeros(bytes, start, at, end, length)
            break
          }
          type = ((bytes[at + 2 + low] as number) | ((bytes[at + 2 + high] as number) << 8)) & NLA_TYPE_MASK
          const reader = readers[type]
          if (reader !== undefined) {
            const { key, codec } = reader
            if (codec === undefined) selections.push([reader, type, from, to])
            else if (reader.multi) addOwn(value, key, codec.decode(bytes, from, to, scope))
            else value[key] = codec.decode(bytes, from, to, scope)
          }
          at += (length + 3) & ~3
        }
      } catch (error) {
        throw type < 0 ? error : DecodeError.within(rows.nameOf(type), error)
      }
      if (selections.length > 0) decodeSelections(value, selections, bytes, scope)
      return value
    },
    encode() {
      throw new EncodeError(`expected ${rows.prefix} attributes to decode, as only some are declared`)
    },
  }
}
