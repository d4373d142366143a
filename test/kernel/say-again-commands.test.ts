import { printable } from '@netloom/netlink/codec'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import { sayAgain } from '@netloom/netlink/inspect'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { comparable, isSame, recordedRequests, requestOf } from '../support/same-request.js'
import { requestsOf } from '../support/strace-commands.js'

// Runs the commands that requests are printed as, and compares what they send with the requests. Whether the kernel accepts it
// does not matter: a link without a name is `if7`, which iproute2 takes for index 7.

const test = suiteNeeding('requests as commands', 'netns', 'strace')

const noNames = { link: () => undefined, table: () => undefined, protocol: () => undefined }

/** Words and values that some versions of iproute2 do not know, with what these print. */
const newer: readonly (readonly [command: RegExp, complaint: RegExp])[] = [
  [
    / (bclim|coupled_control|actor_port_prio|broadcast_neighbor|(no)?localbypass|mcroute|mst_enabled) /,
    /unknown (option|command)/,
  ],
  [/ fq .* priomap /, /What is "priomap"/],
  [/ (dualpi2|cake_mq) /, /Unknown qdisc/],
  [/ taprio .* (max-sdu|fp) /, /Unknown argument/],
  [/ taprio .* sched-entry [HR] /, /sched-entry/],
  [/ ct .* helper /, /Bad action type helper/],
  [/ flower (.* )?(enc_flags|l2_miss|pfcp_opts) /, /What is/],
  [/ flower (.* )?cfm /, /invalid protocol|What is/],
  [/ flower (.* )?(l2tpv3_sid|spi) /, /Illegal "ip_proto"|What is/],
  [/ hw_stats /, /"hw_stats" is wrong|"weight" is invalid/],
  [/ tcp_usec_ts /, /"features" value not valid/],
  [/ flowlabel /, /rather than "flowlabel"/],
  [/^bridge (mst|vni|mdb get)/, /is unknown/],
  [/ neigh_vlan_suppress /, /Usage/],
  // Families of generic netlink that the kernel may lack.
  [/^ip (l2tp|fou|macsec|mptcp|sr|ioam|tcp_metrics) /, /No such file or directory/],
  // Of tunnels, `ip link set` reads the whole data first.
  [/^ip link set .* type (gre|gretap|erspan) /, /No such device/],
]

const entry = 'setEntryAttrs'

/** Words that some versions of iproute2 ignore, with the paths of the attributes that these versions do not send. */
const ignored: readonly (readonly [command: RegExp, paths: readonly string[]])[] = [
  [
    /^bridge mdb .* (dst|src_vni|filter_mode) /,
    [
      ...[`${entry}.dst`, `${entry}.dstPort`, `${entry}.vni`, `${entry}.srcVni`, `${entry}.ifindex`],
      ...[`${entry}.groupMode`, `${entry}.rtprot`, `${entry}.srcList`],
    ],
  ],
  [
    /^bridge vlan .* (mcast_max_groups|neigh_suppress|msti) /,
    ['entry.0.mcastMaxGroups', 'entry.0.neighSuppress', 'globalOptions.0.msti'],
  ],
]

const isNewer = (command: string, complaint: string) =>
  newer.some(([words, printed]) => words.test(`${command} `) && printed.test(complaint))

/** Returns a value without the parts at these paths, and without what is empty then. */
function without(value: unknown, paths: readonly string[]): unknown {
  const copy = structuredClone(value) as { attrs?: Record<string, unknown> } & Record<string, unknown>
  for (const path of paths) {
    const keys = path.split('.')
    const last = keys.pop() as string
    for (const root of [copy.attrs, copy]) {
      const parent = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], root)
      if (typeof parent !== 'object' || parent === null) continue
      delete (parent as Record<string, unknown>)[last]
      if (keys.length === 1 && root !== undefined && Object.keys(parent).length === 0) delete root[keys[0] as string]
    }
  }
  return copy
}

interface Case {
  readonly title: string
  readonly message: DissectedMessage
}

