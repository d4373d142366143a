import type { ByteOrder, Scope } from './codec.js'
import { isPlainObject } from './error.js'
import type { Followed } from './followed.js'
import { type Opaque, ofKind } from './kinds.js'
import type { MessageDeclaration } from './message.js'
import { own, setOwn } from './own.js'
import { bytes as opaqueBytes } from './scalar.js'
import type { Place } from './span.js'
import { isComposite } from './span-payload.js'
import type { SpanSink } from './span-sink.js'
import type { Struct } from './struct.js'
import { align } from './tlv.js'

type Members = Readonly<Record<string, unknown>>

/** Returns the decoded struct. If it is not complete, returns the members that are. */
export function membersOf(
  { members, size, codec }: Struct,
  bytes: Buffer,
  order: ByteOrder,
  start: number,
  end: number,
): Members {
  if (end - start >= size) return codec(order).read(bytes, start)
  const values: Record<string, unknown> = {}
  let at = start
  for (const [key, member] of Object.entries(members)) {
    if (at + member.size > end) break
    if (member.layout.type !== 'pad') setOwn(values, key, member.codec(order).read(bytes, at))
    at += member.size
  }
  return values
}

/** Adds the members of a struct. */
export const addStruct = (
  spans: SpanSink,
  known: Struct,
  start: number,
  end: number,
  place: Place,
  scope: Scope | undefined,
): void => addMembers(spans, known, start, end, place, scope, membersOf(known, spans.bytes, spans.order, start, end))

/** `values` is the decoded struct, because the meaning of a member may depend on another one, such as an address on its family. */
function addMembers(
  spans: SpanSink,
  { members }: Struct,
  start: number,
  end: number,
  place: Place,
  scope: Scope | undefined,
  values: Members,
): void {
  let at = start
  for (const [key, member] of Object.entries(members)) {
    const to = at + member.size
    if (to > end) break
    const known = ofKind(member)
    const inner = { ...place, path: [...place.path, key] }
    const value = own(values, key)
    if (member.layout.type === 'pad') spans.rest('padding', at, to, place)
    else if (known.kind === 'struct' && isPlainObject(value)) addWhole(spans, key, known, at, to, inner, scope, value)
    else spans.member(key, member, at, to, inner, scope, isComposite(known) ? undefined : value)
    at = to
  }
  spans.rest('rest', at, end, place)
}

/** Adds a struct with its members. */
function addWhole(
  spans: SpanSink,
  name: string,
  struct: Struct,
  start: number,
  end: number,
  { path, depth, lazies = 0 }: Place,
  scope: Scope | undefined,
  values: Members,
): void {
  if (end <= start) return
  spans.spans.push({ kind: 'struct', offset: start, length: end - start, own: 0, path, name, depth })
  addMembers(spans, struct, start, end, { path, depth: depth + 1, lazies }, scope, values)
}

/** Adds the header of a message as a struct, and its attributes. */
export function addMessage(
  spans: SpanSink,
  { header, attrs }: MessageDeclaration<object, unknown>,
  start: number,
  end: number,
  place: Place,
  outer: Scope | undefined,
): void {
  const behind = Math.min(end, start + header.size)
  const members = membersOf(header, spans.bytes, spans.order, start, behind)
  const scope = { members, outer }
  addWhole(spans, header.name, header, start, behind, place, scope, members)
  const body = Math.min(end, start + align(header.size))
  spans.rest('padding', behind, body, place)
  spans.add(attrs, body, end, { ...place, path: [...place.path, 'attrs'] }, scope)
}

/** Adds the members of a struct, and the part of variable length after it. */
export function addFollowed(
  spans: SpanSink,
  { header, key, rest }: Followed<object>,
  start: number,
  end: number,
  place: Place,
  scope: Scope | undefined,
): void {
  const behind = Math.min(end, start + header.size)
  addStruct(spans, header, start, behind, place, scope)
  spans.member(key, rest, behind, end, { ...place, path: [...place.path, key] }, scope)
}

/** Adds the parts that the declaration itself finds. */
export function addOpaque(
  spans: SpanSink,
  known: Opaque<unknown>,
  start: number,
  end: number,
  place: Place,
  outer: Scope | undefined,
): void {
  let at = start
  for (const part of known.parts?.(spans.bytes, start, end, spans.order) ?? []) {
    const { name, from, to, declaration = opaqueBytes, value, members } = part
    spans.rest('padding', at, from, place)
    const inner = { ...place, path: [...place.path, ...part.path] }
    const scope = members ? { members, outer } : outer
    if (ofKind(declaration).kind === 'attributes') spans.add(declaration, from, to, inner, scope)
    else spans.member(name, declaration, from, to, inner, scope, value)
    at = to
  }
  spans.rest('rest', at, end, place)
}
