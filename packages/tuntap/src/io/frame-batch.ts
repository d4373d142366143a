/** Frames that were read together. */
export interface FrameBatch {
  readonly count: number
  /** Returns a frame in place. The next batch overwrites it. */
  frame(index: number): Buffer
}

/** Returns the frames of a batch from an index on, in place. */
export function framesOf(batch: FrameBatch, from = 0): Buffer[] {
  const frames = new Array<Buffer>(batch.count - from)
  for (let index = from; index < batch.count; index++) frames[index - from] = batch.frame(index)
  return frames
}

/** Frames that were read earlier, and copied. */
export class KeptFrames implements FrameBatch {
  readonly #frames: readonly Buffer[]

  constructor(frames: readonly Buffer[]) {
    this.#frames = frames
  }

  get count(): number {
    return this.#frames.length
  }

  frame(index: number): Buffer {
    return this.#frames[index] as Buffer
  }
}
