import { encode } from '@netloom/netlink/codec'
import { encodePacket, type LayerInput, PacketView, transportChecksumState } from '@netloom/packet'
import { GroJoiner, GsoSplitter, virtioNetHeaderTunnel } from '@netloom/tuntap/offload'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { packets } from '../packet/generate.js'
import { property } from '../support/fuzz.js'
import { below, dataOf, superFrame } from '../tuntap/super-frames.js'

// Frames and packets that are generated, changed or garbage: neither GsoSplitter nor GroJoiner throws, or reads outside of them.

const formats = fc.record({
  mode: fc.constantFrom('tap' as const, 'tun' as const),
  framing: fc.record({
    pi: fc.boolean(),
    vnetHeaderSize: fc.constantFrom(10, 12, 24),
    vnetByteOrder: fc.constantFrom('little' as const, 'big' as const),
  }),
})
type Format = typeof formats extends fc.Arbitrary<infer T> ? T : never

const u16 = fc.oneof(fc.nat(0xffff), fc.nat(80), fc.constantFrom(0, 1, 6, 14, 16, 20, 34, 54, 1448, 0xffff))
const headers = fc.record({
  flags: fc.constantFrom(0, 1, 1, 1, 3),
  gsoType: fc.oneof(fc.constantFrom(0, 1, 4, 5, 0x81), fc.nat(255)),
  headerLength: fc.oneof(fc.constantFrom(0, 54), u16),
  gsoSize: u16,
  csumStart: u16,
  csumOffset: fc.oneof(fc.constantFrom(6, 16), u16),
})

const ACK = 0x10
const tcp = fc.record({
  layer: fc.constant('tcp' as const),
  sourcePort: fc.nat(3),
  destinationPort: fc.constant(80),
  sequence: fc.constantFrom(0, 0xffffff00),
  flags: fc.constantFrom(ACK, ACK, ACK | 8, ACK | 1, ACK | 0x80, ACK | 0x40, 2),
  window: fc.nat(1),
})
const udp = fc.record({ layer: fc.constant('udp' as const), sourcePort: fc.nat(3), destinationPort: fc.constant(53) })
const network = fc.constantFrom<LayerInput>(below.ipv4, below.ipv6)

/** Packets of few flows, so that many may be joined. */
const similar = fc
  .tuple(network, fc.oneof(tcp, udp), fc.nat(40))
  .map(([ip, upper, length]) => encodePacket([below.ethernet, ip, upper, { layer: 'payload', bytes: dataOf(length) }]))

const change = fc.tuple(fc.nat(150), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x0f, 0x45, 0x60, 0xc0, 0xff)))
const damaged = (whole: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      fc.oneof(whole, fc.uint8Array({ maxLength: 120 })),
      fc.array(change, { maxLength: 4 }),
      fc.oneof({ weight: 3, arbitrary: fc.constant(2000) }, fc.nat(120)),
    )
    .map(([bytes, changes, kept]) => {
      const copy = bytes.slice(0, kept)
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte
      return copy
    })

const anyPacket = damaged(fc.oneof(packets.map(encodePacket), similar))

/** Returns the packet as the mode needs it. */
const forMode = ({ mode }: Format, packet: Uint8Array) => (mode === 'tun' ? packet.subarray(14) : packet)

/** Returns a larger array with the bytes in the middle, and `poison` around them. */
function within(bytes: Uint8Array, poison: number): Uint8Array {
  const all = new Uint8Array(bytes.length + 200).fill(poison)
  all.set(bytes, 100)
  return all
}

const POISONS = [0, 0xff, 0x45]

/** Describes what a splitter does with a frame. */
function outcomeOfSplitting(format: Format, frame: Uint8Array): string {
  const splitter = new GsoSplitter(format)
  const count = splitter.split(frame)
  if (count === 0) {
    assert.is(splitter.dropped, 1)
    return String(splitter.fault)
  }
  assert.is(splitter.fault, undefined)
  return Array.from({ length: count }, (_, index) => Buffer.from(splitter.packet(index)).toString('hex')).join('\n')
}

/** Joins packets. Returns the frames. */
function join(format: Format, given: readonly Uint8Array[], poison = 0) {
  const frames: Buffer[] = []
  const joiner = new GroJoiner(format, { write: (all) => void frames.push(...all.map((frame) => Buffer.from(frame))) })
  for (const packet of given) joiner.push(within(packet, poison), 100, 100 + packet.length)
  joiner.flush()
  return { frames, joiner }
}

