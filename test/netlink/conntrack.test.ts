import {
  conntrackMessage,
  conntrackStatsCpuMessage,
  conntrackStatsMessage,
  expectMessage,
} from '../../packages/netlink/dist/netfilter/index.js'
import { vectors } from '../support/vectors.js'

// Requests of conntrack 1.4.9 (1.4.7 for expectations) and messages of Linux 7.2.

vectors(conntrackMessage, {
  correct: [
    // conntrack -I … --dst-nat 10.9.9.9:99
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: { ip: { v4Src: '10.0.0.1', v4Dst: '10.0.0.2' }, proto: { num: 6, srcPort: 1, dstPort: 2 } },
          tupleReply: { ip: { v4Src: '10.0.0.2', v4Dst: '10.0.0.1' }, proto: { num: 6, srcPort: 2, dstPort: 1 } },
          timeout: 50,
          protoinfo: { tcp: { state: 1, flagsOriginal: { flags: 10, mask: 10 }, flagsReply: { flags: 10, mask: 10 } } },
          natDst: { v4Minip: '10.9.9.9', proto: { portMin: 99, portMax: 99 } },
        },
      },
      {
        LE: '02000000 34000180 14000180 08000100 0a000001 08000200 0a000002 1c000280 05000100 06000000 06000200 00010000 06000300 00020000 34000280 14000180 08000100 0a000002 08000200 0a000001 1c000280 05000100 06000000 06000200 00020000 06000300 00010000 08000700 00000032 20000480 1c000180 05000100 01000000 06000400 0a0a0000 06000500 0a0a0000 20000d80 08000100 0a090909 14000380 06000100 00630000 06000200 00630000',
      },
    ],
    // conntrack -I -p sctp …; its vtags are sent in host order
    [
      {
        family: 10,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: {
            ip: { v6Src: '2001:db8::1', v6Dst: '2001:db8::2' },
            proto: { num: 132, srcPort: 9, dstPort: 10 },
          },
          tupleReply: {
            ip: { v6Src: '2001:db8::2', v6Dst: '2001:db8::1' },
            proto: { num: 132, srcPort: 10, dstPort: 9 },
          },
          timeout: 90,
          protoinfo: { sctp: { state: 4, vtagOriginal: 16777216, vtagReply: 33554432 } },
        },
      },
      {
        LE: '0a000000 4c000180 2c000180 14000300 20010db8 00000000 00000000 00000001 14000400 20010db8 00000000 00000000 00000002 1c000280 05000100 84000000 06000200 00090000 06000300 000a0000 4c000280 2c000180 14000300 20010db8 00000000 00000000 00000002 14000400 20010db8 00000000 00000000 00000001 1c000280 05000100 84000000 06000200 000a0000 06000300 00090000 08000700 0000005a 20000480 1c000380 05000100 04000000 08000200 01000000 08000300 02000000',
      },
    ],
    // conntrack -I -p dccp …
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: { ip: { v4Src: '10.0.0.5', v4Dst: '10.0.0.6' }, proto: { num: 33, srcPort: 9, dstPort: 10 } },
          tupleReply: { ip: { v4Src: '10.0.0.6', v4Dst: '10.0.0.5' }, proto: { num: 33, srcPort: 10, dstPort: 9 } },
          timeout: 90,
          protoinfo: { dccp: { state: 1, role: 0 } },
        },
      },
      {
        LE: '02000000 34000180 14000180 08000100 0a000005 08000200 0a000006 1c000280 05000100 21000000 06000200 00090000 06000300 000a0000 34000280 14000180 08000100 0a000006 08000200 0a000005 1c000280 05000100 21000000 06000200 000a0000 06000300 00090000 08000700 0000005a 18000480 14000280 05000100 01000000 05000200 00000000',
      },
    ],
    // conntrack -L --mark 7
    [
      { family: 0, version: 0, resId: 0, attrs: { mark: 7, markMask: 4294967295 } },
      { LE: '00000000 08000800 00000007 08001500 ffffffff' },
    ],
    // the kernel reports a new TCP connection
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: { ip: { v4Src: '192.0.2.1', v4Dst: '192.0.2.2' }, proto: { num: 6, srcPort: 1000, dstPort: 80 } },
          tupleReply: { ip: { v4Src: '192.0.2.2', v4Dst: '192.0.2.1' }, proto: { num: 6, srcPort: 80, dstPort: 1000 } },
          id: 2805001856,
          status: 14,
          timeout: 299,
          protoinfo: {
            tcp: {
              state: 3,
              wscaleOriginal: 0,
              wscaleReply: 0,
              flagsOriginal: { flags: 10, mask: 0 },
              flagsReply: { flags: 10, mask: 0 },
            },
          },
          synproxy: { isn: 0, its: 0, tsoff: 0 },
          mark: 5,
          timestampEvent: 1795475845634252498n,
        },
      },
      {
        LE: '02000000 34000180 14000180 08000100 c0000201 08000200 c0000202 1c000280 05000100 06000000 06000200 03e80000 06000300 00500000 34000280 14000180 08000100 c0000202 08000200 c0000201 1c000280 05000100 06000000 06000200 00500000 06000300 03e80000 08000c00 a730ee80 08000300 0000000e 08000700 0000012b 30000480 2c000180 05000100 03000000 05000200 00000000 05000300 00000000 06000400 0a000000 06000500 0a000000 1c001880 08000100 00000000 08000200 00000000 08000300 00000000 08000800 00000005 0c001b00 18eacfc4 cdd2ded2',
      },
    ],
    // the kernel reports the end of a TCP connection
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: { ip: { v4Src: '192.0.2.1', v4Dst: '192.0.2.2' }, proto: { num: 6, srcPort: 1000, dstPort: 80 } },
          tupleReply: { ip: { v4Src: '192.0.2.2', v4Dst: '192.0.2.1' }, proto: { num: 6, srcPort: 80, dstPort: 1000 } },
          id: 2805001856,
          status: 526,
          timeout: 483,
          countersOrig: { packets: 0n, bytes: 0n },
          countersReply: { packets: 0n, bytes: 0n },
          timestamp: { start: 1795475845633998957n, stop: 1795475868896278610n },
          protoinfo: { tcp: { state: 3 } },
          mark: 7,
          timestampEvent: 1795475868896302085n,
        },
      },
      {
        LE: '02000000 34000180 14000180 08000100 c0000201 08000200 c0000202 1c000280 05000100 06000000 06000200 03e80000 06000300 00500000 34000280 14000180 08000100 c0000202 08000200 c0000201 1c000280 05000100 06000000 06000200 00500000 06000300 03e80000 08000c00 a730ee80 08000300 0000020e 08000700 000001e3 1c000980 0c000100 00000000 00000000 0c000200 00000000 00000000 1c000a80 0c000100 00000000 00000000 0c000200 00000000 00000000 1c001480 0c000100 18eacfc4 cdcf006d 0c000200 18eacfca 38593852 10000480 0c000180 05000100 03000000 08000800 00000007 0c001b00 18eacfca 38599405',
      },
    ],
    // a ping
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: {
            ip: { v4Src: '127.0.0.1', v4Dst: '127.0.0.1' },
            proto: { num: 1, icmpId: 344, icmpType: 8, icmpCode: 0 },
          },
          tupleReply: {
            ip: { v4Src: '127.0.0.1', v4Dst: '127.0.0.1' },
            proto: { num: 1, icmpId: 344, icmpType: 0, icmpCode: 0 },
          },
          id: 710870410,
          status: 8,
          timeout: 30,
          timestampEvent: 1795475853713764651n,
        },
      },
      {
        LE: '02000000 3c000180 14000180 08000100 7f000001 08000200 7f000001 24000280 05000100 01000000 06000400 01580000 05000500 08000000 05000600 00000000 3c000280 14000180 08000100 7f000001 08000200 7f000001 24000280 05000100 01000000 06000400 01580000 05000500 00000000 05000600 00000000 08000c00 2a5f058a 08000300 00000008 08000700 0000001e 0c001b00 18eacfc6 af66712b',
      },
    ],
    // a connection in a zone
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tupleOrig: { ip: { v4Src: '192.0.2.3', v4Dst: '192.0.2.4' }, proto: { num: 17, srcPort: 53, dstPort: 5353 } },
          tupleReply: {
            ip: { v4Src: '192.0.2.4', v4Dst: '192.0.2.3' },
            proto: { num: 17, srcPort: 5353, dstPort: 53 },
          },
          zone: 7,
          id: 1287877966,
          status: 10,
          timeout: 60,
          synproxy: { isn: 0, its: 0, tsoff: 0 },
          mark: 0,
          timestampEvent: 1795475846450264184n,
        },
      },
      {
        LE: '02000000 34000180 14000180 08000100 c0000203 08000200 c0000204 1c000280 05000100 11000000 06000200 00350000 06000300 14e90000 34000280 14000180 08000100 c0000204 08000200 c0000203 1c000280 05000100 11000000 06000200 14e90000 06000300 00350000 06001200 00070000 08000c00 4cc3754e 08000300 0000000a 08000700 0000003c 1c001880 08000100 00000000 08000200 00000000 08000300 00000000 08000800 00000000 0c001b00 18eacfc4 fe763878',
      },
    ],
  ],
  errValues: [{ attrs: { tupleOrig: { ip: { v4Src: '2001:db8::1' } } } }, { attrs: { zone: 65536 } }],
  errHex: [[{ LE: '02000000 0c000780 08000100 0000012c' }, 'CTA_TIMEOUT: expected u32be (4 bytes), got 8 bytes']],
})