/** Runs the commands of requests. Returns those that send something else, and the number of those that do not. */
function compare(cases: readonly Case[], families?: ReadonlyMap<number, string>) {
  const said = cases.flatMap(({ title, message }) => {
    const { command, lost = [] } = sayAgain(message, noNames, { secrets: true })
    // A link could be moved into the namespace of an unrelated process.
    return command === undefined || / netns /.test(command) ? [] : [{ title, message, command, lost }]
  })
  const runs = requestsOf(
    said.map(({ command }) => command),
    families,
  )
  const wrong: string[] = []
  let same = 0
  for (const [at, { title, message, command, lost }] of said.entries()) {
    const { requests, complaint } = runs[at]!
    const cut = (one: DissectedMessage, paths = lost) => {
      const found = comparable(one, undefined, true)
      return { ...found, value: without(found.value, paths) }
    }
    const expected = cut(message)
    const unsent = ignored.filter(([words]) => words.test(`${command} `)).flatMap(([, paths]) => paths)
    const withoutIgnored = cut(message, [...lost, ...unsent])
    const sent = requests
      .filter(({ protocol, header }) => protocol === message.protocol && header)
      .map((one) => cut(one))
    if (sent.some((each) => isSame(each, expected))) same += 1
    else if (!isNewer(command, complaint) && !sent.some((each) => isSame(each, withoutIgnored)))
      wrong.push(
        `${title}: ${command}\n  ${complaint}\n  ${JSON.stringify(expected)}\n  ${sent.map((each) => JSON.stringify(each)).join('\n  ')}`,
      )
  }
  return { wrong, same, said }
}

test('the commands of all requests of the captures send them', () => {
  const recorded = recordedRequests().map(({ capture, message }) => ({ title: capture, message }))
  const { wrong, same, said } = compare(recorded)
  assert.is(wrong.join('\n'), '')
  assert.ok(same > 520, `${same} of ${said.length}`)
})

