import type { AnyConstants } from './names.js'
import type { BytesNotation, Notation } from './notation.js'
import type { NamesBy, NumberNames } from './number-names.js'
import type { Output } from './output.js'

/** Byte order: little or big endian. Most netlink fields have the host's. */
export type ByteOrder = 'LE' | 'BE'

/** Byte order of this machine. */
export const hostOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE'

/** The attribute at a byte position: the path of its keys in the decoded value, and the codec of its payload. */
export interface Located {
  readonly path: readonly string[]
  readonly codec: Codec<unknown>
}

/** The values that enclose a payload: the members of the nest or message that contains it, and those outside. */
export interface Scope {
  readonly members: Readonly<Record<string, unknown>>
  readonly outer: Scope | undefined
}

/** Decodes and encodes the values of one declaration in one byte order. */
export interface Codec<T> {
  /** The type's name in errors, e.g. `u32` or `ifinfomsg`. */
  readonly name: string
  /** Decodes `bytes[start, end)`. @throws {DecodeError} if the bytes do not match the declaration */
  decode(bytes: Buffer, start: number, end: number, scope?: Scope): T
  /**
   * Appends the encoded value to `out`. If it throws, `out` may contain a part of the value.
   * @throws {EncodeError} if the value does not match the declaration
   */
  encode(out: Output, value: T, scope?: Scope): void
  /** Returns the innermost attribute at byte position `at`. Only codecs of payloads with attributes have it. */
  locate?(bytes: Buffer, start: number, end: number, at: number, scope?: Scope): Located
  /** Returns the key that an attribute number has in decoded values. Only codecs of attribute sets have it. */
  keyOf?(type: number): string
}

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Byte order of all numbers that do not declare one. Default: the host's. */
  readonly order?: ByteOrder
  /**
   * Keeps the exact encoding that was received in a hidden property of the value: NLA_F bits, the order of repeated
   * attributes, text after a NUL, padding, short headers, and bytes after the last attribute. Encoding the value with this
   * option returns the same bytes, except for parts of the value that were changed.
   */
  readonly lossless?: boolean
}

/**
 * Kind of a declaration. It determines the declaration's further properties: see `DeclarationOfKind`. The first five kinds
 * have no inner declarations. The values of `opaque` are understood only by their codec.
 */
export type DeclarationKind =
  | 'integer'
  | 'flag'
  | 'text'
  | 'bytes'
  | 'opaque'
  | 'struct'
  | 'attributes'
  | 'select'
  | 'selectOuter'
  | 'list'
  | 'indexed'
  | 'array'
  | 'message'
  | 'followed'
  | 'choice'
  | 'lazy'

/** A description of a structure on the wire. {@link compile} creates its codec. */
export interface Declaration<T> {
  readonly kind: DeclarationKind
  readonly name: string
  /** Names for its numbers: see `enumOf` and `flagsOf`. */
  readonly constants?: NumberNames
  /** Names for its numbers that depend on another member: see `enumBy`. */
  readonly constantsBy?: NamesBy
  /** Text in which tools print its numbers, if they have no name: see `writtenAs`. */
  readonly notation?: Notation
  /** Text in which tools print its bytes: see `bytesAs`. */
  readonly bytesNotation?: BytesNotation
  /** Words of views for some texts, such as an empty address. Returns undefined for others, which views print in quotes. */
  readonly textNotation?: (text: string) => string | undefined
  /** Names of the bits of a bitmap, which is sent as bytes or as an array of numbers: see `bitmapOf`. */
  readonly bits?: AnyConstants
  /** True for an attribute that occurs several times: see `multi`. */
  readonly multi?: boolean
  /** True for a nest that is decoded after its siblings: see `late`. */
  readonly late?: boolean
  /** True if the payload is a nest of attributes. It is sent with NLA_F_NESTED. */
  readonly nested?: boolean
  /** True for a key or a password: see `secret`. */
  readonly secret?: boolean
  /** True if the payload is sent with NLA_F_NET_BYTEORDER. */
  readonly netByteOrder?: boolean
  /**
   * Checks a request before it is sent. Encoding does not call it, so that every decoded value can be encoded.
   * @throws {EncodeError} if the kernel would misinterpret the request
   */
  check?(request: unknown): void
  /** Returns the codec; the same one for the same arguments. `lossless` is false by default. */
  codec(order: ByteOrder, lossless?: boolean): Codec<T>
}

/** The TypeScript type of the values of a declaration. */
export type Infer<D> = D extends Declaration<infer T> ? T : never

/** Flattens an intersection of object types, for readable types in editors and errors. */
export type Simplify<T> = T extends object ? { [K in keyof T]: T[K] } : T

/** Returns the codec of a declaration. The codec is created on first use and cached. */
export function compile<C>(
  declaration: { codec(order: ByteOrder, lossless?: boolean): C },
  { order = hostOrder, lossless = false }: CompileOptions = {},
): C {
  return declaration.codec(order, lossless)
}

/** Caches the result of `build` for each byte order. For declarations that `lossless` does not affect. */
export function perOrder<C>(build: (order: ByteOrder) => C): (order: ByteOrder) => C {
  const made: Partial<Record<ByteOrder, C>> = {}
  return (order) => {
    made[order] ??= build(order)
    return made[order]
  }
}

/** Caches the result of `build` for each byte order, with and without `lossless`. */
export function perOptions<C>(
  build: (order: ByteOrder, lossless: boolean) => C,
): (order: ByteOrder, lossless?: boolean) => C {
  const plain = perOrder((order) => build(order, false))
  const lossless = perOrder((order) => build(order, true))
  return (order, keep = false) => (keep ? lossless(order) : plain(order))
}
