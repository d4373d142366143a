import { atCaller } from './caller.js'
import { collect, type DumpSpec } from './dump.js'

/** A dump. It is sent by `toArray`, or when the first object is requested. */
export interface Dump<T> extends AsyncIterable<T> {
  /** Returns all objects. They are a consistent snapshot. */
  toArray(): Promise<T[]>
}

/** A dump that is sent, and repeated, only when its objects are requested. */
export class Snapshot<T> implements Dump<T> {
  readonly #spec: DumpSpec

  constructor(spec: DumpSpec) {
    this.#spec = spec
  }

  async toArray(): Promise<T[]> {
    try {
      return await collect(this.#spec)
    } catch (error) {
      throw atCaller(error, this.toArray)
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      yield* await collect<T>(this.#spec)
    } catch (error) {
      throw atCaller(error, this[Symbol.asyncIterator])
    }
  }
}
