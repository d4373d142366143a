import { type IPv4, IPv4CidrRange, type IPv6, IPv6CidrRange } from 'ip-num'
import { formatAddress, parseAddress } from '../codec/index.js'

/** The one import of ip-num. It takes its time to load, so this is an entry point of its own: `@netloom/netlink/ip`. */

/** An IP network, and arithmetic on it. Addresses are text, as everywhere in this library. */
export interface Prefix {
  readonly family: 4 | 6
  /** The first address: the host bits are zero. */
  readonly network: string
  readonly length: number
  /** The last address: the host bits are one. Of an IPv4 network that is its broadcast address. */
  readonly last: string
  /** How many addresses there are. */
  readonly size: bigint
  contains(other: string | Prefix): boolean
  overlaps(other: Prefix): boolean
  /** The two halves. @throws {TypeError} for a single address */
  split(): [Prefix, Prefix]
  /** The addresses one by one, in order. */
  addresses(): Generator<string, void, undefined>
  /** `10.0.0.0/24` */
  toString(): string
}

type Range = IPv4CidrRange | IPv6CidrRange

/** ip-num writes IPv6 in full; ours is the canonical form. */
const canonical = (address: IPv4 | IPv6) => formatAddress(parseAddress(address.toString()))

const BITS = { 4: 32, 6: 128 } as const

interface Parsed {
  readonly family: 4 | 6
  readonly length: number
  readonly range: Range
}

function parse(text: string): Parsed {
  const [, address, digits] = /^([^/]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? []
  if (address === undefined) throw new TypeError(`expected an IP prefix like 10.0.0.0/24, got ${JSON.stringify(text)}`)
  const bytes = parseAddress(address)
  const family = bytes.length === 4 ? 4 : 6
  const length = Number(digits ?? BITS[family])
  if (length > BITS[family]) throw new TypeError(`expected a prefix length up to ${BITS[family]}, got ${length}`)
  if (family === 4) return { family, length, range: IPv4CidrRange.fromCidr(`${address}/${length}`) }
  // ip-num knows no IPv4 address inside an IPv6 one: give it all in hexadecimal.
  const groups = bytes.toString('hex').match(/..../g) ?? []
  return { family, length, range: IPv6CidrRange.fromCidr(`${groups.join(':')}/${length}`) }
}

/**
 * Reads `10.0.0.7/24` or `2001:db8::/32`; a bare address is a network of one. Host bits are dropped.
 * @throws {TypeError} where it is neither
 */
export function prefix(text: string): Prefix {
  return wrap(parse(text))
}

function wrap({ family, length, range }: Parsed): Prefix {
  const network = canonical(range.getFirst())
  /** The other one's range, if it is of this family. */
  const peer = (other: string | Prefix) => {
    const parsed = parse(String(other))
    return parsed.family === family ? (parsed.range as never) : undefined
  }
  const holds = (test: (other: never) => boolean, other: string | Prefix) => {
    const theirs = peer(other)
    return theirs !== undefined && test.call(range, theirs)
  }
  return {
    family,
    network,
    length,
    last: canonical(range.getLast()),
    size: range.getSize(),
    contains: (other) => holds(range.contains, other),
    overlaps: (other) => holds(range.isOverlapping, other),
    split() {
      if (length === BITS[family]) throw new TypeError(`expected a network to split, got the single address ${network}`)
      const [low, high] = range.split()
      return [
        wrap({ family, length: length + 1, range: low as Range }),
        wrap({ family, length: length + 1, range: high as Range }),
      ]
    },
    *addresses() {
      for (const address of range.toRangeSet().take()) yield canonical(address as IPv4 | IPv6)
    },
    toString: () => `${network}/${length}`,
  }
}
