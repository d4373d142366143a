import * as tc from '../../packages/netlink/dist/route/tc/index.js'
import { vectors } from '../support/vectors.js'

// Payloads sent by iproute2's tc and by the kernel. The commands were `tc filter add` with the expected values.
// Payloads in `decodes` have no NLA_F_NESTED, which we always set.

vectors(tc.tcaFlowerAttrs, {
  correct: [
    [
      {
        keyIpProto: 17,
        keyIpv6Src: '2001:db8::',
        keyIpv6SrcMask: 'ffff:ffff::',
        keyIpv6Dst: '2001:db8::1',
        keyIpv6DstMask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
        keyUdpDst: 53,
        classid: 65537,
        flags: 0,
        keyEthType: 34525,
      },
      {
        LE: `05000900 11000000
14000e00 20010db8000000000000000000000000
14000f00 ffffffff000000000000000000000000
14001000 20010db8000000000000000000000001
14001100 ffffffffffffffffffffffffffffffff
06001500 00350000
08000100 01000100
08001600 00000000
06000800 86dd0000`,
      },
    ],
  ],
  decodes: [
    [
      {
        LE: `0a000400 0200000000010000
0a000500 ffffff0000000000
0a000600 0200000000020000
0a000700 ffffffffffff0000
05000900 06000000
08000a00 c0000200
08000b00 ffffff00
08000c00 c6336401
08000d00 ffffffff
06005700 03e80000
06005800 07d00000
06001300 01bb0000
06004700 00020000
06004800 00170000
05004900 10000000
05004a00 f0000000
05004b00 40000000
05004c00 ff000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 01000000
06000800 08000000`,
      },
      {
        keyEthDst: '02:00:00:00:00:01',
        keyEthDstMask: 'ff:ff:ff:00:00:00',
        keyEthSrc: '02:00:00:00:00:02',
        keyEthSrcMask: 'ff:ff:ff:ff:ff:ff',
        keyIpProto: 6,
        keyIpv4Src: '192.0.2.0',
        keyIpv4SrcMask: '255.255.255.0',
        keyIpv4Dst: '198.51.100.1',
        keyIpv4DstMask: '255.255.255.255',
        keyPortSrcMin: 1000,
        keyPortSrcMax: 2000,
        keyTcpDst: 443,
        keyTcpFlags: 2,
        keyTcpFlagsMask: 23,
        keyIpTos: 16,
        keyIpTosMask: 240,
        keyIpTtl: 64,
        keyIpTtlMask: 255,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 1,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `06001700 64000000
05001800 03000000
06001900 88a80000
06004d00 c8000000
05004e00 05000000
06004f00 08000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000020000000000000000000000
08001600 00000000
06000800 81000000`,
      },
      {
        keyVlanId: 100,
        keyVlanPrio: 3,
        keyVlanEthType: 34984,
        keyCvlanId: 200,
        keyCvlanPrio: 5,
        keyCvlanEthType: 2048,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 2, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 33024,
      },
    ],
    [
      {
        LE: `08003b00 c0000201
08003c00 ffffff00
08003900 c0000202
08003a00 ffffffff
05003d00 01000000
05003e00 ff000000
0a003f00 0200000000010000
0a004000 ffffffffffff0000
0a004100 0200000000020000
0a004200 ffffffffffff0000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08060000`,
      },
      {
        keyArpTip: '192.0.2.1',
        keyArpTipMask: '255.255.255.0',
        keyArpSip: '192.0.2.2',
        keyArpSipMask: '255.255.255.255',
        keyArpOp: 1,
        keyArpOpMask: 255,
        keyArpSha: '02:00:00:00:00:01',
        keyArpShaMask: 'ff:ff:ff:ff:ff:ff',
        keyArpTha: '02:00:00:00:00:02',
        keyArpThaMask: 'ff:ff:ff:ff:ff:ff',
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2054,
      },
    ],
    [
      {
        LE: `05000900 01000000
05003300 08000000
05003400 ff000000
05003100 00000000
05003200 ff000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
08002f00 00000003
08003000 00000003
06000800 08000000`,
      },
      {
        keyIpProto: 1,
        keyIcmpv4Type: 8,
        keyIcmpv4TypeMask: 255,
        keyIcmpv4Code: 0,
        keyIcmpv4CodeMask: 255,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyFlags: 3,
        keyFlagsMask: 3,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `44006380 2c00018005000100010000000800050064000000050004000300000005000300000000000500020040000000140
00180050001000200000008000500c8000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 88470000`,
      },
      {
        keyMplsOpts: {
          lse: [
            { depth: 1, label: 100, tc: 3, bos: 0, ttl: 64 },
            { depth: 2, label: 200 },
          ],
        },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 34887,
      },
    ],
    [
      {
        LE: `08004600 07000000
05004500 02000000
05004400 01000000
05004300 09000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 88470000`,
      },
      {
        keyMplsLabel: 7,
        keyMplsTc: 2,
        keyMplsBos: 1,
        keyMplsTtl: 9,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 34887,
      },
    ],
    [
      {
        LE: `08001a00 0000002a
08001b00 c0000201
08001c00 ffffffff
08001d00 c0000202
08001e00 ffffff00
06002d00 12b50000
05005000 04000000
05005100 ff000000
05005200 05000000
05005300 ff000000
20005400 1c000100060001000102000005000200800000000800030000880022
20005500 1c00010006000100ffff000005000200ff00000008000300ffffffff
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyEncKeyId: 42,
        keyEncIpv4Src: '192.0.2.1',
        keyEncIpv4SrcMask: '255.255.255.255',
        keyEncIpv4Dst: '192.0.2.2',
        keyEncIpv4DstMask: '255.255.255.0',
        keyEncUdpDstPort: 4789,
        keyEncIpTos: 4,
        keyEncIpTosMask: 255,
        keyEncIpTtl: 5,
        keyEncIpTtlMask: 255,
        keyEncOpts: { geneve: [{ class: [258], type: [128], data: [Buffer.from('00880022', 'hex')] }] },
        keyEncOptsMask: { geneve: [{ class: [65535], type: [255], data: [Buffer.from('ffffffff', 'hex')] }] },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `08001a00 0000002b
10005480 0c0002800800010039000000
10005580 0c00028008000100ff000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyEncKeyId: 43,
        keyEncOpts: { vxlan: { gbp: 57 } },
        keyEncOptsMask: { vxlan: { gbp: 255 } },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `08001a00 0000002c
28005480 240003800500010001000000080002000000000205000300000000000500040000000000
28005580 24000380050001000100000008000200000000ff05000300000000000500040000000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyEncKeyId: 44,
        keyEncOpts: { erspan: { ver: 1, index: 2, dir: 0, hwid: 0 } },
        keyEncOptsMask: { erspan: { ver: 1, index: 255, dir: 0, hwid: 0 } },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `08001a00 0000002d
18005480 1400048005000100010000000500020008000000
18005580 1400048005000100ff00000005000200ff000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyEncKeyId: 45,
        keyEncOpts: { gtp: { pduType: 1, qfi: 8 } },
        keyEncOptsMask: { gtp: { pduType: 255, qfi: 255 } },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `07000200 64300000
05006600 02000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000`,
      },
      {
        indev: 'd0',
        keyNumOfVlans: 2,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
      },
    ],
    [
      {
        LE: `06006700 04d20000
06006800 00210000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 88640000`,
      },
      {
        keyPppoeSid: 1234,
        keyPppProto: 33,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 34916,
      },
    ],
    [
      {
        LE: `05000900 73000000
08006900 00000063
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyIpProto: 115,
        keyL2tpv3Sid: 99,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `05000900 32000000
08006c00 00001234
08006d00 ffffffff
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyIpProto: 50,
        keySpi: 4660,
        keySpiMask: 4294967295,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `14006b80 05000100050000000500020001000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 89020000`,
      },
      {
        keyCfm: { mdLevel: 5, opcode: 1 },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 35074,
      },
    ],
    [
      {
        LE: `05006a00 01000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        l2Miss: 1,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `08000c00 c6336402
08000d00 ffffffff
30000300 2c0001000900010067616374000000001c000280180002000000000000000000020000000000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyIpv4Dst: '198.51.100.2',
        keyIpv4DstMask: '255.255.255.255',
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 2, refcnt: 0, bindcnt: 0 } } }]],
        flags: 0,
        keyEthType: 2048,
      },
    ],
    [
      {
        LE: `06005b00 0a000000
06005c00 0a000000
06005d00 03000000
06005e00 ffff0000
08005f00 07000000
08006000 ff000000
14006100 0102030405060708090a0b0c0d0e0f10
14006200 ffffffffffffffffffffffffffffffff
30000300 2c0001000900010067616374000000001c000280180002000000000000000000060000200000000000000000
08001600 00000000
06000800 08000000`,
      },
      {
        keyCtState: 10,
        keyCtStateMask: 10,
        keyCtZone: 3,
        keyCtZoneMask: 65535,
        keyCtMark: 7,
        keyCtMarkMask: 255,
        keyCtLabels: Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'),
        keyCtLabelsMask: Buffer.from('ffffffffffffffffffffffffffffffff', 'hex'),
        act: [
          [1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 536870918, refcnt: 0, bindcnt: 0 } } }],
        ],
        flags: 0,
        keyEthType: 2048,
      },
    ],
  ],
})

