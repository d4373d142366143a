import type { ByteOrder, Declaration, Scope } from './codec.js'
import type { Place, Span, SpanKind } from './span.js'
import type { SpanPayload } from './span-payload.js'
import type { WordCache } from './word-cache.js'

/** Takes the spans that the functions for each kind of declaration find. `SpanCollector` implements it. */
export interface SpanSink {
  readonly spans: Span[]
  readonly bytes: Buffer
  readonly order: ByteOrder
  readonly words: WordCache
  /** Adds the spans of `bytes[start, end)`. */
  add(declaration: Declaration<unknown>, start: number, end: number, place: Place, scope?: Scope): void
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
  ): void
  /** Adds a span around the spans that `addInside` adds. */
  around(name: string, from: number, to: number, place: Place, addInside: (place: Place) => void): void
  /** Adds bytes without a declaration, if there are any. */
  rest(kind: 'padding' | 'rest', from: number, to: number, place: Place): void
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
    replaced?: boolean,
  ): void
}
