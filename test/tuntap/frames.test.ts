import { SystemError } from '@netloom/netlink'
import { FrameError, TunTap, type TunTapOptions } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { isEverFasterThan, PATIENCE, took } from '../support/until.js'

const test = suiteNeeding('frames through tun and tap', 'netns', 'tun')

const broadcast = 'ff:ff:ff:ff:ff:ff'
const mac = (text: string) => Buffer.from(text.replaceAll(':', ''), 'hex')

/** Returns an Ethernet frame of at least 60 bytes with an experimental EtherType. */
const ethernet = (to: string, from: string, text: string) =>
  Buffer.concat([mac(to), mac(from), Buffer.of(0x88, 0xb5), Buffer.from(text.padEnd(46, '\0'))])

/** Returns an IPv4 packet without a checksum of its payload. */
function ipv4(from: readonly number[], to: readonly number[], payload: Buffer): Buffer {
  const header = Buffer.from([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 253, 0, 0, ...from, ...to])
  header.writeUInt16BE(header.length + payload.length, 2)
  let sum = 0
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at)
  header.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 10)
  return Buffer.concat([header, payload])
}

/** Returns the next frame for which `wanted` returns true. Skips frames that the kernel sends by itself. */
function next(device: TunTap, wanted: (frame: Buffer) => boolean): Buffer {
  for (let frame = device.read(PATIENCE); frame; frame = device.read(PATIENCE)) if (wanted(frame)) return frame
  throw new Error(`expected such a frame within ${PATIENCE / 1000} seconds of the one before`)
}

/** Creates devices that are up and without IPv6's own traffic, and closes them. */
function withDevices(
  list: readonly Omit<TunTapOptions, 'netns'>[],
  use: (devices: TunTap[], namespace: Namespace) => void,
) {
  return inScratch((namespace) => {
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    const devices: TunTap[] = []
    try {
      for (const options of list) {
        const device = TunTap.create({ ...options, netns: namespace.path })
        devices.push(device)
        namespace.ip('link', 'set', device.name, 'up')
      }
      use(devices, namespace)
    } finally {
      for (const device of devices) device.close()
    }
  })
}

test('Ethernet frames both ways across a bridge', () =>
  withDevices(
    [
      { mode: 'tap', name: 'tapA' },
      { mode: 'tap', name: 'tapB' },
    ],
    ([a, b], namespace) => {
      assert.ok(a && b)
      namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0)
      for (const { name } of [a, b]) namespace.ip('link', 'set', name, 'master', 'br0')
      namespace.ip('link', 'set', 'br0', 'up')
      const there = ethernet(broadcast, '02:00:00:00:00:0a', 'to all')
      a.write(there)
      assert.equal(
        next(b, (frame) => frame.equals(there)),
        there,
      )
      const back = ethernet('02:00:00:00:00:0a', '02:00:00:00:00:0b', 'to one')
      b.write(back)
      assert.equal(
        next(a, (frame) => frame.equals(back)),
        back,
      )
      // Each frame has its own buffer.
      const first = Buffer.from(back)
      b.write(back)
      const one = next(a, (frame) => frame.equals(back))
      b.write(ethernet('02:00:00:00:00:0a', '02:00:00:00:00:0b', 'other'))
      next(a, (frame) => frame.includes('other'))
      assert.equal(one, first)
    },
  ))

test('IP packets in tun mode, with replies of the kernel', () =>
  withDevices([{ mode: 'tun', name: 'tun0' }], ([tun], namespace) => {
    assert.ok(tun)
    namespace.ip('address', 'add', '10.5.0.1/24', 'dev', 'tun0')
    const echo = Buffer.from([8, 0, 0, 0, 0, 1, 0, 1])
    echo.writeUInt16BE(~(0x0800 + 1 + 1) & 0xffff, 2)
    const request = ipv4([10, 5, 0, 2], [10, 5, 0, 1], echo)
    request[9] = 1
    request.writeUInt16BE(request.readUInt16BE(10) + (253 - 1), 10)
    tun.write(request)
    const reply = next(tun, (packet) => packet[9] === 1)
    assert.equal([...reply.subarray(12, 20)], [10, 5, 0, 1, 10, 5, 0, 2])
    assert.is(reply[20], 0)
  }))

for (const [what, options, header] of [
  ['struct tun_pi', { pi: true }, Buffer.of(0, 0, 0x88, 0xb5)],
  ['struct virtio_net_hdr', { vnetHdr: true }, Buffer.alloc(10)],
  ['both', { pi: true, vnetHdr: true }, Buffer.concat([Buffer.of(0, 0, 0x88, 0xb5), Buffer.alloc(10)])],
] as const) {
  test(`frames begin with ${what}`, () =>
    withDevices(
      [
        { mode: 'tap', name: 'tapA', ...options },
        { mode: 'tap', name: 'tapB' },
      ],
      ([a, b], namespace) => {
        assert.ok(a && b)
        const { info_data: info } = namespace.ip('link', 'show', 'dev', 'tapA')[0].linkinfo
        assert.equal([info.pi, info.vnet_hdr], ['pi' in options, 'vnetHdr' in options])
        namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0)
        for (const { name } of [a, b]) namespace.ip('link', 'set', name, 'master', 'br0')
        namespace.ip('link', 'set', 'br0', 'up')
        const plain = ethernet(broadcast, '02:00:00:00:00:0b', 'plain')
        b.write(plain)
        assert.equal(
          next(a, (frame) => frame.includes('plain')),
          Buffer.concat([header, plain]),
        )
        const other = ethernet(broadcast, '02:00:00:00:00:0a', 'other way')
        a.write(Buffer.concat([header, other]))
        assert.equal(
          next(b, (frame) => frame.includes('other way')),
          other,
        )
        // Shorter than the header, or than Ethernet's header.
        for (const length of [header.length - 1, header.length + 13]) {
          assert.throws(
            () => a.write(Buffer.alloc(length)),
            (error: unknown) => error instanceof FrameError && error.field === 'length' && error.value === length,
          )
        }
      },
    ))
}

test('read() waits for its timeout, and no longer', () =>
  withDevices([{ mode: 'tap', name: 'tapA' }], ([a]) => {
    assert.ok(a)
    while (a.read(200));
    const readNothing = () => assert.is(a.read(), undefined)
    assert.ok(isEverFasterThan(() => 50, readNothing))
    const waited = took(() => assert.is(a.read(120), undefined))
    assert.ok(waited >= 119)
  }))

const codeOf = (call: () => unknown) => {
  try {
    call()
  } catch (error) {
    assert.instance(error, SystemError)
    return `${(error as SystemError).syscall} ${(error as SystemError).code}`
  }
  return 'nothing was thrown'
}

test('write() to a link that is down fails', () =>
  withDevices([{ mode: 'tap', name: 'tapA' }], ([a], namespace) => {
    assert.ok(a)
    namespace.ip('link', 'set', 'tapA', 'down')
    assert.is(
      codeOf(() => a.write(ethernet(broadcast, '02:00:00:00:00:0a', 'x'))),
      'write EIO',
    )
  }))

test('read() and write() fail after the device was deleted', () =>
  withDevices([{ mode: 'tap', name: 'tapA' }], ([a], namespace) => {
    assert.ok(a)
    namespace.ip('link', 'del', 'tapA')
    assert.is(
      codeOf(() => a.read(Number.POSITIVE_INFINITY)),
      'read EBADFD',
    )
    assert.is(
      codeOf(() => a.write(ethernet(broadcast, '02:00:00:00:00:0a', 'x'))),
      'write EBADFD',
    )
  }))

test.run()
