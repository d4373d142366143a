import { encodeMessage, nlmsghdr } from '@netloom/netlink'
import { PACKET } from '@netloom/netlink/capture'
import { encode, hostOrder, type Span } from '@netloom/netlink/codec'
import { type DissectedMessage, dissector, NETLINK } from '@netloom/netlink/dissect'
import { rtnetlink } from '@netloom/netlink/route'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames, captureOf } from '../support/captures.js'
import { coverageProblem, pathProblem } from '../support/spans.js'

const test = suite('spans')

const { RTM_NEWLINK, RTM_NEWROUTE } = rtnetlink.messages

const dissected = (bytes: Buffer, protocol: number = NETLINK.ROUTE): DissectedMessage => {
  const { messages } = dissector().dissect({ protocol, packetType: PACKET.OUTGOING, bytes })
  assert.is(messages.length, 1)
  return messages[0]!
}

/** Returns the spans as short lines: offset, length, path and name, value, words. */
const linesOf = (message: DissectedMessage) =>
  message.spans().map(({ offset, length, own, path, name, depth, value, words }) => {
    const shown = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
    const parts = [offset, own === length ? length : `${own}/${length}`, `${'│ '.repeat(depth)}${path.join('.')}`, name]
    return [...parts, ...(value === undefined ? [] : [shown]), ...(words === undefined ? [] : [words])].join(' ')
  })

for (const order of ['LE', 'BE'] as const) {
  test(`each member and attribute has a span, ${order}`, () => {
    const attrs = {
      ifname: 'v1',
      linkinfo: { kind: 'vlan' as const, data: { id: 9 } },
      '?999': [{ payload: Buffer.of(1) }],
    }
    const payload = encode(RTM_NEWLINK[1], { index: 7, flags: 1, attrs }, { order })
    const header = { len: 16 + payload.length, type: 16, flags: 5, seq: 3 }
    const message = dissected(Buffer.concat([encode(nlmsghdr, header, { order }), payload]))
    assert.equal(linesOf(message), [
      '0 0/16 header nlmsghdr',
      `0 4 │ header.len len ${message.bytes.length}`,
      '4 2 │ header.type type 16 RTM_NEWLINK',
      '6 2 │ header.flags flags 5 REQUEST|ACK',
      '8 4 │ header.seq seq 3',
      '12 4 │ header.pid pid 0',
      '16 0/16 value ifinfomsg',
      '16 1 │ value.family family 0 AF_UNSPEC',
      '17 1 │ value padding 00',
      '18 2 │ value.type type 0 0',
      '20 4 │ value.index index 7',
      '24 4 │ value.flags flags 1 UP',
      '28 4 │ value.change change 0 0',
      '32 7 value.attrs.ifname IFLA_IFNAME v1',
      '39 1 value.attrs padding 00',
      '40 4/28 value.attrs.linkinfo IFLA_LINKINFO',
      '44 9 │ value.attrs.linkinfo.kind IFLA_INFO_KIND vlan',
      '53 3 │ value.attrs.linkinfo padding 000000',
      '56 4/12 │ value.attrs.linkinfo.data IFLA_INFO_DATA',
      '60 6 │ │ value.attrs.linkinfo.data.id IFLA_VLAN_ID 9',
      '66 2 │ │ value.attrs.linkinfo.data padding 0000',
      '68 5 value.attrs.?999.0.payload IFLA_999 01',
      '73 3 value.attrs padding 000000',
    ])
    assert.is(coverageProblem(message.spans(), message.bytes.length), undefined)
  })
}

test('elements have their indexes', () => {
  const multipath = [
    { ifindex: 2, attrs: { gateway: '10.0.0.1' } },
    { ifindex: 3, attrs: {} },
  ]
  const payload = encode(RTM_NEWROUTE[1], { family: 2, attrs: { multipath } as never })
  const lines = linesOf(dissected(encodeMessage({ type: 24, flags: 5, seq: 3, pid: 0 }, payload)))
  assert.equal(lines.slice(lines.findIndex((line) => line.includes('RTA_MULTIPATH'))), [
    '28 4/28 value.attrs.multipath RTA_MULTIPATH',
    '32 0/16 │ value.attrs.multipath.0 [0]',
    '32 0/8 │ │ value.attrs.multipath.0 rtnexthop',
    '32 2 │ │ │ value.attrs.multipath.0.len len 16',
    '34 1 │ │ │ value.attrs.multipath.0.flags flags 0 0',
    '35 1 │ │ │ value.attrs.multipath.0.hops hops 0',
    '36 4 │ │ │ value.attrs.multipath.0.ifindex ifindex 2',
    '40 8 │ │ value.attrs.multipath.0.attrs.gateway RTA_GATEWAY 10.0.0.1',
    '48 0/8 │ value.attrs.multipath.1 [1]',
    '48 0/8 │ │ value.attrs.multipath.1 rtnexthop',
    '48 2 │ │ │ value.attrs.multipath.1.len len 8',
    '50 1 │ │ │ value.attrs.multipath.1.flags flags 0 0',
    '51 1 │ │ │ value.attrs.multipath.1.hops hops 0',
    '52 4 │ │ │ value.attrs.multipath.1.ifindex ifindex 3',
  ])
})

