import { printable, type Span } from '../codec/index.js'
import type { DissectedMessage, ErrorValue } from '../dissect/index.js'
import { type Style, type Styled, styled } from './styled.js'
import { safe, valueText } from './value-text.js'

/** Options of {@link detailLines}. */
export interface DetailOptions {
  /** Adds the offset and the bytes of each part. */
  readonly bytes?: boolean
  /** Prints keys and passwords. */
  readonly secrets?: boolean
  /** The answer that refused this request. Its attribute is marked. */
  readonly refusal?: DissectedMessage | undefined
  /** True for the result of a request: leaves out its repetition, and what the first line contains. */
  readonly isResult?: boolean
}

const plain = (text: string, style: Style = 'plain'): Styled => ({ text, style })

const WIDTH = 110
const BYTES_PER_LINE = 8
const NAME_WIDTH = 28

/** Yields the parts of a message as a tree: a line for each struct and attribute, with its name, value and words. */
export function* detailLines(
  message: DissectedMessage,
  options: DetailOptions = {},
): Generator<readonly Styled[], void, undefined> {
  const spans = options.isResult ? message.spans().filter(isExtended) : message.spans()
  const tree = new Tree(spans, message.bytes, options.bytes ?? false, options.secrets ?? false)
  yield* tree.lines(options.refusal ? markOf(spans, options.refusal) : undefined)
  if (message.error) yield [plain('    '), styled(`unreadable: ${message.error.message}`, 'bad')]
}

/** True for the spans of an extended ack, except for those that the first line contains. */
const isExtended = ({ path }: Span) => path[1] === 'attrs' && !inFirstLine.has(path[2])
const inFirstLine = new Set<unknown>([undefined, 'msg', 'offs', 'missType', 'missNest'])

/** A remark next to a part of a message. */
interface Mark {
  readonly span: Span
  readonly text: string
}

/** Returns the part of the request that the kernel named: the refused attribute, or the nest that lacks one. */
function markOf(spans: readonly Span[], answer: DissectedMessage): Mark | undefined {
  const { attrs, missing } = answer.value as Partial<ErrorValue>
  if (attrs?.offs !== undefined) {
    const span = innermost(spans, attrs.offs)
    if (span) return { span, text: '◀ refused' }
  }
  if (missing === undefined) return undefined
  const first = spans.find(({ depth, path }) => depth === 0 && path[0] === 'value')
  const span = attrs?.missNest === undefined ? first : innermost(spans, attrs.missNest)
  return span && { span, text: `◀ lacks ${printable(missing)}` }
}

/** Returns the innermost attribute at an offset, or the member of the header. */
function innermost(spans: readonly Span[], at: number): Span | undefined {
  let found: Span | undefined
  for (const span of spans) {
    if (at < span.offset || at >= span.offset + span.length || span.kind === 'padding') continue
    if (span.kind === 'attribute' || found?.kind !== 'attribute') found = span
  }
  return found
}

/** Prints spans as a tree. */
class Tree {
  constructor(
    readonly spans: readonly Span[],
    readonly bytes: Buffer,
    readonly withBytes: boolean,
    readonly secrets: boolean,
  ) {}

  *lines(mark: Mark | undefined): Generator<readonly Styled[], void, undefined> {
    const { spans, withBytes } = this
    for (let index = 0; index < spans.length; index++) {
      const span = spans[index] as Span
      const remark = span === mark?.span ? mark.text : undefined
      const end = this.#endOf(index)
      // The header is in the first line of the message.
      if (span.path[0] === 'header' && !withBytes) index = end - 1
      else if (span.kind === 'padding' && !withBytes && isZero(span.value)) continue
      else if (!withBytes && end > index + 1 && this.#isFlat(index, end, mark?.span)) {
        yield* this.#flat(span, spans.slice(index + 1, end), remark)
        index = end - 1
      } else yield* this.#line(span, remark)
    }
  }

