import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'
import { routerAdvertisement } from './icmpv6.js'

const test = suiteNeeding('cni-tap: CHECK compares routes', 'netns', 'tun', 'cniPlugins')

const ipam = {
  type: 'static',
  addresses: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }, { address: '2001:db8::2/64' }],
}

/** Creates an attachment with one route, changes it with the script and calls `use`. */
function withChangedRoute(route: object, script: string, use: (a: Attachment, config: object) => void) {
  return attached((a) => {
    const addresses = [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }, { address: '2001:db8::2/64' }]
    const config = a.config(a.fakeIpam({ ips: addresses, routes: [route] }))
    const prevResult = a.succeed('ADD', config).json
    a.succeed('CHECK', { ...config, prevResult })
    a.namespace.exec('sh', ['-ec', script])
    use(a, { ...config, prevResult })
  })
}

const moveRoute = 'ip route del 10.7.0.0/16; ip route add 10.7.0.0/16 via 10.0.0.1 dev tap0 table 77'

test('a route in a table that no rule uses counts as missing', () =>
  withChangedRoute({ dst: '10.7.0.0/16' }, moveRoute, (a, config) => {
    a.fail('CHECK', config, 102, '"tap0": expected route 10.7.0.0/16 via 10.0.0.1, found none')
    a.namespace.exec('ip', ['rule', 'add', 'from', '10.0.0.2', 'unreachable'])
    a.namespace.exec('ip', ['-6', 'rule', 'add', 'table', '77'])
    a.fail('CHECK', config, 102, '"tap0": expected route 10.7.0.0/16 via 10.0.0.1, found none')
    a.namespace.exec('ip', ['rule', 'add', 'from', '10.0.0.2', 'table', '77'])
    a.succeed('CHECK', config)
  }))

test('a route with a table must be in that table, with or without a rule', () =>
  withChangedRoute({ dst: '10.7.0.0/16', table: 78 }, 'ip rule add table 77', (a, config) => {
    a.succeed('CHECK', config)
    a.namespace.exec('sh', ['-ec', 'ip route flush table 78; ip route add 10.7.0.0/16 via 10.0.0.1 dev tap0 table 77'])
    a.fail('CHECK', config, 102, '"tap0": expected route 10.7.0.0/16 via 10.0.0.1 table 78, found none')
  }))

/** Changed properties of a route: the route, its replacement, and the error of CHECK. */
const properties: [route: object, replacement: string, message: string][] = [
  [
    { dst: '10.7.0.0/16', mtu: 1300 },
    '10.7.0.0/16 via 10.0.0.1 mtu 1400',
    'expected route 10.7.0.0/16 via 10.0.0.1 mtu 1300, found it with mtu 1400',
  ],
  [
    { dst: '10.7.0.0/16', mtu: 1300, advmss: 1200 },
    '10.7.0.0/16 via 10.0.0.1',
    'expected route 10.7.0.0/16 via 10.0.0.1 mtu 1300 advmss 1200, found it with mtu none advmss none',
  ],
  [
    { dst: '10.7.0.0/16', scope: 200 },
    '10.7.0.0/16 via 10.0.0.1 scope global',
    'expected route 10.7.0.0/16 via 10.0.0.1 scope 200, found it with scope 0',
  ],
  [
    { dst: '2001:db8:7::/48', gw: '2001:db8::1', advmss: 1200, scope: 200 },
    '2001:db8:7::/48 via 2001:db8::1 advmss 1300',
    'expected route 2001:db8:7::/48 via 2001:db8::1 advmss 1200 scope 200, found it with advmss 1300',
  ],
]
for (const [route, replacement, message] of properties)
  test(`CHECK detects a changed property of the route ${JSON.stringify(route)}`, () =>
    withChangedRoute(route, `ip route replace ${replacement} dev tap0`, (a, config) =>
      a.fail('CHECK', config, 102, `"tap0": ${message}`),
    ))

test('CHECK accepts an MTU and an MSS that the kernel limits', () =>
  withChangedRoute({ dst: '10.7.0.0/16', mtu: 70_000, advmss: 70_000 }, 'true', (a, config) => {
    a.succeed('CHECK', config)
  }))

