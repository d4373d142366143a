import type { Select, SelectOuter } from './attribute-table.js'
import type { AttributeSet } from './attributes.js'
import type { Choice } from './choice.js'
import type { ByteOrder, Declaration } from './codec.js'
import type { Followed } from './followed.js'
import type { Lazy } from './lazy.js'
import type { Elements } from './list.js'
import type { MessageDeclaration } from './message.js'
import type { Struct } from './struct.js'

/** A declaration without inner declarations. */
interface Leaf extends Declaration<unknown> {
  readonly kind: 'integer' | 'flag' | 'text' | 'bytes'
}

/**
 * A declaration whose values only its codec understands. `members` declares the members of its value, or of the value's
 * elements, for {@link describe}.
 */
export interface Opaque<T> extends Declaration<T> {
  readonly kind: 'opaque'
  readonly members?: Readonly<Record<string, Declaration<unknown>>>
  /** Returns the parts of the bytes, in their order, up to the first damage. Absent if spans do not describe the inside. */
  parts?(bytes: Buffer, start: number, end: number, order: ByteOrder): readonly OpaquePart[]
}

/** A part of the bytes of an {@link Opaque} declaration. */
export interface OpaquePart {
  /** Its keys in the decoded value. */
  readonly path: readonly (string | number)[]
  readonly name: string
  readonly from: number
  readonly to: number
  /** Its declaration. Attributes have no span around them. Default: bytes. */
  readonly declaration?: Declaration<unknown>
  /** Its value, if it has no declaration. */
  readonly value?: unknown
  /** Members of the header, on which a selection inside the part may depend. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** Union of all declarations, discriminated by `kind`. */
export type DeclarationOfKind =
  | Leaf
  | Opaque<unknown>
  | Struct
  | AttributeSet
  | Select
  | SelectOuter
  | Elements<unknown>
  | MessageDeclaration<object, unknown>
  | Followed<object>
  | Choice
  | Lazy<unknown>

/** Returns the same declaration, with a type that `kind` narrows. */
export const ofKind = (declaration: Declaration<unknown>): DeclarationOfKind => declaration as DeclarationOfKind
