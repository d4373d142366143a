import { AF } from '../codec/index.js'
import type { AddressMessage } from '../route/address.js'
import type { BridgeVlanMessage } from '../route/bridge-vlan.js'
import type { LinkMessage } from '../route/link.js'
import { IFF } from '../route/link-header.js'
import type { NexthopMessage } from '../route/nexthop.js'
import { BRIDGE_VLAN_INFO } from '../route/shared/bridge-spec.js'
import type { QdiscMessage, TclassMessage } from '../route/tc/index.js'
import { ANY_NAME, memberReference, type ObjectKind, type Objects } from './kinds.js'
import { type RouteReference, routeReference } from './route-key.js'
import type { Difference } from './store.js'
import { oneLink, type StaleObjects, type Stores } from './stores.js'
import { qdiscsAfterLink, staleAfterClass, staleAfterQdisc } from './traffic-changes.js'

/** Flags of a link that decide about its routes: up, and with a carrier. */
const CARRIES = IFF.UP | IFF.RUNNING | IFF.LOWER_UP

/** Returns those of the families that have a route that refers to one of these. */
const familiesOf = (
  { route }: Stores,
  families: readonly number[],
  ...references: readonly RouteReference[]
): StaleObjects[] =>
  families
    .filter((family) => references.some((reference) => route.refers(routeReference(family, reference))))
    .map((family) => ({ kind: 'route', family }))

const ROUTED = [AF.INET, AF.INET6, AF.MPLS]

/**
 * Returns the objects that a change of a link may have changed silently. When a link or its carrier is lost, the kernel silently
 * removes its IPv4 routes (`fib_sync_down_dev`) and next hops (`nexthop_flush_dev`), and with
 * net.ipv6.route.skip_notify_on_dev_down its IPv6 routes. The flags of a rule report whether its link exists.
 */
function staleAfterLink(stores: Stores, { before, after }: Difference<LinkMessage>, late: boolean): StaleObjects[] {
  const { index } = after ?? before ?? {}
  if (index === undefined) return []
  // A link above this one takes over features. The other end of a pair reports its peer.
  const [was, is] = late ? [undefined, undefined] : [before, after]
  const stale: StaleObjects[] = [...related(before, is), ...related(after, was)].map(oneLink)
  stale.push(...qdiscsAfterLink({ before: was, after: is }))
  // Bridge ports report the id of their bridge, which contains its address.
  if (late || before?.attrs.address !== after?.attrs.address) stale.push(...portsOf(stores, index).map(oneLink))
  if (late ? stores.rule.refers(ANY_NAME) : isRenamed(stores, before, after))
    stale.push({ kind: 'rule', family: AF.UNSPEC })
  if (!late && (before === undefined || ((before.flags ^ (after?.flags ?? 0)) & CARRIES) === 0)) return stale
  stale.push(...familiesOf(stores, ROUTED, ['link', index], ['nexthop']))
  if (stores.nexthop.refers(index)) stale.push({ kind: 'nexthop', family: AF.UNSPEC })
  return stale
}

const portsOf = ({ link }: Stores, master: number): number[] => link.referring(master).map(({ index }) => index)

/** Returns true if a link has another name than before, and a rule refers to one of the two. */
function isRenamed({ rule }: Stores, before: LinkMessage | undefined, after: LinkMessage | undefined): boolean {
  const [was, is] = [before, after].map((link) => link?.attrs.ifname)
  return was !== is && [was, is].some((name) => name !== undefined && rule.refers(name))
}

/** Returns the master and the lower link of `link`, unless `other` has the same. */
const related = (link: LinkMessage | undefined, other: LinkMessage | undefined): number[] =>
  [
    link?.attrs.master === other?.attrs.master ? 0 : link?.attrs.master,
    link?.attrs.link === other?.attrs.link || link?.attrs.linkNetnsid !== undefined ? 0 : link?.attrs.link,
  ].flatMap((index) => index || [])

/**
 * Returns the objects that a change of an address may have changed silently. If an IPv4 address is deleted, the kernel also
 * deletes the routes that prefer it as their source (`fib_sync_down_addr`). If it was the last one of its link, the kernel
 * deletes all routes of the link. If an IPv4 address is added, dead next hops of its link are used again (`fib_sync_up`, called
 * by `fib_inetaddr_event`).
 */
function staleAfterAddress(
  stores: Stores,
  { before, after }: Difference<AddressMessage>,
  late: boolean,
): StaleObjects[] {
  if (after?.family === AF.INET && (late || before === undefined))
    return familiesOf(stores, [AF.INET], ['hop', after.index])
  if (after !== undefined || before?.family !== AF.INET) return []
  const { index, attrs } = before
  const isLast = late || !stores.address.referring(index).some(({ family }) => family === AF.INET)
  const ofLink = isLast ? ([['link', index], ['multipath']] as const) : []
  return familiesOf(stores, [AF.INET], ['source', attrs.local ?? ''], ...ofLink)
}

