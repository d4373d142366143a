import {
  decodePacket,
  encodePacket,
  type PacketOptions,
  PacketView,
  toJson,
  transportChecksumState,
  tryDecodePacket,
  updateChecksums,
} from '@netloom/packet'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { packets } from '../packet/generate.js'
import { outcomeOfLayers, outcomeOfViews } from '../packet/outcome.js'
import { property } from '../support/fuzz.js'

// Generated packets, and changed ones: what is read does not depend on the bytes around the packet, and never throws.

interface Mutated {
  readonly packet: Uint8Array
  /** Positions and new bytes. */
  readonly changes: readonly (readonly [where: number, byte: number])[]
  readonly kept: number
  readonly options: PacketOptions
}

const options = fc.constantFrom<PacketOptions>({}, {}, { link: 'ip' }, { partial: true }, { link: 'ip', partial: true })

const mutated: fc.Arbitrary<Mutated> = fc.record({
  packet: fc.oneof(packets.map(encodePacket), fc.uint8Array({ maxLength: 120 })),
  changes: fc.array(fc.tuple(fc.nat(150), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x0f, 0x45, 0x60, 0xc0, 0xff))), {
    maxLength: 6,
  }),
  kept: fc.oneof({ weight: 3, arbitrary: fc.constant(1500) }, fc.nat(120)),
  options,
})

function apply({ packet, changes, kept, options: { link } }: Mutated): Uint8Array {
  // A tun device has no Ethernet header.
  const bytes = packet.slice(link === 'ip' ? 14 : 0).slice(0, kept)
  for (const [where, byte] of changes) if (where < bytes.length) bytes[where] = byte
  return bytes
}

/** Returns a larger array with the packet in the middle, and `poison` around it. */
function within(packet: Uint8Array, poison: number): Uint8Array {
  const all = new Uint8Array(packet.length + 200).fill(poison)
  all.set(packet, 100)
  return all
}

const POISONS = [0, 0xff, 0x45, 0x11]

export const properties = [
  property({
    name: 'views read only the packet',
    arbitrary: mutated,
    check(each: Mutated) {
      const packet = apply(each)
      const outcomes = POISONS.map((poison) =>
        outcomeOfViews(within(packet, poison), 100, 100 + packet.length, each.options),
      )
      assert.equal(new Set(outcomes).size, 1, [...new Set(outcomes)].join('\n'))
    },
  }),
  property({
    name: 'decoding and printing read only the packet, and never throw',
    arbitrary: mutated,
    check(each: Mutated) {
      const packet = apply(each)
      const outcomes = POISONS.map((poison) =>
        outcomeOfLayers(within(packet, poison).subarray(100, 100 + packet.length), each.options),
      )
      assert.equal(new Set(outcomes).size, 1, [...new Set(outcomes)].join('\n'))
    },
  }),
  property({
    name: 'bytes that are not decoded are the end of the packet',
    arbitrary: mutated,
    check(each: Mutated) {
      const packet = apply(each)
      const { layers } = tryDecodePacket(packet, each.options)
      const rest = Buffer.concat(
        layers.flatMap((layer) => (layer.layer === 'payload' || layer.layer === 'padding' ? [layer.bytes] : [])),
      )
      assert.equal(rest, Buffer.from(packet.subarray(packet.length - rest.length)))
      if (layers.length === 0) assert.is(rest.length, packet.length)
    },
  }),
  property({
    name: 'what is built is decoded, and decoded packets encode to the same bytes',
    arbitrary: packets,
    check(layers) {
      const bytes = encodePacket(layers)
      const decoded = decodePacket(bytes)
      const given = decoded.map((layer, index) =>
        Object.fromEntries(Object.keys(layers[index] ?? {}).map((key) => [key, Reflect.get(layer, key)])),
      )
      assert.equal(toJson(given), toJson(layers))
      assert.equal(encodePacket(decoded), bytes)
    },
  }),
  property({
    name: 'checksums that are built are valid, and recalculating changes nothing',
    arbitrary: packets,
    check(layers) {
      const bytes = encodePacket(layers)
      const packet = new PacketView().parse(bytes)
      assert.is(packet.ipv4?.hasValidChecksum() ?? true, true)
      const state = transportChecksumState(packet)
      const hasTransport = packet.tcp ?? packet.udp ?? packet.icmp ?? packet.icmpv6
      assert.is(state, hasTransport ? 'valid' : 'absent')
      const copy = bytes.slice()
      updateChecksums(new PacketView().parse(copy))
      assert.equal(copy, bytes)
    },
  }),
]

/** These take some milliseconds each, a hundred times as long as those of the codec. */
export const share = 0.1
