import { type Declaration, decode, encode } from '@netloom/netlink/codec'
import {
  bridgeSpecAttrs,
  bridgeVlanMessage,
  bridgeVlanRequest,
  linkMessage,
  mdbGetRequest,
  mdbMessage,
  mdbSetRequest,
  neighbourRequest,
  rtnetlink,
  tunnelMessage,
} from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

/** Requests of bridge(8) of iproute2 7.3 and messages of Linux 7.2. The kernel sets no NLA_F_NESTED on most nests. */

vectors(bridgeVlanMessage, {
  correct: [
    // bridge vlan set dev … vid 100 state 2
    [
      { family: 7, ifindex: 4, attrs: { entry: [{ info: { flags: 64, vid: 100 }, state: 2 }] } },
      { LE: `07000000 04000000 14000180 08000100 40006400 05000300 02000000` },
    ],
    // bridge vlan set dev … vid 106 neigh_suppress on
    [
      { family: 7, ifindex: 4, attrs: { entry: [{ info: { flags: 64, vid: 106 }, neighSuppress: 1 }] } },
      { LE: `07000000 04000000 14000180 08000100 40006a00 05000900 01000000` },
    ],
    // bridge vlan global set dev … vid 101-103 msti 1
    [
      { family: 7, ifindex: 3, attrs: { globalOptions: [{ id: 101, range: 103, msti: 1 }] } },
      {
        LE: `07000000 03000000 1c000280 06000100 65000000 06000200 67000000 06001200
          01000000`,
      },
    ],
    // A range in a dump
    [
      {
        family: 7,
        ifindex: 4,
        attrs: {
          entry: [
            {
              info: { flags: 0, vid: 100 },
              range: 110,
              state: 3,
              neighSuppress: 0,
              neighForwardGrat: 0,
              mcastRouter: 1,
              mcastNGroups: 0,
              mcastMaxGroups: 0,
            },
          ],
        },
      },
      {
        LE: `07000000 04000000 44000180 08000100 00006400 06000200 6e000000 05000300
          03000000 05000900 00000000 05000a00 00000000 05000600 01000000 08000700
          00000000 08000800 00000000`,
      },
    ],
    // With tunnel_info id 1000
    [
      {
        family: 7,
        ifindex: 6,
        attrs: {
          entry: [
            {
              info: { flags: 0, vid: 100 },
              state: 3,
              tunnelInfo: { id: 1000 },
              neighSuppress: 0,
              neighForwardGrat: 0,
              mcastRouter: 1,
              mcastNGroups: 0,
              mcastMaxGroups: 0,
            },
          ],
        },
      },
      {
        LE: `07000000 06000000 48000180 08000100 00006400 05000300 03000000 0c000480
          08000100 e8030000 05000900 00000000 05000a00 00000000 05000600 01000000
          08000700 00000000 08000800 00000000`,
      },
    ],
    // With statistics
    [
      {
        family: 7,
        ifindex: 3,
        attrs: {
          entry: [
            {
              info: { flags: 6, vid: 1 },
              state: 3,
              neighSuppress: 0,
              neighForwardGrat: 0,
              mcastRouter: 1,
              stats: { rxBytes: 0n, rxPackets: 0n, txBytes: 0n, txPackets: 0n },
            },
          ],
        },
      },
      {
        LE: `07000000 03000000 60000180 08000100 06000100 05000300 03000000 05000900
          00000000 05000a00 00000000 05000600 01000000 34000580 0c000100 00000000
          00000000 0c000200 00000000 00000000 0c000300 00000000 00000000 0c000400
          00000000 00000000`,
      },
    ],
    // bridge vlan global set dev … vid 100 mcast_snooping 1 mcast_querier 1 …
    [
      {
        family: 7,
        ifindex: 3,
        attrs: {
          globalOptions: [
            {
              id: 100,
              mcastSnooping: 1,
              mcastQuerier: 1,
              mcastIgmpVersion: 3,
              mcastMldVersion: 2,
              mcastLastMemberCnt: 5,
              mcastStartupQueryCnt: 6,
              mcastLastMemberIntvl: 111n,
              mcastMembershipIntvl: 22222n,
              mcastQuerierIntvl: 33333n,
              mcastQueryIntvl: 14444n,
              mcastQueryResponseIntvl: 555n,
              mcastStartupQueryIntvl: 3111n,
            },
          ],
        },
      },
      {
        LE: `07000000 03000000 84000280 06000100 64000000 05000300 01000000 05000f00
          01000000 05000400 03000000 05000500 02000000 08000600 05000000 08000700
          06000000 0c000800 6f000000 00000000 0c000a00 ce560000 00000000 0c000b00
          35820000 00000000 0c000c00 6c380000 00000000 0c000d00 2b020000 00000000
          0c000e00 270c0000 00000000`,
      },
    ],
    // The querier
    [
      {
        family: 7,
        ifindex: 3,
        attrs: {
          globalOptions: [
            {
              id: 100,
              mcastSnooping: 1,
              mcastIgmpVersion: 3,
              mcastLastMemberCnt: 5,
              mcastStartupQueryCnt: 6,
              mcastQuerier: 1,
              mcastQuerierState: { ipAddress: '0.0.0.0', ipv6Address: '::' },
              mcastLastMemberIntvl: 110n,
              mcastMembershipIntvl: 22222n,
              mcastQuerierIntvl: 33332n,
              mcastQueryIntvl: 14444n,
              mcastQueryResponseIntvl: 554n,
              mcastStartupQueryIntvl: 3110n,
              mcastMldVersion: 2,
              msti: 0,
            },
          ],
        },
      },
      {
        LE: `07000000 03000000 ac000280 06000100 64000000 05000300 01000000 05000400
          03000000 08000600 05000000 08000700 06000000 05000f00 01000000 20001180
          08000100 00000000 14000500 00000000 00000000 00000000 00000000 0c000800
          6e000000 00000000 0c000a00 ce560000 00000000 0c000b00 34820000 00000000
          0c000c00 6c380000 00000000 0c000d00 2a020000 00000000 0c000e00 260c0000
          00000000 05000500 02000000 06001200 00000000`,
      },
    ],
  ],
  decodes: [
    // A router port
    [
      {
        LE: `07000000 03000000 c4000280 06000100 68000000 05000300 01000000 05000400
          02000000 08000600 02000000 08000700 02000000 05000f00 00000000 0c000800
          64000000 00000000 0c000a00 90650000 00000000 0c000b00 9c630000 00000000
          0c000c00 d4300000 00000000 0c000d00 e8030000 00000000 0c000e00 340c0000
          00000000 38001080 34000200 30000100 04000000 08000100 00000000 05000200
          01000000 08000300 00000000 08000400 00000000 06000500 68000000 05000500
          01000000 06001200 00000000`,
      },
      {
        family: 7,
        ifindex: 3,
        attrs: {
          globalOptions: [
            {
              id: 104,
              mcastSnooping: 1,
              mcastIgmpVersion: 2,
              mcastLastMemberCnt: 2,
              mcastStartupQueryCnt: 2,
              mcastQuerier: 0,
              mcastLastMemberIntvl: 100n,
              mcastMembershipIntvl: 26000n,
              mcastQuerierIntvl: 25500n,
              mcastQueryIntvl: 12500n,
              mcastQueryResponseIntvl: 1000n,
              mcastStartupQueryIntvl: 3124n,
              mcastRouterPorts: {
                router: { port: [{ ifindex: 4, attrs: { timer: 0, type: 1, inetTimer: 0, inet6Timer: 0, vid: 104 } }] },
              },
              mcastMldVersion: 1,
              msti: 0,
            },
          ],
        },
      },
    ],
  ],
})

