import { FrameIterator } from './iterators.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** The types of Node 20 lack the signal. */
type Controller = WritableStreamDefaultController & { readonly signal: AbortSignal }

/** The web streams of a device. One that has ended is replaced by a new one. */
export class WebStreams {
  readonly #reader: Reader
  readonly #writer: Writer
  #readable: ReadableStream<Buffer> | undefined
  #writable: WritableStream<Uint8Array> | undefined

  constructor(reader: Reader, writer: Writer) {
    this.#reader = reader
    this.#writer = writer
  }

  get readable(): ReadableStream<Buffer> {
    this.#readable ??= readableStream(this.#reader, () => {
      this.#readable = undefined
    })
    return this.#readable
  }

  get writable(): WritableStream<Uint8Array> {
    this.#writable ??= writableStream(this.#writer, () => {
      this.#writable = undefined
    })
    return this.#writable
  }
}

/** Returns a stream of frames. It reads only when a frame is requested. Cancelling it lets others read the device. */
function readableStream(reader: Reader, onEnd: () => void): ReadableStream<Buffer> {
  const frames = new FrameIterator(reader, 'readable', {})
  return new ReadableStream<Buffer>(
    {
      async pull(controller) {
        try {
          const { done, value } = await frames.next()
          if (!done) return controller.enqueue(value)
          onEnd()
          controller.close()
        } catch (error) {
          onEnd()
          throw error
        }
      },
      async cancel() {
        onEnd()
        await frames.return()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Returns a stream that passes frames to the kernel. */
function writableStream(writer: Writer, onEnd: () => void): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(frame, controller) {
      try {
        await writer.writeWhenPossible(frame, (controller as Controller).signal)
      } catch (error) {
        onEnd()
        throw error
      }
    },
    close: onEnd,
    abort: onEnd,
  })
}
