import { encodeMessage, NetlinkError, NLM_F, NLMSG, nlmsghdr, SystemError } from '@netloom/netlink'
import { compile, DecodeError, encode, i32 } from '@netloom/netlink/codec'
import { linkMessage, rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Exchange } from '../../packages/netlink/dist/connection/exchange.js'
import { InFlight } from '../../packages/netlink/dist/connection/in-flight.js'
import '../support/built.js'

/**
 * The replies to a dump at the start of a datagram, which `Exchange.acceptRun` decodes in one loop. A message that it leaves alone in
 * front of them lets each be passed to `accept`, which must give the same result.
 */
const test = suite('Exchange.acceptRun')

const port = 4711
const seq = 7
const ENOBUFS = 105

interface Header {
  readonly type?: number
  readonly flags?: number
  readonly seq?: number
  readonly pid?: number
}

const from = (payload: Buffer, header: Header) =>
  encodeMessage({ type: 16, flags: NLM_F.MULTI, seq, pid: port, ...header }, payload)
const link = (index: number, header: Header = {}) => from(encode(linkMessage, { index }), header)
const done = (errno = 0, header: Header = {}) => from(encode(i32, -errno), { type: NLMSG.DONE, ...header })
const refusal = (errno: number) => {
  const request = encode(nlmsghdr, { len: 16, type: 18, flags: 1, seq, pid: port })
  return from(Buffer.concat([encode(i32, -errno), request]), { type: NLMSG.ERROR, flags: 0x100 })
}
const noop = from(Buffer.of(), { type: NLMSG.NOOP })
const malformed = from(Buffer.alloc(3), {})

const exchange = (options: { readonly seq: number; readonly dump: boolean }) =>
  new Exchange({
    ...{ name: 'RTM_GETLINK', bytes: Buffer.alloc(32), codec: compile(linkMessage), protocol: rtnetlink },
    ...{ ack: false, echo: false, ...options },
  })

const indexes = (running: Exchange) => running.take<{ index: number }>().map(({ index }) => index)

/** Passes datagrams to a dump, and to a get with the next sequence number. */
function receive(datagrams: readonly (readonly Buffer[])[], group = 0) {
  const inFlight = new InFlight(port)
  const [dump, get] = [exchange({ seq, dump: true }), exchange({ seq: seq + 1, dump: false })]
  const [pendingDump, pendingGet] = [inFlight.begin(dump), inFlight.begin(get)]
  for (const messages of datagrams) inFlight.take({ bytes: Buffer.concat(messages), group, nsid: undefined })
  return {
    ...{ inFlight, pending: pendingDump, interrupted: dump.interrupted, replies: indexes(dump) },
    ...{ done: pendingDump.done, error: pendingDump.error, other: indexes(get), isOtherDone: pendingGet.done },
  }
}

const withoutOffset = (error: unknown) => String(error).replace(/offset \d+/, 'offset')

/** Checks that a run gives the same result as messages that are accepted one by one. Returns it. */
function both(...messages: readonly Buffer[]) {
  const [{ inFlight: _, pending: __, ...inRun }, { inFlight: ___, pending: ____, ...single }] = [
    receive([messages]),
    receive([[noop, ...messages]]),
  ]
  assert.equal({ ...inRun, error: withoutOffset(inRun.error) }, { ...single, error: withoutOffset(single.error) })
  return inRun
}

test('a run decodes the replies, and leaves NLMSG_DONE and other messages', () => {
  const running = exchange({ seq, dump: true })
  const replies = Buffer.concat([link(1), link(2)])
  assert.is(running.acceptRun(Buffer.concat([replies, done()]), port), replies.length)
  assert.equal(indexes(running), [1, 2])
  assert.is(running.acceptRun(Buffer.concat([noop, link(1)]), port), 0)
  assert.is(exchange({ seq, dump: false }).acceptRun(replies, port), 0)
  assert.equal(both(link(1), link(2), done()).replies, [1, 2])
})

