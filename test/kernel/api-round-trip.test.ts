import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('round trips by the API', 'netns')

/** Runs a line of shell in a namespace. */
const sh = (ns: Namespace, line: string) => ns.exec('sh', ['-ec', line])

/** Disables link-local addresses, which appear and change on their own. */
const scene = [
  'echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode; ip link set lo up',
  'ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up',
  'until ip -br link show v0 | grep -q "UP "; do :; done; until ip -br link show v1 | grep -q "UP "; do :; done',
  'ip addr add 10.0.0.1/24 dev v0',
  'ip -6 addr add 2001:db8::1/64 dev v0 nodad',
  'ip nexthop add id 1 via 10.0.0.9 dev v0; ip nexthop add id 2 via 2001:db8::9 dev v0; ip nexthop add id 3 blackhole',
  'ip nexthop add id 4 via 10.0.0.8 dev v0; ip nexthop add id 5 group 1,3/4',
].join('\n')

type Dump = 'RTM_GETROUTE' | 'RTM_GETRULE' | 'RTM_GETADDR'

/** Returns a message without its times, as text. */
const textOf = (message: unknown) =>
  JSON.stringify(message, (key, value) =>
    key === 'cacheinfo' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  )

/** False for a route that the kernel itself created: such routes change with the state of links. */
const isStable = (message: object) => !('type' in message && 'protocol' in message && message.protocol === KERNEL)
const KERNEL = 2

/** Returns the kernel's objects of one kind, one text per message. */
const dumped = (nl: Netlink, name: Dump): string[] =>
  [2, 10].flatMap((family) =>
    nl.connection
      .dumpSync(name, { family } as never)
      .filter(isStable)
      .map(textOf),
  )

interface Kind {
  readonly name: Dump
  /** Forms of one object, each a command line of `ip`. */
  readonly forms: readonly string[]
  list(nl: Netlink): readonly { readonly message: object }[]
  delete(nl: Netlink, object: object): void
  add(nl: Netlink, object: object): void
}

/** Creates one object with `ip`. Deletes it and adds it again as it was read, then does the same with a copy. */
function roundTrip(nl: Netlink, ns: Namespace, kind: Kind, form: string): void {
  const empty = dumped(nl, kind.name)
  sh(ns, `ip ${form}`)
  const expected = dumped(nl, kind.name)
  const read = kind.list(nl).filter(({ message }) => isStable(message) && !empty.includes(textOf(message)))
  assert.ok(read.length > 0 && read.length === expected.length - empty.length, `ip ${form}: ${read.length} read`)
  // The last one first: deleting a primary address deletes its secondary addresses.
  const reversed = [...read].reverse()
  for (const copied of [false, true]) {
    for (const object of reversed) kind.delete(nl, copied ? { ...object } : object)
    assert.equal(dumped(nl, kind.name), empty, `ip ${form}: deleted`)
    for (const object of read) kind.add(nl, copied ? { ...object } : object)
    assert.equal(dumped(nl, kind.name), expected, `ip ${form}: as before`)
  }
  for (const object of reversed) kind.delete(nl, object)
}

const metrics = [
  ...['mtu 1300', 'mtu lock 1300', 'advmss 1000', 'rtt 100', 'rtt 10ms', 'rttvar 50', 'reordering 5', 'window 9000'],
  ...['cwnd 9', 'initcwnd 10', 'initrwnd 11', 'ssthresh 12', 'hoplimit 13', 'quickack 1', 'features ecn'],
  ...['congctl reno', 'congctl lock reno', 'rto_min 200ms', 'fastopen_no_cookie 1', 'mtu 1300 advmss 1000 hoplimit 9'],
  ...['cwnd lock 8 ssthresh lock 9'],
]

