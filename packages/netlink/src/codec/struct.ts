import { perOrder, type Simplify } from './codec.js'
import { type Fixed, fixedCodec, type Members } from './fixed.js'
import { structCodec } from './struct-codec.js'

/** Padding bytes. Decoded values do not contain them. */
export interface Padding extends Fixed<undefined> {
  readonly layout: { readonly type: 'pad' }
}

/** Declares `size` bytes of padding. */
export function pad(size: number): Padding {
  const codec = fixedCodec<undefined>('pad', size, { read: () => undefined, write: () => {} })
  return { kind: 'opaque', name: 'pad', size, layout: { type: 'pad' }, codec: () => codec }
}

type Value<M extends Members> = {
  -readonly [K in keyof M as M[K] extends Padding ? never : K]: M[K] extends Fixed<infer T> ? T : never
}

/** A declared C struct. */
export interface Struct<M extends Members = Members, T = Simplify<Value<M>>> extends Fixed<T> {
  readonly kind: 'struct'
  readonly members: M
}

/** Options of {@link struct}. */
export interface StructOptions {
  /** True if older kernels send fewer bytes. Missing members decode as zero. */
  readonly growable?: boolean
}

/**
 * Declares a C struct: its members in memory order, including padding. Further bytes, which newer kernels may send, are
 * ignored. When encoding, missing members are zero, and unknown members are an error.
 */
export function struct<const M extends Members>(
  name: string,
  members: M,
  { growable = false }: StructOptions = {},
): Struct<M> {
  const size = Object.values(members).reduce((sum, member) => sum + member.size, 0)
  const codec = perOrder((order) => structCodec({ name, members, size, growable }, order))
  return {
    kind: 'struct',
    name,
    size,
    members,
    layout: { type: 'struct', members, codec },
    codec,
  } as unknown as Struct<M>
}
