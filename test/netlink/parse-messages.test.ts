import { encodeMessage, type MessageHeader, NLM_F, NLMSG, parseMessages, writeMessage } from '@netloom/netlink'
import { DecodeError } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('parseMessages()')

const header: MessageHeader = { type: 16, flags: NLM_F.MULTI, seq: 7, pid: 4711 }
const payloads = [Buffer.of(), Buffer.of(1), Buffer.of(1, 2, 3, 4), Buffer.alloc(1000, 5)]

/** Returns the payloads that parseMessages() yields, and its error. */
function take(bytes: Buffer): { payloads: Buffer[]; error: unknown } {
  const payloads: Buffer[] = []
  try {
    for (const { start, end } of parseMessages(bytes)) payloads.push(bytes.subarray(start, end))
    return { payloads, error: undefined }
  } catch (error) {
    return { payloads, error }
  }
}

test('an empty datagram has no messages', () => assert.equal(take(Buffer.of()), { payloads: [], error: undefined }))

test('a datagram may contain many messages', () => {
  const datagram = Buffer.concat(payloads.map((payload) => encodeMessage(header, payload)))
  assert.equal(take(datagram).payloads, payloads)
  for (const { type, flags, seq, pid, bytes } of parseMessages(datagram)) {
    assert.equal({ type, flags, seq, pid }, header)
    assert.is(bytes, datagram)
  }
})

test('the padding of the last message may be missing', () => {
  const datagram = Buffer.concat([encodeMessage(header, Buffer.of()), encodeMessage(header, Buffer.of(1))]).subarray(
    0,
    33,
  )
  assert.equal(take(datagram).payloads, [Buffer.of(), Buffer.of(1)])
})

test('a message is padded, and its length excludes the padding', () => {
  const bytes = encodeMessage({ type: 1, flags: 0, seq: 0, pid: 0 }, Buffer.of(1))
  assert.is(bytes.length, 20)
  assert.is([...parseMessages(bytes)][0]?.len, 17)
})

test('encodeMessage() output can be concatenated', () => {
  const out = { bytes: Buffer.alloc(4), length: 0 }
  for (const payload of payloads) {
    writeMessage(out, header, (to) => {
      to.bytes = Buffer.concat([to.bytes.subarray(0, to.length), payload, Buffer.alloc(64)])
      to.length += payload.length
    })
  }
  assert.equal(take(out.bytes.subarray(0, out.length)).payloads, payloads)
})

const good = encodeMessage(header, Buffer.alloc(4))
const claims = (length: number) => {
  const bytes = encodeMessage(header, Buffer.alloc(4))
  return Buffer.concat([new Uint8Array(new Uint32Array([length]).buffer), bytes.subarray(4)])
}
for (const [what, damage, message] of [
  ['3 bytes', Buffer.alloc(3, 1), 'expected nlmsghdr (16 bytes) at offset 20 of the datagram, got 3'],
  ['15 bytes', Buffer.alloc(15, 1), 'expected nlmsghdr (16 bytes) at offset 20 of the datagram, got 15'],
  ['length 0', claims(0), 'expected a message of 16 to 20 bytes at offset 20 of the datagram, got one that claims 0'],
  [
    'length 15',
    claims(15),
    'expected a message of 16 to 20 bytes at offset 20 of the datagram, got one that claims 15',
  ],
  [
    'length 21',
    claims(21),
    'expected a message of 16 to 20 bytes at offset 20 of the datagram, got one that claims 21',
  ],
  [
    'length 4294967295',
    claims(0xffffffff),
    'expected a message of 16 to 20 bytes at offset 20 of the datagram, got one that claims 4294967295',
  ],
] as const) {
  test(`${what} at the end: the earlier messages are returned, then an error with the offset`, () => {
    const { payloads, error } = take(Buffer.concat([good, damage]))
    assert.equal(payloads, [Buffer.alloc(4)])
    assert.instance(error, DecodeError)
    assert.is((error as Error).message, message)
  })
}

test('trailing zeros are ignored', () => {
  for (const count of [1, 3, 15, 16, 100]) {
    const { payloads, error } = take(Buffer.concat([good, Buffer.alloc(count)]))
    assert.equal(payloads, [Buffer.alloc(4)])
    assert.is(error, undefined)
  }
})

test('message types have names', () => {
  assert.is(rtnetlink.byName('RTM_GETROUTE').type, 26)
  assert.is(rtnetlink.byType(26)?.name, 'RTM_GETROUTE')
  assert.is(rtnetlink.byType(NLMSG.DONE), undefined)
  for (const name of ['RTM_NEWROUT', 'constructor', ''])
    assert.throws(
      () => rtnetlink.byName(name),
      (error: Error) =>
        error instanceof TypeError && error.message === `expected a message of NETLINK_ROUTE, got '${name}'`,
    )
})

test.run()
