import { AF, Connection, type RouteMessage } from '@netloom/netlink'
import { LWTUNNEL_ENCAP, RTN, RTPROT, SEG6_IPTUN_MODE } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { complaint, inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Linux 6.18 crashes on LWTUNNEL_IP_OPTS_* in a request (ip_tun_parse_opts), while holding RTNL. Never send them here.

const test = suiteNeeding('route encapsulations in the kernel', 'netns')

type Encap = Pick<RouteMessage['attrs'], 'encapType' | 'encap'>

const label = (label: number, bos = 1) => ({ label, tc: 0, bos, ttl: 0 })

/** The same encapsulation, for netloom and for iproute2. */
const rows: readonly (readonly [family: 2 | 10, ours: Encap, theirs: string])[] = [
  [
    AF.INET,
    { encapType: LWTUNNEL_ENCAP.MPLS, encap: { dst: [label(100, 0), label(200)], ttl: 9 } },
    'mpls 100/200 ttl 9',
  ],
  [
    AF.INET,
    {
      encapType: LWTUNNEL_ENCAP.IP,
      encap: { id: 7n, dst: '192.0.2.1', src: '192.0.2.2', ttl: 5, tos: 8, flags: 4 },
    },
    'ip id 7 dst 192.0.2.1 src 192.0.2.2 ttl 5 tos 8 key',
  ],
  [
    AF.INET6,
    {
      encapType: LWTUNNEL_ENCAP.IP6,
      encap: { id: 7n, dst: '2001:db8::2', src: '2001:db8::1', hoplimit: 5, tc: 8, flags: 4 },
    },
    'ip6 id 7 dst 2001:db8::2 src 2001:db8::1 hoplimit 5 tc 8 key',
  ],
  [
    AF.INET6,
    {
      encapType: LWTUNNEL_ENCAP.SEG6,
      encap: { srh: { mode: SEG6_IPTUN_MODE.ENCAP, srh: { segments: ['fc00::2', 'fc00::1'] } } },
    },
    'seg6 mode encap segs fc00::1,fc00::2',
  ],
  [
    AF.INET6,
    { encapType: LWTUNNEL_ENCAP.SEG6_LOCAL, encap: { action: 2, nh6: '2001:db8::2' } },
    'seg6local action End.X nh6 2001:db8::2',
  ],
  [
    AF.INET6,
    {
      encapType: LWTUNNEL_ENCAP.SEG6_LOCAL,
      encap: { action: 6, nh4: '10.1.0.2', counters: { packets: 0n, bytes: 0n, errors: 0n } },
    },
    'seg6local action End.DX4 nh4 10.1.0.2 count',
  ],
  [
    AF.INET6,
    {
      encapType: LWTUNNEL_ENCAP.ILA,
      encap: { locator: 0x0001_0002_0003_0004n, csumMode: 2, identType: 1, hookType: 0 },
    },
    'ila 1:2:3:4 csum-mode no-action ident-type luid hook-type output',
  ],
  [
    AF.INET6,
    {
      encapType: LWTUNNEL_ENCAP.RPL,
      encap: {
        srh: {
          ...{ nexthdr: 0, hdrlen: 4, type: 3, segmentsLeft: 2, cmpr: 0, pad: 0 },
          segments: ['fc00::2', 'fc00::1'],
        },
      },
    },
    'rpl segs fc00::1,fc00::2',
  ],
  [
    AF.INET6,
    {
      encapType: LWTUNNEL_ENCAP.IOAM6,
      encap: { mode: 1, trace: { namespaceId: 1, nodelen: 0, remlen: 3, typeBe32: 0x80000000 } },
    },
    'ioam6 mode inline trace prealloc type 0x800000 ns 1 size 12',
  ],
]

interface Prepared {
  readonly netlink: Connection
  readonly namespace: Namespace
  readonly index: number
}

function prepared(use: (prepared: Prepared) => void) {
  return inScratch((namespace) => {
    namespace.ip('link', 'add', 've0', 'up', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('link', 'set', 've1', 'up')
    namespace.ip('address', 'add', '10.1.0.1/24', 'dev', 've0')
    namespace.ip('address', 'add', '2001:db8::1/64', 'dev', 've0', 'nodad')
    const [{ ifindex: index }] = namespace.ip('link', 'show', 'dev', 've0')
    const netlink = Connection.open({ netns: namespace.path })
    try {
      use({ netlink, namespace, index })
    } finally {
      netlink.close()
    }
  })
}

/** Runs `step`. Returns false and reports a skip if this kernel or iproute2 does not support the feature. */
function isSupported(feature: string, step: () => unknown): boolean {
  try {
    step()
    return true
  } catch (error) {
    const message = complaint(error)
    if (!/not supported|Unknown|not exist|invalid encap|No such file|unexpected end/i.test(message)) throw error
    skipped(`${feature}: ${message}`)
    return false
  }
}

for (const [family, ours, theirs] of rows) {
  test(`encap ${theirs} reads and writes the same as in iproute2`, () =>
    prepared(({ netlink, namespace, index }) => {
      const [dst, dstLen] = family === AF.INET ? ['10.9.0.0', 16] : ['2001:db8:9::', 48]
      const flag = family === AF.INET ? '-4' : '-6'
      const shown = () => namespace.ip(flag, 'route', 'show', `${dst}/${dstLen}`)
      const add = () =>
        namespace.ip(flag, 'route', 'add', `${dst}/${dstLen}`, 'encap', ...theirs.split(' '), 'dev', 've0')
      if (!isSupported(`encap ${theirs}`, add)) return
      const fromThem = shown()
      const [read] = netlink
        .dumpSync('RTM_GETROUTE', { family })
        .filter(({ attrs }) => attrs.dst === dst && attrs.encapType !== undefined)
      assert.is(read?.attrs.encapType, ours.encapType)
      for (const [key, value] of Object.entries(ours.encap ?? {})) {
        const actual = ((read?.attrs.encap ?? {}) as Record<string, unknown>)[key]
        if (key === 'srh') assert.match(JSON.stringify(actual), JSON.stringify(['fc00::2', 'fc00::1']))
        else assert.equal(actual, value, key)
      }

      const header = { family, dstLen: Number(dstLen), table: 254, protocol: RTPROT.BOOT, type: RTN.UNICAST }
      const request = {
        ...header,
        scope: fromThem[0].scope === 'link' ? 253 : 0,
        attrs: { dst: String(dst), oif: index },
      }
      netlink.requestSync('RTM_DELROUTE', request)
      assert.equal(shown(), [])
      netlink.requestSync('RTM_NEWROUTE', { ...request, attrs: { ...request.attrs, ...ours } } as never, {
        create: true,
      })
      assert.equal(shown(), fromThem)
    }))
}

test('MPLS routes have incoming and outgoing labels and a gateway of each family', () =>
  prepared(({ netlink, namespace, index }) => {
    const enable = () => {
      namespace.exec('sysctl', ['-w', 'net.mpls.platform_labels=1000'], { stdio: 'pipe' })
      namespace.ip('-f', 'mpls', 'route', 'add', '100', 'as', '200/300', 'via', 'inet', '10.1.0.2')
    }
    if (!isSupported('MPLS', enable)) return
    const dump = () => netlink.dumpSync('RTM_GETROUTE', { family: AF.MPLS }).filter(({ type }) => type === RTN.UNICAST)
    const [read] = dump()
    assert.equal(read?.attrs.dst, [label(100)])
    assert.equal(read?.attrs.newdst, [label(200, 0), label(300)])
    assert.equal(read?.attrs.via, { family: AF.INET, addr: '10.1.0.2' })

    const header = { family: AF.MPLS, dstLen: 20, table: 254, protocol: RTPROT.BOOT, type: RTN.UNICAST }
    const hop = (out: number, addr: string) => ({
      ...{ flags: 0, hops: 0, ifindex: index },
      attrs: { newdst: [label(out)], via: { family: AF.INET, addr } },
    })
    const via = { family: AF.INET6, addr: '2001:db8::2' }
    netlink.requestSync('RTM_NEWROUTE', { ...header, attrs: { dst: [label(101)], via, oif: index } }, { create: true })
    const multipath = [hop(300, '10.1.0.2'), hop(400, '10.1.0.3')]
    netlink.requestSync('RTM_NEWROUTE', { ...header, attrs: { dst: [label(102)], multipath } }, { create: true })
    const [, second, third] = namespace.ip('-f', 'mpls', 'route')
    assert.equal([second.dst, second.via], ['101', { family: 'inet6', host: '2001:db8::2' }])
    assert.equal(
      third.nexthops.map(({ to, via }: { to: string; via: { host: string } }) => [to, via.host]),
      [
        ['300', '10.1.0.2'],
        ['400', '10.1.0.3'],
      ],
    )
    const hops = dump()[2]?.attrs.multipath?.map(({ attrs }) => attrs)
    assert.equal(
      hops,
      multipath.map(({ attrs }) => attrs),
    )
  }))

test('an IPv4 route can have an IPv6 gateway', () =>
  prepared(({ netlink, namespace, index }) => {
    const via = { family: AF.INET6, addr: '2001:db8::2' }
    const header = { family: AF.INET, dstLen: 16, table: 254, protocol: RTPROT.BOOT, type: RTN.UNICAST }
    netlink.requestSync('RTM_NEWROUTE', { ...header, attrs: { dst: '10.9.0.0', via, oif: index } }, { create: true })
    const [{ via: shown }] = namespace.ip('route', 'show', '10.9.0.0/16')
    assert.equal(shown, { family: 'inet6', host: '2001:db8::2' })
    const [read] = netlink.dumpSync('RTM_GETROUTE', { family: AF.INET }).filter(({ attrs }) => attrs.dst === '10.9.0.0')
    assert.equal(read?.attrs.via, via)
  }))

test.run()
