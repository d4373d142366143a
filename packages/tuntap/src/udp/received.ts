import type { FramePool } from '../io/frame-pool.js'
import { checkInteger } from '../options.js'
import { ADDRESS_WORDS, AddressCache, type UdpAddress } from './address.js'
import { type ControlValues, readControl } from './control-messages.js'
import { CONTROL_WORDS, CONTROLLEN, HEADER_WORDS, LENGTH, type MessageTable, NAME_WORDS } from './message-table.js'

/**
 * One or more datagrams of one sender that arrived together. With `gro`, the kernel joins datagrams of equal length, of which the last one may
 * be shorter. Otherwise, it is always one.
 */
export interface ReceivedMessage {
  /** The bytes of all datagrams. */
  readonly data: Buffer
  /** Length of each datagram but the last one, in bytes. For a single datagram, its length. */
  readonly segmentSize: number
  /** Number of datagrams. */
  readonly segmentCount: number
  /** Address of the sender. */
  readonly source: UdpAddress
  /** Type of service of IPv4, traffic class of IPv6. Its last two bits are ECN. Defined with the option `receiveTos`. */
  readonly tos: number | undefined
  /** The address to which the datagrams were sent, with the port of the socket. Defined with the option `receiveLocal`. */
  readonly local: UdpAddress | undefined
  /** Index of the link on which the datagrams arrived. Defined with the option `receiveLocal`. */
  readonly interfaceIndex: number | undefined
  /** Returns a datagram in place: a part of {@link data}. @throws {TypeError} if there is no datagram with this index */
  segment(index: number): Buffer
  /** Returns a copy that the caller may keep. */
  copy(): ReceivedMessage
}

abstract class Message {
  abstract readonly data: Buffer
  abstract readonly segmentSize: number

  get segmentCount(): number {
    // A datagram may be empty.
    return this.segmentSize === 0 ? 1 : Math.ceil(this.data.length / this.segmentSize)
  }

  segment(index: number): Buffer {
    checkInteger('the index of a datagram', index, 0, this.segmentCount - 1)
    const start = index * this.segmentSize
    return this.data.subarray(start, start + this.segmentSize)
  }
}

/** A message that was copied from the memory for batches. */
class KeptMessage extends Message implements ReceivedMessage {
  readonly data: Buffer
  readonly segmentSize: number
  readonly source: UdpAddress
  readonly tos: number | undefined
  readonly local: UdpAddress | undefined
  readonly interfaceIndex: number | undefined

  constructor(message: ReceivedMessage) {
    super()
    this.data = Buffer.from(message.data)
    this.segmentSize = message.segmentSize
    this.source = message.source
    this.tos = message.tos
    this.local = message.local
    this.interfaceIndex = message.interfaceIndex
  }

  copy(): ReceivedMessage {
    return new KeptMessage(this)
  }
}

/** The addresses of the messages of a socket. */
export interface AddressCaches {
  readonly sources: AddressCache
  readonly locals: AddressCache
}

export const addressCaches = (): AddressCaches => ({ sources: new AddressCache(), locals: new AddressCache() })

/** A message in a slot of the memory for batches. The next batch overwrites it. */
export class SlotMessage extends Message implements ReceivedMessage {
  readonly #table: MessageTable
  readonly #pool: FramePool
  readonly #slot: number
  readonly #caches: AddressCaches
  /** The words of the socket's own address, for its family and port. */
  readonly #own: Uint32Array
  readonly #control: ControlValues = {
    segmentSize: undefined,
    tos: undefined,
    interfaceIndex: undefined,
    localAt: undefined,
    isLocalIPv6: false,
  }
  #length = 0

  constructor(table: MessageTable, pool: FramePool, slot: number, caches: AddressCaches, own: Uint32Array) {
    super()
    this.#table = table
    this.#pool = pool
    this.#slot = slot
    this.#caches = caches
    this.#own = own
  }

  /** Reads what the kernel has written. */
  update(): void {
    const { headers, controls } = this.#table
    const at = this.#slot * HEADER_WORDS
    this.#length = headers[at + LENGTH] as number
    const control = this.#slot * CONTROL_WORDS
    readControl(controls, control, control + (headers[at + CONTROLLEN] as number) / 4, this.#control)
  }

  get data(): Buffer {
    return this.#pool.view(this.#slot, this.#length)
  }

  get segmentSize(): number {
    return this.#control.segmentSize ?? this.#length
  }

  override get segmentCount(): number {
    const { segmentSize } = this.#control
    return segmentSize === undefined ? 1 : Math.ceil(this.#length / segmentSize)
  }

  get source(): UdpAddress {
    return this.#caches.sources.at(this.#table.names, this.#slot * NAME_WORDS)
  }

  get tos(): number | undefined {
    return this.#control.tos
  }

  get interfaceIndex(): number | undefined {
    return this.#control.interfaceIndex
  }

  get local(): UdpAddress | undefined {
    const { localAt, isLocalIPv6, interfaceIndex } = this.#control
    if (localAt === undefined) return undefined
    const { controls } = this.#table
    const words = new Uint32Array(ADDRESS_WORDS)
    words[0] = this.#own[0] as number
    if (!isLocalIPv6) words[1] = controls[localAt] as number
    else {
      words.set(controls.subarray(localAt, localAt + 4), 2)
      if (isLinkLocal(words)) words[6] = interfaceIndex as number
    }
    return this.#caches.locals.at(words, 0)
  }

  copy(): ReceivedMessage {
    return new KeptMessage(this)
  }
}

/** True for fe80::/10. */
const isLinkLocal = (words: Uint32Array) => ((words[2] as number) & 0xc0ff) === 0x80fe
