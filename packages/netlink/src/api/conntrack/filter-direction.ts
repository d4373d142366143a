import { ArgumentError, show } from '../../codec/index.js'
import { ICMP, ICMPV6, IPPROTO } from '../../constants/index.js'
import { contains } from '../../ip/index.js'
import { bitsOfFamily, type IpFamily, parseText } from '../values/ip-text.js'
import { named } from '../values/names.js'
import { checkKeys, defined } from '../values/objects.js'
import { encodeParts, partKeys, type TupleMessage, type TuplePart } from './tuple.js'
import type { ConntrackTuple, ConntrackTupleFilter } from './types.js'

/**
 * CTA_FILTER_F_*, net/netfilter/nf_internals.h: the parts of a tuple that a dump compares, bits of CTA_FILTER_ORIG_FLAGS and
 * CTA_FILTER_REPLY_FLAGS
 */
const IP_SRC = 1 << 0
const IP_DST = 1 << 1
const PROTO_NUM = 1 << 3
const partBits: Readonly<Record<TuplePart, { readonly icmp: number; readonly icmpv6: number }>> = {
  sport: { icmp: 1 << 4, icmpv6: 1 << 4 },
  dport: { icmp: 1 << 5, icmpv6: 1 << 5 },
  icmpType: { icmp: 1 << 6, icmpv6: 1 << 9 },
  icmpCode: { icmp: 1 << 7, icmpv6: 1 << 10 },
  icmpId: { icmp: 1 << 8, icmpv6: 1 << 11 },
}

const keys = { src: 1, dst: 1, ...partKeys } satisfies Record<keyof ConntrackTupleFilter, unknown>

/** The conditions on one direction. */
export interface EncodedDirection {
  /** Family of the addresses; undefined if there are none. */
  readonly family: IpFamily | undefined
  /** The tuple, and the bits of the parts that the kernel compares. It does not compare networks. */
  readonly request: { readonly tuple: TupleMessage; readonly flags: number }
  fits(tuple: ConntrackTuple): boolean
}

interface Network {
  readonly key: 'src' | 'dst'
  readonly family: IpFamily
  readonly address: string
  readonly length: number
}

/** Parses the addresses and networks. @throws {TypeError} */
function networksIn(what: string, filter: ConntrackTupleFilter): Network[] {
  const networks = (['src', 'dst'] as const).flatMap((key) => {
    const text = filter[key]
    if (text === undefined) return []
    const { address, family, length = bitsOfFamily(family) } = parseText(`${key} of ${what}`, text)
    return [{ key, family, address, length }]
  })
  const [first, second] = networks
  if (first && second && first.family !== second.family)
    throw new ArgumentError(`expected dst of ${what} to be of ${first.family}, got ${show(filter.dst)}`)
  return networks
}

/** Returns the members that depend on the protocol, as tuples have them. */
function partsIn(what: string, protocol: number | undefined, filter: ConntrackTupleFilter) {
  const { sport, dport, icmpType, icmpCode, icmpId } = filter
  const proto = protocol === undefined ? undefined : encodeParts(what, protocol, filter)
  if (icmpType !== undefined && proto === undefined)
    throw new ArgumentError(`expected protocol together with icmpType of ${what}, got ${show(icmpType)} alone`)
  const { icmpType: number, icmpv6Type } = (proto ?? {}) as { icmpType?: number; icmpv6Type?: number }
  const type =
    number !== undefined ? named(ICMP, number) : icmpv6Type !== undefined ? named(ICMPV6, icmpv6Type) : undefined
  const members = Object.entries({ sport, dport, icmpType: type, icmpCode, icmpId })
  return { proto, parts: members.filter(([, value]) => value !== undefined) as [TuplePart, unknown][] }
}

/** Encodes the conditions on one direction. @throws {TypeError} */
export function encodeDirection(
  what: string,
  filter: ConntrackTupleFilter,
  protocol: number | undefined,
): EncodedDirection {
  checkKeys(what, filter, keys)
  const networks = networksIn(what, filter)
  const { proto, parts } = partsIn(what, protocol, filter)
  const isHost = ({ family, length }: Network) => length === bitsOfFamily(family)
  // The kernel compares IPv6 addresses the wrong way round: it lists those that differ (`ctnetlink_filter_match_tuple`).
  const compared = networks.filter((each) => isHost(each) && each.family === 'inet')
  const { src, dst } = Object.fromEntries(compared.map(({ key, address }) => [key, address]))
  let flags = (src === undefined ? 0 : IP_SRC) | (dst === undefined ? 0 : IP_DST)
  if (proto !== undefined) {
    flags |= PROTO_NUM
    for (const [key] of parts) flags |= partBits[key][protocol === IPPROTO.ICMPV6 ? 'icmpv6' : 'icmp']
  }
  const request = {
    tuple: defined({ ip: flags & (IP_SRC | IP_DST) ? defined({ v4Src: src, v4Dst: dst }) : undefined, proto }),
    flags,
  }
  return {
    family: networks[0]?.family,
    request,
    fits: (tuple) =>
      networks.every((each) => (isHost(each) ? tuple[each.key] === each.address : contains(each, tuple[each.key]))) &&
      parts.every(([key, value]) => tuple[key] === value),
  }
}
