import { constants } from 'node:os'
import { TunTap, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { ioctls } from '../../packages/tuntap/dist/control/ioctls.js'
import { scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { forbidIoctlBits } from './wire.js'

// A seccomp filter makes this thread see a kernel before 6.2 and 6.17. It cannot be removed, so this file has one test.

const test = suiteNeeding('offloads that the kernel lacks', 'netns', 'tun')

/** TUN_F_USO4 | TUN_F_USO6, TUN_F_UDP_TUNNEL_GSO | TUN_F_UDP_TUNNEL_GSO_CSUM */
const USO = 0x60
const TUNNEL = 0x180

test('the error names them, and nothing changes', () => {
  using namespace = scratch()
  const netns = namespace.path
  const present = { csum: true, tso4: true }
  using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns, offload: present, vnetHdr: 24 })
  const reasonOf = (call: () => unknown) => {
    try {
      call()
    } catch (error) {
      assert.instance(error, TunTapError, String(error))
      return (error as TunTapError).message
    }
    return 'nothing was thrown'
  }
  const before = tap.vnet.offload
  const links = namespace.ip('link', 'show').length
  forbidIoctlBits(constants.errno.EINVAL, ioctls.TUNSETOFFLOAD.request, USO | TUNNEL)
  for (const [offload, missing] of [
    [{ ...present, uso: true }, 'uso'],
    [{ ...present, tunnel: true }, 'tunnel'],
    [{ ...present, uso: true, tunnel: true, tunnelCsum: true }, 'uso, tunnel, tunnelCsum'],
  ] as const) {
    const text = (name: string) => `TUNSETOFFLOAD ${name}: the kernel does not support ${missing} (EINVAL)`
    assert.is(
      reasonOf(() => tap.vnet.setOffload(offload)),
      text('tap0'),
    )
    assert.equal(tap.vnet.offload, before)
    assert.is(
      reasonOf(() => TunTap.create({ mode: 'tap', name: 'tap1', netns, offload })),
      text('tap1'),
    )
    assert.is(namespace.ip('link', 'show').length, links)
  }
  tap.vnet.setOffload({ csum: true })
})

test.run()
