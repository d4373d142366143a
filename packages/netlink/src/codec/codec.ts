import type { NumberNames } from './number-names.js'
import type { Output } from './output.js'

/** Byte order. Netlink uses the host's. */
export type ByteOrder = 'LE' | 'BE'

/** Byte order of this machine. */
export const hostOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE'

/** An attribute at a byte position: its path of keys, and the codec of its payload. */
export interface Located {
  readonly path: readonly string[]
  readonly codec: Codec<unknown>
}

/** The enclosing message header and attribute nests of a payload, innermost first. */
export interface Scope {
  readonly members: Readonly<Record<string, unknown>>
  readonly outer: Scope | undefined
}

/** Reads one value from `bytes[start, end)` and writes it back. The only interface of compiled declarations. */
export interface Codec<T> {
  /** Type name as errors print it, e.g. `u32` or `ifinfomsg`. */
  readonly name: string
  /** @throws {DecodeError} if the bytes do not match the declaration */
  decode(bytes: Buffer, start: number, end: number, scope?: Scope): T
  /** @throws {EncodeError} if the value does not match the declaration. `out` is invalid then. */
  encode(out: Output, value: T, scope?: Scope): void
  /** Returns the innermost attribute at position `at`. Only codecs with attributes have it. */
  locate?(bytes: Buffer, start: number, end: number, at: number, scope?: Scope): Located
  /** Returns the key of an attribute number in the decoded value. Only codecs of attributes have it. */
  keyOf?(type: number): string
}

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Byte order of all numbers without a fixed one. By default, the host's. */
  readonly order?: ByteOrder
  /**
   * Keeps the sender's wire form, hidden in the value: NLA_F bits, the order of repeated attributes, text after a NUL, padding,
   * short headers, bytes after the last attribute. Encoding the value with the same option returns the same bytes. Changed
   * parts are written as usual.
   */
  readonly lossless?: boolean
}

/**
 * Kind of a declaration. It determines which further members the declaration has: see `DeclarationOfKind`. The first five
 * have no parts: numbers, an NLA_FLAG, text (addresses included), bytes, and values that only their own codec can take apart.
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

/** A structure of the wire, declared once. {@link compile} creates a codec from it. */
export interface Declaration<T> {
  readonly kind: DeclarationKind
  readonly name: string
  /** Names of its numbers: see `enumOf` and `flagsOf`. */
  readonly constants?: NumberNames
  /** True for an attribute that occurs once per element: see `multi`. */
  readonly multi?: boolean
  /** True for an attribute that is decoded after its siblings: see `late`. */
  readonly late?: boolean
  /** True if the payload consists of attributes. It is sent with NLA_F_NESTED. */
  readonly nested?: boolean
  /** True if the payload is sent with NLA_F_NET_BYTEORDER. */
  readonly netByteOrder?: boolean
  /**
   * Validates a request before it is sent. Encoding does not call it, so a decoded value can always be encoded again.
   * @throws {EncodeError}
   */
  check?(request: unknown): void
  /** See {@link CompileOptions}; `lossless` is false if left out. */
  codec(order: ByteOrder, lossless?: boolean): Codec<T>
}

/** The TypeScript type of a declaration's value. */
export type Infer<D> = D extends Declaration<infer T> ? T : never

/** Flattens an intersection into one object type. */
export type Simplify<T> = T extends object ? { [K in keyof T]: T[K] } : T

/** Returns the codec of a declaration. It is created on first use. */
export function compile<C>(
  declaration: { codec(order: ByteOrder, lossless?: boolean): C },
  { order = hostOrder, lossless = false }: CompileOptions = {},
): C {
  return declaration.codec(order, lossless)
}

/** Calls `build` at most once per byte order. For payloads with only one wire form. */
export function perOrder<C>(build: (order: ByteOrder) => C): (order: ByteOrder) => C {
  const made: Partial<Record<ByteOrder, C>> = {}
  return (order) => {
    made[order] ??= build(order)
    return made[order]
  }
}

/** Calls `build` at most once per byte order, with and without `lossless`. */
export function perOptions<C>(
  build: (order: ByteOrder, lossless: boolean) => C,
): (order: ByteOrder, lossless?: boolean) => C {
  const plain = perOrder((order) => build(order, false))
  const lossless = perOrder((order) => build(order, true))
  return (order, keep = false) => (keep ? lossless(order) : plain(order))
}
