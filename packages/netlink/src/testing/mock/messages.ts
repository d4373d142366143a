import { AF } from '../../codec/index.js'
import { ARPHRD, IFA_F, IFF, NHA_OP_FLAG, RT_SCOPE, RT_TABLE, RTN, RTNH_F } from '../../route/index.js'
import { afSpecOf } from './devconf.js'
import { dataOf } from './link-data.js'
import type { Address, Hop, Link, Neighbour, Nexthop, Route, State } from './state.js'

/** IF_OPER_*, linux/if.h */
export const IF_OPER = { UNKNOWN: 0, DOWN: 2, LOWERLAYERDOWN: 3, UP: 6 } as const

/** Returns the flags of a link in messages (`dev_get_flags`). */
export function flagsOfLink({ fixed, up, carrier, operstate }: Link): number {
  const running = up && (operstate === IF_OPER.UP || operstate === IF_OPER.UNKNOWN)
  return fixed | (up ? IFF.UP : 0) | (running ? IFF.RUNNING : 0) | (up && carrier ? IFF.LOWER_UP : 0)
}

/** `change` of the message of a new or deleted link. */
export const ALL_CHANGED = 0xffffffff

/** Returns the RTM_NEWLINK of a link. `change`: the flags that changed. */
export function linkMessageOf(link: Link, state: State, change = 0) {
  const { index, type, up, kind, master, lower, alias, altNames } = link
  const data = dataOf(link)
  const slaveKind = master === undefined ? undefined : state.links.get(master)?.kind
  const linkinfo = kind && { kind, ...(data && { data }), ...(slaveKind && { slaveKind }) }
  const attrs = {
    ifname: link.name,
    txqlen: link.txqlen,
    operstate: up ? link.operstate : IF_OPER.DOWN,
    linkmode: 0,
    mtu: link.mtu,
    minMtu: link.minMtu,
    maxMtu: link.maxMtu,
    group: link.group,
    promiscuity: 0,
    numTxQueues: 1,
    numRxQueues: 1,
    carrier: link.carrier ? 1 : 0,
    qdisc: link.qdisc,
    ...(lower !== undefined && { link: state.links.has(lower) ? lower : 0 }),
    ...(master !== undefined && { master }),
    ...(alias && { ifalias: alias }),
    ...(altNames.length > 0 && { propList: { altIfname: [...altNames] } }),
    ...(type !== ARPHRD.NONE && { address: link.address, broadcast: link.broadcast }),
    ...(linkinfo && { linkinfo }),
    afSpec: afSpecOf(link),
  }
  return { family: AF.UNSPEC, type, index, flags: flagsOfLink(link), change, attrs }
}

const FOREVER = 0xffffffff

/** Returns what is left of the lifetimes of an address, in whole seconds. */
function remaining({ flags, lifetime, changed }: Address, { clock }: Pick<State, 'clock'>) {
  if ((flags & IFA_F.PERMANENT) !== 0) return { prefered: FOREVER, valid: FOREVER }
  const past = Math.floor(clock.now - changed)
  const left = (seconds: number) => (seconds === FOREVER ? FOREVER : Math.max(seconds - past, 0))
  return { prefered: left(lifetime.prefered), valid: left(lifetime.valid) }
}

/** Hundredths of a second, in which the kernel reports times */
const USER_HZ = 100

/** Returns the RTM_NEWADDR of an address. */
export function addressMessageOf(address: Address, state: Pick<State, 'clock'>) {
  const { family, prefixlen, scope, index, local, peer, label, broadcast, flags, priority, proto } = address
  const ends = family === AF.INET || peer !== local ? { address: peer, local } : { address: local }
  const attrs = {
    ...ends,
    ...(broadcast && { broadcast }),
    ...(label && { label }),
    ...(proto && { proto }),
    flags,
    ...(priority && { rtPriority: priority }),
    cacheinfo: {
      ...remaining(address, state),
      cstamp: Math.floor(address.created * USER_HZ),
      tstamp: Math.floor(address.changed * USER_HZ),
    },
  }
  return { family, prefixlen, flags: flags & 0xff, scope, index, attrs }
}

/** Returns RTNH_F_* of a next hop. Local routes do not report a missing carrier. */
export function hopFlags({ scope, type }: Route, { oif, flags }: Hop, { links }: State): number {
  const isLocal = scope === RT_SCOPE.HOST || type === RTN.LOCAL
  const isDown = links.get(oif)?.linkdown === true
  return (flags & RTNH_F.ONLINK) | (isDown && !isLocal ? RTNH_F.LINKDOWN : 0)
}

/** Returns the attributes for gateway and realms of a next hop. IPv4 routes may have an IPv6 gateway. */
function gatewayOf({ gateway, flow }: Hop, family: number) {
  const realms = flow ? { flow } : {}
  if (gateway === undefined) return realms
  return family === AF.INET && gateway.includes(':')
    ? { ...realms, via: { family: AF.INET6, addr: gateway } }
    : { ...realms, gateway }
}

/** Returns the RTM_NEWNEXTHOP of a next hop. */
export function nexthopMessageOf({ id, family, protocol, flags, scope, blackhole, oif, gateway, group }: Nexthop) {
  const attrs = {
    id,
    ...(group && { group, groupType: 0, opFlags: NHA_OP_FLAG.RESP_GRP_RESVD_0 }),
    ...(blackhole && { blackhole }),
    ...(oif !== undefined && { oif }),
    ...(gateway !== undefined && { gateway }),
  }
  return { family, scope, protocol, flags, attrs }
}

/** Returns the RTM_NEWROUTE of a route. */
export function routeMessageOf(route: Route, state: State) {
  const { family, table, dst, dstLen, tos, priority, type, scope, protocol, hops, prefsrc, metrics, pref, nhId } = route
  const [first, ...others] = hops
  const flagsOf = (hop: Hop) => hopFlags(route, hop, state)
  // An IPv6 route of a group has a list, even of one next hop.
  const isList = others.length > 0 || (family === AF.INET6 && route.isOfGroup)
  const nextHops = isList
    ? {
        multipath: hops.map((hop) => ({
          ...{ flags: flagsOf(hop), hops: hop.hops, ifindex: hop.oif },
          attrs: gatewayOf(hop, family),
        })),
      }
    : { ...(first && gatewayOf(first, family)), ...(first && { oif: first.oif }) }
  const attrs = {
    table,
    ...(dstLen > 0 && { dst }),
    ...((priority > 0 || family === AF.INET6) && { priority }),
    ...(prefsrc !== undefined && { prefsrc }),
    ...(metrics && { metrics }),
    ...(nhId !== undefined && { nhId }),
    ...nextHops,
    ...(family === AF.INET6 && {
      cacheinfo: { clntref: 0, lastuse: 0, expires: 0, error: 0, used: 0, id: 0, ts: 0, tsage: 0 },
      pref: pref ?? 0,
    }),
  }
  const flags = first && !isList ? flagsOf(first) : 0
  const shown = table > 0xff ? RT_TABLE.COMPAT : table
  return { family, dstLen, srcLen: 0, tos, table: shown, protocol, scope, type, flags, attrs }
}

/** Returns the RTM_NEWNEIGH of a neighbour. */
export function neighbourMessageOf({ family, ifindex, state, flags, type, dst, lladdr, protocol }: Neighbour) {
  const attrs = {
    dst,
    ...(lladdr !== undefined && { lladdr }),
    probes: 0,
    ...(protocol && { protocol }),
    cacheinfo: { confirmed: 0, used: 0, updated: 0, refcnt: 0 },
  }
  return { family, ifindex, state, flags, type, attrs }
}
