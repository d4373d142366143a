import { decode, encode } from '@netloom/netlink/codec'
import {
  mplsLabelStack,
  nexthopMessage,
  routeMessage,
  type SegmentRoutingHeader,
  segmentRoutingHeader,
} from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

/** Encapsulations of routes and next hops. The bytes are those of iproute2 6.1. `lo` has index 1. */

/** Returns the header of `ip route add`: table main, protocol boot, a unicast route. */
const unicast = (family: number, dstLen: number, scope = 0) => ({
  ...{ family, dstLen, srcLen: 0, tos: 0 },
  ...{ table: 254, protocol: 3, scope, type: 1, flags: 0 },
})

vectors(routeMessage, {
  correct: [
    // ip route add 10.10.0.0/16 encap ip id 7 dst 192.0.2.1 src 192.0.2.2 ttl 5 tos 8 key csum dev lo
    [
      {
        ...unicast(2, 16, 253),
        attrs: {
          dst: '10.10.0.0',
          encap: { id: 7n, dst: '192.0.2.1', src: '192.0.2.2', ttl: 5, tos: 8, flags: 5 },
          encapType: 2,
          oif: 1,
        },
      },
      {
        LE: `02100000 fe03fd01 00000000 08000100 0a0a0000 38001680 0c000100 00000000
          00000007 08000200 c0000201 08000300 c0000202 05000400 05000000 05000500
          08000000 06000600 00050000 06001500 02000000 08000400 01000000`,
      },
    ],
    // ip route add 10.11.0.0/16 encap ip id 7 dst 192.0.2.1 geneve_opts 1:2:deadbeef,3:4:11223344 dev lo
    [
      {
        ...unicast(2, 16, 253),
        attrs: {
          dst: '10.11.0.0',
          encap: {
            id: 7n,
            dst: '192.0.2.1',
            opts: {
              geneve: [
                { class: 1, type: 2, data: Buffer.from('deadbeef', 'hex') },
                { class: 3, type: 4, data: Buffer.from('11223344', 'hex') },
              ],
            },
          },
          encapType: 2,
          oif: 1,
        },
      },
      {
        LE: `02100000 fe03fd01 00000000 08000100 0a0b0000 54001680 0c000100 00000000
          00000007 08000200 c0000201 3c000880 1c000180 06000100 00010000 05000200
          02000000 08000300 deadbeef 1c000180 06000100 00030000 05000200 04000000
          08000300 11223344 06001500 02000000 08000400 01000000`,
      },
    ],
    // ip route add 10.12.0.0/16 encap ip id 7 dst 192.0.2.1 vxlan_opts 456 dev lo
    [
      {
        ...unicast(2, 16, 253),
        attrs: {
          dst: '10.12.0.0',
          encap: { id: 7n, dst: '192.0.2.1', opts: { vxlan: { gbp: 456 } } },
          encapType: 2,
          oif: 1,
        },
      },
      {
        LE: `02100000 fe03fd01 00000000 08000100 0a0c0000 28001680 0c000100 00000000
          00000007 08000200 c0000201 10000880 0c000280 08000100 c8010000 06001500
          02000000 08000400 01000000`,
      },
    ],
    // ip route add 10.13.0.0/16 encap ip id 7 dst 192.0.2.1 erspan_opts 2:0:1:2 dev lo
    [
      {
        ...unicast(2, 16, 253),
        attrs: {
          dst: '10.13.0.0',
          encap: { id: 7n, dst: '192.0.2.1', opts: { erspan: { ver: 2, index: 0, dir: 1, hwid: 2 } } },
          encapType: 2,
          oif: 1,
        },
      },
      {
        LE: `02100000 fe03fd01 00000000 08000100 0a0d0000 40001680 0c000100 00000000
          00000007 08000200 c0000201 28000880 24000380 05000100 02000000 08000200
          00000000 05000300 01000000 05000400 02000000 06001500 02000000 08000400
          01000000`,
      },
    ],
    // ip -6 route add 2001:db8:2::/48 encap seg6 mode encap segs fc00::1,fc00::2 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:2::',
          encap: {
            srh: {
              mode: 1,
              srh: {
                nexthdr: 0,
                hdrlen: 4,
                type: 4,
                segmentsLeft: 1,
                firstSegment: 1,
                flags: 0,
                tag: 0,
                segments: ['fc00::2', 'fc00::1'],
              },
            },
          },
          encapType: 5,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00020000 00000000 00000000
          34001680 30000100 01000000 00040401 01000000 fc000000 00000000 00000000
          00000002 fc000000 00000000 00000000 00000001 06001500 05000000 08000400
          01000000`,
      },
    ],
    // ip -6 route add 2001:db8:3::/48 encap seg6 mode inline segs fc00::1 hmac 5 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:3::',
          encap: {
            srh: {
              mode: 0,
              srh: {
                nexthdr: 0,
                hdrlen: 9,
                type: 4,
                segmentsLeft: 1,
                firstSegment: 1,
                flags: 8,
                tag: 0,
                segments: ['::', 'fc00::1'],
                tlvs: [
                  {
                    type: 5,
                    data: Buffer.from(
                      '0000000000050000000000000000000000000000000000000000000000000000000000000000',
                      'hex',
                    ),
                  },
                ],
              },
            },
          },
          encapType: 5,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00030000 00000000 00000000
          5c001680 58000100 00000000 00090401 01080000 00000000 00000000 00000000
          00000000 fc000000 00000000 00000000 00000001 05260000 00000005 00000000
          00000000 00000000 00000000 00000000 00000000 00000000 00000000 06001500
          05000000 08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:4::/48 encap seg6local action End.X nh6 2001:db8::2 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: { dst: '2001:db8:4::', encap: { action: 2, nh6: '2001:db8::2' }, encapType: 7, oif: 1 },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00040000 00000000 00000000
          20001680 08000100 02000000 14000500 20010db8 00000000 00000000 00000002
          06001500 07000000 08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:5::/48 encap seg6local action End.B6.Encaps srh segs fc00::1,fc00::2 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:5::',
          encap: {
            action: 10,
            srh: {
              nexthdr: 0,
              hdrlen: 4,
              type: 4,
              segmentsLeft: 1,
              firstSegment: 1,
              flags: 0,
              tag: 0,
              segments: ['fc00::2', 'fc00::1'],
            },
          },
          encapType: 7,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00050000 00000000 00000000
          38001680 08000100 0a000000 2c000200 00040401 01000000 fc000000 00000000
          00000000 00000002 fc000000 00000000 00000000 00000001 06001500 07000000
          08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:6::/48 encap seg6local action End.DX4 nh4 10.1.0.2 count dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:6::',
          encap: { action: 6, nh4: '10.1.0.2', counters: { packets: 0n, bytes: 0n, errors: 0n } },
          encapType: 7,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00060000 00000000 00000000
          3c001680 08000100 06000000 08000400 0a010002 28000a80 0c000200 00000000
          00000000 0c000300 00000000 00000000 0c000400 00000000 00000000 06001500
          07000000 08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:9::/48 encap rpl segs fc00::1,fc00::2 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:9::',
          encap: {
            srh: { nexthdr: 0, hdrlen: 4, type: 3, segmentsLeft: 2, cmpr: 0, pad: 0, segments: ['fc00::2', 'fc00::1'] },
          },
          encapType: 8,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00090000 00000000 00000000
          30001680 2c000100 00040302 00000000 fc000000 00000000 00000000 00000002
          fc000000 00000000 00000000 00000001 06001500 08000000 08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:a::/48 encap ioam6 mode encap tundst 2001:db8::2 trace prealloc type 0x800000 ns 1 size 12 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:a::',
          encap: {
            freqK: 1,
            freqN: 1,
            mode: 2,
            dst: '2001:db8::2',
            trace: { namespaceId: 1, nodelen: 0, remlen: 3, typeBe32: 2147483648 },
          },
          encapType: 9,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 000a0000 00000000 00000000
          3c001680 08000400 01000000 08000500 01000000 05000100 02000000 14000200
          20010db8 00000000 00000000 00000002 0c000300 00010003 80000000 06001500
          09000000 08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:a::/48 encap ioam6 freq 2/5 mode inline trace prealloc type 0xc00000 ns 1 size 12 dev lo
    [
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:a::',
          encap: {
            freqK: 2,
            freqN: 5,
            mode: 1,
            trace: { namespaceId: 1, nodelen: 0, remlen: 3, typeBe32: 3221225472 },
          },
          encapType: 9,
          oif: 1,
        },
      },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 000a0000 00000000 00000000
          28001680 08000400 02000000 08000500 05000000 05000100 01000000 0c000300
          00010003 c0000000 06001500 09000000 08000400 01000000`,
      },
    ],
    // ip -6 route add 2001:db8:b::/48 encap xfrm if_id 5 link_dev lo dev lo
    [
      { ...unicast(10, 48), attrs: { dst: '2001:db8:b::', encap: { ifId: 5, link: 1 }, encapType: 10 } },
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 000b0000 00000000 00000000
          14001680 08000100 05000000 08000200 01000000 06001500 0a000000`,
      },
    ],
    // ip -f mpls route add 100 as 200/300 via inet 10.1.0.2
    [
      {
        ...unicast(28, 20),
        attrs: {
          dst: [{ label: 100, tc: 0, bos: 1, ttl: 0 }],
          newdst: [
            { label: 200, tc: 0, bos: 0, ttl: 0 },
            { label: 300, tc: 0, bos: 1, ttl: 0 },
          ],
          via: { family: 2, addr: '10.1.0.2' },
        },
      },
      {
        LE: `1c140000 fe030001 00000000 08000100 00064100 0c001300 000c8000 0012c100
          0a001200 02000a01 00020000`,
      },
    ],
    // ip -f mpls route add 101 via inet6 2001:db8::2 dev lo
    [
      {
        ...unicast(28, 20),
        attrs: { dst: [{ label: 101, tc: 0, bos: 1, ttl: 0 }], via: { family: 10, addr: '2001:db8::2' }, oif: 1 },
      },
      {
        LE: `1c140000 fe030001 00000000 08000100 00065100 16001200 0a002001 0db80000
          00000000 00000000 00020000 08000400 01000000`,
      },
    ],
    // ip -f mpls route add 102 nexthop as 300 via inet 10.1.0.2 nexthop as 400 via inet 10.1.0.3
    [
      {
        ...unicast(28, 20),
        attrs: {
          dst: [{ label: 102, tc: 0, bos: 1, ttl: 0 }],
          multipath: [
            {
              flags: 0,
              hops: 0,
              ifindex: 0,
              attrs: { newdst: [{ label: 300, tc: 0, bos: 1, ttl: 0 }], via: { family: 2, addr: '10.1.0.2' } },
            },
            {
              flags: 0,
              hops: 0,
              ifindex: 0,
              attrs: { newdst: [{ label: 400, tc: 0, bos: 1, ttl: 0 }], via: { family: 2, addr: '10.1.0.3' } },
            },
          ],
        },
      },
      {
        LE: `1c140000 fe030001 00000000 08000100 00066100 3c000900 1c000000 00000000
          08001300 0012c100 0a001200 02000a01 00020000 1c000000 00000000 08001300
          00190100 0a001200 02000a01 00030000`,
      },
    ],
    // ip route add 10.14.0.0/16 via inet6 2001:db8::2 dev lo
    [
      { ...unicast(2, 16), attrs: { dst: '10.14.0.0', via: { family: 10, addr: '2001:db8::2' }, oif: 1 } },
      {
        LE: `02100000 fe030001 00000000 08000100 0a0e0000 16001200 0a002001 0db80000
          00000000 00000000 00020000 08000400 01000000`,
      },
    ],
  ],
  decodes: [
    // ip route add 10.9.0.0/16 encap mpls 100/200 ttl 9 via 10.1.0.2
    [
      {
        LE: `02100000 fe030001 00000000 08000100 0a090000 18001680 0c000100 00064000
          000c8100 05000200 09100000 06001500 01000100 08000500 0a010002`,
      },
      {
        ...unicast(2, 16),
        attrs: {
          dst: '10.9.0.0',
          encap: {
            dst: [
              { label: 100, tc: 0, bos: 0, ttl: 0 },
              { label: 200, tc: 0, bos: 1, ttl: 0 },
            ],
            ttl: 9,
          },
          encapType: 1,
          gateway: '10.1.0.2',
        },
      },
    ],
    // ip -6 route add 2001:db8:1::/48 encap ip6 id 7 dst 2001:db8::2 src 2001:db8::1 hoplimit 5 tc 8 dev lo
    [
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00010000 00000000 00000000
          48001680 0c000100 00000000 00000007 14000200 20010db8 00000000 00000000
          00000002 14000300 20010db8 00000000 00000000 00000001 05000400 05000000
          05000500 08000000 06001500 04001c00 08000400 01000000`,
      },
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:1::',
          encap: { id: 7n, dst: '2001:db8::2', src: '2001:db8::1', hoplimit: 5, tc: 8 },
          encapType: 4,
          oif: 1,
        },
      },
    ],
    // ip -6 route add 2001:db8:7::/48 encap seg6local action End flavors next-csid lblen 32 nflen 16 dev lo
    [
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00070000 00000000 00000000
          28001680 08000100 01000000 1c000b80 08000100 10000000 05000200 20c00100
          05000300 10000000 06001500 07000000 08000400 01000000`,
      },
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:7::',
          encap: { action: 1, flavors: { operation: 16, lcblockBits: 32, lcnodeFnBits: 16 } },
          encapType: 7,
          oif: 1,
        },
      },
    ],
    // ip -6 route add 2001:db8:7::/48 encap seg6local action End flavors psp,usd dev lo
    [
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00070000 00000000 00000000
          18001680 08000100 01000000 0c000b80 08000100 0a000000 06001500 07000100
          08000400 01000000`,
      },
      {
        ...unicast(10, 48),
        attrs: { dst: '2001:db8:7::', encap: { action: 1, flavors: { operation: 10 } }, encapType: 7, oif: 1 },
      },
    ],
    // ip -6 route add 2001:db8:8::/48 encap ila 1:2:3:4 csum-mode adj-transport ident-type luid hook-type output dev lo
    [
      {
        LE: `0a300000 fe030001 00000000 14000100 20010db8 00080000 00000000 00000000
          28001680 0c000100 00010002 00030004 05000700 00100000 05000800 01c00100
          05000900 00000000 06001500 03000000 08000400 01000000`,
      },
      {
        ...unicast(10, 48),
        attrs: {
          dst: '2001:db8:8::',
          encap: { locator: 281483566841860n, csumMode: 0, identType: 1, hookType: 0 },
          encapType: 3,
          oif: 1,
        },
      },
    ],
  ],
})

