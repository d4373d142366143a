import type { Select, SelectOuter } from './attribute-table.js'
import type { AttributeSet } from './attributes.js'
import type { Choice } from './choice.js'
import type { Declaration } from './codec.js'
import type { Followed } from './followed.js'
import type { Lazy } from './lazy.js'
import type { Elements } from './list.js'
import type { MessageDeclaration } from './message.js'
import type { Struct } from './struct.js'

/** A declaration without parts. */
interface Leaf extends Declaration<unknown> {
  readonly kind: 'integer' | 'flag' | 'text' | 'bytes'
}

/**
 * A declaration of a value that only its own codec understands. `members` declares its members, or those of its elements, for
 * {@link describe}.
 */
export interface Opaque<T> extends Declaration<T> {
  readonly kind: 'opaque'
  readonly members?: Readonly<Record<string, Declaration<unknown>>>
}

/** All declarations; `kind` discriminates them. */
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

/** Returns the same declaration, typed so that `kind` narrows it. */
export const ofKind = (declaration: Declaration<unknown>): DeclarationOfKind => declaration as DeclarationOfKind