vectors(bridgeVlanRequest, {
  correct: [
    // bridge -s vlan show
    [{ family: 7, ifindex: 0, attrs: { flags: 1 } }, { LE: `07000000 00000000 08000100 01000000` }],
  ],
})

vectors(mdbSetRequest, {
  correct: [
    // bridge mdb add dev … port … grp 239.1.1.2 permanent src 198.51.100.7 dst 192.0.2.34 dst_port 1234 vni 88 via …
    [
      {
        family: 7,
        ifindex: 4,
        attrs: {
          setEntry: { ifindex: 4, state: 1, flags: 0, vid: 0, addr: { u: '239.1.1.2', proto: 2048 } },
          setEntryAttrs: { source: '198.51.100.7', dst: '192.0.2.34', dstPort: 1234, vni: 88, ifindex: 3 },
        },
      },
      {
        LE: `07000000 04000000 20000100 04000000 01000000 ef010102 00000000 00000000
          00000000 08000000 2c000280 08000100 c6336407 08000500 c0000222 06000600
          d2040000 08000700 58000000 08000800 03000000`,
      },
    ],
    // bridge mdb add … filter_mode exclude source_list 198.51.100.1,198.51.100.2 proto bgp dst 192.0.2.33 src_vni 100
    [
      {
        family: 7,
        ifindex: 8,
        attrs: {
          setEntry: { ifindex: 8, state: 1, flags: 0, vid: 0, addr: { u: '239.1.1.1', proto: 2048 } },
          setEntryAttrs: {
            groupMode: 0,
            srcList: { entry: [{ address: '198.51.100.1' }, { address: '198.51.100.2' }] },
            rtprot: 186,
            dst: '192.0.2.33',
            srcVni: 100,
          },
        },
      },
      {
        LE: `07000000 08000000 20000100 08000000 01000000 ef010101 00000000 00000000
          00000000 08000000 40000280 05000300 00000000 1c000280 0c000180 08000100
          c6336401 0c000180 08000100 c6336402 05000400 ba000000 08000500 c0000221
          08000900 64000000`,
      },
    ],
  ],
})

