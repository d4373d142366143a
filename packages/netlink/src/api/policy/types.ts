import type { NL_ATTR_TYPE } from '../../message/index.js'
import type { NameOf } from '../values/names.js'

/** The values that the running kernel accepts for an attribute. */
export interface AcceptedAttribute {
  readonly number: number
  /** NL_ATTR_TYPE_*: `u32`, `nul_string`, `nested`, … */
  readonly type: NameOf<typeof NL_ATTR_TYPE> | number
  readonly min?: bigint
  readonly max?: bigint
  /** In bytes. */
  readonly minLength?: number
  /** In bytes. */
  readonly maxLength?: number
  /** The bits that may be set. */
  readonly mask?: bigint
  /** The attributes inside a nest. A nest may contain itself, so they are created on access. */
  readonly attributes?: AcceptedAttributes
}

/** The accepted attributes, by their keys in the declaration. The key of one without a row is `?` and its number: `?57`. */
export type AcceptedAttributes = Readonly<Record<string, AcceptedAttribute>>

/** The attributes that the running kernel accepts in a command; undefined if it does not report or check them. */
export interface CommandPolicy {
  readonly do: AcceptedAttributes | undefined
  readonly dump: AcceptedAttributes | undefined
}
