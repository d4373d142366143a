import { encodeMessage, NLMSG, nlmsghdr, SystemError } from '@netloom/netlink'
import { DecodeError, encode, i32 } from '@netloom/netlink/codec'
import { linkMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type GroupListener, InFlight, type ReplyHandler } from '../../packages/netlink/dist/connection/in-flight.js'
import '../support/built.js'

/** Requests in flight and listeners, without a socket. */
const test = suite('InFlight')

const port = 4711
const ENOBUFS = 105
const EMSGSIZE = 90
const EBADF = 9

interface Header {
  readonly seq?: number
  readonly pid?: number
  readonly flags?: number
}

const link = (index: number, header: Header = {}) =>
  encodeMessage({ type: 16, flags: 0, seq: 0, pid: 0, ...header }, encode(linkMessage, { index }))
const ack = (seq: number) => {
  const request = encode(nlmsghdr, { len: 16, type: 18, flags: 1, seq, pid: port })
  return encodeMessage({ type: NLMSG.ERROR, flags: 0, seq, pid: port }, Buffer.concat([encode(i32, 0), request]))
}
const datagram = (...messages: Buffer[]) => ({ bytes: Buffer.concat(messages), group: 0, nsid: undefined })
const multicast = (group: number, ...messages: Buffer[]) => ({ ...datagram(...messages), group })

/** Returns a handler that is complete after `count` messages. */
function handler(seqs: readonly number[], count = 1, echoes = false) {
  const types: number[] = []
  const handling: ReplyHandler & { types: number[] } = {
    types,
    seqs,
    echoes: () => echoes,
    accept({ type }) {
      types.push(type)
      return types.length === count
    },
  }
  return handling
}

function recordingListener() {
  const events: string[] = []
  const listener: GroupListener = {
    ready: true,
    message: ({ seq }) => events.push(`message ${seq}`),
    overrun: () => events.push('overrun'),
    unreadable: () => events.push('unreadable'),
    failed: ({ code }) => events.push(`failed ${code}`),
  }
  return { events, listener }
}

test('each request gets its own replies, in any order', () => {
  const inFlight = new InFlight(port)
  const [one, two] = [handler([1]), handler([2], 2)]
  const pending = [inFlight.begin(one), inFlight.begin(two)]
  inFlight.take(datagram(link(7, { seq: 2, pid: port }), ack(1)))
  assert.equal(
    pending.map(({ done }) => done),
    [true, false],
  )
  inFlight.take(datagram(ack(2)))
  assert.equal([one.types, two.types, pending[1]?.done], [[NLMSG.ERROR], [16, NLMSG.ERROR], true])
})

test('messages for another port, without a request, or after the end of a request are ignored', () => {
  const inFlight = new InFlight(port)
  const one = handler([1])
  const pending = inFlight.begin(one)
  inFlight.take(
    datagram(link(7, { seq: 1, pid: port + 1 }), link(7, { seq: 1 }), link(7, { seq: 9, pid: port }), link(7)),
  )
  assert.equal([one.types, pending.done], [[], false])
  inFlight.take(datagram(ack(1), ack(1)))
  assert.equal([one.types, pending.done], [[NLMSG.ERROR], true])
})

test('a notification about a request of this socket is not a reply, unless an echo was requested', () => {
  const inFlight = new InFlight(port)
  const { events, listener } = recordingListener()
  inFlight.listen(listener)
  const [plain, echoed] = [handler([1]), handler([2], 2, true)]
  const pending = [inFlight.begin(plain), inFlight.begin(echoed)]
  inFlight.take(multicast(1, link(7, { seq: 1, pid: port })))
  inFlight.take(multicast(1, link(7, { seq: 2, pid: port })))
  inFlight.take(datagram(ack(1), ack(2)))
  assert.equal([plain.types, echoed.types], [[NLMSG.ERROR], [16, NLMSG.ERROR]])
  assert.equal(events, ['message 1', 'message 2'])
  assert.ok(pending.every(({ done, error }) => done && error === undefined))
})

/** Number of datagrams that may still be queued when the loss of messages is reported. */
const QUEUED = 3

