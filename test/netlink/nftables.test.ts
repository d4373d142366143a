import {
  nfnlBatchMessage,
  nftChainMessage,
  nftCompatMessage,
  nftExprAttrs,
  nftFlowtableMessage,
  nftGenMessage,
  nftObjMessage,
  nftRuleMessage,
  nftSetElemMessage,
  nftSetMessage,
  nftTableMessage,
} from '../../packages/netlink/dist/netfilter/index.js'
import { vectors } from '../support/vectors.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')

// Requests of nft 1.1.7 and iptables-nft 1.8.9, and messages of Linux 7.2 and 6.18.

vectors(nftExprAttrs, {
  correct: [
    [
      {
        name: 'bitwise',
        data: { sreg: 1, dreg: 1, op: 0, len: 4, mask: { value: hex('fffeffff') }, xor: { value: hex('00010000') } },
      },
      {
        LE: '0c000100 62697477 69736500 3c000280 08000100 00000001 08000200 00000001 08000600 00000000 08000300 00000004 0c000480 08000100 fffeffff 0c000580 08000100 00010000',
      },
    ],
    [
      { name: 'byteorder', data: { sreg: 1, dreg: 1, op: 1, len: 4, size: 4 } },
      {
        LE: '0e000100 62797465 6f726465 72000000 2c000280 08000100 00000001 08000200 00000001 08000300 00000001 08000400 00000004 08000500 00000004',
      },
    ],
    [
      { name: 'cmp', data: { sreg: 1, op: 0, data: { value: hex('4c696e75780000000000000000000000') } } },
      {
        LE: '08000100 636d7000 2c000280 08000100 00000001 08000200 00000000 18000380 14000100 4c696e75 78000000 00000000 00000000',
      },
    ],
    [
      { name: 'connlimit', data: { count: 10, flags: 1 } },
      { LE: '0e000100 636f6e6e 6c696d69 74000000 14000280 08000100 0000000a 08000200 00000001' },
    ],
    [
      { name: 'counter', data: { bytes: 100n, packets: 5n } },
      { LE: '0c000100 636f756e 74657200 1c000280 0c000100 00000000 00000064 0c000200 00000000 00000005' },
    ],
    [
      { name: 'ct', data: { key: 19, dreg: 1, direction: 0 } },
      { LE: '07000100 63740000 1c000280 08000200 00000013 08000100 00000001 05000300 00000000' },
    ],
    [{ name: 'dup', data: { sregDev: 1 } }, { LE: '08000100 64757000 0c000280 08000200 00000001' }],
    [
      {
        name: 'dynset',
        data: {
          sregKey: 1,
          op: 1,
          timeout: 10000n,
          setName: 'dyn',
          setId: 3,
          expr: { name: 'limit', data: { rate: 3n, unit: 1n, burst: 5, type: 0, flags: 1 } },
        },
      },
      {
        LE: '0b000100 64796e73 65740000 74000280 08000400 00000001 08000300 00000001 0c000600 00000000 00002710 08000100 64796e00 08000200 00000003 44000780 0a000100 6c696d69 74000000 34000280 0c000100 00000000 00000003 0c000200 00000000 00000001 08000300 00000005 08000400 00000000 08000500 00000001',
      },
    ],
    [
      { name: 'exthdr', data: { dreg: 1, type: 44, offset: 0, len: 1, op: 0, flags: 1 } },
      {
        LE: '0b000100 65787468 64720000 34000280 08000100 00000001 05000200 2c000000 08000300 00000000 08000400 00000001 08000600 00000000 08000500 00000001',
      },
    ],
    [
      { name: 'fib', data: { flags: 41, result: 1, dreg: 1 } },
      { LE: '08000100 66696200 1c000280 08000300 00000029 08000200 00000001 08000100 00000001' },
    ],
    [
      { name: 'flow_offload', data: { tableName: 'f1' } },
      { LE: '11000100 666c6f77 5f6f6666 6c6f6164 00000000 0c000280 07000100 66310000' },
    ],
    [{ name: 'fwd', data: { sregDev: 1 } }, { LE: '08000100 66776400 0c000280 08000100 00000001' }],
    [
      { name: 'hash', data: { sreg: 2, dreg: 1, len: 8, modulus: 8, seed: 48879, offset: 0, type: 0 } },
      {
        LE: '09000100 68617368 00000000 3c000280 08000100 00000002 08000200 00000001 08000300 00000008 08000400 00000008 08000500 0000beef 08000600 00000000 08000700 00000000',
      },
    ],
    [
      { name: 'immediate', data: { dreg: 0, data: { verdict: { code: -3, chainId: 4 } } } },
      {
        LE: '0e000100 696d6d65 64696174 65000000 24000280 08000100 00000000 18000280 14000280 08000100 fffffffd 08000300 00000004',
      },
    ],
    [
      { name: 'last', data: { msecs: 0n, set: 0 } },
      { LE: '09000100 6c617374 00000000 18000280 0c000200 00000000 00000000 08000100 00000000' },
    ],
    [
      { name: 'limit', data: { rate: 5n, unit: 60n, burst: 3, type: 0, flags: 0 } },
      {
        LE: '0a000100 6c696d69 74000000 34000280 0c000100 00000000 00000005 0c000200 00000000 0000003c 08000300 00000003 08000400 00000000 08000500 00000000',
      },
    ],
    [
      { name: 'log', data: { prefix: 'hi', group: 3, snaplen: 12, qthreshold: 2 } },
      { LE: '08000100 6c6f6700 24000280 07000200 68690000 06000100 00030000 08000300 0000000c 06000400 00020000' },
    ],
    [
      { name: 'lookup', data: { sreg: 1, dreg: 0, set: '__map%d', setId: 11 } },
      {
        LE: '0b000100 6c6f6f6b 75700000 28000280 08000200 00000001 08000300 00000000 0c000100 5f5f6d61 70256400 08000400 0000000b',
      },
    ],
    [{ name: 'masq', data: { flags: 12 } }, { LE: '09000100 6d617371 00000000 0c000280 08000100 0000000c' }],
    [
      { name: 'meta', data: { key: 16, dreg: 1 } },
      { LE: '09000100 6d657461 00000000 14000280 08000200 00000010 08000100 00000001' },
    ],
    [
      {
        name: 'nat',
        data: { type: 0, family: 2, regAddrMin: 1, regAddrMax: 2, regProtoMin: 3, regProtoMax: 4, flags: 18 },
      },
      {
        LE: '08000100 6e617400 3c000280 08000100 00000000 08000200 00000002 08000300 00000001 08000400 00000002 08000500 00000003 08000600 00000004 08000700 00000012',
      },
    ],
    [{ name: 'notrack' }, { LE: '0c000100 6e6f7472 61636b00' }],
    [
      { name: 'numgen', data: { dreg: 1, modulus: 4, type: 0, offset: 0 } },
      {
        LE: '0b000100 6e756d67 656e0000 24000280 08000100 00000001 08000200 00000004 08000300 00000000 08000400 00000000',
      },
    ],
    [
      { name: 'objref', data: { setSreg: 1, setName: 'om', setId: 4 } },
      { LE: '0b000100 6f626a72 65660000 1c000280 08000300 00000001 07000400 6f6d0000 08000500 00000004' },
    ],
    [
      { name: 'osf', data: { dreg: 1, ttl: 0 } },
      { LE: '08000100 6f736600 14000280 08000100 00000001 05000200 00000000' },
    ],
    [
      { name: 'payload', data: { sreg: 1, base: 1, offset: 0, len: 2, csumType: 1, csumOffset: 10 } },
      {
        LE: '0c000100 7061796c 6f616400 34000280 08000500 00000001 08000200 00000001 08000300 00000000 08000400 00000002 08000600 00000001 08000700 0000000a',
      },
    ],
    [
      { name: 'queue', data: { num: 1, total: 3, flags: 3 } },
      { LE: '0a000100 71756575 65000000 1c000280 06000100 00010000 06000200 00030000 06000300 00030000' },
    ],
    [
      { name: 'quota', data: { bytes: 5242880n, consumed: 0n, flags: 1 } },
      {
        LE: '0a000100 71756f74 61000000 24000280 0c000100 00000000 00500000 0c000400 00000000 00000000 08000200 00000001',
      },
    ],
    [
      {
        name: 'range',
        data: { sreg: 1, op: 0, fromData: { value: hex('00007080') }, toData: { value: hex('0000ef10') } },
      },
      {
        LE: '0a000100 72616e67 65000000 2c000280 08000100 00000001 08000200 00000000 0c000380 08000100 00007080 0c000480 08000100 0000ef10',
      },
    ],
    [
      { name: 'redir', data: { regProtoMin: 1, flags: 2 } },
      { LE: '0a000100 72656469 72000000 14000280 08000100 00000001 08000300 00000002' },
    ],
    [
      { name: 'reject', data: { type: 1, icmpCode: 0 } },
      { LE: '0b000100 72656a65 63740000 14000280 08000100 00000001 05000200 00000000' },
    ],
    [
      { name: 'rt', data: { key: 3, dreg: 1 } },
      { LE: '07000100 72740000 14000280 08000200 00000003 08000100 00000001' },
    ],
    [
      { name: 'socket', data: { key: 0, dreg: 1, level: 0 } },
      { LE: '0b000100 736f636b 65740000 1c000280 08000100 00000000 08000200 00000001 08000300 00000000' },
    ],
    [
      { name: 'synproxy', data: { mss: 1460, wscale: 7, flags: 15 } },
      { LE: '0d000100 73796e70 726f7879 00000000 1c000280 06000100 05b40000 05000200 07000000 08000300 0000000f' },
    ],
    [
      {
        name: 'target',
        data: { name: 'LOG', rev: 0, info: hex('0400780000000000000000000000000000000000000000000000000000000000') },
      },
      {
        LE: '0b000100 74617267 65740000 38000280 08000100 4c4f4700 08000200 00000000 24000300 04007800 00000000 00000000 00000000 00000000 00000000 00000000 00000000',
      },
    ],
    [
      { name: 'tproxy', data: { family: 2, regAddr: 1, regPort: 2 } },
      { LE: '0b000100 7470726f 78790000 1c000280 08000100 00000002 08000200 00000001 08000300 00000002' },
    ],
    [
      { name: 'xfrm', data: { key: 5, dir: 0, spnum: 0, dreg: 1 } },
      {
        LE: '09000100 7866726d 00000000 24000280 08000200 00000005 05000300 00000000 08000400 00000000 08000100 00000001',
      },
    ],
  ],
  errValues: [
    { name: 'cmp', data: { sreg: -1 } },
    { name: 'cmp', data: { op: '==' } },
    { name: 'nosuch', data: {} },
    { data: {} },
  ],
  errHex: [
    [
      { LE: '08000100 636d7000 0a000280 06000100 0001' },
      'NFTA_EXPR_DATA > NFTA_CMP_SREG: expected u32be (4 bytes), got 2 bytes',
    ],
  ],
})