test('replies continue after a message that ends the run', () => {
  const { replies, done: isDone, error } = both(link(1), noop, link(2), link(3), done())
  assert.equal([replies, isDone, error], [[1, 2, 3], true, undefined])
})

test('an error between replies ends the dump, and what follows is ignored', () => {
  const { replies, done: isDone, error } = both(link(1), refusal(17), link(2), done())
  assert.equal([replies, isDone], [[1], true])
  assert.instance(error, NetlinkError)
  assert.is((error as NetlinkError).code, 'EEXIST')
})

test('NLMSG_DONE with an error', () => {
  const { replies, error } = both(link(1), link(2), done(16))
  assert.equal(replies, [1, 2])
  assert.is((error as NetlinkError).code, 'EBUSY')
})

for (const [what, messages] of [
  ['the first reply', [link(1, { flags: NLM_F.MULTI | NLM_F.DUMP_INTR }), link(2), done()]],
  ['the last reply', [link(1), link(2, { flags: NLM_F.MULTI | NLM_F.DUMP_INTR }), done()]],
  ['NLMSG_DONE', [link(1), link(2), done(0, { flags: NLM_F.MULTI | NLM_F.DUMP_INTR })]],
] as const) {
  test(`NLM_F_DUMP_INTR on ${what}`, () => {
    const { replies, interrupted } = both(...messages)
    assert.equal([replies, interrupted], [[1, 2], true])
  })
}

test('replies to another request are passed to it, those to none are ignored', () => {
  const other = link(8, { seq: seq + 1, flags: 0 })
  const unknown = link(9, { seq: seq + 2 })
  for (const messages of [
    [link(1), other, unknown, link(2), done()],
    [other, link(1), unknown, link(2), done()],
    [unknown, link(1), link(2), other, done()],
  ]) {
    const { replies, other: ofOther, isOtherDone } = both(...messages)
    assert.equal([replies, ofOther, isOtherDone], [[1, 2], [8], true])
  }
})

test('replies to another socket are ignored', () => {
  assert.equal(both(link(1, { pid: port + 1 }), link(2), link(3, { pid: port + 1 }), done()).replies, [2])
})

test('a notification with the sequence number of a dump is no reply', () => {
  assert.equal(receive([[link(1), link(2)]], 1).replies, [])
})

test('a reply that cannot be decoded ends the dump', () => {
  const { replies, error, isOtherDone } = both(link(1), malformed, link(2), done())
  assert.equal([replies, isOtherDone], [[1], false])
  assert.instance(error, DecodeError)
  assert.match(String(error), /RTM_NEWLINK: expected ifinfomsg \(16 bytes\), got 3 bytes/)
})

test('a type that the protocol does not declare ends the dump', () => {
  const { replies, error } = both(link(1), from(Buffer.of(), { type: 4000 }), link(2))
  assert.equal(replies, [1])
  assert.match(String(error), /expected a message that NETLINK_ROUTE declares, got type 4000/)
})

test('a message that is longer than its datagram ends all requests', () => {
  const long = link(2)
  long.writeUInt32LE(long.length + 4, 0)
  const { replies, error, isOtherDone } = both(link(1), long)
  assert.equal([replies, isOtherDone], [[1], true])
  assert.match(
    String(error),
    /expected a message of 16 to 32 bytes at offset \d+ of the datagram, got one that claims 36/,
  )
})

test('an overrun between datagrams ends the dump; the rest of it is ignored', () => {
  const { inFlight, pending, replies } = receive([[link(1), link(2)]])
  assert.equal(replies, [1, 2])
  inFlight.fail(new SystemError('recvfrom', ENOBUFS), 10)
  assert.equal([pending.done, (pending.error as SystemError).code], [true, 'ENOBUFS'])
  inFlight.take({ bytes: Buffer.concat([link(3), done()]), group: 0, nsid: undefined })
  assert.is((pending.error as SystemError).code, 'ENOBUFS')
})

test.run()
