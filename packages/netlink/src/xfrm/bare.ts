import { Buffer } from '../codec/buffer.js'
import { perOptions } from '../codec/codec.js'
import {
  align,
  type ByteOrder,
  type Choice,
  type Codec,
  choice,
  type Declaration,
  type Members,
  NLA_TYPE_MASK,
  type Opaque,
  type Struct,
} from '../codec/index.js'

/** A message that may lack its header. */
export type OrBare<M> = M extends { attrs: infer A } ? Partial<Omit<M, 'attrs'>> & { attrs: A } : never

/** The attributes that filter dumps (`xfrm_dump_sa`, `xfrm_dump_policy`): their numbers, and their lengths with the header. */
const FILTERS: ReadonlyMap<number, number> = new Map([
  [16, 10], // XFRMA_POLICY_TYPE
  [25, 5], // XFRMA_PROTO
  [26, 40], // XFRMA_ADDRESS_FILTER
])

/** True if bytes are attributes, from the first to the last, and each one fits. */
function areAttributes(
  bytes: Buffer,
  start: number,
  end: number,
  order: ByteOrder,
  fits: (type: number, length: number) => boolean = () => true,
): boolean {
  const readU16 = Buffer.prototype[`readUInt16${order}`]
  let at = start
  while (at + 4 <= end) {
    const length = readU16.call(bytes, at)
    const type = readU16.call(bytes, at + 2) & NLA_TYPE_MASK
    if (length < 4 || at + length > end || !fits(type, length)) return false
    at += align(length)
  }
  return at >= end
}

/**
 * True if the payload has no header: it consists of filters, each at most once. A filter of addresses is as long as an id with some
 * attributes, so the length does not show what a payload is: the kernel looks at NLM_F_DUMP. Behind the size of a header, such a filter has
 * addresses, which are hardly ever attributes.
 */
function isBare(bytes: Buffer, start: number, end: number, order: ByteOrder, headerSize: number): boolean {
  const seen = new Set<number>()
  const isFilter = (type: number, length: number) => {
    const isNew = !seen.has(type)
    seen.add(type)
    return isNew && FILTERS.get(type) === length
  }
  if (!areAttributes(bytes, start, end, order, isFilter)) return false
  const behind = start + headerSize
  return behind >= end || !areAttributes(bytes, behind, end, order)
}

/**
 * Declares a message as attributes without its header. xfrm accepts requests for dumps in this form.
 */
function withoutHeader<M extends { attrs: A }, A>(name: string, attrs: Declaration<A>): Opaque<OrBare<M>> {
  const build = (order: ByteOrder, lossless: boolean): Codec<OrBare<M>> => {
    const codec = attrs.codec(order, lossless)
    return {
      name,
      decode: (bytes, start, end, scope) => ({ attrs: codec.decode(bytes, start, end, scope) }) as OrBare<M>,
      encode(out, value, scope) {
        if (value.attrs !== undefined) codec.encode(out, value.attrs as A, scope)
      },
      locate: (bytes, start, end, at, scope) => codec.locate?.(bytes, start, end, at, scope) ?? { path: [], codec },
    }
  }
  return {
    kind: 'opaque',
    name,
    members: { attrs },
    parts: (_bytes, from, to) => [{ path: ['attrs'], name: 'attrs', from, to, declaration: attrs }],
    codec: perOptions(build),
  }
}

/** Declares a message that has a header and attributes, or only attributes. A value without members of the header is written as attributes only. */
export function orBare<M extends { attrs: A }, A>(
  declared: Declaration<M> & { readonly header: Struct<Members, Omit<M, 'attrs'>> },
  attrs: Declaration<A>,
): Choice<OrBare<M>> {
  const bare = withoutHeader<M, A>(declared.name, attrs)
  return choice<OrBare<M>>(declared.name, [declared, bare], {
    ofBytes: (bytes, start, end, order) => (isBare(bytes, start, end, order, declared.header.size) ? bare : declared),
    ofValue: (value) => (Object.keys(value).some((key) => key !== 'attrs') ? declared : bare),
  })
}