/**
 * Returns the objects that a change of a next hop may have changed silently. If a next hop is deleted, the kernel also deletes the
 * IPv4 routes that use it (`__remove_nexthop_fib`), and removes it from its groups. If a group is changed, its routes have other
 * next hops.
 */
function staleAfterNexthop(stores: Stores, { before, after }: Difference<NexthopMessage>): StaleObjects[] {
  if (before === undefined) return []
  const id = (after ?? before).attrs.id
  const stale = familiesOf(stores, ROUTED, ['nexthop'])
  if (id !== undefined && stores.nexthop.refers(memberReference(id))) stale.push({ kind: 'nexthop', family: AF.UNSPEC })
  return stale
}

const isPvid = ({ attrs }: BridgeVlanMessage) => ((attrs.entry?.[0]?.info?.flags ?? 0) & BRIDGE_VLAN_INFO.PVID) !== 0

/**
 * Returns the objects that a change of a VLAN may have changed silently. If one has become that of frames without a tag, the one that was
 * loses the flag (`__vlan_add_pvid`). A VLAN has options in its bridge while a port has it (`br_vlan_get_master`, `br_vlan_put_master`).
 */
function staleAfterVlan(
  { vlan }: Stores,
  { before, after }: Difference<BridgeVlanMessage>,
  late: boolean,
): StaleObjects[] {
  const stale: StaleObjects[] = []
  if (late || before === undefined || after === undefined) stale.push({ kind: 'globalVlan', family: AF.BRIDGE })
  if (after === undefined || !isPvid(after)) return stale
  const isOther = (other: BridgeVlanMessage) => other !== after && isPvid(other)
  if (late || vlan.referring(after.ifindex).some(isOther)) stale.push({ kind: 'vlan', family: AF.BRIDGE })
  return stale
}

/**
 * Returns the objects that the kernel may have changed silently with this change. If `late` is true, the stores may already be
 * newer than the event, so any member of the object may have been different before.
 */
export function staleAfter<K extends ObjectKind>(
  stores: Stores,
  kind: K,
  difference: Difference<Objects[K]>,
  late: boolean,
): StaleObjects[] {
  switch (kind) {
    case 'link':
      return staleAfterLink(stores, difference as Difference<LinkMessage>, late)
    case 'address':
      return staleAfterAddress(stores, difference as Difference<AddressMessage>, late)
    case 'nexthop':
      return staleAfterNexthop(stores, difference as Difference<NexthopMessage>)
    case 'vlan':
      return staleAfterVlan(stores, difference as Difference<BridgeVlanMessage>, late)
    case 'qdisc':
      return staleAfterQdisc(stores, difference as Difference<QdiscMessage>, late)
    case 'class':
      return staleAfterClass(stores, difference as Difference<TclassMessage>, late)
    default:
      return []
  }
}

/** Number of links up to which each is requested. For more, one dump is cheaper. */
const MOST_SINGLE_LINKS = 8

/**
 * Returns the objects that the kernel may have changed at any time without an event: multicast groups, actions, and links: those that are down, of a kind or with
 * a master (`netdev_state_change`, which `rtnl_changelink` calls, does nothing for them). Nothing announces the cause either. The
 * event of the next change of such a link contains its data.
 */
export function silentLinks({ link }: Stores): StaleObjects[] {
  const indexes = [...link.objects.values()].flatMap(({ index, flags, attrs }) =>
    (flags & IFF.UP) === 0 && attrs.linkinfo !== undefined ? [index] : [],
  )
  const others: StaleObjects[] = [
    // Timers remove sources of groups without an event.
    { kind: 'mdb', family: AF.BRIDGE },
    // A flush that fails at an action in use has deleted those before it (`tcf_del_walker`).
    { kind: 'action', family: AF.UNSPEC },
  ]
  if (indexes.length <= MOST_SINGLE_LINKS) return [...indexes.map(oneLink), ...others]
  return [{ kind: 'link', family: AF.UNSPEC }, ...others]
}

/** The kinds whose objects cannot exist without the links that they refer to. */
const ofLinks = 'address neighbour nexthop vlan globalVlan vni mdb qdisc class filter chain'.split(' ') as ObjectKind[]

/** Removes the objects that cannot exist without the link with this index. */
export const dropWithLink = (stores: Stores, index: number) =>
  ofLinks.map((kind) => [kind, stores[kind].dropReferring(index)] as const)
