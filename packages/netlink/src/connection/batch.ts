import { compile } from '../codec/index.js'
import { type Output, output, retract, written } from '../codec/output.js'
import {
  BatchInterruptedError,
  type FlagOption,
  type FlagsOf,
  type Messages,
  NLM_F,
  nlmsghdr,
  type Protocol,
  type ReplyOf,
  type RequestOf,
} from '../core/index.js'
import type { Asking } from './ask.js'
import { answer, type BatchItem, type Entry, entry } from './batch-item.js'
import type { Channel } from './channel.js'
import type { Awaited } from './engine.js'
import { nlmFlags, none, type RequestOptions } from './flags.js'
import { type BatchOptions, expectBatchOptions, expectWaitOptions, type WaitOptions } from './options.js'
import { writeRequest } from './request.js'
import { expectWell, run, runSync, type Steps } from './steps.js'

/** Bytes of requests that go to the kernel in one call: fewer than the send buffer holds on any machine, 208 KiB. */
const CHUNK_BYTES = 128 * 1024

/** What the socket's receive buffer is asked to be, so that the answers to one call fit. */
const RECEIVE_BUFFER = 8 * 1024 * 1024

/** What an ack, or a refusal with its words, takes of the receive buffer at most, in bytes: `skb->truesize` of a small one. */
const ACK_COST = 2304

/** The same of a reply: a link with its statistics, twice. */
const REPLY_COST = 32 * 1024

/** How a request of a batch is meant. */
export type BatchItemOptions<F extends FlagOption = FlagOption> = RequestOptions<F> & {
  /** False for what kernels do not acknowledge (before Linux 6.10 NFNL_MSG_BATCH_BEGIN and its END). */
  readonly ack?: false | undefined
}

/** What became of a batch. */
export interface BatchResult {
  readonly items: readonly BatchItem[]
  /** How many failed. */
  readonly failures: number
  /** The first one that failed; the kernel went on behind it. */
  readonly first: BatchItem | undefined
}

/** Requests that go to the kernel in one call. */
interface Chunk {
  readonly out: Output
  readonly items: Entry[]
  /** The last one that the kernel may be asked to acknowledge. */
  lastAckable: Entry | undefined
  /** What the answers may take of the receive buffer. */
  cost: number
}

const emptyChunk = (): Chunk => ({ out: output(), items: [], lastAckable: undefined, cost: 0 })

/**
 * Many requests, sent in few calls. They are written as they are added, and go nowhere until the batch is sent; the kernel
 * then takes them one by one, in order, and goes on where one fails.
 */
export class Batch<M extends Messages> {
  readonly #asking: Asking
  readonly #channel: Channel
  readonly #timeout: number
  readonly #ackEach: boolean
  readonly #oneCall: boolean
  readonly #room: number
  readonly #chunks: Chunk[] = [emptyChunk()]
  readonly #items: Entry[] = []
  #sent = false

  /** For connections, which make it. */
  constructor(asking: Asking, channel: Channel, timeout: number, options: BatchOptions) {
    const { acks = 'each', oneCall = false } = expectBatchOptions(options)
    this.#asking = asking
    this.#channel = channel
    this.#timeout = timeout
    this.#ackEach = acks === 'each'
    this.#oneCall = oneCall
    this.#room = channel.reserve(RECEIVE_BUFFER) / 2
  }

  /** How many requests it has. */
  get size(): number {
    return this.#items.length
  }

