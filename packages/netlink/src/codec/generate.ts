import { functionOf, mayGenerateCode } from './code-generation.js'
import type { ByteOrder } from './codec.js'
import { type Fixed, isPlain, type Members } from './fixed.js'
import { isInherited, own, setOwn } from './own.js'

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

  /** Makes the function of this body and these parameters, and what it needs declared around it; nothing if that is refused. */
  function<F>(parameters: string, body: string, around = ''): F | undefined {
    const text = `'use strict'\n${around}\nreturn function (${parameters}) {\n${body}\n}`
    return functionOf(this.names, text)?.(...this.values) as F | undefined
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
      if (mayGenerateCode()) current = (generate() as Method | undefined) ?? current
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

/** A key of an object literal. In brackets only if it must be, as that is slower: `__proto__:` would set the prototype. */
const literalKey = (key: string) => (key === '__proto__' ? `[${JSON.stringify(key)}]` : JSON.stringify(key))

/** An object literal of a struct's members, and with room for the member `besides`, which comes later. */
export function readStruct(source: Source, members: Members, at: string, besides?: string): string {
  let offset = 0
  const parts: string[] = []
  for (const [key, member] of Object.entries(members)) {
    const place = offset === 0 ? at : `${at} + ${offset}`
    if (member.layout.type !== 'pad') parts.push(`${literalKey(key)}: ${readFixed(source, member, place)}`)
    offset += member.size
  }
  if (besides !== undefined) parts.push(`${literalKey(besides)}: undefined`)
  return `{ ${parts.join(', ')} }`
}

/** A condition that `value` is a number that fits an integer of up to 32 bits. */
function fits(size: number, signed: boolean, value: string): string {
  const unused = 32 - 8 * size
  const kept = signed ? `${value} << ${unused} >> ${unused}` : `${value} << ${unused} >>> ${unused}`
  return `typeof ${value} === 'number' && ${kept} === ${value}`
}

/** A statement that sets an own member of `object`. */
export const assign = (source: Source, object: string, key: string, value: string): string =>
  isInherited(key)
    ? `${source.add(setOwn)}(${object}, ${JSON.stringify(key)}, ${value})`
    : `${object}[${JSON.stringify(key)}] = ${value}`

/** A condition that plain objects inherit one of these keys, of which they did not when the source was made. */
export function inheritsAny(source: Source, keys: readonly string[]): string {
  // Asked of an object that never changes, as V8 can answer that at once.
  const plain = source.add({})
  const tests = keys.filter((key) => !isInherited(key)).map((key) => `${JSON.stringify(key)} in ${plain}`)
  return tests.join(' || ') || 'false'
}

/** An expression for an own member of a plain object, unless {@link inheritsAny} holds. */
export const readOwn = (source: Source, object: string, key: string): string =>
  isInherited(key) ? `${source.add(own)}(${object}, ${JSON.stringify(key)})` : `${object}[${JSON.stringify(key)}]`

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
  // Bigints are left to the codec.
  if (!isPlain(declaration) || layout.type !== 'integer' || size === 8) return slow
  const order = layout.order ?? source.order
  const stores = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return `${byte(at, index)} = ${shift === 0 ? value : `${value} >> ${shift}`}`
  })
  return `if (${fits(size, layout.signed, value)}) { ${stores.join('; ')} } else ${slow}`
}
