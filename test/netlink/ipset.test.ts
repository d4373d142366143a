import { ipsetElementMessage, ipsetSetMessage } from '../../packages/netlink/dist/netfilter/index.js'
import { vectors } from '../support/vectors.js'

// Requests of ipset 7.17 and messages of Linux 6.18. Numbers have NLA_F_NET_BYTEORDER.

vectors(ipsetSetMessage, {
  correct: [
    // the kernel supports revisions 0 to 6 of hash:ip
    [
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: { protocol: 7, typename: 'hash:ip', family: 2, revision: 6, protocolMin: 0 },
      },
      {
        LE: '02000000 05000100 07000000 0c000300 68617368 3a697000 05000500 02000000 05000400 06000000 05000a00 00000000',
      },
    ],
    // ipset rename
    [
      { family: 2, version: 0, resId: 0, attrs: { protocol: 7, setname: 'r1', typename: 'r2' } },
      { LE: '02000000 05000100 07000000 07000200 72310000 07000300 72320000' },
    ],
  ],
  decodes: [
    // ipset create s1 hash:ip timeout 300 counters comment hashsize 64 maxelem 100
    [
      {
        LE: '02000000 05000100 07000000 07000200 73310000 0c000300 68617368 3a697000 05000400 06000000 05000500 02000000 24000780 08000640 0000012c 08000840 00000018 08001240 00000040 08001340 00000064',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's1',
          typename: 'hash:ip',
          revision: 6,
          family: 2,
          data: { timeout: 300, cadtFlags: 24, hashsize: 64, maxelem: 100 },
        },
      },
    ],
    // ipset list, with the elements
    [
      {
        LE: '02000000 05000100 07000000 07000200 73320000 12000300 68617368 3a6e6574 2c706f72 74000000 05000500 0a000000 05000400 08000000 06000b40 00010000 44000780 08001240 00000400 08001340 00010000 05001500 0c000000 08001140 fbb961d2 08001940 00000000 08001a40 000005a8 08001840 00000002 08000840 00000040 a4000880 50000780 18000180 14000200 20010db8 00000000 00000000 00000000 06000440 00500000 05000300 20000000 05000700 06000000 0c001b40 00000001 000000ff 08001c40 00010002 06001d40 00030000 50000780 18000180 14000200 20010db8 00000000 00000000 00000000 06000440 00510000 05000300 20000000 05000700 06000000 0c001b40 00000001 000000ff 08001c40 00010002 06001d40 00030000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's2',
          typename: 'hash:net,port',
          family: 10,
          revision: 8,
          index: 1,
          data: {
            hashsize: 1024,
            maxelem: 65536,
            bucketsize: 12,
            initval: 4223230418,
            references: 0,
            memsize: 1448,
            elements: 2,
            cadtFlags: 64,
          },
          adt: {
            data: [
              {
                ip: { ipv6: '2001:db8::' },
                port: 80,
                cidr: 32,
                proto: 6,
                skbmark: 4294967551n,
                skbprio: 65538,
                skbqueue: 3,
              },
              {
                ip: { ipv6: '2001:db8::' },
                port: 81,
                cidr: 32,
                proto: 6,
                skbmark: 4294967551n,
                skbprio: 65538,
                skbqueue: 3,
              },
            ],
          },
        },
      },
    ],
    // elements of a bitmap
    [
      {
        LE: '02000000 05000100 07000000 07000200 73350000 12000300 6269746d 61703a69 702c6d61 63000000 05000500 02000000 05000400 03000000 06000b40 00040000 34000780 0c000180 08000100 0a000000 0c000280 08000100 0a0000ff 08001940 00000000 08001a40 00000870 08001840 00000001 20000880 1c000780 0c000180 08000100 0a000007 0a001100 02000000 00010000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's5',
          typename: 'bitmap:ip,mac',
          family: 2,
          revision: 3,
          index: 4,
          data: { ip: { ipv4: '10.0.0.0' }, ipTo: { ipv4: '10.0.0.255' }, references: 0, memsize: 2160, elements: 1 },
          adt: { data: [{ ip: { ipv4: '10.0.0.7' }, ether: '02:00:00:00:00:01' }] },
        },
      },
    ],
    // elements of a list
    [
      {
        LE: '02000000 05000100 07000000 07000200 73340000 0d000300 6c697374 3a736574 00000000 05000500 00000000 05000400 03000000 06000b40 00030000 24000780 08001740 00000008 08001940 00000000 08001a40 000000b0 08001840 00000002 1c000880 0c000780 07001200 73330000 0c000780 07001200 73310000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's4',
          typename: 'list:set',
          family: 0,
          revision: 3,
          index: 3,
          data: { size: 8, references: 0, memsize: 176, elements: 2 },
          adt: { data: [{ name: 's3' }, { name: 's1' }] },
        },
      },
    ],
  ],
})

vectors(ipsetElementMessage, {
  decodes: [
    // ipset add s1 10.0.0.1 timeout 5 packets 1 bytes 2 comment hello
    [
      {
        LE: '02000000 05000100 07000000 07000200 73310000 44000780 0c000180 08000140 0a000001 08000640 00000005 0c001840 00000000 00000002 0c001940 00000000 00000001 0a001a00 68656c6c 6f000000 08000940 00000000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's1',
          data: { ip: { ipv4: '10.0.0.1' }, timeout: 5, bytes: 2n, packets: 1n, comment: 'hello', cadtLineno: 0 },
        },
      },
    ],
    // ipset add s2 2001:db8::/32,tcp:80-81 skbmark 0x1/0xff skbprio 1:2 skbqueue 3
    [
      {
        LE: '02000000 05000100 07000000 07000200 73320000 60000780 18000180 14000240 20010db8 00000000 00000000 00000000 05000300 20000000 06000440 00500000 06000540 00510000 05000700 06000000 0c001b40 00000001 000000ff 08001c40 00010002 06001d40 00030000 08000940 00000000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's2',
          data: {
            ip: { ipv6: '2001:db8::' },
            cidr: 32,
            port: 80,
            portTo: 81,
            proto: 6,
            skbmark: 4294967551n,
            skbprio: 65538,
            skbqueue: 3,
            cadtLineno: 0,
          },
        },
      },
    ],
    // ipset add s4 s3 before s1
    [
      {
        LE: '02000000 05000100 07000000 07000200 73340000 24000780 08000840 00000001 07001200 73330000 07001300 73310000 08000940 00000000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: { protocol: 7, setname: 's4', data: { cadtFlags: 1, name: 's3', nameref: 's1', cadtLineno: 0 } },
      },
    ],
    // ipset restore sends several elements in one message
    [
      {
        LE: '02000000 05000100 07000000 07000200 73310000 44000780 0c000180 08000140 0a000001 08000640 00000005 0c001840 00000000 00000002 0c001940 00000000 00000001 0a001a00 68656c6c 6f000000 08000940 00000000',
      },
      {
        family: 2,
        version: 0,
        resId: 0,
        attrs: {
          protocol: 7,
          setname: 's1',
          data: { ip: { ipv4: '10.0.0.1' }, timeout: 5, bytes: 2n, packets: 1n, comment: 'hello', cadtLineno: 0 },
        },
      },
    ],
  ],
})