vectors(nfnlBatchMessage, {
  correct: [
    // the beginning of a transaction
    [{ family: 0, version: 0, resId: 10, attrs: {} }, { LE: '0000000a' }],
  ],
})

vectors(nftTableMessage, {
  correct: [
    // table inet t1 { comment "first table"; }
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { name: 't1', flags: 0, userdata: hex('000c6669727374207461626c65000104010107000208000000006ac73dd6') },
      },
      {
        LE: '01000000 07000100 74310000 08000200 00000000 22000600 000c6669 72737420 7461626c 65000104 01010700 02080000 00006ac7 3dd60000',
      },
    ],
    // the notification of the kernel
    [
      {
        family: 1,
        version: 0,
        resId: 2,
        attrs: {
          name: 't1',
          use: 16,
          handle: 1n,
          flags: 0,
          userdata: hex('000c6669727374207461626c65000104010107000208000000006ac73dd6'),
        },
      },
      {
        LE: '01000002 07000100 74310000 08000300 00000010 0c000400 00000000 00000001 08000200 00000000 22000600 000c6669 72737420 7461626c 65000104 01010700 02080000 00006ac7 3dd60000',
      },
    ],
  ],
})

vectors(nftChainMessage, {
  correct: [
    // type filter hook input priority 0
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { table: 't1', name: 'in', policy: 1, type: 'filter', hook: { hooknum: 1, priority: 0 } },
      },
      {
        LE: '01000000 07000100 74310000 07000300 696e0000 08000500 00000001 0b000700 66696c74 65720000 14000480 08000100 00000001 08000200 00000000',
      },
    ],
  ],
  decodes: [
    // a negative priority, from the kernel
    [
      {
        LE: '01000004 07000100 74310000 08000300 70726500 0c000200 00000000 0000005b 14000400 08000100 00000000 08000200 fffffed4 08000500 00000001 0b000700 66696c74 65720000 08000a00 00000001 08000600 00000002',
      },
      {
        family: 1,
        version: 0,
        resId: 4,
        attrs: {
          table: 't1',
          name: 'pre',
          handle: 91n,
          hook: { hooknum: 0, priority: -300 },
          policy: 1,
          type: 'filter',
          flags: 1,
          use: 2,
        },
      },
    ],
    // type filter hook ingress device d0 priority -500, from the kernel
    [
      {
        LE: '05000004 07000100 6e640000 08000300 696e6700 0c000200 00000000 00000001 28000400 08000100 00000000 08000200 fffffe0c 0c000400 07000100 64300000 07000300 64300000 08000500 00000001 0b000700 66696c74 65720000 08000a00 00000001 08000600 00000003',
      },
      {
        family: 5,
        version: 0,
        resId: 4,
        attrs: {
          table: 'nd',
          name: 'ing',
          handle: 1n,
          hook: { hooknum: 0, priority: -500, devs: { name: ['d0'] }, dev: 'd0' },
          policy: 1,
          type: 'filter',
          flags: 1,
          use: 3,
        },
      },
    ],
  ],
})

