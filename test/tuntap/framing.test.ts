import { Netlink } from '@netloom/netlink'
import { ethtool } from '@netloom/netlink/generic'
import { TunTap, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { tunData } from './device.js'

const test = suiteNeeding('TunTap: the headers of frames', 'netns', 'tun')

function reasonOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    assert.instance(error, TunTapError, String(error))
    const { ioctl, code, reason } = error as TunTapError
    return `${ioctl} ${code}: ${reason}`
  }
  return 'nothing was thrown'
}

const framings = [{}, { pi: true }, { vnetHdr: true }, { vnetHdr: 12 }, { pi: true, vnetHdr: 24 }] as const

const describe = ({ pi = false, vnetHdr = false }: { pi?: boolean; vnetHdr?: boolean | number }) => ({
  pi,
  vnetHeaderSize: vnetHdr === true ? 10 : Number(vnetHdr),
  vnetByteOrder: 'little',
})

test('a further queue must have the headers of the attached one', () =>
  inScratch(({ path: netns }) => {
    const device = { mode: 'tap', name: 'tap0', netns, multiQueue: true } as const
    for (const first of framings) {
      using one = TunTap.create({ ...device, ...first })
      assert.equal(one.framing, describe(first))
      for (const second of framings) {
        if (first === second) {
          using two = TunTap.attach({ ...device, ...second })
          assert.equal(two.framing, one.framing)
          continue
        }
        const [wanted, present] = [describe(second), describe(first)]
        const sizesDiffer = wanted.pi === present.pi && wanted.vnetHeaderSize > 0 && present.vnetHeaderSize > 0
        const words = ({ pi, vnetHeaderSize }: ReturnType<typeof describe>) =>
          sizesDiffer ? `vnetHdr: ${vnetHeaderSize}` : `pi: ${pi}, vnetHdr: ${vnetHeaderSize > 0}`
        assert.is(
          reasonOf(() => TunTap.attach({ ...device, ...second })),
          `TUNSETIFF EINVAL: attach with ${words(wanted)}: the queue that is already attached has ${words(present)}`,
        )
        assert.is(tunData(netns, 'tap0').numQueues, 1)
      }
    }
  }))

test('without an attached queue, the kernel takes the new headers', () =>
  inScratch(({ path: netns }) => {
    for (const multiQueue of [false, true]) {
      const device = { mode: 'tap', name: multiQueue ? 'many' : 'one', netns, multiQueue } as const
      TunTap.create({ ...device, vnetHdr: 20, persist: true }).close()
      for (const framing of framings) {
        using tap = TunTap.attach({ ...device, ...framing })
        const { pi, vnetHdr } = tunData(netns, device.name)
        const { pi: hasPi, vnetHeaderSize } = describe(framing)
        assert.equal([pi, vnetHdr], [Number(hasPi), Number(vnetHeaderSize > 0)])
        assert.equal(tap.framing, describe(framing))
      }
    }
  }))

test('a detached queue counts, because it returns with the headers that the device then has', () =>
  inScratch(({ path: netns }) => {
    const device = { mode: 'tap', name: 'tap0', netns, multiQueue: true } as const
    using one = TunTap.create(device)
    one.detachQueue()
    assert.match(
      reasonOf(() => TunTap.attach({ ...device, pi: true })),
      /attach with pi: true, vnetHdr: false: .* has pi: false, vnetHdr: false/,
    )
  }))

