import { DecodeError, decode, encode } from '@netloom/netlink/codec'
import { linkMessage, rtnlLinkStats, rtnlLinkStats64 } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

const empty = { family: 0, type: 0, index: 0, flags: 0, change: 0 }

vectors(linkMessage, {
  correct: [
    [{ ...empty, attrs: {} }, '00000000 00000000 00000000 00000000'],
    // iproute2: ip link show dev veth0
    [
      { ...empty, attrs: { extMask: 9, ifname: 'veth0' } },
      {
        LE: `00000000 00000000 00000000 00000000
          0800 1d00 09000000         # IFLA_EXT_MASK
          0a00 0300 766574683000 0000 # IFLA_IFNAME`,
      },
    ],
    // The tap plugin of the CNI project: ip link set tap0 master (index 2), then up
    [{ ...empty, index: 7, attrs: { master: 2 } }, { LE: '00000000 07000000 00000000 00000000  0800 0a00 02000000' }],
    [{ ...empty, index: 7, flags: 1, change: 1, attrs: {} }, { LE: '00000000 07000000 01000000 01000000' }],
    // From a dump for AF_BRIDGE: bridge vlan show
    [
      {
        ...{ family: 7, type: 1, index: 2, flags: 0x1002, change: 0 },
        attrs: { ifname: 'br0', master: 2, mtu: 1500, operstate: 2, address: '26:dc:2e:45:e6:11' },
      },
      {
        LE: `07 00 0100 02000000 02100000 00000000
          0800 0300 62723000      # IFLA_IFNAME
          0800 0a00 02000000      # IFLA_MASTER
          0800 0400 dc050000      # IFLA_MTU
          0500 1000 02 000000     # IFLA_OPERSTATE
          0a00 0100 26dc2e45e611 0000 # IFLA_ADDRESS`,
      },
    ],
    [
      { ...empty, index: 3, attrs: { linkNetnsid: -1, propList: { altIfname: ['a', 'bb'] }, ifalias: '' } },
      {
        LE: `00000000 03000000 00000000 00000000
          0800 2500 ffffffff
          1400 3480  0600 3500 6100 0000  0700 3500 626200 00
          0400 1400`,
        BE: `00000000 00000003 00000000 00000000
          0008 0025 ffffffff
          0014 8034  0006 0035 6100 0000  0007 0035 626200 00
          0004 0014`,
      },
    ],
    // Undeclared attributes keep their position.
    [
      { ...empty, attrs: { mtu: 1, '?77': [{ flags: 0x4000, payload: Buffer.of(7) }], group: 0 } },
      { LE: `${'00000000'.repeat(4)} 0800 0400 01000000 0500 4d40 07000000 0800 1b00 00000000` },
    ],
  ],
  decodes: [
    // iproute2 sends neither NLA_F_NESTED nor the NUL of the kind: ip link add veth0 type veth peer name veth1
    [
      {
        LE: `00000000 00000000 00000000 00000000
          0a00 0300 766574683000 0000     # IFLA_IFNAME veth0
          3000 1200                       # IFLA_LINKINFO
            0800 0100 76657468            #   IFLA_INFO_KIND veth
            2400 0200                     #   IFLA_INFO_DATA
              2000 0100                   #     VETH_INFO_PEER: a whole message
              00000000 00000000 00000000 00000000
              0a00 0300 766574683100 0000 #     IFLA_IFNAME veth1`,
      },
      {
        ...empty,
        attrs: {
          ifname: 'veth0',
          linkinfo: { kind: 'veth', data: { peer: { ...empty, attrs: { ifname: 'veth1' } } } },
        },
      },
    ],
    // pyroute2: IPRoute().link('add', kind='veth', ...). The kind has a NUL.
    [
      {
        LE: `00000000 00000000 00000000 00000000
          0700 0300 643100 00
          3000 1200  0900 0100 7665746800 000000
            2000 0200 1c00 0100 00000000 00000000 00000000 00000000 0700 0300 643200 00`,
      },
      {
        ...empty,
        attrs: { ifname: 'd1', linkinfo: { kind: 'veth', data: { peer: { ...empty, attrs: { ifname: 'd2' } } } } },
      },
    ],
  ],
  errValues: [
    { attrs: { ifname: 5 } },
    { attrs: { linkinfo: { kind: 'nope', data: { id: 5 } } } },
    { attrs: { linkinfo: { data: {} } } },
    { attrs: { linkinfo: { kind: 'bridge', data: { vlanProtocol: '802.1Q' } } } },
    { ifname: 'eth0' },
    { index: 2 ** 31 },
  ],
})

const test = suite('link messages')

const head = '00000000 00000000 00000000 00000000'
for (const [hex, message] of [
  [
    '1800 1280  0800 0100 74756e00  0900 0280 0500 0100 07 000000',
    'IFLA_LINKINFO > IFLA_INFO_DATA > IFLA_TUN_OWNER: expected u32 (4 bytes), got 1 byte',
  ],
  [
    '1c00 1200  0800 0100 76657468  1000 0280 0c00 0180 00000000 00000000',
    'IFLA_LINKINFO > IFLA_INFO_DATA > VETH_INFO_PEER: expected ifinfomsg (16 bytes), got 8 bytes',
  ],
  ['0c00 2b80 0600 0200 0000 0000', 'IFLA_XDP > IFLA_XDP_ATTACHED: expected u8 (1 byte), got 2 bytes'],
] as const) {
  test(`a decode error contains the path: ${message}`, () => {
    const bytes = Buffer.from((head + hex).replace(/\s/g, ''), 'hex')
    assert.throws(
      () => decode(linkMessage, bytes, { order: 'LE' }),
      (error: Error) => error.message === message,
    )
  })
}

test('an encode error contains the path', () => {
  assert.throws(
    () => encode(linkMessage, { attrs: { linkinfo: { kind: 'tun', data: { owner: -1 } } } }),
    (error: Error) =>
      error.message ===
      'IFLA_LINKINFO > IFLA_INFO_DATA > IFLA_TUN_OWNER: expected u32 (an integer from 0 to 4294967295), got -1',
  )
})

test('a veth in a veth in a veth, 20,000 bytes long, is a DecodeError', () => {
  const nest = (type: number, payload: Buffer) => {
    const header = Buffer.alloc(4)
    header.writeUInt16LE(4 + payload.length, 0)
    header.writeUInt16LE(type | 0x8000, 2)
    return Buffer.concat([header, payload])
  }
  const kind = Buffer.from('0900010076657468 00000000'.replace(' ', ''), 'hex')
  let bytes = Buffer.alloc(16)
  while (bytes.length < 20_000) {
    bytes = Buffer.concat([Buffer.alloc(16), nest(18, Buffer.concat([kind, nest(2, nest(1, bytes))]))])
  }
  assert.throws(
    () => decode(linkMessage, bytes, { order: 'LE' }),
    (error: unknown) =>
      error instanceof DecodeError && /expected at most 32 levels of link, got more$/.test(error.message),
  )
})

test('statistics may be shorter in older kernels, and longer in newer ones', () => {
  for (const [stats, size, value] of [
    [rtnlLinkStats, 4, 7],
    [rtnlLinkStats64, 8, 7n],
  ] as const) {
    const bytes = Buffer.alloc(stats.size + 16)
    bytes[0] = 7
    for (const length of [size, stats.size, stats.size + 16]) {
      const decoded = decode(stats as never, bytes.subarray(0, length), { order: 'LE' }) as Record<string, unknown>
      assert.is(decoded.rxPackets, value)
      assert.is(Object.keys(decoded).length, stats.size / size)
    }
  }
})

test.run()