vectors(nftRuleMessage, {
  correct: [
    // jump { … }: to a chain of the same transaction
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          chainId: 4,
          expressions: {
            elem: [
              { name: 'meta', data: { key: 15, dreg: 1 } },
              { name: 'cmp', data: { sreg: 1, op: 0, data: { value: hex('02') } } },
              { name: 'payload', data: { dreg: 1, base: 1, offset: 12, len: 2 } },
              { name: 'cmp', data: { sreg: 1, op: 0, data: { value: hex('0a05') } } },
              { name: 'immediate', data: { dreg: 0, data: { verdict: { code: 0 } } } },
            ],
          },
        },
      },
      {
        LE: '01000000 07000100 74310000 08000b00 00000004 e4000480 24000180 09000100 6d657461 00000000 14000280 08000200 0000000f 08000100 00000001 2c000180 08000100 636d7000 20000280 08000100 00000001 08000200 00000000 0c000380 05000100 02000000 34000180 0c000100 7061796c 6f616400 24000280 08000100 00000001 08000200 00000001 08000300 0000000c 08000400 00000002 2c000180 08000100 636d7000 20000280 08000100 00000001 08000200 00000000 0c000380 06000100 0a050000 30000180 0e000100 696d6d65 64696174 65000000 1c000280 08000100 00000000 10000280 0c000280 08000100 00000000',
      },
    ],
  ],
  decodes: [
    // counter name c1 return
    [
      {
        LE: '01000000 07000100 74310000 0a000200 6f746865 72000000 58000480 24000180 0b000100 6f626a72 65660000 14000280 08000100 00000001 06000200 63310000 30000180 0e000100 696d6d65 64696174 65000000 1c000280 08000100 00000000 10000280 0c000280 08000100 fffffffb',
      },
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          chain: 'other',
          expressions: {
            elem: [
              { name: 'objref', data: { immType: 1, immName: 'c1' } },
              { name: 'immediate', data: { dreg: 0, data: { verdict: { code: -5 } } } },
            ],
          },
        },
      },
    ],
    // the kernel's notification of a rule
    [
      {
        LE: '01000003 07000100 74310000 07000200 696e0000 0c000300 00000000 00000023 0c000600 00000000 00000022 f8000400 20000100 07000100 63740000 14000200 08000100 00000001 08000200 00000000 4c000100 0c000100 62697477 69736500 3c000200 08000100 00000001 08000200 00000001 08000300 00000004 08000600 00000000 0c000400 08000100 01000000 0c000500 08000100 00000000 2c000100 08000100 636d7000 20000200 08000100 00000001 08000200 00000001 0c000300 08000100 00000000 2c000100 0c000100 636f756e 74657200 1c000200 0c000100 00000000 00000064 0c000200 00000000 00000005 30000100 0e000100 696d6d65 64696174 65000000 1c000200 08000100 00000000 10000200 0c000200 08000100 00000000 0a000700 00046261 64000000',
      },
      {
        family: 1,
        version: 0,
        resId: 3,
        attrs: {
          table: 't1',
          chain: 'in',
          handle: 35n,
          position: 34n,
          expressions: {
            elem: [
              { name: 'ct', data: { dreg: 1, key: 0 } },
              {
                name: 'bitwise',
                data: {
                  sreg: 1,
                  dreg: 1,
                  len: 4,
                  op: 0,
                  mask: { value: hex('01000000') },
                  xor: { value: hex('00000000') },
                },
              },
              { name: 'cmp', data: { sreg: 1, op: 1, data: { value: hex('00000000') } } },
              { name: 'counter', data: { bytes: 100n, packets: 5n } },
              { name: 'immediate', data: { dreg: 0, data: { verdict: { code: 0 } } } },
            ],
          },
          userdata: hex('000462616400'),
        },
      },
    ],
  ],
})

