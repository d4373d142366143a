import type { Scope } from './codec.js'
import { ofKind } from './kinds.js'
import type { Elements } from './list.js'
import { nameOf } from './names.js'
import type { Place } from './span.js'
import type { SpanSink } from './span-sink.js'
import { addMessage, membersOf } from './span-structs.js'
import { align } from './tlv.js'

/** Adds the elements of `array()`, whose size is fixed. */
export function addArray(
  spans: SpanSink,
  { element, indexes, from = 0 }: Elements<unknown>,
  size: number,
  start: number,
  end: number,
  place: Place,
  scope: Scope | undefined,
): void {
  const [family] = indexes?.type === 'enum' ? indexes.families : []
  let at = start
  for (let index = 0; at + size <= end; index++, at += size) {
    const name = family ? nameOf(family, index + from) : `[${index}]`
    spans.member(name, element, at, at + size, { ...place, path: [...place.path, index] }, scope)
  }
  spans.rest('rest', at, end, place)
}

/** Adds the elements of `records()`. */
export function addRecords(
  spans: SpanSink,
  { element }: Elements<unknown>,
  start: number,
  end: number,
  place: Place,
  scope: Scope | undefined,
): void {
  const record = ofKind(element)
  if (record.kind !== 'message') {
    spans.rest('rest', start, end, place)
    return
  }
  let next = start
  for (let index = 0; next + record.header.size <= end; index++) {
    const at = next
    const length = Number(membersOf(record.header, spans.bytes, spans.order, at, end).len)
    if (length < record.header.size || at + length > end) break
    const to = at + length
    spans.around(`[${index}]`, at, to, { ...place, path: [...place.path, index] }, (inner) =>
      addMessage(spans, record, at, to, { ...inner, lazies: place.lazies ?? 0 }, scope),
    )
    next = Math.min(end, at + align(length))
    spans.rest('padding', to, next, place)
  }
  spans.rest('rest', next, end, place)
}
