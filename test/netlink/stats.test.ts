import { encodeMessage } from '@netloom/netlink'
import { PACKET } from '@netloom/netlink/capture'
import { encode, hostOrder } from '@netloom/netlink/codec'
import { dissector, NETLINK } from '@netloom/netlink/dissect'
import { Conversations, Stats } from '@netloom/netlink/inspect'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureOf } from '../support/captures.js'

/** The numbers of `netloom decode --stats`, compared with such that were computed by hand. */

const test = suite('statistics of types')

const REQUEST_ACK = 5
const MILLISECOND = 1_000_000n

const link = encode(rtnetlink.messages.RTM_NEWLINK[1], { index: 7 })

const i32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes[`writeInt32${hostOrder}`](value)
  return bytes
}

/** Plays requests that change a link. Each is answered after some milliseconds, with an error if there is one. */
function played(exchanges: readonly { readonly took: number; readonly error?: number }[]): Stats {
  const conversations = new Conversations()
  const stats = new Stats()
  const { dissect } = dissector()
  let time = 1_700_000_000_000_000_000n
  const add = (packetType: number, bytes: Buffer) => {
    for (const assigned of conversations.add({ ...dissect({ protocol: NETLINK.ROUTE, packetType, bytes }), time }))
      stats.addMessage(assigned)
  }
  for (const [seq, { took, error = 0 }] of exchanges.entries()) {
    const request = encodeMessage({ type: 19, flags: REQUEST_ACK, seq, pid: 0 }, link)
    add(PACKET.KERNEL, request)
    time += BigInt(took) * MILLISECOND
    const answer = Buffer.concat([i32(error), error === 0 ? request.subarray(0, 16) : request])
    add(PACKET.USER, encodeMessage({ type: 2, flags: error === 0 ? 0x100 : 0, seq, pid: 9 }, answer))
    time += 1000n * MILLISECOND
  }
  conversations.end()
  for (const conversation of conversations.take()) stats.addConversation(conversation)
  return stats
}

test('messages, bytes, refusals, and the median and maximum of the times', () => {
  const stats = played([{ took: 1 }, { took: 9 }, { took: 2, error: -16 }, { took: 4 }, { took: 3 }])
  const [ack, request] = ['NLMSG_ERROR', 'RTM_SETLINK'].map((name) => stats.types.find(({ type }) => type === name))
  // nlmsghdr and ifinfomsg have 16 bytes each. An ack contains the header of the request, a refusal all of it.
  assert.equal([request?.messages, request?.bytes, request?.refusals], [5, 5 * 32, 1])
  assert.equal([ack?.messages, ack?.bytes, ack?.refusals], [5, 4 * 36 + 52, 0])
  assert.equal([request?.medianLatency, request?.mostLatency], [3_000_000, 9_000_000])
  assert.equal([ack?.medianLatency, ack?.mostLatency], [undefined, undefined])
  assert.equal(
    [...stats.lines()],
    [
      'type         messages  bytes  refused  ≈median  ≈maximum',
      'NLMSG_ERROR         5    196',
      'RTM_SETLINK         5    160        1   3.0 ms    9.0 ms',
    ],
  )
})

test('an even number of times has the lower of the two in the middle as median', () =>
  assert.is(played([{ took: 4 }, { took: 2 }, { took: 8 }, { took: 6 }]).types[1]?.medianLatency, 4_000_000))

test('the median of many times is about right, and the maximum exact', () => {
  const stats = played(Array.from({ length: 20_000 }, (_, at) => ({ took: at % 1000 })))
  const [request] = stats.types.filter(({ type }) => type === 'RTM_SETLINK')
  assert.is(request?.mostLatency, 999_000_000)
  assert.ok(Math.abs((request?.medianLatency ?? 0) - 499_000_000) <= 5_000_000, `${request?.medianLatency}`)
})

test('a capture of six messages', () => {
  const conversations = new Conversations()
  const stats = new Stats()
  for (const datagram of captureOf('ipup')) for (const each of conversations.add(datagram)) stats.addMessage(each)
  conversations.end()
  for (const conversation of conversations.take()) stats.addConversation(conversation)
  // The messages have 32, 52, 52, 1128, 32 and 36 bytes. iproute2's first request is a test, which the kernel always refuses.
  assert.equal(
    stats.types.map(({ type, messages, bytes, refusals }) => [type, messages, bytes, refusals]),
    [
      ['RTM_NEWLINK', 3, 32 + 1128 + 32, 0],
      ['NLMSG_ERROR', 2, 52 + 36, 0],
      ['RTM_GETLINK', 1, 52, 0],
    ],
  )
})

test.run()
