import { Buffer } from './buffer.js'
/** Buffer that codecs write to. It grows, and is zero from `length` on. */
export interface Output {
  bytes: Buffer
  length: number
  /** Set while a payload is encoded to be compared with what was received. */
  comparison?: Compared | undefined
}

/** State that a compared payload shares with the attributes inside it. */
export interface Compared {
  /** The bytes that the payload was read from. */
  readonly source: Buffer
  /** True if an attribute inside cannot be written as it was received. */
  lost: boolean
  /** Leaves the place of bytes `[from, to)` of the source empty in `out`: they were compared before. */
  skip(out: Output, from: number, to: number): void
}

/**
 * Creates an empty output. Most requests fit 256 bytes. It comes from Node's pool, because an allocation costs more than
 * encoding a request.
 */
export function output(capacity = 256): Output {
  return { bytes: Buffer.allocUnsafe(capacity).fill(0), length: 0, comparison: undefined }
}

/** Appends `count` zero bytes and returns their position. */
export function reserve(out: Output, count: number): number {
  const at = out.length
  out.length += count
  if (out.length > out.bytes.length) {
    const grown = Buffer.alloc(Math.max(out.length, out.bytes.length * 2))
    out.bytes.copy(grown, 0, 0, at)
    out.bytes = grown
  }
  return at
}

/** Appends a copy of `bytes`. */
export function append(out: Output, bytes: Uint8Array): void {
  const at = reserve(out, bytes.length)
  out.bytes.set(bytes, at)
}

/** Removes the last `count` bytes. */
export function retract(out: Output, count: number): void {
  out.bytes.fill(0, out.length - count, out.length)
  out.length -= count
}

/** Returns the written bytes, as a view. */
export function written(out: Output): Buffer {
  return out.bytes.subarray(0, out.length)
}

/** Removes all bytes. */
export const clear = (out: Output): void => retract(out, out.length)
