import { array, decode, encode, u16be } from '@netloom/netlink/codec'
import {
  bits,
  DNS_TYPE,
  decodePacket,
  encodePacket,
  formatPacket,
  header,
  ipv4Header,
  type Layer,
  type LayerInput,
  PacketError,
  type PacketOptions,
  PacketView,
  TCP_FLAG,
  tcpOptions,
  toJson,
  tryDecodePacket,
  withRest,
} from '@netloom/packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { echo6, hex, query, syn } from './bytes.js'

const test = suite('layers')

const ethernet = { layer: 'ethernet', destination: '02:00:00:00:00:02', source: '02:00:00:00:00:01' } as const
const ipv4 = { layer: 'ipv4', checksum: 0xaaaa, source: '192.0.2.1', destination: '192.0.2.2' } as const
const ipv6 = { layer: 'ipv6', source: 'fe80::1', destination: 'fe80::2' } as const
const udp = { layer: 'udp', checksum: 0xbbbb } as const
const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0))
const addresses6 = 'fe800000000000000000000000000001 fe800000000000000000000000000002'

/**
 * Layers after Ethernet, their bytes, and the line that is printed. Other tests cover checksums; here they have any value. What the
 * layers leave out is calculated or zero.
 */
const rows: readonly (readonly [layers: LayerInput[], bytes: string, line: string])[] = [
  [
    [{ layer: 'arp', operation: 1, senderMac: '02:00:00:00:00:01', senderIp: '192.0.2.1', targetIp: '192.0.2.2' }],
    '0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202',
    'ARP, Request who-has 192.0.2.2 tell 192.0.2.1, length 28',
  ],
  [
    [{ layer: 'arp', operation: 2, senderMac: '02:00:00:00:00:01', senderIp: '192.0.2.1' }],
    '0806 0001 0800 06 04 0002 020000000001 c0000201 000000000000 00000000',
    'ARP, Reply 192.0.2.1 is-at 02:00:00:00:00:01, length 28',
  ],
  [
    [{ layer: 'arp', operation: 9 }],
    '0806 0001 0800 06 04 0009 000000000000 00000000 000000000000 00000000',
    'ARP, operation 9, length 28',
  ],
  [
    [
      { layer: 'vlan', id: 5, priority: 3 },
      { layer: 'vlan', id: 7, dropEligible: true, type: 0x88b5 },
      { layer: 'payload', bytes: text('ab') },
    ],
    '88a8 6005 8100 1007 88b5 6162',
    'vlan 5, p 3, vlan 7, p 0, 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype 0x88b5, length 2',
  ],
  [
    [
      { ...ipv4, id: 7, ttl: 1 },
      { layer: 'icmp', type: 8, checksum: 0xbbbb, id: 1, sequence: 2 },
      { layer: 'payload', bytes: text('ab') },
      { layer: 'padding', bytes: text('zz') },
    ],
    '0800 45 00 001e 0007 0000 01 01 aaaa c0000201 c0000202  0800 bbbb 0001 0002 6162 7a7a',
    'IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 1, seq 2, length 10',
  ],
  [
    [
      { ...ipv4, dontFragment: true, options: [{ type: 'routerAlert', value: 0 }, { type: 'nop' }] },
      { ...udp, sourcePort: 50000, destinationPort: 50001 },
      { layer: 'payload', bytes: text('abc') },
    ],
    '0800 47 00 0027 0000 4000 40 11 aaaa c0000201 c0000202 94040000 01 000000 c350 c351 000b bbbb 616263',
    'IP 192.0.2.1.50000 > 192.0.2.2.50001: UDP, length 3',
  ],
  [
    [
      { ...ipv4, moreFragments: true, fragmentOffset: 1480, id: 9, protocol: 17 },
      { layer: 'payload', bytes: text('abcdefgh') },
    ],
    '0800 45 00 001c 0009 20b9 40 11 aaaa c0000201 c0000202 6162636465666768',
    'IP 192.0.2.1 > 192.0.2.2: ip-proto-17, length 8 (fragment: id 9, offset 1480)',
  ],
  [
    [
      { ...ipv4, tos: 0x10 },
      {
        layer: 'tcp',
        sourcePort: 1024,
        destinationPort: 80,
        sequence: 1,
        acknowledgment: 5,
        flags: TCP_FLAG.ACK | TCP_FLAG.PSH | TCP_FLAG.URG | TCP_FLAG.ECE | TCP_FLAG.CWR | TCP_FLAG.AE,
        window: 512,
        checksum: 0xbbbb,
        urgentPointer: 2,
        options: [
          { type: 'nop' },
          { type: 'nop' },
          {
            type: 'sack',
            value: [
              { left: 10, right: 20 },
              { left: 30, right: 40 },
            ],
          },
          { type: 'userTimeout', value: 0x8001 },
          { type: 254, value: text('ab') },
        ],
      },
      { layer: 'payload', bytes: text('GET') },
    ],
    `0800 45 10 0047 0000 0000 40 06 aaaa c0000201 c0000202
     0400 0050 00000001 00000005 c1f8 0200 bbbb 0002 0101 0512 0000000a 00000014 0000001e 00000028 1c04 8001 fe04 6162 474554`,
    'IP 192.0.2.1.1024 > 192.0.2.2.80: Flags [P.UEWe], seq 1:4, ack 5, win 512, urg 2, options [nop,nop,sack 2 {10:20}{30:40},uto 32769,unknown-254], length 3',
  ],
  [
    [
      ipv4,
      { layer: 'icmp', type: 3, code: 4, checksum: 0xbbbb, mtu: 1400 },
      { layer: 'payload', bytes: query.slice(14, 42) },
    ],
    `0800 45 00 0038 0000 0000 40 01 aaaa c0000201 c0000202 0304 bbbb 0000 0578
     45 00 0039 0000 0000 40 11 0000 c0000201 c0000202 c000 0035 0025 0000`,
    'IP 192.0.2.1 > 192.0.2.2: ICMP 192.0.2.2 unreachable - need to frag (mtu 1400), length 36',
  ],
  [
    [ipv4, { layer: 'icmp', type: 3, code: 3, checksum: 0xbbbb }, { layer: 'payload', bytes: query.slice(14, 42) }],
    `0800 45 00 0038 0000 0000 40 01 aaaa c0000201 c0000202 0303 bbbb 0000 0000
     45 00 0039 0000 0000 40 11 0000 c0000201 c0000202 c000 0035 0025 0000`,
    'IP 192.0.2.1 > 192.0.2.2: ICMP 192.0.2.2 udp port 53 unreachable, length 36',
  ],
  [
    [ipv4, { layer: 'icmp', type: 5, code: 1, checksum: 0xbbbb, gateway: '192.0.2.9' }],
    '0800 45 00 001c 0000 0000 40 01 aaaa c0000201 c0000202 0501 bbbb c0000209',
    'IP 192.0.2.1 > 192.0.2.2: ICMP redirect to 192.0.2.9, length 8',
  ],
  [
    [ipv4, { layer: 'icmp', type: 12, checksum: 0xbbbb, pointer: 20 }],
    '0800 45 00 001c 0000 0000 40 01 aaaa c0000201 c0000202 0c00 bbbb 14000000',
    'IP 192.0.2.1 > 192.0.2.2: ICMP parameter problem - octet 20, length 8',
  ],
  [
    [ipv4, { layer: 'icmp', type: 42, code: 1, checksum: 0xbbbb, rest: 0x01020304 }],
    '0800 45 00 001c 0000 0000 40 01 aaaa c0000201 c0000202 2a01 bbbb 01020304',
    'IP 192.0.2.1 > 192.0.2.2: ICMP type 42, code 1, length 8',
  ],
  [
    [
      { ...ipv6, trafficClass: 0x12, flowLabel: 0x34567, hopLimit: 255 },
      {
        layer: 'icmpv6',
        type: 135,
        checksum: 0xbbbb,
        target: 'fe80::2',
        options: [{ type: 'sourceLinkLayer', value: '02:00:00:00:00:01' }],
      },
    ],
    `86dd 61234567 0020 3a ff ${addresses6} 8700 bbbb 00000000 fe800000000000000000000000000002 0101 020000000001`,
    'IP6 fe80::1 > fe80::2: ICMP6, neighbor solicitation, who has fe80::2, length 32',
  ],
  [
    [
      ipv6,
      {
        layer: 'icmpv6',
        type: 136,
        checksum: 0xbbbb,
        router: true,
        override: true,
        target: 'fe80::2',
        options: [{ type: 'targetLinkLayer', value: '02:00:00:00:00:02' }],
      },
    ],
    `86dd 60000000 0020 3a 40 ${addresses6} 8800 bbbb a0000000 fe800000000000000000000000000002 0201 020000000002`,
    'IP6 fe80::1 > fe80::2: ICMP6, neighbor advertisement, tgt is fe80::2, length 32',
  ],
  [
    [ipv6, { layer: 'icmpv6', type: 133, checksum: 0xbbbb, options: [] }],
    `86dd 60000000 0008 3a 40 ${addresses6} 8500 bbbb 00000000`,
    'IP6 fe80::1 > fe80::2: ICMP6, router solicitation, length 8',
  ],
  [
    [
      ipv6,
      {
        layer: 'icmpv6',
        type: 134,
        checksum: 0xbbbb,
        hopLimit: 64,
        managed: true,
        otherConfiguration: true,
        preference: 1,
        routerLifetime: 1800,
        reachableTime: 1,
        retransmitTimer: 2,
        options: [
          { type: 'mtu', value: { reserved: 0, mtu: 1500 } },
          {
            type: 'prefix',
            value: {
              prefixLength: 64,
              onLink: true,
              autonomous: true,
              reserved: 0,
              validLifetime: 10,
              preferredLifetime: 5,
              reservedNumber: 0,
              prefix: '2001:db8::',
            },
          },
          {
            type: 'route',
            value: {
              prefixLength: 32,
              reservedHigh: 0,
              preference: 3,
              reservedLow: 0,
              lifetime: 6,
              prefix: hex('20010db8 00000000'),
            },
          },
          { type: 'dnsServers', value: { reserved: 0, lifetime: 7, addresses: ['2001:db8::53'] } },
          { type: 'dnsSearch', value: { reserved: 0, lifetime: 8, names: ['a.example', 'b'] } },
          { type: 99, value: hex('010203040506') },
        ],
      },
    ],
    `86dd 60000000 0080 3a 40 ${addresses6} 8600 bbbb 40 c8 0708 00000001 00000002
     0501 0000 000005dc
     0304 40 c0 0000000a 00000005 00000000 20010db8000000000000000000000000
     1802 20 18 00000006 20010db800000000
     1903 0000 00000007 20010db8000000000000000000000053
     1f03 0000 00000008 01 61 07 6578616d706c65 00 01 62 00 0000
     6301 010203040506`,
    'IP6 fe80::1 > fe80::2: ICMP6, router advertisement, lifetime 1800s, length 128',
  ],
  [
    [
      ipv6,
      { layer: 'icmpv6', type: 137, checksum: 0xbbbb, target: 'fe80::3', destination: '2001:db8::1', options: [] },
    ],
    `86dd 60000000 0028 3a 40 ${addresses6} 8900 bbbb 00000000 fe800000000000000000000000000003 20010db8000000000000000000000001`,
    'IP6 fe80::1 > fe80::2: ICMP6, redirect, 2001:db8::1 to fe80::3, length 40',
  ],
  [
    [ipv6, { layer: 'icmpv6', type: 2, checksum: 0xbbbb, mtu: 1280 }],
    `86dd 60000000 0008 3a 40 ${addresses6} 0200 bbbb 00000500`,
    'IP6 fe80::1 > fe80::2: ICMP6, packet too big, mtu 1280, length 8',
  ],
  [
    [
      ipv6,
      {
        layer: 'hopByHop',
        options: [
          { type: 'routerAlert', value: 0 },
          { type: 'padN', value: hex('') },
        ],
      },
      { layer: 'icmpv6', type: 131, checksum: 0xbbbb, maximumDelay: 5, group: 'ff02::1:3' },
    ],
    `86dd 60000000 0020 00 40 ${addresses6} 3a00 0502 0000 0100 8300 bbbb 0005 0000 ff020000000000000000000000010003`,
    'IP6 fe80::1 > fe80::2: ICMP6, multicast listener report, group ff02::1:3, length 24',
  ],
  [
    [
      ipv6,
      {
        layer: 'destinationOptions',
        options: [
          { type: 'homeAddress', value: '2001:db8::1' },
          { type: 'pad1' },
          { type: 'pad1' },
          { type: 'pad1' },
          { type: 'pad1' },
        ],
      },
      { layer: 'routing', type: 4, segmentsLeft: 0, reserved: hex('00000000'), addresses: ['2001:db8::2'] },
      { layer: 'fragment', fragmentOffset: 0, moreFragments: true, id: 7 },
      { layer: 'authentication', spi: 1, nextHeader: 135, sequence: 2, icv: hex('0102030405060708090a0b0c') },
      { layer: 'extension', nextHeader: 17, data: hex('010203040506') },
      { ...udp, sourcePort: 50000, destinationPort: 50001, length: 100 },
      { layer: 'payload', bytes: text('ab') },
    ],
    `86dd 60000000 0062 3c 40 ${addresses6}
     2b02 c910 20010db8000000000000000000000001 00000000
     2c02 0400 00000000 20010db8000000000000000000000002
     3300 0001 00000007
     8704 0000 00000001 00000002 0102030405060708090a0b0c
     1100 010203040506
     c350 c351 0064 bbbb 6162`,
    'IP6 fe80::1.50000 > fe80::2.50001: UDP, length 2 (fragment: id 7, offset 0)',
  ],
  [
    [{ ...ipv6, nextHeader: 59 }],
    `86dd 60000000 0000 3b 40 ${addresses6}`,
    'IP6 fe80::1 > fe80::2: no next header, length 0',
  ],
  [
    [
      ipv4,
      { ...udp, sourcePort: 53, destinationPort: 50000 },
      {
        layer: 'dns',
        id: 42,
        response: true,
        recursionDesired: true,
        recursionAvailable: true,
        rcode: 3,
        questions: [{ name: 'a.example', type: DNS_TYPE.AAAA, class: 1 }],
        answers: [
          { name: 'a.example', type: DNS_TYPE.CNAME, class: 1, ttl: 60, data: 'b\\.c\\032d.example' },
          { name: '.', type: DNS_TYPE.TXT, class: 1, ttl: 1, data: hex('0161') },
        ],
        authorities: [],
        additionals: [{ name: 'b', type: DNS_TYPE.A, class: 1, ttl: 2, data: '192.0.2.9' }],
      },
    ],
    `0800 45 00 0079 0000 0000 40 11 aaaa c0000201 c0000202 0035 c350 0065 bbbb
     002a 8183 0001 0002 0000 0001
     01 61 07 6578616d706c65 00 001c 0001
     01 61 07 6578616d706c65 00 0005 0001 0000003c 000f 05 622e632064 07 6578616d706c65 00
     00 0010 0001 00000001 0002 0161
     01 62 00 0001 0001 00000002 0004 c0000209`,
    'IP 192.0.2.1.53 > 192.0.2.2.50000: 42 rcode 3 2/0/1 CNAME b\\.c\\032d.example., TXT (93)',
  ],
  [
    [
      ipv4,
      { ...udp, sourcePort: 68, destinationPort: 67 },
      {
        layer: 'dhcp',
        op: 1,
        htype: 1,
        hlen: 6,
        xid: 0x01020304,
        broadcast: true,
        chaddr: '02:00:00:00:00:01',
        sname: 'server',
        options: [
          { type: 'messageType', value: 3 },
          { type: 'pad' },
          { type: 'parameterRequest', value: [1, 3] },
          { type: 'routers', value: ['192.0.2.1', '192.0.2.2'] },
          { type: 'clientId', value: hex('01020000000001') },
        ],
      },
      { layer: 'payload', bytes: hex('0000') },
    ],
    `0800 45 00 012a 0000 0000 40 11 aaaa c0000201 c0000202 0044 0043 0116 bbbb
     01 01 06 00 01020304 0000 8000 00000000 00000000 00000000 00000000 020000000001 ${'00'.repeat(10)}
     736572766572 ${'00'.repeat(58)} ${'00'.repeat(128)} 63825363
     35 01 03 00 37 02 01 03 03 08 c0000201 c0000202 3d 07 01020000000001 ff 0000`,
    'IP 192.0.2.1.68 > 192.0.2.2.67: BOOTP/DHCP, Request from 02:00:00:00:00:01, DHCP REQUEST, length 270',
  ],
]

