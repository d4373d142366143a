import { align, type Codec, compile } from '../codec/index.js'
import { append, type Output, output, reserve, retract, written } from '../codec/output.js'
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
  writeMessage,
} from '../message/index.js'
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

/** The options of a request, resolved. */
interface Meaning {
  readonly name: string
  readonly given: BatchItemOptions
  readonly isFrozen: boolean
  readonly isAckable: boolean
  readonly echo: boolean
  readonly flags: number
  readonly replies: boolean
  like?: Like
}

/** Properties of the last encoded request that the next one shares if it has the same length. */
interface Like {
  readonly length: number
  readonly header: Buffer
  readonly padding: number
  readonly isAckable: boolean
  readonly acked: boolean
  readonly echo: boolean
  readonly codec: Codec<unknown>
  readonly cost: number
}

const costOf = ({ replies }: Meaning) => (replies ? REPLY_COST : ACK_COST)

type Header = { readonly flags: number; readonly seq: number; readonly pid: number }

/** Appends a message with a header, and returns what can read it. */
type Write = (out: Output, header: Header) => Codec<unknown>

/** Offset of `seq` in a header: the size of the members before it. */
const sequenceOffset = offsetOf(nlmsghdr.members, 'seq')

function offsetOf<M extends Readonly<Record<string, { readonly size: number }>>>(members: M, name: keyof M): number {
  const names = Object.keys(members)
  return names.slice(0, names.indexOf(name as string)).reduce((sum, each) => sum + (members[each]?.size ?? 0), 0)
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
  #last: Meaning | undefined

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
    options: BatchItemOptions<FlagsOf<M, N>> = none,
  ): BatchItem<ReplyOf<M, N>> {
    const { protocol } = this.#asking
    return this.#append(name, options, (out, header) => writeRequest(out, protocol, name, request, header))
  }

  /**
   * Adds a request of which `payload` is what follows the header, as `encode` returns it. A program that sends thousands of
   * requests that differ in a few bytes need not have each encoded.
   */
  addEncoded<N extends string & keyof M>(
    name: N,
    payload: Uint8Array,
    options: BatchItemOptions<FlagsOf<M, N>> = none,
  ): BatchItem<ReplyOf<M, N>> {
    const { like } = this.#meaningOf(name, options)
    if (like?.length === payload.length) return this.#appendLike(name, like, payload)
    const { type, declaration } = this.#asking.protocol.byName(name)
    const codec = compile(declaration)
    const item = this.#append(name, options, (out, { flags, seq, pid }) => {
      writeMessage(out, { type, flags: NLM_F.REQUEST | flags, seq, pid }, () => append(out, payload))
      return codec
    })
    this.#rememberLike(name, options, item as unknown as Entry, payload.length)
    return item
  }

  /** The header of the next request of that length differs in its sequence number alone. */
  #rememberLike(name: string, options: BatchItemOptions, { acked, echo, start, codec }: Entry, length: number): void {
    const { out } = this.#chunks.at(-1) as Chunk
    const meaning = this.#meaningOf(name, options)
    const header = Buffer.from(out.bytes.subarray(start, start + nlmsghdr.size))
    const { isAckable } = meaning
    meaning.like = {
      length,
      header,
      padding: align(length) - length,
      isAckable,
      acked,
      echo,
      codec,
      cost: costOf(meaning),
    }
  }

  #appendLike(name: string, like: Like, payload: Uint8Array): BatchItem<never> {
    this.#expectUnsent()
    const { acked, echo, codec } = like
    const chunk = this.#chunkFor(like.cost)
    const { out } = chunk
    const start = out.length
    const seq = this.#asking.sequence.next(1)
    append(out, like.header)
    out.bytes.writeUInt32LE(seq, start + sequenceOffset)
    append(out, payload)
    if (like.padding > 0) reserve(out, like.padding)
    const row = { index: this.#items.length, name, seq, acked, echo, start, end: out.length, codec }
    return this.#addItem(chunk, row, like.isAckable)
  }

  #append(name: string, options: BatchItemOptions, write: Write): BatchItem<never> {
    this.#expectUnsent()
    const meaning = this.#meaningOf(name, options)
    const { isAckable, echo, flags, replies } = meaning
    const acked = isAckable && (this.#ackEach || replies)
    const chunk = this.#chunkFor(costOf(meaning))
    const { out } = chunk
    const start = out.length
    const seq = this.#asking.sequence.next(1)
    const header = { seq, pid: this.#channel.transport.port, flags: flags | (acked ? NLM_F.ACK : 0) }
    try {
      const codec = write(out, header)
      const row = { index: this.#items.length, name, seq, acked, echo, start, end: out.length, codec }
      return this.#addItem(chunk, row, isAckable)
    } catch (error) {
      retract(out, out.length - start)
      throw error
    }
  }

  #addItem(chunk: Chunk, row: Parameters<typeof entry>[0], isAckable: boolean): BatchItem<never> {
    const item = entry(row)
    chunk.items.push(item)
    if (isAckable) chunk.lastAckable = item
    this.#items.push(item)
    return item as unknown as BatchItem<never>
  }

  /** Works out what options mean; for a run of requests with the same frozen ones, once. */
  #meaningOf(name: string, given: BatchItemOptions): Meaning {
    if (this.#last?.isFrozen && this.#last.given === given && this.#last.name === name) return this.#last
    const { ack, ...options } = given
    const message = this.#asking.protocol.byName(name)
    const echo = options.echo === true
    const replies = message.isGet || echo
    const isFrozen = Object.isFrozen(given)
    this.#last = { name, given, isFrozen, isAckable: ack !== false, echo, flags: nlmFlags(message, options), replies }
    return this.#last
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
    accept(nlmsg) {
      const item = bySeq.get(nlmsg.seq)
      if (item && answer(item, nlmsg, bytes, protocol) && item.acked) missing--
      if (missing > 0) return false
      // The kernel goes through them in order: what it has not refused by now is done.
      for (const unrefused of items) if (unrefused.state === 'sent') unrefused.state = 'done'
      return true
    },
  }
}