/** Commands whose requests are recorded, and said again: the same command must send the same request. */
const commands = [
  ...[
    'ip link show',
    'ip link show master if3',
    'ip link show type bridge',
    'ip link add name a0 type bridge stp_state 1 priority 7',
  ],
  'ip link add link if3 name a1 address 02:00:00:00:00:01 mtu 1400 txqueuelen 5 numtxqueues 2 type vlan id 7 protocol 802.1ad gvrp on',
  ...[
    'ip link add name a2 type veth peer name a3 mtu 1300',
    'ip link set dev if7 up',
    'ip link set dev if7 down mtu 1400 arp off promisc on',
  ],
  ...[
    'ip link set dev if7 master if3',
    'ip link set dev if7 nomaster',
    'ip link set dev if7 name eth1',
    `ip link set dev if7 alias 'a b'"'"'c'`,
  ],
  ...[
    'ip link set dev if7 addrgenmode none',
    'ip link set dev if7 protodown on',
    'ip link set group 5 up',
    'ip link delete dev if7 type vlan',
  ],
  ...['ip link set dev if7 type bridge_slave cost 7 hairpin on', 'ip link set dev if7 type bond_slave queue_id 3'],
  'ip link add name b0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4 arp_ip_target 10.0.0.1,10.0.0.2',
  'ip link add name x0 type vxlan id 7 remote 10.0.0.2 local 10.0.0.1 dstport 4789 nolearning ttl 5 tos inherit',
  ...[
    'ip link add name g0 type geneve id 5 remote 10.0.0.2 dstport 6081',
    'ip link add link if3 name m0 type macvlan mode bridge',
  ],
  ...[
    'ip link add link if3 name i0 type ipvlan mode l2 private',
    'ip link add name v0 type vrf table 10',
    'ip link add name d0 type dummy',
  ],
  ...[
    'ip link add name t0 type gre remote 10.0.0.2 local 10.0.0.1 key 7 ttl 5',
    'ip link add name t1 type ipip remote 10.0.0.2 local 10.0.0.1',
  ],
  ...[
    'ip link add link if3 name s0 type macsec port 7 encrypt on cipher gcm-aes-256',
    'ip link add name xf0 type xfrm dev if3 if_id 0x7',
  ],
  ...[
    'ip link property add dev if7 altname one altname two',
    'ip link add name h0 type hsr slave1 if3 slave2 if4 supervision 9 version 1',
  ],
  ...[
    'ip address add 10.0.0.1/24 dev if3',
    'ip address add 10.0.0.1 peer 10.0.0.2/32 dev if3 label if3:x',
    'ip address show dev if3',
  ],
  ...[
    'ip address add 2001:db8::1/64 dev if3 nodad home valid_lft 100 preferred_lft 50',
    'ip address replace 10.0.0.1/24 dev if3 metric 7',
  ],
  ...[
    'ip address delete 10.0.0.1/24 dev if3',
    'ip address add 127.0.0.9/8 dev if1',
    'ip address add 10.0.0.9/24 broadcast + dev if3 scope link',
  ],
  ...[
    'ip route add 10.9.0.0/16 via 10.0.0.1',
    'ip route add default via 10.0.0.1 dev if3 metric 5 onlink',
    'ip route del 10.9.0.0/16 metric 5',
  ],
  ...[
    'ip route replace blackhole 10.9.0.0/16 table 700',
    'ip route append 10.9.0.0/16 dev if3 src 10.0.0.1 scope link proto static',
  ],
  'ip route add 10.9.0.0/16 nexthop via 10.0.0.1 dev if3 weight 3 nexthop via inet6 fe80::1 dev if4 onlink',
  ...[
    'ip -6 route add 2001:db8::/32 via fe80::1 dev if3 pref high expires 100',
    'ip route add 10.9.0.0/16 nhid 5',
    'ip route show table 7',
  ],
  'ip route add 10.9.0.0/16 dev if3 mtu lock 1400 advmss 1300 hoplimit 7 rtt 100ms realms 3/4 tos 0x10 congctl reno',
  ...[
    'ip route get 10.9.1.1 mark 7 ipproto tcp dport 80',
    'ip -6 route show',
    'ip route add 10.9.0.0/16 encap mpls 100/200 via 10.0.0.1',
  ],
  ...[
    'ip -f mpls route add 100 as 200 via inet 10.0.0.1',
    'ip rule add from 10.0.0.0/8 table 7 priority 100',
    'ip -6 rule add to 2001:db8::/32 table 7',
  ],
  ...[
    'ip rule add not fwmark 1/3 iif lo prohibit',
    'ip rule add ipproto tcp sport 80 dport 1000-2000 uidrange 0-99 table 8',
    'ip rule show table 7',
  ],
  ...[
    'ip rule delete priority 7',
    'ip rule add goto 500 priority 400',
    'ip rule add l3mdev priority 9',
    'ip rule add table 7 suppress_prefixlength 0',
  ],
  ...[
    'ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev if3',
    'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev if3 nud stale router',
  ],
  ...[
    'ip neigh add proxy 10.0.0.2 dev if3',
    'ip neigh del 10.0.0.2 dev if3',
    'ip neigh get 10.0.0.2 dev if3',
    'ip neigh show dev if3',
  ],
  ...[
    'ip nexthop add id 1 via 10.0.0.2 dev if3',
    'ip nexthop replace id 1 blackhole',
    'ip nexthop add id 3 group 1,5/2',
    'ip nexthop del id 1',
  ],
  ...[
    'ip -6 nexthop add id 4 dev if3',
    'ip nexthop add id 5 group 1/2 type resilient buckets 8 idle_timer 60',
    'ip nexthop show groups',
  ],
  'ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x101 auth-trunc "hmac(sha256)" 0x000102 96 enc "cbc(aes)" 0x0f0e0d mode tunnel reqid 7 replay-window 64 flag esn sel src 10.1.0.0/16 dst 10.2.0.0/16 proto tcp dport 80',
  'ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x102 aead "rfc4106(gcm(aes))" 0x0102030405 128 encap espinudp 4500 4500 0.0.0.0 mark 5 mask 0xff output-mark 3 mask 7 if_id 9 replay-window 32 flag noecn decap-dscp extra-flag oseq-may-wrap',
  'ip xfrm state update src 2001:db8::1 dst 2001:db8::2 proto ah spi 3 auth "hmac(sha1)" 0x0102 limit time-hard 3600 limit byte-soft 1000 tfcpad 64',
  'ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto comp spi 4 comp deflate offload dev lo dir in seq 7',
  ...[
    'ip xfrm state get src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x101 mark 5',
    'ip xfrm state delete dst 192.0.2.2 proto esp spi 0x101',
    'ip xfrm state allocspi src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 5 min 0x100 max 0x200',
    'ip xfrm state flush proto esp',
  ],
  'ip xfrm policy add src 10.1.0.0/16 dst 10.2.0.0/16 proto tcp sport 80 dir out ptype sub priority 100 flag localok icmp if_id 7 mark 1 mask 3 tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 7 level use tmpl proto comp mode transport',
  ...[
    'ip xfrm policy update src 2001:db8:1::/48 dst 2001:db8:2::/48 dev lo dir in action block limit time-soft 60',
    'ip xfrm policy get src 10.1.0.0/16 dst 10.2.0.0/16 dir out',
    'ip xfrm policy delete index 9 dir fwd',
    'ip xfrm policy flush ptype main',
    'ip xfrm policy setdefault in block out accept',
  ],
  ...[
    'bridge fdb add 02:00:00:00:00:01 dev if3 master static',
    'bridge fdb append 00:00:00:00:00:00 dev if3 dst 10.0.0.2 vni 7 port 8472 self',
  ],
  ...[
    'bridge fdb del 02:00:00:00:00:01 dev if3 master',
    'bridge fdb show',
    'bridge vlan add dev if3 vid 5-9',
    'bridge vlan del dev if3 vid 5 self',
  ],
  ...[
    'bridge vlan add dev if3 vid 7 pvid untagged',
    'bridge vlan add dev if3 vid 7 tunnel_info id 70',
    'bridge vlan set dev if3 vid 7 state blocking',
  ],
  ...[
    'bridge vlan global set dev if3 vid 7 mcast_snooping 0',
    'bridge vlan global show',
    'bridge link set dev if3 cost 5 flood off',
  ],
  ...[
    'bridge mdb add dev if3 port if4 grp 239.1.1.1 permanent vid 7',
    'bridge mdb del dev if3 port if4 grp ff15::1',
    'bridge mdb show',
  ],
  ...[
    'tc qdisc add dev lo root handle 1: tbf rate 1mbit burst 32k limit 80k',
    'tc qdisc add dev lo root tbf rate 40gbit burst 1m latency 1ms mpu 64 overhead 4',
    'tc qdisc add dev lo root tbf rate 1mbit burst 3000 latency 50ms peakrate 2mbit mtu 1540',
    'tc qdisc add dev lo root netem delay 10ms 1500us 25% loss 0.3% 25% duplicate 1% corrupt 0.1%',
    'tc qdisc add dev lo root netem delay 64us reorder 25% 50% gap 5 rate 1mbit 20 100 5 limit 77',
    'tc qdisc add dev lo root netem rate 40gbit loss 100% ecn',
    'tc qdisc add dev lo root netem delay 10ms 1ms distribution normal',
    'tc qdisc add dev lo root cake bandwidth 20mbit diffserv4 dual-srchost nat wash ack-filter overhead 18 mpu 64 noatm',
    'tc qdisc add dev lo root cake unlimited besteffort flowblind memlimit 32m fwmark 0xff egress no-split-gso',
    'tc qdisc add dev lo root sfq perturb 10 quantum 1514 limit 100 depth 50 divisor 512 flows 64 headdrop',
    'tc qdisc add dev lo root fq limit 5000 flow_limit 50 maxrate 100mbit buckets 512 nopacing timer_slack 5us horizon 20s',
    'tc qdisc add dev lo root mqprio num_tc 2 map 0 0 1 1 queues 1@0 1@1 hw 1 mode channel shaper bw_rlimit min_rate 1mbit 2mbit',
    'tc qdisc add dev lo root etf clockid CLOCK_TAI delta 300000 deadline_mode offload',
    'tc qdisc add dev lo root cbs idleslope 98688 sendslope -901312 hicredit 153 locredit -1389 offload 1',
    'tc class add dev lo parent 1: classid 1:10 htb rate 2mbit ceil 4mbit burst 15k prio 3 quantum 2000',
    'tc class add dev lo parent 1: classid 1:11 htb rate 40gbit overhead 4 mpu 64',
    'tc class add dev lo parent 7:1 classid 7:2 hfsc rt m1 2mbit d 10ms m2 1mbit ls m2 1mbit ul m2 5mbit',
    'tc filter add dev lo ingress protocol ip pref 5 flower src_ip 10.0.0.0/8 ip_proto tcp dst_port 80 action drop',
    'tc filter add dev lo ingress protocol all flower skip_hw dst_mac 02:00:00:00:00:00/ff:ff:00:00:00:00 classid 1:2',
    'tc filter add dev lo ingress protocol ipv6 flower dst_ip 2001:db8::/32 ip_proto udp src_port 5-9 action pass',
    'tc filter add dev lo ingress protocol ip flower ip_tos 4/0xf ip_ttl 5 action goto chain 7',
    'tc filter add dev lo ingress protocol 802.1Q flower vlan_id 7 vlan_prio 3 action vlan pop pipe action pass',
    'tc filter replace dev lo egress pref 5 matchall skip_sw action vlan push id 7 protocol 802.1ad priority 3',
    'tc filter add dev lo parent 1: protocol ip pref 1 u32 match ip dst 10.0.0.0/8 match ip protocol 6 0xff flowid 1:10',
    'tc filter add dev lo parent 1: protocol ip handle 1: u32 divisor 256',
    'tc filter add dev lo parent 1: protocol ip u32 ht 800: match u32 0x1 0xf at 4 link 1:',
    'tc filter add dev lo parent 1: protocol ip pref 3 handle 0x77/0xff fw classid 1:1 action reclassify',
    'tc filter add dev lo parent 1: protocol ip pref 3 basic classid 1:1 action skbedit mark 7 queue_mapping 3 priority 1:2',
    'tc filter add dev lo parent 1: protocol ip pref 3 route from 5 to 6 classid 1:1',
    'tc filter add dev lo ingress protocol ip matchall action mirred egress redirect dev lo action mirred ingress mirror dev lo',
    'tc filter add dev lo ingress matchall action police rate 1mbit burst 10k mtu 2000 conform-exceed drop/pipe',
    'tc actions add action gact drop index 5 cookie aabbccdd action simple sdata "hello you" index 7',
    'tc actions add action tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 42 dst_port 4789 tos 4 ttl 64 geneve_opts 0102:80:00880022,0103:81:11223344 nocsum index 5',
    'tc actions add action tunnel_key unset pipe index 6',
    'tc actions add action tunnel_key set src_ip 2001:db8::1 dst_ip 2001:db8::2 id 43 vxlan_opts 57',
    'tc actions add action mpls push protocol mpls_uc label 1000 tc 3 ttl 64 bos 1 index 7 action mpls pop protocol ip',
    'tc actions add action ct commit force zone 7 mark 5/255 nat src addr 192.0.2.5-192.0.2.9 port 1000-2000 pipe',
    'tc actions add action ct nat zone 3 action ct clear',
    'tc actions add action sample rate 12 group 4 trunc 128 index 9 action connmark zone 5 pipe index 10',
    'tc actions add action nat egress 192.0.2.0/24 198.51.100.1 pass index 11 action csum ip4h tcp udp index 12',
    'tc actions add action skbmod set dmac 02:00:00:00:00:03 set smac 02:00:00:00:00:04 pipe action skbmod swap mac',
    'tc actions add action pedit munge ip ttl set 9 munge offset 16 u32 set 0xc0000201 pipe index 13',
    'tc qdisc add dev lo root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10Mbit probability 0.02 qevent early_drop block 10',
    'tc qdisc add dev lo root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 harddrop nodrop ecn bandwidth 10Mbit',
    'tc qdisc add dev lo root red limit 400000 avpkt 1000',
    'tc qdisc add dev lo root choke limit 1000 min 83 max 250 burst 100 ecn bandwidth 10mbit probability 0.02',
    'tc qdisc add dev lo root choke limit 1000 bandwidth 100mbit avpkt 500',
    'tc qdisc add dev lo root gred setup vqs 4 default 1 grio ecn limit 60000',
    'tc qdisc add dev lo root gred setup DPs 2 default 0 harddrop',
    'tc qdisc change dev lo root gred vq 1 limit 60000 min 15000 max 25000 avpkt 1000 burst 20 bandwidth 10mbit probability 0.02 prio 2',
    'tc qdisc change dev lo root gred vq 2 limit 60000 min 15000 max 25000 avpkt 1000 burst 20 bandwidth 10mbit ecn harddrop',
    'tc qdisc add dev lo root sfb rehash 500 db 60 limit 1000 max 25 target 20 increment 0.00050 decrement 0.00005 penalty_rate 10 penalty_burst 20',
    'tc qdisc add dev lo root sfb',
    'tc qdisc add dev lo root mq',
    'tc qdisc add dev lo root pfifo_fast',
    'tc qdisc add dev lo root multiq',
    'tc qdisc add dev lo root plug limit 5000',
    'tc qdisc change dev lo root plug block',
    'tc qdisc change dev lo root plug release',
    'tc qdisc change dev lo root plug release_indefinite',
    'tc class change dev lo parent 1: classid 1:1 ets quantum 3000',
    `tc filter add dev lo ingress bpf bytecode '4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0' flowid 1:1`,
    `tc filter add dev lo ingress protocol ip bpf bytecode '1,6 0 0 4294967295' direct-action skip_hw action drop`,
    'tc filter add dev lo ingress protocol ip handle 3 cgroup action pass',
    'tc filter add dev lo ingress protocol ip pref 5 handle 1 flow map key dst and 0xff addend 5 divisor 256 baseclass 1:1',
    'tc filter add dev lo ingress protocol ip handle 1 flow hash keys src,dst,proto,proto-src,proto-dst,nfct-proto-src,rt-classid,sk-uid,vlan-tag,rxhash divisor 1024 perturb 60 rshift 3',
    `tc actions add action bpf bytecode '4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0' pass index 5`,
    'tc actions add action ctinfo dscp 0xfc000000 0x01000000 zone 5',
    'tc actions add action ctinfo dscp 0x3f cpmark 0xff00 zone 5 continue index 7',
    'tc actions add action gate base-time 200000000000 clockid CLOCK_TAI sched-entry open 200000000 -1 8000000 sched-entry close 100000000 -1 -1 index 5',
    'tc actions add action gate cycle-time 1000000 cycle-time-ext 5 clockid CLOCK_TAI priority 7 flags 3 sched-entry open 200000000 3 pass',
    'tc actions add action ife encode type 0xDEAD use mark 12 allow prio dst 02:15:15:15:15:15 src 02:00:00:00:00:01 index 5',
    'tc actions add action ife decode pass',
    'tc actions add action ife encode allow mark allow tcindex use prio 3 pipe',
    'tc actions add action ct commit zone 7 index 5',
    'tc actions add action ct commit label 0102030405060708090a0b0c0d0e0f10/ffff0000000000000000000000000000 mark 5',
    'tc actions add action tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 42 erspan_opts 1:5::',
    'tc actions add action tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 42 erspan_opts 2:0:1:63',
    'tc filter add dev lo ingress protocol 802.1ad flower num_of_vlans 2 vlan_id 5 vlan_ethtype 802.1Q cvlan_id 7 cvlan_prio 3 cvlan_ethtype ip dst_ip 10.0.0.0/8 ip_proto tcp dst_port 80/0xff0 src_port 5-9 tcp_flags 0x2/0x3 ip_ttl 5/0xf',
    'tc filter add dev lo ingress protocol 802.1ad flower vlan_id 5 vlan_ethtype 802.1Q cvlan_id 7 cvlan_prio 3 cvlan_ethtype ip dst_ip 10.0.0.0/8 ip_proto tcp dst_port 80/0xff0 src_port 5-9 tcp_flags 0x2/0x3 ip_ttl 5/0xf',
    'tc filter add dev lo ingress protocol ppp_ses flower pppoe_sid 1234 ppp_proto ip dst_ip 10.0.0.0/8',
    'tc filter add dev lo ingress protocol mpls_uc flower mpls_label 1000 mpls_tc 3 mpls_bos 1 mpls_ttl 9',
    'tc filter add dev lo ingress protocol mpls_uc flower mpls lse depth 1 label 1000 lse depth 2 tc 3 bos 1 ttl 9',
    'tc filter add dev lo ingress protocol ip flower ip_proto icmp type 8/15 code 0',
    'tc filter add dev lo ingress protocol ipv6 flower ip_proto icmpv6 type 135',
    'tc filter add dev lo ingress protocol arp flower arp_op request arp_tip 10.0.0.0/8 arp_sip 10.0.0.1 arp_sha 02:00:00:00:00:01 arp_tha 02:00:00:00:00:02/ff:ff:00:00:00:00',
    'tc filter add dev lo ingress protocol ip flower ip_flags nofrag verbose skip_hw',
    'tc filter add dev lo ingress protocol ip flower enc_dst_ip 192.0.2.1 enc_src_ip 192.0.2.0/24 enc_key_id 7 enc_dst_port 4789 enc_tos 0x10/0xf0 enc_ttl 64 geneve_opts 0102:80:00880022/ffff:ff:ffffffff,0103:81:11223344 ct_state +trk-new+est ct_zone 5/0xff ct_mark 7 ct_label 0102030405060708090a0b0c0d0e0f10',
    'tc filter add dev lo ingress protocol ip flower vxlan_opts 57/0xff',
    'tc filter add dev lo ingress protocol ip flower erspan_opts 1:5::/0xff:0xffffffff::',
    'tc filter add dev lo ingress protocol ip flower erspan_opts 2:0:1:63',
    'tc filter add dev lo ingress protocol ip flower gtp_opts 1:6/ff:ff',
    'tc qdisc add dev lo root red limit 1000000 min 62500 max 187500 avpkt 1500 burst 60 bandwidth 100mbit probability 0.1 qevent mark block 7',
    'tc qdisc replace dev lo parent root handle 100 taprio num_tc 3 map 2 2 1 0 2 2 2 2 2 2 2 2 2 2 2 2 queues 1@0 1@1 2@2 base-time 1528743495910289987 sched-entry S 01 300000 sched-entry S ff 1 clockid CLOCK_TAI cycle-time 100 cycle-time-extension 5 flags 0x1 txtime-delay 200000',
    'tc chain add dev lo ingress chain 9',
    'tc chain add dev lo ingress protocol ip chain 9 flower dst_ip 0.0.0.0/32',
    'tc chain del dev lo ingress chain 9',
  ],
]

