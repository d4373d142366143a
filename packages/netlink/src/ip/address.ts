import { Buffer } from '../codec/buffer.js'
import { AF, formatAddress, parseAddress } from '../codec/index.js'

/** AF_INET or AF_INET6. */
export type IpFamilyNumber = typeof AF.INET | typeof AF.INET6

/** Returns the family of a valid address. */
export const familyOf = (address: string): IpFamilyNumber => (address.includes(':') ? AF.INET6 : AF.INET)

/** Returns the number of bits of an address of this family: 128 for AF_INET6, otherwise 32. */
export const bitsOf = (family: number) => (family === AF.INET6 ? 128 : 32)

/** Returns the address that means any address: `0.0.0.0` or `::`. */
export const anyAddress = (family: number) => (family === AF.INET6 ? '::' : '0.0.0.0')

/** Returns an address as the kernel's addresses are decoded (IPv6 by RFC 5952), or undefined if it is invalid. */
export function canonicalAddress(text: string): string | undefined {
  try {
    const bytes = parseAddress(text)
    // An IPv4 address has one form only.
    return bytes.length === 4 ? text : formatAddress(bytes)
  } catch {
    return undefined
  }
}

const MAPPED = '::ffff:'

/** Returns the IPv4 address in an IPv4-mapped one (`::ffff:10.0.0.1`), and any other canonical address unchanged. */
export const unmappedAddress = (address: string) =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address

/** Compares two addresses of one family as numbers, as a function for sorting does. @throws {EncodeError} if one is invalid */
export const compareAddresses = (one: string, other: string) => Buffer.compare(parseAddress(one), parseAddress(other))

/** Returns the link-local address of an Ethernet address (the kernel's `addrconf_ifid_eui48`). */
export function linkLocalAddress(mac: string): string {
  const [first = 0, second = 0, third = 0, ...rest] = mac.split(':').map((pair) => Number.parseInt(pair, 16))
  return formatAddress(Buffer.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, first ^ 0x02, second, third, 0xff, 0xfe, ...rest]))
}
