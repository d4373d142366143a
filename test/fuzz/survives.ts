import { type ByteOrder, type Declaration, encode } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { type Property, property } from '../support/fuzz.js'
import { survives as check } from './invariants.js'

const order = fc.constantFrom<ByteOrder[]>('LE', 'BE')

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Arbitrary bytes. Few of them decode far, so the other properties start from attributes and messages. */
const anything = fc.uint8Array({ maxLength: 200 }).map(asBuffer)

interface Attribute {
  readonly type: number
  readonly payload: Uint8Array | readonly Attribute[]
}

/** Nested attributes: types small enough to match rows, payloads of any size. */
const { attributes } = fc.letrec<{ attributes: Attribute[]; attribute: Attribute }>((tie) => ({
  attributes: fc.array(tie('attribute'), { maxLength: 6 }),
  attribute: fc.record({
    type: fc.oneof({ weight: 9, arbitrary: fc.nat(64) }, { weight: 1, arbitrary: fc.nat(0xffff) }),
    payload: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.constant(Buffer.from('tun\0')),
      ),
      tie('attributes'),
    ),
  }),
}))

/** Encodes attributes, independently of the writer under test. */
function serialise(list: readonly Attribute[], endian: ByteOrder): Buffer {
  const parts = list.map(({ type, payload }) => {
    const body = payload instanceof Uint8Array ? payload : serialise(payload, endian)
    const bytes = Buffer.alloc(4 + Math.ceil(body.length / 4) * 4)
    bytes[`writeUInt16${endian}`](4 + body.length, 0)
    bytes[`writeUInt16${endian}`](type, 2)
    bytes.set(body, 4)
    return bytes
  })
  return Buffer.concat(parts)
}

/** Damage to valid bytes: some bytes are overwritten, the end may be cut off. */
interface Damage {
  readonly sets: readonly [number, number][]
  readonly cut: number
}
const damage: fc.Arbitrary<Damage> = fc.record({
  sets: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
  cut: fc.option(fc.nat(), { nil: 0 }),
})

function damaged(seed: Buffer, { sets, cut }: Damage): Buffer {
  const bytes = Buffer.from(seed)
  for (const [at, value] of sets) if (bytes.length > 0) bytes[at % bytes.length] = value
  return bytes.subarray(0, bytes.length - (cut % (bytes.length + 1)))
}

/**
 * Returns properties that must hold for any bytes: random ones, a random header of `headerSize` bytes with random attributes,
 * and the encoded `values`, damaged.
 */
export function survives<T>(of: Declaration<T>, headerSize: number, values: readonly T[]): Property[] {
  const header = fc.uint8Array({ minLength: headerSize, maxLength: headerSize })
  const declaration = of as Declaration<unknown>
  const encoded = (value: T, endian: ByteOrder) =>
    encode(of, value as Parameters<typeof encode<T>>[1], { order: endian })
  return [
    property<[Buffer, ByteOrder]>({
      name: `${of.name}, random bytes`,
      arbitrary: fc.tuple(anything, order),
      check: ([bytes, endian]) => void check(declaration, bytes, endian),
    }),
    property<[Uint8Array, Attribute[], ByteOrder]>({
      name: `${of.name}, random attributes`,
      arbitrary: fc.tuple(header, attributes, order),
      check: ([head, list, endian]) => void check(declaration, Buffer.concat([head, serialise(list, endian)]), endian),
    }),
    property<[T, Damage, ByteOrder]>({
      name: `${of.name}, damaged messages`,
      arbitrary: fc.tuple(fc.constantFrom(...values), damage, order),
      check: ([value, harm, endian]) => void check(declaration, damaged(encoded(value, endian), harm), endian),
    }),
  ]
}
