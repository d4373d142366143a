import { AF } from '@netloom/netlink'
import { type Declaration, type DescribeOptions, decode, describe, encode } from '@netloom/netlink/codec'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import { Redactor } from '@netloom/netlink/inspect'
import {
  addressMessage,
  CGW_FLAGS,
  CGW_MOD,
  isCanGateway,
  neighbourMessage,
  RTNL_FAMILY,
  routeMessage,
  rtnetlink,
} from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { showLine } from '../../packages/netlink/dist/cli/line.js'
import { vectors } from '../support/vectors.js'

/** Message types that several address families share: every family that the kernel registers can be decoded. */

const [, route] = rtnetlink.messages.RTM_NEWROUTE

const data = (size: number, ...bytes: number[]) =>
  Buffer.concat([Buffer.from(bytes), Buffer.alloc(size - bytes.length)])

vectors<unknown>(
  route as Declaration<unknown>,
  {
    correct: [
      // cangw -A -s (3) -d (4) -e -f 123:C00007FF -l 3 -u 7 -m SET:IL:456.2.1122334455667788
      [
        {
          ...{ family: AF.CAN, gwtype: 1, flags: CGW_FLAGS.CAN_ECHO },
          attrs: {
            modSet: {
              cf: { canId: 0x456, len: 2, len8Dlc: 0, data: data(8, 0x11, 0x22) },
              modtype: CGW_MOD.ID | CGW_MOD.LEN,
            },
            filter: { canId: 0x123, canMask: 0xc00007ff },
            limHops: 3,
            modUid: 7,
            srcIf: 3,
            dstIf: 4,
          },
        },
        {
          LE: `1d 01 0100
               1500 0400 56040000 02 00 00 00 1122000000000000 03 000000  # CGW_MOD_SET
               0c00 0b00 23010000 ff0700c0                                # CGW_FILTER
               0500 0d00 03 000000                                        # CGW_LIM_HOPS
               0800 0e00 07000000                                         # CGW_MOD_UID
               0800 0900 03000000                                         # CGW_SRC_IF
               0800 0a00 04000000`, // CGW_DST_IF
          BE: `1d 01 0001
               0015 0004 00000456 02 00 00 00 1122000000000000 03 000000
               000c 000b 00000123 c00007ff
               0005 000d 03 000000
               0008 000e 00000007
               0008 0009 00000003
               0008 000a 00000004`,
        },
      ],
      // Counters and both checksums
      [
        {
          ...{ family: AF.CAN, gwtype: 1, flags: 0 },
          attrs: {
            handled: 5,
            dropped: 1,
            deleted: 2,
            csCrc8: {
              ...{ fromIdx: 0, toIdx: -2, resultIdx: -1, initCrcVal: 0xff, finalXorVal: 0xfe },
              ...{ crctab: data(256, 0x1d), profile: 1, profileData: data(20, 0x55) },
            },
            csXor: { fromIdx: 0, toIdx: 6, resultIdx: 7, initXorVal: 0x80 },
          },
        },
        {
          LE: `1d 01 0000
               0800 0700 05000000  0800 0800 01000000  0800 0c00 02000000
               1e01 0600 00 fe ff ff fe 1d ${'00'.repeat(255)} 01 55 ${'00'.repeat(19)} 0000  # CGW_CS_CRC8
               0800 0500 00 06 07 80`, // CGW_CS_XOR
        },
      ],
      // CAN FD
      [
        {
          ...{ family: AF.CAN, gwtype: 1, flags: CGW_FLAGS.CAN_FD },
          attrs: {
            fdmodAnd: { cf: { canId: 1, len: 64, flags: 4, data: data(64, 0xaa) }, modtype: CGW_MOD.FLAGS },
          },
        },
        {
          LE: `1d 01 0800  4d00 0f00 01000000 40 04 00 00 aa ${'00'.repeat(63)} 08 000000`,
          BE: `1d 01 0008  004d 000f 00000001 40 04 00 00 aa ${'00'.repeat(63)} 08 000000`,
        },
      ],
      // A dump request
      [{ family: AF.CAN, gwtype: 0, flags: 0, attrs: {} }, '1d 00 0000'],
    ],
    errValues: [
      { family: AF.CAN, gwtype: 256 },
      { family: AF.CAN, attrs: { gateway: '10.0.0.1' } },
      { family: AF.CAN, gwtype: 1, attrs: { modSet: { cf: { canId: 1, data: Buffer.alloc(9) }, modtype: 1 } } },
    ],
    errHex: [{ LE: '1d 01 0000 1400 0400 56040000 02 00 00 00 1122000000000000' }],
  },
  'CAN gateway job',
)

