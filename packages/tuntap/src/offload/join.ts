import { ArgumentError } from '@netloom/netlink/codec'
import { PacketView, SumReader } from '@netloom/packet'
import { type Framing, headerSize } from '../device/framing.js'
import { checkBytes, lengthOf } from '../io/bytes.js'
import { FrameError } from '../io/errors.js'
import { VIRTIO_NET_HDR_GSO as GSO, VirtioNetHeader } from '../io/virtio-header.js'
import { checkBoolean, checkInteger, checkOptions } from '../options.js'
import { joinedType } from './eligible.js'
import { checkFormat, type FrameFormat, LONGEST_FRAME } from './format.js'
import { JoinedFrame } from './joined-frame.js'

/** Frames of one batch: as many as `writeBatch` passes on with one system call. */
const SLOTS = 64
/** Bytes for a frame. Slots of a multiple of 4096 would share the same sets of the processor's cache. */
const SLOT_SIZE = (LONGEST_FRAME + 63) & ~63
/** Number of flows that can be open at the same time: a power of 2. */
const FLOWS = 256
const NO_FRAME = -1

/** Options of {@link GroJoiner}. */
export interface JoinerOptions {
  /** Receives the frames of {@link GroJoiner.flush}, for example `(frames) => tun.writeBatch(frames)`. They are valid during the call. */
  write(frames: readonly Uint8Array[]): void
  /** False to join no TCP segments. */
  readonly tcp?: boolean | undefined
  /** False to join no UDP datagrams: before Linux 6.2, the kernel refuses such frames. */
  readonly udp?: boolean | undefined
  /** True to throw an error for a malformed packet, instead of counting and dropping it. */
  readonly strict?: boolean | undefined
}

const checks = {
  write(what: string, value: unknown) {
    if (typeof value !== 'function') throw new ArgumentError(`expected ${what} to be a function, got ${typeof value}`)
  },
  tcp: checkBoolean,
  udp: checkBoolean,
  strict: checkBoolean,
}

/**
 * Joins packets into frames of up to 64 KiB that the kernel takes with one system call: TCP segments over IPv4 and IPv6, and UDP
 * datagrams. The rules are those of the kernel's GRO: packets of a flow are joined if they follow one another, and their headers are equal
 * except for lengths and sequence numbers. Packets with an incorrect checksum stay alone, so the kernel drops them. The order of the
 * packets of a flow does not change.
 *
 * ```ts
 * const joiner = new GroJoiner(tun, { write: (frames) => tun.writeBatch(frames) })
 * for (const packet of received) joiner.push(packet)
 * joiner.flush()
 * ```
 */
export class GroJoiner {
  /** Number of packets that were appended to another one. */
  joined = 0
  /** Number of packets that were dropped because their headers are malformed. */
  dropped = 0
  /** Number of packets that were not joined because their checksum is incorrect. They were passed on. */
  invalidChecksums = 0

  readonly #format: FrameFormat
  readonly #write: JoinerOptions['write']
  readonly #joinsTcp: boolean
  readonly #joinsUdp: boolean
  readonly #strict: boolean
  readonly #memory: Uint8Array
  readonly #packet: PacketView
  readonly #header = new VirtioNetHeader()
  readonly #slots: JoinedFrame[]
  readonly #views: Uint8Array[] = []
  readonly #frames: Uint8Array[] = []
  /** The slot that is open for the flows with a hash. */
  readonly #flows = new Int8Array(FLOWS).fill(NO_FRAME)
  #framing: Framing
  #before = 0
  #used = 0
  #isWriting = false

  /**
   * @param format The device that the frames are written to, or the format of its frames.
   * @throws {TypeError} if the format is invalid, an option is unknown or invalid, or the frames have no virtio header
   */
  constructor(format: FrameFormat, options: JoinerOptions) {
    checkFormat(format)
    checkOptions(options, checks)
    const { write, tcp = true, udp = true, strict = false } = options
    checks.write('write', write)
    const { bytes, sums } = SumReader.allocate(SLOTS * SLOT_SIZE)
    this.#memory = bytes
    this.#format = format
    this.#write = write
    this.#joinsTcp = tcp
    this.#joinsUdp = udp
    this.#strict = strict
    this.#packet = new PacketView({ link: format.mode === 'tap' ? 'ethernet' : 'ip' })
    this.#slots = Array.from({ length: SLOTS }, () => new JoinedFrame(this.#memory, sums))
    this.#framing = format.framing
    this.#begin()
  }

  /**
   * Takes over the packet in `bytes[start, end)`: an Ethernet frame for a tap, an IP packet for a tun, with complete checksums and without other
   * headers. Its bytes are copied. If there is no room for another frame, calls {@link flush} before.
   * @throws {PacketError} with `strict`, if its headers are malformed
   * @throws {FrameError} with `strict`, if it is too long
   * @throws {TypeError} if `bytes` is not a Uint8Array, the range is outside of it, or `write` calls this
   * @throws the error of `write`; the packet was taken over
   */
  push(bytes: Uint8Array, start = 0, end?: number): void {
    checkBytes('a packet', bytes)
    this.#pushRange(bytes, start, end === undefined ? lengthOf(bytes) : end)
  }

