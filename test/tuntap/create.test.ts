import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { descriptors, failureOf, tunData } from './device.js'

const test = suiteNeeding('TunTap.create()', 'netns', 'tun')

for (const mode of ['tap', 'tun'] as const) {
  test(`creates a ${mode} device that iproute2 and netlink show`, () =>
    inScratch((namespace) => {
      const device = TunTap.create({ mode, name: 'dev0', netns: namespace.path })
      try {
        assert.is(device.name, 'dev0')
        const [{ linkinfo }] = namespace.ip('link', 'show', 'dev', 'dev0')
        assert.is(linkinfo.info_kind, 'tun')
        const { type, pi, vnet_hdr, multi_queue, persist, user, group } = linkinfo.info_data
        assert.equal(
          [type, pi, vnet_hdr, multi_queue, persist, user, group],
          [mode, false, false, false, false, undefined, undefined],
        )
        assert.equal(tunData(namespace.path, 'dev0'), {
          type: mode === 'tun' ? 1 : 2,
          pi: 0,
          vnetHdr: 0,
          persist: 0,
          multiQueue: 0,
        })
      } finally {
        device.close()
      }
      assert.equal(
        namespace.ip('link', 'show').map(({ ifname }) => ifname),
        ['lo'],
      )
    }))
}

test('the kernel chooses a name', () =>
  inScratch(({ path: netns }) => {
    const devices = [
      TunTap.create({ mode: 'tap', netns }),
      TunTap.create({ mode: 'tap', netns }),
      TunTap.create({ mode: 'tun', netns }),
    ]
    assert.equal(
      devices.map(({ name }) => name),
      ['tap0', 'tap1', 'tun0'],
    )
    for (const device of devices) device.close()
  }))

test('a name of fifteen bytes', () =>
  inScratch(({ path: netns }) => {
    const device = TunTap.create({ mode: 'tap', name: 'fifteen-bytes-x', netns })
    assert.is(device.name, 'fifteen-bytes-x')
    device.close()
  }))

test('a name taken by any link is EBUSY, and no device remains', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    const tap = TunTap.create({ mode: 'tap', name: 'tap0', netns, multiQueue: true })
    namespace.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'veth1')
    namespace.ip('link', 'property', 'add', 'dev', 'veth0', 'altname', 'other')
    const before = [descriptors(), namespace.ip('link', 'show').map(({ ifname, mtu, flags }) => [ifname, mtu, flags])]
    for (const name of ['tap0', 'veth0', 'lo', 'other']) {
      for (const mode of ['tap', 'tun'] as const) {
        for (const multiQueue of [false, true]) {
          assert.is(
            failureOf(() => TunTap.create({ mode, name, netns, multiQueue, persist: true, owner: 5 })),
            'TUNSETIFF EBUSY',
            name,
          )
        }
      }
    }
    assert.equal(
      [descriptors(), namespace.ip('link', 'show').map(({ ifname, mtu, flags }) => [ifname, mtu, flags])],
      before,
    )
    assert.is(tunData(netns, 'tap0').owner, undefined)
    tap.close()
  }))

test('persistence, on and off', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    const names = () => namespace.ip('link', 'show').map(({ ifname }) => ifname)
    const device = TunTap.create({ mode: 'tap', name: 'tap0', netns, persist: true })
    assert.is(tunData(netns, 'tap0').persist, 1)
    device.close()
    assert.equal(names(), ['lo', 'tap0'])
    const again = TunTap.attach({ mode: 'tap', name: 'tap0', netns })
    again.setPersist(false)
    again.close()
    assert.equal(names(), ['lo'])
    TunTap.create({ mode: 'tap', name: 'tap0', netns, persist: false }).close()
    assert.equal(names(), ['lo'])
  }))

test('owner and group: 0 is root, undefined is none', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    for (const [ids, data, shown] of [
      [{}, {}, [undefined, undefined]],
      [{ owner: 0 }, { owner: 0 }, ['root', undefined]],
      [{ group: 0 }, { group: 0 }, [undefined, 'root']],
      [{ owner: 12345, group: 54321 }, { owner: 12345, group: 54321 }, ['12345', '54321']],
      [{ owner: 0xfffffffe }, { owner: 0xfffffffe }, ['4294967294', undefined]],
    ] as const) {
      const device = TunTap.create({ mode: 'tap', name: 'tap0', netns, ...ids })
      const { owner, group } = tunData(netns, 'tap0')
      assert.equal({ owner, group }, { owner: undefined, group: undefined, ...data })
      const { info_data: info } = namespace.ip('link', 'show', 'dev', 'tap0')[0].linkinfo
      assert.equal(
        [info.user, info.group].map((id) => id && String(id)),
        shown,
      )
      device.close()
    }
  }))

test('carrier', () =>
  inScratch(async (namespace) => {
    const { path: netns } = namespace
    const carrier = () => namespace.exec('cat', ['/sys/class/net/tap0/carrier']).trim()
    /** A kernel work queue updates the state in the flags, which may take more than a second. */
    const shown = (noCarrier: boolean) =>
      until(`NO-CARRIER ${noCarrier ? 'to come' : 'to go'}`, () => {
        const { flags } = namespace.ip('link', 'show', 'dev', 'tap0')[0]
        return flags.includes('NO-CARRIER') === noCarrier
      })
    const device = TunTap.create({ mode: 'tap', name: 'tap0', netns, carrier: false })
    namespace.ip('link', 'set', 'tap0', 'up')
    assert.is(carrier(), '0')
    await shown(true)
    device.setCarrier(true)
    assert.is(carrier(), '1')
    await shown(false)
    device.setCarrier(false)
    assert.is(carrier(), '0')
    await shown(true)
    device.close()
  }))

test.run()
