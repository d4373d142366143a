import { Connection, gets, protocol, SystemError } from '@netloom/netlink'
import { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('receiving', 'netns')

/** Names of 127 bytes each, so that one link's message is larger than the buffer that a connection begins with. */
const names = Array.from({ length: 400 }, (_, index) => `${index}`.padStart(4, '0').padEnd(127, 'n'))

/** RTEXT_FILTER_VF, linux/rtnetlink.h: only with a filter does the kernel make room for links of any size in a dump. */
const extMask = 1

function addNames(netns: string): void {
  using netlink = Connection.open({ netns })
  for (let at = 0; at < names.length; at += 100) {
    const request = { index: 1, attrs: { propList: { altIfname: names.slice(at, at + 100) } } }
    netlink.requestSync('RTM_NEWLINKPROP', request, { create: true, excl: true, append: true })
  }
}

for (const [way, read] of [
  ['requested', (netlink: Connection) => netlink.requestSync('RTM_GETLINK', { index: 1 })],
  ['dumped', (netlink: Connection) => netlink.dumpSync('RTM_GETLINK', { attrs: { extMask } })],
] as const) {
  test(`a message larger than the buffer, ${way}, is asked for again with a larger one`, () =>
    inScratch(({ path }) => {
      addNames(path)
      using netlink = Connection.open({ netns: path })
      assert.equal(read(netlink)[0]?.attrs.propList?.altIfname, names)
      // Nothing of the first attempt is left in the way of what comes next.
      assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 }).length, 1)
      assert.ok(netlink.dumpSync('RTM_GETADDR').length === 0)
    }))
}

test('a request that the kernel does not answer ends when its time is over', () => {
  // Of types below NLMSG_MIN_TYPE the kernel acknowledges what asks for it, and answers nothing (netlink_rcv_skb).
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
