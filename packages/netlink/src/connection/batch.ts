import { ArgumentError, type Codec, compile } from '../codec/index.js'
import { append, type Output, retract, written } from '../codec/output.js'
import { own } from '../codec/own.js'
import {
  BatchInterruptedError,
  type FlagOption,
  type FlagsOf,
  type Messages,
  NLM_F,
  type ReplyOf,
  type RequestOf,
  writeMessage,
} from '../message/index.js'
import {
  ACK_COST,
  acknowledgeLast,
  type Chunk,
  ChunkReplies,
  Chunks,
  RECEIVE_BUFFER,
  REPLY_COST,
} from './batch-chunk.js'
import { type BatchEntry, type BatchItem, batchEntry, type NewBatchEntry } from './batch-entry.js'
import { atCaller } from './caller.js'
import { nlmFlags, none, type RequestOptions } from './flags.js'
import { type BatchOptions, validateBatchOptions, validateWaitOptions, type WaitOptions } from './options.js'
import { type RequestContext, writeRequest } from './request.js'
import { type RequestTemplate, templateOf, writeFromTemplate } from './request-template.js'
import type { SocketDriver } from './socket-driver.js'
import { runTask, runTaskSync, type Task, throwIfFailed } from './task.js'

/** Options of one request in a batch. */
export type BatchItemOptions<F extends FlagOption = FlagOption> = RequestOptions<F> & {
  /**
   * Set `false` for requests that the kernel never acknowledges: NFNL_MSG_BATCH_BEGIN, and NFNL_MSG_BATCH_END before Linux
   * 6.10.
   */
  readonly ack?: false | undefined
}

/** The outcome of a batch. */
export interface BatchResult {
  readonly items: readonly BatchItem[]
  /** Number of failed requests. */
  readonly failures: number
  /** The first failed request, if any. The kernel processes the requests after it all the same. */
  readonly first: BatchItem | undefined
}

/** The options of a request, after validation. */
interface ResolvedOptions {
  readonly name: string
  readonly given: BatchItemOptions
  readonly isFrozen: boolean
  readonly isAckable: boolean
  readonly echo: boolean
  readonly flags: number
  /** True if the kernel sends replies in addition to an ack. */
  readonly hasReplies: boolean
  /** Header of the last {@link Batch.addEncoded} request with these options. The next one reuses it. */
  template?: RequestTemplate
}

type Header = { readonly flags: number; readonly seq: number; readonly pid: number }

/** Appends a request with this header, and returns the codec of the request. */
type Write = (out: Output, header: Header) => Codec<unknown>

/**
 * Many requests that are sent in few system calls. `add` encodes a request at once. The kernel processes the requests in
 * order, and continues after one that fails.
 */
export class Batch<M extends Messages> {
  readonly #context: RequestContext
  readonly #driver: SocketDriver
  readonly #timeout: number
  readonly #ackEach: boolean
  readonly #oneCall: boolean
  readonly #chunks: Chunks
  readonly #entries: BatchEntry[] = []
  #isSent = false
  #lastOptions: ResolvedOptions | undefined

  /** Called by {@link Connection.batch}. */
  constructor(context: RequestContext, driver: SocketDriver, timeout: number, options: BatchOptions) {
    const { acks = 'each', oneCall = false } = validateBatchOptions(options)
    this.#context = context
    this.#driver = driver
    this.#timeout = timeout
    this.#ackEach = acks === 'each'
    this.#oneCall = oneCall
    this.#chunks = new Chunks(driver.reserve(RECEIVE_BUFFER) / 2, oneCall)
  }

  /** Number of requests. */
  get size(): number {
    return this.#entries.length
  }

