import { AF, type Declaration, type Members, type Struct } from '../codec/index.js'
import { either } from './shared/either.js'

const attributeHeader = 4

type Headed<T> = Declaration<T> & { readonly header: Struct<Members, unknown> }

/** Either of two messages: where a link's has `change`, a neighbour's has the length of an attribute. */
export const neighbourOrLink = <N, L>(neighbour: Headed<N>, link: Headed<L>): Declaration<N | L> =>
  either(neighbour, link, {
    ofBytes: (bytes, start, end, order) =>
      end - start >= link.header.size &&
      bytes.readUInt8(start) === AF.BRIDGE &&
      bytes[`readUInt16${order}`](start + neighbour.header.size) < attributeHeader,
    ofValue: (value) => 'index' in value || 'change' in value,
  })