test('a command that is recorded and said again sends the same', () => {
  const runs = requestsOf(commands)
  const missing = runs.flatMap(({ requests, complaint }, at) =>
    requests.some((message) => sayAgain(message, noNames).command !== undefined)
      ? []
      : [`${commands[at]}: ${complaint}`],
  )
  assert.equal(missing, [])
  const cases = runs.flatMap(({ requests }, at) =>
    requests.map((message) => ({ title: commands[at] as string, message })),
  )
  const result = compare(cases)
  assert.is(result.wrong.join('\n'), '')
  assert.ok(new Set(result.said.map(({ command }) => command)).size >= 80)
})

/** Kinds and words of iproute2 that are newer than some versions, with the request that version 7.3 sends for them. */
const newest: readonly (readonly [command: string, type: string, value: Readonly<Record<string, unknown>>])[] = [
  [
    'tc qdisc replace dev if7 root dualpi2 limit 100 memlimit 5000 target 20ms tupdate 16ms alpha 0.15625 beta 3.19921875 coupling_factor 2 step_thresh 1ms min_qlen_step 3 overflow drop_enqueue classic_protection 10% l4s_ect no_split_gso',
    'qdisc',
    {
      kind: 'dualpi2',
      options: {
        ...{ limit: 100, memoryLimit: 5000, target: 20000, tupdate: 16000, alpha: 40, beta: 819, coupling: 2 },
        ...{
          stepThreshUs: 1000,
          minQlenStep: 3,
          dropOverload: 0,
          dropEarly: 1,
          cProtection: 10,
          ecnMask: 1,
          splitGso: 0,
        },
      },
    },
  ],
  [
    'tc qdisc replace dev if7 root dualpi2 step_thresh 20p drop_on_overload drop_dequeue any_ect split_gso',
    'qdisc',
    {
      kind: 'dualpi2',
      options: { stepThreshPkts: 20, dropOverload: 1, dropEarly: 0, ecnMask: 3, splitGso: 1 },
    },
  ],
  [
    'tc qdisc replace dev if7 root cake_mq bandwidth 20mbit diffserv4',
    'qdisc',
    { kind: 'cake_mq', options: { autorate: 0, baseRate64: 2500000n, diffservMode: 1 } },
  ],
  [
    'tc qdisc replace dev if7 root taprio base-time 5 sched-entry H 02 300000 sched-entry R ff 1 flags 0x2 max-sdu 0 300 fp E P P',
    'qdisc',
    {
      kind: 'taprio',
      options: {
        ...{ schedBaseTime: 5n, flags: 2 },
        schedEntryList: {
          entry: [
            { cmd: 1, gateMask: 2, interval: 300000 },
            { cmd: 2, gateMask: 255, interval: 1 },
          ],
        },
        tcEntry: [
          { index: 0, maxSdu: 0, fp: 1 },
          { index: 1, maxSdu: 300, fp: 2 },
          { index: 2, fp: 2 },
        ],
      },
    },
  ],
  [
    'tc filter replace dev if7 root protocol ip flower ip_proto 0x73 l2tpv3_sid 77',
    'filter',
    { keyIpProto: 115, keyL2tpv3Sid: 77 },
  ],
  [
    'tc filter replace dev if7 root protocol ip flower ip_proto 0x32 spi 0xabc',
    'filter',
    { keyIpProto: 50, keySpi: 0xabc, keySpiMask: 0xffffffff },
  ],
  [
    'tc filter replace dev if7 root protocol ip flower enc_flags tuncsum/notundf l2_miss 1',
    'filter',
    { keyEncFlags: 4, keyEncFlagsMask: 12, l2Miss: 1 },
  ],
  [
    'tc filter replace dev if7 root protocol 0x8902 flower cfm mdl 5 op 3',
    'filter',
    { keyEthType: 0x8902, keyCfm: { mdLevel: 5, opcode: 3 } },
  ],
  [
    'tc filter replace dev if7 root protocol ip flower pfcp_opts 1:abcdef/ff:ffffffffffffffff',
    'filter',
    {
      keyEncOpts: { pfcp: { type: 1, seid: 0xabcdefn } },
      keyEncOptsMask: { pfcp: { type: 255, seid: 0xffffffffffffffffn } },
    },
  ],
]

