import { ArgumentError } from '@netloom/netlink/codec'
import { PacketView, SumReader } from '@netloom/packet'
import { headerSize } from '../device/framing.js'
import { checkBytes, lengthOf } from '../io/bytes.js'
import { type FrameFault, startOfVirtio, virtioFault } from '../io/check-virtio.js'
import { FrameError } from '../io/errors.js'
import { VIRTIO_NET_HDR_F, VIRTIO_NET_HDR_GSO, VirtioNetHeader } from '../io/virtio-header.js'
import { checkBoolean, checkInteger, checkOptions } from '../options.js'
import { checkFormat, type FrameFormat, LONGEST_FRAME } from './format.js'
import { Segmenter } from './segmenter.js'

/** Bytes for the packets of one frame by default: enough for 64 KiB in segments of 22 bytes of data. */
const DEFAULT_SIZE = 4 * 65536

/** Options of {@link GsoSplitter}. */
export interface SplitterOptions {
  /**
   * Memory for the packets, which begins with them. Its last 65,600 bytes are used for the frame. By default, it has room for 256 KiB of
   * packets.
   */
  readonly memory?: Uint8Array | undefined
  /** True to throw an error for an inconsistent frame, instead of counting and dropping it. */
  readonly strict?: boolean | undefined
}

const checks = { memory: (what: string, value: Uint8Array) => checkBytes(what, value), strict: checkBoolean }

/** Bytes at the end of the memory that hold the frame. */
const INPUT = (LONGEST_FRAME + 63) & ~63

/**
 * Splits frames that a device with offloads delivers into packets with correct headers and checksums, which any receiver accepts: TCP over
 * IPv4 and IPv6, and UDP. A frame that needs no splitting becomes one packet, whose checksum is completed. Packets have neither
 * `struct tun_pi` nor a virtio header.
 *
 * The packets of a frame are next to each other in {@link memory}, and all but the last have the same length: sendmsg(2) with UDP_SEGMENT
 * sends them at once. Nothing is allocated for a frame or packet.
 *
 * ```ts
 * const splitter = new GsoSplitter(tun)
 * for (let index = 0, count = splitter.split(frame); index < count; index++) send(splitter.packet(index))
 * ```
 */
export class GsoSplitter {
  /** Memory that contains the packets of the last frame, from {@link offset} on. */
  readonly memory: Uint8Array
  /** Number of packets of the last frame. */
  count = 0
  /** Offset of the first packet in {@link memory}. */
  offset = 0
  /** Length of each packet but the last. */
  size = 0
  /** Length of the last packet. */
  lastSize = 0
  /** Number of frames that were dropped because they are inconsistent. */
  dropped = 0

  readonly #format: FrameFormat
  readonly #strict: boolean
  readonly #input: number
  readonly #sums: SumReader
  readonly #header = new VirtioNetHeader()
  readonly #packet: PacketView
  readonly #segmenter: Segmenter
  #found: FrameFault | 'packet' | undefined

  /**
   * @param format The device that delivers the frames, or the format of its frames.
   * @throws {TypeError} if the format is invalid, or an option is unknown or invalid
   */
  constructor(format: FrameFormat, options: SplitterOptions = {}) {
    checkFormat(format)
    checkOptions(options, checks)
    const { memory: given, strict = false } = options
    const own = given === undefined ? SumReader.allocate(DEFAULT_SIZE + INPUT) : undefined
    const memory = own?.bytes ?? (given as Uint8Array)
    if (lengthOf(memory) <= INPUT)
      throw new ArgumentError(`expected memory of more than ${INPUT} bytes, got ${lengthOf(memory)}`)
    this.memory = memory
    this.#format = format
    this.#strict = strict
    this.#input = lengthOf(memory) - INPUT
    this.#sums = own?.sums ?? new SumReader(memory)
    this.#packet = new PacketView({ link: format.mode === 'tap' ? 'ethernet' : 'ip' })
    this.#segmenter = new Segmenter(memory, this.#sums, this.#packet)
  }

  /** The reason why the last frame was dropped; undefined if it was split. */
  get fault(): Error | undefined {
    const found = this.#found
    if (found === 'packet') return this.#packet.fault.error()
    return found && new FrameError(found.field, found.value, found.expected)
  }