vectors(mdbGetRequest, {
  correct: [
    // bridge mdb show
    [{ family: 7, ifindex: 0, attrs: {} }, { LE: `07000000 00000000` }],
    // bridge mdb get dev … grp 239.1.1.1 src_vni 100
    [
      {
        family: 7,
        ifindex: 8,
        attrs: {
          getEntry: { ifindex: 0, state: 0, flags: 0, vid: 0, addr: { u: '239.1.1.1', proto: 2048 } },
          getEntryAttrs: { srcVni: 100 },
        },
      },
      {
        LE: `07000000 08000000 20000100 00000000 00000000 ef010101 00000000 00000000
          00000000 08000000 0c000280 08000900 64000000`,
      },
    ],
  ],
})

vectors(mdbMessage, {
  decodes: [
    // No entries
    [{ LE: `07000000 05000000 04000100` }, { family: 7, ifindex: 5, attrs: { mdb: {} } }],
    // An entry of a vxlan
    [
      {
        LE: `07000000 08000000 7c000100 78000100 74000100 08000000 01000000 ef010101
          00000000 00000000 00000000 08000000 08000100 00000000 05000500 ba000000
          05000300 00000000 2c000280 14000180 08000100 c6336402 08000200 00000000
          14000180 08000100 c6336401 08000200 00000000 08000600 c0000221 08000a00
          64000000`,
      },
      {
        family: 7,
        ifindex: 8,
        attrs: {
          mdb: {
            entry: [
              {
                info: [
                  {
                    ifindex: 8,
                    state: 1,
                    flags: 0,
                    vid: 0,
                    addr: { u: '239.1.1.1', proto: 2048 },
                    attrs: {
                      timer: 0,
                      rtprot: 186,
                      groupMode: 0,
                      srcList: {
                        entry: [
                          { address: '198.51.100.2', timer: 0 },
                          { address: '198.51.100.1', timer: 0 },
                        ],
                      },
                      dst: '192.0.2.33',
                      srcVni: 100,
                    },
                  },
                ],
              },
            ],
          },
        },
      },
    ],
    // A router port
    [
      { LE: `07000000 03000000 14000200 10000100 04000000 06000500 68000000` },
      { family: 7, ifindex: 3, attrs: { router: { port: [{ ifindex: 4, attrs: { vid: 104 } }] } } },
    ],
  ],
})

