import {
  ArpView,
  decrementTtl,
  EthernetView,
  type HeaderView,
  IcmpView,
  IPPROTO,
  IPPROTO_HOPOPTS,
  Ipv4View,
  Ipv6View,
  ipBytes,
  ipv4Number,
  macNumber,
  PacketError,
  PacketView,
  setDestination,
  setDestinationPort,
  setSource,
  setSourcePort,
  TcpView,
  transportChecksumState,
  UdpView,
  updateChecksums,
  writePartialChecksum,
} from '@netloom/packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { echo6, hex, query, syn } from './bytes.js'
import { readAll } from './outcome.js'

const test = suite('views')

test('Ethernet with VLAN tags', () => {
  const { ethernet } = new PacketView().parse(syn)
  assert.ok(ethernet)
  assert.is(ethernet.destination, 0x020000000002)
  assert.is(ethernet.sourceText, '02:00:00:00:00:01')
  assert.equal([ethernet.vlanCount, ethernet.headerLength, ethernet.type], [2, 22, 0x0800])
  assert.equal([ethernet.vlanId(), ethernet.vlanPriority(), ethernet.vlanProtocol()], [5, 3, 0x88a8])
  assert.equal([ethernet.vlanId(1), ethernet.vlanPriority(1), ethernet.vlanProtocol(1)], [7, 0, 0x8100])
  assert.throws(() => ethernet.vlanId(2), /VLAN tag: expected 0 to 1, got 2/)
  assert.is(ethernet.isMulticast, false)
})

test('IPv4 and TCP', () => {
  const packet = new PacketView().parse(syn)
  const { ipv4, tcp } = packet
  assert.ok(ipv4 && tcp)
  const { bytes: _, payload: _payload, ...ofIp } = readAll(ipv4)
  assert.equal(ofIp, {
    checksum: 0x1ad0,
    destination: 0xc0000202,
    destinationText: '192.0.2.2',
    dontFragment: true,
    fragmentOffset: 0,
    headerLength: 20,
    id: 0xabcd,
    moreFragments: false,
    payloadOffset: 42,
    protocol: IPPROTO.TCP,
    source: 0xc0000201,
    sourceText: '192.0.2.1',
    tos: 0,
    totalLength: 64,
    ttl: 64,
  })
  const { payload: _none, ...ofTcp } = readAll(tcp)
  assert.equal(ofTcp, {
    acknowledgment: 0,
    checksum: 0xc6e2,
    destinationPort: 80,
    flags: 2,
    headerLength: 44,
    payloadOffset: 86,
    sequence: 1,
    sourcePort: 0xd204,
    urgentPointer: 0,
    window: 0xfaf0,
  })
  assert.equal([packet.payloadOffset, packet.payloadEnd, packet.protocol], [86, 86, IPPROTO.TCP])
  assert.equal([packet.udp, packet.ipv6, packet.arp, packet.icmp, packet.icmpv6], Array(5).fill(undefined))
})

test('options of TCP are found', () => {
  const { tcp } = new PacketView().parse(syn)
  assert.equal(
    [0, 1, 2, 3, 4, 8, 5].map((kind) => tcp?.findOption(kind)),
    [-1, 66, 62, 67, 82, 72, -1],
  )
})

test('IPv6 with extension headers', () => {
  const packet = new PacketView().parse(echo6)
  const { ipv6, icmpv6, extensions } = packet
  assert.ok(ipv6 && icmpv6)
  const { payload: _, ...members } = readAll(ipv6)
  assert.equal(members, {
    destination: ((0xff02n << 112n) | 1n).toString(),
    destinationOffset: 38,
    destinationText: 'ff02::1',
    flowLabel: 0x34567,
    headerLength: 40,
    hopLimit: 255,
    nextHeader: IPPROTO_HOPOPTS,
    payloadLength: 32,
    payloadOffset: 54,
    source: ((0xfe80n << 112n) | 0xaaaan).toString(),
    sourceOffset: 22,
    sourceText: 'fe80::aaaa',
    trafficClass: 0x12,
  })
  assert.is(extensions.count, 2)
  assert.equal(
    [0, 1].map((index) => extensions.type(index)),
    [IPPROTO_HOPOPTS, IPPROTO.FRAGMENT],
  )
  assert.equal(
    [0, 1].map((index) => [extensions.offset(index), extensions.headerLength(index)]),
    [
      [54, 8],
      [62, 8],
    ],
  )
  assert.throws(() => extensions.type(2), /extension header: expected 0 to 1, got 2/)
  assert.is(packet.isFragment, false)
  assert.equal([icmpv6.type, icmpv6.code, icmpv6.id, icmpv6.sequence], [128, 0, 1, 2])
  assert.equal(Buffer.from(packet.payload).toString(), 'abcdefgh')
})

