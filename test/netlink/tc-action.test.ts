import * as tc from '../../packages/netlink/dist/route/tc/index.js'
import { vectors } from '../support/vectors.js'

// Payloads sent by iproute2's tc and by the kernel. The commands were `tc actions add` with the expected values.
// Payloads in `decodes` have no NLA_F_NESTED, which we always set.

vectors(tc.tcaGactAttrs, {
  correct: [
    [
      { parms: { index: 3, capab: 0, action: 2, refcnt: 0, bindcnt: 0 }, prob: { ptype: 1, pval: 10, paction: 0 } },
      {
        LE: `18000200 0300000000000000020000000000000000000000
0c000300 01000a0000000000`,
      },
    ],
  ],
})

vectors(tc.actionMessage, {
  decodes: [
    [
      {
        LE: '00000000500001004c000100090001006761637400000000280002801800020003000000000000000200000000000000000000000c00030001000a0000000000080006000011aabb0c0008000200000002000000',
      },
      {
        family: 0,
        attrs: {
          tab: [
            [
              1,
              {
                kind: 'gact',
                options: {
                  parms: { index: 3, capab: 0, action: 2, refcnt: 0, bindcnt: 0 },
                  prob: { ptype: 1, pval: 10, paction: 0 },
                },
                cookie: Buffer.from('0011aabb', 'hex'),
                hwStats: { value: 2, selector: 2 },
              },
            ],
          ],
        },
      },
    ],
    [
      {
        LE: '000000000800030001000000b4000100b00000000b0001006d6972726564000044000400140001000000000000000000000000000000000014000700000000000000000000000000000000001800030000000000000000000000000000000000000000000c000900000000000300000008000a0000000000480002002000020004000000000000000400000001000000000000000100000002000000240001001f000000000000001f0000000000000000000000000000000000000000000000',
      },
      {
        family: 0,
        attrs: {
          count: 1,
          tab: [
            [
              0,
              {
                kind: 'mirred',
                stats: {
                  basic: { bytes: 0n, packets: 0 },
                  basicHw: { bytes: 0n, packets: 0 },
                  queue: { qlen: 0, backlog: 0, drops: 0, requeues: 0, overlimits: 0 },
                },
                usedHwStats: { value: 0, selector: 3 },
                inHwCount: 0,
                options: {
                  parms: { index: 4, capab: 0, action: 4, refcnt: 1, bindcnt: 0, eaction: 1, ifindex: 2 },
                  tm: { install: 31n, lastuse: 31n, expires: 0n, firstuse: 0n },
                },
              },
            ],
          ],
        },
      },
    ],
  ],
})

vectors(tc.tcaMirredAttrs, {
  correct: [
    [
      { parms: { index: 4, capab: 0, action: 4, refcnt: 0, bindcnt: 0, eaction: 1, ifindex: 2 } },
      { LE: `20000200 04000000000000000400000000000000000000000100000002000000` },
    ],
  ],
})

vectors(tc.tcaPoliceAttrs, {
  correct: [
    [
      {
        tbf: {
          index: 6,
          action: 2,
          limit: 0,
          burst: 0,
          mtu: 0,
          rate: { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 },
          peakrate: { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 },
          refcnt: 0,
          bindcnt: 0,
          capab: 0,
        },
        avrate: 125000,
        pktrate64: 1000n,
        pktburst64: 3125000n,
      },
      {
        LE: `3c000100 0600000002000000000000000000000000000000000000000000000000000000000000000000000000000000000
000000000000000000000
08000400 48e80100
0c000a00 e803000000000000
0c000b00 08af2f0000000000`,
      },
    ],
  ],
})

vectors(tc.tcaVlanAttrs, {
  correct: [
    [
      {
        parms: { index: 7, capab: 0, action: 3, refcnt: 0, bindcnt: 0, vAction: 2 },
        pushVlanId: 123,
        pushVlanProtocol: 34984,
        pushVlanPriority: 5,
      },
      {
        LE: `1c000200 070000000000000003000000000000000000000002000000
06000300 7b000000
06000400 88a80000
05000600 05000000`,
      },
    ],
    [
      {
        parms: { index: 8, capab: 0, action: 3, refcnt: 0, bindcnt: 0, vAction: 5 },
        pushEthDst: '02:00:00:00:00:01',
        pushEthSrc: '02:00:00:00:00:02',
      },
      {
        LE: `1c000200 080000000000000003000000000000000000000005000000
0a000700 0200000000010000
0a000800 0200000000020000`,
      },
    ],
  ],
})