/** Returns the MTU of an IPv6 route. */
const mtuOf = (a: Attachment, route: string): number => a.namespace.ip('-6', 'route', 'show', route)[0].metrics[0].mtu

/** Plugins that run later may change the MTU. The kernel then changes that of IPv6 routes: fib6_nh_mtu_change(), net/ipv6/route.c */
for (const [own, changed] of [
  [1400, 1300],
  [1500, 1300],
  [1300, 1300],
  [1500, 9000],
  [9000, 4000],
] as const)
  test(`CHECK accepts an IPv6 route with mtu ${own} as the kernel changes it if tuning sets mtu ${changed}`, () =>
    attached((a) => {
      const routes = [
        { dst: '2001:db8:7::/48', mtu: own },
        { dst: '::/0', mtu: own },
        { dst: '10.7.0.0/16', mtu: own },
      ]
      const config = a.config({ ipam: { ...ipam, routes } })
      const prevResult = a.chain('tuning', { mtu: changed }, a.succeed('ADD', config).json)
      assert.is(mtuOf(a, '2001:db8:7::/48'), changed)
      a.succeed('CHECK', { ...config, prevResult })
    }))

test('CHECK detects another MTU of an IPv6 route than its own and the one of the device', () =>
  withChangedRoute({ dst: '2001:db8:7::/48', gw: '2001:db8::1', mtu: 1400 }, 'true', (a, config) => {
    const replace = (...mtu: string[]) =>
      a.namespace.exec('ip', [
        'route',
        'replace',
        '2001:db8:7::/48',
        'via',
        '2001:db8::1',
        'dev',
        'tap0',
        'mtu',
        ...mtu,
      ])
    const fails = (found: number | string) =>
      a.fail(
        'CHECK',
        config,
        102,
        `"tap0": expected route 2001:db8:7::/48 via 2001:db8::1 mtu 1400, found it with mtu ${found}`,
      )
    replace('1350')
    fails(1350)
    replace('1500')
    a.succeed('CHECK', config)
    // The kernel leaves a locked metric alone, so this is a change by someone else.
    replace('lock', '1500')
    fails(1500)
    replace('0')
    fails('none')
  }))

test('CHECK detects the MTU of the device as that of an IPv4 route, which the kernel never changes', () =>
  withChangedRoute(
    { dst: '10.7.0.0/16', mtu: 1400 },
    'ip route change 10.7.0.0/16 via 10.0.0.1 mtu 1500',
    (a, config) => {
      a.fail(
        'CHECK',
        config,
        102,
        /^"tap0": expected route 10.7.0.0\/16 via 10.0.0.1 mtu 1400, found it with mtu 1500$/,
      )
    },
  ))

test('CHECK accepts an MTU that a router advertised', async () =>
  attached(async (a) => {
    const config = a.config({ acceptRA: true, ipam: { ...ipam, routes: [{ dst: '2001:db8:7::/48', mtu: 1400 }] } })
    const prevResult = a.succeed('ADD', config).json
    const tap = a.attach()
    try {
      // The kernel handles advertisements once its link-local address is unique.
      const isReady = () => a.namespace.exec('ip', ['-6', 'addr', 'show', 'tap0', '-tentative']).includes('fe80')
      await until('the link-local address to be unique', isReady)
      const advertised = { mac: '02:00:00:00:00:02', router: 'fe80::ff', prefix: '2001:db8:bad::', mtu: 1300 }
      tap.write(routerAdvertisement(advertised))
      await until('the MTU of the route', () => mtuOf(a, '2001:db8:7::/48') === 1300)
      assert.is(a.link().mtu, 1500)
      a.succeed('CHECK', { ...config, prevResult })
    } finally {
      tap.close()
    }
  }))

