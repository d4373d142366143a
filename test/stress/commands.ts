import type { Random } from './random.js'

// Commands for `ip -batch` that change the objects in a cache. Some fail because their object does not exist; `-force` continues.

const links = ['va', 'vb', 'vc', 'vd'] as const
const dynamic = ['x0', 'x1', 'x2'] as const

/** Creates the links that always exist, so that addresses and routes can be added. */
export const setUp: readonly string[] = [
  'link set lo up',
  'link add va type veth peer name vb',
  'link add vc type veth peer name vd',
  ...links.map((link) => `link set ${link} up`),
  'address add 10.0.0.1/16 dev va',
  'address add 10.1.0.1/16 dev vc',
  'address add fd00::1/64 dev va nodad',
  'address add fd01::1/64 dev vc nodad',
]

const prefix = ({ below }: Random) => `10.${2 + below(40)}.${below(4)}.0/24`
const prefix6 = ({ below }: Random) => `fd02:${below(60).toString(16)}::/64`
const gateway = ({ below }: Random) => `10.${below(2)}.0.${2 + below(200)}`
const gateway6 = ({ below }: Random) => `fd0${below(2)}::${(2 + below(200)).toString(16)}`

const table = ({ below }: Random) => (below(4) === 0 ? ' table 100' : '')

/** Generators of changes, grouped by kind of object. */
const changes: readonly (readonly ((random: Random) => string)[])[] = [
  [
    (random) => `link set ${random.of(links)} down`,
    (random) => `link set ${random.of(links)} up`,
    (random) => `link set ${random.of(links)} mtu ${1300 + random.below(200)}`,
    (random) => `link set ${random.of(links)} address 02:00:00:00:00:${(16 + random.below(200)).toString(16)}`,
    (random) => `link add ${random.of(dynamic)} type ${random.of(['ifb', 'bridge'])}`,
    (random) => `link set ${random.of(dynamic)} up`,
    (random) => `link del ${random.of(dynamic)}`,
    (random) => `link set ${random.of(['vb', 'vd'])} master ${random.of(dynamic)}`,
    (random) => `link set ${random.of(['vb', 'vd'])} nomaster`,
  ],
  [
    (random) => `address add 10.${random.below(2)}.1.${random.below(250)}/16 dev ${random.of(links)}`,
    (random) => `address add 10.9.1.${random.below(50)}/32 dev ${random.of(dynamic)}`,
    (random) => `address del 10.${random.below(2)}.1.${random.below(250)}/16 dev ${random.of(links)}`,
    (random) => `address flush dev ${random.of(['vb', 'vd'])}`,
    (random) => `address replace 10.0.0.1/16 dev va`.replace('va', random.of(['va', 'va', 'vb'])),
    (random) => `address add fd0${random.below(2)}::${random.below(250).toString(16)}/64 dev ${random.of(links)} nodad`,
    (random) => `address del fd0${random.below(2)}::${random.below(250).toString(16)}/64 dev ${random.of(links)}`,
    () => 'address replace 10.1.0.1/16 dev vc',
    () => 'address replace fd00::1/64 dev va nodad',
  ],
  [
    (random) => `route add ${prefix(random)} via ${gateway(random)}${table(random)}`,
    (random) => `route append ${prefix(random)} via ${gateway(random)}`,
    (random) => `route replace ${prefix(random)} dev ${random.of(links)}${table(random)}`,
    (random) => `route del ${prefix(random)}${table(random)}`,
    (random) => `route add ${prefix(random)} nexthop via ${gateway(random)} nexthop dev vb`,
    (random) => `route replace ${prefix(random)} nhid ${1 + random.below(20)}`,
    (random) => `route add blackhole ${prefix(random)} metric ${random.below(3)}`,
  ],
  [
    (random) => `-6 route add ${prefix6(random)} via ${gateway6(random)}${table(random)}`,
    (random) => `-6 route append ${prefix6(random)} via ${gateway6(random)}`,
    (random) => `-6 route replace ${prefix6(random)} dev ${random.of(links)}`,
    (random) => `-6 route del ${prefix6(random)}${table(random)}`,
    (random) => `-6 route replace ${prefix6(random)} nhid ${21 + random.below(10)}`,
  ],
  [
    (random) => `rule add from 10.${random.below(60)}.0.0/16 table 100 pref ${1000 + random.below(20)}`,
    (random) => `rule add iif ${random.of(dynamic)} table 101 pref ${2000 + random.below(5)}`,
    (random) => `-6 rule add from fd0${random.below(9)}::/16 table 100 pref ${1000 + random.below(20)}`,
    (random) => `rule del pref ${1000 + random.below(20)}`,
    (random) => `rule del pref ${2000 + random.below(5)}`,
    (random) => `-6 rule del pref ${1000 + random.below(20)}`,
  ],
  [
    (random) => `neigh replace ${gateway(random)} lladdr 02:00:00:00:01:09 dev ${random.of(['va', 'vc'])}`,
    (random) => `neigh replace ${gateway6(random)} lladdr 02:00:00:00:01:0a dev ${random.of(['va', 'vc'])}`,
    (random) => `neigh del ${gateway(random)} dev ${random.of(['va', 'vc'])}`,
    (random) => `neigh flush dev ${random.of(links)}`,
  ],
  [
    (random) => `nexthop replace id ${1 + random.below(10)} via ${gateway(random)} dev ${random.of(['va', 'vc'])}`,
    (random) => `nexthop replace id ${11 + random.below(10)} group ${1 + random.below(10)}/${1 + random.below(10)}`,
    (random) => `nexthop replace id ${21 + random.below(10)} via ${gateway6(random)} dev ${random.of(['va', 'vc'])}`,
    (random) => `nexthop del id ${1 + random.below(30)}`,
  ],
]

/** Returns `count` changes of all kinds. */
export const mixed = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => random.of(random.of(changes))(random))

/** Returns `count` commands that add or delete routes or neighbours, the kinds that exist in thousands. */
export function bulk(random: Random, verb: 'add' | 'del', count: number): string[] {
  const third = random.below(100)
  const line = random.of([
    (index: number) => `route ${verb} 10.100.${index >> 6}.${(index & 63) << 2}/30 dev va table 10${third & 1}`,
    (index: number) => `-6 route ${verb} fd05:${index.toString(16)}::/64 dev va metric ${third}`,
    (index: number) => `neigh ${verb} 10.0.${10 + (index >> 8)}.${index & 255} lladdr 02:00:00:00:00:07 dev va`,
  ])
  return Array.from({ length: count }, (_, index) => line(index))
}