const plain = { dstLen: 0, srcLen: 0, tos: 0, table: 254, protocol: 4, scope: 0, type: 1, flags: 0 }

vectors<unknown>(
  route as Declaration<unknown>,
  {
    correct: [
      // Phonet, as fill_route writes it
      [
        { family: AF.PHONET, ...plain, dstLen: 6, attrs: { dst: '0x6c', oif: 3 } },
        { LE: '23 06 00 00 fe 04 00 01 00000000  0500 0100 6c 000000  0800 0400 03000000' },
      ],
      // mctp route add 8 via (3) mtu 68; 8-10 gw 9 net 1
      [
        { family: AF.MCTP, ...plain, table: 253, scope: 253, attrs: { dst: '8', metrics: { mtu: 68 }, oif: 3 } },
        {
          LE: '2d 00 00 00 fd 04 fd 01 00000000  0500 0100 08 000000  0c00 0880 0800 0200 44000000  0800 0400 03000000',
        },
      ],
      [
        { family: AF.MCTP, ...plain, table: 253, dstLen: 2, attrs: { dst: '8', gateway: '9%1' } },
        {
          LE: '2d 02 00 00 fd 04 00 01 00000000  0500 0100 08 000000  0c00 0500 01000000 09 000000',
          BE: '2d 02 00 00 fd 04 00 01 00000000  0005 0001 08 000000  000c 0005 00000001 09 000000',
        },
      ],
    ],
    decodes: [
      [{ LE: '2d 00 00 00 00 00 00 00 00000000  0600 0100 0809 0000' }, { ...route0(45), attrs: { dst: '0x0809' } }],
    ],
    encodes: [[{ family: AF.MCTP, attrs: { dst: '0x08' } }, { LE: '2d 000000 00000000 00000000 0500 0100 08 000000' }]],
    errValues: [
      { family: AF.MCTP, attrs: { dst: '256' } },
      { family: AF.MCTP, attrs: { dst: 8 } },
      { family: AF.MCTP, attrs: { dst: '10.0.0.1' } },
      { family: AF.MCTP, attrs: { gateway: '9' } },
      { family: AF.MCTP, attrs: { gateway: '9%4294967296' } },
    ],
  },
  'routes of Phonet and MCTP',
)

function route0(family: number) {
  return { family, dstLen: 0, srcLen: 0, tos: 0, table: 0, protocol: 0, scope: 0, type: 0, flags: 0 }
}

vectors(addressMessage, {
  correct: [
    [
      { family: AF.PHONET, prefixlen: 0, flags: 0x80, scope: 253, index: 3, attrs: { local: '0x6c' } },
      { LE: '23 00 80 fd 03000000  0500 0200 6c 000000' },
    ],
    [
      { family: AF.MCTP, prefixlen: 0, flags: 0, scope: 0, index: 3, attrs: { local: '8', address: '8' } },
      { LE: '2d 00 00 00 03000000  0500 0200 08 000000  0500 0100 08 000000' },
    ],
  ],
  errValues: [{ family: AF.MCTP, attrs: { local: '300' } }],
})

vectors(neighbourMessage, {
  correct: [
    [
      { family: AF.MCTP, ifindex: 3, state: 0x80, flags: 0, type: 1, attrs: { dst: '8', lladdr: '1d' } },
      { LE: '2d 00 0000 03000000 8000 00 01  0500 0100 08 000000  0500 0200 1d 000000' },
    ],
  ],
})

const test = suite('message types that families share')

const { UNSPEC, INET, INET6, BRIDGE, MPLS, CAN, PHONET, MCTP } = AF
const { IPMR, IP6MR } = RTNL_FAMILY

