import type { Row } from './attribute-table.js'
import type { AttributeSet } from './attributes.js'
import type { ByteOrder, Scope } from './codec.js'
import { byteAt } from './integers.js'
import type { Elements } from './list.js'
import { wordsFor } from './number-names.js'
import { setOwn } from './own.js'
import { bytes as opaqueBytes } from './scalar.js'
import type { Place } from './span.js'
import { resolvePayload, type SpanPayload } from './span-payload.js'
import type { SpanSink } from './span-sink.js'
import { align, NLA_HDRLEN, NLA_TYPE_MASK } from './tlv.js'

/** An attribute of a nest. */
interface Entry {
  readonly nlaType: number
  readonly from: number
  readonly to: number
  readonly row: Row | undefined
  payload: SpanPayload | undefined
}

/** Calls `visit` for each attribute that is complete. Returns the end of the last one. */
export function eachAttribute(
  bytes: Buffer,
  order: ByteOrder,
  start: number,
  end: number,
  visit: (nlaType: number, from: number, to: number) => void,
): number {
  const [low, high] = order === 'LE' ? [0, 1] : [1, 0]
  let at = start
  while (at + NLA_HDRLEN <= end) {
    const length = byteAt(bytes, at + low) | (byteAt(bytes, at + high) << 8)
    if (length < NLA_HDRLEN || at + length > end) return at
    visit(byteAt(bytes, at + 2 + low) | (byteAt(bytes, at + 2 + high) << 8), at + NLA_HDRLEN, at + length)
    at += align(length)
  }
  return Math.min(at, end)
}

/** Adds the elements of `list()` and `indexed()`. */
export function addNest(
  spans: SpanSink,
  { kind, element, indexes }: Elements<unknown>,
  start: number,
  end: number,
  place: Place,
  scope: Scope | undefined,
): void {
  let index = 0
  const rest = eachAttribute(spans.bytes, spans.order, start, end, (nlaType, from, to) => {
    const number = nlaType & NLA_TYPE_MASK
    const name = (indexes && wordsFor(indexes, number)) ?? `[${kind === 'indexed' ? number : index}]`
    const path = kind === 'indexed' ? [...place.path, index, 1] : [...place.path, index]
    const payload = resolvePayload(spans, element, from, to, place.lazies ?? 0, scope)
    addAttribute(spans, name, payload, from, to, end, place, path, scope)
    index++
  })
  spans.rest('rest', rest, end, place)
}

/** Adds an attribute and the padding after it, which belongs to the nest `around`. */
export function addAttribute(
  spans: SpanSink,
  name: string,
  payload: SpanPayload,
  from: number,
  to: number,
  end: number,
  around: Place,
  path: Place['path'],
  scope: Scope | undefined,
  replaced?: boolean,
): void {
  spans.part('attribute', name, NLA_HDRLEN, payload, from - NLA_HDRLEN, to, { ...around, path }, scope, replaced)
  spans.rest('padding', to, Math.min(end, to + ((from - to) & 3)), around)
}

/** Adds the attributes of a set. */
export function addAttributes(
  spans: SpanSink,
  set: AttributeSet,
  start: number,
  end: number,
  place: Place,
  outer: Scope | undefined,
): void {
  const { byType, nameOf } = set.rows()
  const members: Record<string, unknown> = {}
  const scope: Scope = { members, outer }
  const entries: Entry[] = []
  const last = new Map<Row, Entry>()
  const lazies = place.lazies ?? 0
  // Selections depend on siblings, so the siblings are decoded first.
  const rest = eachAttribute(spans.bytes, spans.order, start, end, (nlaType, from, to) => {
    const row = byType[nlaType & NLA_TYPE_MASK]
    const payload = row && !row.select ? resolvePayload(spans, row.declaration, from, to, lazies, scope) : undefined
    const entry: Entry = { nlaType, from, to, row, payload }
    entries.push(entry)
    if (row === undefined) return
    if (!row.multi) last.set(row, entry)
    setOwn(members, row.key, payload?.value)
  })
  const counts = new Map<string, number>()
  for (const entry of entries) {
    const { nlaType, from, to, row } = entry
    const number = nlaType & NLA_TYPE_MASK
    if (entry.payload === undefined) {
      const chosen = row?.select?.(members, scope)
      if (chosen) {
        entry.payload = resolvePayload(spans, chosen, from, to, lazies, scope)
        if (row) setOwn(members, row.key, entry.payload.value)
      }
    }
    const key = entry.payload && row ? row.key : `?${number}`
    const inside = [...place.path, key]
    if (row === undefined || row.multi || entry.payload === undefined) {
      const index = counts.get(key) ?? 0
      counts.set(key, index + 1)
      inside.push(index)
      // The decoded value has the payload of an unknown attribute next to its NLA_F bits.
      if (entry.payload === undefined) inside.push('payload')
    }
    const payload = entry.payload ?? { declaration: opaqueBytes, lazies, value: spans.bytes.subarray(from, to) }
    const replaced = entry.payload !== undefined && row !== undefined && !row.multi && last.get(row) !== entry
    addAttribute(spans, nameOf(number), payload, from, to, end, place, inside, scope, replaced)
  }
  spans.rest('rest', rest, end, place)
}
