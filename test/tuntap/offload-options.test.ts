import { PacketView, transportChecksumState } from '@netloom/packet'
import { TunTap, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { openedSince, openFiles } from './device.js'

const test = suiteNeeding('the option offload', 'netns', 'tun')

const none = { csum: false, tso4: false, tso6: false, tsoEcn: false, uso: false, tunnel: false, tunnelCsum: false }
const most = { csum: true, tso4: true, tso6: true, tsoEcn: true, uso: true }

for (const mode of ['tap', 'tun'] as const)
  test(`create, change and read: ${mode}`, () =>
    inScratch(({ path: netns }) => {
      using device = TunTap.create({ mode, netns, offload: most })
      assert.is(device.framing.vnetHeaderSize, 10)
      assert.equal(device.vnet.offload, { ...none, ...most })
      device.vnet.setOffload({ csum: true, tso6: true })
      assert.equal(device.vnet.offload, { ...none, csum: true, tso6: true })
      device.vnet.setOffload({})
      assert.equal(device.vnet.offload, none)
      assert.throws(() => device.vnet.setOffload({ ...most, tunnel: true }), /expected vnetHdr: 24 with tunnel/)

      const all = { ...most, tunnel: true, tunnelCsum: true }
      using tunnel = TunTap.create({ mode, netns, offload: all })
      assert.equal([tunnel.framing.vnetHeaderSize, tunnel.vnet.offload], [24, all])
      using without = TunTap.create({ mode, netns, offload: {} })
      assert.equal([without.framing.vnetHeaderSize, without.vnet.offload], [0, none])
    }))

test('combinations that are refused, before anything is opened', () => {
  const before = openFiles()
  for (const [options, message] of [
    [{ offload: { tso4: true } }, 'expected csum: true with an offload'],
    [{ offload: { csum: true, tsoEcn: true } }, 'expected tso4 or tso6 with tsoEcn'],
    [{ offload: { csum: true, tunnel: true } }, 'expected tso4, tso6 or uso with tunnel'],
    [{ offload: { csum: true, uso: true, tunnelCsum: true } }, 'expected tunnel with tunnelCsum'],
    [
      { offload: { csum: true }, vnetHdr: false },
      'expected vnetHdr with offload, because the header describes such frames, got false',
    ],
    [{ offload: { ...most, tunnel: true }, vnetHdr: 20 }, 'expected vnetHdr: 24 with tunnel, got a header of 20 bytes'],
    [
      { offload: { ...most, tunnel: true }, vnetHdr: true },
      'expected vnetHdr: 24 with tunnel, got true, which means 10',
    ],
    [{ offload: { csum: 'yes' } }, 'expected csum to be true or false, got "yes"'],
    [{ offload: 5 }, 'expected offloads, got 5'],
  ] as const) {
    for (const call of [
      () => TunTap.create({ mode: 'tap', ...(options as object) }),
      () => TunTap.attach({ mode: 'tap', name: 'none', ...(options as object) }),
    ])
      assert.throws(call, (error: unknown) => error instanceof TypeError && error.message === message, message)
  }
  assert.equal(openedSince(before), [])
})

test('all queues share the offloads', () =>
  inScratch(({ path: netns }) => {
    const device = { mode: 'tap', name: 'tap0', netns, multiQueue: true, vnetHdr: true } as const
    using one = TunTap.create({ ...device, offload: most })
    using two = TunTap.attach({ ...device, offload: most })
    using three = TunTap.attach(device)
    assert.equal([two.vnet.offload, three.vnet.offload], [one.vnet.offload, one.vnet.offload])
    assert.throws(
      () => TunTap.attach({ ...device, offload: { csum: true } }),
      (error: unknown) =>
        error instanceof TunTapError &&
        error.message ===
          'TUNSETOFFLOAD tap0: attach with offload csum: the queue that is already attached has csum, tso4, tso6, tsoEcn, uso (EINVAL)',
    )
    assert.equal(one.vnet.offload, { ...none, ...most })
  }))

/** Sends a UDP datagram through a device. */
const send = (namespace: Namespace, length: number) =>
  namespace.exec(process.execPath, [
    '-e',
    `const s = require('dgram').createSocket('udp4')
     s.send(Buffer.alloc(${length}), 9, '192.0.2.1', () => s.close())`,
  ])

for (const multiQueue of [false, true])
  test(`a persistent device does not keep offloads, multiQueue: ${multiQueue}`, () =>
    inScratch(async (namespace) => {
      const device = { mode: 'tap', name: 'tap0', netns: namespace.path, multiQueue } as const
      TunTap.create({ ...device, offload: most, persist: true }).close()
      namespace.ip('address', 'add', '192.0.2.2/24', 'dev', 'tap0')
      namespace.ip('link', 'set', 'tap0', 'up')
      namespace.ip('neighbour', 'add', '192.0.2.1', 'lladdr', '02:00:00:00:00:01', 'dev', 'tap0')
      using tap = TunTap.attach(device)
      assert.equal(tap.vnet.offload, none)
      await until('a carrier', () => namespace.ip('link', 'show', 'tap0')[0].flags.includes('LOWER_UP'))
      send(namespace, 100)
      const packet = new PacketView()
      await until('a datagram with its checksum', () => {
        const frame = tap.read(100)
        return frame && packet.tryParse(frame) && packet.udp?.destinationPort === 9
      })
      assert.is(transportChecksumState(packet), 'valid')
      tap.close()
      using silent = TunTap.attach({ ...device, carrier: false })
      assert.ok(!namespace.ip('link', 'show', 'tap0')[0].flags.includes('LOWER_UP'))
      assert.is(silent.framing.vnetHeaderSize, 0)
    }))

test.run()
