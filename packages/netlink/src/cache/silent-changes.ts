import { AF } from '../codec/index.js'
import type { AddressMessage } from '../route/address.js'
import type { BridgeVlanMessage } from '../route/bridge-vlan.js'
import type { LinkMessage } from '../route/link.js'
import { IFF } from '../route/link-header.js'
import type { NexthopMessage } from '../route/nexthop.js'
import type { RouteMessage } from '../route/route.js'
import type { RuleMessage } from '../route/rule.js'
import { BRIDGE_VLAN_INFO } from '../route/shared/bridge-spec.js'
import type { QdiscMessage, TclassMessage } from '../route/tc/index.js'
import { isEntryOf } from './bridge-parts.js'
import type { ObjectKind, Objects } from './kinds.js'
import type { Difference } from './store.js'
import { oneLink, type StaleObjects, type Stores, some } from './stores.js'
import { qdiscsAfterLink, staleAfterClass, staleAfterQdisc } from './traffic-changes.js'

/** Flags of a link that decide about its routes: up, and with a carrier. */
const CARRIES = IFF.UP | IFF.RUNNING | IFF.LOWER_UP

/** Returns the families that have a matching route. */
function familiesOf({ route }: Stores, matches: (route: RouteMessage) => boolean): StaleObjects[] {
  const families = [AF.INET, AF.INET6, AF.MPLS].filter((family) =>
    some(route, (object) => object.family === family && matches(object)),
  )
  return families.map((family) => ({ kind: 'route', family }))
}

/**
 * Returns the objects that a change of a link may have changed silently. When a link or its carrier is lost, the kernel silently
 * removes its IPv4 routes (`fib_sync_down_dev`) and next hops (`nexthop_flush_dev`), and with
 * net.ipv6.route.skip_notify_on_dev_down its IPv6 routes. The flags of a rule report whether its link exists.
 */
function staleAfterLink(stores: Stores, { before, after }: Difference<LinkMessage>, late: boolean): StaleObjects[] {
  const index = (after ?? before)?.index
  // A link above this one takes over features. The other end of a pair reports its peer.
  const [was, is] = late ? [undefined, undefined] : [before, after]
  const stale: StaleObjects[] = [...related(before, is), ...related(after, was)].map(oneLink)
  stale.push(...qdiscsAfterLink({ before: was, after: is }))
  // Bridge ports report the id of their bridge, which contains its address.
  if (late || before?.attrs.address !== after?.attrs.address) stale.push(...portsOf(stores, index).map(oneLink))
  const names = [before, after].map((link) => link?.attrs.ifname)
  const isNamed = ({ attrs: { iifname, oifname } }: RuleMessage) =>
    late ? (iifname ?? oifname) !== undefined : isOneOf(names, iifname, oifname)
  if ((late || names[0] !== names[1]) && some(stores.rule, isNamed)) stale.push({ kind: 'rule', family: AF.UNSPEC })
  if (!late && (before === undefined || ((before.flags ^ (after?.flags ?? 0)) & CARRIES) === 0)) return stale
  const usesLink = ({ attrs: { oif, multipath, nhId } }: RouteMessage) =>
    oif === index || nhId !== undefined || multipath?.some(({ ifindex }) => ifindex === index) === true
  stale.push(...familiesOf(stores, usesLink))
  if (some(stores.nexthop, ({ attrs }) => attrs.oif === index)) stale.push({ kind: 'nexthop', family: AF.UNSPEC })
  return stale
}

const portsOf = ({ link }: Stores, master: number | undefined): number[] =>
  [...link.objects.values()].flatMap(({ index, attrs }) => (attrs.master === master ? [index] : []))

/** Returns the master and the lower link of `link`, unless `other` has the same. */
const related = (link: LinkMessage | undefined, other: LinkMessage | undefined): number[] =>
  [
    link?.attrs.master === other?.attrs.master ? 0 : link?.attrs.master,
    link?.attrs.link === other?.attrs.link || link?.attrs.linkNetnsid !== undefined ? 0 : link?.attrs.link,
  ].flatMap((index) => index || [])

const isOneOf = (names: readonly (string | undefined)[], ...wanted: readonly (string | undefined)[]) =>
  wanted.some((name) => name !== undefined && names.includes(name))

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
    return familiesOf(
      stores,
      ({ family, attrs }) =>
        family === AF.INET && attrs.multipath?.some(({ ifindex }) => ifindex === after.index) === true,
    )
  if (after !== undefined || before?.family !== AF.INET) return []
  const { index, attrs } = before
  const isLast = late || !some(stores.address, (address) => address.family === AF.INET && address.index === index)
  return familiesOf(
    stores,
    ({ family, attrs: route }) =>
      family === AF.INET &&
      (route.prefsrc === attrs.local || (isLast && (route.oif === index || route.multipath !== undefined))),
  )
}

/**
 * Returns the objects that a change of a next hop may have changed silently. If a next hop is deleted, the kernel also deletes the
 * IPv4 routes that use it (`__remove_nexthop_fib`), and removes it from its groups. If a group is changed, its routes have other
 * next hops.
 */
function staleAfterNexthop(stores: Stores, { before, after }: Difference<NexthopMessage>): StaleObjects[] {
  if (before === undefined) return []
  const id = (after ?? before).attrs.id
  const stale = familiesOf(stores, ({ attrs }) => attrs.nhId !== undefined)
  if (some(stores.nexthop, ({ attrs }) => attrs.group?.some((member) => member.id === id) === true))
    stale.push({ kind: 'nexthop', family: AF.UNSPEC })
  return stale
}

const isPvid = ({ attrs }: BridgeVlanMessage) => ((attrs.entry?.[0]?.info?.flags ?? 0) & BRIDGE_VLAN_INFO.PVID) !== 0

/** Returns the VLANs as stale if one has become that of frames without a tag: the one that was loses the flag silently (`__vlan_add_pvid`). */
function staleAfterVlan({ vlan }: Stores, { after }: Difference<BridgeVlanMessage>, late: boolean): StaleObjects[] {
  if (after === undefined || !isPvid(after)) return []
  const isOther = (other: BridgeVlanMessage) => other !== after && other.ifindex === after.ifindex && isPvid(other)
  return late || some(vlan, isOther) ? [{ kind: 'vlan', family: AF.BRIDGE }] : []
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

/** Returns true for objects of a kind that cannot exist without the link with this index. */
const needLink: { readonly [K in ObjectKind]?: (object: Objects[K], index: number) => boolean } = {
  address: (address, index) => address.index === index,
  neighbour: ({ ifindex }, index) => ifindex === index,
  nexthop: ({ attrs }, index) => attrs.oif === index,
  vlan: ({ ifindex }, index) => ifindex === index,
  vni: ({ ifindex }, index) => ifindex === index,
  mdb: isEntryOf,
  qdisc: ({ ifindex }, index) => ifindex === index,
  class: ({ ifindex }, index) => ifindex === index,
  filter: ({ ifindex }, index) => ifindex === index,
  chain: ({ ifindex }, index) => ifindex === index,
}

/** Removes the objects that cannot exist without the link with this index. */
export const dropWithLink = (stores: Stores, index: number) =>
  (Object.keys(needLink) as ObjectKind[]).map((kind) => {
    const needs = needLink[kind] as (object: object, index: number) => boolean
    return [kind, stores[kind].drop((object: object) => needs(object, index))] as const
  })
