import * as tc from '../../packages/netlink/dist/route/tc/index.js'
import { vectors } from '../support/vectors.js'

// Payloads sent by iproute2's tc and by the kernel. The commands were `tc qdisc add` and `tc class add` with the
// expected values. Payloads in `decodes` have no NLA_F_NESTED, which we always set.

/** The table that tc computes for `avpkt 1000 bandwidth 10mbit`. */
const STAB = [
  '000000000000000000000000010101010101010101010101020202020202020202020202030303030303030303030303',
  '040404040404040404040404050505050505050505050506060606060606060606060607070707070707070707070708',
  '08080808080808080808080909090909090909090909090a0a0a0a0a0a0a0a0a0a0a0a0b0b0b0b0b0b0b0b0b0b0b0c0c',
  '0c0c0c0c0c0c0c0c0c0c0d0d0d0d0d0d0d0d0d0d0d0d0e0e0e0e0e0e0e0e0e0e0e0e0f0f0f0f0f0f0f0f0f0f0f0f1010',
  '101010101010101010111111111111111111111111121212121212121212121212131313131313131313131313141414',
  '1414141414141414141515151515151f',
].join('')

vectors(tc.tcFifoQopt, {
  correct: [[{ limit: 77 }, { LE: '4d000000' }]],
})

vectors(tc.tcaCodelAttrs, {
  correct: [
    [
      { limit: 100, interval: 30000, target: 4000, ecn: 1, ceThreshold: 2000 },
      {
        LE: `08000200 64000000
08000300 30750000
08000100 a00f0000
08000400 01000000
08000500 d0070000`,
      },
    ],
  ],
})

vectors(tc.tcaFqCodelAttrs, {
  correct: [
    [
      {
        limit: 1000,
        flows: 256,
        quantum: 300,
        interval: 90000,
        target: 7000,
        ecn: 1,
        ceThreshold: 2000,
        memoryLimit: 4194304,
        dropBatchSize: 32,
      },
      {
        LE: `08000200 e8030000
08000500 00010000
08000600 2c010000
08000300 905f0100
08000100 581b0000
08000400 01000000
08000700 d0070000
08000900 00004000
08000800 20000000`,
      },
    ],
    [
      {
        target: 6999,
        limit: 1000,
        interval: 89999,
        ecn: 1,
        quantum: 300,
        dropBatchSize: 32,
        memoryLimit: 4194304,
        flows: 256,
        ceThreshold: 1999,
        ceThresholdSelector: 0,
        ceThresholdMask: 0,
      },
      {
        LE: `08000100 571b0000
08000200 e8030000
08000300 8f5f0100
08000400 01000000
08000600 2c010000
08000800 20000000
08000900 00004000
08000500 00010000
08000700 cf070000
05000a00 00000000
05000b00 00000000`,
      },
    ],
  ],
})

vectors(tc.tcaFqPieAttrs, {
  correct: [
    [
      {
        limit: 100,
        flows: 64,
        target: 15000,
        tupdate: 16000,
        alpha: 2,
        beta: 20,
        quantum: 1514,
        memoryLimit: 1048576,
        ecnProb: 50,
        ecn: 1,
        bytemode: 1,
        dqRateEstimator: 1,
      },
      {
        LE: `08000100 64000000
08000200 40000000
08000300 983a0000
08000400 803e0000
08000500 02000000
08000600 14000000
08000700 ea050000
08000800 00001000
08000900 32000000
08000a00 01000000
08000b00 01000000
08000c00 01000000`,
      },
    ],
  ],
})

vectors(tc.tcaPieAttrs, {
  correct: [
    [
      { limit: 500, tupdate: 30000, target: 20000, alpha: 3, beta: 25, ecn: 1, bytemode: 1, dqRateEstimator: 1 },
      {
        LE: `08000200 f4010000
08000300 30750000
08000100 204e0000
08000400 03000000
08000500 19000000
08000600 01000000
08000700 01000000
08000800 01000000`,
      },
    ],
  ],
})