// The attributes that the kernel's policy requires for bpf programs (bpf_prog_policy)
vectors(
  routeMessage,
  {
    correct: [
      [
        {
          ...unicast(2, 16),
          attrs: { encapType: 6, encap: { in: { name: 'drop' }, xmit: { fd: 5, name: 'out' }, xmitHeadroom: 64 } },
        },
        {
          LE: `02100000 fe030001 00000000  06001500 06000000
            3000 1680  1000 0180 0900 0200 64726f70 00 000000
            1400 0380 0800 0100 05000000 0800 0200 6f757400  0800 0400 40000000`,
        },
      ],
    ],
    errValues: [{ attrs: { encapType: 6, encap: { xmit: { fd: -1 } } } }, { attrs: { encap: { ifId: 1 } } }],
  },
  'route with a bpf program',
)

// Linux 7.2: ip nexthop add id 8 encap mpls 100/200 …, and the kernel's counters of a group with one member
vectors(nexthopMessage, {
  correct: [
    [
      {
        ...{ family: 2, scope: 0, protocol: 0, flags: 0 },
        attrs: {
          id: 8,
          encap: {
            dst: [
              { label: 100, tc: 0, bos: 0, ttl: 0 },
              { label: 200, tc: 0, bos: 1, ttl: 0 },
            ],
          },
          encapType: 1,
          gateway: '192.0.2.9',
          oif: 3,
        },
      },
      {
        LE: `02000000 00000000 08000100 08000000 10000880 0c000100 00064000 000c8100
          06000700 01000000 08000600 c0000209 08000500 03000000`,
      },
    ],
    [
      {
        ...{ family: 0, scope: 0, protocol: 11, flags: 0 },
        attrs: {
          ...{ id: 103, groupType: 0, group: [{ id: 6, weight: 0, weightHigh: 0 }], hwStatsEnable: 0 },
          ...{ groupStats: { entry: [{ id: 6, packets: 0n }] }, opFlags: 0x80000000 },
        },
      },
      {
        LE: `00000b00 00000000 08000100 67000000 06000300 00000000 0c000200 06000000
          00000000 08001000 00000000 18000f80 14000180 08000100 06000000 08000200
          00000000 08000e00 00000080`,
      },
    ],
  ],
})

