import { type ByteOrder, type Codec, type Declaration, type Located, perOptions, type Scope } from './codec.js'
import { DecodeError, EncodeError, show } from './error.js'
import { wireFormOf } from './lossless.js'
import type { AnyConstants } from './names.js'
import type { NumberNames } from './number-names.js'
import type { Output } from './output.js'
import { NLA_HDRLEN, NLA_TYPE_MASK, nlaTypeOf, tlv } from './tlv.js'
import { formOf, keepForm, type ReceivedAttribute, received, type WireForm } from './wire-form.js'
import { type Writer, writeAll } from './write-attributes.js'

/** Encodes one element. Errors contain its index. */
export function encodeAt<T>(codec: Codec<T>, index: number, out: Output, value: T, scope: Scope | undefined): void {
  try {
    codec.encode(out, value, scope)
  } catch (error) {
    throw EncodeError.within(`[${index}]`, error)
  }
}

/** Decodes one element. Errors contain its index. */
export function decodeAt<T>(
  codec: Codec<T>,
  index: number,
  bytes: Buffer,
  from: number,
  to: number,
  scope: Scope | undefined,
): T {
  try {
    return codec.decode(bytes, from, to, scope)
  } catch (error) {
    throw DecodeError.within(`[${index}]`, error)
  }
}

/** @throws {EncodeError} if `values` is not an array */
export function expectArray<T = unknown>(name: string, values: unknown): asserts values is T[] {
  if (!Array.isArray(values)) throw new EncodeError(`expected an array of ${name}, got ${show(values)}`)
}

/** A declaration of an array. All elements have one declaration. */
export interface Elements<T, V = T> extends Declaration<V[]> {
  readonly kind: 'list' | 'indexed' | 'array'
  readonly element: Declaration<T>
  /** Names for the indexes of {@link indexed}, or for the positions in an `array`. */
  readonly indexes?: NumberNames
  /** Number of the first element of an `array` in `indexes`. */
  readonly from?: number
}

/** Conversion between the attributes of a nest and the elements of the array. */
interface Shape<T, V> {
  readonly kind: 'list' | 'indexed'
  readonly name: string
  /** Returns the array element for an attribute with this number and payload. */
  wrap(type: number, element: T): V
  /** Returns the attribute number and the payload for the array element at `index`. @throws {EncodeError} */
  unwrap(value: V, index: number): readonly [type: number, element: T]
  /** Returns the `nla_type` to write. `received` is the number that the attribute had when it was decoded losslessly. */
  typeOf(ours: number, received: number | undefined): number
}

/** Declares a nest of attributes that have the same payload. */
function nest<T, V>(element: Declaration<T>, { kind, name, wrap, unwrap, typeOf }: Shape<T, V>): Elements<T, V> {
  const build = (order: ByteOrder, lossless: boolean): Codec<V[]> => {
    const wire = tlv(order)
    const codecOnce = () => element.codec(order, lossless)
    return {
      name,
      decode(bytes, start, end, scope) {
        const codec = codecOnce()
        const values: V[] = []
        const attributes: ReceivedAttribute[] = []
        const rest = wire.readAttributes(bytes, start, end, (nlaType, from, to) => {
          const value = decodeAt(codec, values.length, bytes, from, to, scope)
          values.push(wrap(nlaType & NLA_TYPE_MASK, value))
          if (!lossless) return
          const attribute = received('', nlaType, from, to, element, false)
          attribute.value = value
          attributes.push(attribute)
        })
        if (lossless) keepForm(values, wireFormOf(order, bytes, { rest, end }, attributes, scope))
        return values
      },
      encode(out, values, scope) {
        expectArray(element.name, values)
        if (values.length > NLA_TYPE_MASK) {
          throw new EncodeError(`expected at most ${NLA_TYPE_MASK} elements, got ${values.length}`)
        }
        const codec = codecOnce()
        const writer: Writer = {
          count: values.length,
          valueAt: (index) => unwrap(values[index] as V, index)[1],
          typeOf: (index, nlaType) => typeOf(nlaTypeOf(unwrap(values[index] as V, index)[0], element), nlaType),
          write: (to, value, index) => encodeAt(codec, index, to, value as T, scope),
        }
        writeAll(order, out, [''], () => writer, lossless ? formOf<WireForm>(values) : undefined)
      },
      locate: (bytes, start, end, at, scope) => locateElement(order, codecOnce(), { bytes, start, end, at }, scope),
    }
  }
  return { kind, name, nested: true, element, codec: perOptions(build) }
}

function locateElement(
  order: ByteOrder,
  codec: Codec<unknown>,
  { bytes, start, end, at }: { bytes: Buffer; start: number; end: number; at: number },
  scope: Scope | undefined,
): Located {
  let index = 0
  let found: Located = { path: [], codec }
  tlv(order).readAttributes(bytes, start, end, (_type, from, to) => {
    if (at >= from - NLA_HDRLEN && at < to) {
      const inner = at >= from ? codec.locate?.(bytes, from, to, at, scope) : undefined
      found = { path: [String(index), ...(inner?.path ?? [])], codec: inner?.codec ?? codec }
    }
    index++
  })
  return found
}

/** Options of {@link list}. */
export interface ListOptions {
  /** Number of the first element. Default: 1. */
  readonly from?: number
}

/**
 * Declares a nest of attributes that are numbered in sequence and have the same payload (NLA_NESTED_ARRAY in the kernel). The
 * value is an array. It does not contain the received numbers.
 */
export function list<T>(element: Declaration<T>, { from = 1 }: ListOptions = {}): Elements<T> {
  return nest<T, T>(element, {
    kind: 'list',
    name: `list(${element.name})`,
    wrap: (_type, value) => value,
    unwrap: (value, index) => [index + from, value],
    typeOf: (ours, received) => received ?? ours,
  })
}

/**
 * Declares a nest of attributes that have the same payload and whose numbers are an index. The value is an array of pairs of
 * index and payload. `family` names the indexes: `indexed(bandAttrs, NL80211_BAND)`.
 */
export function indexed<T>(element: Declaration<T>, family?: AnyConstants): Elements<T, [index: number, value: T]> {
  const pairs = nest<T, [index: number, value: T]>(element, {
    kind: 'indexed',
    name: `indexed(${element.name})`,
    wrap: (type, value) => [type, value],
    unwrap(pair, index) {
      const [type, value] = Array.isArray(pair) ? pair : []
      if (!Number.isInteger(type) || Number(type) < 0 || Number(type) > NLA_TYPE_MASK) {
        const reason = `expected a pair of a number from 0 to ${NLA_TYPE_MASK} and ${element.name}, got ${show(pair)}`
        throw new EncodeError(reason, [`[${index}]`])
      }
      return [Number(type), value as T]
    },
    typeOf: (ours, received = ours) => (ours & NLA_TYPE_MASK) | (received & ~NLA_TYPE_MASK),
  })
  return family === undefined ? pairs : { ...pairs, indexes: { type: 'enum', families: [family] } }
}
