import { ArgumentError, type Codec, compile } from '../codec/index.js'
import { append, type Output, retract, written } from '../codec/output.js'
import { type FlagsOf, type Messages, NLM_F, type ReplyOf, type RequestOf, writeMessage } from '../message/index.js'
import { acknowledgeLast, type Chunk, ChunkReplies, Chunks, RECEIVE_BUFFER } from './batch-chunk.js'
import { type BatchEntry, type BatchItem, batchEntry, type NewBatchEntry } from './batch-entry.js'
import { type BatchItemOptions, costOf, OptionsResolver, type ResolvedOptions } from './batch-options.js'
import { type BatchResult, conclude } from './batch-result.js'
import { atCaller } from './caller.js'
import { none } from './flags.js'
import { type BatchOptions, validateBatchOptions, validateWaitOptions, type WaitOptions } from './options.js'
import { type RequestContext, writeRequest } from './request.js'
import { type RequestTemplate, templateOf, writeFromTemplate } from './request-template.js'
import type { SocketDriver } from './socket-driver.js'
import { runTask, runTaskSync, type Task, throwIfFailed } from './task.js'

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
  readonly #options: OptionsResolver
  #isSent = false

  /** Called by {@link Connection.batch}. */
  constructor(context: RequestContext, driver: SocketDriver, timeout: number, options: BatchOptions) {
    const { acks = 'each', oneCall = false } = validateBatchOptions(options)
    this.#context = context
    this.#driver = driver
    this.#timeout = timeout
    this.#ackEach = acks === 'each'
    this.#oneCall = oneCall
    this.#options = new OptionsResolver(context.protocol)
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
      return itemOf(this.#append(this.#options.resolve(name, options), write))
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
      const resolved = this.#options.resolve(name, options)
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
      return conclude(this.#entries, () => runTaskSync(this.#task(), this.#timeout))
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
      return conclude(this.#entries, () => {
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
      return this.#add(chunk, { index, name, seq, acked, ackable: isAckable, echo, start, end: out.length, codec })
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
    return this.#add(chunk, { index, name, seq, acked, ackable: isAckable, echo, start, end: out.length, codec })
  }

  #add(chunk: Chunk, row: NewBatchEntry): BatchEntry {
    const entry = batchEntry(row)
    chunk.entries.push(entry)
    if (row.ackable) chunk.lastAckable = entry
    this.#entries.push(entry)
    return entry
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

  #begin(): void {
    this.#checkUnsent()
    this.#isSent = true
  }

  #checkUnsent(): void {
    if (this.#isSent) throw new ArgumentError('expected a batch that was not sent yet, got one that was')
  }
}

/** The compiler cannot derive the type of the replies from a message name that is not a literal. */
const itemOf = <T>(entry: BatchEntry) => entry as BatchItem as BatchItem<T>
