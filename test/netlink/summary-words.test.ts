import { CaptureNames, ConversationLines, Conversations, plainText } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames, captureOf } from '../support/captures.js'

/** Words of the default view: those of ip, bridge, tc and the like, in place of the kernel's constants. */

const test = suite('words of the default view')

/** Returns the lines of a capture by the number of the request, without time and columns. */
function linesOf(capture: string): ReadonlyMap<number, string> {
  const names = new CaptureNames()
  const conversations = new Conversations({ names })
  const lines = new ConversationLines({ names })
  const found = new Map<number, string>()
  for (const datagram of captureOf(capture)) conversations.add(datagram)
  conversations.end()
  for (const line of [...conversations.take()].flatMap((each) => [...lines.lines(each)].map(plainText))) {
    const [, text, number] = /^ *(?:\+[\d.]+ +|└ event +)(.*?)(?: +≈[\d.]+ \w+)? +#(\d+)$/.exec(line) ?? []
    const words = text?.replace(/ {2,}/g, '  ').replace(/ {2}(?:[✓✗].*|event)$/, '')
    if (words !== undefined) found.set(Number(number), words)
  }
  return found
}

const expected: readonly (readonly [capture: string, number: number, text: string])[] = [
  ['02-bond', 38, 'new link  brr  bond  mode balance-rr  packets_per_slave 10'],
  ['02-bond', 57, 'set link  d1  master bab'],
  ['02-bond', 138, 'set link  bab  bond  primary d1'],
  ['02-bond', 172, 'set link  d2  bond_slave  prio 10'],
  ['02-bond', 278, 'set link  blacp  bond  lacp_active on'],
  ['02-bond', 299, 'set link  d1  no master'],
  ['01-macvlan', 42, 'new link  mvs  macvlan  on d0  mode source  macaddr set  02:11:11:11:11:01 02:11:11:11:11:02'],
  ['01-macvlan', 150, 'new fdb  33:33:00:00:00:99  dev mvb  permanent  self'],
  ['01-vlan', 39, 'new link  v20  vlan  on d0  id 20  protocol 802.1ad  reorder_hdr off gvrp on loose_binding on'],
  ['01-vlan', 122, 'new altname  v10  vlan-number-ten vten'],
  ['01-vlan', 206, 'dump links  10 links'],
  ['03-gre', 63, 'new link  mgre  gre  local 192.0.2.1  ikey 99  okey 99'],
  ['03-gre', 65, '+ link  mgre  #18  gre  mtu 1472  down  192.0.2.1'],
  [
    ...(['03-vxlan', 26] as const),
    'new link  vx2  vxlan  id 43  group 239.1.1.1  dev d0  ttl inherit  tos inherit  df inherit  dstport 4790  learning  noudpcsum  gbp',
  ],
  ['03-vxlan', 235, 'new fdb  02:00:00:00:00:03  dev vx1  nhid 10  permanent  self'],
  [
    ...(['03-vxlan', 251] as const),
    'new mdb  vx5  239.1.1.1 port vx5  filter_mode exclude  source_list 198.51.100.1,198.51.100.2  proto bgp  dst 192.0.2.33  src_vni 100',
  ],
  ['kinds', 57, 'new link  a1  vxcan  peer a2'],
  ['kinds', 61, 'new link  p1  veth  peer p2  peer numtxqueues 2'],
  ['05-bridge-vlan', 155, 'set bridge port  p1  vid 200 pvid untagged'],
  ['05-bridge-vlan', 248, 'set bridge port  vx0  vid 101-105 tunnel_info id 1001-1005'],
  ['05-bridge-vlan', 337, 'set bridge port  p1  msti 1 state blocking'],
  ['05-bridge-vlan', 110, 'set bridge port  vx0  vlan_tunnel on'],
  ['05-bridge-vlan', 270, 'set vlan  p1  vlans 104  mcast_router 2'],
  ['06-route', 71, 'new route  10.5.0.0/16  via 203.0.113.1  dev d0  onlink'],
  ['06-route', 120, 'replace route  default  via 192.0.2.254  dev d0  proto static'],
  ['06-route', 386, 'delete route  10.2.0.0/16'],
  ['06-route', 380, 'change route  10.3.0.0/16  via 192.0.2.3  mtu 1400'],
  ['06-nexthop', 101, 'new nexthop  102  group 1/2  type resilient  buckets 16  idle_timer 60  unbalanced_timer 300'],
  ['07-neigh', 68, 'new neigh  192.0.2.5  dev d0  managed'],
  ['cni-ADD', 21, 'new route  default  via 10.99.0.1  dev tap0'],
  ['lwtunnel', 3, 'new route  2001:db8:1::/48  encap seg6 mode encap segs 2001:db8::a,2001:db8::b  dev d0'],
  ['lwtunnel', 19, 'new route  2001:db8:3::2/128  encap seg6local action End.X nh6 2001:db8::9  dev d0'],
  ['rule', 3, 'new rule  not  ipproto tcp  sport 80-90  dport 443  uidrange 0-1000  protocol static  lookup 200'],
  ['rule', 5, 'new rule  400  goto 32766'],
  ['rule', 11, 'new rule  1000  l3mdev'],
  ['rule', 33, 'dump rules  inet6  3 rules'],
  ['pyroute2-all', 50, 'dump routes  family 255  15 routes'],
  [
    ...(['xfrm', 1] as const),
    'new xfrm state  192.0.2.1 → 192.0.2.2  proto esp spi 0x101  mode tunnel reqid 7 flag esn sel src 10.1.0.0/16 dst 10.2.0.0/16  auth-trunc hmac(sha256) (secret) 128  enc cbc(aes) (secret)  replay-window 64',
  ],
  [
    ...(['xfrm', 7] as const),
    'new xfrm policy  10.1.0.0/16 → 10.2.0.0/16  dir out  priority 100  tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel reqid 7',
  ],
  ['generic', 64, 'new macsec txsa  m1  sa 0  pn 1  on  key 01000000000000000000000000000000  (secret)'],
  ['08-tc-filter', 20, 'new qdisc  d0  htb  root  1:'],
  ['08-tc-filter', 13, 'new qdisc  d0  clsact'],
  ['08-tc-qdisc1', 67, 'new qdisc  d0  htb  root  1:  r2q 5 default 0x30 direct_qlen 500'],
  ['08-tc-qdisc1', 75, 'new class  d0  htb  parent 1:  1:1  rate 10gbit burst 15360 ceil 40gbit cburst 20480'],
  ['08-tc-qdisc1', 76, '+ class  d0  htb  root  1:1  rate 10gbit burst 15360 ceil 40gbit cburst 20480'],
  [
    '08-tc-qdisc1',
    134,
    '+ qdisc  d5  tbf  root  8005:  rate 1mbit burst 4100 limit 10346 peakrate 2mbit mtu 1604 overhead 4',
  ],
  ['tc', 9, 'new qdisc  veth0  tbf  root  rate 1mbit burst 32768 limit 82768'],
  ['tc-kinds', 17, 'new qdisc  e0  codel  root  limit 100 target 4ms interval 30ms ce_threshold 2ms ecn'],
  ['tc-actions', 1, 'new action  gact  drop index 5'],
  ['tc-actions', 13, 'new action  mirred  egress mirror index 6 dev d0'],
  ['tc-actions', 15, 'new action  police  index 7 rate 1mbit burst 10240 conform-exceed drop'],
  [
    '04-wireguard',
    73,
    'set wireguard device  wg0  peers [publicKey X1lCZdimJ6bFy5g1Jvxc9Zk56zsjjbZHuwk5yvDnlDQ= endpoint 127.0.0.1:51821]',
  ],
  ['09-ethtool-get', 24, 'get ethtool linkstate  eE  → link 1'],
  ['09-ethtool-get', 21, 'get ethtool debug  eE  → msgmask drv,probe,link'],
  [
    'tipc',
    15,
    'tipcv2 bearer enable  udp:U1  bearer.udpOpts.local 192.0.2.1:6118  bearer.udpOpts.remote 228.0.18.103:6118',
  ],
  [
    '10-conntrack',
    38,
    '~ conntrack  tcp 127.0.0.1:35072 → 127.0.0.1:7777  SYN_RECV  status seen_reply|confirmed  timeout 60s',
  ],
  // Tunnels have an IP address as address of the link.
  ['03-gre', 201, 'new neigh  10.9.9.9  dev mgre  at 192.0.2.77  permanent'],
  ['rule', 130, 'get link  ip6tnl0  → #4  ip6tnl  mtu 1452  down  ::'],
  ['01-vlan', 248, 'set link  #7  name v20-5'],
  ['01-vlan', 264, 'set link  group 5  down'],
  // What the kernel reports has its flags, too.
  ['06-route', 72, '+ route  10.5.0.0/16  via 203.0.113.1  dev d0  onlink'],
  ['06-nexthop', 60, '+ nexthop  3  via 203.0.113.1  dev d0  onlink'],
  ['03-vxlan', 220, '+ nexthop  10  group 1/2  fdb'],
  ['06-nexthop', 96, '+ nexthop  100  group 1,10/2,5'],
  [
    '06-nexthop',
    220,
    'get nexthop bucket  id 102  resBucket.index 5  → resBucket.index 5  resBucket.nhId 2  resBucket.idleTime 5.82s',
  ],
  [
    '06-route',
    89,
    '+ route  10.10.0.0/16  dev d0  table 1234567  proto bird  scope link  src 192.0.2.1  metric 30  tos 0x10',
  ],
  ['07-neigh', 369, 'set neigh table  ndisc_cache  thresh1 100  thresh2 500  thresh3 2000  gcInterval 40s'],
  ['07-neigh', 127, '+ neigh  2001:db8::4  dev d0  at 02:00:00:00:00:14  stale  ext_validated'],
  ['rule', 205, 'dump routes  table default  multicast inet  0 routes'],
  ['08-tc-filter', 60, '+ filter  d0  flower  ingress  protocol mpls_uc  pref 15  handle 0x1'],
  ['08-tc-filter', 116, '+ filter  d0  flower  ingress  protocol cfm  pref 25  handle 0x1'],
  ['08-tc-filter', 132, '+ filter  d0  u32  egress  protocol ip  pref 30  handle 800::800'],
  ['08-tc-filter', 143, '+ filter  d0  u32  parent 1:  protocol ip  pref 31  handle 2:6:800'],
  [
    ...(['08-tc-filter', 89] as const),
    'new filter  d0  flower  ingress  protocol ip  pref 20  chain 5  ct_state +trk+est ct_zone 3 ct_mark 0x7/0xff ct_label 0102030405060708090a0b0c0d0e0f10/ffffffffffffffffffffffffffffffff action gact goto chain 6',
  ],
  ['10-nft', 1480, 'dump hooks  hooknum pre_routing  4 hooks'],
  ['10-sockdiag', 14, 'dump inet tcp sockets  states all  18 inet sockets'],
  ['10-sockdiag', 315, '– inet tcp socket  127.0.0.1:41183 → 127.0.0.1:52184  state close'],
  ['xfrm', 28, 'alloc xfrm spi  192.0.2.3 → 192.0.2.1  proto esp  mode transport  min 0x200  max 0x300  sent'],
  [
    ...(['xfrm', 29] as const),
    '+ xfrm state  192.0.2.3 → 192.0.2.1  proto esp spi 0x223  mode transport sel src 192.0.2.3/32 dst 192.0.2.1/32 limit time-hard 30',
  ],
  ['09-nl80211', 332, 'nl80211 trigger scan  wlan0  scanSsids foo  scanFrequencies 2412MHz'],
  ['09-nl80211', 299, 'set nl80211 wiphy  wiphy 0  wiphyTxPowerSetting fixed  wiphyTxPowerLevel 10dBm'],
  ['10-conntrack', 80, 'dump dying conntracks  0 dying conntracks'],
  ['ipset', 11, 'new ipset entry  h  192.0.2.1,tcp:80  comment web'],
  ['ipset', 78, 'rename ipset  b  to c'],
]

for (const capture of new Set(expected.map(([name]) => name)))
  test(`${capture}`, () => {
    const lines = linesOf(capture)
    assert.equal(
      expected.flatMap(([name, number]) => (name === capture ? [[number, lines.get(number)]] : [])),
      expected.flatMap(([name, number, text]) => (name === capture ? [[number, text]] : [])),
    )
  })

/** Names of constants that a line contains although there are words for them. None is known. */
const KERNEL =
  /\b(?:IFLA|RTN|RTPROT|NUD|NTF|TCA|MACVLAN|VXLAN|BOND|TUNNEL|IPPROTO|ETH_P|XFRM|AF|NL80211|NFT|NF)_[A-Z0-9_]+\b/

test('no capture has the name of a constant, or an attribute of the peer of a veth, in the place of a word', () => {
  const wrong = captureNames.flatMap((name) =>
    [...linesOf(name)].flatMap(([number, text]) =>
      KERNEL.test(text.replace(/iproute2 tests.*/, '')) || /\bpeer\.(family|type|index)\b|\bdata\./.test(text)
        ? [`${name} #${number} ${text}`]
        : [],
    ),
  )
  assert.equal(wrong, [])
})

test.run()
