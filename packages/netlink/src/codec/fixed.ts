import type { ByteOrder, Codec, Declaration } from './codec.js'
import { byteCount, DecodeError } from './error.js'
import { reserve } from './output.js'

/** What a fixed-size type is made of, for those who build readers of their own from it, and the codec that it has by that. */
export type Layout =
  | { readonly type: 'integer'; readonly signed: boolean; readonly order?: ByteOrder; readonly codec: unknown }
  | { readonly type: 'bytes' | 'pad' }
  | { readonly type: 'struct'; readonly members: Members; readonly codec: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: as in Members
  | { readonly type: 'array'; readonly element: Fixed<any>; readonly count: number }

/** The codec of a type that always has the same size: it can also read and write in the middle of a struct. */
export interface FixedCodec<T> extends Codec<T> {
  readonly size: number
  /** Reads at `at`, where `size` bytes are known to be. */
  read(bytes: Buffer, at: number): T
  /** Writes at `at`, where `size` zero bytes are known to be. */
  write(bytes: Buffer, at: number, value: T): void
}

/** A declaration of fixed size, usable as an attribute's payload and as a member of a struct. */
export interface Fixed<T> extends Declaration<T> {
  readonly size: number
  readonly layout: Layout
  codec(order: ByteOrder, lossless?: boolean): FixedCodec<T>
}

/** True for a declaration of fixed size. */
export const isFixed = (declaration: Declaration<unknown>): declaration is Fixed<unknown> => 'layout' in declaration

/** Whether the layout tells all of a type: not where someone gave it another codec. */
export const isPlain = ({ layout, codec }: Fixed<unknown>) => 'codec' in layout && layout.codec === codec

/** The members of a C struct, in memory order. */
// biome-ignore lint/suspicious/noExplicitAny: members are of any type, and Fixed<unknown> would refuse them all
export type Members = Readonly<Record<string, Fixed<any>>>

/** Completes `read` and `write` to a codec that checks the size of what it is given. */
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