const routes = [
  ...['local', 'broadcast', 'multicast'].map((type) => `route add ${type} 10.9.9.9 dev v0 table 7`),
  ...['blackhole', 'unreachable', 'prohibit', 'throw'].map((type) => `route add ${type} 10.9.0.0/16`),
  ...['blackhole', 'unreachable', 'prohibit', 'throw'].map((type) => `-6 route add ${type} 2001:db8:9::/48`),
  ...['', 'metric 5', 'tos 8', 'table 1000', 'table 70000', 'proto static', 'proto 99', 'scope link', 'scope 77'].map(
    (more) => `route add 10.9.0.0/16 dev v0 ${more}`,
  ),
  ...['src 10.0.0.1', 'onlink', 'realm 5/6', 'realm 7', 'realms 9/', 'metric 4294967295'].map(
    (more) => `route add 10.9.0.0/16 via 10.0.0.2 dev v0 ${more}`,
  ),
  ...metrics.map((more) => `route add 10.9.0.0/16 via 10.0.0.2 ${more}`),
  ...metrics.map((more) => `-6 route add 2001:db8:9::/48 via 2001:db8::2 ${more}`),
  'route add default via 10.0.0.2',
  'route add 0.0.0.0/1 via 10.0.0.2',
  '-6 route add default via 2001:db8::2',
  'route add 10.9.0.0/16 via 10.77.0.2 dev v0 onlink',
  'route add 10.9.0.0/16 via inet6 2001:db8::2 dev v0',
  'route add 10.9.0.0/16 via inet6 fe80::2 dev v0 realm 1/2',
  'route add 10.9.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.0.0.3 dev v0 onlink realm 3/4',
  'route add 10.9.0.0/16 nexthop dev v0 nexthop dev v1 weight 256',
  'route add 10.9.0.0/16 mtu 1300 nexthop via 10.0.0.2 nexthop via inet6 2001:db8::2 dev v0',
  '-6 route add 2001:db8:9::/48 nexthop via 2001:db8::2 weight 3 nexthop via 2001:db8::3 dev v0 weight 9',
  '-6 route add 2001:db8:9::/48 mtu 1300 nexthop via fe80::2 dev v0 nexthop via fe80::2 dev v1',
  ...[1, 3, 4, 5].map((id) => `route add 10.9.0.0/16 nhid ${id} metric 7 mtu 1300`),
  '-6 route add 2001:db8:9::/48 nhid 2 metric 7',
  ...['', 'metric 5', 'table 1000', 'proto ra', 'pref high', 'pref low', 'expires 600', 'src 2001:db8::1'].map(
    (more) => `-6 route add 2001:db8:9::/48 via 2001:db8::2 dev v0 ${more}`,
  ),
  '-6 route add 2001:db8:9::/48 dev v0',
  '-6 route add 2001:db8:9::/48 via 2001:db8:77::2 dev v0 onlink',
  '-6 route add 2001:db8:9::/48 from 2001:db8:8::/48 dev v0',
  '-6 route add default from 2001:db8:8::/48 via 2001:db8::2',
  '-6 route add local 2001:db8:9::9 dev lo table local',
  '-6 route add anycast 2001:db8:9::8 dev v0 table local',
  '-6 route add multicast ff05::/16 dev v0 table local',
  '-6 route add fe80::/64 dev v0 metric 9',
  'route add 10.9.0.0/16 encap ip id 5 dst 10.0.0.9 ttl 9 tos 4 via 10.0.0.2 dev v0',
  'route add 10.9.0.0/16 encap ip6 id 5 dst 2001:db8::9 hoplimit 9 via 10.0.0.2 dev v0',
  '-6 route add 2001:db8:9::/48 encap ip6 id 5 dst 2001:db8::9 src 2001:db8::1 dev v0',
  '-6 route add 2001:db8:9::/48 encap seg6 mode encap segs 2001:db8::7,2001:db8::8 dev v0',
  '-6 route add 2001:db8:9::/48 encap seg6 mode inline segs 2001:db8::7 dev v0',
  '-6 route add 2001:db8:9::9 encap seg6local action End dev v0',
  '-6 route add 2001:db8:9::9 encap seg6local action End.X nh6 2001:db8::9 dev v0',
  '-6 route add 2001:db8:9::9 encap seg6local action End.T table 9 dev v0',
  'route add 10.9.0.0/16 nexthop encap ip id 5 dst 10.0.0.9 via 10.0.0.2 dev v0 nexthop via 10.0.0.3 weight 2',
]

const selectors = [
  ...['from 10.1.0.0/16', 'to 10.1.0.0/16', 'from 10.1.2.3', 'not from 10.1.0.0/16', 'tos 8', 'fwmark 7'],
  ...['fwmark 7/15', 'fwmark 0/15', 'iif v0', 'oif v1', 'iif gone', 'uidrange 5-10', 'ipproto tcp', 'ipproto 200'],
  ...['sport 80', 'sport 80-90', 'dport 443', 'dport 1-65534', 'tun_id 5', 'not tos 8'],
  ...['ipproto udp sport 1-2 dport 3-4 iif v0 oif v1 fwmark 9/255'],
]
const actions = [
  ...['table 5', 'table 70000', 'table default', 'goto 32766', 'blackhole', 'unreachable', 'prohibit', 'nop', 'l3mdev'],
  ...['table 5 suppress_prefixlength 0', 'table 5 suppress_prefixlength 24', 'table 5 suppress_ifgroup 0'],
  ...['table 5 suppress_ifgroup 7', 'protocol static table 5', 'protocol 99 table 5'],
]

