import { AF } from '../../codec/index.js'
import { IFA_F, IFF, RT_SCOPE, RT_TABLE, RTN, RTNH_F } from '../../route/index.js'
import { ARPHRD } from './kinds.js'
import type { Address, Hop, Link, Neighbour, Route, State } from './state.js'

/** IF_OPER_*, linux/if.h */
export const IF_OPER = { UNKNOWN: 0, DOWN: 2, LOWERLAYERDOWN: 3, UP: 6 } as const

/** The flags that programs see (`dev_get_flags`). */
export function flagsOfLink({ fixed, up, carrier, operstate }: Link): number {
  const running = up && (operstate === IF_OPER.UP || operstate === IF_OPER.UNKNOWN)
  return fixed | (up ? IFF.UP : 0) | (running ? IFF.RUNNING : 0) | (up && carrier ? IFF.LOWER_UP : 0)
}

/** What a link's message has as `change` where all of the link is new, or gone. */
export const ALL_CHANGED = 0xffffffff

/** What RTM_NEWLINK says of a link; `change` tells which flags changed. */
export function linkMessageOf(link: Link, state: State, change = 0) {
  const { index, type, up, kind, master, lower, alias, data } = link
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
    ...(type !== ARPHRD.NONE && { address: link.address, broadcast: link.broadcast }),
    ...(linkinfo && { linkinfo }),
  }
  return { family: AF.UNSPEC, type, index, flags: flagsOfLink(link), change, attrs }
}

/** What RTM_NEWADDR says of an address. */
export function addressMessageOf(address: Address) {
  const { family, prefixlen, scope, index, local, peer, label, broadcast, flags, priority, proto, lifetime } = address
  const ends = family === AF.INET || peer !== local ? { address: peer, local } : { address: local }
  const attrs = {
    ...ends,
    ...(broadcast && { broadcast }),
    ...(label && { label }),
    ...(proto && { proto }),
    flags,
    ...(priority && { rtPriority: priority }),
    cacheinfo: { ...lifetime, cstamp: 0, tstamp: 0 },
  }
  return { family, prefixlen, flags: flags & 0xff, scope, index, attrs }
}

/** RTNH_F_* of a next hop: that nothing is plugged in is told of all but what is local. */
export function hopFlags({ scope, type }: Route, { oif, flags }: Hop, { links }: State): number {
  const isLocal = scope === RT_SCOPE.HOST || type === RTN.LOCAL
  const isDown = links.get(oif)?.linkdown === true
  return (flags & RTNH_F.ONLINK) | (isDown && !isLocal ? RTNH_F.LINKDOWN : 0)
}

/** What RTM_NEWROUTE says of a route. */
export function routeMessageOf(route: Route, state: State) {
  const { family, table, dst, dstLen, tos, priority, type, scope, protocol, hops, prefsrc, metrics, pref } = route
  const [first, ...others] = hops
  const flagsOf = (hop: Hop) => hopFlags(route, hop, state)
  const nextHops =
    others.length > 0
      ? {
          multipath: hops.map((hop) => ({
            ...{ flags: flagsOf(hop), hops: hop.hops, ifindex: hop.oif },
            attrs: hop.gateway === undefined ? {} : { gateway: hop.gateway },
          })),
        }
      : { ...(first?.gateway !== undefined && { gateway: first.gateway }), ...(first && { oif: first.oif }) }
  const attrs = {
    table,
    ...(dstLen > 0 && { dst }),
    ...((priority > 0 || family === AF.INET6) && { priority }),
    ...(prefsrc !== undefined && { prefsrc }),
    ...(metrics && { metrics }),
    ...nextHops,
    ...(family === AF.INET6 && {
      cacheinfo: { clntref: 0, lastuse: 0, expires: 0, error: 0, used: 0, id: 0, ts: 0, tsage: 0 },
      pref: pref ?? 0,
    }),
  }
  const flags = first && others.length === 0 ? flagsOf(first) : 0
  const shown = table > 0xff ? RT_TABLE.COMPAT : table
  return { family, dstLen, srcLen: 0, tos, table: shown, protocol, scope, type, flags, attrs }
}

/** What RTM_NEWNEIGH says of a neighbour. */
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

/** IFA_F_PERMANENT, where it lives for ever. */
export const isPermanent = ({ flags }: Address) => (flags & IFA_F.PERMANENT) !== 0
