// Tests a program that uses `Netlink` with a mock kernel, without privileges.
//
//   node --import tsx --test examples/bridge.mock.ts
import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { Netlink } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'

async function setUp(nl: Netlink) {
  await nl.link.ensure({ name: 'br0', kind: 'bridge', up: true })
  await nl.address.ensure({ address: '10.0.0.1/24', dev: 'br0' })
}

test('the bridge gets its address once', async () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  await setUp(nl)
  await setUp(nl)
  const [address, ...others] = await nl.address.list({ dev: 'br0', family: 'inet' })
  equal(address?.address, '10.0.0.1/24')
  equal(others.length, 0)
})

test('a refusal is passed on', async () => {
  const kernel = mockKernel()
  kernel.refuse('ENOSPC', { request: 'RTM_NEWADDR' })
  using nl = Netlink.open({ socketFactory: kernel })
  await rejects(setUp(nl), { code: 'ENOSPC' })
})
