import { i32be } from '@netloom/netlink/codec'
import {
  acctMessage,
  cthelperMessage,
  ctTimeoutMessage,
  hookMessage,
  nflogConfigMessage,
  nflogPacketMessage,
  nfqueueConfigMessage,
  nfqueueMessage,
  nftTraceMessage,
  osfAttrs,
} from '../../packages/netlink/dist/netfilter/index.js'
import { vectors } from '../support/vectors.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')

// Messages of Linux 7.2 (hooks) and 6.1 (all others).

vectors(ctTimeoutMessage, {
  correct: [
    // a TCP policy
    [
      {
        family: 0,
        version: 0,
        resId: 0,
        attrs: {
          name: 'p',
          l3proto: 2,
          l4proto: 6,
          use: 1,
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
      {
        LE: '00000000 06000100 70000000 06000200 00020000 05000300 06000000 08000500 00000001 5c000480 08000100 00000078 08000200 0000003c 08000300 00000064 08000400 00000078 08000500 0000003c 08000600 0000001e 08000700 00000078 08000800 00000004 08000900 00000078 08000a00 0000012c 08000b00 0000012c',
      },
    ],
    // the UDP defaults have the number of IPCTNL_MSG_TIMEOUT_DEFAULT_SET
    [
      { family: 0, version: 0, resId: 0, attrs: { l3proto: 2, l4proto: 17, data: { unreplied: 30, replied: 120 } } },
      { LE: '00000000 06000200 00020000 05000300 11000000 14000480 08000100 0000001e 08000200 00000078' },
    ],
  ],
})

vectors(acctMessage, {
  correct: [
    // with a quota
    [
      {
        family: 0,
        version: 0,
        resId: 0,
        attrs: { name: 'a', pkts: 1n, bytes: 5n, use: 1, flags: 2, quota: 8589934592n },
      },
      {
        LE: '00000000 06000100 61000000 0c000200 00000000 00000001 0c000300 00000000 00000005 08000400 00000001 08000500 00000002 0c000600 00000002 00000000',
      },
    ],
  ],
})

vectors(cthelperMessage, {
  correct: [
    // a UDP helper with one class of expectations
    [
      {
        family: 0,
        version: 0,
        resId: 0,
        attrs: {
          name: 'h',
          tuple: { l3protonum: 2, l4protonum: 17 },
          queueNum: 5,
          privDataLen: 8,
          status: 1,
          policy: { num: 1, set1: { name: 'class', expectMax: 2, expectTimeout: 300 } },
        },
      },
      {
        LE: '00000000 06000100 68000000 14000280 06000100 00020000 05000200 11000000 08000300 00000005 08000500 00000008 08000600 00000001 2c000480 08000100 00000001 20000280 0a000100 636c6173 73000000 08000200 00000002 08000300 0000012c',
      },
    ],
  ],
})

vectors(hookMessage, {
  correct: [
    // nftables, family arp
    [
      {
        family: 3,
        version: 0,
        resId: 0,
        attrs: {
          moduleName: 'nf_tables',
          functionName: 'nft_do_chain_arp',
          hooknum: 0,
          priority: 0,
          chainInfo: { type: 1, desc: { table: 'ar', name: 'x', family: 3 } },
        },
      },
      {
        LE: '03000000 0e000500 6e665f74 61626c65 73000000 15000400 6e66745f 646f5f63 6861696e 5f617270 00000000 08000100 00000000 08000200 00000000 28000680 08000200 00000001 1c000180 07000100 61720000 06000300 78000000 05000200 03000000',
      },
    ],
    // a function of a module
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: { moduleName: 'nf_defrag_ipv4', functionName: 'ipv4_conntrack_defrag', hooknum: 0, priority: -400 },
      },
      {
        LE: '02000000 13000500 6e665f64 65667261 675f6970 76340000 1a000400 69707634 5f636f6e 6e747261 636b5f64 65667261 67000000 08000100 00000000 08000200 fffffe70',
      },
    ],
  ],
})

