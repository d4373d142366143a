import type { Row } from './attribute-table.js'
import type { AttributeSet } from './attributes.js'
import type { ByteOrder, Declaration, Scope } from './codec.js'
import { describe, namesOf } from './describe.js'
import { DecodeError, isPlainObject } from './error.js'
import { isFixed } from './fixed.js'
import type { Followed } from './followed.js'
import { byteAt } from './integers.js'
import { type DeclarationOfKind, type Opaque, ofKind } from './kinds.js'
import { MAX_DEPTH } from './lazy.js'
import type { Elements } from './list.js'
import type { MessageDeclaration } from './message.js'
import { nameOf } from './names.js'
import { bitmapWords, type NumberNames, wordsFor } from './number-names.js'
import { own, setOwn } from './own.js'
import { bytes as opaqueBytes } from './scalar.js'
import type { Struct } from './struct.js'
import { align, NLA_HDRLEN, NLA_TYPE_MASK } from './tlv.js'

/**
 * Kind of a span: a C struct, a member of a struct (or an element of a C array), an attribute, padding, or bytes that the declaration
 * does not cover: after the last attribute, or after damage.
 */
export type SpanKind = 'struct' | 'member' | 'attribute' | 'padding' | 'rest'

/** The bytes of one part of a message. A plain object, so that it can be sent to another thread. */
export interface Span {
  readonly kind: SpanKind
  /** Offset of the first byte in the message. */
  readonly offset: number
  /** Number of bytes, inner spans included. The padding after an attribute has its own span. */
  readonly length: number
  /**
   * Number of bytes at the start that belong to no inner span: all of them if there are no inner spans, the header of a nest
   * (`struct nlattr`, 4 bytes), or 0 for a struct.
   */
  readonly own: number
  /**
   * Keys from the message to the decoded value: `['value', 'attrs', 'linkinfo', 'kind']`. For padding and rests, the path of the
   * structure that contains them. Decoded values do not contain the lengths and magic numbers of inner headers, such as
   * `rtnh_len`: nothing is at their path.
   */
  readonly path: readonly (string | number)[]
  /** The kernel's name of an attribute or struct, e.g. `IFLA_MTU`; the key of a member; `[2]` for an element. */
  readonly name: string
  /** Number of enclosing spans. */
  readonly depth: number
  /** The decoded value. Absent if there are inner spans, and if the bytes cannot be decoded. */
  readonly value?: unknown
  /** The value with names of constants, if it has any: `RTN_UNICAST`. See `describe`. */
  readonly words?: unknown
  /** Reason why the bytes cannot be decoded. */
  readonly problem?: string
  /** True for an attribute that a later one with the same number replaces (`nla_parse`). */
  readonly replaced?: boolean
  /** True for a key or a password. */
  readonly secret?: boolean
}

/** Position of a structure in the tree of spans. */
export interface Place {
  readonly path: readonly (string | number)[]
  readonly depth: number
  /** Number of enclosing `lazy` declarations. */
  readonly lazies?: number
}

type Members = Readonly<Record<string, unknown>>

type Composite = Exclude<DeclarationOfKind, { kind: 'integer' | 'flag' | 'text' | 'bytes' }>

/** A payload whose declaration was resolved, and its value if it has no inner declarations. */
interface Payload {
  readonly composite?: Composite
  readonly declaration: Declaration<unknown>
  readonly lazies: number
  readonly value?: unknown
  readonly words?: unknown
  readonly problem?: string
}

/** An attribute of a nest. */
interface Entry {
  readonly nlaType: number
  readonly from: number
  readonly to: number
  readonly row: Row | undefined
  payload: Payload | undefined
}

/** Number of words to keep for one enumeration. */
const MOST_WORDS = 1024

/** The words of numbers. Messages repeat the same numbers, and finding their words takes longer than decoding them. */
export class WordCache {
  readonly #words = new Map<NumberNames, Map<number | bigint, string | undefined>>()

  get(names: NumberNames, value: number | bigint): string | undefined {
    let known = this.#words.get(names)
    if (known === undefined || known.size > MOST_WORDS) {
      known = new Map()
      this.#words.set(names, known)
    }
    let words = known.get(value)
    if (words === undefined) {
      words = wordsFor(names, value)
      known.set(value, words)
    }
    return words
  }
}

/**
 * Collects the spans of a message, depth first, by its declarations. Never throws, even if the bytes are invalid: what cannot be
 * decoded is a `rest`, or a span with a `problem`. The spans cover each byte once: see {@link Span.own}.
 */
