import {
  addressLabelMessage,
  NEXTHOP_GRP_TYPE,
  NHA_OP_FLAG,
  NTF,
  NUD,
  neighbourMessage,
  neighbourTableMessage,
  netconfMessage,
  nexthopMessage,
  nsidMessage,
  prefixMessage,
  rtnetlink,
  ruleMessage,
  statsMessage,
  statsRequest,
  userOptionAttrs,
  userOptionMessage,
} from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

vectors(neighbourMessage, {
  correct: [
    // ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev (index 6) nud permanent, as the kernel reports it
    [
      {
        ...{ family: 2, ifindex: 6, state: NUD.PERMANENT, flags: 0, type: 1 },
        attrs: {
          dst: '10.0.0.7',
          lladdr: '02:00:00:00:00:07',
          cacheinfo: { confirmed: 500, used: 501, updated: 502, refcnt: 0 },
          probes: 0,
        },
      },
      {
        LE: `02 00 0000 06000000 8000 00 01
          0800 0100 0a000007                                   # NDA_DST
          0a00 0200 020000000007 0000                          # NDA_LLADDR
          1400 0300 f4010000 f5010000 f6010000 00000000        # NDA_CACHEINFO
          0800 0400 00000000                                   # NDA_PROBES`,
        BE: `02 00 0000 00000006 0080 00 01
          0008 0001 0a000007
          000a 0002 020000000007 0000
          0014 0003 000001f4 000001f5 000001f6 00000000
          0008 0004 00000000`,
      },
    ],
    // bridge fdb add 02:00:00:00:00:ac dev (index 7) dst 10.0.0.3 port 8472 vni 77 via (index 6)
    [
      {
        ...{ family: 7, ifindex: 7, state: NUD.NOARP | NUD.PERMANENT, flags: NTF.SELF, type: 0 },
        attrs: { lladdr: '02:00:00:00:00:ac', dst: '10.0.0.3', port: 8472, vni: 77, ifindex: 6 },
      },
      {
        LE: `07 00 0000 07000000 c000 02 00
          0a00 0200 0200000000ac 0000                          # NDA_LLADDR
          0800 0100 0a000003                                   # NDA_DST
          0600 0600 2118 0000                                  # NDA_PORT: network order
          0800 0700 4d000000                                   # NDA_VNI
          0800 0800 06000000                                   # NDA_IFINDEX`,
        BE: `07 00 0000 00000007 00c0 02 00
          000a 0002 0200000000ac 0000
          0008 0001 0a000003
          0006 0006 2118 0000
          0008 0007 0000004d
          0008 0008 00000006`,
      },
    ],
    [
      {
        ...{ family: 7, ifindex: 7, state: NUD.NOARP, flags: NTF.MASTER | NTF.STICKY, type: 0 },
        attrs: {
          vlan: 5,
          master: 3,
          linkNetnsid: -1,
          srcVni: 10,
          protocol: 186,
          nhId: 12,
          fdbExtAttrs: { activityNotify: 1, dontRefresh: true },
          flagsExt: 2,
          ndmStateMask: 0x80,
          ndmFlagsMask: 0x10,
        },
      },
      {
        LE: `07 00 0000 07000000 4000 44 00
          0600 0500 0500 0000                                  # NDA_VLAN
          0800 0900 03000000                                   # NDA_MASTER
          0800 0a00 ffffffff                                   # NDA_LINK_NETNSID
          0800 0b00 0a000000                                   # NDA_SRC_VNI
          0500 0c00 ba 000000                                  # NDA_PROTOCOL
          0800 0d00 0c000000                                   # NDA_NH_ID
          1000 0e80                                            # NDA_FDB_EXT_ATTRS
            0500 0100 01 000000                                #   NFEA_ACTIVITY_NOTIFY
            0400 0200                                          #   NFEA_DONT_REFRESH
          0800 0f00 02000000                                   # NDA_FLAGS_EXT
          0600 1000 8000 0000                                  # NDA_NDM_STATE_MASK
          0500 1100 10 000000                                  # NDA_NDM_FLAGS_MASK`,
        BE: `07 00 0000 00000007 0040 44 00
          0006 0005 0005 0000
          0008 0009 00000003
          0008 000a ffffffff
          0008 000b 0000000a
          0005 000c ba 000000
          0008 000d 0000000c
          0010 800e 0005 0001 01 000000 0004 0002
          0008 000f 00000002
          0006 0010 0080 0000
          0005 0011 10 000000`,
      },
    ],
  ],
  errValues: [{ attrs: { lladdr: '10.0.0.1' } }, { attrs: { port: 65536 } }, { ifindex: '6' }, { state: 65536 }],
  errHex: [
    ['0200000006000000', 'expected ndmsg (12 bytes), got 8 bytes'],
    [
      { LE: '020000000600000080000001 0c00 0300 00000000 00000000' },
      'NDA_CACHEINFO: expected nda_cacheinfo (16 bytes), got 8 bytes',
    ],
  ],
})

