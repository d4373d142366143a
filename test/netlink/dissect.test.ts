import { encodeMessage, nlmsghdr, type RequestOf } from '@netloom/netlink'
import { PACKET, writePcap } from '@netloom/netlink/capture'
import { DecodeError, encode, hostOrder } from '@netloom/netlink/codec'
import { type DissectedMessage, dissectCapture, dissector, NETLINK, toJson } from '@netloom/netlink/dissect'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { messagesOf } from '../support/captures.js'

const test = suite('dissecting')

const REQUEST = 1
const ACK = 4
const CAPPED = 0x100
const ACK_TLVS = 0x200
const { RTM_NEWLINK, RTM_GETLINK } = rtnetlink.messages

const dissect = (bytes: Buffer, protocol: number = NETLINK.ROUTE, packetType: number = PACKET.OUTGOING) =>
  dissector().dissect({ protocol, packetType, bytes })
const only = (bytes: Buffer, protocol?: number): DissectedMessage => {
  const { messages } = dissect(bytes, protocol)
  assert.is(messages.length, 1)
  return messages[0]!
}
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex')
const link = (attrs: RequestOf<typeof rtnetlink.messages, 'RTM_NEWLINK'>['attrs']) =>
  encode(RTM_NEWLINK[1], { index: 7, attrs })
const i32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes[`writeInt32${hostOrder}`](value)
  return bytes
}
/** Returns a generic netlink message: command, version, then the attributes. */
const generic = (type: number, flags: number, cmd: number, attrs: Buffer = Buffer.of(), seq = 1) =>
  encodeMessage({ type, flags, seq, pid: 0 }, Buffer.concat([Buffer.of(cmd, 1, 0, 0), attrs]))
const attribute = (type: number, payload: Buffer) => {
  const bytes = Buffer.alloc(4 + ((payload.length + 3) & ~3))
  bytes[`writeUInt16${hostOrder}`](4 + payload.length, 0)
  bytes[`writeUInt16${hostOrder}`](type, 2)
  payload.copy(bytes, 4)
  return bytes
}
const u16 = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes[`writeUInt16${hostOrder}`](value)
  return bytes
}

test('an rtnetlink message is dissected', () => {
  const bytes = encodeMessage({ type: 16, flags: REQUEST | ACK, seq: 3, pid: 0 }, link({ ifname: 'tap0' }))
  const message = only(bytes)
  const { value, header, declaration, protocol, type, family, toKernel, unknown, roundtrip, error, padding } = message
  assert.equal(value, { family: 0, type: 0, index: 7, flags: 0, change: 0, attrs: { ifname: 'tap0' } })
  assert.equal(header, { len: bytes.length, type: 16, flags: 5, seq: 3, pid: 0 })
  assert.is(declaration, RTM_NEWLINK[1])
  assert.equal([protocol, type, family, toKernel], ['NETLINK_ROUTE', 'RTM_NEWLINK', 'AF_UNSPEC', true])
  assert.equal([unknown, roundtrip, error, padding, message.bytes], [0, true, undefined, Buffer.of(), bytes])
})

test('without lossless, values have nothing more, and roundtrip is the same', () => {
  const attrs = { ifname: 'tap0' }
  const bytes = encodeMessage({ type: 16, flags: REQUEST, seq: 3, pid: 0 }, link(attrs))
  // The sender has written another NUL.
  const padded = Buffer.concat([bytes, Buffer.alloc(4)])
  padded[`writeUInt32${hostOrder}`](padded.length, 0)
  padded[`writeUInt16${hostOrder}`](bytes.length - 32 + 4, 32)
  const read = (lossless: boolean) =>
    dissector(new Map(), { lossless }).dissect({ protocol: 0, packetType: PACKET.KERNEL, bytes: padded }).messages[0]!
  assert.equal(read(false).value, read(true).value)
  assert.equal([read(false).roundtrip, read(true).roundtrip], [true, true])
  assert.equal([read(false).encode().equals(padded), read(true).encode().equals(padded)], [false, true])
})