vectors(nftSetMessage, {
  correct: [
    // type ipv4_addr . inet_service; flags interval; counter
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          name: 'cat',
          flags: 132,
          keyType: 461,
          keyLen: 8,
          id: 4,
          desc: { concat: { elem: [{ len: 4 }, { len: 2 }] } },
          userdata: hex(
            '000400000000033400040d000000012c0014000407000000010c00040c00000001040b0000000114000407000000010c000408000000010402000000',
          ),
          expr: { name: 'counter', data: {} },
        },
      },
      {
        LE: '01000000 07000100 74310000 08000200 63617400 08000300 00000084 08000400 000001cd 08000500 00000008 08000a00 00000004 20000980 1c000280 0c000180 08000100 00000004 0c000180 08000100 00000002 40000d00 00040000 00000334 00040d00 0000012c 00140004 07000000 010c0004 0c000000 01040b00 00000114 00040700 0000010c 00040800 00000104 02000000 14001180 0c000100 636f756e 74657200 04000280',
      },
    ],
  ],
  decodes: [
    // the notification of the kernel
    [
      {
        LE: '01000002 07000100 74310000 08000200 63617400 0c001000 00000000 0000000c 08000300 00000084 08000400 000001cd 08000500 00000008 40000d00 00040000 00000334 00040d00 0000012c 00140004 07000000 010c0004 0c000000 01040b00 00000114 00040700 0000010c 00040800 00000104 02000000 20000900 1c000200 0c000100 08000100 00000004 0c000100 08000100 00000002 29001300 6e66745f 7365745f 70697061 706f5f61 7678325f 74797065 205b6e66 5f746162 6c65735d 00000000 08001400 00000001 2c001100 0c000100 636f756e 74657200 1c000200 0c000100 00000000 00000000 0c000200 00000000 00000000',
      },
      {
        family: 1,
        version: 0,
        resId: 2,
        attrs: {
          table: 't1',
          name: 'cat',
          handle: 12n,
          flags: 132,
          keyType: 461,
          keyLen: 8,
          userdata: hex(
            '000400000000033400040d000000012c0014000407000000010c00040c00000001040b0000000114000407000000010c000408000000010402000000',
          ),
          desc: { concat: { elem: [{ len: 4 }, { len: 2 }] } },
          type: 'nft_set_pipapo_avx2_type [nf_tables]',
          count: 1,
          expr: { name: 'counter', data: { bytes: 0n, packets: 0n } },
        },
      },
    ],
  ],
})

