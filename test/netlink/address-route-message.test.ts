import { addressMessage, routeMessage } from '@netloom/netlink/route'
import { vectors } from '../support/vectors.js'

vectors(addressMessage, {
  correct: [
    // iproute2: ip addr add 10.1.2.3/24 broadcast + dev (index 6)
    [
      {
        ...{ family: 2, prefixlen: 24, flags: 0, scope: 0, index: 6 },
        attrs: { local: '10.1.2.3', address: '10.1.2.3', broadcast: '10.1.2.255' },
      },
      {
        LE: `02 18 00 00 06000000
          0800 0200 0a010203  # IFA_LOCAL
          0800 0100 0a010203  # IFA_ADDRESS
          0800 0400 0a0102ff  # IFA_BROADCAST`,
        BE: `02 18 00 00 00000006
          0008 0002 0a010203
          0008 0001 0a010203
          0008 0004 0a0102ff`,
      },
    ],
    [
      {
        ...{ family: 10, prefixlen: 64, flags: 0x80, scope: 253, index: 6 },
        attrs: {
          address: 'fe80::1',
          cacheinfo: { prefered: 0xffffffff, valid: 0xffffffff, cstamp: 1, tstamp: 2 },
          flags: 0x280,
          proto: 3,
        },
      },
      {
        LE: `0a 40 80 fd 06000000
          1400 0100 fe800000 00000000 00000000 00000001
          1400 0600 ffffffff ffffffff 01000000 02000000
          0800 0800 80020000
          0500 0b00 03 000000`,
      },
    ],
  ],
  errValues: [{ prefixlen: 256 }, { attrs: { local: '10.0.0.0/8' } }, { attrs: { cacheinfo: { preferred: 1 } } }],
  errHex: [
    ['02180000', 'expected ifaddrmsg (8 bytes), got 4 bytes'],
    [
      { LE: '0218000006000000 0c00 0600 00000000 00000000' },
      'IFA_CACHEINFO: expected ifa_cacheinfo (16 bytes), got 8 bytes',
    ],
  ],
})

const header = { family: 2, dstLen: 24, srcLen: 0, tos: 0, table: 254, protocol: 3, scope: 0, type: 1, flags: 0 }

vectors(routeMessage, {
  correct: [
    // The tap plugin of the CNI project: a default route
    [
      { ...header, dstLen: 0, attrs: { dst: '0.0.0.0', gateway: '10.99.0.1', oif: 7 } },
      { LE: '02 00 00 00 fe 03 00 01 00000000  0800 0100 00000000  0800 0500 0a630001  0800 0400 07000000' },
    ],
    [
      {
        ...header,
        attrs: {
          dst: '10.9.0.0',
          multipath: [
            { flags: 0, hops: 0, ifindex: 6, attrs: { gateway: '10.1.2.4' } },
            { flags: 4, hops: 9, ifindex: 7, attrs: {} },
          ],
          table: 1000,
          metrics: { mtu: 1400, ccAlgo: 'cubic' },
        },
      },
      {
        LE: `02 18 00 00 fe 03 00 01 00000000
          0800 0100 0a090000
          1c00 0900                                     # RTA_MULTIPATH: records, no attributes, no NLA_F_NESTED
            1000 00 00 06000000 0800 0500 0a010204
            0800 04 09 07000000
          0800 0f00 e8030000
          1800 0880  0800 0200 78050000  0a00 1000 637562696300 0000`,
        BE: `02 18 00 00 fe 03 00 01 00000000
          0008 0001 0a090000
          001c 0009
            0010 00 00 00000006 0008 0005 0a010204
            0008 04 09 00000007
          0008 000f 000003e8
          0018 8008  0008 0002 00000578  000a 0010 637562696300 0000`,
      },
    ],
    // Ports are in network order, flowlabel too, although the message is in host order.
    [
      { ...header, attrs: { sport: 80, dport: 443, flowlabel: 0x12345 } },
      { LE: '02180000fe030001 00000000  0600 1c00 0050 0000  0600 1d00 01bb 0000  0800 1f00 00012345' },
    ],
  ],
  decodes: [
    // iproute2: ip route add 10.9.0.0/16 via 10.1.2.1 dev veth0 mtu 1400. The nest has no NLA_F_NESTED.
    [
      {
        LE: `02 10 00 00 fe 03 00 01 00000000
          0800 0100 0a090000        # RTA_DST
          0800 0500 0a010201        # RTA_GATEWAY
          0800 0400 06000000        # RTA_OIF
          0c00 0800                 # RTA_METRICS
            0800 0200 78050000      #   RTAX_MTU`,
      },
      { ...header, dstLen: 16, attrs: { dst: '10.9.0.0', gateway: '10.1.2.1', oif: 6, metrics: { mtu: 1400 } } },
    ],
  ],
  errValues: [
    { attrs: { multipath: [{ len: 8, hops: 300 }] } },
    { attrs: { multipath: [{ attrs: { oif: 5 } }] } },
    { attrs: { dst: '10.0.0.0/8' } },
    { attrs: { metrics: { mtu: '1400' } } },
    { dst: '10.0.0.0' },
  ],
  errHex: [
    [
      { LE: '02180000fe030001 00000000  0c00 0900 0400 0000 06000000' },
      'RTA_MULTIPATH: expected a rtnexthop of 8 to 8 bytes at offset 0, got one that claims 4',
    ],
    [
      { LE: '02180000fe030001 00000000  1400 0900 1000 0000 06000000 0700 0b00 000000 00' },
      'RTA_MULTIPATH > [0] > RTA_FLOW: expected u32 (4 bytes), got 3 bytes',
    ],
    [
      { LE: '02180000fe030001 00000000  0b00 0880 0700 0200 780500' },
      'RTA_METRICS > RTAX_MTU: expected u32 (4 bytes), got 3 bytes',
    ],
  ],
})
