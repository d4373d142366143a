import { closeSync, openSync } from 'node:fs'
import { Connection } from '@netloom/netlink'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { aioContexts, descriptors } from './device.js'

const test = suiteNeeding('TunTap: descriptors and links', 'netns', 'tun')

test('10,000 cycles of opening, failing, reading and closing leave no descriptor, no link and no aio context', () =>
  inScratch(({ path: netns }) => {
    const netlink = Connection.open({ netns })
    const links = () => netlink.dumpSync('RTM_GETLINK').map(({ attrs }) => attrs.ifname)
    using taken = TunTap.create({ mode: 'tap', name: 'taken', netns, multiQueue: true })
    const file = openSync('/dev/null', 'r')
    const device = { mode: 'tap', name: 'taken', netns, multiQueue: true } as const
    /** Each creates nothing, or closes what it creates. */
    const cycles: readonly (() => unknown)[] = [
      () => TunTap.create({ mode: 'tap', name: 'taken', netns }), // TUNSETIFF fails
      () => TunTap.create({ mode: 'tap', netns, index: taken.index }), // TUNSETIFF fails
      () => TunTap.attach({ mode: 'tap', name: 'none', netns }), // SIOCGIFINDEX fails
      () => TunTap.attach({ mode: 'tap', name: 'taken', netns }), // TUNSETIFF fails
      () => TunTap.attach({ ...device, vnetHdr: true }), // the headers differ
      () => TunTap.attach(device).close(),
      () => {
        using queue = TunTap.attach(device)
        assert.equal(queue.readBatch(), [])
        assert.is(queue.batchMethod, 'io_submit')
      },
      () => TunTap.create({ mode: 'tap', netns: '/run/netns/netloom-none' }), // no namespace
      () => TunTap.fromFd(file), // another kind of file
    ]
    /** The kernel takes milliseconds to delete a device. */
    const rareCycles: typeof cycles = [
      () => TunTap.create({ mode: 'tap', netns, multiQueue: true }).close(),
      () => TunTap.create({ mode: 'tap', netns, address: '01:00:00:00:00:00', persist: true }), // SIOCSIFHWADDR fails
    ]
    const failures = new Set<string>()
    const linksBefore = links()
    const before = descriptors()
    for (let count = 0; count < 10_000; count++) {
      const some = count % 20 === 0 ? rareCycles : cycles
      const index = Math.floor(count / (count % 20 === 0 ? 20 : 1)) % some.length
      try {
        some[index]?.()
      } catch (error) {
        const { ioctl, syscall, code } = error as { ioctl?: string; syscall?: string; code?: string }
        failures.add(`${ioctl ?? syscall} ${code}`)
      }
    }
    assert.is(descriptors(), before)
    assert.is(aioContexts(), 1)
    assert.equal(links(), linksBefore)
    assert.equal([...failures].sort(), [
      'SIOCGIFINDEX ENODEV',
      'SIOCSIFHWADDR EADDRNOTAVAIL',
      'TUNGETIFF ENOTTY',
      'TUNSETIFF EBUSY',
      'TUNSETIFF EINVAL',
      'open ENOENT',
    ])
    closeSync(file)
    netlink.close()
  }))

test.run()