test('padding of a frame is not part of the packet', () => {
  const packet = new PacketView().parse(query)
  assert.equal([packet.payloadEnd, packet.end], [query.length - 3, query.length])
  assert.is(packet.udp?.length, 37)
  assert.is(packet.payload.length, 29)
})

test('ARP', () => {
  const frame = hex(
    'ffffffffffff020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202 0000',
  )
  const { arp } = new PacketView().parse(frame)
  assert.ok(arp)
  const { payload, ...members } = readAll(arp)
  assert.equal(members, {
    headerLength: 28,
    operation: 1,
    payloadOffset: 42,
    senderIp: 0xc0000201,
    senderIpText: '192.0.2.1',
    senderMac: 0x020000000001,
    senderMacText: '02:00:00:00:00:01',
    targetIp: 0xc0000202,
    targetIpText: '192.0.2.2',
    targetMac: 0,
    targetMacText: '00:00:00:00:00:00',
  })
  arp.operation = 2
  arp.senderIp = 0xc0000203
  arp.targetIp = 0xc0000204
  assert.equal([arp.operation, arp.senderIpText, arp.targetIpText], [2, '192.0.2.3', '192.0.2.4'])
})

test('a view of one header', () => {
  const udp = new UdpView().at(query, 34)
  assert.equal([udp.sourcePort, udp.destinationPort, udp.payload.length], [0xc000, 53, 29])
  assert.is(new Ipv4View().at(query, 14).end, query.length - 3)
  assert.is(new IcmpView().at(hex('0800 f7fc 0001 0002')).id, 1)
})

test('a packet of a tun device begins with IP', () => {
  const packet = new PacketView({ link: 'ip' })
  assert.is(packet.parse(query.subarray(14)).ipv4?.sourceText, '192.0.2.1')
  assert.is(packet.parse(echo6.subarray(14)).ipv6?.hopLimit, 255)
  assert.is(packet.ethernet, undefined)
})

test('one object parses packets of different kinds, and keeps nothing', () => {
  const packet = new PacketView()
  for (const each of [syn, echo6, query, syn]) packet.parse(each)
  assert.is(packet.extensions.count, 0)
  assert.is(packet.ipv6, undefined)
  assert.is(packet.tryParse(new Uint8Array(3)), false)
  assert.equal([packet.ethernet, packet.ipv4, packet.tcp, packet.protocol], [undefined, undefined, undefined, -1])
})

test('a frame of IEEE 802.3 has a length', () => {
  const packet = new PacketView().parse(hex('0180c2000000 020000000001 0003 424203 00000000'))
  assert.equal([packet.etherType, packet.payload.length], [3, 3])
})

test('setters write what getters read', () => {
  const views: readonly (readonly [HeaderView, Uint8Array, number])[] = [
    [new EthernetView(), syn.slice(), 0],
    [new Ipv4View(), syn.slice(), 22],
    [new TcpView(), syn.slice(), 42],
    [new Ipv6View(), echo6.slice(), 14],
    [new UdpView(), query.slice(), 34],
    [new IcmpView('icmpv6'), echo6.slice(), 70],
  ]
  for (const [view, bytes, offset] of views) {
    view.at(bytes, offset)
    const setters: string[] = []
    for (let each = Object.getPrototypeOf(view); each !== Object.prototype; each = Object.getPrototypeOf(each))
      for (const [name, { set }] of Object.entries(Object.getOwnPropertyDescriptors(each))) if (set) setters.push(name)
    assert.ok(setters.length > 2)
    for (const name of setters) {
      const before: unknown = Reflect.get(view, name)
      const others = { ...readAll(view) }
      const value =
        typeof before === 'bigint' ? before ^ ((1n << 127n) | 1n) : before === 0 ? 1 : (before as number) - 1
      Reflect.set(view, name, value)
      assert.is(Reflect.get(view, name), value, name)
      Reflect.set(view, name, before)
      assert.equal(readAll(view), others, name)
    }
  }
})

test('a VLAN tag is changed, and keeps its priority', () => {
  const { ethernet } = new PacketView().parse(syn.slice())
  ethernet?.setVlanId(4000)
  ethernet?.setVlanId(1, 1)
  assert.equal([ethernet?.vlanId(0), ethernet?.vlanPriority(0), ethernet?.vlanId(1)], [4000, 3, 1])
})

