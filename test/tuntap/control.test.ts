import { closeSync, readlinkSync, statSync } from 'node:fs'
import { TunTap, type TunTapDevice, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { tunData } from './device.js'

const test = suiteNeeding('TunTap: settings of a device', 'netns', 'tun')

/** Returns the message of the TunTapError or TypeError that `call` throws. */
function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof TunTapError || error instanceof TypeError) return error.message
    throw error
  }
  return 'nothing was thrown'
}

const shown = (namespace: Namespace, name: string) => namespace.ip('link', 'show', 'dev', name)[0]

test('features()', () => {
  const features = TunTap.features()
  assert.equal([features.tun, features.tap, features.multiQueue, features.vnetHdr], [true, true, true, true])
})

test('index, address, MTU, link type, carrier and state at creation', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    const options = { mode: 'tap', name: 'vm%d', netns, index: 4711, mtu: 9000, address: '02:00:00:00:00:42' } as const
    using tap = TunTap.create({ ...options, up: true, carrier: false, persist: true, napi: true, napiFrags: true })
    const link = shown(namespace, 'vm0')
    assert.equal([link.ifindex, link.mtu, link.address], [4711, 9000, '02:00:00:00:00:42'])
    assert.equal([link.flags.includes('UP'), link.linkinfo.info_data.persist], [true, true])
    assert.is(namespace.exec('cat', ['/sys/class/net/vm0/carrier']).trim(), '0')
    assert.equal([tap.name, tap.index, tap.mtu, tap.address, tap.linkType], ['vm0', 4711, 9000, options.address, 1])
    const { mode, napi, napiFrags, persist, multiQueue, vnetHdr, detached } = tap.flags()
    assert.equal([mode, napi, napiFrags, persist], ['tap', true, true, true])
    assert.equal([multiQueue, vnetHdr, detached], [false, false, false])
    using second = TunTap.create({ mode: 'tap', name: 'vm%d', netns, linkType: 778 })
    assert.equal([second.name, second.linkType], ['vm1', 778])
    using tun = TunTap.create({ mode: 'tun', netns, mtu: 65535, linkType: 512 })
    assert.equal(
      [tun.mtu, tun.linkType, tun.address, shown(namespace, 'tun0').link_type],
      [65535, 512, undefined, 'ppp'],
    )
  }))

test('a creation that fails leaves no device, and its error says why', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    namespace.ip('link', 'add', 'veth0', 'index', 99, 'type', 'veth', 'peer', 'veth1')
    using taken = TunTap.create({ mode: 'tap', name: 'taken', netns, multiQueue: true })
    assert.is(taken.name, 'taken')
    const before = namespace.ip('link', 'show').length
    for (const [options, message] of [
      [{ name: 'taken' }, 'TUNSETIFF taken: device exists (EBUSY)'],
      [{ name: 'veth0', index: 99 }, 'TUNSETIFF veth0: device exists (EBUSY)'],
      [{ index: 99 }, 'TUNSETIFF tap%d: index 99 is the one of veth0 (EBUSY)'],
      [
        { address: '00:00:00:00:00:00', persist: true },
        'SIOCSIFHWADDR tap0: it is a multicast address or zero (EADDRNOTAVAIL)',
      ],
      [{ mtu: 65522 }, 'expected mtu of a tap from 68 to 65521, got 65522'],
      [{ mtu: 67 }, 'expected mtu from 68 to 65535, got 67'],
      [{ index: 0 }, 'expected index from 1 to 2147483647, got 0'],
      [{ address: 'nonsense' }, 'expected address to be a MAC address such as 02:00:00:00:00:01, got "nonsense"'],
      [
        { mode: 'tun', address: '02:00:00:00:00:01' },
        `expected no address with mode 'tun', which has none, got "02:00:00:00:00:01"`,
      ],
      [{ napiFrags: true }, "expected napi: true and mode 'tap' with napiFrags"],
      [{ vnetHdr: 11 as 10 }, 'expected vnetHdr to be true, false, 10, 12, 20, 24, got 11'],
      [{ up: 1 as never }, 'expected up to be true or false, got 1'],
      [{ linkType: 65536 }, 'expected linkType from 0 to 65535, got 65536'],
    ] as const) {
      assert.is(
        messageOf(() => TunTap.create({ mode: 'tap', netns, ...options })),
        message,
      )
      assert.is(namespace.ip('link', 'show').length, before, message)
    }
  }))