vectors(tc.tcMqprioOptions, {
  correct: [
    [
      {
        numTc: 2,
        prioTcMap: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        hw: 0,
        count: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        offset: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        attrs: {},
      },
      {
        LE: '020000010100000000000000000000000000010001000000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000',
      },
    ],
    [
      {
        numTc: 2,
        prioTcMap: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        hw: 1,
        count: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        offset: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        attrs: {
          mode: 1,
          shaper: 1,
          minRate64: { minRate64: [125000n, 250000n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n] },
          maxRate64: { maxRate64: [375000n, 500000n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n] },
        },
      },
      {
        LE: '02000001010000000000000000000000000101000100000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000006000100010000000600020001000000c40003800c00030048e80100000000000c00030090d00300000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c00030000000000000000000c0003000000000000000000c40004800c000400d8b80500000000000c00040020a10700000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c00040000000000000000000c0004000000000000000000',
      },
    ],
  ],
})

vectors(tc.tcaTaprioAttrs, {
  decodes: [
    [
      {
        LE: `08000500 0b000000
08000a00 01000000
56000100 0302020100020202020202020202020202000100010002000000000000000000000000000000000000000000000
00000000000000100020000000000000000000000000000000000000000000000000000000000
08000b00 400d0300
0c000300 43f26b221c303715
0c000800 40420f0000000000
3c000280 1c0001000500020000000000080003000100000008000400e09304001c000100050002000000000008000300020
0000008000400e0930400`,
      },
      {
        schedClockid: 11,
        flags: 1,
        priomap: {
          numTc: 3,
          prioTcMap: [2, 2, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
          hw: 0,
          count: [1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
          offset: [0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        },
        txtimeDelay: 200000,
        schedBaseTime: 1528743495910289987n,
        schedCycleTime: 1000000n,
        schedEntryList: {
          entry: [
            { cmd: 0, gateMask: 1, interval: 300000 },
            { cmd: 0, gateMask: 2, interval: 300000 },
          ],
        },
      },
    ],
  ],
})

vectors(tc.tcaEtfAttrs, {
  correct: [[{ parms: { delta: 300000, clockid: 11, flags: 7 } }, { LE: `10000100 e09304000b00000007000000` }]],
})

vectors(tc.tcaCbsAttrs, {
  correct: [
    [
      { parms: { offload: 1, hicredit: 153, locredit: -1389, idleslope: 98688, sendslope: -901312 } },
      { LE: `18000100 010000009900000093faffff80810100403ff2ff` },
    ],
  ],
})

vectors(tc.tcaQfqAttrs, {
  correct: [
    [
      { weight: 10, lmax: 1514 },
      {
        LE: `08000100 0a000000
08000200 ea050000`,
      },
    ],
  ],
})

vectors(tc.tcPlugQopt, {
  correct: [[{ action: 3, limit: 1000 }, { LE: '03000000e8030000' }]],
})

vectors(tc.tcMultiqQopt, {
  correct: [[{ bands: 0, maxBands: 0 }, { LE: '00000000' }]],
})

vectors(tc.tcSkbprioQopt, {
  correct: [[{ limit: 33 }, { LE: '21000000' }]],
})

vectors(tc.tcaHhfAttrs, {
  correct: [
    [
      {
        backlogLimit: 1000,
        quantum: 1514,
        hhFlowsLimit: 2048,
        resetTimeout: 40000,
        admitBytes: 131072,
        evictTimeout: 1000000,
        nonHhWeight: 2,
      },
      {
        LE: `08000100 e8030000
08000200 ea050000
08000300 00080000
08000400 409c0000
08000500 00000200
08000600 40420f00
08000700 02000000`,
      },
    ],
  ],
})

vectors(tc.tcaGredAttrs, {
  correct: [[{ dps: { dps: 4, defDp: 2, grio: 1, flags: 1 } }, { LE: `10000300 040000000200000001010000` }]],
  decodes: [
    [
      {
        LE: `38000100 a086010010270000307500000100000000000000000000000000000000000000000000000000000004130e03000
0000000000000
04010200 ${STAB}
08000400 cccccc0c
18000600 14000100080002000100000008000c0000000000`,
      },
      {
        parms: [
          {
            limit: 100000,
            qthMin: 10000,
            qthMax: 30000,
            dp: 1,
            backlog: 0,
            qave: 0,
            forced: 0,
            early: 0,
            other: 0,
            pdrop: 0,
            wlog: 4,
            plog: 19,
            scellLog: 14,
            prio: 3,
            packets: 0,
            bytesin: 0,
          },
        ],
        stab: Buffer.from(STAB, 'hex'),
        maxP: [214748364],
        vqList: { entry: [{ dp: 1, flags: 0 }] },
      },
    ],
  ],
})

vectors(tc.tcaStabAttrs, {
  correct: [
    [
      {
        base: { cellLog: 6, sizeLog: 0, cellAlign: -1, overhead: 10, linklayer: 2, mpu: 64, mtu: 2048, tsize: 64 },
        data: [
          106, 159, 212, 318, 371, 424, 530, 583, 636, 742, 795, 848, 954, 1007, 1060, 1166, 1219, 1272, 1378, 1431,
          1484, 1590, 1643, 1696, 1802, 1855, 1908, 2014, 2067, 2120, 2226, 2279, 2332, 2438, 2491, 2544, 2650, 2703,
          2756, 2862, 2915, 2968, 3074, 3127, 3180, 3286, 3339, 3392, 3498, 3551, 3604, 3710, 3763, 3816, 3922, 3975,
          4028, 4134, 4187, 4240, 4346, 4399, 4452, 4558,
        ],
      },
      {
        LE: `1c000100 0600ffff0a00000002000000400000000008000040000000
84000200 6a009f00d4003e017301a801120247027c02e6021b035003ba03ef0324048e04c304f80462059705cc0536066b0
6a0060a073f077407de0713084808b208e7081c098609bb09f0095a0a8f0ac40a2e0b630b980b020c370c6c0cd60c0b0d400
daa0ddf0d140e7e0eb30ee80e520f870fbc0f26105b109010fa102f116411ce11`,
      },
    ],
  ],
})

vectors(tc.tcPrioQopt, {
  decodes: [
    [
      { LE: '050000000403020100000000010101010202020204000200' },
      { bands: 5, priomap: [4, 3, 2, 1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2] },
    ],
  ],
})

vectors(tc.tcSfqQoptV1, {
  correct: [
    [
      {
        v0: { quantum: 1514, perturbPeriod: 10, limit: 100, divisor: 512, flows: 0 },
        depth: 60,
        headdrop: 1,
        limit: 50000,
        qthMin: 5000,
        qthMax: 20000,
        wlog: 4,
        plog: 18,
        scellLog: 0,
        flags: 1,
        maxP: 429496729,
        stats: { probDrop: 0, forcedDrop: 0, probMark: 0, forcedMark: 0, probMarkHead: 0, forcedMarkHead: 0 },
      },
      {
        LE: 'ea0500000a0000006400000000020000000000003c0000000100000050c3000088130000204e00000412000199999919000000000000000000000000000000000000000000000000',
      },
    ],
  ],
})

vectors(tc.tcaFqAttrs, {
  correct: [
    [
      {
        plimit: 5000,
        flowPlimit: 50,
        quantum: 3000,
        initialQuantum: 15000,
        rateEnable: 1,
        flowMaxRate: 12500000,
        flowRefillDelay: 32000,
        orphanMask: 255,
        lowRateThreshold: 62500,
        ceThreshold: 3000,
        bucketsLog: 9,
        timerSlack: 5000,
        horizon: 20000000,
        offloadHorizon: 0,
        horizonDrop: 0,
        priomap: { bands: 3, priomap: [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] },
        weights: [589824, 196608, 65536],
      },
      {
        LE: `08000100 88130000
08000200 32000000
08000300 b80b0000
08000400 983a0000
08000500 01000000
08000700 20bcbe00
08000900 007d0000
08000a00 ff000000
08000b00 24f40000
08000c00 b80b0000
08000800 09000000
08000d00 88130000
08000e00 002d3101
08001200 00000000
05000f00 00000000
18001000 0300000001020202010200000101010101010101
10001100 000009000000030000000100`,
      },
    ],
  ],
})

vectors(tc.tcaCakeAttrs, {
  correct: [
    [
      {
        baseRate64: 1250000n,
        flowMode: 5,
        rtt: 50000,
        target: 2500,
        memory: 2097152,
        autorate: 0,
        ingress: 1,
        ackFilter: 2,
        nat: 1,
        diffservMode: 1,
        wash: 1,
        overhead: 18,
        atm: 1,
        mpu: 64,
        splitGso: 1,
        fwmark: 255,
      },
      {
        LE: `0c000200 d012130000000000
08000500 05000000
08000700 50c30000
08000800 c4090000
08000a00 00002000
08000900 00000000
08000f00 01000000
08001000 02000000
08000b00 01000000
08000300 01000000
08000d00 01000000
08000600 12000000
08000400 01000000
08000e00 40000000
08001100 01000000
08001200 ff000000`,
      },
    ],
  ],
})

vectors(tc.tcNetemOptions, {
  correct: [
    [
      {
        latency: 1562500,
        limit: 200,
        loss: 42949673,
        gap: 5,
        duplicate: 85899346,
        jitter: 156250,
        attrs: {
          latency64: 100000000n,
          jitter64: 10000000n,
          corr: { delayCorr: 1073741824, lossCorr: 214748365, dupCorr: 0 },
          reorder: { probability: 429496730, correlation: 2147483648 },
          corrupt: { probability: 21474836, correlation: 0 },
          rate: { rate: 125000, packetOverhead: 10, cellSize: 60, cellOverhead: 4 },
          ecn: 1,
          slot: {
            minDelay: 1000000n,
            maxDelay: 5000000n,
            maxPackets: 20,
            maxBytes: 5000,
            distDelay: 0n,
            distJitter: 0n,
          },
          prngSeed: 42n,
        },
      },
      {
        LE: '84d71700c8000000295c8f020500000052b81e055a6202000c000a0000e1f505000000000c000b0080969800000000001000010000000040cdcccc0c000000000c0003009a999919000000800c00040014ae4701000000001400060048e801000a0000003c0000000400000008000700010000002c000c0040420f0000000000404b4c00000000001400000088130000000000000000000000000000000000000c000e002a00000000000000',
      },
    ],
  ],
  decodes: [
    [
      {
        LE: '00000000e8030000000000000000000000000000000000000c000a0000000000000000000c000b000000000000000000100001000000000000000000000000000c00030000000000000000000c000400000000000000000014000600000000000000000000000000000000001800050014000200295c8f029a999919cdcccc4c378941002c000c00000000000000000000000000000000000000000000000000404b4c000000000040420f00000000000c000e005d1f59c1acc66285',
      },
      {
        latency: 0,
        limit: 1000,
        loss: 0,
        gap: 0,
        duplicate: 0,
        jitter: 0,
        attrs: {
          latency64: 0n,
          jitter64: 0n,
          corr: { delayCorr: 0, lossCorr: 0, dupCorr: 0 },
          reorder: { probability: 0, correlation: 0 },
          corrupt: { probability: 0, correlation: 0 },
          rate: { rate: 0, packetOverhead: 0, cellSize: 0, cellOverhead: 0 },
          loss: { ge: { p: 42949673, r: 429496730, h: 1288490189, k1: 4294967 } },
          slot: { minDelay: 0n, maxDelay: 0n, maxPackets: 0, maxBytes: 0, distDelay: 5000000n, distJitter: 1000000n },
          prngSeed: 9611463000042577757n,
        },
      },
    ],
  ],
})

vectors(tc.tcaTbfAttrs, {
  correct: [
    [
      {
        parms: {
          rate: { cellLog: 0, linklayer: 1, overhead: 4, cellAlign: 0, mpu: 0, rate: 125000 },
          peakrate: { cellLog: 0, linklayer: 1, overhead: 4, cellAlign: 0, mpu: 0, rate: 250000 },
          limit: 10346,
          buffer: 512500,
          mtu: 100250,
        },
      },
      { LE: `28000100 000104000000000048e80100000104000000000090d003006a280000f4d107009a870100` },
    ],
  ],
})

vectors(tc.tcaRedAttrs, {
  correct: [
    [
      {
        parms: { limit: 100000, qthMin: 10000, qthMax: 30000, wlog: 4, plog: 19, scellLog: 14, flags: 7 },
        maxP: 214748364,
        flags: { value: 15, selector: 15 },
      },
      {
        LE: `14000100 a0860100102700003075000004130e07
08000300 cccccc0c
0c000400 0f0000000f000000`,
      },
    ],
    [
      {
        parms: { limit: 100000, qthMin: 10000, qthMax: 30000, wlog: 4, plog: 20, scellLog: 14, flags: 1 },
        maxP: 85899345,
        flags: { value: 9, selector: 15 },
        earlyDropBlock: 55,
      },
      {
        LE: `14000100 a0860100102700003075000004140e01
08000300 51b81e05
0c000400 090000000f000000
08000500 37000000`,
      },
    ],
  ],
})

vectors(tc.tcaChokeAttrs, {
  correct: [
    [
      { parms: { limit: 1000, qthMin: 50, qthMax: 150, wlog: 7, plog: 23, scellLog: 17, flags: 1 }, maxP: 85899345 },
      {
        LE: `14000100 e8030000320000009600000007171101
08000300 51b81e05`,
      },
    ],
  ],
})

vectors(tc.tcaSfbAttrs, {
  correct: [
    [
      {
        parms: {
          rehashInterval: 60000,
          warmupTime: 30000,
          max: 25,
          binSize: 20,
          increment: 33,
          decrement: 3,
          limit: 200,
          penaltyRate: 10,
          penaltyBurst: 20,
        },
      },
      { LE: `28000100 60ea00003075000019000000140000002100000003000000c80000000a00000014000000` },
    ],
  ],
})

vectors(tc.tcHfscQopt, {
  correct: [[{ defcls: 2 }, { LE: '0200' }]],
})

vectors(tc.tcaHfscAttrs, {
  correct: [
    [
      {
        rsc: { m1: 150000, d: 10000, m2: 125000 },
        fsc: { m1: 150000, d: 10000, m2: 125000 },
        usc: { m1: 0, d: 0, m2: 250000 },
      },
      {
        LE: `10000100 f04902001027000048e80100
10000200 f04902001027000048e80100
10000300 000000000000000090d00300`,
      },
    ],
  ],
})

vectors(tc.tcaDrrAttrs, {
  correct: [[{ quantum: 600 }, { LE: `08000100 58020000` }]],
})

vectors(tc.tcaEtsAttrs, {
  correct: [
    [
      {
        nbands: 6,
        nstrict: 2,
        quanta: { quantaBand: [3000, 2500, 2000, 1500] },
        priomap: { priomapBand: [0, 1, 2, 3, 4, 5, 5, 5] },
      },
      {
        LE: `05000100 06000000
05000200 02000000
24000380 08000400b80b000008000400c409000008000400d007000008000400dc050000
44000580 0500060000000000050006000100000005000600020000000500060003000000050006000400000005000600050
0000005000600050000000500060005000000`,
      },
    ],
    [{ quantaBand: 3000 }, { LE: `08000400 b80b0000` }],
  ],
})

vectors(tc.tcaHtbAttrs, {
  correct: [
    [
      { init: { version: 196625, rate2quantum: 5, defcls: 48, debug: 0, directPkts: 0 }, directQlen: 500 },
      {
        LE: `18000200 1100030005000000300000000000000000000000
08000500 f4010000`,
      },
    ],
    [
      {
        parms: {
          rate: { cellLog: 0, linklayer: 1, overhead: 0, cellAlign: 0, mpu: 0, rate: 1250000000 },
          ceil: { cellLog: 0, linklayer: 1, overhead: 0, cellAlign: 0, mpu: 0, rate: 4294967295 },
          buffer: 192,
          cbuffer: 64,
          quantum: 200000,
          level: 0,
          prio: 0,
        },
        ceil64: 5000000000n,
      },
      {
        LE: `30000100 0001000000000000807c814a0001000000000000ffffffffc000000040000000400d03000000000000000000
0c000700 00f2052a01000000`,
      },
    ],
  ],
})

vectors(tc.tcFqQdStats, {
  correct: [
    [
      {
        gcFlows: 0n,
        highprioPackets: 0n,
        tcpRetrans: 0n,
        throttled: 0n,
        flowsPlimit: 0n,
        pktsTooLong: 0n,
        allocationErrors: 0n,
        timeNextDelayedFlow: -20187063417n,
        flows: 0,
        inactiveFlows: 0,
        throttledFlows: 0,
        unthrottleLatencyNs: 0,
        ceMark: 0n,
        horizonDrops: 0n,
        horizonCaps: 0n,
        fastpathPackets: 0n,
        bandDrops: [0n, 0n, 0n],
        bandPktCount: [0, 0, 0],
        pad: 0,
      },
      {
        LE: '000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000087dbc14cfbffffff00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
      },
    ],
  ],
})

vectors(tc.tcaCakeStatsAttrs, {
  decodes: [
    [
      {
        LE: `0c000200 d012130000000000
08000300 00002000
08000400 00000000
08000500 00000000
08000700 00000000
08000900 00000000
08000600 ffff0000
08000800 ffff0000
08001100 00000000
b4020a00 ac0001000c000c002d310100000000000c000300000000000000000008000b000000000008000d008c710000080
00e00182b0100080002000000000008000400000000000800080000000000080006000000000008001200000000000800130
000000000080014000000000008000f000000000008001000000000000800110000000000080015000000000008001600000
0000008001700000000000800180000000000080019002c010000ac0002000c000c00d0121300000000000c0003000000000
00000000008000b000000000008000d00c409000008000e0050c300000800020000000000080004000000000008000800000
00000080006000000000008001200000000000800130000000000080014000000000008000f0000000000080010000000000
0080011000000000008001500000000000800160000000000080017000000000008001800000000000800190031010000ac0
003000c000c0068890900000000000c000300000000000000000008000b000000000008000d00310e000008000e00bdc7000
0080002000000000008000400000000000800080000000000080006000000000008001200000000000800130000000000080
014000000000008000f000000000008001000000000000800110000000000080015000000000008001600000000000800170
0000000000800180000000000080019002c010000ac0004000c000c00b4c40400000000000c0003000000000000000000080
00b000000000008000d00631c000008000e00efd500000800020000000000080004000000000008000800000000000800060
00000000008001200000000000800130000000000080014000000000008000f0000000000080010000000000008001100000
000000800150000000000080016000000000008001700000000000800180000000000080019002c010000`,
      },
      {
        capacityEstimate64: 1250000n,
        memoryLimit: 2097152,
        memoryUsed: 0,
        avgNetoff: 0,
        maxNetlen: 0,
        maxAdjlen: 0,
        minNetlen: 65535,
        minAdjlen: 65535,
        activeQueues: 0,
        tinStats: [
          {
            thresholdRate64: 78125n,
            sentBytes64: 0n,
            backlogBytes: 0,
            targetUs: 29068,
            intervalUs: 76568,
            sentPackets: 0,
            droppedPackets: 0,
            ecnMarkedPackets: 0,
            acksDroppedPackets: 0,
            peakDelayUs: 0,
            avgDelayUs: 0,
            baseDelayUs: 0,
            wayIndirectHits: 0,
            wayMisses: 0,
            wayCollisions: 0,
            sparseFlows: 0,
            bulkFlows: 0,
            unresponsiveFlows: 0,
            maxSkblen: 0,
            flowQuantum: 300,
          },
          {
            thresholdRate64: 1250000n,
            sentBytes64: 0n,
            backlogBytes: 0,
            targetUs: 2500,
            intervalUs: 50000,
            sentPackets: 0,
            droppedPackets: 0,
            ecnMarkedPackets: 0,
            acksDroppedPackets: 0,
            peakDelayUs: 0,
            avgDelayUs: 0,
            baseDelayUs: 0,
            wayIndirectHits: 0,
            wayMisses: 0,
            wayCollisions: 0,
            sparseFlows: 0,
            bulkFlows: 0,
            unresponsiveFlows: 0,
            maxSkblen: 0,
            flowQuantum: 305,
          },
          {
            thresholdRate64: 625000n,
            sentBytes64: 0n,
            backlogBytes: 0,
            targetUs: 3633,
            intervalUs: 51133,
            sentPackets: 0,
            droppedPackets: 0,
            ecnMarkedPackets: 0,
            acksDroppedPackets: 0,
            peakDelayUs: 0,
            avgDelayUs: 0,
            baseDelayUs: 0,
            wayIndirectHits: 0,
            wayMisses: 0,
            wayCollisions: 0,
            sparseFlows: 0,
            bulkFlows: 0,
            unresponsiveFlows: 0,
            maxSkblen: 0,
            flowQuantum: 300,
          },
          {
            thresholdRate64: 312500n,
            sentBytes64: 0n,
            backlogBytes: 0,
            targetUs: 7267,
            intervalUs: 54767,
            sentPackets: 0,
            droppedPackets: 0,
            ecnMarkedPackets: 0,
            acksDroppedPackets: 0,
            peakDelayUs: 0,
            avgDelayUs: 0,
            baseDelayUs: 0,
            wayIndirectHits: 0,
            wayMisses: 0,
            wayCollisions: 0,
            sparseFlows: 0,
            bulkFlows: 0,
            unresponsiveFlows: 0,
            maxSkblen: 0,
            flowQuantum: 300,
          },
        ],
      },
    ],
  ],
})

vectors(tc.tcPieXstats, {
  correct: [
    [
      {
        prob: 0n,
        delay: 0,
        avgDqRate: 0,
        dqRateEstimating: 1,
        packetsIn: 0,
        dropped: 0,
        overlimit: 0,
        maxq: 0,
        ecnMark: 0,
      },
      { LE: '00000000000000000000000000000000010000000000000000000000000000000000000000000000' },
    ],
  ],
})

vectors(tc.tcSfbXstats, {
  correct: [
    [
      {
        earlydrop: 0,
        penaltydrop: 0,
        bucketdrop: 0,
        queuedrop: 0,
        childdrop: 0,
        marked: 0,
        maxqlen: 0,
        maxprob: 0,
        avgprob: 0,
      },
      { LE: '000000000000000000000000000000000000000000000000000000000000000000000000' },
    ],
  ],
})

vectors(tc.tcRedXstats, {
  correct: [[{ early: 0, pdrop: 0, other: 0, marked: 0 }, { LE: '00000000000000000000000000000000' }]],
})

vectors(tc.tcChokeXstats, {
  correct: [
    [{ early: 0, pdrop: 0, other: 0, marked: 0, matched: 0 }, { LE: '0000000000000000000000000000000000000000' }],
  ],
})

vectors(tc.tcNetemXstats, {
  correct: [
    [
      { delayed: 0n, dropped: 0n, corrupted: 0n, duplicated: 0n, reordered: 0n, ecnMarked: 0n, allocationErrors: 0n },
      {
        LE: '0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
      },
    ],
  ],
})

vectors(tc.tcHtbXstats, {
  correct: [
    [{ lends: 0, borrows: 0, giants: 0, tokens: 192, ctokens: 64 }, { LE: '000000000000000000000000c000000040000000' }],
  ],
})

vectors(tc.tcHfscStats, {
  correct: [
    [{ work: 0n, rtwork: 0n, period: 0, level: 0 }, { LE: '000000000000000000000000000000000000000000000000' }],
  ],
})
