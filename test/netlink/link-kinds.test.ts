import type { LinkMessage } from '@netloom/netlink'
import { encode } from '@netloom/netlink/codec'
import {
  bondAttrs,
  linkInfo,
  linkMessage,
  macsecAttrs,
  portAttrs,
  vfInfoListAttrs,
  vfPortsAttrs,
  vxlanAttrs,
} from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

vectors(
  linkInfo,
  {
    correct: [
      [{ kind: 'dummy' }, { LE: '0a00 0100 64756d6d79 00 0000', BE: '000a 0001 64756d6d79 00 0000' }],
      [
        {
          kind: 'vlan',
          data: {
            protocol: 0x8100,
            id: 30,
            flags: { flags: 1, mask: 0xffffffff },
            ingressQos: {
              mapping: [
                { from: 2, to: 2 },
                { from: 5, to: 3 },
              ],
            },
          },
        },
        {
          LE: `0900 0100 766c616e00 000000        # IFLA_INFO_KIND vlan
               3c00 0280                          # IFLA_INFO_DATA
                 0600 0500 8100 0000              #   IFLA_VLAN_PROTOCOL
                 0600 0100 1e00 0000              #   IFLA_VLAN_ID
                 0c00 0200 01000000 ffffffff      #   IFLA_VLAN_FLAGS
                 1c00 0480                        #   IFLA_VLAN_INGRESS_QOS
                   0c00 0100 02000000 02000000    #     IFLA_VLAN_QOS_MAPPING
                   0c00 0100 05000000 03000000    #     IFLA_VLAN_QOS_MAPPING`,
          BE: `0009 0001 766c616e00 000000
               003c 8002
                 0006 0005 8100 0000
                 0006 0001 001e 0000
                 000c 0002 00000001 ffffffff
                 001c 8004
                   000c 0001 00000002 00000002
                   000c 0001 00000005 00000003`,
        },
      ],
      [
        {
          kind: 'macvlan',
          data: {
            ...{ mode: 16, flags: 1, macaddrMode: 3 },
            macaddrData: { macaddr: ['02:11:11:11:11:04', '02:11:11:11:11:03'] },
            bcCutoff: -1,
          },
        },
        {
          LE: `0c00 0100 6d6163766c616e00         # IFLA_INFO_KIND macvlan
               4000 0280                          # IFLA_INFO_DATA
                 0800 0100 10000000               #   IFLA_MACVLAN_MODE
                 0600 0200 0100 0000              #   IFLA_MACVLAN_FLAGS
                 0800 0300 03000000               #   IFLA_MACVLAN_MACADDR_MODE
                 1c00 0580                        #   IFLA_MACVLAN_MACADDR_DATA
                   0a00 0400 021111111104 0000    #     IFLA_MACVLAN_MACADDR
                   0a00 0400 021111111103 0000    #     IFLA_MACVLAN_MACADDR
                 0800 0900 ffffffff               #   IFLA_MACVLAN_BC_CUTOFF`,
          BE: `000c 0001 6d6163766c616e00
               0040 8002
                 0008 0001 00000010
                 0006 0002 0001 0000
                 0008 0003 00000003
                 001c 8005
                   000a 0004 021111111104 0000
                   000a 0004 021111111103 0000
                 0008 0009 ffffffff`,
        },
      ],
      [
        { kind: 'ipvtap', data: { mode: 1, flags: 2 } },
        {
          LE: `0b00 0100 69707674617000 00        # IFLA_INFO_KIND ipvtap
               1400 0280                          # IFLA_INFO_DATA
                 0600 0100 0100 0000              #   IFLA_IPVLAN_MODE
                 0600 0200 0200 0000              #   IFLA_IPVLAN_FLAGS`,
          BE: '000b 0001 69707674617000 00  0014 8002  0006 0001 0001 0000  0006 0002 0002 0000',
        },
      ],
      [
        {
          kind: 'dummy',
          slaveKind: 'bond',
          slaveData: { permHwaddr: '2e:05:8f:4b:15:12', prio: -1, adPartnerOperPortState: 70, actorPortPrio: 255 },
        },
        {
          LE: `0a00 0100 64756d6d7900 0000        # IFLA_INFO_KIND dummy
               0900 0400 626f6e6400 000000        # IFLA_INFO_SLAVE_KIND bond
               2800 0580                          # IFLA_INFO_SLAVE_DATA
                 0a00 0400 2e058f4b1512 0000      #   IFLA_BOND_SLAVE_PERM_HWADDR
                 0800 0900 ffffffff               #   IFLA_BOND_SLAVE_PRIO
                 0600 0800 4600 0000              #   IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE
                 0600 0a00 ff00 0000              #   IFLA_BOND_SLAVE_ACTOR_PORT_PRIO`,
          BE: `000a 0001 64756d6d7900 0000
               0009 0004 626f6e6400 000000
               0028 8005
                 000a 0004 2e058f4b1512 0000
                 0008 0009 ffffffff
                 0006 0008 0046 0000
                 0006 000a 00ff 0000`,
        },
      ],
      [
        { kind: 'veth', slaveKind: 'vrf', slaveData: { table: 10 } },
        {
          LE: `0900 0100 7665746800 000000        # IFLA_INFO_KIND veth
               0800 0400 76726600                 # IFLA_INFO_SLAVE_KIND vrf
               0c00 0580  0800 0100 0a000000      # IFLA_INFO_SLAVE_DATA: IFLA_VRF_PORT_TABLE`,
          BE: '0009 0001 7665746800 000000  0008 0004 76726600  000c 8005  0008 0001 0000000a',
        },
      ],
      [
        {
          kind: 'erspan',
          data: {
            ...{ erspanVer: 2, erspanDir: 1, erspanHwid: 7, iflags: 0x3000, ikey: 20 },
            ...{ local: '192.0.2.1', encapDport: 4754, collectMetadata: true },
          },
        },
        {
          LE: `0b00 0100 65727370616e00 00        # IFLA_INFO_KIND erspan
               4000 0280                          # IFLA_INFO_DATA
                 0500 1600 02 000000              #   IFLA_GRE_ERSPAN_VER
                 0500 1700 01 000000              #   IFLA_GRE_ERSPAN_DIR
                 0600 1800 0700 0000              #   IFLA_GRE_ERSPAN_HWID
                 0600 0200 3000 0000              #   IFLA_GRE_IFLAGS: key and sequence
                 0800 0400 00000014               #   IFLA_GRE_IKEY
                 0800 0600 c0000201               #   IFLA_GRE_LOCAL
                 0600 1100 1292 0000              #   IFLA_GRE_ENCAP_DPORT
                 0400 1200                        #   IFLA_GRE_COLLECT_METADATA`,
          BE: `000b 0001 65727370616e00 00
               0040 8002
                 0005 0016 02 000000
                 0005 0017 01 000000
                 0006 0018 0007 0000
                 0006 0002 3000 0000
                 0008 0004 00000014
                 0008 0006 c0000201
                 0006 0011 1292 0000
                 0004 0012`,
        },
      ],
      [
        {
          kind: 'sit',
          data: { flags: 1, '6rdPrefix': '2001:db8::', '6rdRelayPrefix': '10.0.0.0', '6rdPrefixlen': 32 },
        },
        {
          LE: `0800 0100 73697400                 # IFLA_INFO_KIND sit
               3000 0280                          # IFLA_INFO_DATA
                 0600 0800 0100 0000              #   IFLA_IPTUN_FLAGS: SIT_ISATAP
                 1400 0b00 20010db8 00000000 00000000 00000000 # IFLA_IPTUN_6RD_PREFIX
                 0800 0c00 0a000000               #   IFLA_IPTUN_6RD_RELAY_PREFIX
                 0600 0d00 2000 0000              #   IFLA_IPTUN_6RD_PREFIXLEN`,
          BE: `0008 0001 73697400
               0030 8002
                 0006 0008 0001 0000
                 0014 000b 20010db8 00000000 00000000 00000000
                 0008 000c 0a000000
                 0006 000d 0020 0000`,
        },
      ],
      [
        { kind: 'ip6tnl', data: { flags: 0x40000, flowinfo: 0xabcde, proto: 41 } },
        {
          LE: `0b00 0100 697036746e6c00 00        # IFLA_INFO_KIND ip6tnl
               1c00 0280                          # IFLA_INFO_DATA
                 0800 0800 00000400               #   IFLA_IPTUN_FLAGS, not as in ipip and sit
                 0800 0700 000abcde               #   IFLA_IPTUN_FLOWINFO
                 0500 0900 29 000000              #   IFLA_IPTUN_PROTO`,
          BE: '000b 0001 697036746e6c00 00  001c 8002  0008 0008 00040000  0008 0007 000abcde  0005 0009 29 000000',
        },
      ],
      [
        {
          kind: 'netkit',
          data: {
            mode: 1,
            peerInfo: { family: 0, type: 0, index: 0, flags: 0, change: 0, attrs: { ifname: 'nk1' } },
            headroom: 4,
          },
        },
        {
          LE: `0b00 0100 6e65746b697400 00        # IFLA_INFO_KIND netkit
               3000 0280                          # IFLA_INFO_DATA
                 0800 0500 01000000               #   IFLA_NETKIT_MODE
                 1c00 0100                        #   IFLA_NETKIT_PEER_INFO: a whole message
                   00000000 00000000 00000000 00000000
                   0800 0300 6e6b3100             #     IFLA_IFNAME
                 0600 0800 0400 0000              #   IFLA_NETKIT_HEADROOM`,
          BE: `000b 0001 6e65746b697400 00
               0030 8002
                 0008 0005 00000001
                 001c 0001
                   00000000 00000000 00000000 00000000
                   0008 0003 6e6b3100
                 0006 0008 0004 0000`,
        },
      ],
      [
        {
          kind: 'can',
          data: {
            clock: { freq: 80000000 },
            berrCounter: { txerr: 1, rxerr: 2 },
            terminationConst: [120, 0],
            bitrateConst: [500000],
            tdc: { tdcv: 3 },
          },
          xstats: { busError: 1, errorWarning: 2, errorPassive: 3, busOff: 4, arbitrationLost: 5, restarts: 6 },
        },
        {
          LE: `0800 0100 63616e00                 # IFLA_INFO_KIND can
               3000 0280                          # IFLA_INFO_DATA
                 0800 0300 00b4c404               #   IFLA_CAN_CLOCK
                 0800 0800 0100 0200              #   IFLA_CAN_BERR_COUNTER
                 0800 0c00 7800 0000              #   IFLA_CAN_TERMINATION_CONST
                 0800 0d00 20a10700               #   IFLA_CAN_BITRATE_CONST
                 0c00 1080  0800 0700 03000000    #   IFLA_CAN_TDC: IFLA_CAN_TDC_TDCV
               1c00 0300 01000000 02000000 03000000 04000000 05000000 06000000 # IFLA_INFO_XSTATS`,
          BE: `0008 0001 63616e00
               0030 8002
                 0008 0003 04c4b400
                 0008 0008 0001 0002
                 0008 000c 0078 0000
                 0008 000d 0007a120
                 000c 8010  0008 0007 00000003
               001c 0003 00000001 00000002 00000003 00000004 00000005 00000006`,
        },
      ],
      // A kind whose statistics have no declaration
      [
        { kind: 'tun', '?3': [{ payload: Buffer.of(1) }] },
        { LE: '0800 0100 74756e00  0500 0300 01 000000', BE: '0008 0001 74756e00  0005 0003 01 000000' },
      ],
    ],
    errValues: [
      { kind: 'dummy', data: {} },
      { kind: 'vlan', data: { id: 65536 } },
      { kind: 'vlan', data: { table: 1 } },
      { kind: 'vrf', slaveKind: 'vlan', slaveData: {} },
      { kind: 'bond', xstats: { busError: 1 } },
    ],
    errHex: [
      [
        { LE: '0900 0100 766c616e00 000000  0c00 0280  0800 0100 1e000000' },
        'IFLA_INFO_DATA > IFLA_VLAN_ID: expected u16 (2 bytes), got 4 bytes',
      ],
      [
        { LE: '0800 0100 63616e00  0c00 0280  0700 0c00 780000 00' },
        'IFLA_INFO_DATA > IFLA_CAN_TERMINATION_CONST: expected u16[] (a multiple of 2 bytes), got 3 bytes',
      ],
    ],
  },
  'link kinds',
)

