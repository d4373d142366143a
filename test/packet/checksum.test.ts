import {
  addSums,
  checksum,
  checksumSum,
  foldSum,
  PacketError,
  pseudoHeaderSum,
  SumReader,
  updateChecksum,
  updateChecksum32,
} from '@netloom/packet'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('checksums')

const hex = (digits: string) => Buffer.from(digits.replace(/\s/g, ''), 'hex')

/** The definition of RFC 1071, section 1, with bigints. */
function defined(bytes: Uint8Array): number {
  let sum = 0n
  for (const [index, byte] of bytes.entries()) sum += BigInt(byte) << (index % 2 === 0 ? 8n : 0n)
  while (sum > 0xffffn) sum = (sum & 0xffffn) + (sum >> 16n)
  return Number(sum)
}

test('the example of RFC 1071, section 3', () => {
  assert.is(checksumSum(hex('0001 f203 f4f5 f6f7')), 0xddf2)
  assert.is(checksum(hex('0001 f203 f4f5 f6f7')), 0x220d)
})

test('the checksum of an IPv4 header over itself is 0', () => {
  const header = hex('4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7')
  assert.is(checksum(header), 0)
  header.fill(0, 10, 12)
  assert.is(checksum(header), 0xb861)
})

test('the examples of RFC 1624, section 4', () => {
  assert.is(updateChecksum(0xdd2f, 0x5555, 0x3285), 0x0000)
})

const ranged = fc.record({
  data: fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ minLength: 140, maxLength: 2000 }), filled()),
  before: fc.nat(9),
  poison: fc.nat(255),
})

/** Sums that are all ones, and zero. */
function filled() {
  return fc.tuple(fc.constantFrom(0, 0xff), fc.nat(70_000)).map(([byte, size]) => new Uint8Array(size).fill(byte))
}

test('the sum is that of the definition, at every alignment and length', () => {
  const check = fc.property(ranged, ({ data, before, poison }) => {
    const all = new Uint8Array(before + data.length + 9).fill(poison)
    all.set(data, before)
    const expected = defined(data)
    assert.is(checksumSum(all, before, before + data.length), expected)
    assert.is(checksumSum(all.subarray(before), 0, data.length), expected)
    assert.is(new SumReader(all).sum(before, before + data.length), expected)
    assert.is(new SumReader(all.subarray(before)).sum(0, data.length), expected)
    assert.is(checksum(data), ~expected & 0xffff)
    assert.is(checksumSum(data, 0, data.length, 0x1234), addSums(expected, 0x1234))
  })
  fc.assert(check, { numRuns: 300, seed: 1 })
})

test('sums of allocated memory are those of the definition, with WebAssembly and without', () => {
  const global = globalThis as { WebAssembly?: unknown }
  const { WebAssembly: wasm } = global
  assert.ok(wasm, 'no WebAssembly')
  const fast = SumReader.allocate(100_000)
  const others = [undefined, { Memory: wasm.constructor }].map((replacement) => {
    global.WebAssembly = replacement
    try {
      return SumReader.allocate(100_000)
    } finally {
      global.WebAssembly = wasm
    }
  })
  const check = fc.property(ranged, ({ data, before, poison }) => {
    const expected = defined(data)
    for (const { bytes, sums } of [fast, ...others]) {
      bytes.fill(poison)
      bytes.set(data, before)
      assert.is(sums.sum(before, before + data.length), expected)
    }
  })
  fc.assert(check, { numRuns: 300, seed: 2 })
  // The longest sum at once, and more.
  for (const { bytes, sums } of [fast, ...others])
    for (const size of [65535, 65536, 65537, 100_000]) {
      bytes.fill(0xff)
      assert.is(sums.sum(0, size), defined(bytes.subarray(0, size)))
    }
  assert.equal([fast.bytes.length, others.map(({ bytes }) => bytes.length)], [100_000, [100_000, 100_000]])
  assert.ok(fast.bytes.buffer.byteLength > 100_000, 'not in memory of WebAssembly')
})

test('parts add up to the whole, if they are even', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index * 7)
  assert.is(addSums(checksumSum(bytes, 0, 334), checksumSum(bytes, 334)), checksumSum(bytes))
})

test('sums are folded', () => {
  assert.is(foldSum(0x1ffff), 1)
  assert.is(foldSum(0xffffffff), 0xffff)
  assert.is(addSums(0xffff, 0xffff), 0xffff)
})

test('an updated checksum is the one that is calculated', () => {
  const word = fc.nat(0xffff)
  const check = fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), word, word, (bytes, high, low) => {
    // Not zero, because a sum of zeros has two notations: no header consists of zeros.
    bytes[0] = 0x45
    const before = checksum(bytes)
    const view = new DataView(bytes.buffer)
    const [old16, old32] = [view.getUint16(4), view.getUint32(8)]
    view.setUint16(4, high)
    const after = checksum(bytes)
    assert.is(updateChecksum(before, old16, high), after)
    view.setUint32(8, high * 0x10000 + low)
    assert.is(updateChecksum32(after, old32, high * 0x10000 + low), checksum(bytes))
  })
  fc.assert(check, { numRuns: 500, seed: 1 })
})

test('a pseudo-header counts addresses, protocol and length', () => {
  const addresses = hex('c0000201 c0000202')
  assert.is(pseudoHeaderSum(addresses, 0, 4, 17, 0x1_0002), defined(hex('c0000201 c0000202 0011 0001 0002')))
  const v6 = hex('20010db8000000000000000000000001 20010db8000000000000000000000002')
  assert.is(pseudoHeaderSum(v6, 0, 16, 58, 32), defined(Buffer.concat([v6, hex('003a 0020')])))
})

for (const [start, end, field, value, expected] of [
  [-1, 4, 'start of the checksum', -1, '0 to 8'],
  [9, 9, 'start of the checksum', 9, '0 to 8'],
  [0.5, 4, 'start of the checksum', 0.5, '0 to 8'],
  [0, 9, 'end of the checksum', 9, '0 to 8'],
  [4, 3, 'end of the checksum', 3, '4 to 8'],
  [0, Number.NaN, 'end of the checksum', Number.NaN, '0 to 8'],
] as const) {
  test(`a range from ${start} to ${end} of 8 bytes is refused`, () => {
    for (const call of [checksum, checksumSum]) {
      assert.throws(
        () => call(new Uint8Array(8), start, end),
        (error: unknown) => {
          assert.instance(error, PacketError)
          const fault = error as PacketError
          assert.equal([fault.code, fault.field, fault.expected], ['ERR_PACKET_RANGE', field, expected])
          assert.ok(Object.is(fault.value, value))
          return true
        },
      )
    }
  })
}

test('a pseudo-header outside of the bytes is refused', () => {
  assert.throws(
    () => pseudoHeaderSum(new Uint8Array(20), 16, 4, 6, 20),
    /end of the checksum: expected 16 to 20, got 24/,
  )
})

test.run()
