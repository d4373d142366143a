import type { ByteOrder, Codec, Located, Scope } from './codec.js'
import { DecodeError } from './error.js'
import { setOwn } from './own.js'
import type { Rows } from './rows.js'
import { bytes as opaque } from './scalar.js'
import { NLA_HDRLEN, NLA_TYPE_MASK, tlv } from './tlv.js'

/** A position in what was sent. */
export interface Place {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly at: number
}

/** The innermost attribute that covers a position; `self` where none of them does. */
export function locateAttribute(
  rows: Rows,
  order: ByteOrder,
  self: Codec<unknown>,
  place: Place,
  outer: Scope | undefined,
): Located {
  const { bytes, start, end, at } = place
  const scope = { members: readableSiblings(rows, order, place, outer), outer }
  let found: Located | undefined
  tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    if (at < from - NLA_HDRLEN || at >= to) return
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const key = rows.keyOf(nlaType & NLA_TYPE_MASK)
    const declaration = row?.select ? row.select(scope.members, scope) : row?.declaration
    const codec = declaration?.codec(order)
    const inner = at >= from ? codec?.locate?.(bytes, from, to, at, scope) : undefined
    found = { path: [key, ...(inner?.path ?? [])], codec: inner?.codec ?? codec ?? opaque.codec(order) }
  })
  return found ?? { path: [], codec: self }
}

/** What a selection may go by. Raw bytes in a request may be unreadable, and be what the kernel refused. */
function readableSiblings(rows: Rows, order: ByteOrder, { bytes, start, end }: Place, outer: Scope | undefined) {
  const value: Record<string, unknown> = {}
  tlv(order).readAttributes(bytes, start, end, (nlaType, from, to) => {
    const row = rows.byType[nlaType & NLA_TYPE_MASK]
    const codec = row?.select ? undefined : row?.declaration.codec(order)
    // A nest never selects anything. Reading it here would repeat that for each level of nesting.
    if (row === undefined || codec === undefined || codec.locate) return
    try {
      setOwn(value, row.key, codec.decode(bytes, from, to, { members: value, outer }))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  })
  return value
}
