import { encodeMessage, type Nlmsghdr } from '@netloom/netlink'
import { PACKET } from '@netloom/netlink/capture'
import { encode, hostOrder } from '@netloom/netlink/codec'
import { dissector, NETLINK } from '@netloom/netlink/dissect'
import {
  CaptureNames,
  type Conversation,
  ConversationLines,
  Conversations,
  type ConversationsOptions,
  KEPT_EVENTS,
  plainText,
} from '@netloom/netlink/inspect'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames, captureOf } from '../support/captures.js'

const test = suite('conversations')

const REQUEST = 1
const MULTI = 2
const ACK = 4
const DUMP_INTR = 0x10
const DUMP = 0x300
const CREATE = 0x400

const RTM = { NEWLINK: 16, DELLINK: 17, GETLINK: 18, NEWROUTE: 24 }
const NLMSG = { ERROR: 2, DONE: 3 }

const link = (index: number, ifname?: string) =>
  encode(rtnetlink.messages.RTM_NEWLINK[1], { index, attrs: ifname === undefined ? {} : { ifname } })

const i32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes[`writeInt32${hostOrder}`](value)
  return bytes
}

type Header = Pick<Nlmsghdr, 'type' | 'seq'> & Partial<Nlmsghdr>

const message = (header: Header, payload: Uint8Array = Buffer.of()) =>
  encodeMessage({ flags: 0, pid: 0, ...header }, Buffer.from(payload))

/** Returns an NLMSG_ERROR that answers a request. Error 0 is an ack. */
const result = (request: Buffer, error: number, pid: number) =>
  message(
    { type: NLMSG.ERROR, seq: request[`readUInt32${hostOrder}`](8), pid, flags: error === 0 ? 0x100 : 0 },
    Buffer.concat([i32(error), error === 0 ? request.subarray(0, 16) : request]),
  )

/** Collects conversations from datagrams that a test adds one by one. Each takes a millisecond. */
class Talk {
  readonly conversations: Conversations
  readonly #dissector = dissector()
  #time = 1_700_000_000_000_000_000n

  constructor(options: ConversationsOptions = {}) {
    this.conversations = new Conversations(options)
  }

