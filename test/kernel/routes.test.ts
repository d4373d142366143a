import { Connection, nameOf, type RouteMessage } from '@netloom/netlink'
import { RTN, RTPROT } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('routes in the kernel', 'netns')

const main = 254
type Attributes = RouteMessage['attrs']
type RouteRequest = Omit<Partial<RouteMessage>, 'attrs'> & { attrs: Attributes }

interface Row {
  readonly name: string
  readonly ours: RouteRequest
  readonly theirs: readonly (string | number)[]
  readonly table?: number
}

const hop = (gateway: string, hops: number) => ({ flags: 0, hops, ifindex: 0, attrs: { gateway } })

/** The same route, for netloom and for iproute2. The output interface is added later. */
const rows: readonly Row[] = [
  {
    name: 'a route via a gateway',
    ours: { family: 2, dstLen: 16, attrs: { dst: '10.9.0.0', gateway: '10.1.0.2' } },
    theirs: ['10.9.0.0/16', 'via', '10.1.0.2'],
  },
  {
    name: 'a default route',
    ours: { family: 2, attrs: { gateway: '10.1.0.2', priority: 50 } },
    theirs: ['default', 'via', '10.1.0.2', 'metric', 50],
  },
  {
    name: 'an on-link route with a source address',
    ours: { family: 2, dstLen: 16, scope: 253, attrs: { dst: '10.9.0.0', prefsrc: '10.1.0.1' } },
    theirs: ['10.9.0.0/16', 'scope', 'link', 'src', '10.1.0.1'],
  },
  {
    name: 'a route with metrics',
    ours: {
      ...{ family: 2, dstLen: 16 },
      attrs: {
        dst: '10.9.0.0',
        gateway: '10.1.0.2',
        metrics: { lock: 4, mtu: 1400, advmss: 1300, initcwnd: 20, hoplimit: 9 },
      },
    },
    theirs: ['10.9.0.0/16', 'via', '10.1.0.2', 'mtu', 'lock', 1400, 'advmss', 1300, 'initcwnd', 20, 'hoplimit', 9],
  },
  {
    name: 'a route in a table above 255',
    ours: { family: 2, dstLen: 16, table: 252, attrs: { dst: '10.9.0.0', gateway: '10.1.0.2', table: 70000 } },
    theirs: ['10.9.0.0/16', 'via', '10.1.0.2', 'table', 70000],
    table: 70000,
  },
  {
    name: 'a blackhole route',
    ours: { family: 2, dstLen: 16, type: RTN.BLACKHOLE, attrs: { dst: '10.9.0.0' } },
    theirs: ['blackhole', '10.9.0.0/16'],
  },
  {
    name: 'a multipath route',
    ours: { family: 2, dstLen: 16, attrs: { dst: '10.9.0.0', multipath: [hop('10.1.0.2', 0), hop('10.1.0.3', 4)] } },
    theirs: ['10.9.0.0/16', 'nexthop', 'via', '10.1.0.2', 'weight', 1, 'nexthop', 'via', '10.1.0.3', 'weight', 5],
  },
  {
    name: 'an IPv6 route',
    ours: { family: 10, dstLen: 48, attrs: { dst: '2001:db8:9::', gateway: '2001:db8::2', priority: 7 } },
    theirs: ['2001:db8:9::/48', 'via', '2001:db8::2', 'metric', 7],
  },
  {
    name: 'an IPv6 route in a table above 255, with metrics',
    ours: {
      family: 10,
      dstLen: 48,
      attrs: { dst: '2001:db8:9::', gateway: '2001:db8::2', table: 70000, metrics: { mtu: 1300 } },
    },
    theirs: ['2001:db8:9::/48', 'via', '2001:db8::2', 'table', 70000, 'mtu', 1300],
    table: 70000,
  },
  {
    name: 'an IPv6 prohibit route',
    ours: { family: 10, dstLen: 48, type: RTN.PROHIBIT, attrs: { dst: '2001:db8:9::' } },
    theirs: ['prohibit', '2001:db8:9::/48'],
  },
]