vectors(mplsLabelStack, {
  correct: [
    [[{ label: 0xfffff, tc: 7, bos: 1, ttl: 255 }], 'ffffffff'],
    [[{ label: 0x12345, tc: 5, bos: 0, ttl: 6 }], '12345a06'],
    [[], ''],
  ],
  encodes: [[[{ label: 3, bos: 1 }], '00003100']],
  errValues: [
    [{ label: 0x100000 }],
    [{ label: 1, tc: 8 }],
    [{ label: 1, bos: 2 }],
    [{ label: 1, ttl: 256 }],
    [{ label: -1 }],
    ['100'],
  ],
  errHex: [['000064', 'expected mpls_label[] (a multiple of 4 bytes), got 3 bytes']],
})

// The same in both byte orders. Members that follow from the segments may be left out.
vectors(segmentRoutingHeader, {
  correct: [
    [
      {
        ...{ nexthdr: 41, hdrlen: 4, type: 4, segmentsLeft: 1, firstSegment: 1, flags: 0, tag: 0x1234 },
        segments: ['fc00::2', 'fc00::1'],
      },
      `29 04 04 01 01 00 1234
        fc000000 00000000 00000000 00000002  fc000000 00000000 00000000 00000001`,
    ],
  ],
  encodes: [
    [
      { segments: ['fc00::1'], tlvs: [{ type: 4, data: Buffer.alloc(6) }] },
      '00 03 04 00 00 00 0000  fc000000 00000000 00000000 00000001  04 06 000000000000',
    ],
  ],
  errValues: [
    undefined,
    { segments: ['10.0.0.1'] },
    { segments: 'fc00::1' },
    { segments: [], tlvs: [{ type: 4, data: Buffer.alloc(256) }] },
  ],
  errHex: [
    ['29 04 04', 'expected ipv6_sr_hdr (8 bytes), got 3 bytes'],
    ['29 00 04 00 00 00 0000 04 06 00', 'expected a sr6_tlv of at most 3 bytes, got one of 8'],
  ],
})

