import * as ethtool from '../../packages/netlink/dist/generic/ethtool/index.js'
import { vectors } from '../support/vectors.js'

/**
 * Bytes sent by `ethtool` 6.1 and by Linux 6.18 and 7.2. Messages for hardware that is not available are written like
 * those of net/ethtool.
 */

const { messages, replies } = ethtool.ethtool
const header = { devIndex: 3, devName: 'v0' }
const headerBytes = '1400 0180 0800 0100 03000000 0700 0200 763000 00'

vectors(
  messages.ETHTOOL_MSG_FEATURES_SET[1],
  {
    decodes: [
      [
        {
          // The program leaves stray bytes after names (63 00).
          LE: `0c010000 1400 0180 0700 0200 763000 00 0800 0300 01000000
               2800 0380                  # ETHTOOL_A_FEATURES_WANTED
                 2400 0380                #   ETHTOOL_A_BITSET_BITS
                   2000 0180 1800 0200 74782d7463702d7365676d656e746174696f6e00 0400 0300`,
        },
        {
          cmd: 12,
          version: 1,
          attrs: {
            header: { devName: 'v0', flags: ethtool.ETHTOOL_FLAG.COMPACT_BITSETS },
            wanted: { bits: { bit: [{ name: 'tx-tcp-segmentation', value: true }] } },
          },
        },
      ],
    ],
  },
  'ETHTOOL_MSG_FEATURES_SET',
)

vectors(
  replies.ETHTOOL_MSG_FEATURES_GET_REPLY[1],
  {
    correct: [
      [
        {
          cmd: 11,
          version: 1,
          attrs: {
            header,
            hw: { size: 64, value: [0x4fdd49e9, 0x0a00632e], mask: [0xffffffff, 0xffffffff] },
            active: { nomask: true, size: 64, value: [0x4fdd09e9, 0x0000612e] },
          },
        },
        {
          LE: `0b010000 ${headerBytes}
               2400 0280 0800 0200 40000000 0c00 0400 e949dd4f2e63000a 0c00 0500 ffffffffffffffff
               1c00 0480 0400 0100 0800 0200 40000000 0c00 0400 e909dd4f2e610000`,
        },
      ],
    ],
  },
  'ETHTOOL_MSG_FEATURES_GET_REPLY',
)

vectors(
  replies.ETHTOOL_MSG_DEBUG_GET_REPLY[1],
  {
    correct: [
      [
        {
          cmd: 7,
          version: 1,
          attrs: {
            header: { devIndex: 2, devName: 'eE' },
            msgmask: {
              nomask: true,
              size: 15,
              bits: {
                bit: [
                  { index: 0, name: 'drv' },
                  { index: 1, name: 'probe' },
                  { index: 2, name: 'link' },
                ],
              },
            },
          },
        },
        {
          LE: `07010000 1400 0180 0800 0100 02000000 0700 0200 654500 00
               5800 0280 0400 0100 0800 0200 0f000000 4800 0380
                 1400 0180 0800 0100 00000000 0800 0200 64727600
                 1800 0180 0800 0100 01000000 0a00 0200 70726f626500 0000
                 1800 0180 0800 0100 02000000 0900 0200 6c696e6b00 000000`,
        },
      ],
    ],
  },
  'ETHTOOL_MSG_DEBUG_GET_REPLY',
)

vectors(
  replies.ETHTOOL_MSG_LINKINFO_GET_REPLY[1],
  {
    correct: [
      [
        {
          cmd: 2,
          version: 1,
          attrs: {
            header: { devIndex: 2, devName: 'eE' },
            port: ethtool.PORT.TP,
            phyaddr: 1,
            tpMdix: ethtool.ETH_TP.MDI,
            tpMdixCtrl: ethtool.ETH_TP.MDI_AUTO,
            transceiver: ethtool.XCVR.INTERNAL,
          },
        },
        {
          LE: `02010000 1400 0180 0800 0100 02000000 0700 0200 654500 00
               0500 0200 00 000000 0500 0300 01 000000 0500 0400 01 000000 0500 0500 03 000000 0500 0600 00 000000`,
        },
      ],
    ],
  },
  'ETHTOOL_MSG_LINKINFO_GET_REPLY',
)

