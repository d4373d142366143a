import { change, type Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { networkAddress } from '../ip/index.js'
import {
  type AddressMessage,
  type AfSpecAttrs,
  IFA_F,
  IPV4_DEVCONF,
  type RouteMessage,
  RT_TABLE,
  RTPROT,
} from '../route/index.js'
import { lossesOfLastAddress } from './losses.js'
import type { Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'
import { additionOfAddress, deletionsOf, type UndoRequest } from './undo.js'

const { PROMOTE_SECONDARIES } = IPV4_DEVCONF

/**
 * Removes an address. The kernel would delete the secondary addresses of its network too, and with the last address of a link all
 * its routes. With `promote_secondaries` one of them becomes the primary one.
 */
export function* removeAddress(
  { snapshot }: Planning,
  message: AddressMessage,
  deletion: Operation<unknown>,
): Operation<void> {
  const { index } = message
  const afSpec = snapshot.indexed(index)?.message.attrs.afSpec as AfSpecAttrs | undefined
  const isPromoted = (afSpec?.inet?.conf as readonly number[] | undefined)?.[PROMOTE_SECONDARIES - 1] !== 0
  if (isPromoted || (yield* secondariesOf(snapshot, message)).length === 0) {
    yield* deletion
    return
  }
  const promote = (value: number) =>
    change('RTM_SETLINK', { index, attrs: { afSpec: { inet: { conf: [[PROMOTE_SECONDARIES, value]] } } } })
  yield* promote(1)
  try {
    yield* deletion
  } finally {
    yield* promote(0)
  }
}

/** Returns the secondary addresses of a primary one, in the order of the kernel. */
function* secondariesOf(snapshot: Snapshot, message: AddressMessage): Operation<AddressMessage[]> {
  const isSecondary = ({ flags, attrs }: AddressMessage) => ((attrs.flags ?? flags) & IFA_F.SECONDARY) !== 0
  if (message.family !== AF.INET || isSecondary(message)) return []
  const all = yield* snapshot.addresses(AF.INET)
  return all.filter((each) => each.index === message.index && each.prefixlen === message.prefixlen && isSecondary(each))
}

/**
 * Returns what must be done after a new address was deleted again. With the last IPv4 address of a link, the kernel deletes the routes and
 * neighbours of the link. The route to the network of an IPv6 address stays if another one of the network has NOPREFIXROUTE
 * (check_cleanup_prefix_route() in net/ipv6/addrconf.c).
 */
export function* afterDeletion({ snapshot }: Planning, message: AddressMessage): Operation<UndoRequest[]> {
  const { family, index } = message
  if (family === AF.INET6) return yield* deletionOfPrefixRoute(snapshot, message)
  const all = yield* snapshot.addresses(AF.INET)
  return all.some((each) => each.index === index) ? [] : yield* lossesOfLastAddress(snapshot, index)
}

/** Returns the request that deletes the route to the network of an address, unless it exists before. */
function* deletionOfPrefixRoute(
  snapshot: Snapshot,
  { index, prefixlen, attrs }: AddressMessage,
): Operation<UndoRequest[]> {
  const dst = networkAddress({ address: String(attrs.address), length: prefixlen })
  const isIt = (route: RouteMessage) =>
    route.protocol === RTPROT.KERNEL &&
    route.dstLen === prefixlen &&
    route.attrs.dst === dst &&
    route.attrs.oif === index
  if (prefixlen === 128 || (yield* snapshot.routes(AF.INET6)).some(isIt)) return []
  const value = {
    family: AF.INET6,
    dstLen: prefixlen,
    srcLen: 0,
    tos: 0,
    table: RT_TABLE.MAIN,
    protocol: RTPROT.KERNEL,
  }
  return deletionsOf({ name: 'RTM_NEWROUTE', value: { ...value, attrs: { dst, oif: index } } })
}

/**
 * Returns the requests that restore an address. The first one of a network is the primary one, so others are deleted before, and added
 * again after it.
 */
export function* restorationOfAddress({ snapshot }: Planning, message: AddressMessage): Operation<UndoRequest[]> {
  if (message.family !== AF.INET) return [additionOfAddress(message)]
  const secondaries = yield* secondariesOf(snapshot, message)
  return [
    ...[...secondaries].reverse().flatMap((value) => deletionsOf({ name: 'RTM_NEWADDR', value })),
    ...[message, ...secondaries].map((each) => additionOfAddress(each)),
    // With the last IPv4 address of a link, its routes and neighbours are deleted.
    ...(yield* lossesOfLastAddress(snapshot, message.index)),
  ]
}
