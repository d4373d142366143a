import { isPlain } from '../codec/fixed.js'
import { type ByteOrder, type Codec, type Declaration, type FixedCodec, ofKind, type Struct } from '../codec/index.js'
import { isComposite } from '../codec/span-payload.js'
import { WordCache } from '../codec/word-cache.js'
import { headingOf, innerOf, WIDTH } from './detail-tree.js'
import { safe, valueText } from './value-text.js'

/** Number of texts to keep for one declaration. */
const MOST_TEXTS = 1024

/** Printable ASCII that JSON text does not escape. */
const unescaped = /^[ !#-[\]-~]*$/

const hidden = '(secret)'

/** True if the value has one text, whatever surrounds it. */
const isLeaf = (declaration: Declaration<unknown>, codec: Codec<unknown>): boolean => {
  const { kind } = ofKind(declaration)
  if (declaration.constantsBy !== undefined) return false
  if (kind === 'integer' || kind === 'flag' || kind === 'text' || kind === 'bytes') return true
  // A codec that uses the scope has a fourth parameter. Generated ones have none.
  return kind === 'opaque' && !isComposite(ofKind(declaration)) && codec.decode.length > 0 && codec.decode.length < 4
}

/** Writes the values of a declaration that has no inner declarations. */
export class LeafText {
  readonly #words = new WordCache()
  readonly #numbers = new Map<number | bigint, string>()
  readonly #isNamed: boolean
  readonly #isFlags: boolean

  private constructor(
    readonly declaration: Declaration<unknown>,
    readonly codec: Codec<unknown>,
    readonly isHidden: boolean,
  ) {
    this.#isFlags = declaration.constants?.type === 'flags'
    this.#isNamed = declaration.constants !== undefined || declaration.notation !== undefined
  }

  /** Returns undefined if the text of a value depends on others. */
  static of(declaration: Declaration<unknown>, order: ByteOrder, secrets: boolean): LeafText | undefined {
    const codec = declaration.codec(order)
    return isLeaf(declaration, codec)
      ? new LeafText(declaration, codec, declaration.secret === true && !secrets)
      : undefined
  }

  /** Returns the text of a value, or undefined if it has inner values. */
  text(value: unknown): string | undefined {
    if (this.isHidden) return hidden
    if (typeof value === 'number' || typeof value === 'bigint')
      return this.#isNamed ? this.#number(value) : String(value)
    if (typeof value === 'string') {
      const words = this.declaration.textNotation?.(value)
      if (words !== undefined) return words
      return unescaped.test(value) ? `"${value}"` : safe(JSON.stringify(value))
    }
    if (value === undefined || (typeof value === 'object' && !(value instanceof Uint8Array))) return undefined
    return valueText(value, this.#words.of(this.declaration, value, undefined))
  }

  #number(value: number | bigint): string {
    let text = this.#numbers.get(value)
    if (text === undefined) {
      if (this.#numbers.size >= MOST_TEXTS) this.#numbers.clear()
      text = valueText(value, this.#words.of(this.declaration, value, undefined), this.#isFlags)
      this.#numbers.set(value, text)
    }
    return text
  }
}

interface MemberText {
  readonly label: string
  readonly at: number
  readonly codec: FixedCodec<unknown>
  readonly leaf: LeafText
}

/** Writes a struct and its members side by side. */
export class StructText {
  private constructor(
    readonly size: number,
    readonly members: readonly MemberText[],
  ) {}

  /** Returns undefined if the struct has inner structs, or members whose text depends on others. */
  static of(struct: Struct, order: ByteOrder, secrets: boolean): StructText | undefined {
    if (!isPlain(struct) || struct.size === 0) return undefined
    const members: MemberText[] = []
    let at = 0
    for (const [key, member] of Object.entries(struct.members)) {
      if (member.layout.type !== 'pad') {
        const leaf = LeafText.of(member, order, secrets)
        if (leaf === undefined) return undefined
        members.push({ label: `${safe(key)} `, at, codec: member.codec(order), leaf })
      }
      at += member.size
    }
    return new StructText(struct.size, members)
  }

  /** Returns the lines of the struct at `start`, or undefined if a member has inner values. */
  text(name: string, depth: number, bytes: Buffer, start: number): string | undefined {
    let text = ''
    let line = headingOf(name, depth)
    const least = line.length
    let used = least
    for (const { label, at, codec, leaf } of this.members) {
      const value = leaf.text(codec.read(bytes, start + at))
      if (value === undefined) return undefined
      const length = label.length + value.length
      if (used > least && used + length > WIDTH) {
        text += `${line.trimEnd()}\n`
        line = innerOf(name, depth)
        used = least
      }
      line += `${label}${value}  `
      used += length + 2
    }
    return `${text}${line.trimEnd()}\n`
  }
}
