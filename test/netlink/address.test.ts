import { formatAddress, ipAddress, lladdr, macaddr, parseAddress } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

vectors(ipAddress, {
  correct: [
    ['0.0.0.0', '00000000'],
    ['10.1.2.255', '0a0102ff'],
    ['255.255.255.255', 'ffffffff'],
    // RFC 5952: the longest run of zeros is shortened. The first one wins a tie, and a single zero stays.
    ['::', '00000000 00000000 00000000 00000000'],
    ['::1', '00000000 00000000 00000000 00000001'],
    ['1::', '00010000 00000000 00000000 00000000'],
    ['2001:db8::1', '20010db8 00000000 00000000 00000001'],
    ['2001:0:0:1::1', '20010000 00000001 00000000 00000001'],
    ['2001:db8::1:0:0:1', '20010db8 00000000 00010000 00000001'],
    ['2001:db8:0:1:1:1:1:1', '20010db8 00000001 00010001 00010001'],
    ['0:1:2:3:4:5:6:7', '00000001 00020003 00040005 00060007'],
    ['1:2:3:4:5:6:7:0', '00010002 00030004 00050006 00070000'],
    ['::2:3:4:5:6:7', '00000000 00020003 00040005 00060007'],
    ['1:2:3:4:5:6::', '00010002 00030004 00050006 00000000'],
    ['fe80::ab:cdef', 'fe800000 00000000 00000000 00abcdef'],
    // RFC 5952 section 5: dotted notation only for the IPv4-mapped prefix.
    ['::ffff:192.0.2.1', '00000000 00000000 0000ffff c0000201'],
    ['::ffff:0:c000:201', '00000000 00000000 ffff0000 c0000201'],
    ['::c000:201', '00000000 00000000 00000000 c0000201'],
    ['64:ff9b::c000:201', '0064ff9b 00000000 00000000 c0000201'],
    // Addresses of other families.
    ['0x', ''],
    ['0x0a0b', '0a0b'],
    ['0x0a00000102', '0a00000102'],
  ],
  encodes: [
    ['2001:DB8:0:0:0:0:0:1', '20010db8 00000000 00000000 00000001'],
    ['2001:0db8::0001', '20010db8 00000000 00000000 00000001'],
    ['::192.0.2.1', '00000000 00000000 00000000 c0000201'],
    ['64:ff9b::192.0.2.1', '0064ff9b 00000000 00000000 c0000201'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002 00030004 00050006 01020304'],
    ['1:2:3:4:5:6:7::', '00010002 00030004 00050006 00070000'],
    ['::2:3:4:5:6:7:8', '00000002 00030004 00050006 00070008'],
    ['0x7F000001', '7f000001'],
  ],
  errValues: [
    ...[undefined, null, 5, {}, Buffer.of(1, 2, 3, 4), ''],
    ...[
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '01.2.3.4',
      '1.2.3.00',
      '1.2.3.4 ',
      ' 1.2.3.4',
      '1.2.3.-4',
      '0x1.2.3.4',
      '1e1.2.3.4',
    ],
    ...[':', ':::', '1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::1::1', '1:::1', ':1::', '1::1:', '12345::', 'g::'],
    ...[
      '1.2.3.4::',
      '::1.2.3.4:5',
      '::1.2.3',
      '::01.2.3.4',
      '1:2:3:4:5:6:7:1.2.3.4',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
    ],
    ...['fe80::1%eth0', '::1/64', '10.0.0.0/8', '0x0', '0xgg', '[::1]'],
  ],
})

const ethernet = [
  ['02:42:ac:11:00:02', '0242ac110002'],
  ['00:00:00:00:00:00', '000000000000'],
  ['ff:ff:ff:ff:ff:ff', 'ffffffffffff'],
] as const
const never = [
  undefined,
  null,
  5,
  {},
  '02:42:ac:11:00',
  '02:42:ac:11:00:02:',
  '0242ac110002',
  '02-42-ac-11-00-02',
  '2:42:ac:11:0:2',
]

vectors(lladdr, {
  correct: [...ethernet, ['', ''], ['0a:00:00:01', '0a000001'], ['80:00:00:48:fe:80:01', '80000048fe8001']],
  encodes: [['02:42:AC:11:00:02', '0242ac110002']],
  errValues: never.filter((value) => value !== '02:42:ac:11:00'),
})

vectors(macaddr, {
  correct: ethernet,
  encodes: [['02:42:AC:11:00:02', '0242ac110002']],
  errValues: [...never, ''],
  errHex: [
    ['0242ac1100', 'expected MAC address (6 bytes), got 5 bytes'],
    ['0242ac11000203', 'expected MAC address (6 bytes), got 7 bytes'],
  ],
})

const test = suite('parseAddress() and formatAddress()')

test('formatAddress() reads a range of a buffer', () => {
  const bytes = Buffer.from('ffff0a000001ffff', 'hex')
  assert.is(formatAddress(bytes, 2, 6), '10.0.0.1')
})

test('every IPv6 address with zeros at any position round-trips', () => {
  for (let mask = 0; mask < 256; mask++) {
    const bytes = Buffer.alloc(16)
    for (let group = 0; group < 8; group++) if (mask & (1 << group)) bytes.writeUInt16BE(0x1a2 + group, group * 2)
    const text = formatAddress(bytes)
    assert.equal(parseAddress(text), bytes)
    // WHATWG URL serializes as RFC 5952 does, except that it never writes dotted IPv4.
    if (!text.includes('.')) assert.is(`[${text}]`, new URL(`http://[${text}]/`).host)
  }
})

test('parseAddress() returns a new buffer each time', () => {
  const one = parseAddress('10.0.0.1')
  one[0] = 99
  assert.equal(parseAddress('10.0.0.1'), Buffer.of(10, 0, 0, 1))
})

test.run()
