import { ArgumentError, compile } from '../codec/index.js'
import { type Output, output } from '../codec/output.js'
import { NLM_F, nlmsghdr, type Protocol } from '../message/index.js'
import { type BatchEntry, handleReply } from './batch-entry.js'
import type { ReplyHandler } from './in-flight.js'

/** Maximum number of bytes of requests that are sent in one call. The default send buffer, 208 KiB, always has enough space for them. */
const CHUNK_BYTES = 128 * 1024

/** Size of the receive buffer of a connection that sends batches, in bytes. It must hold the answers to one chunk. */
export const RECEIVE_BUFFER = 8 * 1024 * 1024

/** Maximum number of bytes of the receive buffer that one ack or error uses: `skb->truesize` of a small datagram. */
export const ACK_COST = 2304

/** Maximum number of bytes of the receive buffer that one reply uses: twice as much as a link with its statistics. */
export const REPLY_COST = 32 * 1024

/** The requests that are sent in one call. */
export interface Chunk {
  readonly out: Output
  readonly entries: BatchEntry[]
  /** The last request that the kernel acknowledges. */
  lastAckable: BatchEntry | undefined
  /** Maximum number of bytes of the receive buffer that the answers use. */
  cost: number
}

const emptyChunk = (): Chunk => ({ out: output(), entries: [], lastAckable: undefined, cost: 0 })

/** Divides the requests of a batch into chunks whose answers fit into the receive buffer. */
export class Chunks {
  readonly #all: Chunk[] = [emptyChunk()]
  readonly #room: number
  readonly #oneCall: boolean

  /**
   * @param room Bytes of the receive buffer that the answers to one chunk may use.
   * @param oneCall True to send everything as one chunk, whatever its size.
   */
  constructor(room: number, oneCall: boolean) {
    this.#room = room
    this.#oneCall = oneCall
  }

  /** Returns the chunk for the next request. `cost` is the number of bytes of the receive buffer that its answers use. */
  next(cost: number): Chunk {
    let last = this.last
    const isFull = last.out.length >= CHUNK_BYTES || last.cost + cost > this.#room
    if (isFull && last.entries.length > 0 && !this.#oneCall) {
      last = emptyChunk()
      this.#all.push(last)
    }
    last.cost += cost
    return last
  }

  get last(): Chunk {
    return this.#all.at(-1) as Chunk
  }

  /** Returns the chunks that contain requests. */
  nonEmpty(): Chunk[] {
    return this.#all.filter(({ entries }) => entries.length > 0)
  }
}

/** Sets NLM_F_ACK in the last request of a chunk. Its ack shows that the kernel has processed all requests before it. */
export function acknowledgeLast(bytes: Buffer, { lastAckable: last }: Chunk): void {
  if (last === undefined) throw new ArgumentError('expected a request that is acknowledged in each call, got none')
  const codec = compile(nlmsghdr)
  const header = codec.read(bytes, last.start)
  codec.write(bytes, last.start, { ...header, flags: header.flags | NLM_F.ACK })
  last.acked = true
}

/** Handles the answers to a chunk. Complete when all requested acks were received. */
export class ChunkReplies implements ReplyHandler {
  readonly seqs: readonly number[]
  readonly #entries: readonly BatchEntry[]
  readonly #bySeq: ReadonlyMap<number, BatchEntry>
  readonly #bytes: Buffer
  readonly #protocol: Protocol
  #missing: number

  constructor({ entries }: Chunk, bytes: Buffer, protocol: Protocol) {
    this.#entries = entries
    this.#bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
    this.seqs = [...this.#bySeq.keys()]
    this.#missing = entries.filter(({ acked }) => acked).length
    this.#bytes = bytes
    this.#protocol = protocol
  }

  echoes(seq: number): boolean {
    return this.#bySeq.get(seq)?.echo === true
  }

  accept(message: Parameters<ReplyHandler['accept']>[0]): boolean {
    const entry = this.#bySeq.get(message.seq)
    if (entry && handleReply(entry, message, this.#bytes, this.#protocol)) {
      // NFNL_MSG_BATCH_BEGIN: nothing of the transaction took effect, and the kernel may answer nothing else.
      if (!entry.ackable) return true
      if (entry.acked) this.#missing--
    }
    if (this.#missing > 0) return false
    // The kernel processes requests in order, so all earlier requests that it has not refused have succeeded.
    for (const each of this.#entries) if (each.state === 'sent') each.state = 'done'
    return true
  }
}
