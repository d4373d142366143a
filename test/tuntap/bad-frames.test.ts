import { FrameError, TunTap, type TunTapOptions } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { checkVirtioHeader } from '../../packages/tuntap/dist/io/check-virtio.js'
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

test('a virtio header in network order, which few kernels support', () => {
  const framing = { pi: false, vnetHeaderSize: 10, vnetByteOrder: 'big' } as const
  const frame = (length: number) => Buffer.concat([Buffer.from([0, 0, 0, length]), Buffer.alloc(66)])
  checkVirtioHeader(frame(60), framing, 'tap')
  assert.throws(
    () => checkVirtioHeader(frame(61), framing, 'tap'),
    (error: unknown) => error instanceof FrameError && error.value === 61,
  )
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