  /**
   * Adds a request.
   * @returns what will be told of it once the batch is sent
   * @throws {EncodeError} (a TypeError) where it cannot be expressed; the batch is then as it was
   */
  add<N extends string & keyof M>(
    name: N,
    request: RequestOf<M, N>,
    meant: BatchItemOptions<FlagsOf<M, N>> = none,
  ): BatchItem<ReplyOf<M, N>> {
    this.#expectUnsent()
    const { protocol, sequence } = this.#asking
    const { ack, ...options } = meant as BatchItemOptions
    const message = protocol.byName(name)
    const flags = nlmFlags(message, options)
    const echo = options.echo === true
    const replies = message.isGet || echo
    const acked = ack !== false && (this.#ackEach || replies)
    const chunk = this.#chunkFor(replies ? REPLY_COST : ACK_COST)
    const { out, items } = chunk
    const start = out.length
    const seq = sequence.next(1)
    const header = { seq, pid: this.#channel.transport.port, flags: flags | (acked ? NLM_F.ACK : 0) }
    try {
      const codec = writeRequest(out, protocol, name, request, header)
      const item = entry({ index: this.#items.length, name, seq, acked, echo, start, end: out.length, codec })
      items.push(item)
      if (ack !== false) chunk.lastAckable = item
      this.#items.push(item)
      return item as BatchItem<ReplyOf<M, N>>
    } catch (error) {
      retract(out, out.length - start)
      throw error
    }
  }

  /**
   * Sends all, and waits for what becomes of each. Where one fails that is told, not thrown.
   * @throws {BatchInterruptedError} where answers were lost (`ENOBUFS`) or did not come; its `items` tell what is known
   */
  sendSync(): BatchResult {
    this.#begin()
    return this.#conclude(() => runSync(this.#steps(), this.#timeout))
  }

  /** As {@link sendSync}; others run meanwhile. A signal ends it between two calls to the kernel, or while it waits. */
  async send(options: WaitOptions = {}): Promise<BatchResult> {
    const { timeout = this.#timeout, signal } = expectWaitOptions(options)
    this.#begin()
    let failure: unknown
    try {
      await run(this.#steps(), { timeout, signal })
    } catch (error) {
      failure = error
    }
    return this.#conclude(() => {
      if (failure !== undefined) throw failure
    })
  }

  #conclude(finish: () => void): BatchResult {
    const items = this.#items
    try {
      finish()
    } catch (error) {
      if (items.every(({ state }) => state === 'waiting')) throw error
      throw new BatchInterruptedError(items, error)
    }
    const failed = items.filter(({ state }) => state === 'failed')
    return { items, failures: failed.length, first: failed[0] }
  }

  #begin(): void {
    this.#expectUnsent()
    this.#sent = true
  }

  *#steps(): Steps<void> {
    for (const chunk of this.#chunks) {
      if (chunk.items.length === 0) continue
      const bytes = written(chunk.out)
      acknowledgeLast(bytes, chunk)
      // All may be answered before the first answer is read.
      if (this.#oneCall) this.#channel.reserve(2 * chunk.cost)
      const pending = this.#channel.send(bytes, awaited(chunk, bytes, this.#asking.protocol))
      for (const item of chunk.items) item.state = 'sent'
      yield { channel: this.#channel, pending }
      expectWell(pending)
    }
  }

  #expectUnsent(): void {
    if (this.#sent) throw new TypeError('expected a batch that was not sent yet, got one that was')
  }

  /** The chunk that the next request goes to. */
  #chunkFor(cost: number): Chunk {
    let last = this.#chunks.at(-1) ?? emptyChunk()
    const isFull = last.out.length >= CHUNK_BYTES || last.cost + cost > this.#room
    if (isFull && last.items.length > 0 && !this.#oneCall) {
      last = emptyChunk()
      this.#chunks.push(last)
    }
    last.cost += cost
    return last
  }
}

/** The ack of the last one says that the kernel is through with all before it. */
function acknowledgeLast(bytes: Buffer, { lastAckable: last }: Chunk): void {
  if (last === undefined) throw new TypeError('expected a request that is acknowledged in each call, got none')
  const codec = compile(nlmsghdr)
  const header = codec.read(bytes, last.start)
  codec.write(bytes, last.start, { ...header, flags: header.flags | NLM_F.ACK })
  last.acked = true
}

/** Awaits the answers to the requests of a chunk: all acks that were asked for. */
function awaited({ items }: Chunk, bytes: Buffer, protocol: Protocol): Awaited {
  const bySeq = new Map(items.map((item) => [item.seq, item]))
  let missing = items.filter(({ acked }) => acked).length
  return {
    seqs: [...bySeq.keys()],
    echoes: (seq) => bySeq.get(seq)?.echo === true,
    accept(frame) {
      const item = bySeq.get(frame.seq)
      if (item && answer(item, frame, bytes, protocol) && item.acked) missing--
      if (missing > 0) return false
      // The kernel goes through them in order: what it has not refused by now is done.
      for (const unrefused of items) if (unrefused.state === 'sent') unrefused.state = 'done'
      return true
    },
  }
}