vectors(bondAttrs, {
  correct: [
    [
      {
        mode: 1,
        arpIpTarget: ['192.0.2.1', '192.0.2.2'],
        nsIp6Target: ['2001:db8::1'],
        adInfo: { aggregator: 1, partnerMac: '00:00:00:00:00:01' },
      },
      {
        LE: `0500 0100 01 000000
             1400 0880  0800 0000 c0000201  0800 0100 c0000202        # IFLA_BOND_ARP_IP_TARGET
             1800 1f80  1400 0000 20010db8 00000000 00000000 00000001 # IFLA_BOND_NS_IP6_TARGET
             1800 1780                                                # IFLA_BOND_AD_INFO
               0600 0100 0100 0000  0a00 0500 000000000001 0000`,
        BE: `0005 0001 01 000000
             0014 8008  0008 0000 c0000201  0008 0001 c0000202
             0018 801f  0014 0000 20010db8 00000000 00000000 00000001
             0018 8017
               0006 0001 0001 0000  000a 0005 000000000001 0000`,
      },
    ],
  ],
  // The attribute numbers of the targets are ignored.
  decodes: [[{ LE: '1400 0800  0800 0100 c0000201  0800 0200 c0000202' }, { arpIpTarget: ['192.0.2.1', '192.0.2.2'] }]],
})