test('a payload is decoded when it is read, and the value is kept', () => {
  const message = only(encodeMessage({ type: 16, flags: REQUEST, seq: 3, pid: 0 }, link({ ifname: 'tap0' })))
  const value = message.value as { index: number }
  assert.is(message.value, value)
  value.index = 9
  assert.is(only(message.encode()).value === value, false)
  assert.is((only(message.encode()).value as { index: number }).index, 9)
})

test('attributes without a row are counted at any depth', () => {
  const raw = [{ payload: Buffer.of(1) }]
  const attrs = { '?999': [...raw, ...raw], linkinfo: { kind: 'vlan' as const, data: { id: 1, '?77': raw } } }
  assert.is(only(encodeMessage({ type: 16, flags: 0, seq: 0, pid: 0 }, link(attrs))).unknown, 3)
})

test('trailing bytes after the last message are kept', () => {
  const one = encodeMessage({ type: 18, flags: REQUEST, seq: 1, pid: 0 }, encode(RTM_GETLINK[1], {}))
  for (const tail of [
    Buffer.alloc(3),
    Buffer.alloc(500),
    hex('0102030405'),
    hex('05000000 ffff0000 00000000 00000000'),
  ]) {
    const bytes = Buffer.concat([one, tail])
    const { messages, rest, encode } = dissect(bytes)
    assert.is(messages.length, 1)
    assert.is(messages[0]?.roundtrip, true)
    assert.equal(rest, tail)
    assert.equal(encode(), bytes)
  }
})

test('padding between messages is kept with its contents', () => {
  const odd = encodeMessage({ type: 200, flags: 0, seq: 1, pid: 0 }, Buffer.from('hello'))
  const bytes = Buffer.concat([odd, odd])
  bytes.fill(0xaa, 21, 24)
  const { messages, encode } = dissect(bytes)
  assert.equal(
    messages.map(({ padding }) => padding.toString('hex')),
    ['aaaaaa', '000000'],
  )
  assert.equal(encode(), bytes)
})

test('unknown messages are kept raw', () => {
  const bytes = encodeMessage({ type: 999, flags: 0, seq: 1, pid: 0 }, hex('0a000000'))
  const facts = ({ protocol, type, family, value, unknown, roundtrip }: DissectedMessage) => [
    ...[protocol, type, family, toJson(value), unknown, roundtrip],
  ]
  assert.equal(facts(only(bytes)), ['NETLINK_ROUTE', 'NETLINK_ROUTE:999', 'AF_INET6', '0a000000', 1, true])
  assert.equal(facts(only(bytes, NETLINK.AUDIT)), [
    'NETLINK_AUDIT',
    'NETLINK_AUDIT:999',
    undefined,
    '0a000000',
    1,
    true,
  ])
  assert.equal(facts(only(bytes, 77)), ['NETLINK_77', 'NETLINK_77:999', undefined, '0a000000', 1, true])
  assert.equal(facts(only(encodeMessage({ type: 999, flags: 0, seq: 1, pid: 0 }, Buffer.of()))), [
    ...['NETLINK_ROUTE', 'NETLINK_ROUTE:999', undefined, '', 0, true],
  ])
})

test('an unknown netfilter subsystem keeps its attributes', () => {
  const payload = Buffer.concat([hex('02000000'), attribute(3, Buffer.from('abc'))])
  const message = only(encodeMessage({ type: 0x6300, flags: 0, seq: 1, pid: 0 }, payload), NETLINK.NETFILTER)
  assert.is(message.type, 'NETLINK_NETFILTER:25344')
  assert.is(message.family, 'NFPROTO_IPV4')
  assert.equal((message.value as { attrs: object }).attrs, { '?3': [{ payload: Buffer.from('abc') }] })
  assert.is(message.roundtrip, true)
})