vectors(nflogConfigMessage, {
  correct: [
    // how many bytes to copy, and when to send
    [
      {
        family: 0,
        version: 0,
        resId: 7,
        attrs: { mode: { copyRange: 65535, copyMode: 2 }, timeout: 1, qthresh: 1, flags: 7 },
      },
      { LE: '00000007 0a000200 0000ffff 02000000 08000400 00000001 08000500 00000001 06000600 00070000' },
    ],
  ],
})

vectors(nflogPacketMessage, {
  correct: [
    // UDP to 127.0.0.1, with its connection
    [
      {
        family: 2,
        version: 0,
        resId: 7,
        attrs: {
          packetHdr: { hwProtocol: 2048, hook: 0 },
          prefix: 'in: ',
          ifindexIndev: 1,
          hwaddr: { hwAddrlen: 6, hwAddr: hex('0000000000000000') },
          hwtype: 772,
          hwlen: 14,
          hwheader: hex('0000000000000000000000000800'),
          seq: 0,
          seqGlobal: 1,
          ct: {
            tupleOrig: {
              ip: { v4Src: '127.0.0.1', v4Dst: '127.0.0.1' },
              proto: { num: 17, srcPort: 49891, dstPort: 9 },
            },
            tupleReply: {
              ip: { v4Src: '127.0.0.1', v4Dst: '127.0.0.1' },
              proto: { num: 17, srcPort: 9, dstPort: 49891 },
            },
            id: 2337000314,
            status: 8,
            timeout: 29,
            mark: 0,
          },
          ctInfo: 2,
          payload: hex('45000021a195400040119b347f0000017f000001c2e30009000dfe2068656c6c6f'),
        },
      },
      {
        LE: '02000007 08000100 08000000 09000a00 696e3a20 00000000 08000400 00000001 10000800 00060000 00000000 00000000 06000f00 03040000 06001100 000e0000 12001000 00000000 00000000 00000000 08000000 08000c00 00000000 08000d00 00000001 8c001280 34000180 14000180 08000100 7f000001 08000200 7f000001 1c000280 05000100 11000000 06000200 c2e30000 06000300 00090000 34000280 14000180 08000100 7f000001 08000200 7f000001 1c000280 05000100 11000000 06000200 00090000 06000300 c2e30000 08000c00 8b4bcb7a 08000300 00000008 08000700 0000001d 08000800 00000000 08001300 00000002 25000900 45000021 a1954000 40119b34 7f000001 7f000001 c2e30009 000dfe20 68656c6c 6f000000',
      },
    ],
  ],
})

vectors(nfqueueConfigMessage, {
  correct: [
    // how many bytes to copy
    [
      {
        family: 0,
        version: 0,
        resId: 3,
        attrs: { params: { copyRange: 65535, copyMode: 2 }, queueMaxlen: 16, flags: 10, mask: 10 },
      },
      { LE: '00000003 09000200 0000ffff 02000000 08000300 00000010 08000500 0000000a 08000400 0000000a' },
    ],
  ],
})

vectors(nfqueueMessage, {
  correct: [
    // the verdict
    [
      { family: 0, version: 0, resId: 3, attrs: { verdictHdr: { verdict: 1, id: 1 }, mark: 5 } },
      { LE: '00000003 0c000200 00000001 00000001 08000300 00000005' },
    ],
  ],
  decodes: [
    // UDP to 127.0.0.1, with its connection
    [
      {
        LE: '02000003 0b000100 00000001 08000100 08000500 00000001 10000900 00060000 00000000 00000000 8c000b80 34000180 14000180 08000100 7f000001 08000200 7f000001 1c000280 05000100 11000000 06000200 c2e30000 06000300 00090000 34000280 14000180 08000100 7f000001 08000200 7f000001 1c000280 05000100 11000000 06000200 00090000 06000300 c2e30000 08000c00 8b4bcb7a 08000300 00000008 08000700 0000001d 08000800 00000000 08000c00 00000002 25000a00 45000021 a1954000 40119b34 7f000001 7f000001 c2e30009 000dfb12 68656c6c 6f',
      },
      {
        family: 2,
        version: 0,
        resId: 3,
        attrs: {
          packetHdr: { packetId: 1, hwProtocol: 2048, hook: 1 },
          ifindexIndev: 1,
          hwaddr: { hwAddrlen: 6, hwAddr: hex('0000000000000000') },
          ct: {
            tupleOrig: {
              ip: { v4Src: '127.0.0.1', v4Dst: '127.0.0.1' },
              proto: { num: 17, srcPort: 49891, dstPort: 9 },
            },
            tupleReply: {
              ip: { v4Src: '127.0.0.1', v4Dst: '127.0.0.1' },
              proto: { num: 17, srcPort: 9, dstPort: 49891 },
            },
            id: 2337000314,
            status: 8,
            timeout: 29,
            mark: 0,
          },
          ctInfo: 2,
          payload: hex('45000021a195400040119b347f0000017f000001c2e30009000dfb1268656c6c6f'),
        },
      },
    ],
  ],
})