vectors(tc.tcaSkbeditAttrs, {
  correct: [
    [
      {
        parms: { index: 9, capab: 0, action: 3, refcnt: 0, bindcnt: 0 },
        queueMapping: 3,
        priority: 65538,
        mark: 18,
        mask: 255,
        ptype: 0,
        flags: 32n,
      },
      {
        LE: `18000200 0900000000000000030000000000000000000000
06000400 03000000
08000300 02000100
08000500 12000000
08000800 ff000000
06000700 00000000
0c000900 2000000000000000`,
      },
    ],
  ],
})

vectors(tc.tcaSkbmodAttrs, {
  correct: [
    [
      {
        parms: { index: 10, capab: 0, action: 3, refcnt: 0, bindcnt: 0, flags: 7n },
        dmac: '02:00:00:00:00:03',
        etype: 34997,
        smac: '02:00:00:00:00:04',
      },
      {
        LE: `24000200 0a00000000000000030000000000000000000000000000000700000000000000
0a000300 0200000000030000
06000500 b5880000
0a000400 0200000000040000`,
      },
    ],
  ],
})

vectors(tc.tcaPeditAttrs, {
  correct: [
    [
      {
        parmsEx: {
          index: 11,
          capab: 0,
          action: 0,
          refcnt: 0,
          bindcnt: 0,
          nkeys: 4,
          flags: 0,
          keys: [
            { mask: 0, val: 33554432, off: 0, at: 0, offmask: 0, shift: 0 },
            { mask: 65535, val: 327680, off: 4, at: 0, offmask: 0, shift: 0 },
            { mask: 16777215, val: 4278190080, off: 8, at: 0, offmask: 0, shift: 0 },
            { mask: 4294901760, val: 80, off: 0, at: 0, offmask: 0, shift: 0 },
          ],
        },
        keysEx: {
          keyEx: [
            { htype: 1, cmd: 0 },
            { htype: 1, cmd: 0 },
            { htype: 2, cmd: 1 },
            { htype: 4, cmd: 0 },
          ],
        },
      },
      {
        LE: `7c000400 0b00000000000000000000000000000000000000040000000000000002000000000000000000000000000000000
000000000ffff000500000400000000000000000000000000000000ffffffff0000000800000000000000000000000000000
0ffff00000000005000000000000000000000000000000000
54000580 1400068006000100010000000600020000000000140006800600010001000000060002000000000014000680060
001000200000006000200010000001400068006000100040000000600020000000000`,
      },
    ],
    [
      {
        parms: {
          index: 0,
          capab: 0,
          action: 0,
          refcnt: 0,
          bindcnt: 0,
          nkeys: 2,
          flags: 0,
          keys: [
            { mask: 0, val: 3221225985, off: 16, at: 0, offmask: 0, shift: 0 },
            { mask: 4043309055, val: 150994944, off: 4, at: 0, offmask: 0, shift: 0 },
          ],
        },
      },
      {
        LE: `4c000200 00000000000000000000000000000000000000000200000000000000c0000201100000000000000000000000000
00000f0ffffff0900000004000000000000000000000000000000`,
      },
    ],
  ],
})

vectors(tc.tcaNatAttrs, {
  correct: [
    [
      {
        parms: {
          index: 12,
          capab: 0,
          action: 0,
          refcnt: 0,
          bindcnt: 0,
          oldAddr: '192.0.2.0',
          newAddr: '198.51.100.1',
          mask: '255.255.255.0',
          flags: 0,
        },
      },
      { LE: `28000100 0c00000000000000000000000000000000000000c0000200c6336401ffffff0000000000` },
    ],
  ],
})

