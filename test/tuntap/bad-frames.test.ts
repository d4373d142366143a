import { FrameError, TunTap, type TunTapOptions } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { virtioFault } from '../../packages/tuntap/dist/io/check-virtio.js'
import { VirtioNetHeader } from '../../packages/tuntap/dist/io/virtio-header.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('frames that are refused', 'netns', 'tun')

/** Creates a device that is up, and passes it to `use`. */
const withDevice = (options: Omit<TunTapOptions, 'netns' | 'name'>, use: (tap: TunTap) => void) =>
  inScratch((namespace) => {
    using tap = TunTap.create({ ...options, name: 'dev0', netns: namespace.path })
    namespace.ip('link', 'set', 'dev0', 'up')
    const before = namespace.ip('-s', 'link', 'show', 'dev', 'dev0')[0].stats64.rx
    use(tap)
    // Nothing reached the kernel.
    assert.equal(namespace.ip('-s', 'link', 'show', 'dev', 'dev0')[0].stats64.rx, before)
  })

/** Asserts that write() and writeBatch() refuse a frame because of a field. */
function refused(tap: TunTap, frame: Uint8Array, field: string, value: number): void {
  for (const [call, index] of [
    [() => tap.write(frame), undefined],
    [() => tap.writeBatch([frame]), 0],
  ] as const) {
    assert.throws(
      call,
      (error: unknown) => {
        assert.instance(error, FrameError)
        const { code, field: found, value: got, index: at, message } = error as FrameError
        assert.equal([code, found, got, at], ['ERR_TUNTAP_FRAME', field, value, index])
        assert.ok(message.includes(field) && message.includes(String(value)), message)
        return true
      },
      `${field} ${value}`,
    )
  }
}

for (const [options, shortest, longest] of [
  [{ mode: 'tap' }, 14, 65535 + 22],
  [{ mode: 'tap', pi: true }, 18, 65535 + 26],
  [{ mode: 'tap', vnetHdr: true }, 24, 65535 + 32],
  [{ mode: 'tun', pi: true }, 4, 65535 + 4],
] as const)
  test(`lengths of ${JSON.stringify(options)}`, () =>
    withDevice(options, (tap) => {
      for (const length of [0, shortest - 1, longest + 1, 1 << 20]) refused(tap, Buffer.alloc(length), 'length', length)
    }))

test('packets of a tun device', () =>
  withDevice({ mode: 'tun' }, (tap) => {
    refused(tap, Buffer.alloc(0), 'length', 0)
    refused(tap, Buffer.alloc(100, 0x50), 'IP version', 5)
    refused(tap, Buffer.alloc(19, 0x45), 'length', 19)
    refused(tap, Buffer.alloc(39, 0x60), 'length', 39)
  }))

test('inconsistent virtio headers', () =>
  withDevice({ mode: 'tap', vnetHdr: true }, (tap) => {
    const frame = (...header: number[]) => Buffer.concat([Buffer.from(header), Buffer.alloc(70 - header.length)])
    const low = (value: number) => [value & 255, value >> 8] as const
    refused(tap, frame(0, 0, ...low(61)), 'virtio_net_hdr.hdr_len', 61)
    refused(tap, frame(0, 0, ...low(13)), 'virtio_net_hdr.hdr_len', 13)
    refused(tap, frame(1, 0, 0, 0, 0, 0, ...low(60)), 'virtio_net_hdr.csum_start', 60)
    refused(tap, frame(1, 0, 0, 0, 0, 0, ...low(50), ...low(9)), 'virtio_net_hdr.csum_offset', 9)
    refused(tap, frame(1, 0, 0, 0, 0, 0, ...low(65535), ...low(65535)), 'virtio_net_hdr.csum_start', 65535)
    for (const type of [2, 6, 0x1f, 0x80]) refused(tap, frame(0, type, 0, 0, 100), 'virtio_net_hdr.gso_type', type)
    refused(tap, frame(0, 1), 'virtio_net_hdr.gso_size', 0)
  }))

/** An IPv4 packet of TCP or UDP, with a virtio header. Only that is invalid. */
function packet(tap: TunTap, header: Readonly<Record<string, number>>, length = 1000): Buffer {
  const ethernet = tap.mode === 'tap' ? 14 : 0
  const size = tap.framing.vnetHeaderSize
  const frame = Buffer.alloc(size + ethernet + length)
  if (ethernet) Buffer.from('ffffffffffff02000000000a0800', 'hex').copy(frame, size)
  const ip = frame.subarray(size + ethernet)
  ip[0] = 0x45
  ip.writeUInt16BE(length, 2)
  ip[8] = 64
  ip[9] = (header.type ?? 1) & 1 && header.type !== 5 ? 6 : 17
  ip[32] = 0x50
  frame.set([header.flags ?? 1, header.type ?? 0])
  for (const [index, name] of ['hdr', 'size', 'start', 'offset'].entries())
    frame.writeUInt16LE(header[name] ?? 0, 2 + 2 * index)
  return frame
}