/** Returns the request that replaces a qdisc or adds a filter with these options of flower. */
function tcRequest(type: string, { kind, options, ...keys }: Readonly<Record<string, unknown>>): DissectedMessage {
  const header = { ifindex: 7, handle: 0, parent: 0xffffffff, info: 0 }
  if (type === 'qdisc') return requestOf('RTM_NEWQDISC', { ...header, attrs: { kind, options } }, NEW)
  const protocol = (keys.keyEthType as number | undefined) ?? 0x0800
  const info = ((protocol & 0xff) << 8) | (protocol >>> 8)
  return requestOf(
    'RTM_NEWTFILTER',
    { ...header, info, attrs: { kind: 'flower', options: { keyEthType: protocol, flags: 0, ...keys } } },
    NEW,
  )
}

/** NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE and NLM_F_REPLACE */
const NEW = 0x505

test('kinds and keys that some versions of iproute2 lack have their command', () => {
  const cases = newest.map(([title, type, value]) => ({ title, message: tcRequest(type, value) }))
  assert.equal(
    cases.map(({ message }) => sayAgain(message, noNames).command),
    newest.map(([command]) => command),
  )
  assert.is(compare(cases).wrong.join('\n'), '')
})

test('what tc would send in another form has no command', () => {
  const options = (kind: string, value: Readonly<Record<string, unknown>>) =>
    sayAgain(tcRequest('qdisc', { kind, options: value }), noNames).command
  const flower = (keys: Readonly<Record<string, unknown>>) => sayAgain(tcRequest('filter', keys), noNames).command
  const parms = { limit: 400000, qthMin: 30000, qthMax: 90000, wlog: 5, plog: 22, scellLog: 15, flags: 0 }
  const red = { parms, maxP: 85899345, flags: { value: 0, selector: 15 } }
  assert.equal(
    {
      'a table that no bandwidth gives': options('red', { ...red, stab: Buffer.alloc(256, 7) }),
      'no table': options('red', red),
      'a limit that tc computes': options('sfb', { parms: { ...sfbParms, max: 0 } }),
      'queues without a class': options('taprio', { priomap: queues, schedEntryList: {} }),
      'bits that flags of TCP lack': flower({ keyIpProto: 6, keyTcpFlags: 2, keyTcpFlagsMask: 0xffff }),
      'an address of another version': flower({ keyIpv6Dst: '2001:db8::1', keyIpv6DstMask: '::' }),
      'labels in IP': flower({ keyMplsLabel: 1000 }),
      'a flag that is compared with nothing': flower({ keyCtState: 1, keyCtStateMask: 0 }),
      'a source port of the tunnel': flower({ keyEncUdpSrcPort: 7 }),
    },
    {
      'a table that no bandwidth gives': undefined,
      'no table': undefined,
      'a limit that tc computes': undefined,
      'queues without a class': undefined,
      'bits that flags of TCP lack': undefined,
      'an address of another version': undefined,
      'labels in IP': undefined,
      'a flag that is compared with nothing': undefined,
      'a source port of the tunnel': undefined,
    },
  )
})