test('reasons of a refused attachment', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    namespace.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'veth1')
    using single = TunTap.create({ mode: 'tap', name: 'single', netns })
    using many = TunTap.create({ mode: 'tun', name: 'many', netns, multiQueue: true })
    assert.equal([single.name, many.name], ['single', 'many'])
    for (const [options, reason] of [
      [{ mode: 'tap', name: 'none' }, 'SIOCGIFINDEX ENODEV: no such device'],
      [{ mode: 'tap', name: 'veth0' }, 'TUNSETIFF EINVAL: attach to a veth link: it is not a tun or tap device'],
      [{ mode: 'tap', name: 'lo' }, 'TUNSETIFF EINVAL: attach to a physical link: it is not a tun or tap device'],
      [{ mode: 'tun', name: 'single' }, "TUNSETIFF EINVAL: attach with mode 'tun': it is a tap device"],
      [
        { mode: 'tap', name: 'single', multiQueue: true },
        'TUNSETIFF EINVAL: attach with multiQueue: the device is single-queue',
      ],
      [{ mode: 'tun', name: 'many' }, 'TUNSETIFF EINVAL: attach without multiQueue: the device is multi-queue'],
      [
        { mode: 'tap', name: 'single' },
        'TUNSETIFF EBUSY: the device is single-queue, and another descriptor is attached',
      ],
    ] as const) {
      assert.is(
        reasonOf(() => TunTap.attach({ ...options, netns })),
        reason,
      )
    }
  }))

test('the virtio header: size, byte order and offload', () =>
  inScratch((namespace) => {
    const device = { mode: 'tap', name: 'tap0', netns: namespace.path, multiQueue: true, vnetHdr: true } as const
    using tap = TunTap.create(device)
    for (const size of [12, 20, 24, 10] as const) {
      tap.vnet.setSize(size)
      assert.equal([tap.vnet.size, tap.framing.vnetHeaderSize], [size, size])
    }
    tap.vnet.setByteOrder('little')
    assert.is(tap.vnet.byteOrder, 'little')
    using nl = Netlink.open({ netns: namespace.path })
    const features = () => {
      const request = { attrs: { header: { devName: 'tap0' } } }
      const [reply] = nl.generic(ethtool).requestSync('ETHTOOL_MSG_FEATURES_GET', request)
      return reply?.attrs.active?.bits?.bit?.map(({ name }) => name) ?? []
    }
    const TSO = 'tx-tcp-segmentation'
    const TSO6 = 'tx-tcp6-segmentation'
    const CSUM = 'tx-checksum-ip-generic'
    for (const [offload, on] of [
      [{}, []],
      [{ csum: true, tso4: true, tso6: true, tsoEcn: true }, [CSUM, TSO, TSO6]],
      [{ csum: true }, [CSUM]],
      [{ csum: true, tso4: true }, [CSUM, TSO]],
    ] as const) {
      tap.vnet.setOffload(offload)
      assert.equal(
        [CSUM, TSO, TSO6].filter((name) => features().includes(name)),
        on,
      )
    }
    // An object without offloads would turn all of them off.
    assert.throws(() => tap.vnet.setOffload(new Date() as never), /expected offloads, got a Date/)
    assert.ok(features().includes(TSO))
    for (const [offload, message] of [
      [{ tso4: true }, 'expected csum: true with an offload'],
      [{ csum: true, tsoEcn: true }, 'expected tso4 or tso6 with tsoEcn'],
      [{ csum: true, tunnel: true }, 'expected tso4, tso6 or uso with tunnel'],
      [{ csum: true, tso4: true, tunnelCsum: true }, 'expected tunnel with tunnelCsum'],
      [{ ufo: true }, "expected the offloads csum, tso4, tso6, tsoEcn, uso, tunnel, tunnelCsum, got 'ufo'"],
      [{ csum: 1 }, 'expected csum to be true or false, got 1'],
    ] as const) {
      assert.throws(
        () => tap.vnet.setOffload(offload as never),
        (error: unknown) => error instanceof TypeError && error.message === message,
        message,
      )
    }
    using other = TunTap.attach(device)
    assert.is(other.vnet.size, 10)
    assert.is(
      reasonOf(() => tap.vnet.setSize(12)),
      'TUNSETVNETHDRSZ EBUSY: another queue is attached, whose frames would change too',
    )
    assert.is(
      reasonOf(() => tap.vnet.setByteOrder('little')),
      'TUNSETVNETLE EBUSY: another queue is attached, whose frames would change too',
    )
  }))

test.run()
