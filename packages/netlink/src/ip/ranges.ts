import { IPv4CidrRange, IPv6CidrRange } from 'ip-num'
import { AF, ArgumentError, formatAddress, parseAddress } from '../codec/index.js'
import { formatPrefix, isHost, networkAddress, type Prefix } from './prefix.js'

/**
 * Counts and enumerates the addresses of a prefix, with the npm package ip-num. It is a separate entry point,
 * `@netloom/netlink/ip/ranges`, because ip-num takes milliseconds to load.
 */

/**
 * Returns the range of a prefix. ip-num does not accept an IPv4 part in an IPv6 address, so the address is written in full.
 */
function rangeOf({ family, address, length }: Prefix): IPv4CidrRange | IPv6CidrRange {
  if (family === AF.INET) return IPv4CidrRange.fromCidr(`${address}/${length}`)
  const groups = parseAddress(address).toString('hex').match(/..../g) ?? []
  return IPv6CidrRange.fromCidr(`${groups.join(':')}/${length}`)
}

/** Returns the number of addresses in a prefix: 256n for a /24. */
export const sizeOf = (prefix: Prefix): bigint => rangeOf(prefix).getSize()

/** Returns the two halves of a prefix. @throws {TypeError} if it is a single address */
export function halvesOf(prefix: Prefix): [Prefix, Prefix] {
  if (isHost(prefix))
    throw new ArgumentError(`expected a network to split, got the single address ${formatPrefix(prefix)}`)
  const [low, high] = rangeOf({ ...prefix, address: networkAddress(prefix) }).split()
  const half = (range: IPv4CidrRange | IPv6CidrRange | undefined): Prefix => ({
    family: prefix.family,
    address: canonical(range?.getFirst()),
    length: prefix.length + 1,
  })
  return [half(low), half(high)]
}

/** Yields the addresses one by one, in ascending order. */
export function* addressesOf(prefix: Prefix): Generator<string, void, undefined> {
  for (const address of rangeOf(prefix).toRangeSet().take()) yield canonical(address)
}

/** Returns an address of ip-num in canonical form. */
const canonical = (address: unknown) => formatAddress(parseAddress(String(address)))