  /** Returns the index after the last span inside a span. */
  #endOf(index: number): number {
    const { spans } = this
    const { depth } = spans[index] as Span
    let end = index + 1
    while (end < spans.length && (spans[end] as Span).depth > depth) end++
    return end
  }

  /** True if a span contains only members without inner spans. */
  #isFlat(index: number, end: number, marked: Span | undefined): boolean {
    const { spans } = this
    const { depth } = spans[index] as Span
    for (let at = index + 1; at < end; at++) {
      const span = spans[at] as Span
      const { kind, depth: inner, problem } = span
      if (span === marked || inner !== depth + 1 || (kind !== 'member' && kind !== 'padding') || problem !== undefined)
        return false
    }
    return true
  }

  /** Yields a struct and its members side by side. */
  *#flat(
    span: Span,
    members: readonly Span[],
    remark: string | undefined,
  ): Generator<readonly Styled[], void, undefined> {
    const indent = `    ${'│ '.repeat(span.depth)}`
    const heading = safe(span.name).padEnd(Math.max(1, NAME_WIDTH - 2 * span.depth))
    const inner = `${indent}${' '.repeat(heading.length)}  `
    let line = `${indent}${heading}  `
    let used = line.length
    for (const member of members) {
      if (member.kind === 'padding') continue
      const part = `${safe(member.name)} ${this.#text(member)}`
      if (used > inner.length && used + part.length > WIDTH) {
        yield [plain(line.trimEnd())]
        line = inner
        used = inner.length
      }
      line += `${part}  `
      used += part.length + 2
    }
    yield remark === undefined ? [plain(line.trimEnd())] : [plain(line), plain(remark, 'bad')]
  }

  /** Yields a span on its own line, with its bytes on this line and the following ones. */
  *#line(span: Span, remark: string | undefined): Generator<readonly Styled[], void, undefined> {
    const { kind, depth, replaced, problem, own } = span
    const name = safe(span.name)
    const tree = '│ '.repeat(depth)
    const isInner = own < span.length || kind === 'struct'
    const text = isInner || (kind === 'padding' && this.withBytes) ? '' : this.#text(span)
    const label = text === '' ? name : name.padEnd(Math.max(1, NAME_WIDTH - 2 * depth))
    const parts: Styled[] = [plain(`${this.#bytesText(span, 0)}${tree}`, 'faint'), plain(label, styleOf(kind))]
    if (text !== '') parts.push(plain(`  ${text}`))
    if (replaced) parts.push(plain('  (a later one replaces it)', 'faint'))
    if (problem !== undefined) parts.push(styled(`  ${problem}`, 'bad'))
    if (remark !== undefined) parts.push(plain(`  ${remark}`, 'bad'))
    yield parts
    if (!this.withBytes) return
    for (let at = BYTES_PER_LINE; at < own; at += BYTES_PER_LINE)
      yield [plain(this.#bytesText(span, at).trimEnd(), 'faint')]
  }

  /** Returns offset and bytes of a part of a span, or the indent. */
  #bytesText({ kind, offset, own, secret }: Span, at: number): string {
    if (!this.withBytes) return '    '
    const from = offset + at
    const to = Math.min(offset + own, from + BYTES_PER_LINE)
    const number = String(from).padStart(5)
    // The header of an attribute is no secret.
    const hidden = secret && !this.secrets ? offset + (kind === 'attribute' ? 4 : 0) : to
    let text = ''
    for (let index = from; index < to; index++)
      text += index >= hidden ? ' **' : ` ${hexOf(this.bytes[index] as number)}`
    return `${number} ${text.padEnd(3 * BYTES_PER_LINE)}  `
  }

  #text(span: Span): string {
    return span.secret && !this.secrets ? '(secret)' : valueText(span.value, span.words)
  }
}

const hexOf = (byte: number) => (byte < 16 ? `0${byte.toString(16)}` : byte.toString(16))

const styleOf = (kind: Span['kind']): Style => (kind === 'rest' ? 'bad' : kind === 'padding' ? 'faint' : 'kind')

const isZero = (value: unknown) => value instanceof Uint8Array && value.every((byte) => byte === 0)
