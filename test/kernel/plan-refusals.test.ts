import { ApplyError, type Desired, Netlink } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { overBoth, reaches } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests that a plan reports all mistakes and refusals of the kernel, each with its place, before anything is changed. */
const test = suiteNeeding('plans: what the kernel refuses', 'netns')

const pair = { name: 'p', kind: 'veth', peer: { name: 'q', up: true }, up: true } as const

const conflictsOf = async (nl: Netlink, desired: Desired) =>
  (await nl.plan(desired)).conflicts.map(({ type, path, message }) => `${type} ${path}: ${message}`)

/** Returns the mistakes in a state, which is none of the declared type. */
async function mistakesIn(nl: Netlink, desired: unknown): Promise<string[]> {
  try {
    await nl.plan(desired as Desired)
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_NETLINK_ARGUMENT')
    return (error as Error).message.split('; ')
  }
  throw new Error('expected mistakes, got a plan')
}

overBoth(test, 'unknown keys and wrong values are one report', async (nl) => {
  const desired = {
    links: [
      { name: 'b', kind: 'bridge', mtu: 'x', up: 3, foo: 1, data: { forwardDelay: 'q' } },
      { name: 5, txqlen: 'a' },
      3,
    ],
    routes: [
      {
        dst: '10.0.0.0/8',
        table: -1,
        multipath: [
          { dev: 'lo', weight: 0 },
          { dev: 'lo', weight: 300 },
        ],
      },
      { dst: 'a' },
    ],
    rules: 1,
    zonk: 1,
    mark: 1,
  }
  const mistakes = await mistakesIn(nl, desired)
  for (const [place, words] of [
    ['the desired state: ', /known keys, such as .*, got 'zonk'/],
    ['links[0]: ', /such as mtu, got 'foo'/],
    ['links[0]: ', /mtu to be an integer .*, got "x"/],
    ['links[0]: ', /up to be true or false, got 3/],
    ['links[0]: ', /forwardDelay.* got "q"/],
    ['links[1]: ', /name to be .*, got 5/],
    ['links[1]: ', /txqlen .*, got "a"/],
    ['links[2]: ', /an object, got 3/],
    ['routes[0]: ', /table .*got -1/],
    ['routes[0]: ', /weight .*got 0/],
    ['routes[0]: ', /weight .*got 300/],
    ['routes[1]: ', /dst .*got "a"/],
    ['rules: ', /a list, got 1/],
    ['', /mark to be .*, got 1/],
  ] as const)
    assert.is(
      mistakes.filter((each) => each.startsWith(place) && words.test(each)).length,
      1,
      `${place}${words} in\n${mistakes.join('\n')}`,
    )
  assert.is(mistakes.length, 14, mistakes.join('\n'))
})

overBoth(test, 'what is required because of a mistake is none of its own', async (nl) => {
  assert.is((await mistakesIn(nl, { links: [{ name: '', kind: 'bridge' }] })).length, 1)
  assert.is((await mistakesIn(nl, { links: [{ name: 'b', kind: 5, data: { forwardDelay: 2 } }] })).length, 1)
  assert.is((await mistakesIn(nl, { neighbours: [{ dst: 'x', dev: 'lo' }] })).length, 1)
  assert.is((await mistakesIn(nl, { addresses: [{ address: '10.0.0.1/33', dev: 'lo' }] })).length, 1)
  assert.is((await mistakesIn(nl, { nexthops: [{ id: -1, dev: 'lo' }] })).length, 1)
  // Without its members, the rate is 0.
  const rated = { parms: { rate: { rate: 125_000 }, peakrate: { rate: 1000 }, limit: 3000, buffer: 3000, mtu: 1500 } }
  assert.equal(await mistakesIn(nl, { qdiscs: [{ dev: 'lo', kind: 'tbf', options: rated }] }), [
    'qdiscs[0]: expected options.parms.peakrate to be more than the rate 125000, got 1000',
  ])
  const none = { rate: 0, burst: '3kb', limit: 3000 }
  assert.equal(await mistakesIn(nl, { qdiscs: [{ dev: 'lo', kind: 'tbf', options: none }] }), [
    'qdiscs[0]: expected options.parms.rate.rate to be an integer from 1 to 9007199254740991, got 0',
  ])
})

