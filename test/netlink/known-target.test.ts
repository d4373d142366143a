import type { NewAddress, NewNeighbour, NewRoute, NewRule } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encodeAddress } from '../../packages/netlink/dist/api/address/encode.js'
import { addressTarget, knownAddress } from '../../packages/netlink/dist/api/address/write.js'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import { compareLink, isClearlySame } from '../../packages/netlink/dist/api/link/diff.js'
import type { AnyNewLink } from '../../packages/netlink/dist/api/link/types.js'
import { encodeNewNeighbour } from '../../packages/netlink/dist/api/neighbour/encode.js'
import { knownNeighbour, neighbourTarget } from '../../packages/netlink/dist/api/neighbour/ensure.js'
import { encodeRoute } from '../../packages/netlink/dist/api/route/encode.js'
import { knownRoute } from '../../packages/netlink/dist/api/route/known.js'
import { destinationKey } from '../../packages/netlink/dist/api/route/selection.js'
import { routeTarget } from '../../packages/netlink/dist/api/route/write.js'
import { knownRule, ruleTarget } from '../../packages/netlink/dist/api/rule/write.js'
import type { KnownObjects } from '../../packages/netlink/dist/api/run/known.js'
import { AmbiguousError, refusal } from '../../packages/netlink/dist/api/run/selection.js'
import { isMatch } from '../../packages/netlink/dist/api/values/compare.js'
import { normalize } from '../../packages/netlink/dist/api/values/normalize.js'
import * as rtnetlink from '../../packages/netlink/dist/route/index.js'
import '../support/built.js'

// What a plan finds without a request must be what the operations of `ensure` find with requests.

const test = suite('targets that are clear without a request')

interface Found {
  readonly message: object
}

/** Runs an operation whose reads are answered with a list. */
function run<T>(operation: Generator<{ readonly kind: string }, T, unknown[]>, listed: readonly object[]): T {
  let next = operation.next()
  while (!next.done)
    next =
      next.value.kind === 'read' && listed.length === 0
        ? operation.throw(refusal({ request: 'RTM_GETNEIGH', code: 'ENOENT' }))
        : operation.next([...listed])
  return next.value
}

/** A kind of object: how plans find one of them, and how operations do. */
interface Kind<S> {
  readonly specs: readonly S[]
  /** Returns the message of an object as the kernel reports it. */
  messageOf(spec: S): object
  known(spec: S, known: KnownObjects): { readonly message: object; readonly found: object | undefined } | undefined
  target(spec: S): {
    readonly message: object
    find(): Generator<never, Found | undefined, unknown[]>
    compare(found: never): readonly never[]
  }
}

/** Returns the known objects of one list, grouped like those of a plan. */
const knownOf = (listed: readonly object[]): KnownObjects => {
  const where = (fits: (attrs: Record<string, unknown>) => boolean) =>
    listed.filter((each) => fits((each as { readonly attrs: Record<string, unknown> }).attrs)) as never[]
  return {
    linkIndex: (ref) => (typeof ref === 'number' ? ref : undefined),
    routes: (_family, _table, destination) =>
      where(({ dst }) => destinationKey(dst as string | undefined) === destination),
    rules: (_family, wanted) => where(({ priority = 0 }) => priority === wanted),
    addresses: (_family, _index, wanted) => where(({ local, address }) => (local ?? address) === wanted),
    neighbours: (_family, _index, wanted) => where(({ dst }) => dst === wanted),
  }
}

