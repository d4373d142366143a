import { Buffer } from './buffer.js'
/** The buffer that codecs write to. It grows when needed. All bytes from `length` on are zero. */
export interface Output {
  bytes: Buffer
  length: number
  /** Set while `Comparison` encodes a received payload again to compare it. */
  comparison?: Compared | undefined
}

/** State that a comparison shares with the codecs of the inner attributes. */
export interface Compared {
  /** The received bytes that contain the payload. */
  readonly source: Buffer
  /** True if an inner attribute cannot be encoded as it was received. */
  lost: boolean
  /**
   * Reserves space in `out` for bytes `[from, to)` of the source without writing them, because they were already compared.
   */
  skip(out: Output, from: number, to: number): void
}

/**
 * Creates an empty output. 256 bytes are enough for most requests. Uses Node's buffer pool, because a new allocation takes
 * longer than encoding a request.
 */
export function output(capacity = 256): Output {
  return { bytes: Buffer.allocUnsafe(capacity).fill(0), length: 0, comparison: undefined }
}

/** Appends `count` zero bytes, and returns their offset. */
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

/** Returns a view of the written bytes. */
export function written(out: Output): Buffer {
  return out.bytes.subarray(0, out.length)
}

/** Removes all bytes. */
export const clear = (out: Output): void => retract(out, out.length)
