import { Duplex } from 'node:stream'
import { FrameIterator, type ReadOptions } from './iterators.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** A stream of Node in object mode: each chunk is one frame. Destroying it lets others read the device, and does not close it. */
export class FrameDuplex extends Duplex {
  readonly #frames: FrameIterator
  readonly #writer: Writer
  readonly #end = new AbortController()
  #isReading = false

  /** @internal */
  constructor(reader: Reader, writer: Writer, { signal }: ReadOptions) {
    super({ objectMode: true, ...(signal && { signal }) })
    this.#frames = new FrameIterator(reader, 'duplex()', { signal })
    this.#writer = writer
  }

  override _read(): void {
    if (this.#isReading) return
    this.#isReading = true
    this.#pushFrames().catch((error: Error) => this.destroy(error))
  }

  /** Reads until the buffer of the stream is full. */
  async #pushFrames(): Promise<void> {
    while (this.#isReading) {
      const { done, value } = await this.#frames.next()
      // The stream requests more in a later turn, which must find this set.
      this.#isReading = this.push(done ? null : value)
    }
  }

  override _write(frame: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    this.#writer.writeWhenPossible(frame, this.#end.signal).then(() => callback(), callback)
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#end.abort()
    this.#frames.return().then(() => callback(error), callback)
  }
}