const textOf = (value: unknown) => JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}n` : each))

/**
 * Compares both ways of finding, for each spec and each list of at most two other objects. Each operation must
 * find an object as the kernel reports it. Returns the numbers of clear results.
 */
function compareWays<S>({ specs, messageOf, known, target }: Kind<S>) {
  const messages = specs.map((spec) => messageOf(spec))
  const lists = [[], ...messages.map((one) => [one]), ...messages.flatMap((one) => messages.map((two) => [one, two]))]
  const clear = { same: 0, missing: 0 }
  for (const [at, spec] of specs.entries()) {
    assert.ok(run(target(spec).find(), [messages[at] as object]), `${textOf(spec)}: finds its own object`)
    for (const listed of lists) {
      const result = known(spec, knownOf(listed))
      if (result === undefined) continue
      const text = textOf([spec, listed])
      const expected = target(spec)
      let found: Found | undefined
      try {
        found = run(expected.find(), listed)
      } catch (error) {
        assert.not(error instanceof AmbiguousError, text)
        throw error
      }
      assert.is(result.found, found?.message, text)
      if (found === undefined) clear.missing++
      else {
        clear.same++
        assert.equal(
          expected.compare(found as never).filter((each) => !isMatch(each)),
          [],
          text,
        )
      }
    }
  }
  return clear
}

const hop = { via: '10.0.0.9', dev: 2 }
const routes = [
  ...[{}, { dev: 2 }, { dev: 3 }, hop, { ...hop, src: '10.0.0.1' }, { ...hop, metric: 7 }, { ...hop, tos: 4 }],
  ...[
    { ...hop, protocol: 'static' },
    { ...hop, mtu: 1400 },
    { nexthop: 1 },
    { type: 'blackhole' },
    { multipath: [hop] },
  ],
  ...[{ dst: '10.9.0.0/24' }, { dst: 'default', dev: 2 }, { dst: '0.0.0.0/0', dev: 2 }],
  ...[
    { dst: '2001:db8::/64', dev: 2 },
    { dst: '2001:db8::/64', dev: 3 },
    { dst: 'fe80::/64', dev: 2 },
  ],
  ...[
    { dst: 'fe80::/64', dev: 3 },
    { dst: '2001:db8::/64', dev: 2, metric: 1024 },
    { dst: 'default', family: 'inet6' },
  ],
  ...[
    { dev: 2 },
    { ...hop, as: 200 },
    { ...hop, as: [200, 201], ttlPropagate: false },
    { multipath: [{ ...hop, as: 202 }] },
  ].map((options) => ({ family: 'mpls', dst: 100, ...options })),
  { family: 'mpls', dst: '101', via: '2001:db8::9', dev: 2 },
].map((options) => ({ dst: '10.9.0.0/16', ...options }) as NewRoute)

test('routes', () => {
  const clear = compareWays<NewRoute>({
    specs: routes,
    messageOf: (spec) => {
      const message = normalize(rtnetlink.routeMessage, run(encodeRoute(spec), []))
      // Like the kernel, which gives an IPv6 route a metric.
      const priority = message.attrs.priority ?? (message.family === 10 ? 1024 : undefined)
      return { ...message, attrs: { ...message.attrs, ...(priority !== undefined && { priority }) } }
    },
    known: knownRoute,
    target: (spec) => run(routeTarget(spec), []) as never,
  })
  assert.ok(clear.same > 500 && clear.missing > 500, JSON.stringify(clear))
})

const rules = [
  ...[
    {},
    { from: '10.0.0.0/8' },
    { from: '10.0.0.1' },
    { from: '10.0.0.1', table: 7 },
    { from: '10.0.0.1', invert: true },
  ],
  ...[{ iif: 'eth0' }, { fwmark: 1 }, { fwmark: 1, fwmask: 255 }, { fwmark: 1, protocol: 'static' }, { goto: 200 }],
  ...[
    { from: '2001:db8::/32' },
    { action: 'blackhole' },
    { priority: 101, from: '10.0.0.1' },
    { priority: 0, fwmark: 1 },
  ],
  ...[
    { from: '10.0.0.1', priority: undefined },
    { suppressPrefixlen: 0 },
    { tunId: 7n },
    { uidRange: { start: 1, end: 2 } },
  ],
].map((options) => ({ priority: 100, ...options }) as NewRule)

test('rules', () => {
  const clear = compareWays<NewRule>({
    specs: rules,
    messageOf: (spec) => ruleTarget(spec).message,
    known: knownRule,
    target: (spec) => ruleTarget(spec) as never,
  })
  assert.ok(clear.same > 500 && clear.missing > 500, JSON.stringify(clear))
})

const addresses = [
  ...[
    {},
    { address: '10.0.0.1/16' },
    { address: '10.0.0.2/24' },
    { dev: 3 },
    { peer: '10.0.0.9/32', address: '10.0.0.1' },
  ],
  ...[{ label: 'a:1' }, { metric: 7 }, { scope: 'link' }, { address: '2001:db8::1/64' }, { address: '2001:db8::1/48' }],
].map((options) => ({ address: '10.0.0.1/24', dev: 2, ...options }) as NewAddress)

test('addresses', () => {
  const clear = compareWays<NewAddress>({
    specs: addresses,
    messageOf: (spec) =>
      normalize(rtnetlink.addressMessage, { flags: 0, scope: 0, ...run(encodeAddress(spec), []) } as never),
    known: knownAddress,
    target: (spec) => run(addressTarget(spec), []) as never,
  })
  assert.ok(clear.same > 50, JSON.stringify(clear))
})

const neighbours = [
  ...[{}, { lladdr: '02:00:00:00:00:01' }, { lladdr: '02:00:00:00:00:02' }, { dev: 3 }, { dst: '10.0.0.8' }],
  ...[{ state: ['NOARP'] }, { flags: ['ROUTER'] }, { protocol: 'static' }, { dst: '2001:db8::9' }],
].map((options) => ({ dst: '10.0.0.9', dev: 2, ...options }) as NewNeighbour)

test('neighbours', () => {
  // The kernel looks up one neighbour, so that a list of others is none.
  const specs = neighbours.filter(({ dev }) => dev === 2)
  const messageOf = (spec: NewNeighbour) =>
    normalize(rtnetlink.neighbourMessage, run(encodeNewNeighbour(spec), []) as rtnetlink.NeighbourMessage)
  let same = 0
  for (const spec of specs)
    for (const other of specs) {
      const listed = [messageOf(other)].filter(({ attrs }) => attrs.dst === spec.dst)
      const result = knownNeighbour(spec, knownOf(listed))
      if (result === undefined) continue
      const target = run(neighbourTarget(spec), [])
      const found = run(target.find(), listed)
      assert.is(result.found, found?.message)
      assert.equal(result.message, target.message)
      if (found === undefined) continue
      same++
      assert.equal(
        target.compare(found).filter((each) => !isMatch(each)),
        [],
      )
    }
  assert.ok(same >= specs.length, String(same))
})

test('proxies and FDB entries are never clear', () => {
  const none = knownOf([])
  assert.is(knownNeighbour({ dst: '10.0.0.9', dev: 2, flags: ['PROXY'] }, none), undefined)
  assert.is(knownNeighbour({ family: 'bridge', lladdr: '02:00:00:00:00:01', dev: 2 }, none), undefined)
})

test('a link that is clearly the same has no property that differs', () => {
  const message = { family: 0, type: 1, index: 5, flags: 0x1003, change: 0 }
  const attrs = {
    ifname: 'p0',
    mtu: 1500,
    txqlen: 1000,
    group: 7,
    address: '02:00:00:00:00:01',
    ifalias: 'x',
    master: 4,
  }
  const link = toLink({ ...message, attrs: { ...attrs, linkinfo: { kind: 'vlan', data: { id: 7 } } } } as never)
  const equal = { name: 'p0', kind: 'vlan', mtu: 1500, up: true, group: 7, address: '02:00:00:00:00:01', alias: 'x' }
  assert.ok(isClearlySame(equal, link))
  assert.ok(isClearlySame({ ...equal, txqlen: undefined, master: 'br0' }, link))
  const others = [
    ...[{ mtu: 1400 }, { up: false }, { kind: 'veth' }, { alias: '' }, { group: 'default' }, { data: { id: 8 } }],
    ...[{ altNames: ['y'] }, { flags: { NOARP: true } }, { link: 9 }, { name: 'y' }, { txqlen: '1000' }],
  ]
  for (const other of others) assert.not(isClearlySame({ ...equal, ...other }, link), JSON.stringify(other))
  assert.equal(
    compareLink(equal as AnyNewLink, link).filter((each) => !isMatch(each)),
    [],
  )
})

test.run()