const frameOf = (bytes: string) => hex(`020000000002 020000000001 ${bytes}`)

/** Returns the members of decoded layers that are given in the input. */
const given = (layers: readonly Layer[], inputs: readonly LayerInput[]) =>
  layers.map((layer, index) =>
    Object.fromEntries(Object.keys(inputs[index] ?? layer).map((key) => [key, Reflect.get(layer, key)])),
  )

for (const [layers, bytes, line] of rows) {
  test(`encodes, decodes and prints: ${line}`, () => {
    const inputs: LayerInput[] = [{ ...ethernet }, ...layers]
    const [encoded, frame] = [encodePacket(inputs), frameOf(bytes)]
    assert.is(Buffer.from(encoded).toString('hex'), Buffer.from(frame).toString('hex'))
    const decoded = decodePacket(frame)
    assert.equal(toJson(given(decoded, inputs)), toJson(inputs))
    assert.is(formatPacket(frame), line)
    assert.equal(encodePacket(decoded), frame)
  })
}

/** Malformed packets: bytes after the Ethernet header, the layers before the fault, and the fault. */
const malformed: readonly (readonly [bytes: string, layers: readonly string[], code: string, message: string])[] = [
  [
    '0800 46 00 0018 0000 0000 40 06 0000 c0000201 c0000202 9401 0000',
    ['ethernet', 'payload'],
    'OPTION',
    'ipv4.options[0].length at byte 35: expected 2 to 4, got 1',
  ],
  [
    '0800 45 00 002c 0000 0000 40 06 0000 c0000201 c0000202 0001 0002 00000000 00000000 6002 0000 0000 0000 0103 0405',
    ['ethernet', 'ipv4', 'payload'],
    'OPTION',
    'tcp.options[1].length at byte 56: expected 2 to 3, got 4',
  ],
  [
    '0800 45 00 002c 0000 0000 40 06 0000 c0000201 c0000202 0001 0002 00000000 00000000 6002 0000 0000 0000 0203 0500',
    ['ethernet', 'ipv4', 'payload'],
    'OPTION',
    'tcp.options[0].mss at byte 56: expected u16be (2 bytes), got 1 bytes',
  ],
  [
    '0800 45 00 002c 0000 0000 40 06 0000 c0000201 c0000202 0001 0002 00000000 00000000 6002 0000 0000 0000 01010102',
    ['ethernet', 'ipv4', 'payload'],
    'OPTION',
    'tcp.options[3].length at byte 58: expected a length, got the end of the options',
  ],
  [
    `86dd 60000000 0010 3a 40 ${addresses6} 8700 0000 00000000 fe80000000000000`,
    ['ethernet', 'ipv6', 'payload'],
    'TRUNCATED',
    'icmpv6 at byte 54: expected icmpv6 (24 bytes), got 16 bytes',
  ],
  [
    `86dd 60000000 0020 3a 40 ${addresses6} 8700 0000 00000000 ${'00'.repeat(16)} 0100 000000000000`,
    ['ethernet', 'ipv6', 'payload'],
    'OPTION',
    'icmpv6.options[0].length at byte 79: expected 1 to 1, got 0',
  ],
  [
    `0800 45 00 0030 0000 0000 40 11 0000 c0000201 c0000202 0001 0035 001c 0000 0000 0000 0001 0000 0000 0000 01 61 c00c c00e 0001`,
    ['ethernet', 'ipv4', 'udp', 'payload'],
    'OPTION',
    'dns.name.pointer at byte 56: expected an offset before 12, got 12',
  ],
  [
    `0800 45 00 0026 0000 0000 40 11 0000 c0000201 c0000202 0001 0035 0012 0000 0000 0000 0001 0000 0000`,
    ['ethernet', 'ipv4', 'udp', 'payload'],
    'TRUNCATED',
    'dns at byte 42: expected at least 12 bytes, got 10',
  ],
  [
    `0800 45 00 0030 0000 0000 40 11 0000 c0000201 c0000202 0001 0035 001c 0000 0000 0000 0001 0000 0000 0000 09 61 6100 0000 0000`,
    ['ethernet', 'ipv4', 'udp', 'payload'],
    'OPTION',
    'dns.name.label at byte 54: expected 0 to 7, got 9',
  ],
  [
    `0800 45 00 0020 0000 0000 40 11 0000 c0000201 c0000202 0044 0043 000c 0000 01010600`,
    ['ethernet', 'ipv4', 'udp', 'payload'],
    'TRUNCATED',
    'dhcp at byte 42: expected dhcp (240 bytes), got 4 bytes',
  ],
  [
    `0800 45 00 010c 0000 0000 40 11 0000 c0000201 c0000202 0044 0043 00f8 0000 010111 ${'00'.repeat(233)} 63825363`,
    ['ethernet', 'ipv4', 'udp', 'payload'],
    'VALUE',
    'dhcp.hlen at byte 44: expected 0 to 16, got 17',
  ],
  [
    `0800 45 00 010c 0000 0000 40 11 0000 c0000201 c0000202 0044 0043 00f8 0000 010106 ${'00'.repeat(237)}`,
    ['ethernet', 'ipv4', 'udp', 'payload'],
    'VALUE',
    'dhcp.magic at byte 278: expected 1669485411, got 0',
  ],
  [
    `86dd 60000000 0010 2b 40 ${addresses6} 3b01 0401 0000 0000 00000000 ff`,
    ['ethernet', 'payload'],
    'LENGTH',
    'ipv6.payloadLength at byte 18: expected 0 to 13, got 16',
  ],
]

