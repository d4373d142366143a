/** Returns the byte at an offset. The caller checks the bounds, which the compiler cannot. */
export const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] as number

/** True for an integer from `least` to `most`. */
export const isIntegerIn = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
