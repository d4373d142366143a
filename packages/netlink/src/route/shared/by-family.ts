import { perOptions } from '../../codec/codec.js'
import type { Codec, Declaration, Scope } from '../../codec/index.js'

/** All attributes of a message, which are others where the header's family is `family`. */
export function byFamily<A, B>(family: number, then: Declaration<A>, otherwise: Declaration<B>): Declaration<A | B> {
  return {
    name: otherwise.name,
    nested: true,
    codec: perOptions((order, lossless): Codec<A | B> => {
      const one = then.codec(order, lossless) as Codec<A | B>
      const other = otherwise.codec(order, lossless) as Codec<A | B>
      const chosen = (scope: Scope | undefined) => (scope?.members.family === family ? one : other)
      return {
        name: otherwise.name,
        decode: (bytes, start, end, scope) => chosen(scope).decode(bytes, start, end, scope),
        encode: (out, value, scope) => chosen(scope).encode(out, value, scope),
        locate: (bytes, start, end, at, scope) =>
          chosen(scope).locate?.(bytes, start, end, at, scope) ?? { path: [], codec: chosen(scope) },
      }
    }),
  }
}
