import { isMainThread } from 'node:worker_threads'
import { encode } from '@netloom/netlink/codec'
import { check, libcFunction, ThreadEnd } from '@netloom/netlink/socket'
import { IOCB_CMD, iocb, ioEvent, NR } from './aio-abi.js'
import { numericAddress, syscall } from './calls.js'
import { DEPTH, type Direction, type Operations, SingleOperations } from './operations.js'
import { wordOffset } from './word-offset.js'

const IOCB_WORDS = iocb.size / 4
const BUF = wordOffset(iocb, 'buf')
const NBYTES = wordOffset(iocb, 'nbytes')
const EVENT_WORDS = ioEvent.size / 4
const DATA = wordOffset(ioEvent, 'data')
const RES = wordOffset(ioEvent, 'res')

/**
 * A context of io_setup(2), in which operations run. All queues of a thread share one, because each batch is complete when its call
 * returns: contexts are limited (`fs.aio-max-nr`). It remains until the thread ends.
 */
export class AioContext {
  static #ofThread: AioContext | undefined
  readonly id: number
  /** True if a seccomp filter has forbidden one of the calls since. */
  isForbidden = false

  /** @throws {SystemError} `EAGAIN` beyond `fs.aio-max-nr`; `EPERM` or `ENOSYS` if a seccomp filter forbids one of the calls */
  private constructor() {
    const id = Buffer.alloc(8)
    check('io_setup', syscall(NR.io_setup, DEPTH, numericAddress(id), 0, 0, 0))
    this.id = Number(id.readBigUInt64LE())
    try {
      check('io_submit', this.submit(0, 0))
      check('io_getevents', syscall(NR.io_getevents, this.id, 0, 0, 0, 0))
    } catch (error) {
      syscall(NR.io_destroy, this.id, 0, 0, 0, 0)
      throw error
    }
    // Contexts belong to the process. A worker that is terminated runs no JavaScript.
    if (!isMainThread) new ThreadEnd(libcFunction).call(NR.io_destroy, this.id)
  }

  /** Submits operations. Returns the number of those that the kernel has taken, or the negated errno. */
  submit(count: number, pointers: number): number {
    return syscall(NR.io_submit, this.id, count, pointers, 0, 0)
  }

  /** Returns the context of this thread. @throws {SystemError} if there is none, and the kernel refuses one */
  static ofThread(): AioContext {
    AioContext.#ofThread ??= new AioContext()
    return AioContext.#ofThread
  }
}

/** Makes all operations with one io_submit(2). The tun driver completes them in the call, so the results exist when it returns. */
export class AioOperations implements Operations {
  readonly results = new Int32Array(DEPTH)
  readonly #context: AioContext
  readonly #singly: SingleOperations
  readonly #iocbs = Buffer.alloc(DEPTH * iocb.size)
  readonly #iocbWords = new Uint32Array(this.#iocbs.buffer, this.#iocbs.byteOffset, DEPTH * IOCB_WORDS)
  readonly #pointers = Buffer.alloc(DEPTH * 8)
  readonly #pointersAddress = numericAddress(this.#pointers)
  readonly #events = Buffer.alloc(DEPTH * ioEvent.size)
  readonly #eventWords = new Int32Array(this.#events.buffer, this.#events.byteOffset, DEPTH * EVENT_WORDS)
  readonly #eventsAddress = numericAddress(this.#events)

  constructor(context: AioContext, fd: number, direction: Direction) {
    this.#context = context
    this.#singly = new SingleOperations(fd, direction)
    const lioOpcode = direction === 'read' ? IOCB_CMD.PREAD : IOCB_CMD.PWRITE
    const address = numericAddress(this.#iocbs)
    for (let i = 0; i < DEPTH; i++) {
      this.#iocbs.set(encode(iocb, { data: BigInt(i), lioOpcode, fildes: fd }), i * iocb.size)
      this.#pointers.writeBigUInt64LE(BigInt(address + i * iocb.size), i * 8)
    }
  }

  set(index: number, address: number, length: number): void {
    const words = this.#iocbWords
    const at = index * IOCB_WORDS
    words[at + BUF] = address >>> 0
    words[at + BUF + 1] = address / 2 ** 32
    words[at + NBYTES] = length
  }

  run(count: number): void {
    const context = this.#context
    let done = 0
    while (done < count && !context.isForbidden) {
      const submitted = context.submit(count - done, this.#pointersAddress + done * 8)
      if (submitted < 0) {
        // The driver's own errors are results. Without operations, only a forbidden call fails.
        context.isForbidden = context.submit(0, 0) < 0
        break
      }
      this.#reap(submitted)
      done += submitted
    }
    if (done < count) this.#runSingly(done, count)
  }

  #runSingly(from: number, to: number): void {
    const words = this.#iocbWords
    for (let i = from; i < to; i++) {
      const at = i * IOCB_WORDS
      const address = (words[at + BUF] as number) + (words[at + BUF + 1] as number) * 2 ** 32
      this.#singly.set(i - from, address, words[at + NBYTES] as number)
    }
    this.#singly.run(to - from)
    this.results.set(this.#singly.results.subarray(0, to - from), from)
  }

  #reap(count: number): void {
    const reaped = syscall(NR.io_getevents, this.#context.id, count, count, this.#eventsAddress, 0)
    if (reaped < 0) this.#context.isForbidden = true
    check('io_getevents', reaped)
    const words = this.#eventWords
    for (let at = 0; at < reaped * EVENT_WORDS; at += EVENT_WORDS)
      this.results[words[at + DATA] as number] = words[at + RES] as number
  }
}
