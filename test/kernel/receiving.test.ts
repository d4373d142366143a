import { Connection, gets, protocol, SystemError } from '@netloom/netlink'
import { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('receiving', 'netns')

/** Names of 127 bytes each. Together they make the link's message larger than the initial buffer of a connection. */
const names = Array.from({ length: 400 }, (_, index) => `${index}`.padStart(4, '0').padEnd(127, 'n'))

/** RTEXT_FILTER_VF of linux/rtnetlink.h. Only with a filter does the kernel allocate space for large links in a dump. */
const extMask = 1

function addNames(netns: string): void {
  using netlink = Connection.open({ netns })
  for (let at = 0; at < names.length; at += 100) {
    const request = { index: 1, attrs: { propList: { altIfname: names.slice(at, at + 100) } } }
    netlink.requestSync('RTM_NEWLINKPROP', request, { create: true, excl: true, append: true })
  }
}

for (const [mode, read] of [
  ['requested', (netlink: Connection) => netlink.requestSync('RTM_GETLINK', { index: 1 })],
  ['dumped', (netlink: Connection) => netlink.dumpSync('RTM_GETLINK', { attrs: { extMask } })],
] as const) {
  test(`a message larger than the buffer, ${mode}, is requested again with a larger buffer`, () =>
    inScratch(({ path }) => {
      addNames(path)
      using netlink = Connection.open({ netns: path })
      assert.equal(read(netlink)[0]?.attrs.propList?.altIfname, names)
      // The rest of the first attempt does not disturb later requests.
      assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 }).length, 1)
      assert.ok(netlink.dumpSync('RTM_GETADDR').length === 0)
    }))
}

test('a request without a reply fails with ETIMEDOUT after the timeout', () => {
  // The kernel ignores types below NLMSG_MIN_TYPE unless they request an ack (netlink_rcv_skb).
  const silent = protocol('NETLINK_ROUTE', 0, { NLMSG_GETNOTHING: gets(1, rtnetlink.messages.RTM_GETLINK[1]) })
  using netlink = Connection.openProtocol(silent, { timeout: 50 })
  const before = performance.now()
  assert.throws(
    () => netlink.requestSync('NLMSG_GETNOTHING', {}),
    (error: unknown) => error instanceof SystemError && error.code === 'ETIMEDOUT',
  )
  assert.ok(performance.now() - before >= 50)
})

test.run()
