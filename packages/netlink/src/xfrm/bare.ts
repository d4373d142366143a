import { align, type ByteOrder, type Codec, type Declaration, type Members, type Struct } from '../codec/index.js'

/** A message that may come without its header. */
export type OrBare<M> = M extends { attrs: infer A } ? Partial<Omit<M, 'attrs'>> & { attrs: A } : never

/** Whether attributes start right away: each has a length that fits, and a number below 64. */
function isBare(bytes: Buffer, start: number, end: number, order: ByteOrder): boolean {
  const readU16 = Buffer.prototype[`readUInt16${order}`]
  for (let at = start; at < end; ) {
    const length = end - at < 4 ? 0 : readU16.call(bytes, at)
    if (length < 4 || at + length > end || readU16.call(bytes, at + 2) >= 64) return false
    at += align(length)
  }
  return true
}

/**
 * A message of which dumps are asked for with attributes alone. A value that has no member of the header is written so,
 * and comes of such bytes.
 */
export function orBare<M extends { attrs: A }, A>(
  declared: Declaration<M> & { readonly header: Struct<Members, Omit<M, 'attrs'>> },
  attrs: Declaration<A>,
): Declaration<OrBare<M>> {
  return {
    name: declared.name,
    codec(order, lossless): Codec<OrBare<M>> {
      const whole = declared.codec(order, lossless) as unknown as Codec<OrBare<M>>
      const bare = attrs.codec(order, lossless)
      return {
        ...whole,
        decode(bytes, start, end, scope) {
          if (!isBare(bytes, start, end, order)) return whole.decode(bytes, start, end, scope)
          return { attrs: bare.decode(bytes, start, end, scope) } as OrBare<M>
        },
        encode(out, value, scope) {
          if (Object.keys(value).some((key) => key !== 'attrs')) whole.encode(out, value, scope)
          else if (value.attrs !== undefined) bare.encode(out, value.attrs as A, scope)
        },
      }
    },
  }
}
