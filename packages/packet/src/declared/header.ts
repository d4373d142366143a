import {
  type ByteOrder,
  type Codec,
  type Declaration,
  EncodeError,
  type Fixed,
  type FixedCodec,
  type Members,
  type Padding,
  struct,
  u8,
  u16be,
  u32be,
} from '@netloom/netlink/codec'

/** A member of a header that consists of several numbers. They are properties of the header's value. */
export interface Bits<T = unknown> extends Fixed<T> {
  /** Widths of the numbers in bits. */
  readonly widths: Readonly<Record<string, number>>
}

const isUnsigned = (value: unknown, width: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** width

const wholes = { 8: u8, 16: u16be, 32: u32be } as const

/** Members of one bit are booleans, the others are numbers. */
type BitValues<M> = { -readonly [K in keyof M]: M[K] extends 1 ? boolean : number }

/**
 * Declares numbers of fewer than 32 bits, from the most significant on: `bits({ version: 4, headerLength: 4 })`. Together they have
 * 8, 16 or 32 bits.
 */
export function bits<const M extends Readonly<Record<string, number>>>(members: M): Bits<BitValues<M>> {
  const total = Object.values(members).reduce((sum, width) => sum + width, 0)
  const whole = wholes[total as keyof typeof wholes]
  const inner = whole.codec('BE')
  const parts = Object.entries(members)
  const split = (number: number) => {
    const value: Record<string, number | boolean> = {}
    let shift = total
    for (const [key, width] of parts) {
      shift -= width
      const part = (number >>> shift) % 2 ** width
      value[key] = width === 1 ? part === 1 : part
    }
    return value as BitValues<M>
  }
  const join = (value: Readonly<Record<string, unknown>>) =>
    parts.reduce((sum, [key, width]) => {
      const member = value[key] ?? 0
      if (width === 1 ? typeof member === 'boolean' || member === 0 : isUnsigned(member, width))
        return sum * 2 ** width + Number(member)
      const expected = width === 1 ? 'a boolean' : `an integer from 0 to ${2 ** width - 1}`
      throw new EncodeError(`expected ${expected}, got ${String(member)}`, [key])
    }, 0)
  const codec: FixedCodec<BitValues<M>> = {
    ...{ name: `bits of ${whole.name}`, size: whole.size },
    read: (bytes, at) => split(inner.read(bytes, at)),
    write: (bytes, at, value) => inner.write(bytes, at, join(value)),
    decode: (bytes, start, end) => split(inner.decode(bytes, start, end)),
    encode: (out, value) => inner.encode(out, join(value)),
  }
  return {
    kind: 'opaque',
    name: codec.name,
    size: whole.size,
    layout: { type: 'bytes' },
    widths: members,
    codec: () => codec,
  }
}

type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
type BitsOf<M extends Members> = { [K in keyof M]: M[K] extends Bits<infer T> ? T : never }[keyof M]

/** Shows an intersection of object types as one type. */
type Flat<T> = { [K in keyof T]: T[K] }

/** Value of a {@link header}: the members, with those of {@link bits} next to the others. */
export type HeaderValue<M extends Members> = Flat<
  {
    -readonly [K in keyof M as M[K] extends Padding | Bits ? never : K]: M[K] extends Fixed<infer T> ? T : never
  } & ([BitsOf<M>] extends [never] ? unknown : Together<BitsOf<M>>)
>

/** A declared header of fixed size. All numbers are in network byte order. */
export interface Header<T = unknown> extends Fixed<T> {
  readonly members: Members
  codec(order?: ByteOrder): FixedCodec<T>
}

/** Declares a header: its members in the order of the packet. Like `struct` of the codec, with {@link bits} as members. */
export function header<const M extends Members>(name: string, members: M): Header<HeaderValue<M>> {
  type Value = Record<string, unknown>
  const declaration = struct(name, members)
  const inner = declaration.codec('BE') as unknown as FixedCodec<Value>
  const groups = new Map<string, Bits>()
  for (const [key, member] of Object.entries(members)) if ('widths' in member) groups.set(key, member as Bits)
  const flatten = (value: Value): Value => {
    if (groups.size === 0) return value
    const flat: Value = {}
    for (const key of Object.keys(value)) {
      if (groups.has(key)) Object.assign(flat, value[key])
      else flat[key] = value[key]
    }
    return flat
  }
  const groupOf = new Map([...groups].flatMap(([key, { widths }]) => Object.keys(widths).map((name) => [name, key])))
  const nest = (value: Value): Value => {
    if (groups.size === 0) return value
    const nested: Value = {}
    for (const [key] of groups) nested[key] = {}
    for (const name of Object.keys(value)) {
      const group = groupOf.get(name)
      const target = group === undefined ? nested : (nested[group] as Value)
      target[name] = value[name]
    }
    return nested
  }
  const codec: Codec<Value> & FixedCodec<Value> = {
    ...{ name, size: declaration.size },
    read: (bytes, at) => flatten(inner.read(bytes, at)),
    write: (bytes, at, value) => inner.write(bytes, at, nest(value)),
    decode: (bytes, start, end) => flatten(inner.decode(bytes, start, end)),
    encode: (out, value) => inner.encode(out, nest(value)),
  }
  return {
    ...{ kind: 'opaque', name, size: declaration.size, layout: { type: 'bytes' }, members },
    codec: () => codec,
  } as unknown as Header<HeaderValue<M>>
}

/** Declares a header that is followed by a part of variable length, which becomes the member `key`. */
export function withRest<H extends object, const K extends string, T>(
  head: Header<H>,
  key: K,
  rest: Declaration<T>,
): Declaration<H & { [P in K]: T }> {
  type Value = H & { [P in K]: T }
  const [first, second] = [head.codec('BE'), rest.codec('BE')]
  const codec: Codec<Value> = {
    name: head.name,
    decode(bytes, start, end) {
      const value = first.decode(bytes, start, Math.min(end, start + head.size))
      return { ...value, [key]: second.decode(bytes, start + head.size, end) } as Value
    },
    encode(out, value) {
      const { [key]: last, ...members } = value
      first.encode(out, members as unknown as H)
      if (last !== undefined) second.encode(out, last)
    },
  }
  return { kind: 'opaque', name: head.name, codec: () => codec }
}
