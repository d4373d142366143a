import type { Rows } from './attribute-table.js'
import type { ByteOrder, Codec, Located, Scope } from './codec.js'
import { DecodeError } from './error.js'
import { setOwn } from './own.js'
import { bytes as opaque } from './scalar.js'
import { NLA_HDRLEN, NLA_TYPE_MASK, tlv } from './tlv.js'

/** A byte position in a nest of attributes. */
export interface AttributeOffset {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly at: number
}

/** Returns the innermost attribute at a byte position, or `self` if there is no attribute. */
export function locateAttribute(
  rows: Rows,
  order: ByteOrder,
  self: Codec<unknown>,
  offset: AttributeOffset,
  outer: Scope | undefined,
): Located {
  const { bytes, start, end, at } = offset
  const scope = { members: readableSiblings(rows, order, offset, outer), outer }
  let found: Located | undefined
  const counts = new Map<string, number>()
  tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const key = rows.keyOf(nlaType & NLA_TYPE_MASK)
    const index = counts.get(key) ?? 0
    counts.set(key, index + 1)
    if (at < from - NLA_HDRLEN || at >= to) return
    const declaration = row?.select ? row.select(scope.members, scope) : row?.declaration
    const codec = declaration?.codec(order)
    const inner = at >= from ? codec?.locate?.(bytes, from, to, at, scope) : undefined
    const place = row?.multi ? [key, String(index)] : [key]
    found = { path: [...place, ...(inner?.path ?? [])], codec: inner?.codec ?? codec ?? opaque.codec(order) }
  })
  return found ?? { path: [], codec: self }
}

/**
 * Decodes the siblings on which a selection may depend. Siblings that cannot be decoded are left out, because they may be the
 * reason why the request was refused.
 */
function readableSiblings(
  rows: Rows,
  order: ByteOrder,
  { bytes, start, end }: AttributeOffset,
  outer: Scope | undefined,
) {
  const value: Record<string, unknown> = {}
  tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const codec = row?.select ? undefined : row?.declaration.codec(order)
    // No selection depends on a nest, and decoding nests here would take time quadratic in the depth.
    if (row === undefined || codec === undefined || codec.locate) return
    try {
      setOwn(value, row.key, codec.decode(bytes, from, to, { members: value, outer }))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  })
  return value
}
