import {
  attributes,
  type Declaration,
  decode,
  encode,
  flag,
  indexed,
  list,
  message,
  multi,
  pad,
  records,
  string,
  struct,
  u8,
  u16,
  u32,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('lossless')
const order = 'LE'
const keep = { order, lossless: true } as const
const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex')

const inner = attributes('IN', { a: [1, u32], s: [2, string], f: [3, flag] })
const hop = struct('hop', { len: u16, weight: u16 })
const set = attributes('SET', {
  number: [1, u32],
  text: [2, string],
  several: [3, multi(u8)],
  nest: [4, inner],
  list: [5, list(string)],
  indexed: [6, indexed(inner)],
  struct: [7, struct('padded', { a: u8, _pad: pad(3), b: u32 }, { growable: true })],
  records: [8, records(message('hop', hop, inner))],
})
const outer = message('outer', struct('header', { family: u8, _pad: pad(3), index: u32, last: u8 }), set)

/** Variations that senders may use, as bytes of {@link set}. */
const wireForms = {
  'NLA_F bits': '0800 0140 01000000  0c00 0400 0800 0180 02000000',
  'text without NUL': '0700 0200 616263 00',
  'text with several NULs': '0a00 0200 616263000000 0000',
  'bytes after the NUL': '0a00 0200 616200ff6162 0000',
  'bytes that are not UTF-8': '0800 0200 ff618000  0900 0200 f09f98 80ff 000000',
  'nonzero padding': '0700 0200 616263 77  0500 0300 01 0a0b0c',
  'no padding at the end': '0700 0200 616263',
  'interleaved repetitions': '0500 0300 01000000 0800 0100 01000000 0500 0300 02000000',
  'repetitions of a single attribute': '0800 0100 01000000 0600 0200 6100 0000 0800 0100 02000000',
  'trailing bytes that are no attribute': '0800 0100 01000000 112233',
  'trailing zeros': '0800 0100 01000000 0000000000000000',
  'unknown attributes between others': '0500 0900 01000000 0800 0100 01000000 0600 0940 6100 0000 0600 0200 6200 0000',
  'several of these in a nest': '1700 0400 0500 0240 61 00ff00 0800 0300 01020304 aabbcc 00',
  'attribute numbers of a list': '1400 0500 0600 0700 6100 0000 0500 0780 62 000000',
  'flags of indexed attributes': '1400 0680 1000 0900 0800 0100 01000000 0400 0300',
  'padding in a struct': '0c00 0700 01020304 05060708',
  'a struct of a newer kernel': '1000 0700 01000000 05060708 ffffffff',
  'a struct of an older kernel': '0500 0700 01000000',
  'attributes of records': '1400 0800 0c00 0100 0800 0140 05000000 0400 0200',
} as const

for (const [name, text] of Object.entries(wireForms)) {
  test(`${name}: encodes to the same bytes`, () => {
    const value = decode(set, hex(text), keep)
    assert.is(encode(set, value as never, keep).toString('hex'), hex(text).toString('hex'))
  })
  test(`${name}: has the same value without the wire form`, () => {
    const value = decode(set, hex(text), { order })
    assert.equal(decode(set, encode(set, value as never, { order }), { order }), value)
    assert.equal(decode(set, hex(text), keep), value)
  })
}

for (const text of ['02', '02000000', '02000000 01000000 03 112233 0800 0100 01000000', '02040404 01000000 03 11']) {
  test(`the message ${text} encodes to the same bytes`, () => {
    const value = decode(outer, hex(text), keep)
    assert.is(encode(outer as Declaration<unknown>, value, keep).toString('hex'), hex(text).toString('hex'))
  })
}

test('without `lossless` a value has no symbols', () => {
  const { attrs } = decode(outer, hex('02000000 01000000 03 112233 0700 0200 616263 77'), { order })
  assert.equal(Object.getOwnPropertySymbols(attrs), [])
})

test('a changed value is encoded in the usual form, and the others as received', () => {
  const value = decode(set, hex('0700 0200 616263 77 0800 0140 01000000 0500 0300 01 000000'), keep)
  Object.assign(value, { text: 'xy', several: [1, 2], list: ['z'] })
  const unchanged = '0700 0200 787900 77 0800 0140 01000000 0500 0300 01000000'
  const added = '0500 0300 02000000 0c00 0580 0600 0100 7a00 0000'
  assert.is(encode(set, value as never, keep).toString('hex'), hex(unchanged + added).toString('hex'))
})

test('a deleted value is not written', () => {
  const value = decode(set, hex('0700 0200 616263 77 0800 0140 01000000'), keep)
  delete value.text
  assert.is(encode(set, value as never, keep).toString('hex'), hex('0800 0140 01000000').toString('hex'))
})

test('a wrong encoder is not hidden by the received bytes', () => {
  const wrong: Declaration<number> = {
    kind: 'integer',
    name: 'wrong',
    codec: () => ({ ...u32.codec(order), encode: (out, value) => u32.codec('BE').encode(out, value) }),
  }
  const broken = attributes('BROKEN', { a: [1, wrong] })
  const value = decode(broken, hex('0800 0100 01000000'), keep)
  assert.is(encode(broken, value, keep).toString('hex'), '0800010000000001')
})

test('the index of an element and the flags of a raw attribute are part of the value', () => {
  const value = decode(set, hex('1000 0680 0c00 0980 0800 0100 01000000 0600 0940 6100 0000'), keep)
  const [[, element] = []] = value.indexed ?? []
  Object.assign(value, { indexed: [[5, element]], '?9': [{ flags: 0x8000, payload: Buffer.from('a') }] })
  const changed = '1000 0680 0c00 0580 0800 0100 01000000 0500 0980 6100 0000'
  assert.is(encode(set, value as never, keep).toString('hex'), hex(changed).toString('hex'))
})

test('a wrong encoder is not hidden inside a nest, and the rest of the nest is kept', () => {
  const wrong: Declaration<number> = {
    kind: 'integer',
    name: 'wrong',
    codec: () => ({ ...u32.codec(order), encode: (out, value) => u32.codec('BE').encode(out, value) }),
  }
  const broken = attributes('BROKEN', { a: [1, wrong], nest: [2, attributes('IN', { a: [1, wrong], s: [2, string] })] })
  const value = decode(broken, hex('1100 0240 0800 0180 01000000 0500 0200 61 112233'), keep)
  const written = '1100 0240 0800 0180 00000001 0500 0200 61 112233'
  assert.is(encode(broken, value, keep).toString('hex'), hex(written).toString('hex'))
})

test('a nest that its declaration changes after decoding is encoded, not copied', () => {
  const shifted: Declaration<{ a?: number | undefined }> = {
    ...inner,
    codec: (byteOrder, lossless) => {
      const codec = inner.codec(byteOrder, lossless)
      return {
        ...codec,
        decode(bytes, start, end, scope) {
          const value = codec.decode(bytes, start, end, scope)
          value.a = (value.a ?? 0) + 1
          return value
        },
      }
    },
  }
  const outer = attributes('OUT', { nest: [1, attributes('MID', { shifted: [1, shifted] })] })
  const value = decode(outer, hex('1000 0100 0c00 0100 0800 0100 01000000'), keep)
  assert.is(encode(outer, value, keep).toString('hex'), '100001000c0001000800010002000000')
})

test.run()
