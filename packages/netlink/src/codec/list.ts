import { type ByteOrder, type Codec, type Declaration, perOrder } from './codec.js'
import { byteCount, DecodeError, EncodeError, show } from './error.js'
import type { Fixed } from './fixed.js'
import { reserve } from './output.js'
import { NLA_F_NESTED, NLA_HDRLEN, NLA_TYPE_MASK, tlv } from './tlv.js'

/** Runs `step`, and puts `[index]` before the path of what it throws. */
export function atIndex<T>(kind: typeof DecodeError | typeof EncodeError, index: number, step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw kind.within(`[${index}]`, error)
  }
}

function expectArray(name: string, values: unknown): void {
  if (!Array.isArray(values)) throw new EncodeError(`expected an array of ${name}, got ${show(values)}`)
}

/**
 * A nest of attributes that are all of one kind, numbered from 1 (the kernel's NLA_NESTED_ARRAY): an array. Which numbers
 * they came with is not part of the value.
 */
export function list<T>(element: Declaration<T>): Declaration<T[]> {
  const name = `list(${element.name})`
  const build = (order: ByteOrder): Codec<T[]> => {
    const wire = tlv(order)
    const codec = element.codec(order)
    return {
      name,
      decode(bytes, start, end) {
        const values: T[] = []
        wire.readAttributes(bytes, start, end, (_type, from, to) => {
          values.push(atIndex(DecodeError, values.length, () => codec.decode(bytes, from, to)))
        })
        return values
      },
      encode(out, values) {
        expectArray(element.name, values)
        if (values.length > NLA_TYPE_MASK) {
          throw new EncodeError(`expected at most ${NLA_TYPE_MASK} elements, got ${values.length}`)
        }
        for (const [index, value] of values.entries()) {
          const type = (index + 1) | (element.nested ? NLA_F_NESTED : 0)
          wire.writeAttribute(out, type, () => atIndex(EncodeError, index, () => codec.encode(out, value)))
        }
      },
      locate(bytes, start, end, at) {
        let index = 0
        let path: string[] = []
        let found: Codec<unknown> = codec
        wire.readAttributes(bytes, start, end, (_type, from, to) => {
          if (at >= from - NLA_HDRLEN && at < to) {
            const inner = at >= from ? codec.locate?.(bytes, from, to, at) : undefined
            path = [String(index), ...(inner?.path ?? [])]
            found = inner?.codec ?? codec
          }
          index++
        })
        return { path, codec: found }
      },
    }
  }
  return { name, nested: true, codec: perOrder(build) }
}

/** A C array of as many elements as the payload holds. */
export function array<T>(element: Fixed<T>): Declaration<T[]> {
  const name = `${element.name}[]`
  const { size } = element
  const build = (order: ByteOrder): Codec<T[]> => {
    const codec = element.codec(order)
    return {
      name,
      decode(bytes, start, end) {
        if ((end - start) % size !== 0)
          throw new DecodeError(`expected ${name} (a multiple of ${byteCount(size)}), got ${byteCount(end - start)}`)
        const values: T[] = []
        for (let at = start; at < end; at += size) values.push(codec.read(bytes, at))
        return values
      },
      encode(out, values) {
        expectArray(element.name, values)
        for (const [index, value] of values.entries()) {
          const at = reserve(out, size)
          atIndex(EncodeError, index, () => codec.write(out.bytes, at, value))
        }
      },
    }
  }
  return { name, codec: perOrder(build) }
}

/** How far {@link lazy} declarations may go round: the kernel sends two levels, an attacker thousands. */
const MAX_DEPTH = 32

/** A declaration that refers back to one which contains it (a veth link carries its peer's link). */
export function lazy<T>(get: () => Declaration<T>): Declaration<T> {
  const build = (order: ByteOrder): Codec<T> => {
    let depth = 0
    const deeper = <R>(kind: typeof DecodeError | typeof EncodeError, step: (codec: Codec<T>) => R): R => {
      if (depth === MAX_DEPTH) throw new kind(`expected at most ${MAX_DEPTH} levels of ${get().name}, got more`)
      depth++
      try {
        return step(get().codec(order))
      } finally {
        depth--
      }
    }
    return {
      get name() {
        return get().name
      },
      decode: (bytes, start, end) => deeper(DecodeError, (codec) => codec.decode(bytes, start, end)),
      encode: (out, value) => deeper(EncodeError, (codec) => codec.encode(out, value)),
      locate: (bytes, start, end, at) => {
        const codec = get().codec(order)
        return codec.locate?.(bytes, start, end, at) ?? { path: [], codec }
      },
      keyOf: (type) => get().codec(order).keyOf?.(type) ?? `?${type}`,
    }
  }
  return {
    get name() {
      return get().name
    },
    get nested() {
      return get().nested ?? false
    },
    codec: perOrder(build),
  }
}