const noStats = {
  ...{ allocs: 0n, destroys: 0n, hashGrows: 0n, resFailed: 0n, lookups: 0n, hits: 0n, rcvProbesMcast: 0n },
  ...{ rcvProbesUcast: 0n, periodicGcRuns: 0n, forcedGcRuns: 0n, tableFulls: 0n },
}

vectors(neighbourTableMessage, {
  correct: [
    [
      {
        family: 2,
        attrs: {
          name: 'arp_cache',
          thresh1: 128,
          config: {
            ...{ keyLen: 4, entrySize: 368, entries: 2, lastFlush: 1000, lastRand: 2000 },
            ...{ hashRnd: 0, hashMask: 7, hashChainGc: 0, proxyQlen: 0 },
          },
          gcInterval: 30000n,
          parms: { ifindex: 6, reachableTime: 36116n, queueLen: 101, intervalProbeTimeMs: 5000n },
        },
      },
      {
        LE: `02 00 0000
          0e00 0100 6172705f636163686500 0000                  # NDTA_NAME
          0800 0200 80000000                                   # NDTA_THRESH1
          2400 0500 0400 7001 02000000 e8030000 d0070000       # NDTA_CONFIG
                    00000000 07000000 00000000 00000000
          0c00 0800 3075000000000000                           # NDTA_GC_INTERVAL
          2c00 0680                                            # NDTA_PARMS
            0800 0100 06000000                                 #   NDTPA_IFINDEX
            0c00 0300 148d000000000000                         #   NDTPA_REACHABLE_TIME
            0800 0800 65000000                                 #   NDTPA_QUEUE_LEN
            0c00 1300 8813000000000000                         #   NDTPA_INTERVAL_PROBE_TIME_MS`,
        BE: `02 00 0000
          000e 0001 6172705f636163686500 0000
          0008 0002 00000080
          0024 0005 0004 0170 00000002 000003e8 000007d0 00000000 00000007 00000000 00000000
          000c 0008 0000000000007530
          002c 8006
            0008 0001 00000006
            000c 0003 0000000000008d14
            0008 0008 00000065
            000c 0013 0000000000001388`,
      },
    ],
  ],
  decodes: [
    // Linux before 4.3 does not count full tables: 80 bytes.
    [
      {
        LE: `02 00 0000 5400 0700 0100000000000000 ${'00'.repeat(72)}`,
        BE: `02 00 0000 0054 0007 0000000000000001 ${'00'.repeat(72)}`,
      },
      { family: 2, attrs: { stats: { ...noStats, allocs: 1n } } },
    ],
  ],
  errValues: [{ attrs: { gcInterval: 30000 } }, { attrs: { parms: { mtu: 5 } } }],
  errHex: [
    [
      { LE: '02000000 0c00 0680 0600 0800 6500 0000' },
      'NDTA_PARMS > NDTPA_QUEUE_LEN: expected u32 (4 bytes), got 2 bytes',
    ],
  ],
})

const rule = { family: 2, dstLen: 0, srcLen: 0, tos: 0, table: 254, action: 1, flags: 0 }

