import { AF } from '../codec/index.js'
import type { AddressMessage } from '../route/address.js'
import { IFF, type LinkMessage } from '../route/link.js'
import type { NexthopMessage } from '../route/nexthop.js'
import type { RouteMessage } from '../route/route.js'
import type { RuleMessage } from '../route/rule.js'
import type { ObjectKind, Objects } from './kinds.js'
import type { Difference, Store } from './store.js'

/** Objects of a kind and a family (AF_UNSPEC: all), which the kernel is to be asked for again; of links also a single one. */
export interface Part {
  readonly kind: ObjectKind
  readonly family: number
  readonly index?: number
}

/** A single link. */
export const oneLink = (index: number): Part => ({ kind: 'link', family: AF.UNSPEC, index })

export type Stores = { readonly [K in ObjectKind]: Store<Objects[K]> }

/** Flags of a link that decide about its routes: up, and with a carrier. */
const CARRIES = IFF.UP | IFF.RUNNING | IFF.LOWER_UP

const some = <T>(store: Store<T>, matches: (object: T) => boolean): boolean => {
  for (const object of store.objects.values()) if (matches(object)) return true
  return false
}

/** The families of routes of which one matches. */
function familiesOf({ route }: Stores, matches: (route: RouteMessage) => boolean): Part[] {
  const families = [AF.INET, AF.INET6].filter((family) =>
    some(route, (object) => object.family === family && matches(object)),
  )
  return families.map((family) => ({ kind: 'route', family }))
}

/**
 * What the kernel may have changed without a word when a link was. With the link, or its carrier, go routes of IPv4 by it
 * (`fib_sync_down_dev`) and next hops (`nexthop_flush_dev`), and of IPv6 if net.ipv6.route.skip_notify_on_dev_down says so;
 * a rule tells in its flags whether its link is there.
 */
function unsaidOfLink(stores: Stores, { before, after }: Difference<LinkMessage>, late: boolean): Part[] {
  const index = (after ?? before)?.index
  // The link above takes on features, the other end of a pair its peer.
  const [was, is] = late ? [undefined, undefined] : [before, after]
  const parts: Part[] = [...related(before, is), ...related(after, was)].map(oneLink)
  // Ports tell of the bridge's own id, which has its address in it.
  if (late || before?.attrs.address !== after?.attrs.address) parts.push(...portsOf(stores, index).map(oneLink))
  const names = [before, after].map((link) => link?.attrs.ifname)
  const isNamed = ({ attrs: { iifname, oifname } }: RuleMessage) =>
    late ? (iifname ?? oifname) !== undefined : isOneOf(names, iifname, oifname)
  if ((late || names[0] !== names[1]) && some(stores.rule, isNamed)) parts.push({ kind: 'rule', family: AF.UNSPEC })
  if (!late && (before === undefined || ((before.flags ^ (after?.flags ?? 0)) & CARRIES) === 0)) return parts
  const leadsHere = ({ attrs: { oif, multipath, nhId } }: RouteMessage) =>
    oif === index || nhId !== undefined || multipath?.some(({ ifindex }) => ifindex === index) === true
  parts.push(...familiesOf(stores, leadsHere))
  if (some(stores.nexthop, ({ attrs }) => attrs.oif === index)) parts.push({ kind: 'nexthop', family: AF.UNSPEC })
  return parts
}

const portsOf = ({ link }: Stores, master: number | undefined): number[] =>
  [...link.objects.values()].flatMap(({ index, attrs }) => (attrs.master === master ? [index] : []))

/** The links that one has to do with, and another has not. */
const related = (link: LinkMessage | undefined, but: LinkMessage | undefined): number[] =>
  [
    link?.attrs.master === but?.attrs.master ? 0 : link?.attrs.master,
    link?.attrs.link === but?.attrs.link || link?.attrs.linkNetnsid !== undefined ? 0 : link?.attrs.link,
  ].flatMap((index) => index || [])

const isOneOf = (names: readonly (string | undefined)[], ...wanted: readonly (string | undefined)[]) =>
  wanted.some((name) => name !== undefined && names.includes(name))

/**
 * An IPv4 address takes along the routes that prefer it as their source (`fib_sync_down_addr`), and the last one of a link all.
 * A new one brings dead next hops of its link back (`fib_sync_up`, called by `fib_inetaddr_event`).
 */
function unsaidOfAddress(stores: Stores, { before, after }: Difference<AddressMessage>, late: boolean): Part[] {
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

/** With a next hop go routes of IPv4 that use it (`__remove_nexthop_fib`), and members of groups; groups change their hops. */
function unsaidOfNexthop(stores: Stores, { before, after }: Difference<NexthopMessage>): Part[] {
  if (before === undefined) return []
  const id = (after ?? before).attrs.id
  const parts = familiesOf(stores, ({ attrs }) => attrs.nhId !== undefined)
  if (some(stores.nexthop, ({ attrs }) => attrs.group?.some((member) => member.id === id) === true))
    parts.push({ kind: 'nexthop', family: AF.UNSPEC })
  return parts
}

/**
 * Returns the parts of the stores that the kernel may have changed silently with this change. If `late` is true, the stores may
 * already be newer than the event, so any member of the object may have been different before.
 */
export function unsaid<K extends ObjectKind>(
  stores: Stores,
  kind: K,
  difference: Difference<Objects[K]>,
  late: boolean,
): Part[] {
  switch (kind) {
    case 'link':
      return unsaidOfLink(stores, difference as Difference<LinkMessage>, late)
    case 'address':
      return unsaidOfAddress(stores, difference as Difference<AddressMessage>, late)
    case 'nexthop':
      return unsaidOfNexthop(stores, difference as Difference<NexthopMessage>)
    default:
      return []
  }
}

/** Lets go of what was on a link that is gone: nothing can be on it any more. */
export function dropWithLink(stores: Stores, index: number) {
  return {
    address: stores.address.drop((address) => address.index === index),
    neighbour: stores.neighbour.drop((neighbour) => neighbour.ifindex === index),
    nexthop: stores.nexthop.drop(({ attrs }) => attrs.oif === index),
  }
}
