import type { Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { networkOf } from '../ip/index.js'
import { type AddressMessage, type NexthopMessage, type RouteMessage, RTNH_F } from '../route/index.js'
import type { ObjectDraft, Planning } from './planning.js'

/** A gateway of a desired object. */
interface Gateway {
  readonly address: string
  /** Its place in the desired state: `routes[3].multipath[0].via`. */
  readonly path: string
}

interface Hop {
  readonly gateway?: string
  readonly via?: { readonly addr: string }
}

const isOnLink = (flags: number) => (flags & RTNH_F.ONLINK) !== 0

/** Yields the gateways whose reachability the kernel checks. */
function* gatewaysOf({ object, path, message }: ObjectDraft): Iterable<Gateway> {
  const { flags, attrs } = message as RouteMessage | NexthopMessage
  const addressOf = ({ gateway, via }: Hop) => gateway ?? via?.addr
  const own = addressOf(attrs as Hop)
  // The gateway of a next hop for the FDB is a tunnel endpoint, which the kernel does not look up.
  if (object === 'nexthop' && (attrs as NexthopMessage['attrs']).fdb) return
  if (own !== undefined && !isOnLink(flags)) yield { address: own, path: `${path}.via` }
  if (object !== 'route') return
  for (const [at, hop] of ((attrs as RouteMessage['attrs']).multipath ?? []).entries()) {
    const address = addressOf(hop.attrs as Hop)
    if (address !== undefined && !isOnLink(hop.flags)) yield { address, path: `${path}.multipath[${at}].via` }
  }
}

/** True for addresses that are reachable without an address or a route that a plan knows: those of lo, and link-local ones. */
const isImplicit = (address: string) => /^(127\.|::|fe[89ab])/i.test(address)

/** The networks that an address or a route without a gateway makes reachable, in any table. */
class OnLinkNetworks {
  readonly #byLength = new Map<number, Set<string>>()

  add(address: string, length: number): void {
    const networks = this.#byLength.get(length) ?? new Set<string>()
    networks.add(String(networkOf({ address, length }).address))
    this.#byLength.set(length, networks)
  }

  addAddress({ prefixlen, attrs: { address, local } }: AddressMessage): void {
    if (address !== undefined) this.add(address, prefixlen)
    if (local !== undefined) this.add(local, prefixlen)
  }

  addRoute({ family, dstLen, attrs }: RouteMessage): void {
    const isByGateway = ({ gateway, via }: Hop) => gateway !== undefined || via !== undefined
    const hops = (attrs.multipath ?? []).map((hop) => hop.attrs as Hop)
    // A route with a next hop object may be one without a gateway.
    if (isByGateway(attrs as Hop) || (hops.length > 0 && hops.every(isByGateway))) return
    this.add(typeof attrs.dst === 'string' ? attrs.dst : family === AF.INET ? '0.0.0.0' : '::', dstLen)
  }

  has(address: string): boolean {
    return [...this.#byLength].some(([length, networks]) =>
      networks.has(String(networkOf({ address, length }).address)),
    )
  }
}

/**
 * Reports new routes and next hops whose gateway no address and no route of any table makes reachable: `fib_check_nh` and
 * `ip6_route_check_nh` of the kernel refuse them. Objects that the plan removes count, because that happens later.
 */
export function* reportGateways(planning: Planning, drafts: readonly ObjectDraft[]): Operation<void> {
  const added = drafts.filter(({ verb }) => verb !== 'remove')
  const gateways = added
    .filter(({ object, message }) => (object === 'route' && isIp(message)) || object === 'nexthop')
    .flatMap((draft) => [...gatewaysOf(draft)])
    .filter(({ address }) => !isImplicit(address))
  for (const family of [AF.INET, AF.INET6]) {
    const own = gateways.filter(({ address }) => address.includes(':') === (family === AF.INET6))
    if (own.length > 0) yield* reportUnreachable(planning, added, family, own)
  }
}

const isIp = (message: object) => [AF.INET, AF.INET6].some((family) => family === (message as RouteMessage).family)

function* reportUnreachable(
  planning: Planning,
  added: readonly ObjectDraft[],
  family: number,
  gateways: readonly Gateway[],
): Operation<void> {
  const { snapshot } = planning
  const networks = new OnLinkNetworks()
  const isOwn = ({ message }: ObjectDraft) => (message as { readonly family: number }).family === family
  for (const address of yield* snapshot.addresses(family)) if (address.family === family) networks.addAddress(address)
  for (const draft of added.filter(isOwn))
    if (draft.object === 'address') networks.addAddress(draft.message as AddressMessage)
    else if (draft.object === 'route') networks.addRoute(draft.message as RouteMessage)
  const missing = gateways.filter(({ address }) => !networks.has(address))
  if (missing.length === 0) return
  for (const route of yield* snapshot.routes(family)) if (route.family === family) networks.addRoute(route)
  for (const { address, path } of missing)
    if (!networks.has(address))
      planning.conflict(
        'reference',
        path,
        `expected a gateway in the network of an address or of a route without a gateway, or the flag ONLINK, got ${address}`,
      )
}