vectors(ruleMessage, {
  correct: [
    // ip rule add from 10.0.0.0/8 fwmark 0x10/0xff iif eth0 table 1000 pref 100
    [
      {
        ...{ ...rule, srcLen: 8, table: 252 },
        attrs: { priority: 100, fwmark: 0x10, fwmask: 0xff, table: 1000, src: '10.0.0.0', iifname: 'eth0' },
      },
      {
        LE: `02 00 08 00 fc 00 00 01 00000000
          0800 0600 64000000                                   # FRA_PRIORITY
          0800 0a00 10000000                                   # FRA_FWMARK
          0800 1000 ff000000                                   # FRA_FWMASK
          0800 0f00 e8030000                                   # FRA_TABLE
          0800 0200 0a000000                                   # FRA_SRC
          0900 0300 6574683000 000000                          # FRA_IIFNAME`,
        BE: `02 00 08 00 fc 00 00 01 00000000
          0008 0006 00000064
          0008 000a 00000010
          0008 0010 000000ff
          0008 000f 000003e8
          0008 0002 0a000000
          0009 0003 6574683000 000000`,
      },
    ],
    [
      {
        ...{ ...rule, flags: 2 },
        attrs: {
          tunId: 99n,
          uidRange: { start: 1000, end: 2000 },
          ipProto: 6,
          sportRange: { start: 100, end: 200 },
          dportRange: { start: 443, end: 443 },
          flowlabel: 0x12345,
          sportMask: 0xff00,
          suppressPrefixlen: 0xffffffff,
        },
      },
      {
        LE: `02 00 00 00 fe 00 00 01 02000000
          0c00 0c00 0000000000000063                           # FRA_TUN_ID: network order
          0c00 1400 e8030000 d0070000                          # FRA_UID_RANGE
          0500 1600 06 000000                                  # FRA_IP_PROTO
          0800 1700 6400 c800                                  # FRA_SPORT_RANGE: host order
          0800 1800 bb01 bb01                                  # FRA_DPORT_RANGE
          0800 1a00 00012345                                   # FRA_FLOWLABEL: network order
          0600 1c00 00ff 0000                                  # FRA_SPORT_MASK
          0800 0e00 ffffffff                                   # FRA_SUPPRESS_PREFIXLEN`,
        BE: `02 00 00 00 fe 00 00 01 00000002
          000c 000c 0000000000000063
          000c 0014 000003e8 000007d0
          0005 0016 06 000000
          0008 0017 0064 00c8
          0008 0018 01bb 01bb
          0008 001a 00012345
          0006 001c ff00 0000
          0008 000e ffffffff`,
      },
    ],
  ],
  errValues: [
    { attrs: { sportRange: { start: 1, end: 65536 } } },
    { attrs: { uidRange: { from: 1 } } },
    { attrs: { tunId: 99 } },
  ],
  errHex: [
    [
      { LE: '02000000fe00000100000000 0600 1700 6400 0000' },
      'FRA_SPORT_RANGE: expected fib_rule_port_range (4 bytes), got 2 bytes',
    ],
  ],
})

const group = { family: 0, scope: 0, protocol: 0, flags: 0 }

vectors(nexthopMessage, {
  correct: [
    // ip nexthop add id 3 via 10.0.0.2 dev (index 6), as the kernel reports it
    [
      { ...group, family: 2, scope: 253, attrs: { id: 3, oif: 6, gateway: '10.0.0.2' } },
      {
        LE: `02 fd 00 00 00000000
          0800 0100 03000000                                   # NHA_ID
          0800 0500 06000000                                   # NHA_OIF
          0800 0600 0a000002                                   # NHA_GATEWAY`,
        BE: `02 fd 00 00 00000000
          0008 0001 00000003
          0008 0005 00000006
          0008 0006 0a000002`,
      },
    ],
    // ip nexthop add id 30 group 3,300/4 type resilient buckets 8 idle_timer 120
    [
      {
        ...group,
        attrs: {
          id: 30,
          group: [
            { id: 3, weight: 43, weightHigh: 1 },
            { id: 4, weight: 0, weightHigh: 0 },
          ],
          groupType: NEXTHOP_GRP_TYPE.RES,
          resGroup: { buckets: 8, idleTimer: 12000, unbalancedTimer: 0, unbalancedTime: 0n },
          opFlags: NHA_OP_FLAG.RESP_GRP_RESVD_0,
        },
      },
      {
        LE: `00 00 00 00 00000000
          0800 0100 1e000000                                   # NHA_ID
          1400 0200 03000000 2b 01 0000  04000000 00 00 0000   # NHA_GROUP
          0600 0300 0100 0000                                  # NHA_GROUP_TYPE
          2800 0c80                                            # NHA_RES_GROUP
            0600 0100 0800 0000                                #   NHA_RES_GROUP_BUCKETS
            0800 0200 e02e0000                                 #   NHA_RES_GROUP_IDLE_TIMER
            0800 0300 00000000                                 #   NHA_RES_GROUP_UNBALANCED_TIMER
            0c00 0400 0000000000000000                         #   NHA_RES_GROUP_UNBALANCED_TIME
          0800 0e00 00000080                                   # NHA_OP_FLAGS`,
        BE: `00 00 00 00 00000000
          0008 0001 0000001e
          0014 0002 00000003 2b 01 0000  00000004 00 00 0000
          0006 0003 0001 0000
          0028 800c
            0006 0001 0008 0000
            0008 0002 00002ee0
            0008 0003 00000000
            000c 0004 0000000000000000
          0008 000e 80000000`,
      },
    ],
    [
      {
        ...group,
        attrs: {
          blackhole: true,
          fdb: true,
          resBucket: { index: 2, idleTime: 100n, nhId: 4 },
          groupStats: { entry: [{ id: 3 }, { id: 4 }] },
          hwStatsEnable: 1,
          hwStatsUsed: 0,
        },
      },
      {
        LE: `00 00 00 00 00000000
          0400 0400                                            # NHA_BLACKHOLE
          0400 0b00                                            # NHA_FDB
          2000 0d80                                            # NHA_RES_BUCKET
            0600 0100 0200 0000                                #   NHA_RES_BUCKET_INDEX
            0c00 0200 6400000000000000                         #   NHA_RES_BUCKET_IDLE_TIME
            0800 0300 04000000                                 #   NHA_RES_BUCKET_NH_ID
          1c00 0f80                                            # NHA_GROUP_STATS
            0c00 0180 0800 0100 03000000                       #   NHA_GROUP_STATS_ENTRY
            0c00 0180 0800 0100 04000000                       #   NHA_GROUP_STATS_ENTRY
          0800 1000 01000000                                   # NHA_HW_STATS_ENABLE
          0800 1100 00000000                                   # NHA_HW_STATS_USED`,
        BE: `00 00 00 00 00000000
          0004 0004
          0004 000b
          0020 800d
            0006 0001 0002 0000
            000c 0002 0000000000000064
            0008 0003 00000004
          001c 800f
            000c 8001 0008 0001 00000003
            000c 8001 0008 0001 00000004
          0008 0010 00000001
          0008 0011 00000000`,
      },
    ],
  ],
  errValues: [{ attrs: { group: { id: 3 } } }, { attrs: { group: [{ id: 3, weight: 256 }] } }],
  errHex: [
    [
      { LE: '0000000000000000 0a00 0200 030000000000 0000' },
      'NHA_GROUP: expected nexthop_grp[] (a multiple of 8 bytes), got 6 bytes',
    ],
  ],
})

