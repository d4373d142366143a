import {
  AF,
  array,
  attributes,
  bitfield32,
  charArray,
  type Declaration,
  DecodeError,
  decode,
  encode,
  followed,
  indexed,
  ipAddress,
  ipv4,
  ipv6,
  list,
  message,
  netByteOrder,
  repeat,
  select,
  selectOuter,
  sint,
  string,
  struct,
  u8,
  u16,
  u16be,
  uint,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

vectors(uint, {
  correct: [
    [5n, { LE: '05000000', BE: '00000005' }],
    [0xffffffffn, 'ffffffff'],
    [0x100000000n, { LE: '0000000001000000', BE: '0000000100000000' }],
  ],
  decodes: [[{ LE: '0500000000000000' }, 5n]],
  errValues: [-1n, 2n ** 64n, 5],
  errHex: ['', '0500', ['0000000000', 'expected uint (4 or 8 bytes), got 5 bytes']],
})

vectors(sint, {
  correct: [
    [-5n, { LE: 'fbffffff', BE: 'fffffffb' }],
    [-(2n ** 31n) - 1n, { LE: 'ffffff7fffffffff', BE: 'ffffffff7fffffff' }],
  ],
  errValues: [2n ** 63n, 1],
  errHex: ['00'],
})

vectors(ipv4, {
  correct: [['10.0.0.1', '0a000001']],
  errValues: ['::1', '10.0.0', 1],
  errHex: ['', '0a0000', '00000000000000000000000000000001'],
})
vectors(ipv6, {
  correct: [['2001:db8::1', '20010db8000000000000000000000001']],
  errValues: ['10.0.0.1', ''],
  errHex: ['0a000001'],
})
vectors(bitfield32, {
  correct: [
    [
      { value: 1, selector: 3 },
      { LE: '0100000003000000', BE: '0000000100000003' },
    ],
  ],
})

vectors(struct('holder', { count: u8, keys: repeat(u16, 2), at: repeat(ipv4, 1) }), {
  correct: [
    [
      { count: 1, keys: [2, 3], at: ['10.0.0.1'] },
      { LE: '01 0200 0300 0a000001', BE: '01 0002 0003 0a000001' },
    ],
  ],
  errValues: [{ keys: [1] }, { keys: [1, 2, 3] }, { keys: 5 }, { keys: [1, -1] }],
  errHex: ['01'],
})

const selector = followed(struct('sel', { flags: u8, count: u8 }), 'keys', array(u16))
vectors(selector, {
  correct: [
    [{ flags: 1, count: 2, keys: [3, 4] }, { LE: '01 02 0300 0400' }],
    [{ flags: 1, count: 0, keys: [] }, '01 00'],
  ],
  errValues: [{ flags: 1, keys: [-1] }, { keys: 3 }, { other: 1 }, 5],
  errHex: ['01', ['01 02 03', 'sel.keys: expected u16[] (a multiple of 2 bytes), got 1 byte']],
})

vectors(list(u8, { from: 0 }), {
  correct: [[[7, 8], { LE: '0500 0000 07000000 0500 0100 08000000' }]],
  decodes: [[{ LE: '0500 0900 07000000' }, [7]]],
})
vectors(indexed(string), {
  correct: [
    [
      [
        [9, 'a'],
        [2, 'b'],
        [9, 'c'],
      ],
      { LE: '0600 0900 6100 0000 0600 0200 6200 0000 0600 0900 6300 0000' },
    ],
  ],
  errValues: [['a'], [[-1, 'a']], [[0x4000, 'a']], [[1, 5]], { 1: 'a' }],
  errHex: [{ LE: '0500 0900' }],
})

const byNumber = attributes('N', { type: [1, u16], data: [2, select('type', { 1: u8, 2: string })] })
vectors(byNumber, {
  correct: [
    [{ type: 1, data: 5 }, { LE: '0600 0100 0100 0000 0500 0200 05000000' }],
    [{ type: 2, data: 'a' }, { LE: '0600 0100 0200 0000 0600 0200 6100 0000' }],
    [{ type: 3, '?2': [{ payload: Buffer.from([1]) }] } as never, { LE: '0600 0100 0300 0000 0500 0200 01000000' }],
  ],
  errValues: [{ type: 3, data: 5 }, { data: 5 }, { type: 1, data: 'a' }],
})

vectors(attributes('MARKED', { a: [1, netByteOrder(u16be)], list: [2, list(netByteOrder(u16be))] }), {
  correct: [
    [
      { a: 5, list: [6] },
      {
        LE: '0600 0140 0005 0000 0c00 0280 0600 0140 0006 0000',
        BE: '0006 4001 0005 0000 000c 8002 0006 4001 0006 0000',
      },
    ],
  ],
  decodes: [[{ LE: '0600 0100 0005 0000' }, { a: 5 }]],
})

// Formats that depend on surrounding attributes and headers.
const destination = selectOuter('family', { [AF.INET]: ipv4, [AF.INET6]: ipv6 })
const within = attributes('IN', { dst: [1, destination], alias: [2, selectOuter('kind', { a: u8 }, string)] })
const around = attributes('OUT', { kind: [1, string], in: [2, within], dst: [3, destination], list: [4, list(within)] })
const family = struct('header', { family: u8, _1: u8, _2: u16 })
const outer = message('outer', family, around) as unknown as Declaration<object>
const four = { family: 2, _1: 0, _2: 0 }
vectors(outer, {
  correct: [
    [{ ...four, attrs: { dst: '10.0.0.1' } }, { LE: '02000000 0800 0300 0a000001' }],
    [{ ...four, attrs: { in: { dst: '10.0.0.1' } } }, { LE: '02000000 0c00 0280 0800 0100 0a000001' }],
    [
      { ...four, attrs: { kind: 'a', in: { alias: 5 }, list: [{ alias: 6 }] } },
      {
        LE: '02000000 0600 0100 6100 0000 0c00 0280 0500 0200 05000000 1000 0480 0c00 0180 0500 0200 06000000',
      },
    ],
    [
      { ...four, attrs: { kind: 'b', in: { alias: 'x' } } },
      { LE: '02000000 0600 0100 6200 0000 0c00 0280 0600 0200 7800 0000' },
    ],
    [
      { family: 9, _1: 0, _2: 0, attrs: { '?3': [{ payload: Buffer.from([1, 2]) }] } },
      { LE: '09000000 0600 0300 0102 0000' },
    ],
  ],
  errValues: [
    { family: 2, attrs: { dst: '::1' } },
    { family: 9, attrs: { dst: '10.0.0.1' } },
  ],
  errHex: [{ LE: '02000000 0700 0300 0a0000' }],
})

const test = suite('payloads')

test('an error about a selection names the selector', () => {
  assert.throws(
    () => encode(outer, { family: 9, attrs: { dst: '10.0.0.1' } }),
    /^OUT_DST: expected 'family' around it to be one of 2, 10, got 9$/,
  )
})

test('bytes that are not UTF-8 are decoded to text that encodes to the same bytes', () => {
  for (const declared of [string, charArray(8)] as Declaration<string>[]) {
    for (const bytes of ['ff', '61ff62', 'c3', 'c3a9ff', 'f09f9880', 'f09f98', 'eda080', 'efbfbd', 'efbfbdff']) {
      const sent = Buffer.from(bytes.padEnd(16, '0'), 'hex')
      const text = decode(declared, sent)
      assert.is(encode(declared, text).toString('hex').padEnd(16, '0'), sent.toString('hex'), bytes)
      assert.is(JSON.parse(JSON.stringify(text)), text)
    }
  }
  assert.is(decode(string, Buffer.from('61ff62', 'hex')), 'a\udcffb')
  assert.is(decode(string, Buffer.from('efbfbd', 'hex')), '\ufffd')
})

test('a lone surrogate that represents no byte is encoded as U+FFFD, as in other encoders', () => {
  assert.is(encode(string, '\ud800').toString('hex'), 'efbfbd00')
})

test('an IP address without a required family may be of either family', () => {
  assert.is(decode(ipAddress, Buffer.from('0a000001', 'hex')), '10.0.0.1')
  assert.throws(
    () => decode(ipv6, Buffer.from('0a000001', 'hex')),
    (error: unknown) => error instanceof DecodeError,
  )
})

test.run()
