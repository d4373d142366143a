import type { Netlink } from '@netloom/netlink'
import './built.js'

/** Objects of a namespace that are captured. */
export interface Row {
  /** Texts that the captured state contains. */
  readonly has: readonly string[]
  prepare(nl: Netlink): Promise<unknown>
}

/** Links, and what bridges and vxlans have. Each namespace has two pairs, `a` and `b` with `a-peer` and `b-peer`, which are up. */
const links: Readonly<Record<string, Row>> = {
  'a bridge with times of 64 bits': {
    has: ['"mcastQueryIntvl":12700', '"mcastQuerierIntvl":25600', '"groupAddr":"01:80:c2:00:00:04"'],
    prepare: (nl) =>
      nl.link.add({
        ...{ name: 'br0', kind: 'bridge', up: true, mtu: 1400, alias: 'uplinks', altNames: ['bridge0'] },
        data: {
          mcastQueryIntvl: 12700n,
          mcastQuerierIntvl: 25600n,
          groupAddr: '01:80:c2:00:00:04',
        },
      }),
  },
  'ports of a bridge': {
    has: ['"slaveData":{', '"backupPort":"b"'],
    async prepare(nl) {
      await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
      for (const name of ['a', 'b']) await nl.link.set(name, { master: 'br0' })
      await nl.link.set('a', { slaveKind: 'bridge', slaveData: { backupPort: 'b', cost: 77, isolated: 1 } })
      await nl.link.set('b', { slaveKind: 'bridge', slaveData: { backupPort: 'a' } })
    },
  },
  'an ifb': {
    has: ['"kind":"ifb"'],
    prepare: (nl) => nl.link.add({ name: 'ifb7', kind: 'ifb', up: true, txqlen: 33 }),
  },
  'a veth with a peer': {
    has: ['"peer":{"name":"v1"}'],
    prepare: (nl) => nl.link.add({ name: 'v0', kind: 'veth', mtu: 1300, peer: { name: 'v1', mtu: 1301 } }),
  },
  'a macvlan with sources': {
    has: ['"mode":"source"', '02:00:00:00:00:07'],
    prepare: (nl) =>
      nl.link.add({
        ...{ name: 'm0', kind: 'macvlan', link: 'a', up: true },
        data: { mode: 'source', macaddrData: { macaddr: ['02:00:00:00:00:07', '02:00:00:00:00:08'] }, bcQueueLen: 77 },
      }),
  },
  'a macvtap': {
    has: ['"kind":"macvtap"'],
    prepare: (nl) => nl.link.add({ name: 't0', kind: 'macvtap', link: 'a', data: { mode: 'bridge' } }),
  },
  'a vxlan with a group': {
    has: ['"group":"239.1.1.1"', '"link":"a"'],
    prepare: (nl) =>
      nl.link.add({
        ...{ name: 'vx0', kind: 'vxlan', link: 'a', up: true },
        data: { id: 5, port: 4789, group: '239.1.1.1', portRange: { low: 1000, high: 2000 }, ttl: 4, learning: 0 },
      }),
  },
  'a vxlan over IPv6': {
    has: ['"group6":"2001:db8::9"'],
    async prepare(nl) {
      await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD'] })
      const data = { id: 6, port: 4789, local6: '2001:db8::1', group6: '2001:db8::9', udpZeroCsum6Tx: 1 } as const
      await nl.link.add({ name: 'vx6', kind: 'vxlan', data, up: true })
    },
  },
  'VNIs of a vxlan': {
    has: ['"vniEnd":199'],
    async prepare(nl) {
      await nl.link.add({ name: 'vx1', kind: 'vxlan', data: { collectMetadata: true, vnifilter: true, port: 4790 } })
      await nl.bridge.vni.add({ dev: 'vx1', vni: 100, vniEnd: 199, group: '10.0.0.9' })
      await nl.bridge.vni.add({ dev: 'vx1', vni: 7 })
    },
  },
  'multicast groups of a vxlan': {
    has: ['"sources":["10.0.0.7"]'],
    async prepare(nl) {
      await nl.link.add({ name: 'vx0', kind: 'vxlan', data: { id: 5, port: 4789 } })
      const entry = { dev: 'vx0', group: '239.1.1.1', dst: '10.0.0.9', mode: 'include', sources: ['10.0.0.7'] } as const
      await nl.bridge.mdb.add(entry)
      await nl.bridge.mdb.add({ dev: 'vx0', group: 'ff0e::7', dst: '10.0.0.9' })
    },
  },
  'multicast groups of a bridge': {
    has: ['"group":"239.1.1.2"', '"group":"ff0e::7"'],
    async prepare(nl) {
      // Other versions do not report the mode.
      const data = { mcastIgmpVersion: 3, mcastMldVersion: 2 }
      await nl.link.add({ name: 'br0', kind: 'bridge', data, up: true })
      await nl.link.set('a', { master: 'br0' })
      await nl.bridge.mdb.add({ master: 'br0', dev: 'a', group: '239.1.1.2' })
      await nl.bridge.mdb.add({ master: 'br0', dev: 'a', group: 'ff0e::7', mode: 'exclude', sources: ['2001:db8::7'] })
    },
  },
}