vectors(nsidMessage, {
  correct: [
    [
      { family: 0, attrs: { nsid: -1, pid: 42, fd: 5, targetNsid: 3, currentNsid: 2 } },
      {
        LE: `00 000000
          0800 0100 ffffffff                                   # NETNSA_NSID
          0800 0200 2a000000                                   # NETNSA_PID
          0800 0300 05000000                                   # NETNSA_FD
          0800 0400 03000000                                   # NETNSA_TARGET_NSID
          0800 0500 02000000                                   # NETNSA_CURRENT_NSID`,
        BE: `00 000000
          0008 0001 ffffffff
          0008 0002 0000002a
          0008 0003 00000005
          0008 0004 00000003
          0008 0005 00000002`,
      },
    ],
  ],
  decodes: [['02', { family: 2, attrs: {} }]], // struct rtgenmsg without its padding
  errHex: [['', 'expected rtgenmsg (1 byte), got 0 bytes']],
})

vectors(netconfMessage, {
  correct: [
    [
      { family: 2, attrs: { ifindex: -1, forwarding: 1, rpFilter: 2, bcForwarding: 0 } },
      {
        LE: `02 000000
          0800 0100 ffffffff                                   # NETCONFA_IFINDEX: all
          0800 0200 01000000                                   # NETCONFA_FORWARDING
          0800 0300 02000000                                   # NETCONFA_RP_FILTER
          0800 0800 00000000                                   # NETCONFA_BC_FORWARDING`,
        BE: `02 000000
          0008 0001 ffffffff
          0008 0002 00000001
          0008 0003 00000002
          0008 0008 00000000`,
      },
    ],
  ],
  errValues: [{ attrs: { forwarding: true } }],
})

vectors(addressLabelMessage, {
  correct: [
    [
      { family: 10, prefixlen: 32, flags: 0, index: 6, seq: 3, attrs: { address: '2001:db8::', label: 99 } },
      {
        LE: `0a 00 20 00 06000000 03000000
          1400 0100 20010db8 00000000 00000000 00000000        # IFAL_ADDRESS
          0800 0200 63000000                                   # IFAL_LABEL`,
        BE: `0a 00 20 00 00000006 00000003
          0014 0001 20010db8 00000000 00000000 00000000
          0008 0002 00000063`,
      },
    ],
  ],
  errValues: [{ prefixlen: 256 }],
})

