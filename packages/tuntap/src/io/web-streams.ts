import { FrameIterator } from './iterators.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** Returns a stream of frames. It reads only when a frame is requested. Cancelling it lets others read the device. */
export function readableStream(reader: Reader): ReadableStream<Buffer> {
  const frames = new FrameIterator(reader, 'readable', {})
  return new ReadableStream<Buffer>(
    {
      async pull(controller) {
        const { done, value } = await frames.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await frames.return()
      },
    },
    { highWaterMark: 0 },
  )
}

/** The types of Node 20 lack the signal. */
type Controller = WritableStreamDefaultController & { readonly signal: AbortSignal }

/** Returns a stream that passes frames to the kernel. */
export function writableStream(writer: Writer): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(frame, controller) {
      await writer.writeWhenPossible(frame, (controller as Controller).signal)
    },
  })
}
