import { Connection, nameOf, type RouteMessage } from '@netloom/netlink'
import { RTN, RTPROT } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('routes in the kernel', 'netns')

const main = 254
type Attributes = RouteMessage['attrs']
type Written = Omit<Partial<RouteMessage>, 'attrs'> & { attrs: Attributes }

interface Row {
  readonly what: string
  readonly ours: Written
  readonly theirs: readonly (string | number)[]
  readonly table?: number
}

const hop = (gateway: string, hops: number) => ({ flags: 0, hops, ifindex: 0, attrs: { gateway } })

/** The same route twice: as we ask for it, and as iproute2 does. Output interfaces are filled in. */
const rows: readonly Row[] = [
  {
    what: 'through a gateway',
    ours: { family: 2, dstLen: 16, attrs: { dst: '10.9.0.0', gateway: '10.1.0.2' } },
    theirs: ['10.9.0.0/16', 'via', '10.1.0.2'],
  },
  {
    what: 'the default',
    ours: { family: 2, attrs: { gateway: '10.1.0.2', priority: 50 } },
    theirs: ['default', 'via', '10.1.0.2', 'metric', 50],
  },
  {
    what: 'on the link, with a source',
    ours: { family: 2, dstLen: 16, scope: 253, attrs: { dst: '10.9.0.0', prefsrc: '10.1.0.1' } },
    theirs: ['10.9.0.0/16', 'scope', 'link', 'src', '10.1.0.1'],
  },
  {
    what: 'with metrics',
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
    what: 'in a table above 255',
    ours: { family: 2, dstLen: 16, table: 252, attrs: { dst: '10.9.0.0', gateway: '10.1.0.2', table: 70000 } },
    theirs: ['10.9.0.0/16', 'via', '10.1.0.2', 'table', 70000],
    table: 70000,
  },
  {
    what: 'a black hole',
    ours: { family: 2, dstLen: 16, type: RTN.BLACKHOLE, attrs: { dst: '10.9.0.0' } },
    theirs: ['blackhole', '10.9.0.0/16'],
  },
  {
    what: 'over several hops',
    ours: { family: 2, dstLen: 16, attrs: { dst: '10.9.0.0', multipath: [hop('10.1.0.2', 0), hop('10.1.0.3', 4)] } },
    theirs: ['10.9.0.0/16', 'nexthop', 'via', '10.1.0.2', 'weight', 1, 'nexthop', 'via', '10.1.0.3', 'weight', 5],
  },
  {
    what: 'IPv6',
    ours: { family: 10, dstLen: 48, attrs: { dst: '2001:db8:9::', gateway: '2001:db8::2', priority: 7 } },
    theirs: ['2001:db8:9::/48', 'via', '2001:db8::2', 'metric', 7],
  },
  {
    what: 'IPv6 in a table above 255, with metrics',
    ours: {
      family: 10,
      dstLen: 48,
      attrs: { dst: '2001:db8:9::', gateway: '2001:db8::2', table: 70000, metrics: { mtu: 1300 } },
    },
    theirs: ['2001:db8:9::/48', 'via', '2001:db8::2', 'table', 70000, 'mtu', 1300],
    table: 70000,
  },
  {
    what: 'IPv6, prohibited',
    ours: { family: 10, dstLen: 48, type: RTN.PROHIBIT, attrs: { dst: '2001:db8:9::' } },
    theirs: ['prohibit', '2001:db8:9::/48'],
  },
]

/** A route as `ip -d -j` writes it, of what we read. */
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
function told(route: any) {
  const { type, dst, gateway, metric, prefsrc, metrics, nexthops } = route
  const { mtu, advmss, initcwnd, hoplimit } = metrics?.[0] ?? {}
  return {
    ...{ type, dst, gateway, metric, prefsrc },
    metrics: { mtu, advmss, initcwnd, hoplimit },
    hops: nexthops?.map(({ gateway, weight }: { gateway: string; weight: number }) => ({ gateway, weight })),
  }
}

/** A namespace with 10.1.0.1/24 and 2001:db8::1/64 on a bridge that is up. */
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

/** Fills in what depends on the machine. */
function complete({ attrs, ...header }: Written, index: number): Written {
  const { multipath } = attrs
  const isDead = header.type !== undefined && header.type !== RTN.UNICAST
  const out = multipath
    ? { multipath: multipath.map((one) => ({ ...one, ifindex: index })) }
    : isDead
      ? {}
      : { oif: index }
  return { table: main, protocol: RTPROT.BOOT, type: RTN.UNICAST, ...header, attrs: { ...attrs, ...out } }
}

for (const { what, ours, theirs, table = main } of rows) {
  for (const by of ['us', 'iproute2']) {
    test(`${what}, added by ${by}`, () =>
      prepared((netlink, namespace, index) => {
        const request = complete(ours, index)
        const family = request.family === 2 ? '-4' : '-6'
        const device = request.attrs.oif === undefined ? [] : ['dev', 'br0']
        if (by === 'us') netlink.requestSync('RTM_NEWROUTE', request, { create: true, excl: true })
        else namespace.ip(family, 'route', 'add', ...theirs, ...device)
        const dump = () => netlink.dumpSync('RTM_GETROUTE', { family: request.family ?? 0 })
        const added = ({ attrs, protocol }: RouteMessage) => attrs.table === table && protocol === RTPROT.BOOT
        const read = dump().filter(added)
        const all = namespace.ip(family, 'route', 'show', 'table', table)
        // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
        const [found] = all.filter(({ dst }: any) => dst === shown(read[0] as RouteMessage).dst)
        assert.ok(found, JSON.stringify(all))
        assert.equal(read.map(shown), [told(found)])
        for (const [key, value] of Object.entries(ours.attrs)) {
          if (key !== 'multipath') assert.equal(read[0]?.attrs[key as keyof Attributes], value, key)
        }
        netlink.requestSync('RTM_DELROUTE', request)
        assert.equal(dump().filter(added), [])
      }))
  }
}

const count = 1500

test(`${count} routes over many datagrams, and the kernel's filter`, () =>
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
    // Strict checking makes the kernel filter by what the request says.
    const filtered = netlink.dumpSync('RTM_GETROUTE', { family: 2, attrs: { table: 70000 } })
    assert.is(filtered.length, count / 3)
    assert.equal(ours(filtered).sort(), added.filter((_, number) => number % 3 === 0).sort())
    assert.ok(filtered.every(({ attrs }) => attrs.table === 70000))
  }))

test.run()
