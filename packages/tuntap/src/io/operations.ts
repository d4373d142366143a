import { constants } from 'node:os'
import { read, write } from './calls.js'

const { EAGAIN } = constants.errno

/** Maximum number of frames that one batch reads or writes. More would not be faster. */
export const DEPTH = 64

export type Direction = 'read' | 'write'

/** Reads or writes of a descriptor that are made together. */
export interface Operations {
  /** The result of each operation of the last `run`: a length, or the negated errno. */
  readonly results: Int32Array
  /** Sets the memory of an operation. */
  set(index: number, address: number, length: number): void
  /** Makes the first `count` operations, in order and without waiting. */
  run(count: number): void
}

/** Makes one system call for each operation. */
export class SingleOperations implements Operations {
  readonly results = new Int32Array(DEPTH)
  readonly #fd: number
  readonly #call: (fd: number, address: number, length: number) => number
  readonly #addresses = new Float64Array(DEPTH)
  readonly #lengths = new Uint32Array(DEPTH)

  constructor(fd: number, direction: Direction) {
    this.#fd = fd
    this.#call = { read, write }[direction]
  }

  set(index: number, address: number, length: number): void {
    this.#addresses[index] = address
    this.#lengths[index] = length
  }

  run(count: number): void {
    for (let i = 0; i < count; i++) {
      const result = this.#call(this.#fd, this.#addresses[i] as number, this.#lengths[i] as number)
      this.results[i] = result
      // Nothing to read, or no room to write: the same holds for the other operations.
      if (result === -EAGAIN) {
        this.results.fill(result, i, count)
        return
      }
    }
  }
}
