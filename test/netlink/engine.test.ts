import { encodeMessage, NLMSG, nlmsghdr, SystemError } from '@netloom/netlink'
import { DecodeError, encode, i32 } from '@netloom/netlink/codec'
import { linkMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Awaited, engine, type Listener } from '../../packages/netlink/dist/connection/engine.js'
import '../support/built.js'

/** Requests in flight on one socket, without one: who gets what comes. */
const test = suite('engine()')

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

/** Something that is complete with its `count`th message. */
function awaiting(seqs: readonly number[], count = 1, echoes = false) {
  const types: number[] = []
  const awaited: Awaited & { types: number[] } = {
    types,
    seqs,
    echoes: () => echoes,
    accept({ type }) {
      types.push(type)
      return types.length === count
    },
  }
  return awaited
}

function listening() {
  const told: string[] = []
  const listener: Listener = {
    ready: true,
    message: ({ seq }) => told.push(`message ${seq}`),
    overrun: () => told.push('overrun'),
    unreadable: () => told.push('unreadable'),
    failed: ({ code }) => told.push(`failed ${code}`),
  }
  return { told, listener }
}

test('several in flight: each gets its own, in whatever order', () => {
  const { begin, take } = engine(port)
  const [one, two] = [awaiting([1]), awaiting([2], 2)]
  const pending = [begin(one), begin(two)]
  take(datagram(link(7, { seq: 2, pid: port }), ack(1)))
  assert.equal(
    pending.map(({ done }) => done),
    [true, false],
  )
  take(datagram(ack(2)))
  assert.equal([one.types, two.types, pending[1]?.done], [[NLMSG.ERROR], [16, NLMSG.ERROR], true])
})

test('what is for another port, for nobody, or comes late, passes by', () => {
  const { begin, take } = engine(port)
  const one = awaiting([1])
  const pending = begin(one)
  take(datagram(link(7, { seq: 1, pid: port + 1 }), link(7, { seq: 1 }), link(7, { seq: 9, pid: port }), link(7)))
  assert.equal([one.types, pending.done], [[], false])
  take(datagram(ack(1), ack(1)))
  assert.equal([one.types, pending.done], [[NLMSG.ERROR], true])
})

test('what a group is told of an own request is no answer, unless an echo was asked for', () => {
  const { begin, take, listen } = engine(port)
  const { told, listener } = listening()
  listen(listener)
  const [plain, echoed] = [awaiting([1]), awaiting([2], 2, true)]
  const pending = [begin(plain), begin(echoed)]
  take(multicast(1, link(7, { seq: 1, pid: port })))
  take(multicast(1, link(7, { seq: 2, pid: port })))
  take(datagram(ack(1), ack(2)))
  assert.equal([plain.types, echoed.types], [[NLMSG.ERROR], [16, NLMSG.ERROR]])
  assert.equal(told, ['message 1', 'message 2'])
  assert.ok(pending.every(({ done, error }) => done && error === undefined))
})

/** So many datagrams may still be queued when a loss is reported. */
const QUEUED = 3

test('a loss ends pending requests; listeners are notified after the queued messages, and go on', () => {
  const running = engine(port)
  const { begin, fail, take, listen, wanted, drained } = running
  const { told, listener } = listening()
  listen(listener)
  const pending = [begin(awaiting([1])), begin(awaiting([2, 3]))]
  const error = new SystemError('recvfrom', ENOBUFS)
  fail(error, QUEUED)
  assert.ok(pending.every((each) => each.done && each.error === error))
  take(multicast(1, link(7)))
  assert.is(running.lossy, true)
  assert.is(drained(), true)
  assert.equal([running.lossy, drained()], [false, false])
  take(multicast(1, link(7)))
  assert.equal(told, ['message 0', 'overrun', 'message 0'])
  assert.is(wanted(), true)
})

test('a loss is reported no later than the next one, or when more was read than the buffer holds', () => {
  const { fail, take, listen } = engine(port)
  const { told, listener } = listening()
  listen(listener)
  const lose = () => fail(new SystemError('recvfrom', ENOBUFS), QUEUED)
  const hear = () => take(multicast(1, link(7)))
  lose()
  hear()
  lose()
  assert.equal(told, ['message 0', 'overrun'])
  for (let count = 0; count < QUEUED + 1; count++) hear()
  assert.equal(told.slice(2), ['message 0', 'message 0', 'message 0', 'overrun', 'message 0'])
})

test('a message that is larger than the buffer is a loss right there', () => {
  const running = engine(port)
  const { told, listener } = listening()
  running.listen(listener)
  running.fail(new SystemError('recvfrom', EMSGSIZE), QUEUED)
  assert.equal([told, running.lossy], [['overrun'], false])
})

test('a request that is sent during a loss ends with it, unless it was answered; listeners or not', () => {
  for (const hasListener of [true, false]) {
    const running = engine(port)
    if (hasListener) running.listen(listening().listener)
    const error = new SystemError('recvfrom', ENOBUFS)
    running.fail(error, QUEUED)
    const pending = [running.begin(awaiting([1])), running.begin(awaiting([2]))]
    running.take(datagram(ack(1)))
    assert.equal([running.lossy, pending.map(({ done }) => done)], [true, [true, false]])
    assert.is(running.drained(), true)
    assert.equal(
      pending.map((each) => each.error),
      [undefined, error],
    )
    const later = running.begin(awaiting([3]))
    assert.equal([running.lossy, running.drained(), later.done], [false, false, false])
  }
})

test('a socket that fails is told as that', () => {
  const { fail, listen } = engine(port)
  const { told, listener } = listening()
  listen(listener)
  fail(new SystemError('recvfrom', EBADF), QUEUED)
  assert.equal(told, ['failed EBADF'])
})

test('a damaged answer ends all that is awaited; a damaged notification nothing', () => {
  const { begin, take, listen } = engine(port)
  const { told, listener } = listening()
  listen(listener)
  const damaged = Buffer.from('ff00000010000000000000000000000000000000', 'hex')
  const pending = begin(awaiting([1]))
  take(multicast(1, link(7), damaged))
  assert.equal([told, pending.done], [['message 0', 'unreadable'], false])
  take(datagram(damaged))
  assert.instance(pending.error, DecodeError)
})

test('an answer that cannot be read ends its own request alone', () => {
  const { begin, take } = engine(port)
  const bad: Awaited = {
    seqs: [1],
    echoes: () => false,
    accept() {
      throw new DecodeError('no')
    },
  }
  const [one, two] = [begin(bad), begin(awaiting([2]))]
  take(datagram(ack(1), ack(2)))
  assert.instance(one.error, DecodeError)
  assert.equal([two.done, two.error], [true, undefined])
})

test('something is wanted where somebody waits or listens', () => {
  const { begin, end, listen, wanted } = engine(port)
  assert.is(wanted(), false)
  const pending = begin(awaiting([1]))
  assert.is(wanted(), false, 'it is in flight, but nobody waits')
  let progressed = 0
  pending.progress = () => progressed++
  assert.is(wanted(), true)
  end(pending, new Error('enough'))
  end(pending, new Error('again'))
  assert.equal([progressed, wanted(), String(pending.error)], [1, false, 'Error: enough'])
  const callOff = listen(listening().listener)
  assert.is(wanted(), true)
  callOff()
  assert.is(wanted(), false)
})

test.run()
