import { readCapture, writePcap } from '@netloom/netlink/capture'
import { align, compile, type Declaration } from '@netloom/netlink/codec'
import { netfilter } from '@netloom/netlink/netfilter'
import { linkInfo, linkMessage, routeMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import { jsonLine } from '../../packages/netlink/dist/cli/json-line.js'
import { showLine } from '../../packages/netlink/dist/cli/line.js'
import { dissectCapture, dissector } from '../../packages/netlink/dist/dissect/index.js'
import { detailLines, JsonMessages, plainText, Redactor } from '../../packages/netlink/dist/inspect/index.js'
import { attribute, times } from './bombs.js'
import { headerSize } from './parts.js'
import { expectLinear, expectLinearSteps, type Sized } from './time.js'
import '../support/built.js'

// The time per byte must not grow with the size, whatever is repeated or nested, in all code that reads bytes.
const test = suite('time per byte')

type Any = Declaration<unknown>
const link = linkMessage as Any
const none = Buffer.alloc(0)
const text = (value: string) => Buffer.from(`${value}\0`)
const u16 = (...values: number[]) => Buffer.from(new Uint16Array(values).buffer)
const u32 = (...values: number[]) => Buffer.from(new Uint32Array(values).buffer)
const headOf = (declaration: Any) => Buffer.alloc(align(headerSize(declaration)))

/** Repeats `unit` until `size` bytes are filled. */
const fill = (size: number, unit: Buffer) => times(Math.ceil(size / unit.length), unit)
const numbered = (size: number, from: number) =>
  Buffer.concat(Array.from({ length: size / 4 }, (_, index) => attribute(from + (index % 16_000), none)))
const afterHead = (declaration: Any, body: (size: number) => Buffer) => (size: number) =>
  Buffer.concat([headOf(declaration), body(size)])

/** Types of attributes: IFLA_*, IFLA_INFO_* and RTA_*. */
const IFLA = { MTU: 4, LINKINFO: 18, IFALIAS: 20, PROP_LIST: 52, UNKNOWN: 999 }
const INFO = { KIND: 1, DATA: 2 }
const RTA = { MULTIPATH: 9 }

/** Nests links as the peer of a veth peer, and so on. `make` returns the attributes of the innermost. */
const peers = (levels: number, make: (size: number) => Buffer) => (size: number) => {
  let inner = make(size)
  for (let level = 0; level < levels; level++) {
    const peer = attribute(1, Buffer.concat([headOf(link), inner]))
    inner = attribute(IFLA.LINKINFO, Buffer.concat([attribute(INFO.KIND, text('veth')), attribute(INFO.DATA, peer)]))
  }
  return inner
}

const empty = attribute(IFLA.UNKNOWN, none)
const mtu = attribute(IFLA.MTU, u32(1500))
const alias = attribute(IFLA.IFALIAS, Buffer.from('a\0bcd\xff', 'latin1'))
const flat: [number, number] = [16_384, 131_072]
const nest: [number, number] = [7_000, 56_000]

const shapes: readonly (readonly [name: string, Any, (size: number) => Buffer, readonly [number, number]])[] = [
  ['one unknown type', link, afterHead(link, (size) => fill(size, empty)), flat],
  ['many unknown types', link, afterHead(link, (size) => numbered(size, 200)), flat],
  ['one known type', link, afterHead(link, (size) => fill(size, mtu)), flat],
  [
    'known and unknown types alternating',
    link,
    afterHead(link, (size) => fill(size, Buffer.concat([mtu, empty]))),
    flat,
  ],
  ['text in non-canonical form', link, afterHead(link, (size) => fill(size, alias)), flat],
  ['nonzero padding', link, afterHead(link, (size) => fill(size, Buffer.from('\x05\0\x21\x03abcd'))), flat],
  [
    'one text that is not UTF-8',
    link,
    afterHead(link, (size) => attribute(IFLA.IFALIAS, Buffer.alloc(size, 0xff))),
    nest,
  ],
  ['nests', link, afterHead(link, (size) => fill(size, attribute(IFLA.LINKINFO, attribute(1, text('tun'))))), flat],
  [
    'alternative names',
    link,
    afterHead(link, (size) => attribute(IFLA.PROP_LIST, fill(size, attribute(53, text('a'))))),
    nest,
  ],
  ['selections without a selector', linkInfo as Any, (size) => fill(size, attribute(INFO.DATA, none)), flat],
  [
    'selections before their selector',
    linkInfo as Any,
    (size) => Buffer.concat([fill(size, attribute(INFO.DATA, none)), attribute(INFO.KIND, text('veth'))]),
    flat,
  ],
  [
    'next hops',
    routeMessage as Any,
    afterHead(routeMessage as Any, (size) => attribute(RTA.MULTIPATH, fill(size, u16(8, 0, 0, 0)))),
    nest,
  ],
  [
    'next hops with nonzero padding',
    routeMessage as Any,
    afterHead(routeMessage as Any, (size) =>
      attribute(RTA.MULTIPATH, fill(size, Buffer.concat([u16(13, 0, 0, 0), Buffer.from('\x05\0\x63\0\x01abc')]))),
    ),
    nest,
  ],
  [
    '31 levels around unknown attributes',
    link,
    afterHead(
      link,
      peers(31, (size) => fill(size, empty)),
    ),
    nest,
  ],
  [
    '31 levels around known attributes',
    link,
    afterHead(
      link,
      peers(31, (size) => fill(size, mtu)),
    ),
    nest,
  ],
  [
    '31 levels around text in non-canonical form',
    link,
    afterHead(
      link,
      peers(31, (size) => fill(size, alias)),
    ),
    nest,
  ],
  [
    '31 levels around bytes',
    link,
    afterHead(
      link,
      peers(31, (size) => attribute(IFLA.UNKNOWN, Buffer.alloc(size))),
    ),
    nest,
  ],
  ['repeated short nests', link, afterHead(link, (size) => fill(size, peers(8, () => mtu)(0))), flat],
  [
    'expressions of nftables',
    netfilter.byName('NFT_MSG_NEWRULE').declaration,
    afterHead(netfilter.byName('NFT_MSG_NEWRULE').declaration, (size) =>
      attribute(
        4,
        fill(size, attribute(1, Buffer.concat([attribute(1, text('cmp')), attribute(2, attribute(1, u32(1)))]))),
      ),
    ),
    nest,
  ],
]

for (const [name, declaration, shape, sizes] of shapes)
  test(`${name}: decoding, encoding and printing are linear`, () => expectLinearSteps(name, declaration, shape, sizes))

// Compares the deepest nest that is decoded with one of two levels and the same size.
test('the depth of nests does not affect the time', () => {
  for (const lossless of [false, true]) {
    const codec = compile(link, { lossless })
    const sized = (levels: number): Sized => {
      const bytes = afterHead(
        link,
        peers(levels, () => fill(48_000, empty)),
      )(0)
      return { bytes: 48_000, work: () => codec.decode(bytes, 0, bytes.length) }
    }
    expectLinear(lossless ? 'lossless' : 'plain', sized(2), sized(31))
  }
})

test('locating an attribute is linear', () => {
  const codec = compile(link)
  const sized = (size: number): Sized => {
    const bytes = afterHead(
      link,
      peers(31, () => fill(size, mtu)),
    )(0)
    return { bytes: bytes.length, work: () => codec.locate?.(bytes, 0, bytes.length, bytes.length - 2) }
  }
  expectLinear('locate', sized(nest[0]), sized(nest[1]))
})

/** Returns an rtnetlink message: header and payload. */
function netlinkMessage(type: number, seq: number, payload: Buffer, flags = 1): Buffer {
  return Buffer.concat([u32(16 + payload.length), u16(type, flags), u32(seq, 0), payload])
}

const RTM_NEWLINK = 16
const NLMSG_ERROR = 2

/** Does everything that `netloom decode` does with a capture, except printing. */
function decodeCapture(file: Buffer): number {
  let length = 0
  const json = new JsonMessages({ words: true })
  const redactor = new Redactor()
  for (const datagram of dissectCapture(file)) {
    for (const message of datagram.messages) {
      length += showLine(message, datagram.time, redactor).length
      for (const line of detailLines(message)) length += plainText(line).length
      length += jsonLine({}, message, json).length + datagram.encode().length
    }
  }
  return length
}

const captured = (datagrams: readonly Buffer[], packetType = 4) =>
  writePcap(datagrams.map((bytes) => ({ time: 1n, protocol: 0, packetType, bytes })))

test('netloom decode is linear for one message of unknown attributes', () => {
  const sized = (size: number): Sized => {
    const file = captured([netlinkMessage(RTM_NEWLINK, 1, afterHead(link, (count) => fill(count, empty))(size))])
    return { bytes: file.length, work: () => decodeCapture(file) }
  }
  expectLinear('decode', sized(flat[0]), sized(flat[1]))
})

test('netloom decode is linear for many small messages', () => {
  const sized = (size: number): Sized => {
    const one = netlinkMessage(RTM_NEWLINK, 1, headOf(link))
    const file = captured([fill(size, one), ...Array.from({ length: size / one.length }, () => one)])
    return { bytes: file.length, work: () => decodeCaptureOnce(file) }
  }
  expectLinear('decode', sized(flat[0]), sized(flat[1]))
})

/** Like {@link decodeCapture}, but encodes each datagram once, not once per message. */
function decodeCaptureOnce(file: Buffer): number {
  let length = 0
  for (const { messages, encode } of dissectCapture(file)) length += messages.length + encode().length
  return length
}

test('matching answers to requests is linear, also if answers are missing', () => {
  const { dissect } = dissector()
  const PACKET_KERNEL = 7
  const PACKET_USER = 6
  let seq = 0
  const sized = (count: number): Sized => ({
    bytes: count * 32,
    work() {
      for (let index = 0; index < count; index++) {
        const bytes = netlinkMessage(RTM_NEWLINK, ++seq, headOf(link))
        dissect({ protocol: 0, packetType: PACKET_KERNEL, bytes })
        if (index % 4 !== 0) continue
        const answer = Buffer.concat([u32(0), bytes.subarray(0, 16)])
        dissect({ protocol: 0, packetType: PACKET_USER, bytes: netlinkMessage(NLMSG_ERROR, seq, answer) })
      }
    },
  })
  expectLinear('dissect', sized(2_000), sized(16_000))
})

/** Returns a block of a pcapng file. */
const block = (type: number, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([u32(type, body.length + 12), body, u32(body.length + 12)])
}
const section = block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1, 0), u32(0xffffffff, 0xffffffff))
const described = (...options: Buffer[]) => block(1, u16(253, 0), u32(0), ...options)
const option = Buffer.concat([u16(9, 1), Buffer.of(0xff, 0, 0, 0)])
const packet = block(6, u32(0, 0, 0, 16, 16), Buffer.alloc(16))