/** Families registered with `rtnl_register_many()` in Linux 7.2, in net/ and drivers/net/. */
const registered: Readonly<Record<string, readonly number[]>> = {
  LINK: [UNSPEC, BRIDGE, INET6, IPMR], // rtnetlink.c, addrconf.c, ipmr.c
  LINKPROP: [UNSPEC],
  ADDR: [UNSPEC, INET, INET6, PHONET, MCTP], // devinet.c, addrconf.c, pn_netlink.c, mctp/device.c
  ROUTE: [UNSPEC, INET, INET6, IPMR, IP6MR, MPLS, CAN, PHONET, MCTP],
  NEIGH: [UNSPEC, BRIDGE, MCTP], // neighbour.c for IPv4 and IPv6
  NEIGHTBL: [UNSPEC],
  RULE: [UNSPEC], // fib_rules.c for INET, INET6, IPMR and IP6MR
  QDISC: [UNSPEC],
  TCLASS: [UNSPEC],
  TFILTER: [UNSPEC],
  CHAIN: [UNSPEC],
  ACTION: [UNSPEC],
  ADDRLABEL: [INET6],
  MULTICAST: [INET, INET6],
  ANYCAST: [INET6],
  NETCONF: [UNSPEC, INET, INET6, MPLS],
  DCB: [UNSPEC],
  STATS: [UNSPEC],
  NSID: [UNSPEC],
  NEXTHOP: [UNSPEC, INET, INET6],
  NEXTHOPBUCKET: [UNSPEC],
  MDB: [BRIDGE],
  VLAN: [BRIDGE],
  TUNNEL: [BRIDGE],
}

const samples: Readonly<Record<string, readonly object[]>> = {
  ADDR: [
    { family: PHONET, attrs: { local: '0x6c' } },
    { family: MCTP, attrs: { local: '8' } },
  ],
  LINK: [
    { family: BRIDGE, index: 3, attrs: { protinfo: { state: 3 }, afSpec: { vlanInfo: [{ flags: 6, vid: 1 }] } } },
    { family: INET6, index: 3, attrs: { protinfo: { flags: 1 } } },
    { family: IPMR, attrs: { afSpec: { id: 253, vifs: { vif: [{ ifindex: 3, vifId: 0 }] } } } },
  ],
  ROUTE: [
    { family: INET, dstLen: 8, attrs: { dst: '10.0.0.0', gateway: '10.0.0.1' } },
    { family: INET6, dstLen: 64, attrs: { dst: '2001:db8::', pref: 1 } },
    {
      ...{ family: IPMR, dstLen: 32, srcLen: 32, type: 5 },
      attrs: {
        ...{ table: 253, src: '10.0.0.1', dst: '239.1.1.1', iif: 3, expires: 5n },
        multipath: [{ flags: 0, hops: 1, ifindex: 4, attrs: {} }],
        mfcStats: { packets: 1n, bytes: 2n, wrongIf: 3n },
      },
    },
    { family: IP6MR, dstLen: 128, srcLen: 128, attrs: { src: '2001:db8::1', dst: 'ff0e::1', expires: 1n << 40n } },
    {
      ...{ family: MPLS, dstLen: 20 },
      attrs: {
        dst: [{ label: 100, tc: 0, bos: 1, ttl: 0 }],
        newdst: [{ label: 200, tc: 0, bos: 1, ttl: 0 }],
        via: { family: 2, addr: '10.0.0.2' },
        ttlPropagate: 1,
      },
    },
    { family: CAN, gwtype: 1, attrs: { srcIf: 3, dstIf: 4 } },
    { family: PHONET, dstLen: 6, attrs: { dst: '0x6c', oif: 3 } },
    { family: MCTP, attrs: { dst: '8', gateway: '9%1' } },
  ],
  NEIGH: [
    { family: INET, ifindex: 3, attrs: { dst: '10.0.0.1', lladdr: '02:00:00:00:00:01' } },
    { family: BRIDGE, ifindex: 3, attrs: { lladdr: '02:00:00:00:00:01', vlan: 5, master: 9 } },
    { family: MCTP, ifindex: 3, attrs: { dst: '8', lladdr: '1d' } },
  ],
  RULE: [
    { family: IPMR, attrs: { table: 100, priority: 5, iifname: 'a' } },
    { family: IP6MR, attrs: { table: 100 } },
  ],
  NETCONF: [
    { family: INET, attrs: { ifindex: -1, forwarding: 1 } },
    { family: MPLS, attrs: { ifindex: 3, input: 1 } },
  ],
  NEXTHOP: [{ family: INET6, attrs: { id: 5, gateway: 'fe80::1', oif: 3 } }],
}

