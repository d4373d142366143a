import { perOptions } from '../codec/codec.js'
import { isPlainObject } from '../codec/error.js'
import { AF, type Codec, type Declaration, type Members, type Struct } from '../codec/index.js'

const attributeHeader = 4

type Headed<T> = Declaration<T> & { readonly header: Struct<Members, unknown> }

/** Either of two messages: where a link's has `change`, a neighbour's has the length of an attribute. */
export function neighbourOrLink<N, L>(neighbour: Headed<N>, link: Headed<L>): Declaration<N | L> {
  const isLink = (bytes: Buffer, start: number, end: number, order: 'LE' | 'BE') =>
    end - start >= link.header.size &&
    bytes.readUInt8(start) === AF.BRIDGE &&
    bytes[`readUInt16${order}`](start + neighbour.header.size) < attributeHeader
  return {
    ...neighbour,
    codec: perOptions((order, lossless): Codec<N | L> => {
      const one = neighbour.codec(order, lossless) as Codec<N | L>
      const other = link.codec(order, lossless) as Codec<N | L>
      return {
        ...one,
        decode: (bytes, start, end, scope) =>
          (isLink(bytes, start, end, order) ? other : one).decode(bytes, start, end, scope),
        encode(out, value, scope) {
          const isOther = isPlainObject(value) && ('index' in value || 'change' in value)
          ;(isOther ? other : one).encode(out, value, scope)
        },
      }
    }),
  }
}
