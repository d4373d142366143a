import { EnsureError, Netlink, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('options of the API', 'netns')

const sh = (ns: Namespace, line: string) => ns.exec('sh', ['-ec', line])

const scene = [
  'echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode; ip link set lo up',
  'ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up',
  'until ip -br link show v0 | grep -q "UP "; do :; done; until ip -br link show v1 | grep -q "UP "; do :; done',
  'ip addr add 10.0.0.1/24 dev v0; ip -6 addr add 2001:db8::1/64 dev v0 nodad',
  'ip nexthop add id 1 via 10.0.0.9 dev v0; ip nexthop add id 2 via 2001:db8::9 dev v0',
].join('\n')

/** An option, and the same as arguments of `ip`. */
type Option = readonly [ours: Readonly<Record<string, unknown>>, theirs: string]

/** Yields every option alone and every pair of different options. */
function* combinations(options: readonly Option[]): Generator<Option> {
  for (const [at, [ours, theirs]] of options.entries()) {
    yield [ours, theirs]
    for (const [other, words] of options.slice(at + 1))
      if (!Object.keys(other).some((key) => key in ours)) yield [{ ...ours, ...other }, `${theirs} ${words}`]
  }
}

const routes: readonly Option[] = [
  [{ dev: 'v0' }, 'dev v0'],
  [{ dev: 'v1' }, 'dev v1'],
  [{ metric: 0 }, 'metric 0'],
  [{ metric: 7 }, 'metric 7'],
  [{ table: 7 }, 'table 7'],
  [{ table: 'local' }, 'table local'],
  [{ protocol: 'static' }, 'proto static'],
  [{ protocol: 0 }, 'proto 0'],
  [{ scope: 'link' }, 'scope link'],
  [{ scope: 'host' }, 'scope host'],
  [{ type: 'blackhole' }, 'type blackhole'],
  [{ type: 'local' }, 'type local'],
  [{ type: 'throw' }, 'type throw'],
  [{ flags: ['ONLINK'] }, 'onlink'],
  [{ mtu: 1300 }, 'mtu 1300'],
  [{ mtu: 1400, lock: 4 }, 'mtu lock 1400'],
  [{ advmss: 1000 }, 'advmss 1000'],
  [{ ccAlgo: 'reno' }, 'congctl reno'],
  [{ hoplimit: 9 }, 'hoplimit 9'],
  [{ features: 1 }, 'features ecn'],
]
const inet: readonly Option[] = [
  ...routes,
  [{ via: '10.0.0.2' }, 'via 10.0.0.2'],
  [{ via: '10.77.0.2' }, 'via 10.77.0.2'],
  [{ via: '2001:db8::2' }, 'via inet6 2001:db8::2'],
  [{ src: '10.0.0.1' }, 'src 10.0.0.1'],
  [{ src: '10.0.0.77' }, 'src 10.0.0.77'],
  [{ tos: 4 }, 'tos 4'],
  [{ tos: 1 }, 'tos 1'],
  [{ nexthop: 1 }, 'nhid 1'],
  [{ nexthop: 77 }, 'nhid 77'],
  [{ realms: { from: 5, to: 6 } }, 'realms 5/6'],
  [
    { multipath: [{ via: '10.0.0.3', weight: 2 }, { via: '10.0.0.4' }] },
    'nexthop via 10.0.0.3 weight 2 nexthop via 10.0.0.4',
  ],
]
const inet6: readonly Option[] = [
  ...routes,
  [{ via: '2001:db8::2' }, 'via 2001:db8::2'],
  [{ via: 'fe80::2' }, 'via fe80::2'],
  [{ from: '2001:db8:8::/48' }, 'from 2001:db8:8::/48'],
  [{ src: '2001:db8::1' }, 'src 2001:db8::1'],
  [{ src: '2001:db8::77' }, 'src 2001:db8::77'],
  [{ tos: 4 }, 'tos 4'],
  [{ nexthop: 2 }, 'nhid 2'],
  [{ pref: 1 }, 'pref high'],
  [{ expires: 600 }, 'expires 600'],
  [
    { multipath: [{ via: '2001:db8::3', weight: 2 }, { via: '2001:db8::4' }] },
    'nexthop via 2001:db8::3 weight 2 nexthop via 2001:db8::4',
  ],
]

const rules: readonly Option[] = [
  [{ priority: 0 }, 'pref 0'],
  [{ priority: 100 }, 'pref 100'],
  [{ table: 'main' }, 'table main'],
  [{ table: 70000 }, 'table 70000'],
  [{ fwmark: 7 }, 'fwmark 7'],
  [{ fwmark: 7, fwmask: 15 }, 'fwmark 7/15'],
  [{ goto: 40000 }, 'goto 40000'],
  [{ suppressPrefixlen: 0 }, 'suppress_prefixlength 0'],
  [{ suppressIfgroup: 7 }, 'suppress_ifgroup 7'],
  [{ l3mdev: 1 }, 'l3mdev'],
  [{ uidRange: { start: 0, end: 5 } }, 'uidrange 0-5'],
  [{ ipProto: 6 }, 'ipproto tcp'],
  [{ sportRange: { start: 5, end: 9 } }, 'sport 5-9'],
  [{ dportRange: { start: 80, end: 80 } }, 'dport 80'],
  [{ tunId: 5n }, 'tun_id 5'],
  [{ iif: 'v0' }, 'iif v0'],
  [{ oif: 'v1' }, 'oif v1'],
  [{ tos: 4 }, 'tos 4'],
  [{ protocol: 'static' }, 'protocol static'],
  [{ action: 'prohibit' }, 'prohibit'],
  [{ action: 'nop' }, 'nop'],
]
const rules4: readonly Option[] = [
  ...rules,
  [{ from: '10.1.0.0/16' }, 'from 10.1.0.0/16'],
  [{ from: '10.1.0.0/16', invert: true }, 'not from 10.1.0.0/16'],
  [{ to: '10.2.0.3' }, 'to 10.2.0.3'],
  [{ realms: { to: 6 } }, 'realms 6'],
]
const rules6: readonly Option[] = [
  ...rules,
  [{ from: '2001:db8:1::/48' }, 'from 2001:db8:1::/48'],
  [{ to: '2001:db8:2::3' }, 'to 2001:db8:2::3'],
]

const addresses: readonly Option[] = [
  [{ scope: 'link' }, 'scope link'],
  [{ scope: 'host' }, 'scope host'],
  [{ metric: 7 }, 'metric 7'],
  [{ flags: ['NOPREFIXROUTE'] }, 'noprefixroute'],
  [{ validLifetime: 1000, preferredLifetime: 500 }, 'valid_lft 1000 preferred_lft 500'],
  [{ preferredLifetime: 0 }, 'preferred_lft 0'],
]
const addresses4: readonly Option[] = [
  ...addresses,
  [{ broadcast: '10.9.0.255' }, 'broadcast 10.9.0.255'],
  [{ label: 'v1:x' }, 'label v1:x'],
  [{ peer: '10.8.0.1/24' }, 'peer 10.8.0.1/24'],
]
const addresses6: readonly Option[] = [
  ...addresses,
  [{ flags: ['NODAD', 'HOMEADDRESS'] }, 'nodad home'],
  [{ flags: ['MANAGETEMPADDR'] }, 'mngtmpaddr'],
  [{ peer: '2001:db8:8::1' }, 'peer 2001:db8:8::1'],
]

interface Kind {
  readonly what: 'route' | 'rule' | 'address'
  readonly key: Readonly<Record<string, unknown>>
  readonly theirs: (verb: 'add' | 'replace' | 'append', words: string) => string
  readonly options: readonly Option[]
}

const kinds: Readonly<Record<string, Kind>> = {
  'IPv4 routes': {
    ...{ what: 'route', key: { dst: '10.9.0.0/16' }, options: inet },
    theirs: (verb, words) => routeWords('-4', verb, '10.9.0.0/16', words),
  },
  'IPv6 routes': {
    ...{ what: 'route', key: { dst: '2001:db8:9::/48' }, options: inet6 },
    theirs: (verb, words) => routeWords('-6', verb, '2001:db8:9::/48', words),
  },
  'IPv4 rules': {
    what: 'rule',
    key: { family: 'inet' },
    options: rules4,
    theirs: (verb, words) => `-4 rule ${verb} ${words}`,
  },
  'IPv6 rules': {
    what: 'rule',
    key: { family: 'inet6' },
    options: rules6,
    theirs: (verb, words) => `-6 rule ${verb} ${words}`,
  },
  'IPv4 addresses': {
    ...{ what: 'address', key: { address: '10.9.0.1/24', dev: 'v1' }, options: addresses4 },
    theirs: (verb, words) => addressWords('-4', verb, '10.9.0.1', words),
  },
  'IPv6 addresses': {
    ...{ what: 'address', key: { address: '2001:db8:9::1/64', dev: 'v1' }, options: addresses6 },
    theirs: (verb, words) => addressWords('-6', verb, '2001:db8:9::1', words),
  },
}

/** Returns the arguments for a route. `ip` expects the type before the destination. */
function routeWords(version: string, verb: string, dst: string, words: string): string {
  const [, type = ''] = /type (\w+)/.exec(words) ?? []
  return `${version} route ${verb} ${type} ${dst} ${words.replace(/type \w+/, '')}`
}

const addressWords = (version: string, verb: string, address: string, words: string) =>
  `${version} addr ${verb} ${address}${words.includes('peer') ? '' : version === '-4' ? '/24' : '/64'} ${words} dev v1`

/** True if an error contains nothing except its number. */
const lacksReason = (error: unknown) =>
  error instanceof NetlinkError &&
  error.kernelMessage === undefined &&
  error.attribute === undefined &&
  error.missing === undefined &&
  ['EINVAL', 'ERANGE', 'EOPNOTSUPP'].includes(error.code)

/** Runs `step`. Returns false if it is rejected. If the rejection has no reason, `ip` must be rejected too. */
function accepted(what: string, step: () => unknown, theirs: () => unknown): boolean {
  try {
    step()
    return true
  } catch (error) {
    if (error instanceof NetlinkError && !lacksReason(error)) return false
    if (error instanceof TypeError && /only of a/.test(error.message)) return false
    if (!lacksReason(error)) throw new Error(`${what}: ${error}`, { cause: error })
    assert.throws(theirs, /RTNETLINK answers/, `${what}: ${error}, but ip succeeds`)
    return false
  }
}

for (const [name, { what, key, theirs, options }] of Object.entries(kinds))
  test(`${name}: each option, alone and in pairs, is accepted if \`ip\` accepts it, found, left unchanged by ensure, and deleted`, () =>
    inScratch((ns) => {
      sh(ns, scene)
      using nl = Netlink.open({ netns: ns.path })
      const objects = nl[what] as typeof nl.route
      const count = () => objects.listSync().length
      const before = count()
      let created = 0
      for (const [ours, words] of combinations(options)) {
        const object = { ...key, ...ours } as never
        const text = `${what} ${words}`
        const ip = (verb: 'add' | 'replace' | 'append') => () => sh(ns, `ip ${theirs(verb, words)} 2>&1`)
        if (!accepted(`add ${text}`, () => objects.addSync(object), ip('add'))) continue
        created++
        assert.is(count(), before + 1, `add ${text}`)
        assert.ok(objects.getSync(object), `get ${text}`)
        if (what !== 'rule') {
          // The kernel adjusts none of these values, so the object that was added needs no change.
          assert.is(ensureChanges(objects, object), false, `ensure ${text}`)
          accepted(`replace ${text}`, () => objects.replaceSync(object), ip('replace'))
          assert.is(count(), before + 1, `replace ${text}`)
        }
        objects.deleteSync(object)
        assert.is(count(), before, `delete ${text}`)
      }
      assert.ok(created > options.length, `${created} created`)
    }))

/**
 * True if `ensure` changes the object, or tried a change that the kernel refuses because it ignored the option before.
 */
function ensureChanges(objects: Netlink['route'], object: never): boolean {
  try {
    return objects.ensureSync(object).changed
  } catch (error) {
    if (error instanceof EnsureError) return error.differences.length > 0
    throw error
  }
}

const notNumbers = [-1, 1.5, Number.NaN, 2 ** 32, Number.POSITIVE_INFINITY, '7', null, true, {}, [], 5n]
const notNames = [-1, 1.5, 256, 2 ** 32, 'nope', null, true, {}, []]
const notTexts = ['', 'x'.repeat(16), 'a\0b', 7, null, {}]
const notAddresses = ['', 'x', '10.0.0.256', '10.0.0.1/33', 7, null, {}]

/** Values that an option rejects. */
const wrong: Readonly<Record<Kind['what'], Readonly<Record<string, readonly unknown[]>>>> = {
  route: {
    ...Object.fromEntries(
      ['metric', 'nexthop', 'mtu', 'advmss', 'lock', 'initcwnd', 'hoplimit'].map((key) => [key, notNumbers]),
    ),
    ...{ tos: [...notNumbers, 256], nexthop: [...notNumbers, 0], ccAlgo: notTexts, type: notNames, protocol: notNames },
    ...{ scope: notNames, table: notNames.filter((value) => value !== 256), family: ['ipv4', 2, null] },
    ...{ via: notAddresses, src: notAddresses, dst: notAddresses, flags: ['ONLINK', [7], ['NOPE']], dev: [-1, '', {}] },
    realms: [7, [], { from: 65536 }, { to: -1 }, { form: 5 }],
    multipath: [7, {}, [{ weight: 0 }], [{ weight: 257 }], [{ weight: 1.5 }], [{ wieght: 1 }], [7]],
    encap: [7, { type: 'nope' }, { type: 65536 }],
  },
  rule: {
    ...Object.fromEntries(['priority', 'fwmark', 'fwmask', 'goto', 'suppressIfgroup'].map((key) => [key, notNumbers])),
    ...{
      tos: [...notNumbers, 256],
      l3mdev: [...notNumbers, 0, 2],
      ipProto: [...notNumbers, 256],
      dscp: [64, ...notNumbers],
    },
    ...{ tunId: [5, -1n, 2n ** 64n], iif: notTexts, oif: notTexts, invert: [1, 'yes', null], action: notNames },
    ...{ from: notAddresses, to: notAddresses, protocol: notNames, table: notNames.filter((value) => value !== 256) },
    uidRange: [7, {}, { start: 5, end: 4 }, { start: 0, end: 2 ** 32 }],
    sportRange: [80, { start: 0, end: 5 }, { start: 1, end: 65535 }, { start: 9, end: 8 }],
  },
  address: {
    ...{ metric: notNumbers, proto: [...notNumbers, 256], label: notTexts, scope: notNames, address: notAddresses },
    ...{ broadcast: notAddresses, peer: notAddresses, flags: ['NODAD', [7], ['NOPE']], dev: [-1, '', {}] },
    validLifetime: [0, -1, 1.5, 2 ** 32, '7', null],
    preferredLifetime: [-1, 1.5, 2 ** 32, '7', null],
  },
}

for (const [what, key] of [
  ['route', { dst: '10.9.0.0/16', dev: 'v0' }],
  ['rule', { priority: 100, table: 7 }],
  ['address', { address: '10.9.0.1/24', dev: 'v1' }],
] as const)
  test(`an invalid value for an option of a ${what} is a TypeError that names the option`, () =>
    inScratch((ns) => {
      sh(ns, scene)
      using nl = Netlink.open({ netns: ns.path })
      const objects = nl[what] as typeof nl.route
      const before = objects.listSync().length
      const verbs = what === 'rule' ? (['add'] as const) : (['add', 'replace', 'ensure'] as const)
      for (const [option, values] of Object.entries(wrong[what]))
        for (const value of values)
          for (const verb of verbs) {
            const call = () => objects[`${verb}Sync`]({ ...key, [option]: value } as never)
            const text = `${verb} ${option} ${typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)}`
            expectNamed(call, option, text)
          }
      assert.is(objects.listSync().length, before)
    }))

/** Expects a TypeError that names the option. For a nested option, naming its member is enough. */
function expectNamed(call: () => unknown, option: string, text: string): void {
  const names = [option, ...({ multipath: ['weight', 'a next hop'], realms: ['from', 'to'] }[option] ?? [])]
  let thrown: unknown
  try {
    call()
  } catch (error) {
    thrown = error
  }
  assert.ok(thrown instanceof TypeError, `${text}: ${thrown}`)
  const { message } = thrown
  assert.ok(
    names.some((name) => message.includes(name)),
    `${text}: ${message}`,
  )
}

test.run()
