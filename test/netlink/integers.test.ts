import { type Declaration, i8, i16, i32, i64, u8, u16, u16be, u32, u32be, u64, u64be } from '@netloom/netlink/codec'
import { vectors } from '../support/vectors.js'

/** Values that are not numbers, or not whole numbers. */
const neverNumbers = [undefined, null, '1', true, {}, [], 1.5, Number.NaN, Number.POSITIVE_INFINITY]

/** Tests values beyond the limits of an integer of up to 32 bits, and wrong sizes. */
function small(declaration: Declaration<number>, size: number, low: number, high: number): void {
  const name = declaration.name
  const bytes = size === 1 ? '1 byte' : `${size} bytes`
  vectors(declaration, {
    errValues: [...neverNumbers, 1n, low - 1, high + 1],
    errHex: [
      ['', `expected ${name} (${bytes}), got 0 bytes`],
      ['00'.repeat(size + 1), `expected ${name} (${bytes}), got ${size + 1} bytes`],
    ],
  })
}

small(u8, 1, 0, 0xff)
small(i8, 1, -0x80, 0x7f)
small(u16, 2, 0, 0xffff)
small(u16be, 2, 0, 0xffff)
small(i16, 2, -0x8000, 0x7fff)
small(u32, 4, 0, 0xffffffff)
small(u32be, 4, 0, 0xffffffff)
small(i32, 4, -0x80000000, 0x7fffffff)

vectors(u8, {
  correct: [
    [0, '00'],
    [255, 'ff'],
  ],
})
vectors(i8, {
  correct: [
    [-128, '80'],
    [-1, 'ff'],
    [127, '7f'],
  ],
})
vectors(u16, {
  correct: [
    [1, { LE: '0100', BE: '0001' }],
    [0x8100, { LE: '0081', BE: '8100' }],
    [0xffff, 'ffff'],
  ],
})
vectors(u16be, {
  correct: [
    [0x8100, '8100'],
    [1, '0001'],
  ],
})
vectors(i16, {
  correct: [
    [-2, { LE: 'feff', BE: 'fffe' }],
    [-0x8000, { LE: '0080', BE: '8000' }],
  ],
})
vectors(u32, {
  correct: [
    [1500, { LE: 'dc050000', BE: '000005dc' }],
    [0xffffffff, 'ffffffff'],
  ],
})
vectors(u32be, { correct: [[0x12345678, '12345678']] })
vectors(i32, {
  correct: [
    [-19, { LE: 'edffffff', BE: 'ffffffed' }],
    [0x7fffffff, { LE: 'ffffff7f', BE: '7fffffff' }],
  ],
})

const wrongSizes = (name: string) =>
  [
    ['', `expected ${name} (8 bytes), got 0 bytes`],
    ['00'.repeat(4), `expected ${name} (8 bytes), got 4 bytes`],
    ['00'.repeat(9), `expected ${name} (8 bytes), got 9 bytes`],
  ] as const

vectors(u64, {
  correct: [
    [1n, { LE: '0100000000000000', BE: '0000000000000001' }],
    [2n ** 64n - 1n, 'ffffffffffffffff'],
  ],
  errValues: [...neverNumbers, 1, -1n, 2n ** 64n],
  errHex: wrongSizes('u64'),
})
vectors(i64, {
  correct: [
    [-2n, { LE: 'feffffffffffffff', BE: 'fffffffffffffffe' }],
    [-(2n ** 63n), { LE: '0000000000000080', BE: '8000000000000000' }],
  ],
  errValues: [...neverNumbers, 1, 2n ** 63n, -(2n ** 63n) - 1n],
  errHex: wrongSizes('i64'),
})
vectors(u64be, {
  correct: [[0x0102030405060708n, '0102030405060708']],
  errValues: [...neverNumbers, 1, -1n, 2n ** 64n],
  errHex: wrongSizes('u64be'),
})
