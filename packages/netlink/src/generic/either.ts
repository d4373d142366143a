import { type ByteOrder, type Codec, type Declaration, type Fixed, u32 } from '../codec/index.js'

/** A flag that says what can be set, or the value that is set: `true`, or what `declaration` stands for. */
export function flagOr<T>(declaration: Declaration<T>): Declaration<true | T> {
  const name = `flag or ${declaration.name}`
  const codec = (order: ByteOrder): Codec<true | T> => {
    const inner = declaration.codec(order)
    return {
      name,
      decode: (bytes, start, end) => (start === end ? true : inner.decode(bytes, start, end)),
      encode(out, value) {
        if (value !== true) inner.encode(out, value)
      },
    }
  }
  return { name, codec }
}

/** A number that the kernel sends in another size than it takes: written as `taken`, if it fits. */
export function sized(taken: Fixed<number>, sent: Fixed<number>): Declaration<number> {
  const name = `${taken.name} or ${sent.name}`
  const codec = (order: ByteOrder): Codec<number> => ({
    name,
    encode: (out, value) => (value >= 2 ** (8 * taken.size) ? sent : taken).codec(order).encode(out, value),
    decode: (bytes, start, end) => (end - start === sent.size ? sent : taken).codec(order).decode(bytes, start, end),
  })
  return { name, codec }
}

/** Attributes in one message, a u32 in another: a nest that is not empty is longer. */
export function numberOr<T>(nest: Declaration<T>): Declaration<number | T> {
  const name = `u32 or ${nest.name}`
  const codec = (order: ByteOrder, lossless?: boolean): Codec<number | T> => {
    const number = u32.codec(order)
    const inner = nest.codec(order, lossless)
    return {
      name,
      decode: (bytes, start, end, scope) =>
        end - start === u32.size ? number.decode(bytes, start, end) : inner.decode(bytes, start, end, scope),
      encode(out, value, scope) {
        if (typeof value === 'number') number.encode(out, value)
        else inner.encode(out, value, scope)
      },
    }
  }
  return { name, nested: true, codec }
}
