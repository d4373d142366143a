import { SystemError } from '@netloom/netlink/socket'
import type { Queue } from '../device/queue.js'
import { AioContext, AioOperations } from './aio.js'
import { type Direction, type Operations, SingleOperations } from './operations.js'

/** Method for batches: `io_submit` makes one system call for a batch, `single` one for each frame. */
export type BatchMethod = 'io_submit' | 'single'

/** Returns undefined if this thread cannot use io_submit(2): a seccomp filter forbids it, or `fs.aio-max-nr` is reached. */
function openContext(): AioContext | undefined {
  try {
    return AioContext.ofThread()
  } catch (error) {
    if (error instanceof SystemError) return undefined
    throw error
  }
}

/** Creates the operations of a queue, with the best method that this process can use. */
export class OperationsFactory {
  readonly #fd: number
  readonly #context: AioContext | undefined

  constructor(queue: Queue) {
    this.#fd = queue.openFd()
    this.#context = openContext()
  }

  get method(): BatchMethod {
    return this.#context && !this.#context.isForbidden ? 'io_submit' : 'single'
  }

  open(direction: Direction): Operations {
    return this.#context
      ? new AioOperations(this.#context, this.#fd, direction)
      : new SingleOperations(this.#fd, direction)
  }
}
