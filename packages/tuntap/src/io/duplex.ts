import { addAbortSignal, Duplex } from 'node:stream'
import { checkReadOptions, type ReadOptions } from './read-options.js'
import type { Reader } from './reader.js'
import { ReadingSession } from './reading-session.js'
import type { Writer } from './writer.js'

/**
 * A stream of Node in object mode: each chunk is one frame. Destroying it lets others read the device at once, beginning with the frames
 * that were not consumed. It does not close the device.
 */
export class FrameDuplex extends Duplex {
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #end = new AbortController()
  #session: ReadingSession<Buffer> | undefined
  /** The last frame that was read. The stream buffers no other one. */
  #last: Buffer | undefined

  /** @internal */
  constructor(reader: Reader, writer: Writer, options: ReadOptions) {
    checkReadOptions(options)
    // Frames wait in the kernel, not in the stream.
    super({ objectMode: true, readableHighWaterMark: 0 })
    this.#reader = reader
    this.#writer = writer
    // An aborted signal destroys the stream at once. The constructor of Duplex would do that too early.
    if (options.signal) addAbortSignal(options.signal, this)
  }

  override _read(): void {
    this.#pushFrame().catch((error: Error) => this.destroy(error))
  }

  async #pushFrame(): Promise<void> {
    this.#session ??= new ReadingSession(this.#reader, 'duplex()', undefined)
    const session = this.#session
    while (!session.hasItem) {
      if (await session.advance()) continue
      // The device was closed. A stream that was destroyed has not ended.
      if (!this.destroyed) this.push(null)
      return
    }
    this.#last = this.#reader.copy(session.take())
    this.push(this.#last)
  }

  override _write(frame: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    this.#writer.writeWhenPossible(frame, this.#end.signal).then(() => callback(), callback)
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#end.abort()
    this.#session?.end()
    if (this.#last && this.readableLength > 0) this.#reader.putBack([this.#last])
    callback(error)
  }
}
