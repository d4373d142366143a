import { type Framing, headerSize } from '../device/framing.js'
import type { Queue } from '../device/queue.js'
import { checkBytes, lengthOf } from './bytes.js'
import { baseOf, startOfVirtio, virtioFault } from './check-virtio.js'
import { FrameError } from './errors.js'
import { VIRTIO_NET_HDR_F, VIRTIO_NET_HDR_GSO, VirtioNetHeader } from './virtio-header.js'

/** Offset of the protocol in `struct tun_pi`, linux/if_tun.h. */
const PI_PROTOCOL = 2

/** ETH_P_*, linux/if_ether.h */
const ETH_P = { IP: 0x0800, VLAN: 0x8100, IPV6: 0x86dd, QINQ: 0x88a8 } as const

/** Sizes of Ethernet's header and of a VLAN tag. */
const ETHERNET = 14
const VLAN_TAG = 4
const MOST_VLAN_TAGS = 2

/** Longest packet, without its headers. */
const MAX_PACKET = 65535

/** Sizes of the shortest IP headers. */
const IPV4_HEADER = 20
const IPV6_HEADER = 40
const UDP_HEADER = 8

/** Checks frames before any of them is passed to the kernel, which reports only EINVAL. */
export class FrameChecker {
  readonly #queue: Queue
  readonly #virtio = new VirtioNetHeader()
  #framing: Framing | undefined
  #header = 0
  #shortest = 0
  #longest = 0

  constructor(queue: Queue) {
    this.#queue = queue
  }

  /**
   * @param mtu If given, refuses a longer packet. Of a packet that the kernel splits, the segments count.
   * @param index Index of the frame in its batch.
   * @throws {FrameError} if the frame does not fit the device
   * @throws {TypeError} if it is not a Uint8Array
   */
  check(frame: Uint8Array, mtu?: number, index?: number): void {
    checkBytes('a frame', frame)
    const { mode, framing } = this.#queue
    if (framing !== this.#framing) this.#setFraming(framing)
    const length = lengthOf(frame)
    if (length < this.#shortest || length > this.#longest)
      throw new FrameError('length', length, `from ${this.#shortest} to ${this.#longest}`, index)
    if (mode === 'tun') checkPacket(frame, framing, this.#header, index)
    if (framing.vnetHeaderSize > 0) this.#checkVirtio(frame, framing, index)
    if (mtu !== undefined) this.#checkMtu(frame, framing, mtu, index)
  }

  #setFraming(framing: Framing): void {
    const isTap = this.#queue.mode === 'tap'
    this.#framing = framing
    this.#header = headerSize(framing)
    this.#shortest = this.#header + (isTap ? ETHERNET : framing.pi ? 0 : 1)
    this.#longest = this.#header + (isTap ? ETHERNET + MOST_VLAN_TAGS * VLAN_TAG : 0) + MAX_PACKET
  }

  #checkVirtio(frame: Uint8Array, framing: Framing, index?: number): void {
    const header = this.#virtio.at(frame, startOfVirtio(framing), framing.vnetByteOrder)
    const found = virtioFault(header, framing.vnetHeaderSize, lengthOf(frame) - this.#header, this.#queue.mode)
    if (found) throw new FrameError(found.field, found.value, found.expected, index)
  }

  /** Checks the packet, or its segments if the kernel splits it. Ethernet's header does not count. */
  #checkMtu(frame: Uint8Array, { vnetHeaderSize }: Framing, mtu: number, index?: number): void {
    const network = this.#header + (this.#queue.mode === 'tap' ? ethernetSize(frame, this.#header) : 0)
    const length = lengthOf(frame) - network
    if (length <= mtu) return
    const isSegmented = vnetHeaderSize > 0 && this.#virtio.gsoType !== VIRTIO_NET_HDR_GSO.NONE
    if (!isSegmented) throw new FrameError('packet length', length, `at most the MTU of ${mtu}`, index)
    const segment = Math.min(length, this.#segmentLength(frame, network))
    if (segment > mtu) {
      const { gsoSize } = this.#virtio
      const most = mtu - (segment - gsoSize)
      throw new FrameError('virtio_net_hdr.gso_size', gsoSize, `at most ${most}, for the MTU of ${mtu}`, index)
    }
  }

  /** Returns the length of a whole segment, from the IP header on. */
  #segmentLength(frame: Uint8Array, network: number): number {
    const { flags, gsoType, gsoSize, csumStart } = this.#virtio
    const base = baseOf(gsoType)
    const hasStart = (flags & VIRTIO_NET_HDR_F.NEEDS_CSUM) !== 0
    const first = frame[network] ?? 0
    const ip = first >> 4 === 4 ? (first & 0xf) * 4 : IPV6_HEADER
    const transport = hasStart ? this.#header + csumStart : network + ip
    // UFO repeats only the IP header.
    if (base === VIRTIO_NET_HDR_GSO.UDP) return transport - network + gsoSize
    const header = base === VIRTIO_NET_HDR_GSO.UDP_L4 ? UDP_HEADER : ((frame[transport + 12] ?? 0) >> 4) * 4
    return transport - network + header + gsoSize
  }
}

/** Returns the number at `at` in network order. */
const u16At = (frame: Uint8Array, at: number) => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0)

/** Returns the size of Ethernet's header with its VLAN tags. */
function ethernetSize(frame: Uint8Array, start: number): number {
  let size = ETHERNET
  for (let tags = 0; tags < MOST_VLAN_TAGS; tags++) {
    const type = u16At(frame, start + size - 2)
    if (type !== ETH_P.VLAN && type !== ETH_P.QINQ) break
    size += VLAN_TAG
  }
  return size
}

/** Checks a packet of a tun device: the kernel takes its protocol from `struct tun_pi`, or from the version in its first byte. */
function checkPacket(frame: Uint8Array, { pi }: Framing, start: number, index?: number): void {
  const version = (frame[start] ?? 0) >> 4
  const protocol = pi ? u16At(frame, PI_PROTOCOL) : version === 4 ? ETH_P.IP : version === 6 ? ETH_P.IPV6 : undefined
  if (protocol === undefined) throw new FrameError('IP version', version, '4 or 6', index)
  const shortest = protocol === ETH_P.IP ? IPV4_HEADER : protocol === ETH_P.IPV6 ? IPV6_HEADER : 0
  const length = lengthOf(frame)
  if (length < start + shortest)
    throw new FrameError('length', length, `at least ${start + shortest}: an IP header is ${shortest} bytes`, index)
}
