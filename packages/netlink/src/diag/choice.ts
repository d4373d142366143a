import { type ByteOrder, type Codec, type Declaration, perOptions } from '../codec/codec.js'

/** How {@link choice} chooses: by the bytes when it reads, by the value when it writes. */
export interface Chooser<T> {
  /** @throws {DecodeError} where nothing fits */
  ofBytes(bytes: Buffer, start: number, end: number, order: ByteOrder): Chosen
  /** @throws {EncodeError} where nothing fits */
  ofValue(value: T): Chosen
}
/** A declaration of one of the values that there are. */
// biome-ignore lint/suspicious/noExplicitAny: a declaration of some of the values is none of all
export type Chosen = Declaration<any>

/** A payload whose own bytes tell what it is. */
export function choice<T>(name: string, { ofBytes, ofValue }: Chooser<T>): Declaration<T> {
  const build = (order: ByteOrder, lossless: boolean): Codec<T> => {
    const read = (bytes: Buffer, start: number, end: number): Codec<T> =>
      ofBytes(bytes, start, end, order).codec(order, lossless)
    return {
      name,
      decode: (bytes, start, end, scope) => read(bytes, start, end).decode(bytes, start, end, scope),
      encode: (out, value, scope) => ofValue(value).codec(order, lossless).encode(out, value, scope),
      locate(bytes, start, end, at, scope) {
        const codec = read(bytes, start, end)
        return codec.locate?.(bytes, start, end, at, scope) ?? { path: [], codec }
      },
    }
  }
  return { name, codec: perOptions(build) }
}