for (const [bytes, names, code, message] of malformed) {
  test(`malformed: ${message}`, () => {
    const frame = frameOf(bytes)
    const { layers, error } = tryDecodePacket(frame)
    assert.equal(
      layers.map(({ layer }) => layer),
      names,
    )
    assert.instance(error, PacketError)
    assert.equal([error?.code, error?.message], [`ERR_PACKET_${code}`, message])
    assert.throws(
      () => decodePacket(frame),
      (thrown: unknown) => (thrown as Error).message === message,
    )
    assert.ok(formatPacket(frame).endsWith(` [malformed: ${message}]`), formatPacket(frame))
  })
}

/** Layers that cannot be encoded. */
const refused: readonly (readonly [layers: readonly unknown[], message: string])[] = [
  [[{ layer: 'nothing' }], '[0].nothing.layer: expected the name of a layer, got nothing'],
  [[{ layer: 'toString' }], '[0].toString.layer: expected the name of a layer, got toString'],
  [[ethernet], '[0].ethernet.type: expected an EtherType, because the next layer has none, got undefined'],
  [[ethernet, { layer: 'tcp' }], '[1].tcp.checksum: expected a number, or a layer ipv4 or ipv6 before, got undefined'],
  [
    [{ ...ethernet, source: 'here' }, ipv4, udp],
    '[0].ethernet.source: expected a link-layer address like 02:42:ac:11:00:02, got "here"',
  ],
  [
    [ipv4, { layer: 'payload', bytes: text('a') }],
    '[0].ipv4.protocol: expected the number of a protocol, because the next layer has none, got undefined',
  ],
  [[ipv4, { ...udp, sourcePort: 65536 }], '[1].udp.sourcePort: expected u16be (an integer from 0 to 65535), got 65536'],
  [[ipv4, { ...udp, port: 1 }], '[1].udp.port: expected a known member, got port'],
  [[{ ...ipv4, fragmentOffset: 9 }, udp], '[0].ipv4.fragmentOffset: expected a multiple of 8 bytes, got 9'],
  [
    [{ ...ipv4, fragmentOffset: 65536 }, udp],
    '[0].ipv4.fragment.fragmentOffset: expected an integer from 0 to 8191, got 8192',
  ],
  [[{ ...ipv4, dontFragment: 1 }, udp], '[0].ipv4.fragment.dontFragment: expected a boolean, got 1'],
  [
    [
      { ...ipv4, source: '1.2.3' },
      { ...udp, checksum: undefined },
    ],
    '[0].ipv4.source: expected an IPv4 address, got "1.2.3"',
  ],
  [
    [ipv4, { layer: 'tcp', options: [{ type: 'mss', value: 70000 }] }],
    '[1].tcp.options[0].mss: expected u16be (an integer from 0 to 65535), got 70000',
  ],
  [
    [ipv4, { layer: 'tcp', options: [{ type: 'none', value: 1 }] }],
    '[1].tcp.options[0]: expected the name or the number of an option, got none',
  ],
  [[ipv4, { layer: 'tcp', options: 'mss' }], '[1].tcp.options: expected an array of options, got string'],
  [
    [ipv4, { layer: 'tcp', options: [{ type: 250, value: new Uint8Array(41) }] }],
    '[1].tcp.options: expected at most 40 bytes, got 44',
  ],
  [
    [{ ...ipv4, options: [{ type: 250, value: new Uint8Array(41) }] }, udp],
    '[0].ipv4.options: expected at most 40 bytes, got 44',
  ],
  [
    [ipv6, { layer: 'routing', data: new Uint8Array(5) }, udp],
    '[1].routing.data: expected a multiple of 8 bytes, got 9',
  ],
  [
    [ipv4, udp, { layer: 'dhcp', chaddr: `${'00:'.repeat(16)}00` }],
    '[2].dhcp.chaddr: expected at most 16 bytes, got 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00',
  ],
  [
    [ipv4, udp, { layer: 'dns', questions: [{ name: 'a..b', type: 1, class: 1 }] }],
    '[2].dns.questions[0]: expected a DNS name, got "a..b"',
  ],
  [[{ layer: 'payload', bytes: 'text' }], '[0].payload.bytes: expected a Uint8Array, got string'],
]

