import { LWTUNNEL_ENCAP, SEG6_LOCAL_ACTION } from '@netloom/netlink/route'
import { suite } from 'uvu'
import { oracle } from '../support/captures.js'
import { bitsOf, type Decoded, dumpsOf, linkNames, type Mappers, sameMembers, sameObjects } from '../support/oracle.js'
import { lower, routeMappers, yes } from '../support/oracle-routes.js'

/**
 * Compares the output of ip about routes with encapsulations and about tunnels with our decoding of the dumps in the
 * captures.
 */

const test = suite('output of ip about encapsulations')

const encapsulations: Readonly<Record<number, string>> = {
  [LWTUNNEL_ENCAP.MPLS]: 'mpls',
  [LWTUNNEL_ENCAP.IP6]: 'ip6',
  [LWTUNNEL_ENCAP.SEG6]: 'seg6',
  [LWTUNNEL_ENCAP.SEG6_LOCAL]: 'seg6local',
}

/** Converts `SEG6_LOCAL_ACTION_END_B6_ENCAP` to the name that ip prints: `End.B6.Encaps`. */
function actionName(action: number): string {
  const [end, ...rest] = lower(SEG6_LOCAL_ACTION, action).split('_')
  const capitals = rest.map((word) => (word === 'encap' ? 'Encaps' : word.toUpperCase()))
  return [end === 'end' ? 'End' : end, ...capitals].join('.')
}

/** The header contains the segments in reverse order. */
const segments = ({ segments }: Decoded) => [...segments].reverse()
const labels = (stack: Decoded) => stack.map(({ label }: Decoded) => label).join('/')

/**
 * Members of a route with an encapsulation. In the JSON, `dst` and `table` of the encapsulation replace those of the
 * route.
 */
function encapMappers(capture: string): Mappers {
  const plain = routeMappers(linkNames(capture))
  const ofRoute = (key: string, route: Decoded) => {
    const mapper = plain[key]
    return typeof mapper === 'function' ? mapper(route) : undefined
  }
  return {
    ...plain,
    encap: ({ attrs }) => encapsulations[attrs.encapType],
    dst: (route) => {
      const { encap, encapType } = route.attrs
      return encapType === LWTUNNEL_ENCAP.MPLS ? labels(encap.dst) : (encap?.dst ?? ofRoute('dst', route))
    },
    table: (route) => ofRoute('table', { attrs: { table: route.attrs.encap?.table ?? route.attrs.table } }),
    mode: ({ attrs }) => ['inline', 'encap'][attrs.encap.srh.mode],
    segs: ({ attrs }) => segments(attrs.encap.srh.srh),
    action: ({ attrs }) => actionName(attrs.encap.action),
    srh: ({ attrs }) => ({ segs: segments(attrs.encap.srh) }),
    nh4: ({ attrs }) => attrs.encap.nh4,
    nh6: ({ attrs }) => attrs.encap.nh6,
    id: ({ attrs }) => Number(attrs.encap.id),
    src: ({ attrs }) => attrs.encap.src,
    hoplimit: ({ attrs }) => attrs.encap.hoplimit,
    tc: ({ attrs }) => attrs.encap.tc,
    ttl: ({ attrs }) => attrs.encap.ttl,
  }
}

for (const [capture, what, family] of [
  ['lwtunnel', 'route6', 10],
  ['mpls', 'route', 2],
] as const) {
  test(`${capture}.${what}: routes with encapsulations are as ip prints them`, () => {
    const mappers = encapMappers(capture)
    const dump = dumpsOf(capture, 'RTM_GETROUTE', 'RTM_NEWROUTE', (request) => request.family === family).at(-1) ?? []
    sameObjects(oracle(capture, what), dump, (printed, route) =>
      sameMembers(`${printed.encap} ${printed.dst}`, printed, route, mappers),
    )
  })
}

// `ip tunnel` reads the parameters with an ioctl. They equal those of the netlink dump of an earlier `ip -d link`.
test('03-gre.tunnel: tunnels are as ip prints them', () => {
  const names = linkNames('03-gre')
  const [SEQ, CSUM, KEY] = [0x1000, 0x8000, 0x2000]
  const keyed = ({ iflags, oflags }: Decoded) => (iflags & oflags & KEY) !== 0
  const tunnel = (mapper: (data: Decoded) => unknown) => (link: Decoded) => mapper(link.attrs.linkinfo.data)
  const mappers: Mappers = {
    ifname: ({ attrs }) => attrs.ifname,
    mode: ({ attrs }) => `${attrs.linkinfo.kind}/ip`,
    remote: tunnel(({ remote }) => remote),
    local: tunnel(({ local }) => local),
    dev: tunnel(({ link }) => names(link)),
    ttl: tunnel(({ ttl }) => ttl),
    tos: tunnel(({ tos }) => `0x${tos.toString(16)}`),
    nopmtudisc: tunnel(({ pmtudisc }) => yes(pmtudisc === 0)),
    key: tunnel((data) => (keyed(data) && data.ikey === data.okey ? data.ikey : undefined)),
    ikey: tunnel(({ ikey, iflags }) => ((iflags & KEY) === 0 ? undefined : ikey)),
    okey: tunnel(({ okey, oflags }) => ((oflags & KEY) === 0 ? undefined : okey)),
    flags: tunnel(({ iflags, oflags }) => [
      ...bitsOf({ [SEQ]: 'rx_drop_ooseq', [CSUM]: 'rx_csum' }, iflags),
      ...bitsOf({ [SEQ]: 'tx_seq', [CSUM]: 'tx_csum' }, oflags),
    ]),
  }
  const dumps = dumpsOf('03-gre', 'RTM_GETLINK', 'RTM_NEWLINK').filter(([link]) => link?.attrs.stats64 !== undefined)
  const ARPHRD_IPGRE = 778
  const tunnels = (dumps.at(-1) ?? []).filter(({ type }) => type === ARPHRD_IPGRE)
  sameObjects(oracle('03-gre', 'tunnel'), tunnels, (printed, link) =>
    sameMembers(printed.ifname, printed, link, mappers),
  )
})

test.run()
