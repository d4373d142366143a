import { numberOfIPv4 } from '../codec/address-text.js'
import { Buffer } from '../codec/buffer.js'
import { AF, formatAddress, parseAddress } from '../codec/index.js'

/** AF_INET or AF_INET6. */
export type IpFamilyNumber = typeof AF.INET | typeof AF.INET6

/** Returns the family of an address. The address must be valid. */
export const familyOf = (address: string): IpFamilyNumber => (address.includes(':') ? AF.INET6 : AF.INET)

/** Returns the number of bits of an address of this family: 128 for AF_INET6, otherwise 32. */
export const bitsOf = (family: number) => (family === AF.INET6 ? 128 : 32)

/** Returns the unspecified address: `0.0.0.0` or `::`. */
export const anyAddress = (family: number) => (family === AF.INET6 ? '::' : '0.0.0.0')

/** Returns an address in the form in which addresses are decoded (for IPv6, RFC 5952). Returns undefined if it is invalid. */
export function canonicalAddress(text: string): string | undefined {
  // IPv4 addresses have only one form.
  if (typeof text === 'string' && numberOfIPv4(text) >= 0) return text
  try {
    return formatAddress(parseAddress(text))
  } catch {
    return undefined
  }
}

const MAPPED = '::ffff:'

/**
 * Converts an IPv4-mapped address (`::ffff:10.0.0.1`) to IPv4. Returns other addresses unchanged. The address must be
 * canonical.
 */
export const unmappedAddress = (address: string) =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address

/** Compares two addresses of one family numerically, for `sort`. @throws {EncodeError} if one is invalid */
export const compareAddresses = (one: string, other: string) => Buffer.compare(parseAddress(one), parseAddress(other))

/** Returns the IPv6 link-local address that the kernel derives from an Ethernet address (`addrconf_ifid_eui48`). */
export function linkLocalAddress(mac: string): string {
  const [first = 0, second = 0, third = 0, ...rest] = mac.split(':').map((pair) => Number.parseInt(pair, 16))
  return formatAddress(Buffer.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, first ^ 0x02, second, third, 0xff, 0xfe, ...rest]))
}
