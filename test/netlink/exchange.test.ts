import { encodeMessage, NetlinkError, NLM_F, NLMSG, nlmsgerrAttrs, nlmsghdr, parseMessages } from '@netloom/netlink'
import { compile, DecodeError, encode, i32 } from '@netloom/netlink/codec'
import { linkMessage, rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Exchange } from '../../packages/netlink/dist/connection/exchange.js'
import '../support/built.js'

/** Requests and their replies, without a socket. */
const test = suite('Exchange')

const seq = 7

/** Returns a message of the kernel. */
const from = (type: number, payload: Buffer, flags = 0) => encodeMessage({ type, flags, seq, pid: 4711 }, payload)
const link = (index: number, flags = 0) => from(16, encode(linkMessage, { index }), flags)
const dumped = (index: number, flags = 0) => link(index, NLM_F.MULTI | flags)
const done = (errno = 0, flags: number = NLM_F.MULTI) => from(NLMSG.DONE, encode(i32, -errno), flags)
const requestHeader = encode(nlmsghdr, { len: 16, type: 18, flags: 1, seq, pid: 4711 })
const ack = (errno: number) => from(NLMSG.ERROR, Buffer.concat([encode(i32, -errno), requestHeader]), 0x100)
const garbage = from(16, Buffer.alloc(3), NLM_F.MULTI)

const start = (dump: boolean, ack: boolean) =>
  new Exchange({
    ...{ name: 'RTM_GETLINK', bytes: Buffer.alloc(32), codec: compile(linkMessage), protocol: rtnetlink },
    ...{ seq, dump, ack, echo: false },
  })

/** Passes messages to an exchange until it is complete. Returns their number, and the index of each reply. */
function runExchange(running: ReturnType<typeof start>, ...messages: Buffer[]) {
  let taken = 0
  for (const message of parseMessages(Buffer.concat(messages))) {
    taken++
    if (running.accept(message)) break
  }
  return { taken, replies: running.take().map((reply) => (reply as { index: number }).index) }
}

test('a get ends with its reply', () => {
  assert.equal(runExchange(start(false, false), link(1), link(2)), { taken: 1, replies: [1] })
})

test('a change ends with its ack', () => {
  assert.equal(runExchange(start(false, true), ack(0), link(9)), { taken: 1, replies: [] })
})

test('a change with an echo ends with its ack', () => {
  assert.equal(runExchange(start(false, true), link(1), ack(0), link(9)), { taken: 2, replies: [1] })
})

test('a dump ends with NLMSG_DONE', () => {
  assert.equal(runExchange(start(true, false), dumped(1), dumped(2), done(), dumped(3)), { taken: 3, replies: [1, 2] })
})

test('NLMSG_NOOP is ignored', () => {
  const noop = from(NLMSG.NOOP, Buffer.of())
  assert.equal(runExchange(start(true, false), noop, dumped(1), noop, done()), { taken: 4, replies: [1] })
  assert.equal(runExchange(start(false, false), noop, link(1)), { taken: 2, replies: [1] })
})

test('replies are returned once', () => {
  const running = start(true, false)
  assert.equal(runExchange(running, dumped(1), dumped(2)).replies, [1, 2])
  assert.equal(runExchange(running, dumped(3)).replies, [3])
  assert.equal(running.take(), [])
})

for (const [what, messages] of [
  ['the first message', [dumped(1, NLM_F.DUMP_INTR), dumped(2), done()]],
  ['the last message', [dumped(1), dumped(2, NLM_F.DUMP_INTR), done()]],
  ['NLMSG_DONE', [dumped(1), dumped(2), done(0, NLM_F.MULTI | NLM_F.DUMP_INTR)]],
] as const) {
  test(`NLM_F_DUMP_INTR on ${what}`, () => {
    const running = start(true, false)
    assert.is(running.interrupted, false)
    assert.equal(runExchange(running, ...messages).replies, [1, 2])
    assert.is(running.interrupted, true)
  })
}

test('an error of the kernel is thrown', () => {
  for (const [running, messages] of [
    [start(false, true), [ack(17)]],
    [start(false, false), [ack(17)]],
    [start(true, false), [ack(17)]],
    [start(true, false), [dumped(1), done(17)]],
  ] as const) {
    assert.throws(
      () => runExchange(running, ...messages),
      (error: unknown) => error instanceof NetlinkError && error.code === 'EEXIST' && error.request === 'RTM_GETLINK',
    )
  }
})

test('an error at the end of a dump has the message of the kernel', () => {
  const payload = Buffer.concat([encode(i32, -22), encode(nlmsgerrAttrs, { msg: 'Unsupported attribute' })])
  const end = from(NLMSG.DONE, payload, NLM_F.MULTI | 0x200)
  assert.throws(
    () => runExchange(start(true, false), end),
    /^RTM_GETLINK: Unsupported attribute \(EINVAL, invalid argument\)$/,
  )
})

test('a malformed reply is thrown at once, for a get and in the middle of a dump', () => {
  for (const [running, messages] of [
    [start(false, false), [garbage]],
    [start(true, false), [dumped(1), garbage, dumped(2), done()]],
  ] as const) {
    assert.throws(
      () => runExchange(running, ...messages),
      (error: unknown) =>
        error instanceof DecodeError && error.message === 'RTM_NEWLINK: expected ifinfomsg (16 bytes), got 3 bytes',
    )
  }
})

test('a message that the protocol does not declare is a DecodeError', () => {
  assert.throws(
    () => runExchange(start(false, false), from(4000, Buffer.of())),
    (error: unknown) =>
      error instanceof DecodeError && error.message === 'expected a message that NETLINK_ROUTE declares, got type 4000',
  )
})

test.run()