test('a malformed message has an error with its path, and the others are decoded', () => {
  const bad = encodeMessage(
    { type: 16, flags: 0, seq: 1, pid: 0 },
    Buffer.concat([Buffer.alloc(16), attribute(4, Buffer.alloc(2))]),
  )
  const good = encodeMessage({ type: 16, flags: 0, seq: 1, pid: 0 }, link({ mtu: 1500 }))
  const bytes = Buffer.concat([bad, good])
  const { messages, encode } = dissect(bytes)
  const [first, second] = messages
  assert.instance(first?.error, DecodeError)
  assert.is(first?.error?.message, 'RTM_NEWLINK > IFLA_MTU: expected u32 (4 bytes), got 2 bytes')
  assert.equal(first?.value, bad.subarray(16))
  assert.is(first?.roundtrip, false)
  assert.is(first?.unknown, 1)
  assert.is(second?.error, undefined)
  assert.equal(encode(), bytes)
})

test('a truncated message has an error', () => {
  const bytes = encodeMessage({ type: 16, flags: 0, seq: 1, pid: 0 }, link({ mtu: 1500 })).subarray(0, 30)
  const { type, error, value, roundtrip } = only(bytes)
  assert.is(type, 'RTM_NEWLINK')
  assert.is(error?.message, 'expected a message of 40 bytes, got the first 30 only')
  assert.equal(value, bytes.subarray(16))
  assert.is(roundtrip, false)
})

test('very large lengths are read as unsigned', () => {
  for (const length of [0x7fffffff, 0x80000000, 0xfffffffc, 0xfffffffd, 0xffffffff]) {
    const bytes = Buffer.alloc(32)
    bytes[`writeUInt32${hostOrder}`](length)
    const { messages, encode } = dissect(bytes)
    assert.is(messages.length, 1)
    assert.is(messages[0]?.header?.len, length)
    assert.equal(encode(), bytes)
  }
})

test('dissect() accepts any bytes', () => {
  const recorded = encodeMessage(
    { type: 2, flags: ACK_TLVS, seq: 1, pid: 0 },
    Buffer.concat([i32(-17), encodeMessage({ type: 16, flags: 5, seq: 1, pid: 0 }, link({ ifname: 'x' }))]),
  )
  for (let length = 0; length <= recorded.length; length++) {
    const bytes = Buffer.from(recorded.subarray(0, length))
    for (const value of [0, 0xff]) {
      if (length > 4) bytes[length - 1] = value
      assert.equal(dissect(bytes).encode(), bytes)
    }
  }
})

for (const order of ['LE', 'BE'] as const) {
  test(`the sender's byte order is detected, ${order}`, () => {
    const payload = encode(RTM_NEWLINK[1], { index: 7, attrs: { mtu: 1500 } }, { order })
    const bytes = Buffer.concat([encode(nlmsghdr, { len: 40, type: 16, seq: 1 }, { order }), payload])
    const datagram = dissect(bytes)
    assert.is(datagram.order, order)
    assert.equal((datagram.messages[0]!.value as { attrs: object }).attrs, { mtu: 1500 })
    assert.is(datagram.messages[0]?.roundtrip, true)
    assert.equal(datagram.encode(), bytes)
  })
}

test('the address family of NETLINK_XFRM messages is found', () => {
  const found = new Set(messagesOf('xfrm').map(({ type, family }) => `${type} ${family}`))
  for (const one of ['NEWSA AF_INET', 'NEWSA AF_INET6', 'NEWPOLICY AF_INET6', 'GETSA AF_INET', 'FLUSHSA undefined'])
    assert.ok(found.has(`XFRM_MSG_${one}`), one)
})

// ── replies

const request = encodeMessage(
  { type: 16, flags: REQUEST | ACK, seq: 9, pid: 0 },
  link({ ifname: 'tap0', linkinfo: { kind: 'vlan', data: { id: 9 } } }),
)
const requestValue = {
  family: 0,
  type: 0,
  index: 7,
  flags: 0,
  change: 0,
  attrs: { ifname: 'tap0', linkinfo: { kind: 'vlan', data: { id: 9 } } },
}
const answer = (flags: number, ...parts: Buffer[]) =>
  encodeMessage({ type: 2, flags, seq: 9, pid: 77 }, Buffer.concat(parts))

