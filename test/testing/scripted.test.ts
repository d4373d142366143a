import { Connection, DumpInterruptedError, NetlinkError, type SystemError } from '@netloom/netlink'
import { ethtool, nlctrl } from '@netloom/netlink/generic'
import { rtnetlink } from '@netloom/netlink/route'
import {
  ack,
  after,
  damaged,
  failure,
  overrun,
  refusal,
  type ScriptStep,
  scripted,
  scriptSteps,
  TestingError,
  together,
} from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('scripted transport')

const { request, reply, dumped, notification } = scriptSteps(rtnetlink)

const eth0 = { index: 2, attrs: { ifname: 'eth0', mtu: 1500 } }
const byName = { attrs: { ifname: 'eth0' } }

function play<T>(steps: readonly ScriptStep[], use: (netlink: Connection) => T): T {
  const script = scripted(steps)
  using netlink = Connection.open({ socketFactory: script, timeout: 20_000 })
  const result = use(netlink)
  script.done()
  return result
}

const failed = (call: () => unknown): unknown => {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('expected a failure')
}
const testing = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof TestingError && error.code === code && words.test(error.message)

test('a script answers a get with a reply', () => {
  const [link] = play([request('RTM_GETLINK', byName, [reply('RTM_NEWLINK', eth0)])], (netlink) =>
    netlink.requestSync('RTM_GETLINK', byName),
  )
  assert.equal(link?.attrs, eth0.attrs)
  assert.is(link?.type, 0)
})

test('a script answers with an ack, or with an error and an extended ack', () => {
  const change = { index: 2, attrs: { mtu: 10 } }
  play(
    [
      request('RTM_SETLINK', change, [ack()]),
      request('RTM_SETLINK', () => true, [refusal('EINVAL', { msg: 'mtu less than device minimum', offs: 32 })]),
    ],
    (netlink) => {
      assert.equal(netlink.requestSync('RTM_SETLINK', change), [])
      const error = failed(() => netlink.requestSync('RTM_SETLINK', change))
      assert.instance(error, NetlinkError)
      const { code, kernelMessage, attribute } = error as NetlinkError
      assert.equal([code, kernelMessage, attribute], ['EINVAL', 'mtu less than device minimum', 'mtu'])
    },
  )
})

test('a script answers dumps: complete, empty, interrupted and failed', () => {
  const dump = (answers: Parameters<typeof request>[2]) => request('RTM_GETLINK', {}, answers)
  play(
    [
      dump(dumped('RTM_NEWLINK', [eth0, { index: 3 }])),
      dump(dumped('RTM_NEWLINK', [])),
      dump(dumped('RTM_NEWLINK', [eth0], { interrupted: true })),
      dump(dumped('RTM_NEWLINK', [eth0])),
      dump(dumped('RTM_NEWLINK', [], { interrupted: true })),
      dump(dumped('RTM_NEWLINK', [eth0], { error: 'EMSGSIZE' })),
    ],
    (netlink) => {
      assert.equal(
        netlink.dumpSync('RTM_GETLINK').map(({ index }) => index),
        [2, 3],
      )
      assert.equal(netlink.dumpSync('RTM_GETLINK'), [])
      assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
      assert.instance(
        failed(() => [...netlink.streamSync('RTM_GETLINK')]),
        DumpInterruptedError,
      )
      assert.is((failed(() => netlink.dumpSync('RTM_GETLINK')) as NetlinkError).code, 'EMSGSIZE')
    },
  )
})

test('ENOBUFS fails a request, EMSGSIZE repeats a get, damaged bytes cause an error', () => {
  const once = (...answers: Parameters<typeof request>[2]) => request('RTM_GETLINK', byName, answers)
  play(
    [
      once(failure('ENOBUFS')),
      once(failure('EMSGSIZE')),
      once(reply('RTM_NEWLINK', eth0)),
      once(damaged(Buffer.of(1, 2, 3))),
    ],
    (netlink) => {
      const get = () => netlink.requestSync('RTM_GETLINK', byName)
      assert.is((failed(get) as SystemError).code, 'ENOBUFS')
      assert.is(get()[0]?.index, 2)
      assert.match(String(failed(get)), /expected nlmsghdr/)
    },
  )
})

test('a script answers the requests of a batch, also with several messages in one datagram', () => {
  play(
    [
      request('RTM_NEWLINK', { index: 2 }, [ack()]),
      request('RTM_NEWLINK', { index: 3 }, [refusal('ENODEV')]),
      request('RTM_NEWLINK', { index: 4 }, [together(reply('RTM_NEWLINK', { index: 4 }), ack())]),
    ],
    (netlink) => {
      const batch = netlink.batch()
      for (const index of [2, 3, 4]) batch.add('RTM_NEWLINK', { index }, { echo: index === 4 })
      const { items, first } = batch.sendSync()
      assert.equal(
        items.map(({ state }) => state),
        ['done', 'failed', 'done'],
      )
      assert.is(first?.index, 1)
      assert.is(items[2]?.replies.length, 1)
    },
  )
})

