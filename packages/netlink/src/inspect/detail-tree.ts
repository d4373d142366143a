import type { Span } from '../codec/index.js'
import { type Style, type Styled, styled } from './styled.js'
import { folded, safe, valueText } from './value-text.js'

const plain = (text: string, style: Style = 'plain'): Styled => ({ text, style })

/** Greatest width of a line with members of a struct. */
export const WIDTH = 110
/** Number of bytes on a line, and on one of a terminal that is narrower than {@link ALL_BYTES}. */
const [BYTES, FEWER_BYTES] = [8, 4]
const ALL_BYTES = 100
/** Width of names, and the least one. A terminal that is narrower than {@link WIDTH} gives them a quarter of its width. */
const [NAME_WIDTH, LEAST_NAME_WIDTH] = [28, 8]

const nameWidthOf = (width: number) =>
  width < WIDTH ? Math.min(NAME_WIDTH, Math.max(LEAST_NAME_WIDTH, Math.floor(width / 4))) : NAME_WIDTH

/** Returns the start of a line without bytes: the lines of the tree, and a name with a value behind it. */
export const headingOf = (name: string, depth: number, nameWidth = NAME_WIDTH): string =>
  `    ${'│ '.repeat(depth)}${safe(name).padEnd(Math.max(1, nameWidth - 2 * depth))}  `

/** Returns the start of the lines below it. */
export const innerOf = (name: string, depth: number, nameWidth = NAME_WIDTH): string => {
  const indent = `    ${'│ '.repeat(depth)}`
  return indent + ' '.repeat(headingOf(name, depth, nameWidth).length - indent.length)
}

/** A remark next to a part of a message. */
export interface Mark {
  readonly span: Span
  readonly text: string
}

/** Prints spans as a tree. */
export class DetailTree {
  readonly #nameWidth: number
  readonly #bytesPerLine: number
  /** Width of what is in front of the tree: offset and bytes, or an indent. */
  readonly #bytesWidth: number

  constructor(
    readonly spans: readonly Span[],
    readonly bytes: Buffer,
    readonly withBytes: boolean,
    readonly secrets: boolean,
    readonly width = WIDTH,
  ) {
    this.#nameWidth = nameWidthOf(width)
    this.#bytesPerLine = width < ALL_BYTES ? FEWER_BYTES : BYTES
    this.#bytesWidth = withBytes ? 5 + 1 + 3 * this.#bytesPerLine + 2 : 4
  }

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
    const inner = innerOf(span.name, span.depth, this.#nameWidth)
    let line = headingOf(span.name, span.depth, this.#nameWidth)
    let used = line.length
    for (const member of members) {
      if (member.kind === 'padding') continue
      const part = `${safe(member.name)} ${this.#text(member)}`
      if (used > inner.length && used + part.length > this.width) {
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
    const whole = isInner || (kind === 'padding' && this.withBytes) ? '' : this.#text(span)
    const label = whole === '' ? name : name.padEnd(Math.max(1, this.#nameWidth - 2 * depth))
    const inner = tree + ' '.repeat(label.length + 2)
    const [text = '', ...more] = folded(whole, this.width - this.#bytesWidth - inner.length)
    const parts: Styled[] = [plain(`${this.#bytesText(span, 0)}${tree}`, 'faint'), plain(label, styleOf(kind))]
    if (text !== '') parts.push(plain(`  ${text}`))
    if (replaced) parts.push(plain('  (a later one replaces it)', 'faint'))
    if (problem !== undefined) parts.push(styled(`  ${problem}`, 'bad'))
    if (remark !== undefined) parts.push(plain(`  ${remark}`, 'bad'))
    yield parts
    const step = this.#bytesPerLine
    for (let at = step; (this.withBytes && at < own) || more.length > 0; at += step) {
      const bytes = this.#bytesText(span, at)
      const rest = more.shift()
      yield rest === undefined ? [plain(bytes.trimEnd(), 'faint')] : [plain(bytes, 'faint'), plain(inner + rest)]
    }
  }

  /** Returns offset and bytes of a part of a span, or the indent. */
  #bytesText({ kind, offset, own, secret }: Span, at: number): string {
    if (!this.withBytes || (at > 0 && at >= own)) return ' '.repeat(this.#bytesWidth)
    const from = offset + at
    const to = Math.min(offset + own, from + this.#bytesPerLine)
    const number = String(from).padStart(5)
    // The header of an attribute is no secret.
    const hidden = secret && !this.secrets ? offset + (kind === 'attribute' ? 4 : 0) : to
    let text = ''
    for (let index = from; index < to; index++)
      text += index >= hidden ? ' **' : ` ${hexOf(this.bytes[index] as number)}`
    return `${number} ${text.padEnd(3 * this.#bytesPerLine)}  `
  }

  #text(span: Span): string {
    return span.secret && !this.secrets ? '(secret)' : valueText(span.value, span.words, span.isFlags)
  }
}

const hexOf = (byte: number) => (byte < 16 ? `0${byte.toString(16)}` : byte.toString(16))

const styleOf = (kind: Span['kind']): Style => (kind === 'rest' ? 'bad' : kind === 'padding' ? 'faint' : 'kind')

/** True for bytes that are all zero. */
export const isZero = (value: unknown): boolean => value instanceof Uint8Array && value.every((byte) => byte === 0)