test('an error has the spans of its request and of the extended ack', () => {
  const request = encodeMessage(
    { type: 16, flags: 5, seq: 9, pid: 0 },
    encode(RTM_NEWLINK[1], { index: 7, attrs: { mtu: 9 } }),
  )
  const error = Buffer.alloc(4)
  error[`writeInt32${hostOrder}`](-22)
  const extended = Buffer.alloc(8)
  extended[`writeUInt16${hostOrder}`](8, 0)
  extended[`writeUInt16${hostOrder}`](2, 2)
  extended[`writeUInt32${hostOrder}`](32, 4)
  const bytes = encodeMessage({ type: 2, flags: 0x200, seq: 9, pid: 7 }, Buffer.concat([error, request, extended]))
  const message = dissected(bytes)
  const lines = linesOf(message)
  for (const line of [
    '16 4 value.error error -22 EINVAL',
    '20 0/40 value.request request',
    '20 0/16 │ value.request.header nlmsghdr',
    '36 0/16 │ value.request.value ifinfomsg',
    '52 8 │ value.request.value.attrs.mtu IFLA_MTU 9',
    '60 8 value.attrs.offs NLMSGERR_ATTR_OFFS 32',
  ])
    assert.ok(lines.includes(line), line)
  assert.is(coverageProblem(message.spans(), bytes.length), undefined)
  // The extended ack is damaged.
  bytes[`writeUInt16${hostOrder}`](999, 60)
  const damaged = dissected(bytes)
  assert.is.not(damaged.error, undefined)
  assert.ok(linesOf(damaged).includes('52 8 │ value.request.value.attrs.mtu IFLA_MTU 9'))
  assert.is(linesOf(damaged).at(-1), `60 8 value.attrs rest ${bytes.toString('hex', 60)}`)
})

test('a uevent has a span for each property', () => {
  const bytes = Buffer.from('add@/devices/x\0ACTION=add\0SEQNUM=7\0')
  assert.equal(linesOf(dissected(bytes, NETLINK.KOBJECT_UEVENT)), [
    '0 4 value.action action add',
    '4 11 value.devpath devpath /devices/x',
    '15 11 value.properties.0.1 ACTION add',
    '26 9 value.properties.1.1 SEQNUM 7',
  ])
})

test('a payload that cannot be decoded has spans up to the damage, with the reason', () => {
  const payload = encode(RTM_NEWLINK[1], { index: 7, attrs: { ifname: 'eth0', mtu: 1500 } })
  payload[`writeUInt16${hostOrder}`](6, payload.length - 8)
  const message = dissected(encodeMessage({ type: 16, flags: 0, seq: 1, pid: 0 }, payload))
  assert.ok(message.error)
  const byName = new Map(message.spans().map((span) => [span.name, span]))
  assert.is(byName.get('IFLA_IFNAME')?.value, 'eth0')
  assert.is(byName.get('IFLA_MTU')?.problem, 'expected u32 (4 bytes), got 2 bytes')
  assert.is(coverageProblem(message.spans(), message.bytes.length), undefined)
})

test('an attribute that a later one replaces is marked', () => {
  const one = encode(RTM_NEWLINK[1], { attrs: { mtu: 1 } })
  const other = encode(RTM_NEWLINK[1], { attrs: { mtu: 2 } }).subarray(16)
  const spans = dissected(encodeMessage({ type: 16, flags: 0, seq: 1, pid: 0 }, Buffer.concat([one, other]))).spans()
  const found = spans.filter(({ name }) => name === 'IFLA_MTU').map(({ value, replaced }) => [value, replaced])
  assert.equal(found, [
    [1, true],
    [2, undefined],
  ])
})

test('spans can be sent to another thread', () => {
  const spans = captureOf('kinds').flatMap(({ messages }) => messages.flatMap((message) => message.spans()))
  assert.is(structuredClone(spans).length, spans.length)
})

for (const name of captureNames) {
  test(`spans of ${name} cover each byte once, and their paths lead to their values`, () => {
    for (const { messages } of captureOf(name))
      for (const message of messages) {
        const spans: readonly Span[] = message.spans()
        const problem =
          coverageProblem(spans, message.bytes.length) ?? (message.error ? undefined : pathProblem(message, spans))
        assert.is(problem, undefined, `${message.type} ${message.bytes.toString('hex')}: ${problem}`)
      }
  })
}

test('spans of damaged messages cover each byte once', () => {
  const datagrams = captureNames.flatMap((name) => captureOf(name).map((each) => ({ name, each })))
  const change = fc.tuple(fc.nat(0xffff), fc.nat(0xff))
  const property = fc.property(
    fc.nat(datagrams.length - 1),
    fc.array(change, { minLength: 1, maxLength: 8 }),
    (index, changes) => {
      const { protocol, messages } = datagrams[index]!.each
      const bytes = Buffer.concat(messages.slice(0, 4).flatMap((message) => [message.bytes, message.padding]))
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
      const number = NETLINK[protocol.slice('NETLINK_'.length) as keyof typeof NETLINK] as unknown as number
      const found = dissector().dissect({ protocol: number, packetType: PACKET.OUTGOING, bytes }).messages
      for (const message of found) {
        const spans = message.spans()
        const problem =
          coverageProblem(spans, message.bytes.length) ?? (message.error ? undefined : pathProblem(message, spans))
        if (problem !== undefined) throw new Error(`${message.type} ${message.bytes.toString('hex')}: ${problem}`)
      }
    },
  )
  fc.assert(property, { numRuns: 500, includeErrorInReport: true })
})

test.run()
