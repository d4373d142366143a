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
    const bytes = parseAddress(text)
    // IPv4 can be written in one way only.
    if (!text.includes(':')) return text
    const canonical = formatAddress(bytes)
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
  const slash = text.indexOf('/')
  const given = slash < 0 ? undefined : parseLength(text, slash + 1)
  if (given === undefined) return undefined
  const before = text.slice(0, slash)
  const address = parseIp(before)
  if (address === undefined) return undefined
  const family = familyOf(address)
  const length = family === AF_INET && before.includes(':') ? given - 96 : given
  return length >= 0 && length <= bitsOf(family) ? { family, address, length } : undefined
}

/** Reads one to three digits, to the end of the text. By hand: there may be thousands of routes. */
function parseLength(text: string, start: number): number | undefined {
  let length = 0
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return undefined
    length = 10 * length + digit
  }
  const digits = text.length - start
  return digits >= 1 && digits <= 3 ? length : undefined
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