test('name, index and MTU are looked up, also after the device was moved', () =>
  inScratch(async (namespace) =>
    inScratch(async (other) => {
      using tap = TunTap.create({ mode: 'tap', name: 'old', index: 50, netns: namespace.path })
      namespace.ip('link', 'set', 'old', 'name', 'new')
      namespace.ip('link', 'set', 'new', 'mtu', 1300)
      // Links of the same name in other namespaces are others.
      other.ip('link', 'add', 'busy', 'index', 50, 'type', 'veth', 'peer', 'peer')
      assert.equal([tap.name, tap.mtu], ['new', 1300])
      namespace.ip('link', 'set', 'new', 'netns', other.name)
      namespace.ip('link', 'add', 'new', 'type', 'veth', 'peer', 'peer')
      const [link] = other.ip('link', 'show', 'dev', 'new')
      assert.equal([tap.name, tap.index], ['new', link.ifindex])
      const netns = tap.openNetns()
      assert.is(readlinkSync(`/proc/self/fd/${netns}`), `net:[${statSync(other.path).ino}]`)
      closeSync(netns)
      other.ip('link', 'del', 'new')
      assert.is(tap.name, 'new')
      for (const call of [() => tap.index, () => tap.mtu, () => tap.flags(), () => tap.openNetns()])
        assert.match(messageOf(call), /^TUNGET\w+ new: .*deleted \(EBADFD\)$/)
    }),
  ))

test('a setting that the kernel refuses', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns, up: true })
    using tun = TunTap.create({ mode: 'tun', name: 'tun0', netns })
    for (const [call, message] of [
      [() => tap.setLinkType(1), 'TUNSETLINK tap0: the link is up (EBUSY)'],
      [
        () => tap.setAddress('01:00:00:00:00:00'),
        'SIOCSIFHWADDR tap0: it is a multicast address or zero (EADDRNOTAVAIL)',
      ],
      [
        () => tap.detachQueue(),
        'TUNSETQUEUE tap0: the queue is already detached, or the device is single-queue (EINVAL)',
      ],
      [() => tap.attachQueue(), 'TUNSETQUEUE tap0: the queue is not detached (EINVAL)'],
      [() => tun.filters.setAddresses(undefined), 'TUNSETTXFILTER tun0: only a tap device has this filter (EINVAL)'],
      [() => tun.filters.detach(), 'TUNDETACHFILTER tun0: only a tap device has this filter (EINVAL)'],
      [() => tap.setSendBuffer(0), 'expected bytes from 1 to 2147483647, got 0'],
      [() => tap.setDebug(-1), 'expected mask from 0 to 4294967295, got -1'],
      [() => tap.vnet.setSize(12), 'expected tap0 to have been opened with vnetHdr, which its frames lack'],
      [
        () => tap.vnet.setOffload({ csum: true }),
        'expected tap0 to have been opened with vnetHdr, which its frames lack',
      ],
    ] as const)
      assert.is(messageOf(call), message)
  }))

test('address, send buffer, link type and log mask can be changed', () =>
  inScratch((namespace) => {
    using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns: namespace.path })
    tap.setAddress('02:11:22:33:44:55')
    assert.is(shown(namespace, 'tap0').address, '02:11:22:33:44:55')
    assert.is(tap.sendBuffer, 0x7fffffff)
    tap.setSendBuffer(1 << 20)
    assert.is(tap.sendBuffer, 1 << 20)
    tap.setLinkType(512)
    assert.is(shown(namespace, 'tap0').link_type, 'ppp')
    tap.setDebug(0)
  }))

test('owner and group of the options are those of `ip tuntap`', () =>
  inScratch((namespace) => {
    using tap = TunTap.create({
      mode: 'tap',
      name: 'tap0',
      netns: namespace.path,
      multiQueue: true,
      vnetHdr: true,
      pi: true,
    })
    tap.setOwner(1000)
    tap.setGroup(1001)
    const [line] = JSON.parse(namespace.exec('ip', ['-j', 'tuntap', 'show']))
    assert.equal([line.ifname, line.flags.slice(0, 4)], ['tap0', ['tap', 'pi', 'multi_queue', 'vnet_hdr']])
    assert.equal([line.user, line.group].map(String), ['1000', '1001'])
  }))

test('queues are detached and attached again', () =>
  inScratch((namespace) => {
    const options = { mode: 'tap', name: 'tap0', netns: namespace.path, multiQueue: true } as const
    using one = TunTap.create(options)
    using two = TunTap.attach(options)
    const queues = () => {
      const { numQueues, numDisabledQueues } = tunData(namespace.path, 'tap0')
      return [numQueues, numDisabledQueues]
    }
    const detached = (...devices: TunTapDevice[]) => devices.map((device) => device.flags().detached)
    assert.equal(queues(), [2, 0])
    two.detachQueue()
    assert.equal(
      [queues(), detached(one, two)],
      [
        [1, 1],
        [false, true],
      ],
    )
    assert.match(
      messageOf(() => two.detachQueue()),
      /already detached/,
    )
    two.attachQueue()
    assert.equal(
      [queues(), detached(one, two)],
      [
        [2, 0],
        [false, false],
      ],
    )
  }))

test.run()