/** Changes of a packet, and what they change. */
const rewrites: readonly (readonly [name: string, bytes: Uint8Array, change: (packet: PacketView) => void])[] = [
  ['source of IPv4', syn, (packet) => setSource(packet, ipv4Number('10.1.2.3'))],
  ['destination of IPv4, as bytes', syn, (packet) => setDestination(packet, ipBytes('255.255.255.255'))],
  ['source port of TCP', syn, (packet) => setSourcePort(packet, 65535)],
  ['destination port of TCP', syn, (packet) => setDestinationPort(packet, 0)],
  ['TTL', syn, (packet) => void decrementTtl(packet)],
  ['source of IPv6, as bytes', echo6, (packet) => setSource(packet, ipBytes('2001:db8::1234'))],
  ['destination of IPv6', echo6, (packet) => setDestination(packet, 0xfd00n << 112n)],
  ['hop limit', echo6, (packet) => void decrementTtl(packet)],
  [
    'source and ports of UDP',
    query,
    (packet) => {
      setSource(packet, ipv4Number('10.1.2.3'))
      setSourcePort(packet, 1)
      setDestinationPort(packet, 2)
    },
  ],
]

for (const [name, bytes, change] of rewrites) {
  test(`${name}: the checksums are corrected as if they were calculated again`, () => {
    const packet = new PacketView().parse(bytes.slice())
    updateChecksums(packet)
    assert.equal([packet.ipv4?.hasValidChecksum() ?? true, transportChecksumState(packet)], [true, 'valid'])
    const before = packet.bytes.slice()
    change(packet)
    assert.not.equal(packet.bytes, before)
    const corrected = packet.bytes.slice()
    updateChecksums(packet)
    assert.equal(corrected, packet.bytes)
  })
}

test('an incorrect checksum stays incorrect', () => {
  const packet = new PacketView().parse(syn.slice())
  updateChecksums(packet)
  const { tcp } = packet
  if (tcp) tcp.checksum ^= 0x100
  setSource(packet, 1)
  assert.is(transportChecksumState(packet), 'invalid')
})

test('UDP over IPv4 without a checksum gets none, and 0 is sent as 0xffff', () => {
  const packet = new PacketView().parse(query.slice())
  assert.is(transportChecksumState(packet), 'absent')
  setSource(packet, 1)
  assert.is(packet.udp?.checksum, 0)
  // The identifier of the query is chosen so that the checksum is 0.
  updateChecksums(packet)
  const at = 42
  const view = new DataView(packet.bytes.buffer, packet.bytes.byteOffset)
  const id = view.getUint16(at) + (packet.udp?.checksum ?? 0)
  view.setUint16(at, (id & 0xffff) + (id >> 16))
  updateChecksums(packet)
  assert.is(packet.udp?.checksum, 0xffff)
  assert.is(transportChecksumState(packet), 'valid')
  setSourcePort(packet, 5)
  setSourcePort(packet, 0xc000)
  assert.is(packet.udp?.checksum, 0xffff)
})

test('a partial checksum follows the addresses, and not the ports', () => {
  for (const bytes of [syn, query]) {
    const packet = new PacketView().parse(bytes.slice())
    writePartialChecksum(packet)
    setSource(packet, ipv4Number('10.1.2.3'), { partialChecksum: true })
    setDestinationPort(packet, 8080, { partialChecksum: true })
    const corrected = packet.bytes.slice()
    packet.ipv4?.updateChecksum()
    writePartialChecksum(packet)
    assert.equal(corrected.subarray(36), packet.bytes.subarray(36))
  }
})

test('a routing header has the final destination', () => {
  const frame = hex(`
    020000000002 020000000001 86dd
    60000000 0024 2b 40 fe800000000000000000000000000001 20010db8000000000000000000000001
    11 02 04 01 00 00 0000 20010db8000000000000000000000002  # segment 0 is the last one
    0001 0002 000c 0000 61626364
  `)
  const packet = new PacketView().parse(frame)
  updateChecksums(packet)
  const checksum = packet.udp?.checksum
  // The next router writes another destination.
  setDestination(packet, ipBytes('2001:db8::9'))
  assert.is(packet.ipv6?.destinationText, '2001:db8::9')
  assert.equal([packet.udp?.checksum, transportChecksumState(packet)], [checksum, 'valid'])
  frame[56] = 9
  packet.parse(frame)
  assert.is(transportChecksumState(packet), 'unverified')
})