vectors(tunnelMessage, {
  correct: [
    // bridge vni add dev … vni 100-110
    [
      { family: 7, flags: 0, ifindex: 8, attrs: { entry: [{ start: 100, end: 110 }] } },
      { LE: `07000000 08000000 14000180 08000100 64000000 08000200 6e000000` },
    ],
    // bridge vni add dev … vni 200 group 239.5.5.5
    [
      { family: 7, flags: 0, ifindex: 8, attrs: { entry: [{ start: 200, group: '239.5.5.5' }] } },
      { LE: `07000000 08000000 14000180 08000100 c8000000 08000300 ef050505` },
    ],
    // bridge -s vni show
    [
      {
        family: 7,
        flags: 0,
        ifindex: 8,
        attrs: {
          entry: [
            {
              start: 100,
              stats: {
                rxBytes: 0n,
                rxPkts: 0n,
                rxDrops: 0n,
                rxErrors: 0n,
                txBytes: 0n,
                txPkts: 0n,
                txDrops: 0n,
                txErrors: 0n,
              },
            },
          ],
        },
      },
      {
        LE: `07000000 08000000 70000180 08000100 64000000 64000580 0c000100 00000000
          00000000 0c000200 00000000 00000000 0c000300 00000000 00000000 0c000400
          00000000 00000000 0c000500 00000000 00000000 0c000600 00000000 00000000
          0c000700 00000000 00000000 0c000800 00000000 00000000`,
      },
    ],
  ],
})

vectors(linkMessage, {
  correct: [
    // bridge link set dev … neigh_vlan_suppress on
    [
      { family: 7, type: 0, index: 4, flags: 0, change: 0, attrs: { protinfo: { neighVlanSuppress: 1 } } },
      { LE: `07000000 04000000 00000000 00000000 0c000c80 05002b00 01000000` },
    ],
  ],
  decodes: [
    // bridge vlan add dev … vid 200 pvid untagged
    [
      { LE: `07000000 04000000 00000000 00000000 0c001a00 08000200 0600c800` },
      { family: 7, type: 0, index: 4, flags: 0, change: 0, attrs: { afSpec: { vlanInfo: [{ flags: 6, vid: 200 }] } } },
    ],
    // bridge vlan del dev … vid 100 self
    [
      {
        LE: `07000000 03000000 00000000 00000000 14001a00 06000000 02000000 08000200
          00006400`,
      },
      {
        family: 7,
        type: 0,
        index: 3,
        flags: 0,
        change: 0,
        attrs: { afSpec: { flags: 2, vlanInfo: [{ flags: 0, vid: 100 }] } },
      },
    ],
    // bridge vlan del dev … vid 101-103 tunnel_info id 1001-1003
    [
      {
        LE: `07000000 06000000 00000000 00000000 3c001a00 1c000300 08000100 e9030000
          06000200 65000000 06000300 08000000 1c000300 08000100 eb030000 06000200
          67000000 06000300 10000000`,
      },
      {
        family: 7,
        type: 0,
        index: 6,
        flags: 0,
        change: 0,
        attrs: {
          afSpec: {
            vlanTunnelInfo: [
              { id: 1001, vid: 101, flags: 8 },
              { id: 1003, vid: 103, flags: 16 },
            ],
          },
        },
      },
    ],
    // bridge mst set dev … msti 1 state 4
    [
      {
        LE: `07000000 04000000 00000000 00000000 1c001a00 18000600 14000180 06000100
          01000000 05000200 04000000`,
      },
      {
        family: 7,
        type: 0,
        index: 4,
        flags: 0,
        change: 0,
        attrs: { afSpec: { mst: { entry: [{ msti: 1, state: 4 }] } } },
      },
    ],
    // ip link set … type bond_slave prio 10
    [
      {
        LE: `00000000 04000000 00000000 00000000 20001200 0f000100 626f6e64 5f736c61
          76650000 0c000500 08000900 0a000000`,
      },
      {
        family: 0,
        type: 0,
        index: 4,
        flags: 0,
        change: 0,
        attrs: { linkinfo: { kind: 'bond_slave', slaveData: { prio: 10 } } as never },
      },
    ],
    // bridge -d vlan show
    [
      {
        LE: `07000100 03000000 43100100 00000000 08000300 62723000 08000a00 03000000
          08000400 dc050000 05001000 06000000 0a000100 0e4b34f1 39c40000 0c001a00
          08000200 06000100`,
      },
      {
        family: 7,
        type: 1,
        index: 3,
        flags: 69699,
        change: 0,
        attrs: {
          ifname: 'br0',
          master: 3,
          mtu: 1500,
          operstate: 6,
          address: '0e:4b:34:f1:39:c4',
          afSpec: { vlanInfo: [{ flags: 6, vid: 1 }] },
        },
      },
    ],
  ],
})