overBoth(test, 'properties that cannot be read have a place', async (nl) => {
  const boom = (text: unknown) => ({
    enumerable: true,
    get() {
      throw text
    },
  })
  const link = Object.defineProperty({ name: 'b' }, 'kind', boom(new Error('one')))
  const desired = Object.defineProperty({ links: [link] }, 'routes', boom(new Error('two')))
  assert.equal(await mistakesIn(nl, desired), [
    'links[0].kind: expected a property that can be read, got the error "one"',
    'routes: expected a property that can be read, got the error "two"',
  ])
  const inner = { name: 'b', kind: 'bridge', data: Object.defineProperty({}, 'forwardDelay', boom(3)) }
  assert.equal(await mistakesIn(nl, { links: [inner] }), [
    'links[0].data: expected a property that can be read, got the error "3"',
  ])
})

overBoth(test, 'lists with holes, frozen objects, and objects of any prototype', async (nl) => {
  const holes: unknown[] = [pair]
  holes[4e9] = pair
  assert.equal(await mistakesIn(nl, { links: holes }), [
    'links: expected a list without holes, got 2 objects in a list of 4000000001',
  ])
  const parsed = JSON.parse('{"links":[{"name":"lo","__proto__":{"up":true}}],"__proto__":{}}')
  assert.equal(
    (await mistakesIn(nl, parsed)).sort().map((each) => each.replace(/such as \w+/, 'such as …')),
    [
      "links[0]: expected one of the known keys, such as …, got '__proto__'",
      "the desired state: expected one of the known keys, such as …, got '__proto__'",
    ],
  )
  const frozen = Object.freeze({ links: Object.freeze([Object.freeze({ ...pair, peer: Object.freeze(pair.peer) })]) })
  await reaches(nl, frozen)
})

overBoth(test, 'host bits in the destination of an IPv4 route', async (nl) => {
  await reaches(nl, { links: [pair] })
  const routes = [
    { dst: '10.9.0.1/16', dev: 'p' },
    { dst: '10.8.0.0/16', dev: 'p' },
    { dst: '10.7.0.1', dev: 'p' },
  ]
  assert.equal(await conflictsOf(nl, { routes }), [
    'refused routes[0].dst: expected 10.9.0.0/16, a network without host bits, got 10.9.0.1/16',
  ])
  assert.throws(() => nl.route.addSync(routes[0] as { dst: string; dev: string }), /Invalid prefix|invalid/i)
  await reaches(nl, { routes: routes.slice(1) })
})

overBoth(test, 'gateways that nothing makes reachable', async (nl) => {
  await reaches(nl, { links: [pair], addresses: [{ address: '10.0.0.1/24', dev: 'p' }] })
  const unreachable = (path: string, address: string) =>
    `reference ${path}: expected a gateway in the network of an address or of a route without a gateway, or the flag ONLINK, got ${address}`
  const desired: Desired = {
    nexthops: [
      { id: 1, dev: 'p', via: '10.5.0.1' },
      { id: 2, dev: 'p', via: 'fd05::1' },
    ],
    routes: [
      { dst: '10.9.0.0/16', via: '10.1.0.9' },
      { dst: '10.8.0.0/16', multipath: [{ via: '10.0.0.9' }, { via: '10.2.0.9' }] },
      { dst: 'fd09::/64', via: 'fd01::9' },
    ],
  }
  assert.equal((await conflictsOf(nl, desired)).sort(), [
    unreachable('nexthops[0].via', '10.5.0.1'),
    unreachable('nexthops[1].via', 'fd05::1'),
    unreachable('routes[0].via', '10.1.0.9'),
    unreachable('routes[1].multipath[1].via', '10.2.0.9'),
    unreachable('routes[2].via', 'fd01::9'),
  ])
  for (const route of [
    { dst: '10.9.0.0/16', via: '10.1.0.9' },
    { dst: 'fd09::/64', via: 'fd01::9' },
  ])
    assert.throws(() => nl.route.addSync(route), /gateway|unreach|No route/i)
})

