import {
  array,
  attributes,
  bitfield32Of,
  bitsOf,
  choice,
  constants,
  describe,
  encode,
  enumOf,
  flag,
  flagsOf,
  indexed,
  lazy,
  list,
  masked,
  message,
  multi,
  numbersOf,
  select,
  selectOuter,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('names of numbers in declarations')

const COLOR = constants('COLOR', { RED: 0, GREEN: 1 })
const MORE = constants('MORE', { BLUE: 2 })
const F = constants('F', { A: 1, B: 2, HIGH: 0x80000000 })
const G = constants('G', { C: 4 })
const ALL = constants('F', { ALL: 0xffffffff })
const MODE = constants('MODE', { OFF: 0, FAST: 3 })
const NUMBERED = attributes('ATTR', { first: [1, u8], secondOne: [2, u8], third: [3, u8] })
const WIDE = constants('WIDE', { CIPHER: 0x0080c20001000001n })

for (const [what, declaration, value, words] of [
  ['an enum', enumOf(u8, COLOR), 1, 'COLOR_GREEN'],
  ['zero of an enum', enumOf(u8, COLOR), 0, 'COLOR_RED'],
  ['an enum in two families', enumOf(u8, COLOR, MORE), 2, 'MORE_BLUE'],
  ['a number without a name', enumOf(u8, COLOR), 9, 9],
  ['a number without constants', u8, 1, 1],
  ['a bigint', enumOf(u64, WIDE), 0x0080c20001000001n, 'WIDE_CIPHER'],
  ['a small bigint', enumOf(u64, COLOR), 1n, 'COLOR_GREEN'],
  ['flags', flagsOf(u32, F), 3, 'A|B'],
  ['the highest flag', flagsOf(u32, F), 0x80000000, 'HIGH'],
  ['no flags', flagsOf(u32, F), 0, '0'],
  ['flags without a name', flagsOf(u32, F), 0x11, 'A|0x10'],
  ['flags in two families', flagsOf(u32, F, G), 7, 'A|B|C'],
  ['wide flags', flagsOf(u64, F), 2n ** 40n + 1n, 'A|0x10000000000'],
  ['an enum inside flags', flagsOf(u32, F, masked(0x30, MODE, 4)), 0x31, 'MODE_FAST|A'],
  ['an unknown enum inside flags', flagsOf(u32, F, masked(0x30, MODE, 4)), 0x11, 'A|0x10'],
  ['a name for all bits', flagsOf(u32, F, masked(0xffffffff, ALL)), 0xffffffff, 'F_ALL'],
  ['not all bits', flagsOf(u32, F, masked(0xffffffff, ALL)), 1, 'A'],
  ['an array', array(enumOf(u16, COLOR)), [1, 0], ['COLOR_GREEN', 'COLOR_RED']],
  ['a list', list(enumOf(u16, COLOR)), [1, 7], ['COLOR_GREEN', 7]],
  [
    'a list with numbers',
    indexed(u8, COLOR),
    [
      [1, 5],
      [7, 6],
    ],
    [
      ['COLOR_GREEN', 5],
      [7, 6],
    ],
  ],
  ['a list with numbers without names', indexed(enumOf(u8, COLOR)), [[1, 1]], [[1, 'COLOR_GREEN']]],
  ['bits that attributes number', flagsOf(u32, bitsOf(numbersOf(NUMBERED, 2), 1)), 0x7, 'FIRST|SECOND_ONE|0x4'],
  ['a struct', struct('s', { kind: enumOf(u8, COLOR), n: u8 }), { kind: 1, n: 1 }, { kind: 'COLOR_GREEN', n: 1 }],
  ['a bit field', bitfield32Of(F), { value: 1, selector: 3 }, { value: 'A', selector: 'A|B' }],
  ['a lazy declaration', lazy(() => enumOf(u8, COLOR)), 1, 'COLOR_GREEN'],
] as const) {
  test(`${what} is described as ${JSON.stringify(words)}`, () => assert.equal(describe(declaration, value), words))
}

const flagOrColor = choice<true | number>('flag or u8', [flag, enumOf(u8, COLOR)], {
  ofBytes: (_bytes, start, end) => (start === end ? flag : u8),
  ofValue: (value) => (value === true ? flag : enumOf(u8, COLOR)),
})
const attrs = attributes('T', {
  kind: [1, string],
  colors: [2, multi(enumOf(u8, COLOR))],
  data: [3, select('kind', { flags: flagsOf(u32, F), color: enumOf(u32, COLOR) })],
  outer: [4, selectOuter('family', { 1: enumOf(u32, COLOR) }, flagsOf(u32, F))],
  either: [5, flagOrColor],
})
const whole = message('t', struct('head', { family: enumOf(u8, MORE), flags: flagsOf(u8, F) }), attrs)

test('describe() covers attributes, selections and headers', () => {
  const described = describe(whole, {
    family: 2,
    flags: 1,
    attrs: { kind: 'flags', colors: [0, 1], data: 1, outer: 1, either: 1, '?9': [{ payload: Buffer.alloc(1) }] },
  })
  assert.equal(described, {
    family: 'MORE_BLUE',
    flags: 'A',
    attrs: {
      ...{ kind: 'flags', colors: ['COLOR_RED', 'COLOR_GREEN'], data: 'A', outer: 'A', either: 'COLOR_GREEN' },
      '?9': [{ payload: Buffer.alloc(1) }],
    },
  })
  const other = { family: 1, attrs: { kind: 'color', data: 1, outer: 1, either: true } }
  assert.equal(describe(whole, other), {
    ...{ family: 1, attrs: { kind: 'color', data: 'COLOR_GREEN', outer: 'COLOR_GREEN', either: true } },
  })
})

test('describe() returns a value of the wrong type unchanged', () => {
  for (const value of [undefined, null, 'text', [[1]], { attrs: 7 }, { attrs: { colors: 'x', unknown: 1 } }])
    assert.equal(describe(whole, value), value)
})

test('the caller can choose the text for a number', () => {
  const word = (words: string, value: number | bigint) => `${words}=${value}`
  assert.equal(describe(enumOf(u8, COLOR), 1, { word }), 'COLOR_GREEN=1')
})

test('names change neither the bytes nor the codec', () => {
  assert.equal(encode(enumOf(u32, COLOR), 9), encode(u32, 9))
  assert.is(enumOf(u32, COLOR).codec('LE'), u32.codec('LE'))
})

test('an error lists the constants of a number if they are few', () => {
  const set = attributes('T', { color: [1, enumOf(u8, COLOR)], head: [2, struct('head', { flags: flagsOf(u8, G) })] })
  const refused = (value: object) => {
    try {
      encode(set, value)
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  }
  assert.is(
    refused({ color: 'green' }),
    'T_COLOR: expected u8 (an integer from 0 to 255), got "green"; constants: COLOR_RED (0), COLOR_GREEN (1)',
  )
  for (let round = 0; round < 110; round++) encode(set, { color: 1 })
  assert.is(refused({ color: 256 })?.endsWith('got 256; constants: COLOR_RED (0), COLOR_GREEN (1)'), true)
  assert.is(
    refused({ head: { flags: -1 } }),
    'T_HEAD > head.flags: expected u8 (an integer from 0 to 255), got -1; constants: G_C (4)',
  )
})

test.run()
