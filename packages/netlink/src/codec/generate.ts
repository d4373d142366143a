import { functionOf, mayGenerateCode } from './code-generation.js'
import type { ByteOrder } from './codec.js'
import { type Fixed, isPlain, type Members } from './fixed.js'
import { isInherited, own, setOwn } from './own.js'

/** Number of calls before code is generated. Programs that read a few messages never pay for it. */
const HOT = 100

/** Source text under construction, and the values that it refers to by name. */
export class Source {
  readonly names: string[] = []
  readonly values: unknown[] = []

  constructor(readonly order: ByteOrder) {}

  /** Returns a name for `value` in the source. */
  add(value: unknown): string {
    this.names.push(`k${this.names.length}`)
    this.values.push(value)
    return this.names[this.names.length - 1] as string
  }

  /** Creates the function, with `around` declared outside it. Returns nothing if code generation is not allowed. */
  function<F>(parameters: string, body: string, around = ''): F | undefined {
    const text = `'use strict'\n${around}\nreturn function (${parameters}) {\n${body}\n}`
    return functionOf(this.names, text)?.(...this.values) as F | undefined
  }
}

/** Replaces a method of `codec` by generated code once it has been called often. */
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

/** Number of members for which an object can have room inside. */
const MOST_ROOM = 64

/**
 * Returns statements that declare a constructor `name` of plain objects with room for members that are added one by one. V8
 * gives `{}` room for four members, and copies the others for every three more: a dozen times for the forty attributes of a
 * link. V8 sizes the objects of a constructor by the assignments in its text.
 */
export function declareRoomy(name: string, members: number): string {
  const places = Array.from({ length: Math.min(members, MOST_ROOM) }, (_, index) => `this.m${index} =`)
  return `function ${name}() { if (false) { ${places.join(' ')} 0 } }\n${name}.prototype = Object.prototype`
}

const byte = (at: string, offset: number) => `bytes[${offset === 0 ? at : `${at} + ${offset}`}]`

/** Returns an expression that reads the bits of an integer of up to 32 bits. */
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

/** Returns an expression that reads a value of fixed size at `at`. The bytes are known to exist. */
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

/** Returns a key of an object literal. Brackets only if needed, as they are slower: `__proto__:` would set the prototype. */
const literalKey = (key: string) => (key === '__proto__' ? `[${JSON.stringify(key)}]` : JSON.stringify(key))

/** Returns an object literal of a struct's members, with room for the member `besides`, which is added later. */
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

/** Returns a condition that `value` is a number that fits an integer of up to 32 bits. */
function fits(size: number, signed: boolean, value: string): string {
  const unused = 32 - 8 * size
  const kept = signed ? `${value} << ${unused} >> ${unused}` : `${value} << ${unused} >>> ${unused}`
  return `typeof ${value} === 'number' && ${kept} === ${value}`
}

/** Returns a statement that sets an own member of `object`. */
export const assign = (source: Source, object: string, key: string, value: string): string =>
  isInherited(key)
    ? `${source.add(setOwn)}(${object}, ${JSON.stringify(key)}, ${value})`
    : `${object}[${JSON.stringify(key)}] = ${value}`

/** Returns a condition that plain objects inherit one of these keys now, but did not when the code was generated. */
export function inheritsAny(source: Source, keys: readonly string[]): string {
  // Tested on an object that never changes: V8 optimizes that.
  const plain = source.add({})
  const tests = keys.filter((key) => !isInherited(key)).map((key) => `${JSON.stringify(key)} in ${plain}`)
  return tests.join(' || ') || 'false'
}

/** Returns an expression for an own member of a plain object. Only valid unless {@link inheritsAny} holds. */
export const readOwn = (source: Source, object: string, key: string): string =>
  isInherited(key) ? `${source.add(own)}(${object}, ${JSON.stringify(key)})` : `${object}[${JSON.stringify(key)}]`

/** Returns statements that write `value` at `at`, over zero bytes. `codec` reports values that do not fit. */
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