const byFlow = (format: Format, given: readonly string[]): string =>
  [...given]
    .map((hex, index) => ({ hex, index, flow: flowOf(format, hex) }))
    .sort((one, other) => one.flow.localeCompare(other.flow) || one.index - other.index)
    .map(({ hex }) => hex)
    .join('\n')

/** Returns what packets of one flow have in common. */
function flowOf({ mode }: Format, hex: string): string {
  const packet = new PacketView({ link: mode === 'tap' ? 'ethernet' : 'ip' })
  if (!packet.tryParse(Buffer.from(hex, 'hex'))) return ''
  const upper = packet.tcp ?? packet.udp
  return `${upper ? packet.protocol : 'other'} ${upper?.sourcePort} ${upper?.destinationPort} ${packet.ipv4?.sourceText}`
}

export const properties = [
  property({
    name: 'splitting reads only the frame, and never throws',
    arbitrary: fc.tuple(formats, headers, anyPacket),
    check([format, header, packet]) {
      const { pi, vnetHeaderSize, vnetByteOrder } = format.framing
      const order = vnetByteOrder === 'little' ? 'LE' : 'BE'
      const virtio = encode(virtioNetHeaderTunnel, header, { order }).subarray(0, vnetHeaderSize)
      const frame = Buffer.concat([Buffer.alloc(pi ? 4 : 0), virtio, forMode(format, packet)])
      const outcomes = POISONS.map((poison) =>
        outcomeOfSplitting(format, within(frame, poison).subarray(100, 100 + frame.length)),
      )
      assert.equal(new Set(outcomes).size, 1, [...new Set(outcomes)].join('\n'))
    },
  }),
  property({
    name: 'joining reads only the packets, never throws, and changes nothing',
    arbitrary: fc.tuple(formats, fc.array(anyPacket, { maxLength: 12 })),
    check([format, all]) {
      const given = all.map((packet) => forMode(format, packet))
      const { frames, joiner } = join(format, given)
      for (const poison of POISONS) assert.equal(join(format, given, poison).frames, frames)
      const splitter = new GsoSplitter(format, { strict: true })
      const left = frames.flatMap((frame) =>
        Array.from({ length: splitter.split(frame) }, (_, index) =>
          Buffer.from(splitter.packet(index)).toString('hex'),
        ),
      )
      const view = new PacketView({ link: format.mode === 'tap' ? 'ethernet' : 'ip' })
      const valid = given.filter((packet) => view.tryParse(packet)).map((packet) => Buffer.from(packet).toString('hex'))
      assert.is(given.length - valid.length, joiner.dropped)
      // A constant id with DF becomes one that is counted up.
      const withoutId = (hex: string) => {
        const bytes = Buffer.from(hex, 'hex')
        const { ipv4 } = view.parse(bytes)
        if (ipv4?.dontFragment && ipv4.hasValidChecksum()) {
          ipv4.id = 0
          ipv4.updateChecksum()
        }
        return bytes.toString('hex')
      }
      assert.is(byFlow(format, left.map(withoutId)), byFlow(format, valid.map(withoutId)))
    },
  }),
  property({
    name: 'a frame that is split and joined again is the same',
    arbitrary: fc.tuple(
      network,
      fc.oneof(tcp, udp),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 100, max: 700 }),
    ),
    check([ip, upper, length, size]) {
      // Packets with these flags are not joined.
      const isAlone = upper.layer === 'tcp' && (upper.flags & 2) !== 0
      if (isAlone || length <= size) return
      const frame = superFrame({ layers: [below.ethernet, ip, upper], data: dataOf(length), size })
      const format = { mode: 'tap', framing: { pi: false, vnetHeaderSize: 10, vnetByteOrder: 'little' } } as const
      const splitter = new GsoSplitter(format, { strict: true })
      const parts = Array.from({ length: splitter.split(frame) }, (_, index) => splitter.packet(index).slice())
      const view = new PacketView()
      for (const part of parts) assert.is(transportChecksumState(view.parse(part)), 'valid')
      const { frames } = join(format, parts)
      assert.equal(frames, [frame])
    },
  }),
]

/** These take longer than those of the codec. */
export const share = 0.05
