import {
  type Ack,
  encodeMessage,
  NLM_F_ACKED,
  NLMSG,
  nlmsgerrAttrs,
  nlmsghdr,
  parseMessages,
  readAck,
} from '@netloom/netlink'
import { DecodeError, encode, i32 } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('readAck()')

const { CAPPED, ACK_TLVS } = NLM_F_ACKED
const MULTI = 2

/** The rejected request. The length of its payload is not a multiple of four. */
const request = encodeMessage({ type: 16, flags: 5, seq: 1, pid: 2 }, Buffer.alloc(21, 0xee))
const requestHeader = encode(nlmsghdr, { len: 37, type: 16, flags: 5, seq: 1, pid: 2 })
const errno = (value: number) => encode(i32, value)
const extended = { msg: 'no', offs: 40, cookie: Buffer.of(1, 2), missType: 3, missNest: 44 }
const attributes = encode(nlmsgerrAttrs, extended)
const policy = encode(nlmsgerrAttrs, { policy: { type: 4, minValueU: 1n, maxValueU: 2n, maxLength: 15, mask: 7n } })

function read(type: number, flags: number, ...payload: Buffer[]): Ack {
  const [first] = parseMessages(encodeMessage({ type, flags, seq: 1, pid: 2 }, Buffer.concat(payload)))
  assert.ok(first)
  return readAck(first)
}

const rows: [string, Ack, ...Parameters<typeof read>][] = [
  ['a plain ack', { errno: 0, extended: {} }, NLMSG.ERROR, CAPPED, errno(0), requestHeader],
  ['an ack of an old kernel', { errno: 0, extended: {} }, NLMSG.ERROR, 0, errno(0), requestHeader],
  ['a plain error', { errno: 17, extended: {} }, NLMSG.ERROR, CAPPED, errno(-17), requestHeader],
  ['an error with the whole request', { errno: 17, extended: {} }, NLMSG.ERROR, 0, errno(-17), request],
  [
    'capped, with attributes',
    { errno: 22, extended },
    NLMSG.ERROR,
    CAPPED | ACK_TLVS,
    errno(-22),
    requestHeader,
    attributes,
  ],
  ['uncapped, with attributes', { errno: 22, extended }, NLMSG.ERROR, ACK_TLVS, errno(-22), request, attributes],
  ['a warning', { errno: 0, extended }, NLMSG.ERROR, CAPPED | ACK_TLVS, errno(0), requestHeader, attributes],
  [
    'attributes without their flag',
    { errno: 22, extended: {} },
    NLMSG.ERROR,
    CAPPED,
    errno(-22),
    requestHeader,
    attributes,
  ],
  [
    'the flag without attributes',
    { errno: 22, extended: {} },
    NLMSG.ERROR,
    CAPPED | ACK_TLVS,
    errno(-22),
    requestHeader,
  ],
  [
    'a policy',
    { errno: 34, extended: { policy: { type: 4, minValueU: 1n, maxValueU: 2n, maxLength: 15, mask: 7n } } },
    ...[NLMSG.ERROR, CAPPED | ACK_TLVS, errno(-34), requestHeader, policy],
  ] as [string, Ack, number, number, ...Buffer[]],
  ['the end of a dump', { errno: 0, extended: {} }, NLMSG.DONE, MULTI, errno(0)],
  ['a failed dump', { errno: 16, extended: {} }, NLMSG.DONE, MULTI, errno(-16)],
  [
    'a failed dump with the attributes directly after the errno',
    { errno: 22, extended },
    NLMSG.DONE,
    MULTI | ACK_TLVS,
    errno(-22),
    attributes,
  ],
  ['the end of a dump without errno', { errno: 0, extended: {} }, NLMSG.DONE, MULTI],
  ['the end of a dump with half an errno', { errno: 0, extended: {} }, NLMSG.DONE, MULTI, Buffer.alloc(3)],
]
for (const [what, ack, ...message] of rows) test(what, () => assert.equal(read(...message), ack))

const malformed: [string, string, ...Parameters<typeof read>][] = [
  ['no errno', 'NLMSG_ERROR: expected i32 (4 bytes), got 0 bytes', NLMSG.ERROR, 0],
  [
    'half a request header',
    'NLMSG_ERROR: expected nlmsghdr (16 bytes), got 4 bytes',
    NLMSG.ERROR,
    0,
    errno(-1),
    Buffer.alloc(4),
  ],
  [
    'half an attribute',
    'NLMSG_ERROR: expected an attribute of 4 to 6 bytes at offset 0, got one that claims 7',
    ...[NLMSG.ERROR, CAPPED | ACK_TLVS, errno(-1), requestHeader, attributes.subarray(0, 6)],
  ] as [string, string, number, number, ...Buffer[]],
  [
    'an attribute of the wrong size',
    'NLMSG_DONE: NLMSGERR_ATTR_OFFS: expected u32 (4 bytes), got 1 byte',
    ...[NLMSG.DONE, ACK_TLVS, errno(-1), encode(nlmsgerrAttrs, { '?2': [{ payload: Buffer.of(1) }] })],
  ] as [string, string, number, number, ...Buffer[]],
]
for (const [what, message, ...parts] of malformed) {
  test(`malformed: ${what}`, () => {
    assert.throws(
      () => read(...parts),
      (error: unknown) => {
        assert.instance(error, DecodeError)
        assert.is((error as Error).message.replace(' > ', ': '), message)
        return true
      },
    )
  })
}

test('a request whose length exceeds the ack leaves no attributes', () => {
  const long = encode(nlmsghdr, { len: 4096, type: 16, flags: 5, seq: 1, pid: 2 })
  assert.equal(read(NLMSG.ERROR, ACK_TLVS, errno(-22), long, attributes), { errno: 22, extended: {} })
})

test.run()