overBoth(test, 'gateways that something makes reachable', async (nl) => {
  await reaches(nl, { links: [pair], addresses: [{ address: '10.0.0.1/24', dev: 'p' }] })
  await reaches(nl, {
    addresses: [
      { address: '10.1.0.1/24', dev: 'p' },
      { address: 'fd01::1/64', dev: 'p', flags: ['NODAD'] },
    ],
    routes: [
      // Reachable by a network that is there, a planned one, a planned route, a flag, and as a link-local address.
      { dst: '10.9.0.0/16', via: '10.0.0.9' },
      { dst: '10.8.0.0/16', via: '10.1.0.9' },
      { dst: '10.7.0.0/16', via: '10.2.0.9' },
      { dst: '10.2.0.9/32', dev: 'p' },
      { dst: '10.6.0.0/16', via: '10.3.0.9', dev: 'p', flags: ['ONLINK'] },
      { dst: 'fd09::/64', via: 'fd01::9' },
      { dst: 'fd08::/64', via: 'fe80::9', dev: 'p' },
    ],
  })
})

overBoth(test, 'kinds of links that the kernel does not know', async (nl) => {
  const before = nl.link.listSync().length
  const conflicts = await conflictsOf(nl, {
    links: [{ name: 'x', kind: 'foo' }, pair, { name: 'y', kind: 'foo' }],
  } as unknown as Desired)
  assert.is(conflicts.length, 2, conflicts.join('\n'))
  assert.match(conflicts[0] ?? '', /^refused links\[0\]\.kind: .*got "foo": .*Unknown device type/)
  assert.match(conflicts[1] ?? '', /^refused links\[2\]\.kind/)
  assert.is(nl.link.listSync().length, before, 'planning creates no link')
})

overBoth(test, 'MTUs outside the limits of a link', async (nl) => {
  await reaches(nl, { links: [pair] })
  const links = (mtu: number) => ({ links: [{ name: 'p', mtu }] })
  assert.equal(await conflictsOf(nl, links(67)), ['refused links[0].mtu: expected 68 to 65535, got 67'])
  assert.equal(await conflictsOf(nl, links(65536)), ['refused links[0].mtu: expected 68 to 65535, got 65536'])
  await reaches(nl, links(68))
  await reaches(nl, links(65535))
})

overBoth(
  test,
  'MTUs outside the limits of a new link, of its other end, and above that of the link below',
  async (nl) => {
    await reaches(nl, { links: [pair] })
    const desired = (least: number, most: number, upper: number): Desired => ({
      links: [
        { name: 'br0', kind: 'bridge', mtu: most },
        { name: 'v', kind: 'veth', mtu: least, peer: { name: 'w', mtu: most } },
        { name: 'm', kind: 'macvlan', link: 'p', mtu: upper, data: { mode: 'bridge' } },
      ],
    })
    assert.equal(await conflictsOf(nl, desired(67, 65536, 1501)), [
      'refused links[0].mtu: expected 68 to 65535, got 65536',
      'refused links[1].mtu: expected 68 to 65535, got 67',
      'refused links[1].peer.mtu: expected 68 to 65535, got 65536',
      'refused links[2].mtu: expected 68 to 1500, the MTU of p, got 1501',
    ])
    await reaches(nl, desired(68, 65535, 1500))
  },
)

