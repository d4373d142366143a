import type { Select, SelectOuter } from './attribute-table.js'
import type { AttributeSet } from './attributes.js'
import type { Choice } from './choice.js'
import type { Declaration } from './codec.js'
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