vectors(nftTraceMessage, {
  decodes: [
    // a rule that matches a packet
    [
      {
        LE: '02000000 08000f00 00000002 08000400 00000003 08000600 254ff632 06000200 69000000 06000100 75000000 0c000300 00000000 00000002 0c000500 08000100 ffffffff 08000a00 00000001 06000b00 03040000 18000800 4500001d cb174000 401171b6 7f000001 7f000001 0d000900 809c0009 0009fe1c 78000000 12000700 00000000 00000000 00000000 08000000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          nfproto: 2,
          type: 3,
          id: 625997362,
          chain: 'i',
          table: 'u',
          ruleHandle: 2n,
          verdict: { code: -1 },
          iif: 1,
          iiftype: 772,
          networkHeader: hex('4500001dcb174000401171b67f0000017f000001'),
          transportHeader: hex('809c00090009fe1c78'),
          llHeader: hex('0000000000000000000000000800'),
        },
      },
    ],
    // the same rule, which accepts the packet
    [
      {
        LE: '02000000 08000f00 00000002 08000400 00000003 08000600 254ff632 06000200 69000000 06000100 75000000 0c000300 00000000 00000003 0c000500 08000100 00000001',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: { nfproto: 2, type: 3, id: 625997362, chain: 'i', table: 'u', ruleHandle: 3n, verdict: { code: 1 } },
      },
    ],
  ],
})

const opt = Array.from({ length: 40 }, (_, index) => ({
  kind: index < 2 ? index + 1 : 0,
  length: 0,
  wc: { wc: 0, val: 0 },
}))
const name = (text: string) => Buffer.from(text.padEnd(32, '\0')).toString('hex')

// The layout of the C struct, all in host order.
vectors(osfAttrs, {
  correct: [
    [
      {
        finger: {
          ...{ wss: { wc: 1, val: 4 }, ttl: 64, df: 1, ss: 44, mss: 1460, optNum: 2 },
          ...{ genre: 'Linux', version: '3.x', subtype: '', opt },
        },
      },
      {
        LE: `5402 0100 01000000 04000000 40 01 2c00 b405 0200 ${name('Linux')}${name('3.x')}${name('')}
          0100 0000 00000000 00000000  0200 0000 00000000 00000000 ${'00'.repeat(38 * 12)}`,
        BE: `0254 0001 00000001 00000004 40 01 002c 05b4 0002 ${name('Linux')}${name('3.x')}${name('')}
          0001 0000 00000000 00000000  0002 0000 00000000 00000000 ${'00'.repeat(38 * 12)}`,
      },
    ],
  ],
  errValues: [{ finger: { opt: [] } }],
  errHex: [{ LE: '0800 0100 00000000' }],
})

vectors(i32be, {
  correct: [
    [-300, 'fffffed4'],
    [2147483647, '7fffffff'],
    [-2147483648, '80000000'],
  ],
  errValues: [2147483648, -2147483649, 0.5, '1', 1n],
  errHex: ['ffffff', 'ffffffff00'],
})
