import { isPlain } from '../codec/fixed.js'
import {
  type AttributeSet,
  align,
  type ByteOrder,
  type DeclarationOfKind,
  DecodeError,
  type MessageDeclaration,
  ofKind,
  type Scope,
} from '../codec/index.js'
import type { DissectedMessage } from '../dissect/index.js'
import { declaredPayload } from '../dissect/message.js'
import { hidesAttributes } from './detail.js'
import { SetText } from './detail-attributes.js'
import { StructText } from './detail-leaf.js'

/** Number of headers to keep for one kind of message. */
const MOST_HEADERS = 1024

/** The lines of a header, and the members on which attributes may depend. */
interface Header {
  readonly text: string
  readonly scope: Scope
}

/** Writes one kind of message. */
class MessageText {
  readonly #headers = new Map<string, Header>()

  constructor(
    readonly declaration: MessageDeclaration<object, unknown>,
    readonly header: StructText,
    readonly order: ByteOrder,
    readonly setText: (set: AttributeSet) => SetText,
  ) {}

  text(bytes: Buffer, start: number): string | undefined {
    const end = bytes.length
    const { size } = this.declaration.header
    const behind = start + size
    const body = start + align(size)
    if (body > end) return undefined
    for (let at = behind; at < body; at++) if (bytes[at] !== 0) return undefined
    const header = this.#header(bytes, start, behind)
    if (header === undefined) return undefined
    let known = ofKind(this.declaration.attrs)
    if (known.kind === 'choice') known = ofKind(known.ofBytes(bytes, body, end, this.order, header.scope))
    if (known.kind !== 'attributes') return undefined
    const attributes = this.setText(known).text(bytes, body, end, 0, header.scope)
    return attributes === undefined ? undefined : header.text + attributes
  }

  /** Most messages of a dump have one of a few headers. */
  #header(bytes: Buffer, start: number, end: number): Header | undefined {
    const key = bytes.toString('latin1', start, end)
    const known = this.#headers.get(key)
    if (known !== undefined) return known
    const { header } = this.declaration
    const text = this.header.text(header.name, 0, bytes, start)
    if (text === undefined) return undefined
    if (this.#headers.size >= MOST_HEADERS) this.#headers.clear()
    const members = header.codec(this.order).read(bytes, start) as Readonly<Record<string, unknown>>
    const made = { text, scope: { members, outer: undefined } }
    this.#headers.set(key, made)
    return made
  }
}

/**
 * Writes the lines of `detailLines` directly from the bytes, for messages without bytes, marks and damage. That takes a fraction of the
 * time: most messages of a capture are of this kind.
 */
export class DetailWriter {
  readonly #messages = {
    LE: new Map<DeclarationOfKind, MessageText | undefined>(),
    BE: new Map<DeclarationOfKind, MessageText | undefined>(),
  }
  readonly #sets = { LE: new Map<AttributeSet, SetText>(), BE: new Map<AttributeSet, SetText>() }

  /** @param secrets prints keys and passwords */
  constructor(readonly secrets: boolean) {}

  /** Returns the lines of a message, each with a line break, or undefined if `detailLines` has to print it. */
  text(message: DissectedMessage): string | undefined {
    const payload = declaredPayload(message)
    if (payload === undefined || (!this.secrets && hidesAttributes(message))) return undefined
    const { order, bytes, start } = payload
    try {
      let known = ofKind(payload.declaration)
      while (known.kind === 'choice') known = ofKind(known.ofBytes(bytes, start, bytes.length, order, undefined))
      return this.#messageText(known, order)?.text(bytes, start)
    } catch (error) {
      if (error instanceof DecodeError) return undefined
      throw error
    }
  }

  #messageText(declaration: DeclarationOfKind, order: ByteOrder): MessageText | undefined {
    const kept = this.#messages[order]
    let made = kept.get(declaration)
    if (made === undefined && !kept.has(declaration)) {
      made = this.#newMessageText(declaration, order)
      kept.set(declaration, made)
    }
    return made
  }

  #newMessageText(known: DeclarationOfKind, order: ByteOrder): MessageText | undefined {
    if (known.kind !== 'message' || !isPlain(known.header)) return undefined
    const header = StructText.of(known.header, order, this.secrets)
    return header && new MessageText(known, header, order, (set) => this.#setText(set, order))
  }

  #setText(set: AttributeSet, order: ByteOrder): SetText {
    const known = this.#sets[order].get(set)
    if (known !== undefined) return known
    const made = new SetText(set, order, this.secrets, (inner) => this.#setText(inner, order))
    this.#sets[order].set(set, made)
    return made
  }
}