// Ring redundancy (MRP) and connectivity checks (CFM), as the kernel parses them (br_mrp_parse, br_cfm_parse) and
// reports them
vectors(bridgeSpecAttrs, {
  correct: [
    [
      { mrp: { instance: { ringId: 1, pIfindex: 4, sIfindex: 5, prio: 0x8000 } } },
      {
        LE: '2800 0480  2400 0180  0800 0100 01000000  0800 0200 04000000  0800 0300 05000000  0600 0400 0080 0000',
        BE: '0028 8004  0024 8001  0008 0001 00000001  0008 0002 00000004  0008 0003 00000005  0006 0004 8000 0000',
      },
    ],
    [
      {
        mrp: {
          info: [
            { ringId: 1, inState: 2 },
            { ringId: 2, testMonitor: 1 },
          ],
        },
      },
      {
        LE: `2c00 0480  1400 0780 0800 0100 01000000 0800 0b00 02000000
          1400 0780 0800 0100 02000000 0800 0900 01000000`,
      },
    ],
    [
      { mrp: { inRole: { ringId: 1, inId: 7, role: 2, iIfindex: 6 }, inState: { inId: 7, state: 1 } } },
      {
        LE: `3c00 0480  2400 0880 0800 0100 01000000 0600 0200 0700 0000 0800 0300 02000000 0800 0400 06000000
          1400 0980 0800 0100 07000000 0800 0200 01000000`,
      },
    ],
    [
      { cfm: { mepConfig: { instance: 1, unicastMac: '02:00:00:00:00:01', mdlevel: 7, mepid: 8191 } } },
      {
        LE: `2c00 0580  2800 0380 0800 0100 01000000 0a00 0200 020000000001 0000
          0800 0300 07000000 0800 0400 ff1f0000`,
      },
    ],
    [
      {
        cfm: { ccCcmTx: { instance: 1, period: 5, ifTlv: 1, ifTlvValue: 2 }, ccPeerMepAdd: { instance: 1, mepid: 3 } },
      },
      {
        LE: `3c00 0580  2400 0880 0800 0100 01000000 0800 0400 05000000 0800 0500 01000000 0500 0600 02 000000
          1400 0580 0800 0100 01000000 0800 0200 03000000`,
      },
    ],
    [
      { cfm: { ccPeerStatusInfo: [{ instance: 1, peerMepid: 3, ccmDefect: 1, portTlvValue: 2 }] } },
      {
        LE: '2800 0580  2400 1080  0800 0100 01000000  0800 0200 03000000  0800 0300 01000000  0500 0500 02 000000',
      },
    ],
  ],
  errValues: [{ mrp: { info: { ringId: 1 } } }, { cfm: { mepConfig: { mepid: -1 } } }, { vlanInfo: [{ vid: 65536 }] }],
})

