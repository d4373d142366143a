import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { Buffer as Portable } from '../../packages/netlink/dist/codec/portable-buffer.js'

/** Compares the Buffer for browsers with the Buffer of Node.js. */
const test = suite('portable buffer')

const anyBytes = fc.uint8Array({ maxLength: 24 })
/** Valid UTF-8, parts of it, and bytes that often start a character. */
const utf8 = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.array(fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0xff)),
)

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property))

for (const encoding of ['utf8', 'latin1', 'hex', 'base64'] as const) {
  test(`toString('${encoding}') equals Node's`, () => {
    check(fc.oneof(utf8, anyBytes), (bytes) =>
      assert.is(Portable.from(bytes).toString(encoding), Buffer.from(bytes).toString(encoding)),
    )
    assert.is(Portable.from([0x41, 0x42, 0x43]).toString(encoding, 1, 2), Buffer.from('B').toString(encoding))
  })
}

for (const encoding of ['utf8', 'latin1', 'hex'] as const) {
  test(`from(text, '${encoding}') equals Node's`, () => {
    const text = fc.oneof(
      // Node takes only the low byte of a character that is no hexadecimal digit.
      fc.string({ unit: encoding === 'utf8' ? 'binary' : 'grapheme-ascii' }),
      fc.stringMatching(/^[0-9a-g]*$/),
    )
    check(text, (value) => {
      assert.equal([...Portable.from(value, encoding)], [...Buffer.from(value, encoding)])
      assert.is(
        Portable.byteLength(value, encoding),
        encoding === 'hex' ? Buffer.from(value, encoding).length : Buffer.byteLength(value, encoding),
      )
    })
  })
}

test('from() replaces a lone surrogate', () =>
  assert.equal([...Portable.from('a\ud800b')], [...Buffer.from('a\ud800b')]))

test('from() copies bytes, and shares an ArrayBuffer', () => {
  const { buffer } = Uint8Array.of(1, 2, 3, 4)
  const view = Portable.from(buffer, 1, 2)
  const copy = Portable.from(new Uint8Array(buffer))
  new Uint8Array(buffer).fill(9)
  assert.equal([...view], [9, 9])
  assert.equal([...copy], [1, 2, 3, 4])
})

const integers = ['Int8', 'UInt8', 'Int16', 'UInt16', 'Int32', 'UInt32', 'BigInt64', 'BigUInt64']
for (const method of integers.flatMap((name) => (name.endsWith('8') ? [name] : [`${name}LE`, `${name}BE`]))) {
  test(`read${method}() and write${method}() equal Node's`, () => {
    type Methods = Record<string, (...args: unknown[]) => unknown>
    check(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
      const [portable, node] = [Portable.from(bytes), Buffer.from(bytes)]
      const [ours, theirs] = [portable, node] as unknown as [Methods, Methods]
      const value = theirs[`read${method}`]?.(1)
      assert.is(ours[`read${method}`]?.(1), value)
      assert.is(ours[`write${method}`]?.(value, 2), theirs[`write${method}`]?.(value, 2))
      assert.equal([...portable], [...node])
    })
  })
}

test("compare(), equals(), concat() and copy() equal Node's", () => {
  check(fc.tuple(anyBytes, anyBytes, fc.nat(8), fc.nat(8)), ([one, other, start, at]) => {
    const results = [Portable, Buffer].map((kind) => {
      const [a, b] = [kind.from(one), kind.from(other)]
      const target = kind.alloc(16)
      const copied = start <= a.length ? a.copy(target, at, start) : 0
      return [
        ...[kind.compare(a, b), a.compare(b), a.equals(b), a.equals(kind.from(one)), copied],
        ...[kind.concat([a, b]), kind.concat([a, b], start), target].map((bytes) => bytes.toString('hex')),
      ]
    })
    assert.equal(results[0], results[1])
  })
})

test('slice() and subarray() share memory', () => {
  const bytes = Portable.from([1, 2, 3])
  bytes.slice(1)[0] = 9
  bytes.subarray(2)[0] = 8
  assert.equal(bytes.toJSON(), { type: 'Buffer', data: [1, 9, 8] })
  assert.ok(Portable.isBuffer(bytes.subarray(1)))
  assert.not.ok(Portable.isBuffer(new Uint8Array(1)))
})

test.run()
