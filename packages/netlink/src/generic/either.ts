import { type Choice, choice, type Declaration, type Fixed, flag, u32 } from '../codec/index.js'

/** Declares an attribute that is a flag (`true`) in some messages, and has the payload `declaration` in others. */
export const flagOr = <T>(declaration: Declaration<T>): Choice<true | T> =>
  choice<true | T>(`flag or ${declaration.name}`, [flag, declaration], {
    ofBytes: (_bytes, start, end) => (start === end ? flag : declaration),
    ofValue: (value) => (value === true ? flag : declaration),
  })

/**
 * Declares a number whose size in requests (`taken`) differs from its size in replies (`sent`). Decoding accepts both. Encoding uses
 * `taken`, unless the number is too large for it.
 */
export const sized = (taken: Fixed<number>, sent: Fixed<number>): Choice<number> =>
  choice<number>(`${taken.name} or ${sent.name}`, [taken, sent], {
    ofBytes: (_bytes, start, end) => (end - start === sent.size ? sent : taken),
    ofValue: (value) => (value >= 2 ** (8 * taken.size) ? sent : taken),
  })

/**
 * Declares an attribute that is a u32 in some messages and a nest in others. The length distinguishes them when decoding: a nest is
 * empty or longer than four bytes.
 */
export const numberOr = <T>(nest: Declaration<T>): Choice<number | T> => ({
  ...choice<number | T>(`u32 or ${nest.name}`, [u32, nest], {
    ofBytes: (_bytes, start, end) => (end - start === u32.size ? u32 : nest),
    ofValue: (value) => (typeof value === 'number' ? u32 : nest),
  }),
  nested: true,
})
