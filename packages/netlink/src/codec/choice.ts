import { type ByteOrder, type Codec, type Declaration, perOptions, type Scope } from './codec.js'

/** A declaration of one of the payloads. */
// biome-ignore lint/suspicious/noExplicitAny: a declaration of some of the values is not one of all values
export type Alternative = Declaration<any>

/** Decides which payload it is: from the bytes for decoding, from the value for encoding. */
export interface Chooser<T> {
  /** @throws {DecodeError} if no payload fits */
  ofBytes(bytes: Buffer, start: number, end: number, order: ByteOrder, scope: Scope | undefined): Alternative
  /** @throws {EncodeError} if no payload fits */
  ofValue(value: T, scope: Scope | undefined): Alternative
}

/** A declared choice between several payloads. */
export interface Choice<T = unknown> extends Declaration<T>, Chooser<T> {
  readonly kind: 'choice'
  /** All payloads that can be chosen. The first one is the usual one. */
  readonly alternatives: readonly Alternative[]
}

/**
 * Declares one of several payloads. `ofBytes` and `ofValue` choose, by the payload itself or by what encloses it. The
 * first alternative determines NLA_F_NESTED and the names of attributes.
 */
export function choice<T>(
  name: string,
  alternatives: readonly Alternative[],
  { ofBytes, ofValue }: Chooser<T>,
): Choice<T> {
  const build = (order: ByteOrder, lossless: boolean): Codec<T> => {
    const [usual] = alternatives
    let usualCodec: Codec<T> | undefined
    const others = new Map<Alternative, Codec<T>>()
    const otherCodec = (chosen: Alternative): Codec<T> => {
      const codec = others.get(chosen) ?? chosen.codec(order, lossless)
      others.set(chosen, codec)
      return codec
    }
    const codecOf = (chosen: Alternative): Codec<T> => {
      if (chosen !== usual) return otherCodec(chosen)
      usualCodec ??= chosen.codec(order, lossless) as Codec<T>
      return usualCodec
    }
    return {
      name,
      decode(bytes, start, end, scope) {
        const chosen = ofBytes(bytes, start, end, order, scope)
        // Nearly always: without a call of its own.
        return chosen === usual && usualCodec
          ? usualCodec.decode(bytes, start, end, scope)
          : codecOf(chosen).decode(bytes, start, end, scope)
      },
      encode: (out, value, scope) => codecOf(ofValue(value, scope)).encode(out, value, scope),
      locate(bytes, start, end, at, scope) {
        const codec = codecOf(ofBytes(bytes, start, end, order, scope))
        return codec.locate?.(bytes, start, end, at, scope) ?? { path: [], codec }
      },
      keyOf: (type) => alternatives[0]?.codec(order, lossless).keyOf?.(type) ?? `?${type}`,
    }
  }
  const nested = alternatives[0]?.nested
  const isChecked = alternatives.some(({ check }) => check)
  return {
    ...{ kind: 'choice', name, alternatives, ofBytes, ofValue, codec: perOptions(build) },
    ...(isChecked && { check: (request: unknown) => ofValue(request as T, undefined).check?.(request) }),
    ...(nested && { nested }),
  }
}
