import { encode } from '@netloom/netlink/codec'
import { PacketError } from '@netloom/packet'
import { FrameError } from '@netloom/tuntap'
import { type FrameFormat, GroJoiner, GsoSplitter, virtioNetHeader } from '@netloom/tuntap/offload'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cpuOf } from '../support/until.js'
import { below, dataOf, superFrame } from './super-frames.js'

const test = suite('GsoSplitter and GroJoiner: garbage')

const format = { mode: 'tap', framing: { pi: false, vnetHeaderSize: 10, vnetByteOrder: 'little' } } as const
const { ethernet, ipv4, ipv6 } = below
const tcp = { layer: 'tcp', flags: 0x10 } as const

const good = { flags: 1, gsoType: 1, headerLength: 54, gsoSize: 1000, csumStart: 34, csumOffset: 16 }
const packet = superFrame({ layers: [ethernet, ipv4, tcp], data: dataOf(3000), size: 1000 }).subarray(10)

/** Returns the packet with another virtio header, and perhaps other bytes. */
function frameOf(header: Partial<typeof good>, bytes: Uint8Array = packet): Buffer {
  return Buffer.concat([encode(virtioNetHeader, { ...good, ...header }), bytes])
}

/** Returns a copy with another byte. */
function changed(at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(packet)
  copy[at] = value
  return copy
}

for (const [frame, field, value] of [
  [Buffer.alloc(10), 'length', 10],
  [Buffer.alloc(70_000), 'length', 70_000],
  [frameOf({ headerLength: 4000 }), 'virtio_net_hdr.hdr_len', 4000],
  [frameOf({ headerLength: 13 }), 'virtio_net_hdr.hdr_len', 13],
  [frameOf({ gsoSize: 0 }), 'virtio_net_hdr.gso_size', 0],
  [frameOf({ gsoType: 2 }), 'virtio_net_hdr.gso_type', 2],
  // Of the other version or protocol, UFO, and a tunnel.
  [frameOf({ gsoType: 4, csumStart: 54 }), 'virtio_net_hdr.gso_type', 4],
  [frameOf({ gsoType: 5, csumOffset: 6 }), 'virtio_net_hdr.gso_type', 5],
  [frameOf({ gsoType: 3, csumOffset: 6 }), 'virtio_net_hdr.gso_type', 3],
  [frameOf({ gsoType: 0x21 }), 'virtio_net_hdr.gso_type', 0x21],
  [frameOf({ csumStart: 5000 }), 'virtio_net_hdr.csum_start', 5000],
  [frameOf({ csumStart: 38 }), 'virtio_net_hdr.csum_start', 38],
  [frameOf({ csumOffset: 6 }), 'virtio_net_hdr.csum_offset', 6],
  [frameOf({ gsoType: 0, csumOffset: 4000 }), 'virtio_net_hdr.csum_offset', 4000],
  [frameOf({ gsoSize: 1 }), 'size of the packets', 3000 * 55],
  [frameOf({}, packet.subarray(0, 2000)), 'ipv4.totalLength', 3040],
  [frameOf({}, changed(46, 0x10)), 'tcp.headerLength', 4],
  [frameOf({}, changed(46, 0x40)), 'tcp.headerLength', 16],
  [frameOf({}, Buffer.concat([packet, Buffer.alloc(7)])), 'packet length', 3061],
] as const)
  test(`a frame with ${field} ${value}`, () => {
    const memory = new Uint8Array(200_000)
    const splitter = new GsoSplitter(format, { memory })
    assert.is(splitter.split(frame), 0)
    assert.equal([splitter.count, splitter.dropped], [0, 1])
    const strict = new GsoSplitter(format, { memory, strict: true })
    const isRight = (error: unknown) => {
      assert.ok(error instanceof FrameError || error instanceof PacketError, String(error))
      assert.equal([error.field, error.value], [field, value])
      assert.ok(error.message.includes(field) && error.message.includes(String(value)), error.message)
      return true
    }
    isRight(splitter.fault)
    assert.throws(() => strict.split(frame), isRight)
    // The next frame is not affected.
    assert.equal([splitter.split(frameOf({})), splitter.fault, splitter.dropped], [3, undefined, 1])
  })

test('wrong arguments are TypeErrors', () => {
  const isTypeError = (error: unknown) =>
    error instanceof TypeError && 'code' in error && error.code === 'ERR_NETLINK_ARGUMENT'
  const write = () => {}
  const plain = { mode: 'tun', framing: { pi: false, vnetHeaderSize: 0, vnetByteOrder: 'little' } } as const
  const splitter = new GsoSplitter(format)
  splitter.split(frameOf({}))
  for (const call of [
    () => new GsoSplitter(format, { memory: new Uint8Array(1000) }),
    () => new GsoSplitter(format, { size: 5 } as never),
    () => splitter.split('text' as never),
    () => splitter.split(frameOf({}), -1),
    () => splitter.split(frameOf({}), 1 << 30),
    () => splitter.packet(3),
    () => new GroJoiner(format, {} as never),
    () => new GroJoiner(format, { write, tcp: 1 } as never),
    () => new GroJoiner(plain, { write }),
    () => new GroJoiner(format, { write }).push([] as never),
    () => new GroJoiner(format, { write }).push(undefined as never),
    () => new GroJoiner(format, { write }).push(packet, 5, 4),
    () => new GroJoiner(format, { write }).push(packet, 0, packet.length + 1),
  ])
    assert.throws(call, isTypeError, String(call))
})

test('without a virtio header, a frame is the packet', () => {
  const splitter = new GsoSplitter({ mode: 'tap', framing: { pi: true, vnetHeaderSize: 0, vnetByteOrder: 'little' } })
  assert.is(splitter.split(Buffer.concat([Buffer.alloc(4), packet])), 1)
  assert.equal(Buffer.from(splitter.packet(0)), Buffer.from(packet))
})