const rules = [
  ...selectors.map((selector) => `rule add pref 100 ${selector} table 5`),
  ...actions.map((action) => `rule add pref 100 from 10.1.0.0/16 ${action}`),
  ...actions.map((action) => `-6 rule add pref 100 from 2001:db8:1::/48 ${action}`),
  ...selectors
    .filter((selector) => !selector.includes('10.1.'))
    .map((selector) => `-6 rule add pref 100 ${selector} table 5`),
  ...['rule add pref 100 from 10.1.0.0/16 realms 5/6 table 5', 'rule add pref 100 to 10.1.0.0/16 realms 6 table 5'],
  ...['blackhole', 'unreachable', 'prohibit', 'nop', 'goto 32766'].map(
    (action) => `rule add pref 100 from 10.1.0.0/16 table 9 ${action}`,
  ),
  ...['rule add pref 0 from 10.1.0.0/16', 'rule add from 10.1.0.0/16', '-6 rule add to 2001:db8:1::1'],
]

const addresses = [
  ...['', 'broadcast 10.9.0.255', 'broadcast +', 'label v1:x', 'scope link', 'scope host', 'scope 77', 'metric 7'].map(
    (more) => `addr add 10.9.0.1/24 dev v1 ${more}`,
  ),
  ...['noprefixroute', 'valid_lft 1000 preferred_lft 500', 'valid_lft 1000 preferred_lft 0', 'preferred_lft 0'].map(
    (more) => `addr add 10.9.0.1/24 dev v1 ${more}`,
  ),
  'addr add 10.9.0.1 dev v1',
  'addr add 10.9.0.1 peer 10.9.0.2 dev v1',
  'addr add 10.9.0.1 peer 10.8.0.2/24 dev v1 broadcast 10.8.0.255 label v1:y',
  'addr add 10.9.0.1/24 dev v1; ip addr add 10.9.0.2/24 dev v1',
  'addr add 127.9.0.1/8 dev lo scope host',
  'addr add 239.1.1.1/32 dev v1 autojoin',
  ...['nodad', 'nodad home', 'nodad noprefixroute', 'nodad mngtmpaddr', 'nodad metric 7'].map(
    (more) => `-6 addr add 2001:db8:9::1/64 dev v1 ${more}`,
  ),
  ...['nodad valid_lft 1000 preferred_lft 500', 'nodad valid_lft 1000 preferred_lft 0'].map(
    (more) => `-6 addr add 2001:db8:9::1/64 dev v1 ${more}`,
  ),
  '-6 addr add ff05::9/128 dev v1 autojoin',
  '-6 addr add 2001:db8:9::1 peer 2001:db8:9::2 dev v1 nodad',
  '-6 addr add 2001:db8:9::1 peer 2001:db8:9::2/64 dev v1 nodad',
  '-6 addr add 2001:db8:9::1/128 dev lo nodad',
]

const kinds: readonly Kind[] = [
  {
    ...{ name: 'RTM_GETROUTE', forms: routes, list: (nl) => nl.route.listSync() },
    delete: (nl, route) => nl.route.deleteSync(route as never),
    add: (nl, route) => nl.route.addSync(route as never),
  },
  {
    ...{ name: 'RTM_GETRULE', forms: rules, list: (nl) => nl.rule.listSync() },
    delete: (nl, rule) => nl.rule.deleteSync(rule as never),
    add: (nl, rule) => nl.rule.addSync(rule as never),
  },
  {
    ...{ name: 'RTM_GETADDR', forms: addresses, list: (nl) => nl.address.listSync() },
    delete: (nl, address) => nl.address.deleteSync(address as never),
    add: (nl, address) => nl.address.addSync(address as never),
  },
]

for (const kind of kinds)
  test(`${kind.name}: ${kind.forms.length} forms can be deleted and added again`, () =>
    inScratch((ns) => {
      sh(ns, scene)
      using nl = Netlink.open({ netns: ns.path })
      for (const form of kind.forms) roundTrip(nl, ns, kind, form)
    }))

test.run()