/** Objects that links, addresses and routes have. */
const others: Readonly<Record<string, Row>> = {
  addresses: {
    has: [
      '"peer":"10.0.0.9/32"',
      '"label":"a:1"',
      '"NOPREFIXROUTE"',
      '"proto":201',
      '"broadcast":"10.1.0.255"',
      '"metric":55',
    ],
    async prepare(nl) {
      await nl.address.add({ address: '10.0.0.1/32', peer: '10.0.0.9/32', dev: 'a' })
      await nl.address.add({ address: '10.1.0.1/24', dev: 'a', label: 'a:1', broadcast: '10.1.0.255' })
      await nl.address.add({ address: '10.1.0.2/24', dev: 'a', proto: 201 })
      await nl.address.add({ address: '10.2.0.1/24', dev: 'b', metric: 55 })
      await nl.address.add({ address: '10.3.0.1/24', dev: 'b', scope: 'link' })
      await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD', 'NOPREFIXROUTE'] })
    },
  },
  routes: {
    has: [
      ...['"type":"blackhole"', '"multipath":[', '"mtu":1300', '"ONLINK"', '"table":77', '"via":"2001:db8::9"'],
      ...['"metric":1024', '"src":"10.0.0.1"', '"initcwnd":12', '"ccAlgo"', '"encap"', '"id":1099511627776'],
    ],
    async prepare(nl) {
      await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
      await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD'] })
      await nl.route.add({ dst: 'default', via: '10.0.0.9' })
      await nl.route.add({ dst: '10.5.0.0/16', type: 'blackhole', metric: 7 })
      await nl.route.add({ dst: '10.6.0.0/16', via: '10.9.9.9', dev: 'b', flags: ['ONLINK'], table: 77 })
      await nl.route.add({
        dst: '10.2.0.0/16',
        multipath: [{ via: '10.0.0.8' }, { via: '10.0.0.9', weight: 3 }],
        mtu: 1300,
      })
      await nl.route.add({
        dst: '10.7.0.0/16',
        dev: 'a',
        src: '10.0.0.1',
        initcwnd: 12,
        ccAlgo: 'cubic',
        tos: 4,
      })
      await nl.route.add({ dst: '10.8.0.0/16', via: '2001:db8::9', dev: 'a' })
      await nl.route.add({ dst: '2001:db8:1::/48', via: '2001:db8::9', table: 7 })
      await nl.route.add({
        dst: '2001:db8:2::/48',
        multipath: [{ via: '2001:db8::8' }, { via: '2001:db8::9', weight: 3 }],
      })
      await nl.route.add({ dst: '2001:db8:3::/48', type: 'unreachable' })
      const data = { id: 1n << 40n, dst: '10.0.0.7', ttl: 9 }
      await nl.route.add({ dst: '10.9.0.0/16', dev: 'a', encap: { type: 'ip', data } })
    },
  },
  rules: {
    has: [
      '"tunId":"18446744073709551615"',
      '"tunId":5',
      '"suppressPrefixlen":0',
      '"goto":32766',
      '"uidRange"',
      '"fwmark":7',
    ],
    async prepare(nl) {
      await nl.rule.add({ priority: 100, from: '10.0.0.0/8', table: 7 })
      await nl.rule.add({ priority: 101, family: 'inet', tunId: (1n << 64n) - 1n, table: 8 })
      await nl.rule.add({ priority: 102, family: 'inet6', tunId: 5n, table: 8 })
      await nl.rule.add({ priority: 103, family: 'inet', table: 'main', suppressPrefixlen: 0 })
      await nl.rule.add({ priority: 104, family: 'inet', action: 'goto', goto: 32766 })
      await nl.rule.add({ priority: 105, family: 'inet6', iif: 'a', action: 'blackhole' })
      const uidRange = { start: 10, end: 20 }
      await nl.rule.add({ priority: 106, family: 'inet', uidRange, fwmark: 7, fwmask: 15, table: 9, invert: true })
      await nl.rule.add({
        priority: 107,
        to: '2001:db8::/32',
        ipProto: 'tcp',
        dportRange: { start: 1, end: 9 },
        table: 9,
      })
    },
  },
  'next hops and groups': {
    has: ['"blackhole":true', '"weight":2', '"fdb":true', '"nexthop":30'],
    async prepare(nl) {
      await nl.address.add({ address: '10.0.0.1/24', dev: 'a' })
      await nl.address.add({ address: '2001:db8::1/64', dev: 'a', flags: ['NODAD'] })
      await nl.nexthop.add({ id: 11, via: '10.0.0.9', dev: 'a' })
      await nl.nexthop.add({ id: 12, via: '10.0.0.8', dev: 'a', protocol: 201 })
      await nl.nexthop.add({ id: 13, via: '2001:db8::9', dev: 'a' })
      await nl.nexthop.add({ id: 14, blackhole: true })
      await nl.nexthop.add({ id: 15, via: '10.9.9.9', dev: 'b', flags: ['ONLINK'] })
      await nl.nexthop.add({ id: 16, via: '10.0.0.7', fdb: true })
      await nl.nexthop.add({ id: 30, group: [{ id: 11 }, { id: 12, weight: 2 }] })
      const resilient = { buckets: 16, idleTimer: 30, unbalancedTimer: 60 }
      await nl.nexthop.add({ id: 31, group: [{ id: 11 }, { id: 12 }], groupType: 'resilient', resilient })
      await nl.nexthop.add({ id: 32, group: [{ id: 16 }], fdb: true })
      await nl.route.add({ dst: '10.5.0.0/16', nexthop: 30 })
    },
  },
  'neighbours and proxies': {
    has: ['"lladdr":"02:00:00:00:00:09"', '"PROXY"', '"EXT_LEARNED"'],
    async prepare(nl) {
      await nl.neighbour.add({ dst: '10.0.0.9', dev: 'a', lladdr: '02:00:00:00:00:09' })
      await nl.neighbour.add({ dst: '2001:db8::9', dev: 'a', lladdr: '02:00:00:00:00:09', protocol: 201 })
      await nl.neighbour.add({
        dst: '10.0.0.8',
        dev: 'a',
        lladdr: '02:00:00:00:00:08',
        flags: ['EXT_LEARNED'],
        state: ['PERMANENT'],
      })
      await nl.neighbour.add({ dst: '10.0.0.7', dev: 'a', flags: ['PROXY'] })
    },
  },
  'FDB entries': {
    has: ['"NOARP"', '"STICKY"', '"dst":"10.0.0.7"', '"02:00:00:00:00:21"', '"02:00:00:00:00:26"'],
    async prepare(nl) {
      await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
      await nl.link.set('a', { master: 'br0' })
      await nl.link.add({ name: 'vx0', kind: 'vxlan', data: { id: 5, port: 4789, group: '10.0.0.5' }, up: true })
      const entry = { family: 'bridge', dev: 'a', master: 'br0' } as const
      await nl.neighbour.add({ ...entry, lladdr: '02:00:00:00:00:21', state: ['PERMANENT'] })
      await nl.neighbour.add({ ...entry, lladdr: '02:00:00:00:00:22', state: ['NOARP'] })
      await nl.neighbour.add({ ...entry, lladdr: '02:00:00:00:00:23', state: ['NOARP'], flags: ['STICKY'] })
      await nl.neighbour.add({ family: 'bridge', dev: 'br0', lladdr: '02:00:00:00:00:26', flags: ['SELF'] })
      await nl.neighbour.add({ family: 'bridge', dev: 'vx0', lladdr: '02:00:00:00:00:22', dst: '10.0.0.7' })
    },
  },
  qdiscs: {
    has: ['"kind":"tbf"', '"kind":"pfifo"', '"kind":"ingress"', '"kind":"bfifo"', '"kind":"mq"'],
    async prepare(nl) {
      const rate = { rate: 125_000, cellLog: 0, linklayer: 'ethernet', overhead: 0, cellAlign: 0, mpu: 0 } as const
      const parms = { rate, peakrate: { ...rate, rate: 0 }, limit: 3000, buffer: 1_000_000, mtu: 0 }
      await nl.qdisc.add({ dev: 'a', kind: 'tbf', handle: '1:', options: { parms } })
      await nl.qdisc.add({ dev: 'a', kind: 'pfifo', handle: '2:', parent: '1:1', options: { limit: 10 } })
      await nl.qdisc.add({ dev: 'a', kind: 'ingress' })
      await nl.qdisc.add({ dev: 'b', kind: 'mq', handle: '3:' })
      await nl.qdisc.add({ dev: 'b', kind: 'bfifo', handle: '4:', parent: '3:1', options: { limit: 3000 } })
      await nl.qdisc.add({ dev: 'b-peer', kind: 'tbf', handle: '5:', options: { parms, rate64: 1n << 33n } })
    },
  },
}

export const capturedRows: Readonly<Record<string, Row>> = { ...links, ...others }