  /**
   * Adds a request.
   * @returns the state of the request, which `send` updates
   * @throws {EncodeError} (a TypeError) if it cannot be encoded. The batch is unchanged.
   */
  add<N extends string & keyof M>(
    name: N,
    request: RequestOf<M, N>,
    options: BatchItemOptions<FlagsOf<M, N>> = none,
  ): BatchItem<ReplyOf<M, N>> {
    try {
      this.#checkUnsent()
      const { protocol } = this.#context
      const write: Write = (out, header) => writeRequest(out, protocol, name, request, header)
      return itemOf(this.#append(this.#resolve(name, options), write))
    } catch (error) {
      throw atCaller(error, this.add)
    }
  }

  /**
   * Adds a request whose payload is already encoded. `payload` contains everything after `nlmsghdr`, as `encode` returns it.
   * For programs that send thousands of requests that differ only in a few bytes.
   */
  addEncoded<N extends string & keyof M>(
    name: N,
    payload: Uint8Array,
    options: BatchItemOptions<FlagsOf<M, N>> = none,
  ): BatchItem<ReplyOf<M, N>> {
    try {
      this.#checkUnsent()
      const resolved = this.#resolve(name, options)
      if (resolved.template?.length === payload.length)
        return itemOf(this.#appendLike(resolved.template, resolved, payload))
      return itemOf(this.#appendEncoded(name, resolved, payload))
    } catch (error) {
      throw atCaller(error, this.addEncoded)
    }
  }

  #appendEncoded(name: string, resolved: ResolvedOptions, payload: Uint8Array): BatchEntry {
    const { type, declaration } = this.#context.protocol.byName(name)
    const codec = compile(declaration)
    const entry = this.#append(resolved, (out, { flags, seq, pid }) => {
      writeMessage(out, { type, flags: NLM_F.REQUEST | flags, seq, pid }, () => append(out, payload))
      return codec
    })
    resolved.template = templateOf(this.#chunks.last.out, entry, payload.length)
    return entry
  }

  /**
   * Sends all requests, and waits for their answers. Does not throw if a request fails: see the result.
   * @throws {BatchInterruptedError} if answers were lost (`ENOBUFS`) or timed out. Its `items` contain the known outcomes.
   */
  sendSync(): BatchResult {
    try {
      this.#begin()
      return this.#conclude(() => runTaskSync(this.#task(), this.#timeout))
    } catch (error) {
      throw atCaller(error, this.sendSync)
    }
  }

  /** Does the same as {@link sendSync} asynchronously. An aborted signal ends it before the next chunk, or while it waits. */
  async send(options: WaitOptions = {}): Promise<BatchResult> {
    try {
      const { timeout = this.#timeout, signal } = validateWaitOptions(options)
      this.#begin()
      let failure: unknown
      try {
        await runTask(this.#task(), { timeout, signal })
      } catch (error) {
        failure = error
      }
      return this.#conclude(() => {
        if (failure !== undefined) throw failure
      })
    } catch (error) {
      throw atCaller(error, this.send)
    }
  }

  #append(options: ResolvedOptions, write: Write): BatchEntry {
    const { name, isAckable, echo, hasReplies } = options
    const acked = isAckable && (this.#ackEach || hasReplies)
    const chunk = this.#chunks.next(costOf(options))
    const { out } = chunk
    const start = out.length
    const seq = this.#context.sequence.next()
    const flags = options.flags | (acked ? NLM_F.ACK : 0)
    try {
      const codec = write(out, { seq, pid: this.#driver.transport.port, flags })
      const index = this.#entries.length
      return this.#add(chunk, { index, name, seq, acked, echo, start, end: out.length, codec }, isAckable)
    } catch (error) {
      retract(out, out.length - start)
      throw error
    }
  }

  #appendLike(template: RequestTemplate, options: ResolvedOptions, payload: Uint8Array): BatchEntry {
    const { acked, echo, codec } = template
    const chunk = this.#chunks.next(costOf(options))
    const { out } = chunk
    const start = out.length
    const seq = this.#context.sequence.next()
    writeFromTemplate(out, template, seq, payload)
    const { name, isAckable } = options
    const index = this.#entries.length
    return this.#add(chunk, { index, name, seq, acked, echo, start, end: out.length, codec }, isAckable)
  }

  #add(chunk: Chunk, row: NewBatchEntry, isAckable: boolean): BatchEntry {
    const entry = batchEntry(row)
    chunk.entries.push(entry)
    if (isAckable) chunk.lastAckable = entry
    this.#entries.push(entry)
    return entry
  }

  /** Validates options. Reuses the last result if the options are the same frozen object. */
  #resolve(name: string, given: BatchItemOptions): ResolvedOptions {
    const last = this.#lastOptions
    if (last?.isFrozen && last.given === given && last.name === name) return last
    const { ack: _, ...options } = given
    const message = this.#context.protocol.byName(name)
    const isAckable = own(given, 'ack') !== false
    const echo = own(given, 'echo') === true
    const flags = nlmFlags(message, options)
    const hasReplies = message.isGet || echo
    this.#lastOptions = { name, given, isFrozen: Object.isFrozen(given), isAckable, echo, flags, hasReplies }
    return this.#lastOptions
  }

  *#task(): Task<void> {
    for (const chunk of this.#chunks.nonEmpty()) {
      const bytes = written(chunk.out)
      acknowledgeLast(bytes, chunk)
      // The kernel may queue all answers before the first one is read.
      if (this.#oneCall) this.#driver.reserve(2 * chunk.cost)
      const pending = this.#driver.send(bytes, new ChunkReplies(chunk, bytes, this.#context.protocol))
      for (const entry of chunk.entries) entry.state = 'sent'
      yield { driver: this.#driver, pending }
      throwIfFailed(pending)
    }
  }

  #conclude(finish: () => void): BatchResult {
    const items = this.#entries
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
    this.#checkUnsent()
    this.#isSent = true
  }

  #checkUnsent(): void {
    if (this.#isSent) throw new ArgumentError('expected a batch that was not sent yet, got one that was')
  }
}

const costOf = ({ hasReplies }: ResolvedOptions) => (hasReplies ? REPLY_COST : ACK_COST)

/** The compiler cannot derive the type of the replies from a message name that is not a literal. */
const itemOf = <T>(entry: BatchEntry) => entry as BatchItem as BatchItem<T>