test('only the first part of a datagram has ports', () => {
  const first = query.slice()
  first[20] = 0x20
  const packet = new PacketView().parse(first)
  assert.equal([packet.isFragment, packet.udp?.destinationPort, transportChecksumState(packet)], [true, 53, 'absent'])
  first[21] = 1
  packet.parse(first)
  assert.equal([packet.isFragment, packet.udp, packet.payload.length], [true, undefined, 37])
})

test('a packet at the end of its life is not changed', () => {
  const [v4, v6] = [syn.slice(), echo6.slice()]
  v4[30] = 1
  v6[21] = 1
  for (const bytes of [v4, v6]) {
    const before = bytes.slice()
    assert.is(decrementTtl(new PacketView().parse(bytes)), false)
    assert.equal(bytes, before)
  }
})

const arp = hex('ffffffffffff020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202')

/** Calls that must be refused, with the field and the message. */
const refused: readonly (readonly [call: () => unknown, code: string, message: string])[] = [
  [
    () => setSource(new PacketView().parse(arp), 1),
    'BUILD',
    'source: expected an IPv4 or IPv6 packet, got no IP header',
  ],
  [() => setSource(new PacketView().parse(syn), 1n), 'BUILD', 'source: expected 4 bytes, got a bigint'],
  [() => setDestination(new PacketView().parse(echo6), 1), 'BUILD', 'destination: expected 16 bytes, got a number'],
  [
    () => setDestination(new PacketView().parse(echo6), new Uint8Array(4)),
    'BUILD',
    'destination: expected 16 bytes, got 4 bytes',
  ],
  [
    () => setSourcePort(new PacketView().parse(echo6), 1),
    'BUILD',
    'sourcePort: expected a packet with a TCP or UDP header, got no such header',
  ],
  [() => decrementTtl(new PacketView().parse(arp)), 'BUILD', 'ttl: expected an IPv4 or IPv6 packet, got no IP header'],
  [() => new TcpView().at(syn, 200), 'RANGE', 'start: expected 0 to 86, got 200'],
  [() => new TcpView().at(syn, 42, 90), 'RANGE', 'end: expected 42 to 86, got 90'],
  [() => new PacketView().tryParse(syn, -1), 'RANGE', 'start: expected 0 to 86, got -1'],
  [() => new TcpView().at(syn, 80), 'TRUNCATED', 'tcp at byte 80: expected at least 20 bytes, got 6'],
  [() => ipv4Number('::1'), 'BUILD', 'IPv4 address: expected an IPv4 address as text, got ::1'],
  [() => ipBytes('example'), 'BUILD', 'IP address: expected an IP address as text, got example'],
  [() => macNumber('02:00'), 'BUILD', 'Ethernet address: expected an Ethernet address as text, got 02:00'],
]

for (const [call, code, message] of refused) {
  test(`refused: ${message}`, () => {
    assert.throws(call, (error: unknown) => {
      assert.instance(error, PacketError)
      assert.equal([(error as PacketError).code, (error as PacketError).message], [`ERR_PACKET_${code}`, message])
      return true
    })
  })
}

test('addresses of text', () => {
  assert.is(macNumber('ff:ff:ff:ff:ff:ff'), 2 ** 48 - 1)
  assert.is(ipv4Number('255.255.255.254'), 0xfffffffe)
  assert.is(new ArpView().headerLength, 28)
})

