/** Access to numbers in network byte order. The caller checks the bounds. */

/** Returns the 16-bit number at `at`. */
export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number)

/** Returns the unsigned 32-bit number at `at`. */
export const u32 = (bytes: Uint8Array, at: number): number => ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0

/** Writes the low 16 bits of a number. */
export function setU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

/** Writes the low 32 bits of a number. */
export function setU32(bytes: Uint8Array, at: number, value: number): void {
  setU16(bytes, at, value >>> 16)
  setU16(bytes, at + 2, value)
}

/** Returns the bytes of all parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
