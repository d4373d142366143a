import type { NewIpSet, NewIpSetEntry } from '@netloom/netlink'

type Entry = readonly [words: string, entry: NewIpSetEntry | string]

/** Words of `ipset create`, the set of a call, and entries in both forms. */
export type IpsetRow = readonly [words: string, set: NewIpSet, entries: readonly Entry[]]

/** Entries whose words are the same in both forms. */
const same = (...texts: readonly string[]): Entry[] => texts.map((text) => [text, text])

/** Sets of every type, with each option. `a` and `b` are sets for the list. */
export const ipsetRows: readonly IpsetRow[] = [
  ['hash:ip', { name: 'a', type: 'hash:ip' }, same('10.0.0.1', '10.0.1.0/30', '10.0.2.1-10.0.2.3')],
  ['hash:ip family inet6', { name: 'b', type: 'hash:ip', family: 'inet6' }, same('2001:db8::1')],
  [
    'hash:ip timeout 300 counters comment skbinfo forceadd hashsize 64 maxelem 100 bucketsize 4 netmask 24',
    {
      ...{ name: 'all', type: 'hash:ip', timeout: 300, counters: true, comment: true, skbinfo: true, forceadd: true },
      ...{ hashsize: 64, maxelem: 100, bucketsize: 4, netmask: 24 },
    },
    [
      ['10.1.0.0', '10.1.0.0'],
      ['10.2.0.0 timeout 0', { elem: '10.2.0.0', timeout: 0 }],
      ['10.3.0.0 packets 7 bytes 9', { elem: '10.3.0.0', packets: 7n, bytes: 9n }],
      ['10.4.0.0 comment note', { elem: '10.4.0.0', comment: 'note' }],
      ['10.5.0.0 skbmark 0x1111/0xff00ffff', { elem: '10.5.0.0', skbmark: '0x1111/0xff00ffff' }],
      ['10.6.0.0 skbmark 0x5 skbprio 1:10', { elem: '10.6.0.0', skbmark: '0x5', skbprio: '1:10' }],
      ['10.7.0.0 skbqueue 3 timeout 77', { elem: '10.7.0.0', skbqueue: 3, timeout: 77 }],
    ],
  ],
  ['hash:ip,mac', { name: 'im', type: 'hash:ip,mac' }, same('10.0.0.1,02:00:00:00:00:01')],
  [
    'hash:ip,mark markmask 0xff',
    { name: 'ik', type: 'hash:ip,mark', markmask: 255 },
    same('10.0.0.1,0x63', '10.0.0.2,7'),
  ],
  [
    'hash:ip,port',
    { name: 'ip', type: 'hash:ip,port' },
    same(
      ...['10.0.0.1,80', '10.0.0.1,tcp:81-83', '10.0.0.0/31,udp:53', '10.0.0.1,sctp:5', '10.0.0.1,udplite:6'],
      ...['10.0.0.1,icmp:echo-request', '10.0.0.1,icmp:3/77', '10.0.0.1,200:0'],
    ),
  ],
  [
    'hash:ip,port family inet6',
    { name: 'ip6', type: 'hash:ip,port', family: 'inet6' },
    same('2001:db8::1,tcp:80', '2001:db8::1,icmpv6:echo-reply', '2001:db8::1,icmpv6:1/99'),
  ],
  ['hash:ip,port,ip', { name: 'ipi', type: 'hash:ip,port,ip' }, same('10.0.0.1,tcp:80,10.0.9.1')],
  [
    'hash:ip,port,net',
    { name: 'ipn', type: 'hash:ip,port,net' },
    [
      ['10.0.0.1,udp:53,10.9.0.0/16', '10.0.0.1,udp:53,10.9.0.0/16'],
      ['10.0.0.1,tcp:80,10.9.9.0/24 nomatch', { elem: '10.0.0.1,tcp:80,10.9.9.0/24', nomatch: true }],
    ],
  ],
  ['hash:mac', { name: 'm', type: 'hash:mac' }, same('02:00:00:00:00:01')],
  [
    'hash:net',
    { name: 'n', type: 'hash:net' },
    [
      ...same('10.0.0.0/24', '10.1.0.1', '10.2.0.0-10.2.0.255'),
      ['10.0.0.128/25 nomatch', { elem: '10.0.0.128/25', nomatch: true }],
    ],
  ],
  ['hash:net family inet6', { name: 'n6', type: 'hash:net', family: 'inet6' }, same('2001:db8::/32', '2001:db8:1::1')],
  [
    'hash:net,iface',
    { name: 'ni', type: 'hash:net,iface' },
    [
      ...same('10.0.0.0/24,eth0', '10.0.0.0/24,physdev:eth1', '0.0.0.0/0,eth0'),
      ['10.1.0.0/24,et wildcard', { elem: '10.1.0.0/24,et', wildcard: true }],
      ['10.1.1.0/24,eth0 nomatch', { elem: '10.1.1.0/24,eth0', nomatch: true }],
    ],
  ],
  ['hash:net,net', { name: 'nn', type: 'hash:net,net' }, same('10.0.0.0/24,10.9.0.0/16')],
  ['hash:net,port', { name: 'np', type: 'hash:net,port' }, same('10.0.0.0/24,tcp:80', '10.1.0.0/16,udp:50-52')],
  ['hash:net,port,net', { name: 'npn', type: 'hash:net,port,net' }, same('10.0.0.0/24,tcp:80,10.9.0.0/16')],
  [
    'bitmap:ip range 10.0.0.0/24 netmask 28',
    { name: 'bi', type: 'bitmap:ip', range: '10.0.0.0/24', netmask: 28 },
    same('10.0.0.17', '10.0.0.64-10.0.0.95'),
  ],
  [
    'bitmap:ip,mac range 10.0.0.0-10.0.0.99',
    { name: 'bm', type: 'bitmap:ip,mac', range: '10.0.0.0-10.0.0.99' },
    same('10.0.0.5,02:00:00:00:00:01', '10.0.0.6'),
  ],
  ['bitmap:port range 100-200', { name: 'bp', type: 'bitmap:port', range: '100-200' }, same('110', '120-122')],
  [
    'list:set size 4 timeout 100',
    { name: 'l', type: 'list:set', size: 4, timeout: 100 },
    [
      ['a timeout 70', { elem: 'a', timeout: 70 }],
      ['b before a', { elem: 'b', before: 'a' }],
    ],
  ],
]

/** Options that kernels before 6.3 do not have. */
export const newIpsetRows: readonly IpsetRow[] = [
  [
    'hash:ip bitmask 255.255.0.255',
    { name: 'mask', type: 'hash:ip', bitmask: '255.255.0.255' },
    same('10.1.2.3', '10.1.3.4'),
  ],
]