test('an ack names its request', () => {
  const { type, family, value, roundtrip } = only(answer(CAPPED, i32(0), request.subarray(0, 16)))
  assert.is(type, 'NLMSG_ERROR')
  assert.is(family, undefined)
  const header = { len: request.length, type: 16, flags: 5, seq: 9, pid: 0 }
  assert.equal(value, { error: 0, request: { type: 'RTM_NEWLINK', family: undefined, header } })
  assert.is(roundtrip, true)
})

test('an error of an IP set has its name, in netfilter only', () => {
  const refused = (protocol: number, type: number) => {
    const header = encodeMessage({ type, flags: REQUEST | ACK, seq: 9, pid: 0 }, Buffer.alloc(4))
    const { value } = only(answer(CAPPED, i32(-4100), header.subarray(0, 16)), protocol)
    const { code, request } = value as { code: string; request: { type: string } }
    return [request.type, code]
  }
  assert.equal(refused(NETLINK.NETFILTER, 0x603), ['IPSET_CMD_DESTROY', 'IPSET_ERR_BUSY'])
  assert.equal(refused(NETLINK.ROUTE, 17), ['RTM_DELLINK', 'E4100'])
})

test("an error has the errno, the request, the kernel's message and the attribute", () => {
  const offset = request.indexOf('vlan') + 8
  const extended = Buffer.concat([attribute(1, Buffer.from('no such id\0')), attribute(2, i32(offset + 4))])
  const { value, family, roundtrip, unknown } = only(answer(ACK_TLVS, i32(-34), request, extended))
  assert.equal(value, {
    error: -34,
    code: 'ERANGE',
    request: {
      type: 'RTM_NEWLINK',
      family: 'AF_UNSPEC',
      header: { len: request.length, type: 16, flags: 5, seq: 9, pid: 0 },
      value: requestValue,
    },
    attrs: { msg: 'no such id', offs: offset + 4 },
    attribute: 'linkinfo.data.id',
  })
  assert.is(family, 'AF_UNSPEC')
  assert.is(unknown, 0)
  assert.is(roundtrip, true)
})

test('if the reply omits the request, the earlier request is used', () => {
  const { dissect } = dissector()
  const offset = request.indexOf('vlan') + 8
  dissect({ protocol: 0, packetType: PACKET.OUTGOING, bytes: request })
  const bytes = answer(CAPPED | ACK_TLVS, i32(-34), request.subarray(0, 16), attribute(2, i32(offset)))
  const { messages } = dissect({ protocol: 0, packetType: PACKET.OUTGOING, bytes })
  assert.is((messages[0]!.value as { attribute: string }).attribute, 'linkinfo.data')
})

test('a rejected request may be malformed itself', () => {
  const bad = encodeMessage(
    { type: 16, flags: 5, seq: 9, pid: 0 },
    Buffer.concat([Buffer.alloc(16), attribute(4, Buffer.alloc(2))]),
  )
  const { value, error, roundtrip } = only(answer(0, i32(-22), bad))
  assert.is(error, undefined)
  const { request } = value as { request: { problem: string; value: Buffer } }
  assert.is(request.problem, 'RTM_NEWLINK > IFLA_MTU: expected u32 (4 bytes), got 2 bytes')
  assert.equal(request.value, bad.subarray(16))
  assert.is(roundtrip, true)
})