export class SpanCollector {
  readonly spans: Span[] = []

  constructor(
    readonly bytes: Buffer,
    readonly order: ByteOrder,
    /** The words of earlier messages. */
    readonly words: WordCache = new WordCache(),
  ) {}

  /** Adds the spans of `bytes[start, end)`. A payload without inner declarations becomes one span. */
  add(declaration: Declaration<unknown>, start: number, end: number, place: Place, scope?: Scope): void {
    const payload = this.#payload(declaration, start, end, place.lazies ?? 0, scope)
    if (payload.composite) this.#inside(payload.composite, start, end, { ...place, lazies: payload.lazies }, scope)
    else this.#leaf('member', payload.declaration.name, payload, start, end, place, scope)
  }

  /** Adds a member: a span around the inner spans, or a single one. */
  member(
    name: string,
    declaration: Declaration<unknown>,
    start: number,
    end: number,
    place: Place,
    scope?: Scope,
    value?: unknown,
    words?: string,
  ): void {
    const payload =
      value === undefined
        ? this.#payload(declaration, start, end, place.lazies ?? 0, scope)
        : { declaration, value, lazies: 0, words }
    this.#part(ofKind(declaration).kind === 'struct' ? 'struct' : 'member', name, 0, payload, start, end, place, scope)
  }

  /** Adds a span around the spans that `addInside` adds. */
  around(name: string, from: number, to: number, { path, depth }: Place, addInside: (place: Place) => void): void {
    this.spans.push({ kind: 'struct', offset: from, length: to - from, own: 0, path, name, depth })
    addInside({ path, depth: depth + 1 })
  }

  /** Adds bytes without a declaration, if there are any. */
  rest(kind: 'padding' | 'rest', from: number, to: number, { path, depth }: Place): void {
    if (to <= from) return
    const length = to - from
    const value = this.bytes.subarray(from, to)
    this.spans.push({ kind, offset: from, length, own: length, path, name: kind, depth, value })
  }