vectors(
  replies.ETHTOOL_MSG_TSCONFIG_GET_REPLY[1],
  {
    correct: [
      [
        {
          cmd: 47,
          version: 1,
          attrs: {
            header: { devIndex: 2, devName: 'eE' },
            txTypes: { nomask: true, size: 4, bits: { bit: [{ index: 0, name: 'off' }] } },
            rxFilters: { nomask: true, size: 16, bits: { bit: [{ index: 0, name: 'none' }] } },
            hwtstampProvider: { index: 0, qualifier: ethtool.HWTSTAMP_PROVIDER_QUALIFIER.PRECISE },
          },
        },
        {
          LE: `2f010000 1400 0180 0800 0100 02000000 0700 0200 654500 00
               2800 0380 0400 0100 0800 0200 04000000 1800 0380 1400 0180 0800 0100 00000000 0800 0200 6f666600
               2c00 0480 0400 0100 0800 0200 10000000 1c00 0380 1800 0180 0800 0100 00000000 0900 0200 6e6f6e6500 000000
               1400 0280 0800 0100 00000000 0800 0200 00000000`,
        },
      ],
    ],
  },
  'ETHTOOL_MSG_TSCONFIG_GET_REPLY',
)

// stats_put_stats: each number is in its own nest, named by the id of the group
vectors(ethtool.ethtoolStatsGrpAttrs, {
  correct: [
    [
      {
        id: ethtool.ETHTOOL_STATS.ETH_MAC,
        ssId: ethtool.ETH_SS.STATS_ETH_MAC,
        stat: [{ txPkt: 5n }, { tooLongErr: 6n }],
      },
      {
        LE: `0800 0200 01000000 0800 0300 12000000
             1000 0480 0c00 0000 0500000000000000
             1000 0480 0c00 1500 0600000000000000`,
        BE: `0008 0002 00000001 0008 0003 00000012
             0010 8004 000c 0000 0000000000000005
             0010 8004 000c 0015 0000000000000006`,
      },
    ],
    [
      { id: ethtool.ETHTOOL_STATS.ETH_CTRL, stat: [{ tx: 1n }, { rxUnsup: 2n }] },
      { LE: '0800 0200 02000000 1000 0480 0c00 0000 0100000000000000 1000 0480 0c00 0200 0200000000000000' },
    ],
    [
      {
        id: ethtool.ETHTOOL_STATS.RMON,
        histRx: [{ histBktLow: 0, histBktHi: 64, histVal: 9n }],
        stat: [{ undersize: 1n }],
      },
      {
        LE: `0800 0200 03000000
             2000 0580 0800 0700 00000000 0800 0800 40000000 0c00 0900 0900000000000000
             1000 0480 0c00 0000 0100000000000000`,
      },
    ],
    // A group that only a newer kernel has
    [
      { id: 99, '?4': [{ flags: 0x8000, payload: Buffer.from('0c0000000500000000000000', 'hex') }] },
      { LE: '0800 0200 63000000 1000 0480 0c00 0000 0500000000000000' },
    ],
  ],
  errValues: [
    { id: 99, stat: [{ txPkt: 5n }] },
    { id: 2, stat: [{ txPkt: 5n }] },
    { id: 1, stat: { txPkt: 5n } },
  ],
})