vectors(vxlanAttrs, {
  correct: [
    [
      {
        ...{ id: 42, group: '192.0.2.2', local6: '2001:db8::1', label: 0x55, gbp: true },
        ...{ port: 4789, portRange: { low: 10000, high: 20000 } },
      },
      {
        LE: `0800 0100 2a000000                            # IFLA_VXLAN_ID
             0800 0200 c0000202                            # IFLA_VXLAN_GROUP
             1400 1100 20010db8 00000000 00000000 00000001 # IFLA_VXLAN_LOCAL6
             0800 1a00 00000055                            # IFLA_VXLAN_LABEL
             0400 1700                                     # IFLA_VXLAN_GBP
             0600 0f00 12b5 0000                           # IFLA_VXLAN_PORT
             0800 0a00 2710 4e20                           # IFLA_VXLAN_PORT_RANGE`,
        BE: `0008 0001 0000002a
             0008 0002 c0000202
             0014 0011 20010db8 00000000 00000000 00000001
             0008 001a 00000055
             0004 0017
             0006 000f 12b5 0000
             0008 000a 2710 4e20`,
      },
    ],
    // As in replies, and as in requests
    [{ ttlInherit: 0 }, { LE: '0500 1c00 00 000000', BE: '0005 001c 00 000000' }],
    [{ ttlInherit: 1 }, { LE: '0500 1c00 01 000000', BE: '0005 001c 01 000000' }],
    [{ ttlInherit: true }, { LE: '0400 1c00', BE: '0004 001c' }],
  ],
  errValues: [{ ttlInherit: false }, { ttlInherit: 256 }, { reservedBits: Buffer.alloc(4) }],
  errHex: [{ LE: '0600 1c00 0000 0000' }, { LE: '0800 2100 00000000' }],
})

