import { Connection, encodeMessage, type LinkMessage, NLM_F } from '@netloom/netlink'
import { encode } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import { check, libc, openIn } from '@netloom/netlink/socket'
import * as assert from 'uvu/assert'
import { NetlinkSocket, openDescriptor } from '../../../packages/netlink/dist/socket/netlink-socket.js'
import { inScratch, type Namespace } from '../../support/netns.js'
import { type Bar, type Contender, compare } from '../../support/rounds.js'
import { type Child, contending, startChild } from './child.js'
import { npmNetlink, reportMissing } from './peers.js'
import { addUplink, device } from './routes.js'

// Requests a link by name and decodes all its attributes. Compared with the two system calls alone, and with another library.

const COUNT = 5_000
const MSG_DONTWAIT = 0x40
const query = { attrs: { ifname: device } }

/** The kernel's `struct sockaddr_nl`. */
const kernel = Buffer.from([16, ...new Array(11).fill(0)])

const bare = 'bare send and receive, nothing decoded'
const [sync, async, npm] = ['requestSync()', 'await request()', "npm's netlink"]

/** Calls sendto(2) and recvfrom(2) through the same FFI, with one buffer. */
function bareContender(transport: { fd: number; port: number }): Contender {
  const { type, declaration } = rtnetlink.byName('RTM_GETLINK')
  const header = { type, flags: NLM_F.REQUEST, seq: 1, pid: transport.port }
  const request = encodeMessage(header, encode(declaration, query))
  const [reply, from, fromLength] = [Buffer.alloc(64 * 1024), Buffer.alloc(12), Buffer.from([12, 0, 0, 0])]
  const { fd } = transport
  return {
    name: bare,
    round() {
      let least = Number.POSITIVE_INFINITY
      const start = performance.now()
      for (let i = 0; i < COUNT; i++) {
        check('sendto', libc.sendto(fd, request, request.length, 0, kernel, kernel.length))
        least = Math.min(least, libc.recvfrom(fd, reply, reply.length, MSG_DONTWAIT, from, fromLength))
      }
      const ms = performance.now() - start
      // Fewer bytes are an error message; a negative number is an errno.
      assert.ok(least > 500, `expected a link each time, got ${least} bytes`)
      return ms
    },
  }
}

/** Checks that the reply is the requested link, decoded down to its nests. */
function checkLink(links: readonly LinkMessage[]): void {
  const [link, ...more] = links
  assert.equal(more, [])
  assert.is(link?.attrs.ifname, device)
  assert.is(link?.attrs.linkinfo?.kind, 'veth')
  assert.is(link?.attrs.stats64?.rxErrors, 0n)
}

function syncContender(netlink: Connection): Contender {
  return {
    name: sync,
    round() {
      let links: LinkMessage[] = []
      const start = performance.now()
      for (let i = 0; i < COUNT; i++) links = netlink.requestSync('RTM_GETLINK', query)
      const ms = performance.now() - start
      checkLink(links)
      return ms
    },
  }
}

function asyncContender(netlink: Connection): Contender {
  return {
    name: async,
    async round() {
      let links: LinkMessage[] = []
      const start = performance.now()
      for (let i = 0; i < COUNT; i++) links = await netlink.request('RTM_GETLINK', query)
      const ms = performance.now() - start
      checkLink(links)
      return ms
    },
  }
}

function startPeer(namespace: Namespace): Child | undefined {
  const [program, folder] = npmNetlink() ?? []
  if (!program || !folder) return undefined
  const args = [process.execPath, program, folder, device, String(COUNT)]
  return startChild('ip', ['netns', 'exec', namespace.name, ...args])
}

const bars: readonly Bar[] = [
  { of: sync, against: bare, rateAtLeast: 0.5 },
  { of: sync, against: npm, rateAtLeast: 3 },
  { of: async, against: bare, rateAtLeast: 0.4 },
  { of: async, against: npm, rateAtLeast: 3 },
]

await inScratch(async (namespace) => {
  addUplink(namespace)
  const netlink = Connection.open({ netns: namespace.path })
  const transport = NetlinkSocket.adopt(
    openIn(namespace.path, () => openDescriptor(rtnetlink.number)),
    {},
    { bytes: 64 * 1024 },
  )
  const peer = startPeer(namespace)
  if (!peer) reportMissing(npm)
  try {
    const contenders = [bareContender(transport), syncContender(netlink), asyncContender(netlink)]
    const others = peer ? [contending(npm, peer, (_, { sample }) => assert.equal(sample, [device]))] : []
    await compare(
      { name: `RTM_GETLINK by name, ${COUNT.toLocaleString('en')} times`, units: [COUNT, 'round trips'], rounds: 15 },
      [...contenders, ...others],
      bars,
    )
  } finally {
    peer?.[Symbol.dispose]()
    transport.close()
    netlink.close()
  }
})