for (const [layers, message] of refused) {
  test(`refused: ${message}`, () => {
    assert.throws(
      () => encodePacket(layers as LayerInput[]),
      (error: unknown) => {
        assert.instance(error, PacketError)
        assert.equal([(error as PacketError).code, (error as PacketError).message], ['ERR_PACKET_BUILD', message])
        return true
      },
    )
  })
}

test('packets of tun devices, and partial ones', () => {
  const ip: PacketOptions = { link: 'ip' }
  assert.is(formatPacket(query.subarray(14), ip), 'IP 192.0.2.1.49152 > 192.0.2.2.53: 42+ A? example.com. (29)')
  assert.is(decodePacket(echo6.subarray(14), ip)[0]?.layer, 'ipv6')
  assert.match(formatPacket(syn.subarray(22, 80), ip), 'ipv4.totalLength')
  assert.match(formatPacket(new Uint8Array(0), ip), 'packet, length 0 [malformed: ip at byte 0')
  assert.is(tryDecodePacket(syn.subarray(22, 62), { link: 'ip', partial: true }).layers[0]?.layer, 'ipv4')
})

for (const [options, bytes] of [
  [[{ type: 'routerAlert', value: 0 }], '1100 0502 0000 0100'],
  [[], '1100 0104 00000000'],
  [[{ type: 'padN', value: hex('000000') }], '1100 0103 000000 00'],
] as const) {
  test(`options of IPv6 are filled up: ${bytes}`, () => {
    const layers: LayerInput[] = [ipv6, { layer: 'hopByHop', options: [...options] }, udp]
    const encoded = Buffer.from(encodePacket(layers))
    assert.is(encoded.toString('hex', 40, 48), bytes.replaceAll(' ', ''))
    assert.equal(Buffer.from(encodePacket(decodePacket(encoded, { link: 'ip' }))), encoded)
  })
}

