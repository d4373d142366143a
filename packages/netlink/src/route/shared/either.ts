import { perOptions } from '../../codec/codec.js'
import { isPlainObject } from '../../codec/error.js'
import type { ByteOrder, Codec, Declaration } from '../../codec/index.js'

/** Tells which of two messages of one number it is. */
interface Tell {
  ofBytes(bytes: Buffer, start: number, end: number, order: ByteOrder): boolean
  ofValue(value: Record<string, unknown>): boolean
}

/** One of two messages that share a number: `tell` returns true for `other`. */
export function either<A, B>(one: Declaration<A>, other: Declaration<B>, tell: Tell): Declaration<A | B> {
  return {
    ...one,
    codec: perOptions((order, lossless): Codec<A | B> => {
      const first = one.codec(order, lossless) as Codec<A | B>
      const second = other.codec(order, lossless) as Codec<A | B>
      const of = (bytes: Buffer, start: number, end: number) =>
        tell.ofBytes(bytes, start, end, order) ? second : first
      return {
        ...first,
        decode: (bytes, start, end, scope) => of(bytes, start, end).decode(bytes, start, end, scope),
        encode: (out, value, scope) =>
          (isPlainObject(value) && tell.ofValue(value) ? second : first).encode(out, value, scope),
        locate: (bytes, start, end, at, scope) => {
          const codec = of(bytes, start, end)
          return codec.locate?.(bytes, start, end, at, scope) ?? { path: [], codec }
        },
      }
    }),
  }
}
