import { Buffer } from '../codec/buffer.js'
import {
  align,
  type ByteOrder,
  type Codec,
  type Declaration,
  type Members,
  NLA_TYPE_MASK,
  type Opaque,
  type Struct,
} from '../codec/index.js'

/** A message that may come without its header. */
export type OrBare<M> = M extends { attrs: infer A } ? Partial<Omit<M, 'attrs'>> & { attrs: A } : never

/** What a dump is narrowed down by (xfrm_dump_sa, xfrm_dump_policy): XFRMA_*, and how long each is with its header. */
const FILTERS: ReadonlyMap<number, number> = new Map([
  [16, 10], // XFRMA_POLICY_TYPE
  [25, 5], // XFRMA_PROTO
  [26, 40], // XFRMA_ADDRESS_FILTER
])

/** Whether attributes start right away: only filters, none twice. However they are put together, no header is as long. */
function isBare(bytes: Buffer, start: number, end: number, order: ByteOrder): boolean {
  const readU16 = Buffer.prototype[`readUInt16${order}`]
  const seen = new Set<number>()
  let at = start
  while (at + 4 <= end) {
    const type = readU16.call(bytes, at + 2) & NLA_TYPE_MASK
    const length = readU16.call(bytes, at)
    if (seen.has(type) || FILTERS.get(type) !== length || at + length > end) return false
    seen.add(type)
    at += align(length)
  }
  return at >= end
}

/**
 * A message of which dumps are asked for with attributes alone. A value that has no member of the header is written so,
 * and comes of such bytes.
 */
export function orBare<M extends { attrs: A }, A>(
  declared: Declaration<M> & { readonly header: Struct<Members, Omit<M, 'attrs'>> },
  attrs: Declaration<A>,
): Opaque<OrBare<M>> {
  return {
    kind: 'opaque',
    members: { ...declared.header.members, attrs },
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