test('compressed names are decoded', () => {
  const frame = frameOf(`
    0800 45 00 0057 0000 0000 40 11 0000 c0000201 c0000202 0035 c350 0043 0000
    002a 8180 0001 0002 0000 0000 01 61 07 6578616d706c65 00 0001 0001
    c00c 0005 0001 00000001 0004 01 62 c00e
    c027 0001 0001 00000002 0004 c0000209`)
  assert.is(formatPacket(frame), 'IP 192.0.2.1.53 > 192.0.2.2.50000: 42 2/0/0 CNAME b.example., A 192.0.2.9 (59)')
})

test('declarations decode and encode headers alone, in network byte order', () => {
  for (const order of ['LE', 'BE'] as const) {
    const bytes = query.slice(14, 34)
    const header = decode(ipv4Header, bytes, { order })
    assert.equal([header.version, header.headerLength, header.totalLength, header.protocol], [4, 5, 57, 17])
    assert.equal(new Uint8Array(encode(ipv4Header, header, { order })), bytes)
    const options = decode(tcpOptions, syn.subarray(62), { order })
    assert.equal(options[0], { type: 'mss', value: 1460 })
    assert.equal(new Uint8Array(encode(tcpOptions, options, { order })), syn.slice(62, 86))
  }
})

test('a header that a program declares', () => {
  const gre = withRest(
    header('gre', { flags: bits({ checksum: 1, reserved: 12, version: 3 }), protocol: u16be }),
    'rest',
    array(u16be),
  )
  const value = { checksum: true, reserved: 0, version: 1, protocol: 0x6558, rest: [1, 0xffff] }
  const bytes = encode(gre, value)
  assert.is(bytes.toString('hex'), '800165580001ffff')
  assert.equal(decode(gre, bytes), value)
  assert.throws(() => encode(gre, { ...value, version: 8 }), /version: expected an integer from 0 to 7, got 8/)
})