  #add(packetType: number, messages: readonly Buffer[], protocol: number, pid?: number): Conversation[] {
    this.#time += 1_000_000n
    const dissected = this.#dissector.dissect({ protocol, packetType, bytes: Buffer.concat(messages) })
    this.conversations.add({ ...dissected, time: this.#time, ...(pid !== undefined && { process: { pid } }) })
    return [...this.conversations.take()]
  }

  sends = (...messages: Buffer[]) => this.#add(PACKET.KERNEL, messages, NETLINK.ROUTE)
  sendsAs = (pid: number, ...messages: Buffer[]) => this.#add(PACKET.KERNEL, messages, NETLINK.ROUTE, pid)
  sendsTo = (protocol: number, ...messages: Buffer[]) => this.#add(PACKET.KERNEL, messages, protocol)
  receives = (...messages: Buffer[]) => this.#add(PACKET.USER, messages, NETLINK.ROUTE)
  receivesAs = (pid: number, ...messages: Buffer[]) => this.#add(PACKET.USER, messages, NETLINK.ROUTE, pid)
  receivesFrom = (protocol: number, ...messages: Buffer[]) => this.#add(PACKET.USER, messages, protocol)

  wait(nanoseconds: bigint): void {
    this.#time += nanoseconds
  }

  ends(): Conversation[] {
    this.conversations.end()
    return [...this.conversations.take()]
  }
}

const newLink = (seq: number, ifname: string, flags = REQUEST | ACK | CREATE) =>
  message({ type: RTM.NEWLINK, seq, flags }, link(0, ifname))

const outcomes = (found: readonly Conversation[]) =>
  found.map(({ first, outcome, answerCount }) => [first.number, outcome, answerCount])

test('requests with the same sequence number are paired in their order, by the port of the socket', () => {
  const talk = new Talk()
  const [first, second, third] = [newLink(7, 'a'), newLink(7, 'b'), newLink(7, 'c')]
  talk.sends(first)
  talk.sends(second)
  assert.equal(outcomes(talk.receives(result(first, -17, 100))), [[1, 'refused', 0]])
  talk.sends(third)
  // The port of the second request is not known, and that of the third one is not, either: the older one is meant.
  assert.equal(outcomes(talk.receives(result(second, 0, 200))), [[2, 'done', 0]])
  assert.equal(outcomes(talk.receives(result(third, 0, 100))), [[4, 'done', 0]])
})

test('a known port id goes before the order', () => {
  const talk = new Talk()
  const unknown = newLink(7, 'a')
  const known = message({ type: RTM.NEWLINK, seq: 7, flags: REQUEST | ACK, pid: 55 }, link(0, 'b'))
  talk.sends(unknown)
  talk.sends(known)
  talk.receives(result(known, -1, 55))
  const [first, second] = talk.receives(result(unknown, 0, 66))
  assert.equal([first?.outcome, second?.outcome, second?.refusals[0]?.code], ['done', 'refused', 'EPERM'])
})

test('answers of the same process are preferred if no port id is known', () => {
  const talk = new Talk()
  const [first, second] = [newLink(7, 'a'), newLink(7, 'b')]
  talk.sendsAs(1, first)
  talk.sendsAs(2, second)
  talk.receivesAs(2, result(second, -16, 300))
  assert.equal(
    talk.ends().map(({ outcome, first: { datagram } }) => [datagram.process?.pid, outcome]),
    [
      [1, 'unanswered'],
      [2, 'refused'],
    ],
  )
})

test('the same sequence number in another protocol is another conversation', () => {
  const talk = new Talk()
  const request = newLink(7, 'a')
  talk.sends(request)
  talk.sendsTo(NETLINK.XFRM, message({ type: 0x12, seq: 7, flags: REQUEST | DUMP }, Buffer.alloc(0)))
  talk.receivesFrom(NETLINK.XFRM, message({ type: NLMSG.DONE, seq: 7, pid: 1, flags: MULTI }, i32(0)))
  assert.equal(outcomes(talk.ends()), [
    [1, 'unanswered', 0],
    [2, 'done', 0],
  ])
})

test('a dump is one conversation, with the number of objects', () => {
  const talk = new Talk()
  talk.sends(message({ type: RTM.GETLINK, seq: 3, flags: REQUEST | DUMP }, link(0)))
  const part = (index: number, flags = MULTI) =>
    message({ type: RTM.NEWLINK, seq: 3, pid: 9, flags }, link(index, `v${index}`))
  assert.equal(talk.receives(part(1), part(2)), [])
  assert.equal(talk.receives(part(3, MULTI | DUMP_INTR)), [])
  const [dump] = talk.receives(message({ type: NLMSG.DONE, seq: 3, pid: 9, flags: MULTI }, i32(0)))
  assert.equal([dump?.isDump, dump?.answerCount, dump?.isInterrupted, dump?.outcome], [true, 3, true, 'done'])
  assert.is(dump?.latency, 3_000_000n)
  assert.is(talk.conversations.names.link(2), 'v2')
})

test('an object in several messages is one object, and a message may contain several', () => {
  const countsOf = (capture: string, ...types: string[]) => {
    const conversations = new Conversations()
    for (const datagram of captureOf(capture)) conversations.add(datagram)
    conversations.end()
    return [...conversations.take()]
      .filter(({ first, isDump }) => isDump && types.includes(first.message.type))
      .map(({ answerCount, objectCount }) => [answerCount, objectCount])
  }
  // A description of one wiphy, and what iw, ip ntable and nft print after the same requests.
  assert.equal(countsOf('09-nl80211', 'NL80211_CMD_GET_WIPHY'), [[166, 1]])
  assert.equal(countsOf('07-neigh', 'RTM_GETNEIGHTBL')[0], [12, 2])
  assert.equal(countsOf('10-nft', 'NFT_MSG_GETSETELEM').slice(0, 3), [
    [2, 2],
    [2, 2],
    [1, 0],
  ])
})

test('a dump that ends with an error is refused', () => {
  const talk = new Talk()
  talk.sends(message({ type: RTM.GETLINK, seq: 3, flags: REQUEST | DUMP }, link(0)))
  const [dump] = talk.receives(message({ type: NLMSG.DONE, seq: 3, pid: 9, flags: MULTI }, i32(-16)))
  assert.equal([dump?.outcome, dump?.refusals[0]?.code], ['refused', 'EBUSY'])
})

test('a request that reads one object ends with its reply', () => {
  const talk = new Talk()
  talk.sends(message({ type: RTM.GETLINK, seq: 3, flags: REQUEST }, link(2)))
  const reply = message({ type: RTM.NEWLINK, seq: 3, pid: 9 }, link(2, 'eth0'))
  assert.equal(outcomes(talk.receives(reply)), [[1, 'done', 1]])
})

test('with NLM_F_ACK, a request that reads ends with its ack', () => {
  const talk = new Talk()
  const request = message({ type: RTM.GETLINK, seq: 3, flags: REQUEST | ACK }, link(2))
  talk.sends(request)
  assert.equal(talk.receives(message({ type: RTM.NEWLINK, seq: 3, pid: 9 }, link(2, 'eth0'))), [])
  assert.equal(outcomes(talk.receives(result(request, 0, 9))), [[1, 'done', 1]])
})

test('several requests in a datagram are several conversations, and a receive may contain several answers', () => {
  const talk = new Talk()
  const [first, second] = [newLink(1, 'a'), newLink(2, 'b')]
  talk.sends(first, second)
  assert.equal(outcomes(talk.receives(result(first, -17, 9), result(second, 0, 9))), [
    [1, 'refused', 0],
    [2, 'done', 0],
  ])
})

test('conversations are in the order of their requests', () => {
  const talk = new Talk()
  const [first, second] = [newLink(1, 'a'), newLink(2, 'b')]
  talk.sends(first)
  talk.sends(second)
  assert.equal(talk.receives(result(second, 0, 8)), [])
  assert.equal(outcomes(talk.receives(result(first, 0, 9))), [
    [1, 'done', 0],
    [2, 'done', 0],
  ])
})

test('an event about the object of a request in flight belongs to it, another one stands alone', () => {
  const talk = new Talk()
  const request = newLink(1, 'a')
  talk.sends(request)
  talk.receives(message({ type: RTM.NEWLINK, seq: 0 }, link(5, 'a')))
  talk.receives(message({ type: RTM.NEWLINK, seq: 0 }, link(6, 'b')))
  const [own, event] = talk.receives(result(request, 0, 9))
  assert.equal([own?.eventCount, own?.events.length, event?.outcome, event?.first.number], [1, 1, 'event', 3])
  assert.equal(outcomes(talk.receives(message({ type: RTM.DELLINK, seq: 0 }, link(5, 'a')))), [[5, 'event', 0]])
})

test('an event with the port and the sequence number of a request belongs to it', () => {
  const talk = new Talk()
  const route = (dst: string) => encode(rtnetlink.messages.RTM_NEWROUTE[1], { family: 2, dstLen: 24, attrs: { dst } })
  const request = message({ type: RTM.NEWROUTE, seq: 4, flags: REQUEST | ACK | CREATE }, route('10.0.0.0'))
  talk.sends(request)
  talk.receives(message({ type: RTM.NEWROUTE, seq: 4, pid: 9 }, route('10.0.1.0')))
  const [own] = talk.receives(result(request, 0, 9))
  assert.equal([own?.outcome, own?.eventCount, own?.answerCount], ['done', 1, 0])
})

test('an event that several sockets receive is one event', () => {
  const talk = new Talk()
  const event = () => message({ type: RTM.NEWLINK, seq: 0 }, link(5, 'a'))
  assert.is(talk.receives(event()).length, 1)
  assert.is(talk.receives(event()).length, 0)
  assert.is(talk.conversations.copyCount, 1)
  talk.wait(2_000_000_000n)
  assert.is(talk.receives(event()).length, 1)
})

test('only the first events of a request are kept', () => {
  const talk = new Talk()
  const request = newLink(1, 'a')
  talk.sends(request)
  for (let at = 0; at < 1000; at++) talk.receives(message({ type: RTM.NEWLINK, seq: 0 }, link(at + 1, 'a')))
  const [own] = talk.receives(result(request, 0, 9))
  assert.equal([own?.eventCount, own?.events.length], [1000, KEPT_EVENTS])
})

test('an answer without a request, and a request without an answer', () => {
  const talk = new Talk()
  const request = newLink(1, 'a')
  assert.equal(outcomes(talk.receives(result(request, 0, 9))), [[1, 'orphan', 0]])
  const [refused] = talk.receives(result(request, -17, 9))
  assert.equal(
    [refused?.outcome, refused?.refusals[0]?.code, refused?.refusals[0]?.request],
    ['refused', 'EEXIST', undefined],
  )
  talk.sends(request)
  assert.equal(outcomes(talk.ends()), [[3, 'unanswered', 0]])
})

test('a request without NLM_F_ACK is complete when a later one of its socket is answered, or when the capture ends', () => {
  const talk = new Talk()
  const silent = (seq: number) => newLink(seq, `s${seq}`, REQUEST | CREATE)
  const asked = newLink(3, 'b')
  talk.sends(silent(1))
  talk.sends(silent(2))
  talk.receives(result(silent(2), -17, 9))
  talk.sends(asked)
  assert.equal(outcomes(talk.receives(result(asked, 0, 9))), [[4, 'done', 0]])
  talk.sends(silent(5))
  assert.equal(outcomes(talk.ends()), [[6, 'silent', 0]])
})

test('the number of conversations in memory has a limit, and nothing waits forever', () => {
  const talk = new Talk({ limit: 10 })
  const found: Conversation[] = []
  for (let seq = 1; seq <= 1000; seq++) found.push(...talk.sends(newLink(seq, 'a')))
  assert.is(found.length, 990)
  assert.ok(found.every(({ outcome }) => outcome === 'unanswered'))
  assert.is(talk.ends().length, 10)

  const patient = new Talk()
  patient.sends(newLink(1, 'a'))
  patient.wait(20_000_000_000n)
  assert.equal(outcomes(patient.sends(newLink(2, 'b'))), [[1, 'unanswered', 0]])
})

test('every message of every capture belongs to one conversation', () => {
  for (const name of captureNames) {
    const conversations = new Conversations()
    const numbers: number[] = []
    let messages = 0
    for (const datagram of captureOf(name)) {
      messages += conversations.add(datagram).length
      numbers.push(...[...conversations.take()].map(({ number }) => number))
    }
    conversations.end()
    numbers.push(...[...conversations.take()].map(({ number }) => number))
    assert.is(messages, captureOf(name).flatMap((datagram) => datagram.messages).length, name)
    assert.equal(
      numbers,
      numbers.map((_, index) => index + 1),
      name,
    )
  }
})

test('requests of the captures are answered, apart from those that require no answer', () => {
  const unanswered = captureNames.flatMap((name) => {
    const conversations = new Conversations()
    for (const datagram of captureOf(name)) conversations.add(datagram)
    conversations.end()
    return [...conversations.take()]
      .filter(({ outcome }) => outcome === 'unanswered' || outcome === 'orphan')
      .map(({ first, outcome }) => `${name} #${first.number} ${first.message.type} ${outcome}`)
  })
  // The kernel sends no such neighbour, and the capture contains no refusal.
  assert.equal(unanswered, ['07-neigh #507 RTM_GETNEIGH unanswered'])
})

/** Returns the lines of conversations. */
function linesOf(found: readonly Conversation[], width?: number): string[] {
  const lines = new ConversationLines({ names: new CaptureNames(), width })
  return found.flatMap((each) => [...lines.lines(each)].map(plainText))
}

test('a line contains the request, its outcome and its time', () => {
  const talk = new Talk()
  const request = newLink(1, 'br9')
  talk.sends(request)
  const [line, ...others] = linesOf(talk.receives(result(request, 0, 9)))
  assert.match(line ?? '', /^ {3}\+0\.000000 {2}new link {8}br9 +✓ +≈1\.0 ms {2}#1$/)
  assert.equal(others, [])
})

test('lines fit the terminal', () => {
  const talk = new Talk()
  for (const [seq, name] of ['a', 'x'.repeat(15), 'b'].entries()) {
    const request = newLink(seq, name)
    talk.sends(request)
    talk.receives(message({ type: RTM.NEWLINK, seq: 0 }, link(seq + 1, name)))
    for (const width of [60, 71, 72, 80, 100, 120]) {
      const lines = linesOf(talk.receives(result(request, -17, 9)), width)
      assert.ok(
        lines.every((each) => each.length <= width),
        lines.join('\n'),
      )
    }
  }
})

test('details that do not fit a narrow terminal have their own lines, and none is cut', () => {
  const linesAt = (width: number) => {
    const talk = new Talk()
    const request = message(
      { type: RTM.NEWLINK, seq: 1, flags: REQUEST | ACK | CREATE },
      encode(rtnetlink.messages.RTM_NEWLINK[1], {
        attrs: {
          ifname: 'bond0',
          linkinfo: { kind: 'bond', data: { mode: 1, miimon: 100, updelay: 200, downdelay: 300 } },
        },
      }),
    )
    talk.sends(request)
    return linesOf(talk.receives(result(request, 0, 9)), width).map((line) => line.trimEnd())
  }
  const all = 'bond  mode active-backup  miimon 100  updelay 200  downdelay 300'
  const [first = '', second = '', ...others] = linesAt(80)
  assert.match(first, /^ +\+0\.000000 {2}new link +bond0 +✓ +≈1\.0 ms {2}#1$/)
  assert.is(second, ' '.repeat(12) + all)
  assert.equal(others, [])
  assert.is(linesAt(120)[1], ' '.repeat(14) + all)
  assert.match(linesAt(200)[0] ?? '', new RegExp(`${all} +✓`))
  // The time is in --stats, too.
  assert.match(linesAt(60)[0] ?? '', /✓ +#1$/)
  // Without room for columns, the parts follow each other. A terminal of one column breaks lines itself.
  for (const width of [1, 24, 40, 55, 60, 79, 80, 110, 120]) {
    const lines = linesAt(width)
    assert.is(
      lines.join(' ').replace(/ +/g, ' ').includes(all.replace(/ +/g, ' ')),
      true,
      `${width}: ${lines.join('\n')}`,
    )
    for (const line of lines) {
      assert.ok(line.length <= Math.max(24, width), `${width}: ${line}`)
      assert.not.match(line, /…/)
    }
  }
})

test('words of the kernel are not cut on a narrow terminal', () => {
  const names = new CaptureNames()
  const lines = new ConversationLines({ names, width: 40 })
  const conversations = new Conversations({ names })
  for (const datagram of captureOf('02-bond')) conversations.add(datagram)
  conversations.end()
  const texts = [...conversations.take()].flatMap((each) => [...lines.lines(each)].map(plainText))
  const at = texts.findIndex((line) => line.includes('the kernel:'))
  assert.match(
    texts
      .slice(at, at + 4)
      .join(' ')
      .replace(/ +/g, ' '),
    /the kernel: "unable to set option because the bond is up", at linkinfo\.data\.adLacpActive/,
  )
})

test.run()
