import { AF, formatAddress, parseAddress } from '../codec/index.js'
import { byteAt } from '../codec/integers.js'
import { bitsOf, canonicalAddress, familyOf, type IpFamilyNumber, unmappedAddress } from './address.js'

/** A network, or an address with its prefix length: `address` may have host bits. */
export interface Prefix {
  readonly family: IpFamilyNumber
  /** The address in canonical form: see {@link canonicalAddress}. */
  readonly address: string
  /** Prefix length in bits: 0 to 32, or 0 to 128. */
  readonly length: number
}

/** The properties of a prefix that calculations need. */
export type AddressAndLength = Pick<Prefix, 'address' | 'length'>

/** Parses `10.1.2.3/24` or `2001:db8::/32`. Keeps the host bits. Returns undefined if the text is not a prefix. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/')
  const length = slash < 0 ? undefined : parseLength(text, slash + 1)
  const address = length === undefined ? undefined : canonicalAddress(text.slice(0, slash))
  if (length === undefined || address === undefined) return undefined
  const family = familyOf(address)
  return length <= bitsOf(family) ? { family, address, length } : undefined
}

/** Parses one to three digits at the end of the text. Without a regular expression, for speed with thousands of routes. */
function parseLength(text: string, start: number): number | undefined {
  const digits = text.length - start
  if (digits < 1 || digits > 3) return undefined
  let length = 0
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return undefined
    length = 10 * length + digit
  }
  return length
}

/** Returns the prefix of a single address, with length 32 or 128. */
export function hostPrefix(address: string): Prefix {
  const family = familyOf(address)
  return { family, address, length: bitsOf(family) }
}

/**
 * Converts an IPv4-mapped prefix to IPv4: `::ffff:10.0.0.0/120` is `10.0.0.0/24`. Returns other prefixes unchanged. Returns
 * undefined for a mapped prefix shorter than 96 bits, which has no IPv4 form.
 */
export function unmappedPrefix(prefix: Prefix): Prefix | undefined {
  const address = unmappedAddress(prefix.address)
  if (address === prefix.address) return prefix
  return prefix.length < 96 ? undefined : { family: AF.INET, address, length: prefix.length - 96 }
}

/** Returns a prefix as text: `10.1.2.3/24`. */
export const formatPrefix = ({ address, length }: AddressAndLength) => `${address}/${length}`

/** True if the prefix is a single address. */
export const isHost = ({ address, length }: AddressAndLength) => length === bitsOf(familyOf(address))

/** Returns the first address: the host bits are 0. */
export const networkAddress = (prefix: AddressAndLength) => withHostBits(prefix, 0x00)

/** Returns the last address: the host bits are 1. */
export const lastAddress = (prefix: AddressAndLength) => withHostBits(prefix, 0xff)

/** Returns the IPv4 broadcast address. Returns undefined for IPv6, and for /31 and /32 (RFC 3021). */
export function broadcastAddress(prefix: AddressAndLength): string | undefined {
  return familyOf(prefix.address) === AF.INET && prefix.length <= 30 ? lastAddress(prefix) : undefined
}

/** Returns the prefix without host bits. */
export const networkOf = <P extends AddressAndLength>(prefix: P): P => ({ ...prefix, address: networkAddress(prefix) })

/** True if the prefix contains an address, or all addresses of another prefix. */
export function contains(prefix: AddressAndLength, other: string | AddressAndLength): boolean {
  const { address, length } = typeof other === 'string' ? { address: other, length: prefix.length } : other
  if (length < prefix.length || familyOf(address) !== familyOf(prefix.address)) return false
  return networkAddress({ address, length: prefix.length }) === networkAddress(prefix)
}

/** True if the prefixes have an address in common. */
export const overlaps = (one: AddressAndLength, other: AddressAndLength) =>
  one.length <= other.length ? contains(one, other) : contains(other, one)

function withHostBits({ address, length }: AddressAndLength, filler: number): string {
  const bytes = parseAddress(address)
  for (let at = length >> 3; at < bytes.length; at++) {
    const hostMask = 0xff >> Math.max(0, length - at * 8)
    bytes[at] = (byteAt(bytes, at) & ~hostMask) | (filler & hostMask)
  }
  return formatAddress(bytes)
}
