/**
 * Kind of a span: a C struct, a member of a struct (or an element of a C array), an attribute, padding, or bytes that the declaration
 * does not cover: after the last attribute, or after damage.
 */
export type SpanKind = 'struct' | 'member' | 'attribute' | 'padding' | 'rest'

/** The bytes of one part of a message. A plain object, so that it can be sent to another thread. */
export interface Span {
  readonly kind: SpanKind
  /** Offset of the first byte in the message. */
  readonly offset: number
  /** Number of bytes, inner spans included. The padding after an attribute has its own span. */
  readonly length: number
  /**
   * Number of bytes at the start that belong to no inner span: all of them if there are no inner spans, the header of a nest
   * (`struct nlattr`, 4 bytes), or 0 for a struct.
   */
  readonly own: number
  /**
   * Keys from the message to the decoded value: `['value', 'attrs', 'linkinfo', 'kind']`. For padding and rests, the path of the
   * structure that contains them. Decoded values do not contain the lengths and magic numbers of inner headers, such as
   * `rtnh_len`: nothing is at their path.
   */
  readonly path: readonly (string | number)[]
  /** The kernel's name of an attribute or struct, e.g. `IFLA_MTU`; the key of a member; `[2]` for an element. */
  readonly name: string
  /** Number of enclosing spans. */
  readonly depth: number
  /** The decoded value. Absent if there are inner spans, and if the bytes cannot be decoded. */
  readonly value?: unknown
  /** The value with names of constants and in the notation of tools, if it has any: `RTN_UNICAST`, `1:10`. See `describe`. */
  readonly words?: unknown
  /** True if `words` are names of bits. */
  readonly isFlags?: boolean
  /** Reason why the bytes cannot be decoded. */
  readonly problem?: string
  /** True for an attribute that a later one with the same number replaces (`nla_parse`). */
  readonly replaced?: boolean
  /** True for a key or a password. */
  readonly secret?: boolean
}

/** Position of a structure in the tree of spans. */
export interface Place {
  readonly path: readonly (string | number)[]
  readonly depth: number
  /** Number of enclosing `lazy` declarations. */
  readonly lazies?: number
}