vectors(macsecAttrs, {
  correct: [
    [
      { sci: 0x0200000000010001n, port: 1, cipherSuite: 0x0080c20001000001n, window: 32 },
      {
        LE: `0c00 0100 0200000000010001           # IFLA_MACSEC_SCI
             0600 0200 0001 0000                  # IFLA_MACSEC_PORT
             0c00 0400 0100000100c28000           # IFLA_MACSEC_CIPHER_SUITE
             0800 0500 20000000                   # IFLA_MACSEC_WINDOW`,
        BE: '000c 0001 0200000000010001  0006 0002 0001 0000  000c 0004 0080c20001000001  0008 0005 00000020',
      },
    ],
  ],
})

vectors(
  vfInfoListAttrs,
  {
    correct: [
      [
        {
          info: [
            {
              vlan: { vf: 0, vlan: 100, qos: 3 },
              vlanList: { info: [{ vf: 0, vlan: 100, qos: 3, vlanProto: 0x88a8 }] },
              stats: { rxPackets: 1n, txDropped: 2n },
            },
            { trust: { vf: 1, setting: 1 }, ibPortGuid: { vf: 1, guid: 7n } },
          ],
        },
        {
          LE: `4800 0180                                        # IFLA_VF_INFO
                 1000 0200 00000000 64000000 03000000           #   IFLA_VF_VLAN
                 1800 0c80                                      #   IFLA_VF_VLAN_LIST
                   1400 0100 00000000 64000000 03000000 88a8 0000 #   IFLA_VF_VLAN_INFO
                 1c00 0880                                      #   IFLA_VF_STATS
                   0c00 0000 0100000000000000                   #     IFLA_VF_STATS_RX_PACKETS
                   0c00 0800 0200000000000000                   #     IFLA_VF_STATS_TX_DROPPED
               2400 0180                                        # IFLA_VF_INFO
                 0c00 0900 01000000 01000000                    #   IFLA_VF_TRUST
                 1400 0b00 01000000 00000000 0700000000000000   #   IFLA_VF_IB_PORT_GUID`,
          BE: `0048 8001
                 0010 0002 00000000 00000064 00000003
                 0018 800c
                   0014 0001 00000000 00000064 00000003 88a8 0000
                 001c 8008
                   000c 0000 0000000000000001
                   000c 0008 0000000000000002
               0024 8001
                 000c 0009 00000001 00000001
                 0014 000b 00000001 00000000 0000000000000007`,
        },
      ],
    ],
    errValues: [{ info: {} }, { info: [{ mac: { vf: 0, mac: Buffer.alloc(6) } }] }],
  },
  'functions of a device',
)