test('CHECK detects changed metrics of an IPv4 route with several next hops', () => {
  const hops = 'nexthop via 10.0.0.1 dev tap0 nexthop via 10.0.0.9 dev tap0'
  return withChangedRoute(
    { dst: '10.7.0.0/16', mtu: 1400 },
    `ip route replace 10.7.0.0/16 mtu 1300 ${hops}`,
    (a, config) => {
      a.fail('CHECK', config, 102, /found it with mtu 1300$/)
      a.namespace.exec('sh', ['-ec', `ip route replace 10.7.0.0/16 mtu 1400 ${hops}`])
      a.succeed('CHECK', config)
    },
  )
})

/** Routes through a gateway, in place of a route without one. */
for (const route of [
  '10.7.0.0/16 via 10.0.0.99 dev tap0',
  '10.7.0.0/16 via inet6 2001:db8::99 dev tap0',
  '10.7.0.0/16 nexthop via 10.0.0.98 dev tap0 nexthop via inet6 2001:db8::99 dev tap0',
  '2001:db8:7::/48 via 2001:db8::99 dev tap0',
])
  test(`CHECK detects that a route got a gateway: ${route}`, () =>
    attached((a) => {
      const [dst = ''] = route.split(' ')
      const addresses = [{ address: '10.0.0.2/24' }, { address: '2001:db8::2/64' }]
      const config = a.config({ ipam: { type: 'static', addresses, routes: [{ dst }] } })
      const prevResult = a.succeed('ADD', config).json
      a.succeed('CHECK', { ...config, prevResult })
      a.namespace.exec('ip', ['route', 'replace', ...route.split(' ')])
      a.fail('CHECK', { ...config, prevResult }, 102, `"tap0": expected route ${dst}, found none`)
    }))

for (const table of [0, 254])
  test(`CHECK finds a route with table ${table}, which means main, after sbr has moved it`, () =>
    attached((a) => {
      const config = a.config({ ipam: { ...ipam, routes: [{ dst: '10.7.0.0/16', table }] } })
      const prevResult = a.chain('sbr', {}, a.succeed('ADD', config).json)
      assert.equal(a.namespace.ip('route', 'show', '10.7.0.0/16', 'table', 'main'), [])
      a.succeed('CHECK', { ...config, prevResult })
      a.namespace.exec('ip', ['route', 'del', '10.7.0.0/16', 'table', '100'])
      a.fail(
        'CHECK',
        { ...config, prevResult },
        102,
        /^"tap0": expected route 10.7.0.0\/16 via 10.0.0.1 table 254, found none$/,
      )
    }))

test('CHECK accepts a property that another plugin adds to a route', () =>
  withChangedRoute(
    { dst: '10.7.0.0/16' },
    'ip route replace 10.7.0.0/16 via 10.0.0.1 dev tap0 mtu 1300 advmss 1200',
    (a, config) => {
      a.succeed('CHECK', config)
    },
  ))

test('CHECK finds a route that the kernel merged with one through another link', () =>
  attached((a) => {
    const sh = (line: string) => a.namespace.exec('sh', ['-ec', line])
    sh('ip link add eth0 type veth peer name eth0p; ip link set eth0p up; ip link set eth0 up')
    sh('ip addr add 2001:db8:f::2/64 dev eth0 nodad; ip route add default via 2001:db8:f::1 dev eth0')
    const addresses = [{ address: '2001:db8::5/64', gateway: '2001:db8::1' }]
    const config = a.config({ ipam: { type: 'static', addresses, routes: [{ dst: '::/0' }] } })
    const prevResult = a.succeed('ADD', config).json
    a.succeed('CHECK', { ...config, prevResult })
    sh('ip -6 route del default via 2001:db8::1 dev tap0')
    a.fail('CHECK', { ...config, prevResult }, 102, /expected route ::\/0 via 2001:db8::1, found none/)
  }))

test('CHECK does not accept a route that only rejects packets', () =>
  attached((a) => {
    const config = a.config({ ipam: { type: 'static', addresses: [{ address: '10.0.0.2/24' }] } })
    const added = a.succeed('ADD', config).json
    const prevResult = { ...added, routes: [{ dst: '10.0.0.2/32' }] }
    a.fail('CHECK', { ...config, prevResult }, 102, /expected route 10.0.0.2\/32, found it through device \d+$/)
  }))

test.run()
