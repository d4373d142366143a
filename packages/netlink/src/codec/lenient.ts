import { Buffer } from './buffer.js'
import { type ByteOrder, perOrder } from './codec.js'
import type { Fixed, FixedCodec } from './fixed.js'

type Decode<T> = FixedCodec<T>['decode']

/** Returns a copy of a declaration with a different `decode`. */
function decoding<T>(fixed: Fixed<T>, decodeOf: (codec: FixedCodec<T>) => Decode<T>): Fixed<T> {
  const build = (order: ByteOrder): FixedCodec<T> => {
    const own = fixed.codec(order)
    return {
      name: own.name,
      size: own.size,
      read: (bytes, at) => own.read(bytes, at),
      write: (bytes, at, value) => own.write(bytes, at, value),
      encode: (out, value) => own.encode(out, value),
      decode: decodeOf(own),
    }
  }
  return { ...fixed, codec: perOrder(build) }
}

/**
 * Declares an attribute that may be shorter (kernel policy NLA_BINARY with `.len`). Missing bytes decode as zero. Encoding
 * writes all bytes.
 */
export const atMost = <T>(fixed: Fixed<T>): Fixed<T> =>
  decoding(fixed, (codec) => (bytes, start, end) => {
    if (end - start >= codec.size) return codec.decode(bytes, start, end)
    return codec.read(Buffer.concat([bytes.subarray(start, end)], codec.size), 0)
  })

/** Declares an attribute that may be longer (kernel policy with only `.len`). Further bytes are ignored, as in the kernel. */
export const atLeast = <T>(fixed: Fixed<T>): Fixed<T> =>
  decoding(fixed, (codec) => (bytes, start, end) => codec.decode(bytes, start, Math.min(end, start + codec.size)))