  /** Adds a payload that starts `header` bytes after the start of its span. */
  #part(
    kind: SpanKind,
    name: string,
    header: number,
    payload: Payload,
    start: number,
    end: number,
    place: Place,
    scope: Scope | undefined,
    replaced = false,
  ): void {
    if (payload.composite === undefined) {
      this.#leaf(kind, name, payload, start, end, place, scope, replaced)
      return
    }
    const { path, depth } = place
    const length = end - start
    const from = start + header
    if (length === 0) return
    const span: Span = { kind, offset: start, length, own: from === end ? length : header, path, name, depth }
    this.spans.push(replaced ? { ...span, replaced } : span)
    this.#inside(payload.composite, from, end, { path, depth: depth + 1, lazies: payload.lazies }, scope)
  }

  #leaf(
    kind: SpanKind,
    name: string,
    payload: Payload,
    offset: number,
    end: number,
    { path, depth }: Place,
    scope: Scope | undefined,
    replaced = false,
  ): void {
    const length = end - offset
    if (length === 0) return
    const { declaration, value, problem } = payload
    const words = payload.words ?? this.#wordsOf(declaration, value, scope)
    const span: { -readonly [K in keyof Span]: Span[K] } = {
      kind,
      offset,
      length,
      own: length,
      path,
      name,
      depth,
      value,
    }
    if (words !== undefined) span.words = words
    if (problem !== undefined) span.problem = problem
    if (replaced) span.replaced = true
    if (declaration.secret) span.secret = true
    this.spans.push(span)
  }

  #wordsOf(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): unknown {
    if (typeof value === 'string' || value === undefined || value === true) return undefined
    if (typeof value === 'number' || typeof value === 'bigint') {
      const names = namesOf(declaration, scope)
      if (names === undefined) return undefined
      return declaration.constantsBy ? wordsFor(names, value) : this.words.get(names, value)
    }
    return wordsOf(declaration, value, scope)
  }

  /** Follows references and choices to the declaration that applies to the bytes. */
  #payload(
    declaration: Declaration<unknown>,
    start: number,
    end: number,
    outerLazies: number,
    scope: Scope | undefined,
  ): Payload {
    let lazies = outerLazies
    try {
      let known = ofKind(declaration)
      while (known.kind === 'lazy' || known.kind === 'choice') {
        if (known.kind === 'lazy' && ++lazies > MAX_DEPTH)
          throw new DecodeError(`expected at most ${MAX_DEPTH} levels of ${known.name}, got more`)
        known = ofKind(known.kind === 'lazy' ? known.target : known.ofBytes(this.bytes, start, end, this.order, scope))
      }
      if (isComposite(known)) return { composite: known, declaration: known, lazies }
      const value = known.codec(this.order).decode(this.bytes, start, end, scope)
      return { declaration: known, lazies, value }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { declaration: opaqueBytes, lazies, value: this.bytes.subarray(start, end), problem: error.message }
    }
  }

  #inside(known: Composite, start: number, end: number, place: Place, scope: Scope | undefined): void {
    switch (known.kind) {
      case 'struct':
        this.#members(known, start, end, place, scope, this.#membersOf(known, start, end))
        break
      case 'attributes':
        this.#attributes(known, start, end, place, scope)
        break
      case 'list':
      case 'indexed':
        this.#nest(known, start, end, place, scope)
        break
      case 'array':
        if (isFixed(known.element)) this.#array(known, known.element.size, start, end, place, scope)
        else this.#records(known, start, end, place, scope)
        break
      case 'message':
        this.#message(known, start, end, place, scope)
        break
      case 'followed':
        this.#followed(known, start, end, place, scope)
        break
      case 'opaque':
        this.#opaque(known, start, end, place, scope)
        break
      default:
        this.rest('rest', start, end, place)
    }
  }

  /** Returns the decoded struct. If it is not complete, returns the members that are. */
  #membersOf({ members, size, codec }: Struct, start: number, end: number): Members {
    if (end - start >= size) return codec(this.order).read(this.bytes, start)
    const values: Record<string, unknown> = {}
    let at = start
    for (const [key, member] of Object.entries(members)) {
      if (at + member.size > end) break
      if (member.layout.type !== 'pad') setOwn(values, key, member.codec(this.order).read(this.bytes, at))
      at += member.size
    }
    return values
  }

  /** `values` is the decoded struct, because the meaning of a member may depend on another one, such as an address on its family. */
  #members(
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
      if (member.layout.type === 'pad') this.rest('padding', at, to, place)
      else if (known.kind === 'struct' && isPlainObject(value)) this.#struct(key, known, at, to, inner, scope, value)
      else this.member(key, member, at, to, inner, scope, isComposite(known) ? undefined : value)
      at = to
    }
    this.rest('rest', at, end, place)
  }

  /** Adds a struct with its members. */
  #struct(
    name: string,
    struct: Struct,
    start: number,
    end: number,
    { path, depth, lazies = 0 }: Place,
    scope: Scope | undefined,
    values: Members,
  ): void {
    if (end <= start) return
    this.spans.push({ kind: 'struct', offset: start, length: end - start, own: 0, path, name, depth })
    this.#members(struct, start, end, { path, depth: depth + 1, lazies }, scope, values)
  }

  #message(
    { header, attrs }: MessageDeclaration<object, unknown>,
    start: number,
    end: number,
    place: Place,
    outer: Scope | undefined,
  ): void {
    const behind = Math.min(end, start + header.size)
    const members = this.#membersOf(header, start, behind)
    const scope = { members, outer }
    const { path } = place
    this.#struct(header.name, header, start, behind, place, scope, members)
    const body = Math.min(end, start + align(header.size))
    this.rest('padding', behind, body, place)
    this.add(attrs, body, end, { ...place, path: [...path, 'attrs'] }, scope)
  }

  #followed(
    { header, key, rest }: Followed<object>,
    start: number,
    end: number,
    place: Place,
    scope: Scope | undefined,
  ): void {
    const behind = Math.min(end, start + header.size)
    this.#members(header, start, behind, place, scope, this.#membersOf(header, start, behind))
    this.member(key, rest, behind, end, { ...place, path: [...place.path, key] }, scope)
  }

  #opaque(known: Opaque<unknown>, start: number, end: number, place: Place, outer: Scope | undefined): void {
    let at = start
    for (const part of known.parts?.(this.bytes, start, end, this.order) ?? []) {
      const { name, from, to, declaration = opaqueBytes, value, members } = part
      this.rest('padding', at, from, place)
      const inner = { ...place, path: [...place.path, ...part.path] }
      const scope = members ? { members, outer } : outer
      if (ofKind(declaration).kind === 'attributes') this.add(declaration, from, to, inner, scope)
      else this.member(name, declaration, from, to, inner, scope, value)
      at = to
    }
    this.rest('rest', at, end, place)
  }

  #array(
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
      this.member(name, element, at, at + size, { ...place, path: [...place.path, index] }, scope)
    }
    this.rest('rest', at, end, place)
  }

  /** Adds the elements of `records()`. */
  #records({ element }: Elements<unknown>, start: number, end: number, place: Place, scope: Scope | undefined): void {
    const record = ofKind(element)
    if (record.kind !== 'message') {
      this.rest('rest', start, end, place)
      return
    }
    let next = start
    for (let index = 0; next + record.header.size <= end; index++) {
      const at = next
      const length = Number(this.#membersOf(record.header, at, end).len)
      if (length < record.header.size || at + length > end) break
      const to = at + length
      this.around(`[${index}]`, at, to, { ...place, path: [...place.path, index] }, (inner) =>
        this.#message(record, at, to, { ...inner, lazies: place.lazies ?? 0 }, scope),
      )
      next = Math.min(end, at + align(length))
      this.rest('padding', to, next, place)
    }
    this.rest('rest', next, end, place)
  }

  /** Calls `visit` for each attribute that is complete. Returns the end of the last one. */
  #eachAttribute(start: number, end: number, visit: (nlaType: number, from: number, to: number) => void): number {
    const { bytes } = this
    const [low, high] = this.order === 'LE' ? [0, 1] : [1, 0]
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
  #nest(
    { kind, element, indexes }: Elements<unknown>,
    start: number,
    end: number,
    place: Place,
    scope: Scope | undefined,
  ) {
    let index = 0
    const rest = this.#eachAttribute(start, end, (nlaType, from, to) => {
      const number = nlaType & NLA_TYPE_MASK
      const name = (indexes && wordsFor(indexes, number)) ?? `[${kind === 'indexed' ? number : index}]`
      const path = kind === 'indexed' ? [...place.path, index, 1] : [...place.path, index]
      const payload = this.#payload(element, from, to, place.lazies ?? 0, scope)
      this.#attribute(name, payload, from, to, end, place, path, scope)
      index++
    })
    this.rest('rest', rest, end, place)
  }

  /** Adds an attribute and the padding after it, which belongs to the nest `around`. */
  #attribute(
    name: string,
    payload: Payload,
    from: number,
    to: number,
    end: number,
    around: Place,
    path: Place['path'],
    scope: Scope | undefined,
    replaced?: boolean,
  ): void {
    this.#part('attribute', name, NLA_HDRLEN, payload, from - NLA_HDRLEN, to, { ...around, path }, scope, replaced)
    this.rest('padding', to, Math.min(end, to + ((from - to) & 3)), around)
  }

  #attributes(set: AttributeSet, start: number, end: number, place: Place, outer: Scope | undefined): void {
    const { byType, nameOf } = set.rows()
    const members: Record<string, unknown> = {}
    const scope: Scope = { members, outer }
    const entries: Entry[] = []
    const last = new Map<Row, Entry>()
    const lazies = place.lazies ?? 0
    // Selections depend on siblings, so the siblings are decoded first.
    const rest = this.#eachAttribute(start, end, (nlaType, from, to) => {
      const row = byType[nlaType & NLA_TYPE_MASK]
      const payload = row && !row.select ? this.#payload(row.declaration, from, to, lazies, scope) : undefined
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
          entry.payload = this.#payload(chosen, from, to, lazies, scope)
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
      const payload = entry.payload ?? { declaration: opaqueBytes, lazies, value: this.bytes.subarray(from, to) }
      const replaced = entry.payload !== undefined && row !== undefined && !row.multi && last.get(row) !== entry
      this.#attribute(nameOf(number), payload, from, to, end, place, inside, scope, replaced)
    }
    this.rest('rest', rest, end, place)
  }
}

/** True if spans describe the inner structure: each member of structs, each position of arrays with names. */
function isComposite(known: DeclarationOfKind): known is Composite {
  switch (known.kind) {
    case 'struct':
    case 'attributes':
    case 'list':
    case 'indexed':
    case 'message':
    case 'followed':
      return true
    case 'array':
      return (
        known.bits === undefined &&
        (!isFixed(known.element) || known.indexes !== undefined || isComposite(ofKind(known.element)))
      )
    case 'opaque':
      return known.parts !== undefined
    default:
      return false
  }
}

/** Returns a value that is no number with names of constants, or undefined if it has none. */
function wordsOf(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): unknown {
  if (value instanceof Uint8Array) return declaration.bits && bitmapWords(declaration.bits, value, 8)
  return describe(declaration, value, { ...(scope && { scope }) })
}
