import type { Row } from '../codec/attribute-table.js'
import {
  type AttributeSet,
  align,
  type ByteOrder,
  type Declaration,
  type DeclarationKind,
  NLA_TYPE_MASK,
  ofKind,
  bytes as opaqueBytes,
  type Scope,
} from '../codec/index.js'
import { byteAt } from '../codec/integers.js'
import { setOwn } from '../codec/own.js'
import { addAttribute, eachAttribute } from '../codec/span-attributes.js'
import { SpanCollector } from '../codec/span-collector.js'
import { resolvePayload } from '../codec/span-payload.js'
import { NLA_HDRLEN } from '../codec/tlv.js'
import { WordCache } from '../codec/word-cache.js'
import { LeafText, StructText } from './detail-leaf.js'
import { DetailTree, headingOf, innerOf, WIDTH } from './detail-tree.js'
import { plainText } from './styled.js'
import { folded } from './value-text.js'

/** Writes the lines of an attribute. Returns undefined if it is damaged, or if only its spans describe it. */
type WriteAttribute = (bytes: Buffer, from: number, to: number, depth: number, scope: () => Scope) => string | undefined

const scalars: ReadonlySet<DeclarationKind> = new Set(['integer', 'flag', 'text', 'bytes'])

/** The attributes of a nest, on which the declaration of another one may depend. They are decoded when one does. */
class Siblings implements Scope {
  #members: Record<string, unknown> | undefined

  constructor(
    readonly set: AttributeSet,
    readonly bytes: Buffer,
    readonly order: ByteOrder,
    readonly start: number,
    readonly end: number,
    readonly outer: Scope | undefined,
  ) {}

  get members(): Readonly<Record<string, unknown>> {
    if (this.#members !== undefined) return this.#members
    const { bytes, order, outer } = this
    const { byType } = this.set.rows()
    const members: Record<string, unknown> = {}
    this.#members = members
    const scope = { members, outer }
    eachAttribute(bytes, order, this.start, this.end, (nlaType, from, to) => {
      const row = byType[nlaType & NLA_TYPE_MASK]
      if (row === undefined) return
      // No declaration depends on a nest.
      const isDecoded = row.select === undefined && scalars.has(row.declaration.kind)
      setOwn(members, row.key, isDecoded ? row.declaration.codec(order).decode(bytes, from, to, scope) : undefined)
    })
    return members
  }
}

/** Writes the attributes of one set, directly from their bytes. */
export class SetText {
  readonly #writers: (WriteAttribute | undefined)[] = []
  readonly #chosen: (Map<Declaration<unknown>, WriteAttribute> | undefined)[] = []
  readonly #words = new WordCache()

  constructor(
    readonly set: AttributeSet,
    readonly order: ByteOrder,
    readonly secrets: boolean,
    /** Returns the writer of another set. */
    readonly setText: (set: AttributeSet) => SetText,
  ) {}

  /**
   * Returns the lines of the attributes in `bytes[start, end)`, or undefined if there is something that only spans describe: damage,
   * padding that is not zero, an attribute that replaces another one.
   * @throws {DecodeError} if a payload does not match its declaration
   */
  text(bytes: Buffer, start: number, end: number, depth: number, outer: Scope | undefined): string | undefined {
    const { byType } = this.set.rows()
    const [low, high] = this.order === 'LE' ? [0, 1] : [1, 0]
    let siblings: Siblings | undefined
    const scope = () => {
      siblings ??= new Siblings(this.set, bytes, this.order, start, end, outer)
      return siblings
    }
    let seen = 0
    let others: Set<number> | undefined
    let text = ''
    let at = start
    while (at + NLA_HDRLEN <= end) {
      const length = byteAt(bytes, at + low) | (byteAt(bytes, at + high) << 8)
      const number = (byteAt(bytes, at + 2 + low) | (byteAt(bytes, at + 2 + high) << 8)) & NLA_TYPE_MASK
      const [from, to] = [at + NLA_HDRLEN, at + length]
      if (length < NLA_HDRLEN || to > end) return undefined
      const row = byType[number]
      if (row !== undefined && !row.multi) {
        if (number < 31) {
          if ((seen >> number) & 1) return undefined
          seen |= 1 << number
        } else {
          others ??= new Set()
          if (others.size === others.add(number).size) return undefined
        }
      }
      const write = row?.select === undefined ? this.#writer(number) : this.#selected(row, row.select, outer, scope)
      const lines = write(bytes, from, to, depth, scope)
      if (lines === undefined) return undefined
      text += lines
      at += align(length)
      for (let padding = to; padding < at && padding < end; padding++) if (bytes[padding] !== 0) return undefined
    }
    return at < end ? undefined : text
  }

