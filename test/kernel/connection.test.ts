import { Connection, protocol, SystemError } from '@netloom/netlink'
import { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('connections', 'netns')

const connected = (use: (netlink: Connection, namespace: Namespace) => void) =>
  inScratch((namespace) => {
    const netlink = Connection.open({ netns: namespace.path })
    try {
      use(netlink, namespace)
    } finally {
      netlink.close()
    }
  })

test('echo returns the created object', () =>
  connected((netlink, namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const attrs = { dst: '10.9.0.0', oif: 1, priority: 7 }
    const request = { family: 2, dstLen: 16, table: 254, protocol: 4, scope: 253, type: 1, attrs }
    const [route, ...more] = netlink.requestSync('RTM_NEWROUTE', request, { create: true, excl: true, echo: true })
    assert.equal(more, [])
    assert.is(route?.dstLen, 16)
    assert.equal(route?.attrs, { table: 254, ...attrs })
  }))

test('replace and append change and add routes', () =>
  connected((netlink, namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const request = { family: 2, dstLen: 16, table: 254, protocol: 4, scope: 253, type: 1 }
    const attrs = { dst: '10.9.0.0', oif: 1 }
    const routes = () =>
      netlink
        .dumpSync('RTM_GETROUTE', { family: 2, attrs: { table: 254 } })
        .map(({ tos, attrs }) => [tos, attrs.metrics?.mtu])
    netlink.requestSync('RTM_NEWROUTE', { ...request, attrs }, { create: true, excl: true })
    netlink.requestSync('RTM_NEWROUTE', { ...request, attrs: { ...attrs, metrics: { mtu: 1400 } } }, { replace: true })
    assert.equal(routes(), [[0, 1400]])
    netlink.requestSync(
      'RTM_NEWROUTE',
      { ...request, attrs: { ...attrs, metrics: { mtu: 1300 } } },
      { create: true, append: true },
    )
    assert.equal(routes(), [
      [0, 1400],
      [0, 1300],
    ])
  }))

test('two connections are independent', () =>
  connected((one, namespace) => {
    const other = Connection.open({ netns: namespace.path })
    try {
      assert.is.not(one.port, other.port)
      for (let i = 0; i < 20; i++) {
        const [first, second] = [one, other].map((netlink) => netlink.dumpSync('RTM_GETLINK'))
        assert.equal(first, second)
      }
    } finally {
      other.close()
    }
  }))

test('an unsupported protocol throws a SystemError', () => {
  assert.throws(
    () => Connection.openProtocol(protocol('NETLINK_NONE', 29, {})),
    (error: unknown) =>
      error instanceof SystemError &&
      error.code === 'EPROTONOSUPPORT' &&
      /^socket AF_NETLINK, protocol 29: the kernel has no NETLINK_NONE, or/.test(error.message),
  )
})

test('messages that a protocol does not declare are rejected before they are sent', () =>
  inScratch(({ path }) => {
    const { RTM_GETLINK } = rtnetlink.messages
    const netlink = Connection.openProtocol(protocol('NETLINK_ROUTE', 0, { RTM_GETLINK }), { netns: path })
    try {
      assert.throws(
        () => netlink.requestSync('RTM_NEWLINK' as never, {} as never),
        (error: unknown) => error instanceof TypeError && /expected a message of NETLINK_ROUTE/.test(error.message),
      )
      // The reply's type is not declared either.
      assert.throws(
        () => netlink.dumpSync('RTM_GETLINK'),
        /expected a message that NETLINK_ROUTE declares, got type 16/,
      )
      // The dump was read to its end, so the next one does not fail with EBUSY.
      assert.throws(() => netlink.dumpSync('RTM_GETLINK'), /got type 16/)
    } finally {
      netlink.close()
    }
  }))

test('a timeout has no effect if the kernel answers in time', () =>
  inScratch(({ path }) => {
    const netlink = Connection.open({ netns: path, timeout: 60_000 })
    assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
    netlink.close()
  }))

test.run()
