import {
  attributes,
  bytes as bytesOf,
  decode,
  encode,
  message,
  records,
  struct,
  u8,
  u16,
  u32,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

const head = struct('head', { family: u8, length: u8, table: u16 })
const attrs = attributes('A', { mtu: [1, u32] })

vectors(message('thing', head, attrs), {
  correct: [
    [
      { family: 2, length: 24, table: 1, attrs: {} },
      { LE: '02 18 0100', BE: '02 18 0001' },
    ],
    [
      { family: 0, length: 0, table: 0, attrs: { mtu: 1 } },
      { LE: '00000000 0800 0100 01000000', BE: '00000000 0008 0001 00000001' },
    ],
  ],
  encodes: [
    [{}, '00000000'],
    [{ attrs: undefined, family: undefined }, '00000000'],
    [{ family: 2, attrs: {} }, '02000000'],
  ],
  errValues: [undefined, null, 5, { family: 256 }, { mtu: 1 }, { attrs: 5 }, { attrs: null }, { attrs: { other: 1 } }],
  errHex: [
    ['', 'expected head (4 bytes), got 0 bytes'],
    ['020000', 'expected head (4 bytes), got 3 bytes'],
    [{ LE: '00000000 0900 0100 01000000' }, 'expected an attribute of 4 to 8 bytes at offset 0, got one that claims 9'],
    [{ LE: '00000000 0500 0100 01' }, 'A_MTU: expected u32 (4 bytes), got 1 byte'],
  ],
})

// Attributes start at a multiple of four bytes, whatever the size of the header.
vectors(message('odd', struct('odd header', { command: u8 }), attrs), {
  correct: [[{ command: 1, attrs: { mtu: 1 } }, { LE: '01 000000 0800 0100 01000000' }]],
  encodes: [[{ command: 1 }, '01 000000']],
  decodes: [['01', { command: 1, attrs: {} }]],
})

const record = message('hop', struct('hop', { len: u16, flags: u8, hops: u8 }), attributes('A', { raw: [1, bytesOf] }))

// Some XFRM requests have no header.
vectors(message('bare', struct('nothing', {}), attrs), {
  correct: [
    [{ attrs: {} }, ''],
    [{ attrs: { mtu: 1 } }, { LE: '0800 0100 01000000', BE: '0008 0001 00000001' }],
  ],
  errValues: [{ size: 1 }, { attrs: { mtu: -1 } }],
})

vectors(records(record), {
  correct: [
    [[], ''],
    [[{ flags: 1, hops: 2, attrs: {} }], { LE: '0400 01 02', BE: '0004 01 02' }],
    [
      [
        { flags: 0, hops: 1, attrs: { raw: Buffer.of(9) } },
        { flags: 0, hops: 3, attrs: {} },
      ],
      { LE: '0c00 00 01 0500 0100 09000000  0400 00 03', BE: '000c 00 01 0005 0001 09000000  0004 00 03' },
    ],
  ],
  decodes: [
    // A length that does not include the last padding.
    [
      { LE: '0900 00 01 0500 0100 09000000 0400 00 03' },
      [
        { flags: 0, hops: 1, attrs: { raw: Buffer.of(9) } },
        { flags: 0, hops: 3, attrs: {} },
      ],
    ],
  ],
  errValues: [
    undefined,
    null,
    5,
    {},
    [5],
    [{ hops: 256 }],
    [{ attrs: { raw: 5 } }],
    [{ attrs: { raw: Buffer.alloc(65531) } }],
  ],
  errHex: [
    ['00', 'expected a hop of at least 4 bytes at offset 0, got 1 byte'],
    [{ LE: '0300 0102' }, 'expected a hop of 4 to 4 bytes at offset 0, got one that claims 3'],
    [{ LE: '0400 0102 0500 0102' }, 'expected a hop of 4 to 4 bytes at offset 4, got one that claims 5'],
    [
      { LE: '0400 0102 0800 0102 0900 0100' },
      '[1]: expected an attribute of 4 to 4 bytes at offset 0, got one that claims 9',
    ],
  ],
})

const test = suite('message()')

test('members that are left out are encoded as zero', () => {
  const declaration = message('thing', head, attrs)
  const value = decode(declaration, encode(declaration, { table: 254 }))
  assert.equal(value, { family: 0, length: 0, table: 254, attrs: {} })
})

test('a record without a length member is an error of its declaration', () => {
  const wrong = message('wrong', struct('wrong', { size: u16 }), attrs)
  assert.throws(
    () => records(wrong as never),
    (error: Error) => error.message === "expected a struct with a member 'len', got one with size",
  )
})

test.run()
