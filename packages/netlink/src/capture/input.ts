import { Buffer } from '../codec/buffer.js'
import type { CapturedDatagram } from './format.js'

/**
 * The contents of a capture: all bytes, or pieces of any size. Pieces are read as they are needed, so that a capture of any
 * size takes little memory. They are copied: a piece may be overwritten when the next one is requested.
 */
export type CaptureSource = Uint8Array | Iterable<Uint8Array>

/**
 * Largest packet or block of a capture in pieces, in bytes. Without a limit, a damaged length would collect the rest of the
 * capture in memory. libpcap has the same limit for blocks.
 */
const LARGEST = 16 * 1024 * 1024

/** Number of bytes that decide about the format of a capture. */
export const BEGINNING = 4096

/** Returns `bytes` as a Buffer, without copying. */
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A part of a capture that moves forward. Offsets in it are relative to `base`. */
export class Input {
  /** The bytes in memory. Other bytes replace them in {@link fill}. */
  bytes: Buffer
  /** Offset of `bytes` in the capture. */
  base = 0
  /** Position in `bytes` of the next byte to read. */
  at = 0
  readonly #pieces: Iterator<Uint8Array> | undefined
  /** Contains `bytes`, if the capture is in pieces. It is used again, because garbage of this size is collected late. */
  #window = Buffer.alloc(0)

  constructor(source: CaptureSource) {
    // Not by instanceof: in a browser, bytes can come from another frame.
    const isWhole = ArrayBuffer.isView(source)
    this.bytes = isWhole ? asBuffer(source) : Buffer.alloc(0)
    this.#pieces = isWhole ? undefined : source[Symbol.iterator]()
  }

  /**
   * Reads until `count` bytes, or as many as a packet may have, are in memory behind `at`, or until the capture ends. Returns
   * the number of bytes behind `at`.
   */
  fill(count: number): number {
    const left = this.bytes.length - this.at
    if (left >= count || this.#pieces === undefined) return left
    this.#window.copyWithin(0, this.at, this.bytes.length)
    this.base += this.at
    this.at = 0
    let length = left
    while (length < Math.min(count, LARGEST)) {
      const next = this.#pieces.next()
      if (next.done) break
      this.#append(next.value, length)
      length += next.value.length
    }
    this.bytes = this.#window.subarray(0, length)
    return length
  }

  #append(piece: Uint8Array, length: number): void {
    const needed = length + piece.length
    if (needed > this.#window.length) {
      // Doubled, so that many small pieces of a large packet take linear time.
      const larger = Buffer.alloc(Math.max(needed, 2 * this.#window.length))
      larger.set(this.#window.subarray(0, length))
      this.#window = larger
    }
    this.#window.set(piece, length)
  }

  /** Returns a part of `bytes` that stays valid. Of pieces it is a copy. */
  part(start: number, end: number): Buffer {
    const part = this.bytes.subarray(start, end)
    return this.#pieces === undefined ? part : Buffer.from(part)
  }

  /** Ends the reading of the pieces, e.g. closes their file. */
  close(): void {
    this.#pieces?.return?.()
  }
}

/** A reader of a capture's format. */
export type CaptureReader = (input: Input) => Generator<CapturedDatagram, void, undefined>

/** Yields the datagrams that `read` finds. Closes the source, also if the caller stops early. */
export function* datagramsIn(source: CaptureSource, read: CaptureReader): Generator<CapturedDatagram, void, undefined> {
  const input = new Input(source)
  try {
    yield* read(input)
  } finally {
    input.close()
  }
}
