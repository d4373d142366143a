import { AF, formatAddress, parseAddress } from '@netloom/netlink/codec'

export const { INET: AF_INET, INET6: AF_INET6 } = AF

export type Family = typeof AF_INET | typeof AF_INET6

/** An address with its prefix length; the host bits are kept. The text is canonical: equal addresses are equal texts. */
export interface Prefix {
  readonly family: Family
  readonly address: string
  readonly length: number
}

/** The canonical text of an IP address, or undefined where `text` is none. An IPv4 address mapped to IPv6 is IPv4. */
export function parseIp(text: string): string | undefined {
  try {
    const canonical = formatAddress(parseAddress(text))
    return /^::ffff:.*\./.test(canonical) ? canonical.slice('::ffff:'.length) : canonical
  } catch {
    return undefined
  }
}

export function familyOf(address: string): Family {
  return address.includes(':') ? AF_INET6 : AF_INET
}

/** Reads `10.1.2.3/24`; undefined where `text` is no such thing. */
export function parsePrefix(text: string): Prefix | undefined {
  const [before = '', after = '', ...more] = text.split('/')
  const address = parseIp(before)
  if (address === undefined || more.length > 0 || !/^[0-9]{1,3}$/.test(after)) return undefined
  const family = familyOf(address)
  const length = family === AF_INET && before.includes(':') ? Number(after) - 96 : Number(after)
  return length >= 0 && length <= bitsOf(family) ? { family, address, length } : undefined
}

export function formatPrefix({ address, length }: Prefix): string {
  return `${address}/${length}`
}

/** The first address of the network that `prefix` lies in: all host bits zero. */
export function networkOf(prefix: Prefix): string {
  return formatAddress(withHostBits(prefix, 0x00))
}

/** The IPv4 broadcast address; undefined for IPv6, and where no host bits are left for one (RFC 3021). */
export function broadcastOf(prefix: Prefix): string | undefined {
  if (prefix.family !== AF_INET || prefix.length > 30) return undefined
  return formatAddress(withHostBits(prefix, 0xff))
}

/** Whether `address` lies in the network of `prefix`. */
export function contains(prefix: Prefix, address: string): boolean {
  return familyOf(address) === prefix.family && networkOf({ ...prefix, address }) === networkOf(prefix)
}

/** Whether the prefix is a single address. */
export const isHost = ({ family, length }: Prefix) => length === bitsOf(family)

const bitsOf = (family: Family) => (family === AF_INET ? 32 : 128)

function withHostBits({ address, length }: Prefix, filler: number): Buffer {
  const bytes = parseAddress(address)
  for (const [index, byte] of bytes.entries()) {
    const kept = Math.min(8, Math.max(0, length - index * 8))
    const hostMask = 0xff >> kept
    bytes[index] = (byte & ~hostMask) | (filler & hostMask)
  }
  return bytes
}