/** Returns why a DNS message is malformed. */
function faultOfDns(message: string): string | undefined {
  const frame = encodePacket([
    { ...ethernet },
    { ...ipv4 },
    { ...udp, sourcePort: 1, destinationPort: 53 },
    { layer: 'payload', bytes: hex(message) },
  ])
  return tryDecodePacket(frame).error?.message
}

test('a chain of many pointers is refused', () => {
  const pointer = (to: number) => (0xc000 | to).toString(16)
  // In the data of a record, at offset 23 of the message. The first one leads to the zero byte 5, and each other to the one before it.
  const chain = (count: number) =>
    Array.from({ length: count }, (_, index) => pointer(index === 0 ? 5 : 21 + 2 * index)).join('')
  const message = (count: number) => `
    002a 8180 0000 0002 0000 0000
    00 0010 0001 00000000 ${(2 * count).toString(16).padStart(4, '0')} ${chain(count)}
    ${pointer(21 + 2 * count)} 0010 0001 00000000 0000`
  assert.is(faultOfDns(message(126)), undefined)
  assert.match(faultOfDns(message(127)) ?? '', /^dns.name.pointers at byte \d+: expected at most 127, got 128$/)
})

test('a name of more than 255 bytes is refused', () => {
  const label = `3f${'61'.repeat(63)}`
  const message = (last: string) => `002a 0100 0001 0000 0000 0000 ${label.repeat(3)} ${last} 00 0001 0001`
  assert.is(faultOfDns(message(`3d${'61'.repeat(61)}`)), undefined)
  assert.is(faultOfDns(message(`3e${'61'.repeat(62)}`)), 'dns.name.length at byte 246: expected at most 255, got 256')
})

