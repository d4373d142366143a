import { isPlainObject } from '../codec/error.js'
import { AF, type Choice, choice, type Declaration, type Members, type Struct } from '../codec/index.js'
import { NLA_HDRLEN } from '../codec/tlv.js'

type Headed<T> = Declaration<T> & { readonly header: Struct<Members, unknown> }

/** Declares a neighbour message or a link message. Only in a neighbour message, offset 12 contains an attribute length. */
export const neighbourOrLink = <N extends object, L extends object>(
  neighbour: Headed<N>,
  link: Headed<L>,
): Choice<N | L> =>
  choice<N | L>(neighbour.name, [neighbour, link], {
    ofBytes(bytes, start, end, order) {
      const isLink =
        end - start >= link.header.size &&
        bytes.readUInt8(start) === AF.BRIDGE &&
        bytes[`readUInt16${order}`](start + neighbour.header.size) < NLA_HDRLEN
      return isLink ? link : neighbour
    },
    ofValue: (value) => (isPlainObject(value) && ('index' in value || 'change' in value) ? link : neighbour),
  })
