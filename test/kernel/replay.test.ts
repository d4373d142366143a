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

/** A program: what it sees is all that it returns. */
async function program(netlink: Connection): Promise<unknown> {
  using monitor = netlink.monitor(['LINK', 'IPV4_ROUTE', 'IPV6_IFADDR'])
  using second = netlink.monitor(['IPV4_ROUTE'])
  const seen: unknown[] = []
  const see = (value: unknown) => seen.push(value)
  see(netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'lo' } }))
  see(netlink.requestSync('RTM_SETLINK', lo))
  see(netlink.dumpSync('RTM_GETADDR'))
  see(await Promise.all([netlink.dump('RTM_GETLINK').toArray(), netlink.dump('RTM_GETROUTE', { family: 2 }).toArray()]))
  see(netlink.requestSync('RTM_NEWROUTE', route('10.1.0.0'), { ...excl, echo: true }))
  try {
    netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'much-too-long-a-name' } }, excl)
  } catch (error) {
    assert.instance(error, NetlinkError)
    see({ ...(error as NetlinkError) })
  }
  const batch = netlink.batch()
  for (const dst of ['10.2.0.0', '10.1.0.0', '10.3.0.0']) batch.add('RTM_NEWROUTE', route(dst), excl)
  const { items, failures } = batch.sendSync()
  see([failures, items.map(({ state, error }) => [state, error && { ...(error as NetlinkError) }])])
  const quiet = netlink.batch({ acks: 'failures' })
  for (const dst of ['10.4.0.0', '10.4.0.0', '10.5.0.0']) quiet.add('RTM_NEWROUTE', route(dst), excl)
  see(quiet.sendSync().items.map(({ state }) => state))
  // The same once more: its answer is another one by now.
  see(await netlink.request('RTM_GETLINK', { attrs: { ifname: 'lo' } }))
  see(netlink.dumpSync('RTM_GETROUTE', { family: 2 }))
  for (const each of [monitor, second]) {
    const wanted = each === monitor ? 10 : 8
    for (let count = 0; count < wanted; count++) see(each.readSync(60_000))
  }
  return seen
}

function inFile(use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-replay-'))
  return use(join(folder, 'traffic.pcap')).finally(() => rmSync(folder, { recursive: true }))
}

test('a program sees the very same values', () =>
  inScratch(({ path }) =>
    inFile(async (capture) => {
      const kernel = Connection.open({ netns: path, capture })
      const seen = await program(kernel)
      kernel.close()
      const recorded = replay(capture)
      const netlink = Connection.open({ socketFactory: recorded })
      assert.equal(await program(netlink), seen)
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

test('what is left is told', () =>
  inScratch(({ path }) =>
    inFile(async (capture) => {
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