test('packets of several frames in one memory', () => {
  const splitter = new GsoSplitter(format)
  splitter.split(frameOf({}))
  const end = splitter.offset + 2 * splitter.size + splitter.lastSize
  const first = Buffer.from(splitter.memory.subarray(0, end))
  assert.is(splitter.split(frameOf({}), end), 3)
  assert.equal(Buffer.from(splitter.memory.subarray(0, end)), first)
  assert.equal(Buffer.from(splitter.memory.subarray(end, 2 * end)), first)
})

test('the error of write is thrown, and its frames are not written again', () => {
  const written: number[] = []
  const joiner = new GroJoiner(format, {
    write(frames) {
      written.push(frames.length)
      if (written.length === 1) throw new Error('full')
    },
  })
  joiner.push(packet)
  assert.throws(() => joiner.flush(), /full/)
  joiner.flush()
  joiner.push(packet)
  joiner.flush()
  assert.equal(written, [1, 1])
})

test('a packet that arrives with an error of write is written with the next ones', () => {
  const written: number[] = []
  const joiner = new GroJoiner(format, {
    write(frames) {
      written.push(frames.length)
      if (written.length === 1) throw new Error('full')
    },
  })
  const push = () => joiner.push(Buffer.concat([packet, Buffer.alloc(1)]))
  for (let index = 0; index < 64; index++) push()
  assert.throws(push, /full/)
  joiner.flush()
  assert.equal(written, [64, 1])
})

test('write may not change the frames that it was given', () => {
  const errors: unknown[] = []
  const joiner: GroJoiner = new GroJoiner(format, {
    write([frame]) {
      const before = Buffer.from(frame as Uint8Array)
      for (const call of [() => joiner.push(packet), () => joiner.flush()])
        try {
          call()
        } catch (error) {
          errors.push((error as Error).message)
        }
      assert.equal(Buffer.from(frame as Uint8Array), before)
    },
  })
  joiner.push(packet)
  joiner.flush()
  joiner.push(packet)
  joiner.flush()
  const expected = ['push()', 'flush()'].map(
    (name) => `expected ${name} after write() has returned, got a call during it`,
  )
  assert.equal(errors, [...expected, ...expected])
})

test('frames have the header that the device has when their first packet is pushed', () => {
  const device: { mode: 'tap'; framing: FrameFormat['framing'] } = { ...format }
  const lengths: number[] = []
  const joiner = new GroJoiner(device, { write: (frames) => void lengths.push(...frames.map(({ length }) => length)) })
  for (const vnetHeaderSize of [24, 10, 20]) {
    device.framing = { ...format.framing, vnetHeaderSize }
    joiner.push(packet)
    joiner.flush()
  }
  assert.equal(
    lengths,
    [24, 10, 20].map((size) => size + packet.length),
  )
})

test('invalid formats are refused', () => {
  const { framing } = format
  for (const [bad, expected] of [
    [undefined, /expected a device or the format of its frames, got undefined/],
    [5, /expected a device/],
    [{}, /expected mode/],
    [{ mode: 'tpa', framing }, /expected mode 'tap' or 'tun', got "tpa"/],
    [{ mode: 'tun' }, /expected framing, got undefined/],
    [{ mode: 'tun', framing: {} }, /expected framing.pi/],
    [
      { mode: 'tun', framing: { ...framing, vnetHeaderSize: 9 } },
      /expected framing.vnetHeaderSize 0 or from 10, got 9/,
    ],
    [{ mode: 'tun', framing: { ...framing, vnetByteOrder: 'LE' } }, /expected framing.vnetByteOrder/],
  ] as const) {
    assert.throws(() => new GsoSplitter(bad as never), expected)
    assert.throws(() => new GroJoiner(bad as never, { write() {} }), expected)
  }
})

type Resizable = new (size: number, options: object) => ArrayBuffer & { resize(size: number): void }

test('memory that was transferred or made smaller is refused', () => {
  const moved = new Uint8Array(200_000)
  // Node 20 has it, TypeScript's ES2023 does not.
  const resized = new (ArrayBuffer as unknown as Resizable)(200_000, { maxByteLength: 200_000 })
  const splitters = [moved, new Uint8Array(resized)].map((memory) => new GsoSplitter(format, { memory }))
  structuredClone(moved.buffer, { transfer: [moved.buffer] })
  resized.resize(1000)
  assert.throws(() => splitters[0]?.split(frameOf({})), /expected the memory of 200000 bytes, of which 0 are left/)
  assert.throws(() => splitters[1]?.split(frameOf({})), /expected the memory of 200000 bytes, of which 1000 are left/)
  resized.resize(200_000)
  assert.is(splitters[1]?.split(frameOf({})), 3)
})

/** Packets that are joined with none, of which each has another flow. */
const flood = Array.from({ length: 4000 }, (_, index) =>
  superFrame({
    layers: [ethernet, index % 2 ? ipv4 : ipv6, { ...tcp, sourcePort: index + 1 }],
    data: dataOf(60 + (index % 5)),
    size: 0,
  }).subarray(10),
)

test('the time is linear in the number of packets', () => {
  const joiner = new GroJoiner(format, { write() {} })
  const time = (count: number) =>
    Math.min(
      ...Array.from({ length: 5 }, () =>
        cpuOf(() => {
          for (let index = 0; index < count; index++) joiner.push(flood[index] as Uint8Array)
          joiner.flush()
        }),
      ),
    )
  time(4000)
  // Eight times as many packets: 64 times if it were quadratic.
  assert.ok(time(4000) < 30 * Math.max(time(500), 0.1))
})

test.run()
