import { functionOf, mayGenerateCode } from './code-generation.js'
import type { ByteOrder } from './codec.js'
import { type Fixed, isPlain, type Members } from './fixed.js'
import { isInherited, own, setOwn } from './own.js'

/**
 * Number of calls after which code is generated. Programs that read only a few messages do not pay for the generation. With a larger
 * number, V8 optimizes the interpreter, which takes longer than the generation.
 */
const HOT = 20

/** Source text of a function, and the values that the text uses by name. */
export class Source {
  readonly names: string[] = []
  readonly values: unknown[] = []

  constructor(readonly order: ByteOrder) {}

  /** Makes `value` available in the source, and returns its name there. */
  add(value: unknown): string {
    const name = `k${this.names.length}`
    this.names.push(name)
    this.values.push(value)
    return name
  }

  /**
   * Creates the function. `around` is source text outside the function, e.g. declarations. Returns undefined if code
   * generation is not allowed.
   */
  function<F>(parameters: string, body: string, around = ''): F | undefined {
    const text = `'use strict'\n${around}\nreturn function (${parameters}) {\n${body}\n}`
    return functionOf(this.names, text)?.(...this.values) as F | undefined
  }
}

/** Replaces a method of `codec` with generated code after {@link HOT} calls. */
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

/** Maximum number of properties for which {@link declareRoomy} makes V8 reserve memory inside the object. */
const MOST_ROOM = 64

/**
 * Returns statements that declare a constructor `name` of objects with memory for so many properties. V8 reserves four
 * properties for `{}`, and copies the rest each time it adds three more: a dozen times for a link with forty attributes. For
 * a constructor, V8 counts the assignments in its source text.
 */
export function declareRoomy(name: string, members: number): string {
  const places = Array.from({ length: Math.min(members, MOST_ROOM) }, (_, index) => `this.m${index} =`)
  return `function ${name}() { if (false) { ${places.join(' ')} 0 } }\n${name}.prototype = Object.prototype`
}

const byte = (at: string, offset: number) => `bytes[${offset === 0 ? at : `${at} + ${offset}`}]`

/** Returns an expression that reads an integer of up to 32 bits, as a signed number. */
function bits(at: string, size: number, order: ByteOrder): string {
  const parts = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return shift === 0 ? byte(at, index) : `${byte(at, index)} << ${shift}`
  })
  return parts.join(' | ')
}

/** Returns an expression that reads an unsigned integer of up to 16 bits. */
export const readUnsigned = (at: string, size: 1 | 2, order: ByteOrder) => `(${bits(at, size, order)})`

/** Returns statements that write a constant. */
export function storeUnsigned(at: string, size: number, order: ByteOrder, value: number): string {
  const stores = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return `${byte(at, index)} = ${(value >> shift) & 0xff}`
  })
  return stores.join('; ')
}

/** Returns an expression that reads a value of fixed size at offset `at`. The bytes must exist. */
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

/**
 * Returns a key of an object literal. `__proto__` needs brackets, because it would set the prototype. Other keys have none,
 * because brackets are slower.
 */
const literalKey = (key: string) => (key === '__proto__' ? `[${JSON.stringify(key)}]` : JSON.stringify(key))

/** Returns an object literal that reads the members of a struct. With `extraKey`, the object has room for this property. */
export function readStruct(source: Source, members: Members, at: string, extraKey?: string): string {
  let offset = 0
  const parts: string[] = []
  for (const [key, member] of Object.entries(members)) {
    const place = offset === 0 ? at : `${at} + ${offset}`
    if (member.layout.type !== 'pad') parts.push(`${literalKey(key)}: ${readFixed(source, member, place)}`)
    offset += member.size
  }
  if (extraKey !== undefined) parts.push(`${literalKey(extraKey)}: undefined`)
  return `{ ${parts.join(', ')} }`
}

/** Returns a condition: `value` is a number in the range of an integer of up to 32 bits. */
function fits(size: number, signed: boolean, value: string): string {
  const unused = 32 - 8 * size
  const kept = signed ? `${value} << ${unused} >> ${unused}` : `${value} << ${unused} >>> ${unused}`
  return `typeof ${value} === 'number' && ${kept} === ${value}`
}

/** Returns a statement that sets an own property of `object`. */
export const assign = (source: Source, object: string, key: string, value: string): string =>
  isInherited(key)
    ? `${source.add(setOwn)}(${object}, ${JSON.stringify(key)}, ${value})`
    : `${object}[${JSON.stringify(key)}] = ${value}`

/** Returns a condition: a program has added one of these keys to `Object.prototype` since the code was generated. */
export function inheritsAny(source: Source, keys: readonly string[]): string {
  // An object that never changes: V8 optimizes this test.
  const plain = source.add({})
  const tests = keys.filter((key) => !isInherited(key)).map((key) => `${JSON.stringify(key)} in ${plain}`)
  return tests.join(' || ') || 'false'
}

/** Returns an expression for an own property of a plain object. Only valid if {@link inheritsAny} is false. */
export const readOwn = (source: Source, object: string, key: string): string =>
  isInherited(key) ? `${source.add(own)}(${object}, ${JSON.stringify(key)})` : `${object}[${JSON.stringify(key)}]`

/** Returns statements that write `value` at offset `at`, where the bytes are zero. `codec` reports values that do not fit. */
export function writeFixed(
  source: Source,
  declaration: Fixed<unknown>,
  at: string,
  value: string,
  codec: string,
): string {
  const { layout, size } = declaration
  const slow = `${codec}.write(bytes, ${at}, ${value})`
  // The codec writes bigints.
  if (!isPlain(declaration) || layout.type !== 'integer' || size === 8) return slow
  const order = layout.order ?? source.order
  const stores = Array.from({ length: size }, (_, index) => {
    const shift = 8 * (order === 'LE' ? index : size - 1 - index)
    return `${byte(at, index)} = ${shift === 0 ? value : `${value} >> ${shift}`}`
  })
  return `if (${fits(size, layout.signed, value)}) { ${stores.join('; ')} } else ${slow}`
}