/** Formats a received route like `ip -d -j`. */
function shown({ family, dstLen, attrs, ...header }: RouteMessage) {
  const { dst, gateway, priority, prefsrc, metrics = {}, multipath } = attrs
  const full = family === 2 ? 32 : 128
  const { mtu, advmss, initcwnd, hoplimit } = metrics
  return {
    type: nameOf(RTN, header.type).slice('RTN_'.length).toLowerCase(),
    dst: dst === undefined ? 'default' : dstLen === full ? dst : `${dst}/${dstLen}`,
    gateway,
    metric: priority,
    prefsrc,
    metrics: { mtu, advmss, initcwnd, hoplimit },
    hops: multipath?.map(({ hops, attrs }) => ({ gateway: attrs.gateway, weight: hops + 1 })),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
function listed(route: any) {
  const { type, dst, gateway, metric, prefsrc, metrics, nexthops } = route
  const { mtu, advmss, initcwnd, hoplimit } = metrics?.[0] ?? {}
  return {
    ...{ type, dst, gateway, metric, prefsrc },
    metrics: { mtu, advmss, initcwnd, hoplimit },
    hops: nexthops?.map(({ gateway, weight }: { gateway: string; weight: number }) => ({ gateway, weight })),
  }
}

/** Creates a namespace with a bridge that is up and has 10.1.0.1/24 and 2001:db8::1/64. */
function prepared(use: (netlink: Connection, namespace: Namespace, index: number) => void) {
  return inScratch((namespace) => {
    namespace.ip('link', 'add', 'br0', 'type', 'bridge')
    namespace.ip('link', 'set', 'br0', 'up')
    namespace.ip('address', 'add', '10.1.0.1/24', 'dev', 'br0')
    namespace.ip('address', 'add', '2001:db8::1/64', 'dev', 'br0', 'nodad')
    const [{ ifindex }] = namespace.ip('link', 'show', 'dev', 'br0')
    const netlink = Connection.open({ netns: namespace.path })
    try {
      use(netlink, namespace, ifindex)
    } finally {
      netlink.close()
    }
  })
}

/** Adds the output interface. */
function complete({ attrs, ...header }: RouteRequest, index: number): RouteRequest {
  const { multipath } = attrs
  const hasNoDevice = header.type !== undefined && header.type !== RTN.UNICAST
  const out = multipath
    ? { multipath: multipath.map((one) => ({ ...one, ifindex: index })) }
    : hasNoDevice
      ? {}
      : { oif: index }
  return { table: main, protocol: RTPROT.BOOT, type: RTN.UNICAST, ...header, attrs: { ...attrs, ...out } }
}

for (const { name, ours, theirs, table = main } of rows) {
  for (const by of ['netloom', 'iproute2']) {
    test(`${name}, added by ${by}, reads the same as in iproute2`, () =>
      prepared((netlink, namespace, index) => {
        const request = complete(ours, index)
        const family = request.family === 2 ? '-4' : '-6'
        const device = request.attrs.oif === undefined ? [] : ['dev', 'br0']
        if (by === 'netloom') netlink.requestSync('RTM_NEWROUTE', request, { create: true, excl: true })
        else namespace.ip(family, 'route', 'add', ...theirs, ...device)
        const dump = () => netlink.dumpSync('RTM_GETROUTE', { family: request.family ?? 0 })
        const added = ({ attrs, protocol }: RouteMessage) => attrs.table === table && protocol === RTPROT.BOOT
        const read = dump().filter(added)
        const all = namespace.ip(family, 'route', 'show', 'table', table)
        // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
        const [found] = all.filter(({ dst }: any) => dst === shown(read[0] as RouteMessage).dst)
        assert.ok(found, JSON.stringify(all))
        assert.equal(read.map(shown), [listed(found)])
        for (const [key, value] of Object.entries(ours.attrs)) {
          if (key !== 'multipath') assert.equal(read[0]?.attrs[key as keyof Attributes], value, key)
        }
        netlink.requestSync('RTM_DELROUTE', request)
        assert.equal(dump().filter(added), [])
      }))
  }
}

const count = 1500

test(`${count} routes are dumped in many datagrams, and the kernel filters by table`, () =>
  prepared((netlink, _namespace, index) => {
    const added = Array.from({ length: count }, (_, number) => `10.${100 + (number >> 8)}.${number & 255}.0`)
    for (const [number, dst] of added.entries()) {
      const attrs = { dst, gateway: '10.1.0.2', oif: index, table: number % 3 === 0 ? 70000 : main }
      const request = {
        family: 2,
        dstLen: 24,
        table: number % 3 === 0 ? 252 : main,
        protocol: RTPROT.STATIC,
        type: RTN.UNICAST,
        attrs,
      }
      netlink.requestSync('RTM_NEWROUTE', request, { create: true, excl: true })
    }
    const ours = (routes: readonly RouteMessage[]) =>
      routes.filter(({ protocol }) => protocol === RTPROT.STATIC).map(({ attrs }) => attrs.dst)
    assert.equal(ours(netlink.dumpSync('RTM_GETROUTE', { family: 2 })).sort(), [...added].sort())
    // With strict checking the kernel filters by the attributes of the request.
    const filtered = netlink.dumpSync('RTM_GETROUTE', { family: 2, attrs: { table: 70000 } })
    assert.is(filtered.length, count / 3)
    assert.equal(ours(filtered).sort(), added.filter((_, number) => number % 3 === 0).sort())
    assert.ok(filtered.every(({ attrs }) => attrs.table === 70000))
  }))

test.run()
