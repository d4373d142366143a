import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection, NetlinkError } from '@netloom/netlink'
import { rtnetlink } from '@netloom/netlink/route'
import { replay, TestingError } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('replay of recorded traffic', 'netns')

const lo = { index: 1, flags: 1, change: 1 }
const route = (dst: string) => ({
  family: 2,
  dstLen: 16,
  table: 254,
  protocol: 4,
  scope: 253,
  type: 1,
  attrs: { dst, oif: 1 },
})
const excl = { create: true, excl: true }

/** A program that returns everything it receives. */
async function program(netlink: Connection): Promise<unknown> {
  using monitor = netlink.monitor(['LINK', 'IPV4_ROUTE', 'IPV6_IFADDR'])
  using second = netlink.monitor(['IPV4_ROUTE'])
  const received: unknown[] = []
  const record = (value: unknown) => received.push(value)
  record(netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'lo' } }))
  record(netlink.requestSync('RTM_SETLINK', lo))
  record(netlink.dumpSync('RTM_GETADDR'))
  record(
    await Promise.all([netlink.dump('RTM_GETLINK').toArray(), netlink.dump('RTM_GETROUTE', { family: 2 }).toArray()]),
  )
  record(netlink.requestSync('RTM_NEWROUTE', route('10.1.0.0'), { ...excl, echo: true }))
  try {
    netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'much-too-long-a-name' } }, excl)
  } catch (error) {
    assert.instance(error, NetlinkError)
    record({ ...(error as NetlinkError) })
  }
  const batch = netlink.batch()
  for (const dst of ['10.2.0.0', '10.1.0.0', '10.3.0.0']) batch.add('RTM_NEWROUTE', route(dst), excl)
  const { items, failures } = batch.sendSync()
  record([failures, items.map(({ state, error }) => [state, error && { ...(error as NetlinkError) }])])
  const quiet = netlink.batch({ acks: 'failures' })
  for (const dst of ['10.4.0.0', '10.4.0.0', '10.5.0.0']) quiet.add('RTM_NEWROUTE', route(dst), excl)
  record(quiet.sendSync().items.map(({ state }) => state))
  // The same request again. Its reply differs by now.
  record(await netlink.request('RTM_GETLINK', { attrs: { ifname: 'lo' } }))
  record(netlink.dumpSync('RTM_GETROUTE', { family: 2 }))
  for (const each of [monitor, second]) {
    const expected = each === monitor ? 10 : 8
    for (let count = 0; count < expected; count++) record(each.readSync(60_000))
  }
  return received
}

function withFile(use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-replay-'))
  return use(join(folder, 'traffic.pcap')).finally(() => rmSync(folder, { recursive: true }))
}

test('a program receives the same values from a replay as from the kernel', () =>
  inScratch(({ path }) =>
    withFile(async (capture) => {
      const kernel = Connection.open({ netns: path, capture })
      const received = await program(kernel)
      kernel.close()
      const recorded = replay(capture)
      const netlink = Connection.open({ socketFactory: recorded })
      assert.equal(await program(netlink), received)
      recorded.done()
      assert.throws(
        () => netlink.requestSync('RTM_SETLINK', lo),
        (error: unknown) =>
          error instanceof TestingError &&
          error.code === 'ERR_NETLINK_NOT_RECORDED' &&
          /no more than the 1 that were recorded, got one more RTM_SETLINK/.test(error.message),
      )
      assert.throws(
        () => netlink.requestSync('RTM_DELLINK', { index: 7 }),
        (error: unknown) =>
          error instanceof TestingError && /expected one of \d+ recorded requests, got RTM_DELLINK/.test(error.message),
      )
      netlink.close()
    }),
  ))

test('done() reports requests that were not repeated', () =>
  inScratch(({ path }) =>
    withFile(async (capture) => {
      const kernel = Connection.openProtocol(rtnetlink, { netns: path, capture })
      kernel.requestSync('RTM_GETLINK', { index: 1 })
      kernel.close()
      assert.throws(
        () => replay(capture).done(),
        (error: unknown) => error instanceof TestingError && error.code === 'ERR_NETLINK_SCRIPT_UNFINISHED',
      )
    }),
  ))

test.run()