for (const [what, bytes] of [
  ['old kernels repeat only the header, without a flag', answer(0, i32(0), request.subarray(0, 16))],
  [
    'a request length that is not a multiple of four',
    answer(
      ACK_TLVS,
      i32(-22),
      encodeMessage({ type: 999, flags: 5, seq: 9, pid: 0 }, Buffer.from('hello')),
      attribute(1, Buffer.from('x\0')),
    ),
  ],
  ['unexpected trailing bytes', answer(CAPPED, i32(-22), request.subarray(0, 16), hex('deadbeef'))],
  ['too short for the request’s header', answer(0, i32(-22))],
  ['nothing', answer(0)],
  ['the end of a dump', encodeMessage({ type: 3, flags: 2, seq: 9, pid: 1 }, i32(0))],
  ['a failed dump', encodeMessage({ type: 3, flags: 2, seq: 9, pid: 1 }, Buffer.concat([i32(-4), hex('01020304')]))],
  [
    'a failed dump with a message',
    encodeMessage(
      { type: 3, flags: 2 | ACK_TLVS, seq: 9, pid: 1 },
      Buffer.concat([i32(-4), attribute(1, Buffer.from('why\0'))]),
    ),
  ],
  ['the end of a dump of an old kernel', encodeMessage({ type: 3, flags: 2, seq: 9, pid: 1 }, Buffer.of())],
  ['NLMSG_NOOP', encodeMessage({ type: 1, flags: 0, seq: 0, pid: 0 }, Buffer.of())],
  ['NLMSG_OVERRUN', encodeMessage({ type: 4, flags: 0, seq: 0, pid: 0 }, hex('00'))],
  ['an unused number', encodeMessage({ type: 15, flags: 0, seq: 0, pid: 0 }, hex('00'))],
] as const) {
  test(`control messages keep their bytes: ${what}`, () => {
    const message = only(bytes)
    assert.is(message.error, undefined)
    assert.is(message.roundtrip, true)
    assert.equal(dissect(bytes).encode(), bytes)
  })
}

test('a malformed extended ack is its own error', () => {
  const { type, error, value } = only(answer(CAPPED | ACK_TLVS, i32(-22), request.subarray(0, 16), hex('0300ffff')))
  assert.is(type, 'NLMSG_ERROR')
  assert.match(error?.message ?? '', /^NLMSG_ERROR: expected an attribute of 4 /)
  assert.instance(value, Buffer)
})

// ── directions

test('the direction of the recorder is used if it is known', () => {
  const bytes = encodeMessage({ type: 18, flags: 0, seq: 1, pid: 0 }, encode(RTM_GETLINK[1], {}))
  for (const [packetType, toKernel] of [
    [PACKET.KERNEL, true],
    [PACKET.USER, false],
    [PACKET.HOST, false],
  ] as const)
    assert.is(dissect(bytes, 0, packetType).toKernel, toKernel)
})

test('for nlmon, the direction is derived from the message', () => {
  const { dissect } = dissector()
  const direction = (bytes: Buffer) => dissect({ protocol: 0, packetType: PACKET.OUTGOING, bytes }).toKernel
  const filter = (pid: number) => encodeMessage({ type: 44, flags: 0x605, seq: 5, pid }, Buffer.alloc(20))
  assert.is(direction(filter(0)), true)
  assert.is(direction(filter(4242)), false, 'the notification repeats the request’s flags')
  assert.is(direction(encodeMessage({ type: 16, flags: 0, seq: 0, pid: 0 }, link({}))), false)
  assert.is(direction(answer(0, i32(0), request.subarray(0, 16))), false)
  assert.is(direction(request), true)
})

// ── generic netlink

const family = (id: number, name: string) =>
  generic(16, 0, 1, Buffer.concat([attribute(2, Buffer.from(`${name}\0`)), attribute(1, u16(id))]))

test('families are known after the controller has announced them', () => {
  const { dissect, families } = dissector()
  const read = (bytes: Buffer) => dissect({ protocol: 16, packetType: PACKET.OUTGOING, bytes }).messages[0]!
  const unknownRequest = generic(31, REQUEST, 3)
  assert.equal([read(unknownRequest).type, read(unknownRequest).family], ['NETLINK_GENERIC:31:3', undefined])
  assert.equal([read(family(31, 'thermal')).type, families.get(31)], ['CTRL_CMD_NEWFAMILY', 'thermal'])
  assert.equal([read(unknownRequest).type, read(unknownRequest).family], ['thermal:3', 'thermal'])
})