vectors(prefixMessage, {
  correct: [
    [
      {
        ...{ family: 10, ifindex: 6, type: 3, len: 64, flags: 3 },
        attrs: { address: '2001:db8::', cacheinfo: { preferredTime: 14400, validTime: 86400 } },
      },
      {
        LE: `0a 00 0000 06000000 03 40 03 00
          1400 0100 20010db8 00000000 00000000 00000000        # PREFIX_ADDRESS
          0c00 0200 40380000 80510100                          # PREFIX_CACHEINFO`,
        BE: `0a 00 0000 00000006 03 40 03 00
          0014 0001 20010db8 00000000 00000000 00000000
          000c 0002 00003840 00015180`,
      },
    ],
  ],
})

vectors(userOptionMessage, {
  correct: [
    // A recursive DNS server for ten minutes: the option of RFC 8106, then NDUSEROPT_SRCADDR
    [
      {
        ...{ family: 10, ifindex: 6, icmpType: 134, icmpCode: 0 },
        options: [{ type: 25, data: Buffer.from('00000000025820010db8000000000000000000000053', 'hex') }],
        attrs: { srcaddr: 'fe80::1' },
      },
      {
        LE: `0a 00 1800 06000000 86 00 0000 00000000
          19 03 0000 00000258 20010db8 00000000 00000000 00000053
          1400 0100 fe800000 00000000 00000000 00000001        # NDUSEROPT_SRCADDR`,
      },
    ],
  ],
  errValues: [{ options: [{ type: 25, data: Buffer.alloc(5) }] }, { options: [{ type: 256, data: Buffer.alloc(6) }] }],
  errHex: [
    [{ BE: '0a 00 0018 00000006 86 00 0000 00000000 1903' }, 'expected options of at most 2 bytes, got 24'],
    [
      { LE: '0a 00 0800 06000000 86 00 0000 00000000 1900000000000000' },
      'expected an option of 8 to 8 bytes at offset 0, got one of 0',
    ],
  ],
})

vectors(userOptionAttrs, {
  correct: [
    [
      { srcaddr: 'fe80::1' },
      {
        LE: '1400 0100 fe800000 00000000 00000000 00000001',
        BE: '0014 0001 fe800000 00000000 00000000 00000001',
      },
    ],
  ],
})

const statsHeader = { family: 0, ifindex: 6, filterMask: 0 }
const zeroCount = { rx: 0n, tx: 0n }
const noMulticast = {
  ...{ igmpV1queries: zeroCount, igmpV2queries: zeroCount, igmpV3queries: zeroCount, igmpLeaves: zeroCount },
  ...{ igmpV1reports: zeroCount, igmpV2reports: zeroCount, igmpV3reports: zeroCount, igmpParseErrors: 0n },
  ...{ mldV1queries: zeroCount, mldV2queries: zeroCount, mldLeaves: zeroCount, mldV1reports: zeroCount },
  ...{ mldV2reports: zeroCount, mldParseErrors: 0n, mcastBytes: zeroCount, mcastPackets: zeroCount },
}
const vlanStats = { rxBytes: 1n, rxPackets: 2n, txBytes: 3n, txPackets: 4n, vid: 5, flags: 6 }