overBoth(test, 'IPv6 on a link whose MTU is too small for it', async (nl) => {
  await reaches(nl, { links: [pair], addresses: [{ address: 'fd01::1/64', dev: 'p', flags: ['NODAD'] }] })
  const desired: Desired = {
    links: [{ name: 'p', mtu: 1000 }],
    addresses: [
      { address: 'fd01::1/64', dev: 'p' },
      { address: 'fd02::1/64', dev: 'p' },
      { address: '10.0.0.1/24', dev: 'p' },
    ],
  }
  assert.equal((await conflictsOf(nl, desired)).sort(), [
    'reference addresses[0].dev: expected p to have an MTU of at least 1280, as IPv6 needs it',
    'reference addresses[1].dev: expected p to have an MTU of at least 1280, as IPv6 needs it',
  ])
})

overBoth(test, 'next hops and routes through links without a carrier, or that are set down', async (nl) => {
  const desired: Desired = {
    links: [pair, { name: 'q', up: false }],
    nexthops: [{ id: 1, dev: 'p' }],
    routes: [{ dst: '10.8.0.0/16', dev: 'q' }],
  }
  const conflicts = [
    'reference nexthops[0].dev: expected p to have a carrier, for which q must be up, as the kernel requires for a next hop',
    'reference routes[0].dev: expected q to be up, as the kernel requires for a route',
  ]
  assert.equal(await conflictsOf(nl, desired), conflicts, 'of a new pair')
  await reaches(nl, { ...desired, links: [pair] })
  assert.equal(await conflictsOf(nl, desired), conflicts, 'that exist already')
})

overBoth(test, 'IPv6 addresses of a link that is set down', async (nl) => {
  const addresses = ['fd01::1/64', 'fd02::1/64'].map((address) => ({ address, dev: 'p', flags: ['NODAD'] as const }))
  await reaches(nl, { links: [pair], addresses: addresses.slice(0, 1) })
  await reaches(nl, { links: [{ name: 'p', up: false }], addresses })
})

test('bridge VLANs in a kernel without them', async () => {
  await inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    let isSupported = true
    try {
      nl.bridge.vlan.listSync()
    } catch {
      isSupported = false
    }
    const plan = await nl.plan({
      links: [{ name: 'b', kind: 'bridge', up: true }],
      bridgeVlans: [
        { dev: 'b', vid: 4 },
        { dev: 'b', vid: 5, absent: true },
      ],
    })
    assert.equal(
      plan.conflicts.map(({ type, path: place }) => `${type} ${place}`),
      isSupported ? [] : ['refused bridgeVlans[0]'],
    )
  })
})

test('a thousand conflicts are one report', async () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  const routes = Array.from({ length: 1000 }, (_, at) => ({ dst: `10.${at >> 8}.${at & 255}.0/24`, dev: `n${at}` }))
  const conflicts = await conflictsOf(nl, { routes })
  assert.is(conflicts.length, 1000)
  assert.is(new Set(conflicts).size, 1000)
  const wrong = Array.from({ length: 1000 }, () => ({ name: 5, mtu: 'x', foo: 1 }))
  assert.is((await mistakesIn(nl, { links: wrong })).length, 3000)
})

/** Options of a veth that the kernel refuses with any value, also with that of before. */
const refused = [
  ['protoDown', { protoDown: true }],
  ['a virtual function', { vfs: [{ vf: 0, vlan: 5 }] }],
] as const

for (const [name, options] of refused)
  test(`${name}, which the kernel refuses, leaves nothing behind`, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      nl.link.addSync(pair)
      const before = nl.link.getSync('p')
      const plan = await nl.plan({ links: [{ name: 'p', alias: 'uplink', mtu: 1400, ...options }] })
      try {
        await plan.apply()
      } catch (error) {
        if (!(error instanceof ApplyError)) throw error
        assert.equal([error.left, error.undone.length], [[], error.done.length], String(error))
        const after = nl.link.getSync('p')
        assert.equal([after?.alias, after?.mtu, after?.up], [before?.alias, before?.mtu, before?.up])
        return
      }
      throw new Error('expected the kernel to refuse the option')
    }))

test.run()