/** Bytes to change in a packet, and the fault that parsing must report. */
const malformed: readonly (readonly [packet: Uint8Array, changes: Readonly<Record<number, number>>, fault: string])[] =
  [
    [syn.subarray(0, 13), {}, 'TRUNCATED ethernet at byte 0: expected at least 14 bytes, got 13'],
    [syn.subarray(0, 17), {}, 'TRUNCATED vlan at byte 14: expected at least 4 bytes, got 3'],
    [hex('0180c2000000 020000000001 0004 424203'), {}, 'LENGTH ethernet.length at byte 12: expected 0 to 3, got 4'],
    [syn.subarray(0, 41), {}, 'TRUNCATED ipv4 at byte 22: expected at least 20 bytes, got 19'],
    [syn, { 22: 0x65 }, 'VALUE ipv4.version at byte 22: expected 4, got 6'],
    [syn, { 22: 0x44 }, 'LENGTH ipv4.headerLength at byte 22: expected 20 to 60, got 16'],
    [query.subarray(0, 50), { 14: 0x4f }, 'LENGTH ipv4.headerLength at byte 14: expected 20 to 36, got 60'],
    [syn, { 24: 1 }, 'LENGTH ipv4.totalLength at byte 24: expected 20 to 64, got 320'],
    [syn, { 25: 19 }, 'LENGTH ipv4.totalLength at byte 24: expected 20 to 64, got 19'],
    [syn, { 25: 39 }, 'TRUNCATED tcp at byte 42: expected at least 20 bytes, got 19'],
    [syn, { 54: 0x40 }, 'LENGTH tcp.headerLength at byte 54: expected 20 to 44, got 16'],
    [syn, { 54: 0xf0 }, 'LENGTH tcp.headerLength at byte 54: expected 20 to 44, got 60'],
    [echo6, { 14: 0x45 }, 'VALUE ipv6.version at byte 14: expected 6, got 4'],
    [echo6.subarray(0, 53), {}, 'TRUNCATED ipv6 at byte 14: expected at least 40 bytes, got 39'],
    [echo6, { 18: 1 }, 'LENGTH ipv6.payloadLength at byte 18: expected 0 to 32, got 288'],
    [echo6, { 19: 4 }, 'TRUNCATED ipv6.extension at byte 54: expected at least 8 bytes, got 4'],
    [echo6, { 55: 9 }, 'LENGTH ipv6.extension.length at byte 55: expected 8 to 32, got 80'],
    [echo6, { 19: 23 }, 'TRUNCATED icmpv6 at byte 70: expected at least 8 bytes, got 7'],
    [query, { 38: 0, 39: 7 }, 'LENGTH udp.length at byte 38: expected 8 to 37, got 7'],
    [query, { 39: 38 }, 'LENGTH udp.length at byte 38: expected 8 to 37, got 38'],
    [arp.subarray(0, 41), {}, 'TRUNCATED arp at byte 14: expected at least 28 bytes, got 27'],
    [arp, { 17: 6 }, 'VALUE arp.protocolType at byte 16: expected 2048, got 2054'],
    [arp, { 18: 8 }, 'VALUE arp.hardwareLength at byte 18: expected 6, got 8'],
    [arp, { 19: 16 }, 'VALUE arp.protocolLength at byte 19: expected 4, got 16'],
  ]

for (const [bytes, changes, expected] of malformed) {
  test(`malformed: ${expected}`, () => {
    const changed = bytes.slice()
    for (const [at, byte] of Object.entries(changes)) changed[Number(at)] = byte
    const packet = new PacketView()
    assert.is(packet.tryParse(changed), false)
    const { fault } = packet
    assert.is(`${fault.code.replace('ERR_PACKET_', '')} ${fault.error().message}`, expected)
    assert.throws(
      () => packet.parse(changed),
      (error: unknown) => {
        const { code, field, value, offset } = error as PacketError
        assert.equal([code, field, value, offset], [fault.code, fault.field, fault.value, fault.offset])
        return error instanceof PacketError
      },
    )
    assert.is(packet.ethernet !== undefined, expected.match(/ethernet|vlan/) === null)
  })
}

test('the checksum of a partial packet is unknown, and kept', () => {
  const options = { partial: true }
  for (const bytes of [echo6, query]) {
    const whole = new PacketView(options).parse(bytes.slice())
    updateChecksums(whole)
    assert.equal([whole.isTruncated, transportChecksumState(whole)], [false, 'valid'])
    const part = new PacketView(options).parse(whole.bytes.slice(0, whole.payloadEnd - 1))
    assert.equal([part.isTruncated, transportChecksumState(part)], [true, 'unverified'])
    const before = part.bytes.slice()
    updateChecksums(part)
    assert.equal(part.bytes, before)
  }
  // The length of UDP exceeds that of IP.
  const longer = query.slice()
  longer[39] = 40
  longer[41] = 1
  const packet = new PacketView(options).parse(longer)
  assert.equal([packet.isTruncated, transportChecksumState(packet)], [true, 'unverified'])
})

test('lengths may exceed a partial packet', () => {
  const packet = new PacketView({ link: 'ip', partial: true })
  assert.is(packet.parse(query.subarray(14, 42)).udp?.destinationPort, 53)
  assert.is(packet.tryParse(query.subarray(14, 40)), false)
  assert.equal([packet.ipv4?.destinationText, packet.transportOffset], ['192.0.2.2', 20])
})

test.run()
