import type { NumberNames } from './number-names.js'
import type { Output } from './output.js'

/** Byte order of the machine that speaks: netlink uses the host's, whatever it is. */
export type ByteOrder = 'LE' | 'BE'

/** The order of the machine this runs on. */
export const hostOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE'

/** An attribute found by its position: the keys that lead to it, and what reads its payload. */
export interface Located {
  readonly path: readonly string[]
  readonly codec: Codec<unknown>
}

/** What encloses the bytes being read or the value being written: a message's header, a nest of attributes; innermost first. */
export interface Scope {
  readonly members: Readonly<Record<string, unknown>>
  readonly outer: Scope | undefined
}

/** Reads one value out of `bytes[start, end)` and writes it back; the only interface that every compiled declaration has. */
export interface Codec<T> {
  /** Type name as errors print it, e.g. `u32` or `ifinfomsg`. */
  readonly name: string
  /** @throws {DecodeError} where the bytes do not fit */
  decode(bytes: Buffer, start: number, end: number, scope?: Scope): T
  /** @throws {EncodeError} where the value does not fit; `out` is then worthless */
  encode(out: Output, value: T, scope?: Scope): void
  /** The innermost attribute that covers the absolute position `at`; only codecs with attributes inside have it. */
  locate?(bytes: Buffer, start: number, end: number, at: number, scope?: Scope): Located
  /** The key that an attribute number has in the decoded value; only codecs of attributes have it. */
  keyOf?(type: number): string
}

/** How a declaration is compiled. */
export interface CompileOptions {
  /** Order of all numbers that do not name their own; the host's if left out. */
  readonly order?: ByteOrder
  /**
   * Keeps, unseen beside the value, how the sender spelt what the format leaves open: NLA_F bits, the order of repeated
   * attributes, text behind a NUL, padding, short headers, bytes behind the last attribute. Encoding the value with the
   * same option then gives the very bytes; what was changed meanwhile is written as usual.
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
  /** Names of the numbers that it stands for: see `enumOf` and `flagsOf`. */
  readonly constants?: NumberNames
  /** True for an attribute that occurs once per element: see `multi`. */
  readonly multi?: boolean
  /** True for an attribute that is decoded after its siblings: see `late`. */
  readonly late?: boolean
  /** True where the payload is itself attributes, and is sent with NLA_F_NESTED. */
  readonly nested?: boolean
  /** True where the kernel asks for NLA_F_NET_BYTEORDER with it. */
  readonly netByteOrder?: boolean
  /**
   * Looks at a request before it is sent, for what the bytes alone would not betray. Not part of encoding: what was
   * decoded can always be written back.
   * @throws {EncodeError}
   */
  check?(request: unknown): void
  /** See {@link CompileOptions}; `lossless` is false if left out. */
  codec(order: ByteOrder, lossless?: boolean): Codec<T>
}

/** The TypeScript type a declaration stands for. */
export type Infer<D> = D extends Declaration<infer T> ? T : never

/** Shows an intersection as the one object type that it is. */
export type Simplify<T> = T extends object ? { [K in keyof T]: T[K] } : T

/** The codec of a declaration; made on first use, then the same one each time. */
export function compile<C>(
  declaration: { codec(order: ByteOrder, lossless?: boolean): C },
  { order = hostOrder, lossless = false }: CompileOptions = {},
): C {
  return declaration.codec(order, lossless)
}

/** Calls `build` at most once per byte order, for those that spell a value in one way only. */
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