vectors(
  replies.ETHTOOL_MSG_CABLE_TEST_NTF[1],
  {
    correct: [
      [
        {
          cmd: 27,
          version: 1,
          attrs: {
            header,
            status: ethtool.ETHTOOL_A_CABLE_TEST_NTF_STATUS.COMPLETED,
            nest: {
              result: [
                { pair: 0, code: 1 },
                { pair: 1, code: ethtool.ETHTOOL_A_CABLE_RESULT_CODE.OPEN },
              ],
              faultLength: [{ pair: ethtool.ETHTOOL_A_CABLE_PAIR.B, cm: 1200 }],
            },
          },
        },
        {
          LE: `1b010000 ${headerBytes} 0500 0200 02 000000
               4000 0380
                 1400 0180 0500 0100 00 000000 0500 0200 01 000000
                 1400 0180 0500 0100 01 000000 0500 0200 02 000000
                 1400 0280 0500 0100 01 000000 0800 0200 b0040000`,
        },
      ],
    ],
  },
  'ETHTOOL_MSG_CABLE_TEST_NTF',
)

vectors(
  replies.ETHTOOL_MSG_CABLE_TEST_TDR_NTF[1],
  {
    correct: [
      [
        {
          cmd: 28,
          version: 1,
          attrs: {
            status: 2,
            nest: {
              pulse: [{ mV: 1000 }],
              step: [{ firstDistance: 100, lastDistance: 200, stepDistance: 100 }],
              amplitude: [
                { pair: 0, mV: -5 },
                { pair: 0, mV: 7 },
              ],
            },
          },
        },
        {
          LE: `1c010000 0500 0200 02 000000
               5400 0380
                 0c00 0380 0600 0100 e803 0000
                 1c00 0180 0800 0100 64000000 0800 0200 c8000000 0800 0300 64000000
                 1400 0280 0500 0100 00 000000 0600 0200 fbff 0000
                 1400 0280 0500 0100 00 000000 0600 0200 0700 0000`,
        },
      ],
    ],
  },
  'ETHTOOL_MSG_CABLE_TEST_TDR_NTF',
)

vectors(ethtool.ethtoolTunnelInfoAttrs, {
  correct: [
    [
      {
        udpPorts: {
          table: [
            {
              size: 4,
              types: { nomask: true, size: 3, value: [1] },
              entry: [{ port: 4789, type: ethtool.ETHTOOL_UDP_TUNNEL_TYPE.VXLAN }],
            },
            { size: 1 },
          ],
        },
      },
      {
        LE: `4800 0280
               3800 0180 0800 0100 04000000
                 1800 0280 0400 0100 0800 0200 03000000 0800 0400 01000000
                 1400 0380 0600 0100 12b5 0000 0800 0200 00000000
               0c00 0180 0800 0100 01000000`,
      },
    ],
  ],
})

vectors(ethtool.ethtoolFecAttrs, {
  correct: [
    [
      {
        modes: { nomask: true, size: 125, value: [0, 0x00040000, 0, 0] },
        auto: 0,
        active: ethtool.ETHTOOL_LINK_MODE.FEC_RS_BIT,
        stats: {
          corrected: [3n, 1n, 2n],
          uncorr: [],
          hist: [
            { binLow: 0, binHigh: 0, binVal: 7n, binValPerLane: [3n, 4n] },
            { binLow: 1, binVal: 0x100000000n },
          ],
        },
      },
      {
        LE: `2400 0280 0400 0100 0800 0200 7d000000 1400 0400 00000000 00000400 00000000 00000000
             0500 0300 00 000000 0800 0400 32000000
             6c00 0580
               1c00 0200 0300000000000000 0100000000000000 0200000000000000
               0400 0300
               3000 0580 0800 0200 00000000 0800 0300 00000000 0800 0400 07000000 1400 0500 0300000000000000 0400000000000000
               1800 0580 0800 0200 01000000 0c00 0400 0000000001000000`,
      },
    ],
  ],
})

vectors(ethtool.ethtoolPseAttrs, {
  correct: [
    [
      { podlPseAdminState: 3, c33PseActualPw: 15400, c33PsePwLimitRanges: [{ min: 1, max: 2 }], pwDId: 1, prio: 0 },
      {
        LE: `0800 0200 03000000 0800 0900 283c0000
             1400 0d80 0800 0100 01000000 0800 0200 02000000
             0800 0e00 01000000 0800 1000 00000000`,
      },
    ],
  ],
})