test('a loss ends pending requests, and listeners are notified after the queued messages and continue', () => {
  const inFlight = new InFlight(port)
  const { events, listener } = recordingListener()
  inFlight.listen(listener)
  const pending = [inFlight.begin(handler([1])), inFlight.begin(handler([2, 3]))]
  const error = new SystemError('recvfrom', ENOBUFS)
  inFlight.fail(error, QUEUED)
  assert.ok(pending.every((each) => each.done && each.error === error))
  inFlight.take(multicast(1, link(7)))
  assert.is(inFlight.isLossy, true)
  assert.is(inFlight.drained(), true)
  assert.equal([inFlight.isLossy, inFlight.drained()], [false, false])
  inFlight.take(multicast(1, link(7)))
  assert.equal(events, ['message 0', 'overrun', 'message 0'])
  assert.is(inFlight.isWanted(), true)
})

test('a loss is reported before the next one, or after more messages than the buffer holds', () => {
  const inFlight = new InFlight(port)
  const { events, listener } = recordingListener()
  inFlight.listen(listener)
  const lose = () => inFlight.fail(new SystemError('recvfrom', ENOBUFS), QUEUED)
  const receive = () => inFlight.take(multicast(1, link(7)))
  lose()
  receive()
  lose()
  assert.equal(events, ['message 0', 'overrun'])
  for (let count = 0; count < QUEUED + 1; count++) receive()
  assert.equal(events.slice(2), ['message 0', 'message 0', 'message 0', 'overrun', 'message 0'])
})

test('a message that is larger than the buffer is reported as a loss immediately', () => {
  const inFlight = new InFlight(port)
  const { events, listener } = recordingListener()
  inFlight.listen(listener)
  inFlight.fail(new SystemError('recvfrom', EMSGSIZE), QUEUED)
  assert.equal([events, inFlight.isLossy], [['overrun'], false])
})

test('a request that is sent during a loss ends with it unless it was answered, with and without listeners', () => {
  for (const hasListener of [true, false]) {
    const inFlight = new InFlight(port)
    if (hasListener) inFlight.listen(recordingListener().listener)
    const error = new SystemError('recvfrom', ENOBUFS)
    inFlight.fail(error, QUEUED)
    const pending = [inFlight.begin(handler([1])), inFlight.begin(handler([2]))]
    inFlight.take(datagram(ack(1)))
    assert.equal([inFlight.isLossy, pending.map(({ done }) => done)], [true, [true, false]])
    assert.is(inFlight.drained(), true)
    assert.equal(
      pending.map((each) => each.error),
      [undefined, error],
    )
    const later = inFlight.begin(handler([3]))
    assert.equal([inFlight.isLossy, inFlight.drained(), later.done], [false, false, false])
  }
})

test('a failed socket is reported to listeners', () => {
  const inFlight = new InFlight(port)
  const { events, listener } = recordingListener()
  inFlight.listen(listener)
  inFlight.fail(new SystemError('recvfrom', EBADF), QUEUED)
  assert.equal(events, ['failed EBADF'])
})

test('a malformed reply ends all requests, and a malformed notification ends none', () => {
  const inFlight = new InFlight(port)
  const { events, listener } = recordingListener()
  inFlight.listen(listener)
  const malformed = Buffer.from('ff00000010000000000000000000000000000000', 'hex')
  const pending = inFlight.begin(handler([1]))
  inFlight.take(multicast(1, link(7), malformed))
  assert.equal([events, pending.done], [['message 0', 'unreadable'], false])
  inFlight.take(datagram(malformed))
  assert.instance(pending.error, DecodeError)
})

test('a reply that cannot be decoded ends only its own request', () => {
  const inFlight = new InFlight(port)
  const bad: ReplyHandler = {
    seqs: [1],
    echoes: () => false,
    accept() {
      throw new DecodeError('no')
    },
  }
  const [one, two] = [inFlight.begin(bad), inFlight.begin(handler([2]))]
  inFlight.take(datagram(ack(1), ack(2)))
  assert.instance(one.error, DecodeError)
  assert.equal([two.done, two.error], [true, undefined])
})

test('isWanted() is true while a request waits or a listener is registered', () => {
  const inFlight = new InFlight(port)
  assert.is(inFlight.isWanted(), false)
  const pending = inFlight.begin(handler([1]))
  assert.is(inFlight.isWanted(), false, 'in flight, but no caller waits for it')
  let progressed = 0
  pending.progress = () => progressed++
  assert.is(inFlight.isWanted(), true)
  inFlight.end(pending, new Error('enough'))
  inFlight.end(pending, new Error('again'))
  assert.equal([progressed, inFlight.isWanted(), String(pending.error)], [1, false, 'Error: enough'])
  const remove = inFlight.listen(recordingListener().listener)
  assert.is(inFlight.isWanted(), true)
  remove()
  assert.is(inFlight.isWanted(), false)
})

test.run()
