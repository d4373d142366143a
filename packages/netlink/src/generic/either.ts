import { type Choice, choice, type Declaration, type Fixed, flag, u32 } from '../codec/index.js'

/** Declares a flag in some messages, `declaration` in others: `true`, or the value of `declaration`. */
export const flagOr = <T>(declaration: Declaration<T>): Choice<true | T> =>
  choice<true | T>(`flag or ${declaration.name}`, [flag, declaration], {
    ofBytes: (_bytes, start, end) => (start === end ? flag : declaration),
    ofValue: (value) => (value === true ? flag : declaration),
  })

/** Declares a number that the kernel sends in another size than it accepts: written as `taken`, if it fits. */
export const sized = (taken: Fixed<number>, sent: Fixed<number>): Choice<number> =>
  choice<number>(`${taken.name} or ${sent.name}`, [taken, sent], {
    ofBytes: (_bytes, start, end) => (end - start === sent.size ? sent : taken),
    ofValue: (value) => (value >= 2 ** (8 * taken.size) ? sent : taken),
  })

/** Declares attributes in one message, a u32 in another. A nest that is not empty is longer than a u32. */
export const numberOr = <T>(nest: Declaration<T>): Choice<number | T> => ({
  ...choice<number | T>(`u32 or ${nest.name}`, [u32, nest], {
    ofBytes: (_bytes, start, end) => (end - start === u32.size ? u32 : nest),
    ofValue: (value) => (typeof value === 'number' ? u32 : nest),
  }),
  nested: true,
})