const test = suite('route encapsulations')

test('segments that the header claims but does not contain are ignored', () => {
  const bytes = Buffer.from('2904040509000000fc000000000000000000000000000001', 'hex')
  const value: SegmentRoutingHeader = decode(segmentRoutingHeader, bytes)
  assert.equal(value.segments, ['fc00::1'])
  assert.is(encode(segmentRoutingHeader, value).toString('hex'), bytes.toString('hex'))
})

test('addresses in a request must match its family, except for labels', () => {
  const check = (request: unknown) => routeMessage.check?.(request)
  check({ family: 28, attrs: { dst: [{ label: 100, tc: 0, bos: 1, ttl: 0 }] } })
  check({ family: 2, attrs: { dst: '10.0.0.0' } })
  assert.throws(() => check({ family: 2, attrs: { dst: 'fc00::' } }), /RTA_DST: expected an IPv4 address/)
  const multipath = [{ ifindex: 1, attrs: { gateway: 'fc00::1' } }]
  assert.throws(() => check({ family: 2, attrs: { multipath } }), /RTA_GATEWAY: expected an IPv4 address/)
})

test('the data of an undeclared encapsulation stays raw', () => {
  const hex = '02100000fe0300010000000008001680010203040600150063000000'
  const { attrs } = decode(routeMessage, Buffer.from(hex, 'hex'), { order: 'LE' })
  assert.is(attrs.encapType, 99)
  assert.is(attrs['?22']?.[0]?.payload.length, 4)
  assert.is(attrs.encap, undefined)
})

test.run()
