import type { ByteOrder, Declaration, Scope } from './codec.js'
import { ofKind } from './kinds.js'
import type { Place, Span, SpanKind } from './span.js'
import { type Composite, resolvePayload, type SpanPayload } from './span-payload.js'
import { WordCache } from './word-cache.js'

/**
 * Takes the spans that the functions for each kind of declaration find. These functions use it, and `SpanCollector` calls them, so
 * that the two are apart.
 */
export abstract class SpanSink {
  readonly spans: Span[] = []

  constructor(
    readonly bytes: Buffer,
    readonly order: ByteOrder,
    /** The words of earlier messages. */
    readonly words: WordCache = new WordCache(),
  ) {}

  /** Adds the spans within `bytes[start, end)`, of a declaration that has inner ones. */
  protected abstract inside(known: Composite, start: number, end: number, place: Place, scope: Scope | undefined): void

  /** Adds the spans of `bytes[start, end)`. A payload without inner declarations becomes one span. */
  add(declaration: Declaration<unknown>, start: number, end: number, place: Place, scope?: Scope): void {
    const payload = resolvePayload(this, declaration, start, end, place.lazies ?? 0, scope)
    if (payload.composite) this.inside(payload.composite, start, end, { ...place, lazies: payload.lazies }, scope)
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
        ? resolvePayload(this, declaration, start, end, place.lazies ?? 0, scope)
        : { declaration, value, lazies: 0, words }
    this.part(ofKind(declaration).kind === 'struct' ? 'struct' : 'member', name, 0, payload, start, end, place, scope)
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
  part(
    kind: SpanKind,
    name: string,
    header: number,
    payload: SpanPayload,
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
    this.inside(payload.composite, from, end, { path, depth: depth + 1, lazies: payload.lazies }, scope)
  }

  #leaf(
    kind: SpanKind,
    name: string,
    payload: SpanPayload,
    offset: number,
    end: number,
    { path, depth }: Place,
    scope: Scope | undefined,
    replaced = false,
  ): void {
    const length = end - offset
    if (length === 0) return
    const { declaration, value, problem } = payload
    const words = payload.words ?? this.words.of(declaration, value, scope)
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
    if (words !== undefined) {
      span.words = words
      if (declaration.constants?.type === 'flags') span.isFlags = true
    }
    if (problem !== undefined) span.problem = problem
    if (replaced) span.replaced = true
    if (declaration.secret) span.secret = true
    this.spans.push(span)
  }
}