  #writer(number: number): WriteAttribute {
    let writer = this.#writers[number]
    if (writer === undefined) {
      writer = this.#writerOf(number, this.set.rows().byType[number]?.declaration ?? opaqueBytes)
      this.#writers[number] = writer
    }
    return writer
  }

  /** Returns the writer of an attribute whose declaration depends on others. If none applies, the payload stays bytes. */
  #selected(
    { type, outerSelect }: Row,
    select: NonNullable<Row['select']>,
    outer: Scope | undefined,
    scope: () => Scope,
  ): WriteAttribute {
    const declaration = (outerSelect ? select({}, outer) : select(scope().members, scope())) ?? opaqueBytes
    const ofType = this.#chosen[type] ?? new Map<Declaration<unknown>, WriteAttribute>()
    this.#chosen[type] = ofType
    let write = ofType.get(declaration)
    if (write === undefined) {
      write = this.#writerOf(type, declaration)
      ofType.set(declaration, write)
    }
    return write
  }

  #writerOf(number: number, declaration: Declaration<unknown>): WriteAttribute {
    const name = this.set.nameOf(number)
    const known = ofKind(declaration)
    const leaf = LeafText.of(declaration, this.order, this.secrets)
    if (leaf) return writeLeaf(name, leaf)
    if (known.kind === 'attributes') return writeNest(name, this.setText(known))
    const struct = known.kind === 'struct' ? StructText.of(known, this.order, this.secrets) : undefined
    const bySpans = this.#writeSpans(name, declaration)
    if (struct === undefined) return bySpans
    return (bytes, from, to, depth, scope) =>
      to - from === struct.size ? struct.text(name, depth, bytes, from) : bySpans(bytes, from, to, depth, scope)
  }

  /** Returns the writer of an attribute with a structure that only spans describe. */
  #writeSpans(name: string, declaration: Declaration<unknown>): WriteAttribute {
    return (bytes, from, to, depth, scope) => {
      const spans = new SpanCollector(bytes, this.order, this.#words)
      const payload = resolvePayload(spans, declaration, from, to, 0, scope())
      const path = ['value']
      addAttribute(spans, name, payload, from, to, to, { path, depth }, path, scope())
      if (spans.spans.some(({ kind, problem }) => kind === 'rest' || problem !== undefined)) return undefined
      // Decoding checks more than the structure.
      declaration.codec(this.order).decode(bytes, from, to, scope())
      let text = ''
      for (const line of new DetailTree(spans.spans, bytes, false, this.secrets).lines(undefined))
        text += `${plainText(line)}\n`
      return text
    }
  }
}

/** Keeps the first parts of a line by their depth. */
function headings(name: string): (depth: number) => string {
  const kept: (string | undefined)[] = []
  return (depth) => {
    if (depth >= 8) return headingOf(name, depth)
    const heading = kept[depth] ?? headingOf(name, depth)
    kept[depth] = heading
    return heading
  }
}

function writeLeaf(name: string, leaf: LeafText): WriteAttribute {
  const heading = headings(name)
  return (bytes, from, to, depth) => {
    const text = leaf.text(leaf.codec.decode(bytes, from, to))
    if (text === undefined) return undefined
    const start = heading(depth)
    const room = WIDTH - start.length
    return text.length <= room
      ? `${start}${text}\n`
      : `${start}${folded(text, room).join(`\n${innerOf(name, depth)}`)}\n`
  }
}

function writeNest(name: string, set: SetText): WriteAttribute {
  const heading = headings(name)
  return (bytes, from, to, depth, scope) => {
    const inside = set.text(bytes, from, to, depth + 1, scope())
    return inside === undefined ? undefined : `${heading(depth).trimEnd()}\n${inside}`
  }
}