vectors(statsMessage, {
  correct: [
    [
      {
        ...statsHeader,
        attrs: {
          linkXstats: {
            bridge: {
              vlan: [vlanStats, { ...vlanStats, vid: 7 }],
              mcast: { ...noMulticast, igmpV1queries: { rx: 1n, tx: 2n }, mcastPackets: { rx: 3n, tx: 4n } },
              stp: { transitionBlk: 1n, transitionFwd: 2n, rxBpdu: 3n, txBpdu: 4n, rxTcn: 5n, txTcn: 6n },
            },
          },
          linkXstatsSlave: { bond: { '3ad': { lacpduRx: 1n, markerUnknownRx: 2n } } },
        },
      },
      {
        LE: `00 00 0000 06000000 00000000
          8801 0280                                            # IFLA_STATS_LINK_XSTATS
            8401 0180                                          #   LINK_XSTATS_TYPE_BRIDGE
              2c00 0100 0100000000000000 0200000000000000      #     BRIDGE_XSTATS_VLAN
                        0300000000000000 0400000000000000 0500 0600 00000000
              2c00 0100 0100000000000000 0200000000000000      #     BRIDGE_XSTATS_VLAN
                        0300000000000000 0400000000000000 0700 0600 00000000
              f400 0200 0100000000000000 0200000000000000      #     BRIDGE_XSTATS_MCAST
                        ${'00'.repeat(208)}
                        0300000000000000 0400000000000000
              3400 0400 0100000000000000 0200000000000000      #     BRIDGE_XSTATS_STP
                        0300000000000000 0400000000000000 0500000000000000 0600000000000000
          2400 0380                                            # IFLA_STATS_LINK_XSTATS_SLAVE
            2000 0280                                          #   LINK_XSTATS_TYPE_BOND
              1c00 0180                                        #     BOND_XSTATS_3AD
                0c00 0000 0100000000000000                     #       BOND_3AD_STAT_LACPDU_RX, which is 0
                0c00 0800 0200000000000000                     #       BOND_3AD_STAT_MARKER_UNKNOWN_RX`,
      },
    ],
    [
      {
        ...statsHeader,
        attrs: {
          linkOffloadXstats: {
            hwSInfo: { l3Stats: { request: 1, used: 0 } },
            l3Stats: {
              ...{ rxPackets: 1n, txPackets: 2n, rxBytes: 3n, txBytes: 4n, rxErrors: 5n, txErrors: 6n },
              ...{ rxDropped: 7n, txDropped: 8n, multicast: 9n },
            },
          },
          afSpec: {
            mpls: {
              link: {
                ...{ rxPackets: 1n, txPackets: 0n, rxBytes: 0n, txBytes: 0n, rxErrors: 0n, txErrors: 0n },
                ...{ rxDropped: 0n, txDropped: 0n, rxNoroute: 9n },
              },
            },
          },
        },
      },
      {
        LE: `00 00 0000 06000000 00000000
          6800 0480                                            # IFLA_STATS_LINK_OFFLOAD_XSTATS
            1800 0280                                          #   IFLA_OFFLOAD_XSTATS_HW_S_INFO
              1400 0380                                        #     IFLA_OFFLOAD_XSTATS_L3_STATS
                0500 0100 01 000000                            #       IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST
                0500 0200 00 000000                            #       IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED
            4c00 0300 0100000000000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000
                      0600000000000000 0700000000000000 0800000000000000 0900000000000000
          5400 0580                                            # IFLA_STATS_AF_SPEC
            5000 1c80                                          #   AF_MPLS
              4c00 0100 0100000000000000 ${'00'.repeat(56)} 0900000000000000`,
        BE: `00 00 0000 00000006 00000000
          0068 8004
            0018 8002
              0014 8003
                0005 0001 01 000000
                0005 0002 00 000000
            004c 0003 0000000000000001 0000000000000002 0000000000000003 0000000000000004 0000000000000005
                      0000000000000006 0000000000000007 0000000000000008 0000000000000009
          0054 8005
            0050 801c
              004c 0001 0000000000000001 ${'00'.repeat(56)} 0000000000000009`,
      },
    ],
  ],
})

vectors(statsRequest, {
  correct: [
    // ip stats show dev (index 6) group link, group offload subgroup cpu_hit. Attribute numbers differ from those of
    // replies.
    [
      { ...statsHeader, filterMask: 9, attrs: { getFilters: { linkOffloadXstats: 1 } } },
      {
        LE: `00 00 0000 06000000 09000000
          0c00 0180                                            # IFLA_STATS_GET_FILTERS
            0800 0400 01000000                                 #   IFLA_STATS_LINK_OFFLOAD_XSTATS`,
        BE: `00 00 0000 00000006 00000009
          000c 8001
            0008 0004 00000001`,
      },
    ],
    [
      { ...statsHeader, attrs: { setOffloadXstatsL3Stats: 1 } },
      {
        LE: '00000000 06000000 00000000  0500 0200 01 000000',
        BE: '00000000 00000006 00000000  0005 0002 01 000000',
      },
    ],
  ],
  errValues: [{ attrs: { linkXstats: {} } }],
})

const test = suite('rtnetlink families')

test('link properties use the declaration of link messages', () => {
  const { RTM_NEWLINK, RTM_NEWLINKPROP, RTM_DELLINKPROP, RTM_GETLINKPROP } = rtnetlink.messages
  assert.equal([RTM_NEWLINKPROP[0], RTM_DELLINKPROP[0], RTM_GETLINKPROP[0]], [108, 109, 110])
  for (const [, declaration] of [RTM_NEWLINKPROP, RTM_DELLINKPROP, RTM_GETLINKPROP])
    assert.is(declaration, RTM_NEWLINK[1])
})

test.run()
