import { endianness } from 'node:os'
import type { Output } from './output.js'

/** Byte order of the machine that speaks: netlink uses the host's, whatever it is. */
export type ByteOrder = 'LE' | 'BE'

/** The order of the machine this runs on. */
export const hostOrder: ByteOrder = endianness()

/** An attribute found by its position: the keys that lead to it, and what reads its payload. */
export interface Located {
  readonly path: readonly string[]
  readonly codec: Codec<unknown>
}

/** Reads one value out of `bytes[start, end)` and writes it back; the only interface that every compiled declaration has. */
export interface Codec<T> {
  /** Type name as errors print it, e.g. `u32` or `ifinfomsg`. */
  readonly name: string
  /** @throws {DecodeError} where the bytes do not fit */
  decode(bytes: Buffer, start: number, end: number): T
  /** @throws {EncodeError} where the value does not fit; `out` is then worthless */
  encode(out: Output, value: T): void
  /** The innermost attribute that covers the absolute position `at`; only codecs with attributes inside have it. */
  locate?(bytes: Buffer, start: number, end: number, at: number): Located
  /** The key that an attribute number has in the decoded value; only codecs of attributes have it. */
  keyOf?(type: number): string
}

/** How a declaration is compiled. */
export interface CompileOptions {
  /** Order of all numbers that do not name their own; the host's if left out. */
  readonly order?: ByteOrder
}

/** A structure of the wire, said once; {@link compile} makes a codec of it. */
export interface Declaration<T> {
  readonly name: string
  /** True where the payload is itself attributes, and is sent with NLA_F_NESTED. */
  readonly nested?: boolean
  /**
   * Looks at a request before it is sent, for what the bytes alone would not betray. Not part of encoding: what was
   * decoded can always be written back.
   * @throws {EncodeError}
   */
  check?(request: unknown): void
  codec(order: ByteOrder): Codec<T>
}

/** The TypeScript type a declaration stands for. */
export type Infer<D> = D extends Declaration<infer T> ? T : never

/** Shows an intersection as the one object type that it is. */
export type Simplify<T> = T extends object ? { [K in keyof T]: T[K] } : T

/** The codec of a declaration; made on first use, then the same one each time. */
export function compile<C>(declaration: { codec(order: ByteOrder): C }, options: CompileOptions = {}): C {
  return declaration.codec(options.order ?? hostOrder)
}

/** Calls `build` at most once per byte order. */
export function perOrder<C>(build: (order: ByteOrder) => C): (order: ByteOrder) => C {
  const made: Partial<Record<ByteOrder, C>> = {}
  return (order) => {
    made[order] ??= build(order)
    return made[order]
  }
}