vectors(nftSetElemMessage, {
  correct: [
    // elements = { 22 : accept, 23 : drop, 80 : jump other }: nft numbers them
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          set: 'm1',
          setId: 7,
          elements: [
            { key: { value: hex('0016') }, data: { verdict: { code: 1 } } },
            { key: { value: hex('0017') }, data: { verdict: { code: 0 } } },
            { key: { value: hex('0050') }, data: { verdict: { code: -3, chain: 'other' } } },
          ],
        },
      },
      {
        LE: '01000000 07000100 74310000 07000200 6d310000 08000400 00000007 70000380 20000180 0c000180 06000100 00160000 10000280 0c000280 08000100 00000001 20000280 0c000180 06000100 00170000 10000280 0c000280 08000100 00000000 2c000380 0c000180 06000100 00500000 1c000280 18000280 08000100 fffffffd 0a000200 6f746865 72000000',
      },
    ],
    // 10.0.0.0/24 . 80-90
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          set: 'cat',
          setId: 4,
          elements: [{ key: { value: hex('0a00000000500000') }, keyEnd: { value: hex('0a0000ff005a0000') } }],
        },
      },
      {
        LE: '01000000 07000100 74310000 08000200 63617400 08000400 00000004 28000380 24000180 10000180 0c000100 0a000000 00500000 10000a80 0c000100 0a0000ff 005a0000',
      },
    ],
  ],
  decodes: [
    // with a timeout, from the kernel
    [
      {
        LE: '01000002 07000100 74310000 07000200 61320000 3c000300 38000100 1c000100 18000100 20010db8 00000000 00000000 00000001 00500000 0c000400 00000000 000493e0 0c000500 00000000 000493c0',
      },
      {
        family: 1,
        version: 0,
        resId: 2,
        attrs: {
          table: 't1',
          set: 'a2',
          elements: [
            { key: { value: hex('20010db800000000000000000000000100500000') }, timeout: 300000n, expiration: 299968n },
          ],
        },
      },
    ],
    // several elements, which the kernel does not number
    [
      {
        LE: '01000002 07000100 74310000 07000200 6d310000 24000300 20000100 0c000100 06000100 00170000 10000200 0c000200 08000100 00000000',
      },
      {
        family: 1,
        version: 0,
        resId: 2,
        attrs: { table: 't1', set: 'm1', elements: [{ key: { value: hex('0017') }, data: { verdict: { code: 0 } } }] },
      },
    ],
  ],
})

