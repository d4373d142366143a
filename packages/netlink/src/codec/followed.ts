import { type ByteOrder, type Codec, type Declaration, perOptions, type Simplify } from './codec.js'
import { DecodeError, EncodeError, isPlainObject, show } from './error.js'
import type { Members } from './fixed.js'
import { own, setOwn } from './own.js'
import type { Struct } from './struct.js'

/** A declared struct that is followed by a part of variable length. */
export interface Followed<H, K extends string = string, T = unknown>
  extends Declaration<Simplify<H & { [P in K]: T }>> {
  readonly kind: 'followed'
  readonly header: Struct<Members, H>
  readonly key: K
  readonly rest: Declaration<T>
}

/**
 * Declares a C struct that ends in a flexible array member, e.g. `struct … keys[]`. The value contains the members and, under
 * `key`, the part after them.
 */
export function followed<H extends object, const K extends string, T>(
  header: Struct<Members, H>,
  key: K,
  rest: Declaration<T>,
): Followed<H, K, T> {
  const name = header.name
  const build = (order: ByteOrder, lossless: boolean): Codec<Record<string, unknown>> => {
    const head = header.codec(order) as unknown as Codec<Record<string, unknown>>
    const tail = rest.codec(order, lossless)
    return {
      name,
      decode(bytes, start, end, scope) {
        const value = head.decode(bytes, start, Math.min(end, start + header.size))
        try {
          setOwn(value, key, tail.decode(bytes, start + header.size, end, scope))
        } catch (error) {
          throw DecodeError.within(`${name}.${key}`, error)
        }
        return value
      },
      encode(out, value, scope) {
        if (!isPlainObject(value)) throw new EncodeError(`expected ${name} (an object), got ${show(value)}`)
        const { [key]: _, ...members } = value
        const behind = own(value, key)
        head.encode(out, members)
        try {
          if (behind !== undefined) tail.encode(out, behind as T, scope)
        } catch (error) {
          throw EncodeError.within(`${name}.${key}`, error)
        }
      },
    }
  }
  return { kind: 'followed', name, header, key, rest, codec: perOptions(build) } as never
}