  /**
   * Splits a frame as it was read from the device. Returns the number of packets, which is {@link count}. Returns 0 if the frame is
   * inconsistent, belongs to a tunnel, or its packets do not fit into the memory: then {@link fault} is the reason.
   * @param offset Where the packets begin in {@link memory}.
   * @throws {FrameError} with `strict`, if the virtio header is inconsistent
   * @throws {PacketError} with `strict`, if the headers of the packet are malformed
   * @throws {TypeError} if `frame` is not a Uint8Array, the offset is outside of the memory, or the memory was transferred or made smaller
   */
  split(frame: Uint8Array, offset = 0): number {
    checkBytes('a frame', frame)
    checkInteger('offset', offset, 0, this.#input)
    const length = lengthOf(this.memory)
    if (length < this.#input + INPUT)
      throw new ArgumentError(`expected the memory of ${this.#input + INPUT} bytes, of which ${length} are left`)
    this.offset = offset
    this.count = 0
    this.#found = this.#run(frame, offset)
    if (this.#found === undefined) return this.count
    this.count = 0
    this.dropped++
    if (this.#strict) throw this.fault
    return 0
  }

  /**
   * All packets of the last frame, as a view of {@link memory}: the `data` of a message that `@netloom/tuntap/udp` sends with {@link size}
   * as its `segmentSize`. It is valid until the memory is used again.
   */
  get packets(): Uint8Array {
    const length = this.count === 0 ? 0 : (this.count - 1) * this.size + this.lastSize
    return this.memory.subarray(this.offset, this.offset + length)
  }

  /** Returns a packet of the last frame, as a view of {@link memory}. It is valid until the memory is used again. */
  packet(index: number): Uint8Array {
    checkInteger('index', index, 0, this.count - 1)
    const start = this.offset + index * this.size
    return this.memory.subarray(start, start + (index === this.count - 1 ? this.lastSize : this.size))
  }

  #run(frame: Uint8Array, to: number): FrameFault | 'packet' | undefined {
    const { framing, mode } = this.#format
    const before = headerSize(framing)
    const length = lengthOf(frame)
    const least = before + 1
    if (length < least || length > LONGEST_FRAME)
      return { field: 'length', value: length, expected: `from ${least} to ${LONGEST_FRAME}` }
    const { memory } = this
    const input = this.#input
    memory.set(frame, input)
    const start = input + before
    const end = input + length
    if (framing.vnetHeaderSize === 0) return this.#pass(start, end, to)
    const header = this.#header.at(memory, input + startOfVirtio(framing), framing.vnetByteOrder)
    const found = virtioFault(header, framing.vnetHeaderSize, end - start, mode)
    if (found) return found
    if (header.gsoType !== VIRTIO_NET_HDR_GSO.NONE) return this.#segment(start, end, to)
    if (header.flags & VIRTIO_NET_HDR_F.NEEDS_CSUM) this.#complete(start, end)
    return this.#pass(start, end, to)
  }

  /** Returns the packet as it is. */
  #pass(start: number, end: number, to: number): FrameFault | undefined {
    const length = end - start
    if (length > this.#input - to) return noRoom(length, this.#input - to)
    this.memory.copyWithin(to, start, end)
    this.count = 1
    this.size = length
    this.lastSize = length
    return undefined
  }

  /** Completes a checksum: the field contains the sum of the pseudo-header. As `skb_checksum_help`, writes 0xffff for 0. */
  #complete(start: number, end: number): void {
    const from = start + this.#header.csumStart
    const at = from + this.#header.csumOffset
    const checksum = ~this.#sums.sum(from, end) & 0xffff || 0xffff
    this.memory[at] = checksum >>> 8
    this.memory[at + 1] = checksum
  }

  #segment(start: number, end: number, to: number): FrameFault | 'packet' | undefined {
    if (!this.#packet.tryParse(this.memory, start, end)) return 'packet'
    const segmenter = this.#segmenter
    const found = segmenter.prepare(this.#header)
    if (found) return found
    const needed = segmenter.needed
    if (needed > this.#input - to) return noRoom(needed, this.#input - to)
    segmenter.write(to)
    this.count = segmenter.count
    this.size = segmenter.size
    this.lastSize = segmenter.lastSize
    return undefined
  }
}

const noRoom = (needed: number, room: number): FrameFault => ({
  field: 'size of the packets',
  value: needed,
  expected: `at most ${room}, the room in the memory`,
})
