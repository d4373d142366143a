import {
  CN_IDX,
  CN_VAL,
  cnMessage,
  cnRequest,
  connector,
  PROC_CN_MCAST,
  PROC_EVENT,
  procIgnore,
  procListen,
} from '@netloom/netlink/connector'
import { dissector, NETLINK } from '@netloom/netlink/dissect'
import { Conversations, summary } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

const id = { idx: CN_IDX.PROC, val: CN_VAL.PROC }
const noNames = { link: () => undefined, table: () => undefined, protocol: () => undefined }

// Recorded on Linux 6.18, except for the times and ids.
const head = (len: string) => `01000000 01000000 07000000 00000000 ${len} 0000`
const event = (what: string, union: string) => `${head('2800')} ${what} 01000000 00ca9a3b00000000 ${union}`
const common = { id, seq: 7, ack: 0, len: 40, flags: 0 }
const time = { cpu: 1, timestampNs: 1_000_000_000n }
const own = { processPid: 0x29a5, processTgid: 0x29a5 }
const zero = '00000000'

vectors(cnMessage, {
  correct: [
    [
      {
        ...common,
        event: {
          ...{ what: PROC_EVENT.FORK, ...time },
          fork: { parentPid: 0x2956, parentTgid: 0x2956, childPid: 0x29a6, childTgid: 0x29a5 },
        },
      },
      { LE: event('01000000', `56290000 56290000 a6290000 a5290000 ${zero} ${zero}`) },
    ],
    [
      { ...common, event: { what: PROC_EVENT.EXEC, ...time, exec: own } },
      { LE: event('02000000', `a5290000 a5290000 ${zero} ${zero} ${zero} ${zero}`) },
    ],
    [
      { ...common, event: { what: PROC_EVENT.UID, ...time, id: { ...own, r: 0, e: 1000 } } },
      { LE: event('04000000', `a5290000 a5290000 ${zero} e8030000 ${zero} ${zero}`) },
    ],
    [
      { ...common, event: { what: PROC_EVENT.COMM, ...time, comm: { ...own, comm: 'sleep' } } },
      { LE: event('00020000', 'a5290000 a5290000 736c656570000000 0000000000000000') },
    ],
    [
      {
        ...common,
        event: {
          ...{ what: PROC_EVENT.EXIT, ...time },
          exit: { ...own, exitCode: 0x300, exitSignal: 17, parentPid: 0x2956, parentTgid: 0x2956 },
        },
      },
      { LE: event('00000080', 'a5290000 a5290000 00030000 11000000 56290000 56290000') },
    ],
    [
      { ...common, ack: 10, event: { what: PROC_EVENT.NONE, ...time, ack: { err: 1 } } },
      {
        LE: `01000000 01000000 07000000 0a000000 2800 0000
          00000000 01000000 00ca9a3b00000000 01000000 ${zero} ${zero} ${zero} ${zero} ${zero}`,
      },
    ],
    // An event that is not declared, and another user of the connector.
    [
      { ...common, len: 18, event: { what: 0x400, ...time, eventData: Buffer.from('abcd', 'hex') } },
      { LE: `${head('1200')} 00040000 01000000 00ca9a3b00000000 abcd` },
    ],
    [
      { ...common, id: { idx: CN_IDX.DM, val: 1 }, len: 2, data: Buffer.from('abcd', 'hex') },
      {
        LE: '07000000 01000000 07000000 00000000 0200 0000 abcd',
        BE: '00000007 00000001 00000007 00000000 0002 0000 abcd',
      },
    ],
  ],
  errHex: [{ LE: head('0000') }],
})

vectors(cnRequest, {
  correct: [
    [procListen(9), { LE: '01000000 01000000 00000000 09000000 0400 0000 01000000' }],
    [procIgnore(), { LE: '01000000 01000000 00000000 00000000 0400 0000 02000000' }],
    [
      procListen(9, PROC_EVENT.FORK | PROC_EVENT.EXEC),
      { LE: '01000000 01000000 00000000 09000000 0800 0000 01000000 03000000' },
    ],
  ],
  errValues: [{ ...procIgnore(), input: { mcastOp: 'no' } }],
})

const test = suite('messages of NETLINK_CONNECTOR')

const bytesOf = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex')
/** Returns the datagram of a message: all have the type NLMSG_DONE. */
function datagram(payload: Buffer, toKernel: boolean) {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + payload.length, 0)
  header.writeUInt16LE(3, 4)
  if (toKernel) header.writeUInt16LE(1, 6) // NLM_F_REQUEST
  return { protocol: NETLINK.CONNECTOR, packetType: toKernel ? 4 : 0, bytes: Buffer.concat([header, payload]) }
}

test('messages are named by their content, and are not control messages', () => {
  const { dissect } = dissector()
  const exit = datagram(bytesOf(event('00000080', 'a5290000 a5290000 09000000 11000000 56290000 56290000')), false)
  const listen = datagram(bytesOf('01000000 01000000 00000000 09000000 0400 0000 01000000'), true)
  const dm = datagram(bytesOf('07000000 01000000 07000000 00000000 0200 0000 abcd'), false)
  const messages = [listen, exit, dm].flatMap((each) => dissect(each).messages)
  assert.equal(
    messages.map(({ type, roundtrip, unknown }) => [type, roundtrip, unknown]),
    [
      ['PROC_CN_MCAST_LISTEN', true, 0],
      ['PROC_EVENT_EXIT', true, 0],
      ['CN_IDX_DM', true, 0],
    ],
  )
  assert.equal(
    messages.map((each) => {
      const { verb, kind, name, details } = summary(each, noNames)
      return [verb, kind, name, details.map(({ text }) => text).join(' ')].join('|')
    }),
    ['listen|process events||ack 9', `|process exit|${0x29a5}|parent ${0x2956} signal 9`, '|connector dm||'],
  )
  const cut = dissect(datagram(bytesOf('01000000'), false)).messages[0]
  assert.is(cut?.type, 'NLMSG_DONE')
  assert.ok(cut?.error)
})

test('events belong to no request, although their type is NLMSG_DONE', () => {
  const { dissect } = dissector()
  const conversations = new Conversations()
  const listen = datagram(bytesOf('01000000 01000000 00000000 09000000 0400 0000 01000000'), true)
  const exec = datagram(bytesOf(event('02000000', `a5290000 a5290000 ${zero} ${zero} ${zero} ${zero}`)), false)
  const roles = [listen, exec].flatMap((each) => {
    const { toKernel, messages } = dissect(each)
    return conversations.add({ toKernel, messages } as never).map(({ role }) => role)
  })
  assert.equal(roles, ['request', 'event'])
})

test('the groups are those of linux/connector.h', () => {
  assert.is(connector.groups?.PROC, 1)
  assert.is(PROC_CN_MCAST.LISTEN, 1)
})

test.run()