vectors(ethtool.ethtoolRssAttrs, {
  correct: [
    [
      { hfunc: 1, indir: [0, 1, 0, 1], hkey: Buffer.of(1, 2, 3), inputXfrm: 1, flowHash: { tcp4: 0xf0n } },
      {
        LE: `0800 0300 01000000 1400 0400 00000000 01000000 00000000 01000000 0700 0500 010203 00 0800 0600 01000000
             0c00 0880 0800 0400 f0000000`,
      },
    ],
  ],
  errHex: [{ LE: '0700 0400 000000 00' }],
})

vectors(ethtool.ethtoolMseAttrs, {
  correct: [
    [
      {
        capabilities: { maxAverageMse: 100n, refreshRatePs: 0x123456789an, numSymbols: 1n },
        channelA: { averageMse: 5n, peakMse: 6n, worstPeakMse: 7n },
      },
      {
        LE: `2000 0280 0800 0100 64000000 0c00 0300 9a78563412000000 0800 0400 01000000
             1c00 0380 0800 0100 05000000 0800 0200 06000000 0800 0300 07000000`,
      },
    ],
  ],
})

vectors(ethtool.ethtoolModuleEepromAttrs, {
  correct: [
    [
      { header: { devName: 'v0' }, length: 1, offset: 0, page: 0, bank: 0, i2cAddress: 80 },
      {
        LE: `0c00 0180 0700 0200 763000 00 0800 0300 01000000 0800 0200 00000000
             0500 0400 00 000000 0500 0500 00 000000 0500 0600 50 000000`,
      },
    ],
  ],
})

// Each of these sets has its own declaration, with the names of its bits.
for (const [name, declaration, key, type] of [
  ['link modes', ethtool.ethtoolLinkmodesAttrs, 'ours', 3],
  ['wake on LAN', ethtool.ethtoolWolAttrs, 'modes', 2],
  ['time stamping', ethtool.ethtoolTsinfoAttrs, 'timestamping', 2],
  ['sent time stamps', ethtool.ethtoolTsconfigAttrs, 'txTypes', 3],
  ['received time stamps', ethtool.ethtoolTsconfigAttrs, 'rxFilters', 4],
  ['flags of time stamps', ethtool.ethtoolTsconfigAttrs, 'hwtstampFlags', 5],
  ['groups of statistics', ethtool.ethtoolStatsAttrs, 'groups', 3],
  ['tunnel types', ethtool.ethtoolTunnelUdpTableAttrs, 'types', 2],
] as const)
  vectors<object>(
    declaration,
    {
      correct: [
        [
          { [key]: { nomask: true, size: 3, bits: { bit: [{ index: 1, name: 'x', value: true }] } } },
          {
            LE: `2c00 0${type}80 0400 0100 0800 0200 03000000
                 1c00 0380 1800 0180 0800 0100 01000000 0600 0200 7800 0000 0400 0300`,
            BE: `002c 800${type} 0004 0001 0008 0002 00000003
                 001c 8003 0018 8001 0008 0001 00000001 0006 0002 7800 0000 0004 0003`,
          },
        ],
        [
          { [key]: { size: 40, value: [3, 1], mask: [7, 1] } },
          {
            LE: `2400 0${type}80 0800 0200 28000000 0c00 0400 03000000 01000000 0c00 0500 07000000 01000000`,
            BE: `0024 800${type} 0008 0002 00000028 000c 0004 00000003 00000001 000c 0005 00000007 00000001`,
          },
        ],
      ],
      errValues: [{ [key]: { value: [-1] } }],
      errHex: [{ LE: `0b00 0${type}80 0700 0400 010203` }],
    },
    `bits of ${name}`,
  )