vectors(conntrackStatsCpuMessage, {
  correct: [
    // conntrack -S
    [
      {
        family: 0,
        version: 0,
        resId: 0,
        attrs: {
          found: 0,
          invalid: 0,
          insert: 3,
          insertFailed: 0,
          drop: 0,
          earlyDrop: 0,
          error: 0,
          searchRestart: 0,
          clashResolve: 0,
          chainToolong: 0,
        },
      },
      {
        LE: '00000000 08000200 00000000 08000400 00000000 08000800 00000003 08000900 00000000 08000a00 00000000 08000b00 00000000 08000c00 00000000 08000d00 00000000 08000e00 00000000 08000f00 00000000',
      },
    ],
  ],
})

vectors(conntrackStatsMessage, {
  correct: [
    // conntrack -C
    [
      { family: 0, version: 0, resId: 0, attrs: { entries: 9, maxEntries: 8192 } },
      { LE: '00000000 08000100 00000009 08000200 00002000' },
    ],
  ],
})

vectors(expectMessage, {
  correct: [
    // conntrack -I expect …
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          tuple: {
            ip: { v4Src: '4.4.4.4', v4Dst: '5.5.5.5' },
            proto: { num: 1, icmpCode: 44, icmpType: 1, icmpId: 10 },
          },
          master: { ip: { v4Src: '192.0.2.1', v4Dst: '192.0.2.2' }, proto: { num: 6, srcPort: 1000, dstPort: 21 } },
          mask: {
            ip: { v4Src: '255.255.255.0', v4Dst: '255.255.255.255' },
            proto: { num: 6, srcPort: 10, dstPort: 300 },
          },
          timeout: 200,
        },
      },
      {
        LE: '02000000 3c000280 14000180 08000100 04040404 08000200 05050505 24000280 05000100 01000000 05000600 2c000000 05000500 01000000 06000400 000a0000 34000180 14000180 08000100 c0000201 08000200 c0000202 1c000280 05000100 06000000 06000200 03e80000 06000300 00150000 34000380 14000180 08000100 ffffff00 08000200 ffffffff 1c000280 05000100 06000000 06000200 000a0000 06000300 012c0000 08000400 000000c8',
      },
    ],
  ],
})
