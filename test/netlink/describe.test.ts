import {
  array,
  attributes,
  bitfield32Of,
  bitmapOf,
  bitNumbersOf,
  bitsOf,
  bytes,
  choice,
  constants,
  describe,
  encode,
  enumBy,
  enumOf,
  flag,
  flagsOf,
  halves,
  hexadecimal,
  indexed,
  lazy,
  list,
  masked,
  message,
  multi,
  numbersOf,
  select,
  selectOuter,
  special,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
  withParts,
  writtenAs,
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
const FAR = constants('FAR', { GOTO: 0xa0000000 })
const NUMBERED = attributes('ATTR', { first: [1, u8], secondOne: [2, u8], third: [3, u8] })
const WORDS = constants('W', { FIRST: 0, SECOND: 1, FAR: 33, FARTHER: 95 })
const ALIAS = constants('F', { A: 1, SAME: 1, B: 2 })
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
  ['flags with an alias', flagsOf(u32, ALIAS), 3, 'A|B'],
  ['wide flags', flagsOf(u64, F), 2n ** 40n + 1n, 'A|0x10000000000'],
  ['an enum inside flags', flagsOf(u32, F, masked(0x30, MODE, 4)), 0x31, 'MODE_FAST|A'],
  ['an unknown enum inside flags', flagsOf(u32, F, masked(0x30, MODE, 4)), 0x11, 'A|0x10'],
  ['a name for all bits', flagsOf(u32, F, masked(0xffffffff, ALL)), 0xffffffff, 'F_ALL'],
  ['a number of an enum with parts', withParts(enumOf(u32, COLOR), masked(0xf0000000, FAR)), 1, 'COLOR_GREEN'],
  [
    'a constant with a number in it',
    withParts(enumOf(u32, COLOR), masked(0xf0000000, FAR)),
    0xa0000005,
    'FAR_GOTO|0x5',
  ],
  ['neither', withParts(enumOf(u32, COLOR), masked(0xf0000000, FAR)), 5, 5],
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
  ['a bitmap of numbers', bitmapOf(array(u32), WORDS), [3, 2, 0x80000000], 'FIRST|SECOND|FAR|FARTHER'],
  ['a bitmap of small numbers', bitmapOf(array(u16), WORDS), [2, 0, 2], 'SECOND|FAR'],
  ['a bitmap of bytes', bitmapOf(bytes, WORDS), Buffer.of(1, 0, 0, 0, 2), 'FIRST|FAR'],
  ['an empty bitmap', bitmapOf(bytes, WORDS), Buffer.of(), '0'],
  ['bits of a bitmap without a name', bitmapOf(array(u32), WORDS), [5, 0, 1], 'FIRST|0x10000000000000004'],
  ['a bitmap whose names are flags', bitmapOf(array(u32), bitNumbersOf(F)), [0x80000001], 'A|HIGH'],
  ['an array with names', array(u8, COLOR), [7, 8, 9], { RED: 7, GREEN: 8, '?2': 9 }],
  ['an array with names from 1', array(u8, COLOR, { from: 1 }), [7], { GREEN: 7 }],
  ['an array of an enum with names', array(enumOf(u8, MORE), COLOR), [2], { RED: 'MORE_BLUE' }],
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

const detailed = message(
  't',
  struct('head', { family: u8 }),
  attributes('T', {
    state: [1, u8],
    detail: [2, enumBy('state', u8, { 1: COLOR, 2: MORE })],
    // The selector is around the nest.
    inner: [3, attributes('T', { detail: [1, multi(enumBy('state', u8, { 1: COLOR }))] })],
    ofFamily: [4, enumBy('family', enumOf(u8, COLOR), { 7: MORE })],
    name: [5, string],
    value: [6, enumBy('name', u32, { blue: MORE })],
  }),
)

test('the names of a number can depend on another member', () => {
  const described = (value: object) => describe(detailed, value)
  const wordsOf = (attrs: object, family = 0) => (described({ family, attrs }) as { attrs: object }).attrs
  assert.equal(wordsOf({ state: 1, detail: 1 }), { state: 1, detail: 'COLOR_GREEN' })
  assert.equal(wordsOf({ detail: 2, state: 2 }), { detail: 'MORE_BLUE', state: 2 })
  assert.equal(wordsOf({ detail: 1 }), { detail: 1 })
  assert.equal(wordsOf({ state: 3, detail: 1 }), { state: 3, detail: 1 })
  assert.equal(wordsOf({ state: 1, detail: 9 }), { state: 1, detail: 9 })
  assert.equal(wordsOf({ state: 1, inner: { detail: [0, 1] } }), {
    ...{ state: 1, inner: { detail: ['COLOR_RED', 'COLOR_GREEN'] } },
  })
  assert.equal(wordsOf({ ofFamily: 2 }, 7), { ofFamily: 'MORE_BLUE' })
  assert.equal(wordsOf({ ofFamily: 1 }, 8), { ofFamily: 'COLOR_GREEN' }, 'the names of enumOf() apply otherwise')
  assert.equal(wordsOf({ name: 'blue', value: 2 }), { name: 'blue', value: 'MORE_BLUE' })
  assert.equal(wordsOf({ name: 'constructor', value: 2 }), { name: 'constructor', value: 2 })
})

test('describe() returns a value of the wrong type unchanged', () => {
  for (const value of [undefined, null, 'text', [[1]], { attrs: 7 }, { attrs: { colors: 'x', unknown: 1 } }])
    assert.equal(describe(whole, value), value)
  for (const value of ['text', ['text'], {}]) assert.equal(describe(bitmapOf(array(u32), WORDS), value), value)
})

test('the caller can choose the text for a number', () => {
  const word = (words: string, value: unknown) => `${words}=${value}`
  assert.equal(describe(enumOf(u8, COLOR), 1, { word }), 'COLOR_GREEN=1')
  assert.equal(describe(bitmapOf(array(u32), WORDS), [3], { word }), 'FIRST|SECOND=3')
})

test('names change neither the bytes nor the codec', () => {
  assert.equal(encode(enumOf(u32, COLOR), 9), encode(u32, 9))
  assert.is(enumOf(u32, COLOR).codec('LE'), u32.codec('LE'))
  assert.is(enumBy('state', u32, { 1: COLOR }).codec('LE'), u32.codec('LE'))
  assert.is(bitmapOf(bytes, WORDS).codec('LE'), bytes.codec('LE'))
  assert.equal(encode(array(u8, COLOR), [7, 8]), Buffer.of(7, 8))
})

const HANDLES = attributes('T', {
  mark: [1, writtenAs(u32, hexadecimal)],
  wide: [2, writtenAs(u64, hexadecimal)],
  time: [3, writtenAs(u32, special({ 4294967295: 'forever' }))],
  realms: [4, writtenAs(u32, halves)],
  color: [5, writtenAs(enumOf(u32, COLOR), hexadecimal)],
})

for (const [value, written] of [
  [{ mark: 0x12345678 }, { mark: '0x12345678' }],
  [{ mark: 0 }, { mark: 0 }],
  [{ mark: 0xffffffff }, { mark: '0xffffffff' }],
  [{ wide: 0xdeadbeef00000001n }, { wide: '0xdeadbeef00000001' }],
  [{ wide: 0n }, { wide: 0n }],
  [{ time: 0xffffffff }, { time: 'forever' }],
  [{ time: 10 }, { time: 10 }],
  [{ realms: 0x30004 }, { realms: '3/4' }],
  [{ realms: 4 }, { realms: 4 }],
  // A name precedes the notation.
  [{ color: 1 }, { color: 'COLOR_GREEN' }],
  [{ color: 255 }, { color: '0xff' }],
] as const)
  test(`notation of ${JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each))}`, () => {
    assert.equal(describe(HANDLES, value, { notations: true }), written)
    // Numbers stay numbers in JSON.
    const words = describe(HANDLES, value)
    assert.equal(words, 'color' in value && value.color === 1 ? { color: 'COLOR_GREEN' } : value)
  })

test('a notation changes neither the type nor the bytes', () => {
  assert.is(writtenAs(u32, hexadecimal).codec('LE'), u32.codec('LE'))
  assert.equal(encode(HANDLES, { mark: 255 }), encode(attributes('T', { mark: [1, u32] }), { mark: 255 }))
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