vectors(nftObjMessage, {
  correct: [
    // counter
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          name: 'c1',
          type: 1,
          userdata: hex('000a6120636f756e74657200'),
          data: { bytes: 0n, packets: 0n },
        },
      },
      {
        LE: '01000000 07000100 74310000 07000200 63310000 08000300 00000001 10000800 000a6120 636f756e 74657200 1c000480 0c000100 00000000 00000000 0c000200 00000000 00000000',
      },
    ],
    // limit
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { table: 't1', name: 'l1', type: 4, data: { rate: 10n, unit: 1n, burst: 5, type: 0, flags: 1 } },
      },
      {
        LE: '01000000 07000100 74310000 07000200 6c310000 08000300 00000004 34000480 0c000100 00000000 0000000a 0c000200 00000000 00000001 08000300 00000005 08000400 00000000 08000500 00000001',
      },
    ],
    // ct timeout
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          name: 'to1',
          type: 7,
          data: {
            l3proto: 2,
            l4proto: 6,
            data: {
              synSent: 120,
              synRecv: 60,
              established: 100,
              finWait: 120,
              closeWait: 60,
              lastAck: 30,
              timeWait: 120,
              close: 4,
              synSent2: 120,
              retrans: 300,
              unack: 300,
            },
          },
        },
      },
      {
        LE: '01000000 07000100 74310000 08000200 746f3100 08000300 00000007 70000480 06000100 00020000 05000200 06000000 5c000380 08000100 00000078 08000200 0000003c 08000300 00000064 08000400 00000078 08000500 0000003c 08000600 0000001e 08000700 00000078 08000800 00000004 08000900 00000078 08000a00 0000012c 08000b00 0000012c',
      },
    ],
    // ct expectation: its timeout is in host order
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: {
          table: 't1',
          name: 'e1',
          type: 9,
          data: { l3proto: 2, l4proto: 17, dport: 9876, timeout: 120000, size: 8 },
        },
      },
      {
        LE: '01000000 07000100 74310000 07000200 65310000 08000300 00000009 2c000480 06000100 00020000 05000200 11000000 06000300 26940000 08000400 c0d40100 05000500 08000000',
      },
    ],
    // synproxy
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { table: 't1', name: 's1', type: 10, data: { mss: 1460, wscale: 7, flags: 15 } },
      },
      {
        LE: '01000000 07000100 74310000 07000200 73310000 08000300 0000000a 1c000480 06000100 05b40000 05000200 07000000 08000300 0000000f',
      },
    ],
  ],
  decodes: [
    // quota over 100 mbytes used 5 mbytes, from the kernel
    [
      {
        LE: '01000002 07000100 74310000 07000200 71310000 08000300 00000002 0c000600 00000000 00000003 08000500 00000000 24000400 0c000100 00000000 06400000 0c000400 00000000 00500000 08000200 00000001',
      },
      {
        family: 1,
        version: 0,
        resId: 2,
        attrs: {
          table: 't1',
          name: 'q1',
          type: 2,
          handle: 3n,
          use: 0,
          data: { bytes: 104857600n, consumed: 5242880n, flags: 1 },
        },
      },
    ],
    // ct helper
    [
      {
        LE: '01000000 07000100 74310000 09000200 66747031 00000000 08000300 00000003 1c000480 07000100 66747000 06000200 00010000 05000300 06000000',
      },
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { table: 't1', name: 'ftp1', type: 3, data: { name: 'ftp', l3proto: 1, l4proto: 6 } },
      },
    ],
    // secmark
    [
      {
        LE: '01000000 06000100 78000000 07000200 736d0000 08000300 00000008 30000480 2c000100 73797374 656d5f75 3a6f626a 6563745f 723a7373 685f7365 72766572 5f706163 6b65745f 743a7330',
      },
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { table: 'x', name: 'sm', type: 8, data: { ctx: 'system_u:object_r:ssh_server_packet_t:s0' } },
      },
    ],
  ],
})

