import {
  attributes,
  bytes,
  decode,
  encode,
  flag,
  ipAddress,
  lladdr,
  multi,
  string,
  u8,
  u16be,
  u32,
  u64,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

const inner = attributes('IN', { a: [1, u8], b: [2, u32] })
const set = attributes('SET', {
  name: [1, string],
  mtu: [2, u32],
  there: [3, flag],
  inner: [4, inner],
  names: [5, multi(string)],
  port: [6, u16be],
  mac: [7, lladdr],
  address: [8, ipAddress],
  big: [9, u64],
  raw: [10, bytes],
  oddName: [11, u8, 'ODD_ONE'],
})

vectors(set, {
  correct: [
    [{}, ''],
    [{ mtu: 1500 }, { LE: '0800 0200 dc050000', BE: '0008 0002 000005dc' }],
    [
      { name: 'a', there: true },
      { LE: '0600 0100 6100 0000  0400 0300', BE: '0006 0001 6100 0000  0004 0003' },
    ],
    // Attributes are written in the order of the keys.
    [
      { there: true, name: 'a' },
      { LE: '0400 0300  0600 0100 6100 0000', BE: '0004 0003  0006 0001 6100 0000' },
    ],
    // Nests are sent with NLA_F_NESTED.
    [
      { inner: { a: 7, b: 1 } },
      {
        LE: '1400 0480  0500 0100 07000000  0800 0200 01000000',
        BE: '0014 8004  0005 0001 07000000  0008 0002 00000001',
      },
    ],
    [{ inner: {} }, { LE: '0400 0480', BE: '0004 8004' }],
    [
      { names: ['a', 'b'] },
      {
        LE: '0600 0500 6100 0000  0600 0500 6200 0000',
        BE: '0006 0005 6100 0000  0006 0005 6200 0000',
      },
    ],
    [{ raw: Buffer.of() }, { LE: '0400 0a00', BE: '0004 000a' }],
    [{ oddName: 255 }, { LE: '0500 0b00 ff000000', BE: '0005 000b ff000000' }],
    // Attributes without a row keep their position, flags and repetitions.
    [
      { mtu: 1, '?57': [{ payload: Buffer.of(1) }], there: true },
      {
        LE: '0800 0200 01000000  0500 3900 01000000  0400 0300',
        BE: '0008 0002 00000001  0005 0039 01000000  0004 0003',
      },
    ],
    [
      {
        '?57': [
          { flags: 0x8000, payload: Buffer.of() },
          { flags: 0x4000, payload: Buffer.of(1, 2) },
          { payload: Buffer.of() },
        ],
      },
      { LE: '0400 3980  0600 3940 01020000  0400 3900', BE: '0004 8039  0006 4039 01020000  0004 0039' },
    ],
    [{ '?0': [{ payload: Buffer.of() }] }, { LE: '0400 0000', BE: '0004 0000' }],
    [{ '?16383': [{ flags: 0xc000, payload: Buffer.of() }] }, { LE: '0400 ffff', BE: '0004 ffff' }],
  ],
  decodes: [
    [{ LE: '0800 0280 dc050000', BE: '0008 8002 000005dc' }, { mtu: 1500 }], // flags of attributes with a row are ignored
    [{ LE: '1400 0400 0500 0100 07000000 0800 0200 01000000' }, { inner: { a: 7, b: 1 } }], // a nest without its flag
    [{ LE: '0800 0200 01000000 0800 0200 02000000' }, { mtu: 2 }], // the last one wins, as in nla_parse()
    [{ LE: '0800 0200 01000000 0000' }, { mtu: 1 }], // up to 3 trailing bytes are ignored
    [{ LE: '0500 0b00 ff' }, { oddName: 255 }], // the padding of the last attribute may be missing
  ],
  encodes: [
    [{ mtu: undefined, name: undefined, '?9': undefined }, ''],
    [{ '?2': [{ payload: Buffer.of(1) }] }, { LE: '0500 0200 01000000', BE: '0005 0002 01000000' }],
    [{ '?57': [] }, ''],
    [{ names: [] }, ''],
  ],
  errValues: [
    ...[undefined, null, 5, 'x'],
    ...[{ mtu: -1 }, { mtu: 2 ** 32 }, { mtu: '1' }, { mtu: null }, { big: 1 }, { port: 65536 }, { there: false }],
    ...[
      { unknown: 1 },
      { MTU: 1 },
      { constructor: 1 },
      { '?': [] },
      { '?01': [] },
      { '?-1': [] },
      { '?16384': [] },
      { unknown: null },
    ],
    ...[
      { '?57': Buffer.of(1) },
      { '?57': [Buffer.of(1)] },
      { '?57': [{}] },
      { '?57': [null] },
      { '?57': [{ payload: 'x' }] },
    ],
    ...[{ names: 'a' }, { names: [1] }, { inner: 5 }, { inner: { c: 1 } }],
    { raw: Buffer.alloc(65532) },
    { '?57': [{ payload: Buffer.alloc(65532) }] },
  ],
  errHex: [
    [{ LE: '0300 0200' }, 'expected an attribute of 4 to 4 bytes at offset 0, got one that claims 3'],
    [{ LE: '0000 0200 0000' }, 'expected an attribute of 4 to 6 bytes at offset 0, got one that claims 0'],
    [{ LE: '0900 0200 dc050000' }, 'expected an attribute of 4 to 8 bytes at offset 0, got one that claims 9'],
    [{ LE: '0400 0300 ffff 0200' }, 'expected an attribute of 4 to 4 bytes at offset 4, got one that claims 65535'],
    [{ BE: '0800 0002 000005dc' }, 'expected an attribute of 4 to 8 bytes at offset 0, got one that claims 2048'],
    [{ LE: '0700 0200 dc0500' }, 'SET_MTU: expected u32 (4 bytes), got 3 bytes'],
    [{ LE: '0400 0200' }, 'SET_MTU: expected u32 (4 bytes), got 0 bytes'],
    [
      { LE: '0c00 0480 0900 0100 07000000' },
      'SET_INNER: expected an attribute of 4 to 8 bytes at offset 0, got one that claims 9',
    ],
    [{ LE: '0a00 0480 0600 0100 0700' }, 'SET_INNER > IN_A: expected u8 (1 byte), got 2 bytes'],
    [{ LE: '0600 0b00 ffff 0000' }, 'ODD_ONE: expected u8 (1 byte), got 2 bytes'],
  ],
})

const test = suite('attributes()')

test('an attribute holds at most 65531 bytes, because its length has 16 bits', () => {
  const written = encode(set, { raw: Buffer.alloc(65531, 1) }, { order: 'LE' })
  assert.is(written.toString('hex', 0, 4), 'ffff0a00')
  assert.is(written.length, 65536)
  assert.is(decode(set, written, { order: 'LE' }).raw?.length, 65531)
})

test('a nest of more than 65535 bytes is rejected with the path of the nest', () => {
  const set = attributes('OUT', { nest: [1, attributes('NEST', { raw: [1, multi(bytes)] })] })
  assert.throws(
    () => encode(set, { nest: { raw: [Buffer.alloc(40000), Buffer.alloc(40000)] } }),
    (error: Error) => error.message === 'OUT_NEST: expected at most 65535 bytes with the header, got 80012',
  )
})

test('raw payloads are views of the datagram', () => {
  const datagram = Buffer.from('0500390001000000', 'hex')
  const [raw] = decode(set, datagram, { order: 'LE' })['?57'] ?? []
  datagram[4] = 9
  assert.equal(raw?.payload, Buffer.of(9))
})

test('nameOf() returns the name of an attribute, with and without a row', () => {
  assert.is(set.nameOf(2), 'SET_MTU')
  assert.is(set.nameOf(11), 'ODD_ONE')
  assert.is(set.nameOf(4711), 'SET_4711')
})

test('two rows for one number are an error', () => {
  const wrong = attributes('TWICE', { a: [1, u8], b: [1, u8] })
  assert.throws(() => decode(wrong, Buffer.of()), /^TWICE has two rows for attribute 1$/)
})

test.run()