vectors(tc.tcaCsumAttrs, {
  correct: [
    [
      { parms: { index: 13, capab: 0, action: 0, refcnt: 0, bindcnt: 0, updateFlags: 25 } },
      { LE: `1c000100 0d0000000000000000000000000000000000000019000000` },
    ],
  ],
})

vectors(tc.tcaTunnelKeyAttrs, {
  correct: [
    [
      {
        encIpv6Src: '2001:db8::1',
        encIpv6Dst: '2001:db8::2',
        encKeyId: 43,
        encOpts: { vxlan: { gbp: 57 } },
        noCsum: 1,
        parms: { index: 15, capab: 0, action: 3, refcnt: 0, bindcnt: 0, tAction: 1 },
      },
      {
        LE: `14000500 20010db8000000000000000000000001
14000600 20010db8000000000000000000000002
08000700 0000002b
10000b80 0c0002800800010039000000
05000a00 01000000
1c000200 0f0000000000000003000000000000000000000001000000`,
      },
    ],
    [
      {
        encIpv4Src: '192.0.2.1',
        encIpv4Dst: '192.0.2.2',
        encKeyId: 44,
        encOpts: { erspan: { ver: 1, index: 2, dir: 0, hwid: 0 } },
        noCsum: 0,
        parms: { index: 16, capab: 0, action: 3, refcnt: 0, bindcnt: 0, tAction: 1 },
      },
      {
        LE: `08000300 c0000201
08000400 c0000202
08000700 0000002c
28000b80 240003800500010001000000080002000000000205000300000000000500040000000000
05000a00 00000000
1c000200 100000000000000003000000000000000000000001000000`,
      },
    ],
  ],
  decodes: [
    [
      {
        LE: `08000300 c0000201
08000400 c0000202
08000700 0000002a
06000900 12b50000
05000c00 04000000
05000d00 40000000
3c000b00 1c0001000600010001020000050002008000000008000300008800221c000100060001000103000005000200810
000000800030011223344
05000a00 00000000
1c000200 0e0000000000000003000000000000000000000001000000`,
      },
      {
        encIpv4Src: '192.0.2.1',
        encIpv4Dst: '192.0.2.2',
        encKeyId: 42,
        encDstPort: 4789,
        encTos: 4,
        encTtl: 64,
        encOpts: {
          geneve: [
            { class: [258], type: [128], data: [Buffer.from('00880022', 'hex')] },
            { class: [259], type: [129], data: [Buffer.from('11223344', 'hex')] },
          ],
        },
        noCsum: 0,
        parms: { index: 14, capab: 0, action: 3, refcnt: 0, bindcnt: 0, tAction: 1 },
      },
    ],
  ],
})

vectors(tc.tcaMplsAttrs, {
  correct: [
    [
      {
        parms: { index: 17, capab: 0, action: 3, refcnt: 0, bindcnt: 0, mAction: 2 },
        label: 1000,
        proto: 34887,
        tc: 3,
        ttl: 64,
        bos: 1,
      },
      {
        LE: `1c000200 110000000000000003000000000000000000000002000000
08000500 e8030000
06000400 88470000
05000600 03000000
05000700 40000000
05000800 01000000`,
      },
    ],
  ],
})

vectors(tc.tcaActBpfAttrs, {
  correct: [
    [
      {
        opsLen: 1,
        ops: [{ code: 6, jt: 0, jf: 0, k: 4294967295 }],
        parms: { index: 18, capab: 0, action: 3, refcnt: 0, bindcnt: 0 },
      },
      {
        LE: `06000300 01000000
0c000400 06000000ffffffff
18000200 1200000000000000030000000000000000000000`,
      },
    ],
  ],
})

vectors(tc.tcaConnmarkAttrs, {
  correct: [
    [
      { parms: { index: 19, capab: 0, action: 3, refcnt: 0, bindcnt: 0, zone: 5 } },
      { LE: `1c000100 130000000000000003000000000000000000000005000000` },
    ],
  ],
})

