import { decodeAttributes, encodeAttributes, type Reading } from './attribute-rows.js'
import type { Codec } from './codec.js'
import { heatUp } from './generate.js'
import { generateDecode, generateEncode } from './generate-attributes.js'
import { locateAttribute } from './locate.js'

/** Creates the codec of an attribute set. It interprets the rows at first, and generates code once it is used often. */
export function attributesCodec(reading: Reading): Codec<Record<string, unknown>> {
  const { rows, order, lossless } = reading
  const codec: Codec<Record<string, unknown>> = {
    name: rows.prefix,
    decode: (bytes, start, end, outer) => decodeAttributes(reading, bytes, start, end, outer),
    encode: (out, value, outer) => encodeAttributes(reading, out, value, outer),
    locate: (bytes, start, end, at, outer) => locateAttribute(rows, order, codec, { bytes, start, end, at }, outer),
    keyOf: rows.keyOf,
  }
  if (!lossless) {
    heatUp(codec, 'decode', () => generateDecode(reading))
    heatUp(codec, 'encode', () => generateEncode(reading))
  }
  return codec
}
