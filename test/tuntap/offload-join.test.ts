import { encodePacket, type LayerInput, PacketView, transportChecksumState } from '@netloom/packet'
import { GroJoiner, VIRTIO_NET_HDR_GSO as GSO, GsoSplitter, VirtioNetHeader } from '@netloom/tuntap/offload'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { below, dataOf, type Tcp, timestamps, withSplittingKernel } from './super-frames.js'

const { ethernet, ipv4, ipv6 } = below
const format = { mode: 'tun', framing: { pi: false, vnetHeaderSize: 10, vnetByteOrder: 'little' } } as const
const ACK = 0x10
const PSH = 0x08
const FIN = 0x01
const ECE = 0x40
const CWR = 0x80

/** Describes a TCP segment: `at` is its position in the stream. */
interface Segment {
  readonly at: number
  readonly length?: number
  readonly id?: number
  readonly tcp?: Tcp
  readonly ip?: Partial<typeof ipv4> & { tos?: number }
  readonly damage?: 'data' | 'ip'
}

const START = 0xfffffe00

function segment({ at, length = 100, id = 7 + at / 100, tcp, ip, damage }: Segment): Buffer {
  const header = { layer: 'tcp', sourcePort: 40000, destinationPort: 80, acknowledgment: 5, window: 501 } as const
  const bytes = Buffer.from(
    encodePacket([
      { ...ipv4, id: id & 0xffff, ...ip },
      { ...header, sequence: (START + at) >>> 0, flags: ACK, options: timestamps(1), ...tcp },
      { layer: 'payload', bytes: dataOf(length, at) },
    ]),
  )
  if (damage === 'data') bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
  if (damage === 'ip') bytes[8] = 3
  return bytes
}

/** Joins packets. Returns copies of the frames, and the joiner. */
function join(packets: readonly Uint8Array[], options = {}) {
  const frames: Buffer[] = []
  const joiner = new GroJoiner(format, {
    write: (all) => void frames.push(...all.map((each) => Buffer.from(each))),
    ...options,
  })
  for (const packet of packets) joiner.push(packet)
  joiner.flush()
  return { frames, joiner }
}

/** Returns the number of packets in each frame, and checks that splitting the frames returns the packets. */
function groups(packets: readonly Uint8Array[], options = {}): number[] {
  const { frames } = join(packets, options)
  const splitter = new GsoSplitter(format, { strict: true })
  const counts = frames.map((frame) => {
    const type = new VirtioNetHeader().at(frame, 0, 'little').gsoType
    return type === GSO.NONE ? 1 : splitter.split(frame)
  })
  return counts
}

/** Returns the packets that the frames are split into. */
function split(frames: readonly Uint8Array[]): string[] {
  const splitter = new GsoSplitter(format, { strict: true })
  return frames.flatMap((frame) =>
    Array.from({ length: splitter.split(frame) }, (_, index) => Buffer.from(splitter.packet(index)).toString('hex')),
  )
}

const test = suite('GroJoiner: which packets are joined')

const series = (count: number, each: (index: number) => Partial<Segment> = () => ({})) =>
  Array.from({ length: count }, (_, index) => segment({ at: index * 100, ...each(index) }))

