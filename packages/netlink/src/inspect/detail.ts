import { printable, type Span } from '../codec/index.js'
import type { DissectedMessage, ErrorValue } from '../dissect/index.js'
import { DetailTree, isZero, type Mark } from './detail-tree.js'
import { redactor, unknownKey } from './redact.js'
import { type Styled, styled } from './styled.js'

/** Options of {@link detailLines}. */
export interface DetailOptions {
  /** Adds the offset and the bytes of each part. */
  readonly bytes?: boolean
  /** Prints keys and passwords. */
  readonly secrets?: boolean
  /** Number of characters after which members of structs begin a new line. Default: 110. */
  readonly width?: number
  /** The answer that refused this request. Its attribute is marked. */
  readonly refusal?: DissectedMessage | undefined
  /** True for the result of a request: leaves out its repetition, and what the first line contains. */
  readonly isResult?: boolean
}

/** Yields the parts of a message as a tree: a line for each struct and attribute, with its name, value and words. */
export function* detailLines(
  message: DissectedMessage,
  options: DetailOptions = {},
): Generator<readonly Styled[], void, undefined> {
  const { secrets = false } = options
  const all = secrets ? message.spans() : withHidden(message)
  const spans = options.isResult ? all.filter(isExtended) : all
  const tree = new DetailTree(spans, message.bytes, options.bytes ?? false, secrets, options.width)
  yield* tree.lines(options.refusal ? markOf(spans, options.refusal) : undefined)
  if (message.error) yield [styled('    '), styled(`unreadable: ${message.error.message}`, 'bad')]
}

/** Returns the spans of a message. Bytes without a declaration are secret where `Redactor` takes them for keys. */
function withHidden(message: DissectedMessage): Span[] {
  const spans = [...message.spans()]
  if (!redactor.mayHoldKeys(message)) return spans
  return spans.map((span) => (isUndeclared(span) ? { ...span, secret: true } : span))
}

/** True if a message has attributes without a declaration that may be keys. */
export const hidesAttributes = (message: DissectedMessage): boolean =>
  redactor.mayHoldKeys(message) && message.unknown > 0

/** True for damage, padding with content, and attributes without a declaration or that do not match it. */
const isUndeclared = ({ kind, path, problem, value }: Span) =>
  kind === 'rest' ||
  problem !== undefined ||
  (kind === 'padding' && !isZero(value)) ||
  path.some((key) => unknownKey.test(String(key)))

/** True for the spans of an extended ack, except for those that the first line contains. */
const isExtended = ({ path }: Span) => path[1] === 'attrs' && !inFirstLine.has(path[2])
const inFirstLine = new Set<unknown>([undefined, 'msg', 'offs', 'missType', 'missNest'])

/** Returns the part of the request that the kernel named: the refused attribute, or the nest that lacks one. */
export function markOf(spans: readonly Span[], answer: DissectedMessage): Mark | undefined {
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