  #pushRange(bytes: Uint8Array, start: number, end: number): void {
    checkInteger('end', end, 0, lengthOf(bytes))
    checkInteger('start', start, 0, end)
    this.#checkIdle('push()')
    if (this.#used === 0) this.#begin()
    const most = SLOT_SIZE - this.#before
    if (end - start > most) this.#drop(() => new FrameError('length', end - start, `at most ${most}`))
    else if (this.#packet.tryParse(bytes, start, end)) this.#take(this.#packet)
    else this.#drop(() => this.#packet.fault.error())
  }

  /**
   * Passes all frames to `write`, in order. Call it after each batch of packets, because packets wait for others until then.
   * @throws {TypeError} if `write` calls this
   * @throws the error of `write`; the frames are not passed again
   */
  flush(): void {
    this.#checkIdle('flush()')
    const used = this.#used
    if (used === 0) return
    const frames = this.#frames
    frames.length = 0
    for (let slot = 0; slot < used; slot++) frames.push(this.#finish(slot))
    this.#used = 0
    this.#flows.fill(NO_FRAME)
    this.#isWriting = true
    try {
      this.#write(frames)
    } finally {
      this.#isWriting = false
    }
  }

  /** A further packet would overwrite the frames that are being written. */
  #checkIdle(name: string): void {
    if (this.#isWriting) throw new ArgumentError(`expected ${name} after write() has returned, got a call during it`)
  }

  /** Appends a packet to the open frame of its flow, or begins a new frame. */
  #take(packet: PacketView): void {
    // Ends all flows, because it may belong to any.
    if (packet.isFragment) this.#flows.fill(NO_FRAME)
    if (!packet.tcp && !packet.udp) {
      this.#add(packet, GSO.NONE)
      return
    }
    const type = this.#typeOf(packet)
    const flow = flowOf(packet)
    const open = this.#flows[flow] as number
    const result = open === NO_FRAME ? 'different' : (this.#slots[open] as JoinedFrame).append(packet, type)
    if (result === 'joined') {
      this.joined++
      return
    }
    if (result === 'invalid') this.invalidChecksums++
    const slot = this.#add(packet, result === 'invalid' ? GSO.NONE : type)
    this.#flows[flow] = (this.#slots[slot] as JoinedFrame).isOpen ? slot : NO_FRAME
  }

  #typeOf(packet: PacketView): number {
    const type = joinedType(packet)
    return (type === GSO.UDP_L4 ? this.#joinsUdp : this.#joinsTcp) ? type : GSO.NONE
  }

  #drop(error: () => Error): void {
    this.dropped++
    if (this.#strict) throw error()
  }

  /** Reads the format of the next frames, which may have changed since the last ones. */
  #begin(): void {
    const { framing } = this.#format
    if (framing.vnetHeaderSize === 0)
      throw new ArgumentError('expected a device with vnetHdr, got one whose frames lack a virtio header')
    this.#framing = framing
    this.#before = headerSize(framing)
  }

  /** Copies a packet into the next slot, and returns its number. */
  #add(packet: PacketView, type: number): number {
    if (this.#used < SLOTS) return this.#addToBatch(packet, type)
    try {
      this.flush()
    } catch (error) {
      this.#begin()
      this.#addToBatch(packet, type)
      throw error
    }
    this.#begin()
    return this.#addToBatch(packet, type)
  }

  #addToBatch(packet: PacketView, type: number): number {
    const slot = this.#used++
    const at = slot * SLOT_SIZE
    const before = this.#before
    this.#memory.fill(0, at, at + before)
    if (this.#framing.pi) {
      this.#memory[at + 2] = packet.etherType >>> 8
      this.#memory[at + 3] = packet.etherType
    }
    ;(this.#slots[slot] as JoinedFrame).begin(packet, at + before, type)
    return slot
  }

  #finish(slot: number): Uint8Array {
    const frame = this.#slots[slot] as JoinedFrame
    frame.finish(this.#header, this.#framing)
    const length = this.#before + frame.length
    const kept = this.#views[slot]
    if (kept?.length === length) return kept
    const view = this.#memory.subarray(slot * SLOT_SIZE, slot * SLOT_SIZE + length)
    this.#views[slot] = view
    return view
  }
}

/** Returns a number for a flow: packets of one flow have the same. */
function flowOf({ bytes, networkOffset, transportOffset, ipv4 }: PacketView): number {
  let hash = word(bytes, transportOffset)
  const from = networkOffset + (ipv4 ? 12 : 8)
  const to = from + (ipv4 ? 8 : 32)
  for (let at = from; at < to; at += 4) hash = Math.imul(hash ^ word(bytes, at), 0x9e3779b1)
  return (hash >>> 16) & (FLOWS - 1)
}

const word = (bytes: Uint8Array, at: number) =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number)
