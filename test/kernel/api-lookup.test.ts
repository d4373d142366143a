import { execFileSync } from 'node:child_process'
import { Netlink, NetlinkError, type RouteLookup } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses } from '../support/api.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('lookups by the API', 'netns')

const lines = [
  'ip link set lo up',
  'ip link add v0 type veth peer name v1',
  'ip link set v0 up; ip link set v1 up',
  'ip addr add 10.0.0.1/24 dev v0; ip addr add 10.1.0.1/24 dev v1',
  'ip -6 addr add 2001:db8::1/64 dev v0 nodad; ip -6 addr add 2001:db8:1::1/64 dev v1 nodad',
  'ip route add default via 10.0.0.2; ip -6 route add default via 2001:db8::2',
  'ip route add 10.9.0.0/16 via 10.1.0.2 table 9; ip -6 route add 2001:db8:9::/48 via 2001:db8:1::2 table 9',
  'for v in -4 -6; do',
  '  ip $v rule add fwmark 7 table 9 pref 10; ip $v rule add uidrange 1000-1000 table 9 pref 11',
  '  ip $v rule add ipproto tcp dport 80 table 9 pref 12; ip $v rule add ipproto udp sport 53 table 9 pref 13',
  '  ip $v rule add ipproto tcp table 9 sport 99 pref 14',
  'done',
  'ip rule add tos 4 table 9 pref 15; ip -6 rule add tos 4 table 9 pref 15',
]

/** Each option alone, as written for the API and for `ip route get`. In pairs, both are combined. */
const options: readonly (readonly [RouteLookup, RouteLookup, string, string])[] = [
  [{ from: '10.0.0.1' }, { from: '2001:db8::1' }, 'from 10.0.0.1', 'from 2001:db8::1'],
  [{ from: '10.77.0.1' }, { from: '2001:db8:77::1' }, 'from 10.77.0.1', 'from 2001:db8:77::1'],
  ...(
    [
      [{ dev: 'v0' }, 'oif v0'],
      [{ dev: 'v1' }, 'oif v1'],
      [{ iif: 'v1' }, 'iif v1'],
      [{ mark: 7 }, 'mark 7'],
      [{ mark: 0xffffffff }, 'mark 0xffffffff'],
      [{ tos: 4 }, 'tos 4'],
      [{ uid: 1000 }, 'uid 1000'],
      [{ uid: 0 }, 'uid 0'],
      [{ ipproto: 6 }, 'ipproto tcp'],
      [{ ipproto: 17 }, 'ipproto udp'],
      [{ ipproto: 47 }, 'ipproto 47'],
      [{ sport: 53 }, 'sport 53'],
      [{ sport: 65535 }, 'sport 65535'],
      [{ dport: 80 }, 'dport 80'],
      [{ fibMatch: true }, 'fibmatch'],
    ] as const
  ).map(([lookupByApi, lookupByIp]) => [lookupByApi, lookupByApi, lookupByIp, lookupByIp] as const),
]

/** Returns the error of `ip`, or the parts of its one-line answer that describe the route. */
function lookupByIp(ns: Namespace, words: string): string {
  try {
    const text = execFileSync('ip', ['-n', ns.name, '-j', 'route', 'get', ...words.split(' ')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [route] = JSON.parse(text)
    return [route.dst, route.gateway, route.dev, route.prefsrc].join(' ')
  } catch (error) {
    assert.match((error as { stderr: string }).stderr, /RTNETLINK answers|^Error:/)
    return 'refused'
  }
}

/** Returns the same from the API. If the kernel gives `ip` a reason, the error contains it. */
function lookupByApi(nl: Netlink, names: ReadonlyMap<number, string>, address: string, how: RouteLookup): string {
  try {
    const { dst, via, dev = 0, src } = nl.route.lookupSync(address, how)
    return [dst, via, names.get(dev), src].join(' ')
  } catch (error) {
    assert.ok(error instanceof NetlinkError, String(error))
    return 'refused'
  }
}

test('route.lookup returns the same as `ip route get`, for each option alone and in pairs', () =>
  inScratch((ns) => {
    ns.exec('sh', ['-ec', lines.join('\n')])
    using nl = Netlink.open({ netns: ns.path })
    const names = new Map(nl.link.listSync().map(({ index, name }) => [index, name]))
    let answered = 0
    for (const [at, [inet, inet6, words, words6]] of options.entries()) {
      for (const [inetToo, inet6Too, wordsToo, words6Too] of [[{}, {}, '', ''] as const, ...options.slice(at + 1)]) {
        if (Object.keys(inetToo).some((key) => key in inet)) continue
        for (const [address, how, text] of [
          ['10.9.0.1', { ...inet, ...inetToo }, `${words} ${wordsToo}`],
          ['2001:db8:9::1', { ...inet6, ...inet6Too }, `${words6} ${words6Too}`],
        ] as const) {
          const wanted = lookupByIp(ns, `${address} ${text}`.trim())
          const found = lookupByApi(nl, names, address, how)
          assert.is(found, wanted, `${address} ${text}`)
          if (found !== 'refused') answered++
        }
      }
    }
    assert.ok(answered > 100, `${answered} answered`)
  }))

test('an invalid option of a lookup is a TypeError that names it', () =>
  inScratch(async (ns) => {
    using nl = Netlink.open({ netns: ns.path })
    for (const [how, pattern] of [
      [{ sport: 0 }, /sport of lookup to be an integer from 1 to 65535, got 0/],
      [{ dport: 65536 }, /dport of lookup/],
      [{ ipproto: 256 }, /ipproto of lookup/],
      [{ mark: -1 }, /mark of lookup/],
      [{ mark: 1.5 }, /mark of lookup/],
      [{ tos: 256 }, /tos of lookup/],
      [{ uid: 2 ** 32 }, /uid of lookup/],
      [{ from: '::1' }, /from to be of inet/],
      [{ from: 'x' }, /from/],
      [{ fibMatch: 1 }, /fibMatch of lookup to be true or false/],
      [{ oif: 'v0' }, /'oif'/],
    ] as const)
      await refuses(JSON.stringify(how), () => nl.route.lookup('10.0.0.1', how as never), 'TypeError', pattern)
    await refuses('missing address', () => nl.route.lookup(undefined as never), 'TypeError', /address/)
    await refuses('a network', () => nl.route.lookup('10.0.0.0/8'), 'TypeError', /address/)
  }))

test.run()
