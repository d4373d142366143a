import type { Table } from './attribute-table.js'
import type { AttributeSet, Attributes } from './attributes.js'
import type { ByteOrder, Codec } from './codec.js'
import { DecodeError, EncodeError, show } from './error.js'
import type { Elements } from './list.js'
import { u16 } from './scalar.js'
import { align, NLA_HDRLEN, NLA_TYPE_MASK } from './tlv.js'

/** Returns the offsets of the items in `from[start, end)`. Each attribute starts an item, except for the `joined` ones. */
function itemStarts(from: Buffer, start: number, end: number, order: ByteOrder, joined: readonly number[]): number[] {
  const { read } = u16.codec(order)
  const starts: number[] = []
  for (let at = start; at + NLA_HDRLEN <= end; ) {
    const length = read(from, at)
    if (length < NLA_HDRLEN || at + length > end) {
      throw new DecodeError(`expected an attribute of 4 to ${end - at} bytes at offset ${at - start}, got ${length}`)
    }
    if (starts.length === 0 || !joined.includes(read(from, at + 2) & NLA_TYPE_MASK)) starts.push(at)
    at += align(length)
  }
  return starts
}

/** Declares attributes whose order has a meaning: an array of objects, each with one attribute and the `joined` ones after it. */
export function sequence<T extends Table>(
  attrs: AttributeSet<T>,
  joined: readonly number[] = [],
): Elements<Attributes<T>> {
  const codec = (order: ByteOrder, lossless?: boolean): Codec<Attributes<T>[]> => {
    const item = attrs.codec(order, lossless)
    return {
      name: attrs.name,
      decode(from, start, end, scope) {
        const starts = itemStarts(from, start, end, order, joined)
        return starts.map((at, index) => item.decode(from, at, starts[index + 1] ?? end, scope))
      },
      encode(out, items, scope) {
        if (!Array.isArray(items)) throw new EncodeError(`expected an array of ${attrs.name}, got ${show(items)}`)
        for (const each of items) item.encode(out, each, scope)
      },
    }
  }
  return { kind: 'array', name: attrs.name, nested: true, element: attrs, codec }
}