test('what is printed cannot control the terminal', () => {
  const frame = frameOf(
    '0800 45 00 0039 0000 0000 40 11 0000 c0000201 c0000202 c000 0035 0025 0000 002a 0100 0001 0000 0000 0000 03 1b5b41 0d 00000000000000000000000000 0001 0001',
  )
  assert.not.match(formatPacket(frame), /[^\x20-\x7e]/)
})

test('bytes of layers are views of the packet', () => {
  const [, , , layer] = decodePacket(
    frameOf('0800 45 00 001f 0000 0000 40 11 0000 c0000201 c0000202 c000 c001 000b 0000 616263'),
  )
  assert.is(layer?.layer, 'payload')
  if (layer?.layer === 'payload') assert.is(Buffer.from(layer.bytes).toString(), 'abc')
})

test('arguments of another type are TypeErrors', () => {
  for (const [call, expected] of [
    [() => new PacketView({ link: 'tun' } as never), /expected link 'ethernet' or 'ip', got "tun"/],
    [() => new PacketView({ partial: 1 } as never), /expected partial to be true or false, got 1/],
    [() => new PacketView(null as never), /expected options, got null/],
    [() => decodePacket('text' as never), /expected the bytes of a packet, got "text"/],
    [() => tryDecodePacket(undefined as never), /expected the bytes of a packet, got undefined/],
    [() => encodePacket(5 as never), /expected an array of layers, got 5/],
  ] as const)
    assert.throws(call, (error: unknown) => error instanceof TypeError && expected.test(error.message))
  assert.throws(() => encodePacket([null as never]), /expected the name of a layer/)
})

test.run()