vectors(nftFlowtableMessage, {
  correct: [
    // hook ingress priority 0; devices = { d0 }; counter
    [
      {
        family: 1,
        version: 0,
        resId: 0,
        attrs: { table: 't1', name: 'f1', flags: 2, hook: { num: 0, priority: 0, devs: { name: ['d0'] } } },
      },
      {
        LE: '01000000 07000100 74310000 07000200 66310000 08000700 00000002 20000380 08000100 00000000 08000200 00000000 0c000380 07000100 64300000',
      },
    ],
  ],
  decodes: [
    // the notification of the kernel
    [
      {
        LE: '01000002 07000100 74310000 07000200 66310000 0c000500 00000000 00000010 08000400 00000000 08000700 00000002 20000300 08000100 00000000 08000200 00000000 0c000300 07000100 64300000',
      },
      {
        family: 1,
        version: 0,
        resId: 2,
        attrs: {
          table: 't1',
          name: 'f1',
          handle: 16n,
          use: 0,
          flags: 2,
          hook: { num: 0, priority: 0, devs: { name: ['d0'] } },
        },
      },
    ],
  ],
})

vectors(nftGenMessage, {
  correct: [
    // the kernel's notification of the process that changed something
    [
      { family: 0, version: 0, resId: 1, attrs: { id: 1, procPid: 162, procName: 'nft' } },
      { LE: '00000001 08000100 00000001 08000200 000000a2 08000300 6e667400' },
    ],
  ],
})

vectors(nftCompatMessage, {
  correct: [
    // does the kernel have revision 0 of the match tcp?
    [
      { family: 2, version: 0, resId: 0, attrs: { name: 'tcp', rev: 0, type: 0 } },
      { LE: '02000000 08000100 74637000 08000200 00000000 08000300 00000000' },
    ],
  ],
})
