import { readFileSync } from 'node:fs'
import { type CapturedDatagram, PACKET, readCapture, readPcapng } from '@netloom/netlink/capture'
import { DecodeError } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { netlinkPacket as packet, pcapng } from '../support/pcapng.js'

const test = suite('pcapng')
const orders = ['LE', 'BE'] as const

const five = Buffer.from('1122334455', 'hex')
const datagram = (time: bigint, packetType = 4, protocol = 16, bytes = five): CapturedDatagram => ({
  ...{ time, protocol, packetType, bytes },
})

for (const order of orders) {
  const file = pcapng(order)
  const read = (...blocks: Buffer[]) => [...readPcapng(Buffer.concat([file.section(), ...blocks]))]

  test(`time stamps are in microseconds unless the interface has another resolution, ${order}`, () => {
    const at = (units: bigint, ...options: Buffer[]) =>
      read(file.interface(253, 0, ...options), file.enhanced(0, units, packet(4, 16, five)))
    const resolution = (value: number) => file.option(9, Buffer.of(value))
    assert.equal(at(1_700_000_000_123_456n), [datagram(1_700_000_000_123_456_000n)])
    assert.equal(at(1_700_000_000_123_456_789n, resolution(9)), [datagram(1_700_000_000_123_456_789n)])
    assert.equal(at(3n, resolution(0)), [datagram(3_000_000_000n)])
    assert.equal(at(3n, resolution(0x81)), [datagram(1_500_000_000n)])
    assert.equal(at(1999n, resolution(12)), [datagram(1n)])
    assert.equal(at(7n, file.option(14, file.i64(-2n))), [datagram(-2_000_000_000n + 7000n)])
    assert.equal(at(7n, file.option(2, Buffer.from('nlmon0'))), [datagram(7000n)])
  })

  test(`every kind of packet block is read, ${order}`, () => {
    const cut = packet(PACKET.USER, 15, five)
    const blocks = [
      file.interface(253, 20),
      file.enhanced(
        0,
        1n,
        packet(PACKET.KERNEL, 0, five),
        file.option(2, Buffer.alloc(4)),
        file.option(0, Buffer.of()),
      ),
      file.obsolete(0, 2n, packet(PACKET.OUTGOING, 12, five)),
      file.simple(21, cut.subarray(0, 20)),
    ]
    assert.equal(read(...blocks), [
      datagram(1000n, PACKET.KERNEL, 0),
      datagram(2000n, PACKET.OUTGOING, 12),
      datagram(0n, PACKET.USER, 15, five.subarray(0, 4)),
    ])
    assert.equal(read(file.interface(), file.simple(21, cut)), [datagram(0n, PACKET.USER, 15)])
  })

  test(`other blocks and other interfaces are skipped, ${order}`, () => {
    const blocks = [
      file.interface(1),
      file.interface(253, 0, file.option(9, Buffer.of(9))),
      file.block(5, Buffer.alloc(12)),
      file.block(0xbad, Buffer.from('what?!!!')),
      file.enhanced(0, 1n, Buffer.from('Ethernet')),
      file.enhanced(1, 1n, packet(4, 16, five)),
    ]
    assert.equal(read(...blocks), [datagram(1n)])
  })

  test(`a section has its own interfaces and byte order, ${order}`, () => {
    const other = pcapng(order === 'LE' ? 'BE' : 'LE')
    const blocks = [
      file.interface(1),
      other.section(),
      other.interface(253, 0, other.option(9, Buffer.of(9))),
      other.enhanced(0, 5n, packet(4, 16, five)),
    ]
    assert.equal(read(...blocks), [datagram(5n)])
    const [count, message] = readUntilError(
      Buffer.concat([file.section(), file.interface(), other.section(), other.enhanced(0, 5n, packet(4, 16, five))]),
    )
    assert.is(count, 0)
    assert.match(message ?? '', /^expected one of 0 interfaces in the packet at offset \d+, got interface 0$/)
  })

  test(`files without packets are read, ${order}`, () => {
    assert.equal(read(), [])
    assert.equal(read(file.interface()), [])
    assert.is(
      readUntilError(Buffer.concat([file.section(), file.interface(1), file.interface(276)]))[1],
      'expected an interface of LINKTYPE_NETLINK (253), got link type 1, 276 only',
    )
  })

  test(`malformed files are an error, ${order}`, () => {
    const section = file.section()
    const head = Buffer.concat([section, file.interface(), file.enhanced(0, 1n, packet(4, 16, five))])
    const last = file.enhanced(0, 2n, packet(4, 16, five))
    const whole = Buffer.concat([head, last])
    const with32 = (at: number, value: number) => {
      const copy = Buffer.from(whole)
      copy[`writeUInt32${order}`](value, at)
      return copy
    }
    const at = head.length
    const rows: [string, Buffer, number, string][] = [
      [
        'length',
        with32(at + 4, 8),
        1,
        `expected a block of 12 to ${last.length} bytes at offset ${at}, got one that claims 8`,
      ],
      [
        'odd length',
        with32(at + 4, 13),
        1,
        `expected a block of 12 to ${last.length} bytes at offset ${at}, got one that claims 13`,
      ],
      [
        'length beyond the end',
        with32(at + 4, 0xfffffffc),
        1,
        `expected a block of 12 to ${last.length} bytes at offset ${at}, got one that claims 4294967292`,
      ],
      [
        'trailer',
        with32(whole.length - 4, 4),
        1,
        `expected the block's length ${last.length} again at offset ${whole.length - 4}, got 4`,
      ],
      [
        'interface',
        with32(at + 8, 1),
        1,
        `expected one of 1 interfaces in the packet at offset ${at + 8}, got interface 1`,
      ],
      [
        'captured length',
        with32(at + 20, 99),
        1,
        `expected a packet of 16 to 24 bytes at offset ${at + 28}, got one that claims 99`,
      ],
      [
        'no room for the pseudo-header',
        with32(at + 20, 15),
        1,
        `expected a packet of 16 to 24 bytes at offset ${at + 28}, got one that claims 15`,
      ],
      [
        'truncated block',
        whole.subarray(0, -8),
        1,
        `expected a block of 12 to ${last.length - 8} bytes at offset ${at}, got one that claims ${last.length}`,
      ],
      [
        'truncated block header',
        whole.subarray(0, at + 7),
        1,
        `expected pcapng block (8 bytes) at offset ${at}, got 7 bytes`,
      ],
      [
        'invalid byte-order magic',
        with32(8, 0x12345678),
        0,
        `expected a pcapng byte-order magic at offset 8, got 0x${with32(8, 0x12345678).toString('hex', 8, 12)}`,
      ],
      [
        'version',
        Buffer.concat([file.section(2), whole]),
        0,
        'expected pcapng version 1 in the section at offset 0, got 2.0',
      ],
      [
        'truncated section header',
        file.block(0x0a0d0d0a, Buffer.from(whole.subarray(8, 12))),
        0,
        'expected pcapng section header (16 bytes) at offset 8, got 8 bytes',
      ],
      [
        'truncated interface description',
        Buffer.concat([section, file.block(1, Buffer.alloc(4))]),
        0,
        `expected pcapng interface description (8 bytes) at offset ${section.length + 8}, got 4 bytes`,
      ],
      [
        'an option beyond its block',
        Buffer.concat([section, file.interface(253, 0, Buffer.from('ffffffff', 'hex'))]),
        0,
        `expected an option of up to 4 bytes at offset ${section.length + 16}, got one that claims 65535`,
      ],
      ['an ELF file', Buffer.from('\x7fELF'), 0, 'expected a pcapng file, got one that begins with 0x7f454c46'],
      ['no bytes', Buffer.of(), 0, 'expected a pcapng file, got one that begins with 0x'],
    ]
    for (const [what, bytes, count, words] of rows) {
      const [read, message] = readUntilError(bytes)
      assert.is(read, count, what)
      assert.is(message, words, what)
    }
  })

  test(`a file truncated anywhere gives its complete datagrams, or an error, ${order}`, () => {
    const one = file.enhanced(0, 1n, packet(4, 16, five))
    const whole = Buffer.concat([file.section(), file.interface(), one, one])
    for (let length = 0; length < whole.length; length++) {
      const [count, message] = readUntilError(whole.subarray(0, length))
      assert.ok(count <= 1)
      const boundary = [whole.length - 2 * one.length, whole.length - one.length, file.section().length]
      assert.is(message === undefined, boundary.includes(length), `${length} bytes`)
    }
  })
}

/** Returns the number of datagrams before an error, and its message. */
function readUntilError(bytes: Uint8Array): [count: number, message: string | undefined] {
  let count = 0
  try {
    for (const _ of readPcapng(bytes)) count++
    return [count, undefined]
  } catch (error) {
    assert.instance(error, DecodeError)
    return [count, (error as Error).message]
  }
}

test('the format of a file is detected by its first bytes', () => {
  const recorded = (name: string) => readFileSync(new URL(`../captures/${name}`, import.meta.url))
  const fromPcapng = [...readCapture(recorded('10-conntrack.pcapng'))]
  assert.is(fromPcapng.length, 83)
  assert.equal(fromPcapng, [...readCapture(recorded('10-conntrack.pcap'))])
  assert.throws(
    () => [...readCapture(Buffer.from('GIF89a'))],
    'expected a pcap or pcapng file or a log of strace, got one that begins with 0x47494638',
  )
  assert.throws(
    () => [...readCapture(Buffer.of())],
    (error: unknown) => error instanceof DecodeError,
  )
})

test.run()