test('notifications arrive in the order of the script, after a socket has joined the group', async () => {
  const script = scripted([
    notification('LINK', 'RTM_NEWLINK', eth0),
    overrun(rtnetlink, 'LINK'),
    request('RTM_DELLINK', { index: 2 }, [after(20, ack())]),
    notification('LINK', 'RTM_DELLINK', eth0, 0x100),
  ])
  using netlink = Connection.open({ socketFactory: script })
  using monitor = netlink.monitor(['LINK'])
  await netlink.request('RTM_DELLINK', { index: 2 })
  const received = []
  for await (const event of monitor) if (received.push(event) === 3) break
  assert.equal(
    received.map(({ type }) => type),
    ['RTM_NEWLINK', 'overrun', 'RTM_DELLINK'],
  )
  script.done()
})

test('done() reports an unfinished script, a request one that must wait for a join', () => {
  const script = scripted([notification('LINK', 'RTM_NEWLINK', eth0)])
  assert.throws(
    () => script.done(),
    testing('ERR_NETLINK_SCRIPT_UNFINISHED', /step 1 of 1: expected a socket to join LINK/),
  )
  using netlink = Connection.open({ socketFactory: script })
  assert.throws(
    () => netlink.requestSync('RTM_DELLINK', { index: 2 }),
    testing('ERR_NETLINK_SCRIPT_MISMATCH', /to join LINK first, got RTM_DELLINK/),
  )
})

test('without a reply a request times out, or fails instead of waiting forever', async () => {
  const silent = request('RTM_GETLINK', byName, [])
  const script = scripted([silent, silent, silent])
  using netlink = Connection.open({ socketFactory: script })
  assert.is(
    (failed(() => netlink.requestSync('RTM_GETLINK', byName, { timeout: 60_000 })) as SystemError).code,
    'ETIMEDOUT',
  )
  assert.throws(
    () => netlink.requestSync('RTM_GETLINK', byName),
    testing('ERR_NETLINK_NOTHING_TO_COME', /empty socket/),
  )
  const error = await netlink.request('RTM_GETLINK', byName, { timeout: 5 }).catch((error) => error)
  assert.is(error.code, 'ETIMEDOUT')
  assert.is(netlink.monitor(['LINK']).readSync(60_000), undefined)
})

test('a script checks flags and serves generic netlink together with rtnetlink', () => {
  const control = scriptSteps(nlctrl.protocol(16))
  const found = { attrs: { familyId: 29, familyName: 'nlctrl', mcastGroups: [] } }
  const script = scripted([
    control.request('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'nlctrl' } }, [
      control.reply('CTRL_CMD_NEWFAMILY', found),
      ack(),
    ]),
    request('RTM_NEWLINK', { index: 2 }, [ack()], { flags: 0x605 }),
  ])
  using generic = Connection.openGeneric(nlctrl, { socketFactory: script })
  assert.ok(generic.port)
  using netlink = Connection.open({ socketFactory: script })
  assert.throws(
    () => netlink.requestSync('RTM_NEWLINK', { index: 2 }),
    testing('ERR_NETLINK_SCRIPT_MISMATCH', /the flags 0x605, got 0x5/),
  )
  netlink.requestSync('RTM_NEWLINK', { index: 2 }, { create: true, excl: true })
})

test('a script answers with generic netlink replies that have their own names', () => {
  const control = scriptSteps(nlctrl.protocol(16))
  const family = scriptSteps(ethtool.protocol(29), ethtool.replies)
  const found = { attrs: { familyId: 29, familyName: 'ethtool', mcastGroups: [{ name: 'monitor', id: 5 }] } }
  const script = scripted([
    control.request('CTRL_CMD_GETFAMILY', () => true, [control.reply('CTRL_CMD_NEWFAMILY', found), ack()]),
    family.request('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'eth0' } } }, [
      family.reply('ETHTOOL_MSG_LINKSTATE_GET_REPLY', { attrs: { link: 1 } }),
      ack(),
    ]),
  ])
  using netlink = Connection.openGeneric(ethtool, { socketFactory: script })
  const [state] = netlink.requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'eth0' } } })
  assert.is((state?.attrs as { link?: number } | undefined)?.link, 1)
  script.done()
})

test('a mismatch is reported immediately, and again by done()', () => {
  const script = scripted([request('RTM_GETLINK', byName, [reply('RTM_NEWLINK', eth0)])])
  using netlink = Connection.open({ socketFactory: script })
  const wrong = testing('ERR_NETLINK_SCRIPT_MISMATCH', /step 1 of 1: RTM_GETLINK: expected .*eth0.*, got .*eth1/)
  assert.throws(() => netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'eth1' } }), wrong)
  assert.throws(
    () => netlink.requestSync('RTM_GETADDR', {}),
    testing('ERR_NETLINK_SCRIPT_MISMATCH', /expected RTM_GETLINK, got RTM_GETADDR/),
  )
  assert.throws(() => script.done(), wrong)
})

test.run()
