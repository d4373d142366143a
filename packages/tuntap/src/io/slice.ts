import * as workers from 'node:worker_threads'

type BufferClass = new (buffer: ArrayBufferLike, start: number, length: number) => Buffer

/** The class of which Node's buffers are instances. Its constructor takes less than half the time of `subarray`. On Bun, it is Buffer. */
const Slice = (Buffer as unknown as { readonly [Symbol.species]: BufferClass })[Symbol.species]
const isConstructible = (Slice as unknown) !== Buffer

/** Makes `postMessage` and `structuredClone` refuse to transfer memory: the kernel would write into that of another thread. */
function forbidTransfer(memory: ArrayBufferLike): void {
  try {
    workers.markAsUntransferable(memory)
  } catch {
    // Bun does not implement it. `Slices.isDetached` reports the transfer.
  }
}

/** Memory whose parts can be taken quickly, without a copy. */
export class Slices {
  readonly bytes: Buffer
  /** Kept, because the getter of a typed array takes as long as creating one. */
  readonly #buffer: ArrayBufferLike

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.#buffer = this.bytes.buffer
    forbidTransfer(this.#buffer)
  }

  /** True if the memory was transferred (`ArrayBuffer.prototype.transfer`). Its address is not ours then. */
  get isDetached(): boolean {
    return this.bytes.length === 0
  }

  slice(start: number, length: number): Buffer {
    return isConstructible ? new Slice(this.#buffer, start, length) : this.bytes.subarray(start, start + length)
  }
}
