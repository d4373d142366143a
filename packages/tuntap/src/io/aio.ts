import { isMainThread } from 'node:worker_threads'
import { encode } from '@netloom/netlink/codec'
import { check, libcFunction, ThreadEnd } from '@netloom/netlink/socket'
import { IOCB_CMD, iocb, ioEvent, NR, wordOffset } from './aio-abi.js'
import { numericAddress, syscall } from './calls.js'
import { DEPTH, type Direction, type Operations } from './operations.js'

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

  /** @throws {SystemError} `EAGAIN` beyond `fs.aio-max-nr`; `EPERM` or `ENOSYS` if a seccomp filter forbids it */
  private constructor() {
    const id = Buffer.alloc(8)
    check('io_setup', syscall(NR.io_setup, DEPTH, numericAddress(id), 0, 0, 0))
    this.id = Number(id.readBigUInt64LE())
    // Contexts belong to the process. A worker that is terminated runs no JavaScript.
    if (!isMainThread) new ThreadEnd(libcFunction).call(NR.io_destroy, this.id)
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
  readonly #context: number
  readonly #iocbs = Buffer.alloc(DEPTH * iocb.size)
  readonly #iocbWords = new Uint32Array(this.#iocbs.buffer, this.#iocbs.byteOffset, DEPTH * IOCB_WORDS)
  readonly #pointers = Buffer.alloc(DEPTH * 8)
  readonly #pointersAddress = numericAddress(this.#pointers)
  readonly #events = Buffer.alloc(DEPTH * ioEvent.size)
  readonly #eventWords = new Int32Array(this.#events.buffer, this.#events.byteOffset, DEPTH * EVENT_WORDS)
  readonly #eventsAddress = numericAddress(this.#events)

  constructor(context: AioContext, fd: number, direction: Direction) {
    this.#context = context.id
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
    for (let done = 0; done < count; ) {
      const pointers = this.#pointersAddress + done * 8
      const submitted = syscall(NR.io_submit, this.#context, count - done, pointers, 0, 0)
      // The kernel refuses only the first operation. The rest may still be possible.
      if (submitted < 0) this.results[done++] = submitted
      else {
        this.#reap(submitted)
        done += submitted
      }
    }
  }

  #reap(count: number): void {
    const reaped = check('io_getevents', syscall(NR.io_getevents, this.#context, count, count, this.#eventsAddress, 0))
    const words = this.#eventWords
    for (let at = 0; at < reaped * EVENT_WORDS; at += EVENT_WORDS)
      this.results[words[at + DATA] as number] = words[at + RES] as number
  }
}