type Rows = Readonly<Record<string, readonly [number, Declaration<unknown>, Declaration<unknown>?, ...unknown[]]>>
const rows = rtnetlink.messages as unknown as Rows

const rawKeys = (value: unknown): string[] =>
  typeof value !== 'object' || value === null || value instanceof Uint8Array
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [...(key.startsWith('?') ? [key] : []), ...rawKeys(inner)])

for (const [kind, families] of Object.entries(registered)) {
  test(`RTM_*${kind} is declared for every registered family`, () => {
    const names = Object.keys(rows).filter((name) => name.replace(/^RTM_(NEW|DEL|GET|SET)/, '') === kind)
    assert.ok(names.length > 0)
    for (const sample of samples[kind] ?? []) {
      const { family } = sample as { family: number }
      assert.ok(families.includes(family) || families.includes(UNSPEC), `${kind} of family ${family}`)
      for (const name of names) {
        for (const declaration of (rows[name] ?? []).slice(1, 3) as Declaration<object>[]) {
          for (const order of ['LE', 'BE'] as const) {
            const bytes = encode(declaration, sample, { order })
            const value = decode(declaration, bytes, { order, lossless: true })
            assert.is(encode(declaration, value, { order, lossless: true }).toString('hex'), bytes.toString('hex'))
            assert.equal(rawKeys(value), [], `${name} of family ${family}`)
            assert.equal((value as { attrs: object }).attrs, (sample as { attrs: object }).attrs)
          }
        }
      }
    }
  })
}

test('every family with its own header or attributes has a sample', () => {
  const special: readonly number[] = [PHONET, MCTP, CAN, IPMR, IP6MR, MPLS]
  for (const [kind, families] of Object.entries(registered)) {
    for (const family of families.filter((each) => special.includes(each))) {
      const found = samples[kind]?.some((sample) => (sample as { family: number }).family === family)
      assert.ok(found, `${kind} of family ${family}`)
    }
  }
})

test('jobs of the CAN gateway are distinguished from routes', () => {
  const job = decode(route, encode(route, { family: CAN, gwtype: 1, attrs: { srcIf: 3 } }))
  const other = decode(route, encode(route, { family: INET, attrs: { oif: 3 } }))
  assert.is(isCanGateway(job) && job.attrs.srcIf, 3)
  assert.is(isCanGateway(other), false)
  // One byte is a struct rtgenmsg, the request for a dump of this family.
  const short = decode(route, Buffer.of(CAN), { lossless: true })
  assert.equal(encode(route, short, { lossless: true }), Buffer.of(CAN))
})

test('netloom decode prints jobs with the names of the CAN gateway', () => {
  const lines = (attrs: object) => {
    const value = { family: CAN, gwtype: 1, flags: 1, attrs }
    const message = {
      protocol: 'NETLINK_ROUTE',
      type: 'RTM_NEWROUTE',
      toKernel: true,
      value,
      unknown: 0,
      roundtrip: true,
      describe: (options?: DescribeOptions) => describe(rtnetlink.messages.RTM_NEWROUTE[1], value, options),
    }
    return showLine(message as DissectedMessage, 0n, new Redactor())
  }
  const text = lines({ modSet: { cf: { canId: 1, len: 0, len8Dlc: 0, data: Buffer.alloc(8) }, modtype: CGW_MOD.ID } })
  assert.match(text, /gwtype CGW_TYPE_CAN_CAN/)
  assert.match(text, /flags CAN_ECHO/)
  assert.match(text, /modtype ID/)
})

test('routeMessage decodes only routes', () => {
  const value = decode(routeMessage, Buffer.from(`02${'00'.repeat(11)}`, 'hex'))
  assert.equal(value, { ...route0(INET), attrs: {} })
})

test.run()