vectors(tc.tcaU32Attrs, {
  correct: [
    [
      {
        mark: { val: 5, mask: 255, success: 0 },
        classid: 65537,
        sel: {
          flags: 1,
          offshift: 0,
          nkeys: 3,
          offmask: 0,
          off: 0,
          offoff: 0,
          hoff: 0,
          hmask: 0,
          keys: [
            { mask: 4294967040, val: 3221225984, off: 12, offmask: 0 },
            { mask: 65535, val: 80, off: 20, offmask: 0 },
            { mask: 16711680, val: 1048576, off: 0, offmask: 0 },
          ],
        },
      },
      {
        LE: `10000a00 05000000ff00000000000000
08000100 01000100
44000500 01000300000000000000000000000000ffffff00c00002000c000000000000000000ffff0000005014000000000
0000000ff0000001000000000000000000000`,
      },
    ],
    [{ divisor: 256 }, { LE: `08000400 00010000` }],
    [
      {
        sel: {
          flags: 1,
          offshift: 0,
          nkeys: 3,
          offmask: 0,
          off: 0,
          offoff: 0,
          hoff: 0,
          hmask: 0,
          keys: [
            { mask: 4294967040, val: 3221225984, off: 12, offmask: 0 },
            { mask: 65535, val: 80, off: 20, offmask: 0 },
            { mask: 16711680, val: 1048576, off: 0, offmask: 0 },
          ],
        },
        hash: 2147483648,
        classid: 65537,
        flags: 8,
        mark: { val: 5, mask: 255, success: 0 },
        pcnt: { rcnt: 0n, rhit: 0n, kcnts: [0n, 0n, 0n] },
      },
      {
        LE: `44000500 01000300000000000000000000000000ffffff00c00002000c000000000000000000ffff0000005014000000000
0000000ff0000001000000000000000000000
08000200 00000080
08000100 01000100
08000b00 08000000
10000a00 05000000ff00000000000000
2c000900 00000000000000000000000000000000000000000000000000000000000000000000000000000000`,
      },
    ],
  ],
  decodes: [
    [
      {
        LE: `24000500 0f0601000f00040000000c00000000ffff0000000a0000001000000000000000
08000200 00602000
08000300 00002000
08000b00 08000000
64000600 3c00010001000000010000000000000000881300f8070000000100000000000048e801000000000000000000000
0000001000000010000000000000024000600000000000000000000000000000000000000000000000000000000000000000
0
1c000900 000000000000000000000000000000000000000000000000`,
      },
      {
        sel: {
          flags: 15,
          offshift: 6,
          nkeys: 1,
          offmask: 3840,
          off: 4,
          offoff: 0,
          hoff: 12,
          hmask: 255,
          keys: [{ mask: 4278190080, val: 167772160, off: 16, offmask: 0 }],
        },
        hash: 2121728,
        link: 2097152,
        flags: 8,
        police: {
          tbf: {
            index: 1,
            action: 1,
            limit: 0,
            burst: 1280000,
            mtu: 2040,
            rate: { cellLog: 0, linklayer: 1, overhead: 0, cellAlign: 0, mpu: 0, rate: 125000 },
            peakrate: { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 },
            refcnt: 1,
            bindcnt: 1,
            capab: 0,
          },
          tm: { install: 0n, lastuse: 0n, expires: 0n, firstuse: 0n },
        },
        pcnt: { rcnt: 0n, rhit: 0n, kcnts: [0n] },
      },
    ],
  ],
})