vectors(tc.tcaCtinfoAttrs, {
  correct: [
    [
      {
        act: { index: 20, capab: 0, action: 3, refcnt: 0, bindcnt: 0 },
        zone: 3,
        parmsDscpMask: 4227858432,
        parmsDscpStatemask: 16777216,
        parmsCpmarkMask: 255,
      },
      {
        LE: `18000300 1400000000000000030000000000000000000000
06000400 03000000
08000500 000000fc
08000600 00000001
08000700 ff000000`,
      },
    ],
  ],
})

vectors(tc.tcaCtAttrs, {
  correct: [
    [
      {
        zone: 7,
        mark: 5,
        markMask: 255,
        labels: Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'),
        labelsMask: Buffer.from('ffffffffffffffffffffffffffffffff', 'hex'),
        natIpv4Min: '192.0.2.5',
        natIpv4Max: '192.0.2.9',
        natPortMin: 1000,
        natPortMax: 2000,
        action: 25,
        parms: { index: 21, capab: 0, action: 3, refcnt: 0, bindcnt: 0 },
      },
      {
        LE: `06000400 07000000
08000500 05000000
08000600 ff000000
14000700 0102030405060708090a0b0c0d0e0f10
14000800 ffffffffffffffffffffffffffffffff
08000900 c0000205
08000a00 c0000209
06000d00 03e80000
06000e00 07d00000
06000300 19000000
18000100 1500000000000000030000000000000000000000`,
      },
    ],
    [
      {
        zone: 7,
        natIpv6Min: '2001:db8::5',
        natIpv6Max: '2001:db8::5',
        action: 41,
        parms: { index: 22, capab: 0, action: 3, refcnt: 0, bindcnt: 0 },
      },
      {
        LE: `06000400 07000000
14000b00 20010db8000000000000000000000005
14000c00 20010db8000000000000000000000005
06000300 29000000
18000100 1600000000000000030000000000000000000000`,
      },
    ],
  ],
})

vectors(tc.tcaGateAttrs, {
  correct: [
    [
      {
        parms: { index: 23, capab: 0, action: 3, refcnt: 0, bindcnt: 0 },
        priority: 2,
        baseTime: 200000000000n,
        cycleTime: 100000000n,
        clockid: 11,
        entryList: {
          entry: [
            { gate: true, interval: 200000000, ipv: 5, maxOctets: 8000000 },
            { interval: 100000000, ipv: -1, maxOctets: -1 },
          ],
        },
      },
      {
        LE: `18000200 1700000000000000030000000000000000000000
08000400 02000000
0c000600 00d0ed902e000000
0c000700 00e1f50500000000
08000a00 0b000000
40000580 20000180040002000800030000c2eb0b08000400050000000800050000127a001c0001800800030000e1f505080
00400ffffffff08000500ffffffff`,
      },
    ],
  ],
})

vectors(tc.tcaIfeAttrs, {
  decodes: [
    [
      {
        LE: `1c000100 180000000000000003000000000000000000000001000000
0a000300 0215151515150000
06000500 edfe0000
0a000400 0215151515160000
18000600 0400010008000300050000000600050007000000`,
      },
      {
        parms: { index: 24, capab: 0, action: 3, refcnt: 0, bindcnt: 0, flags: 1 },
        dmac: '02:15:15:15:15:15',
        type: 65261,
        smac: '02:15:15:15:15:16',
        metalst: { skbmark: [], prio: [5], tcindex: [7] },
      },
    ],
  ],
})

vectors(tc.tcaSampleAttrs, {
  correct: [
    [
      { parms: { index: 25, capab: 0, action: 3, refcnt: 0, bindcnt: 0 }, rate: 12, psampleGroup: 4, truncSize: 128 },
      {
        LE: `18000200 1900000000000000030000000000000000000000
08000300 0c000000
08000500 04000000
08000400 80000000`,
      },
    ],
  ],
})

vectors(tc.tcaDefAttrs, {
  decodes: [
    [
      {
        LE: `18000200 1a00000000000000030000000000000000000000
24000300 68656c6c6f00696e646578003236004f50454e424c41535f434f524554595045`,
      },
      { parms: { index: 26, capab: 0, action: 3, refcnt: 0, bindcnt: 0 }, data: 'hello' },
    ],
  ],
})
