import { decodeAttributes, encodeAttributes, type Reading } from './attribute-rows.js'
import type { Codec } from './codec.js'
import { heatUp } from './generate.js'
import { generateDecode, generateEncode } from './generate-attributes.js'
import { locateAttribute } from './locate.js'

/** What reads and writes the attributes of `rows`: row by row at first, by generated code when that turns out to pay. */
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