vectors(tc.tcaBasicAttrs, {
  decodes: [
    [
      {
        LE: `6c000200 0800010003000000600002001c0001000000030001000000ff0000000a0000000c0000000000000028000200000
00400060000000c0001000610000100100000080002000000000008000300050000001800030000000100000000005000000
0ff00000002000201
08000100 01000100`,
      },
      {
        ematches: {
          hdr: { nmatches: 3, progid: 0 },
          list: [
            { matchid: 0, kind: 3, flags: 1, data: { mask: 4278190080, val: 167772160, off: 12, offmask: 0 } },
            {
              matchid: 0,
              kind: 4,
              flags: 6,
              data: {
                hdr: { left: { kind: 4102, shift: 0, op: 1 }, right: { kind: 4096, shift: 0, op: 0 } },
                lvalue: Buffer.from('00000000', 'hex'),
                rvalue: Buffer.from('05000000', 'hex'),
              },
            },
            { matchid: 0, kind: 1, flags: 0, data: { val: 80, mask: 255, off: 2, alignFlags: 2, layerOpnd: 1 } },
          ],
        },
        classid: 65537,
      },
    ],
    [
      {
        LE: `38000200 08000100010000002c0002002800010000000400000000000c00010006100000001000000800020000000000080
0030003000000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000`,
      },
      {
        ematches: {
          hdr: { nmatches: 1, progid: 0 },
          list: [
            {
              matchid: 0,
              kind: 4,
              flags: 0,
              data: {
                hdr: { left: { kind: 4102, shift: 0, op: 0 }, right: { kind: 4096, shift: 0, op: 0 } },
                lvalue: Buffer.from('00000000', 'hex'),
                rvalue: Buffer.from('03000000', 'hex'),
              },
            },
          ],
        },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
      },
    ],
    [
      {
        LE: `24000200 0800010001000000180002001400010000000200000000000400021061620000
30000300 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000`,
      },
      {
        ematches: {
          hdr: { nmatches: 1, progid: 0 },
          list: [
            {
              matchid: 0,
              kind: 2,
              flags: 0,
              data: { off: 4, lenLayer: 4098, pattern: Buffer.from('61620000', 'hex') },
            },
          ],
        },
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
      },
    ],
    [
      {
        LE: `2c000200 0800010001000000200002001c000100000007000000000023010000ff07008034120080ffffff9f
08000100 01000100`,
      },
      {
        ematches: {
          hdr: { nmatches: 1, progid: 0 },
          list: [
            {
              matchid: 0,
              kind: 7,
              flags: 0,
              data: [
                { canId: 291, canMask: 2147485695 },
                { canId: 2147488308, canMask: 2684354559 },
              ],
            },
          ],
        },
        classid: 65537,
      },
    ],
    [
      {
        LE: `6c000200 0800010004000000600002001c0001000000030001000000ff0000000a0000000c0000000000000010000200000
00000000000000200000018000300000001000200000003000000ff000000000001121800040000000100040000005000000
0ff00000002000201
08000100 01000100`,
      },
      {
        ematches: {
          hdr: { nmatches: 4, progid: 0 },
          list: [
            { matchid: 0, kind: 3, flags: 1, data: { mask: 4278190080, val: 167772160, off: 12, offmask: 0 } },
            { matchid: 0, kind: 0, flags: 0, data: 2 },
            { matchid: 0, kind: 1, flags: 2, data: { val: 3, mask: 255, off: 0, alignFlags: 1, layerOpnd: 18 } },
            { matchid: 0, kind: 1, flags: 4, data: { val: 80, mask: 255, off: 2, alignFlags: 2, layerOpnd: 1 } },
          ],
        },
        classid: 65537,
      },
    ],
  ],
})