const sfbParms = {
  ...{ rehashInterval: 600000, warmupTime: 60000, max: 25, binSize: 20, increment: 33, decrement: 3 },
  ...{ limit: 0, penaltyRate: 10, penaltyBurst: 20 },
}
const zeros = Array<number>(14).fill(0)
const queues = {
  numTc: 2,
  prioTcMap: [...zeros, 0, 1],
  hw: 0,
  count: [1, 1, 1, ...zeros.slice(1)],
  offset: [0, 1, ...zeros],
}

test('words are quoted for sh, and commands can be printed', () => {
  const hostile = [
    `a'b`,
    '$(touch x)',
    '`id`',
    'a b;c',
    '-x',
    'a\\b',
    '*',
    'ä€',
    '%s%n',
    'a\u001b[31m\u202e',
    'a\nb',
    '\\101\u0007',
    '',
  ]
  const cases = hostile.map((ifalias) => ({
    title: ifalias,
    message: requestOf('RTM_NEWLINK', { index: 7, attrs: { ifalias } }),
  }))
  const { wrong, same, said } = compare(cases)
  assert.is(wrong.join('\n'), '')
  assert.is(same, hostile.length)
  for (const { command } of said) assert.is(printable(command), command)
  // A shell removes line breaks at the end of what a command prints.
  assert.is(sayAgain(requestOf('RTM_NEWLINK', { index: 7, attrs: { ifalias: 'a\n' } }), noNames).command, undefined)
})

test.run()
