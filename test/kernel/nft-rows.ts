import * as n from '@netloom/netlink/nft'
import { headerRulesets } from './nft-header-rows.js'
import { type RulesetRow, rules } from './nft-ruleset.js'

const inet = { table: 't' } as const
const { ip, ip6, tcp, udp, th, icmp, icmpv6, ct, meta, ether, vlan, not } = n

/** Rulesets that nft and the library make alike. */
export const rulesets: readonly RulesetRow[] = [
  ...headerRulesets,
  rules('extension headers of IPv6', [
    ['exthdr hbh exists', [n.exthdr('hbh')('exists')]],
    ['exthdr mh missing', [n.exthdr('mh')('missing')]],
    ['hbh nexthdr tcp', [n.hbh.nexthdr('tcp')]],
    ['dst hdrlength 2', [n.dst.hdrlength(2)]],
    ['frag id 5', [n.frag.id(5)]],
    ['rt type 0 drop', [n.routing.type(0), n.drop()]],
    ['rt seg-left != 1', [n.routing.segLeft(not(1))]],
    ['mh checksum 7', [n.mh.checksum(7)]],
  ]),
  rules('options of TCP', [
    ['tcp option timestamp exists', [n.tcpOption.timestamp.present('exists')]],
    ['tcp option timestamp tsval 5', [n.tcpOption.timestamp.tsval(5)]],
    ['tcp option timestamp tsecr > 9', [n.tcpOption.timestamp.tsecr(n.gt(9))]],
    ['tcp option window count { 7, 8 }', [n.tcpOption.window(7, 8)]],
    ['tcp option sack left 1', [n.tcpOption.sack.left(1)]],
    ['tcp option mptcp exists', [n.tcpOption.mptcp('exists')]],
    ['tcp option fastopen missing', [n.tcpOption.fastopen('missing')]],
    ['tcp option md5sig exists drop', [n.tcpOption.md5sig('exists'), n.drop()]],
  ]),
  rules('times', [
    ['meta time "2020-06-06 17:00:00"', [meta.time('2020-06-06 17:00')]],
    ['meta time < "2020-06-06 17:00:05"', [meta.time(n.lt('2020-06-06 17:00:05'))]],
    ['meta hour "17:30"', [meta.hour('17:30')]],
    ['meta hour "09:00"-"17:00"', [meta.hour('09:00-17:00')]],
    ['meta hour != "09:00:30"', [meta.hour(not('09:00:30'))]],
    ['meta day "Saturday"', [meta.day('Saturday')]],
    ['meta day { "Sunday", "Saturday" }', [meta.day('Sunday', 'Saturday')]],
  ]),
  rules('operating systems', [
    ['osf name "Linux"', [n.osf.name()('Linux')]],
    ['osf ttl skip version "Linux:3.0"', [n.osf.version({ ttl: 'skip' })('Linux:3.0')]],
    ['osf ttl loose name { "Linux", "Windows" }', [n.osf.name({ ttl: 'loose' })('Linux', 'Windows')]],
  ]),
  rules('source addresses', [
    ['ip saddr 10.1.2.3', [ip.saddr('10.1.2.3')]],
    ['ip saddr 10.0.0.0/8', [ip.saddr('10.0.0.0/8')]],
    ['ip saddr 10.0.0.0/12', [ip.saddr('10.0.0.0/12')]],
    ['ip saddr != 10.1.2.3', [ip.saddr(not('10.1.2.3'))]],
    ['ip saddr 10.0.0.1-10.0.0.9', [ip.saddr('10.0.0.1-10.0.0.9')]],
    ['ip daddr != 10.0.0.0/12', [ip.daddr(not('10.0.0.0/12'))]],
  ]),
  rules('IPv6 addresses', [
    ['ip6 saddr fe80::/10', [ip6.saddr('fe80::/10')]],
    ['ip6 daddr 2001:db8::1', [ip6.daddr('2001:db8::1')]],
    ['ip6 daddr 2001:db8::/32', [ip6.daddr('2001:db8::/32')]],
    ['ip6 nexthdr tcp', [ip6.nexthdr('tcp')]],
    ['ip6 hoplimit 64', [ip6.hoplimit(64)]],
  ]),
  rules('sets of a rule', [
    ['ip saddr { 10.0.0.1, 10.0.0.2 }', [ip.saddr('10.0.0.1', '10.0.0.2')]],
    ['ip saddr { 10.0.0.0/8, 192.168.0.0/16 }', [ip.saddr(['10.0.0.0/8', '192.168.0.0/16'])]],
    ['tcp dport { 22, 80-90 } accept', [tcp.dport(22, '80-90'), n.accept()]],
    ['tcp dport != { 22, 80 } drop', [tcp.dport(not([22, 80])), n.drop()]],
  ]),
  rules('ports', [
    ['tcp dport 443', [tcp.dport(443)]],
    ['tcp sport != 1-1023', [tcp.sport(not('1-1023'))]],
    ['udp dport 53 counter accept', [udp.dport(53), n.counter(), n.accept()]],
    ['udp dport > 1023', [udp.dport(n.gt(1023))]],
    ['th dport 53', [th.dport(53)]],
    ['meta l4proto { tcp, udp } th dport 53', [meta.l4proto('tcp', 'udp'), th.dport(53)]],
  ]),
  rules('ICMP', [
    ['icmp type echo-request', [icmp.type('echo-request')]],
    ['icmp type { echo-request, echo-reply }', [icmp.type('echo-request', 'echo-reply')]],
    ['icmpv6 type nd-router-advert', [icmpv6.type('nd-router-advert')]],
    ['icmp code port-unreachable', [icmp.code('port-unreachable')]],
    ['igmp type membership-query', [n.igmp.type('membership-query')]],
  ]),
  rules('states of connections', [
    ['ct state established,related accept', [ct.state('established', 'related'), n.accept()]],
    ['ct state new', [ct.state('new')]],
    ['ct state != invalid', [ct.state(not('invalid'))]],
    ['ct state { new, established }', [ct.state(['new', 'established'])]],
    ['ct status dnat', [ct.status('dnat')]],
    ['ct direction original', [ct.direction('original')]],
  ]),
  rules('connections', [
    ['ct mark 1', [ct.mark(1)]],
    ['ct mark and 0xff == 5', [ct.mark({ mask: 0xff, value: 5 })]],
    ['ct bytes > 1000', [ct.bytes(n.gt(1000))]],
    ['ct helper "ftp"', [ct.helper('ftp')]],
    ['ct original ip saddr 10.0.0.1', [ct.original.ipSaddr('10.0.0.1')]],
    ['tcp dport 80 ct reply proto-dst 80', [tcp.dport(80), ct.reply.protoDst(80)]],
  ]),
  rules('links', [
    ['iifname "eth0"', [meta.iifname('eth0')]],
    ['iifname "eth*"', [meta.iifname('eth*')]],
    ['oifname { "eth0", "lo" }', [meta.oifname('eth0', 'lo')]],
    ['oifname != "eth0"', [meta.oifname(not('eth0'))]],
    ['iif 1', [meta.iif(1)]],
    ['iifgroup 5', [meta.iifgroup(5)]],
    ['meta iiftype ether', [meta.iiftype('ether')]],
  ]),
  rules('marks', [
    ['meta mark 1', [meta.mark(1)]],
    ['meta mark and 0xff == 1', [meta.mark({ mask: 0xff, value: 1 })]],
    ['meta mark >= 5', [meta.mark(n.gte(5))]],
    ['meta mark 1-5', [meta.mark('1-5')]],
    ['meta mark != 1-5', [meta.mark(not('1-5'))]],
    ['meta mark { 1-5, 7 }', [meta.mark('1-5', 7)]],
    ['meta mark != { 1, 2 }', [meta.mark(not([1, 2]))]],
  ]),
  rules('metadata', [
    ['meta skuid 1000', [meta.skuid(1000)]],
    ['meta pkttype broadcast', [meta.pkttype('broadcast')]],
    ['meta l4proto tcp', [meta.l4proto('tcp')]],
    ['meta nfproto ipv6', [meta.nfproto('ipv6')]],
    ['meta length > 100', [meta.length(n.gt(100))]],
    ['meta cgroup 5', [meta.cgroup(5)]],
    ['meta day "Monday"', [meta.day('Monday')]],
    ['meta cpu 0', [meta.cpu(0)]],
  ]),
  rules('fields of IPv4', [
    ['ip ttl 64', [ip.ttl(64)]],
    ['ip dscp cs1', [ip.dscp('cs1')]],
    ['ip protocol tcp tcp dport 22', [ip.protocol('tcp'), tcp.dport(22)]],
    ['ip length 100', [ip.length(100)]],
    ['ip version 4', [ip.version(4)]],
    ['ip frag-off & 0x1fff != 0', [ip.fragOff(not({ mask: 0x1fff, value: 0 }))]],
    ['ip saddr & 255.255.0.255 == 10.0.0.1', [ip.saddr({ mask: '255.255.0.255', value: '10.0.0.1' })]],
  ]),
  rules('fields of IPv6', [
    ['ip6 dscp cs1', [ip6.dscp('cs1')]],
    ['ip6 flowlabel 5', [ip6.flowlabel(5)]],
    ['ip6 length 100', [ip6.length(100)]],
  ]),
  rules('flags of TCP', [
    ['tcp flags syn', [tcp.flags('syn')]],
    ['tcp flags syn,ack', [tcp.flags('syn', 'ack')]],
    ['tcp flags & (syn|ack) == syn', [tcp.flags({ mask: ['syn', 'ack'], value: 'syn' })]],
    ['tcp flags { syn, ack }', [tcp.flags(['syn', 'ack'])]],
    ['tcp flags != syn', [tcp.flags(not('syn'))]],
    ['tcp window 1000', [tcp.window(1000)]],
    ['tcp option maxseg size 100-200', [n.tcpOption.maxseg('100-200')]],
  ]),
  rules('Ethernet', [
    ['ether saddr 02:00:00:00:00:01', [ether.saddr('02:00:00:00:00:01')]],
    ['ether daddr { 02:00:00:00:00:01, 02:00:00:00:00:02 }', [ether.daddr('02:00:00:00:00:01', '02:00:00:00:00:02')]],
    ['vlan id 5', [vlan.id(5)]],
  ]),
  rules('routing', [
    ['fib daddr type local', [n.fib(['daddr'], 'type')('local')]],
    ['fib daddr . iif type != { local, broadcast }', [n.fib(['daddr', 'iif'], 'type')(not(['local', 'broadcast']))]],
    ['rt ip nexthop 10.0.0.1', [n.rt.ipNexthop('10.0.0.1')]],
  ]),
  // Before 1.1, nft compared four bytes, of which the kernel sets only the first one on all machines.
  {
    ...rules('presence of a route', [
      ['fib saddr . iif check missing', [n.fib(['saddr', 'iif'], 'present')('missing')]],
    ]),
    suites: ['sid'],
  },
  rules('limits', [
    ['limit rate 10/second', [n.limit('10/second')]],
    ['limit rate 10/minute burst 20 packets', [n.limit('10/minute', { burst: 20 })]],
    [
      'limit rate over 10 mbytes/minute burst 5 mbytes',
      [n.limit('10 mbytes/minute', { over: true, burst: '5 mbytes' })],
    ],
    ['quota over 100 mbytes', [n.quota('100 mbytes', { over: true })]],
    ['quota 5000 bytes', [n.quota(5000)]],
    ['quota 10240 mbytes', [n.quota('10 gbytes')]],
    ['ct count over 10', [n.connlimit(10, { over: true })]],
    ['counter', [n.counter()]],
  ]),
  rules('log', [
    ['log', [n.log()]],
    ['log prefix "a: " level info', [n.log({ prefix: 'a: ', level: 'info' })]],
    ['log group 2 snaplen 64', [n.log({ group: 2, snaplen: 64 })]],
    ['log flags all', [n.log({ flags: ['all'] })]],
    ['log flags skuid', [n.log({ flags: ['skuid'] })]],
  ]),
  rules('reject', [
    ['reject', [n.reject()]],
    ['reject with icmp type host-unreachable', [n.reject('icmp host-unreachable')]],
    ['reject with icmpv6 type no-route', [n.reject('icmpv6 no-route')]],
    ['reject with tcp reset', [n.reject('tcp reset')]],
    ['tcp dport 22 reject with tcp reset', [tcp.dport(22), n.reject('tcp reset')]],
    ['reject with icmpx type admin-prohibited', [n.reject('icmpx admin-prohibited')]],
  ]),
  rules(
    'reject in one family',
    [
      ['reject', [n.reject()]],
      ['ip saddr 10.0.0.1 reject', [ip.saddr('10.0.0.1'), n.reject()]],
    ],
    { family: 'ip' },
  ),
  rules('reject in IPv6', [['reject', [n.reject()]]], { family: 'ip6' }),
  rules('verdicts', [
    ['jump other', [n.jump('other')]],
    ['goto other', [n.goto('other')]],
    ['return', [n.return_()]],
    ['continue', [n.continue_()]],
    ['tcp dport vmap { 22 : accept, 80 : jump other }', [tcp.dport.vmap({ 22: n.accept(), 80: n.jump('other') })]],
    [
      'ip saddr vmap { 10.0.0.0/8 : drop, 192.168.0.0/16 : accept }',
      [ip.saddr.vmap({ '10.0.0.0/8': n.drop(), '192.168.0.0/16': n.accept() })],
    ],
  ]),
  rules('changes', [
    ['meta mark set 5', [meta.mark.set(5)]],
    ['meta nftrace set 1', [meta.nftrace.set(1)]],
    ['ct mark set 5', [ct.mark.set(5)]],
    ['ct mark set mark', [ct.mark.set(meta.mark)]],
    ['meta mark set ct mark', [meta.mark.set(ct.mark)]],
    ['ct mark set ct mark or 0x10', [ct.mark.set({ from: ct.mark, or: 0x10 })]],
    ['meta mark set meta mark and 0xff xor 0x10', [meta.mark.set({ from: meta.mark, and: 0xff, xor: 0x10 })]],
    ['meta priority set 1:2', [meta.priority.set('1:2')]],
  ]),
  rules('changes of packets', [
    ['ip daddr set 10.0.0.1', [ip.daddr.set('10.0.0.1')]],
    ['ip ttl set 5', [ip.ttl.set(5)]],
    ['ip dscp set cs1', [ip.dscp.set('cs1')]],
    ['tcp dport set 80', [tcp.dport.set(80)]],
    ['tcp option maxseg size set 1400', [n.tcpOption.maxseg.set(1400)]],
    ['meta mark set tcp dport map { 80 : 1, 81 : 2 }', [meta.mark.set(tcp.dport.map({ 80: 1, 81: 2 }))]],
  ]),
  rules(
    'destination NAT',
    [
      ['dnat ip to 10.0.0.1', [n.dnat('10.0.0.1')]],
      ['tcp dport 80 dnat ip to 10.0.0.1:8080', [tcp.dport(80), n.dnat('10.0.0.1:8080')]],
      ['dnat ip to tcp dport map { 80 : 10.0.0.1 }', [n.dnat(tcp.dport.map({ 80: '10.0.0.1' }))]],
      ['tcp dport 80 dnat ip6 to [2001:db8::1]:80', [tcp.dport(80), n.dnat('[2001:db8::1]:80')]],
      ['redirect', [n.redirect()]],
      ['tcp dport 80 redirect to :8080', [tcp.dport(80), n.redirect(':8080')]],
      ['dnat ip to 10.0.0.1-10.0.0.9', [n.dnat('10.0.0.1-10.0.0.9')]],
      [
        'dnat ip to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }',
        [n.dnat(n.numgen('inc', 2).map({ 0: '10.0.0.1', 1: '10.0.0.2' }))],
      ],
    ],
    { chain: 'prerouting' },
  ),
  rules(
    'source NAT',
    [
      ['masquerade', [n.masquerade()]],
      ['tcp sport 1 masquerade to :1000-2000 random', [tcp.sport(1), n.masquerade(':1000-2000', ['random'])]],
      ['snat ip to 10.0.0.1 persistent', [n.snat('10.0.0.1', { flags: ['persistent'] })]],
      ['oifname "eth0" snat ip6 to 2001:db8::1', [meta.oifname('eth0'), n.snat('2001:db8::1')]],
    ],
    { chain: 'postrouting' },
  ),
  rules('NAT of IPv4', [['dnat to 10.0.0.1', [n.dnat('10.0.0.1')]]], { family: 'ip', chain: 'prerouting' }),
  rules('numbers and hashes', [
    ['numgen inc mod 2 0', [n.numgen('inc', 2)(0)]],
    ['numgen random mod 10 < 3', [n.numgen('random', 10)(n.lt(3))]],
    ['jhash ip saddr mod 4 1', [n.jhash(ip.saddr, 4)(1)]],
    ['symhash mod 2 1', [n.symhash(2)(1)]],
  ]),
  rules('untracked', [
    ['notrack', [n.notrack()]],
    ['meta l4proto udp notrack', [meta.l4proto('udp'), n.notrack()]],
  ]),
  rules(
    'named sets',
    [
      ['ip saddr @s', [ip.saddr('@s')]],
      ['ip saddr != @s drop', [ip.saddr(not('@s')), n.drop()]],
      ['ip saddr . tcp dport @c', [n.concat(ip.saddr, tcp.dport)('@c')]],
      ['meta mark @m', [meta.mark('@m')]],
      ['iifname @i', [meta.iifname('@i')]],
    ],
    {
      before: [
        `set s { type ipv4_addr; flags interval; comment "private"; elements = { 10.0.0.0/8, 192.168.1.1-192.168.1.9, 1.2.3.4 } }
         set c { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 80, 10.0.0.2 . 81 } }
         set m { type mark; flags interval; elements = { 1-5, 9 } }
         set i { type ifname; elements = { "eth0", "lo" } }`,
        (t) => {
          t.addSet({ ...inet, name: 's', type: 'ipv4_addr', flags: ['interval'], comment: 'private' })
          t.addElements({ ...inet, set: 's', elements: ['10.0.0.0/8', '192.168.1.1-192.168.1.9', '1.2.3.4'] })
          const elements = [
            ['10.0.0.1', 80],
            ['10.0.0.2', 81],
          ] as const
          t.addSet({ ...inet, name: 'c', type: ['ipv4_addr', 'inet_service'], elements })
          t.addSet({ ...inet, name: 'm', type: 'mark', flags: ['interval'], elements: ['1-5', 9] })
          t.addSet({ ...inet, name: 'i', type: 'ifname', elements: ['eth0', 'lo'] })
        },
      ],
    },
  ),
  rules(
    'concatenations with intervals',
    [
      ['ip saddr . tcp dport @ci', [n.concat(ip.saddr, tcp.dport)('@ci')]],
      [
        'ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.2 . 81 }',
        [n.concat(ip.saddr, tcp.dport)(['10.0.0.1', 80], ['10.0.0.2', 81])],
      ],
      ['ip saddr . meta mark { 10.0.0.1 . 1-5 }', [n.concat(ip.saddr, meta.mark)(['10.0.0.1', '1-5'])]],
      ['iifname . ip saddr { "eth0" . 10.0.0.1 }', [n.concat(meta.iifname, ip.saddr)(['eth0', '10.0.0.1'])]],
    ],
    {
      before: [
        'set ci { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 80-90, 192.168.0.0/16 . 22 } }',
        (t) =>
          t.addSet({
            ...{ ...inet, name: 'ci', type: ['ipv4_addr', 'inet_service'], flags: ['interval'] },
            elements: [
              ['10.0.0.0/8', '80-90'],
              ['192.168.0.0/16', 22],
            ],
          }),
      ],
    },
  ),
  rules(
    'sets that rules change',
    [
      ['add @d { ip saddr timeout 30s }', [n.add('@d', ip.saddr, { timeout: '30s' })]],
      [
        'update @d { ip saddr limit rate 10/second }',
        [n.update('@d', ip.saddr, { statements: [n.limit('10/second')] })],
      ],
      [
        'update @p { ip saddr . tcp dport counter }',
        [n.update('@p', n.concat(ip.saddr, tcp.dport), { statements: [n.counter()] })],
      ],
      ['delete @d { ip saddr }', [n.remove('@d', ip.saddr)]],
      [
        'add @l { ip saddr ct count over 5 } drop',
        [n.add('@l', ip.saddr, { statements: [n.connlimit(5, { over: true })] }), n.drop()],
      ],
    ],
    {
      before: [
        `set d { type ipv4_addr; flags dynamic, timeout; timeout 1m; size 1000; }
         set p { type ipv4_addr . inet_service; flags dynamic; size 500; }
         set l { type ipv4_addr; flags dynamic; size 500; }`,
        (t) => {
          t.addSet({ ...inet, name: 'd', type: 'ipv4_addr', flags: ['dynamic', 'timeout'], timeout: '1m', size: 1000 })
          t.addSet({ ...inet, name: 'p', type: ['ipv4_addr', 'inet_service'], flags: ['dynamic'], size: 500 })
          t.addSet({ ...inet, name: 'l', type: 'ipv4_addr', flags: ['dynamic'], size: 500 })
        },
      ],
    },
  ),
  rules(
    'maps',
    [
      ['meta mark vmap @v', [meta.mark.vmap('@v')]],
      ['meta mark set tcp dport map @k', [meta.mark.set(tcp.dport.map('@k'))]],
      ['ip daddr . tcp dport vmap @cv', [n.concat(ip.daddr, tcp.dport).vmap('@cv')]],
    ],
    {
      before: [
        `map v { type mark : verdict; elements = { 1 : accept, 2 : jump other } }
         map k { type inet_service : mark; elements = { 80 : 1, 81 : 2 } }
         map cv { type ipv4_addr . inet_service : verdict; elements = { 10.0.0.1 . 80 : drop } }`,
        (t) => {
          const verdicts = [
            { key: 1, data: n.accept() },
            { key: 2, data: n.jump('other') },
          ]
          t.addChain({ table: 't', name: 'other' })
          t.addMap({ ...inet, name: 'v', type: 'mark', data: 'verdict', elements: verdicts })
          const marks = [
            { key: 80, data: 1 },
            { key: 81, data: 2 },
          ]
          t.addMap({ ...inet, name: 'k', type: 'inet_service', data: 'mark', elements: marks })
          const elements = [{ key: ['10.0.0.1', 80], data: n.drop() }]
          t.addMap({ ...inet, name: 'cv', type: ['ipv4_addr', 'inet_service'], data: 'verdict', elements })
        },
      ],
    },
  ),
  rules(
    'NAT with maps',
    [
      ['dnat ip to tcp dport map @m', [n.dnat(tcp.dport.map('@m'))]],
      ['dnat ip to tcp dport map @pm', [n.dnat(tcp.dport.map('@pm'), { withPort: true })]],
    ],
    {
      chain: 'prerouting',
      before: [
        `map m { type inet_service : ipv4_addr; elements = { 80 : 10.0.0.1 } }
         map pm { type inet_service : ipv4_addr . inet_service; elements = { 80 : 10.0.0.1 . 8080 } }`,
        (t) => {
          t.addMap({
            ...inet,
            name: 'm',
            type: 'inet_service',
            data: 'ipv4_addr',
            elements: [{ key: 80, data: '10.0.0.1' }],
          })
          const elements = [{ key: 80, data: ['10.0.0.1', 8080] }]
          t.addMap({ ...inet, name: 'pm', type: 'inet_service', data: ['ipv4_addr', 'inet_service'], elements })
        },
      ],
    },
  ),
  rules(
    'objects',
    [
      ['counter name "cc"', [n.counter('cc')]],
      ['quota name "q" drop', [n.quota({ name: 'q' }), n.drop()]],
      ['limit name "l" accept', [n.limit({ name: 'l' }), n.accept()]],
      ['counter name ip saddr map @cm', [n.counterOf(ip.saddr, '@cm')]],
    ],
    {
      before: [
        `counter cc { packets 1 bytes 2 }
         quota q { over 10 mbytes }
         limit l { rate 10/second }
         map cm { type ipv4_addr : counter; elements = { 10.0.0.1 : "cc" } }`,
        (t) => {
          t.addCounter({ ...inet, name: 'cc', packets: 1, bytes: 2 })
          t.addQuota({ ...inet, name: 'q', bytes: '10 mbytes', over: true })
          t.addLimit({ ...inet, name: 'l', rate: '10/second' })
          t.addMap({
            ...inet,
            name: 'cm',
            type: 'ipv4_addr',
            data: 'counter',
            elements: [{ key: '10.0.0.1', data: 'cc' }],
          })
        },
      ],
    },
  ),
  rules('elements with comments, timeouts and counters', [], {
    before: [
      `set tt { type ipv4_addr; flags timeout; elements = { 10.0.0.1 comment "first", 10.0.0.2 } }
       set cs { type ipv4_addr; counter; elements = { 10.0.0.1 } }
       set am { type inet_service; flags interval; auto-merge; elements = { 80-90, 100 } }
       set ca { type ipv4_addr; elements = { 10.0.0.1, * } }
       set pm { type ipv4_addr; policy memory; gc-interval 10s; timeout 1h; }`,
      (t) => {
        const commented = [{ key: '10.0.0.1', comment: 'first' }, '10.0.0.2']
        t.addSet({ ...inet, name: 'tt', type: 'ipv4_addr', flags: ['timeout'], elements: commented })
        t.addSet({ ...inet, name: 'cs', type: 'ipv4_addr', statements: [n.counter()], elements: ['10.0.0.1'] })
        const interval = { type: 'inet_service', flags: ['interval'], autoMerge: true } as const
        t.addSet({ ...inet, name: 'am', ...interval, elements: ['80-90', 100] })
        t.addSet({ ...inet, name: 'ca', type: 'ipv4_addr', elements: ['10.0.0.1', '*'] })
        t.addSet({ ...inet, name: 'pm', type: 'ipv4_addr', policy: 'memory', gcInterval: '10s', timeout: '1h' })
      },
    ],
  }),
  rules(
    'the bridge family',
    [
      ['ip saddr 10.0.0.1', [ip.saddr('10.0.0.1')]],
      ['tcp dport 22', [tcp.dport(22)]],
      ['ether saddr 02:00:00:00:00:01', [ether.saddr('02:00:00:00:00:01')]],
      ['vlan id 5', [vlan.id(5)]],
      ['ether type arp', [ether.type('arp')]],
    ],
    { family: 'bridge', chain: 'forward' },
  ),
  rules(
    'the netdev family',
    [
      ['ip saddr 10.0.0.1', [ip.saddr('10.0.0.1')]],
      ['udp dport 53', [udp.dport(53)]],
      ['ether saddr 02:00:00:00:00:01', [ether.saddr('02:00:00:00:00:01')]],
      ['meta protocol ip6 drop', [meta.protocol('ip6'), n.drop()]],
    ],
    { family: 'netdev', chain: 'netdev' },
  ),
  rules(
    'the arp family',
    [
      ['arp operation request', [n.arp.operation('request')]],
      ['arp saddr ip 10.0.0.1', [n.arp.saddrIp('10.0.0.1')]],
    ],
    { family: 'arp' },
  ),
  rules(
    'the ip family',
    [
      ['ip saddr 10.0.0.1 tcp dport 22', [ip.saddr('10.0.0.1'), tcp.dport(22)]],
      ['icmp type echo-request', [icmp.type('echo-request')]],
      ['ether daddr 02:00:00:00:00:01', [ether.daddr('02:00:00:00:00:01')]],
      ['ip protocol { tcp, udp } th dport 53', [ip.protocol('tcp', 'udp'), th.dport(53)]],
    ],
    { family: 'ip' },
  ),
  rules(
    'the ip6 family',
    [
      ['ip6 saddr fe80::/64', [ip6.saddr('fe80::/64')]],
      ['icmpv6 type echo-request', [icmpv6.type('echo-request')]],
      ['tcp dport 22 reject with icmpv6 type no-route', [tcp.dport(22), n.reject('icmpv6 no-route')]],
    ],
    { family: 'ip6' },
  ),
  rules('labels of connections', [
    ['ct label 5', [ct.label(5)]],
    ['ct label != 5', [ct.label(not(5))]],
    ['ct label set 7', [ct.label.set(7)]],
  ]),
  rules('sockets', [
    ['socket transparent 1', [n.socket.transparent(1)]],
    ['socket mark 5', [n.socket.mark(5)]],
    ['socket wildcard 0', [n.socket.wildcard(0)]],
  ]),
  rules(
    'transparent proxies',
    [
      ['tcp dport 80 tproxy ip to 127.0.0.1:8080', [tcp.dport(80), n.tproxy('127.0.0.1:8080')]],
      ['tcp dport 81 tproxy ip6 to [::1]:8080', [tcp.dport(81), n.tproxy('[::1]:8080')]],
      ['tcp dport 82 tproxy to :8080', [tcp.dport(82), n.tproxy(':8080')]],
    ],
    { chain: 'mangle' },
  ),
  rules('a transparent proxy of IPv4', [['tcp dport 80 tproxy to 127.0.0.1', [tcp.dport(80), n.tproxy('127.0.0.1')]]], {
    ...{ family: 'ip', chain: 'mangle' },
  }),
  rules(
    'SYN proxies',
    [
      [
        'tcp dport 80 synproxy mss 1460 wscale 7 timestamp sack-perm',
        [tcp.dport(80), n.synproxy({ mss: 1460, wscale: 7, timestamp: true, sackPerm: true })],
      ],
      ['tcp dport 81 synproxy name "sp"', [tcp.dport(81), n.synproxy({ name: 'sp' })]],
    ],
    {
      before: [
        'synproxy sp { mss 1400; wscale 5; timestamp\n }',
        (t) => t.addSynproxy({ ...inet, name: 'sp', mss: 1400, wscale: 5, timestamp: true }),
      ],
    },
  ),
  rules(
    'objects for connections',
    [
      ['tcp dport 21 ct helper set "h"', [tcp.dport(21), n.setHelper('h')]],
      ['tcp dport 80 ct timeout set "ti"', [tcp.dport(80), n.setTimeouts('ti')]],
      ['tcp dport 81 ct expectation set "e"', [tcp.dport(81), n.setExpectation('e')]],
    ],
    {
      before: [
        `ct helper h { type "ftp" protocol tcp; l3proto ip; }
         ct helper both { type "ftp" protocol tcp; }
         ct timeout ti { protocol tcp; l3proto ip; policy = { established : 100, close : 20 }\n }
         ct timeout tu { protocol udp; l3proto ip; policy = { unreplied : 20, replied : 50 }\n }
         ct expectation e { protocol tcp; dport 9876; timeout 1m; size 12; l3proto ip; }
         quota qu { 10 mbytes used 3 mbytes\n }`,
        (t) => {
          t.addCtHelper({ ...inet, name: 'h', helper: 'ftp', protocol: 'tcp', network: 'ip' })
          t.addCtHelper({ ...inet, name: 'both', helper: 'ftp', protocol: 'tcp' })
          const timeouts = { established: '1m40s', close: 20_000 } as const
          t.addCtTimeout({ ...inet, name: 'ti', protocol: 'tcp', network: 'ip', timeouts })
          const udpTimeouts = { unreplied: '20s', replied: '50s' } as const
          t.addCtTimeout({ ...inet, name: 'tu', protocol: 'udp', network: 'ip', timeouts: udpTimeouts })
          t.addCtExpectation({
            ...{ ...inet, name: 'e', protocol: 'tcp', network: 'ip' },
            ...{ dport: 9876, timeout: '1m', size: 12 },
          })
          t.addQuota({ ...inet, name: 'qu', bytes: '10 mbytes', used: '3 mbytes' })
        },
      ],
    },
  ),
  rules(
    'NAT of prefixes',
    [
      ['dnat ip prefix to 10.0.0.0/24', [n.dnat('10.0.0.0/24')]],
      ['dnat ip6 prefix to 2001:db8::/64', [n.dnat('2001:db8::/64')]],
    ],
    { chain: 'prerouting' },
  ),
  rules(
    'copies of packets',
    [
      ['dup to 10.0.0.1', [n.dup({ to: '10.0.0.1' })]],
      ['dup to 10.0.0.1 device "lo"', [n.dup({ to: '10.0.0.1', dev: 1 })]],
    ],
    { family: 'ip', chain: 'mangle' },
  ),
  rules(
    'copies and forwarding in the netdev family',
    [
      ['dup to "lo"', [n.dup({ dev: 1 })]],
      ['fwd to "lo"', [n.fwd({ dev: 1 })]],
      ['fwd ip to 10.0.0.1 device "lo"', [n.fwd({ dev: 1, to: '10.0.0.1' })]],
    ],
    { family: 'netdev', chain: 'netdev' },
  ),
  // nft creates the set of a meter, and prints the meter as an update of it. Debian 12's nft prints both differently.
  {
    ...rules(
      'meters',
      [
        [
          'meter m size 100 { ip saddr timeout 10s limit rate 10/second }',
          [n.update('@m', ip.saddr, { timeout: '10s', statements: [n.limit('10/second')] })],
        ],
      ],
      {
        before: [
          '',
          (t) => t.addSet({ ...inet, name: 'm', type: 'ipv4_addr', flags: ['dynamic', 'timeout'], size: 100 }),
        ],
      },
    ),
    suites: ['sid'],
  },
  { ...rules('the last packet', [['tcp dport 22 last', [tcp.dport(22), n.last()]]]), suites: ['sid'] },
  {
    ...rules('queues', [
      ['queue to 3', [n.queue(3)]],
      [
        'tcp dport 80 queue flags bypass,fanout to 1-3',
        [tcp.dport(80), n.queue([1, 3], { bypass: true, fanout: true })],
      ],
    ]),
    needs: 'queues',
  },
  {
    ...rules('flow tables', [['meta l4proto tcp flow add @f', [meta.l4proto('tcp'), n.flowAdd('f')]]], {
      chain: 'forward',
      before: [
        'flowtable f { hook ingress priority filter; devices = { lo }; }',
        (t) => t.addFlowtable({ ...inet, name: 'f', devices: ['lo'] }),
      ],
    }),
    needs: 'flowtables',
  },
  {
    name: 'chains, comments and the order of rules',
    nft: `table inet t {
      comment "ours"
      chain p { type filter hook prerouting priority raw + 5; policy accept; comment "first"; }
      chain i { type filter hook input priority filter - 5; policy drop; }
      chain o { type route hook output priority mangle; }
      chain r { tcp dport 1 comment "one"; tcp dport 2 comment "two"; tcp dport 3; }
      chain in { type filter hook ingress device "lo" priority 0; }
    }`,
    build(t) {
      const of = (name: string) => ({ table: 't', name })
      t.addTable({ name: 't', comment: 'ours' })
      t.addChain({ ...of('p'), hook: 'prerouting', priority: 'raw + 5', policy: 'accept', comment: 'first' })
      t.addChain({ ...of('i'), hook: 'input', priority: 'filter - 5', policy: 'drop' })
      t.addChain({ ...of('o'), type: 'route', hook: 'output', priority: 'mangle' })
      t.addChain(of('r'))
      t.addChain({ ...of('in'), hook: 'ingress', priority: 0, devices: ['lo'] })
      t.addRule({ table: 't', chain: 'r', rule: [tcp.dport(2)], comment: 'two' })
      t.insertRule({ table: 't', chain: 'r', rule: [tcp.dport(1)], comment: 'one' })
      t.addRule({ table: 't', chain: 'r', rule: [tcp.dport(3)] })
    },
  },
]