const index = 5
// Old programs dump the FDB with a link message. `ip neigh get` and newer versions of bridge send a neighbour message.
vectors(neighbourRequest, {
  correct: [
    [
      { family: 7, type: 0, index, flags: 0, change: 0, attrs: { master: 3 } },
      {
        LE: '07 00 0000 05000000 00000000 00000000  0800 0a00 03000000',
        BE: '07 00 0000 00000005 00000000 00000000  0008 000a 00000003',
      },
    ],
    [{ family: 7, type: 0, index: 0, flags: 0, change: 0, attrs: {} }, '07 00 0000 00000000 00000000 00000000'],
    [
      { family: 7, ifindex: 0, state: 0, flags: 0, type: 0, attrs: { master: 3 } },
      {
        LE: '07 000000 00000000 0000 00 00  0800 0900 03000000',
        BE: '07 000000 00000000 0000 00 00  0008 0009 00000003',
      },
    ],
    [
      { family: 7, ifindex: 0, state: 0, flags: 2, type: 0, attrs: { lladdr: '02:00:00:00:00:01' } },
      { LE: '07 000000 00000000 0000 02 00  0a00 0200 020000000001 0000' },
    ],
    [{ family: 7, ifindex: 0, state: 0, flags: 0, type: 0, attrs: {} }, '07 000000 00000000 0000 00 00'],
  ],
  errValues: [{ family: 7, index, attrs: { lladdr: 1 } }],
  errHex: ['07 000000 00000000'],
})

const test = suite('bridge messages')

const entry = (u: string, proto: number) => ({
  attrs: { setEntry: { ifindex: 0, state: 0, flags: 0, vid: 0, addr: { u, proto } } },
})

for (const [u, proto, hex] of [
  ['239.1.1.1', 0x0800, 'ef010101000000000000000000000000 0800 0000'],
  ['ff05::1', 0x86dd, 'ff050000000000000000000000000001 86dd 0000'],
  ['01:02:03:04:05:06', 0, '01020304050600000000000000000000 0000 0000'],
  ['0x0102030400000000000000000000000008000001', 0x0800, '01020304000000000000000000000000 0800 0001'],
  ['0x0102030405000000000000000000000008000000', 0x0800, '01020304050000000000000000000000 0800 0000'],
  ['0x0102030405060708090a0b0c0d0e0f1012340000', 0x1234, '0102030405060708090a0b0c0d0e0f10 1234 0000'],
] as const) {
  test(`group ${u} of protocol ${proto} round-trips`, () => {
    const written = encode(mdbSetRequest, entry(u, proto)).subarray(-20)
    assert.is(written.toString('hex'), hex.replaceAll(' ', ''))
    const { attrs } = decode(mdbSetRequest, encode(mdbSetRequest, entry(u, proto)))
    assert.equal(attrs.setEntry?.addr, { u, proto })
  })
}

for (const [u, proto] of [
  ['ff05::1', 0x0800],
  ['239.1.1.1', 0x86dd],
  ['239.1.1.1', 0],
  ['br0', 0x0800],
] as const) {
  test(`${u} is not a valid group of protocol ${proto}`, () => {
    assert.throws(() => encode(mdbSetRequest, entry(u, proto)), /MDBA_SET_ENTRY > br_mdb_entry.addr: expected an/)
  })
}

test('the direction selects the declaration of a message with several formats', () => {
  const { RTM_NEWMDB, RTM_GETVLAN, RTM_GETNEIGH } = rtnetlink.messages
  const shapes = [RTM_NEWMDB, RTM_GETVLAN, RTM_GETNEIGH].map(
    ([, request, reply]: readonly [number, Declaration<unknown>, Declaration<unknown>, ...unknown[]]) => [
      request.name,
      reply.name,
    ],
  )
  assert.equal(shapes, [
    ['mdb request', 'mdb'],
    ['bridge vlan request', 'bridge vlan'],
    ['neighbour', 'neighbour'],
  ])
})

test('attributes without a declaration for the family stay raw', () => {
  const bytes = Buffer.from('11000000040000000000000000000000' + '08000c8001000000', 'hex')
  const message = decode(linkMessage, bytes, { order: 'LE' })
  assert.equal(message.attrs['?12'], [{ flags: 0x8000, payload: Buffer.from('01000000', 'hex') }])
  assert.is(encode(linkMessage, message, { order: 'LE' }).toString('hex'), bytes.toString('hex'))
})

test.run()