vectors(tc.tcaMatchallAttrs, {
  decodes: [
    [
      {
        LE: `30000200 2c0001000900010067616374000000001c000280180002000000000000000000020000000000000000000000
08000300 01000000`,
      },
      {
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 2, refcnt: 0, bindcnt: 0 } } }]],
        flags: 1,
      },
    ],
  ],
})

vectors(tc.tcaFwAttrs, {
  decodes: [
    [
      {
        LE: `08000500 ff000000
08000100 01000100
30000400 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000`,
      },
      {
        mask: 255,
        classid: 65537,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
      },
    ],
  ],
})

vectors(tc.tcaRoute4Attrs, {
  correct: [
    [
      { from: 5, to: 6, classid: 65537 },
      {
        LE: `08000300 05000000
08000200 06000000
08000100 01000100`,
      },
    ],
  ],
})

vectors(tc.tcaFlowAttrs, {
  correct: [
    [
      { keys: 31, divisor: 1024, perturb: 10, baseclass: 65537, mode: 1 },
      {
        LE: `08000100 1f000000
08000800 00040000
08000c00 0a000000
08000300 01000100
08000200 01000000`,
      },
    ],
    [
      { keys: 2, addend: 4294967286, rshift: 1, mode: 0, mask: 255, xor: 0 },
      {
        LE: `08000100 02000000
08000500 f6ffffff
08000400 01000000
08000200 00000000
08000600 ff000000
08000700 00000000`,
      },
    ],
  ],
})

vectors(tc.tcaBpfAttrs, {
  decodes: [
    [
      {
        LE: `08000300 01000100
30000100 2c0001000900010067616374000000001c000280180002000000000000000000000000000000000000000000
06000400 01000000
0c000500 06000000ffffffff`,
      },
      {
        classid: 65537,
        act: [[1, { kind: 'gact', options: { parms: { index: 0, capab: 0, action: 0, refcnt: 0, bindcnt: 0 } } }]],
        opsLen: 1,
        ops: [{ code: 6, jt: 0, jf: 0, k: 4294967295 }],
      },
    ],
  ],
})
