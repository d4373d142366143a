import { type ByteOrder, type Codec, type Declaration, perOptions, type Scope } from './codec.js'
import { heatUp, Source } from './generate.js'

/** One of the declarations to choose from. */
// biome-ignore lint/suspicious/noExplicitAny: a declaration of some of the values is not one of all values
export type Alternative = Declaration<any>

/** Chooses a declaration: by the received bytes when decoding, by the value when encoding. */
export interface Chooser<T> {
  /** @throws {DecodeError} if no declaration matches */
  ofBytes(bytes: Buffer, start: number, end: number, order: ByteOrder, scope: Scope | undefined): Alternative
  /** @throws {EncodeError} if no declaration matches */
  ofValue(value: T, scope: Scope | undefined): Alternative
}

/** A payload with several possible declarations. */
export interface Choice<T = unknown> extends Declaration<T>, Chooser<T> {
  readonly kind: 'choice'
  /** All declarations that can be chosen. Put the most frequent one first: it is the fastest. */
  readonly alternatives: readonly Alternative[]
}

/**
 * Returns `decode` as generated code. Each choice has its own function, so that V8 inlines the calls: in a function that all
 * choices share, they would have many targets.
 */
function generateDecode<T>(
  order: ByteOrder,
  ofBytes: Chooser<T>['ofBytes'],
  usual: Alternative,
  codecOf: (chosen: Alternative) => Codec<T>,
): Codec<T>['decode'] | undefined {
  const source = new Source(order)
  const [choose, first, codec, others] = [ofBytes, usual, codecOf(usual), codecOf].map((each) => source.add(each))
  return source.function(
    'bytes, start, end, scope',
    `const chosen = ${choose}(bytes, start, end, '${order}', scope)
    return (chosen === ${first} ? ${codec} : ${others}(chosen)).decode(bytes, start, end, scope)`,
  )
}

/**
 * Declares a payload with several possible declarations. The functions `ofBytes` and `ofValue` choose one, from the payload
 * or from its scope. NLA_F_NESTED and the names of attributes are those of the first alternative.
 */
export function choice<T>(
  name: string,
  alternatives: readonly Alternative[],
  { ofBytes, ofValue }: Chooser<T>,
): Choice<T> {
  const build = (order: ByteOrder, lossless: boolean): Codec<T> => {
    const codecs = new Map<Alternative, Codec<T>>()
    const codecOf = (chosen: Alternative): Codec<T> => {
      const codec = codecs.get(chosen) ?? chosen.codec(order, lossless)
      codecs.set(chosen, codec)
      return codec
    }
    const codec: Codec<T> = {
      name,
      decode: (bytes, start, end, scope) =>
        codecOf(ofBytes(bytes, start, end, order, scope)).decode(bytes, start, end, scope),
      encode: (out, value, scope) => codecOf(ofValue(value, scope)).encode(out, value, scope),
      locate(bytes, start, end, at, scope) {
        const codec = codecOf(ofBytes(bytes, start, end, order, scope))
        return codec.locate?.(bytes, start, end, at, scope) ?? { path: [], codec }
      },
      keyOf: (type) => alternatives[0]?.codec(order, lossless).keyOf?.(type) ?? `?${type}`,
    }
    const [usual] = alternatives
    if (usual) heatUp(codec, 'decode', () => generateDecode(order, ofBytes, usual, codecOf))
    return codec
  }
  const nested = alternatives[0]?.nested
  const isChecked = alternatives.some(({ check }) => check)
  return {
    ...{ kind: 'choice', name, alternatives, ofBytes, ofValue, codec: perOptions(build) },
    ...(isChecked && { check: (request: unknown) => ofValue(request as T, undefined).check?.(request) }),
    ...(nested && { nested }),
  }
}