for (const [name, packets, expected] of [
  ['segments in order, over the end of the sequence numbers', series(20), [20]],
  ['a shorter segment is the last one', series(6, (index) => (index === 3 ? { length: 50 } : {})), [4, 2]],
  ['a longer segment begins a frame', series(4, (index) => (index === 2 ? { length: 200 } : {})), [2, 1, 1]],
  ['PSH ends a frame', series(5, (index) => (index === 2 ? { tcp: { flags: ACK | PSH } } : {})), [3, 2]],
  ['FIN ends a frame', series(3, (index) => (index === 2 ? { tcp: { flags: ACK | PSH | FIN } } : {})), [3]],
  [
    'a first segment with PSH stays alone',
    series(3, (index) => (index === 0 ? { tcp: { flags: ACK | PSH } } : {})),
    [1, 2],
  ],
  [
    'SYN, RST and URG are not joined',
    series(3, (index) => ({ tcp: { flags: ACK | ([2, 4, 32][index] ?? 0) } })),
    [1, 1, 1],
  ],
  ['no data', series(3, (index) => (index === 1 ? { length: 0 } : {})), [1, 1, 1]],
  ['CWR begins a frame', series(4, (index) => (index === 2 ? { tcp: { flags: ACK | CWR } } : {})), [2, 2]],
  ['another ECE begins a frame', series(4, (index) => (index > 1 ? { tcp: { flags: ACK | ECE } } : {})), [2, 2]],
  ['another acknowledgment', series(4, (index) => ({ tcp: { acknowledgment: index >> 1 } })), [2, 2]],
  ['another window', series(4, (index) => ({ tcp: { window: index >> 1 } })), [2, 2]],
  ['other timestamps', series(4, (index) => ({ tcp: { options: timestamps(index >> 1) } })), [2, 2]],
  ['options of another length', series(2, (index) => ({ tcp: { options: index ? timestamps(1) : [] } })), [1, 1]],
  ['the congestion experienced bits of IP', series(4, (index) => ({ ip: { tos: index > 1 ? 3 : 2 } })), [2, 2]],
  ['another TTL', series(4, (index) => ({ ip: { ttl: 64 + (index >> 1) } as never })), [2, 2]],
  ['an id that does not follow', series(4, (index) => ({ id: index > 1 ? index + 50 : index })), [2, 2]],
  ['a constant id with DF', series(4, () => ({ id: 0 })), [4]],
  ['a constant id without DF', series(2, () => ({ id: 0, ip: { dontFragment: false } as never })), [1, 1]],
  ['a lost segment', series(5).filter((_, index) => index !== 2), [2, 2]],
  ['segments in another order', [0, 1, 3, 2, 4].map((index) => segment({ at: index * 100 })), [2, 1, 1, 1]],
  ['a retransmission', [0, 1, 1, 2].map((index) => segment({ at: index * 100 })), [2, 2]],
  [
    'at most 64 KiB',
    Array.from({ length: 50 }, (_, index) => segment({ at: index * 1448, length: 1448, id: index })),
    [45, 5],
  ],
] as const) {
  test(name, () => {
    assert.equal(groups(packets), expected)
    // With constant ids, the kernel counts them up again.
    if (!name.startsWith('a constant id with DF'))
      assert.equal(
        split(join(packets).frames),
        packets.map((packet) => packet.toString('hex')),
      )
  })
}

test('flows that alternate', () => {
  const ports = [1, 2, 3].flatMap((_, index) => series(4, () => ({ tcp: { sourcePort: 5000 + index } })))
  const mixed = [0, 1, 2, 3].flatMap((index) => [0, 1, 2].map((flow) => ports[flow * 4 + index] as Buffer))
  assert.equal(groups(mixed), [4, 4, 4])
})

test('a damaged packet stays alone, and is not repaired', () => {
  for (const damaged of [0, 1, 2]) {
    const packets = series(4, (index) => (index === damaged ? { damage: 'data' } : {}))
    const { frames, joiner } = join(packets)
    const states = frames.map((frame) => {
      const packet = new PacketView({ link: 'ip' }).parse(frame, 10)
      return frame[0] === 1 ? 'joined' : transportChecksumState(packet)
    })
    assert.ok(states.includes('invalid'), states.join())
    assert.is(joiner.invalidChecksums, damaged === 0 ? 0 : 1)
    assert.equal(
      split(frames),
      packets.map((packet) => packet.toString('hex')),
    )
  }
  const header = series(4, (index) => (index === 1 ? { damage: 'ip' } : {}))
  assert.equal(groups(header), [1, 1, 2])
})

test('options switch off TCP and UDP', () => {
  assert.equal(groups(series(3), { tcp: false }), [1, 1, 1])
  const datagrams = (checksum?: number) =>
    [0, 1, 2].map((id) =>
      encodePacket([
        { ...ipv4, id },
        { layer: 'udp', sourcePort: 1000, destinationPort: 2000, ...(checksum !== undefined && { checksum }) },
        { layer: 'payload', bytes: dataOf(id < 2 ? 100 : 60, id) },
      ]),
    )
  assert.equal(groups(datagrams()), [3])
  assert.equal(groups(datagrams(0)), [1, 1, 1])
  assert.equal(groups(datagrams(), { udp: false }), [1, 1, 1])
})