vectors(
  vfPortsAttrs,
  {
    correct: [
      [
        {
          port: [
            {
              ...{ vf: 0, profile: 'p', request: 2, response: 257 },
              vsiType: { vsiMgrId: 1, vsiTypeId: Buffer.of(1, 2, 3), vsiTypeVersion: 4 },
            },
          ],
        },
        {
          LE: `3000 0180                            # IFLA_VF_PORT
                 0800 0100 00000000                 #   IFLA_PORT_VF
                 0600 0200 7000 0000                #   IFLA_PORT_PROFILE
                 0500 0600 02 000000                #   IFLA_PORT_REQUEST
                 0600 0700 0101 0000                #   IFLA_PORT_RESPONSE
                 0c00 0300 01 010203 04 000000      #   IFLA_PORT_VSI_TYPE`,
          BE: `0030 8001
                 0008 0001 00000000
                 0006 0002 7000 0000
                 0005 0006 02 000000
                 0006 0007 0101 0000
                 000c 0003 01 010203 04 000000`,
        },
      ],
    ],
  },
  'profiles of ports',
)

// At most 16 bytes. Missing bytes are zero.
vectors(portAttrs, {
  decodes: [[{ LE: '0800 0400 01020304' }, { instanceUuid: Buffer.from('01020304'.padEnd(32, '0'), 'hex') }]],
  errHex: [{ LE: '1800 0400 0000000000000000000000000000000000000000' }],
})

const head = '00000000 00000000 00000000 00000000'
vectors(
  linkMessage,
  {
    correct: [
      [
        {
          ...{ family: 0, type: 0, index: 0, flags: 0, change: 0 },
          attrs: { devlinkPort: { busName: 'pci', devName: '0', portIndex: 3, index: 9n }, dpllPin: { id: 9 } },
        },
        {
          LE: `${head}
               2400 3e80                            # IFLA_DEVLINK_PORT
                 0800 0100 70636900                 #   DEVLINK_ATTR_BUS_NAME
                 0600 0200 3000 0000                #   DEVLINK_ATTR_DEV_NAME
                 0800 0300 03000000                 #   DEVLINK_ATTR_PORT_INDEX
                 0800 b800 09000000                 #   DEVLINK_ATTR_INDEX
               0c00 4180  0800 0100 09000000        # IFLA_DPLL_PIN: DPLL_A_PIN_ID`,
          BE: `${head}
               0024 803e  0008 0001 70636900  0006 0002 3000 0000  0008 0003 00000003  0008 00b8 00000009
               000c 8041  0008 0001 00000009`,
        },
      ],
    ],
  },
  'handles of a link in other families',
)

/** Never called: its body is for the compiler. */
function compiled(link: LinkMessage): void {
  const { linkinfo } = link.attrs
  if (linkinfo?.kind === 'vlan') {
    linkinfo.data?.id satisfies number | undefined
    linkinfo.data?.egressQos?.mapping?.[0]?.from satisfies number | undefined
    // @ts-expect-error only a bond has it
    linkinfo.data?.miimon
  }
  if (linkinfo?.kind === 'can') linkinfo.xstats?.busOff satisfies number | undefined
  // @ts-expect-error only can has it
  if (linkinfo?.kind === 'gre') linkinfo.xstats?.busOff
  if (linkinfo?.kind === 'gretap') linkinfo.data?.ikey satisfies number | undefined
  if (linkinfo?.kind === 'netkit') linkinfo.data?.peerInfo?.attrs.ifname satisfies string | undefined
  if (linkinfo?.slaveKind === 'bond') linkinfo.slaveData?.adAggregatorId satisfies number | undefined
  if (linkinfo?.kind === 'vxlan' && linkinfo.slaveKind === 'vrf') {
    linkinfo.data?.label satisfies number | undefined
    linkinfo.slaveData?.table satisfies number | undefined
  }
  encode(linkMessage, { attrs: { linkinfo: { kind: 'bond', slaveKind: 'bridge', data: { mode: 4 } } } })
  // @ts-expect-error dummy has no data
  encode(linkMessage, { attrs: { linkinfo: { kind: 'dummy', data: { mode: 4 } } } })
  // @ts-expect-error only macvlan has it
  encode(linkMessage, { attrs: { linkinfo: { kind: 'ipvlan', data: { bcCutoff: 4 } } } })
}

const test = suite('types of link kinds')
test('this file compiles', () => assert.type(compiled, 'function'))
test.run()
