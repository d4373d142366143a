import {
  type Declaration,
  DecodeError,
  decode,
  describe,
  EncodeError,
  encode,
  type Members,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as diag from '../../packages/netlink/dist/diag/index.js'
import { type BitFields, bitFieldsInC, sockoptBits, tcpInfoBits } from '../support/bit-fields.js'
import { vectors } from '../support/vectors.js'

const { sockDiagReply, sockDiagRequest } = diag

/** Returns `count` zero bytes in hexadecimal. */
const zeros = (count: number) => '00'.repeat(count)
const noId = { sport: 0, dport: 0, src: '0.0.0.0', dst: '0.0.0.0', if: 0, cookie: 0n }

/** Recorded: `ss -tan '( sport > :1000 and dst 127.0.0.0/8 ) or dport = :22'`, `ss -K`, `ss -ln -M`, `ss -xa`, `ss --vsock -an` */
vectors(
  sockDiagRequest,
  {
    correct: [
      [
        {
          family: 2,
          protocol: 6,
          ext: 0,
          rawProtocol: 0,
          states: 0x3fff,
          id: noId,
          attrs: {
            bytecode: [
              { code: diag.INET_DIAG_BC.S_LE, no: 12, port: 1000 },
              { code: diag.INET_DIAG_BC.JMP, no: 24 },
              { code: diag.INET_DIAG_BC.D_COND, no: 20, family: 2, prefixLen: 8, port: -1, addr: '127.0.0.0' },
              { code: diag.INET_DIAG_BC.JMP, no: 20 },
              { code: diag.INET_DIAG_BC.D_COND, no: 20, family: 0, prefixLen: 0, port: 22, addr: '0.0.0.0' },
            ],
          },
        },
        {
          LE: `02060000 ff3f0000 ${zeros(48)} 34000100
            03080c00 0000e803 01041800 08101400 02080000 ffffffff 7f000000 01041400 08101400 00000000 16000000 00000000`,
        },
      ],
      [
        {
          family: 2,
          protocol: 6,
          ext: 0,
          rawProtocol: 0,
          states: 0,
          id: { sport: 38563, dport: 49570, src: '127.0.0.1', dst: '127.0.0.1', if: 0, cookie: 14n },
          attrs: {},
        },
        {
          LE: `02060000 00000000 96a3c1a2 7f000001 ${zeros(12)} 7f000001 ${zeros(12)} 00000000 0e00000000000000`,
          BE: `02060000 00000000 96a3c1a2 7f000001 ${zeros(12)} 7f000001 ${zeros(12)} 00000000 0000000e00000000`,
        },
      ],
      [
        {
          family: 10,
          protocol: 6,
          ext: 0,
          rawProtocol: 0,
          states: 0x480,
          id: { ...noId, src: '::', dst: '::' },
          attrs: { protocol: 262 },
        },
        { LE: `0a060000 80040000 ${zeros(48)} 08000300 06010000` },
      ],
      [
        { family: 1, protocol: 0, states: 0x3fff, ino: 0, show: 0x15, cookie: 0n, attrs: {} },
        { LE: '01000000 ff3f0000 00000000 15000000 0000000000000000' },
      ],
      [
        { family: 40, protocol: 0, states: 0x3fff, ino: 0, show: 0, cookie: 0n, attrs: {} },
        { LE: '28000000 ff3f0000 00000000 00000000 0000000000000000' },
      ],
      [{ family: 30, protocol: 0, states: 0x3fff, attrs: {} }, { LE: '1e000000 ff3f0000' }],
      // AF_BLUETOOTH, a family without a declaration
      [{ payload: Buffer.from('1f000000ffffffff', 'hex') }, '1f000000 ffffffff'],
    ],
    encodes: [
      [{ family: 44, show: 0x1f }, { LE: `2c000000 00000000 1f000000 ${zeros(8)}` }],
      [
        { family: 2, protocol: 17, id: { dport: 53, dst: '192.0.2.1', cookie: diag.NO_COOKIE } },
        { LE: `02110000 00000000 00000035 ${zeros(16)} c0000201 ${zeros(12)} 00000000 ffffffffffffffff` },
      ],
    ],
    errValues: [
      {},
      { family: 31 },
      { family: 2, id: { src: '::1' } },
      { family: 10, id: { src: '127.0.0.1' } },
      { family: 1, cookie: 1 },
      { family: 1, cookie: -1n },
      { family: 2, attrs: { bytecode: [{ code: 99, no: 4 }] } },
      { family: 2, attrs: { bytecode: [{ code: 1, no: 4, addr: '127.0.0.1' }] } },
      { family: 2, attrs: { bytecode: [{ code: 2, no: 4, port: 65536 }] } },
      { family: 2, attrs: { bytecode: 'sport > 1000' } },
    ],
    errHex: [
      ['', 'expected sock_diag request (at least 1 byte, the family), got 0 bytes'],
      ['0206', 'expected inet_diag_req_raw (56 bytes), got 2 bytes'],
      ['0100000000', 'expected unix_diag_req (24 bytes), got 5 bytes'],
    ],
  },
  'sock_diag requests',
)

vectors(
  sockDiagReply,
  {
    correct: [
      [
        {
          family: 1,
          type: 1,
          state: diag.TCP.LISTEN,
          ino: 260,
          cookie: 1n,
          attrs: { name: '/tmp/us', rqlen: { rqueue: 1, wqueue: 128 }, shutdown: 0 },
        },
        {
          LE: `01010a00 04010000 0100000000000000 0c000000 2f746d702f757300
            0c000400 01000000 80000000 05000600 00000000`,
        },
      ],
      [
        {
          family: 1,
          type: 2,
          state: diag.TCP.CLOSE,
          ino: 262,
          cookie: 5n,
          attrs: { name: '\0abs', rqlen: { rqueue: 0, wqueue: 0 }, shutdown: 0 },
        },
        { LE: '01020700 06010000 0500000000000000 08000000 00616273 0c000400 00000000 00000000 05000600 00000000' },
      ],
      [
        {
          family: 10,
          state: diag.TCP.CLOSE,
          timer: 0,
          retrans: 0,
          id: { sport: 5354, dport: 0, src: '::', dst: '::', if: 0, cookie: 7n },
          expires: 0,
          rqueue: 0,
          wqueue: 0,
          uid: 0,
          inode: 257,
          attrs: {
            shutdown: 0,
            skv6only: 0,
            mark: 0,
            cgroupId: 1n,
            sockopt: {
              recverr: 0,
              isIcsk: 0,
              freebind: 0,
              hdrincl: 0,
              mcLoop: 1,
              transparent: 0,
              mcAll: 0,
              nodefrag: 0,
              bindAddressNoPort: 0,
              recverrRfc4884: 0,
              deferConnect: 0,
              unused: 0,
            },
          },
        },
        {
          LE: `0a070000 14ea0000 ${zeros(36)} 0700000000000000 ${zeros(16)} 01010000 05000800 00000000
            05000b00 00000000 08000f00 00000000 0c001500 0100000000000000 06001600 10000000`,
        },
      ],
      [
        {
          family: 17,
          type: 2,
          num: 3,
          ino: 1238,
          cookie: 4107n,
          attrs: { uid: 0, filter: [{ code: 6, jt: 0, jf: 0, k: 262144 }] },
        },
        { LE: '11020300 d6040000 0b10000000000000 08000500 00000000 0c000700 0600 00 00 00000400' },
      ],
      [
        {
          family: 40,
          type: 1,
          state: diag.TCP.LISTEN,
          shutdown: 0,
          srcCid: 0xffffffff,
          srcPort: 77,
          dstCid: 0xffffffff,
          dstPort: 0xffffffff,
          ino: 267,
          cookie: 32n,
          attrs: {},
        },
        { LE: '28010a00 ffffffff 4d000000 ffffffff ffffffff 0b010000 2000000000000000' },
      ],
      // TIPC without the state of the socket
      [{ family: 30, attrs: {} }, ''],
      [{ payload: Buffer.from('1f00', 'hex') }, '1f00'],
    ],
    decodes: [
      // TIPC has no header, only one nest, here without NLA_F_NESTED
      [
        {
          LE: '60000200 08000200810b70f8 0800010000000000 04000400 0800060005000000 080009000a000000 08000700c8040000 0800080000000000 0c000a002100000000000000 1c000500 0800000000000000 0800010000000000 0800040000000000',
        },
        {
          family: 30,
          attrs: {
            sock: {
              ref: 0xf8700b81,
              addr: 0,
              hasPubl: true,
              type: 5,
              tipcState: 10,
              ino: 1224,
              uid: 0,
              cookie: 33n,
              stat: { rcvq: 0, sendq: 0, drop: 0 },
            },
          },
        },
      ],
    ],
    errValues: [{}, { family: 99, attrs: {} }, { family: 1, attrs: { name: 5 } }],
    errHex: [
      ['0101', 'expected unix_diag_msg (16 bytes), got 2 bytes'],
      [
        { LE: `01010a00 04010000 0100000000000000 05000200 00000000` },
        'UNIX_DIAG_PEER: expected u32 (4 bytes), got 1 byte',
      ],
    ],
  },
  'sock_diag replies',
)

vectors(
  diag.inetDiagBytecode,
  {
    correct: [
      [[{ code: 0, no: 4 }], { LE: '00040400', BE: '00040004' }],
      [[{ code: 6, no: 8 }], { LE: '06040800', BE: '06040008' }],
      [[{ code: 7, no: 16, family: 0, prefixLen: 0, port: 80 }], { LE: '070c1000 00000000 50000000' }],
      [
        [{ code: 8, no: 32, family: 10, prefixLen: 128, port: -1, addr: '2001:db8::1' }],
        { LE: '081c2000 0a800000 ffffffff 20010db8000000000000000000000001' },
      ],
      [[{ code: 9, no: 12, ifindex: 2 }], { LE: '09080c00 02000000', BE: '0908000c 00000002' }],
      [[{ code: 10, no: 16, mark: 7, mask: 0xffffffff }], { LE: '0a0c1000 07000000 ffffffff' }],
      [[{ code: 11, no: 12, port: 443 }], { LE: '0b080c00 0000bb01', BE: '0b08000c 000001bb' }],
      [[{ code: 13, no: 16, cgroupId: 5n }], { LE: '0d0c1000 0500000000000000' }],
      // Invalid operations are kept: an unknown code, an operation that is too short, a length of 0
      [[{ payload: Buffer.from('0e080400ffffffff', 'hex') }, { code: 0, no: 4 }], { LE: '0e080400ffffffff 00040400' }],
      [[{ payload: Buffer.from('09040400', 'hex') }], { LE: '09040400' }],
      [[{ code: 0, no: 4 }, { payload: Buffer.from('0100000001040400', 'hex') }], { LE: '00040400 01000000 01040400' }],
      [[{ payload: Buffer.from('0104', 'hex') }], '0104'],
      [[], ''],
    ],
  },
  'inet_diag bytecode',
)

vectors(
  diag.unixName,
  {
    correct: [
      ['/run/x', '2f72756e2f7800'],
      ['\0', '00'],
      ['\0a\0b', '00610062'],
      ['\0\udcff', '00ff'],
      ['', ''],
    ],
    decodes: [['2f72756e2f78', '/run/x']],
    errValues: ['a\0b', 5],
  },
  'names of unix sockets',
)

vectors(
  diag.sockaddrStorage,
  {
    correct: [
      [{ family: 0 }, zeros(128)],
      [
        { family: 2, port: 80, addr: '192.0.2.1' },
        { LE: `0200 0050 c0000201 ${zeros(120)}`, BE: `0002 0050 c0000201 ${zeros(120)}` },
      ],
      [
        { family: 10, port: 80, flowinfo: 1, addr: '2001:db8::1', scopeId: 2 },
        { LE: `0a00 0050 00000001 20010db8000000000000000000000001 02000000 ${zeros(100)}` },
      ],
      [{ payload: Buffer.from(`1f00${zeros(126)}`, 'hex') }, { LE: `1f00 ${zeros(126)}` }],
    ],
    errValues: [{ family: 31 }, { family: 2, addr: '::1' }, '192.0.2.1'],
    errHex: ['0200'],
  },
  'sockaddr_storage',
)

const test = suite('sock_diag')

test('the protocol declares which messages are gets, and their replies', () => {
  const of = (name: string) => {
    const { type, isGet } = diag.sockDiag.byName(name)
    return [type, isGet]
  }
  assert.equal(of('SOCK_DIAG_BY_FAMILY'), [20, true])
  assert.equal(of('TCPDIAG_GETSOCK'), [18, true])
  assert.equal(of('SOCK_DESTROY'), [21, false])
  assert.is(diag.sockDiag.byType(20)?.reply, sockDiagReply)
})

/** Returns a reply for AF_INET with one attribute. */
const withInfo = (payload: string) => {
  const attribute = Buffer.alloc(4)
  attribute.writeUInt16LE(4 + payload.length / 2, 0)
  attribute.writeUInt16LE(2, 2)
  return Buffer.concat([Buffer.from(`02${zeros(71)}`, 'hex'), attribute, Buffer.from(payload, 'hex')])
}
const infoOf = (payload: string) => {
  const reply = decode(sockDiagReply, withInfo(payload), { order: 'LE' })
  return reply.family === 2 ? reply.attrs.info : undefined
}

test('INET_DIAG_INFO is decoded by its size', () => {
  const mptcp = infoOf(`0201 ${zeros(94)}`.replaceAll(' ', ''))
  assert.ok(mptcp && 'subflows' in mptcp)
  assert.is(mptcp.subflows, 2)
  const older = infoOf(`02${zeros(47)}`)
  assert.ok(older && 'subflows' in older && older.lastAckRecv === 0)
  const tcp = infoOf(`01${zeros(103)}`)
  assert.ok(tcp && 'rtt' in tcp)
  assert.is(tcp.state, 1)
  const sctp = infoOf(`05000000${zeros(364)}`)
  assert.ok(sctp && 'tag' in sctp)
  assert.is(sctp.tag, 5)
})

test('INET_DIAG_INFO is encoded as the struct that was decoded, in its current size', () => {
  for (const [payload, size] of [
    [`01${zeros(103)}`, 280],
    [`02${zeros(47)}`, 96],
    [`05${zeros(367)}`, 368],
  ] as const) {
    const reply = decode(sockDiagReply, withInfo(payload), { order: 'LE' })
    const bytes = encode(sockDiagReply, reply, { order: 'LE' })
    assert.is(bytes.toString('hex', 76), payload.padEnd(2 * size, '0'))
  }
})

const withBits: readonly [string, Declaration<unknown> & { readonly members: Members }, string, BitFields][] = [
  ['struct tcp_info', diag.tcpInfo, 'linux/tcp.h', tcpInfoBits],
  ['struct inet_diag_sockopt', diag.inetDiagSockopt, 'linux/inet_diag.h', sockoptBits],
]
for (const [name, declaration, header, bits] of withBits) {
  test(`bit-fields of ${name} are at the offsets of a C compiler`, () => {
    const inC = bitFieldsInC(header, name, bits)
    if (inC === undefined) return console.log(`SKIPPED: ${name}: the installed headers are older`)
    for (const [key, member] of Object.entries(bits)) {
      const length = Number(/\d+/.exec(declaration.members[key]?.name ?? '')?.[0])
      const ours = encode(declaration, { [key]: 2 ** length - 1 })
      assert.is(ours.toString('hex'), inC.get(member), key)
    }
  })
}

test('the order of bit-fields follows the byte order, and values that are too large are rejected', () => {
  const opt = (order: 'LE' | 'BE') =>
    encode(diag.inetDiagSockopt, { recverr: 1, mcLoop: 1, deferConnect: 1 }, { order })
  assert.is(opt('LE').toString('hex'), '1104')
  assert.is(opt('BE').toString('hex'), '8820')
  assert.throws(
    () => encode(diag.tcpInfo, { sndWscale: 16 }),
    (error: unknown) => error instanceof EncodeError && error.message.includes('bits(4)'),
  )
})

test('TCP MD5 keys have an address of either family', () => {
  const key = Buffer.alloc(80, 'k')
  const inet = { family: 2, prefixlen: 32, keylen: 1, addr: '192.0.2.0', key }
  const inet6 = { ...inet, family: 10, addr: '2001:db8::' }
  for (const value of [inet, inet6]) {
    assert.equal(decode(diag.tcpDiagMd5sig, encode(diag.tcpDiagMd5sig, value)), value)
  }
})

test('SMC addresses without a family are decoded', () => {
  const id = { sport: 1, dport: 2, src: '192.0.2.1', dst: '2001:db8::1', if: 0, cookie: 0n }
  const request = { family: 43, ext: 1, id, attrs: {} } as const
  const bytes = encode(sockDiagRequest, request)
  assert.equal(decode(sockDiagRequest, bytes), request)
})

test('the family narrows the type', () => {
  const socket = decode(
    sockDiagReply,
    Buffer.from('28010a00ffffffff4d000000ffffffffffffffff0b0100002000000000000000', 'hex'),
    {
      order: 'LE',
    },
  )
  if (socket.family === 40) assert.is(socket.srcPort, 77)
  // @ts-expect-error: not every family has a port
  assert.is(socket.srcPort, 77)
  // @ts-expect-error: a unix socket has no port
  if (socket.family === 1) assert.is(socket.srcPort, 77)
})

test('operations of the bytecode are described', () => {
  const ops = [
    { code: 10, no: 16, mark: 7, mask: 1 },
    { code: 8, no: 20, family: 2, prefixLen: 8, port: -1, addr: '127.0.0.0' },
    { payload: Buffer.of(1) },
  ]
  assert.equal(describe(diag.inetDiagBytecode, ops), [
    { ...ops[0], code: 'INET_DIAG_BC_MARK_COND' },
    { ...ops[1], code: 'INET_DIAG_BC_D_COND', family: 'AF_INET' },
    ops[2],
  ])
})

test('errors contain the path', () => {
  const bytes = Buffer.from(`0a${zeros(71)}06000200ffff0000`, 'hex')
  assert.throws(
    () =>
      decode(sockDiagReply, Buffer.concat([bytes.subarray(0, 72), Buffer.from('06000100ffff0000', 'hex')]), {
        order: 'LE',
      }),
    (error: unknown) =>
      error instanceof DecodeError &&
      error.message === 'INET_DIAG_MEMINFO: expected inet_diag_meminfo (16 bytes), got 2 bytes',
  )
})

test.run()
