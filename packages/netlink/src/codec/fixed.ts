import type { ByteOrder, Codec, Declaration } from './codec.js'
import { byteCount, DecodeError } from './error.js'
import { reserve } from './output.js'

/**
 * Memory layout of a type of fixed size. The code generators, `layoutReader`, binary-parser and smart-buffer use it. `codec` is the
 * codec that reads and writes exactly this layout: see `isPlain`.
 */
export type Layout =
  | { readonly type: 'integer'; readonly signed: boolean; readonly order?: ByteOrder; readonly codec: unknown }
  | { readonly type: 'bytes' | 'pad' }
  | { readonly type: 'struct'; readonly members: Members; readonly codec: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: as in Members
  | { readonly type: 'array'; readonly element: Fixed<any>; readonly count: number }

/** The codec of a type of fixed size. It can also access the value inside a struct. */
export interface FixedCodec<T> extends Codec<T> {
  readonly size: number
  /** Reads the value at `bytes[at, at + size)`. The caller checks that the bytes exist. */
  read(bytes: Buffer, at: number): T
  /** Writes the value to `bytes[at, at + size)`. The caller provides bytes that are zero. */
  write(bytes: Buffer, at: number, value: T): void
}

/** A declaration of fixed size. Can be used as a payload and as a member of a struct. */
export interface Fixed<T> extends Declaration<T> {
  readonly size: number
  readonly layout: Layout
  codec(order: ByteOrder, lossless?: boolean): FixedCodec<T>
}

/** True for a declaration of fixed size. */
export const isFixed = (declaration: Declaration<unknown>): declaration is Fixed<unknown> => 'layout' in declaration

/** True if generated code may replace the codec, because the codec does no more than the layout says. */
export const isPlain = ({ layout, codec }: Fixed<unknown>) => 'codec' in layout && layout.codec === codec

/** The members of a C struct, in memory order. */
// biome-ignore lint/suspicious/noExplicitAny: members are of any type, and Fixed<unknown> would refuse them all
export type Members = Readonly<Record<string, Fixed<any>>>

/** Completes a codec from `read` and `write`. Its `decode` checks the size. */
export function fixedCodec<T>(
  name: string,
  size: number,
  access: Pick<FixedCodec<T>, 'read' | 'write'>,
): FixedCodec<T> {
  return {
    name,
    size,
    ...access,
    decode(bytes, start, end) {
      if (end - start !== size)
        throw new DecodeError(`expected ${name} (${byteCount(size)}), got ${byteCount(end - start)}`)
      return access.read(bytes, start)
    },
    encode(out, value) {
      const at = reserve(out, size)
      access.write(out.bytes, at, value)
    },
  }
}