test('an unknown family keeps its attributes, or all its bytes', () => {
  const { dissect } = dissector(new Map([[31, 'thermal']]))
  const read = (attrs: Buffer) =>
    dissect({ protocol: 16, packetType: PACKET.OUTGOING, bytes: generic(31, 0, 3, attrs) }).messages[0]!
  const attributes = read(attribute(2, hex('01')))
  assert.equal(attributes.value, { cmd: 3, version: 1, attrs: { '?2': [{ payload: hex('01') }] } })
  assert.is(attributes.unknown, 1)
  const other = read(hex('0100 0000 ffff'))
  assert.equal(other.value, hex('03010000 0100 0000 ffff'))
  for (const { error, roundtrip, family } of [attributes, other])
    assert.equal([error, roundtrip, family], [undefined, true, 'thermal'])
})

test('in a capture, a family is known even if the controller announces it later', () => {
  const bytes = [generic(31, REQUEST, 3), family(31, 'thermal')]
  const file = writePcap(bytes.map((each) => ({ time: 5n, protocol: 16, packetType: PACKET.OUTGOING, bytes: each })))
  const [first] = [...dissectCapture(file)]
  assert.equal([first?.time, first?.messages[0]?.family], [5n, 'thermal'])
})

test('the same command number has different meanings in requests and replies', () => {
  const { dissect } = dissector(new Map([[21, 'ethtool']]))
  const read = (flags: number) =>
    dissect({ protocol: 16, packetType: PACKET.OUTGOING, bytes: generic(21, flags, 4, Buffer.of(), flags) }).messages[0]
      ?.type
  assert.equal([read(REQUEST), read(0)], ['ETHTOOL_MSG_LINKMODES_GET', 'ETHTOOL_MSG_LINKMODES_GET_REPLY'])
})

test('an ack of a capped generic netlink request names the command', () => {
  const { dissect } = dissector(new Map([[21, 'ethtool']]))
  const read = (bytes: Buffer) => dissect({ protocol: 16, packetType: PACKET.OUTGOING, bytes }).messages[0]!
  const capped = generic(21, REQUEST | ACK, 4)
  const ack = encodeMessage({ type: 2, flags: CAPPED, seq: 1, pid: 3 }, Buffer.concat([i32(0), capped.subarray(0, 16)]))
  assert.is((read(ack).value as { request: { type: string } }).request.type, 'ethtool')
  read(capped)
  assert.is((read(ack).value as { request: { type: string } }).request.type, 'ETHTOOL_MSG_LINKMODES_GET')
  assert.is(read(ack).family, 'ethtool')
})

// ── uevents

test('a uevent has no header', () => {
  const text =
    'add@/devices/virtual/net/tap0\0ACTION=add\0DEVPATH=/devices/virtual/net/tap0\0SUBSYSTEM=net\0INTERFACE=tap0\0'
  const { messages, encode } = dissect(Buffer.from(text), NETLINK.KOBJECT_UEVENT)
  const [{ type, value, header, roundtrip, protocol } = {} as DissectedMessage] = messages
  assert.equal([protocol, type, header, roundtrip], ['NETLINK_KOBJECT_UEVENT', 'KOBJ_ADD', undefined, true])
  assert.is((value as { devpath: string }).devpath, '/devices/virtual/net/tap0')
  assert.is(encode().toString(), text)
  const bad = only(Buffer.from('what?'), NETLINK.KOBJECT_UEVENT)
  assert.equal([bad.type, bad.error instanceof DecodeError, bad.roundtrip], ['uevent', true, false])
})

test('toJson() converts values', () => {
  const value = {
    a: 1n,
    b: 2n ** 64n - 1n,
    c: hex('cafe'),
    d: [new Uint8Array([1]), { e: undefined }],
    f: null,
    g: 'x',
    h: true,
  }
  assert.is(
    JSON.stringify(toJson(value)),
    '{"a":1,"b":"18446744073709551615","c":"cafe","d":["01",{}],"f":null,"g":"x","h":true}',
  )
})

test.run()
