import { lengthOf } from '../io/bytes.js'
import { MemoryAddresses } from '../io/memory-addresses.js'
import { DEPTH } from '../io/operations.js'
import type { UdpAddress } from './address.js'
import { writeSegmentSize, writeSourceIPv4, writeSourceIPv6, writeTos } from './control-messages.js'
import type { UdpHandle } from './handle.js'
import { CONTROL_WORDS, CONTROLLEN, HEADER_WORDS, MessageTable, NAME_WORDS, NAMELEN } from './message-table.js'
import { dataOf, isMapped, type OutgoingMessage, wordsFor } from './outgoing.js'

/** Segments of one message that each kernel with UDP_SEGMENT accepts (UDP_MAX_SEGMENTS; 128 since Linux 6.9). */
const MOST_SEGMENTS = 64

/** Longest data of one message with UDP_SEGMENT: a packet of 65535 bytes with the headers of IP and UDP. */
const LONGEST_SEGMENTED = { ipv4: 65535 - 20 - 8, ipv6: 65535 - 40 - 8 } as const

type Sendable = Uint8Array | OutgoingMessage

/** Fills a table with parts of messages: what one sendmmsg(2) sends. A part is as long as the kernel can segment, or one datagram. */
export class MessageWriter {
  readonly #handle: UdpHandle
  readonly #table = new MessageTable(DEPTH)
  readonly #memory = new MemoryAddresses()
  /** The destination in each slot, so that equal ones are not written again. */
  readonly #destinations = new Array<UdpAddress | undefined>(DEPTH)
  /** True if the destination in a slot is reached by IPv4, although the socket is an IPv6 one. */
  readonly #mapped = new Uint8Array(DEPTH)
  /** The message of each part, and its start and end in the message. */
  readonly messages = new Uint32Array(DEPTH)
  readonly starts = new Float64Array(DEPTH)
  readonly ends = new Float64Array(DEPTH)
  /** 1 for a part of several datagrams. */
  readonly segmented = new Uint8Array(DEPTH)

  constructor(handle: UdpHandle) {
    this.#handle = handle
  }

  get method() {
    return this.#table.method
  }

  /**
   * Fills the table, from an offset in a message on. Returns the number of parts.
   * @param single Index of a message whose datagrams are sent one by one.
   */
  fill(messages: readonly Sendable[], from: number, offset: number, single: number): number {
    let count = 0
    let start = offset
    for (let index = from; index < messages.length; index++) {
      const message = messages[index] as Sendable
      const data = dataOf(message)
      const length = lengthOf(data)
      const address = this.#memory.of(data)
      const segmentSize = message instanceof Uint8Array ? undefined : message.segmentSize
      const step = this.#stepOf(segmentSize, length, index === single)
      do {
        if (count === DEPTH) return count
        const end = Math.min(start + step, length)
        this.#table.setBytes(count, address + start, end - start)
        this.#setOptions(count, message, segmentSize !== undefined && end - start > segmentSize ? segmentSize : 0)
        this.messages[count] = index
        this.starts[count] = start
        this.ends[count++] = end
        start = end
      } while (start < length)
      start = 0
    }
    return count
  }

  #stepOf(segmentSize: number | undefined, length: number, isSingle: boolean): number {
    if (segmentSize === undefined) return length
    if (isSingle || !this.#handle.gso) return segmentSize
    const most = Math.floor(LONGEST_SEGMENTED[this.#handle.local.family] / segmentSize)
    return segmentSize * Math.max(1, Math.min(MOST_SEGMENTS, most))
  }

  #setOptions(index: number, message: Sendable, segmentSize: number): void {
    const { headers, controls } = this.#table
    const isPlain = message instanceof Uint8Array
    const to = isPlain ? undefined : message.to
    if (to !== undefined && to !== this.#destinations[index]) this.#setDestination(index, to)
    headers[index * HEADER_WORDS + NAMELEN] = to === undefined ? 0 : this.#nameLength
    this.segmented[index] = segmentSize > 0 ? 1 : 0
    const start = index * CONTROL_WORDS
    let at = start
    if (segmentSize > 0) at = writeSegmentSize(controls, at, segmentSize)
    if (!isPlain && (message.tos !== undefined || message.from !== undefined)) {
      const { isIPv6 } = this.#handle
      const usesIPv6 = isIPv6 && !(to === undefined ? this.#isRemoteMapped() : this.#mapped[index] === 1)
      if (message.tos !== undefined) at = writeTos(controls, at, usesIPv6, message.tos)
      if (message.from !== undefined) {
        const words = wordsFor(message.from, isIPv6)
        at = isIPv6 ? writeSourceIPv6(controls, at, words) : writeSourceIPv4(controls, at, words)
      }
    }
    headers[index * HEADER_WORDS + CONTROLLEN] = (at - start) * 4
  }

  get #nameLength(): number {
    return this.#handle.isIPv6 ? 28 : 16
  }

  #setDestination(index: number, to: UdpAddress): void {
    const words = wordsFor(to, this.#handle.isIPv6)
    this.#table.names.set(words, index * NAME_WORDS)
    this.#mapped[index] = isMapped(words) ? 1 : 0
    this.#destinations[index] = to
  }

  #isRemoteMapped(): boolean {
    const { remote, isIPv6 } = this.#handle
    return remote !== undefined && isMapped(wordsFor(remote, isIPv6))
  }

  /** Sends parts of the table. Returns the number of those that the kernel has taken, at least 1, or the negated errno of the first one. */
  send(fd: number, from: number, count: number): number {
    return this.#table.send(fd, from, count)
  }

  /** Forgets the memory of the messages. Call it after the last {@link send}. */
  clear(): void {
    this.#memory.clear()
  }
}