for (const [mode, ethernet] of [
  ['tap', 14],
  ['tun', 0],
] as const)
  test(`headers of segmented packets that the kernel refuses, ${mode}`, () =>
    withDevice({ mode, vnetHdr: true }, (tap) => {
      const start = ethernet + 20
      const room = ethernet + 1000
      const tcp = { type: 1, size: 500, start, offset: 16 }
      const udp = { type: 5, size: 500, start, offset: 6 }
      for (const [header, field, value] of [
        [{ ...tcp, start: room - 19 }, 'csum_start', room - 19],
        [{ ...tcp, offset: 6 }, 'csum_offset', 6],
        [{ ...tcp, size: 65535 }, 'gso_size', 65535],
        [{ ...tcp, type: 0x21 }, 'gso_type', 0x21],
        [{ ...tcp, type: 0x61 }, 'gso_type', 0x61],
        [{ ...tcp, type: 4, start: 39 }, 'csum_start', 39],
        [{ ...udp, offset: 16 }, 'csum_offset', 16],
        [{ ...udp, flags: 0 }, 'flags', 0],
        [{ ...udp, type: 0x85 }, 'gso_type', 0x85],
        [{ ...udp, size: 7 }, 'gso_size', 7],
        [{ start: 0, offset: 16 }, 'csum_start', 0],
        [{ start: 19, offset: 16 }, 'csum_start', 19],
      ] as const)
        refused(tap, packet(tap, header), `virtio_net_hdr.${field}`, value)
      const short = packet(tap, { ...tcp, flags: 0 }, 39 - ethernet)
      refused(tap, short, 'packet length', 39)
    }))

test('both tunnel bits, with a header that has room for a tunnel', () =>
  withDevice({ mode: 'tap', vnetHdr: 24 }, (tap) =>
    refused(tap, packet(tap, { type: 0x61, size: 500, start: 34, offset: 16 }), 'virtio_net_hdr.gso_type', 0x61),
  ))

test('valid headers of segmented packets are sent', () =>
  inScratch((namespace) => {
    for (const [mode, start] of [
      ['tap', 34],
      ['tun', 20],
    ] as const) {
      using tap = TunTap.create({ mode, netns: namespace.path, vnetHdr: true, up: true })
      for (const header of [
        { type: 1, size: 500, start, offset: 16 },
        { type: 0x81, size: 500, start, offset: 16 },
        { type: 1, size: 500, flags: 0 },
        { type: 5, size: 500, start, offset: 6 },
        { type: 5, size: 8, start, offset: 6 },
        { start, offset: 16 },
        { start: 20, offset: 16 },
      ]) {
        tap.write(packet(tap, header))
        tap.writeBatch([packet(tap, header)])
      }
    }
  }))

test('a virtio header in network order, which few kernels support', () => {
  const faultOf = (length: number) => {
    const frame = Buffer.concat([Buffer.from([0, 0, 0, length]), Buffer.alloc(66)])
    return virtioFault(new VirtioNetHeader().at(frame, 0, 'big'), 10, 60, 'tap')
  }
  assert.is(faultOf(60), undefined)
  assert.is(faultOf(61)?.value, 61)
})

test('checkMtu: the current MTU, without headers and VLAN tags', () =>
  inScratch((namespace) => {
    using tap = TunTap.create({ mode: 'tap', name: 'dev0', netns: namespace.path, checkMtu: true })
    namespace.ip('link', 'set', 'dev0', 'up')
    const tagged = Buffer.alloc(1500 + 22)
    tagged.writeUInt16BE(0x88a8, 12)
    tagged.writeUInt16BE(0x8100, 16)
    tap.writeBatch([tagged, Buffer.alloc(1514)])
    refused(tap, Buffer.alloc(1515), 'packet length', 1501)
    refused(tap, Buffer.concat([tagged, Buffer.alloc(1)]), 'packet length', 1501)
    namespace.ip('link', 'set', 'dev0', 'mtu', 1400)
    refused(tap, Buffer.alloc(1415), 'packet length', 1401)
    using unchecked = TunTap.create({ mode: 'tap', name: 'dev1', netns: namespace.path })
    namespace.ip('link', 'set', 'dev1', 'up')
    unchecked.write(Buffer.alloc(9000))
  }))

for (const [mode, ethernet] of [
  ['tap', 14],
  ['tun', 0],
] as const)
  test(`checkMtu: the segments of a frame that the kernel splits, ${mode}`, () =>
    withDevice({ mode, vnetHdr: true, checkMtu: true }, (tap) => {
      const start = ethernet + 20
      for (const [header, most] of [
        [{ type: 1, start, offset: 16 }, 1460],
        [{ type: 0x81, flags: 0 }, 1460],
        [{ type: 5, start, offset: 6 }, 1472],
        [{ type: 3, start, offset: 6 }, 1480],
      ] as const) {
        const long = packet(tap, { ...header, size: most + 1 }, 4000)
        refused(tap, long, 'virtio_net_hdr.gso_size', most + 1)
        assert.throws(() => tap.write(long), new RegExp(`at most ${most}, for the MTU of 1500`))
      }
      // Without segmentation, the packet counts. A packet of one segment is as long as it is.
      refused(tap, packet(tap, { start, offset: 16 }, 1501), 'packet length', 1501)
    }))

test('checkMtu: segments that fit are sent', () =>
  inScratch((namespace) => {
    for (const mode of ['tap', 'tun'] as const) {
      using tap = TunTap.create({ mode, netns: namespace.path, vnetHdr: true, up: true, checkMtu: true })
      const start = mode === 'tap' ? 34 : 20
      tap.write(packet(tap, { type: 1, size: 1460, start, offset: 16 }, 4000))
      tap.write(packet(tap, { type: 1, size: 9000, start, offset: 16 }, 1500))
      tap.write(packet(tap, { type: 5, size: 1472, start, offset: 6 }, 4000))
    }
  }))

test('one bad frame: no frame of the batch is sent', () =>
  withDevice({ mode: 'tap' }, (tap) => {
    assert.throws(
      () => tap.writeBatch([Buffer.alloc(60), Buffer.alloc(60), Buffer.alloc(13)]),
      (error: unknown) => error instanceof FrameError && error.index === 2,
    )
    for (const frames of [undefined, 'text', [undefined], [[1, 2]]])
      assert.throws(
        () => tap.writeBatch(frames as never),
        (error: unknown) => error instanceof TypeError,
      )
  }))

test.run()
