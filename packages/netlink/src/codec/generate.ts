import type { ByteOrder } from './codec.js'
import { type Fixed, isPlain, type Members } from './fixed.js'

/** Calls after which generated code takes over: a program that reads a few messages never pays for making it. */
const HOT = 100

/** Source text being put together, and the values that it refers to by name. */
export class Source {
  readonly names: string[] = []
  readonly values: unknown[] = []

  constructor(readonly order: ByteOrder) {}

  /** A name for `value` in the source. */
  add(value: unknown): string {
    this.names.push(`k${this.names.length}`)
    this.values.push(value)
    return this.names[this.names.length - 1] as string
  }

  /**
   * The function of this body and these parameters, and what it needs declared around it; nothing where the process may not generate code
   * (`--disallow-code-generation-from-strings`).
   */
  function<F>(parameters: string, body: string, around = ''): F | undefined {
    try {
      return new Function(...this.names, `'use strict'\n${around}\nreturn function (${parameters}) {\n${body}\n}`)(
        ...this.values,
      ) as F
    } catch (error) {
      if (error instanceof EvalError) return undefined
      throw error
    }
  }
}

/** Puts what `generate` makes in the place of a method of `codec` once that has been called often. */
export function heatUp<C extends object, K extends keyof C>(
  codec: C,
  method: K,
  generate: () => C[K] | undefined,
): void {
  type Method = (...args: unknown[]) => unknown
  let current = codec[method] as Method
  let calls = 0
  codec[method] = ((...args: unknown[]) => {
    if (++calls === HOT) {
      current = (generate() as Method | undefined) ?? current
      codec[method] = current as C[K]
    }
    return current.apply(codec, args)
  }) as C[K]
}

/** For so many members there may be room inside of an object. */
const MOST_ROOM = 64

/**
 * Statements that declare a constructor `name` of what `{}` is, with room for members that are added one by one. V8 gives
 * `{}` room for four, and moves all others each time that three more come: for the forty attributes of a link a dozen times.
 * What a constructor makes it gives as much room as the first few turn out to need, and for these it goes by the assignments
 * in its text.
 */
export function declareRoomy(name: string, members: number): string {
  const places = Array.from({ length: Math.min(members, MOST_ROOM) }, (_, index) => `this.m${index} =`)
  return `function ${name}() { if (false) { ${places.join(' ')} 0 } }\n${name}.prototype = Object.prototype`
}

const byte = (at: string, offset: number) => `bytes[${offset === 0 ? at : `${at} + ${offset}`}]`

/** An expression that reads the bits of an integer of up to 32. */
function bits(at: string, size: number, order: ByteOrder): string {
  const parts = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return shift === 0 ? byte(at, index) : `${byte(at, index)} << ${shift}`
  })
  return parts.join(' | ')
}

/** An expression that reads an unsigned integer of up to 16 bits. */
export const readUnsigned = (at: string, size: 1 | 2, order: ByteOrder) => `(${bits(at, size, order)})`

/** Statements that write a constant. */
export function storeUnsigned(at: string, size: number, order: ByteOrder, value: number): string {
  const stores = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return `${byte(at, index)} = ${(value >> shift) & 0xff}`
  })
  return stores.join('; ')
}

/** An expression that reads a value of fixed size at `at`, where its bytes are known to be. */
export function readFixed(source: Source, declaration: Fixed<unknown>, at: string): string {
  const { layout, size } = declaration
  if (isPlain(declaration) && layout.type === 'struct') return readStruct(source, layout.members, at)
  if (!isPlain(declaration) || layout.type !== 'integer' || size === 8) {
    return `${source.add(declaration.codec(source.order))}.read(bytes, ${at})`
  }
  const read = bits(at, size, layout.order ?? source.order)
  if (size === 4) return layout.signed ? `(${read})` : `((${read}) >>> 0)`
  const unused = 32 - 8 * size
  return layout.signed ? `((${read}) << ${unused} >> ${unused})` : `(${read})`
}

/** An object literal of a struct's members, and with room for the member `besides`, which comes later. */
export function readStruct(source: Source, members: Members, at: string, besides?: string): string {
  let offset = 0
  const parts: string[] = []
  for (const [key, member] of Object.entries(members)) {
    const place = offset === 0 ? at : `${at} + ${offset}`
    if (member.layout.type !== 'pad') parts.push(`${JSON.stringify(key)}: ${readFixed(source, member, place)}`)
    offset += member.size
  }
  if (besides !== undefined) parts.push(`${JSON.stringify(besides)}: undefined`)
  return `{ ${parts.join(', ')} }`
}

/** A condition that `value` is a number that fits an unsigned or signed integer. Bigints are left to the codec. */
function fits(size: number, signed: boolean, value: string): string | undefined {
  if (size === 8) return undefined
  if (size === 4) return signed ? `(${value} | 0) === ${value}` : `${value} >>> 0 === ${value}`
  const unused = 32 - 8 * size
  return signed ? `${value} << ${unused} >> ${unused} === ${value}` : `(${value} & ${2 ** (8 * size) - 1}) === ${value}`
}

/** Statements that write `value` at `at`, where there are zero bytes; `codec` refuses what does not fit. */
export function writeFixed(
  source: Source,
  declaration: Fixed<unknown>,
  at: string,
  value: string,
  codec: string,
): string {
  const { layout, size } = declaration
  const slow = `${codec}.write(bytes, ${at}, ${value})`
  const condition = isPlain(declaration) && layout.type === 'integer' ? fits(size, layout.signed, value) : undefined
  if (layout.type !== 'integer' || condition === undefined) return slow
  const order = layout.order ?? source.order
  const stores = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return `${byte(at, index)} = ${shift === 0 ? value : `${value} >> ${shift}`}`
  })
  return `if (${condition}) { ${stores.join('; ')} } else ${slow}`
}