const files: Readonly<Record<string, (size: number) => Buffer>> = {
  sections: (size) => fill(size, section),
  'sections with packets': (size) => fill(size, Buffer.concat([section, described(), packet])),
  interfaces: (size) => Buffer.concat([section, fill(size, described())]),
  options: (size) => Buffer.concat([section, described(fill(size, option)), packet]),
  packets: (size) => Buffer.concat([section, described(), fill(size, packet)]),
  'other blocks': (size) => Buffer.concat([section, fill(size, block(5))]),
}

for (const [name, make] of Object.entries(files)) {
  test(`reading pcapng with many ${name} is linear`, () => {
    const sized = (size: number): Sized => {
      const file = make(size)
      return { bytes: file.length, work: () => [...readCapture(file)].length }
    }
    expectLinear(name, sized(flat[0]), sized(flat[1]))
  })
}

test('reading pcap is linear', () => {
  const sized = (count: number): Sized => {
    const file = captured(Array.from({ length: count }, () => none))
    return { bytes: file.length, work: () => [...readCapture(file)].length }
  }
  expectLinear('pcap', sized(500), sized(4_000))
})

test('reading a uevent is linear', () => {
  const { dissect } = dissector()
  const sized = (size: number): Sized => {
    const bytes = Buffer.concat([text('add@/a'), fill(size, text('A=1'))])
    return { bytes: size, work: () => dissect({ protocol: 15, packetType: 4, bytes }).encode() }
  }
  expectLinear('uevent', sized(flat[0]), sized(flat[1]))
})

test.run()
