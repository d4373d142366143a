import { decode } from '@netloom/netlink/codec'
import { cacheReportMessage, inetAttrs, linkMessage, RTNL_FAMILY, routeMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

/** Attributes whose format depends on the address family in the header. */

const header = (family: number, index: number) => ({ family, type: 0, index, flags: 0, change: 0 })

vectors(linkMessage, {
  correct: [
    // ip link set (index 4) addrgenmode none
    [
      { ...header(0, 4), attrs: { afSpec: { inet6: { addrGenMode: 1 } } } },
      {
        LE: '00 00 0000 04000000 00000000 00000000  1000 1a80  0c00 0a80  0500 0800 01 000000',
        BE: '00 00 0000 00000004 00000000 00000000  0010 801a  000c 800a  0005 0008 01 000000',
      },
    ],
    // ip token set ::5 dev (index 4)
    [
      { ...header(0, 4), attrs: { afSpec: { inet6: { token: '::5' } } } },
      {
        LE: '00 00 0000 04000000 00000000 00000000  1c00 1a80  1800 0a80  1400 0700 00000000 00000000 00000000 00000005',
      },
    ],
    // mctp link set dev (index 4) network 8
    [
      { ...header(0, 4), attrs: { afSpec: { mctp: { net: 8, physBinding: 1 } } } },
      {
        LE: '00 00 0000 04000000 00000000 00000000  1800 1a80  1400 2d80  0800 0100 08000000  0500 0200 01 000000',
      },
    ],
    // IPv6 settings of a link, as RTM_NEWLINK of AF_INET6 reports them
    [
      {
        ...header(10, 4),
        attrs: {
          protinfo: {
            flags: 0x80000000,
            cacheinfo: { maxReasmLen: 65535, tstamp: 77, reachableTime: 30000, retransTime: 1000 },
            conf: [0, 64, 1500, -1],
            stats: [2n, 5n],
            icmp6stats: [1n],
            addrGenMode: 0,
          },
        },
      },
      {
        LE: `0a 00 0000 04000000 00000000 00000000  5c00 0c80
          0800 0100 00000080                             # IFLA_INET6_FLAGS
          1400 0500 ffff0000 4d000000 30750000 e8030000  # IFLA_INET6_CACHEINFO
          1400 0200 00000000 40000000 dc050000 ffffffff  # IFLA_INET6_CONF
          1400 0300 0200000000000000 0500000000000000    # IFLA_INET6_STATS
          0c00 0600 0100000000000000                     # IFLA_INET6_ICMP6STATS
          0500 0800 00 000000                            # IFLA_INET6_ADDR_GEN_MODE`,
        BE: `0a 00 0000 00000004 00000000 00000000  005c 800c
          0008 0001 80000000
          0014 0005 0000ffff 0000004d 00007530 000003e8
          0014 0002 00000000 00000040 000005dc ffffffff
          0014 0003 0000000000000002 0000000000000005
          000c 0006 0000000000000001
          0005 0008 00 000000`,
      },
    ],
    // A multicast routing table, as RTM_NEWLINK of RTNL_FAMILY_IPMR reports it
    [
      {
        ...header(RTNL_FAMILY.IPMR, 0),
        attrs: {
          afSpec: {
            ...{ id: 253, cacheResQueueLen: 0, mrouteRegVifNum: -1, mrouteDoAssert: 0 },
            vifs: { vif: [{ ifindex: 3, vifId: 0, flags: 8, localAddr: '192.0.2.1' }] },
          },
        },
      },
      {
        LE: `80 00 0000 00000000 00000000 00000000  4c00 1a80
          0800 0100 fd000000  0800 0200 00000000  0800 0300 ffffffff  0500 0400 00 000000
          2800 0680  2400 0180                    # IPMRA_TABLE_VIFS: IPMRA_VIF
            0800 0100 03000000  0800 0200 00000000  0600 0300 0800 0000  0800 0800 c0000201`,
      },
    ],
  ],
  errValues: [
    { family: 10, attrs: { afSpec: { vlanInfo: [{ flags: 0, vid: 1 }] } } },
    { family: 7, attrs: { afSpec: { inet: { conf: [1] } } } },
    { family: 17, attrs: { protinfo: { state: 3 } } },
    { attrs: { afSpec: { inet6: { token: '10.0.0.1' } } } },
  ],
})

vectors(inetAttrs, {
  correct: [
    // All settings in the order of their numbers, as the kernel reports them
    [{ conf: [1, 0, -1] }, { LE: '1000 0100 01000000 00000000 ffffffff', BE: '0010 0001 00000001 00000000 ffffffff' }],
    // Some settings in a request: IPV4_DEVCONF_FORWARDING and _RP_FILTER
    [
      {
        conf: [
          [1, 1],
          [8, 2],
        ],
      },
      {
        LE: '1400 0100  0800 0100 01000000  0800 0800 02000000',
        BE: '0014 0001  0008 0001 00000001  0008 0008 00000002',
      },
    ],
    [{ conf: [] }, { LE: '0400 0100' }],
    // Two settings whose bytes look like an attribute header, except for the attribute number
    [{ conf: [8, 1] }, { LE: '0c00 0100 08000000 01000000' }],
  ],
  errValues: [{ conf: [2 ** 31] }, { conf: [[1, 'x']] }, { conf: 1 }],
  errHex: [{ LE: '0700 0100 010000 00' }],
})

const unresolved = { family: RTNL_FAMILY.IPMR, dstLen: 32, srcLen: 32, tos: 0, table: 253, protocol: 17, scope: 0 }

vectors(routeMessage, {
  decodes: [
    // ip mroute: a route with statistics and a 64-bit time
    [
      {
        LE: `80 20 20 00 fd 11 00 05 00000000
          0800 0f00 fd000000  0800 0200 c0000201  0800 0100 ef010101  0800 0300 03000000
          0c00 0900 0800 00 01 04000000
          1c00 1100 0100000000000000 5400000000000000 0000000000000000
          0c00 1700 e803000000000000`,
      },
      {
        ...{ ...unresolved, type: 5, flags: 0 },
        attrs: {
          ...{ table: 253, src: '192.0.2.1', dst: '239.1.1.1', iif: 3 },
          multipath: [{ flags: 0, hops: 1, ifindex: 4, attrs: {} }],
          mfcStats: { packets: 1n, bytes: 84n, wrongIf: 0n },
          expires: 1000n,
        },
      },
    ],
  ],
  errValues: [
    { family: RTNL_FAMILY.IPMR, attrs: { expires: 1000 } },
    { family: 10, attrs: { expires: 1000n } },
  ],
})

vectors(cacheReportMessage, {
  correct: [
    [
      {
        family: RTNL_FAMILY.IPMR,
        attrs: {
          msgtype: 1,
          vifId: 2,
          srcAddr: '192.0.2.1',
          dstAddr: '239.1.1.1',
          table: 253,
          pkt: Buffer.from('45', 'hex'),
        },
      },
      {
        LE: `80 000000  0500 0100 01 000000  0800 0200 02000000  0800 0300 c0000201  0800 0400 ef010101
          0800 0600 fd000000  0500 0500 45 000000`,
        BE: `80 000000  0005 0001 01 000000  0008 0002 00000002  0008 0003 c0000201  0008 0004 ef010101
          0008 0006 000000fd  0005 0005 45 000000`,
      },
    ],
    [
      {
        family: RTNL_FAMILY.IP6MR,
        attrs: { msgtype: 1, mifId: 2, srcAddr: '2001:db8::1', dstAddr: 'ff05::1' },
      },
      {
        LE: `81 000000  0500 0100 01 000000  0800 0200 02000000
          1400 0300 20010db8 00000000 00000000 00000001  1400 0400 ff050000 00000000 00000000 00000001`,
      },
    ],
  ],
  errValues: [
    { family: RTNL_FAMILY.IP6MR, attrs: { vifId: 2 } },
    { family: RTNL_FAMILY.IPMR, attrs: { srcAddr: 'ff05::1' } },
  ],
})

const test = suite('attributes that depend on the address family')

test('an array of settings that begins like an attribute of 8 bytes is decoded as an array', () => {
  const bytes = Buffer.from('0c00010008000000ffff0100', 'hex')
  assert.equal(decode(inetAttrs, bytes, { order: 'LE' }), { conf: [8, 0x1ffff] })
})

test.run()
