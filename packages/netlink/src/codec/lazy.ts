import { type ByteOrder, type Codec, type Declaration, perOptions } from './codec.js'
import { DecodeError, EncodeError } from './error.js'

/** Maximum depth of recursive {@link lazy} declarations. The kernel sends two levels. The limit stops hostile messages. */
export const MAX_DEPTH = 32

/** A declaration that refers to another one, which may be defined later. */
export interface Lazy<T> extends Declaration<T> {
  readonly kind: 'lazy'
  readonly target: Declaration<T>
}

/** Declares a reference to another declaration, for recursive structures. For example, a veth link contains its peer link. */
export function lazy<T>(get: () => Declaration<T>): Lazy<T> {
  const build = (order: ByteOrder, lossless: boolean): Codec<T> => {
    let depth = 0
    const deeper = <R>(kind: typeof DecodeError | typeof EncodeError, step: (codec: Codec<T>) => R): R => {
      if (depth === MAX_DEPTH) throw new kind(`expected at most ${MAX_DEPTH} levels of ${get().name}, got more`)
      depth++
      try {
        return step(get().codec(order, lossless))
      } finally {
        depth--
      }
    }
    return {
      get name() {
        return get().name
      },
      decode: (bytes, start, end, scope) => deeper(DecodeError, (codec) => codec.decode(bytes, start, end, scope)),
      encode: (out, value, scope) => deeper(EncodeError, (codec) => codec.encode(out, value, scope)),
      locate: (bytes, start, end, at, scope) => {
        const codec = get().codec(order)
        return codec.locate?.(bytes, start, end, at, scope) ?? { path: [], codec }
      },
      keyOf: (type) => get().codec(order).keyOf?.(type) ?? `?${type}`,
    }
  }
  return {
    kind: 'lazy',
    get target() {
      return get()
    },
    get name() {
      return get().name
    },
    get nested() {
      return get().nested ?? false
    },
    codec: perOptions(build),
  }
}
