// Commands of tc, and calls that send the same bytes.

/** A command, the operation, and its argument. `dev` is 1, the index of `lo`. */
export type Row = readonly [command: string, call: string, argument: object]

const LO = 1
const q = (words: string, argument: object, call = 'qdisc.add'): Row => [
  `tc qdisc ${call.slice(6)} dev lo ${words}`,
  call,
  { dev: LO, ...argument },
]

const c = (words: string, argument: object, call = 'class.add'): Row => [
  `tc class ${call.slice(6).replace('set', 'change')} dev lo ${words}`,
  call,
  { dev: LO, ...argument },
]

const f = (words: string, argument: object, call = 'filter.add'): Row => [
  `tc filter ${call.slice(7)} dev lo ${words}`,
  call,
  { dev: LO, ...argument },
]
/** A filter matchall of all packets that arrive, with actions. */
const a = (words: string, ...actions: unknown[]): Row =>
  f(`ingress matchall action ${words}`, { parent: 'ingress', kind: 'matchall', actions })

export const rows: readonly Row[] = [
  q('root handle 1: htb', { kind: 'htb', handle: '1:' }),
  q('root handle 1: htb default 10 r2q 20', { kind: 'htb', handle: '1:', options: { default: 0x10, r2q: 20 } }),
  q('root handle 1: htb default 30', { kind: 'htb', handle: '1:', options: { default: '1:30' } }),
  q('root tbf rate 10mbit burst 32kb latency 50ms', {
    kind: 'tbf',
    options: { rate: '10mbit', burst: '32kb', latency: '50ms' },
  }),
  q('root tbf rate 40gbit burst 1mb limit 1mb peakrate 50gbit mtu 2000 overhead 20', {
    kind: 'tbf',
    options: { rate: '40gbit', burst: '1mb', limit: '1mb', peakrate: '50gbit', mtu: 2000, overhead: 20 },
  }),
  q('root tbf rate 128kibit burst 4k/16 limit 10k mpu 64 linklayer atm', {
    kind: 'tbf',
    options: { rate: '128kibit', burst: '4k/16', limit: '10k', mpu: 64, linklayer: 'atm' },
  }),
  q('root netem delay 10ms 2ms 25% loss 0.3% duplicate 1% reorder 25% 50% gap 3 corrupt 0.1% rate 1mbit limit 500', {
    kind: 'netem',
    options: {
      ...{ delay: '10ms', jitter: '2ms', delayCorrelation: '25%', loss: '0.3%', duplicate: '1%', reorder: '25%' },
      ...{ reorderCorrelation: '50%', gap: 3, corrupt: '0.1%', rate: '1mbit', limit: 500 },
    },
  }),
  q('root netem loss gemodel 1% 10% 70% 0.1% ecn', {
    kind: 'netem',
    options: { gemodel: { p: '1%', r: '10%', lossInBad: '70%', lossInGood: '0.1%' }, ecn: true },
  }),
  q('root netem loss state 1% 2% slot 800us 1ms packets 32 bytes 64k', {
    kind: 'netem',
    options: { lossState: { p13: '1%', p31: '2%' }, slot: { min: '800us', max: '1ms', packets: 32, bytes: '64k' } },
  }),
  q('root netem rate 1mbit 20 100 5', {
    kind: 'netem',
    options: { rate: '1mbit', packetOverhead: 20, cellSize: 100, cellOverhead: 5 },
  }),
  q('root netem rate 50gbit delay 10s', { kind: 'netem', options: { rate: '50gbit', delay: '10s' } }),
  q('root netem delay 50ms 10ms distribution normal', {
    kind: 'netem',
    options: { delay: '50ms', jitter: '10ms', distribution: 'normal' },
  }),
  q(
    'root fq_codel limit 1000 flows 512 target 5ms interval 100ms quantum 300 ecn memory_limit 1mb drop_batch 16 ce_threshold 1ms',
    {
      kind: 'fq_codel',
      options: {
        ...{ limit: 1000, flows: 512, target: '5ms', interval: '100ms', quantum: 300, ecn: true },
        ...{ memoryLimit: '1mb', dropBatchSize: 16, ceThreshold: '1ms' },
      },
    },
  ),
  q('root codel limit 100 target 3ms interval 30ms noecn', {
    kind: 'codel',
    options: { limit: 100, target: '3ms', interval: '30ms', ecn: false },
  }),
  q('root pie limit 100 target 20ms tupdate 30ms alpha 2 beta 20 ecn', {
    kind: 'pie',
    options: { limit: 100, target: '20ms', tupdate: '30ms', alpha: 2, beta: 20, ecn: true },
  }),
  q(
    'root fq limit 1000 flow_limit 50 quantum 3000 initial_quantum 20000 maxrate 10mbit nopacing buckets 256 refill_delay 10ms low_rate_threshold 500kbit orphan_mask 1023 timer_slack 10us horizon 5s horizon_cap ce_threshold 2ms',
    {
      kind: 'fq',
      options: {
        ...{ limit: 1000, flowLimit: 50, quantum: 3000, initialQuantum: 20000, maxrate: '10mbit', pacing: false },
        ...{ buckets: 256, flowRefillDelay: '10ms', lowRate: '500kbit', orphanMask: 1023, timerSlack: '10us' },
        ...{ horizon: '5s', horizonDrop: false, ceThreshold: '2ms' },
      },
    },
  ),
  q(
    'root cake bandwidth 10mbit besteffort dual-srchost nat wash ack-filter split-gso rtt 50ms overhead 18 mpu 64 atm memlimit 32mb ingress fwmark 0xff',
    {
      kind: 'cake',
      options: {
        ...{ bandwidth: '10mbit', diffservMode: 'besteffort', flowMode: 'dual_src', nat: true, wash: true },
        ...{ ackFilter: 'filter', splitGso: true, rtt: '50ms', overhead: 18, mpu: 64, atm: 'atm', memory: '32mb' },
        ...{ ingress: true, fwmark: 0xff },
      },
    },
  ),
  q('root prio bands 4 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1', { kind: 'prio', options: { bands: 4 } }),
  q('root mqprio num_tc 2 map 0 0 1 1 queues 1@0 1@1 hw 0', {
    kind: 'mqprio',
    options: { map: [0, 0, 1, 1], queues: [{ offset: 0 }, { offset: 1 }], hw: false },
  }),
  q(
    'root handle 100: taprio num_tc 2 map 0 1 queues 1@0 1@1 base-time 1000 sched-entry S 01 300000 sched-entry S 02 300000 cycle-time 600000 clockid CLOCK_TAI flags 0x1 txtime-delay 200000',
    {
      kind: 'taprio',
      handle: '100:',
      options: {
        ...{ map: [0, 1], queues: [{ offset: 0 }, { offset: 1 }], baseTime: 1000n, cycleTime: 600, flags: 1 },
        ...{ clockid: 'CLOCK_TAI', txtimeDelay: '200us' },
        entries: [
          { gates: 1, interval: '300us' },
          { gates: 2, interval: '300us' },
        ],
      },
    },
  ),
  q('root ets bands 4 strict 2 quanta 1000 2000 priomap 0 1 2 3', {
    kind: 'ets',
    options: { bands: 4, strict: 2, quanta: [1000, 2000], priomap: [0, 1, 2, 3] },
  }),
  q('root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10mbit', {
    kind: 'red',
    options: {
      ...{ limit: 400000, min: 30000, max: 90000, avpkt: 1000, burst: 55 },
      ...{ ecn: true, adaptive: true, bandwidth: '10mbit' },
    },
  }),
  q('root red limit 400000 avpkt 1000', { kind: 'red', options: { limit: 400000, avpkt: 1000 } }),
  q('root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn bandwidth 10mbit probability 0.1 nodrop', {
    kind: 'red',
    options: {
      ...{ limit: 400000, min: 30000, max: 90000, avpkt: 1000, burst: 55 },
      ...{ ecn: true, nodrop: true, bandwidth: '10mbit', probability: '10%' },
    },
  }),
  q('root sfq limit 100 perturb 10 quantum 1514 divisor 1024 depth 50 flows 60 headdrop', {
    kind: 'sfq',
    options: { limit: 100, perturb: 10, quantum: 1514, divisor: 1024, depth: 50, flows: 60, headdrop: true },
  }),
  q('root sfq redflowlimit 100000 min 8000 max 60000 probability 0.2 ecn avpkt 1000', {
    kind: 'sfq',
    options: { redflowlimit: 100000, min: 8000, max: 60000, probability: '20%', ecn: true, avpkt: 1000 },
  }),
  q('root hfsc default 10', { kind: 'hfsc', options: { default: 0x10 } }),
  q('root pfifo limit 100', { kind: 'pfifo', options: { limit: 100 } }),
  q('root drr', { kind: 'drr' }),
  q('clsact', { kind: 'clsact' }),
  q('ingress_block 7 ingress', { kind: 'ingress', ingressBlock: 7 }),
  c('parent 1: classid 1:10 htb rate 10mbit', { handle: '1:10', kind: 'htb', options: { rate: '10mbit' } }),
  c('parent 1:1 classid 1:10 htb rate 10mbit ceil 20mbit burst 15k cburst 30k prio 3 quantum 3000', {
    ...{ handle: '1:10', parent: '1:1', kind: 'htb' },
    options: { rate: '10mbit', ceil: '20mbit', burst: '15k', cburst: '30k', prio: 3, quantum: 3000 },
  }),
  c(
    'parent 1: classid 1:10 htb rate 40gbit mtu 2000 overhead 14 mpu 64 linklayer atm',
    {
      ...{ handle: '1:10', kind: 'htb' },
      options: { rate: '40gbit', mtu: 2000, overhead: 14, mpu: 64, linklayer: 'atm' },
    },
    'class.set',
  ),
  c('parent 1: classid 1:1 hfsc sc rate 1mbit ul rate 2mbit', {
    ...{ handle: '1:1', kind: 'hfsc' },
    options: { sc: { rate: '1mbit' }, ul: { rate: '2mbit' } },
  }),
  c('parent 1: classid 1:1 hfsc rt m1 2mbit d 10ms m2 1mbit ls umax 1500 dmax 20ms rate 1mbit', {
    ...{ handle: '1:1', kind: 'hfsc' },
    options: { rt: { m1: '2mbit', d: '10ms', m2: '1mbit' }, ls: { umax: 1500, dmax: '20ms', rate: '1mbit' } },
  }),
  c('parent 1: classid 1:1 drr', { handle: '1:1', kind: 'drr' }),
  c('parent 1: classid 1:1 drr quantum 1500', { handle: '1:1', kind: 'drr', options: { quantum: 1500 } }),
  c(
    'parent 1: classid 1:1 ets quantum 1500',
    { handle: '1:1', kind: 'ets', options: { quantum: 1500 } },
    'class.replace',
  ),
  f('parent 1: protocol ip prio 10 u32 match ip dst 10.0.0.0/24 match ip dport 443 0xffff flowid 1:10', {
    ...{ parent: '1:', protocol: 'ip', priority: 10, kind: 'u32' },
    options: { match: { ip: { dst: '10.0.0.0/24', dport: 443 } }, classid: '1:10' },
  }),
  f('parent 1: protocol ip prio 10 u32 match ip sport 80 0xffff match ip dport 443 0xffff match ip protocol 6 0xff', {
    ...{ parent: '1:', protocol: 'ip', priority: 10, kind: 'u32' },
    options: { match: { ip: { sport: 80, dport: 443, protocol: 'tcp' } } },
  }),
  f('parent 1: protocol ipv6 prio 10 u32 match ip6 src 2001:db8::/48 match ip6 dport 53 0xffff classid 1:10 skip_hw', {
    ...{ parent: '1:', protocol: 'ipv6', priority: 10, kind: 'u32' },
    options: { match: { ip6: { src: '2001:db8::/48', dport: 53 } }, classid: '1:10', skipHw: true },
  }),
  f('parent 1: protocol ip prio 10 u32 match u32 0x0a000000 0xff000000 at 12 match mark 6 0xff action drop', {
    ...{ parent: '1:', protocol: 'ip', priority: 10, kind: 'u32', actions: ['drop'] },
    options: { match: { u32: [{ at: 12, value: 0x0a000000, mask: 0xff000000 }] }, mark: { value: 6, mask: 0xff } },
  }),
  f('ingress protocol all prio 1 matchall skip_sw action mirred egress redirect dev lo', {
    ...{ parent: 'ingress', priority: 1, kind: 'matchall', options: { skipSw: true } },
    actions: [{ kind: 'mirred', options: { egress: 'redirect', dev: 1 } }],
  }),
  f('egress protocol ip flower ip_proto tcp dst_ip 10.0.0.0/24 dst_port 443 action pass', {
    ...{ parent: 'egress', protocol: 'ip', kind: 'flower', actions: ['pass'] },
    options: { ipProto: 'tcp', dstIp: '10.0.0.0/24', dstPort: 443 },
  }),
  f(
    'ingress protocol 802.1Q flower vlan_id 7 vlan_prio 3 vlan_ethtype ipv6 src_ip 2001:db8::1 ip_proto udp src_port 53 action vlan pop action mirred egress mirror dev lo',
    {
      ...{ parent: 'ingress', protocol: 0x8100, kind: 'flower' },
      options: {
        ...{ vlanId: 7, vlanPrio: 3, vlanEthtype: 'ipv6', srcIp: '2001:db8::1', ipProto: 'udp', srcPort: 53 },
      },
      actions: [
        { kind: 'vlan', options: { action: 'pop' } },
        { kind: 'mirred', options: { egress: 'mirror', dev: 1 } },
      ],
    },
  ),
  f(
    'ingress protocol ip flower src_mac 02:00:00:00:00:01 dst_mac 02:00:00:00:00:02/ff:ff:ff:00:00:00 ip_tos 0x10/0xfc ip_ttl 64 tcp_flags 2/2 ip_proto tcp action police rate 10mbit burst 32k conform-exceed drop/pass',
    {
      ...{ parent: 'ingress', protocol: 'ip', kind: 'flower' },
      options: {
        ...{ srcMac: '02:00:00:00:00:01', dstMac: '02:00:00:00:00:02/ff:ff:ff:00:00:00' },
        ...{ ipTos: { value: 0x10, mask: 0xfc }, ipTtl: 64, tcpFlags: { value: 2, mask: 2 }, ipProto: 'tcp' },
      },
      actions: [{ kind: 'police', options: { rate: '10mbit', burst: '32k', exceed: 'drop', conform: 'pass' } }],
    },
  ),
  f('parent 1: protocol all prio 5 handle 0x7/0xff fw classid 1:10', {
    ...{ parent: '1:', priority: 5, handle: 7, kind: 'fw', options: { mask: 0xff, classid: '1:10' } },
  }),
  f('parent 1: protocol ip prio 5 route to 7 from 3 classid 1:10', {
    ...{ parent: '1:', protocol: 'ip', priority: 5, handle: 0x30007, kind: 'route' },
    options: { to: 7, from: 3, classid: '1:10' },
  }),
  f(
    "parent 1: protocol all basic match 'meta(priority eq 6)' and 'cmp(u16 at 2 layer transport eq 443)' classid 1:10",
    {
      ...{ parent: '1:', kind: 'basic' },
      options: {
        match: [
          { meta: 'priority', value: 6 },
          { cmp: { size: 2, at: 2, layer: 'transport' }, value: 443 },
        ],
        classid: '1:10',
      },
    },
  ),
  f("ingress bpf bytecode '1,6 0 0 4294967295' classid 1:1", {
    ...{ parent: 'ingress', kind: 'bpf', options: { ops: [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }], classid: '1:1' } },
  }),
  f('ingress protocol ip chain 5 prio 7 flower ct_state +trk+est ct_zone 3 ct_mark 0x5/0xff action goto chain 7', {
    ...{ parent: 'ingress', protocol: 'ip', chain: 5, priority: 7, kind: 'flower' },
    options: { ctState: { trk: true, est: true }, ctZone: 3, ctMark: { value: 5, mask: 0xff } },
    actions: [{ kind: 'gact', options: { control: { goto: 7 } } }],
  }),
  [
    'tc filter add block 7 protocol ip flower action drop',
    'filter.add',
    { block: 7, protocol: 'ip', kind: 'flower', actions: ['drop'] },
  ],
  f(
    'ingress protocol ip prio 7 handle 1 flower action skbedit priority 1:10 mark 0x7 queue_mapping 3',
    {
      ...{ parent: 'ingress', protocol: 'ip', priority: 7, handle: 1, kind: 'flower' },
      actions: [{ kind: 'skbedit', options: { priority: '1:10', mark: 7, queueMapping: 3 } }],
    },
    'filter.replace',
  ),
  ['tc chain add dev lo ingress chain 5', 'chain.add', { dev: 1, parent: 'ingress', chain: 5 }],
  a('vlan push id 7 protocol 802.1ad priority 3', {
    kind: 'vlan',
    options: { action: 'push', id: 7, protocol: 0x88a8, priority: 3 },
  }),
  a('vlan modify id 9', { kind: 'vlan', options: { action: 'modify', id: 9 } }),
  a('pedit ex munge ip ttl set 64 munge tcp dport set 8080 munge eth dst set 02:00:00:00:00:09 pipe', {
    kind: 'pedit',
    options: {
      control: 'pipe',
      edits: [
        { header: 'ip', field: 'ttl', set: 64 },
        { header: 'tcp', field: 'dport', set: 8080 },
        { header: 'eth', field: 'dst', set: '02:00:00:00:00:09' },
      ],
    },
  }),
  a('pedit ex munge ip dst set 10.0.0.9 munge ip ttl add 255', {
    kind: 'pedit',
    options: {
      edits: [
        { header: 'ip', field: 'dst', set: '10.0.0.9' },
        { header: 'ip', field: 'ttl', add: 255 },
      ],
    },
  }),
  a('tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 42 dst_port 4789 ttl 64 nocsum', {
    kind: 'tunnel_key',
    options: { action: 'set', src: '10.0.0.1', dst: '10.0.0.2', id: 42, dstPort: 4789, ttl: 64, csum: false },
  }),
  a('tunnel_key unset', { kind: 'tunnel_key', options: { action: 'unset' } }),
  a('csum ip and tcp', { kind: 'csum', options: { update: ['IPV4HDR', 'TCP'] } }),
  a('ct clear', { kind: 'ct', options: { action: ['CLEAR'] } }),
  a('ct commit zone 5 mark 7/0xff', {
    kind: 'ct',
    options: { action: ['COMMIT'], zone: 5, mark: { value: 7, mask: 0xff } },
  }),
  a('mpls push protocol mpls_uc label 123 tc 3 ttl 64', {
    kind: 'mpls',
    options: { action: 'push', protocol: 0x8847, label: 123, tc: 3, ttl: 64 },
  }),
  a('mpls pop protocol ip', { kind: 'mpls', options: { action: 'pop', protocol: 'ip' } }),
  a('sample rate 100 group 5 trunc 128', { kind: 'sample', options: { rate: 100, group: 5, trunc: 128 } }),
  a('gact pass random determ drop 5', {
    kind: 'gact',
    options: { control: 'pass', random: { type: 'determ', control: 'drop', value: 5 } },
  }),
  a('police rate 1mbit burst 10k mtu 2000 peakrate 2mbit', {
    kind: 'police',
    options: { rate: '1mbit', burst: '10k', mtu: 2000, peakrate: '2mbit' },
  }),
  a('police pkts_rate 1000 pkts_burst 200 conform-exceed drop', {
    kind: 'police',
    options: { packetRate: 1000, packetBurst: 200, exceed: 'drop' },
  }),
  a("bpf bytecode '1,6 0 0 0'", { kind: 'bpf', options: { ops: [{ code: 6, jt: 0, jf: 0, k: 0 }] } }),
  a('ct nat pipe', { kind: 'ct', options: { nat: {}, control: 'pipe' } }),
  a('ct commit zone 5 nat dst addr 10.0.0.1-10.0.0.9 port 80-90', {
    kind: 'ct',
    options: {
      ...{ action: ['COMMIT'], zone: 5 },
      nat: { side: 'dst', address: '10.0.0.1-10.0.0.9', port: { min: 80, max: 90 } },
    },
  }),
  a('ct commit force mark 7 nat src addr 2001:db8::1 port 80', {
    kind: 'ct',
    options: {
      ...{ action: ['COMMIT', 'FORCE'], mark: { value: 7 } },
      nat: { side: 'src', address: '2001:db8::1', port: 80 },
    },
  }),
  a('ct zone 5 pipe', { kind: 'ct', options: { zone: 5 } }),
  a('pedit munge ip ttl set 64 munge ip src set 10.0.0.9 munge ip sport set 80 pipe', {
    kind: 'pedit',
    options: {
      ...{ ex: false, control: 'pipe' },
      edits: [
        { header: 'ip', field: 'ttl', set: 64 },
        { header: 'ip', field: 'src', set: '10.0.0.9' },
        { header: 'ip', field: 'sport', set: 80 },
      ],
    },
  }),
  a('pedit munge offset 12 u32 set 0x0a000001 munge offset 8 u8 set 64 retain 0xf munge offset 2 u16 set 7', {
    kind: 'pedit',
    options: {
      ex: false,
      edits: [
        { offset: 12, size: 4, set: 0x0a000001 },
        { offset: 8, size: 1, set: { value: 64, mask: 0xf } },
        { offset: 2, size: 2, set: 7 },
      ],
    },
  }),
  a('pedit ex munge offset 12 u32 set 0x0a000001 munge ip6 hoplimit set 9', {
    kind: 'pedit',
    options: {
      edits: [
        { offset: 12, size: 4, set: 0x0a000001 },
        { header: 'ip6', field: 'hoplimit', set: 9 },
      ],
    },
  }),
  a('gact drop cookie 0011223344 hw_stats immediate', {
    ...{ kind: 'gact', options: { control: 'drop' }, hwStats: 'immediate' },
    cookie: Uint8Array.of(0, 0x11, 0x22, 0x33, 0x44),
  }),
  a('mirred egress redirect dev lo hw_stats delayed', {
    ...{ kind: 'mirred', options: { egress: 'redirect', dev: LO }, hwStats: 'delayed' },
  }),
  a('skbedit priority 5 hw_stats disabled', { kind: 'skbedit', options: { priority: 5 }, hwStats: 'disabled' }),
  [
    'tc actions add action skbedit priority 5 index 8 hw_stats disabled no_percpu skip_hw',
    'action.add',
    {
      ...{ kind: 'skbedit', index: 8, options: { priority: 5 } },
      ...{ hwStats: 'disabled', noPercpuStats: true, skipHw: true },
    },
  ],
  f('ingress protocol ip flower ip_proto icmp type 8 code 0', {
    ...{ parent: 'ingress', protocol: 'ip', kind: 'flower', options: { ipProto: 'icmp', icmpType: 8, icmpCode: 0 } },
  }),
  f('ingress protocol ipv6 flower ip_proto icmpv6 type 128 code 0', {
    ...{ parent: 'ingress', protocol: 'ipv6', kind: 'flower' },
    options: { ipProto: 'icmpv6', icmpType: 128, icmpCode: 0 },
  }),
  f(
    'ingress protocol arp flower arp_op request arp_sip 10.0.0.0/24 arp_tip 10.0.0.1 arp_sha 02:00:00:00:00:01 arp_tha 02:00:00:00:00:02/ff:ff:ff:00:00:00',
    {
      ...{ parent: 'ingress', protocol: 'arp', kind: 'flower' },
      options: {
        ...{ arpOp: 'request', arpSip: '10.0.0.0/24', arpTip: '10.0.0.1', arpSha: '02:00:00:00:00:01' },
        arpTha: '02:00:00:00:00:02/ff:ff:ff:00:00:00',
      },
    },
  ),
  f('ingress protocol mpls_uc flower mpls_label 100 mpls_tc 3 mpls_bos 1 mpls_ttl 64', {
    ...{ parent: 'ingress', protocol: 0x8847, kind: 'flower' },
    options: { mplsLabel: 100, mplsTc: 3, mplsBos: 1, mplsTtl: 64 },
  }),
  f('ingress protocol mpls_uc flower mpls lse depth 1 label 100 lse depth 2 tc 3 bos 1 ttl 9', {
    ...{ parent: 'ingress', protocol: 0x8847, kind: 'flower' },
    options: {
      mpls: [
        { depth: 1, label: 100 },
        { depth: 2, tc: 3, bos: 1, ttl: 9 },
      ],
    },
  }),
  f(
    'ingress protocol 802.1ad flower vlan_id 7 vlan_ethtype 802.1q cvlan_id 8 cvlan_prio 3 cvlan_ethtype ip src_ip 10.0.0.1',
    {
      ...{ parent: 'ingress', protocol: 0x88a8, kind: 'flower' },
      options: {
        ...{ vlanId: 7, vlanEthtype: 0x8100, cvlanId: 8, cvlanPrio: 3, cvlanEthtype: 'ip', srcIp: '10.0.0.1' },
      },
    },
  ),
  f('ingress protocol ip flower enc_key_id 5 enc_dst_port 4789 enc_tos 1 enc_ttl 64', {
    ...{ parent: 'ingress', protocol: 'ip', kind: 'flower' },
    options: { encKeyId: 5, encDstPort: 4789, encTos: 1, encTtl: 64 },
  }),
  f("parent 1: basic match 'u32(u32 0x0a000000 0xff000000 at 12)' classid 1:10", {
    ...{ parent: '1:', kind: 'basic' },
    options: { match: [{ u32: { size: 4, at: 12, mask: 0xff000000 }, value: 0x0a000000 }], classid: '1:10' },
  }),
  f("parent 1: basic match 'u32(u16 0x0800 0xffff at 14) and u32(u8 0x40 0xf0 at nexthdr+1)' classid 1:10", {
    ...{ parent: '1:', kind: 'basic' },
    options: {
      match: [
        { u32: { size: 2, at: 14 }, value: 0x0800 },
        { u32: { size: 1, at: 1, mask: 0xf0, nextHeader: true }, value: 0x40 },
      ],
      classid: '1:10',
    },
  }),
  f('parent 1: basic match \'not nbyte("ab" at 2 layer link) or nbyte("abcde" at 4 layer transport)\' classid 1:10', {
    ...{ parent: '1:', kind: 'basic' },
    options: {
      match: [
        { nbyte: { at: 2, layer: 'link' }, value: 'ab', invert: true, relation: 'or' },
        { nbyte: { at: 4, layer: 'transport' }, value: new TextEncoder().encode('abcde') },
      ],
      classid: '1:10',
    },
  }),
  ['tc actions add action drop index 7', 'action.add', { kind: 'gact', index: 7, options: { control: 'drop' } }],
  ['tc actions delete action gact index 7', 'action.delete', { kind: 'gact', index: 7 }],
  ['tc actions flush action gact', 'action.flush', { kind: 'gact' }],
  q('root handle 5: fq', { kind: 'fq', handle: '5:', options: {} }, 'qdisc.replace'),
]
