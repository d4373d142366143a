import {
  charArray,
  decode,
  encode,
  fixedBytes,
  macaddr,
  pad,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

const point = struct('point', { x: u8, _pad: pad(1), y: u16, port: u16be })

vectors(point, {
  correct: [
    [{ x: 0, y: 0, port: 0 }, '00 00 0000 0000'],
    [
      { x: 1, y: 2, port: 80 },
      { LE: '01 00 0200 0050', BE: '01 00 0002 0050' },
    ],
  ],
  decodes: [
    [
      { LE: '01 ff 0200 0050', BE: '01 ff 0002 0050' },
      { x: 1, y: 2, port: 80 },
    ], // padding may contain anything
    ['01 00 0000 0000 deadbeef', { x: 1, y: 0, port: 0 }], // the struct of a newer kernel is longer
  ],
  encodes: [
    [{}, '000000000000'],
    [{ port: 80 }, '000000000050'],
    [{ x: undefined, y: undefined, port: 80 }, '000000000050'],
  ],
  errValues: [undefined, null, 5, 'point', { x: 256 }, { z: 1 }, { _pad: 0 }, { z: undefined }, { x: '1' }],
  errHex: [
    ['', 'expected point (6 bytes), got 0 bytes'],
    ['0100020000', 'expected point (6 bytes), got 5 bytes'],
  ],
})

const line = struct('line', { from: point, name: charArray(4), mac: macaddr, raw: fixedBytes(2) })

vectors(line, {
  correct: [
    [
      { from: { x: 1, y: 2, port: 3 }, name: 'ab', mac: '02:00:00:00:00:01', raw: Buffer.of(9, 8) },
      { LE: '010002000003 61620000 020000000001 0908', BE: '010000020003 61620000 020000000001 0908' },
    ],
  ],
  encodes: [[{ from: { port: 3 } }, '000000000003 00000000 000000000000 0000']],
  errValues: [{ name: 'abcde' }, { mac: '02:00' }, { raw: Buffer.of(1) }, { from: { z: 1 } }, { from: 5 }],
})

const grown = struct('grown', { a: u32, b: u64 }, { growable: true })

vectors(grown, {
  correct: [
    [
      { a: 1, b: 2n },
      { LE: '01000000 0200000000000000', BE: '00000001 0000000000000002' },
    ],
  ],
  decodes: [
    ['', { a: 0, b: 0n }],
    [
      { LE: '01000000', BE: '00000001' },
      { a: 1, b: 0n },
    ],
    [{ LE: '0100' }, { a: 1, b: 0n }],
    [
      { LE: '01000000 0200000000000000 ff', BE: '00000001 0000000000000002 ff' },
      { a: 1, b: 2n },
    ],
  ],
})

const test = suite('struct()')

/** Returns the message of the error that `write` throws. */
function messageOf(write: () => unknown): string {
  try {
    write()
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

for (const [value, message] of [
  [{ from: { x: 300 } }, 'line.from > point.x: expected u8 (an integer from 0 to 255), got 300'],
  [{ name: 'abcde' }, 'line.name: expected at most 4 bytes of text, got 5 bytes'],
  [{ mac: '02:00' }, 'line.mac: expected a MAC address (6 bytes), got "02:00"'],
  [{ colour: 1 }, "line has no member 'colour'"],
] as const) {
  test(`an error contains the path: ${message}`, () => {
    assert.is(
      messageOf(() => encode(line, value as never)),
      message,
    )
  })
}

test('size and members are available', () => {
  assert.is(line.size, 18)
  assert.equal(Object.keys(line.members), ['from', 'name', 'mac', 'raw'])
})

test('members are in memory order', () => {
  assert.equal(Object.keys(decode(line, Buffer.alloc(18))), ['from', 'name', 'mac', 'raw'])
})

test.run()
