import type { ByteOrder, Codec, Declaration } from './codec.js'
import { byteCount, DecodeError } from './error.js'
import { reserve } from './output.js'

/** Layout of a fixed-size type, for other readers and writers. `codec` is the one that follows from the layout. */
export type Layout =
  | { readonly type: 'integer'; readonly signed: boolean; readonly order?: ByteOrder; readonly codec: unknown }
  | { readonly type: 'bytes' | 'pad' }
  | { readonly type: 'struct'; readonly members: Members; readonly codec: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: as in Members
  | { readonly type: 'array'; readonly element: Fixed<any>; readonly count: number }

/** The codec of a fixed-size type. It can also read and write in the middle of a struct. */
export interface FixedCodec<T> extends Codec<T> {
  readonly size: number
  /** Reads `size` bytes at `at`. The caller has checked that they exist. */
  read(bytes: Buffer, at: number): T
  /** Writes `size` bytes at `at`. The caller has checked that there are zero bytes. */
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

/** True if the codec was derived from the layout alone and can be inlined. */
export const isPlain = ({ layout, codec }: Fixed<unknown>) => 'codec' in layout && layout.codec === codec

/** The members of a C struct, in memory order. */
// biome-ignore lint/suspicious/noExplicitAny: members are of any type, and Fixed<unknown> would refuse them all
export type Members = Readonly<Record<string, Fixed<any>>>

/** Returns the codec for `read` and `write`, with a check of the size. */
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
