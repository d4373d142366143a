import { encodeMessage } from '@netloom/netlink'
import { type CapturedDatagram, PACKET, readCapture, readPcap, writePcap } from '@netloom/netlink/capture'
import { DecodeError, EncodeError } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('captures')

const datagrams: CapturedDatagram[] = [
  {
    time: 1_700_000_000_123_456_789n,
    protocol: 0,
    packetType: PACKET.OUTGOING,
    bytes: encodeMessage({ type: 18, flags: 1, seq: 1, pid: 0 }, Buffer.alloc(16)),
  },
  {
    time: 1_700_000_001_000_000_000n,
    protocol: 0,
    packetType: PACKET.HOST,
    bytes: encodeMessage({ type: 16, flags: 0, seq: 1, pid: 9 }, Buffer.alloc(17)),
  },
  { time: 0n, protocol: 16, packetType: PACKET.KERNEL, bytes: Buffer.of() },
]

for (const order of ['LE', 'BE'] as const) {
  test(`written datagrams can be read, ${order}`, () => {
    assert.equal([...readPcap(writePcap(datagrams, order))], datagrams)
    assert.equal([...readCapture(writePcap(datagrams, order))], datagrams)
  })

  test(`a file has the bytes of the pcap format, ${order}`, () => {
    const hex = (value: string) =>
      order === 'BE' ? value : value.replace(/\w+/g, (word) => Buffer.from(word, 'hex').reverse().toString('hex'))
    const head = hex('a1b23c4d 0002 0004 00000000 00000000 00040000 000000fd')
    const record = hex('00000001 00000002 00000012 00000012')
    const cooked = '0004 0338 0000 0000000000000000 0010 cafe'
    const bytes = Buffer.from((head + record + cooked).replace(/\s/g, ''), 'hex')
    const datagram = { time: 1_000_000_002n, protocol: 16, packetType: PACKET.OUTGOING, bytes: Buffer.of(0xca, 0xfe) }
    assert.equal(writePcap([datagram], order), bytes)
    assert.equal([...readPcap(bytes)], [datagram])
  })
}

test('time stamps in microseconds are read', () => {
  const bytes = writePcap([{ ...datagrams[0]!, time: 5_000_000_007n }], 'LE')
  bytes.writeUInt32LE(0xa1b2c3d4, 0)
  assert.is([...readPcap(bytes)][0]?.time, 5_000_007_000n)
})

test('the FCS bits are not part of the link type', () => {
  const bytes = writePcap(datagrams, 'LE')
  bytes.writeUInt32LE(0xf40000fd, 20)
  assert.equal([...readPcap(bytes)], datagrams)
})

test('values out of range for pcap are an error that names them', () => {
  const [datagram] = readPcap(writePcap([{ time: 5n, protocol: 0, packetType: 0, bytes: Buffer.of() }]))
  for (const [change, pattern] of [
    [{ time: -1n }, /^expected a time \(a bigint from 0 to 4294967295999999999 nanoseconds\), got -1n$/],
    [{ time: 2n ** 32n * 1_000_000_000n }, /^expected a time .*, got 4294967296000000000n$/],
    [{ time: 5 }, /^expected a time .*, got 5$/],
    [{ protocol: 0x10000 }, /^expected protocol from 0 to 65535, got 65536$/],
    [{ packetType: -1 }, /^expected packetType from 0 to 65535, got -1$/],
  ] as const) {
    assert.throws(
      () => writePcap([{ ...datagram, ...change } as never]),
      (error: unknown) => error instanceof EncodeError && pattern.test(error.message),
    )
  }
  const last = { time: 2n ** 32n * 1_000_000_000n - 1n, protocol: 0xffff, packetType: 0xffff, bytes: Buffer.of() }
  assert.equal([...readPcap(writePcap([last]))], [last])
})

test('a file without datagrams is valid', () => assert.equal([...readPcap(writePcap([]))], []))

test('any view of bytes can be read', () => {
  const file = writePcap(datagrams)
  const padded = new Uint8Array(file.length + 7)
  padded.set(file, 3)
  assert.equal([...readPcap(padded.subarray(3, 3 + file.length))], datagrams)
})

/** Returns the number of datagrams before an error, and its message. */
function readUntilError(bytes: Uint8Array): [count: number, message: string | undefined] {
  let count = 0
  try {
    for (const _ of readPcap(bytes)) count++
    return [count, undefined]
  } catch (error) {
    assert.instance(error, DecodeError)
    return [count, (error as Error).message]
  }
}

const file = writePcap(datagrams, 'LE')
const second = 24 + 16 + 16 + 32
const changed = (at: number, value: number) => {
  const copy = Buffer.from(file)
  copy.writeUInt32LE(value, at)
  return copy
}
for (const [what, bytes, expected] of [
  ['no bytes', Buffer.of(), [0, 'expected a pcap file, got one that begins with 0x']],
  ['an ELF file', Buffer.from('\x7fELF'), [0, 'expected a pcap file, got one that begins with 0x7f454c46']],
  ['pcapng', Buffer.from('0a0d0d0a', 'hex'), [0, 'expected a pcap file, got one that begins with 0x0a0d0d0a']],
  ['half a header', file.subarray(0, 20), [0, 'expected pcap file header (24 bytes) at offset 0, got 20 bytes']],
  ['Ethernet', changed(20, 1), [0, 'expected LINKTYPE_NETLINK (253), got link type 1']],
  [
    'half a record header',
    file.subarray(0, second + 5),
    [1, `expected pcap packet record (16 bytes) at offset ${second}, got 5 bytes`],
  ],
  [
    'half a packet',
    file.subarray(0, second + 16 + 20),
    [1, `expected a packet of 16 to 20 bytes at offset ${second + 16}, got one that claims 52`],
  ],
  [
    'a packet without its pseudo-header',
    changed(second + 8, 15),
    [
      1,
      `expected a packet of 16 to ${file.length - second - 16} bytes at offset ${second + 16}, got one that claims 15`,
    ],
  ],
  [
    'a packet after which the file ends at once',
    Buffer.concat([file.subarray(0, 24 + 8), Buffer.alloc(8, 0xff)]),
    [0, 'expected a packet of at least 16 bytes at offset 40, got 0 bytes'],
  ],
  ['a packet of 4 GiB', changed(second + 8, 0xffffffff), [1, undefined]],
] as const) {
  test(`malformed: ${what}`, () => {
    const [count, message] = readUntilError(bytes)
    assert.is(count, expected[0])
    if (expected[1]) assert.is(message, expected[1])
    else assert.match(message ?? '', /got one that claims 4294967295$/)
  })
}

test('a file truncated anywhere gives its complete datagrams, or an error', () => {
  for (let length = 0; length < file.length; length++) {
    const [count] = readUntilError(file.subarray(0, length))
    assert.ok(count <= 2)
  }
})

test.run()