test('packets whose extension headers the kernel does not repeat stay alone', () => {
  const datagrams = (extension: LayerInput) =>
    [0, 1].map((seed) =>
      encodePacket([
        ipv6,
        extension,
        { layer: 'udp', sourcePort: 1000, destinationPort: 2000 },
        { layer: 'payload', bytes: dataOf(100, seed) },
      ]),
    )
  assert.equal(
    groups(datagrams({ layer: 'destinationOptions', options: [{ type: 'padN', value: new Uint8Array(4) }] })),
    [2],
  )
  assert.equal(groups(datagrams({ layer: 'fragment', id: 5 })), [1, 1])
  assert.equal(groups(datagrams({ layer: 'authentication', icv: new Uint8Array(12) })), [1, 1])
})

test('garbage is counted and dropped, or thrown', () => {
  const garbage = [Buffer.alloc(0), Buffer.alloc(40), Buffer.alloc(30, 0x45), Buffer.alloc(70_000, 0x45)]
  const { frames, joiner } = join([...garbage, ...series(2)])
  assert.equal([frames.length, joiner.dropped], [1, garbage.length])
  for (const packet of garbage) assert.throws(() => join([packet], { strict: true }), /expected .* got/)
})

test('more packets than a batch has frames', () => {
  const packets = Array.from({ length: 1000 }, (_, index) =>
    segment({ at: 0, id: index, tcp: { sourcePort: index + 1 } }),
  )
  const { frames } = join(packets)
  assert.equal(
    split(frames),
    packets.map((packet) => packet.toString('hex')),
  )
})

test.run()

const kernel = suiteNeeding('GroJoiner: the kernel splits what was joined', 'netns', 'tun')

kernel('the segments are equal, byte for byte', () =>
  withSplittingKernel(async (from, to) => {
    const vlan = { layer: 'vlan', id: 5, priority: 1, dropEligible: false } as const
    const upper = {
      tcp: (index: number): LayerInput => ({
        ...{
          layer: 'tcp',
          sourcePort: 40000,
          destinationPort: 80,
          window: 501,
          acknowledgment: 5,
          options: timestamps(1),
        },
        ...{ sequence: (START + index * 1001) >>> 0, flags: ACK | (index === 29 ? PSH : index === 0 ? CWR : 0) },
      }),
      udp: (): LayerInput => ({ layer: 'udp', sourcePort: 40000, destinationPort: 53 }),
    }
    const routing: LayerInput = { layer: 'destinationOptions', options: [{ type: 'padN', value: new Uint8Array(4) }] }
    const networks = {
      ipv4: (index: number): LayerInput[] => [ethernet, { ...ipv4, id: (0xfff0 + index) & 0xffff }],
      ipv6: (): LayerInput[] => [ethernet, ipv6],
      vlan: (index: number): LayerInput[] => [ethernet, vlan, { ...ipv4, id: index }],
      qinq: (): LayerInput[] => [{ ...ethernet, type: 0x88a8 }, vlan, vlan, ipv6],
      extension: (): LayerInput[] => [ethernet, ipv6, routing],
    }
    const written: number[] = []
    const joiner = new GroJoiner(from, {
      write(frames) {
        written.push(frames.length)
        from.writeBatch(frames)
      },
    })
    for (const [network, layers] of Object.entries(networks)) {
      for (const [transport, header] of Object.entries(upper)) {
        const packets = Array.from({ length: 30 }, (_, index) =>
          encodePacket([
            ...layers(index),
            header(index),
            { layer: 'payload', bytes: dataOf(index === 29 ? 77 : 1001, index) },
          ]),
        )
        written.length = 0
        for (const packet of packets) joiner.push(packet)
        joiner.flush()
        assert.equal(written, [1], `${transport} over ${network}`)
        for (const [index, packet] of packets.entries()) {
          const received = await until(`segment ${index}`, () => to.read(100))
          assert.is(
            received.toString('hex'),
            Buffer.from(packet).toString('hex'),
            `${transport} over ${network}, ${index}`,
          )
        }
        assert.is(to.read(), undefined)
      }
    }
  }),
)

kernel.run()
